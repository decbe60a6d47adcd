# SPDX-License-Identifier: BSD-2-Clause
"""Close coupling: a replica comes back while a program computes that never calls
the kernel. All stand at one instruction at each interrupt, so memory can be
compared there, and the copy goes on from there."""

import pytest
from frontdoor import run_json

PAUSE_TICKS = 300  # of 100 us, from downgrade to return; some 115 are needed


@pytest.mark.parametrize("lost", [0, 1])
def test_a_program_that_never_calls_gets_its_replica_back(lost: int) -> None:
    """Primary or backup, by a wrong count: afterwards it stops precisely with
    the others, and ends with the same hash of all contexts."""
    done = run_json("racy", "--replicas", "3", "--coupling", "close",
                    "--tick-us", "100", "--hold-us", "0", "--reintegrate",
                    "always", "--flip",
                    f"replica={lost},register=r9,bit=20,at=30%",
                    arguments="400000")
    assert done["end"] == "exit" and done["code"] == 0, done.stderr
    assert done["flip"]["mode"] == "user" and done.convicted() == {lost}
    (back,), (down,) = done.events("rejoin"), done.events("downgrade")
    assert back["logical_time"] - down["logical_time"] < PAUSE_TICKS
    assert done["live"] == 3 and not done.events("unlike")
    final = {e["replica"]: e["signature"] for e in done.events("exit")}
    assert len(final) == 3 and len(set(final.values())) == 1
    stops = {e["replica"]: e["args"][0] for e in done.events("precise")}
    assert stops[lost] > 300 and stops[(lost + 1) % 3] == stops[(lost + 2) % 3]
