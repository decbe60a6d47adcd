# SPDX-License-Identifier: BSD-2-Clause
"""Several campaigns side by side: one page, one column per configuration.

All failures are compared with one baseline: the first campaign's that has one.
That is only fair for the same workload, so the page says which inputs differ.
"""

from dataclasses import replace
from html import escape
from pathlib import Path

import matplotlib

from analysis import figures, page, report, style, summary, tables, tradeoff
from analysis.load import Campaign
from analysis.summary import Summary
from analysis.tables import Table


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
    shown.insert(0, overview(campaigns))
    for table in shown:
        tables.write_csv(table, out)
    pictures = draw(found, out)
    body = ["<h1>Campaigns side by side</h1>",
            page.paragraph(f"{sum(s.n for s in found)} injected faults in "
                           f"{len(campaigns)} campaigns. Intervals are 95 %.",
                           "soft"), *remarks(campaigns, found),
            *report.pictures_of(pictures, report.PICTURES)]
    for table in shown:
        body += [f"<h2>{escape(table.title)}</h2>",
                 page.table(table, stack=True)]
    path = out / "index.html"
    path.write_text(page.document("Trireme: campaigns side by side", body),
                    encoding="utf-8")
    return path


def turned(table: Table) -> Table:
    """Rows and columns exchanged: configurations become rows."""
    columns = list(zip(table.heads, *table.rows))
    return Table(table.name, table.title, ("configuration", *columns[0][1:]),
                 tuple(columns[1:]))


def overview(campaigns: list[Campaign]) -> Table:
    """One row per campaign: what was asked and how much was done."""
    rows = tuple(
        (name, f"{len(c.trials)} of {c.planned}", c.sampling, str(c.seed),
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
