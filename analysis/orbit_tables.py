# SPDX-License-Identifier: BSD-2-Clause
"""The orbit calculator's answers as tables, and where its numbers are from."""

import json
import math
from pathlib import Path
from typing import Any

from analysis import economy, lists, orbit, summary
from analysis.load import Campaign
from analysis.orbit import Assumptions, Rates
from analysis.parameters import Parameter, option_of
from analysis.stats import Interval, quantile
from analysis.tables import Table

CLOCK_HZ = 800e6
RATE_FACTOR = 2.5  # bounds of an upset rate that was given without any
CYCLES = 2.0  # per instruction: the slowest that the project assumes


class BenchError(Exception):
    """A file that does not hold what `bench recovery --json` prints."""


def answers(found: list[Rates], assumed: Assumptions) -> Table:
    """Events per day and mean times, per configuration."""
    rows = [
        ("bits in the fault space", *(f"{r.bits:,.0f}" for r in found)),
        ("upsets per day", *(lists.rate_words(r.upsets) for r in found)),
        ("SDC, hang or crash per day",
         *(lists.rate_words(r.uncontrolled) for r in found)),
        ("mean time to one", *(mean_words(r.uncontrolled) for r in found)),
        ("ordered stops per day by one upset",
         *(lists.rate_words(r.stopped) for r in found)),
        ("replica lost, per replica and day (λ)",
         *(lists.rate_words(r.noticed) for r in found)),
        ("too few replicas left: never back",
         *(stop_words(r, Assumptions(assumed.upsets)) for r in found))]
    if assumed.recovery_s:
        rows.append((f"the same, back in {seconds(assumed.recovery_s)}",
                     *(stop_words(r, assumed) for r in found)))
    return Table("orbit", "In orbit: per day, and mean times",
                 ("", *(r.summary.variant.name for r in found)), tuple(rows),
                 frozenset({3}))


def mean_words(rate: Interval | None) -> str:
    """The mean time between events of a rate, with bounds."""
    if rate is None:
        return "not sampled"
    if rate.estimate <= 0:
        return "unbounded" if rate.high <= 0 else \
            f"more than {orbit.duration(1 / rate.high)}"
    return span_words(orbit.inverse(rate))


def span_words(days: Interval) -> str:
    """A mean time with its bounds."""
    if days.estimate == math.inf:
        return f"more than {orbit.duration(days.low)}"
    return (f"{orbit.duration(days.estimate)} "
            f"[{orbit.duration(days.low, 2)}, {orbit.duration(days.high, 2)}]")


def stop_words(found: Rates, assumed: Assumptions) -> str:
    """Mean time until the system stops, as far as the model goes."""
    if assumed.recovery_s and found.summary.variant.replicas < 3:
        return "–"
    days = orbit.time_to_stop(found, assumed)
    return "–" if days is None else span_words(days)


def seconds(value: float) -> str:
    """Seconds or milliseconds."""
    return f"{value:.3g} s" if value >= 1 else f"{1000 * value:.3g} ms"


def sources(chosen: dict[str, Parameter], assumed: Assumptions) -> Table:
    """Where each number is from, and the option that replaces it."""
    rows = [(option_of(name), f"{p.value:.3g} {p.unit}", p.source)
            for name, p in chosen.items()]
    if assumed.recovery_s:
        rows.append(("--recovery-ms", seconds(assumed.recovery_s),
                     assumed.recovery_source))
    return Table("orbit-sources", "Parameters of the orbit",
                 ("option", "value", "source"), tuple(rows), words=True)


def from_campaign(campaign: Campaign) -> tuple[float, str] | None:
    """Recovery time that the campaign itself saw: the slowest 5 %."""
    times = [float(t.rejoin_ns) for t in campaign.trials
             if t.rejoin_ns is not None]
    if not times:
        return None
    worst = quantile(times, 0.95)
    return (worst / CLOCK_HZ * CYCLES,
            f"95 % of {len(times)} returns in this campaign, {worst:,.0f} "
            f"instructions of all cores, {CYCLES:g} cycles each at 800 MHz: an "
            "upper bound")


def from_bench(path: Path) -> tuple[float, str]:
    """Recovery time from the output of `./trireme bench recovery --json`."""
    try:
        kinds: dict[str, Any] = json.loads(path.read_text("utf-8"))["kinds"]
        found = [kind["downgrade_to_tmr"]["instructions"]["p99"]
                 for kind in kinds.values()
                 if kind.get("downgrade_to_tmr", {}).get("count")]
        worst = float(max(found))
    except (OSError, ValueError, KeyError, TypeError, AttributeError) as error:
        raise BenchError(
            f"{path} does not hold the output of 'bench recovery --json': "
            f"{type(error).__name__} {error}") from None
    return (worst / CLOCK_HZ * CYCLES,
            f"{path.name}: {worst:,.0f} instructions of all cores (99 %), "
            f"{CYCLES:g} cycles each at 800 MHz: an upper bound")


def as_json(found: list[Rates], assumed: Assumptions) -> dict[str, Any]:
    """All figures as plain numbers; days and events per day."""
    def plain(x: Interval | None) -> dict[str, float | None] | None:
        return None if x is None else {
            key: value if math.isfinite(value) else None
            for key, value in vars(x).items()}
    return {r.summary.variant.name: {
        "bits": r.bits, "upsets_per_day": plain(r.upsets),
        "uncontrolled_per_day": plain(r.uncontrolled),
        "stops_per_day": plain(r.stopped),
        "replica_lost_per_day": plain(r.noticed),
        "days_to_stop": plain(orbit.time_to_stop(r, assumed)),
        "days_to_stop_without_return": plain(orbit.time_to_stop(
            r, Assumptions(assumed.upsets)))} for r in found}


def assumptions(chosen: dict[str, Parameter],
                recovery: tuple[float, str] | None) -> Assumptions:
    """The parameters as the calculator needs them.

    @param recovery  seconds and where they are from; None: never back.
    """
    low, value, high = (chosen[name].value for name in
                        ("upsets_low", "upsets", "upsets_high"))
    if not low <= value <= high:  # a new value without new bounds
        low, high = value / RATE_FACTOR, value * RATE_FACTOR
    return Assumptions(Interval(value, low, high), *(recovery or (None, "")),
                       scale=chosen["scale"].value)


def of_campaign(campaign: Campaign, assumed: Assumptions) -> list[Rates]:
    """Rates of each configuration that was sampled."""
    return [orbit.rates(s, assumed) for s in summary.summarise(campaign)
            if s.weighted is not None]


def all_tables(campaign: Campaign, chosen: dict[str, Parameter],
               economic: dict[str, Parameter],
               recovery: tuple[float, str] | None = None) -> list[Table]:
    """Rates, their parameters, the comparison, its parameters.

    @param recovery  seconds and source; None: what the campaign itself saw.
    """
    assumed = assumptions(chosen, recovery or from_campaign(campaign))
    found = economy.overheads(summary.summarise(campaign))
    return [answers(of_campaign(campaign, assumed), assumed),
            sources(chosen, assumed),
            economy.table(economy.machines(found, economic)),
            economy.sources(economic)]
