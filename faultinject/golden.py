# SPDX-License-Identifier: BSD-2-Clause
"""Fault-free reference runs, and the memory map that they give.

A golden run carries no trigger. A control run carries the same trigger as a
trial but flips nothing: a timer moves the ends of the cores' turns, so exact
comparisons of memory need it.
"""
from __future__ import annotations

import dataclasses
import hashlib
import json
from dataclasses import dataclass, field
from typing import Any

from faultinject import (ending, events, exposed, memmap, registers, space,
                         store, target, tree)
from faultinject.errors import HarnessError, UserError
from faultinject.liveness import (Classes, Liveness, executions, read_trace,
                                  touched_pages,
                                  with_walks)
from faultinject.model import REGISTER_REGION, REGISTERS
from faultinject.qemu import RunResult, run
from faultinject.workload import Prepared

THREAD_NAME_SIZE = 12  # kernel/abi/abi/event.h: text of a record
RUN_TIMEOUT_S = 300.0
UNPLUGGED_NS = 1_000_000  # that a run goes on behind its dump
MEETING = "meet"  # the kernel's function that every vote goes through
LOOK_NS = 200_000  # traced at first where a window is given in votes
REGISTER_BYTES = 4 * len({*REGISTERS.values()})


@dataclass(frozen=True)
class Wanted:
    """What a campaign needs of its reference beside the map.

    `window`: share of the run at which an exhaustive campaign begins, and its
    length in virtual ns or, if that is 0, in votes. `owners`: empty = all.
    """

    trace: bool = False
    registers: bool = False
    window: tuple[float, int, int] | None = None
    regions: tuple[str, ...] = ()
    owners: tuple[str, ...] = ()


@dataclass(frozen=True)
class Reference:
    """A golden run with what plans need: its window and its memory map.

    The window [first_ns, last_ns) is the time from the root task's first
    instruction to the ordered end. The board's global timer starts `skew_ns`
    after virtual time.
    """

    stored: store.Golden
    result: RunResult
    records: list[dict[str, Any]]
    memory: memmap.MemoryMap
    first_ns: int
    last_ns: int
    extents: list[space.Extent]
    skew_ns: int = 0
    liveness: Liveness | None = None
    classes: Classes | None = None
    registers: dict[str, str] = field(default_factory=dict)

    @property
    def closed_registers(self) -> set[str]:
        """Registers that no trial can hit."""
        return {name for name, why in self.registers.items() if why != "ok"}

    def limit_ns(self) -> int:
        """Virtual time after which a trial counts as not ending."""
        return self.last_ns * 3 + 100_000_000


def plain(prepared: Prepared, timeout_s: float = RUN_TIMEOUT_S,
          **machine: Any) -> RunResult:
    """A run without any trigger; it must end in order.

    @param machine  Further arguments of Prepared.machine.
    """
    result = run(prepared.machine(digests=True, **machine), timeout_s)
    records = events.parse(result.raw_events)
    end = ending.end_of(result, records)
    if end != "exit":
        raise UserError(f"the fault-free run ends with {end!r}: "
                        f"{last_words(result, records)}")
    if not prepared.workload.is_right(result.console):
        raise UserError("the fault-free run gives an output that the oracle of "
                        f"{prepared.workload.app} refuses")
    return result


def program_start_ns(prepared: Prepared, result: RunResult) -> int:
    """When the program's thread was made, to some 100 ns; 0 if unknown."""
    records = events.parse(result.raw_events)
    name = prepared.workload.app[:THREAD_NAME_SIZE]
    made = [r["stamp"] for r in records
            if r["kind"] == "thread" and r["text"] == name]
    return 10 * max(made, default=0)


def last_words(result: RunResult, records: list[dict[str, Any]]) -> str:
    """Best one-line explanation of an unexpected end."""
    told = [r["words"] for r in records
            if r["kind"] in ("refused", "assert", "kernel-exception",
                             "double-fault", "fail-stop")]
    if told:
        return told[-1]
    lines = [line for line in result.console.decode("utf-8", "replace")
             .splitlines() if line.strip()]
    return lines[-1] if lines else f"exit status {result.exit_status}"


def map_at(prepared: Prepared, at_ns: int, replica: int = 0,
           timeout_s: float = RUN_TIMEOUT_S, to_the_end: bool = True
           ) -> tuple[memmap.MemoryMap, RunResult]:
    """Memory map of a moment, by a control run that dumps there.

    @param to_the_end  False: something outside takes part in the run, so it
                       runs without that, and is cut short.
    """
    folder = tree.scratch("dump")
    dump = folder / "ram.bin"
    try:
        machine = prepared.machine(
            digests=True, flips=(f"{at_ns}:null",),
            dumps=(prepared.dump_argument(at_ns, replica, dump),))
        if machine.board.is_plugged or not to_the_end:
            machine = dataclasses.replace(
                machine, limit_ns=at_ns + UNPLUGGED_NS,
                board=dataclasses.replace(machine.board, ports=(), wire=None))
        result = run(machine, timeout_s)
        if not dump.is_file():
            raise HarnessError("the control run ended before its trigger")
        records = events.parse(result.raw_events)
        return _map_of(prepared, dump.read_bytes(), replica, records), result
    finally:
        dump.unlink(missing_ok=True)
        folder.rmdir()


def _map_of(prepared: Prepared, dump: bytes, replica: int,
            records: list[dict[str, Any]]) -> memmap.MemoryMap:
    kernel = prepared.products.kernel
    bitmap = target.address_of(kernel, "untyped_dirty")
    return memmap.build(dump, prepared.config.partition_offset(replica),
                        records, target.kernel_layout(kernel), bitmap)


def make(prepared: Prepared, variant: str,
         wanted: Wanted | None = None) -> Reference:
    """Golden run with counts, a control run for the map, and traces.

    @param wanted  What the campaign needs to know; None: the map alone.
    """
    wanted = wanted or Wanted()
    result, records = _traced(prepared, "trace=" if wanted.trace else None,
                              count=True)
    told = events.parse(result.raw_events)
    start = program_start_ns(prepared, result)
    memory, control = map_at(prepared, (start + result.virtual_ns) // 2)
    if control.console != result.console:
        raise HarnessError(f"variant {variant} does not repeat: a trigger that "
                           "flips nothing changes its output")
    skew = control.facts["flip_ns"] - 10 * control.facts["flip_stamp"]
    ready = [r["stamp"] for r in told if r["kind"] == "ready"]
    window = (10 * max(ready) + skew if ready else 0, result.virtual_ns)
    pages = () if records is None else touched_pages(records)
    extents = space.extents(memory, prepared.config, pages)
    if space.EXPOSED_REGION in wanted.regions:
        extents += exposed.extents(prepared.products.kernel, prepared.config)
    found = [e for e in extents
             if not wanted.owners or e.owner in wanted.owners]
    words = space.walked(memory, prepared.config)
    alive = (None if records is None else
             Liveness(found, with_walks(records, words), window))
    return Reference(
        _stored(prepared, variant, result), result, told, memory, *window,
        extents=found, skew_ns=skew, liveness=alive,
        classes=_classes(prepared, found, words, wanted, window),
        registers=registers.proved(prepared) if wanted.registers else {})


def _traced(prepared: Prepared, option: str | None, **machine: Any
            ) -> tuple[RunResult, Any]:
    """A plain run with a memory trace, or without; and the trace."""
    if option is None:
        return plain(prepared, **machine), None
    folder = tree.scratch("trace")
    path = folder / "trace.bin"
    try:
        result = plain(prepared, trace=f"{option}{path}", **machine)
        if result.facts["traced"] + result.facts["idle_ns"] \
                != result.virtual_ns:
            raise HarnessError("the memory trace missed instructions")
        return result, read_trace(path)
    finally:
        path.unlink(missing_ok=True)
        folder.rmdir()


def _classes(prepared: Prepared, found: list[space.Extent],
             words: list[space.Walked], wanted: Wanted,
             run_window: tuple[int, int]) -> Classes | None:
    """All classes of an exhaustive campaign's window."""
    if wanted.window is None:
        return None
    chosen = [e for e in found if e.region in wanted.regions]
    if not chosen:
        raise UserError("the regions of the campaign are empty in this "
                        "workload")
    window, votes, records = _windowed(prepared, wanted.window, run_window)
    return Classes(chosen, with_walks(records, words), window, votes)


def _windowed(prepared: Prepared, asked: tuple[float, int, int],
              run_window: tuple[int, int]) -> tuple[tuple[int, int], int, Any]:
    """The window of an exhaustive campaign, the votes in it, and a trace that
    covers it. One that is given in votes goes from a vote to a vote."""
    share, length, votes = asked
    first, last = run_window
    low = first + int((last - first) * share)
    look = length or LOOK_NS
    while True:
        window = (low, min(low + look, last))
        _, records = _traced(prepared, f"classes={window[0]}:{window[1]}:")
        times = _meetings(prepared, records, window)
        if length:
            return window, len(times), records
        if len(times) > votes:
            return (times[0], times[votes]), votes, records
        if window[1] == last:
            raise UserError(f"the run has no {votes} votes after "
                            f"{share:.0%} of its time")
        look *= 4


def _meetings(prepared: Prepared, records: Any, window: tuple[int, int]
              ) -> list[int]:
    """When replica 0 comes to its votes."""
    meeting = target.symbols(prepared.products.kernel).get(MEETING)
    return [] if meeting is None else executions(
        records, target.canonical(meeting.address)
        + prepared.config.partition_offset(0), window)


def _stored(prepared: Prepared, variant: str, result: RunResult
            ) -> store.Golden:
    """The golden run as a row of the store."""
    values: dict[str, Any] = {
        "variant": variant, "config": prepared.workload.describe(),
        "image_hash": prepared.image_hash,
        "input_hash": prepared.workload.input_hash,
        "commit_hash": tree.commit(), "emulator": tree.emulator_version(),
        "plugin_hash": tree.sha256_of(tree.PLUGIN),
        "exit_status": result.exit_status, "end_reason": "exit",
        "virtual_ns": result.virtual_ns,
        "instructions": instructions(prepared, result),
        "console": result.console,
        "output_digest": ending.output_digest(result.console),
        "events": result.raw_events, "digests": result.facts["digests"]}
    text = json.dumps(values, sort_keys=True, default=bytes.hex)
    return store.Golden(hash=hashlib.sha256(text.encode()).hexdigest(),
                        **values)


def instructions(prepared: Prepared, result: RunResult
                 ) -> dict[str, dict[str, int]]:
    """Counts per replica in use and class; all classes present."""
    counts = result.facts.get("instructions", {})
    used = [str(i) for i in range(prepared.config.replicas)]
    return {i: {name: counts[i].get(name, 0) for name in target.ALL_CLASSES}
            for i in used if i in counts}


def spaces(reference: Reference, replicas: int) -> list[store.Space]:
    """Strata of the fault space: every region of every replica."""
    sizes = space.sizes(reference.extents)
    for replica in range(replicas):
        sizes[(replica, REGISTER_REGION)] = REGISTER_BYTES
        for region, names in registers.NAMED.items():
            if reference.registers:
                sizes[(replica, region)] = 4 * len(
                    set(names) - reference.closed_registers)
    return [_space(reference, stratum, size)
            for stratum, size in sorted(sizes.items())]


def _space(reference: Reference, stratum: tuple[int, str], size: int
           ) -> store.Space:
    """One stratum, with what the traces know about it."""
    row = store.Space(reference.stored.hash, reference.stored.variant,
                      *stratum, size, reference.first_ns, reference.last_ns)
    alive, classes = reference.liveness, reference.classes
    if classes is not None:
        low, high = classes.window
        return dataclasses.replace(row, first_ns=low, last_ns=high,
                                   live_bit_ns=classes.bit_ns(stratum),
                                   classes=classes.count(stratum))
    if alive is None or stratum not in alive.spans:
        return row
    live, unread = alive.live_bit_ns(stratum), alive.unread[stratum]
    return dataclasses.replace(
        row, live_bit_ns=live, unread_bit_ns=unread,
        overwritten_bit_ns=row.bit_ns - live - unread)
