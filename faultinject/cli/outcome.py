# SPDX-License-Identifier: BSD-2-Clause
"""What came of a run: as one JSON object, and in words."""
from __future__ import annotations

import json
import sys
from typing import Any

from faultinject import tree

RUN_SCHEMA = 2  # of the JSON object; faultinject/README.md, "Schemas"
PROGRAM_FAILED = 1
EXIT_STATUS = {"exit": 0, "fail-stop": 3, "kernel-exception": 4,
               "limit": 4, "crash": 4, "hang": 4}
QUIET = ("thread", "boot", "ready", "exit", "mark", "shim", "region")


def describe(prepared: Any, result: Any, fault: Any) -> dict[str, Any]:
    """Everything about a run, for machines."""
    from faultinject import critical, edge, ending, events, golden, symbols
    recorded = result.recorded
    records = events.parse(b"".join(recorded.records))
    names = symbols.Names(prepared.products)
    for record in records:
        record["symbols"] = names.of(record)
    mask = ending.live_mask(records, prepared.config.replicas)
    outcome = {
        "schema": RUN_SCHEMA, "app": prepared.workload.app,
        "sha256": ending.output_digest(result.console),
        "end": ending.end_of(result, records),
        "code": ending.exit_code(records),
        "replicas": prepared.config.replicas, "live": mask.bit_count(),
        "live_replicas": events.replicas_of(mask),
        "primary": ending.primary(records), "events": records,
        "events_lost": recorded.lost, "events_damaged": recorded.damaged,
        "instructions": golden.instructions(prepared, result),
        "virtual_ns": result.virtual_ns, "critical_path": None,
        "shim": edge.statistics(records),
        "console": result.console.decode("utf-8", "replace"),
        "streamed": result.streamed is not None,
        "emulator": tree.emulator_version()}
    span = critical.program(critical.journal(result.journal),
                            prepared.workload.program)
    if span is not None:
        outcome["critical_path"] = span.to_dict(critical.LINE_COST)
    if fault is not None:
        outcome["flip"] = describe_flip(fault, result, records)
    outcome["error"] = trouble(outcome, result, records)
    add_verdict(outcome, prepared.workload, result.console)
    return outcome


def add_verdict(outcome: dict[str, Any], workload: Any, console: bytes
                ) -> None:
    """What the oracle of a program from outside says of its output."""
    kind = workload.own.oracle if workload.own else None
    right = (workload.is_right(console)
             if kind and outcome["end"] == "exit" else None)
    outcome["oracle"], outcome["right"] = kind, right
    if right is False:
        outcome["error"] = f"the oracle of {workload.app} refuses the output"


def _struck(fault: Any, result: Any) -> dict[str, Any]:
    """Where the core of the struck replica was then."""
    if not result.facts.get("flip_fired"):
        return {"pc": None, "mode": None}
    core = fault.replica
    user = result.facts["flip_cpsr"][core] & 0x1f == 0x10
    return {"pc": result.facts["flip_pc"][core],
            "mode": "user" if user else "kernel"}


def describe_flip(fault: Any, result: Any, records: list[dict[str, Any]]
                  ) -> dict[str, Any]:
    """The flip and how fast it was noticed, in instructions of all cores."""
    from faultinject import ending
    flip = result.facts.get("flip_stamp")
    detect, resume = ending.stamps(records, flip)
    shown: dict[str, Any] = {
        "what": fault.words(), **fault.to_dict(),
        "fired": bool(result.facts.get("flip_fired")),
        "before": result.facts.get("flip_before"),
        "after": result.facts.get("flip_after"), **_struck(fault, result),
        "detection_instructions": None, "recovery_instructions": None}
    if detect is not None and flip is not None:
        shown["detection_instructions"] = 10 * (detect - flip)
        if resume is not None:
            shown["recovery_instructions"] = 10 * (resume - detect)
    return shown


def trouble(outcome: dict[str, Any], result: Any,
            records: list[dict[str, Any]]) -> str | None:
    """One line on why the run did not end in order."""
    from faultinject import golden
    if outcome["end"] == "exit":
        return None
    if result.end_reason == "wall-limit":
        return "the time limit on the host was reached"
    if result.end_reason == "emulator-died":
        return f"the emulator died: {result.stderr.splitlines()[-1:] or ''}"
    return golden.last_words(result, records)


def finish(outcome: dict[str, Any], as_json: bool) -> int:
    """Print the result. @return the exit status."""
    if as_json:
        print(json.dumps(outcome))
    else:
        summarise(outcome)
    if outcome["error"] is not None:
        print(f"trireme: {outcome['end']}: {outcome['error']}",
              file=sys.stderr)
    if outcome["end"] == "exit" and (outcome["code"] != 0
                                     or outcome["right"] is False):
        return PROGRAM_FAILED
    return EXIT_STATUS[outcome["end"]]


def summarise(outcome: dict[str, Any]) -> None:
    """What happened besides the console, for people."""
    if "flip" in outcome:
        print(f"flip: {outcome['flip']['what']}", file=sys.stderr)
    for life in outcome.get("lives", [])[:-1]:
        if not life["readable"]:
            print(f"life {life['life']}: its recorder is unreadable",
                  file=sys.stderr)
        show_events(life["events"], f"life {life['life']}: ")
    if not outcome["streamed"]:
        show_events(outcome["events"])
    for word in ("lost", "damaged"):
        if outcome[f"events_{word}"]:
            print(f"event records {word}: {outcome[f'events_{word}']}",
                  file=sys.stderr)
    for replica, counts in outcome["instructions"].items():
        parts = ", ".join(f"{name} {n:,}" for name, n in counts.items())
        print(f"instructions of replica {replica}: {parts}", file=sys.stderr)
    path = outcome["critical_path"]
    if path is not None:
        print(f"critical path of the program: {path['critical_path']:,} "
              f"instructions, {path['lines']:,} lines taken over at "
              f"{path['line_cost']} each included", file=sys.stderr)


def show_events(records: list[dict[str, Any]], before: str = "") -> None:
    """Records that tell of trouble, one line each."""
    for record in records:
        if record["kind"] not in QUIET:
            print(f"{before}event: {record['words']}, logical time "
                  f"{record['logical_time']}", file=sys.stderr)
