# SPDX-License-Identifier: BSD-2-Clause
"""Faults that are aimed: at an instruction of one replica, or at a field.

A fault here is any number of bit flips in one replica's memory at one moment.
Flips that turn an instruction into another make the fault happen exactly when
that replica comes by there: in the shim between two stores, say, or in a
barrier. The flips go through the emulator plug-in like those of a campaign.
"""

import sys
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any

from elftools.elf.elffile import ELFFile
from frontdoor import ROOT, Call

sys.path.insert(0, str(ROOT))

from faultinject import golden, qemu, target  # noqa: E402
from faultinject.cli.outcome import EXIT_STATUS, describe  # noqa: E402
from faultinject.workload import Prepared, Workload  # noqa: E402

KERNEL = ROOT / "build/sabrelite/kernel.elf"
TIMEOUT_S = 240.0
STRIDE = 16 << 20

# Instructions, Arm ARM DDI 0406C A8.
HANG = (0xEAFFFFFE,)              # b .
SLEEP = (0xE320F003, 0xEAFFFFFD)  # wfi; b back to it
UNDEFINED = (0xE7F000F0,)         # udf #0
RETURN_TRUE = (0xE3A00001, 0xE12FFF1E)  # mov r0, #1; bx lr
BRANCH_LINK = 0xEB


@dataclass(frozen=True)
class Words:
    """Words of the kernel image that are to become others."""

    address: int
    words: tuple[int, ...]


@lru_cache(maxsize=4)
def image_bytes(path: Path, address: int, size: int) -> bytes:
    """What an ELF file loads at a virtual address."""
    with open(path, "rb") as stream:
        for segment in ELFFile(stream).iter_segments("PT_LOAD"):
            start = address - segment["p_vaddr"]
            if 0 <= start and start + size <= segment["p_filesz"]:
                return segment.data()[start:start + size]
    raise LookupError(f"{path.name} loads nothing at {address:#x}")


def word_at(address: int) -> int:
    """A word of the kernel image."""
    return int.from_bytes(image_bytes(KERNEL, address, 4), "little")


def function(name: str) -> target.Symbol:
    """A function of the kernel."""
    return target.symbols(KERNEL)[name]


def call_sites(caller: str, callee: str) -> list[int]:
    """Addresses in `caller` of the instructions that call `callee`."""
    inside, wanted = function(caller), function(callee).address
    found = []
    for at in range(inside.address, inside.address + inside.size, 4):
        word = word_at(at)
        offset = (word & 0xFFFFFF) - ((word & 0x800000) << 1)
        if word >> 24 == BRANCH_LINK and at + 8 + 4 * offset == wanted:
            found.append(at)
    assert found, f"{caller} does not call {callee}"
    return found


def branch(source: int, to: int) -> tuple[int, ...]:
    """The instruction at `source` that jumps to `to`."""
    return (0xEA000000 | (to - source - 8) // 4 & 0xFFFFFF,)


@lru_cache(maxsize=1)
def _structures() -> dict[str, dict[str, int]]:
    """Offsets of the members of all structures in the kernel's debug data."""
    found: dict[str, dict[str, int]] = {}
    with open(KERNEL, "rb") as stream:
        for unit in ELFFile(stream).get_dwarf_info().iter_CUs():
            for entry in unit.iter_DIEs():
                name = entry.attributes.get("DW_AT_name")
                if entry.tag != "DW_TAG_structure_type" or name is None:
                    continue
                found.setdefault(name.value.decode(), {}).update({
                    m.attributes["DW_AT_name"].value.decode():
                    m.attributes["DW_AT_data_member_location"].value
                    for m in entry.iter_children()
                    if m.tag == "DW_TAG_member"
                    and "DW_AT_data_member_location" in m.attributes
                    and "DW_AT_name" in m.attributes})
    return found


def field(symbol: str, structure: str, *path: str) -> int:
    """Address of a member of a kernel object; of structures in structures,
    `path` gives member, structure, member."""
    address = function(symbol).address + _structures()[structure][path[0]]
    for inner, member in zip(path[1::2], path[2::2]):
        address += _structures()[inner][member]
    return address


class Board:
    """A workload that is run with aimed faults, as often as needed."""

    def __init__(self, app: str, replicas: int, **options: Any) -> None:
        self.prepared = Prepared(Workload(
            app=app, replicas=replicas, **{
                "stride": STRIDE, "reintegration": "never", **options}))
        self.replicas = replicas
        self.right = self._run(())
        assert (self.right["end"], self.right["code"]) == ("exit", 0), (
            self.right["error"], self.right.console)
        self._map: Any = None

    def close(self) -> None:
        """Remove the files."""
        self.prepared.close()

    def at(self, share: float) -> int:
        """A moment: a share of the program's time in the fault-free run."""
        start = 10 * max(e["stamp"] for kind in ("thread", "ready")
                         for e in self.right.events(kind))
        end = self.right["virtual_ns"]
        return int(start + (end - start) * share)

    def _flips(self, replica: int, physical: int, old: bytes, new: bytes,
               at: int) -> list[str]:
        real = physical + self.prepared.config.partition_offset(replica)
        return [f"{at}:mem:{real + i:#x}:{a ^ b:#x}"
                for i, (a, b) in enumerate(zip(old, new)) if a != b]

    def change(self, replica: int, address: int, words: tuple[int, ...],
               share: float = 0.5) -> list[str]:
        """Make kernel words at a virtual address become `words`."""
        return self.replace(replica, address, words, self.at(share))

    def replace(self, replica: int, address: int, words: tuple[int, ...],
                at_ns: int) -> list[str]:
        """The same at a moment of virtual time. Code that the replica adds up
        before it acts for all is changed together with that look at it, so that
        the fault happens where it is aimed."""
        start, end = (function(f"__text_exposed_{edge}").address
                      for edge in ("start", "end"))
        blind = (self.replace(replica, function("intact_stands").address,
                              RETURN_TRUE, at_ns)
                 if start <= address < end else [])
        new = b"".join(word.to_bytes(4, "little") for word in words)
        old = image_bytes(KERNEL, address, len(new))
        return blind + self._flips(replica, target.canonical(address), old, new,
                                   at_ns)

    def change_user(self, replica: int, symbol: str, words: tuple[int, ...],
                    share: float = 0.5) -> list[str]:
        """The same for the first words of a function of the program."""
        app = self.prepared.workload.app
        path = self.prepared.products.app(app)
        address = target.symbols(path)[symbol].address
        new = b"".join(word.to_bytes(4, "little") for word in words)
        return self._flips(replica, self._physical(symbol),
                           image_bytes(path, address, len(new)), new,
                           self.at(share))

    def flip_user(self, replica: int, symbol: str, bit: int,
                  share: float = 0.5) -> list[str]:
        """Flip a bit of an object of the program."""
        physical = self._physical(symbol) + bit // 8
        real = physical + self.prepared.config.partition_offset(replica)
        return [f"{self.at(share)}:mem:{real:#x}:{1 << bit % 8:#x}"]

    def _physical(self, symbol: str) -> int:
        """Canonical address of a symbol of the program."""
        app = self.prepared.workload.app
        if self._map is None:
            self._map, _ = golden.map_at(self.prepared, self.at(0.5))
        path = self.prepared.products.app(app)
        return self._map.translate(app, target.symbols(path)[symbol].address)

    def flip(self, replica: int, address: int, bit: int,
             share: float = 0.5) -> list[str]:
        """Flip a bit of a kernel word."""
        real = (target.canonical(address + bit // 8)
                + self.prepared.config.partition_offset(replica))
        return [f"{self.at(share)}:mem:{real:#x}:{1 << bit % 8:#x}"]

    def run(self, *faults: list[str]) -> Call:
        """Run with these faults; what is in several of them happens once."""
        return self._run(tuple(dict.fromkeys(
            flip for fault in faults for flip in fault)))

    def _run(self, flips: tuple[str, ...]) -> Call:
        limit = (3 * self.right["virtual_ns"] + 100_000_000 if flips else None)
        machine = self.prepared.machine(flips=flips, limit_ns=limit)
        result = qemu.run(machine, TIMEOUT_S)
        outcome = describe(self.prepared, result, None)
        return Call(flips, EXIT_STATUS[outcome["end"]], "", result.stderr,
                    outcome)
