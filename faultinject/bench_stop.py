# SPDX-License-Identifier: BSD-2-Clause
"""What a precise stop costs, and its split: read from the moments at which the
replicas come by six functions of the kernel (plugin/mark.h).

gather   the first replica stops to the last one has: others run on until they
         take the interrupt by which they are told
timer    somebody is on its way to the others under the timer: user code, and
         the kernel at each step
breaks   the same with breakpoints, while nobody is under the timer
laps     all say where they stand, wait for each other, and decide
meet     the last has come to the place to the last is back in user mode: the
         meeting there, what the kernel does about the interrupt, the meeting on
         its way out

Together they are the span on the critical path (critical.py) from the first
that stops to the last that is back.
"""
from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path

from faultinject import target
from faultinject.critical import Passing
from faultinject.errors import HarnessError

STOP, AGREED, SAY, BREAKPOINTS, MEET, LEAVE = range(6)
FUNCTIONS = ("interrupts_stop", "precise_stop", "channel_publish_position",
             "arch_breakpoints_set", "interrupts_meet_precisely",
             "vectors_exit")
TIMER, BREAKS, LAPS = "timer", "breaks", "laps"
PARTS = ("gather", TIMER, BREAKS, LAPS, "meet")


def marks(kernel: Path) -> tuple[int, ...]:
    """Addresses to mark; one that the kernel does not have is an error."""
    return tuple(target.address_of(kernel, name) for name in FUNCTIONS)


@dataclass(frozen=True)
class Phase:
    """What a replica does in a span of its clock: a step under the timer, or
    with breakpoints, or laps; `user` instructions are in it."""

    kind: str
    first: int
    last: int
    user: int


@dataclass(frozen=True)
class Way:
    """One replica's part of a stop; `begun` are its phases, by where they begin,
    from where all have stopped to the place where it meets the others."""

    stop: Passing
    agreed: Passing
    begun: tuple[tuple[str, Passing], ...]
    meet: Passing
    leave: Passing

    @property
    def phases(self) -> list[Phase]:
        """Each up to the next."""
        ends = [at for _, at in self.begun[1:]] + [self.meet]
        return [Phase(kind, at.clock, end.clock, end.user - at.user)
                for (kind, at), end in zip(self.begun, ends)]

    @property
    def user(self) -> int:
        """Instructions of user mode meanwhile."""
        return self.leave.user - self.stop.user

    @property
    def waited(self) -> int:
        """Instructions of waiting meanwhile."""
        return self.leave.waited - self.stop.waited

    @property
    def work(self) -> int:
        """Instructions that are neither."""
        return (self.leave.executed - self.stop.executed - self.user
                - self.waited)


@dataclass(frozen=True)
class Stop:
    """A precise stop: its parts in instructions of the critical path; what the
    replica that had most to do did; and the steps under the timer of all, with
    those in which not one user instruction ran."""

    parts: dict[str, int]
    work: int
    user: int
    waited: int
    steps: int
    in_vain: int

    @property
    def whole(self) -> int:
        """All parts."""
        return sum(self.parts.values())


class _Walker:
    """Follows one replica from mark to mark."""

    def __init__(self) -> None:
        self.ways: list[Way] = []
        self.given_up = 0  # a stop that ended at a system call instead
        self._began: dict[int, Passing] = {}
        self._begun: list[tuple[str, Passing]] = []
        self._next = TIMER

    def pass_by(self, at: Passing) -> None:
        """One mark."""
        if at.mark == STOP:
            self.given_up += AGREED in self._began
            self._began = {STOP: at}
        elif STOP not in self._began:
            return
        elif at.mark == LEAVE:
            self._leave(at)
        elif at.mark == BREAKPOINTS:
            self._next = BREAKS
        elif at.mark == MEET:
            self._began[MEET] = at
        elif MEET in self._began:
            return  # it says what it said again
        elif at.mark == SAY:
            self._begun.append((LAPS, at))
            self._next = TIMER
        else:
            self._began[AGREED] = at
            self._begun = [(LAPS, at)]

    def _leave(self, at: Passing) -> None:
        """Back to user mode: a step, or the end; or nobody else had stopped."""
        if MEET in self._began:
            self.ways.append(Way(self._began[STOP], self._began[AGREED],
                                 tuple(self._begun), self._began[MEET], at))
        elif AGREED in self._began:
            self._begun.append((self._next, at))
            return
        self._began = {}


def _approach(ways: Sequence[Way], first: int, last: int) -> dict[str, int]:
    """Split the critical path between two clocks by what the replicas do."""
    spans = [phase for way in ways for phase in way.phases]
    cuts = sorted({first, last, *(c for p in spans for c in (p.first, p.last)
                                  if first < c < last)})
    parts = dict.fromkeys((TIMER, BREAKS, LAPS), 0)
    for low, high in zip(cuts, cuts[1:]):
        doing = {p.kind for p in spans if p.first <= low and high <= p.last}
        parts[TIMER if TIMER in doing else BREAKS if BREAKS in doing
              else LAPS] += high - low
    return parts


def _stop(ways: Sequence[Way]) -> Stop:
    """What all replicas did for one interrupt."""
    begin = min(way.stop.clock for way in ways)
    agreed, meet, end = (max(clocks) for clocks in zip(*(
        (way.agreed.clock, way.meet.clock, way.leave.clock) for way in ways)))
    parts = {"gather": agreed - begin, **_approach(ways, agreed, meet),
             "meet": end - meet}
    steps = [phase.user for way in ways for phase in way.phases
             if phase.kind == TIMER]
    return Stop(parts, max(way.work for way in ways),
                max(way.user for way in ways),
                max(way.waited for way in ways), len(steps), steps.count(0))


def stops(passings: Iterable[Passing], replicas: int
          ) -> tuple[list[Stop], int]:
    """All precise stops of a run in which nobody was lost, and how many were
    begun but given up, because one replica came to a system call first.

    @throws HarnessError  the replicas differ in how often they stopped.
    """
    walkers = [_Walker() for _ in range(replicas)]
    for passing in passings:
        if passing.replica < replicas:
            walkers[passing.replica].pass_by(passing)
    numbers = {len(walker.ways) for walker in walkers}
    if len(numbers) != 1:
        raise HarnessError(f"the replicas stopped {sorted(numbers)} times")
    found = [_stop(ways) for ways in zip(*(w.ways for w in walkers))]
    return found, max(walker.given_up for walker in walkers)
