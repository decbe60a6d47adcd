# SPDX-License-Identifier: BSD-2-Clause
"""A server under fire: real connections, a flip again and again, and the way
back each time; every reply is checked (kv_client.py).

Half of the flips hit a register, half a byte of all memory that is in use, of
each replica in turn. They come at fixed distances of virtual time, long enough
for a way back. As packets come at times of the host, such a run does not
repeat; its flips do.
"""
from __future__ import annotations

import random
import re
import socket
import threading
import time
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

from faultinject import ending, events, flipspec, golden, qemu
from faultinject.board import Board
from faultinject.errors import HarnessError, UserError
from faultinject.kv_client import SILENCE_S, Client, Tally, encode
from faultinject.workload import Prepared, Workload

BOARD_PORT = 6379
REPLICAS = 3
STRIDE = 32 << 20
FIRST_NS = 80_000_000
DISTANCE_NS = 120_000_000  # a way back takes about 55 ms of virtual time
FLIPS = 250  # faultinject/plugin/options.h: ACTIONS_MAX
CLIENTS = 8
READY = b"+PONG\r\n"
LIMIT_S = 300.0  # beside the time that was asked for
Say = Callable[[str], None]


@dataclass
class Battle:
    """What is known while it goes on."""

    port: int
    tally: Tally = field(default_factory=Tally)
    over: threading.Event = field(default_factory=threading.Event)
    back: threading.Event = field(default_factory=threading.Event)
    outcome: list[Any] = field(default_factory=list)


def workload(port: int) -> Workload:
    """The server, with a policy that never gives a replica up."""
    return Workload(app="kv", args=str(BOARD_PORT), replicas=REPLICAS,
                    stride=STRIDE, scrub=True, reintegration="always",
                    reintegrations_per_hour=1_000_000, backoff_us=0,
                    board=Board(ports=((port, BOARD_PORT),)))


def plan(prepared: Prepared, seed: int) -> tuple[str, ...]:
    """All flips, as arguments of the plug-in."""
    memory, _ = golden.map_at(prepared, FIRST_NS, timeout_s=LIMIT_S,
                              to_the_end=False)
    rng = random.Random(f"fire:{seed}")
    flips = []
    for number in range(FLIPS):
        register = f"r{rng.randrange(16)}" if number % 2 else None
        spec = flipspec.FlipSpec(
            replica=number % REPLICAS, at="0", register=register,
            region=None if register else "any", seed=rng.randrange(1 << 30))
        fault = flipspec.resolve(spec, prepared, memory,
                                 FIRST_NS + number * DISTANCE_NS)
        flips += fault.plugin_arguments()
    return tuple(flips)


def ask(port: int, *words: bytes) -> bytes:
    """One request on a connection of its own. @return what came."""
    with socket.create_connection(("127.0.0.1", port), SILENCE_S) as one:
        one.settimeout(SILENCE_S)
        one.sendall(encode(words))
        return one.recv(1 << 16)


def _await_service(battle: Battle) -> None:
    """The board starts while the first client waits."""
    end = time.monotonic() + LIMIT_S
    while not battle.outcome and time.monotonic() < end:
        try:
            if ask(battle.port, b"PING") == READY:
                return
        except OSError:
            pass
        time.sleep(0.1)
    raise HarnessError("the server does not answer")


def _listener(battle: Battle, say: Say) -> Callable[[bytes], None]:
    """Tells of each change, once, and when a replica is back."""
    begin = time.monotonic()

    def tell(raw: bytes) -> None:
        record = events.parse_one(raw)
        if record["kind"] in ("downgrade", "rejoin"):
            say(f"{time.monotonic() - begin:6.1f} s  {record['words']}")
        if record["kind"] == "rejoin":
            battle.back.set()
        elif record["kind"] == "downgrade":
            battle.back.clear()
    return tell


@contextmanager
def _machine(battle: Battle, prepared: Prepared, flips: tuple[str, ...],
             limit_s: float, say: Say) -> Iterator[None]:
    """The board, in a thread; its result is in the battle at the end."""
    def run() -> None:
        try:
            battle.outcome.append(qemu.run(
                prepared.machine(flips=flips), limit_s,
                listener=_listener(battle, say)))
        except (HarnessError, UserError) as error:
            battle.outcome.append(error)
    board = threading.Thread(target=run)
    board.start()
    try:
        yield
    finally:
        board.join()


def _fight(battle: Battle, seconds: float, seed: int, clients: int) -> None:
    """Clients work for so long; then the server ends as soon as a replica has
    just come back: the next flip is far enough."""
    workers = [Client(battle.port, number, seed, battle.tally, battle.over)
               for number in range(clients)]
    for worker in workers:
        worker.start()
    end = time.monotonic() + seconds
    while (time.monotonic() < end and not battle.outcome
           and not battle.tally.wrong):
        time.sleep(0.2)
    battle.back.clear()
    while not (battle.back.wait(0.2) or battle.outcome or battle.tally.wrong
               or time.monotonic() > end + LIMIT_S / 2):
        pass
    battle.over.set()
    for worker in workers:
        worker.join()
    if not battle.outcome:
        ask(battle.port, b"SHUTDOWN")


def run(port: int, seconds: float, seed: int, say: Say,
        clients: int = CLIENTS) -> dict[str, Any]:
    """The whole. @return what happened, for machines."""
    battle = Battle(port)
    with Prepared(workload(port)) as prepared:
        flips = plan(prepared, seed)
        begin = time.monotonic()
        with _machine(battle, prepared, flips, seconds + LIMIT_S, say):
            _await_service(battle)
            _fight(battle, seconds, seed, clients)
        result = battle.outcome[0]
        if isinstance(result, Exception):
            raise result
        return _describe(result, battle.tally, time.monotonic() - begin)


def _flips_fired(virtual_ns: int) -> int:
    """How many of the plan had their moment."""
    return min(FLIPS, max(0, (virtual_ns - FIRST_NS) // DISTANCE_NS + 1))


def _describe(result: Any, tally: Tally, wall_s: float) -> dict[str, Any]:
    records = events.parse(result.raw_events)
    live = ending.live_mask(records, REPLICAS).bit_count()
    seen = {kind: {r["logical_time"] for r in records if r["kind"] == kind}
            for kind in ("downgrade", "rejoin", "scrub")}
    detections = {(r["logical_time"], found[1]) for r in records
                  if r["kind"] == "detect"
                  and (found := re.search(r"(\w+) detector", r["words"]))}
    detectors = Counter(detector for _, detector in detections)
    return {"schema": 1, "seconds": wall_s, "virtual_ns": result.virtual_ns,
            "flips": _flips_fired(result.virtual_ns),
            "downgrades": len(seen["downgrade"]),
            "returns": len(seen["rejoin"]), "repairs": len(seen["scrub"]),
            "detections": dict(detectors), "requests": tally.requests,
            "wrong": tally.wrong, "lost": dict(tally.lost),
            "end": ending.end_of(result, records), "live": live}
