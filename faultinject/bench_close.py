# SPDX-License-Identifier: BSD-2-Clause
"""What close coupling costs: counting alone, replicas with either coupling; and
an interrupt that all take at one user instruction, with its split.

Programs: instructions of the critical path and of user mode, between the making
of the program's thread and the ordered end (for ping-pong the difference of a
long and a short run). Each must print what the plain one does.
Interrupts: all precise stops (bench_stop.py) of `racy`, pre-empted every
100 us, with turns of the emulator of two lengths, on which it depends how far
apart the replicas are when they stop. All is deterministic.
"""
from __future__ import annotations

import dataclasses
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from faultinject import bench_overhead as overhead
from faultinject import bench_stop, critical, golden, qemu, tree
from faultinject import events as records
from faultinject.bench_figures import quantile
from faultinject.bench_overhead import Load
from faultinject.errors import HarnessError
from faultinject.workload import Prepared, Workload

LOADS = {name: overhead.LOADS[name] for name in ("spin", "digest", "ping-pong")}
LOADS["gauss"] = Load("gauss", "8", "floating point, 8 systems of 64 equations")
LOADS["memwalk"] = Load("memwalk", "400 56", "writes and reads 7 MiB")
VOTING = "full"
TICK_US = 100
ROUNDS = 300_000  # of `racy`
REPLICAS = (2, 3)
SLICES_NS = (overhead.SLICE_NS, qemu.SLICE_NS)


@dataclass(frozen=True)
class Way:
    """How a program is run. Counted programs have unrolled loops; `unrolled`
    ones have these and do not count."""

    name: str
    replicas: int = 0  # 0: the build without replica control
    counted: bool = False
    close: bool = False
    unrolled: bool = False


PLAIN = Way("plain")
UNROLLED = Way("unrolled", unrolled=True)
COUNTED = Way("counted", counted=True)
WAYS = (UNROLLED, COUNTED,
        Way("loose, 2", 2), Way("loose, 3", 3),
        Way("loose, counted, 2", 2, counted=True),
        Way("loose, counted, 3", 3, counted=True),
        Way("close, 2", 2, counted=True, close=True),
        Way("close, 3", 3, counted=True, close=True))


@dataclass(frozen=True)
class Cost:
    """Instructions of one run: critical path, and user mode of one replica."""

    path: int
    user: int


def _run(load: Load, args: str, way: Way) -> tuple[Cost, bytes]:
    """Instructions and the console."""
    base = overhead.workload(load, args, max(way.replicas, 1),
                             VOTING if way.replicas else None)
    work = dataclasses.replace(base, counted=way.counted,
                               coupling="close" if way.close else None,
                               image=tree.Products(tree.UNROLLED).image
                               if way.unrolled else None)
    with Prepared(work) as prepared:
        result = qemu.run(prepared.machine(count=True,
                                           slice_ns=overhead.SLICE_NS),
                          overhead.TIMEOUT_S)
        counts = golden.instructions(prepared, result)
    span = critical.program(critical.journal(result.journal), work.program)
    if result.end_reason != "guest-exit" or span is None:
        raise HarnessError(f"{load.app} {args}, {way.name}, did not end in "
                           f"order: {result.end_reason}")
    return (Cost(span.path, max(row["user"] for row in counts.values())),
            result.console)


def cost(load: Load, way: Way) -> tuple[Cost, bytes]:
    """One program, run one way, and what it printed."""
    whole, console = _run(load, load.args, way)
    if load.short is None:
        return whole, console
    less, _ = _run(load, load.short, way)
    return Cost(whole.path - less.path, whole.user - less.user), console


def program(name: str, ways: Sequence[Way],
            progress: Callable[[str], None]) -> dict[str, dict[str, int]]:
    """One program by way, the plain one first.

    @throws HarnessError  one of them printed something else.
    """
    plain, right = cost(LOADS[name], PLAIN)
    rows = {PLAIN.name: dataclasses.asdict(plain)}
    progress(f"{name}, {PLAIN.name}")
    for way in ways:
        found, console = cost(LOADS[name], way)
        if console != right:
            raise HarnessError(f"{name}, {way.name}, does not print what "
                               "the plain program does")
        rows[way.name] = dataclasses.asdict(found)
        progress(f"{name}, {way.name}")
    return rows


# ---- an interrupt ------------------------------------------------------------

def _quantiles(values: Sequence[int]) -> dict[str, int]:
    return {"median": quantile(values, 0.5), "p99": quantile(values, 0.99)}


def interrupt(replicas: int, slice_ns: int, rounds: int = ROUNDS
              ) -> dict[str, Any]:
    """The precise stops of one run of `racy`; counts are in instructions."""
    work = Workload(app="racy", args=str(rounds), replicas=replicas,
                    coupling="close", counted=True, tick_us=TICK_US, hold_us=0,
                    reintegration="never")
    with Prepared(work) as prepared:
        result = qemu.run(
            prepared.machine(count=True, slice_ns=slice_ns,
                             marks=bench_stop.marks(prepared.products.kernel)),
            overhead.TIMEOUT_S)
    told = [e["args"] for e in records.parse(result.raw_events)
            if e["kind"] == "precise"]
    stops, given_up = bench_stop.stops(critical.passings(result.marks),
                                       replicas)
    if result.end_reason != "guest-exit" or \
            {args[0] for args in told} != {len(stops)}:
        raise HarnessError(f"racy with {replicas} replicas did not end in "
                           f"order: {result.end_reason}")
    return {**_figures(stops), "given_up": given_up,
            "breakpoints_p99": max(args[1] for args in told),
            "breakpoints_most": max(args[2] for args in told),
            "steps": sum(stop.steps for stop in stops) / len(stops),
            "steps_in_vain": sum(stop.in_vain for stop in stops) / len(stops)}


def _figures(stops: Sequence[bench_stop.Stop]) -> dict[str, Any]:
    """Median and p99 of the whole, of its parts, and of who had most to do."""
    rows = {"whole": [stop.whole for stop in stops],
            **{part: [stop.parts[part] for stop in stops]
               for part in bench_stop.PARTS},
            "work": [stop.work for stop in stops],
            "user": [stop.user for stop in stops],
            "waited": [stop.waited for stop in stops]}
    return {"stops": len(stops),
            "instructions": {name: _quantiles(values)
                             for name, values in rows.items()}}


def measure(progress: Callable[[str], None]) -> dict[str, Any]:
    """Everything. @param progress  Told each configuration as it is done."""
    programs = {name: program(name, WAYS, progress) for name in LOADS}
    rows = []
    for slice_ns in SLICES_NS:
        for replicas in REPLICAS:
            rows.append({"replicas": replicas, "slice_ns": slice_ns,
                         **interrupt(replicas, slice_ns)})
            progress(f"an interrupt, {replicas} replicas, turns of "
                     f"{slice_ns:,} ns")
    return {"programs": programs, "does": {n: o.does for n, o in LOADS.items()},
            "line_cost": critical.LINE_COST, "interrupts": rows}


# ---- the table ---------------------------------------------------------------

INTERRUPT = ("replicas, turns", "interrupts", "whole", "gather", "timer",
             "breakpoints", "laps", "meet, deliver", "own work", "waiting",
             "user")
COLUMNS = ("whole", *bench_stop.PARTS, "work", "waited", "user")


def _ratio(row: dict[str, int], base: dict[str, int]) -> str:
    return (f"{row['path'] / base['path']:.3f} "
            f"({row['user'] / base['user']:.3f})")


def _programs(figures: dict[str, Any]) -> list[str]:
    lines = ["Critical path over that of the plain program without "
             "replication; in brackets its user instructions over the plain "
             "one's. Unrolled: plain, compiled with `-funroll-loops` as counted "
             "ones are.", "",
             f"| program | {' | '.join(w.name for w in WAYS)} | "
             "counted over unrolled |", "|---" * (len(WAYS) + 2) + "|"]
    for name, rows in figures["programs"].items():
        cells = [_ratio(rows[way.name], rows[PLAIN.name]) for way in WAYS]
        cells.append(_ratio(rows[COUNTED.name], rows[UNROLLED.name]))
        lines.append(f"| {name}: {figures['does'][name]} | "
                     f"{' | '.join(cells)} |")
    return lines


def _interrupts(figures: dict[str, Any]) -> list[str]:
    lines = [f"| {' | '.join(INTERRUPT)} |", "|---" * len(INTERRUPT) + "|"]
    for row in figures["interrupts"]:
        cells = [f"{row['instructions'][name]['median']:,} / "
                 f"{row['instructions'][name]['p99']:,}" for name in COLUMNS]
        lines.append(f"| {row['replicas']}, {row['slice_ns']:,} ns | "
                     f"{row['stops']:,} | {' | '.join(cells)} |")
    lines += ["", "| replicas, turns | timer steps of all, mean | of them "
              "without a user instruction | breakpoints, p99 of the worst | "
              "most | given up |", "|---" * 6 + "|"]
    for row in figures["interrupts"]:
        lines.append(f"| {row['replicas']}, {row['slice_ns']:,} ns | "
                     f"{row['steps']:.1f} | {row['steps_in_vain']:.1f} | "
                     f"{row['breakpoints_p99']} | "
                     f"{row['breakpoints_most']} | {row['given_up']} |")
    return lines


def markdown(figures: dict[str, Any]) -> str:
    """The tables as rcoe/README.md shows them."""
    return "\n".join([
        *_programs(figures), "",
        f"An interrupt of `racy` (a tick of {TICK_US} us): median / p99 in "
        f"instructions of the critical path, {figures['line_cost']} for each "
        "line taken over, from the first replica that stops to the last that "
        "is back in user mode, and its parts; own work, waiting and user "
        "instructions are those of the replica with most of them.", "",
        *_interrupts(figures), ""])
