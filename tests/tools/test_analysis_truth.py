# SPDX-License-Identifier: BSD-2-Clause
"""Estimates and intervals against known truth.

Rates are chosen, or a small fault space is enumerated exhaustively; then it is
sampled 1,000 times with fixed seeds, and the 95 % intervals must hold the truth
in 93 to 97 % of all cases. Ways of counting that are known to be wrong are
tried as well, so that these tests are seen to be able to fail.
"""

import itertools
import math
import random
import statistics
from collections import Counter
from dataclasses import dataclass
from types import SimpleNamespace

import pytest
from strata import Stratum, combined

from analysis import stats
from analysis.classify import UNCONTROLLED, Outcome
from analysis.load import Region
from analysis.summary import Cell, Summary, pooled
from analysis.stats import Interval

REPEATS = 1000
LOW, HIGH = 0.93, 0.97
STRATA = ((8, 300, 0.02), (3, 150, 0.2), (1, 100, 0.5), (20, 400, 0.01))
WORSE = ((8, 300, 0.1), (3, 150, 0.3), (1, 100, 0.5), (20, 400, 0.08))


def hits(draw: random.Random, n: int, rate: float) -> int:
    return sum(draw.random() < rate for _ in range(n))


def coverage(make, truth: float, seed: int = 1) -> float:
    """How often the interval that `make` draws holds the truth."""
    draw = random.Random(seed)
    found = [make(draw) for _ in range(REPEATS)]
    return sum(x.low <= truth <= x.high for x in found) / REPEATS


def sample(draw: random.Random, strata) -> Interval:
    return combined([Stratum(size, n, hits(draw, n, rate))
                     for size, n, rate in strata])[0]


def truth_of(strata) -> float:
    return sum(size * rate for size, _, rate in strata) / \
        sum(size for size, _, _ in strata)


# ---- known rates -------------------------------------------------------------

@pytest.mark.parametrize("n, rate", [(400, 0.1), (200, 0.3), (400, 0.02),
                                     (1000, 0.005), (120, 0.5)])
def test_a_share_is_held_by_its_interval(n, rate):
    found = coverage(lambda draw: stats.wilson(hits(draw, n, rate), n), rate)
    assert LOW <= found <= HIGH


def test_a_stratified_share_is_held_by_its_interval():
    found = coverage(lambda draw: sample(draw, STRATA), truth_of(STRATA))
    assert LOW <= found <= HIGH


def test_strata_without_any_event_do_not_narrow_the_interval():
    rare = ((8, 300, 0.0), (3, 150, 0.2), (1, 100, 0.5), (20, 400, 0.001))
    found = coverage(lambda draw: sample(draw, rare), truth_of(rare))
    assert LOW <= found <= HIGH


def test_a_ratio_of_failures_is_held_by_its_interval():
    found = coverage(lambda draw: stats.ratio(
        sample(draw, STRATA), sample(draw, WORSE)),
        truth_of(STRATA) / truth_of(WORSE))
    assert LOW <= found <= HIGH


def test_a_ratio_with_few_failures_is_held_by_its_interval():
    few = tuple((size, n, rate / 10) for size, n, rate in STRATA)
    found = coverage(lambda draw: stats.ratio(
        sample(draw, few), sample(draw, WORSE)),
        truth_of(few) / truth_of(WORSE))
    assert found >= LOW


def test_a_difference_of_shares_is_held_by_its_interval():
    found = coverage(lambda draw: stats.difference(
        sample(draw, STRATA), sample(draw, WORSE)),
        truth_of(STRATA) - truth_of(WORSE))
    assert LOW <= found <= HIGH


def test_the_bound_for_zero_is_wrong_in_5_percent_at_most():
    n = 300
    bound = stats.upper_bound_for_zero(n)
    draw = random.Random(1)
    wrong = sum(hits(draw, n, bound * 1.001) == 0 for _ in range(REPEATS))
    assert 0.03 * REPEATS <= wrong <= 0.07 * REPEATS


def test_the_normal_interval_of_textbooks_would_not_pass():
    def textbook(draw: random.Random) -> Interval:
        share = hits(draw, 100, 0.02) / 100
        half = stats.Z95 * math.sqrt(share * (1 - share) / 100)
        return Interval(share, share - half, share + half)
    assert coverage(textbook, 0.02) < LOW


# ---- a small fault space, enumerated -----------------------------------------

@dataclass(frozen=True)
class Class:
    """Flips of one bit between two accesses: all have the same outcome."""

    region: str
    first: int
    size: int
    kind: str  # "live", "overwritten" or "unread"
    outcome: Outcome


@dataclass(frozen=True)
class World:
    """A made-up run: 3 regions, each bit read and written at random times."""

    classes: tuple[Class, ...]
    bits: dict[str, int]
    time: int

    def region(self, name: str, traced: bool) -> Region:
        def total(kind: str) -> int:
            return sum(c.size for c in self.classes
                       if c.region == name and c.kind == kind)
        size = self.bits[name] * self.time
        if not traced:
            return Region(name, 0, size)
        return Region(name, 0, size, total("live"), total("overwritten"),
                      total("unread"))

    def truth(self) -> float:
        """Flips that end uncontrolled, every single one of them counted."""
        return sum(c.size for c in self.classes if c.outcome in UNCONTROLLED)


BITS = {"user-data": 120, "kernel-data": 30, "user-stack": 10}
FAILING = {"user-data": 0.1, "kernel-data": 0.5, "user-stack": 0.7}


def classes_of(draw: random.Random, region: str, time: int) -> list[Class]:
    """One bit's life: accesses at random moments cut it into classes."""
    found, at = [], 0
    while at < time:
        gap = min(time - at, 1 + int(draw.expovariate(1 / 40)))
        last = at + gap >= time
        kind = "unread" if last else draw.choice(("live", "overwritten"))
        outcome = {"unread": Outcome.LATENT,
                   "overwritten": Outcome.MASKED}.get(kind)
        if outcome is None:
            outcome = Outcome.SDC if draw.random() < FAILING[region] else \
                draw.choice((Outcome.DETECTED, Outcome.MASKED))
        found.append(Class(region, at, gap, kind, outcome))
        at += gap
    return found


@pytest.fixture(scope="module")
def world() -> World:
    draw = random.Random(7)
    time = 400
    return World(tuple(itertools.chain.from_iterable(
        classes_of(draw, region, time)
        for region, bits in BITS.items() for _ in range(bits))), BITS, time)


def summary_of(world: World, drawn: list[Class], sampling: str) -> Summary:
    """The project's own summary of trials that hit these classes."""
    traced = sampling != "size" and sampling != "strata"
    cells = []
    for name in world.bits:
        here = [c for c in drawn if c.region == name]
        counted = Counter(c.outcome for c in here)
        mass = {o: float(sum(c.size for c in here if c.outcome is o))
                for o in Outcome} if sampling == "exhaustive" else None
        cells.append(Cell(world.region(name, traced),
                          {o: counted[o] for o in Outcome}, mass))
    strata = pooled(tuple(cells), set(world.bits)) \
        if sampling in ("size", "live") else tuple(cells)
    return Summary(SimpleNamespace(name="made-up"), tuple(cells),
                   {o: sum(c.counts[o] for c in cells) for o in Outcome}, 0, 0,
                   strata)


def draw_trials(world: World, draw: random.Random, sampling: str,
                n: int) -> list[Class]:
    """Trials as a campaign of this kind draws them."""
    if sampling == "exhaustive":
        return [c for c in world.classes if c.kind == "live"]
    usable = [c for c in world.classes
              if c.kind == "live" or not sampling.startswith("live")]
    if sampling in ("size", "live"):
        return draw.choices(usable, [c.size for c in usable], k=n)
    found = []
    for region in world.bits:
        here = [c for c in usable if c.region == region]
        found += draw.choices(here, [c.size for c in here],
                              k=n // len(world.bits))
    return found


SAMPLINGS = ("size", "strata", "live", "live-strata")


@pytest.fixture(scope="module", params=SAMPLINGS)
def sampled(request, world) -> list[Interval]:
    """1,000 campaigns of 400 trials each: their absolute failures."""
    draw = random.Random(11)
    return [summary_of(world, draw_trials(world, draw, request.param, 400),
                       request.param).failures for _ in range(REPEATS)]


def test_absolute_failures_are_unbiased(world, sampled):
    values = [x.estimate for x in sampled]
    error = statistics.stdev(values) / math.sqrt(REPEATS)
    assert abs(statistics.mean(values) - world.truth()) < 3 * error
    assert error < 0.01 * world.truth()


def test_absolute_failures_are_held_by_their_intervals(world, sampled):
    held = sum(x.low <= world.truth() <= x.high for x in sampled) / REPEATS
    assert LOW <= held <= HIGH


def test_an_exhaustive_campaign_finds_the_truth_itself(world):
    found = summary_of(world, draw_trials(world, random.Random(), "exhaustive",
                                          0), "exhaustive").failures
    assert found.low == found.estimate == found.high
    assert found.estimate == pytest.approx(world.truth())


def test_knowing_what_is_dead_narrows_the_interval(world):
    def width(sampling: str) -> float:
        draw = random.Random(3)
        return statistics.mean(x.high - x.low for x in (
            summary_of(world, draw_trials(world, draw, sampling, 400),
                       sampling).failures for _ in range(50)))
    assert width("live") < 0.8 * width("size")


def test_equal_samples_without_weights_would_not_pass(world):
    draw = random.Random(5)
    drawn = draw_trials(world, draw, "strata", 4000)
    share = sum(c.outcome in UNCONTROLLED for c in drawn) / len(drawn)
    assert share * sum(world.bits.values()) * world.time > 1.5 * world.truth()


def test_counting_classes_alike_would_not_pass(world):
    draw = random.Random(5)
    usable = [c for c in world.classes if c.kind == "live"]
    long = [c for c in usable if c.size > 40]
    lucky = [Class(c.region, c.first, c.size, c.kind, Outcome.SDC)
             if c in long else c for c in usable]
    drawn = draw.choices(lucky, k=4000)
    share = sum(c.outcome in UNCONTROLLED for c in drawn) / len(drawn)
    truth = sum(c.size for c in lucky if c.outcome in UNCONTROLLED) / \
        sum(c.size for c in lucky)
    assert share < 0.85 * truth
