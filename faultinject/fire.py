# SPDX-License-Identifier: BSD-2-Clause
"""A server under fire: real connections, a flip again and again, and the way
back each time; every reply is checked (kv_client.py).

Half of the flips hit a register, half a byte of all memory that is in use, of
each replica in turn. The next one comes some seconds later, but not while a
replica is away: two that are left can not outvote anybody. Nor before the
scrubber has got round: if the next flip takes another replica away, the two
that are left differ, nobody knows who is right, and two they stay. Its round is
a matter of the board's time, of which a busy host gives little per second, so
a flip in memory is waited for until it is mended, or the board's own clock says
that a round is over (nobody saw the flip: it was overwritten). The clients rest
now and then, when a round is short.
As packets and flips come at times of the host, such a run does not repeat.
"""
from __future__ import annotations

import os
import random
import re
import threading
import time
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from typing import Any

from faultinject import ending, events, flipspec, golden, served
from faultinject.errors import HarnessError
from faultinject.kv_client import Client, Tally
from faultinject.served import Served
from faultinject.workload import Prepared, Workload

REPLICAS = 3
STRIDE = 32 << 20
MAP_NS = 80_000_000  # memory is laid out by then
FLIPS = 250  # faultinject/plugin/options.h: ACTIONS_MAX
DISTANCE_S = 4.0  # at least
CLIENTS = 8
LOOK_S = 0.1
ROUND_S = 3      # of the board: the scrubber has seen all memory (1.7 s)
ROUND_LOOK_S = 1.0
AWAY_S = 120.0   # a replica that is away at the end may come back for so long
LIMIT_S = 300.0  # for the start; only a defect takes that long
Say = Callable[[str], None]


@dataclass
class Battle:
    """What is known while it goes on. `away`: a replica is. `settled`: the
    last flip in memory has shown itself; it came at `shot_s` of the board."""

    tally: Tally = field(default_factory=Tally)
    over: threading.Event = field(default_factory=threading.Event)
    away: threading.Event = field(default_factory=threading.Event)
    settled: threading.Event = field(default_factory=threading.Event)
    shot_s: int = -ROUND_S


def workload(port: int) -> Workload:
    """The server, with a policy that never gives a replica up."""
    return Workload(app="kv", args=str(served.BOARD_PORT), replicas=REPLICAS,
                    stride=STRIDE, scrub=True, reintegration="always",
                    reintegrations_per_hour=1_000_000, backoff_us=0,
                    board=served.board_at(port))


def plan(prepared: Prepared, seed: int) -> tuple[str, ...]:
    """All flips, as arguments of the plug-in."""
    memory, _ = golden.map_at(prepared, MAP_NS, timeout_s=LIMIT_S,
                              to_the_end=False)
    rng = random.Random(f"fire:{seed}")
    flips = []
    for number in range(FLIPS):
        register = f"r{rng.randrange(16)}" if number % 2 else None
        spec = flipspec.FlipSpec(
            replica=number % REPLICAS, at="0", register=register,
            region=None if register else "any", seed=rng.randrange(1 << 30))
        fault = flipspec.resolve(spec, prepared, memory, MAP_NS)
        flips += fault.plugin_arguments()
    return tuple(flips)


def _listener(battle: Battle, say: Say) -> Callable[[bytes], None]:
    """Tells of each change, once, and when a replica is back."""
    begin = time.monotonic()

    def tell(raw: bytes) -> None:
        record = events.parse_one(raw)
        if record["kind"] in ("downgrade", "rejoin"):
            say(f"{time.monotonic() - begin:6.1f} s  {record['words']}")
        if record["kind"] in ("scrub", "rejoin"):
            battle.settled.set()
        if record["kind"] == "rejoin":
            battle.away.clear()
        elif record["kind"] == "downgrade":
            battle.away.set()
    return tell


def _board_s(server: Served, otherwise: int) -> int:
    """Seconds for which the server has run, by the board's clock; `otherwise`
    if it does not answer (which the clients find out)."""
    try:
        said = served.ask(server.port, b"INFO", b"server").decode()
    except OSError:
        return otherwise
    found = re.search(r"^uptime_in_seconds:(\d+)", said, re.M)
    if found is None:
        raise HarnessError(f"INFO does not tell the time: {said!r}")
    return int(found[1])


def _is_settled(battle: Battle, server: Served) -> bool:
    """Has the scrubber had its chance at the last flip in memory?"""
    return (battle.settled.is_set()
            or _board_s(server, battle.shot_s) >= battle.shot_s + ROUND_S)


def _flip(battle: Battle, server: Served, pace: int, in_memory: bool) -> None:
    """The next of the plan, now."""
    if in_memory:
        battle.settled.clear()
        battle.shot_s = _board_s(server, battle.shot_s)
    os.write(pace, b"!")


def _shoot(battle: Battle, server: Served, pace: int, seconds: float) -> int:
    """Flip, wait until all are there again, and so on. @return how often."""
    end = time.monotonic() + seconds
    shots = 0
    next_shot = time.monotonic() + DISTANCE_S
    while not server.over.wait(LOOK_S) and not battle.tally.wrong:
        now = time.monotonic()
        if battle.away.is_set():
            next_shot = max(next_shot, now + DISTANCE_S / 2)
            if now > end + AWAY_S:
                break
        elif now > end and now > next_shot:
            break
        elif next_shot < now < end and shots < FLIPS:
            next_shot = now + ROUND_LOOK_S
            if _is_settled(battle, server):
                _flip(battle, server, pace, in_memory=shots % 2 == 0)
                shots += 1
                next_shot = now + DISTANCE_S
    return shots


def _fight(battle: Battle, server: Served, pace: int, seconds: float,
           seed: int) -> int:
    """Clients work, flips come. @return how many."""
    workers = [Client(server.port, number, seed, battle.tally, battle.over)
               for number in range(CLIENTS)]
    for worker in workers:
        worker.start()
    try:
        return _shoot(battle, server, pace, seconds)
    finally:
        battle.over.set()
        for worker in workers:
            worker.join()


def run(port: int, seconds: float, seed: int, say: Say) -> dict[str, Any]:
    """The whole. @return what happened, for machines."""
    battle = Battle()
    read_end, write_end = os.pipe()
    try:
        with Prepared(workload(port)) as prepared:
            machine = prepared.machine(flips=plan(prepared, seed))
            begin = time.monotonic()
            with served.serving(replace(machine, pace_fd=read_end), port,
                                seconds + 2 * LIMIT_S,
                                _listener(battle, say)) as server:
                shots = _fight(battle, server, write_end, seconds, seed)
        return _describe(server.result, battle.tally, shots,
                         time.monotonic() - begin)
    finally:
        os.close(read_end)
        os.close(write_end)


def _describe(result: Any, tally: Tally, shots: int, wall_s: float
              ) -> dict[str, Any]:
    records = events.parse(result.raw_events)
    live = ending.live_mask(records, REPLICAS).bit_count()
    seen = {kind: {r["logical_time"] for r in records if r["kind"] == kind}
            for kind in ("downgrade", "rejoin", "scrub")}
    detections = {(r["logical_time"], found[1]) for r in records
                  if r["kind"] == "detect"
                  and (found := re.search(r"(\w+) detector", r["words"]))}
    detectors = Counter(detector for _, detector in detections)
    return {"schema": 1, "seconds": wall_s, "virtual_ns": result.virtual_ns,
            "flips": shots, "downgrades": len(seen["downgrade"]),
            "returns": len(seen["rejoin"]), "repairs": len(seen["scrub"]),
            "detections": dict(detectors), "requests": tally.requests,
            "wrong": tally.wrong, "lost": dict(tally.lost),
            "end": ending.end_of(result, records), "live": live}
