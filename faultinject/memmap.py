# SPDX-License-Identifier: BSD-2-Clause
"""What lies where in a replica's memory, read from a dump of its partition.

The processes come from the kernel's own event records (thread name and page
directory); their ARM short-descriptor tables (Arm ARM DDI 0406C, B3.5) are
walked as the hardware would. Addresses are canonical physical unless they say
"real". It must never guess: memory that nobody owns is in no region.
"""
from __future__ import annotations

import bisect
from dataclasses import dataclass
from typing import Any, Iterator

from faultinject.image import RAM_BASE
from faultinject.target import KERNEL_VIRTUAL, KernelLayout, canonical

PAGE = 4096
DIRECTORY_SIZE = 16384
TABLE_SIZE = 1024
STACKS = ((0x000DC000, 0x000E0000),)  # apps/root/layout.h
USER_SECTIONS = KERNEL_VIRTUAL >> 20

REGIONS = ("kernel-text", "kernel-data", "replica-local", "kernel-objects",
           "page-tables", "user-text", "user-data", "user-stack")


@dataclass(frozen=True, order=True)
class Block:
    """Neighbouring memory of one owner. `virtual` is None if not mapped."""

    start: int
    size: int
    region: str
    owner: str
    virtual: int | None = None


@dataclass(frozen=True)
class Frame:
    """One user mapping as the page tables state it."""

    virtual: int
    physical: int
    size: int
    writable: bool
    executable: bool


@dataclass(frozen=True)
class Entry:
    """A page-table word in use at `address`, and the memory that is reached
    through it; size 0 = not RAM of the partition, or the kernel's own."""

    address: int
    start: int
    size: int


@dataclass(frozen=True)
class Process:
    """A thread name and the page directory of its address space."""

    name: str
    directory: int


class MemoryMap:
    """Regions of one replica's RAM, the same for all after canonicalising."""

    def __init__(self, blocks: list[Block], frames: dict[str, list[Frame]],
                 walked: list[Entry] | None = None) -> None:
        self.blocks = sorted(blocks)
        self.walked = walked or []
        self.frames = frames
        self._starts = [block.start for block in self.blocks]

    def select(self, region: str | None = None, owner: str | None = None
               ) -> list[Block]:
        """Blocks of a region (all regions when None) and owner."""
        return [b for b in self.blocks
                if region in (None, b.region) and owner in (None, b.owner)]

    def sizes(self) -> dict[str, int]:
        """Bytes per region."""
        total: dict[str, int] = {}
        for block in self.blocks:
            total[block.region] = total.get(block.region, 0) + block.size
        return total

    def at(self, physical: int) -> Block | None:
        """The block that holds an address."""
        index = bisect.bisect_right(self._starts, physical) - 1
        if index < 0:
            return None
        block = self.blocks[index]
        return block if physical < block.start + block.size else None

    def translate(self, owner: str, virtual: int) -> int | None:
        """Canonical physical address of a user address."""
        for frame in self.frames.get(owner, []):
            if frame.virtual <= virtual < frame.virtual + frame.size:
                return frame.physical + virtual - frame.virtual
        return None


class Walker:
    """Reads the page tables in a dump of one partition."""

    def __init__(self, dump: bytes, offset: int) -> None:
        self._dump = dump
        self._offset = offset
        self.end = RAM_BASE + len(dump)

    def owns(self, physical: int) -> bool:
        """Does a canonical address lie in the dumped partition?"""
        return RAM_BASE <= physical < self.end

    def word(self, physical: int) -> int:
        """A word of memory; 0 outside the dump."""
        at = physical - RAM_BASE
        return int.from_bytes(self._dump[at:at + 4], "little") if at >= 0 else 0

    def tables(self, directory: int) -> list[tuple[int, int]]:
        """(virtual MiB, canonical address) of second-level tables."""
        found = []
        for mib in range(USER_SECTIONS):
            entry = self.word(directory + 4 * mib)
            table = (entry & ~(TABLE_SIZE - 1)) - self._offset
            if entry & 3 == 1 and self.owns(table):
                found.append((mib, table))
        return found

    def frames(self, directory: int) -> Iterator[Frame]:
        """User mappings of RAM, in order of virtual address."""
        for mib in range(USER_SECTIONS):
            entry = self.word(directory + 4 * mib)
            if entry & 3 == 2:
                yield from self._section(mib, entry)
        for mib, table in self.tables(directory):
            yield from self._pages(mib, table)

    def _section(self, mib: int, entry: int) -> Iterator[Frame]:
        base = (entry & 0xFFF00000) - self._offset
        if entry >> 18 & 1:  # supersection: 16 equal entries, one per MiB
            base = (entry & 0xFF000000) + (mib % 16 << 20) - self._offset
        access = entry >> 10 & 3 | (entry >> 15 & 1) << 2
        if self.owns(base) and access & 2:
            yield Frame(mib << 20, base, 1 << 20, _writable(access),
                        not entry >> 4 & 1)

    def _pages(self, mib: int, table: int) -> Iterator[Frame]:
        for index in range(256):
            entry = self.word(table + 4 * index)
            virtual = mib << 20 | index << 12
            if entry & 2:
                base, never = (entry & ~0xFFF), entry & 1
            elif entry & 1:  # large page: 16 equal entries
                base = (entry & ~0xFFFF) + (index % 16 << 12)
                never = entry >> 15 & 1
            else:
                continue
            access = entry >> 4 & 3 | (entry >> 9 & 1) << 2
            if self.owns(base - self._offset) and access & 2:
                yield Frame(virtual, base - self._offset, PAGE,
                            _writable(access), not never)


    def entries(self, directory: int) -> Iterator[Entry]:
        """Words in use of a directory and of its second-level tables."""
        tables = dict(self.tables(directory))
        for mib in range(DIRECTORY_SIZE // 4):
            word = self.word(directory + 4 * mib)
            if mib in tables:
                yield from self._table_entries(directory + 4 * mib, tables[mib])
            elif word:
                yield self._entry(directory + 4 * mib, word & 0xFFF00000,
                                  1 << 20, mib < USER_SECTIONS)

    def _table_entries(self, above: int, table: int) -> Iterator[Entry]:
        """Words in use of a table, each with the word that points to it."""
        for index in range(TABLE_SIZE // 4):
            word = self.word(table + 4 * index)
            if not word & 3:
                continue
            base = (word & ~0xFFF if word & 2
                    else (word & ~0xFFFF) + (index % 16 << 12))
            yield self._entry(table + 4 * index, base, PAGE, True)
            yield self._entry(above, base, PAGE, True)

    def _entry(self, address: int, real: int, size: int, user: bool) -> Entry:
        start = real - self._offset
        inside = user and self.owns(start)
        return Entry(address, start, size) if inside else Entry(address, 0, 0)

    def used_words(self, start: int, size: int) -> Iterator[Entry]:
        """Words of a kernel table that are not zero."""
        for address in range(start, start + size, 4):
            if self.word(address):
                yield Entry(address, 0, 0)


def _writable(access: int) -> bool:
    """User may write: AP[2:0] = 0b011 (DDI 0406C, table B3-8)."""
    return access == 3


def processes(records: list[dict[str, Any]]) -> list[Process]:
    """Threads with an address space; one per page directory, first wins."""
    found: dict[int, Process] = {}
    for record in records:
        if record["kind"] == "thread" and record["replica"] == 0:
            directory = record["args"][1]
            if directory:
                found.setdefault(directory, Process(record["text"], directory))
    return list(found.values())


def kernel_blocks(layout: KernelLayout) -> list[Block]:
    """Text, data, replica-local data and page tables of the kernel image."""
    blocks = []
    spans = ((layout.start, layout.text_end, "kernel-text"),
             (layout.text_end, layout.local_start, "kernel-data"),
             (layout.local_start, layout.local_end, "replica-local"),
             (layout.local_end, layout.end, "kernel-data"))
    for start, end, region in spans:
        for low, high in layout.tables:
            if start <= low and high <= end:
                blocks.append(_kernel_block(start, low, region))
                blocks.append(_kernel_block(low, high, "page-tables"))
                start = high
        blocks.append(_kernel_block(start, end, region))
    return [block for block in blocks if block.size > 0]


def _kernel_block(start: int, end: int, region: str) -> Block:
    return Block(canonical(start), end - start, region, "kernel", start)


def _region_of(frame: Frame, stacks: tuple[tuple[int, int], ...]) -> str:
    if not frame.writable:
        return "user-text"
    on_stack = any(low <= frame.virtual < high for low, high in stacks)
    return "user-stack" if on_stack else "user-data"


def _process_blocks(walker: Walker, process: Process,
                    stacks: tuple[tuple[int, int], ...]) -> list[Block]:
    owner = process.name
    blocks = [Block(process.directory, DIRECTORY_SIZE, "page-tables", owner)]
    blocks += [Block(table, TABLE_SIZE, "page-tables", owner, mib << 20)
               for mib, table in walker.tables(process.directory)]
    blocks += [Block(f.physical, f.size, _region_of(f, stacks), owner, f.virtual)
               for f in walker.frames(process.directory)]
    return blocks


def _objects(walker: Walker, bitmap: int, taken: list[Block]) -> list[Block]:
    """Used pages that nothing else explains, without page-table parts."""
    used = _used_ranges(taken)
    blocks = []
    for page in range(RAM_BASE, walker.end, PAGE):
        number = (page - RAM_BASE) // PAGE
        word = walker.word(canonical(bitmap) + number // 32 * 4)
        if word >> number % 32 & 1:
            blocks += [Block(start, size, "kernel-objects", "kernel")
                       for start, size in _gaps(page, used.get(page, []))]
    return blocks


def _used_ranges(blocks: list[Block]) -> dict[int, list[tuple[int, int]]]:
    """Parts of each page that some block covers."""
    used: dict[int, list[tuple[int, int]]] = {}
    for block in blocks:
        end = block.start + block.size
        for page in range(block.start & ~(PAGE - 1), end, PAGE):
            span = (max(page, block.start), min(page + PAGE, end))
            used.setdefault(page, []).append(span)
    return used


def _gaps(page: int, spans: list[tuple[int, int]]) -> list[tuple[int, int]]:
    """(start, size) of what no span covers in a page."""
    found, at = [], page
    for start, end in sorted(spans):
        if start > at:
            found.append((at, start - at))
        at = max(at, end)
    if at < page + PAGE:
        found.append((at, page + PAGE - at))
    return found


def build(dump: bytes, offset: int, records: list[dict[str, Any]],
          layout: KernelLayout, bitmap: int,
          stacks: tuple[tuple[int, int], ...] = STACKS) -> MemoryMap:
    """Map of one partition.

    @param dump     Its RAM from RAM_BASE on.
    @param offset   Partition offset: real = canonical + offset.
    @param bitmap   Kernel virtual address of `untyped_dirty`.
    @param stacks   User virtual ranges that hold stacks.
    """
    walker = Walker(dump, offset)
    blocks: dict[int, Block] = {b.start: b for b in kernel_blocks(layout)}
    frames = {}
    # The root task, the first thread, also maps what it gave to others.
    first, *others = processes(records) or [None]
    for process in [*others, first] if first else []:
        frames[process.name] = list(walker.frames(process.directory))
        for block in _process_blocks(walker, process, stacks):
            blocks.setdefault(block.start, block)
    known = list(blocks.values())
    walked = [entry for low, high in layout.tables
              for entry in walker.used_words(canonical(low), high - low)]
    for process in processes(records):
        walked += walker.entries(process.directory)
    return MemoryMap(known + _objects(walker, bitmap, known), frames, walked)
