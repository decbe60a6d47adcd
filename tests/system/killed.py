# SPDX-License-Identifier: BSD-2-Clause
"""The primary is killed at a chosen step of a UART write or a flash program.

An instruction of its kernel is replaced by a jump to a few words that count how
often it comes by there, and hang at the time that was asked for; its core is
taken away, and a successor settles the operation. Where it stood is read from
what it left: the progress word and the accesses of the batch.

    /usr/bin/python3 tests/system/killed.py      prints the tables
"""

import sys
import tempfile
from collections import Counter
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, Callable

from aim import (HANG, STRIDE, TIMEOUT_S, Board, call_sites, function,
                 image_bytes, word_at, KERNEL)
from elftools.elf.elffile import ELFFile

from faultinject import board, qemu, target
from faultinject.cli.outcome import describe

SPARE = "rejoin_start"      # its code is replaced: the primary never rejoins
STACK_BYTES = 0x2000        # kernel/arch/armv7/kernel.ld
PROGRESS = 0x1200           # of replica 0: shim/mech/access.c
PAGE = 0x1000
BATCH_BYTES = 64 * 16       # shim/include/shim/request.h: struct device_access
SECTOR = 0x1FF000           # apps/devices/flash.c
PROGRAMMED = bytes((7 * i + i // 256) & 0xFF for i in range(300))
READS = (1500, 1540)         # accesses in the midst of a read
FIRST_ACCESS = 2700         # of the batches: in the midst of the program
WORD_ACCESSES = 18          # of two bytes and the status that is read behind

REGISTERS = {0x02008000: "RXDATA", 0x02008004: "TXDATA",
             0x02008008: "CONREG", 0x0200800C: "CONFIGREG",
             0x02008018: "STATREG", 0x020A4000: "select pin"}


@dataclass(frozen=True)
class Kill:
    """What one kill did."""

    place: str   # where the primary stood
    access: str  # the access of the batch, or the byte of the FIFO
    outcome: str
    live: int
    taken_over: int  # operations that a successor settled


def branch_from(at: int, to: int, kind: int) -> int:
    """The branch instruction at `at` to `to`; `kind` is its top byte."""
    return kind << 24 | (to - at - 8) // 4 & 0xFFFFFF


def moved(word: int, source: int, to: int) -> int:
    """An instruction of `source` as it must read at `to`."""
    if word >> 25 & 7 != 5:
        return word
    offset = (word & 0xFFFFFF) - ((word & 0x800000) << 1)
    return branch_from(to, source + 8 + 4 * offset, word >> 24)


def trap(at: int, counter: int) -> tuple[int, tuple[int, ...]]:
    """Words at SPARE that count passes of `at` down and hang at zero."""
    start = function(SPARE).address
    words = (0xE92D0007,              # push {r0, r1, r2}
             0xE59F0020,              # ldr r0, [pc, #32]: the counter
             0xE10F1000,              # mrs r1, cpsr
             0xE5902000,              # ldr r2, [r0]
             0xE2522001,              # subs r2, r2, #1
             0xE5802000,              # str r2, [r0]
             0x0AFFFFFE,              # beq .
             0xE128F001,              # msr cpsr_f, r1
             0xE8BD0007,              # pop {r0, r1, r2}
             moved(word_at(at), at, start + 36),
             branch_from(start + 40, at + 4, 0xEA),
             counter)
    assert len(words) * 4 <= function(SPARE).size
    return start, words


def batch_symbol() -> int:
    """Address of the accesses of a batch, among objects of that name."""
    with open(KERNEL, "rb") as stream:
        table = ELFFile(stream).get_section_by_name(".symtab")
        found = [s["st_value"] for s in table.get_symbol_by_name("accesses")
                 if s["st_size"] == BATCH_BYTES]
    assert len(found) == 1, found
    return int(found[0])


class Victim(Board):
    """A board whose primary is killed on its n-th pass of an instruction."""

    def __init__(self, app: str, flash: Path | None = None, args: str = "",
                 attached: board.Board = board.Board(), **options: Any
                 ) -> None:
        self.flash = flash
        self.folder = tempfile.TemporaryDirectory()
        self.dump = Path(self.folder.name) / "batch.bin"
        super().__init__(app, 3, args=args, **options, board=replace(
            attached, flash=flash, keep=flash is not None))
        self.content = self._flash_content()

    def close(self) -> None:
        """Remove the files."""
        super().close()
        self.folder.cleanup()

    def _flash_content(self) -> bytes:
        return b"" if self.flash is None else self.flash.read_bytes()

    def _run(self, flips: tuple[str, ...]):
        if self.flash is not None:
            self.flash.write_bytes(b"\xff" * board.FLASH_BYTES)
        return super()._run(flips)

    def kill(self, at: int, passes: int, moment: int | None = None
             ) -> tuple[qemu.RunResult, dict]:
        """Run; replica 0 hangs on its `passes`-th way past `at` since a
        moment, in virtual ns: the program's start, if none is given."""
        counter = function("kernel_stack_top").address - STACK_BYTES
        start, words = trap(at, counter)
        moment = self.at(0) if moment is None else moment
        flips = (self.replace(0, start, words, moment)
                 + self.replace(0, at, (branch_from(at, start, 0xEA),), moment)
                 + self._flips(0, target.canonical(counter), bytes(4),
                               passes.to_bytes(4, "little"), moment))
        if self.flash is not None:
            self.flash.write_bytes(b"\xff" * board.FLASH_BYTES)
        end = self.right["virtual_ns"]
        real = (target.canonical(batch_symbol())
                + self.prepared.config.partition_offset(0))
        machine = self.prepared.machine(
            flips=tuple(flips), limit_ns=3 * end + 100_000_000,
            dumps=tuple(
                f"{end * part // 40}:{real & -PAGE:#x}:{2 * PAGE:#x}:{self.dump}"
                for part in range(20, 40)))
        result = qemu.run(machine, TIMEOUT_S)
        return result, describe(self.prepared, result, None)

    def progress(self, result: qemu.RunResult) -> int:
        """Accesses of its last operation that the dead primary has noted: the
        low byte of its progress (shim/mech/access.c)."""
        return result.shared[PROGRESS]

    def access(self, index: int) -> str:
        """The access of the batch in which it died."""
        start = batch_symbol() % PAGE + 16 * index
        raw = self.dump.read_bytes()[start:start + 16]
        address, write = int.from_bytes(raw[:4], "little"), raw[12]
        name = REGISTERS.get(address, f"{address:#x}")
        if name == "CONREG" and raw[8] & 4:
            name = "CONREG with XCH"
        return f"{'store' if write else 'load'} {name}"


def loop_end(name: str) -> int:
    """The conditional branch back at the end of a function's loop."""
    inside = function(name)
    found = [at for at in range(inside.address, inside.address + inside.size, 4)
             if word_at(at) >> 24 & 0xF == 0xA and word_at(at) & 0x800000
             and word_at(at) >> 28 != 0xE]
    assert found, f"{name} has no loop"
    return found[-1]


def end_of(name: str) -> int:
    """The last instruction of a function: its return."""
    inside = function(name)
    return inside.address + inside.size - 4


def console_outcome(right: str, console: str) -> str:
    """What became of the bytes of a line."""
    if console == right:
        return "once"
    wanted, got = Counter(right), Counter(console)
    more, less = sum((got - wanted).values()), sum((wanted - got).values())
    return f"{more} byte twice" if not less else f"{less} lost, {more} twice"


UART_PLACES: dict[str, Callable[[], int]] = {
    "logged, before the first byte": lambda: function("write_fifo").address,
    "a byte is out, not noted": lambda: call_sites(
        "write_fifo", "arch_memory_barrier")[0],
    "noted": lambda: loop_end("write_fifo"),
    "all out and noted, not logged": lambda: end_of("write_fifo"),
}

FLASH_PLACES: dict[str, Callable[[], int]] = {
    "before the access": lambda: call_sites("run_batch", "reach")[0],
    "done, not noted": lambda: call_sites("run_batch",
                                          "arch_memory_barrier")[0],
}


def kill_uart(victim: Victim, place: str, passes: int) -> Kill:
    """Kill in a write of the console's driver."""
    result, outcome = victim.kill(UART_PLACES[place](), passes)
    return Kill(place, f"{victim.progress(result)} noted",
                console_outcome(victim.right.console, outcome["console"]),
                outcome["live"], outcome["shim"]["taken_over"])


def kill_flash(victim: Victim, place: str, passes: int) -> Kill:
    """Kill in a batch of the flash's driver, while it programs."""
    result, outcome = victim.kill(FLASH_PLACES[place](), passes)
    content = victim.flash.read_bytes() if victim.flash else b""
    fate = "right" if content == victim.content else flash_fate(content)
    told = "works" if "flash: works" in outcome["console"] else "an error"
    return Kill(place, victim.access(victim.progress(result)),
                f"{fate}, the program sees {told}", outcome["live"],
                outcome["shim"]["taken_over"])


def flash_fate(content: bytes) -> str:
    """How a flash differs from what was to be programmed."""
    got = content[SECTOR + 2:SECTOR + 2 + len(PROGRAMMED)]
    wrong = [i for i in range(len(PROGRAMMED)) if got[i] != PROGRAMMED[i]]
    elsewhere = content[:SECTOR] != b"\xff" * SECTOR
    return (f"{len(wrong)} bytes wrong from {wrong[0] if wrong else '-'}"
            + (", others hit" if elsewhere else ""))


def print_tables() -> None:
    """Every step of both."""
    uart = Victim("hello")
    for place in UART_PLACES:
        each = "byte is" in place or place == "noted"
        for passes in (1, 10, 18) if each else (1,):
            print("uart", kill_uart(uart, place, passes), flush=True)
    uart.close()
    with tempfile.TemporaryDirectory() as folder:
        flash = Victim("devices", Path(folder) / "flash.bin", "flash")
        for passes in (*READS, *range(FIRST_ACCESS,
                                      FIRST_ACCESS + WORD_ACCESSES)):
            for place in FLASH_PLACES:
                print("flash", kill_flash(flash, place, passes), flush=True)
        flash.close()


if __name__ == "__main__":
    sys.exit(print_tables())
