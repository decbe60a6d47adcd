# SPDX-License-Identifier: BSD-2-Clause
"""Several campaigns side by side: one page, one column per configuration.

All failures are compared with one baseline: the first campaign's that has one.
That is only fair for the same workload, so the page says which inputs differ.
"""

from dataclasses import replace
from html import escape
from itertools import combinations
from pathlib import Path

import matplotlib

from analysis import (figures, page, report, stats, style, summary, tables,
                      tradeoff)
from analysis.classify import UNCONTROLLED
from analysis.load import Campaign
from analysis.stats import Interval
from analysis.summary import Summary
from analysis.tables import Table

CHANCE = ("Agree: the 95 % interval of the difference holds zero. One row in "
          "twenty does not, by chance.")
SAME_SPACE = 0.01  # sizes that differ less are the same fault space


def names_of(campaigns: list[Campaign]) -> list[str]:
    """Names of campaigns, numbered where two have the same."""
    names = [c.name for c in campaigns]
    return [name if names.count(name) == 1 else
            f"{name} ({names[:i + 1].count(name)})"
            for i, name in enumerate(names)]


def gather(campaigns: list[Campaign]) -> list[Summary]:
    """All configurations that have trials, named "campaign: configuration".

    All are compared with the first baseline, further baselines included.
    """
    found = []
    for name, campaign in zip(names_of(campaigns), campaigns):
        for s in summary.summarise(campaign):
            if s.n:
                found.append(replace(s, against_baseline=None, variant=replace(
                    s.variant, name=f"{name}: {s.variant.name}")))
    base = next((s for s in found if s.variant.baseline and s.failures), None)
    return [summary.compared(s, base) for s in found]


def write(campaigns: list[Campaign], out: Path) -> Path:
    """Write the page, its figures and tables; returns the page's path."""
    out.mkdir(parents=True, exist_ok=True)
    found = gather(campaigns)
    shown = [turned(t) for t in (tables.outcomes(found),
                                 tables.weighted(found),
                                 tables.absolute(found), tables.costs(found))]
    shown = [overview(campaigns), agreement(found), *shown]
    for table in shown:
        tables.write_csv(table, out)
    pictures = draw(found, out)
    body = ["<h1>Campaigns side by side</h1>",
            page.paragraph(f"{sum(s.n for s in found)} injected faults in "
                           f"{len(campaigns)} campaigns. Intervals are 95 %.",
                           "soft"), *remarks(campaigns, found),
            *report.pictures_of(pictures, report.PICTURES)]
    for table in shown:
        if table.rows:
            body += [f"<h2>{escape(table.title)}</h2>",
                     page.table(table, stack=True)]
        if table.name == "agreement" and table.rows:
            body.append(page.paragraph(CHANCE, "soft"))
    path = out / "index.html"
    path.write_text(page.document("Trireme: campaigns side by side", body),
                    encoding="utf-8")
    return path


def agreement(found: list[Summary]) -> Table:
    """Do campaigns that asked the same thing in different ways agree?

    The same system and input, the same part of the fault space: then the
    weighted shares must be equal but for chance, however trials were drawn.
    """
    rows = []
    for a, b in combinations(found, 2):
        if same_question(a, b):
            for name, wanted in (("observed errors", summary.OBSERVED),
                                 ("uncontrolled", UNCONTROLLED)):
                rows.append((a.variant.name, b.variant.name, name,
                             *agreed(a.share(wanted), b.share(wanted))))
    return Table("agreement", "The same asked twice: share of the fault space",
                 ("first", "second", "what", "first's share", "second's share",
                  "difference (%)", "agree"), tuple(rows), words=True)


def same_question(a: Summary, b: Summary) -> bool:
    """Same system, same input, same regions sampled."""
    first, second = a.variant.golden, b.variant.golden
    if a.weighted is None or b.weighted is None:
        return False
    return (first.config == second.config
            and first.input_hash == second.input_hash
            and abs(a.covered - b.covered) < SAME_SPACE
            and abs(a.exposure / b.exposure - 1) < SAME_SPACE)


def agreed(a: Interval | None, b: Interval | None) -> tuple[str, ...]:
    """Two shares, their difference and whether chance explains it."""
    if a is None or b is None:
        return ("not sampled",) * 4
    gap = stats.difference(a, b).scaled(100)
    return (summary.interval_words(a), summary.interval_words(b),
            f"{summary.number(gap.estimate)} {summary.pair(gap)}",
            "yes" if gap.low <= 0 <= gap.high else "NO")


def turned(table: Table) -> Table:
    """Rows and columns exchanged: configurations become rows."""
    columns = list(zip(table.heads, *table.rows))
    return Table(table.name, table.title, ("configuration", *columns[0][1:]),
                 tuple(columns[1:]))


def trials_words(campaign: Campaign) -> str:
    """Trials that were run, of how many; or the goal that decides it."""
    done = len(campaign.trials)
    if campaign.errors_goal is None:
        return f"{done} of {campaign.planned}"
    return f"{done}, goal {campaign.errors_goal} observed errors each"


def overview(campaigns: list[Campaign]) -> Table:
    """One row per campaign: what was asked and how much was done."""
    rows = tuple(
        (name, trials_words(c), c.sampling, str(c.seed),
         ", ".join(sorted({t.model for t in c.trials})) or "–",
         c.hash[:12]) for name, c in zip(names_of(campaigns), campaigns))
    return Table("campaigns", "Campaigns", ("campaign", "trials", "sampling",
                                            "seed", "fault models", "hash"),
                 rows, words=True)


def remarks(campaigns: list[Campaign], found: list[Summary]) -> list[str]:
    """What makes a comparison unfair, said before any figure."""
    parts = []
    base = next((s.variant.name for s in found
                 if s.variant.baseline and s.failures), None)
    if base is None:
        parts.append(page.paragraph(
            "No campaign has a baseline with trials: there is no ratio."))
    else:
        parts.append(page.paragraph(
            f"Ratios are to the failures of {base}."))
    inputs = {v.golden.input_hash for c in campaigns for v in c.variants}
    if len(inputs) > 1:
        parts.append(page.paragraph(
            "The campaigns have different inputs, so runs are not equally "
            "long: compare shares within a campaign, not failures between "
            "them.", "warn"))
    return parts


def draw(found: list[Summary], folder: Path) -> dict[str, dict[str, Path]]:
    """The figures that compare, for light and dark pages."""
    paths: dict[str, dict[str, Path]] = {}
    for theme in style.THEMES:
        with matplotlib.rc_context(style.settings(theme)):
            drawn = {"outcomes": figures.outcomes(found, theme),
                     "failures": tradeoff.failures(found, theme),
                     "tradeoff": tradeoff.figure(found, theme)} if found else {}
            for name, figure in drawn.items():
                if figure is not None:
                    paths.setdefault(name, {})[theme.name] = style.save(
                        figure, folder / f"{name}-{theme.name}.png")
    return paths
