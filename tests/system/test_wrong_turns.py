# SPDX-License-Identifier: BSD-2-Clause
"""A replica that gets by a wrong turn to where replica control reaches for
another core, or for the memory of another, harms nobody but itself: what is
there asks the others first, or the own live set. A flipped branch once led a
healthy kernel's copy into `donate_start_core`, which reset the primary's core.
"""

import random

import pytest
from aim import Board, branch, function

INPUT = random.Random("wrong turns").randbytes(8192)
PLACES = ("donate_start_core", "donate_hand_over", "donate_begin", "copy_clear",
          "copy_page_to", "verdict_convict", "plat_core_start",
          "plat_core_stop")


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
