# SPDX-License-Identifier: BSD-2-Clause
"""What close coupling costs: counting alone, and with replicas; and what an
interrupt costs that all take at one user instruction.

Programs: instructions of the critical path and of user mode, plain and with
programs that count their branches, between the making of the program's thread
and the ordered end (for ping-pong the difference of a long and a short run).
Interrupts: `racy`, pre-empted every 100 us; the difference of a long and a
short run, by class, for each interrupt, with the records of the precise stop.
All is deterministic.
"""
from __future__ import annotations

import dataclasses
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from faultinject import bench_overhead as overhead
from faultinject import critical, golden, qemu
from faultinject import events as records
from faultinject.bench_overhead import Load
from faultinject.errors import HarnessError
from faultinject.workload import Prepared, Workload

LOADS = {name: overhead.LOADS[name] for name in ("spin", "digest", "ping-pong")}
LOADS["memwalk"] = Load("memwalk", "400 56", "writes and reads 7 MiB")
VOTING = "full"
TICK_US = 100
FEW, MANY = 100_000, 400_000  # rounds of `racy`
CLASSES = ("user", "kernel", "rcoe", "wait")


@dataclass(frozen=True)
class Way:
    """How a program is run."""

    name: str
    replicas: int = 0  # 0: the build without replica control
    counted: bool = False
    close: bool = False


WAYS = (Way("plain"), Way("counted", counted=True),
        Way("loose, 2", 2), Way("loose, 3", 3),
        Way("close, 2", 2, counted=True, close=True),
        Way("close, 3", 3, counted=True, close=True))


@dataclass(frozen=True)
class Cost:
    """Instructions of one run: critical path, and user mode of one replica."""

    path: int
    user: int


def _run(load: Load, args: str, way: Way) -> Cost:
    base = overhead.workload(load, args, max(way.replicas, 1),
                             VOTING if way.replicas else None)
    work = dataclasses.replace(base, counted=way.counted,
                               coupling="close" if way.close else None)
    with Prepared(work) as prepared:
        result = qemu.run(prepared.machine(count=True,
                                           slice_ns=overhead.SLICE_NS),
                          overhead.TIMEOUT_S)
        counts = golden.instructions(prepared, result)
    span = critical.program(critical.journal(result.journal), work.program)
    if result.end_reason != "guest-exit" or span is None:
        raise HarnessError(f"{load.app} {args}, {way.name}, did not end in "
                           f"order: {result.end_reason}")
    return Cost(span.path, max(row["user"] for row in counts.values()))


def cost(load: Load, way: Way) -> Cost:
    """One program, run one way."""
    whole = _run(load, load.args, way)
    if load.short is None:
        return whole
    less = _run(load, load.short, way)
    return Cost(whole.path - less.path, whole.user - less.user)


# ---- an interrupt ------------------------------------------------------------

def _race(replicas: int, rounds: int) -> tuple[dict[str, dict[str, int]],
                                               list[list[int]]]:
    """Instructions by replica and class, and what the records say."""
    work = Workload(app="racy", args=str(rounds), replicas=replicas,
                    coupling="close", counted=True, tick_us=TICK_US, hold_us=0,
                    reintegration="never")
    with Prepared(work) as prepared:
        result = qemu.run(prepared.machine(count=True), overhead.TIMEOUT_S)
        counts = golden.instructions(prepared, result)
    told = [e["args"] for e in records.parse(result.raw_events)
            if e["kind"] == "precise"]
    if result.end_reason != "guest-exit" or len(told) != replicas:
        raise HarnessError(f"racy with {replicas} replicas did not end in "
                           f"order: {result.end_reason}")
    return counts, told


def interrupt(replicas: int) -> dict[str, Any]:
    """Instructions of one replica for each interrupt, mean of all replicas."""
    few, told_few = _race(replicas, FEW)
    many, told = _race(replicas, MANY)
    stops = told[0][0] - told_few[0][0]
    each = {name: sum(many[r][name] - few[r][name] for r in many)
            / (replicas * stops) for name in CLASSES}
    return {"stops": stops, "instructions": each,
            "breakpoints_p99": max(args[1] for args in told),
            "breakpoints_most": max(args[2] for args in told),
            "timers": sum(a[3] - b[3] for a, b in zip(told, told_few))
            / (replicas * stops)}


def measure(progress: Callable[[str], None]) -> dict[str, Any]:
    """Everything. @param progress  Told each configuration as it is done."""
    found: dict[str, dict[str, dict[str, int]]] = {}
    for name, load in LOADS.items():
        for way in WAYS:
            found.setdefault(name, {})[way.name] = dataclasses.asdict(
                cost(load, way))
            progress(f"{name}, {way.name}")
    return {"programs": found, "does": {n: o.does for n, o in LOADS.items()},
            "interrupt": {str(n): interrupt(n) for n in (2, 3)}}


# ---- the table ---------------------------------------------------------------

def markdown(figures: dict[str, Any]) -> str:
    """The tables as rcoe/README.md shows them."""
    lines = ["Critical path over that of the plain program without "
             "replication; in brackets its user instructions over the plain "
             "one's.", "",
             f"| program | {' | '.join(w.name for w in WAYS[1:])} |",
             "|---" * len(WAYS) + "|"]
    for name, rows in figures["programs"].items():
        base = rows["plain"]
        cells = [f"{rows[w.name]['path'] / base['path']:.3f} "
                 f"({rows[w.name]['user'] / base['user']:.3f})"
                 for w in WAYS[1:]]
        lines.append(f"| {name}: {figures['does'][name]} | "
                     f"{' | '.join(cells)} |")
    lines += ["", f"An interrupt of `racy` (a tick of {TICK_US} us), "
              "instructions of one replica:", "",
              "| replicas | interrupts | kernel | replica control | waiting | "
              "timer steps | breakpoints, p99 | most |", "|---" * 8 + "|"]
    for replicas, row in figures["interrupt"].items():
        each = row["instructions"]
        lines.append(f"| {replicas} | {row['stops']:,} | "
                     f"{each['kernel']:,.0f} | {each['rcoe']:,.0f} | "
                     f"{each['wait']:,.0f} | {row['timers']:.1f} | "
                     f"{row['breakpoints_p99']} | {row['breakpoints_most']} |")
    return "\n".join([*lines, ""])
