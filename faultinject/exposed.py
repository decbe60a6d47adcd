# SPDX-License-Identifier: BSD-2-Clause
"""Which instructions of the kernel are executed once, between the vote on a
device operation and the bus: read from the binary, by the calls in it.

Everything that `act` reaches before the operation log says DONE is
executed by the primary alone. Most of it lies in .text.exposed, which the
primary adds up before it acts (shim/mech/intact.c): some of it before each
operation, the rest before those that take it. What else finds a
function's faults is stated here; that a new one appears without a statement is
an error.
"""
from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from elftools.elf.elffile import ELFFile

from faultinject import target, tree
from faultinject.errors import HarnessError
from faultinject.image import BootConfig
from faultinject.space import EXPOSED_REGION, Extent

KERNEL = tree.ROOT / "build/sabrelite/kernel.elf"
ROOT_FUNCTION = "act"
NOBODY = "nobody"
# what runs there, and who notices, beside the sum, if it goes wrong
GUARDS = {
    "act": ("from the first step on", NOBODY),
    "perform": ("log, open and close the window", NOBODY),
    "channel_publish_operation": ("the log", "who can not read it"),
    "publish": ("any record", "who can not read it"),
    "arch_send_event": ("wakes who waits", "a deadline"),
    "access_perform": ("choice of the kind; single load or store", NOBODY),
    "perform_other": ("choice among the others", NOBODY),
    "run_batch": ("loads and stores of a batch",
                  "of a value behind its load: two copies must agree"),
    "write_fifo": ("stores to one register", NOBODY),
    "show_batch": ("values of a batch, once more", "the check in the log"),
    "read_block": ("block from the device",
                   "read twice, checked by everybody"),
    "write_block": ("block to the device-visible image",
                    "checked against the vote, and where it has landed"),
    "access_begin": ("progress word", NOBODY),
    "transfer_copy": ("copying of blocks", "as the block"),
    "transfer_check": ("sums over blocks", "as the block"),
    "copy_rest": ("bytes beside whole lines", "as the block"),
    "arch_lines_copy": ("copying of lines", "as the block"),
    "arch_lines_sum": ("sums over lines", "as the block"),
    "reach": ("address of a register, looked up", NOBODY),
    "arch_device_is_at": ("where the tables lead", NOBODY),
    "arch_device_ptr": ("address of a register", NOBODY),
    "arch_devices_open": ("window", "an abort, if it stays closed"),
    "arch_devices_close": ("window", NOBODY),
    "arch_memory_barrier": ("order", NOBODY),
    "arch_shared_block": ("own data area", "the MMU: others are read-only"),
}
EACH, OTHERS, NO = "each", "blocks, batches", "no"
# these are part of the vote, or end this replica: not between vote and bus
BEHIND = ("look_before", "verdict_failed", "memcpy", "memset")


@dataclass(frozen=True)
class Exposed:
    """One function of the primary's part."""

    name: str
    address: int
    instructions: int
    summed: str  # before which operations it is added up: EACH, OTHERS, or NO

    @property
    def bare(self) -> bool:
        """Does nothing notice its faults?"""
        return self.summed == NO and GUARDS[self.name][1] == NOBODY


def _size(symbols: dict[str, target.Symbol], name: str) -> int:
    """Bytes of a function; one in assembly reaches to the next symbol."""
    start = symbols[name].address
    return symbols[name].size or min(
        s.address - start for s in symbols.values() if s.address > start)


def _words(kernel: Path, start_address: int, size: int) -> list[int]:
    with open(kernel, "rb") as stream:
        for segment in ELFFile(stream).iter_segments("PT_LOAD"):
            start = start_address - segment["p_vaddr"]
            if 0 <= start < segment["p_filesz"]:
                data = segment.data()[start:start + size]
                return [int.from_bytes(data[i:i + 4], "little")
                        for i in range(0, len(data) - 3, 4)]
    raise HarnessError(f"{kernel.name} loads nothing at {start_address:#x}")


def _branches(at: int, word: int) -> int | None:
    """Where a branch (B, BL; A8.8.18, A8.8.25) leads, if it is one."""
    if word >> 25 & 7 != 5 or word >> 28 == 0xF:
        return None
    offset = (word & 0xFFFFFF) - ((word & 0x800000) << 1)
    return at + 8 + 4 * offset


def exposed(kernel: Path = KERNEL) -> list[Exposed]:
    """The functions, in the order in which they are reached."""
    symbols = target.symbols(kernel)
    by_address = {s.address: name for name, s in symbols.items()
                  if s.size or name in GUARDS}
    summed = {when: range(*(symbols[f"__text_exposed_{part}{edge}"].address
                            for edge in ("start", "end")))
              for when, part in ((EACH, "each_"), (OTHERS, ""))}
    found: dict[str, Exposed] = {}
    waiting = [ROOT_FUNCTION]
    while waiting:
        name = waiting.pop(0)
        if name in found or name in BEHIND:
            continue
        if name not in GUARDS:
            raise HarnessError(f"{name} is executed between vote and bus: say "
                               f"in {Path(__file__).name} what guards it")
        start = symbols[name].address
        words = _words(kernel, start, _size(symbols, name))
        found[name] = Exposed(name, start, len(words), next(
            (when for when, part in summed.items() if start in part), NO))
        for i, word in enumerate(words):
            to = _branches(start + 4 * i, word)
            if to in by_address:
                waiting.append(by_address[to])
    return list(found.values())


def summed_words(kernel: Path = KERNEL) -> list[int]:
    """All words that the primary adds up before some operation, in order; the
    part that it adds up before each one begins at an even place, too."""
    symbols = target.symbols(kernel)
    start = symbols["__text_exposed_start"].address
    each = symbols["__text_exposed_each_start"].address
    if (each - start) % 8:
        raise HarnessError("what is added up does not begin at a whole line")
    return _words(kernel, start, symbols["__text_exposed_end"].address - start)


def extents(kernel: Path, config: BootConfig) -> list[Extent]:
    """Their memory in the replica that is primary first; nobody else executes
    them while that one is there."""
    offset = config.partition_offset(0)
    return [Extent(0, EXPOSED_REGION, one.name,
                   target.canonical(one.address) + offset,
                   4 * one.instructions, target.canonical(one.address),
                   one.address) for one in exposed(kernel)]


def table(functions: list[Exposed]) -> str:
    """The table of shim/README.md."""
    lines = ["| function | words of code | what | summed for | who else "
             "notices a flip |", "|---|---|---|---|---|"]
    for one in functions:
        what, guard = GUARDS[one.name]
        lines.append(f"| `{one.name}` | {one.instructions} | {what} | "
                     f"{one.summed} | {guard} |")
    total, summed, bare = (
        sum(one.instructions for one in functions if wanted(one))
        for wanted in (lambda one: True, lambda one: one.summed != NO,
                       lambda one: one.bare))
    lines.append(f"| all | {total}, of them {bare} that nothing notices | | "
                 f"{summed} | |")
    return "\n".join(lines) + "\n"
