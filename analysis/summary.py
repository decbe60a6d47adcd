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
from collections.abc import Collection
from dataclasses import dataclass, replace

from analysis import stats
from analysis.classify import UNCONTROLLED, UNNOTICED, Outcome
from analysis.load import Campaign, Region, Trial, Variant
from analysis.stats import Interval
from faultinject.memmap import REGIONS
from faultinject.plan import TEXT_REGIONS

EXHAUSTIVE = "exhaustive"
POOLED = ("size", "live")  # every (live) bit x ns of memory equally likely
OBSERVED = frozenset(Outcome) - UNNOTICED
INSTRUCTION = "instruction"  # the model that hits text only
COMPLETE = 1 - 1e-6  # rounding of sums of weights


@dataclass(frozen=True)
class Cell:
    """One region of one configuration.

    `mass` is only there in exhaustive campaigns: bits x nanoseconds that the
    trials of each outcome stand for.
    """

    region: Region
    counts: dict[Outcome, int]
    mass: dict[Outcome, float] | None = None

    @property
    def name(self) -> str:
        """Name of the region."""
        return self.region.name

    @property
    def exposure(self) -> float:
        """Size in bits x nanoseconds."""
        return self.region.size

    @property
    def n(self) -> int:
        """Trials in this region."""
        return sum(self.counts.values())

    @property
    def uncontrolled(self) -> int:
        """Trials that ended as SDC, hang or crash."""
        return sum(self.counts[o] for o in UNCONTROLLED)

    @property
    def unread(self) -> float:
        """Part that is not read and may be masked or latent, nobody knows."""
        region = self.region
        if region.live is None:
            return 0.0
        return max(0.0, region.size - region.live - region.overwritten
                   - region.unread)

    def count(self, wanted: Collection[Outcome]) -> int:
        """Trials with one of these outcomes."""
        return sum(self.counts[o] for o in wanted)

    def share(self, wanted: Collection[Outcome]) -> Interval | None:
        """Part of the region whose flips have such an outcome.

        Trials speak for the flips that are read; what the trace of the golden
        run knows of the others is added. None if nothing is known.
        """
        region = self.region
        if region.size <= 0:
            return None
        live = region.size if region.live is None else region.live
        known = sum(size for size, outcome in (
            (region.overwritten, Outcome.MASKED),
            (region.unread, Outcome.LATENT)) if outcome in wanted)
        seen = self._live_share(wanted, live)
        if seen is None:
            return None
        return Interval(*((known + live * part) / region.size for part in
                          (seen.estimate, seen.low, seen.high)))

    def _live_share(self, wanted: Collection[Outcome],
                    live: float) -> Interval | None:
        if live <= 0:
            return Interval(0.0, 0.0, 0.0)
        if self.mass is not None:
            return self._counted(wanted, live)
        return stats.wilson(self.count(wanted), self.n) if self.n else None

    def _counted(self, wanted: Collection[Outcome],
                 live: float) -> Interval | None:
        """Exact where every class was injected; else all that is possible."""
        assert self.mass is not None
        done = sum(self.mass.values())
        if done <= 0:
            return None
        hit = sum(self.mass[o] for o in wanted)
        missing = 0.0 if done >= live * COMPLETE else live - done
        return Interval(min(1.0, hit / done), min(1.0, hit / live),
                        min(1.0, (hit + missing) / live))


@dataclass(frozen=True)
class Summary:
    """One configuration.

    `failures` is the uncontrolled share of the sampled part of the fault space
    times its size, in bits x nanoseconds; `against_baseline` divides it by the
    baseline's. None where no trial can say. `cells` are the regions, `strata`
    what was sampled apart: the same, or all memory as one.
    """

    variant: Variant
    cells: tuple[Cell, ...]
    counts: dict[Outcome, int]
    wrong_convictions: int
    not_compared: int
    strata: tuple[Cell, ...]
    exact: bool = False
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
        """All but masked, latent and repaired."""
        return sum(self.counts[o] for o in OBSERVED)

    @property
    def exposure(self) -> float:
        """Size of the fault space in bits x nanoseconds."""
        return sum(cell.exposure for cell in self.cells)

    @property
    def covered(self) -> float:
        """Part of the fault space about which the trials can speak."""
        known = sum(c.exposure for c in self.strata
                    if c.share(UNCONTROLLED) is not None)
        return known / self.exposure if self.exposure else 0.0

    @property
    def unread(self) -> float:
        """Share of the sampled space that is masked or latent: not read."""
        sampled = self.exposure * self.covered
        return sum(c.unread for c in self.strata) / sampled if sampled else 0.0

    def share(self, wanted: Collection[Outcome]) -> Interval | None:
        """Part of the sampled fault space with such an outcome."""
        parts = [stats.Part(c.exposure, c.share(wanted)) for c in self.strata
                 if c.exposure > 0]
        if not any(p.share for p in parts):
            return None
        return stats.join(parts)[0]

    @property
    def weighted(self) -> Interval | None:
        """Uncontrolled share of the sampled fault space."""
        return self.share(UNCONTROLLED)

    @property
    def failures(self) -> Interval | None:
        """Uncontrolled failures: share x size of the sampled fault space."""
        return self.absolute(UNCONTROLLED)

    def absolute(self, wanted: Collection[Outcome]) -> Interval | None:
        """Bits x nanoseconds with such an outcome."""
        found = self.share(wanted)
        return found.scaled(self.exposure * self.covered) if found else None


def counts_of(trials: list[Trial]) -> dict[Outcome, int]:
    """How many trials had each outcome; zeros included, in order."""
    counted = Counter(t.verdict.outcome for t in trials)
    return {outcome: counted[outcome] for outcome in Outcome}


def mass_of(trials: list[Trial]) -> dict[Outcome, float]:
    """Weight of the trials of each outcome."""
    return {outcome: math.fsum(t.weight or 0.0 for t in trials
                               if t.verdict.outcome is outcome)
            for outcome in Outcome}


def cells_of(campaign: Campaign, variant: Variant,
             trials: list[Trial]) -> tuple[Cell, ...]:
    """Regions by exposure, largest first; those hit but unsized at the end."""
    regions = variant.regions()
    by_name: dict[str, list[Trial]] = {name: [] for name in regions}
    for trial in trials:
        by_name.setdefault(trial.region, []).append(trial)
    exact = campaign.sampling == EXHAUSTIVE
    if exact:
        regions = asked(regions, set(campaign.regions or REGIONS))
    cells = [Cell(regions.get(name, Region(name, 0, 0.0)), counts_of(trials),
                  mass_of(trials) if exact else None)
             for name, trials in by_name.items()]
    return tuple(sorted(cells, key=lambda c: (-c.exposure, c.name)))


def asked(regions: dict[str, Region], listed: Collection[str]
          ) -> dict[str, Region]:
    """An exhaustive campaign knows nothing of regions that it did not list."""
    return {name: region if name in listed else
            replace(region, live=None, overwritten=0.0, unread=0.0)
            for name, region in regions.items()}


def pooled(cells: tuple[Cell, ...], listed: Collection[str]
           ) -> tuple[Cell, ...]:
    """The listed regions of memory as one stratum, all others apart."""
    memory = [c for c in cells if c.name in listed]
    if not memory:
        return cells
    regions = [c.region for c in memory]
    traced = all(r.live is not None for r in regions)
    whole = Region(
        "memory", sum(r.bytes for r in regions), sum(r.size for r in regions),
        sum(r.live or 0.0 for r in regions) if traced else None,
        sum(r.overwritten for r in regions), sum(r.unread for r in regions))
    counts = {o: sum(c.counts[o] for c in memory) for o in Outcome}
    return (Cell(whole, counts), *(c for c in cells if c not in memory))


def strata_of(campaign: Campaign, variant: Variant) -> tuple[Cell, ...]:
    """What was sampled apart, by the campaign's way of sampling.

    Flips of instructions are drawn from text only. Beside other flips of memory
    they would make text count too much where all memory is one stratum, so
    there they are left out: text is hit by the other flips as well.
    """
    trials = campaign.of(variant.name)
    if campaign.sampling not in POOLED:
        return cells_of(campaign, variant, trials)
    listed = set(campaign.regions or REGIONS)
    others = [t for t in trials if t.model != INSTRUCTION]
    if any(t.region in listed for t in others):
        return pooled(cells_of(campaign, variant, others), listed)
    if len(others) < len(trials):
        listed &= set(TEXT_REGIONS)
    return pooled(cells_of(campaign, variant, trials), listed)


def summary_of(campaign: Campaign, variant: Variant) -> Summary:
    """One configuration, not yet compared with the baseline."""
    trials = campaign.of(variant.name)
    return Summary(
        variant=variant, cells=cells_of(campaign, variant, trials),
        strata=strata_of(campaign, variant),
        counts=counts_of(trials),
        wrong_convictions=sum(t.verdict.wrong_conviction for t in trials),
        not_compared=sum(not t.verdict.state_compared for t in trials
                         if t.verdict.outcome is Outcome.MASKED),
        exact=campaign.sampling == EXHAUSTIVE)


def summarise(campaign: Campaign) -> list[Summary]:
    """All configurations, baseline first, each compared with the baseline."""
    plain = [summary_of(campaign, v) for v in campaign.variants]
    base = next((s for s in plain if s.variant.baseline and s.failures), None)
    return [compared(s, base) for s in plain]


def compared(s: Summary, base: Summary | None) -> Summary:
    """`s` with the ratio of its absolute failures to those of `base`."""
    if base is None or s is base or not s.failures or not base.failures:
        return s
    return replace(s, against_baseline=stats.ratio(s.failures, base.failures))


def uncontrolled(campaign: Campaign) -> list[Trial]:
    """Trials that ended as SDC, crash or hang; the protected ones first."""
    baselines = {v.name for v in campaign.variants if v.baseline}
    lost = [t for t in campaign.trials if t.verdict.outcome in UNCONTROLLED]
    return sorted(lost, key=lambda t: (t.variant in baselines, t.k))


def percent(share: float) -> str:
    """A share with three figures: "12.3 %", "0.05 %"."""
    return f"{number(share * 100)} %"


def number(value: float, digits: int = 3) -> str:
    """Significant digits; an exponent only where it saves many zeros."""
    if abs(value) >= 1e7:
        return f"{value:.{digits - 1}e}"
    whole = float(f"{value:.{digits}g}")
    return f"{whole:,.0f}" if abs(whole) >= 1000 else f"{whole:g}"


def pair(interval: Interval) -> str:
    """Bounds in brackets; two digits are all that they are worth."""
    return f"[{number(interval.low, 2)}, {number(interval.high, 2)}]"


def bounds(interval: Interval) -> str:
    """The bounds of a share in per cent: "[1.2, 3.4]"."""
    return pair(interval.scaled(100))


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
    if interval.low == interval.high:
        return f"{percent(interval.estimate)} exactly"
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
    return f"{number(interval.estimate, 2)} × {pair(interval)}"
