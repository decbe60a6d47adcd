# SPDX-License-Identifier: BSD-2-Clause
"""`trireme explain`: what a trial hit and what came of it."""
from __future__ import annotations

import argparse
from pathlib import Path
from typing import Any

from faultinject.errors import UserError


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Arguments of `trireme explain`."""
    parser.add_argument("campaign", metavar="CAMPAIGN",
                        help="a TOML file or a name in faultinject/campaigns")
    parser.add_argument("k", type=int, metavar="K", help="number of the trial")
    parser.add_argument("--out", type=Path, metavar="STORE",
                        help="store that has the trial (default: "
                        "build/results/CAMPAIGN.sqlite); it is run when there "
                        "is none")


def _trial(campaigner: Any, store: Path, k: int) -> Any:
    """The stored observation, else a new one."""
    from faultinject.cli.replay import stored
    return stored(campaigner.campaign, store, k) or campaigner.trial(k)


def _difference_lines(words: list[Any], at_ns: int) -> list[str]:
    if not words:
        return [f"replicas at {at_ns} ns: no difference in allocated memory"]
    lines = [f"replicas at {at_ns} ns, first differing words:"]
    for word in words:
        values = " ".join(f"{value:08x}" for value in word.values)
        lines.append(f"  {word.physical:#x} {values}  {word.region} of "
                     f"{word.owner} {word.symbol}".rstrip())
    return lines


def main(options: argparse.Namespace) -> int:
    """Run the command."""
    from analysis import load
    from faultinject import campaign as campaigns
    from faultinject import campaign_file, explain, plan
    from faultinject.cli import inject
    campaign = campaign_file.load(options.campaign)
    inject.build_for(campaign)
    with campaigns.Campaigner(campaign) as campaigner:
        campaign = campaigns.complete(campaigner)
        if not 0 <= options.k < campaign.trials:
            raise UserError("the campaign has trials 0 to "
                            f"{campaign.trials - 1}")
        ready = campaigner.prepare(campaign.variant_of(options.k).name)
        prepared, reference = ready.prepared, ready.reference
        planned = plan.fault_of(campaign, options.k, reference,
                                prepared.config)
        store = options.out or inject.default_store(campaign.name)
        seen = _trial(campaigner, store, options.k)
        verdict = load.verdict_of(seen, reference.stored)
        print(f"trial {options.k} of {campaign.name}, variant {seen.variant}")
        for line in explain.place_words(planned.fault,
                                        explain.Names(prepared), seen.pcs):
            print(line)
        if planned.first_ns is not None:
            print(f"class: live from {planned.first_ns} to {planned.last_ns} "
                  "ns, then read")
        if prepared.config.replicas > 1:
            at_ns = explain.moment_of(seen, reference)
            words = explain.first_differences(prepared, reference,
                                              planned.fault, at_ns)
            print("\n".join(_difference_lines(words, at_ns)))
    print("events since the flip:")
    print("\n".join(f"  {line}" for line in explain.chain_words(seen))
          or "  none")
    print(f"end: {seen.end_reason}; outcome: {verdict.outcome.value} "
          f"({verdict.why})")
    return 0
