# SPDX-License-Identifier: BSD-2-Clause
"""A replica that gets by a wrong turn to where replica control reaches for
another core, or for the memory of another, harms nobody but itself: what is
there asks the others first, or the own live set. So does one whose clock is
wrong. A flipped branch once led a
healthy kernel's copy into `donate_start_core`, which reset the primary's core.
"""

import random

import pytest
from aim import UNDEFINED, Board, branch, function

INPUT = random.Random("wrong turns").randbytes(8192)
PLACES = ("donate_start_core", "donate_hand_over", "donate_begin", "copy_clear",
          "copy_page_to", "verdict_convict", "plat_core_start",
          "plat_core_stop")

# mov r3, #0; movt r3, #0xf010; ldr r1, [r3, #0x200]; mov r0, #0; bx lr
RACING = (0xE3A03000, 0xE34F3010, 0xE5931200, 0xE3A00000, 0xE12FFF1E)


@pytest.fixture(scope="module")
def board():
    made = Board("digest", 3, data=INPUT)
    yield made
    made.close()


@pytest.mark.parametrize("victim", [0, 1])
@pytest.mark.parametrize("place", PLACES)
def test_who_takes_a_wrong_turn_is_taken_away_alone(board, place, victim):
    """The next system call leads there instead."""
    entry = function("calm_syscall").address
    turn = branch(entry, function(place).address)
    done = board.run(board.change(victim, entry, turn))
    assert done["end"] == "exit", done["error"]
    assert done.console == board.right.console
    assert done.convicted() == {victim}
    assert done["live_replicas"] == [j for j in range(3) if j != victim]


def racing(board, victim, share):
    """Its clock runs 2^32 times too fast: any time is over at the next look."""
    return board.change(victim, function("arch_time").address, RACING, share)


@pytest.mark.parametrize("victim", [0, 1])
def test_whose_clock_races_does_not_end_the_run_for_all(board, victim):
    """Once it waited no longer to be taken away, but switched all off."""
    done = board.run(racing(board, victim, 0.2))
    assert done["end"] == "exit" and done.console == board.right.console
    assert done.convicted() <= {victim}
    done = board.run(racing(board, victim, 0.5), board.change(
        victim, function("calm_syscall").address, UNDEFINED))
    assert done["end"] == "exit" and done.console == board.right.console
    assert done.convicted() == {victim}
