# SPDX-License-Identifier: BSD-2-Clause
"""Flips of user state and the way back, measured: runs of `digest` with many flips, one after the
other, each followed by a downgrade and a re-integration (policy `always`,
without back-off). Run j of a kind is a pure function of the kind and j."""
from __future__ import annotations

import random
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from typing import Any

from faultinject import bench_recovery as recovery
from faultinject import critical, qemu, soak
from faultinject.bench_figures import Kept, summary
from faultinject.errors import HarnessError
from faultinject.workload import Prepared, Workload

FLIPS_PER_RUN = 25
RUNS_MAX_FACTOR = 3  # runs, over those needed if each flip is noticed
INPUT_BYTES = 250_000
JITTER = 0.2  # of the distance of flips, at random
TIMEOUT_S = 600.0


@dataclass(frozen=True)
class Kind:
    """Whether each flip is to hit the primary of its moment."""

    name: str
    primary: bool


KINDS = (Kind("user state, non-primary", False),
         Kind("user state, primary", True))


def workload() -> Workload:
    """`digest`, before the soak's policy is put in."""
    data = random.Random(INPUT_BYTES).randbytes(INPUT_BYTES)
    return Workload(app="digest", data=data, replicas=recovery.REPLICAS,
                    stride=recovery.STRIDE)


def victims(primary: bool, flips: int) -> list[int]:
    """Who is hit: the primary, whom the lowest survivor succeeds, or the
    others in turn while replica 0 stays primary."""
    if not primary:
        return [1 + k % 2 for k in range(flips)]
    hit, now = [], 0
    for _ in range(flips):
        hit.append(now)
        now = min({*range(recovery.REPLICAS)} - {now})
    return hit


def rounds_of(moments: list[critical.Moment]
              ) -> Iterator[list[critical.Moment]]:
    """The journal cut before the first detection after each return."""
    cut: list[critical.Moment] = []
    back = False
    for moment in moments:
        if back and moment.kind == "detect":
            yield cut
            cut, back = [], False
        cut.append(moment)
        back |= moment.kind == "rejoin"
    if back:
        yield cut


def read(moments: list[critical.Moment], plan: list[tuple[int, int]]
         ) -> list[recovery.Trial]:
    """One trial per round. @param plan  (stamp, victim) of each flip, sorted.

    The flip of a round is the last one before its first detection.
    """
    trials = []
    for part in rounds_of(moments):
        detected = [m.record["stamp"] for m in part if m.kind == "detect"]
        before = [who for stamp, who in plan
                  if detected and stamp <= min(detected)]
        if before:
            trials.append(recovery.read(part, before[-1]))
    return trials


def _run(bench: recovery.Bench, plan: soak.Plan, kind: Kind, j: int
         ) -> list[recovery.Trial]:
    rng = random.Random(f"{kind.name}:{j}")
    placed = []
    for k, victim in enumerate(victims(kind.primary, FLIPS_PER_RUN)):
        late = rng.randrange(int(JITTER * plan.distance_ns))
        placed.append((plan.first_ns + k * plan.distance_ns + late, victim))
    flips = tuple(recovery.user(bench, rng, victim, at_ns)
                  for at_ns, victim in placed)
    limit = plan.first_ns + (FLIPS_PER_RUN + 1) * plan.distance_ns
    machine = bench.prepared.machine(count=True, flips=flips, limit_ns=limit)
    result = qemu.run(machine, TIMEOUT_S)
    if not result.facts.get("flip_fired"):
        raise HarnessError("the run ended before its first flip")
    skew = result.facts["flip_ns"] - 10 * result.facts["flip_stamp"]
    return read(critical.journal(result.journal),
                [((at_ns - skew) // 10, victim) for at_ns, victim in placed])


def _run_kept(kept: Kept, task: tuple[recovery.Bench, soak.Plan, Kind], j: int
              ) -> list[recovery.Trial]:
    name = f"{task[2].name}:{j}"
    rows = kept.get(name)
    if rows is None:
        trials = _run(*task, j)
        kept.put(name, trials)
        return trials
    return [recovery.trial_of(row) for row in rows]


def _run_kind(kept: Kept, task: tuple[recovery.Bench, soak.Plan, Kind],
              rounds: int, progress: Callable[[str], None]) -> dict[str, Any]:
    found: list[recovery.Trial] = []
    runs = bad = 0
    needed = -(-rounds // FLIPS_PER_RUN)
    with ThreadPoolExecutor(recovery.jobs()) as pool:
        while len(found) < rounds and runs < RUNS_MAX_FACTOR * needed:
            chunk = range(runs, runs + recovery.jobs())
            for trials in pool.map(lambda j: _run_kept(kept, task, j), chunk):
                runs += 1
                bad += sum(recovery.wrong(t) for t in trials)
                found += [t for t in trials if t.resumed and t.back]
            progress(f"{task[2].name}: {len(found)} of {rounds}, {runs} runs")
    found = found[:rounds]
    pages = [t.pages for t in found if t.pages is not None]
    return {"flips": runs * FLIPS_PER_RUN, "detections": len(found),
            "wrong_convictions": bad, "reintegration": "always",
            "detection_to_resumed": summary([t.resumed for t in found]),
            "downgrade_to_tmr": summary([t.back for t in found]),
            "pause": summary([t.pause for t in found]),
            "pages_in_pause": {"max": max(pages, default=0)}}


def measure(rounds: int, progress: Callable[[str], None]) -> dict[str, Any]:
    """Both kinds. @param progress  Told a line now and then."""
    plan, memory = soak.plan(workload(), FLIPS_PER_RUN, TIMEOUT_S)
    with Prepared(soak.workload(workload(), plan.repeat)) as prepared:
        kept = Kept("return", *recovery.decisive(prepared))
        bench = recovery.Bench(prepared, memory, plan.first_ns)
        return {kind.name: _run_kind(kept, (bench, plan, kind), rounds,
                                     progress) for kind in KINDS}
