# SPDX-License-Identifier: BSD-2-Clause
"""What the memory of a machine that stands still says: replicas, records,
differences, threads, capabilities.

Whoever has the machine (a debugger) provides reading of physical memory and the
layout of the kernel's structures. Nothing here writes. Addresses are canonical
unless they say "real"; structures that are not understood are shown as words.
"""
from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

from faultinject import events, memmap, symbols, target, tree
from faultinject.image import RAM_BASE, SHARED_BASE, partition_offset

PAGE = 4096
WORD = 4
TABLE_BLOCK = 1024  # vspace_table_blocks: one bit each
ENTRY_USED = 3
SLOT_SIZE = 16
TCB_SIZE = 1024
LINK_MASK = 0xFFFFFFF0
CONTEXT_PC = 15

HEALTH = ("good", "disputes", "failed", "convicted", "fail-stop")
STATES = ("inactive", "running", "restart", "receives", "sends",
          "awaits reply", "awaits notification")
CAPS = ("null", "untyped", "endpoint", "notification", "reply", "CNode", "TCB",
        "frame", "page table", "page directory", "ASID control", "ASID pool",
        "IRQ control", "IRQ handler", "zombie", "domain")
CAP_CNODE, CAP_TCB = 5, 6
FRAME_SIZES = ("4 KiB", "64 KiB", "1 MiB", "16 MiB")
FRAME_RIGHTS = ("no access", "kernel only", "read", "read, write")

Read = Callable[[int, int], bytes]  # real address, bytes
Layout = Callable[[str, str], tuple[int, int]]  # structure, field -> at, size


class Partition:
    """RAM of a replica, read page by page as it is needed. Can be sliced like
    the bytes of a dump."""

    def __init__(self, read: Read, replica: int, offset: int, size: int
                 ) -> None:
        self.replica = replica
        self.offset = offset
        self._read = read
        self._size = size
        self._pages: dict[int, bytes] = {}

    def __len__(self) -> int:
        return self._size

    def __getitem__(self, part: slice) -> bytes:
        start, stop, _ = part.indices(self._size)
        first, last = start // PAGE, (max(stop, start + 1) - 1) // PAGE
        raw = b"".join(self.page(number) for number in range(first, last + 1))
        return raw[start - first * PAGE:stop - first * PAGE]

    def page(self, number: int) -> bytes:
        """Page of RAM, counted from its start."""
        if number not in self._pages:
            self._pages[number] = self._read(
                RAM_BASE + self.offset + number * PAGE, PAGE)
        return self._pages[number]

    def at(self, address: int, size: int) -> bytes:
        """Bytes at an address."""
        return self[address - RAM_BASE:address - RAM_BASE + size]

    def word(self, address: int) -> int:
        """A word of memory."""
        return int.from_bytes(self.at(address, WORD), "little")


@dataclass(frozen=True)
class Machine:
    """What is the same all the time that the machine stands."""

    read: Read
    layout: Layout
    products: tree.Products
    replicas: int
    stride: int
    ram_size: int

    def partition(self, replica: int) -> Partition:
        """RAM of a replica, as it is now."""
        return Partition(self.read, replica,
                         partition_offset(replica, self.stride), self.ram_size)

    def symbol(self, name: str) -> int:
        """Address of an object of the kernel."""
        return target.canonical(target.address_of(self.products.kernel, name))

    def field(self, memory: Partition, base: int, structure: str,
              name: str) -> int:
        """A number in a structure at `base`."""
        at, size = self.layout(structure, name)
        return int.from_bytes(memory.at(base + at, size), "little")

    def records(self) -> list[dict[str, Any]]:
        """All event records, oldest first, with symbols."""
        shared = self.read(SHARED_BASE, events.BLOCK_SIZE * events.BLOCKS)
        names = symbols.Names(self.products)
        found = events.parse(events.raw_records(shared))
        for record in found:
            record["symbols"] = names.of(record)
        return found


# ---- replicas -------------------------------------------------------------

@dataclass(frozen=True)
class Replica:
    """Private state of replica control in one replica."""

    number: int
    live: tuple[int, ...]
    primary: int
    time: int
    meeting: int
    signature: int
    health: str


def replica_of(machine: Machine, number: int) -> Replica:
    """What a replica knows; kernels without replica control have no such."""
    memory = machine.partition(number)
    base = machine.symbol("replica")

    def field(name: str) -> int:
        return machine.field(memory, base, "struct replica", name)
    health = field("notice.health")
    return Replica(
        number, tuple(events.replicas_of(field("cycle.live"))),
        field("cycle.primary"), field("time"), field("meeting"),
        field("signature.hi") << 32 | field("signature.lo"),
        HEALTH[health] if health < len(HEALTH) else f"health {health}")


# ---- differences ----------------------------------------------------------

@dataclass(frozen=True)
class Difference:
    """A word that differs; values are canonical."""

    address: int
    first: int
    second: int


def _used(machine: Machine, memory: Partition) -> Iterator[int]:
    """Numbers of the pages that hold something."""
    bitmap = machine.symbol("untyped_dirty")
    for base in range(0, machine.ram_size // PAGE, 32):
        word = memory.word(bitmap + base // 32 * WORD)
        yield from (base + bit for bit in range(32) if word >> bit & 1)


def _canonical(machine: Machine, memory: Partition, number: int
               ) -> tuple[int, ...]:
    """Words of a page, what differs between replicas taken out of tables."""
    raw = memory.page(number)
    words = [int.from_bytes(raw[at:at + WORD], "little")
             for at in range(0, PAGE, WORD)]
    first = number * PAGE // TABLE_BLOCK
    bitmap = machine.symbol("vspace_table_blocks")
    tables = memory.word(bitmap + first // 32 * WORD) >> first % 32
    own = target.own_entries(machine.products.kernel, memory.replica)
    for index, entry in enumerate(words):
        if RAM_BASE + number * PAGE + index * WORD in own:
            words[index] = entry = entry ^ target.WRITE_PROTECTED
        base = entry - memory.offset
        if (tables >> index * WORD // TABLE_BLOCK & 1 and entry & ENTRY_USED
                and RAM_BASE <= base < RAM_BASE + machine.ram_size):
            words[index] = base
    return tuple(words)


def differences(machine: Machine, first: int, second: int
                ) -> Iterator[Difference]:
    """Words that differ between two replicas, by address."""
    a, b = machine.partition(first), machine.partition(second)
    layout = target.kernel_layout(machine.products.kernel)
    local = range(target.canonical(layout.local_start),
                  target.canonical(layout.local_end))
    for number in sorted({*_used(machine, a), *_used(machine, b)}):
        base = RAM_BASE + number * PAGE
        if base in local or a.page(number) == b.page(number):
            continue
        rows = zip(_canonical(machine, a, number),
                   _canonical(machine, b, number))
        for index, (left, right) in enumerate(rows):
            if left != right:
                yield Difference(base + index * WORD, left, right)


class Places:
    """Says what lies at an address: region, owner, symbol."""

    def __init__(self, machine: Machine, replica: int) -> None:
        memory = machine.partition(replica)
        kernel = machine.products.kernel
        self._names = symbols.Names(machine.products)
        self._threads = threads(machine, replica)
        self._map = memmap.build(
            memory, memory.offset, machine.records(),
            target.kernel_layout(kernel),
            target.address_of(kernel, "untyped_dirty"))

    def of(self, address: int) -> str:
        """In words."""
        for thread in self._threads:
            if 0 <= address - thread.address < TCB_SIZE:
                return f"TCB of {thread.name}+{address - thread.address:#x}"
        name = self._names.canonical(address)
        block = self._map.at(address)
        if block is None:
            return name or "memory that nobody uses"
        if name is None and block.virtual is not None:
            name = self._names.program(
                block.owner, block.virtual + address - block.start)
        where = (block.region if block.owner == "kernel"
                 else f"{block.region} of {block.owner}")
        return f"{name}, {where}" if name else where


# ---- threads and capabilities ---------------------------------------------

@dataclass(frozen=True)
class Thread:
    """A thread as its TCB says. `pc` is where it entered the kernel last."""

    address: int
    name: str
    state: str
    priority: int
    pc: int
    current: bool


@dataclass(frozen=True)
class Capability:
    """A capability in the slot of a CNode."""

    cnode: int
    index: int
    kind: int
    words: tuple[int, int]
    text: str


def _cap_words(kind: int, a: int, b: int) -> str:
    """A capability in words (kernel/include/kernel/cap.h)."""
    name = CAPS[kind]
    if kind == 1:
        return (f"{'device ' if a & 1 else ''}untyped {a & LINK_MASK:#x}, "
                f"2^{b & 0x1F} bytes")
    if kind in (2, 3):
        rights = "".join(letter for bit, letter in enumerate("wrgG")
                         if a >> bit & 1)
        return f"{name} {a & LINK_MASK:#x}, rights {rights}, badge {b:#x}"
    if kind == CAP_CNODE:
        return f"CNode {a & 0xFFFFFFE0:#x}, 2^{a & 0x1F} slots"
    if kind == 7:
        return (f"{'device ' if a >> 4 & 1 else ''}frame {a & 0xFFFFF000:#x}, "
                f"{FRAME_SIZES[a & 3]}, {FRAME_RIGHTS[a >> 2 & 3]}"
                + (f", at {b & 0xFFFFF000:#x}" if b & 0x3FF else ""))
    if kind == 13:
        return f"IRQ handler {a}"
    if kind in (4, CAP_TCB, 8, 9, 11):
        return f"{name} {a & LINK_MASK:#x}"
    return name


def capability_words(cap: Capability) -> str:
    """One line."""
    return f"{cap.index:>6}  {cap.text}"


def _slots(memory: Partition, cnode: int, radix: int) -> Iterator[Capability]:
    """Occupied slots of a CNode."""
    raw = memory.at(cnode, SLOT_SIZE << radix)
    for index in range(1 << radix):
        a, b, prev = (int.from_bytes(raw[at:at + WORD], "little")
                      for at in range(index * SLOT_SIZE,
                                      index * SLOT_SIZE + 12, WORD))
        if prev & 0xF:
            yield Capability(cnode, index, prev & 0xF, (a, b),
                             _cap_words(prev & 0xF, a, b))


def cspace(machine: Machine, memory: Partition, tcb: int
           ) -> Iterator[Capability]:
    """All capabilities that a thread's CSpace holds, CNode by CNode."""
    at, _ = machine.layout("struct tcb", "slots")
    root, links = memory.word(tcb + at), memory.word(tcb + at + 8)
    if links & 0xF != CAP_CNODE:
        return
    waiting, seen = [root], set()
    while waiting:
        word = waiting.pop()
        cnode = word & 0xFFFFFFE0
        if cnode in seen or not RAM_BASE <= cnode < RAM_BASE + len(memory):
            continue
        seen.add(cnode)
        for cap in _slots(memory, cnode, min(word & 0x1F, 20)):
            if cap.kind == CAP_CNODE:
                waiting.append(cap.words[0])
            yield cap


def _tcbs(machine: Machine, memory: Partition, current: int) -> list[int]:
    """TCBs that are on record or that somebody has a capability to."""
    waiting = [r["args"][0] for r in machine.records()
               if r["kind"] == "thread"] + [current]
    found: dict[int, None] = {}
    while waiting:
        tcb = waiting.pop(0)
        if tcb in found or not RAM_BASE <= tcb < RAM_BASE + len(memory):
            continue
        found[tcb] = None
        waiting += [cap.words[0] & LINK_MASK
                    for cap in cspace(machine, memory, tcb)
                    if cap.kind == CAP_TCB]
    return sorted(found)


def current_of(machine: Machine, memory: Partition) -> int:
    """TCB of the thread that runs, 0 if none does."""
    pointer = memory.word(machine.symbol("sched_current"))
    return target.canonical(pointer) if pointer else 0


def threads(machine: Machine, replica: int) -> list[Thread]:
    """All threads of a replica."""
    memory = machine.partition(replica)
    current = current_of(machine, memory)
    return [_thread(machine, memory, tcb, current)
            for tcb in _tcbs(machine, memory, current)]


def name_of(machine: Machine, memory: Partition, tcb: int) -> str:
    """Name of a thread; ? if it has none."""
    at, size = machine.layout("struct tcb", "name")
    raw = memory.at(tcb + at, size).split(b"\0")[0]
    return raw.decode("ascii", "replace") or "?"


def _thread(machine: Machine, memory: Partition, tcb: int, current: int
            ) -> Thread:
    state = machine.field(memory, tcb, "struct tcb", "state")
    return Thread(tcb, name_of(machine, memory, tcb),
                  STATES[state] if state < len(STATES) else f"state {state}",
                  machine.field(memory, tcb, "struct tcb", "priority"),
                  memory.word(tcb + CONTEXT_PC * WORD), tcb == current)
