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
WAY_BACK_BYTES = 600_000  # long enough for a replica to come back
WAY_BACK_ROUNDS = 3
WAY_BACK_TIMEOUT_S = 120.0
PREPARED = {"host": "emulator plug-in (counts instructions, flips bits)",
            tree.REPLICATED: "the system with replica control",
            tree.BASELINE: "the same kernel without it: the baseline"}
# Flips of live state of the program, with the replica that they hit.
FLIPS = ((1, "replica 1"), (0, "replica 0, the primary"))


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Arguments of `trireme demo`."""
    parser.add_argument("--input", type=Path, metavar="FILE",
                        help="file to digest (default: a source file)")
    parser.add_argument("--jobs", type=int, default=os.cpu_count() or 1,
                        metavar="N", help="trials at once (default: all cores)")
    parser.add_argument("--net", action="store_true",
                        help="another one: the key-value server with clients "
                        "on this host, a flip every few seconds")
    parser.add_argument("--minutes", type=float, default=None, metavar="M",
                        help="--net: how long (default 1)")
    parser.add_argument("--json", action="store_true",
                        help="--net: print one JSON object at the end")


def _step(text: str) -> None:
    from rich.console import Console
    console = Console()
    console.print()
    console.rule(f"[bold]{text}", align="left")


def _options(path: Path, flip: str | None) -> argparse.Namespace:
    """Arguments of `trireme run` for one step."""
    from faultinject.cli import run
    parser = argparse.ArgumentParser()
    run.add_arguments(parser)
    line = ["digest", "--input", str(path), "--replicas", "3", "--json",
            "--stride", str(STRIDE_MIB), "--reintegrate", "never"]
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
    if flip is not None:
        _show_fault(outcome)
    same = outcome["sha256"] == expected
    print(f"SHA-256 on this host   {expected}")
    print(f"SHA-256 on the board   {outcome['sha256']}")
    print(f"{'equal' if same else 'DIFFERENT'}; end of the run: "
          f"{outcome['end']}; replicas in service: {_names(outcome)}")
    if not same or outcome["end"] != "exit":
        raise UserError("the board did not give the host's digest: "
                        f"{outcome['end']} {outcome['error'] or ''}")
    return outcome


def _names(outcome: dict[str, Any]) -> str:
    return ", ".join(str(replica) for replica in outcome["live_replicas"])


def _show_fault(outcome: dict[str, Any]) -> None:
    """The flip and what the system's flight recorder says about it."""
    flip = outcome["flip"]
    print(f"hit: {flip['what']}")
    print("flight recorder (t = logical time, the same in every replica):")
    for record in outcome["events"]:
        if record["kind"] in ("detect", "convict", "downgrade", "resume"):
            print(f"  t {record['logical_time']}  {record['words']}")
    found, back = (flip[f"{name}_instructions"]
                   for name in ("detection", "recovery"))
    if found is not None and back is not None:
        print(f"{found:,} instructions of all cores from flip to detection, "
              f"{back:,} more to resumed service")


def _flipped(path: Path, replica: int) -> None:
    """Flip a bit in mid-stream and show what the system does about it."""
    flip = f"replica={replica},symbol=digest_state,bit=69,at=50%"
    print("half-way through the file, one bit of the program's SHA-256 state "
          "is inverted:")
    print(f"  ./trireme run digest --input {_relative(path)} --replicas 3 "
          f"--reintegrate never --flip '{flip}'")
    outcome = _digest(path, flip)
    if outcome["live"] != 2 or replica in outcome["live_replicas"]:
        raise UserError(f"replica {replica} was to be voted out, in service: "
                        f"{_names(outcome)}")


def _way_back(path: Path) -> None:
    """Hit each replica in turn; each is voted out and comes back."""
    from faultinject import soak
    from faultinject.workload import Workload
    content = path.read_bytes() or b"trireme"
    data = content * -(-WAY_BACK_BYTES // len(content))
    print("each replica is hit in turn, voted out, and brought back as a copy "
          "of a healthy one\nwhile the program goes on: 3, 2, 3 replicas, three "
          "times over")
    outcome = soak.run(
        Workload(app="digest", data=data[:WAY_BACK_BYTES], replicas=3,
                 stride=STRIDE_MIB << 20), WAY_BACK_ROUNDS, WAY_BACK_TIMEOUT_S)
    host = hashlib.sha256(data[:WAY_BACK_BYTES] * outcome["repeat"])
    for line in outcome["last_events"]:
        if "is back" in line:
            print(f"  {line}")
    print(f"board   {outcome['sha256']}\nhost    {host.hexdigest()}")
    if (outcome["sha256"] != host.hexdigest() or outcome["live"] != 3
            or outcome["rejoins_recorded"] != WAY_BACK_ROUNDS):
        raise UserError(f"three replicas were to be in service, "
                        f"{outcome['live']} are, end: {outcome['end']}")
    print(f"equal, after {outcome['downgrades_recorded']} downgrades and "
          f"{outcome['rejoins_recorded']} returns; three replicas in service")


def _relative(path: Path) -> Path:
    """A path as one would type it in the root of the tree."""
    full = path.resolve()
    return full.relative_to(tree.ROOT) if full.is_relative_to(tree.ROOT) \
        else full


def _campaign(jobs: int) -> Path:
    """A fresh campaign with progress. @return its store."""
    from faultinject.cli import inject
    stamp = time.strftime("%Y%m%d-%H%M%S")
    store = inject.default_store(f"{CAMPAIGN}-{stamp}")
    status, store = inject.run(CAMPAIGN, store, jobs)
    if status != 0:
        raise UserError("the campaign did not finish")
    return store


def _build() -> None:
    """Build what the demonstration needs."""
    from faultinject.cli import build
    for preset, words in PREPARED.items():
        targets = (build.PLUGIN_TARGET,) if preset == build.HOST else ()
        build.build(preset, *targets)
        print(f"built {words}")


def main(options: argparse.Namespace) -> int:
    """Run the command."""
    from faultinject.cli import demo_net, report
    from faultinject.cli.run import INPUT_MAX, read_input
    if options.net:
        return demo_net.run(options)
    if options.minutes is not None or options.json:
        raise UserError("--minutes and --json belong to demo --net")
    begin = time.monotonic()
    path = options.input or Path(__file__)
    size = len(read_input(path, INPUT_MAX) or b"")
    tree.emulator_version()
    _step("1  Build")
    _build()
    _step("2  Three replicas digest a file")
    print(f"{_relative(path)}, {size:,} bytes; every output is voted on "
          "(triple modular redundancy, TMR)")
    _digest(path)
    for number, (replica, words) in enumerate(FLIPS, start=3):
        _step(f"{number}  One bit flips in {words}")
        _flipped(path, replica)
    _step("5  And back to three")
    _way_back(path)
    _step("6  Campaign: random flips, half of them without protection")
    store = _campaign(max(1, options.jobs))
    _step("7  Outcomes")
    status = report.write(store, None, brief=True)
    print(f"demonstration took {time.monotonic() - begin:.0f} s")
    return status
