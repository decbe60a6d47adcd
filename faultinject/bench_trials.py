# SPDX-License-Identifier: BSD-2-Clause
"""Trials per second and core, beside what the emulator alone would allow.

In processor time of the emulators and of the tools, so that other work on the
host moves the figures little. Unlike all other benches it measures the host:
nothing repeats to the digit.
"""
from __future__ import annotations

import resource
import statistics
import subprocess
from collections.abc import Callable
from dataclasses import replace
from typing import Any

from faultinject import campaign, campaign_file, qemu, runner
from faultinject.errors import HarnessError
from faultinject.workload import Prepared

CAMPAIGN = "speed"
TRIALS = 50  # one batch
ROUNDS = 5
TIMEOUT_S = 300.0


def _spent(who: int) -> float:
    """Processor seconds so far."""
    usage = resource.getrusage(who)
    return usage.ru_utime + usage.ru_stime


def _cost(act: Callable[[], Any]) -> float:
    """Processor seconds of the processes that something starts."""
    before = _spent(resource.RUSAGE_CHILDREN)
    act()
    return _spent(resource.RUSAGE_CHILDREN) - before


def _median(act: Callable[[], Any]) -> float:
    return statistics.median(_cost(act) for _ in range(ROUNDS))


def bare_rate(trial: Prepared, start: float) -> float:
    """Instructions per second of the emulator without the plug-in: the same
    program unprotected, since several cores need the plug-in's short turns."""
    load = replace(trial.workload, baseline=True, replicas=1)
    with Prepared(load) as prepared:
        whole = qemu.run(prepared.machine(), TIMEOUT_S)
        line = qemu.command(prepared.machine(), "null,id=con")
        at = line.index("-plugin")
        bare = [*line[:at], *line[at + 2:]]

        def once() -> None:
            done = subprocess.run(bare, stdin=subprocess.DEVNULL, check=False,
                                  capture_output=True, timeout=TIMEOUT_S)
            if done.returncode != whole.exit_status:
                raise HarnessError("the run without the plug-in ends otherwise")
        spent = _median(once)
    return whole.virtual_ns / (spent - start)


def _branched(campaigner: campaign.Campaigner) -> tuple[float, float]:
    """Processor seconds per trial of a batch: emulator, tools."""
    tools = _spent(resource.RUSAGE_SELF)
    spent = _cost(lambda: list(campaign.attempt(campaigner,
                                                tuple(range(TRIALS)))))
    tools = _spent(resource.RUSAGE_SELF) - tools
    return spent / TRIALS, tools / TRIALS


def measure() -> dict[str, Any]:
    """All figures, in processor seconds."""
    with campaign.Campaigner(campaign_file.load(CAMPAIGN)) as campaigner:
        ready = campaigner.prepare(campaigner.campaign.variants[0].name)
        prepared, reference = ready.prepared, ready.reference
        start = _median(lambda: qemu.run(prepared.machine(limit_ns=1000),
                                         TIMEOUT_S))
        rate = bare_rate(prepared, start)
        turns = _median(lambda: qemu.run(prepared.machine(), TIMEOUT_S))
        fresh = statistics.mean(_cost(lambda k=k: runner.observe(
            prepared, reference, campaigner.task(k)))
            for k in range(ROUNDS))
        emulator, tools = _branched(campaigner)
        size = reference.result.virtual_ns
    bound = start + size / rate
    return {"instructions": size, "bare_rate": rate, "start_s": start,
            "bound_s": bound, "turns_s": turns, "fresh_s": fresh,
            "branched_s": emulator, "tools_s": tools,
            "trials_per_s": 1 / (emulator + tools),
            "of_bound": bound / (emulator + tools)}


def markdown(figures: dict[str, Any]) -> str:
    """The figures as a table."""
    rows = (("start of the emulator, first instruction", "start_s"),
            ("bound: that start, and the instructions of a trial at the bare "
             "emulator's speed", "bound_s"),
            ("fault-free run, plug-in with short turns only", "turns_s"),
            ("a trial in a fresh process", "fresh_s"),
            ("a trial as a child (emulator)", "branched_s"),
            ("tools: plan, read, store", "tools_s"))
    lines = ["| what | processor time, s | per second and core |", "|---|---|---|"]
    lines += [f"| {name} | {figures[key]:.3f} | {1 / figures[key]:.1f} |"
              for name, key in rows]
    return "\n".join(lines) + (
        f"\n\n{figures['instructions'] / 1e6:.1f} M instructions of all cores a "
        f"trial; bare emulator {figures['bare_rate'] / 1e6:.0f} M/s. Trials as "
        f"children, tools included: {figures['trials_per_s']:.1f} per second "
        f"and core, {figures['of_bound']:.0%} of the bound.\n")
