# SPDX-License-Identifier: BSD-2-Clause
"""The memory map, on page tables made here by the manual's own rules."""
from __future__ import annotations

import re
import struct
from pathlib import Path

from faultinject import memmap
from faultinject.image import RAM_BASE
from faultinject.target import KERNEL_VIRTUAL, KernelLayout

OFFSET = 0x02000000
SIZE = 0x100000
DIRECTORY = RAM_BASE + 0x10000
TABLE = RAM_BASE + 0x20400  # the second quarter of its page
TEXT, DATA, STACK = RAM_BASE + 0x30000, RAM_BASE + 0x31000, RAM_BASE + 0x32000
OBJECTS = RAM_BASE + 0x40000
BITMAP = RAM_BASE + 0x3000
USER_READ, USER_WRITE, KERNEL_ONLY = 2, 3, 1
LAYOUT = KernelLayout(KERNEL_VIRTUAL, KERNEL_VIRTUAL + 0x2000,
                      KERNEL_VIRTUAL + 0x5000, KERNEL_VIRTUAL + 0x6000,
                      KERNEL_VIRTUAL + 0x6000)


def small(physical: int, access: int, never: int = 0) -> int:
    """Small-page descriptor with AP[1:0] (DDI 0406C, figure B3-5)."""
    return (physical + OFFSET) | access << 4 | 2 | never


def dump() -> bytes:
    """A partition with one process."""
    ram = bytearray(SIZE)

    def put(at: int, word: int) -> None:
        struct.pack_into("<I", ram, at - RAM_BASE, word)

    put(DIRECTORY, (TABLE + OFFSET) | 1)
    put(DIRECTORY + 4 * 5, 0x02000000 | 3 << 10 | 2)  # a device section
    put(TABLE + 4 * 16, small(TEXT, USER_READ))
    put(TABLE + 4 * 17, small(DATA, USER_WRITE, 1))
    put(TABLE + 4 * 18, small(STACK, USER_WRITE, 1))
    put(TABLE + 4 * 19, small(DATA, KERNEL_ONLY))
    for page in (TABLE, OBJECTS, DATA):
        number = (page - RAM_BASE) >> 12
        at = BITMAP + number // 32 * 4
        old = struct.unpack_from("<I", ram, at - RAM_BASE)[0]
        put(at, old | 1 << number % 32)
    return bytes(ram)


def thread(name: str, directory: int, replica: int = 0) -> dict[str, object]:
    """An event record of a thread, as far as the map needs it."""
    return {"kind": "thread", "replica": replica, "text": name,
            "args": [OBJECTS, directory, 0, 0]}


def made() -> memmap.MemoryMap:
    """The map of the dump."""
    records = [thread("app", DIRECTORY), thread("second", DIRECTORY),
               thread("none", 0), thread("other", DIRECTORY + 0x4000, 1)]
    return memmap.build(dump(), OFFSET, records, LAYOUT,
                        BITMAP - RAM_BASE + KERNEL_VIRTUAL,
                        stacks=((0x12000, 0x13000),))


def test_every_region_is_found_once() -> None:
    """Sizes per region; devices and kernel-only mappings are no user RAM."""
    assert made().sizes() == {
        "kernel-text": 0x2000, "kernel-data": 0x3000,
        "replica-local": 0x1000, "page-tables": 0x4400,
        "user-text": 0x1000, "user-data": 0x1000, "user-stack": 0x1000,
        "kernel-objects": 0x1000 + 0xC00}


def test_blocks_do_not_overlap() -> None:
    """Each byte belongs to one block at most."""
    blocks = made().blocks
    for low, high in zip(blocks, blocks[1:]):
        assert low.start + low.size <= high.start


def test_addresses_are_canonical_and_owned() -> None:
    """The partition offset is gone; the first thread names the process."""
    memory = made()
    assert memory.translate("app", 0x11004) == DATA + 4
    assert memory.translate("app", 0x40000000) is None
    assert memory.translate("second", 0x11004) is None
    block = memory.at(TEXT + 9)
    assert block == memmap.Block(TEXT, 0x1000, "user-text", "app", 0x10000)
    assert memory.at(RAM_BASE + 0x50000) is None
    assert memory.at(TABLE + 0x400).region == "kernel-objects"  # type: ignore[union-attr]


def test_the_map_is_the_same_for_every_replica() -> None:
    """A wrong offset finds no user memory: nothing is guessed."""
    wrong = memmap.build(dump(), OFFSET + 0x01000000, [thread("app", DIRECTORY)],
                         LAYOUT, BITMAP - RAM_BASE + KERNEL_VIRTUAL)
    assert "user-data" not in wrong.sizes()


def test_stacks_are_where_the_root_task_puts_them() -> None:
    """The range of the map is that of the root task's layout."""
    text = (Path(__file__).parents[2] / "apps/root/layout.h").read_text()

    def constant(name: str) -> int:
        found = re.search(rf"#define LAYOUT_STACK_{name} (\w+)u\n", text)
        assert found is not None
        return int(found.group(1), 0)

    top, pages = constant("TOP"), constant("PAGES")
    assert memmap.STACKS == ((top - pages * memmap.PAGE, top),)


def test_what_a_process_maps_is_not_the_root_tasks() -> None:
    """The root task maps everybody's text: it owns only what nobody else has."""
    records = [thread("root", DIRECTORY), thread("app", DIRECTORY + 0x4000)]
    ram = bytearray(dump())
    size = memmap.DIRECTORY_SIZE
    at = DIRECTORY - RAM_BASE
    ram[at + 0x4000:at + 0x4000 + size] = ram[at:at + size]
    memory = memmap.build(bytes(ram), OFFSET, records, LAYOUT,
                          BITMAP - RAM_BASE + KERNEL_VIRTUAL)
    assert memory.at(TEXT).owner == "app"  # type: ignore[union-attr]


def test_table_words_in_use_are_those_that_a_ttbr_reaches() -> None:
    """Each page's own word and the word above it, with the memory behind
    them; devices count as always in use, empty words are not listed."""
    def words(page: int, index: int) -> set[memmap.Entry]:
        return {memmap.Entry(at, page, memmap.PAGE)
                for at in (TABLE + 4 * index, DIRECTORY)}

    pages = ((TEXT, 16), (DATA, 17), (STACK, 18), (DATA, 19))
    expected = set().union(*(words(page, index) for page, index in pages))
    expected.add(memmap.Entry(DIRECTORY + 4 * 5, 0, 0))
    assert set(made().walked) == expected
