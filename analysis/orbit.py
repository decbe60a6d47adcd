# SPDX-License-Identifier: BSD-2-Clause
"""From a campaign to an orbit: failures per day and mean time to failure.

    failures per day = upsets per bit and day x bits x P(failure | upset),

summed over the regions; the last two factors are the campaign's absolute
failures divided by the run's time. All figures carry their errors: factors
with bounds are multiplied on the log scale, distances added in quadrature. The
upset rate is by far the least certain factor, so it has bounds of its own.

Nothing here is a prediction for a given part: parameters are published values
for other chips (parameters.py), and each can be replaced.
"""

import math
from dataclasses import dataclass

from analysis.classify import UNCONTROLLED, Outcome
from analysis.stats import Interval
from analysis.summary import OBSERVED, Summary, number

S_PER_DAY = 86_400.0
DAYS_PER_YEAR = 365.25
STOPPED = frozenset({Outcome.DETECTED})


@dataclass(frozen=True)
class Assumptions:
    """What the campaign does not know.

    `upsets`: per bit and day with bounds. `recovery_s`: seconds from the
    downgrade to three replicas again, None if replicas do not come back;
    `recovery_source` says where it is from. `scale`: memory in flight as a
    multiple of the campaign's.
    """

    upsets: Interval
    recovery_s: float | None = None
    recovery_source: str = ""
    scale: float = 1.0


@dataclass(frozen=True)
class Rates:
    """Of one configuration; events per day, None if nothing was sampled.

    `uncontrolled`: single upsets that end as SDC, crash or hang. `stopped`:
    those that end in an ordered stop. `noticed`: observed errors of one
    replica, the rate at which replicas are lost.
    """

    summary: Summary
    bits: float
    upsets: Interval
    uncontrolled: Interval | None
    stopped: Interval | None
    noticed: Interval | None


def times(a: Interval, b: Interval) -> Interval:
    """Product of two independent positive quantities with their bounds."""
    value = a.estimate * b.estimate
    if a.estimate <= 0 or b.estimate <= 0:
        return Interval(value, a.low * b.low, upper_product(a, b))
    low = 0.0 if a.low <= 0 or b.low <= 0 else value * math.exp(-math.hypot(
        math.log(a.estimate / a.low), math.log(b.estimate / b.low)))
    high = value * math.exp(math.hypot(
        math.log(a.high / a.estimate), math.log(b.high / b.estimate)))
    return Interval(value, low, high)


def upper_product(a: Interval, b: Interval) -> float:
    """Upper bound where one factor was never seen: its bound x the other."""
    return (a.high if a.estimate <= 0 else a.estimate) * (
        b.high if b.estimate <= 0 else b.estimate)


def window_ns(s: Summary) -> float:
    """Time of one run as one core needs it: the cores take turns here."""
    spans = [(x.last_ns - x.first_ns) / s.variant.replicas
             for x in s.variant.spaces]
    return max(spans, default=0.0)


def daily(s: Summary, wanted: frozenset[Outcome],
          assumed: Assumptions) -> Interval | None:
    """Events per day with such an outcome."""
    found, window = s.absolute(wanted), window_ns(s)
    if found is None or window <= 0:
        return None
    return times(assumed.upsets, found.scaled(assumed.scale / window))


def rates(s: Summary, assumed: Assumptions) -> Rates:
    """All rates of one configuration."""
    window = window_ns(s)
    bits = s.exposure / window * assumed.scale if window else 0.0
    noticed = daily(s, OBSERVED, assumed)
    return Rates(
        s, bits, assumed.upsets.scaled(bits),
        daily(s, UNCONTROLLED, assumed), daily(s, STOPPED, assumed),
        noticed.scaled(1 / s.variant.replicas) if noticed else None)


def inverse(rate: Interval) -> Interval:
    """Mean time of a rate: 1 / rate, with its bounds in order."""
    def one(value: float) -> float:
        return 1 / value if value > 0 else math.inf
    return Interval(one(rate.estimate), one(rate.high), one(rate.low))


def redundant(noticed: float, per_day: float) -> float:
    """Days until a second replica fails before the first is back.

    @param noticed  failures per day of one replica (lambda).
    @param per_day  repairs per day (mu); 0: replicas do not come back.
    The Markov model of three with repair: (5 lambda + mu) / (6 lambda^2).
    """
    if noticed <= 0:
        return math.inf
    return (5 * noticed + per_day) / (6 * noticed ** 2)


def repairs_per_day(assumed: Assumptions) -> float:
    """mu; 0 if replicas do not come back."""
    return S_PER_DAY / assumed.recovery_s if assumed.recovery_s else 0.0


def time_to_stop(found: Rates, assumed: Assumptions) -> Interval | None:
    """Days until the system stops because too few replicas are left.

    One copy: any noticed error ends it. Two: the first one. Three: two, the
    second before the first is back.
    """
    rate, copies = found.noticed, found.summary.variant.replicas
    if rate is None:
        return None
    if copies <= 2:
        return inverse(rate.scaled(copies))
    if copies > 3:
        return None
    mu = repairs_per_day(assumed)
    return Interval(redundant(rate.estimate, mu), redundant(rate.high, mu),
                    redundant(rate.low, mu))


def duration(days: float, digits: int = 3) -> str:
    """Days in the unit that suits them."""
    if days == math.inf:
        return "no bound"
    for limit, size, unit in ((1 / 24, 1 / 1440, "min"), (1, 1 / 24, "hours"),
                              (2000, 1, "days"),
                              (math.inf, DAYS_PER_YEAR, "years")):
        if days < limit:
            value = days / size
            return f"{number(value, digits)} {unit}"
    return "no bound"
