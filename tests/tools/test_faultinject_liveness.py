# SPDX-License-Identifier: BSD-2-Clause
"""Def/use pruning, against a count of every byte at every moment."""
from __future__ import annotations

import random
from collections import Counter

import numpy as np

from faultinject.liveness import (END, READ, RECORD, UNREAD, Classes, Liveness,
                                  with_walks)
from faultinject.space import Extent, Walked

BASE = 0x11000000
SIZE = 48
WINDOW = (10, 90)
SEEDS = range(20)


def history(rng: random.Random, single: bool
            ) -> tuple[list[tuple[int, ...]], dict[tuple[int, int], str]]:
    """Records as the plug-in writes them, and what is true of each
    (byte, moment): live, dead (overwritten first) or unread."""
    rows, truth = [], {}
    for byte in range(SIZE):
        times = sorted(rng.sample(range(1, 120), rng.randrange(6)))
        accesses = [(t, rng.choice("rw")) for t in times]
        for moment in range(*WINDOW):
            after = [kind for t, kind in accesses if t > moment]
            truth[byte, moment] = ("unread" if not after else
                                   "live" if after[0] == "r" else "dead")
        rows += _rows(byte, accesses, single)
    return rows, truth


def _rows(byte: int, accesses: list[tuple[int, str]], single: bool
          ) -> list[tuple[int, ...]]:
    """Intervals of one byte, merged unless single classes are wanted."""
    rows, written, read = [], 0, 0
    for t, kind in accesses:
        if single and kind == "r":
            rows.append((BASE + byte, max(written, read), t, 1, READ))
        if kind == "r":
            read = t
            continue
        if not single and read > written:
            rows.append((BASE + byte, written, read, 1, READ))
        written = t
    if not single and read > written:
        rows.append((BASE + byte, written, read, 1, READ))
    last = max(written, read)
    return [*rows, (BASE + byte, last, END, 1, UNREAD)] if accesses else rows


def extents() -> list[Extent]:
    """Two strata side by side."""
    half = SIZE // 2
    return [Extent(0, "a", "x", BASE, half, BASE),
            Extent(0, "b", "x", BASE + half, half, BASE + half)]


def test_live_overwritten_and_unread_add_up_to_the_truth() -> None:
    """Each size is the count over all bytes and moments."""
    for seed in SEEDS:
        rows, truth = history(random.Random(seed), single=False)
        alive = Liveness(extents(), np.array(rows, dtype=RECORD), WINDOW)
        for half, region in enumerate("ab"):
            mine = Counter(kind for (byte, _), kind in truth.items()
                           if byte // (SIZE // 2) == half)
            assert alive.live_bit_ns((0, region)) == 8 * mine["live"]
            assert alive.unread[0, region] == 8 * mine["unread"]


def test_draws_are_live_and_every_live_moment_is_drawn_alike() -> None:
    """40,000 draws: none outside, shares of the strata by size."""
    rows, truth = history(random.Random(7), single=False)
    alive = Liveness(extents(), np.array(rows, dtype=RECORD), WINDOW)
    rng = random.Random(1)
    strata = [(0, "a"), (0, "b")]
    drawn: Counter[tuple[int, int]] = Counter()
    for _ in range(40_000):
        draw = alive.draw(rng, strata)
        byte = draw.extent.real + draw.offset - BASE
        assert truth[byte, draw.at_ns] == "live"
        assert draw.first_ns <= draw.at_ns < draw.last_ns
        drawn[byte, draw.at_ns] += 1
    live = [key for key, kind in truth.items() if kind == "live"]
    mean = 40_000 / len(live)
    spread = sum((drawn[key] - mean) ** 2 / mean for key in live)
    assert abs(spread - len(live)) < 6 * (2 * len(live)) ** 0.5  # chi-squared


def test_classes_cover_exactly_what_is_live() -> None:
    """Every live moment of every bit lies in one class."""
    for seed in SEEDS:
        rows, truth = history(random.Random(seed), single=True)
        classes = Classes(extents(), np.array(rows, dtype=RECORD), WINDOW)
        covered: Counter[tuple[int, int, int]] = Counter()
        for k in range(len(classes)):
            draw = classes.number(k)
            byte = draw.extent.real + draw.offset - BASE
            for moment in range(draw.first_ns, draw.last_ns):
                covered[byte, draw.bit, moment] += 1
        assert set(covered.values()) <= {1}
        assert set(covered) == {(byte, bit, moment) for (byte, moment), kind
                                in truth.items() if kind == "live"
                                for bit in range(8)}
        total = sum(classes.bit_ns(s) for s in ((0, "a"), (0, "b")))
        assert total == len(covered)
        assert len(classes) == sum(classes.count(s)
                                   for s in ((0, "a"), (0, "b")))


def test_table_words_live_until_their_memory_is_left_alone() -> None:
    """A word in use counts as read until the last access behind it."""
    rows = [(BASE, 5, 20, 4, READ), (BASE, 20, END, 4, UNREAD),
            (BASE + 0x1000, 60, END, 4, UNREAD),
            (BASE + 0x1008, 70, END, 4, UNREAD)]
    words = [Walked(BASE, BASE + 0x1000, 0x1000),
             Walked(BASE + 4, BASE + 0x5000, 0x1000), Walked(BASE + 8, 0, 0)]
    found = [Extent(0, "page-tables", "x", BASE, 16, BASE)]
    trace = with_walks(np.array(rows, dtype=RECORD), words)
    alive = Liveness(found, trace, WINDOW)
    assert alive.live_bit_ns((0, "page-tables")) == 32 * (60 + 80)
    assert alive.unread[0, "page-tables"] == 32 * (20 + 80 + 80)
