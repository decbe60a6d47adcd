# SPDX-License-Identifier: BSD-2-Clause
"""Close coupling for long: very many pre-emptions of a program with races, and
no difference between the replicas. By itself, as files share out the cores."""

import frontdoor
import pytest
from frontdoor import run_json

LEAST = 100_000  # pre-emptions
ROUNDS_EACH = 450  # of `racy` for each; some 415 are needed
TIMEOUT_S = 7200  # only a defect takes that long


@pytest.mark.parametrize("least", [
    LEAST, pytest.param(10 * LEAST, marks=pytest.mark.slow)])
def test_no_divergence_in_very_many_preemptions(
        least: int, monkeypatch: pytest.MonkeyPatch) -> None:
    """Every 100 us of virtual time, with scrubber and re-integration on. The
    last signature is a hash of all contexts at which anybody was stopped."""
    monkeypatch.setattr(frontdoor, "TIMEOUT_S", TIMEOUT_S)
    done = run_json("racy", "--replicas", "3", "--coupling", "close",
                    "--tick-us", "100", "--hold-us", "0", "--no-count",
                    "--timeout", str(TIMEOUT_S),
                    arguments=str(least * ROUNDS_EACH))
    assert done["end"] == "exit" and done["code"] == 0, done.stderr
    assert done["live"] == 3
    assert not done.events("detect") and not done.events("scrub")
    precise = done.events("precise")
    assert len({e["args"][0] for e in precise}) == 1 and len(precise) == 3
    assert precise[0]["args"][0] >= least
    final = {e["replica"]: e["signature"] for e in done.events("exit")}
    assert len(final) == 3 and len(set(final.values())) == 1, final
