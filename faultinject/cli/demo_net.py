# SPDX-License-Identifier: BSD-2-Clause
"""`trireme demo --net`: a key-value server that real connections use, while a
bit flips every few seconds and every replica that is voted out comes back.

All that it says is counted in the run. A wrong reply, an end without all three
replicas or a lost connection is an error: status 1.
"""
from __future__ import annotations

import argparse
import json
from typing import Any

from faultinject import tree
from faultinject.errors import UserError

MINUTES = 1.0
MINUTES_MAX = 15.0
SEED = 2026
FAILED = 1


def run(options: argparse.Namespace) -> int:
    """The demonstration. @return the exit status."""
    from faultinject import fire, relay
    from faultinject.cli import build
    minutes = MINUTES if options.minutes is None else options.minutes
    if not 0 < minutes <= MINUTES_MAX:
        raise UserError("the minutes must be a number above 0, at most "
                        f"{MINUTES_MAX:g}, not {minutes:g}")
    tree.emulator_version()
    build.for_run(False)
    port = relay.unused_ports(1)[0]
    say = _silent if options.json else _say
    say(f"kv in three replicas; {fire.CLIENTS} clients that know every answer; "
        f"on your own: redis-cli -p {port}\na flip every "
        f"{fire.DISTANCE_S:g} s or more, in a register or in memory, each "
        f"replica in turn, for {minutes:g} min")
    outcome = fire.run(port, 60 * minutes, SEED, say)
    if options.json:
        print(json.dumps(outcome))
    else:
        _show(outcome)
    good = (outcome["end"] == "exit" and outcome["live"] == fire.REPLICAS
            and not outcome["wrong"] and not outcome["lost"])
    return 0 if good else FAILED


def _say(text: str) -> None:
    print(text, flush=True)


def _silent(text: str) -> None:
    del text


def _show(outcome: dict[str, Any]) -> None:
    found = ", ".join(f"{count} by {name}" for name, count
                      in outcome["detections"].items()) or "none"
    lost = ", ".join(f"{count} {kind}" for kind, count
                     in outcome["lost"].items()) or "none"
    print(f"{outcome['flips']} flips in {outcome['seconds']:.0f} s; "
          f"detections: {found}\n"
          f"{outcome['downgrades']} replicas voted out, {outcome['returns']} "
          f"came back, {outcome['repairs']} pages mended by the scrubber\n"
          f"{outcome['requests']:,} requests answered and checked, "
          f"wrong replies: {len(outcome['wrong'])}, connections lost: {lost}\n"
          f"end: {outcome['end']}, replicas in service: {outcome['live']}")
    for text in outcome["wrong"]:
        print(f"wrong: {text}")
