# SPDX-License-Identifier: BSD-2-Clause
"""What replication costs a whole program: every voting set, one to three
replicas, against the unprotected baseline of the same run of the command.

Each figure is a ratio, of the critical path (critical.py) and of the work of
the busiest replica, between the making of the program's thread and the ordered
end. For ping-pong it is the difference of a long and a short run, so that the
start of its two processes cancels out. All is deterministic.
"""
from __future__ import annotations

import os
import random
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from typing import Any

from faultinject import critical, qemu, voting
from faultinject.errors import HarnessError, UserError
from faultinject.own import OwnApp, is_own
from faultinject.own import load as load_own
from faultinject.workload import Prepared, Workload

# Turns so short that replicas stop for a rendezvous close together, as they
# would on a board; turns of the usual 20,000 add up to 4 % to `spin`.
SLICE_NS = 500
TIMEOUT_S = 600.0
REPLICAS = (1, 2, 3)
INPUT_BYTES = 1 << 20


@dataclass(frozen=True)
class Load:
    """A program with its arguments; `short` are those of the run to subtract,
    `does` is for people."""

    app: str
    args: str
    does: str
    short: str | None = None
    input_bytes: int = 0
    own: OwnApp | None = None


LOADS = {
    "spin": Load("spin", "4000000", "no system call, 4,000,000 rounds"),
    "digest": Load("digest", "", "SHA-256 of 1 MiB, a line per 4 KiB",
                   input_bytes=INPUT_BYTES),
    "ping-pong": Load("bench", "ipc 2100",
                      "2,000 Calls and replies between two processes, no words "
                      "(the kernel's fast path)",
                      short="ipc 100"),
    "messages": Load("bench", "message 2100",
                     "the same with 16 words in each Call (its ordinary path)",
                     short="message 100"),
}


@dataclass(frozen=True)
class Cost:
    """One configuration, in instructions: the critical path, the lines taken
    over on it (their cost is in it), the busiest replica's work."""

    path: int
    lines: int
    busiest: int


def voting_sets() -> list[str]:
    """All sets by name: off, the named ones, each point besides entry."""
    named = [name for name in voting.SETS if name != "full"]
    inside = [name for name in voting.POINTS if name not in ("entry", "exit", "io")]
    return [voting.OFF, "io", *named, "entry", "full",
            *(f"entry,{name}" for name in inside)]


def check(names: list[str]) -> list[str]:
    """The workloads that are asked for; all if none is."""
    chosen = []
    for name in names:
        load = own_load(name) if is_own(name) else None
        if load is not None:
            name = load.app
            LOADS[name] = load
        if name not in LOADS:
            raise UserError(f"unknown workload {name!r}, known are "
                            f"{', '.join(LOADS)}; or a path")
        chosen.append(name)
    return chosen or list(LOADS)


def own_load(path: str) -> Load:
    """A program from outside this tree as a workload."""
    own = load_own(path)
    return Load(own.name, own.bench_args, f"{own.name} {own.bench_args}".strip(),
                input_bytes=own.bench_input_bytes, own=own)


def workload(load: Load, args: str, replicas: int, points: str | None
             ) -> Workload:
    """What runs; without points it is the baseline."""
    data = (random.Random(load.input_bytes).randbytes(load.input_bytes)
            if load.input_bytes else None)
    return Workload(app=load.app, args=args, data=data, voting=points,
                    baseline=points is None, replicas=replicas,
                    reintegration="never", own=load.own)


def _one(load: Load, args: str, replicas: int, points: str | None) -> Cost:
    with Prepared(workload(load, args, replicas, points)) as prepared:
        result = qemu.run(prepared.machine(count=True, slice_ns=SLICE_NS),
                          TIMEOUT_S)
    if not prepared.workload.is_right(result.console):
        raise UserError(f"the oracle of {load.app} refuses the output")
    span = critical.program(critical.journal(result.journal),
                            prepared.workload.program)
    if result.end_reason != "guest-exit" or span is None:
        raise HarnessError(f"{load.app} {args} with {replicas} replicas, "
                           f"voting {points}, did not end in order: "
                           f"{result.end_reason}")
    return Cost(span.path, span.lines, max(span.busy.values()))


def cost(load: Load, replicas: int, points: str | None) -> Cost:
    """One configuration."""
    whole = _one(load, load.args, replicas, points)
    if load.short is None:
        return whole
    less = _one(load, load.short, replicas, points)
    return Cost(whole.path - less.path, whole.lines - less.lines,
                whole.busiest - less.busiest)


def _row(found: Cost, base: Cost) -> dict[str, Any]:
    free = found.path - critical.LINE_COST * found.lines
    return {"critical_path": found.path, "lines": found.lines,
            "busiest": found.busiest,
            "critical_path_ratio": found.path / base.path,
            "without_lines_ratio": free / base.path,
            "busiest_ratio": found.busiest / base.busiest}


def measure(names: list[str], sets: list[str], replicas: tuple[int, ...],
            progress: Callable[[str], None]) -> dict[str, Any]:
    """All configurations. @param progress  Told each as it is done."""
    wanted = [(name, n, points) for name in names
              for n, points in [(1, None), *((n, points) for points in sets
                                             for n in replicas)]]

    def one(item: tuple[str, int, str | None]) -> Cost:
        found = cost(LOADS[item[0]], *item[1:])
        progress(f"{item[0]}, {item[1]} replica(s), "
                 f"{'baseline' if item[2] is None else item[2]}")
        return found

    with ThreadPoolExecutor(os.cpu_count() or 1) as pool:
        found = dict(zip(wanted, pool.map(one, wanted)))
    return {"line_cost": critical.LINE_COST, "slice_ns": SLICE_NS,
            "workloads": {name: _of_load(name, found) for name in names}}


def _of_load(name: str, found: dict[tuple[str, int, str | None], Cost]
             ) -> dict[str, Any]:
    """Figures of one workload by voting set and number of replicas."""
    base = found[name, 1, None]
    rows: dict[str, dict[str, Any]] = {}
    for (load, replicas, points), one in found.items():
        if load == name and points is not None:
            rows.setdefault(points, {})[str(replicas)] = _row(one, base)
    return {"does": LOADS[name].does, "voting": rows,
            "baseline": {"critical_path": base.path, "busiest": base.busiest}}


# ---- the table ---------------------------------------------------------------

def _cell(rows: dict[str, Any], key: str) -> str:
    return " / ".join(f"{row[key]:.3f}" for row in rows.values())


def _table(figures: dict[str, Any], key: str) -> list[str]:
    """Rows by voting set, a column per workload."""
    loads = figures["workloads"]
    lines = [f"| voting | {' | '.join(loads)} |",
             "|---|" + "---|" * len(loads)]
    for points in next(iter(loads.values()))["voting"]:
        cells = [_cell(load["voting"][points], key) for load in loads.values()]
        lines.append(f"| `{points}` | {' | '.join(cells)} |")
    return lines


def markdown(figures: dict[str, Any]) -> str:
    """The tables as rcoe/README.md shows them."""
    loads = figures["workloads"]
    numbers = " / ".join(next(iter(next(iter(loads.values()))["voting"]
                                   .values())))
    does = "; ".join(f"`{name}`: {load['does']}"
                     for name, load in loads.items())
    return "\n".join([
        f"{does}.", "",
        f"Critical path over the baseline's, N = {numbers}, "
        f"{figures['line_cost']} instructions for each line taken over:", "",
        *_table(figures, "critical_path_ratio"), "",
        "The same with lines for nothing:", "",
        *_table(figures, "without_lines_ratio"), "",
        "Instructions of the busiest replica without waiting, over the "
        "baseline's:", "",
        *_table(figures, "busiest_ratio"), ""])
