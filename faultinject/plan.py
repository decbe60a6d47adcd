# SPDX-License-Identifier: BSD-2-Clause
"""Trial k of a campaign, as a pure function of (campaign, k).

The reference (golden run) is itself a function of the campaign and the image,
so no state is carried from one trial to the next and any trial can be made
again alone.
"""
from __future__ import annotations

import random
from dataclasses import dataclass, replace

from faultinject.campaign_file import Campaign, FaultPlan
from faultinject.errors import UserError
from faultinject.golden import Reference
from faultinject.image import BootConfig
from faultinject.liveness import Draw
from faultinject.memmap import PAGE
from faultinject.model import REGISTER_REGION, Fault
from faultinject.registers import NAMED
from faultinject.space import NOBODY, TABLE_REGION, Extent

REGISTER_NAMES = tuple(f"r{i}" for i in range(16)) + ("cpsr",)
NAMES = {"register": REGISTER_NAMES, **NAMED}
TEXT_REGIONS = ("kernel-text", "user-text")
FLUSHED = "memory+flush"


@dataclass(frozen=True)
class Planned:
    """A fault, and the class that it stands for where memory was traced.

    `weight` is in bits x ns and set in exhaustive campaigns.
    """

    fault: Fault
    first_ns: int | None = None
    last_ns: int | None = None
    weight: int | None = None


def seed_of(campaign: Campaign, k: int) -> int:
    """63-bit seed of a trial, as stored."""
    return random.Random(f"{campaign.hash}:{campaign.seed}:{k}").getrandbits(63)


def fault_of(campaign: Campaign, k: int, reference: Reference,
             config: BootConfig) -> Planned:
    """The fault of trial k."""
    plan = campaign.fault
    if plan.sampling == "exhaustive":
        return _class(reference, k)
    rng = random.Random(seed_of(campaign, k))
    models, shares = zip(*plan.shares)
    model = rng.choices(models, shares)[0]
    if model in NAMES:
        return Planned(_register(rng, model, reference, config))
    extents = wanted_extents(plan, reference.extents, model)
    if plan.sampling in ("live", "live-strata"):
        draw = _live(rng, plan, reference, extents)
        fault = _memory(rng, plan, draw)
        return Planned(fault, draw.first_ns, draw.last_ns)
    draw = _anywhere(rng, plan, reference, extents)
    return Planned(_shaped(rng, plan, model, draw))


def wanted_extents(plan: FaultPlan, extents: list[Extent], model: str
                   ) -> list[Extent]:
    """Where a model may hit."""
    found = [e for e in extents if e.region in plan.regions
             and (model != "instruction" or e.region in TEXT_REGIONS)]
    if not found:
        raise UserError(f"no memory for model {model!r}: the regions of the "
                        "campaign are empty in this workload")
    return found


def _register(rng: random.Random, model: str, reference: Reference,
              config: BootConfig) -> Fault:
    """A bit of a register of one core at any moment."""
    names = [name for name in NAMES[model]
             if name not in reference.closed_registers]
    if not names:
        raise UserError(f"this emulator has no proved way to write {model} "
                        "registers")
    return Fault(model, rng.randrange(reference.first_ns, reference.last_ns),
                 rng.randrange(config.replicas), 1 << rng.randrange(32),
                 region=REGISTER_REGION if model == "register" else model,
                 register=rng.choice(names),
                 model=model)


def _chosen(rng: random.Random, plan: FaultPlan, extents: list[Extent]
            ) -> list[Extent]:
    """The extents, or those of one region where regions are strata."""
    if not plan.sampling.endswith("strata"):
        return extents
    region = rng.choice(sorted({e.region for e in extents}))
    return [e for e in extents if e.region == region]


def _anywhere(rng: random.Random, plan: FaultPlan, reference: Reference,
              extents: list[Extent]) -> Draw:
    """Any bit at any moment, each equally likely."""
    at_ns = rng.randrange(reference.first_ns, reference.last_ns)
    extents = _chosen(rng, plan, extents)
    at = rng.randrange(sum(e.size for e in extents))
    for extent in extents:
        if at < extent.size:
            return Draw(extent, at, rng.randrange(8), at_ns, at_ns, at_ns + 1)
        at -= extent.size
    raise AssertionError("the sum of sizes is not the sum of sizes")


def _live(rng: random.Random, plan: FaultPlan, reference: Reference,
          extents: list[Extent]) -> Draw:
    """Any live bit at any moment, each equally likely."""
    assert reference.liveness is not None
    alive = [e for e in extents
             if reference.liveness.live_bit_ns(e.stratum)]
    if not alive:
        raise UserError("nothing is live in the regions of the campaign")
    strata = dict.fromkeys(e.stratum for e in _chosen(rng, plan, alive))
    return reference.liveness.draw(rng, list(strata))


def _class(reference: Reference, k: int) -> Planned:
    """Class k of an exhaustive campaign; all its moments are alike."""
    assert reference.classes is not None
    draw = reference.classes.number(k)
    return Planned(_flip(draw), draw.first_ns, draw.last_ns,
                   draw.last_ns - draw.first_ns)


def _flip(draw: Draw) -> Fault:
    """One bit of one byte."""
    extent, offset = draw.extent, draw.offset
    virtual = None if extent.virtual is None else extent.virtual + offset
    return Fault("memory", draw.at_ns,
                 None if extent.replica == NOBODY else extent.replica,
                 1 << draw.bit, region=extent.region, owner=extent.owner,
                 virtual=virtual, physical=extent.physical + offset,
                 real=extent.real + offset)


def _memory(rng: random.Random, plan: FaultPlan, draw: Draw) -> Fault:
    """One bit; in page tables perhaps with a flush of the TLBs."""
    fault = _flip(draw)
    if fault.region == TABLE_REGION and rng.random() < plan.flush:
        return replace(fault, flush=True, model=FLUSHED)
    return fault


def _shaped(rng: random.Random, plan: FaultPlan, model: str, draw: Draw
            ) -> Fault:
    """A fault of any memory model that begins at a drawn bit."""
    if model == "memory":
        return _memory(rng, plan, draw)
    fault = replace(_flip(draw), model=model)
    if model == "mcu":
        count = rng.randint(2, plan.mcu_bits)
        return _several(fault, draw.extent, _neighbours(draw, count))
    if model == "burst":
        bits = _burst(rng, draw, plan.burst_bits)
        return _several(fault, draw.extent, bits)
    if model == "stuck":
        return replace(fault, level=rng.choice((0, fault.mask)),
                       until_ns=draw.at_ns + plan.stuck_ns)
    return fault


def _neighbours(draw: Draw, count: int) -> set[int]:
    """`count` bits side by side, by number in the extent; a block that ends
    is continued downwards."""
    first = 8 * draw.offset + draw.bit
    first = min(first, 8 * draw.extent.size - count)
    return set(range(first, first + count))


def _burst(rng: random.Random, draw: Draw, count: int) -> set[int]:
    """`count` different bits within the page of the drawn one."""
    page = (draw.extent.real + draw.offset) // PAGE * PAGE
    low = max(page - draw.extent.real, 0)
    high = min(page + PAGE - draw.extent.real, draw.extent.size)
    others = rng.sample(range(8 * low, 8 * high), min(count, 8 * (high - low)))
    return set(others)


def _several(fault: Fault, extent: Extent, bits: set[int]) -> Fault:
    """The fault with these bits of an extent, byte by byte."""
    masks: dict[int, int] = {}
    for bit in bits:
        masks[bit // 8] = masks.get(bit // 8, 0) | 1 << bit % 8
    (offset, mask), *more = sorted(masks.items())
    virtual = None if extent.virtual is None else extent.virtual + offset
    return replace(fault, mask=mask, real=extent.real + offset,
                   physical=extent.physical + offset, virtual=virtual,
                   more=tuple((extent.real + at, m) for at, m in more))
