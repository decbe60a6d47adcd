# SPDX-License-Identifier: BSD-2-Clause
"""Counts and shares per configuration: what tables, figures and page show.

Two shares are kept apart. The *sample* share says what happened to the trials;
the *weighted* share combines the regions by their part of the fault space and
is the one that says something about the system. Variants are compared by the
latter times the size of their fault space, because more memory means more
upsets (Schirmeier, Borchert, Spinczyk, DSN 2015).
"""

import math
from collections import Counter
from dataclasses import dataclass

from analysis import stats
from analysis.classify import UNCONTROLLED, UNNOTICED, Outcome
from analysis.load import Campaign, Trial, Variant
from analysis.stats import Interval


@dataclass(frozen=True)
class Cell:
    """One region of one configuration; exposure in bits x nanoseconds."""

    region: str
    exposure: float
    counts: dict[Outcome, int]

    @property
    def n(self) -> int:
        """Trials in this region."""
        return sum(self.counts.values())

    @property
    def uncontrolled(self) -> int:
        """Trials that ended as SDC, hang or crash."""
        return sum(self.counts[o] for o in UNCONTROLLED)


@dataclass(frozen=True)
class Summary:
    """One configuration. `failures` is the uncontrolled share of the fault
    space times its size, in bits x nanoseconds; `against_baseline` divides it
    by the baseline's. None where no trial can say.
    """

    variant: Variant
    cells: tuple[Cell, ...]
    counts: dict[Outcome, int]
    wrong_convictions: int
    not_compared: int
    weighted: Interval | None
    covered: float
    failures: Interval | None
    against_baseline: Interval | None = None

    @property
    def n(self) -> int:
        """Trials of this configuration."""
        return sum(self.counts.values())

    @property
    def uncontrolled(self) -> int:
        """Trials that ended as SDC, hang or crash."""
        return sum(self.counts[o] for o in UNCONTROLLED)

    @property
    def observed_errors(self) -> int:
        """All but masked and latent."""
        return sum(c for o, c in self.counts.items() if o not in UNNOTICED)

    @property
    def exposure(self) -> float:
        """Size of the fault space in bits x nanoseconds."""
        return sum(cell.exposure for cell in self.cells)


def counts_of(trials: list[Trial]) -> dict[Outcome, int]:
    """How many trials had each outcome; zeros included, in order."""
    counted = Counter(t.verdict.outcome for t in trials)
    return {outcome: counted[outcome] for outcome in Outcome}


def cells_of(variant: Variant, trials: list[Trial]) -> tuple[Cell, ...]:
    """Regions by exposure, largest first; those hit but unsized at the end."""
    exposure = variant.exposure()
    names = set(exposure) | {t.region for t in trials}
    cells = [Cell(name, exposure.get(name, 0.0),
                  counts_of([t for t in trials if t.region == name]))
             for name in names]
    return tuple(sorted(cells, key=lambda c: (-c.exposure, c.region)))


def weigh(cells: tuple[Cell, ...]) -> tuple[Interval | None, float]:
    """Uncontrolled share of the fault space and the part that was sampled."""
    strata = [stats.Stratum(c.exposure, c.n, c.uncontrolled)
              for c in cells if c.exposure > 0]
    if not any(s.n for s in strata):
        return None, 0.0
    return stats.combine(strata)


def summary_of(campaign: Campaign, variant: Variant) -> Summary:
    """One configuration, not yet compared with the baseline."""
    trials = campaign.of(variant.name)
    cells = cells_of(variant, trials)
    weighted, covered = weigh(cells)
    size = sum(c.exposure for c in cells)
    return Summary(
        variant=variant, cells=cells, counts=counts_of(trials),
        wrong_convictions=sum(t.verdict.wrong_conviction for t in trials),
        not_compared=sum(not t.verdict.state_compared for t in trials
                         if t.verdict.outcome is Outcome.MASKED),
        weighted=weighted, covered=covered,
        failures=weighted.scaled(size) if weighted else None)


def summarise(campaign: Campaign) -> list[Summary]:
    """All configurations, baseline first, each compared with the baseline."""
    plain = [summary_of(campaign, v) for v in campaign.variants]
    base = next((s for s in plain if s.variant.baseline and s.failures), None)
    if base is None:
        return plain
    return [s if s is base or s.failures is None else
            Summary(**(vars(s) | {"against_baseline": stats.ratio(
                s.failures, base.failures)})) for s in plain]


def uncontrolled(campaign: Campaign) -> list[Trial]:
    """Trials that ended as SDC, crash or hang; the protected ones first."""
    baselines = {v.name for v in campaign.variants if v.baseline}
    lost = [t for t in campaign.trials if t.verdict.outcome in UNCONTROLLED]
    return sorted(lost, key=lambda t: (t.variant in baselines, t.k))


def percent(share: float) -> str:
    """A share with three figures: "12.3 %", "0.05 %"."""
    return f"{share * 100:.3g} %"


def bounds(interval: Interval) -> str:
    """The bounds of a share in per cent: "[1.2, 3.4]"."""
    return f"[{100 * interval.low:.3g}, {100 * interval.high:.3g}]"


def share_words(events: int, n: int) -> str:
    """A share with its 95 % interval in per cent; zero gives a bound."""
    if n == 0:
        return "not sampled"
    if events == 0:
        return f"below {percent(stats.upper_bound_for_zero(n))}"
    interval = stats.wilson(events, n)
    return f"{percent(interval.estimate)} {bounds(interval)}"


def interval_words(interval: Interval | None) -> str:
    """A weighted share in words; without events only its upper bound."""
    if interval is None:
        return "not sampled"
    if interval.estimate == 0:
        return f"below {percent(interval.high)}"
    return f"{percent(interval.estimate)} {bounds(interval)}"


def ratio_words(interval: Interval | None) -> str:
    """How many times the baseline's failures, in words."""
    if interval is None:
        return "–"
    if interval.high == math.inf:
        return "no bound: too few failures of the baseline"
    if interval.low < 0.1 and interval.high > 10:
        return "too few trials to tell"
    if interval.estimate == 0:
        return f"below {interval.high:.2g} ×"
    return f"{interval.estimate:.2g} × [{interval.low:.2g}, {interval.high:.2g}]"
