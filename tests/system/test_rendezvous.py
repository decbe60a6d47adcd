# SPDX-License-Identifier: BSD-2-Clause
"""A replica that stops wrongly for an interrupt leads no healthy one astray.

One replica names another round than all, forgets which it stopped for, or
insists at once that nobody comes. Each of these once made two healthy ones go apart at
one interrupt, and the vote take one of them away: what is wrong may stay
unnoticed, or have the faulty one taken away, but nobody else. Campaigns found
the first two by a flip in `channel_round_open` and in `interrupts_stop`, a
sweep over all instructions of these functions the third.
"""

import random

import pytest
from aim import Board, call_sites, function, word_at

INPUT = random.Random("rendezvous").randbytes(16384)
TICK_US = 500  # many interrupts, in user code and close to system calls
SHARES = (0.1, 0.3, 0.6)
NOP = (0xE320F000,)
NEXT_BUT_PEERS = (0xE2820001, 0xE12FFF1E)  # add r0, r2, #1; bx lr
ALL_BITS = 0xE3E00000                      # mvn r0, #0


def names_a_later_round(board, victim, share):
    """It goes one further than its peers."""
    return board.change(victim, function("rendezvous_choose").address,
                        NEXT_BUT_PEERS, share)


def forgets_its_round(board, victim, share):
    """It stops, but neither it nor its slot says for which round."""
    site, = call_sites("interrupts_stop", "rendezvous_choose")
    store = next(at for at in range(site, site + 80, 4)
                 if word_at(at) & 0xFFF0F000 == 0xE5800000)  # str r0, [rX]
    return board.change(victim, store, NOP, share)


def insists_at_once(board, victim, share):
    """Each interrupt seems to be an alarm as well: its time is always over."""
    holder = function("take_all")
    found = [at for at in range(holder.address, holder.address + holder.size, 4)
             if word_at(at) >> 4 == 0xE1A0000   # mov r0, rX: the answer
             and word_at(at + 4) >> 16 == 0xE8BD]  # pop
    assert len(found) == 1
    return board.change(victim, found[0], (ALL_BITS,), share)


KINDS = {
    "names a later round": names_a_later_round,
    "forgets its round": forgets_its_round,
    "insists at once": insists_at_once,
}


@pytest.fixture(scope="module")
def board():
    made = Board("digest", 3, data=INPUT, tick_us=TICK_US)
    yield made
    made.close()


@pytest.mark.parametrize("victim", [0, 1, 2])
@pytest.mark.parametrize("kind", KINDS)
def test_no_healthy_one_is_taken_away(board, kind, victim):
    for share in SHARES:
        done = board.run(KINDS[kind](board, victim, share))
        assert done["end"] == "exit", (share, done["error"])
        assert done.console == board.right.console
        assert done.convicted() <= {victim}, share
