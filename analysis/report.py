# SPDX-License-Identifier: BSD-2-Clause
"""The report: one self-contained HTML page, PNG figures and CSV tables.

It must be readable by somebody who was not there: what was done, what came
out and how sure that is, what was not tested, and how to see any of it again.
"""

from collections import Counter
from html import escape
from pathlib import Path

from analysis import figures, lists, page, stats, summary, tables
from analysis.load import Campaign
from analysis.summary import Summary

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


def write(campaign: Campaign, store: Path, out: Path) -> Path:
    """Write page, figures and tables into `out`; returns the page's path."""
    out.mkdir(parents=True, exist_ok=True)
    found = summary.summarise(campaign)
    for table in lists.all_tables(campaign, store):
        tables.write_csv(table, out)
    pictures = figures.draw_all(campaign, found, out)
    body = [*opening(campaign, found), *pictures_of(pictures),
            *results(campaign, found, store), *exposure(found),
            *method(campaign), *provenance(campaign, found, store)]
    path = out / "index.html"
    path.write_text(page.document(f"Trireme: campaign {campaign.name}", body),
                    encoding="utf-8")
    return path


def opening(campaign: Campaign, found: list[Summary]) -> list[str]:
    """Title and the figures that matter most."""
    done = len(campaign.trials)
    part = "" if done >= campaign.planned else \
        f" of {campaign.planned} planned: the campaign is not complete"
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
    small = summary.share_words(s.uncontrolled, s.n) + " of the sample"
    if s.against_baseline:
        small += "; " + tables.comparison(s)
    return page.headline(f"{s.variant.name}: uncontrolled",
                         f"{s.uncontrolled} of {s.n}",
                         "bad" if s.uncontrolled else "good", small)


def pictures_of(pictures: dict[str, dict[str, Path]]) -> list[str]:
    """The figures side by side where there is room."""
    shown = []
    if "outcomes" in pictures:
        shown.append(page.figure(
            pictures["outcomes"], "Stacked bars of outcomes per configuration",
            "Numbers in the bars are trials. Below: share of uncontrolled "
            "outcomes in the sample, with 95 % interval."))
    if "latency" in pictures:
        shown.append(page.figure(
            pictures["latency"], "Cumulative distribution of latencies",
            "From flip to first detection, and from there to resumed service. "
            "Dormant flips are found when they are first used."))
    return ["<div class=\"figures\">" + "".join(shown) + "</div>"]


def results(campaign: Campaign, found: list[Summary],
            store: Path) -> list[str]:
    """Outcome tables, latencies and the lists of what went wrong."""
    parts = ["<h2>Outcomes</h2>", page.table(tables.outcomes(found)),
             page.bullets(tables.meanings(found)), *detectors(campaign),
             "<h2>Absolute failures</h2>",
             page.paragraph(
                 "More replicas mean more memory that can be hit, so shares of "
                 "a sample must not be compared. Here each region counts by "
                 "its part of the fault space (bits × time), and the share is "
                 "multiplied by the size of that space."),
             page.table(tables.absolute(found)), "<h2>Latencies</h2>"]
    times = tables.latencies(campaign)
    parts.append(page.table(times, words=True) if times.rows else
                 page.paragraph("Nothing was detected in this campaign."))
    parts += ["<h2>What protection costs</h2>",
              page.table(tables.costs(found)), page.paragraph(
                  "Instructions of one fault-free run of the workload, counted "
                  "exactly. The cores take turns in the emulator; on the board "
                  "replicas run side by side.")]
    return parts + failures(campaign, store)


def detectors(campaign: Campaign) -> list[str]:
    """How often each detector fired first."""
    counted = Counter((t.variant, t.verdict.detector) for t in campaign.trials
                      if t.verdict.detector)
    if not counted:
        return []
    by_variant = {
        v.name: ", ".join(f"{name} ({count})" for (variant, name), count
                          in sorted(counted.items()) if variant == v.name)
        for v in campaign.variants}
    words = "; ".join(f"{name}: {found}" for name, found in by_variant.items()
                      if found)
    return [page.paragraph(f"What fired first (trials): {words}.")]


def failures(campaign: Campaign, store: Path) -> list[str]:
    """Uncontrolled outcomes and wrong convictions, one by one."""
    lost = lists.failures(campaign, store)
    wrong = lists.wrong_convictions(campaign, store)
    parts = ["<h2>Uncontrolled outcomes</h2>"]
    parts.append(page.table(lost, words=True) if lost.rows else page.paragraph(
        "None. The upper bounds above say what that is worth."))
    parts.append("<h2>Wrong convictions</h2>")
    parts.append(page.table(wrong, words=True) if wrong.rows else
                 page.paragraph("None: no replica was voted out that had not "
                                "been hit."))
    return parts


def exposure(found: list[Summary]) -> list[str]:
    """Size of each region and what became of faults there."""
    parts = ["<h2>Exposure and outcomes per region</h2>", page.paragraph(
        "Each fault space is every bit of the listed memory at every "
        "instruction between start and end of the run, all replicas together, "
        "time divided by the number of replicas.")]
    for s in found:
        parts.append(f"<h3>{escape(s.variant.name)}</h3>")
        parts.append(page.table(tables.regions(s)))
    return parts


def method(campaign: Campaign) -> list[str]:
    """Fault model, its limits, and how sure a sample of this size can be."""
    kinds = Counter(t.kind for t in campaign.trials)
    words = ", ".join(f"{kind} ({count})" for kind, count in kinds.most_common())
    n = max(1, len(campaign.trials))
    return ["<h2>Fault model and limits</h2>",
            page.paragraph(f"Kinds of fault in this campaign: {words}. Each "
                           "trial injects one fault at one instruction into a "
                           "fresh run, and all else is repeated exactly."),
            page.bullets([*LIMITS, f"Sample size: {n} trials show a share of "
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
