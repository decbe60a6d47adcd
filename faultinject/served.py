# SPDX-License-Identifier: BSD-2-Clause
"""The key-value server on an emulated board, with a port of this host, for as
long as a `with` statement lasts; it is ended by SHUTDOWN."""
from __future__ import annotations

import socket
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field

from faultinject import live, qemu
from faultinject.board import Board
from faultinject.errors import HarnessError, UserError
from faultinject.kv_client import SILENCE_S, encode

BOARD_PORT = 6379
START_S = 300.0  # only a defect takes that long
AGAIN_S = 0.1


@dataclass
class Served:
    """A board that serves. `over`: it has ended, nothing answers any more."""

    port: int
    over: threading.Event = field(default_factory=threading.Event)
    ended: list[qemu.RunResult | HarnessError | UserError] = field(
        default_factory=list)

    @property
    def result(self) -> qemu.RunResult:
        """What the run left behind, after the `with` statement."""
        if isinstance(self.ended[0], Exception):
            raise self.ended[0]
        return self.ended[0]


def board_at(port: int) -> Board:
    """A board whose server this port of the host leads to."""
    return Board(ports=((port, BOARD_PORT),))


def ask(port: int, *words: bytes) -> bytes:
    """One request on a connection of its own. @return what came first."""
    with socket.create_connection(("127.0.0.1", port), SILENCE_S) as one:
        one.settimeout(SILENCE_S)
        one.sendall(encode(words))
        return one.recv(1 << 16)


def _await_service(served: Served) -> None:
    end = time.monotonic() + START_S
    while not served.over.is_set() and time.monotonic() < end:
        with suppress(OSError):
            if ask(served.port, b"PING") == b"+PONG\r\n":
                return
        time.sleep(AGAIN_S)
    raise HarnessError("the server does not answer")


@contextmanager
def serving(machine: qemu.Machine, port: int, limit_s: float,
            listener: live.Listener | None = None) -> Iterator[Served]:
    """The board in a thread; the body begins when it answers.

    @param limit_s  Host seconds after which the run is stopped.
    """
    served = Served(port)

    def run() -> None:
        try:
            served.ended.append(qemu.run(machine, limit_s, listener=listener))
        except (HarnessError, UserError) as error:
            served.ended.append(error)
        served.over.set()
    thread = threading.Thread(target=run)
    thread.start()
    try:
        _await_service(served)
        yield served
    finally:
        if not served.over.is_set():
            with suppress(OSError):
                ask(port, b"SHUTDOWN")
        thread.join()
