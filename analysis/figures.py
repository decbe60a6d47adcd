# SPDX-License-Identifier: BSD-2-Clause
"""The figures as PNG, each for a light and a dark page.

Colours are of Okabe and Ito's set, told apart by colour-blind readers;
uncontrolled outcomes are hatched as well, so that grey prints keep them apart.
Figures are drawn small with large letters: they stay legible on a phone, and
the resolution is high enough for a wall.
"""

from dataclasses import dataclass
from pathlib import Path

import matplotlib
from matplotlib.figure import Figure
from matplotlib.patches import Patch
from matplotlib.ticker import FuncFormatter

from analysis import latency, stats
from analysis.classify import UNCONTROLLED, Outcome
from analysis.load import Campaign
from analysis.summary import Summary
from analysis.tables import NAMES

WIDTH_IN = 6.4
DPI = 220


@dataclass(frozen=True)
class Theme:
    """Colours of one kind of page."""

    name: str
    paper: str
    ink: str
    faint: str
    outcome: dict[Outcome, str]
    lines: tuple[str, ...]


LIGHT = Theme("light", "#ffffff", "#1c1f24", "#c9ced6", {
    Outcome.SDC: "#d55e00", Outcome.CRASH: "#e69f00", Outcome.HANG: "#cc79a7",
    Outcome.DETECTED: "#0072b2", Outcome.CORRECTED: "#009e73",
    Outcome.LATENT: "#9ecae9", Outcome.MASKED: "#d9dde3"},
    ("#0072b2", "#d55e00", "#009e73", "#cc79a7"))
DARK = Theme("dark", "#14171c", "#e8eaee", "#4a515c", {
    Outcome.SDC: "#ff7a1a", Outcome.CRASH: "#f5b83d", Outcome.HANG: "#e39cc4",
    Outcome.DETECTED: "#3aa0e0", Outcome.CORRECTED: "#2bc498",
    Outcome.LATENT: "#4c7590", Outcome.MASKED: "#3c434d"},
    ("#56b4e9", "#ff7a1a", "#2bc498", "#e39cc4"))
THEMES = (LIGHT, DARK)
STYLES = ("-", "--", "-.", ":")
HATCH = {Outcome.SDC: "////", Outcome.CRASH: "\\\\\\\\", Outcome.HANG: "...."}


def style(theme: Theme) -> dict[str, object]:
    """Settings of matplotlib for one theme."""
    return {"font.family": "DejaVu Sans", "font.size": 13,
            "axes.edgecolor": theme.faint, "axes.labelcolor": theme.ink,
            "axes.facecolor": theme.paper, "figure.facecolor": theme.paper,
            "text.color": theme.ink, "xtick.color": theme.ink,
            "ytick.color": theme.ink, "savefig.facecolor": theme.paper,
            "axes.spines.top": False, "axes.spines.right": False,
            "hatch.linewidth": 0.8}


def draw_bar(axes, theme: Theme, y: int, s: Summary) -> None:
    """One stacked bar: shares of all outcomes of one configuration."""
    left = 0.0
    for outcome in Outcome:
        count = s.counts[outcome]
        if not count:
            continue
        share = 100 * count / s.n
        axes.barh(y, share, left=left, height=0.62,
                  color=theme.outcome[outcome], edgecolor=theme.paper,
                  linewidth=1, hatch=HATCH.get(outcome))
        if share >= 7:
            axes.text(left + share / 2, y, str(count), ha="center",
                      va="center", fontsize=13, color=text_on(
                          theme.outcome[outcome]),
                      bbox={"facecolor": theme.outcome[outcome],
                            "edgecolor": "none", "pad": 1.5})
        left += share


def text_on(colour: str) -> str:
    """Black or white, whichever reads better on `colour`."""
    red, green, blue = (int(colour[i:i + 2], 16) / 255 for i in (1, 3, 5))
    return "#111111" if 0.3 * red + 0.59 * green + 0.11 * blue > 0.5 \
        else "#ffffff"


def draw_interval(axes, theme: Theme, y: int, s: Summary) -> None:
    """Uncontrolled share of one configuration with its 95 % interval."""
    found = stats.wilson(s.uncontrolled, s.n)
    high = found.high if s.uncontrolled else stats.upper_bound_for_zero(s.n)
    axes.plot([100 * found.low, 100 * high], [y, y], color=theme.ink,
              linewidth=3, solid_capstyle="butt")
    axes.plot([100 * found.estimate], [y], "o", markersize=10,
              color=theme.outcome[Outcome.SDC], markeredgecolor=theme.ink,
              clip_on=False, zorder=3)
    words = f"{100 * found.estimate:.3g} %" if s.uncontrolled else \
        f"0, below {100 * high:.2g} %"
    axes.annotate(words, (100 * high, y), xytext=(8, 0), va="center",
                  textcoords="offset points", fontsize=12)


def label(s: Summary) -> str:
    """Name and n of a configuration."""
    return f"{s.variant.name}\nn = {s.n}"


def outcomes(summaries: list[Summary], theme: Theme) -> Figure:
    """Stacked bars of all outcomes; below, the uncontrolled share."""
    shown = [s for s in summaries if s.n]
    rows = (0.75 * len(shown) + 0.7, 0.75 * len(shown) + 0.7, 0.7)
    figure = Figure(figsize=(WIDTH_IN, sum(rows) + 0.5), layout="constrained")
    bars, dots, below = figure.subplots(
        3, 1, gridspec_kw={"height_ratios": rows})
    for y, s in enumerate(shown):
        draw_bar(bars, theme, y, s)
        draw_interval(dots, theme, y, s)
    for axes in (bars, dots):
        axes.set_yticks(range(len(shown)), [label(s) for s in shown])
        axes.set_ylim(len(shown) - 0.5, -0.5)
        axes.tick_params(axis="y", length=0)
        axes.xaxis.set_major_formatter(FuncFormatter(lambda v, _: f"{v:g} %"))
    figure.get_layout_engine().set(h_pad=0.12)
    bars.set_xlim(0, 100)
    bars.set_title("Outcomes of injected faults", loc="left", fontsize=14,
                   fontweight="bold", pad=8)
    widest = max((100 * stats.wilson(s.uncontrolled, s.n).high
                  for s in shown), default=1)
    dots.set_xlim(-0.04 * widest, min(100.0, 1.5 * widest))
    dots.grid(axis="x", color=theme.faint, linewidth=0.6)
    dots.set_axisbelow(True)
    dots.set_title("Uncontrolled, 95 % interval", loc="left", fontsize=14,
                   fontweight="bold", pad=8)
    add_legend(below, theme, shown)
    return figure


def add_legend(axes, theme: Theme, shown: list[Summary]) -> None:
    """Names of the outcomes that occur, in a field of their own."""
    used = [o for o in Outcome if any(s.counts[o] for s in shown)]
    patches = [Patch(facecolor=theme.outcome[o], edgecolor=theme.paper,
                     hatch=HATCH.get(o), label=NAMES[o]) for o in used]
    axes.set_axis_off()
    axes.legend(handles=patches, loc="center", ncols=min(4, max(1, len(used))),
                frameon=False, fontsize=12, handlelength=1.4,
                columnspacing=1.2)


def cdf(campaign: Campaign, theme: Theme) -> Figure | None:
    """Cumulative share of detections and recoveries over virtual time."""
    found = latency.all_of(campaign)
    if not found:
        return None
    rows = (3.8, 0.3 + 0.27 * len(found))
    figure = Figure(figsize=(WIDTH_IN, sum(rows)), layout="constrained")
    axes, below = figure.subplots(2, 1, gridspec_kw={"height_ratios": rows})
    for index, sample in enumerate(found):
        xs = [max(1, value) for value in sample.values]
        ys = [100 * (i + 1) / sample.n for i in range(sample.n)]
        axes.step([xs[0], *xs], [0, *ys], where="post", linewidth=2.4,
                  color=theme.lines[index % len(theme.lines)],
                  linestyle=STYLES[index % len(STYLES)],
                  label=f"{sample.variant}: {sample.what} (n = {sample.n})")
    axes.set_xscale("log")
    axes.set_ylim(0, 102)
    axes.xaxis.set_major_formatter(
        FuncFormatter(lambda value, _: latency.human(value)))
    axes.yaxis.set_major_formatter(FuncFormatter(lambda v, _: f"{v:g} %"))
    axes.grid(color=theme.faint, linewidth=0.6)
    axes.set_xlabel("virtual time, all cores (1 ns = 1 instruction)")
    axes.set_title("Latency, cumulative", loc="left", fontsize=14,
                   fontweight="bold", pad=8)
    below.set_axis_off()
    below.legend(*axes.get_legend_handles_labels(), loc="center", ncols=1,
                 frameon=False, fontsize=11.5)
    return figure


def save(figure: Figure, path: Path) -> Path:
    """Write a figure as PNG; the same figure gives the same bytes."""
    figure.savefig(path, dpi=DPI, metadata={"Software": None})
    return path


def draw_all(campaign: Campaign, summaries: list[Summary],
             folder: Path) -> dict[str, dict[str, Path]]:
    """All figures in all themes: name -> theme -> file."""
    paths: dict[str, dict[str, Path]] = {}
    for theme in THEMES:
        with matplotlib.rc_context(style(theme)):
            figures = {"latency": cdf(campaign, theme)}
            if any(s.n for s in summaries):
                figures["outcomes"] = outcomes(summaries, theme)
            for name, figure in figures.items():
                if figure is not None:
                    paths.setdefault(name, {})[theme.name] = save(
                        figure, folder / f"{name}-{theme.name}.png")
    return paths
