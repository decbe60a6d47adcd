# SPDX-License-Identifier: BSD-2-Clause
"""A soak: flip, downgrade, re-integration, again and again, in one run.

The replicas take turns to be hit, each time in the live state of the program,
so every flip must be noticed. A flip comes when the replica hit before it is
back for sure: the distance is measured in a first run with a single flip.
"""
from __future__ import annotations

import dataclasses
from dataclasses import dataclass
from typing import Any

from faultinject import ending, events, flipspec, golden, qemu
from faultinject.errors import HarnessError, UserError
from faultinject.workload import Prepared, Workload

FLIPS_MAX = 250  # faultinject/plugin/options.h: ACTIONS_MAX less the limit
SYMBOL = "digest_state"
LIVE = 64  # first of 256 bits that the next digest depends on, every one
MARGIN = 2.5  # distance of flips over a way back: ticks come at other times
NS_PER_STAMP = 10
LAST_EVENTS = 48


@dataclass(frozen=True)
class Plan:
    """When the flips come, virtual ns, and how often the input is taken."""

    first_ns: int
    distance_ns: int
    repeat: int


def workload(base: Workload, repeat: int) -> Workload:
    """The workload with a policy that never gives a replica up."""
    if base.app != "digest" or base.replicas < 3 or not base.data:
        raise UserError("a soak takes digest with an input and 3 replicas")
    return dataclasses.replace(
        base, args=f"--repeat {repeat}", reintegration="always",
        reintegrations_per_hour=1_000_000, backoff_us=0)


def _flip(prepared: Prepared, memory: Any, replica: int, bit: int,
          at_ns: int) -> str:
    spec = flipspec.FlipSpec(replica=replica, at=str(at_ns), symbol=SYMBOL,
                             bit=bit)
    return str(flipspec.resolve(spec, prepared, memory, at_ns)
               .plugin_argument())


def _way_back_ns(prepared: Prepared, memory: Any, at_ns: int,
                 timeout_s: float) -> int:
    """From a flip to the record that the replica is back."""
    flips = (_flip(prepared, memory, 1, LIVE, at_ns),)
    result = qemu.run(prepared.machine(flips=flips), timeout_s)
    back = [NS_PER_STAMP * r["stamp"]
            for r in events.parse(result.raw_events) if r["kind"] == "rejoin"]
    if not back:
        raise HarnessError("the replica did not come back in the first run; "
                           "a longer input gives it more time")
    return int(back[-1] - at_ns)


def plan(base: Workload, rounds: int, timeout_s: float) -> tuple[Plan, Any]:
    """Measure one round and lay out all of them. @return plan, memory map."""
    if not 1 <= rounds <= FLIPS_MAX:
        raise UserError(f"rounds of a soak: 1 to {FLIPS_MAX}, not {rounds}")
    with Prepared(workload(base, 1)) as once:
        plain = golden.plain(once, timeout_s=timeout_s)
        start = golden.program_start_ns(once, plain)
        length = plain.virtual_ns - start
        at_ns = start + length // 10
        memory, _ = golden.map_at(once, at_ns, timeout_s=timeout_s)
        way = _way_back_ns(once, memory, at_ns, timeout_s)
    distance = int(way * MARGIN)
    repeat = -(-(distance * (rounds + 1)) // length) + 1
    return Plan(at_ns, distance, repeat), memory


def run(base: Workload, rounds: int, timeout_s: float) -> dict[str, Any]:
    """The whole soak. @return what happened, for machines."""
    layout, memory = plan(base, rounds, timeout_s)
    soaked = workload(base, layout.repeat)
    with Prepared(soaked) as prepared:
        flips = tuple(
            _flip(prepared, memory, k % base.replicas, LIVE + k % 256,
                  layout.first_ns + k * layout.distance_ns)
            for k in range(rounds))
        result = qemu.run(prepared.machine(flips=flips), timeout_s)
        return _describe(prepared, result, layout, rounds)


def _describe(prepared: Prepared, result: Any, layout: Plan, rounds: int
              ) -> dict[str, Any]:
    records = events.parse(result.raw_events)
    mask = ending.live_mask(records, prepared.config.replicas)
    donors: dict[int, int] = {}
    for record in records:
        if record["kind"] == "rejoin":
            donors[record["replica"]] = donors.get(record["replica"], 0) + 1
    return {"schema": 1, "rounds": rounds, "repeat": layout.repeat,
            "distance_ns": layout.distance_ns, "virtual_ns": result.virtual_ns,
            "sha256": ending.output_digest(result.console),
            "end": ending.end_of(result, records), "live": mask.bit_count(),
            "rejoins_recorded": sum(donors.values()),
            "downgrades_recorded": sum(r["kind"] == "downgrade"
                                       for r in records),
            "last_events": [r["words"] for r in records[-LAST_EVENTS:]]}
