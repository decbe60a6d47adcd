# SPDX-License-Identifier: BSD-2-Clause
"""What closely coupled replicas do at their stops, instruction by instruction.

A small emulator plug-in (faultinject/plugin/watch.c) writes down when a core
comes by the functions of replica control that decide and act, and what they are
given; it changes nothing of the run. So a test can say that the case which it
is about has really occurred.
"""

import sys
import tempfile
from collections import Counter
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from frontdoor import ROOT, Call

sys.path.insert(0, str(ROOT))

from faultinject import qemu, target, tree  # noqa: E402
from faultinject.cli.outcome import EXIT_STATUS, describe  # noqa: E402
from faultinject.workload import Prepared, Workload  # noqa: E402

TIMEOUT_S = 600.0
LIBRARY = tree.PLUGIN.with_name("trireme_watch.so")
VIEW = "approach_decide"
HEAD_WORDS, PLACE_WORDS, REPLICAS_MAX = 7, 7, 4  # rcoe/include/rcoe/approach.h
STOPS = "arch_breakpoints_set"
MET = "interrupts_meet_precisely"
MET_LOOSELY = "interrupts_meet"  # the first argument says where
FROM_USER = 0  # enum interrupted: kernel/include/kernel/hooks.h
RUN_ON = "interrupts_run_on"
TICK = "arch_tick_start"
ACCEPTED = "interrupts_accept"
# Function: which of its arguments is a pointer to how many words.
WATCHED = {VIEW: (1, HEAD_WORDS + PLACE_WORDS * REPLICAS_MAX), STOPS: (0, 2),
           **{name: (0, 0) for name in (
               MET, MET_LOOSELY, RUN_ON, ACCEPTED, TICK, "precise_stop", "precise_taken",
               "kernel_vm_fault", "kernel_user_exception")}}
ARGUMENTS = 4  # registers that the plug-in writes down
NO_PROPOSAL = 0xFFFFFFFF
NO_IRQ = 0xFF  # in a byte of a proposal


@dataclass(frozen=True)
class Place:
    """Where a replica says that it stands: struct position."""

    count: int
    pc: int
    thread: int
    late: bool

    def is_further(self, other: "Place") -> bool:
        """As approach_is_further."""
        ahead = (self.count - other.count) & 0xFFFFFFFF
        if ahead == 0:
            return self.pc > other.pc
        return ahead < 1 << 31


@dataclass(frozen=True)
class Passed:
    """A core came by the first instruction of a function."""

    core: int
    ns: int  # virtual
    name: str
    arguments: tuple[int, ...]  # r0 to r3
    words: tuple[int, ...]  # to which one of them points


@dataclass(frozen=True)
class Look:
    """One replica's look at where all stand, in a lap."""

    core: int
    ns: int
    lap: int
    members: int  # masks
    arrived: int
    places: dict[int, Place]  # of those that have said it in this lap

    @property
    def own(self) -> Place:
        """Where it stands itself."""
        return self.places[self.core]


def look_of(row: Passed) -> Look:
    """A struct approach_view."""
    live, members, lap, good, arrived, _ = row.words[1:HEAD_WORDS]
    places = {}
    for i in range(REPLICAS_MAX):
        if good & live & members & 1 << i:
            at = HEAD_WORDS + PLACE_WORDS * i
            _, _, count, pc, thread, late, _ = row.words[at:at + PLACE_WORDS]
            places[i] = Place(count, pc, thread, bool(late))
    return Look(row.core, row.ns, lap, members, arrived & members, places)


@dataclass(frozen=True)
class Watched:
    """A run, and who came by where in it, oldest first."""

    call: Call
    rows: tuple[Passed, ...]

    def named(self, name: str) -> list[Passed]:
        """All passes of a function."""
        return [row for row in self.rows if row.name == name]

    @property
    def looks(self) -> list[Look]:
        """All looks at where all stand."""
        return [look_of(row) for row in self.named(VIEW)]

    def followed(self, core: int) -> list[tuple[Look, Passed]]:
        """Each look of a replica with what it did next."""
        own = [row for row in self.rows if row.core == core]
        return [(look_of(row), after) for row, after in zip(own, own[1:])
                if row.name == VIEW]

    def met(self, core: int) -> list[Place]:
        """Places at which a replica met the others precisely."""
        return [look.own for look, after in self.followed(core)
                if after.name == MET]

    def met_loosely(self, core: int) -> int:
        """How often a replica met the others in user mode wherever it was."""
        return sum(row.core == core and row.arguments[0] == FROM_USER
                   for row in self.named(MET_LOOSELY))

    def resumed(self, core: int) -> list[Look]:
        """Looks after which it ran on to the next meeting."""
        return [look for look, after in self.followed(core)
                if after.name == RUN_ON]

    def proposals(self, core: int) -> list[set[int]]:
        """Interrupts that it accepted at a meeting, those that had any."""
        return [{row.arguments[0] >> 8 * i & 0xFF for i in range(4)} - {NO_IRQ}
                for row in self.named(ACCEPTED)
                if row.core == core and row.arguments[0] != NO_PROPOSAL]

    def hits(self, core: int) -> Counter[int]:
        """How often so many breakpoints were set one after the other, between
        two looks, by that number."""
        runs, count = Counter(), 0
        for row in self.rows:
            if row.core == core and row.name == STOPS:
                count += 1
            elif row.core == core and row.name == VIEW:
                runs[count] += 1
                count = 0
        return runs


class Stage:
    """A closely coupled workload that is run as often as needed."""

    def __init__(self, app: str, replicas: int = 3, **options: Any) -> None:
        self.prepared = Prepared(Workload(
            app=app, replicas=replicas,
            **{"coupling": "close", "counted": True, "stride": 16 << 20,
               "tick_us": 100, "hold_us": 0, "reintegration": "never",
               **options}))
        self._folder = tempfile.TemporaryDirectory()

    def close(self) -> None:
        """Remove the files."""
        self.prepared.close()
        self._folder.cleanup()

    def __enter__(self) -> "Stage":
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def _plugin(self, out: Path, users: tuple[int, ...],
                turns: tuple[str, ...]) -> str:
        kernel = target.symbols(self.prepared.products.kernel)
        places = [f"at={kernel[name].address:x}:{pointer}:{words}"
                  for name, (pointer, words) in WATCHED.items()]
        places += [f"at={address:x}:0:0" for address in users]
        return ",".join([str(LIBRARY).replace(",", ",,"),
                         f"out={str(out).replace(',', ',,')}", *turns, *places])

    def run(self, *flips: str, users: tuple[int, ...] = (),
            turns: tuple[str, ...] = (), **machine: Any) -> Watched:
        """Run. @param users  Addresses of user instructions to watch, too;
        their name is the address in hexadecimal. @param turns  Who loses turns
        where: wait= of the plug-in."""
        out = Path(self._folder.name) / "watched"
        done = qemu.run(self.prepared.machine(
            flips=flips, plugins=(self._plugin(out, users, turns),), **machine),
            TIMEOUT_S)
        outcome = describe(self.prepared, done, None)
        call = Call(flips, EXIT_STATUS[outcome["end"]], "", done.stderr,
                    outcome)
        return Watched(call, self._rows(out))

    def _rows(self, out: Path) -> tuple[Passed, ...]:
        kernel = target.symbols(self.prepared.products.kernel)
        names = {kernel[name].address: name for name in WATCHED}
        rows = []
        for line in out.read_text().splitlines():
            core, ns, *hexadecimal = line.split()
            address, *words = (int(word, 16) for word in hexadecimal)
            rows.append(Passed(int(core), int(ns),
                               names.get(address, f"{address:x}"),
                               tuple(words[:ARGUMENTS]),
                               tuple(words[ARGUMENTS:])))
        return tuple(rows)


def check_signatures(call: Call, replicas: int, least: int) -> None:
    """Nobody diverged, and all were stopped at one instruction at least so
    often. The last signature is a hash of all contexts at which they were."""
    assert call["end"] == "exit" and call["live"] == replicas, call["error"]
    assert call["code"] == 0, "an atomic addition was torn"
    assert not call.events("detect")
    stopped = [e["args"][0] for e in call.events("precise")]
    assert len(stopped) == replicas and len(set(stopped)) == 1, stopped
    assert stopped[0] >= least
    final = {e["replica"]: e["signature"] for e in call.events("exit")}
    assert len(final) == replicas and len(set(final.values())) == 1, final


def check_alike(call: Call, replicas: int, least: int) -> None:
    """The same of a run whose instructions were counted."""
    check_signatures(call, replicas, least)
    user = {row["user"] for row in call["instructions"].values()}
    assert len(user) == 1, "not the same instructions in all replicas"


def check_places(run: Watched, replicas: int, least: int) -> list[Place]:
    """As check_signatures, and all met at the same places. @return These."""
    check_signatures(run.call, replicas, least)
    met = [run.met(core) for core in range(replicas)]
    assert all(places == met[0] for places in met)
    return met[0]
