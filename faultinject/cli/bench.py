# SPDX-License-Identifier: BSD-2-Clause
"""`trireme bench`: what basic operations and replication cost, and how long
recovery takes."""
from __future__ import annotations

import argparse
import json
import sys
from typing import Any

from faultinject.errors import UserError

OPERATIONS, OVERHEAD, RECOVERY = "operations", "overhead", "recovery"
SPANS = {"detection_to_resumed": "detection to resumed service",
         "downgrade_to_tmr": "downgrade to three again",
         "pause": "pause of the way back"}
WIDTH = 110  # of tables, also into a pipe
QUANTILES = ("median", "p99", "max")
EPILOG = """\
  bench operations [null] [yield] [ipc]   instructions of each, by class
  bench overhead [spin] [digest] [ping-pong]   every voting set, 1 to 3 replicas
  bench recovery [--rounds N]             times of downgrade and way back
Without a word it is operations."""


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Arguments of `trireme bench`."""
    parser.add_argument("what", nargs="*", metavar="WHAT",
                        help="operations [OPERATION...], overhead "
                        "[WORKLOAD...] or recovery")
    parser.add_argument("--rounds", type=int, metavar="N",
                        help="recovery: detections of each kind (default 16)")
    parser.add_argument("--write-readme", action="store_true",
                        help="overhead: put the tables into rcoe/README.md")
    parser.add_argument("--json", action="store_true",
                        help="print one JSON object instead of a table")


def main(options: argparse.Namespace) -> int:
    """Run the command."""
    words = list(options.what)
    which = words.pop(0) if words[:1] and words[0] in COMMANDS else OPERATIONS
    if options.rounds is not None and which != RECOVERY:
        raise UserError("--rounds belongs to bench recovery")
    if options.write_readme and which != OVERHEAD:
        raise UserError("--write-readme belongs to bench overhead")
    return COMMANDS[which](words, options)


def _print(figures: dict[str, Any]) -> None:
    from faultinject import tree
    print(json.dumps({"schema": 1, "emulator": tree.emulator_version(),
                      **figures}))


# ---- operations --------------------------------------------------------------

def _operations(names: list[str], options: argparse.Namespace) -> int:
    from faultinject import bench_operations
    from faultinject.cli import build
    chosen = bench_operations.check(names)
    build.for_run(True)
    build.for_run(False)
    figures = bench_operations.measure(chosen)
    if options.json:
        _print(figures)
    else:
        _show_operations(figures["instructions"])
    return 0


def _show_operations(figures: dict[str, dict[str, dict[str, float]]]) -> None:
    from faultinject.bench_operations import OPERATIONS as TITLES
    from rich.console import Console
    from rich.table import Table
    for operation, rows in figures.items():
        table = Table(title=f"{TITLES[operation]}: instructions each, "
                            "busiest replica")
        table.add_column("configuration")
        columns = ("user", "kernel", "rcoe", "shim", "wait", "work")
        for name in columns:
            table.add_column(name, justify="right")
        for name, row in rows.items():
            table.add_row(name, *(f"{row[c]:,.1f}" for c in columns))
        Console().print(table)
    print("work: all but waiting. Instructions, not cycles: the emulator has "
          "no caches and no pipeline.")


# ---- overhead ----------------------------------------------------------------

def _overhead(names: list[str], options: argparse.Namespace) -> int:
    from faultinject import bench_overhead, tree
    from faultinject.cli import build
    chosen = bench_overhead.check(names)
    if options.write_readme and len(chosen) != len(bench_overhead.LOADS):
        raise UserError("--write-readme takes all workloads")
    build.for_run(True)
    build.for_run(False)
    figures = bench_overhead.measure(
        chosen, bench_overhead.voting_sets(), bench_overhead.REPLICAS,
        lambda done: print(done, file=sys.stderr))
    if options.write_readme:
        bench_overhead.write(tree.ROOT / "rcoe" / "README.md", figures)
    if options.json:
        _print(figures)
    else:
        print(bench_overhead.markdown(figures), end="")
    return 0


# ---- recovery ----------------------------------------------------------------

def _recovery(words: list[str], options: argparse.Namespace) -> int:
    from faultinject import bench_recovery
    from faultinject.cli import build
    if words:
        raise UserError(f"bench recovery takes no {words[0]!r}")
    rounds = (bench_recovery.ROUNDS if options.rounds is None
              else options.rounds)
    if not 1 <= rounds <= bench_recovery.ROUNDS_MAX:
        raise UserError(f"rounds must be 1 to {bench_recovery.ROUNDS_MAX}, "
                        f"not {rounds}")
    build.for_run(False)
    figures = bench_recovery.measure(
        rounds, lambda name: print(f"{name} ...", file=sys.stderr))
    if options.json:
        _print(figures)
    else:
        _show_recovery(figures)
    return 0


def _show_recovery(figures: dict[str, Any]) -> None:
    for span, title in SPANS.items():
        _show_span(figures, span, title)
    kinds = figures["kinds"].values()
    wrong = sum(kind["wrong_convictions"] for kind in kinds)
    flips = sum(kind["flips"] for kind in kinds)
    print(f"{flips} flips, {wrong} convictions of a healthy replica. "
          "Instructions are those of all cores together in that time, an "
          "upper bound of the critical path; ms at "
          f"{figures['clock_hz'] // 1_000_000} MHz for 1 / 1.5 / 2 cycles per "
          "instruction of that bound.")


def _show_span(figures: dict[str, Any], span: str, title: str) -> None:
    """A table of one span, a row for each kind that has it."""
    from rich.console import Console
    from rich.table import Table
    table = Table(title=f"{title}: instructions")
    table.add_column("kind")
    for name in ("count", *QUANTILES, "ms of p99"):
        table.add_column(name, justify="right", no_wrap=True)
    for name, kind in figures["kinds"].items():
        row = kind.get(span, {"count": 0})
        if row["count"]:
            times = row["milliseconds"]["p99"].values()
            table.add_row(name, str(row["count"]),
                          *(f"{row['instructions'][q]:,}" for q in QUANTILES),
                          " / ".join(f"{ms:.3f}" for ms in times))
    Console(width=WIDTH).print(table)


COMMANDS = {OPERATIONS: _operations, OVERHEAD: _overhead, RECOVERY: _recovery}
