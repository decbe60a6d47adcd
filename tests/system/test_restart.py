# SPDX-License-Identifier: BSD-2-Clause
"""A board that has stopped is restarted by its watchdog, and the flight
recorder of the last life is still there, or is said not to be."""

import sys

import pytest
from frontdoor import ROOT, call, run_json

sys.path.insert(0, str(ROOT))

from faultinject import events, flipspec, golden, image, lives  # noqa: E402
from faultinject.workload import Prepared, Workload  # noqa: E402

SIZE = 16384
FLIP = "replica=1,symbol=digest_state,bit=100,at=50%"
LIVE = ("--replicas", "2", "--stride", "16", "--restart-on-stop")
TIMEOUT_S = 120.0


@pytest.fixture(scope="module")
def file(make_input):
    return make_input(SIZE)


def kinds(life) -> set[str]:
    """What is on record of a life."""
    return {event["kind"] for event in life["events"]}


def test_a_second_life_follows_a_fail_stop(file):
    """Twice the same: restarts are as repeatable as anything else."""
    line = ("digest", "--input", file.path, *LIVE, "--flip", FLIP)
    told, again = run_json(*line), run_json(*line)
    first, second = told["lives"]
    assert told.status == 0 and told["restarts"] == 1
    assert told["sha256"] == file.sha256
    assert first["end"] == "fail-stop" and second["end"] == "exit"
    assert first["readable"] and first["damaged"] == 0
    assert {"boot", "detect", "fail-stop"} <= kinds(first)
    assert "fail-stop" not in kinds(second)
    assert told["lives"] == again["lives"]
    assert told["console"] == again["console"]


def test_the_events_of_the_last_life_are_printed(file):
    told = call("run", "digest", "--input", file.path, *LIVE, "--flip", FLIP)
    assert told.status == 0
    assert "the watchdog restarts the board, life 2" in told.stderr
    assert "life 1: event: replica 0: fail-stop (signature)" in told.stderr
    assert f"sha256 {file.sha256}" in told.stdout


def test_restarts_come_to_an_end(file):
    told = run_json("digest", "--input", file.path, *LIVE, "--restarts", "0",
                    "--flip", FLIP)
    assert told.status == 3 and told["end"] == "fail-stop"
    assert told["restarts"] == 0 and len(told["lives"]) == 1


def test_a_healthy_system_feeds_the_watchdog():
    """For three times its time-out, asleep and awake."""
    told = run_json("idle", *LIVE, arguments="15 200000")
    assert told.status == 0 and told["restarts"] == 0
    assert told["virtual_ns"] > 3 * 10**9


def test_who_succeeds_a_lost_primary_goes_on_feeding():
    told = run_json("idle", "--replicas", "3", "--reintegrate", "never",
                    *LIVE[2:], "--flip",
                    "replica=0,register=pc,bit=20,at=20%",
                    arguments="15 200000")
    assert told.status == 0 and told["restarts"] == 0
    assert told["live"] == 2
    assert told["virtual_ns"] > 3 * 10**9


def test_the_baseline_has_the_watchdog_too():
    told = run_json("idle", "--baseline", "--restart-on-stop",
                    arguments="10 200000")
    assert told.status == 0 and told["restarts"] == 0


def test_a_system_that_is_not_fed_any_more_is_restarted():
    """Without a word: here the count of ticks to the next feed is wrong."""
    told = run_json("idle", "--replicas", "1", *LIVE[2:], "--flip",
                    "replica=0,symbol=ticks_left,bit=31,at=20%",
                    arguments="20 200000")
    first, second = told["lives"]
    assert first["end"] == "hang" and first["readable"]
    assert kinds(first) == {"boot", "thread", "ready"}
    assert told.status == 0 and second["end"] == "exit"


def story(file, between):
    """Two lives of the same system, with something done to RAM in between."""
    with open(file.path, "rb") as source:
        data = source.read()
    workload = Workload(app="digest", data=data, replicas=2,
                        stride=16 * image.MIB, restart=True)
    with Prepared(workload) as prepared:
        plain = golden.plain(prepared)
        at_ns = plain.virtual_ns * 7 // 8
        memory, _ = golden.map_at(prepared, at_ns)
        fault = flipspec.resolve(flipspec.parse(FLIP, 2), prepared, memory,
                                 at_ns)
        machine = prepared.machine(flips=(fault.plugin_argument(),))
        return lives.run(machine, 1, TIMEOUT_S, between=between)


def damage(at: int, size: int = 1):
    """Flip a bit in each of some bytes of every replica's block."""
    def do(ram) -> None:
        with open(ram, "r+b") as memory:
            for block in range(events.BLOCKS):
                place = (image.SHARED_BASE - image.RAM_BASE
                         + block * events.BLOCK_SIZE + at)
                memory.seek(place)
                old = memory.read(size)
                memory.seek(place)
                memory.write(bytes(byte ^ 4 for byte in old))
    return do


@pytest.mark.parametrize("byte", [0, 4, 8, 12])
def test_a_life_whose_number_is_damaged_is_unreadable(file, byte):
    """Magic, generation, replica, check word: wherever the flip is."""
    first, second = lives.describe(story(file, damage(0xF000 + byte)))
    assert not first["readable"] and not first["events"]
    assert second["end"] == "exit", "and RAM was cleared all the same"


def test_a_damaged_record_is_left_out(file):
    """All others are believed."""
    whole = lives.describe(story(file, lambda ram: None))[0]
    hurt = lives.describe(story(file, damage(events.RING_OFFSET + 40)))[0]
    assert whole["damaged"] == 0 and hurt["damaged"] == 2
    assert [e for e in whole["events"] if e["sequence"] > 0] == hurt["events"]


@pytest.mark.parametrize("options", [
    ("--restarts", "2"), ("--restart-on-stop", "--restarts", "-1"),
    ("--restart-on-stop", "--soak", "3")])
def test_what_makes_no_sense_is_refused(file, options):
    told = call("run", "digest", "--input", file.path, *options)
    assert told.status == 2 and "--restart" in told.stderr
