# SPDX-License-Identifier: BSD-2-Clause
"""The primary is killed at a chosen step of sending or receiving a frame.

Beside handover.py, which kills at moments: here at instructions, before and
behind each access of the Ethernet driver, as killed.py does it for UART and
flash. The board asks the emulator's own network for an address, and the frames
on the wire say what became of the one in flight.

    /usr/bin/python3 tests/system/killed_enet.py      prints the table
"""

import re
import sys
import tempfile
from dataclasses import dataclass
from pathlib import Path
from typing import Callable

from aim import call_sites, function
from handover import Frame, fate, read_frames
from killed import REGISTERS, Victim, end_of

from faultinject import board, qemu

ENET = 0x02188000
REGISTERS.update({ENET + 0x04: "EIR", ENET + 0x08: "EIMR", ENET + 0x10: "RDAR",
                  ENET + 0x14: "TDAR"})
FLIGHT = "60 1000 5000"  # cycles, their us, port: an address is asked for
BEFORE_NS = 20_000       # of a frame: nothing of it has begun


@dataclass(frozen=True)
class Step:
    """Where to kill, and on which pass of that place since the moment."""

    operation: str
    place: str
    passes: int


PLACES: dict[str, Callable[[], int]] = {
    "clean: before the copy": lambda: function("write_block").address,
    "clean: copied, not checked": lambda: call_sites(
        "write_block", "transfer_check")[0],
    "clean: done, not logged": lambda: end_of("write_block"),
    "batch: before the access": lambda: call_sites(
        "run_batch", "reach")[0],
    "batch: done, not noted": lambda: call_sites(
        "run_batch", "arch_memory_barrier")[0],
    "batch: all done, not logged": lambda: end_of("run_batch"),
    "store: done, not noted": lambda: call_sites(
        "access_perform", "arch_memory_barrier")[0],
    "block: before the copy": lambda: function("read_block").address,
    "block: copied, not checked": lambda: call_sites(
        "read_block", "transfer_check")[0],
    "block: done, not logged": lambda: end_of("read_block"),
}
# The answer is there as soon as the frame is sent: so first comes the batch of
# sending (passes 1, 2), then that of receiving (3 to 7).
SENDING = [Step("send", place, passes) for place, passes in (
    ("clean: before the copy", 1), ("clean: copied, not checked", 1),
    ("clean: done, not logged", 1), ("batch: before the access", 1),
    ("batch: done, not noted", 1), ("batch: before the access", 2),
    ("batch: done, not noted", 2), ("batch: all done, not logged", 1))]
RECEIVING = [Step("receive", place, passes) for place, first, last in (
    ("store: done, not noted", 1, 1), ("block: before the copy", 1, 2),
    ("block: copied, not checked", 1, 2), ("block: done, not logged", 1, 2),
    ("batch: before the access", 3, 7), ("batch: done, not noted", 3, 7),
    ("batch: all done, not logged", 2, 2))
    for passes in range(first, last + 1)]


@dataclass(frozen=True)
class Kill:
    """What one kill did."""

    step: Step
    access: str  # the access of the batch in which it died; "": no batch
    fate: str    # of the frames: once, twice, lost
    live: int
    taken_over: int


class Wire(Victim):
    """A board whose primary is killed at a step of its Ethernet driver."""

    def __init__(self, capture: Path) -> None:
        self.capture = capture
        super().__init__("telemetry", args=FLIGHT,
                         attached=board.Board(capture=capture), data=b"")
        self.frames = read_frames(capture)

    def frames_of(self) -> list[Frame]:
        """Those of the last run."""
        return read_frames(self.capture)

    def _access(self, result: qemu.RunResult) -> str:
        """The access of the batch in which it died; all memory that such a
        batch names are descriptors."""
        name = self.access(self.progress(result))
        return re.sub("0x1[0-9a-f]{7}$", "descriptor", name)

    def at_step(self, step: Step) -> Kill:
        """Kill there."""
        result, outcome = self.kill(PLACES[step.place](), step.passes,
                                    moment=self.frames[0].at_ns - BEFORE_NS)
        batch = step.place.startswith("batch: ") and "all" not in step.place
        return Kill(step, self._access(result) if batch else "",
                    fate([f.data for f in self.frames],
                         [f.data for f in self.frames_of()]),
                    outcome["live"], outcome["shim"]["taken_over"])


def print_table() -> None:
    """Every step."""
    with tempfile.TemporaryDirectory() as folder:
        wire = Wire(Path(folder) / "frames.pcap")
        for step in SENDING + RECEIVING:
            print(wire.at_step(step), flush=True)
        wire.close()


if __name__ == "__main__":
    sys.exit(print_table())
