# SPDX-License-Identifier: BSD-2-Clause
"""`trireme inject`: run or resume a campaign."""
from __future__ import annotations

import argparse
import os
import sys
from pathlib import Path

from faultinject import tree
from faultinject.errors import UserError

ASK_FROM = 2000  # trials above which a person is asked first


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Arguments of `trireme inject`."""
    parser.add_argument("campaign", metavar="CAMPAIGN",
                        help="a TOML file or a name in faultinject/campaigns")
    parser.add_argument("--jobs", type=int, default=os.cpu_count() or 1,
                        metavar="N", help="trials at once (default: all cores)")
    parser.add_argument("--out", type=Path, metavar="STORE",
                        help="store (default: build/results/NAME.sqlite); one "
                        "that exists is resumed")
    parser.add_argument("--yes", action="store_true",
                        help="do not ask before a large campaign")


def default_store(name: str) -> Path:
    """Where a campaign's store lies unless told otherwise."""
    return tree.BUILD / "results" / f"{name}.sqlite"


def build_for(campaign: object) -> None:
    """Build every image that a campaign needs."""
    from faultinject.cli import build
    for variant in campaign.variants:  # type: ignore[attr-defined]
        build.for_workload(variant.workload)


def run(name: str, out: Path | None, jobs: int) -> tuple[int, Path]:
    """Run a campaign with progress. @return (exit status, store)."""
    from faultinject import campaign, campaign_file
    from faultinject.cli.progress import TrialProgress
    from faultinject.cli.run import check_app
    wanted = campaign_file.load(name)
    if wanted.variants[0].workload.own is None:
        check_app(wanted.variants[0].workload.app)
    tree.emulator_version()
    build_for(wanted)
    store = out or default_store(wanted.name)
    store.parent.mkdir(parents=True, exist_ok=True)
    with TrialProgress(wanted.name) as progress:
        summary = campaign.run_campaign(wanted, store, jobs, progress)
    total = summary.before + summary.stored
    print(f"{wanted.name}: {total} of {wanted.trials} trials in {store}"
          + (f", {summary.before} of them from before" if summary.before else "")
          + (f", {summary.failed} could not be observed" if summary.failed
             else ""))
    if summary.interrupted:
        print("interrupted; the same command goes on", file=sys.stderr)
        return 130, store
    return (5 if summary.failed else 0), store


def _agreed(name: str, yes: bool) -> bool:
    """Ask before a campaign that takes long."""
    from faultinject import campaign_file
    trials = campaign_file.load(name).trials
    if yes or trials <= ASK_FROM or not sys.stdin.isatty():
        return True
    return input(f"{trials} trials: go on? [y/N] ").strip().lower() == "y"


def main(options: argparse.Namespace) -> int:
    """Run the command."""
    if options.jobs < 1:
        raise UserError(f"--jobs must be 1 or more, not {options.jobs}")
    if not _agreed(options.campaign, options.yes):
        return 2
    status, _ = run(options.campaign, options.out, options.jobs)
    return status
