# SPDX-License-Identifier: BSD-2-Clause
"""`trireme replay`: one trial again, and whether it did the same."""
from __future__ import annotations

import argparse
import json
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
    parser.add_argument("k", type=int, metavar="K", help="number of the trial")
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


def _stored(campaign: Any, path: Path, k: int) -> Any:
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
            "k": observation.k, "variant": observation.variant,
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
    campaign = campaign_file.load(options.campaign)
    if not 0 <= options.k < campaign.trials:
        raise UserError(f"the campaign has trials 0 to {campaign.trials - 1}")
    inject.build_for(campaign)
    with campaigns.Campaigner(campaign) as campaigner:
        if options.gdb:
            return _under_gdb(campaigner, options.k)
        observation = campaigner.trial(options.k)
    old = _stored(campaign, options.out or inject.default_store(campaign.name),
                  options.k)
    changed = [] if old is None else differences(old, observation)
    same = None if old is None else not changed
    _show(observation, same, changed, options.json)
    return 0 if same in (None, True) else 1


def _under_gdb(campaigner: Any, k: int) -> int:
    """Run the trial up to its flip, then let a debugger in."""
    from faultinject import plan
    from faultinject.cli import debug
    ready = campaigner.prepare(campaigner.campaign.variant_of(k).name)
    fault = plan.fault_of(campaigner.campaign, k, ready.reference,
                          ready.prepared.config).fault
    print(f"trial {k}: {fault.words()}", file=sys.stderr)
    machine = ready.prepared.machine(flips=fault.plugin_arguments(),
                                     pause_ns=fault.at_ns)
    return debug.attach(machine, ready.prepared)
