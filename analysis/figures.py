# SPDX-License-Identifier: BSD-2-Clause
"""The figures of one campaign as PNG, each for a light and a dark page."""

from pathlib import Path

import matplotlib
from matplotlib.figure import Figure
from matplotlib.lines import Line2D
from matplotlib.ticker import (FuncFormatter, LogLocator, MaxNLocator,
                               NullFormatter)

from analysis import latency, memory_map, stats, style, tradeoff
from analysis.classify import Outcome
from analysis.latency import Latency
from analysis.load import Campaign
from analysis.style import Theme
from analysis.summary import Summary


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
                  linewidth=1, hatch=style.HATCH.get(outcome))
        if share >= 7:
            axes.text(left + share / 2, y, str(count), ha="center",
                      va="center", fontsize=13, color=style.text_on(
                          theme.outcome[outcome]),
                      bbox={"facecolor": theme.outcome[outcome],
                            "edgecolor": "none", "pad": 1.5})
        left += share


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


def outcomes(summaries: list[Summary], theme: Theme) -> Figure:
    """Stacked bars of all outcomes; below, the uncontrolled share."""
    shown = [s for s in summaries if s.n]
    used = [o for o in Outcome if any(s.counts[o] for s in shown)]
    lines = max(tradeoff.label(s).count("\n") for s in shown)
    row = (0.5 + 0.25 * lines) * len(shown) + 0.7
    rows = (row, row, style.legend_height(used))
    figure = Figure(figsize=(style.WIDTH_IN, sum(rows) + 0.5), layout="constrained")
    bars, dots, below = figure.subplots(
        3, 1, gridspec_kw={"height_ratios": rows})
    for y, s in enumerate(shown):
        draw_bar(bars, theme, y, s)
        draw_interval(dots, theme, y, s)
    for axes in (bars, dots):
        axes.set_yticks(range(len(shown)), [tradeoff.label(s) for s in shown])
        axes.set_ylim(len(shown) - 0.5, -0.5)
        axes.tick_params(axis="y", length=0)
        axes.xaxis.set_major_formatter(FuncFormatter(lambda v, _: f"{v:g} %"))
    figure.get_layout_engine().set(h_pad=0.12)
    bars.set_xlim(0, 100)
    style.title(bars, "Outcomes of injected faults")
    widest = max((100 * stats.wilson(s.uncontrolled, s.n).high
                  for s in shown), default=1)
    dots.set_xlim(-0.04 * widest, min(100.0, 1.5 * widest))
    dots.xaxis.set_major_locator(MaxNLocator(5))  # labels need their room
    dots.grid(axis="x", color=theme.faint, linewidth=0.6)
    dots.set_axisbelow(True)
    style.title(dots, "Uncontrolled, 95 % interval")
    style.legend(below, theme, used)
    return figure


def cdf(campaign: Campaign, theme: Theme) -> Figure | None:
    """Cumulative shares over virtual time, one field per kind of latency."""
    found = latency.all_of(campaign)
    if not found:
        return None
    kinds = list(dict.fromkeys(x.what for x in found))
    names = list(dict.fromkeys(x.variant for x in found))
    rows = [2.5] * len(kinds) + [0.1 + 0.28 * -(-len(names) // 2)]
    figure = Figure(figsize=(style.WIDTH_IN, sum(rows)), layout="constrained")
    *fields, below = figure.subplots(len(rows), 1,
                                     gridspec_kw={"height_ratios": rows})
    for axes, kind in zip(fields, kinds):
        draw_cdf(axes, theme, [x for x in found if x.what == kind], names)
        style.title(axes, f"From {kind}")
    figure.get_layout_engine().set(h_pad=0.1)
    fields[-1].set_xlabel("virtual time, all cores (1 ns = 1 instruction)")
    style.centred(below, ncols=2, handles=[
        Line2D([], [], linewidth=2.4, label=name, **look(theme, index))
        for index, name in enumerate(names)])
    return figure


def look(theme: Theme, index: int) -> dict[str, str]:
    """Colour and dashes of a configuration, the same in every field."""
    return {"color": theme.lines[index % len(theme.lines)],
            "linestyle": style.STYLES[index % len(style.STYLES)]}


def draw_cdf(axes, theme: Theme, samples: list[Latency],
             names: list[str]) -> None:
    """One kind of latency, a line per configuration."""
    for sample in samples:
        xs = [max(1, value) for value in sample.values]
        ys = [100 * (i + 1) / sample.n for i in range(sample.n)]
        axes.step([xs[0], *xs], [0, *ys], where="post", linewidth=2.4,
                  **look(theme, names.index(sample.variant)))
    axes.set_xscale("log")
    low, high = axes.get_xlim()
    if high < 100 * low:
        axes.xaxis.set_major_locator(LogLocator(10, (1, 2, 5)))
    axes.set_ylim(0, 102)
    axes.xaxis.set_major_formatter(
        FuncFormatter(lambda value, _: latency.human(value)))
    axes.xaxis.set_minor_formatter(NullFormatter())
    axes.yaxis.set_major_formatter(FuncFormatter(lambda v, _: f"{v:g} %"))
    axes.grid(color=theme.faint, linewidth=0.6)


def draw_all(campaign: Campaign, summaries: list[Summary],
             folder: Path) -> dict[str, dict[str, Path]]:
    """All figures in all themes: name -> theme -> file."""
    paths: dict[str, dict[str, Path]] = {}
    for theme in style.THEMES:
        with matplotlib.rc_context(style.settings(theme)):
            for name, figure in drawn(campaign, summaries, theme).items():
                if figure is not None:
                    paths.setdefault(name, {})[theme.name] = style.save(
                        figure, folder / f"{name}-{theme.name}.png")
    return paths


def drawn(campaign: Campaign, summaries: list[Summary],
          theme: Theme) -> dict[str, Figure | None]:
    """The figures by name; None where there is nothing to show."""
    if not any(s.n for s in summaries):
        return {}
    return {"outcomes": outcomes(summaries, theme),
            "failures": tradeoff.failures(summaries, theme),
            "latency": cdf(campaign, theme),
            "tradeoff": tradeoff.figure(summaries, theme),
            **{f"memory-{s.variant.name}": memory_map.figure(
                s.variant, campaign.of(s.variant.name), theme)
               for s in summaries if s.n}}
