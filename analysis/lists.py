# SPDX-License-Identifier: BSD-2-Clause
"""Tables with a row per trial, per detector or per place that was hit.

What must be looked at one by one: every uncontrolled outcome with the command
that repeats it, every wrong conviction, and where one fault was enough.
"""

from collections import Counter
from collections.abc import Callable
from pathlib import Path

from analysis import latency, orbit, parameters, stats, summary, tables
from analysis.classify import UNCONTROLLED
from analysis.load import Campaign, Trial
from analysis.stats import Interval
from analysis.summary import Cell, Summary
from analysis.tables import NAMES, Table

# What one fault can break by design; rcoe/README.md and shim/README.md say why.
KNOWN = (
    "The reset controller: any core can write it and so stop another one.",
    "The primary's few instructions between the vote and the bus.",
    "The donor of a re-integration: a fault that it carries unseen is copied.",
    "The device-visible image between the vote on it and the device's access.",
)


def failures(campaign: Campaign, store: Path) -> Table:
    """Every uncontrolled outcome with the command that replays it."""
    rows = tuple(
        (str(t.k), t.variant, NAMES[t.verdict.outcome], place(t),
         t.verdict.why, replay_command(campaign, store, t.k))
        for t in summary.uncontrolled(campaign))
    return Table("uncontrolled", "Uncontrolled outcomes",
                 ("trial", "configuration", "outcome", "fault", "what happened",
                  "replay"), rows, words=True)


def wrong_convictions(campaign: Campaign, store: Path) -> Table:
    """Trials that voted out a replica that was not injected."""
    rows = tuple(
        (str(t.k), t.variant, place(t),
         ", ".join(str(r) for r in t.verdict.convicted),
         replay_command(campaign, store, t.k))
        for t in campaign.trials if t.verdict.wrong_conviction)
    return Table("wrong-convictions", "Wrong convictions",
                 ("trial", "configuration", "fault", "convicted", "replay"),
                 rows, words=True)


def place(trial: Trial) -> str:
    """Where and when a fault struck."""
    who = "" if trial.replica is None or trial.replica < 0 else \
        f"replica {trial.replica}, "
    region = "" if trial.kind == "register" else f"{trial.region}, "
    return f"{who}{region}{trial.fault}, {trial.at_ns / 1e6:.6f} ms"


def replay_command(campaign: Campaign, store: Path, k: int) -> str:
    """The one command that runs trial `k` again and compares it."""
    return (f"./trireme replay {campaign.name} {k} "
            f"--out {shown_path(store)}")


def shown_path(store: Path) -> Path:
    """A store's path as one would type it here."""
    here, full = Path.cwd(), store.resolve()
    return full.relative_to(here) if full.is_relative_to(here) else full


def detections(campaign: Campaign) -> Table:
    """Which detector fired first, who was convicted, how soon."""
    rows = []
    for variant in campaign.variants:
        trials = campaign.of(variant.name)
        for name in sorted({t.verdict.detector for t in trials} - {""}):
            rows.append((variant.name, name, *detected_by(
                [t for t in trials if t.verdict.detector == name])))
    return Table("detections", "What noticed first, and who was convicted",
                 ("configuration", "detector", "trials", "the injected",
                  "another", "nobody", "latency: median", "95 % within"),
                 tuple(rows), words=True)


def detected_by(trials: list[Trial]) -> tuple[str, ...]:
    """One detector's trials: count, who was convicted, latency."""
    wrong = sum(t.verdict.wrong_conviction for t in trials)
    nobody = sum(not t.verdict.convicted for t in trials)
    times = [float(t.detect_ns) for t in trials if t.detect_ns is not None]
    quantiles = [latency.human(stats.quantile(times, q)) if times else "–"
                 for q in (0.5, 0.95)]
    return (str(len(trials)), str(len(trials) - wrong - nobody), str(wrong),
            str(nobody), *quantiles)


def models(campaign: Campaign) -> Table:
    """Trials of each fault model and how many were uncontrolled."""
    rows = []
    for variant in campaign.variants:
        trials = campaign.of(variant.name)
        for model, n in sorted(Counter(t.model for t in trials).items()):
            here = [t for t in trials if t.model == model]
            rows.append((
                variant.name, model, str(n),
                share(here, lambda t: t.verdict.outcome in summary.OBSERVED),
                share(here, lambda t: t.verdict.outcome in UNCONTROLLED)))
    return Table("models", "Fault models: share of the sample",
                 ("configuration", "model", "n", "observed errors",
                  "uncontrolled"), tuple(rows))


def share(trials: list[Trial], wanted: Callable[[Trial], bool]) -> str:
    """How many of some trials, with share and interval."""
    return tables.cell(sum(wanted(t) for t in trials), len(trials))


def not_injected(campaign: Campaign) -> Table:
    """Parts of the fault space that no trial hits, with the reason."""
    found: dict[tuple[str, str, str], list[str]] = {}
    for variant in campaign.variants:
        for part in variant.excluded:
            found.setdefault((part.region, part.what, part.reason),
                             []).append(variant.name)
    rows = tuple(
        ("all" if len(names) == len(campaign.variants) else ", ".join(names),
         *part) for part, names in found.items())
    return Table("not-injected", "Not injected",
                 ("configuration", "region", "what", "why"), rows, words=True)


def weak_points(campaign: Campaign, summaries: list[Summary]) -> Table:
    """Places of replicated configurations where one fault was enough."""
    low, value, high = (parameters.ORBIT[name].value for name in
                        ("upsets_low", "upsets", "upsets_high"))
    assumed = orbit.Assumptions(Interval(value, low, high))
    rows = [row for s in summaries if s.variant.replicas > 1
            for row in weak_points_of(campaign, s, assumed)]
    return Table("single-points", "Where one fault was enough",
                 ("configuration", "where", "trials", "failures (bit·s)",
                  "per day in orbit"), tuple(rows), words=True)


def weak_points_of(campaign: Campaign, s: Summary,
                   assumed: orbit.Assumptions) -> list[tuple[str, ...]]:
    """Rows of one configuration, most failures first."""
    cells = {c.name: c for c in s.cells}
    groups: dict[tuple[str, str], list[Trial]] = {}
    for t in campaign.of(s.variant.name):
        if t.verdict.outcome in UNCONTROLLED:
            what = t.symbol or t.register or t.owner
            groups.setdefault((t.region, what), []).append(t)
    found = [(extrapolated(cells[region], trials), region, what, trials)
             for (region, what), trials in groups.items()]
    found.sort(key=lambda x: (-x[0].estimate, x[1], x[2]))
    window = orbit.window_ns(s)
    return [(s.variant.name, f"{region} {what}".strip(),
             f"{len(trials)} of {cells[region].n} in the region",
             tables.failures_words(size),
             rate_words(orbit.times(assumed.upsets, size.scaled(1 / window))
                        if window else None))
            for size, region, what, trials in found]


def extrapolated(cell: Cell, trials: list[Trial]) -> Interval:
    """Part of a region, in bits x ns, for which these trials stand."""
    region = cell.region
    if cell.mass is not None:
        size = sum(t.weight or 0.0 for t in trials)
        return Interval(size, size, size)
    live = region.size if region.live is None else region.live
    return stats.wilson(len(trials), cell.n).scaled(live)


def rate_words(rate: Interval | None) -> str:
    """Events per day with bounds."""
    if rate is None:
        return "not known"
    if rate.estimate <= 0:
        return f"below {summary.number(rate.high)}"
    return f"{summary.number(rate.estimate)} {summary.pair(rate)}"


def all_tables(campaign: Campaign, store: Path) -> list[Table]:
    """Everything that is written as CSV."""
    found = summary.summarise(campaign)
    return [tables.outcomes(found), tables.weighted(found),
            tables.absolute(found), *(tables.regions(s) for s in found),
            tables.latencies(campaign), tables.costs(found),
            detections(campaign), models(campaign), not_injected(campaign),
            weak_points(campaign, found), failures(campaign, store),
            wrong_convictions(campaign, store)]
