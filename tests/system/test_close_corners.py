# SPDX-License-Identifier: BSD-2-Clause
"""Corner cases of the precise stop of close coupling, each of which must really
have occurred: what the replicas look at and do is written down (stops.py).

The program is tests/close: three threads race, and are stopped amid system
calls, faults, missing pages, short loops, and by two interrupts at once.
"""

from functools import lru_cache
from typing import Any

import aim
import pytest
from frontdoor import ROOT
from stops import (STOPS, Look, Place, Stage, Watched, check_places, look_of,
                   target)

IMAGE = ROOT / "build/sabrelite-counted/close.elf"
PROGRAM = ROOT / "build/sabrelite-counted/apps/close.elf"
RACY = ROOT / "build/sabrelite-counted/apps/racy.elf"
STRIDE = 32 << 20
SLOT, STORE = 0xF100, 16  # __atomic_fetch_add_4; kernel/abi/abi/counted.h
TICK, CLOCK = 29, 88  # interrupts
BRANCH_TO_NEXT = 0xEAFFFFFF.to_bytes(4, "little")
LIMIT_NS = 400_000_000  # of virtual time; only a defect takes that long
SPACINGS = (500, 700, 400, 900, 300)  # rounds: about the turn of a core
SHAPES = ("shape_loop", "leaf", "leaf_load", "leaf_loads")


def run(mode: str, rounds: int, spacing: int, replicas: int = 3,
        **options: Any) -> Watched:
    """A mode of tests/close with so many rounds; what the mode says happens
    every `spacing` of them. @param options  Of Stage.run."""
    with Stage("hello", replicas, image=IMAGE, stride=STRIDE,
               args=f"{mode} {rounds} {spacing}") as stage:
        return stage.run(limit_ns=LIMIT_NS, **options)


@lru_cache(maxsize=1)
def shapes() -> Watched:
    """Short loops, calls and returns."""
    return run("shapes", 20000, 1)


@lru_cache(maxsize=1)
def racy() -> Watched:
    """The racing program of apps/."""
    with Stage("racy", args="300000") as stage:
        return stage.run()


def inside(program, *functions: str) -> set[int]:
    """Addresses of all instructions of these functions."""
    symbols = target.symbols(program)
    return {address for name in functions for address in range(
        symbols[name].address, symbols[name].address + symbols[name].size, 4)}


def behind_branch(function: str) -> int:
    """The instruction of tests/close/far.S that a branch makes begin a block."""
    symbol = target.symbols(PROGRAM)[function]
    (found,) = [at for at in range(symbol.address + 4,
                                   symbol.address + symbol.size, 4)
                if aim.image_bytes(PROGRAM, at - 4, 4) == BRANCH_TO_NEXT]
    return found


def goals(look: Look) -> tuple[Place, list[Place]]:
    """The furthest place of a look, and those that are not there."""
    furthest = look.own
    for place in look.places.values():
        if place.is_further(furthest):
            furthest = place
    return furthest, [place for place in look.places.values()
                      if (place.count, place.pc)
                      != (furthest.count, furthest.pc)]


def test_an_atomic_operation_is_stopped_at_each_of_its_instructions():
    """And none is torn: what was begun begins anew in all replicas alike."""
    met = {place.pc - SLOT for place in check_places(racy(), 3, 300)}
    assert set(range(0, STORE + 4, 4)) <= met  # nothing of it is seen yet
    assert {STORE + 4, STORE + 8} <= met       # it is done


def test_shortest_loops_calls_and_returns_are_stopped_everywhere():
    met = {place.pc for place in check_places(shapes(), 3, 200)}
    assert inside(PROGRAM, *SHAPES) <= met


def test_a_breakpoint_that_is_hit_too_early_is_stepped_off():
    """The goal's pc comes by with too low a count, so stops are set behind it:
    one, or two where it branches; and this happens several times in a run."""
    done = shapes()
    check_places(done, 3, 200)
    for core in range(3):
        assert max(done.hits(core)) >= 3
    stops = [row for row in done.rows if row.name == STOPS]
    assert any(row.arguments[1] == 2 for row in stops)
    places = {row.words[0] for row in stops}
    assert places & inside(PROGRAM, "leaf_load")  # behind a call, a return


@pytest.mark.parametrize("done", (racy, shapes))
def test_who_has_gone_past_the_goal_is_the_next_one(done):
    """Whoever is sent to a goal and comes out behind it draws the others on."""
    seen = done()
    check_places(seen, 3, 200)
    past = 0
    looks = [look_of(row) for row in seen.rows
             if row.core == 0 and row.name == "approach_decide"]
    for before, after in zip(looks, looks[1:]):
        furthest, behind = goals(before)
        again, _ = goals(after)
        past += (after.lap == before.lap + 1 and bool(behind)
                 and again.is_further(furthest))
    assert past > 0


def test_two_interrupts_at_once_are_delivered_at_one_instruction():
    """A timer beside the tick, and each alone, too."""
    done = run("clock", 20000, 1)
    check_places(done, 3, 50)
    for core in range(3):
        kinds = done.proposals(core)
        assert kinds.count({TICK, CLOCK}) >= 10
        assert kinds.count({CLOCK}) >= 5 and kinds.count({TICK}) >= 5


def test_who_is_at_the_next_event_is_followed():
    """A page that is missing lies between those who have stopped and those who
    have not: all go on to it, and the interrupt is delivered there."""
    done = run("pages", 20000, 200)
    check_places(done, 3, 10)
    followed = [look for core in range(3) for look in done.resumed(core)]
    assert followed and all(look.arrived for look in followed)


# ---- the goal is an instruction that does something else first --------------

def meet_at(mode: str, rounds: int, goal: int, late: int) -> Watched:
    """A run in which all met at an instruction, to which the late one was sent
    with a breakpoint. Ticks can fall into step with the program and then always
    come in the handler, so several distances of its events are tried."""
    for spacing in SPACINGS:
        done = run(mode, rounds, spacing, turns=(f"wait={goal:x}:{late}",))
        met = [place.pc for place in check_places(done, 3, 1)]
        if met.count(goal) >= 5 and any(
                row.core == late and row.name == STOPS and row.words[0] == goal
                for row in done.rows):
            return done
    pytest.fail("nobody was stopped there")


def missed_next(done: Watched, place: int, prefetch: bool, address: int) -> int:
    """How often replica 0 met the others at `place`, and the next page that
    anybody missed was that of `address`: pages come and go only when one is
    missed, so this one was not there when they met."""
    count, there = 0, False
    for look, after in zip(done.rows, done.rows[1:]):
        if look.core != 0:
            continue
        if look.name == "approach_decide":
            there = there or look_of(look).own.pc == place
        if look.name == "kernel_vm_fault":
            count += there and look.arguments[:2] == (prefetch, address)
            there = False
    return count


@pytest.mark.parametrize("late", (0, 1))
def test_the_goal_may_be_a_system_call(late):
    """Two stand before their SVC, the late one is sent there and stops before
    it executes its own."""
    goal = behind_branch("yield_here")
    assert aim.image_bytes(PROGRAM, goal, 4)[3] & 0xF == 0xF  # SVC
    meet_at("calls", 40000, goal, late)


@pytest.mark.parametrize("late", (0, 1))
def test_the_goal_may_be_an_undefined_instruction(late):
    """Which is a fault with a handler, once all go on."""
    goal = behind_branch("undefined_here")
    done = meet_at("faults", 40000, goal, late)
    assert len(done.named("kernel_user_exception")) >= 30


@pytest.mark.parametrize("late", (0, 1))
def test_the_goal_may_be_a_load_from_a_page_that_is_not_there(late):
    goal = behind_branch("far_first")
    done = meet_at("pages", 20000, goal, late)
    lazy = target.symbols(PROGRAM)["lazy_second"].address
    assert missed_next(done, goal, False, lazy) >= 3


@pytest.mark.parametrize("replicas", (2, 4))
def test_so_it_is_with_two_and_with_four(replicas):
    check_places(run("shapes", 5000, 1, replicas), replicas, 20)
