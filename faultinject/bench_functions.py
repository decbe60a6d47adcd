# SPDX-License-Identifier: BSD-2-Clause
"""Where the kernel's instructions go: by function, waiting left out.

The same programs as bench_overhead.py, three replicas, voting `full`. Only the
kernel's own code is in it; user code is one row. Counted, not sampled.
"""
from __future__ import annotations

import bisect
from collections import Counter
from typing import Any

from faultinject import bench_overhead as overhead
from faultinject import qemu, target
from faultinject.errors import HarnessError
from faultinject.workload import Prepared

REPLICAS = 3
VOTING = "full"
ROWS = 30
Counts = dict[int, Counter[str]]


def by_function(profile: str, table: dict[str, target.Symbol]) -> Counts:
    """Sum a profile (lines of core, address, count) by core and function."""
    starts = sorted((s.address, s.name) for s in table.values()
                    if s.address >= target.KERNEL_VIRTUAL
                    and not s.name.startswith(("$", "__")))
    addresses = [address for address, _ in starts]
    found: Counts = {}
    for line in profile.splitlines():
        core, address, count = line.split()
        at = bisect.bisect_right(addresses, int(address, 16)) - 1
        name = starts[at][1] if at >= 0 else "?"
        found.setdefault(int(core), Counter())[name] += int(count)
    return found


def _count(load: overhead.Load, args: str) -> Counts:
    workload = overhead.workload(load, args, REPLICAS, VOTING)
    with Prepared(workload) as prepared:
        kernel = prepared.products.kernel
        layout = target.kernel_layout(kernel)
        result = qemu.run(prepared.machine(
            count=True, profile=(layout.start, layout.text_end)),
            overhead.TIMEOUT_S)
    if result.end_reason != "guest-exit":
        raise HarnessError(f"{load.app} {args} did not end in order: "
                           f"{result.end_reason}")
    counts = by_function(result.profile, target.symbols(kernel))
    for core, classes in result.facts["instructions"].items():
        counts.setdefault(int(core), Counter())["(user)"] = classes["user"]
    return counts


def measure(name: str) -> dict[str, Any]:
    """Instructions by replica and function of one workload."""
    load = overhead.LOADS[name]
    counts = _count(load, load.args)
    if load.short is not None:
        for core, less in _count(load, load.short).items():
            counts[core].subtract(less)
    return {"does": load.does, "replicas": REPLICAS, "voting": VOTING,
            "instructions": {str(i): dict(counts[i].most_common())
                             for i in range(REPLICAS)}}


def markdown(figures: dict[str, Any]) -> str:
    """The functions that cost most, as a table."""
    replicas = figures["instructions"]
    lines = [f"{figures['does']}; {figures['replicas']} replicas, voting "
             f"{figures['voting']}; waiting left out.", "",
             f"| function | {' | '.join(f'replica {i}' for i in replicas)} |",
             "|---" * (len(replicas) + 1) + "|"]
    for name in list(replicas["0"])[:ROWS]:
        cells = [f"{counts.get(name, 0):,}" for counts in replicas.values()]
        lines.append(f"| `{name}` | {' | '.join(cells)} |")
    return "\n".join([*lines, ""])
