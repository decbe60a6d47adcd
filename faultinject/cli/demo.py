# SPDX-License-Identifier: BSD-2-Clause
"""`trireme demo`: build, run, flip, campaign, report, in a few minutes.

Every line that it prints about a result is read from the run itself, and a
result that is not as it must be ends the demonstration with an error.
"""
from __future__ import annotations

import argparse
import hashlib
import os
import time
from pathlib import Path
from typing import Any

from faultinject import tree
from faultinject.errors import UserError

CAMPAIGN = "demo"
STRIDE_MIB = 16
# Flips of live state of the program, one per replica: the primary first.
FLIPS = tuple(f"replica={replica},symbol=digest_state,bit=69,at=50%"
              for replica in (1, 0))


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Arguments of `trireme demo`."""
    parser.add_argument("--input", type=Path, metavar="FILE",
                        help="file to digest (default: a source file)")
    parser.add_argument("--jobs", type=int, default=os.cpu_count() or 1,
                        metavar="N", help="trials at once (default: all cores)")


def _step(text: str) -> None:
    from rich.console import Console
    Console().rule(f"[bold]{text}", align="left")


def _options(path: Path, flip: str | None) -> argparse.Namespace:
    """Arguments of `trireme run` for one step."""
    from faultinject.cli import run
    parser = argparse.ArgumentParser()
    run.add_arguments(parser)
    line = ["digest", "--input", str(path), "--replicas", "3", "--json",
            "--stride", str(STRIDE_MIB)]
    if flip is not None:
        line += ["--flip", flip]
    options = parser.parse_args(line)
    options.extra = []
    return options


def _digest(path: Path, flip: str | None = None) -> dict[str, Any]:
    """Run digest under TMR and check what must hold with or without a flip."""
    from faultinject import flipspec
    from faultinject.cli import run
    from faultinject.workload import Prepared
    options = _options(path, flip)
    with Prepared(run.workload_of(options)) as prepared:
        spec = flipspec.parse(flip, 3) if flip else None
        outcome = run.perform(prepared, spec, options)
    expected = hashlib.sha256(path.read_bytes()).hexdigest()
    print(f"host  sha256 {expected}")
    print(f"board sha256 {outcome['sha256']}  (end: {outcome['end']}, live "
          f"replicas: {outcome['live_replicas']})")
    if outcome["sha256"] != expected or outcome["end"] != "exit":
        raise UserError("the board did not give the host's digest: "
                        f"{outcome['end']} {outcome['error'] or ''}")
    return outcome


def _flipped(path: Path, flip: str) -> None:
    """Flip a bit in mid-stream and show what the system does about it."""
    print(f"flip: {flip}")
    outcome = _digest(path, flip)
    print(f"hit: {outcome['flip']['what']}")
    for record in outcome["events"]:
        if record["kind"] in ("detect", "convict", "downgrade", "resume"):
            print(f"  logical time {record['logical_time']}: "
                  f"{record['words']}")
    print(f"  from flip to detection: "
          f"{outcome['flip']['detection_instructions']} instructions of all "
          f"cores; to resumed service: "
          f"{outcome['flip']['recovery_instructions']}")
    if outcome["live"] != 2:
        raise UserError(f"expected a downgrade to 2 replicas, live: "
                        f"{outcome['live']}")


def _campaign(jobs: int) -> Path:
    """A fresh campaign with progress. @return its store."""
    from faultinject.cli import inject
    store = inject.default_store(f"{CAMPAIGN}-{int(time.time())}")
    status, store = inject.run(CAMPAIGN, store, jobs)
    if status != 0:
        raise UserError("the campaign did not finish")
    return store


def main(options: argparse.Namespace) -> int:
    """Run the command."""
    from faultinject.cli import build, report
    begin = time.monotonic()
    path = options.input or Path(__file__)
    tree.emulator_version()
    _step("build")
    for preset in build.PRESETS:
        targets = (build.PLUGIN_TARGET,) if preset == build.HOST else ()
        build.build(preset, *targets)
        print(f"built {preset}")
    _step(f"digest of {path.name} under TMR")
    _digest(path)
    for flip in FLIPS:
        _step("one flipped bit in mid-stream")
        _flipped(path, flip)
    _step("campaign")
    store = _campaign(max(1, options.jobs))
    _step("report")
    status = report.write(store, None)
    print(f"demonstration took {time.monotonic() - begin:.0f} s")
    return status
