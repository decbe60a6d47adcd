# SPDX-License-Identifier: BSD-2-Clause
"""`trireme replay`: one trial again, and whether it did the same."""
from __future__ import annotations

import argparse
import json
import random
import sys
from pathlib import Path
from typing import Any

from faultinject.errors import UserError

SAME = ("fault", "image_hash", "golden_hash", "exit_status", "end_reason",
        "virtual_ns", "flip_stamp", "first_detect_stamp", "resume_stamp",
        "console", "output_digest", "events", "pcs", "digests",
        "control_digests")


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Arguments of `trireme replay`."""
    parser.add_argument("campaign", metavar="CAMPAIGN",
                        help="a TOML file or a name in faultinject/campaigns")
    parser.add_argument("k", type=int, metavar="K", nargs="?",
                        help="number of the trial")
    parser.add_argument("--random", type=int, metavar="N",
                        help="instead of K: N trials of the store, chosen at "
                        "random")
    parser.add_argument("--seed", type=int, default=0,
                        help="of that choice (default 0)")
    parser.add_argument("--out", type=Path, metavar="STORE",
                        help="store to compare with (default: "
                        "build/results/CAMPAIGN.sqlite)")
    parser.add_argument("--gdb", action="store_true",
                        help="stop right after the flip and wait for gdb")
    parser.add_argument("--json", action="store_true",
                        help="print one JSON object")


def differences(old: Any, new: Any) -> list[str]:
    """Names of the observed values that differ."""
    return [name for name in SAME if getattr(old, name) != getattr(new, name)]


def stored(campaign: Any, path: Path, k: int) -> Any:
    """The observation of a trial in a store, or None."""
    from faultinject import campaign as campaigns
    from faultinject.store import Store
    if not path.is_file():
        return None
    store = Store(path, create=False)
    try:
        return store.trial(campaigns.open_campaign(store, campaign), k)
    finally:
        store.close()


def _show(observation: Any, same: bool | None, changed: list[str],
          as_json: bool) -> None:
    from faultinject.model import from_dict
    if as_json:
        print(json.dumps({
            "schema": 1, "k": observation.k, "variant": observation.variant,
            "fault": observation.fault, "end": observation.end_reason,
            "events": observation.event_dicts(), "same": same,
            "different": changed, "digests": observation.digests}))
        return
    print(f"trial {observation.k} ({observation.variant}): "
          f"{from_dict(observation.fault).words()}")
    for record in observation.event_dicts():
        if record["kind"] not in ("thread", "boot", "ready"):
            print(f"  {record['words']}")
    print(f"  end: {observation.end_reason}")
    words = {None: "no stored trial to compare with",
             True: "identical to the stored trial",
             False: f"differs from the stored trial in {', '.join(changed)}"}
    print(f"  {words[same]}")


def main(options: argparse.Namespace) -> int:
    """Run the command."""
    from faultinject import campaign as campaigns
    from faultinject import campaign_file
    from faultinject.cli import inject
    if (options.k is None) == (options.random is None):
        raise UserError("say which trial: K, or --random N")
    campaign = campaign_file.load(options.campaign)
    inject.build_for(campaign)
    store = options.out or inject.default_store(campaign.name)
    with campaigns.Campaigner(campaign) as campaigner:
        campaign = campaigns.complete(campaigner)
        if options.random is not None:
            return _many(campaigner, store, options.random, options.seed)
        if not 0 <= options.k < campaign.trials:
            raise UserError("the campaign has trials 0 to "
                            f"{campaign.trials - 1}")
        if options.gdb:
            return _under_gdb(campaigner, options.k)
        observation = campaigner.trial(options.k)
    old = stored(campaign, store, options.k)
    changed = [] if old is None else differences(old, observation)
    same = None if old is None else not changed
    _show(observation, same, changed, options.json)
    return 0 if same in (None, True) else 1


def _many(campaigner: Any, path: Path, count: int, seed: int) -> int:
    """Trials chosen at random, each compared with the store."""
    from faultinject import campaign as campaigns
    from faultinject.store import Store
    store = Store(path, create=False)
    done = sorted(store.done(campaigns.open_campaign(
        store, campaigner.campaign)))
    store.close()
    if not 0 < count <= len(done):
        raise UserError(f"the store has {len(done)} trials of this campaign, "
                        f"so N is 1 to {len(done)}")
    good = 0
    for k in sorted(random.Random(f"replay:{seed}").sample(done, count)):
        old = stored(campaigner.campaign, path, k)
        changed = differences(old, campaigner.trial(k))
        good += not changed
        if changed:
            print(f"trial {k} differs in {', '.join(changed)}")
    print(f"{good} of {count} trials identical to the store: outcome, events, "
          "state")
    return 0 if good == count else 1


def _under_gdb(campaigner: Any, k: int) -> int:
    """Run the trial up to its flip, then let a debugger in."""
    from faultinject import plan
    from faultinject.cli import debug
    ready = campaigner.prepare(campaigner.campaign.variant_of(k).name)
    fault = plan.fault_of(campaigner.campaign, k, ready.reference,
                          ready.prepared.config).fault
    print(f"trial {k}: {fault.words()}", file=sys.stderr)
    machine = ready.prepared.machine(flips=fault.plugin_arguments(),
                                     quiet=True, pause_ns=fault.at_ns)
    return debug.attach(machine, ready.prepared)
