# SPDX-License-Identifier: BSD-2-Clause
"""What one operation costs, in exactly counted instructions.

Each figure is the difference of two runs that differ only in the number of
rounds, divided by the difference of rounds; boot, console and end cancel out.
Instructions are deterministic, so there is no noise to average away; what the
tick adds in between is part of the price.
"""
from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from faultinject import golden, qemu, voting
from faultinject.errors import HarnessError, UserError
from faultinject.workload import Prepared, Workload

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
            Variant("3 replicas, voting io", replicas=3, voting="io"),
            Variant("3 replicas, voting entry", replicas=3, voting="entry"),
            *(Variant(f"3 replicas, entry + {point}", replicas=3,
                      voting=f"entry,{point}") for point in voting.POINTS
              if point not in ("entry", "exit", "io")))


def count(variant: Variant, operation: str, rounds: int) -> dict[str, int]:
    """Instructions by class of the busiest replica in one run."""
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


def check(names: list[str]) -> list[str]:
    """The operations that are asked for; all if none is."""
    for name in names:
        if name not in OPERATIONS:
            raise UserError(f"unknown operation {name!r}, known are "
                            f"{', '.join(OPERATIONS)}")
    return names or list(OPERATIONS)


def measure(names: list[str]) -> dict[str, Any]:
    """Instructions by operation, configuration and class."""
    return {"rounds": [FEW, MANY],
            "instructions": {name: {v.name: cost(v, name) for v in VARIANTS}
                             for name in names}}
