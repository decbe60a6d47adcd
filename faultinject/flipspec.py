# SPDX-License-Identifier: BSD-2-Clause
"""The flip that a person asks for on the command line.

    replica=1,region=user-data,at=50%,seed=7     somewhere in a region
    replica=1,symbol=NAME,bit=K,at=50%           a named object
    replica=1,register=r5,bit=3,at=12345678      a register of the core

`at` is a share of the program's time in the fault-free run (from the moment
its thread exists to the end) or a number of instructions of all cores since
the machine started. `owner=NAME` limits a region or symbol to a process.
"""
from __future__ import annotations

import random
from dataclasses import dataclass

from faultinject import target, tree
from faultinject.errors import UserError
from faultinject.memmap import REGIONS, Block, MemoryMap
from faultinject.model import REGISTERS, Fault
from faultinject.workload import Prepared

KEYS = ("replica", "region", "symbol", "register", "owner", "bit", "at", "seed")
THREAD_NAME_SIZE = 12
KERNEL_OWNER = "kernel"


@dataclass(frozen=True)
class FlipSpec:
    """A parsed flip; exactly one of region, symbol, register is set."""

    replica: int
    at: str
    region: str | None = None
    symbol: str | None = None
    register: str | None = None
    owner: str | None = None
    bit: int | None = None
    seed: int = 0

    def at_ns(self, start_ns: int, end_ns: int) -> int:
        """The moment, for a program that ran in [start_ns, end_ns)."""
        if self.at.endswith("%"):
            share = float(self.at[:-1]) / 100
            return start_ns + int((end_ns - start_ns) * share)
        return int(self.at)


def _bad(reason: str) -> UserError:
    return UserError(f"malformed flip: {reason}")


def _number(values: dict[str, str], key: str, default: int | None
            ) -> int | None:
    text = values.get(key)
    if text is None:
        return default
    try:
        number = int(text, 0)
    except ValueError:
        raise _bad(f"{key} must be a number, not {text!r}") from None
    if number < 0:
        raise _bad(f"{key} must not be negative")
    return number


def check_at(text: str) -> str:
    """Refuse what is no moment of a run."""
    try:
        share = float(text[:-1]) if text.endswith("%") else None
        count = int(text) if share is None else 0
    except ValueError:
        raise _bad(f"at must be a share like 50% or a number of instructions, "
                   f"not {text!r}") from None
    if (share is not None and not 0 < share < 100) or count < 0:
        raise _bad(f"at={text} lies outside the run")
    return text


def parse(text: str, replicas: int) -> FlipSpec:
    """Read a flip for a system of `replicas` replicas."""
    values: dict[str, str] = {}
    for part in text.split(","):
        key, equals, value = part.strip().partition("=")
        if not equals or not value:
            raise _bad(f"{part!r} is not key=value")
        if key not in KEYS:
            raise _bad(f"unknown key {key!r}, known are {', '.join(KEYS)}")
        if key in values:
            raise _bad(f"{key} is given twice")
        values[key] = value
    wanted = [key for key in ("region", "symbol", "register") if key in values]
    if len(wanted) != 1:
        raise _bad("exactly one of region, symbol, register is needed")
    if "at" not in values:
        raise _bad("at is missing")
    spec = FlipSpec(
        replica=_number(values, "replica", 0) or 0, at=check_at(values["at"]),
        region=values.get("region"), symbol=values.get("symbol"),
        register=values.get("register"), owner=values.get("owner"),
        bit=_number(values, "bit", None), seed=_number(values, "seed", 0) or 0)
    return _checked(spec, replicas)


def _checked(spec: FlipSpec, replicas: int) -> FlipSpec:
    if spec.replica >= replicas:
        raise _bad(f"there is no replica {spec.replica}, "
                   f"the run has {replicas}")
    if spec.region is not None and spec.region not in (*REGIONS, "any"):
        raise _bad(f"unknown region {spec.region!r}, known are "
                   f"{', '.join(REGIONS)}, any")
    if spec.register is not None:
        if spec.register not in REGISTERS:
            raise _bad(f"unknown register {spec.register!r}")
        if (spec.bit or 0) > 31:
            raise _bad("a register has bits 0 to 31")
    if spec.region is not None and (spec.bit or 0) > 7:
        raise _bad("a byte of a region has bits 0 to 7")
    return spec


def resolve(spec: FlipSpec, prepared: Prepared, memory: MemoryMap,
            at_ns: int) -> Fault:
    """The exact fault, with the memory map of that moment."""
    rng = random.Random(f"flip:{spec.seed}")
    if spec.register is not None:
        bit = rng.randrange(32) if spec.bit is None else spec.bit
        return Fault("register", at_ns, spec.replica, 1 << bit,
                     region="registers", register=spec.register)
    if spec.symbol is not None:
        return _symbol_fault(spec, prepared, memory, at_ns)
    region = None if spec.region == "any" else spec.region
    blocks = memory.select(region, spec.owner)
    if not blocks:
        owner = f" of {spec.owner}" if spec.owner else ""
        raise UserError(f"region {spec.region}{owner} is empty after {at_ns} "
                        "instructions (a share of the run is written at=50%)")
    bit = rng.randrange(8) if spec.bit is None else spec.bit
    return memory_fault(pick(rng, blocks), bit, at_ns, spec.replica,
                        prepared.config.partition_offset(spec.replica))


def pick(rng: random.Random, blocks: list[Block]) -> tuple[Block, int]:
    """A block and an offset in it, each byte equally likely."""
    at = rng.randrange(sum(block.size for block in blocks))
    for block in blocks:
        if at < block.size:
            return block, at
        at -= block.size
    raise AssertionError("the sum of sizes is not the sum of sizes")


def memory_fault(place: tuple[Block, int], bit: int, at_ns: int, replica: int,
                 partition_offset: int) -> Fault:
    """A flip of one bit of a byte of a block."""
    block, offset = place
    physical = block.start + offset
    virtual = None if block.virtual is None else block.virtual + offset
    return Fault("memory", at_ns, replica, 1 << bit, region=block.region,
                 owner=block.owner, virtual=virtual, physical=physical,
                 real=physical + partition_offset)


def _find_symbol(spec: FlipSpec, prepared: Prepared
                 ) -> tuple[target.Symbol, str]:
    """The symbol and the process (or kernel) that it belongs to."""
    app = spec.owner or prepared.workload.app
    name = str(spec.symbol)
    known = (*tree.app_names(), "root", KERNEL_OWNER, prepared.workload.app)
    if app not in known:
        raise UserError(f"no program {app!r} that could own a symbol")
    files = [(prepared.products.app(app), app),
             (prepared.products.kernel, KERNEL_OWNER)]
    if app == KERNEL_OWNER or not files[0][0].is_file():
        files = files[1:]  # of a root task from outside we have no symbols
    for path, owner in files:
        found = target.symbols(path).get(name)
        if found is not None:
            return found, owner
    raise UserError(f"no symbol {name!r} in {app} or in the kernel")


def _symbol_fault(spec: FlipSpec, prepared: Prepared, memory: MemoryMap,
                  at_ns: int) -> Fault:
    symbol, owner = _find_symbol(spec, prepared)
    bit = spec.bit or 0
    if bit >= 8 * (symbol.size or 4):
        raise UserError(f"symbol {symbol.name} has only "
                        f"{8 * (symbol.size or 4)} bits")
    virtual = symbol.address + bit // 8
    physical: int | None = target.canonical(virtual)
    if owner != KERNEL_OWNER:
        physical = memory.translate(owner[:THREAD_NAME_SIZE], virtual)
    if physical is None:
        raise UserError(f"symbol {symbol.name} is not mapped in {owner} "
                        "at that moment")
    block = memory.at(physical)
    offset = prepared.config.partition_offset(spec.replica)
    return Fault("memory", at_ns, spec.replica, 1 << bit % 8,
                 region=block.region if block else "unallocated", owner=owner,
                 symbol=symbol.name, virtual=virtual, physical=physical,
                 real=physical + offset)
