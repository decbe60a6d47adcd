# SPDX-License-Identifier: BSD-2-Clause
"""`trireme inject`: run or resume a campaign."""
from __future__ import annotations

import argparse
import os
import sys
from pathlib import Path
from typing import TYPE_CHECKING

from faultinject import tree
from faultinject.errors import UserError

if TYPE_CHECKING:
    from faultinject.campaign import Campaigner, Summary
    from faultinject.campaign_file import Campaign
    from faultinject.executors import Executor
    from faultinject.store import Golden, Observation

ASK_FROM = 2000  # trials above which a person is asked first
CLASSES_MAX = 50_000  # larger exhaustive campaigns need --yes
POINTS_MAX = 20


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Arguments of `trireme inject`."""
    parser.add_argument("campaign", metavar="CAMPAIGN",
                        help="a TOML file or a name in faultinject/campaigns")
    where = parser.add_mutually_exclusive_group()
    where.add_argument("--jobs", type=int, default=os.cpu_count() or 1,
                       metavar="N", help="trials at once (default: all cores)")
    where.add_argument("--cluster", metavar="WHERE",
                       help="run on a Dask cluster: the address of its "
                       "scheduler, or local:N for N workers on this machine")
    parser.add_argument("--out", type=Path, metavar="STORE",
                        help="store (default: build/results/NAME.sqlite); one "
                        "that exists is resumed")
    parser.add_argument("--yes", action="store_true",
                        help="do not ask before a large campaign")


def default_store(name: str) -> Path:
    """Where a campaign's store lies unless told otherwise."""
    return tree.BUILD / "results" / f"{name}.sqlite"


def build_for(campaign: Campaign) -> None:
    """Build every image that a campaign needs."""
    from faultinject.cli import build
    for variant in campaign.variants:
        build.for_workload(variant.workload)


def is_observed(observation: Observation, golden_run: Golden) -> bool:
    """Is a trial an observed error? The analysis decides."""
    from analysis import load, summary
    return (load.verdict_of(observation, golden_run).outcome
            in summary.OBSERVED)


def run(name: str, out: Path | None, jobs: int, cluster: str | None = None,
        yes: bool = True) -> tuple[int, Path]:
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
    label = wanted.name if wanted.errors is None else f"{wanted.name}, errors"
    with campaign.Campaigner(wanted) as campaigner, \
            _executor(wanted, jobs, cluster) as executor:
        if wanted.fault.sampling == "exhaustive":
            _check_size(campaigner, jobs, yes)
        with TrialProgress(label) as progress:
            summary = campaign.run_campaign(campaigner, store, executor,
                                            progress, is_observed)
        trials = campaigner.campaign.trials
    return _told(wanted, trials, summary, store), store


def _executor(wanted: Campaign, jobs: int, cluster: str | None) -> Executor:
    """Threads of this process, or a cluster."""
    from functools import partial

    from faultinject import executors, remote
    if cluster is None:
        return executors.Local(jobs)
    return executors.Cluster(cluster,
                             partial(remote.trials, wanted.name, wanted.text))


def _check_size(campaigner: Campaigner, jobs: int, yes: bool) -> None:
    """Say how large an exhaustive campaign is; refuse too large a one."""
    from faultinject import campaign
    found = campaign.complete(campaigner)
    reference = campaigner.prepare(found.variants[0].name).reference
    assert reference.classes is not None
    hours = reference.result.wall_s * found.trials / jobs / 3600
    points = reference.classes.points
    print(f"{found.name}: {found.trials:,} classes, {points} voting point(s) "
          f"in the window, about {hours:.1f} h")
    if not yes and (found.trials > CLASSES_MAX or points > POINTS_MAX):
        raise UserError(f"more than {CLASSES_MAX:,} classes or {POINTS_MAX} "
                        "voting points: make the window smaller, or say "
                        "--yes")


def _told(wanted: Campaign, trials: int, summary: Summary, store: Path) -> int:
    """Last words about a campaign. @return the exit status."""
    total = summary.before + summary.stored
    aim = "" if wanted.errors else f" of {trials}"
    print(f"{wanted.name}: {total}{aim} trials in {store}"
          + (f", {summary.before} of them from before" if summary.before else "")
          + (f", {summary.failed} could not be observed" if summary.failed
             else ""))
    if summary.interrupted:
        print("interrupted; the same command goes on", file=sys.stderr)
        return 130
    return 5 if summary.failed else 0


def _agreed(name: str, yes: bool) -> bool:
    """Ask before a campaign that takes long."""
    from faultinject import campaign_file
    trials = campaign_file.load(name).trials
    if yes or trials <= ASK_FROM or not sys.stdin.isatty():
        return True
    return input(f"at most {trials} trials: go on? [y/N] "
                 ).strip().lower() == "y"


def main(options: argparse.Namespace) -> int:
    """Run the command."""
    if options.jobs < 1:
        raise UserError(f"--jobs must be 1 or more, not {options.jobs}")
    if not _agreed(options.campaign, options.yes):
        return 2
    status, _ = run(options.campaign, options.out, options.jobs,
                    options.cluster, options.yes)
    return status
