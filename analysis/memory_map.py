# SPDX-License-Identifier: BSD-2-Clause
"""Heat map of the memory: what became of the flips in each page.

A cell is a page (or some pages side by side) that was hit, in order of
canonical address, of all replicas together. Its colour is the gravest outcome
of its hits. Pages that no trial hit have no cell: the store knows how many they
are, not where they lie.
"""

from dataclasses import dataclass

from matplotlib.figure import Figure
from matplotlib.patches import Rectangle

from analysis import style
from analysis.classify import Outcome
from analysis.load import Region, Trial, Variant
from analysis.style import Theme
from faultinject.model import REGISTERS

PAGE = 4096
COLUMNS = 30
CELLS_MAX = 240  # of one region: more pages share a cell
LABEL_IN, GAP_IN = 0.3, 0.12
RANK = {outcome: index for index, outcome in enumerate(Outcome)}


@dataclass(frozen=True)
class Block:
    """The cells of one region: gravest outcome of each, by address."""

    label: str
    cells: tuple[Outcome, ...]

    @property
    def rows(self) -> int:
        """Lines of cells."""
        return -(-len(self.cells) // COLUMNS)


def position(trial: Trial, pages: int) -> int | None:
    """Which cell a trial belongs to: its address, or its register's number."""
    if trial.physical is not None:
        return trial.physical // (PAGE * pages)
    return REGISTERS.get(trial.register)


def blocks_of(variant: Variant, trials: list[Trial]) -> list[Block]:
    """The regions that were hit, largest first."""
    by_region: dict[str, list[Trial]] = {}
    for trial in trials:
        by_region.setdefault(trial.region, []).append(trial)
    regions = variant.regions()
    found = [block_of(regions.get(name, Region(name, 0, 0.0)), hits,
                      variant.replicas)
             for name, hits in sorted(by_region.items(), key=lambda x: (
                 -regions[x[0]].size if x[0] in regions else 0, x[0]))]
    return [block for block in found if block.cells]


def block_of(region: Region, hits: list[Trial], replicas: int) -> Block:
    """One region's cells and what to write above them."""
    total = -(-region.bytes // (PAGE * replicas))
    pages = 1
    while total > CELLS_MAX * pages:
        pages *= 2
    worst: dict[int, Outcome] = {}
    for trial in hits:
        cell = position(trial, pages)
        if cell is not None:
            outcome = trial.verdict.outcome
            worst[cell] = min(worst.get(cell, outcome), outcome,
                              key=lambda o: RANK[o])
    cells = tuple(outcome for _, outcome in sorted(worst.items()))
    return Block(label_of(region, hits, len(cells), total, pages), cells)


def label_of(region: Region, hits: list[Trial], cells: int, total: int,
             pages: int) -> str:
    """What stands above the cells of a region."""
    number = f"{len(hits)} hit{'s' if len(hits) > 1 else ''}"
    if hits[0].physical is None:
        return f"{region.name}: {number} in {cells} registers"
    size = "pages" if pages == 1 else f"cells of {pages * PAGE // 1024} KiB"
    if not total:
        return f"{region.name}: {number}"
    return f"{region.name}: {number} in {cells} of {-(-total // pages)} {size}"


def figure(variant: Variant, trials: list[Trial],
           theme: Theme) -> Figure | None:
    """The map of one configuration."""
    blocks = blocks_of(variant, trials)
    if not blocks:
        return None
    used = {o for block in blocks for o in block.cells}
    cell = style.WIDTH_IN / (COLUMNS + 1)
    height = sum(LABEL_IN + GAP_IN + cell * b.rows for b in blocks) + 0.45
    below = style.legend_height(used) + 0.15
    drawn = Figure(figsize=(style.WIDTH_IN, height + below))
    axes = drawn.add_axes((0, below / (height + below), 1,
                           height / (height + below)))
    axes.set_xlim(0, style.WIDTH_IN)
    axes.set_ylim(height, 0)
    axes.set_axis_off()
    axes.text(cell / 2, 0.1, f"Memory map: {variant.name}", va="top",
              fontsize=14, fontweight="bold")
    top = 0.45
    for block in blocks:
        axes.text(cell / 2, top + LABEL_IN - 0.06, block.label, va="bottom",
                  fontsize=12)
        draw_cells(axes, theme, block, top + LABEL_IN, cell)
        top += LABEL_IN + GAP_IN + cell * block.rows
    style.legend(drawn.add_axes((0, 0, 1, below / (height + below))), theme,
                 used)
    return drawn


def draw_cells(axes, theme: Theme, block: Block, top: float,
               cell: float) -> None:
    """The cells of one region, line by line; all sizes in inches."""
    for index, outcome in enumerate(block.cells):
        row, column = divmod(index, COLUMNS)
        axes.add_patch(Rectangle(
            (cell * (column + 0.5), top + cell * row), cell, cell,
            facecolor=theme.outcome[outcome], edgecolor=theme.paper,
            linewidth=1.2, hatch=style.HATCH.get(outcome)))
