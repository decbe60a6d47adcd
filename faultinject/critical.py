# SPDX-License-Identifier: BSD-2-Clause
"""Critical-path time: what a span between two records takes on a board whose
cores really run at the same time.

The plug-in keeps a clock per replica (plugin/clock.h) and journals each
flight-recorder record with its writer's clock. The model: one unit for each
instruction, `line_cost` units for each 32-byte line of the shared region that a
core takes over from another; waiting takes no time but what it waits for.
Otherwise there is no cost for caches, in no configuration.
"""
from __future__ import annotations

import struct
from dataclasses import dataclass
from typing import Any

from faultinject import events
from faultinject.image import SHARED_BASE, SHARED_SIZE

LINE_COST = 40  # instructions; an assumption, no measurement: see README
SHARED_VIRTUAL = 0xF0000000  # kernel/arch/armv7/layout.h: LAYOUT_SHARED
RESETS = (0xF02D8000, 0xF02D9000)  # the reset controller in LAYOUT_AIPS
THREAD_NAME_SIZE = 12  # kernel/abi/abi/event.h: text of a record
ENTRY = struct.Struct("<64s4Q")
PASSING = struct.Struct("<2I5Q")


@dataclass(frozen=True)
class Moment:
    """A record with its writer's clock. `clock` is in instructions and holds
    what the `lines` taken over on the path cost; `executed` and `waited` are
    the replica's own instructions so far."""

    record: dict[str, Any]
    clock: int
    lines: int
    executed: int
    waited: int

    @property
    def kind(self) -> str:
        """Kind of the record."""
        return str(self.record["kind"])

    @property
    def replica(self) -> int:
        """Who wrote it."""
        return int(self.record["replica"])

    @property
    def busy(self) -> int:
        """Instructions so far that were not waiting."""
        return self.executed - self.waited


def arguments(line_cost: int = LINE_COST) -> tuple[str, ...]:
    """Plug-in arguments that keep clocks on the real system."""
    return ("clock=on",
            f"shared={SHARED_VIRTUAL:#x}:{SHARED_BASE:#x}:{SHARED_SIZE:#x}",
            f"starts={RESETS[0]:#x}-{RESETS[1]:#x}", f"line={line_cost}")


def journal(raw: bytes) -> list[Moment]:
    """All records of a run in the order in which they were completed."""
    usable = len(raw) - len(raw) % ENTRY.size
    return [Moment(events.parse(record)[0], *numbers)
            for record, *numbers in ENTRY.iter_unpack(raw[:usable])]


@dataclass(frozen=True)
class Passing:
    """A core came by a marked instruction; `mark` is its index among those
    asked for, the rest as in a Moment, with the instructions in user mode."""

    replica: int
    mark: int
    clock: int
    lines: int
    executed: int
    waited: int
    user: int


def passings(raw: bytes) -> list[Passing]:
    """All that a run's machine was asked to mark, in order."""
    return [Passing(*numbers) for numbers in PASSING.iter_unpack(raw)]


@dataclass(frozen=True)
class Span:
    """What lies between two moments that all replicas pass: the critical path
    in instructions, `lines` of shared memory taken over on it (their cost is
    part of the path), and each replica's own work without waiting."""

    path: int
    lines: int
    busy: dict[int, int]

    def to_dict(self, line_cost: int) -> dict[str, Any]:
        """For JSON."""
        return {"critical_path": self.path, "lines": self.lines,
                "line_cost": line_cost,
                "busy": {str(i): n for i, n in self.busy.items()}}


def between(first: dict[int, Moment], last: dict[int, Moment]) -> Span | None:
    """The span between two records that each replica writes, by replica."""
    if not first or not last:
        return None
    begin = max(first.values(), key=lambda m: m.clock)
    end = max(last.values(), key=lambda m: m.clock)
    busy = {i: last[i].busy - first[i].busy for i in sorted(last)
            if i in first}
    return Span(end.clock - begin.clock, end.lines - begin.lines, busy)


def program(moments: list[Moment], app: str | None) -> Span | None:
    """From the making of the program's thread to the ordered end.

    @param app  None: a root task from outside, which runs from the start.
    """
    if app is None:
        made = {m.replica: m for m in moments if m.kind == "ready"}
    else:
        name = app[:THREAD_NAME_SIZE]
        made = {m.replica: m for m in moments
                if m.kind == "thread" and m.record["text"] == name}
    return between(made, {m.replica: m for m in moments if m.kind == "exit"})
