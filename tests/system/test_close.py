# SPDX-License-Identifier: BSD-2-Clause
"""Close coupling: an interrupt reaches all replicas at the same instruction of
a thread that counts its branches, so that even races come out alike."""

import pytest
from frontdoor import Call, run_json
from stops import check_alike

RACE = ("--tick-us", "100", "--hold-us", "0")
ROUNDS = 300_000  # some 750 pre-emptions
BREAKPOINTS_P99 = 40


def race(*options: str, rounds: int = ROUNDS) -> Call:
    """`racy`, pre-empted every 100 us of virtual time."""
    return run_json("racy", *RACE, *options, arguments=str(rounds))


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
