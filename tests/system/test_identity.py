# SPDX-License-Identifier: BSD-2-Clause
"""Replicas that idle have the same memory, word for word.

Of each partition only `.replica_local` may differ, and page tables by the
partition's offset (and the kernel's own in which block of the shared region is
writable); the kernel's own bitmap says which KiB are tables. The
memory is dumped while every core sleeps in the kernel's idle loop.
"""

import array
from dataclasses import dataclass
from pathlib import Path

import pytest
from faultinject import image, qemu, target
from faultinject.workload import Prepared, Workload

TIMEOUT_S = 120
BLOCK_WORDS = 256  # 1 KiB, the size of a second-level table
IDLE = "arch_wait_for_interrupt"
STEP_NS, STEPS = 150_000, 8  # to a moment at which no tick is being handled
IDLE_NS = 3_000_000  # before the end, the image of tests/target sleeps
LINE = Workload(app="idle", args="20 5000", replicas=3, stride=16 << 20)
BOARD_TESTS = Workload(app="hello", replicas=3, stride=32 << 20,
                       image=Path("build/sabrelite/target.elf"))


@dataclass(frozen=True)
class Moment:
    """All replicas' memory at one instruction, and what their cores did."""

    raw: list[bytes]
    canonical: list[array.array]
    idle: list[bool]


def place_of(prepared: Prepared, symbol: str) -> int:
    """Distance of a kernel symbol from the start of its partition."""
    address = target.address_of(prepared.products.kernel, symbol)
    return target.canonical(address) - image.RAM_BASE


def canonical(prepared: Prepared, replica: int, dump: bytes) -> array.array:
    """Words of a partition, without what may differ."""
    words = array.array("I", dump)
    offset = prepared.config.partition_offset(replica)
    first = image.RAM_BASE + offset
    bitmap = place_of(prepared, "vspace_table_blocks")
    for block in range(prepared.config.ram_size // 1024):
        if not dump[bitmap + block // 8] >> block % 8 & 1:
            continue
        for i in range(block * BLOCK_WORDS, (block + 1) * BLOCK_WORDS):
            if first <= words[i] < first + prepared.config.ram_size:
                words[i] -= offset
    for entry in target.own_entries(prepared.products.kernel, replica):
        words[(entry - image.RAM_BASE) // 4] ^= target.WRITE_PROTECTED
    start = place_of(prepared, "__replica_local_start") // 4
    end = place_of(prepared, "__replica_local_end") // 4
    words[start:end] = array.array("I", bytes(4 * (end - start)))
    return words


def is_idle(prepared: Prepared, pc: int) -> bool:
    symbol = target.symbols(prepared.products.kernel)[IDLE]
    return symbol.address <= pc < symbol.address + symbol.size


def look(prepared: Prepared, at_ns: int, folder: Path, *flips: str) -> Moment:
    """Run to `at_ns` instructions and dump everything."""
    replicas = range(prepared.config.replicas)
    files = [folder / f"ram{i}" for i in replicas]
    dumps = tuple(prepared.dump_argument(at_ns, i, files[i]) for i in replicas)
    machine = prepared.machine(flips=(*flips, f"{at_ns}:null"), dumps=dumps)
    result = qemu.run(machine, TIMEOUT_S)
    raw = [file.read_bytes() for file in files]
    return Moment(
        raw, [canonical(prepared, i, raw[i]) for i in replicas],
        [is_idle(prepared, result.facts["flip_pc"][i]) for i in replicas])


def look_asleep(prepared: Prepared, from_ns: int, folder: Path) -> Moment:
    """The same at the first of some moments at which all cores sleep: how
    long booting takes moves the ticks from build to build."""
    for step in range(STEPS):
        moment = look(prepared, from_ns + step * STEP_NS, folder)
        if all(moment.idle):
            break
    return moment


def differences(moment: Moment) -> list[tuple[int, str]]:
    """(replica, place in the partition) of words unlike replica 0's."""
    reference = moment.canonical[0]
    return [(replica, f"{4 * i:#x}")
            for replica, words in enumerate(moment.canonical)
            if words != reference
            for i, word in enumerate(words) if word != reference[i]]


@pytest.mark.parametrize("at_ns", [21_000_000, 23_456_789, 61_234_567])
def test_idle_replicas_are_equal(at_ns, tmp_path):
    with Prepared(LINE) as prepared:
        moment = look_asleep(prepared, at_ns, tmp_path)
    assert all(moment.idle)
    assert moment.raw[1] != moment.raw[0]  # page tables hold real addresses
    assert differences(moment) == []


def test_replicas_are_equal_after_all_tests_on_the_board(tmp_path):
    with Prepared(BOARD_TESTS) as prepared:
        whole = qemu.run(prepared.machine(), TIMEOUT_S)
        moment = look(prepared, whole.virtual_ns - IDLE_NS, tmp_path)
    assert all(moment.idle)
    assert differences(moment) == []


def test_one_flipped_bit_is_seen(tmp_path):
    at_ns = 21_000_000
    with Prepared(LINE) as prepared:
        place = prepared.config.ram_size // 2  # free memory
        real = image.RAM_BASE + prepared.config.partition_offset(1) + place
        moment = look(prepared, at_ns, tmp_path,
                      f"{at_ns - 1000}:mem:{real:#x}:0x10")
    assert differences(moment) == [(1, f"{place:#x}")]
