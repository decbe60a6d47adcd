# SPDX-License-Identifier: BSD-2-Clause
"""`trireme bench`: what one operation costs, in exactly counted instructions.

Each figure is the difference of two runs that differ only in the number of
rounds, divided by the difference of rounds; boot, console and end cancel out.
Instructions are deterministic, so there is no noise to average away; what the
tick adds in between is part of the price.
"""
from __future__ import annotations

import argparse
import json
from dataclasses import dataclass
from typing import Any

from faultinject import voting

OPERATIONS = {"null": "null system call (SetTLSBase)",
              "yield": "Yield, nobody else ready",
              "ipc": "Call and reply, two address spaces, 0 words"}
FEW, MANY = 100, 1100
TIMEOUT_S = 120.0


@dataclass(frozen=True)
class Variant:
    """One configuration that is measured."""

    name: str
    baseline: bool = False
    replicas: int = 1
    voting: str | None = None


VARIANTS = (Variant("baseline", baseline=True),
            Variant("1 replica", replicas=1),
            Variant("2 replicas", replicas=2),
            Variant("3 replicas", replicas=3),
            Variant("4 replicas", replicas=4),
            Variant("3 replicas, voting entry", replicas=3, voting="entry"),
            *(Variant(f"3 replicas, entry + {point}", replicas=3,
                      voting=f"entry,{point}") for point in voting.POINTS
              if point not in ("entry", "exit")))


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Arguments of `trireme bench`."""
    parser.add_argument("operation", nargs="*", metavar="OPERATION",
                        help=f"any of {', '.join(OPERATIONS)} (default: all)")
    parser.add_argument("--json", action="store_true",
                        help="print one JSON object instead of a table")


def count(variant: Variant, operation: str, rounds: int) -> dict[str, int]:
    """Instructions by class of the busiest replica in one run."""
    from faultinject import golden, qemu
    from faultinject.errors import HarnessError
    from faultinject.workload import Prepared, Workload
    workload = Workload(app="bench", args=f"{operation} {rounds}",
                        baseline=variant.baseline, replicas=variant.replicas,
                        voting=variant.voting)
    with Prepared(workload) as prepared:
        result = qemu.run(prepared.machine(count=True), TIMEOUT_S, live=False)
        counts = golden.instructions(prepared, result)
    if result.end_reason != "guest-exit" or not counts:
        raise HarnessError(f"bench {operation} did not end in order: "
                           f"{result.end_reason}")
    return max(counts.values(), key=work)


def work(counts: dict[str, int]) -> int:
    """All instructions but waiting."""
    return sum(n for name, n in counts.items() if name != "wait")


def cost(variant: Variant, operation: str) -> dict[str, float]:
    """Instructions of one operation by class, busiest replica."""
    few = count(variant, operation, FEW)
    many = count(variant, operation, MANY)
    each = {name: (many[name] - few[name]) / (MANY - FEW) for name in many}
    return {**each, "work": sum(n for name, n in each.items()
                                if name != "wait")}


def show(figures: dict[str, dict[str, dict[str, float]]]) -> None:
    """Print tables for people."""
    from rich.console import Console
    from rich.table import Table
    for operation, rows in figures.items():
        table = Table(title=f"{OPERATIONS[operation]}: instructions each, "
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


def main(options: argparse.Namespace) -> int:
    """Run the command."""
    from faultinject import tree
    from faultinject.cli import build
    from faultinject.errors import UserError
    chosen: list[str] = options.operation or list(OPERATIONS)
    for operation in chosen:
        if operation not in OPERATIONS:
            raise UserError(f"unknown operation {operation!r}, known are "
                            f"{', '.join(OPERATIONS)}")
    build.for_run(True)
    build.for_run(False)
    figures: dict[str, Any] = {
        operation: {v.name: cost(v, operation) for v in VARIANTS}
        for operation in chosen}
    if options.json:
        print(json.dumps({"schema": 1, "emulator": tree.emulator_version(),
                          "rounds": [FEW, MANY], "instructions": figures}))
    else:
        show(figures)
    return 0
