# SPDX-License-Identifier: BSD-2-Clause
"""The primary is killed at a chosen instruction of its work on the Ethernet.

The board asks the emulator's own network for an address, which repeats to the
nanosecond: a frame goes out (DISCOVER), its answer is there at once (OFFER), and
once more (REQUEST, ACK); then the address is told to all (ARP). A bit of the
primary's program counter is flipped at a moment; where it stood is in the record
of the exception that follows. The frames say what became of the operation.
"""

import struct
import sys
from collections import Counter
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

from frontdoor import ROOT

sys.path.insert(0, str(ROOT))

from faultinject import events, qemu, target  # noqa: E402
from faultinject.board import Board  # noqa: E402
from faultinject.workload import Prepared, Workload  # noqa: E402

KERNEL = ROOT / "build/sabrelite/kernel.elf"
LIMIT_NS = 30_000_000
TIMEOUT_S = 240.0
PC_REGISTER = 15
PC_BIT = 0x01000000
KERNEL_START = 0xE0000000
BOARD_MAC = bytes.fromhex("525400123456")
PCAP_HEADER, RECORD_HEADER = 24, 16
DAY_S = 86400


@dataclass(frozen=True)
class Frame:
    """A frame on the wire, and when, in virtual ns since power-on."""

    at_ns: int
    data: bytes

    @property
    def sent(self) -> bool:
        """Does it come from the board?"""
        return self.data[6:12] == BOARD_MAC


@dataclass(frozen=True)
class Outcome:
    """What a kill did: where the primary stood, and the fate of what it did."""

    step: str      # function and offset of the instruction, or "user"
    fate: str      # once, twice, lost
    live: int
    served: bool   # the address came within the run


def read_frames(path: Path) -> list[Frame]:
    """Frames of a capture, oldest first."""
    data = path.read_bytes()
    frames = []
    at = PCAP_HEADER
    while at + RECORD_HEADER <= len(data):
        seconds, micros, size = struct.unpack("<III", data[at:at + 12])
        at += RECORD_HEADER
        since = seconds % DAY_S * 1_000_000 + micros  # clock starts at midnight
        frames.append(Frame(since * 1000, data[at:at + size]))
        at += size
    return frames


class Handover:
    """The same run again and again, each time with another kill."""

    def __init__(self, capture: Path) -> None:
        self._capture = capture
        self._prepared = Prepared(Workload(
            app="netecho", args="7 1", replicas=3, stride=16 << 20,
            reintegration="never", board=Board(capture=capture)))
        table = target.symbols(KERNEL)
        self._functions = sorted(
            (symbol.address, symbol.size, name)
            for name, symbol in table.items() if symbol.size > 0)

    def close(self) -> None:
        """Remove the files."""
        self._prepared.close()

    def _run(self, flips: tuple[str, ...]) -> qemu.RunResult:
        return qemu.run(self._prepared.machine(
            limit_ns=LIMIT_NS, flips=flips), TIMEOUT_S)

    @cached_property
    def right(self) -> list[Frame]:
        """Frames of the run in which nobody is killed."""
        result = self._run(())
        assert result.console == b"netecho address 10.0.2.15\n"
        return read_frames(self._capture)

    def kill(self, at_ns: int) -> Outcome:
        """Kill the primary at a moment."""
        right = [frame.data for frame in self.right]
        result = self._run((f"{at_ns}:reg:0:{PC_REGISTER}:{PC_BIT:#x}",))
        records = events.parse(result.raw_events)
        frames = [frame.data for frame in read_frames(self._capture)]
        live = [bin(e["args"][1]).count("1") for e in records
                if e["kind"] == "downgrade"]
        return Outcome(self._step(records), fate(right, frames),
                       live[-1] if live else 3,
                       result.console == b"netecho address 10.0.2.15\n")

    def _step(self, records: list[dict]) -> str:
        pcs = [e["args"][1] for e in records
               if e["kind"] == "kernel-exception" and e["replica"] == 0]
        return self._name(pcs[0] ^ PC_BIT) if pcs else "user"

    def _name(self, pc: int) -> str:
        for address, size, name in self._functions:
            if address <= pc < address + size:
                return f"{name}+{pc - address:#x}"
        return f"{pc:#x}"


def fate(right: list[bytes], frames: list[bytes]) -> str:
    """What became of the frames that should have been: all once, some twice,
    or some never."""
    wanted, got = Counter(right), Counter(frames)
    if wanted - got:
        return "lost"
    return "twice" if got - wanted else "once"
