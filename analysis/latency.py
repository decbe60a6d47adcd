# SPDX-License-Identifier: BSD-2-Clause
"""Latencies from flip to detection and from detection to resumed service.

Unit: virtual nanoseconds of the emulator. One instruction of one core takes
one, and the cores take turns, so a figure is also the number of instructions
that all cores together executed meanwhile, waiting included.
"""

from dataclasses import dataclass

from analysis import stats
from analysis.load import Campaign


@dataclass(frozen=True)
class Latency:
    """A sample of latencies in virtual nanoseconds, sorted."""

    variant: str
    what: str
    values: tuple[int, ...]

    @property
    def n(self) -> int:
        """How many trials had this event."""
        return len(self.values)

    def quantile(self, q: float) -> float:
        """The q-quantile in virtual nanoseconds."""
        return stats.quantile(list(self.values), q)


def detection(campaign: Campaign, variant: str) -> Latency:
    """From flip to the first detection record."""
    return Latency(variant, "flip to detection", tuple(sorted(
        t.detect_ns for t in campaign.of(variant) if t.detect_ns is not None)))


def recovery(campaign: Campaign, variant: str) -> Latency:
    """From the first detection record to resumed service."""
    return Latency(variant, "detection to resumed service", tuple(sorted(
        t.resume_ns for t in campaign.of(variant) if t.resume_ns is not None)))


def return_(campaign: Campaign, variant: str) -> Latency:
    """From the downgrade to the replica's return."""
    return Latency(variant, "downgrade to return", tuple(sorted(
        t.rejoin_ns for t in campaign.of(variant) if t.rejoin_ns is not None)))


def all_of(campaign: Campaign) -> list[Latency]:
    """All latencies of every configuration that has any."""
    found = [measure(campaign, v.name) for v in campaign.variants
             for measure in (detection, recovery, return_)]
    return [latency for latency in found if latency.n]


def human(value_ns: float) -> str:
    """Virtual nanoseconds with a unit that keeps three figures."""
    for limit, unit in ((1e3, "ns"), (1e6, "µs"), (1e9, "ms")):
        if abs(value_ns) < limit:
            return f"{value_ns / limit * 1e3:.3g} {unit}"
    return f"{value_ns / 1e9:.3g} s"
