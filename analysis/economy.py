# SPDX-License-Identifier: BSD-2-Clause
"""What the board gives per watt and per dollar, beside a hardened processor.

Replicas all do the same work, so what a user gets is the speed of one core
divided by the measured overhead of replica control; the power and the price are
those of the whole board. Only the overhead is measured here. The rest are
published values or assumptions, each with its source, each to be replaced.
"""

from dataclasses import dataclass

from analysis import summary, tables
from analysis.parameters import Parameter, option_of
from analysis.summary import Summary
from analysis.tables import Table

HARDENED = "RAD750"


@dataclass(frozen=True)
class Machine:
    """What one choice gives: DMIPS for the user, watts and dollars."""

    name: str
    dmips: float
    watts: float
    price: float
    overhead: float | None = None

    @property
    def per_watt(self) -> float:
        """DMIPS per watt."""
        return self.dmips / self.watts


def hardened(chosen: dict[str, Parameter]) -> Machine:
    """The radiation-hardened processor."""
    dmips = chosen["hardened_dmips"].value
    return Machine(HARDENED, dmips, dmips / chosen["hardened_per_watt"].value,
                   chosen["hardened_price"].value)


def board(name: str, overhead: float,
          chosen: dict[str, Parameter]) -> Machine:
    """The board in one configuration; `overhead` 1 means none."""
    return Machine(name, chosen["board_dmips"].value / overhead,
                   chosen["board_watts"].value, chosen["board_price"].value,
                   overhead)


def overheads(summaries: list[Summary]) -> dict[str, float]:
    """Measured work per configuration as a multiple of the baseline's.

    Instructions of the busiest replica, all but waiting, in the fault-free
    run. Empty without a baseline to compare with.
    """
    base = next((tables.work_of(s) for s in summaries if s.variant.baseline),
                0)
    if not base:
        return {}
    return {s.variant.name: tables.work_of(s) / base for s in summaries
            if tables.work_of(s)}


def machines(found: dict[str, float],
             chosen: dict[str, Parameter]) -> list[Machine]:
    """The hardened processor, then the board in each configuration."""
    return [hardened(chosen), *(board(name, overhead, chosen)
                                for name, overhead in found.items())]


def table(shown: list[Machine]) -> Table:
    """The comparison: machines are columns."""
    reference = shown[0]
    def times(value: float, other: float) -> str:
        return f"{summary.number(value / other)} ×"
    rows = (
        ("measured overhead", *("–" if m.overhead is None else
                                f"{m.overhead:.3g} ×" for m in shown)),
        ("DMIPS for the user", *(f"{m.dmips:,.0f}" for m in shown)),
        ("power (W)", *(f"{m.watts:.3g}" for m in shown)),
        ("DMIPS per watt", *(f"{m.per_watt:,.0f}" for m in shown)),
        (f"against the {HARDENED}", *(times(m.per_watt, reference.per_watt)
                                      for m in shown)),
        ("price (USD)", *(f"{m.price:,.0f}" for m in shown)),
        ("DMIPS per 1,000 USD", *(summary.number(1000 * m.dmips / m.price)
                                  for m in shown)),
        (f"against the {HARDENED}",
         *(times(m.dmips / m.price, reference.dmips / reference.price)
           for m in shown)))
    return Table("economy", "Speed per watt and per dollar",
                 ("", *(m.name for m in shown)), rows, frozenset({4, 7}))


def sources(chosen: dict[str, Parameter]) -> Table:
    """Where each number is from, and the option that replaces it."""
    rows = tuple((option_of(name), f"{p.value:,.6g} {p.unit}",
                  p.source) for name, p in chosen.items())
    return Table("economy-sources", "Parameters of the comparison",
                 ("option", "value", "source"), rows, words=True)
