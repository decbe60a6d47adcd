# SPDX-License-Identifier: BSD-2-Clause
"""A replica may be lost at any moment: in user mode, in the kernel, in a
barrier, in the shim on either side of the bus access, while idle, and while
another one is being taken away. Service goes on and the console stays right.

Every case stops one core at one instruction (or at two) and runs to the end.
"""

import random

import pytest
from aim import HANG, SLEEP, UNDEFINED, Board, call_sites, function, word_at
from frontdoor import ROOT

INPUT = random.Random("downgrade").randbytes(20000)
TARGET = ROOT / "build/sabrelite/target.elf"


@pytest.fixture(scope="module")
def boards():
    made = {replicas: Board("digest", replicas, data=INPUT)
            for replicas in (3, 4)}
    made["long"] = Board("digest", 4, data=3 * INPUT)
    made[0] = Board("idle", 3, args="30 1500")
    yield made
    for board in made.values():
        board.close()


def entry(name: str) -> int:
    """First instruction of a kernel function."""
    return function(name).address


def check_goes_on(done, board, *lost: int) -> None:
    """All of them lost, nobody else, and not a byte wrong or missing."""
    assert done["end"] == "exit", done["error"]
    assert done.console == board.right.console
    assert done.convicted() == set(lost)
    assert done["live_replicas"] == [j for j in range(board.replicas)
                                     if j not in lost]
    assert done.events("resume")
    assert done.events("downgrade")[-1]["args"][3] == 1


def behind_progress() -> int:
    """End of the loop that writes many bytes to one register."""
    at = function("write_fifo").address
    while not (word_at(at) >> 24 in (0x1A, 0x3A, 0x8A, 0xBA)
               and word_at(at) & 0x800000):
        at += 4
    return at


def before_byte() -> int:
    """Its first instruction: where that branch goes."""
    at = behind_progress()
    return at + 8 + 4 * ((word_at(at) & 0xFFFFFF) - (1 << 24))


SHIM = {
    "before the log": lambda: call_sites("perform",
                                         "channel_publish_operation")[0],
    "before the bus access": lambda: call_sites("perform",
                                                "access_perform")[0],
    "before a byte": before_byte,
    "behind the first byte": behind_progress,
    "behind the bus access": lambda: call_sites("perform",
                                                "access_perform")[0] + 4,
}


@pytest.mark.parametrize("kind", [HANG, UNDEFINED], ids=["hangs", "fails"])
@pytest.mark.parametrize("place", SHIM)
def test_a_primary_is_lost_in_the_middle_of_output(boards, place, kind):
    board = boards[3]
    done = board.run(board.change(0, SHIM[place](), kind))
    check_goes_on(done, board, 0)


@pytest.mark.parametrize("place", SHIM)
@pytest.mark.parametrize("share", [0.3, 0.6])
def test_a_primary_is_lost_in_the_middle_of_a_driver(boards, place, share):
    """Writes to the timer, reads of its counter, masks of the distributor."""
    board = boards[0]
    done = board.run(board.change(0, SHIM[place](), HANG, share))
    check_goes_on(done, board, 0)


def first_wait() -> int:
    """The WFE between the two looks of rcoe/mech/arrive.S."""
    holder = function("arrive_calm")
    return next(at for at in range(holder.address, holder.address + holder.size,
                                   4) if word_at(at) == 0xE320F002)


BARRIER = {
    "before it is published": lambda: entry("arrive_calm"),
    "while it waits": first_wait,
    "behind it": lambda: entry("fastpath_syscall"),
}


@pytest.mark.parametrize("kind", [HANG, SLEEP, UNDEFINED],
                         ids=["hangs", "sleeps", "fails"])
@pytest.mark.parametrize("replica", [0, 2])
@pytest.mark.parametrize("place", BARRIER)
def test_a_replica_is_lost_in_a_barrier(boards, place, replica, kind):
    board = boards[3]
    done = board.run(board.change(replica, BARRIER[place](), kind))
    check_goes_on(done, board, replica)


@pytest.mark.parametrize("place, replica", [
    *((place, replica) for replica in (0, 1) for place in (
        "hook_idle", "interrupts_taken", "arch_sgi_send", "interrupts_next")),
    ("interrupts_propose", 0)])  # a backup proposes nothing
def test_a_replica_is_lost_around_an_interrupt(boards, place, replica):
    board = boards[0]
    done = board.run(board.change(replica, entry(place), HANG))
    check_goes_on(done, board, replica)


# first to be convicted, second, and where the second one is lost meanwhile
DURING = {
    "who convicts": ("verdict_convict", 3, 1),
    "who is to stop the core": ("verdict_convict", 3, 0),
    "who stops the core": ("plat_core_stop", 3, 0),
    "who has stopped the core": ("channel_publish_notice", 3, 0),
    "the next primary": ("verdict_convict", 0, 1),
    "the next primary, taking over": ("interrupts_take_over", 0, 1),
    "who confirms": ("arch_wait_for_event", 0, 2),
    "who settles": ("settle", 0, 1),
}


@pytest.mark.parametrize("kind", [HANG, UNDEFINED], ids=["hangs", "fails"])
@pytest.mark.parametrize("case", DURING)
def test_a_second_replica_is_lost_during_the_recovery(boards, case, kind):
    place, first, second = DURING[case]
    board = boards[4]
    # who settles is lost in an operation, which the first one left undone
    stop = SHIM["before a byte"]() if place == "settle" else entry(
        "calm_syscall")
    at = (call_sites("verdict_convict", place)[0]
          if place in ("channel_publish_notice", "arch_wait_for_event")
          else entry(place))
    done = board.run(board.change(first, stop, HANG),
                     board.change(second, at, kind))
    check_goes_on(done, board, first, second)


def test_the_core_of_a_lost_replica_is_stopped_even_if_its_judge_is_lost(
        boards):
    """Replica 3 is convicted but goes on by itself; 0 is lost before it takes
    3 away; so 1 takes both."""
    board = boards[4]
    done = board.run(
        board.change(3, entry("calm_syscall"), HANG),
        board.change(0, entry("plat_core_stop"), HANG))
    check_goes_on(done, board, 0, 3)
    last = done.events("downgrade")[-1]
    assert last["replica"] == 1 and last["args"] == [1, 6, 1, 1]


@pytest.mark.parametrize("order", [(0, 1, 2), (3, 2, 1), (1, 0, 3)])
def test_four_three_two_stop(boards, order):
    board = boards["long"]
    faults = [board.change(replica, entry("calm_syscall"), HANG, share)
              for replica, share in zip(order, (0.3, 0.5, 0.7))]
    done = board.run(*faults)
    assert done["end"] == "fail-stop"
    assert done.convicted() == set(order[:2])
    lives = [e["live"] for e in done.events("resume")
             if e["replica"] not in order]
    assert [bin(live).count("1") for live in lives] == [3, 2]
    right = board.right.console
    assert right.startswith(done.console) and len(done.console) > 0
    assert {e["detector"] for e in done.events("fail-stop")} == {"deadline"}
    # up to the stop, everything that was due has left the board
    longest = board.run(*faults[:2])
    assert longest.console == right


@pytest.mark.parametrize("place", ["arch_sgi_send", "interrupts_propose"])
def test_an_edge_that_a_dead_primary_had_taken_is_not_lost(place):
    """All sleep until an edge-triggered line of the timer wakes them; the
    primary masks it and is lost before it proposes it."""
    board = Board("hello", 3, image=TARGET, args="rest", stride=32 << 20)
    try:
        done = board.run(board.change(0, entry(place), HANG, 0.3))
        check_goes_on(done, board, 0)
    finally:
        board.close()
