# SPDX-License-Identifier: BSD-2-Clause
"""The fault space as extents of real memory: what a campaign may hit.

An extent belongs to one replica, or to none (replica -1). Memory that no
extent covers is never hit.
"""
from __future__ import annotations

from dataclasses import dataclass
from typing import Iterable

from faultinject import events
from faultinject.image import RAM_BASE, SHARED_BASE, BootConfig
from faultinject.memmap import PAGE, REGIONS, MemoryMap

NOBODY = -1
SHARED_REGION = "shared"
DEVICE_REGION = "device-visible"
EXPOSED_REGION = "exposed"  # a part of the first primary's kernel-text
ALL_REGIONS = (*REGIONS, SHARED_REGION, DEVICE_REGION, EXPOSED_REGION)
TABLE_REGION = "page-tables"
EVENTS_OWNER = "events"
DATA_OFFSET = 0x1000  # kernel/abi/abi/memory.h, inside a replica's block


@dataclass(frozen=True)
class Extent:
    """Neighbouring bytes. `physical` is canonical, `real` is what a flip
    hits; `virtual` is the owner's address where there is one."""

    replica: int
    region: str
    owner: str
    real: int
    size: int
    physical: int
    virtual: int | None = None

    @property
    def stratum(self) -> tuple[int, str]:
        """Replica and region."""
        return self.replica, self.region

    @property
    def always_read(self) -> bool:
        """Bytes with reads that no trace shows: by the host at the end, by
        devices at any time."""
        return self.owner == EVENTS_OWNER or self.region == DEVICE_REGION


@dataclass(frozen=True)
class Walked:
    """A page-table word that the hardware reads, at its real address, and
    the real memory whose accesses may make it read; size 0 = always."""

    address: int
    start: int
    size: int


def _partition(memory: MemoryMap, replica: int, offset: int) -> list[Extent]:
    return [Extent(replica, b.region, b.owner, b.start + offset, b.size,
                   b.start, b.virtual) for b in memory.blocks]


def _shared(replica: int) -> list[Extent]:
    """A replica's block of the shared region, by purpose."""
    base = SHARED_BASE + replica * events.BLOCK_SIZE
    ring = events.RING_OFFSET
    spans = ((0, DATA_OFFSET, "slot"), (DATA_OFFSET, ring, "data"),
             (ring, events.RING_RECORDS * events.RECORD_SIZE + ring,
              EVENTS_OWNER))
    return [Extent(replica, SHARED_REGION, owner, base + start, end - start,
                   base + start) for start, end, owner in spans]


def _device_visible(pages: Iterable[int]) -> list[Extent]:
    return [Extent(NOBODY, DEVICE_REGION, "device", page, PAGE, page)
            for page in sorted(pages)]


def extents(memory: MemoryMap, config: BootConfig,
            touched_pages: Iterable[int] = ()) -> list[Extent]:
    """The whole memory part of the fault space.

    @param touched_pages  Real addresses of pages that the traced run used;
                          those of the device-visible image are taken.
    """
    found = []
    for replica in range(config.replicas):
        offset = config.partition_offset(replica)
        found += _partition(memory, replica, offset) + _shared(replica)
    end = RAM_BASE + config.stride
    return found + _device_visible(p for p in touched_pages
                                   if RAM_BASE <= p < end)


def sizes(found: Iterable[Extent]) -> dict[tuple[int, str], int]:
    """Bytes per stratum."""
    total: dict[tuple[int, str], int] = {}
    for extent in found:
        total[extent.stratum] = total.get(extent.stratum, 0) + extent.size
    return total


def walked(memory: MemoryMap, config: BootConfig) -> list[Walked]:
    """Page-table words in use in all replicas."""
    offsets = [config.partition_offset(r) for r in range(config.replicas)]
    return [Walked(e.address + offset, e.start + offset, e.size)
            for offset in offsets for e in memory.walked]
