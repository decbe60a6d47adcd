# SPDX-License-Identifier: BSD-2-Clause
"""Voting `io`: replicas meet at device operations and interrupts only, and
drift apart over kernel entries in between. What leaves the board is the same,
faults are found before they leave, and nobody healthy is convicted."""

import random

import pytest
from aim import HANG, UNDEFINED, Board, field, function
from frontdoor import ROOT, call, run_json

TARGET = str(ROOT / "build/sabrelite/target.elf")
BASELINE_TARGET = str(ROOT / "build/sabrelite-baseline/target.elf")
SIZE = 20000
CALM = ("detect", "convict", "downgrade", "fail-stop", "kernel-exception",
        "assert")
PROGRAMS = {"storm": "400", "spin": "2000000", "idle": "12 1300", "hello": ""}
INPUT = random.Random("io voting").randbytes(SIZE)


def check_calm(done, replicas: int) -> None:
    assert done.status == 0 and done["live"] == replicas
    assert not [kind for kind in CALM if done.events(kind)]


@pytest.mark.parametrize("replicas", [2, 3, 4])
@pytest.mark.parametrize("app", PROGRAMS)
def test_a_program_prints_the_same(app, replicas):
    right = run_json(app, "--baseline", arguments=PROGRAMS[app])
    done = run_json(app, "--replicas", str(replicas), "--stride", "16",
                    "--voting", "io", arguments=PROGRAMS[app])
    check_calm(done, replicas)
    assert done.console == right.console


@pytest.mark.parametrize("replicas", [2, 3, 4])
def test_digest_is_right_and_repeats(make_input, replicas):
    file = make_input(SIZE)
    line = ("digest", "--input", file.path, "--replicas", str(replicas),
            "--stride", "16", "--voting", "io")
    first, second = run_json(*line), run_json(*line)
    check_calm(first, replicas)
    assert first["sha256"] == file.sha256
    for key in ("console", "events", "instructions"):
        assert first[key] == second[key], key


@pytest.mark.parametrize("replicas", [2, 3, 4])
def test_all_checks_of_the_kernel_hold(replicas):
    right = run_json("hello", "--baseline", "--image", BASELINE_TARGET)
    done = run_json("hello", "--replicas", str(replicas), "--stride", "32",
                    "--voting", "io", "--image", TARGET)
    check_calm(done, replicas)
    assert done.console == right.console


def test_entries_cost_nothing_but_counting():
    """They are still folded, but nobody is met: no line moves between cores."""
    costs, moved = [], []
    for points in ("io", "entry"):
        runs = [run_json("storm", "--replicas", "3", "--stride", "16",
                         "--voting", points, arguments=str(rounds))
                for rounds in (1000, 2000)]
        costs.append(runs[1]["instructions"]["1"]["rcoe"]
                     - runs[0]["instructions"]["1"]["rcoe"])
        moved.append(runs[1]["critical_path"]["lines"]
                     - runs[0]["critical_path"]["lines"])
    assert 1000 < costs[0] < costs[1]  # of 3,000 system calls
    assert moved[0] < 100 and moved[1] > 2 * 3000 - 100


@pytest.fixture(scope="module")
def boards():
    made = {n: Board("digest", n, data=INPUT, voting="io") for n in (2, 3, 4)}
    made["spin"] = Board("spin", 3, args="4000000", voting="io")
    made["idle"] = Board("idle", 3, args="20 3000", voting="io")
    yield made
    for board in made.values():
        board.close()


def check_removed(done, board, *lost: int) -> None:
    assert done["end"] == "exit", done["error"]
    assert done.console == board.right.console
    assert done.convicted() == set(lost)
    assert len(done["live_replicas"]) == board.replicas - len(lost)


FAULTS = {
    "user state": lambda board, replica: board.flip_user(
        replica, "digest_state", 100),
    "signature": lambda board, replica: board.flip(
        replica, field("replica", "replica", "signature"), 9),
    "kernel hangs": lambda board, replica: board.change(
        replica, function("calm_syscall").address, HANG),
    "kernel fails": lambda board, replica: board.change(
        replica, function("calm_syscall").address, UNDEFINED),
    "program hangs": lambda board, replica: board.change_user(
        replica, "mbedtls_internal_sha256_process", HANG),
    "program fails": lambda board, replica: board.change_user(
        replica, "mbedtls_internal_sha256_process", UNDEFINED),
}


@pytest.mark.parametrize("replica", [0, 2])
@pytest.mark.parametrize("fault", FAULTS)
def test_three_replicas_vote_it_out(boards, fault, replica):
    board = boards[3]
    done = board.run(FAULTS[fault](board, replica))
    check_removed(done, board, replica)


@pytest.mark.parametrize("replica", [0, 1])
@pytest.mark.parametrize("fault", FAULTS)
def test_two_replicas_stop_before_a_wrong_byte(boards, fault, replica):
    board = boards[2]
    done = board.run(FAULTS[fault](board, replica))
    assert done["end"] == "fail-stop" and not done.convicted()
    assert board.right.console.startswith(done.console)


def test_four_replicas_survive_two(boards):
    board = boards[4]
    done = board.run(
        board.flip_user(3, "digest_state", 70, 0.3),
        board.change(0, function("calm_syscall").address, HANG, 0.6))
    check_removed(done, board, 0, 3)


@pytest.mark.parametrize("replica", [0, 1])
@pytest.mark.parametrize("bit", [0, 4, 20, 30, 31])
def test_a_wrong_count_drags_nobody(boards, bit, replica):
    """Ahead or behind, by a little or absurdly, while all compute: only
    interrupts bring them together."""
    board = boards["spin"]
    done = board.run(board.flip(
        replica, field("replica", "replica", "time"), bit))
    check_removed(done, board, replica)


@pytest.mark.parametrize("program", ["spin", "idle"])
def test_a_dead_primary_is_found_by_the_heartbeat(boards, program):
    board = boards[program]
    place = {"spin": "kernel_interrupt", "idle": "hook_idle"}[program]
    found = set()
    for share in (0.45, 0.5, 0.53):
        done = board.run(board.change(0, function(place).address, HANG, share))
        check_removed(done, board, 0)
        found |= {e["detector"] for e in done.events("detect")}
    # who dies while a round is open anyhow is missed by that round
    assert "heartbeat" in found and found <= {"heartbeat", "deadline"}


@pytest.mark.parametrize("replica", [0, 1])
@pytest.mark.parametrize("place", ["drift_taken", "drift_decide",
                                   "arch_sgi_send", "drift_passed"])
def test_a_replica_is_lost_on_the_way_to_a_goal(boards, place, replica):
    for program in ("spin", "idle"):
        board = boards[program]
        done = board.run(board.change(replica, function(place).address, HANG))
        check_removed(done, board, replica)


@pytest.mark.parametrize("option", [("--reintegrate", "once"), ("--scrub",)])
def test_what_needs_meetings_at_entries_is_refused(make_input, option):
    done = call("run", "digest", "--input", make_input(SIZE).path,
                "--replicas", "3", "--voting", "io,retype", *option)
    assert done.status == 2 and "'entry'" in done.stderr
    assert len(done.stderr.strip().splitlines()) == 1
