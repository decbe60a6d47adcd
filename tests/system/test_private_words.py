# SPDX-License-Identifier: BSD-2-Clause
"""A flip in what replica control knows for itself (struct replica) is the
trouble of that replica alone: it is taken away, or heals. Each row was once a
hang, a lost or doubled output, or the conviction of a healthy replica, found by
an exhaustive campaign over a kernel's private data.
"""

import random

import pytest
from aim import Board, field

INPUT = random.Random("private words").randbytes(20000)
SHARES = (0.3, 0.6, 0.9)
# member of struct replica, victim, bit
TAKEN_AWAY = {
    "believes to be another": (("self",), 0, 1),
    "believes to be no replica": (("self",), 0, 8),
    "primary believes that another one is": (("cycle", "primary"), 0, 1),
    "believes that another one is gone": (("cycle", "live"), 1, 2),
    "writes an arrival where its log belongs": (("slot",), 0, 7),
    "writes its log where its data belong": (("slot",), 0, 12),
}
HEALS = {
    "shows an arrival where its log belongs": (("own",), 0, 7),
    "wishes input to be repeated": (("memory",), 1, 28),
    "accuses a healthy one": (("accused",), 1, 0),
    "its last log is another": (("operation",), 0, 32),
}


@pytest.fixture(scope="module")
def board():
    made = Board("digest", 3, data=INPUT)
    yield made
    made.close()


def check_goes_on(board, path, victim: int, bit: int, gone: set[int]) -> None:
    address = field("replica", "replica", *path)
    for share in SHARES:
        done = board.run(board.flip(victim, address, bit, share))
        assert done["end"] == "exit", done["error"]
        assert done.console == board.right.console
        assert done.convicted() == gone, share


@pytest.mark.parametrize("kind", TAKEN_AWAY)
def test_who_is_hit_is_taken_away(board, kind):
    path, victim, bit = TAKEN_AWAY[kind]
    check_goes_on(board, path, victim, bit, {victim})


@pytest.mark.parametrize("kind", HEALS)
def test_it_heals_and_all_stay(board, kind):
    check_goes_on(board, *HEALS[kind], set())
