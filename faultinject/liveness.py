# SPDX-License-Identifier: BSD-2-Clause
"""Def/use pruning: which faults can matter at all, from a memory trace.

A fault in a byte that is overwritten before it is read is gone; one that
nobody touches again stays without effect; only the rest is live. The trace is
the plug-in's (plugin/trace.h). It shows no table walks: a page-table word in
use counts as read until the last access to the memory that is reached through
it. Flight recorders count as read all the time: the host reads them.
"""
from __future__ import annotations

import random
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from faultinject.memmap import PAGE
from faultinject.space import Extent, Walked

RECORD = np.dtype([("address", "<u4"), ("first", "<u4"), ("last", "<u4"),
                   ("size", "<u2"), ("kind", "<u2")])
READ, UNREAD = 1, 2
END = (1 << 32) - 1  # later than any run

Stratum = tuple[int, str]


@dataclass(frozen=True)
class Draw:
    """One live bit at one moment, and the interval that it stands for."""

    extent: Extent
    offset: int
    bit: int
    at_ns: int
    first_ns: int
    last_ns: int


@dataclass(frozen=True)
class Spans:
    """Live intervals of one stratum as columns, clipped to the window."""

    extent: Any  # index of the extent
    offset: Any  # first byte in it
    size: Any
    first: Any
    last: Any
    total: Any  # running sum of bits x ns

    @property
    def bit_ns(self) -> int:
        """Size of what is live."""
        return int(self.total[-1]) if len(self.total) else 0


def read_trace(path: Path) -> Any:
    """Records of a trace file."""
    return np.fromfile(path, dtype=RECORD)


def touched_pages(records: Any) -> list[int]:
    """Real addresses of the pages that the traced run used."""
    tails = records["address"][records["kind"] == UNREAD]
    return [int(p) for p in np.unique(tails // PAGE) * PAGE]


def with_walks(records: Any, words: list[Walked]) -> Any:
    """The trace with the reads that the hardware makes of page tables.

    Whether a walk happens at an access depends on the TLB; each may be one.
    """
    latest = _LastAccess(records)
    until: dict[int, int] = {}
    for word in words:
        last = (latest.get_range(word.start, word.size) if word.size
                else END)
        until[word.address] = max(until.get(word.address, 0), last)
    table = np.array(sorted(until), dtype=np.int64)
    at = records["address"].astype(np.int64) & ~3
    place = np.searchsorted(table, at)
    place[place == len(table)] = 0
    hit = table[place] == at
    reads = hit & (records["kind"] == READ)
    for address, last in zip(at[reads], records["last"][reads]):
        until[int(address)] = max(until[int(address)], int(last))
    rows = [row for address, last in sorted(until.items())
            for row in ((address, 0, last, 4, READ),
                        (address, last, END, 4, UNREAD))]
    return np.concatenate([records[~hit], np.array(rows, dtype=RECORD)])


class _LastAccess:
    """Last access to each page of RAM."""

    def __init__(self, records: Any) -> None:
        tails = records[records["kind"] == UNREAD]
        pages, index = np.unique(tails["address"] // PAGE, return_inverse=True)
        last = np.zeros(len(pages), dtype=np.int64)
        np.maximum.at(last, index, tails["first"].astype(np.int64))
        self._by_page = dict(zip(pages.tolist(), last.tolist()))

    def get_range(self, start: int, size: int) -> int:
        """Time of the last access to a range of pages; 0 = never."""
        return max(self._by_page.get(page, 0) for page in
                   range(start // PAGE, (start + size - 1) // PAGE + 1))


class _Placed:
    """Records of a trace, each with the extent that holds it."""

    def __init__(self, extents: list[Extent], records: Any) -> None:
        self.extents = sorted(extents, key=lambda e: e.real)
        self.starts = np.array([e.real for e in self.extents], dtype=np.int64)
        ends = self.starts + np.array([e.size for e in self.extents])
        hidden = np.array([e.always_read for e in self.extents])
        at = records["address"].astype(np.int64)
        index = np.searchsorted(self.starts, at, "right") - 1
        inside = (index >= 0) & (at + records["size"] <= ends[index])
        good = inside & ~hidden[index]
        self.records, self.index = records[good], index[good]

    def columns(self, kind: int, window: tuple[int, int],
                stratum: Stratum | None = None) -> tuple[Any, ...]:
        """Extent, offset, size, first, last of a kind, clipped to a window;
        extents that are always read count as one read interval each."""
        mine = [i for i, e in enumerate(self.extents)
                if stratum in (None, e.stratum)]
        chosen = (self.records["kind"] == kind) & np.isin(self.index, mine)
        rows, where = self.records[chosen], self.index[chosen]
        always = [i for i in mine
                  if kind == READ and self.extents[i].always_read]
        sizes = [self.extents[i].size for i in always]
        low, high = window
        offset = rows["address"].astype(np.int64) - self.starts[where]
        first = np.maximum(rows["first"], low).astype(np.int64)
        last = np.minimum(rows["last"], high).astype(np.int64)
        columns = (_joined(where, always), _joined(offset, [0] * len(always)),
                   _joined(rows["size"], sizes),
                   _joined(first, [low] * len(always)),
                   _joined(last, [high] * len(always)))
        keep = columns[3] < columns[4]
        return tuple(column[keep] for column in columns)


def _joined(rows: Any, more: list[int]) -> Any:
    """A column with rows added."""
    return np.concatenate([rows.astype(np.int64),
                           np.array(more, dtype=np.int64)])


def executions(records: Any, address: int, window: tuple[int, int]
               ) -> list[int]:
    """When the instruction at a real address ran in a window, from a trace of
    single classes."""
    mine = records[(records["address"] == address)
                   & (records["kind"] == READ)]["last"]
    return sorted(int(at) for at in
                  mine[(mine > window[0]) & (mine <= window[1])])


class Liveness:
    """Live, overwritten and unread parts of a fault space.

    @param window  [first, last) in virtual ns.
    """

    def __init__(self, found: list[Extent], records: Any,
                 window: tuple[int, int]) -> None:
        placed = _Placed(found, records)
        self.extents = placed.extents
        self.spans: dict[Stratum, Spans] = {}
        self.unread: dict[Stratum, int] = {}
        for stratum in sorted({e.stratum for e in found}):
            live = placed.columns(READ, window, stratum)
            weight = 8 * live[2] * (live[4] - live[3])
            self.spans[stratum] = Spans(*live, np.cumsum(weight))
            self.unread[stratum] = self._unread(placed, window, stratum)

    def _unread(self, placed: _Placed, window: tuple[int, int],
                stratum: Stratum) -> int:
        """Bits x ns of bytes that are not touched again."""
        rows = placed.records[placed.records["kind"] == UNREAD]
        index = placed.index[placed.records["kind"] == UNREAD]
        mine = [i for i, e in enumerate(self.extents)
                if e.stratum == stratum and not e.always_read]
        rows = rows[np.isin(index, mine)]
        low, high = window
        first = np.clip(rows["first"].astype(np.int64), low, high)
        size = rows["size"].astype(np.int64)
        touched = int((8 * size * (high - first)).sum())
        visible = sum(self.extents[i].size for i in mine)
        return touched + 8 * (visible - int(size.sum())) * (high - low)

    def live_bit_ns(self, stratum: Stratum) -> int:
        """Bits x ns of faults that are read."""
        return self.spans[stratum].bit_ns

    def draw(self, rng: random.Random, strata: list[Stratum]) -> Draw:
        """A live bit x ns of these strata, each equally likely."""
        at = rng.randrange(sum(self.live_bit_ns(s) for s in strata))
        for stratum in strata:
            size = self.live_bit_ns(stratum)
            if at < size:
                return self._at(self.spans[stratum], at)
            at -= size
        raise AssertionError("the sum of sizes is not the sum of sizes")

    def _at(self, spans: Spans, at: int) -> Draw:
        row = int(np.searchsorted(spans.total, at, "right"))
        before = int(spans.total[row - 1]) if row else 0
        first, last = int(spans.first[row]), int(spans.last[row])
        bits, moment = divmod(at - before, last - first)
        byte, bit = divmod(bits, 8)
        return Draw(self.extents[int(spans.extent[row])],
                    int(spans.offset[row]) + byte, bit, first + moment,
                    first, last)


class Classes:
    """All def/use classes of single bits in a window, by number.

    @param points  Votes in the window, for people.
    """

    def __init__(self, found: list[Extent], records: Any,
                 window: tuple[int, int], points: int = 0) -> None:
        self.points = points
        placed = _Placed(found, records)
        self.extents = placed.extents
        self.window = window
        columns = placed.columns(READ, window)
        order = np.lexsort((columns[3], columns[1], columns[0]))
        self._columns = [column[order] for column in columns]
        self._total = np.cumsum(8 * self._columns[2])

    def __len__(self) -> int:
        """Number of classes."""
        return int(self._total[-1]) if len(self._total) else 0

    def bit_ns(self, stratum: Stratum) -> int:
        """Bits x ns of a stratum's classes together."""
        extent, _, size, first, last = self._columns
        mine = [i for i, e in enumerate(self.extents) if e.stratum == stratum]
        weight = 8 * size * (last - first)
        return int(weight[np.isin(extent, mine)].sum())

    def count(self, stratum: Stratum) -> int:
        """Classes of a stratum."""
        mine = [i for i, e in enumerate(self.extents) if e.stratum == stratum]
        return int((8 * self._columns[2])[
            np.isin(self._columns[0], mine)].sum())

    def number(self, k: int) -> Draw:
        """Class k, at its first moment."""
        row = int(np.searchsorted(self._total, k, "right"))
        before = int(self._total[row - 1]) if row else 0
        byte, bit = divmod(k - before, 8)
        extent, offset, _, first, last = (int(c[row]) for c in self._columns)
        return Draw(self.extents[extent], offset + byte, bit, first, first,
                    last)
