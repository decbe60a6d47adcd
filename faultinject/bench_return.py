# SPDX-License-Identifier: BSD-2-Clause
"""Flips of user state and the way back, measured: runs with many flips, one
after the other, each followed by a downgrade and a re-integration (policy
`always`, without back-off). Run j of a kind is a pure function of the kind
and j."""
from __future__ import annotations

import random
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from typing import Any

from faultinject import bench_recovery as recovery
from faultinject import critical, events, flipspec, golden, qemu
from faultinject.bench_figures import Kept, summary
from faultinject.errors import HarnessError
from faultinject.image import MIB
from faultinject.workload import Prepared, Workload

FLIPS_PER_RUN = 25
RUNS_MAX_FACTOR = 3  # runs, over those needed if each flip is noticed
JITTER = 0.2  # of the distance of flips, at random
MARGIN = 2.4  # distance of flips over the way back of the first one
RETURN_NS = 1_000_000_000  # a replica that is not back by then does not come
TIMEOUT_S = 600.0
POLICY = {"reintegration": "always", "reintegrations_per_hour": 1_000_000,
          "backoff_us": 0}


@dataclass(frozen=True)
class Load:
    """A program with a symbol in whose bits each flip is noticed: its short
    run for the first measurements, its long one for all flips; when its flips
    may begin, in virtual ns after its start."""

    app: str
    short: str
    long: str
    symbol: str
    bits: range
    settle_ns: int
    stride: int
    input_bytes: int = 0

    def workload(self, args: str) -> Workload:
        """With the policy that the way back needs."""
        size = self.input_bytes
        data = random.Random(size).randbytes(size) if size else None
        return Workload(app=self.app, args=args, data=data, stride=self.stride,
                        replicas=recovery.REPLICAS, **POLICY)


DIGEST = Load("digest", "--repeat 1", "--repeat 1000", "digest_state",
              recovery.LIVE_BITS, 2_000_000, 16 * MIB, 250_000)
# 7.75 MiB are filled first; then 56 pages of the program are written again
# and again, beside those of kernel and drivers
MEMWALK = Load("memwalk", "3000 56", "1000000 56", "pages", range(2, 9),
               80_000_000, 32 * MIB)


@dataclass(frozen=True)
class Kind:
    """Whether each flip is to hit the primary of its moment."""

    name: str
    primary: bool
    load: Load = DIGEST


KINDS = (Kind("user state, non-primary", False),
         Kind("user state, primary", True),
         Kind("8 MiB in use, non-primary", False, MEMWALK),
         Kind("8 MiB in use, primary", True, MEMWALK))


@dataclass(frozen=True)
class Plan:
    """Where flips go, when the first one comes, and how far apart they are."""

    memory: Any
    first_ns: int
    distance_ns: int


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


def flip(load: Load, prepared: Prepared, plan: Plan,
         place: tuple[int, int, int]) -> str:
    """Plug-in argument. @param place  replica, bit, moment in virtual ns."""
    replica, bit, at_ns = place
    spec = flipspec.FlipSpec(replica=replica, at=str(at_ns),
                             symbol=load.symbol, bit=bit)
    return str(flipspec.resolve(spec, prepared, plan.memory, at_ns)
               .plugin_argument())


def make_plan(load: Load) -> Plan:
    """From a short run: the map of its memory and the way back of one flip."""
    with Prepared(load.workload(load.short)) as prepared:
        start = golden.program_start_ns(prepared, golden.plain(prepared))
        first = start + load.settle_ns
        memory, _ = golden.map_at(prepared, first)
    with Prepared(load.workload(load.long)) as prepared:
        plan = Plan(memory, first, 0)
        one = flip(load, prepared, plan, (1, load.bits[0], first))
        result = qemu.run(prepared.machine(
            flips=(one,), limit_ns=first + RETURN_NS), TIMEOUT_S)
    back = [10 * r["stamp"] for r in events.parse(result.raw_events)
            if r["kind"] == "rejoin"]
    if not back:
        raise HarnessError(f"{load.app}: the replica did not come back")
    return Plan(memory, first, int(MARGIN * (min(back) - first)))


@dataclass(frozen=True)
class Task:
    """All that a run needs but its number."""

    kind: Kind
    prepared: Prepared
    plan: Plan
    kept: Kept

    def trials(self, j: int) -> list[recovery.Trial]:
        """Run j, or what is kept of it."""
        rows = self.kept.get(f"{self.kind.name}:{j}")
        if rows is not None:
            return [recovery.trial_of(row) for row in rows]
        trials = _run(self, j)
        self.kept.put(f"{self.kind.name}:{j}", trials)
        return trials


def _run(task: Task, j: int) -> list[recovery.Trial]:
    kind, plan = task.kind, task.plan
    rng = random.Random(f"{kind.name}:{j}")
    placed = []
    for k, victim in enumerate(victims(kind.primary, FLIPS_PER_RUN)):
        late = rng.randrange(int(JITTER * plan.distance_ns))
        at_ns = plan.first_ns + k * plan.distance_ns + late
        placed.append((victim, rng.choice(kind.load.bits), at_ns))
    flips = tuple(flip(kind.load, task.prepared, plan, p) for p in placed)
    limit = plan.first_ns + (FLIPS_PER_RUN + 1) * plan.distance_ns
    result = qemu.run(task.prepared.machine(count=True, flips=flips,
                                            limit_ns=limit), TIMEOUT_S)
    if result.end_reason != "limit" or not result.facts.get("flip_fired"):
        raise HarnessError(f"{kind.load.app} with many flips ended by itself: "
                           f"{result.end_reason}")
    skew = result.facts["flip_ns"] - 10 * result.facts["flip_stamp"]
    return read(critical.journal(result.journal),
                [((at_ns - skew) // 10, victim) for victim, _, at_ns in placed])


def _run_kind(task: Task, rounds: int, progress: Callable[[str], None]
              ) -> dict[str, Any]:
    found: list[recovery.Trial] = []
    runs = bad = 0
    needed = -(-rounds // FLIPS_PER_RUN)
    with ThreadPoolExecutor(recovery.jobs()) as pool:
        while len(found) < rounds and runs < RUNS_MAX_FACTOR * needed:
            chunk = range(runs, runs + recovery.jobs())
            for trials in pool.map(task.trials, chunk):
                runs += 1
                bad += sum(recovery.wrong(t) for t in trials)
                found += [t for t in trials if t.resumed and t.back]
            progress(f"{task.kind.name}: {len(found)} of {rounds}, "
                     f"{runs} runs")
    found = found[:rounds]
    pages = [t.pages for t in found if t.pages is not None]
    return {"flips": runs * FLIPS_PER_RUN, "detections": len(found),
            "wrong_convictions": bad, "reintegration": "always",
            "detection_to_resumed": summary([t.resumed for t in found]),
            "downgrade_to_tmr": summary([t.back for t in found]),
            "pause": summary([t.pause for t in found]),
            "pages_in_pause": {"max": max(pages, default=0)}}


def measure(rounds: int, progress: Callable[[str], None]) -> dict[str, Any]:
    """All kinds. @param progress  Told a line now and then."""
    found = {}
    for load in dict.fromkeys(kind.load for kind in KINDS):
        plan = make_plan(load)
        with Prepared(load.workload(load.long)) as prepared:
            kept = Kept("return", *recovery.decisive(prepared))
            for kind in KINDS:
                if kind.load == load:
                    found[kind.name] = _run_kind(
                        Task(kind, prepared, plan, kept), rounds, progress)
    return found
