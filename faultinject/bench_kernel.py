# SPDX-License-Identifier: BSD-2-Clause
"""Lengths of the commonest paths through the kernel, in instructions.

A path is everything between a system-call instruction and the next
instruction in user mode, of whichever thread; the figure is the commonest
length of many, with its share. Waiting for other replicas is not counted.
"""
from __future__ import annotations

import tempfile
from collections import Counter
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from faultinject import qemu, target, tree
from faultinject.errors import HarnessError
from faultinject.workload import Prepared, Workload

ROUNDS = 1000
TIMEOUT_S = 120.0
WAIT = "wait"
VECTORS = "vectors_table"


@dataclass(frozen=True)
class KernelPath:
    """One path: its title, the program that takes it, its call's number
    without sign."""

    title: str
    operation: str
    number: int


PATHS = (KernelPath("Call, 0 words, other address space", "ipc", 1),
         KernelPath("ReplyRecv, 0 words, other address space", "ipc", 2),
         KernelPath("Call, 0 words, no FPU registers", "integer", 1),
         KernelPath("ReplyRecv, 0 words, no FPU registers", "integer", 2),
         KernelPath("Yield, nobody else ready", "yield", 7),
         KernelPath("SetTLSBase", "null", 30))
CONFIGURATIONS = {"baseline": None, "1 replica": 1, "2 replicas": 2,
                  "3 replicas": 3}
# seL4 on the same emulator, counted the same way: i.MX6 sabre, classic,
# gcc 12.2 -O2, fast path on, FPU state switched or disabled by flag.
SEL4 = {("ipc", 1): 190, ("ipc", 2): 216, ("integer", 1): 152,
        ("integer", 2): 178, ("yield", 7): 278, ("null", 30): 48}


def _plugin(prepared: Prepared, out: Path) -> str:
    symbols = target.symbols(prepared.products.kernel)
    waits = [f"wait={start:x}-{end:x}" for name, start, end
             in target.class_ranges(prepared.products, prepared.config)
             if name == WAIT]
    library = tree.PLUGIN.with_name("trireme_paths.so")
    return ",".join([str(library).replace(",", ",,"), f"out={out}",
                     f"vectors={symbols[VECTORS].address:x}", *waits])


def lengths(operation: str, replicas: int | None
            ) -> dict[int, Counter[int]]:
    """How often each length occurred, by system call, on replica 0.

    @param replicas  None for the build without replica control.
    """
    return paths(Workload(app="bench", args=f"{operation} {ROUNDS}",
                          baseline=replicas is None, replicas=replicas or 1))


def paths(workload: Workload) -> dict[int, Counter[int]]:
    """How often each length of a path occurred in a run of a program, by
    system call (0: data abort), on replica 0."""
    with Prepared(workload) as prepared, \
            tempfile.TemporaryDirectory() as folder:
        out = Path(folder) / "paths"
        machine = prepared.machine(plugins=(_plugin(prepared, out),))
        result = qemu.run(machine, TIMEOUT_S, live=False)
        if result.end_reason != "guest-exit" or not out.exists():
            raise HarnessError(f"{workload.app} {workload.args} did not end "
                               f"in order: {result.end_reason}")
        return _read(out)


def _read(out: Path) -> dict[int, Counter[int]]:
    found: dict[int, Counter[int]] = {}
    for line in out.read_text().splitlines():
        core, number, length, times = (int(word) for word in line.split())
        if core == 0:
            found.setdefault(number, Counter())[length] += times
    return found


def commonest(counter: Counter[int]) -> dict[str, float]:
    """The commonest length, and its share of all."""
    length, times = counter.most_common(1)[0]
    return {"instructions": length, "share": times / counter.total()}


def measure() -> dict[str, Any]:
    """Lengths of all paths in all configurations."""
    figures: dict[str, Any] = {path.title: {} for path in PATHS}
    for name, replicas in CONFIGURATIONS.items():
        seen = {operation: lengths(operation, replicas)
                for operation in sorted({path.operation for path in PATHS})}
        for path in PATHS:
            figures[path.title][name] = commonest(
                seen[path.operation][path.number])
    return {"rounds": ROUNDS, "paths": figures}


def table(figures: dict[str, Any]) -> str:
    """The table of kernel/README.md."""
    names = list(CONFIGURATIONS)
    lines = [f"| path | seL4 | {' | '.join(names)} |",
             "|---|---|" + "---|" * len(names)]
    for path in PATHS:
        row = figures["paths"][path.title]
        cells = " | ".join(f"{row[name]['instructions']:,}" for name in names)
        lines.append(f"| {path.title} | {SEL4[path.operation, path.number]} | {cells} |")
    return "\n".join(lines)
