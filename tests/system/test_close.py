# SPDX-License-Identifier: BSD-2-Clause
"""Close coupling: an interrupt reaches all replicas at the same instruction of
a thread that counts its branches, so that even races come out alike."""

import pytest
from frontdoor import Call, run_json

RACE = ("--tick-us", "100", "--hold-us", "0")
ROUNDS = 300_000  # some 750 pre-emptions
BREAKPOINTS_P99 = 40


def race(*options: str, rounds: int = ROUNDS) -> Call:
    """`racy`, pre-empted every 100 us of virtual time."""
    return run_json("racy", *RACE, *options, arguments=str(rounds))


def stops(call: Call) -> int:
    """How often all stopped at one user instruction."""
    counts = {e["args"][0] for e in call.events("precise")}
    assert len(counts) == 1, "the replicas disagree about how often"
    return counts.pop()


def check_alike(call: Call, replicas: int, least: int) -> None:
    """Nobody diverged, and it was pre-empted at least so often. The last
    signature is a hash of all contexts at which anybody was stopped."""
    assert call["end"] == "exit" and call["live"] == replicas, call.stderr
    assert call["code"] == 0, "an atomic addition was torn"
    assert not call.events("detect")
    assert len(call.events("precise")) == replicas
    assert stops(call) >= least
    user = {row["user"] for row in call["instructions"].values()}
    assert len(user) == 1, "not the same instructions in all replicas"
    final = {e["replica"]: e["signature"] for e in call.events("exit")}
    assert len(final) == replicas and len(set(final.values())) == 1, final


def test_three_replicas_of_a_race_stay_alike() -> None:
    """And 99 of 100 stops take few breakpoints."""
    call = race("--replicas", "3", "--coupling", "close")
    check_alike(call, 3, 200)
    p99 = [e["args"][1] for e in call.events("precise")]
    assert max(p99) <= BREAKPOINTS_P99


def test_two_replicas_of_a_race_stay_alike() -> None:
    """With the scrubber and re-integration on, as they are by default."""
    check_alike(race("--replicas", "2", "--coupling", "close"), 2, 200)


def test_loosely_coupled_the_same_program_diverges_and_is_detected() -> None:
    """Interrupts forced on it at different instructions."""
    call = race("--replicas", "3", "--counted")
    assert not call.events("precise")
    assert call.events("detect"), call.stderr
    stopped = call["end"] == "fail-stop"  # all three differ: no majority
    assert stopped or call["live"] < 3


def test_a_wrong_count_is_outvoted() -> None:
    """The other two come to one place without the one that can not. Whatever
    the flip hits, nobody else is convicted; it hits a count if it comes while
    the program runs, and not the kernel, whose r9 is no count."""
    for moment in range(25, 75, 5):
        call = race("--replicas", "3", "--coupling", "close", "--flip",
                    f"replica=1,register=r9,bit=20,at={moment}%",
                    rounds=400_000)
        assert call["end"] == "exit", call.stderr
        if call["flip"]["mode"] == "user":
            assert call.convicted() == {1}, call.stderr
            assert sorted(call["live_replicas"]) == [0, 2]
            return
        assert call.convicted() <= {1}, call.stderr
    pytest.fail("no flip came while the program ran")


def test_programs_that_do_not_count_keep_the_loose_rules() -> None:
    """In the same kernel: nothing of theirs is stopped precisely."""
    call = run_json("spin", "--replicas", "3", "--coupling", "close", "--image",
                    "build/sabrelite/trireme.elf", arguments="300000")
    assert call["end"] == "exit" and call["live"] == 3
    assert not call.events("precise")
