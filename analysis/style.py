# SPDX-License-Identifier: BSD-2-Clause
"""What all figures share: sizes, colours of light and dark pages, legends.

Colours are of Okabe and Ito's set, told apart by colour-blind readers;
uncontrolled outcomes are hatched as well, so that grey prints keep them apart.
Figures are drawn small with large letters: they stay legible on a phone, and
the resolution is high enough for a wall.
"""

import textwrap
from collections.abc import Collection
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from matplotlib.figure import Figure
from matplotlib.patches import Patch
from matplotlib.transforms import blended_transform_factory

from analysis.classify import Outcome
from analysis.tables import NAMES

WIDTH_IN = 6.4
DPI = 200
NAME_LETTERS = 16  # of a name in one line


@dataclass(frozen=True)
class Theme:
    """Colours of one kind of page."""

    name: str
    paper: str
    ink: str
    soft: str
    faint: str
    outcome: dict[Outcome, str]
    lines: tuple[str, ...]


LIGHT = Theme("light", "#ffffff", "#1c1f24", "#5b6470", "#c9ced6", {
    Outcome.SDC: "#d55e00", Outcome.CRASH: "#e69f00", Outcome.HANG: "#cc79a7",
    Outcome.DETECTED: "#0072b2", Outcome.CORRECTED: "#009e73",
    Outcome.REJOINED: "#66c9ab", Outcome.REPAIRED: "#e8dc5e",
    Outcome.LATENT: "#a9cfe9", Outcome.MASKED: "#dde1e6"},
    ("#0072b2", "#d55e00", "#009e73", "#cc79a7", "#e69f00", "#56b4e9",
     "#1c1f24"))
DARK = Theme("dark", "#14171c", "#e8eaee", "#a3acb8", "#4a515c", {
    Outcome.SDC: "#ff7a1a", Outcome.CRASH: "#f5b83d", Outcome.HANG: "#e39cc4",
    Outcome.DETECTED: "#3aa0e0", Outcome.CORRECTED: "#2bc498",
    Outcome.REJOINED: "#1f8f70", Outcome.REPAIRED: "#efe9a8",
    Outcome.LATENT: "#3f6580", Outcome.MASKED: "#353c45"},
    ("#56b4e9", "#ff7a1a", "#2bc498", "#e39cc4", "#f5d33d", "#2f7fd6",
     "#e8eaee"))
THEMES = (LIGHT, DARK)
STYLES = ("-", "--", "-.", ":")
HATCH = {Outcome.SDC: "////", Outcome.CRASH: "\\\\\\\\", Outcome.HANG: "...."}


def settings(theme: Theme) -> dict[str, object]:
    """Settings of matplotlib for one theme."""
    return {"font.family": "DejaVu Sans", "font.size": 13,
            "axes.edgecolor": theme.faint, "axes.labelcolor": theme.ink,
            "axes.facecolor": theme.paper, "figure.facecolor": theme.paper,
            "text.color": theme.ink, "xtick.color": theme.ink,
            "ytick.color": theme.ink, "savefig.facecolor": theme.paper,
            "axes.spines.top": False, "axes.spines.right": False,
            "hatch.linewidth": 0.8}


def title(axes, words: str) -> None:
    """The title of a figure or of one of its parts."""
    axes.set_title(words, loc="left", fontsize=14, fontweight="bold", pad=8)


def text_on(colour: str) -> str:
    """Black or white, whichever reads better on `colour`."""
    red, green, blue = (int(colour[i:i + 2], 16) / 255 for i in (1, 3, 5))
    return "#111111" if 0.3 * red + 0.59 * green + 0.11 * blue > 0.5 \
        else "#ffffff"


def wrapped(name: str) -> str:
    """A name in lines that are short enough to stand beside an axis."""
    return "\n".join(textwrap.wrap(name, NAME_LETTERS))


def legend(axes, theme: Theme, used: Collection[Outcome]) -> None:
    """Names of the outcomes that occur, in a field of their own."""
    patches = [Patch(facecolor=theme.outcome[o], edgecolor=theme.paper,
                     hatch=HATCH.get(o), label=NAMES[o])
               for o in Outcome if o in used]
    centred(axes, handles=patches, ncols=min(4, max(1, len(patches))),
            handlelength=1.4, columnspacing=1.2)


def centred(axes, **words: Any) -> None:
    """A legend in the middle of the figure's width, at the height of `axes`."""
    figure = axes.get_figure()
    axes.set_axis_off()
    made = axes.legend(
        loc="center", frameon=False, fontsize=12, bbox_to_anchor=(0.5, 0.5),
        bbox_transform=blended_transform_factory(figure.transFigure,
                                                 axes.transAxes), **words)
    made.set_in_layout(False)


def legend_height(used: Collection[Outcome]) -> float:
    """Inches that `legend` needs."""
    return 0.35 + 0.28 * (-(-len(used) // 4) - 1)


def save(figure: Figure, path: Path) -> Path:
    """Write a figure as PNG; the same figure gives the same bytes."""
    figure.savefig(path, dpi=DPI, metadata={"Software": None})
    return path
