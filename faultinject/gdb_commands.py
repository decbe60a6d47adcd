# SPDX-License-Identifier: BSD-2-Clause
"""Commands for gdb-multiarch that know replicas; `trireme debug` loads them.

They show what faultinject.standing finds in a machine that stands still. This
file is the only one that runs inside gdb, and imports its module `gdb`.
"""
from __future__ import annotations

import sys
from pathlib import Path
from typing import Any

import gdb

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from faultinject import standing, symbols, tree  # noqa: E402
from faultinject.errors import UserError  # noqa: E402

WORDS_SHOWN = 16
CHUNK = 2048  # bytes of one read: what a packet holds
MODES = {0x10: "user", 0x11: "FIQ", 0x12: "IRQ", 0x13: "kernel",
         0x17: "abort", 0x1B: "undefined", 0x1F: "system"}

_machine: list[standing.Machine] = []


def read_physical(address: int, size: int) -> bytes:
    """Bytes of physical memory, whatever the cores' page tables say."""
    inferior = gdb.selected_inferior()
    gdb.execute("maintenance packet Qqemu.PhyMemMode:1", to_string=True)
    try:
        return b"".join(
            bytes(inferior.read_memory(at, min(CHUNK, address + size - at)))
            for at in range(address, address + size, CHUNK))
    finally:
        gdb.execute("maintenance packet Qqemu.PhyMemMode:0", to_string=True)


def layout(structure: str, path: str) -> tuple[int, int]:
    """Where a field lies in a structure of the kernel, and its size."""
    kind, at = gdb.lookup_type(structure), 0
    for name in path.split("."):
        field = kind.strip_typedefs()[name]
        at += field.bitpos // 8
        kind = field.type
    return at, int(kind.sizeof)


def machine() -> standing.Machine:
    """The machine that trireme-machine has told of."""
    if not _machine:
        raise gdb.GdbError("not told what runs: start gdb by trireme debug")
    return _machine[0]


def number_of(text: str) -> int:
    """A replica's number."""
    replicas = machine().replicas
    if not text.isdigit() or int(text) >= replicas:
        raise gdb.GdbError(f"replica {text!r}: choose 0 to {replicas - 1}")
    return int(text)


class Command(gdb.Command):
    """A command whose errors are one line."""

    name = ""

    def __init__(self) -> None:
        super().__init__(self.name, gdb.COMMAND_DATA)

    def invoke(self, argument: str, from_tty: bool) -> None:
        """Called by gdb."""
        try:
            self.run(gdb.string_to_argv(argument))
        except (UserError, gdb.MemoryError) as error:
            raise gdb.GdbError(str(error)) from None

    def run(self, words: list[str]) -> None:
        """Do it."""
        raise NotImplementedError


class MachineCommand(Command):
    """trireme-machine PRESET REPLICAS STRIDE RAM_SIZE: what runs."""

    name = "trireme-machine"

    def run(self, words: list[str]) -> None:
        preset, replicas, stride, ram_size = words
        _machine[:] = [standing.Machine(
            read_physical, layout, tree.Products(preset), int(replicas),
            int(stride), int(ram_size))]


def _core(number: int) -> tuple[str, str]:
    """(mode, where) of a core; gdb's thread N+1 is core N."""
    for thread in gdb.selected_inferior().threads():
        if thread.num == number + 1:
            thread.switch()
            break
    mode = int(gdb.parse_and_eval("$cpsr")) & 0x1F
    pc = int(gdb.parse_and_eval("$pc")) & 0xFFFFFFFF
    names = symbols.Names(machine().products)
    name = names.kernel(pc)
    if name is None and MODES.get(mode) == "user":
        name = names.program(_running(number), pc)
    return MODES.get(mode, f"mode {mode:#x}"), name or f"{pc:#x}"


def _running(number: int) -> str:
    """Name of the thread that runs in a replica."""
    memory = machine().partition(number)
    current = standing.current_of(machine(), memory)
    return standing.name_of(machine(), memory, current) if current else "?"


class ReplicasCommand(Command):
    """replicas: who lives, who is primary, how far each one is."""

    name = "replicas"

    def run(self, words: list[str]) -> None:
        if not machine().products.replicated:
            print("the baseline has no replica control; core 0 is in "
                  + " mode at ".join(_core(0)))
            return
        before = gdb.selected_thread()
        for number in range(machine().replicas):
            mode, where = _core(number)
            seen = standing.replica_of(machine(), number)
            live = ",".join(map(str, seen.live))
            role = "primary" if seen.primary == number else "backup"
            print(f"replica {number}: {role}, {seen.health}, sees live {live} "
                  f"and primary {seen.primary}; logical time {seen.time}, "
                  f"meeting {seen.meeting}, signature {seen.signature:016x}; "
                  f"{mode} mode at {where}")
        before.switch()


class EventsCommand(Command):
    """events [COUNT]: the last records of the flight recorder (default all)."""

    name = "events"

    def run(self, words: list[str]) -> None:
        count = int(words[0]) if words and words[0].isdigit() else 0
        for record in machine().records()[-count:]:
            print(symbols.line_of(record))


class DiffCommand(Command):
    """diff-replicas A B [COUNT]: the first words (default 16) that differ.

    Page tables are compared without the partition offset, .replica_local is
    left out. Healthy replicas are equal when both stand at the same kernel
    entry; at other times they differ in what one has done and the other not."""

    name = "diff-replicas"

    def run(self, words: list[str]) -> None:
        if len(words) not in (2, 3):
            raise gdb.GdbError("usage: diff-replicas A B [COUNT]")
        first, second = number_of(words[0]), number_of(words[1])
        most = int(words[2]) if len(words) == 3 else WORDS_SHOWN
        found = list(standing.differences(machine(), first, second))
        if machine().products.replicated:
            times = [standing.replica_of(machine(), n).time
                     for n in (first, second)]
            print(f"logical time: {times[0]} and {times[1]}")
        print(f"{len(found)} word(s) differ")
        places = standing.Places(machine(), first) if found else None
        for word in found[:most]:
            assert places is not None
            print(f"  {word.address:#010x}  {word.first:08x} {word.second:08x}"
                  f"  {places.of(word.address)}")


class ThreadsCommand(Command):
    """threads [REPLICA]: all threads (default of replica 0)."""

    name = "threads"

    def run(self, words: list[str]) -> None:
        names = symbols.Names(machine().products)
        number = number_of(words[0] if words else "0")
        for thread in standing.threads(machine(), number):
            where = names.program(thread.name, thread.pc)
            print(f"{'*' if thread.current else ' '} {thread.name:16} "
                  f"{thread.address:#010x}  priority {thread.priority:3}  "
                  f"{thread.state:20} at {thread.pc:#010x}"
                  + (f" ({where})" if where else ""))


def _find(name: str, replica: int) -> standing.Thread:
    """A thread by name or address."""
    known = standing.threads(machine(), replica)
    for thread in known:
        if name in (thread.name, f"{thread.address:#x}"):
            return thread
    raise gdb.GdbError(f"no thread {name!r}, known are "
                       + ", ".join(thread.name for thread in known))


class CapsCommand(Command):
    """caps THREAD [REPLICA]: what a thread's CSpace holds, by slot."""

    name = "caps"

    def run(self, words: list[str]) -> None:
        if len(words) not in (1, 2):
            raise gdb.GdbError("usage: caps THREAD [REPLICA]")
        replica = number_of(words[1] if len(words) == 2 else "0")
        thread = _find(words[0], replica)
        cnode: Any = None
        for cap in standing.cspace(machine(), machine().partition(replica),
                                   thread.address):
            if cap.cnode != cnode:
                cnode = cap.cnode
                print(f"CNode {cnode:#x}")
            print(standing.capability_words(cap))


for command in (MachineCommand, ReplicasCommand, EventsCommand, DiffCommand,
                ThreadsCommand, CapsCommand):
    command()
