# SPDX-License-Identifier: BSD-2-Clause
"""A flip in what replica control knows for itself (struct replica) is the
trouble of that replica alone: it is taken away, or heals. Each row was once a
hang, a lost or doubled output, or the conviction of a healthy replica, found by
an exhaustive campaign over a kernel's private data.
"""

import random
from collections.abc import Iterator
from contextlib import contextmanager

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


# ---- what all must agree on, and no meeting votes on --------------------------

FLIPPED, KILLED, SOON_KILLED = 0.3, 0.6, 0.3001
AGREED = 0  # in place of a page: kernel/abi/abi/event.h, SCRUB_AGREED
MENDED = {
    "counts a conviction more": (("convictions",), 0, 3),
    "began the hour earlier": (("hour",), 1, 4),
    "is more patient": (("limits", "patience"), 1, 40),
    "parks cores elsewhere": (("parking_stub",), 0, 5),
}


@contextmanager
def opened(**options) -> Iterator[Board]:
    """Three replicas that nap, scrub and come back."""
    made = Board("idle", 3, args="60 5000", reintegration="always", **options)
    try:
        yield made
    finally:
        made.close()


@pytest.fixture(scope="module")
def scrubbed():
    with opened(scrub=True) as made:
        yield made


def lose_the_third(board, path, victim: int, bit: int, share: float):
    """Flip a word of one, and then crash the kernel of replica 2."""
    crash = [f"{board.at(share)}:reg:2:15:0x100000"]
    done = board.run(board.flip(victim, field("replica", "replica", *path),
                                bit, FLIPPED), crash)
    assert done["end"] == "exit" and done.console == board.right.console
    assert done.convicted() == {2}
    return done


def found(done, kind: str) -> set[tuple[int, ...]]:
    """The first words of all records of a kind."""
    return {tuple(e["args"][:3]) for e in done.events(kind)}


@pytest.mark.parametrize("kind", MENDED)
def test_the_odd_one_is_mended_before_two_are_left_that_differ(scrubbed, kind):
    path, victim, bit = MENDED[kind]
    done = lose_the_third(scrubbed, path, victim, bit, KILLED)
    assert found(done, "scrub") == {(AGREED, 1 << victim, 1 - victim)}
    assert done["live"] == 3 and not done.events("unlike")


@pytest.mark.parametrize("victim", [0, 1])
def test_two_that_differ_in_it_admit_nobody_and_say_so(scrubbed, victim):
    done = lose_the_third(scrubbed, ("hour",), victim, 4, SOON_KILLED)
    assert found(done, "scrub") == {(AGREED, 0b011, 0xFFFFFFFF)}
    assert {tuple(e["args"]) for e in done.events("unlike")} == {(4, 0, 3, 1)}
    assert done["live"] == 2 and not done.events("rejoin")


def test_who_is_wrong_about_where_partitions_lie_writes_to_none():
    """With this bit its own partition seems to be where replica 2 is."""
    with opened(scrub=True) as board:
        stride = field("replica", "replica", "config", "boot_config", "stride")
        done = board.run(board.flip(0, stride, 25, FLIPPED))
    assert done["end"] == "exit" and done.console == board.right.console
    assert done.convicted() == {0} and done["live"] == 3
