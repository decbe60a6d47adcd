# SPDX-License-Identifier: BSD-2-Clause
"""What each way to a device costs, in instructions of the primary.

The program is a group of the target tests (tests/target/cost.c). As in bench
kernel, a path is everything between the instruction that enters the kernel
and the next one in user mode, and its figure the commonest length.
"""
from __future__ import annotations

from typing import Any

from faultinject import bench_figures, exposed, tree
from faultinject.bench_kernel import commonest, paths
from faultinject.workload import Workload

TARGET = tree.ROOT / "build/sabrelite/target.elf"
# system call without sign; 0: a data abort
OPERATIONS = {64: "SHIM_READ", 65: "SHIM_WRITE",
              0: "trapped load or store of a word",
              69: "SHIM_BATCH, 16 loads",
              66: "SHIM_WRITE_FIFO, 32 bytes and status",
              67: "SHIM_READ_BLOCK, 4096 bytes",
              70: "SHIM_CLEAN, 1536 bytes",
              71: "SHIM_INVALIDATE, 1536 bytes"}
REPLICAS = (1, 2, 3)


def measure() -> dict[str, Any]:
    """The commonest length of each operation, by number of replicas."""
    figures: dict[str, Any] = {title: {} for title in OPERATIONS.values()}
    for replicas in REPLICAS:
        seen = paths(Workload(app="hello", args="cost", replicas=replicas,
                              image=TARGET))
        for number, title in OPERATIONS.items():
            figures[title][str(replicas)] = commonest(seen[number])
    return {"operations": figures}


def table(figures: dict[str, Any]) -> str:
    """The table of shim/README.md."""
    lines = ["| operation | 1 replica | 2 replicas | 3 replicas |",
             "|---|---|---|---|"]
    for title, row in figures["operations"].items():
        cells = " | ".join(f"{row[str(replicas)]['instructions']:,}"
                           for replicas in REPLICAS)
        lines.append(f"| {title} | {cells} |")
    return "\n".join(lines) + "\n"


def write_readme(figures: dict[str, Any]) -> None:
    """Put this table, and that of the exposed instructions, into
    shim/README.md."""
    readme = tree.ROOT / "shim/README.md"
    bench_figures.write_between(readme, "shim", table(figures))
    bench_figures.write_between(readme, "shim exposed",
                                exposed.table(exposed.exposed()))
