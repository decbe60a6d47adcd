# SPDX-License-Identifier: BSD-2-Clause
"""What a trial hit, where replicas first differ, and what followed.

The trial runs again up to its first detection (or its end), where the memory
of all replicas is dumped and compared word by word. It must never change what
the trial does before that moment.
"""
from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from faultinject import target, tree
from faultinject.golden import Reference
from faultinject.image import RAM_BASE
from faultinject.memmap import Block
from faultinject.model import Fault
from faultinject.qemu import run
from faultinject.workload import Prepared

TIMEOUT_S = 120.0
PRIVATE = ("replica-local", "page-tables")  # differ in healthy replicas too
MARGIN_NS = 100  # before the end of a run


@dataclass(frozen=True)
class Word:
    """A word that differs: canonical address, its place, value per replica."""

    physical: int
    region: str
    owner: str
    symbol: str
    values: tuple[int, ...]


class Names:
    """Symbols by address: the kernel's, and each program's."""

    def __init__(self, prepared: Prepared) -> None:
        self._products = prepared.products
        self._known: dict[Path, list[target.Symbol]] = {}

    def at(self, owner: str, virtual: int | None) -> str:
        """Symbol (and offset) at an owner's virtual address, or nothing."""
        if virtual is None:
            return ""
        path = (self._products.kernel if owner == "kernel"
                else self._products.app(owner))
        if not path.is_file():
            return ""
        best = None
        for symbol in self._symbols(path):
            if symbol.address <= virtual:
                best = symbol
        if best is None or virtual >= best.address + best.size:
            return ""
        offset = virtual - best.address
        return f"{best.name}+{offset:#x}" if offset else best.name

    def _symbols(self, path: Path) -> list[target.Symbol]:
        if path not in self._known:
            everything = target.symbols(path).values()
            self._known[path] = sorted(
                (s for s in everything if s.size),
                key=lambda s: (s.address & ~1, s.size))
        return self._known[path]


def _executing(fault: Fault, names: Names, pcs: list[int]) -> list[str]:
    """What the core whose register was hit was about to do."""
    core = fault.replica or 0
    if core >= len(pcs):
        return []
    pc = pcs[core]
    where = (names.at("kernel", pc) or "the kernel" if pc >= target.KERNEL_VIRTUAL
             else "user code")
    return [f"executing: {where}, pc {pc:#x}"]


def place_words(fault: Fault, names: Names, pcs: list[int]) -> list[str]:
    """What was hit: symbol, object, page and owner; of a register, what its
    core was executing.

    @param pcs  Program counters of all cores at the flip.
    """
    if fault.physical is None:
        return [f"what: {fault.words()}", *_executing(fault, names, pcs)]
    symbol = names.at(str(fault.owner), fault.virtual)
    page = f"page {fault.physical & ~0xFFF:#x} (canonical)"
    if fault.real is not None:
        page += f", real {fault.real:#x}"
    where = "" if fault.virtual is None else f", virtual {fault.virtual:#x}"
    return [f"what: {fault.words()}",
            f"object: {symbol or 'no symbol'} of {fault.owner}{where}",
            f"page: {page}, region {fault.region}"]


def moment_of(observation: Any, reference: Reference) -> int:
    """When replicas are compared, in virtual ns: at the first detection,
    where all of them stand at the same vote, else right before the end."""
    if observation.first_detect_stamp is not None:
        return int(10 * observation.first_detect_stamp + reference.skew_ns)
    return max(int(observation.at_ns) + 1,
               int(observation.virtual_ns) - MARGIN_NS)


def first_differences(prepared: Prepared, reference: Reference, fault: Fault,
                      at_ns: int, most: int = 8) -> list[Word]:
    """Words in which replicas differ at a moment of the trial, by address."""
    folder = tree.scratch("explain")
    replicas = prepared.config.replicas
    files = [folder / f"{replica}.bin" for replica in range(replicas)]
    try:
        dumps = tuple(prepared.dump_argument(at_ns, replica, files[replica])
                      for replica in range(replicas))
        run(prepared.machine(quiet=True, flips=fault.plugin_arguments(),
                             dumps=dumps, limit_ns=at_ns + 1), TIMEOUT_S)
        if not all(path.is_file() for path in files):
            return []
        memory = np.stack([np.fromfile(path, "<u4") for path in files])
        return _compare(memory, prepared, reference, most)
    finally:
        for path in files:
            path.unlink(missing_ok=True)
        folder.rmdir()


def _compare(memory: Any, prepared: Prepared, reference: Reference,
             most: int) -> list[Word]:
    names = Names(prepared)
    found: list[Word] = []
    for block in reference.memory.blocks:
        if block.region in PRIVATE or len(found) >= most:
            continue
        low = (block.start - RAM_BASE) // 4
        part = memory[:, low:low + block.size // 4]
        odd = np.nonzero((part != part[0]).any(axis=0))[0]
        found += [_word(part, block, int(i), names)
                  for i in odd[:most - len(found)]]
    return found


def _word(part: Any, block: Block, index: int, names: Names) -> Word:
    virtual = None if block.virtual is None else block.virtual + 4 * index
    return Word(block.start + 4 * index, block.region, block.owner,
                names.at(block.owner, virtual),
                tuple(int(value) for value in part[:, index]))


def chain_words(observation: Any) -> list[str]:
    """Records after the flip, each with the time since it."""
    flip = observation.flip_stamp or 0
    return [f"+{10 * (r['stamp'] - flip):>12,} ns  {r['words']}"
            for r in observation.event_dicts() if r["stamp"] >= flip]
