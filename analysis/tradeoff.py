# SPDX-License-Identifier: BSD-2-Clause
"""Figures that compare configurations: failures, and what protection costs.

Failures are extrapolated to the fault space, never shares of a sample. Where no
failure was seen only an upper bound is drawn, with an arrow that points down.
"""

import math

from matplotlib.figure import Figure
from matplotlib.ticker import FuncFormatter, MaxNLocator, NullFormatter

from analysis import stats, style, tables
from analysis.classify import Outcome
from analysis.stats import Interval
from analysis.style import Theme
from analysis.summary import Summary, number

DECADES = 1.0  # length of an arrow that stands for "or less"


def label(s: Summary) -> str:
    """Name and n of a configuration."""
    return f"{style.wrapped(s.variant.name)}\nn = {s.n:,}"


def lowest(found: list[Interval]) -> float:
    """A value below all that is drawn on a logarithmic axis."""
    values = [x.low for x in found if x.low > 0] + \
        [x.high * 10 ** -DECADES for x in found if x.low <= 0]
    return min(values) / 1.6


def failures(summaries: list[Summary], theme: Theme) -> Figure | None:
    """Uncontrolled failures of each configuration, in bit s, with interval."""
    shown = [(s, s.failures.scaled(1 / tables.UNIT)) for s in summaries
             if s.failures and s.failures.high > 0]
    if not shown:
        return None
    lines = max(label(s).count("\n") for s, _ in shown)
    figure = Figure(figsize=(
        style.WIDTH_IN, (0.5 + 0.25 * lines) * len(shown) + 1.5),
        layout="constrained")
    axes = figure.subplots()
    axes.set_xscale("log")
    low = lowest([found for _, found in shown])
    for y, (s, found) in enumerate(shown):
        span(axes, theme, y, found, low)
        words = tables.against_words(s)
        axes.annotate(words if words != "–" else number(found.estimate),
                      (found.high, y), xytext=(9, 0), va="center",
                      textcoords="offset points", fontsize=12)
    high = max(found.high for _, found in shown)
    if high < 10 * low:  # a decade to each side, so that it has labels
        low, high = low / 10, high * 10
    axes.set_xlim(low, high * (high / low) ** 0.8)
    axes.xaxis.set_minor_formatter(NullFormatter())
    axes.set_ylim(len(shown) - 0.5, -0.5)
    axes.set_yticks(range(len(shown)), [label(s) for s, _ in shown])
    axes.tick_params(axis="y", length=0)
    axes.grid(axis="x", color=theme.faint, linewidth=0.6)
    axes.set_axisbelow(True)
    axes.set_xlabel("bit·s per run, 95 % interval")
    style.title(axes, "Uncontrolled failures, absolute")
    return figure


def span(axes, theme: Theme, y: float, found: Interval, low: float) -> None:
    """A horizontal interval with its estimate, or an arrow to the left."""
    if found.estimate > 0:
        axes.plot([max(found.low, low), found.high], [y, y], color=theme.ink,
                  linewidth=3, solid_capstyle="butt")
        axes.plot([found.estimate], [y], "o", markersize=10, zorder=3,
                  color=theme.outcome[Outcome.SDC], markeredgecolor=theme.ink)
        return
    axes.annotate("", (found.high * 10 ** -DECADES, y), (found.high, y),
                  arrowprops={"arrowstyle": "-|>", "color": theme.ink,
                              "linewidth": 2.4, "shrinkA": 0, "shrinkB": 0})
    axes.plot([found.high], [y], "|", markersize=14, markeredgewidth=3,
              color=theme.ink)


def points(summaries: list[Summary]) -> list[tuple[Summary, float, Interval]]:
    """(configuration, work as a multiple of the baseline's, failures too)."""
    base = next((s for s in summaries if s.variant.baseline and s.failures
                 and s.failures.estimate > 0), None)
    if base is None:
        return []
    found = []
    for s in summaries:
        ratio = against(s, base)
        work = tables.work_of(s) / max(1, tables.work_of(base))
        if ratio is not None and work > 0 and math.isfinite(ratio.high):
            found.append((s, work, ratio))
    return found


def against(s: Summary, base: Summary) -> Interval | None:
    """Failures as a multiple of the baseline's estimate.

    The baseline itself shows its own uncertainty around 1.
    """
    if s is base and base.failures:
        return base.failures.scaled(1 / base.failures.estimate)
    if s.against_baseline:
        return s.against_baseline
    return stats.ratio(s.failures, base.failures) \
        if s.failures and base.failures else None


def figure(summaries: list[Summary], theme: Theme) -> Figure | None:
    """Performance against dependability: every configuration is a point."""
    shown = points(summaries)
    if len(shown) < 2:
        return None
    rows = (3.9, 0.1 + 0.28 * -(-len(shown) // 2))
    drawn = Figure(figsize=(style.WIDTH_IN, sum(rows)), layout="constrained")
    axes, below = drawn.subplots(2, 1, gridspec_kw={"height_ratios": rows})
    axes.set_yscale("log")
    for index, (x, (s, _, found)) in enumerate(zip(apart(shown), shown)):
        point(axes, theme, index, (x, found), s.variant.name)
    axes.set_ylim(lowest([found for _, _, found in shown]),
                  2.2 * max(found.high for _, _, found in shown))
    axes.margins(x=0.12)
    axes.grid(color=theme.faint, linewidth=0.6)
    axes.set_axisbelow(True)
    axes.xaxis.set_major_locator(MaxNLocator(5))  # labels need their room
    axes.xaxis.set_major_formatter(FuncFormatter(lambda v, _: f"{v:.3g} ×"))
    axes.yaxis.set_major_formatter(FuncFormatter(lambda v, _: f"{v:g} ×"))
    axes.set_xlabel("work, busiest replica (baseline = 1)")
    axes.set_ylabel("uncontrolled failures")
    style.title(axes, "Performance against dependability")
    handles, names = axes.get_legend_handles_labels()
    style.centred(below, handles=handles, labels=names, ncols=2)
    return drawn


def apart(shown: list[tuple[Summary, float, Interval]]) -> list[float]:
    """Work of each point, moved to the right where two would lie together."""
    values = [work for _, work, _ in shown]
    step = 0.04 * (max(values) - min(values) or 1.0)
    placed: list[float] = []
    for value in values:
        while any(abs(value - other) < step * 0.99 for other in placed):
            value += step
        placed.append(value)
    return placed


def point(axes, theme: Theme, index: int, at: tuple[float, Interval],
          name: str) -> None:
    """One configuration: a marker with its interval, or an arrow down."""
    x, found = at
    colour = theme.lines[index % len(theme.lines)]
    y = found.estimate if found.estimate > 0 else found.high
    if found.estimate > 0:
        axes.plot([x, x], [max(found.low, found.estimate / 1e6), found.high],
                  color=colour, linewidth=3, solid_capstyle="butt")
    else:
        axes.annotate("", (x, found.high * 10 ** -DECADES), (x, found.high),
                      arrowprops={"arrowstyle": "-|>", "color": colour,
                                  "linewidth": 2.4, "shrinkA": 0,
                                  "shrinkB": 0})
    axes.plot([x], [y], "os^Dv"[index % 5], markersize=11, color=colour,
              markeredgecolor=theme.ink, zorder=3, linestyle="none",
              label=name)
