# SPDX-License-Identifier: BSD-2-Clause
"""The tables, once: as rows of text for console, CSV files and the page.

Outcomes are rows and configurations are columns, so that a table stays narrow
enough for a phone. Every share stands with its n and its interval.
"""

import csv
from dataclasses import dataclass
from pathlib import Path

from rich.console import Console
from rich.table import Table as RichTable

from analysis import latency, summary
from analysis.classify import UNCONTROLLED, Outcome
from analysis.load import Campaign
from analysis.stats import Interval
from analysis.summary import Summary

MEANING = {
    Outcome.SDC: "wrong output left the board",
    Outcome.CRASH: "ended without a record of why",
    Outcome.HANG: "did not end, and no record says why",
    Outcome.DETECTED: "stopped safely, no wrong byte before",
    Outcome.CORRECTED: "the faulty replica was voted out, right output",
    Outcome.REJOINED: "voted out and brought back, right output",
    Outcome.REPAIRED: "the scrubber mended memory, nobody was voted out",
    Outcome.LATENT: "right output, but memory differs at the end",
    Outcome.MASKED: "no effect",
}
TRIFLE = 1e-9  # a share that is only rounding
SOMETIMES = frozenset({Outcome.REJOINED, Outcome.REPAIRED})
WORK = ("user", "kernel", "rcoe", "shim")
UNIT = 1e9  # bits x nanoseconds in a bit x second
CLASS_NAMES = {"rcoe": "replica control", "wait": "waiting"}
NAMES = {o: o.value.upper() if o is Outcome.SDC else o.value for o in Outcome}


@dataclass(frozen=True)
class Table:
    """A title, column heads and rows of text.

    `emphasis`: rows that sum up. `words`: cells are texts, not numbers.
    """

    name: str
    title: str
    heads: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]
    emphasis: frozenset[int] = frozenset()
    words: bool = False


def cell(events: int, n: int) -> str:
    """A count with its share and interval."""
    return f"{events} · {summary.share_words(events, n)}" if n else "–"


def outcomes(summaries: list[Summary]) -> Table:
    """Counts and shares of every outcome per configuration."""
    shown = shown_outcomes(summaries)
    rows = [("trials", *(str(s.n) for s in summaries))]
    rows += [(NAMES[o], *(cell(s.counts[o], s.n) for s in summaries))
             for o in shown]
    rows += [("uncontrolled",
              *(cell(s.uncontrolled, s.n) for s in summaries)),
             ("observed errors",
              *(cell(s.observed_errors, s.n) for s in summaries)),
             ("uncontrolled of these",
              *(cell(s.uncontrolled, s.observed_errors) for s in summaries)),
             ("wrong convictions",
              *(cell(s.wrong_convictions, s.n) for s in summaries))]
    return Table("outcomes", "Outcomes: trials · share [95 % interval]",
                 ("outcome", *(s.variant.name for s in summaries)),
                 tuple(rows), frozenset({0, len(shown) + 1}))


def shown_outcomes(summaries: list[Summary]) -> list[Outcome]:
    """All outcomes but the two that only some configurations can have."""
    return [o for o in Outcome if o not in SOMETIMES
            or any(s.counts[o] for s in summaries)]


def weighted(summaries: list[Summary]) -> Table:
    """Share of the fault space that has each outcome."""
    shown = shown_outcomes(summaries)
    groups = [(NAMES[o], (o,)) for o in shown]
    groups += [("uncontrolled", UNCONTROLLED),
               ("observed errors", summary.OBSERVED)]
    rows = [(name, *(summary.interval_words(s.share(wanted))
                     for s in summaries)) for name, wanted in groups]
    if any(s.unread > TRIFLE for s in summaries):
        rows.insert(len(shown), ("masked or latent: not read", *(
            summary.percent(s.unread) for s in summaries)))
    rows.append(("of the space sampled",
                 *(summary.percent(s.covered) for s in summaries)))
    return Table("weighted", "Outcomes weighted by the fault space: share "
                 "[95 % interval]",
                 ("outcome", *(s.variant.name for s in summaries)),
                 tuple(rows), frozenset(i for i, row in enumerate(rows)
                                        if row[0] == "uncontrolled"))


def meanings(summaries: list[Summary]) -> list[str]:
    """The words of the table of outcomes, one line each."""
    return [*(f"{s.variant.name}: {protection(s)}" for s in summaries),
            *(f"{NAMES[o]}: {MEANING[o]}" for o in shown_outcomes(summaries)),
            "uncontrolled: SDC, crash or hang",
            "observed errors: all but repaired, latent and masked",
            "wrong conviction: a replica was voted out that had not been hit"]


def protection(s: Summary) -> str:
    """What a configuration is, in words."""
    if s.variant.baseline:
        return "one copy of the system, the kernel without replica control"
    copies = s.variant.replicas
    return f"{copies} replicas" if copies > 1 else \
        "one replica, with replica control"


def absolute(summaries: list[Summary]) -> Table:
    """Uncontrolled failures weighted by the fault space, per configuration."""
    rows = [
        ("fault space (bit·s)",
         *(summary.number(s.exposure / UNIT) for s in summaries)),
        ("of it sampled",
         *(summary.percent(s.covered) for s in summaries)),
        ("of it read (live)", *(live_words(s) for s in summaries)),
        ("uncontrolled share of it",
         *(summary.interval_words(s.weighted) for s in summaries))]
    rows += [(f"{words} (bit·s)",
              *(failures_words(s.absolute(wanted)) for s in summaries))
             for words, wanted in (
                 ("SDC", (Outcome.SDC,)),
                 ("uncontrolled failures", UNCONTROLLED))]
    rows.append(("against the baseline", *(against_words(s)
                                           for s in summaries)))
    return Table("absolute", "Absolute failures: share × size of fault space",
                 ("", *(s.variant.name for s in summaries)), tuple(rows),
                 frozenset({len(rows) - 1}))


def live_words(s: Summary) -> str:
    """How much of the traced memory is read again before it is written."""
    traced = [c.region for c in s.cells if c.region.live is not None]
    size = sum(r.size for r in traced)
    if not size:
        return "not traced"
    return summary.percent(sum(r.live or 0 for r in traced) / size)


def failures_words(found: Interval | None) -> str:
    """Extrapolated failures with interval, in bit·s."""
    if found is None:
        return "not sampled"
    f = found.scaled(1 / UNIT)
    if f.low == f.high:
        return f"{summary.number(f.estimate)} exactly"
    if f.estimate == 0:
        return f"below {summary.number(f.high)}"
    return f"{summary.number(f.estimate)} {summary.pair(f)}"


def against_words(s: Summary) -> str:
    """The ratio to the baseline, which is the unit of its own column."""
    if s.variant.baseline and s.against_baseline is None:
        return "1 ×"
    return summary.ratio_words(s.against_baseline)


def comparison(s: Summary) -> str:
    """One sentence against the baseline, as far as the trials can tell."""
    found = s.against_baseline
    if found is None:
        return ""
    if found.low <= 1 <= found.high:
        return "too few trials to compare failures weighted by fault space"
    return f"failures {against_words(s)} the baseline's, weighted by fault space"


def regions(s: Summary, compact: bool = False) -> Table:
    """Exposure and outcomes of each region of one configuration.

    @param compact  all outcomes in one column, as a page has room for.
    """
    shown = [o for o in Outcome if s.counts[o]]
    heads = ("outcomes",) if compact else tuple(NAMES[o] for o in shown)
    rows = tuple(
        (c.name, size_words(c.region.bytes),
         summary.percent(c.exposure / s.exposure) if c.exposure else "–",
         "–" if not c.exposure or c.region.live is None
         else summary.percent(c.region.live / c.exposure), str(c.n),
         *((counts_words(c.counts),) if compact
           else (str(c.counts[o]) for o in shown)),
         summary.interval_words(c.share(UNCONTROLLED)) if c.exposure
         else summary.share_words(c.uncontrolled, c.n),
         failures_words(scaled(c.share(UNCONTROLLED), c.exposure)))
        for c in s.cells)
    return Table(f"regions-{s.variant.name}", f"Regions: {s.variant.name}",
                 ("region", "size", "of fault space", "live", "n", *heads,
                  "uncontrolled", "failures (bit·s)"), rows)


def counts_words(counts: dict[Outcome, int]) -> str:
    """The outcomes that occurred, with their counts."""
    return ", ".join(f"{NAMES[o]} {counts[o]}" for o in Outcome
                     if counts[o]) or "–"


def scaled(share: Interval | None, size: float) -> Interval | None:
    """A share of `size` as an amount."""
    return share.scaled(size) if share else None


def size_words(size: int) -> str:
    """Bytes with a unit."""
    return f"{size} B" if size < 4096 else f"{size / 1024:.0f} KiB"


def latencies(campaign: Campaign) -> Table:
    """Quantiles of the latencies, in virtual time."""
    rows = tuple(
        (x.variant, x.what, str(x.n),
         *(latency.human(x.quantile(q)) for q in (0, 0.5, 0.95, 1)))
        for x in latency.all_of(campaign))
    return Table("latency", "Latencies in virtual time (1 ns = 1 instruction "
                 "of one core)", ("configuration", "from – to", "n", "least",
                                  "median", "95 % within", "most"), rows,
                 words=True)


def costs(summaries: list[Summary]) -> Table:
    """Instructions of the fault-free run, of the replica that had most work.

    Waiting for the others is no work; what a real quad-core would lose by it
    depends on its caches and is not claimed here.
    """
    counted = [busiest(s.variant.golden.instructions) for s in summaries]
    classes = [name for name in ("user", "kernel", "rcoe", "shim", "wait")
               if any(name in counts for counts in counted)]
    work = [work_of(s) for s in summaries]
    base = next((total for total, s in zip(work, summaries)
                 if s.variant.baseline), 0)
    rows = [(CLASS_NAMES.get(name, name), *(f"{counts.get(name, 0):,}"
                                            for counts in counted))
            for name in classes]
    rows += [("work (all but waiting)", *(f"{total:,}" for total in work)),
             ("against the baseline", *(f"{total / base:.3g} ×" if base else "–"
                                        for total in work))]
    return Table("costs", "Instructions of the fault-free run, busiest replica",
                 ("", *(s.variant.name for s in summaries)), tuple(rows),
                 frozenset({len(rows) - 1}))


def work_of(s: Summary) -> int:
    """Instructions of the busiest replica, all but waiting."""
    counts = busiest(s.variant.golden.instructions)
    return sum(counts.get(name, 0) for name in WORK)


def busiest(instructions: dict[str, dict[str, int]]) -> dict[str, int]:
    """Counts of the replica with most work; empty if nothing was counted."""
    return max(instructions.values(), default={},
               key=lambda counts: sum(counts.get(name, 0) for name in WORK))


def show(table: Table, console: Console) -> None:
    """Print a table on a terminal; cells are folded where it is narrow."""
    console.print(table.title, style="bold", highlight=False)
    shown = drawn(table, folded=False)
    room = console.options.update(width=10 * console.width)
    if console.measure(shown, options=room).maximum > console.width:
        shown = drawn(table, folded=True)
    console.print(shown)


def drawn(table: Table, folded: bool) -> RichTable:
    """A table of the terminal; `folded`: intervals on lines of their own."""
    shown = RichTable(expand=False)
    for index, head in enumerate(table.heads):
        left = index == 0 or table.words
        shown.add_column(head, justify="left" if left else "right",
                         overflow="fold", no_wrap=index == 0)
    for index, row in enumerate(table.rows):
        cells = [text.replace(" · ", "\n").replace("% [", "%\n[")
                 for text in row] if folded else row
        shown.add_row(*cells, style="bold" if index in table.emphasis else None)
    return shown


def show_list(table: Table, console: Console) -> None:
    """Print a table with long cells as a list: one paragraph per row."""
    console.print(f"{table.title}: {len(table.rows)}", style="bold")
    for row in table.rows:
        *words, command = row
        console.print(f"  {' · '.join(words)}", highlight=False)
        console.print(f"    {command}", soft_wrap=True, highlight=False)


def write_csv(table: Table, folder: Path) -> Path:
    """Write a table as `folder`/NAME.csv and say where."""
    path = folder / f"{table.name}.csv"
    with path.open("w", newline="", encoding="utf-8") as file:
        writer = csv.writer(file)
        writer.writerow(table.heads)
        writer.writerows(table.rows)
    return path
