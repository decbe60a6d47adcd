# SPDX-License-Identifier: BSD-2-Clause
"""The report: one self-contained HTML page, PNG figures and CSV tables.

It must be readable by somebody who was not there: what was done, what came
out and how sure that is, what was not tested, and how to see any of it again.
"""

from dataclasses import replace
from html import escape
from pathlib import Path

from analysis import (figures, lists, orbit_tables, page, parameters, stats,
                      summary, tables)
from analysis.load import Campaign
from analysis.summary import Summary
from analysis.tables import Table

LIMITS = [
    "Faults are changes of stored state between two instructions: memory, "
    "registers and page tables. The emulator has no pipeline, no caches and no "
    "bus, so upsets there, latch-up and permanent damage are not in this "
    "fault space.",
    "Time is virtual: one instruction takes one nanosecond and the cores take "
    "turns. Latencies are exact and repeatable, but not those of silicon.",
    "Wherever the fault space was sampled thinly, the upper bound of the "
    "interval is the honest figure, not the estimate.",
    "Nothing in this report was run on a real board.",
]
FOLD_ROWS = 40  # longer lists are folded away
PICTURES = {
    "outcomes": (
        "Stacked bars of outcomes per configuration",
        "Numbers in the bars are trials. Below: share of uncontrolled outcomes "
        "in the sample, with 95 % interval."),
    "failures": (
        "Uncontrolled failures per configuration with intervals",
        "Extrapolated to the fault space; beside each, its ratio to the "
        "baseline. An arrow starts at an upper bound: no failure was seen."),
    "tradeoff": (
        "Performance against dependability, one point per configuration",
        "Down is more dependable, left is faster. Bars are 95 % intervals, "
        "arrows start at upper bounds. Work is counted exactly; points that "
        "would hide each other stand a little to the right."),
    "latency": (
        "Cumulative distribution of latencies",
        "From flip to first detection, from there to resumed service, and from "
        "the downgrade to the replica's return. Dormant flips are found when "
        "they are first used."),
}
SAMPLING = {
    "size": "Every bit of memory at every instruction was equally likely to be "
            "hit; registers were sampled apart and count by their size.",
    "strata": "Every region was sampled apart and counts by its size (bits × "
              "time), so that small regions are not lost.",
    "live": "Only flips that the golden run reads before it overwrites them "
            "were injected, all of them equally likely. Of the others the "
            "outcome is known without a trial: overwritten first is masked, "
            "never touched again is latent.",
    "exhaustive": "Every class of equal faults was injected once: where all "
                  "classes are done there is no sampling error, and until then "
                  "the bounds are all that is still possible.",
}
SAMPLING["live-strata"] = SAMPLING["live"] + " Regions were sampled apart."
ABSOLUTE = (
    "More replicas mean more memory that can be hit, so shares of a sample must "
    "not be compared. Here each region counts by its part of the fault space "
    "(bits × time), and the share is multiplied by the size of that space.")
MAP = ("Every square is a page that was hit, in order of its address, of all "
       "replicas together; its colour is the gravest outcome of its hits.")
ORBIT = (
    "Upsets per bit and day × bits × P(failure | upset), summed over the "
    "regions, errors carried through. A replica is lost with every observed "
    "error. Three replicas with repair last (5λ + µ) / (6λ²), without it "
    "5 / (6λ), which is less than one core's 1 / λ: what pays is coming back. "
    "Flips that a run leaves latent are taken as harmless: in a flight they wait "
    "for somebody to read them, which is what the scrubber is for.")


def write(campaign: Campaign, store: Path, out: Path) -> Path:
    """Write page, figures and tables into `out`; returns the page's path."""
    out.mkdir(parents=True, exist_ok=True)
    found = summary.summarise(campaign)
    extra = orbit_tables.all_tables(campaign, parameters.ORBIT,
                                    parameters.ECONOMY)
    for table in [*lists.all_tables(campaign, store), *extra]:
        tables.write_csv(table, out)
    pictures = figures.draw_all(campaign, found, out)
    body = [*opening(campaign, found), *pictures_of(pictures, PICTURES),
            *results(campaign, found), *weak(campaign, found, store),
            *maps(found, pictures), *exposure(found), *in_orbit(extra, store),
            *method(campaign), *provenance(campaign, found, store)]
    path = out / "index.html"
    path.write_text(page.document(f"Trireme: campaign {campaign.name}", body),
                    encoding="utf-8")
    return path


def extent_words(campaign: Campaign, found: list[Summary]) -> str:
    """What is said behind the number of trials: is anything left to run?"""
    goal = campaign.errors_goal
    if len(campaign.trials) >= campaign.planned:
        return ""
    if goal is None:
        return f" of {campaign.planned} planned: the campaign is not complete"
    reached = all(s.observed_errors >= goal for s in found)
    return (f", until each configuration had {goal:,} observed errors"
            if reached else f": not each configuration has its {goal:,} "
            "observed errors yet, the campaign is not complete")


def opening(campaign: Campaign, found: list[Summary]) -> list[str]:
    """Title and the figures that matter most."""
    done = len(campaign.trials)
    part = extent_words(campaign, found)
    heads = [headline(s) for s in found if s.n]
    return ["<h1>Fault-injection campaign "
            f"<em>{escape(campaign.name)}</em></h1>",
            page.paragraph(f"{done} injected faults{part}. Uncontrolled means "
                           "that wrong output left the board, or that the run "
                           "crashed or hung without saying so. Intervals are "
                           "95 %.", "soft"),
            "<div class=\"heads\">" + "".join(heads) + "</div>"]


def headline(s: Summary) -> str:
    """What happened to one configuration, and what it means."""
    small = f"observed errors were uncontrolled, of {s.n:,} injected faults"
    if s.observed_errors:
        small += f": {summary.share_words(s.uncontrolled, s.observed_errors)}"
    if s.against_baseline:
        small += "; " + tables.comparison(s)
    return page.headline(s.variant.name,
                         f"{s.uncontrolled:,} of {s.observed_errors:,}",
                         "bad" if s.uncontrolled else "good", small)


def pictures_of(pictures: dict[str, dict[str, Path]],
                wanted: dict[str, tuple[str, str]]) -> list[str]:
    """Figures side by side where there is room."""
    shown = [page.figure(pictures[name], alt, caption)
             for name, (alt, caption) in wanted.items() if name in pictures]
    if not shown:
        return []
    return ["<div class=\"figures\">" + "".join(shown) + "</div>"]


def results(campaign: Campaign, found: list[Summary]) -> list[str]:
    """Outcome tables, detectors, latencies and costs."""
    parts = ["<h2>Outcomes</h2>", page.table(tables.outcomes(found)),
             page.bullets(tables.meanings(found)),
             "<h2>Outcomes weighted by the fault space</h2>",
             page.paragraph(SAMPLING.get(campaign.sampling, "")),
             page.table(tables.weighted(found)),
             "<h2>Absolute failures</h2>", page.paragraph(ABSOLUTE),
             page.table(tables.absolute(found)),
             "<h2>Who noticed, and who was convicted</h2>"]
    noticed = lists.detections(campaign)
    parts.append(page.table(noticed) if noticed.rows else
                 page.paragraph("Nothing was noticed in this campaign."))
    parts.append("<h2>Latencies</h2>")
    times = tables.latencies(campaign)
    parts.append(page.table(times) if times.rows else
                 page.paragraph("Nothing was detected in this campaign."))
    parts += ["<h2>What protection costs</h2>",
              page.table(tables.costs(found)), page.paragraph(
                  "Instructions of one fault-free run of the workload, counted "
                  "exactly. The cores take turns in the emulator; on the board "
                  "replicas run side by side.")]
    return parts


def weak(campaign: Campaign, found: list[Summary], store: Path) -> list[str]:
    """Uncontrolled outcomes, single points of failure, wrong convictions."""
    points = lists.weak_points(campaign, found)
    wrong = lists.wrong_convictions(campaign, store)
    return ["<h2>Uncontrolled outcomes</h2>",
            *uncontrolled(campaign, found, store),
            "<h2>Single points of failure</h2>",
            long_table(points, "In no replicated configuration was one "
                               "injected fault enough for SDC, hang or crash."),
            page.paragraph("Known by design, and only hit as far as the fault "
                           "space of this campaign reaches:"),
            page.bullets(list(lists.KNOWN)), "<h2>Wrong convictions</h2>",
            long_table(wrong, "None: no replica was voted out that had not "
                              "been hit.")]


def uncontrolled(campaign: Campaign, found: list[Summary],
                 store: Path) -> list[str]:
    """One list per configuration; the baseline's is folded away."""
    every = lists.failures(campaign, store)
    parts = []
    for s in found:
        name = s.variant.name
        rows = tuple(row for row in every.rows if row[1] == name)
        table = replace(every, rows=rows)
        if rows and s.variant.baseline:
            parts.append(page.folded(f"{name}: {len(rows)}",
                                     page.table(table)))
        elif rows:
            parts += [f"<h3>{escape(name)}</h3>", long_table(table, "")]
    return parts or [page.paragraph(
        "None. The upper bounds above say what that is worth.")]


def long_table(table: Table, otherwise: str) -> str:
    """A table of texts; folded away where it is very long."""
    if not table.rows:
        return page.paragraph(otherwise)
    content = page.table(table)
    if len(table.rows) <= FOLD_ROWS:
        return content
    return page.folded(f"{len(table.rows)} rows", content)


def maps(found: list[Summary],
         pictures: dict[str, dict[str, Path]]) -> list[str]:
    """The memory maps with the outcome of each hit."""
    wanted = {f"memory-{s.variant.name}": (
        f"Memory map of {s.variant.name} with outcomes", "")
        for s in found}
    shown = pictures_of(pictures, wanted)
    return ["<h2>Memory map</h2>", page.paragraph(MAP), *shown] if shown else []


def in_orbit(extra: list[Table], store: Path) -> list[str]:
    """Rates in orbit and the comparison with a hardened processor."""
    rates, sources, comparison, parameters = extra
    if len(rates.heads) == 1:
        return []
    command = f"./trireme report orbit {lists.shown_path(store)}"
    return ["<h2>In orbit</h2>", page.paragraph(ORBIT), page.table(rates, stack=True),
            page.table(sources),
            "<h2>Speed per watt and per dollar</h2>",
            page.table(comparison, stack=True), page.table(parameters),
            page.paragraph("The same with other parameters:"),
            f"<pre>{escape(command)} --help</pre>"]


def exposure(found: list[Summary]) -> list[str]:
    """Size of each region and what became of faults there."""
    parts = ["<h2>Exposure and outcomes per region</h2>", page.paragraph(
        "Each fault space is every bit of the listed memory at every "
        "instruction between start and end of the run, all replicas together, "
        "time divided by the number of replicas.")]
    for s in found:
        parts.append(f"<h3>{escape(s.variant.name)}</h3>")
        parts.append(page.table(tables.regions(s, compact=True), stack=True))
    return parts


def method(campaign: Campaign) -> list[str]:
    """Fault model, its limits, and how sure a sample of this size can be."""
    n = max(1, len(campaign.trials))
    gaps = lists.not_injected(campaign)
    parts = ["<h2>Fault model and limits</h2>",
             page.paragraph("Each trial injects one fault at one instruction "
                            "into a fresh run, and all else is repeated "
                            "exactly."), page.table(lists.models(campaign))]
    if gaps.rows:
        parts += ["<h3>Not injected</h3>", page.table(gaps)]
    return [*parts, page.bullets([*LIMITS, f"Sample size: {n} trials show a share of "
                          "50 % to ± "
                          f"{summary.percent(1.96 * 0.5 / n ** 0.5)}; for ± 1 "
                          f"% it takes {stats.sample_size(0.01)}, and no event "
                          f"in {stats.trials_for_zero(0.001)} trials to show a "
                          "share below 0.1 %."])]


def provenance(campaign: Campaign, found: list[Summary],
               store: Path) -> list[str]:
    """Seeds, versions, and how to repeat it."""
    def all_of(name: str) -> str:
        return ", ".join(sorted({str(getattr(t, name))
                                 for t in campaign.trials})) or "–"
    speed = sum(t.wall_s for t in campaign.trials)
    pairs = [("campaign", f"{campaign.name}, begun {campaign.created}"),
             ("seed", str(campaign.seed)), ("campaign hash", campaign.hash),
             ("commit", all_of("commit")), ("images", all_of("image_hash")),
             ("emulator", all_of("emulator")),
             *((f"golden run, {s.variant.name}", s.variant.golden.hash)
               for s in found),
             ("time", f"{speed:.0f} s of emulation for {len(campaign.trials)} "
                      "trials, one core each"),
             ("harness failures", f"{len(campaign.harness_failures)} (no "
                                  "outcomes; these trials were run again)"),
             ("state not compared", f"{sum(s.not_compared for s in found)} "
                                    "masked trials")]
    return ["<h2>Seeds and versions</h2>", page.facts(pairs),
            page.paragraph("Replay any trial by its number:"),
            f"<pre>{escape(lists.replay_command(campaign, store, 0))}</pre>",
            "<h2>Plan</h2>", f"<pre>{escape(campaign.toml)}</pre>"]
