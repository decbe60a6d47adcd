# SPDX-License-Identifier: BSD-2-Clause
"""What loose coupling has works the same under close coupling: who hangs on the
way is found and taken away, primary and backup; the debugger's commands; an
injected trial again, to the bit; odd lengths of turns."""

import re

import pytest
from aim import HANG, UNDEFINED, Board
from frontdoor import call, run_json
from stops import Stage, check_places

RACE = ("--replicas", "3", "--coupling", "close", "--tick-us", "100",
        "--hold-us", "0", "--stride", "16")
PLACE = "__atomic_fetch_add_4"  # racy comes by there each round


@pytest.fixture(scope="module")
def board():
    """racy, closely coupled; nobody comes back."""
    made = Board("racy", 3, coupling="close", counted=True, tick_us=100,
                 hold_us=0, args="100000")
    yield made
    made.close()


@pytest.mark.parametrize("replica", (0, 1))
def test_who_hangs_on_the_way_is_taken_away(board, replica):
    """It never comes to the place at which the others stand, and does not
    count: the limit of catching up convicts it, be it primary or backup."""
    done = board.run(board.change_user(replica, PLACE, HANG))
    assert done["end"] == "exit" and done["code"] == 0, done["error"]
    assert done.convicted() == {replica}
    assert done["live_replicas"] == sorted({0, 1, 2} - {replica})
    assert done["primary"] == min(done["live_replicas"])
    assert len(done.events("precise")) == 2


@pytest.mark.parametrize("replica", (0, 1))
def test_who_faults_on_the_way_is_taken_away(board, replica):
    """An undefined instruction that the others do not have."""
    done = board.run(board.change_user(replica, PLACE, UNDEFINED))
    assert done["end"] == "exit" and done["code"] == 0, done["error"]
    assert done.convicted() == {replica}
    assert done["live_replicas"] == sorted({0, 1, 2} - {replica})


def test_voting_points_are_chosen_as_ever():
    """With votes inside the kernel, too; a set without `entry` is refused."""
    done = run_json("racy", *RACE, "--voting", "entry,context-switch",
                    arguments="50000")
    assert done["end"] == "exit" and done["live"] == 3
    assert not done.events("detect") and done.events("precise")
    refused = call("run", "racy", *RACE, "--voting", "io", "--", "50000")
    assert refused.status == 2 and "close coupling needs entry" in (
        refused.stdout + refused.stderr)


def test_the_debugger_knows_the_replicas():
    done = call("debug", "racy", *RACE, "--at", "50%", "-c", "replicas",
                "-c", "diff-replicas 0 1", "-c", "threads", "--", "50000")
    assert done.status == 0, done.stderr
    assert len(re.findall(r"^replica \d: \w+, good, sees live 0,1,2",
                          done.stdout, re.M)) == 3
    assert len(re.findall(r"^[* ] racy +0x", done.stdout, re.M)) == 3
    words = re.findall(r"^  0x[0-9a-f]{8}  .*  (.+)$", done.stdout, re.M)
    assert len(words) < 200  # nobody has gone his own way


@pytest.mark.parametrize("slice_ns", (1999, 7919, *(
    pytest.param(length, marks=pytest.mark.slow)
    for length in range(1009, 20000, 907))))
def test_turns_of_odd_lengths_change_nothing(slice_ns):
    """Other stops at other places, and nobody differs."""
    with Stage("racy", args="60000") as stage:
        done = stage.run(slice_ns=slice_ns)
    check_places(done, 3, 50)


CAMPAIGN = """
name = "close-again"
seed = 5
trials = 6
[workload]
app = "racy"
args = "20000"
[[variant]]
name = "close"
replicas = 3
coupling = "close"
[fault]
memory = 0.5
register = 0.5
regions = ["user-data"]
"""


def test_an_injected_trial_repeats_to_the_bit(tmp_path):
    """Precise stops included: their breakpoints and timers are deterministic."""
    campaign, store = tmp_path / "again.toml", tmp_path / "again.sqlite"
    campaign.write_text(CAMPAIGN)
    done = call("inject", str(campaign), "--out", str(store))
    assert done.status == 0 and "6 of 6 trials" in done.stdout, done.stderr
    for trial in ("1", "4"):
        again = call("replay", str(campaign), trial, "--out", str(store))
        assert again.status == 0 and "identical" in again.stdout, again.stderr
