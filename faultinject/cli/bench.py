# SPDX-License-Identifier: BSD-2-Clause
"""`trireme bench`: what basic operations and replication cost, and how long
recovery takes."""
from __future__ import annotations

import argparse
import json
import sys
from typing import Any

from faultinject.cli import bench_kernel
from faultinject.errors import UserError

OPERATIONS, OVERHEAD, RECOVERY = "operations", "overhead", "recovery"
FUNCTIONS, KERNEL, SHIM = "functions", "kernel", "shim"
TRIALS, KV, CLOSE = "trials", "kv", "close"
EPILOG = """\
  bench operations [null] [yield] [ipc]   instructions of each, by class
  bench overhead [spin] [digest] [ping-pong] [messages] [FOLDER]
                                          every voting set, 1 to 3 replicas; a
                                          folder is a program of your own
  bench functions WORKLOAD                where the kernel's instructions go
  bench recovery [--rounds N]             times of downgrade and way back;
                                          stopped, it goes on where it was
  bench kernel                            lengths of paths through the kernel
  bench shim                              the same of each way to a device
  bench kv                                requests of redis-benchmark, each
  bench close                             what close coupling costs: counting,
                                          replicas, an interrupt
  bench trials                            speed of campaigns on this host
Without a word it is operations."""


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Arguments of `trireme bench`."""
    parser.add_argument("what", nargs="*", metavar="WHAT",
                        help="operations [OPERATION...], overhead "
                        "[WORKLOAD...], functions WORKLOAD, recovery, "
                        "kernel, shim, kv, close or trials")
    parser.add_argument("--rounds", type=int, metavar="N",
                        help="recovery: detections of each kind (default 300)")
    parser.add_argument("--write-readme", action="store_true",
                        help="overhead, recovery, close, shim: put the table into "
                        "rcoe/README.md or shim/README.md")
    parser.add_argument("--json", action="store_true",
                        help="print one JSON object instead of a table")


def main(options: argparse.Namespace) -> int:
    """Run the command."""
    words = list(options.what)
    which = words.pop(0) if words[:1] and words[0] in COMMANDS else OPERATIONS
    if options.rounds is not None and which != RECOVERY:
        raise UserError("--rounds belongs to bench recovery")
    if options.write_readme and which in (OPERATIONS, FUNCTIONS):
        raise UserError("--write-readme belongs to bench overhead, recovery, "
                        "close and shim")
    return COMMANDS[which](words, options)


def _print(figures: dict[str, Any]) -> None:
    from faultinject import tree
    print(json.dumps({"schema": 1, "emulator": tree.emulator_version(),
                      **figures}))


def _show(figures: dict[str, Any], text: str, bench: str,
          options: argparse.Namespace) -> None:
    """As JSON or as text, and into the README if that is asked for."""
    from faultinject import bench_figures, tree
    if options.write_readme:
        bench_figures.write_between(tree.ROOT / "rcoe" / "README.md", bench,
                                    text)
    if options.json:
        _print(figures)
    else:
        print(text, end="")


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
    from faultinject import bench_overhead
    from faultinject.cli import build
    chosen = bench_overhead.check(names)
    if options.write_readme and names:
        raise UserError("--write-readme takes all workloads")
    for name in chosen:
        own = bench_overhead.LOADS[name].own
        for baseline in (True, False):
            if own is None:
                build.for_run(baseline)
            else:
                build.for_own(own, baseline)
    figures = bench_overhead.measure(
        chosen, bench_overhead.voting_sets(), bench_overhead.REPLICAS,
        lambda done: print(done, file=sys.stderr))
    _show(figures, bench_overhead.markdown(figures), OVERHEAD, options)
    return 0


def _functions(names: list[str], options: argparse.Namespace) -> int:
    from faultinject import bench_functions, bench_overhead
    from faultinject.cli import build
    if len(names) != 1:
        raise UserError("bench functions takes one workload")
    bench_overhead.check(names)
    build.for_run(False)
    figures = bench_functions.measure(names[0])
    _show(figures, bench_functions.markdown(figures), FUNCTIONS, options)
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
        rounds, lambda line: print(line, file=sys.stderr))
    _show(figures, bench_recovery.markdown(figures), RECOVERY, options)
    return 0


def _trials(words: list[str], options: argparse.Namespace) -> int:
    from faultinject import bench_trials
    from faultinject.cli import build
    if words or options.write_readme:
        raise UserError("bench trials takes no further words")
    build.for_run(True)
    build.for_run(False)
    figures = bench_trials.measure()
    _show(figures, bench_trials.markdown(figures), TRIALS, options)
    return 0


def _kv(words: list[str], options: argparse.Namespace) -> int:
    from faultinject import bench_kv
    from faultinject.cli import build
    if words or options.write_readme:
        raise UserError("bench kv takes no further words")
    build.for_run(True)
    build.for_run(False)
    figures = bench_kv.measure(lambda done: print(done, file=sys.stderr))
    _show(figures, bench_kv.markdown(figures), KV, options)
    return 0


def _close(words: list[str], options: argparse.Namespace) -> int:
    from faultinject import bench_close, tree
    from faultinject.cli import build
    if words:
        raise UserError(f"bench close takes no {words[0]!r}")
    for baseline in (True, False):
        for counted in (True, False):
            build.for_run(baseline, counted)
    build.for_preset(tree.UNROLLED)
    figures = bench_close.measure(lambda done: print(done, file=sys.stderr))
    _show(figures, bench_close.markdown(figures), CLOSE, options)
    return 0


COMMANDS = {OPERATIONS: _operations, OVERHEAD: _overhead,
            FUNCTIONS: _functions, RECOVERY: _recovery,
            KERNEL: bench_kernel.main, SHIM: bench_kernel.shim,
            TRIALS: _trials, KV: _kv, CLOSE: _close}
