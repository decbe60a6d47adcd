# SPDX-License-Identifier: BSD-2-Clause
"""The key-value server with the client inside the board: recorded requests
over the loopback address of a replicated network server."""

import re
import subprocess

import pytest
from frontdoor import ROOT, run_json

REQUESTS = ROOT / "faultinject/campaigns/kv.requests"
REPLAY = ("--input", str(REQUESTS))
TMR = ("--replicas", "3")
MASK = "symbol=server,bit=192,at=50%"  # of hash values: some keys are not found
FUZZ = ROOT / "build/host/tests/fuzz/fuzz_kv"
FUZZ_INPUTS = 1_000_000


def replay(*options: str):
    """Serve the recorded requests. @return The run and its console."""
    done = run_json("kv", *REPLAY, *options, arguments="replay")
    assert done.status == 0 and done["end"] == "exit", done.console
    sent = int(re.search(r"^kv replayed (\d+) ", done.console, re.M)[1])
    assert sent == REQUESTS.stat().st_size + len("QUIT\r\n")
    return done


def test_recorded_requests_get_the_same_replies_from_one_and_from_three():
    alone, three = replay("--baseline"), replay(*TMR)
    assert alone.console == three.console
    assert three.console.count("\nreplies ") > 2


def test_a_flip_in_the_server_changes_no_reply_and_costs_one_replica():
    right = replay("--baseline").console
    done = replay(*TMR, "--flip", f"replica=2,{MASK}")
    assert done.console == right
    assert done.convicted() == {2}


def test_without_protection_the_same_flip_is_a_wrong_reply():
    right = replay("--baseline").console
    done = run_json("kv", *REPLAY, "--baseline", "--flip", MASK,
                    arguments="replay")
    assert done.status == 0 and done.console != right


@pytest.mark.slow
def test_a_million_damaged_inputs_on_the_host():
    done = subprocess.run([FUZZ, str(FUZZ_INPUTS), "7"], text=True,
                          capture_output=True, check=False)
    assert done.returncode == 0, done.stdout[-2000:]
