# SPDX-License-Identifier: BSD-2-Clause
"""Runs that the watchdog restarts: one emulator process per life.

RAM lies in a file that all lives share, so a new life finds what the last one
left, as after a reset of the chip; the processor and its devices start afresh.
(A reset inside a process would come at a moment that the host decides.) What
is told of an earlier life is what the loader of a later one has put aside.
"""
from __future__ import annotations

import dataclasses
import shutil
import struct
import time
import zlib
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from faultinject import ending, events, qemu, tree
from faultinject.image import PAST_BASE, RAM_BASE
from faultinject.live import Listener

RESET_STATUS = 0  # of the emulator when the board asks for a reset

# kernel/abi/abi/memory.h and event.h
PAST_LIVES = 8
PAST_SIZE = 0x20000
PAST_RING_SIZE = 0x7000
PAST_LIFE_OFFSET = 0x1F000
PAST = struct.Struct("<III4II")
PAST_MAGIC = 0x54534150


@dataclass(frozen=True)
class PastLife:
    """What the recorder kept of an earlier life. Without legible rings it is
    not to be believed."""

    generation: int
    legible: tuple[int, ...]  # replicas
    records: bytes
    damaged: int
    lost: int


@dataclass(frozen=True)
class Story:
    """All lives of a run: how each process ended, what was put aside."""

    results: tuple[qemu.RunResult, ...]
    past: dict[int, PastLife]  # by generation


def was_reset(result: qemu.RunResult) -> bool:
    """Did the board ask for a reset?"""
    return (result.end_reason == "guest-exit"
            and result.exit_status == RESET_STATUS)


def run(machine: qemu.Machine, restarts: int, timeout_s: float,
        live: Callable[[int], bool] = lambda life: False,
        listener: Listener | None = None,
        between: Callable[[Path], None] = lambda ram: None) -> Story:
    """Run until a life ends otherwise than by reset, or restarts are used up.

    Flips belong to the first life only. There is no limit of virtual time:
    while all cores sleep it jumps, and the emulator carries a reset out a
    moment of the host later, when it may have jumped past the limit.
    @param restarts   How often the board may be restarted.
    @param timeout_s  Host seconds for all lives together.
    @param live       Told the number of each life before it begins; says
                      whether to show its console.
    @param listener   Told each event record of any life as it is written.
    @param between    Called with the RAM file before each restart.
    """
    folder = tree.scratch("lives")
    ram = folder / "ram.bin"
    end = time.monotonic() + timeout_s
    try:
        with open(ram, "wb") as file:
            file.truncate(qemu.RAM_BYTES)
        machine = dataclasses.replace(machine, ram_file=ram, limit_ns=None)
        results: list[qemu.RunResult] = []
        while True:
            results.append(qemu.run(machine, max(1.0, end - time.monotonic()),
                                    live=live(len(results) + 1),
                                    listener=listener))
            if len(results) > restarts or not was_reset(results[-1]):
                return Story(tuple(results), read_past(ram))
            between(ram)
            machine = dataclasses.replace(machine, flips=())
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def read_past(ram: Path) -> dict[int, PastLife]:
    """The lives that loaders have put aside, by generation."""
    found = {}
    with open(ram, "rb") as file:
        for place in range(PAST_LIVES):
            file.seek(PAST_BASE - RAM_BASE + place * PAST_SIZE)
            life = past_of(file.read(PAST_SIZE))
            if life is not None:
                found[life.generation] = life
    return found


def past_of(raw: bytes) -> PastLife | None:
    """One place; None if its check sum does not fit."""
    magic, generation, legible, *crcs, check = PAST.unpack_from(
        raw, PAST_LIFE_OFFSET)
    head = raw[PAST_LIFE_OFFSET:PAST_LIFE_OFFSET + PAST.size - 4]
    if magic != PAST_MAGIC or check != zlib.crc32(head):
        return None
    good, kept = [], []
    for replica, crc in enumerate(crcs):
        at = replica * PAST_RING_SIZE
        ring = raw[at:at + PAST_RING_SIZE]
        if legible >> replica & 1 and zlib.crc32(ring) == crc:
            good.append(replica)
            kept.append(events.ring_of(ring))
    return PastLife(generation, tuple(good), events.merge(kept),
                    sum(ring.damaged for ring in kept),
                    sum(ring.lost for ring in kept))


def end_of(result: qemu.RunResult, records: list[dict[str, Any]]) -> str:
    """As ending.end_of; for a life that a reset ended, its last word, or hang
    if the watchdog came without any."""
    if not was_reset(result):
        return ending.end_of(result, records)
    kinds = {record["kind"] for record in records}
    if "fail-stop" in kinds:
        return "fail-stop"
    return "kernel-exception" if "kernel-exception" in kinds else "hang"


def describe(story: Story) -> list[dict[str, Any]]:
    """All lives for machines. Earlier ones are told from what was put aside:
    `readable` says whether there is anything to believe."""
    lives = []
    for number, result in enumerate(story.results, 1):
        if number == len(story.results):
            records = events.parse(result.raw_events)
            life = {"readable": True, "damaged": result.recorded.damaged,
                    "lost": result.recorded.lost}
        else:
            past = story.past.get(number)
            records = events.parse(past.records) if past else []
            life = {"readable": past is not None and bool(past.legible),
                    "damaged": past.damaged if past else 0,
                    "lost": past.lost if past else 0}
        lives.append({"life": number, "end": end_of(result, records), **life,
                      "virtual_ns": None if was_reset(result)
                      else result.virtual_ns, "events": records})
    return lives
