# SPDX-License-Identifier: BSD-2-Clause
"""Proportions with intervals, pure Python, no SciPy.

Every share that the project prints has its n and a 95 % interval from here.
Zero events give an upper bound, never "0 %". Nothing here knows about faults.
"""

import math
from dataclasses import dataclass

Z95 = 1.959963984540054  # two-sided 95 % point of the normal distribution
ALPHA = 0.05


@dataclass(frozen=True)
class Interval:
    """A share between 0 and 1 with its 95 % bounds."""

    estimate: float
    low: float
    high: float

    def scaled(self, factor: float) -> "Interval":
        """The same interval for a count: share times `factor`."""
        return Interval(self.estimate * factor, self.low * factor,
                        self.high * factor)


@dataclass(frozen=True)
class Part:
    """A part of the fault space, `size` in any unit, with what is known of it;
    `share` None: nothing is known."""

    size: float
    share: Interval | None


def wilson(events: int, n: int) -> Interval:
    """Wilson score interval (95 %) of `events` in `n` > 0 trials."""
    _check_counts(events, n)
    share = events / n
    scale = 1 + Z95 ** 2 / n
    centre = (share + Z95 ** 2 / (2 * n)) / scale
    half = Z95 / scale * math.sqrt(share * (1 - share) / n
                                   + Z95 ** 2 / (4 * n * n))
    low = 0.0 if events == 0 else max(0.0, centre - half)
    high = 1.0 if events == n else min(1.0, centre + half)
    return Interval(share, low, high)


def upper_bound_for_zero(n: int) -> float:
    """One-sided 95 % upper bound of a share after 0 events in `n` > 0 trials.

    The exact form of the "rule of three": about 3 / n.
    """
    _check_counts(0, n)
    return 1 - ALPHA ** (1 / n)


def join(parts: list[Part]) -> tuple[Interval, float]:
    """Share of the whole space, each stratum weighted by its size.

    Bounds: the distances of the strata's bounds, weighted and added in
    quadrature (MOVER, Zou and Donner 2008), so strata without any event still
    widen the upper bound. Strata without trials can not speak: the second
    result is the part of the space that the known ones cover (0 to 1).
    """
    total = sum(part.size for part in parts)
    known = [(part.size, part.share) for part in parts
             if part.share is not None and part.size > 0]
    covered = sum(size for size, _ in known)
    if not known:
        raise ValueError("no stratum with trials")
    share, below, above = 0.0, 0.0, 0.0
    for size, part in known:
        weight = size / covered
        share += weight * part.estimate
        below += (weight * (part.estimate - part.low)) ** 2
        above += (weight * (part.high - part.estimate)) ** 2
    result = Interval(share, max(0.0, share - math.sqrt(below)),
                      min(1.0, share + math.sqrt(above)))
    return result, covered / total


def difference(a: Interval, b: Interval) -> Interval:
    """a - b of two independent shares, with 95 % bounds from theirs (MOVER)."""
    value = a.estimate - b.estimate
    return Interval(
        value,
        value - math.hypot(a.estimate - a.low, b.high - b.estimate),
        value + math.hypot(a.high - a.estimate, b.estimate - b.low))


def ratio(a: Interval, b: Interval) -> Interval | None:
    """a / b with 95 % bounds from the bounds of both; None if b is 0.

    Distances on the log scale are added in quadrature (MOVER); for a = 0 the
    upper bound is that of Donner and Zou (2012). If b may be 0 there is no
    upper bound: infinity.
    """
    if b.estimate <= 0:
        return None
    value = a.estimate / b.estimate
    high = math.inf if b.low <= 0 else _ratio_high(a, b)
    low = 0.0 if a.low <= 0 else value * math.exp(-math.hypot(
        math.log(a.estimate / a.low), math.log(b.high / b.estimate)))
    return Interval(value, low, high)


def _ratio_high(a: Interval, b: Interval) -> float:
    """Upper bound of a / b for b.low > 0."""
    if a.estimate <= 0:
        return a.high / math.sqrt(b.low * (2 * b.estimate - b.low))
    return a.estimate / b.estimate * math.exp(math.hypot(
        math.log(a.high / a.estimate), math.log(b.estimate / b.low)))


def sample_size(half_width: float, share: float = 0.5) -> int:
    """Trials for a 95 % interval of +- `half_width` around `share`.

    The normal approximation that the literature uses: 1,068 for 3 % and 9,604
    for 1 % at share 0.5.
    """
    if not 0 < half_width < 1 or not 0 < share < 1:
        raise ValueError("half_width and share must lie between 0 and 1")
    return math.ceil(1.96 ** 2 * share * (1 - share) / half_width ** 2 - 1e-9)


def trials_for_zero(bound: float) -> int:
    """Trials without an event that show a share below `bound` (95 %)."""
    if not 0 < bound < 1:
        raise ValueError("bound must lie between 0 and 1")
    return math.ceil(math.log(ALPHA) / math.log(1 - bound))


def quantile(values: list[float], q: float) -> float:
    """The q-quantile (0 to 1) of a non-empty list: a value that occurred."""
    ordered = sorted(values)
    return ordered[min(len(ordered) - 1, math.ceil(q * len(ordered)) - 1
                       if q > 0 else 0)]


def _check_counts(events: int, n: int) -> None:
    if n <= 0 or not 0 <= events <= n:
        raise ValueError(f"impossible counts: {events} of {n}")
