# SPDX-License-Identifier: BSD-2-Clause
"""Shares of a space that is sampled by strata, from counts of each."""

from dataclasses import dataclass

from analysis.stats import Interval, Part, join, wilson


@dataclass(frozen=True)
class Stratum:
    """One part of the fault space: `size` in any unit, `events` of `n`."""

    size: float
    n: int
    events: int


def combined(strata: list[Stratum]) -> tuple[Interval, float]:
    """`join` over Wilson's intervals; what it gives."""
    return join([Part(s.size, wilson(s.events, s.n) if s.n > 0 else None)
                 for s in strata])
