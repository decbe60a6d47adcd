# SPDX-License-Identifier: BSD-2-Clause
"""Clients of the key-value server that know every answer beforehand.

Each has a connection and keys of its own, and a model of their values: requests
go out several at once, and the bytes that come back must be the model's, all of
them. When a connection is lost, the server has done some of what was under way,
from its first on: the values are read back and must be those of such a moment.
"""
from __future__ import annotations

import random
import socket
import threading
import time
from collections import Counter
from dataclasses import dataclass, field
from typing import BinaryIO

BATCH_MAX = 16
KEYS = 6
TEXT_MAX = 600  # bytes of a value; a longer one is replaced
SILENCE_S = 60.0
AGAIN_S = 0.2
REST_S = (0.1, 0.4)  # between two batches, as a person or a program rests
Words = tuple[bytes, ...]
Values = dict[bytes, bytes]


def encode(words: Words) -> bytes:
    """A request in RESP2."""
    return b"*%d\r\n" % len(words) + b"".join(
        b"$%d\r\n%s\r\n" % (len(word), word) for word in words)


def bulk(value: bytes | None) -> bytes:
    """A value in a reply."""
    return b"$-1\r\n" if value is None else b"$%d\r\n%s\r\n" % (
        len(value), value)


def _text(rng: random.Random) -> bytes:
    return rng.randbytes(rng.randrange(1, 64))


def step(rng: random.Random, model: Values, name: bytes
         ) -> tuple[Words, bytes]:
    """One request on the keys of `name`, done to the model.
    @return its words and the reply that is right."""
    key, other = (b"%s:%d" % (name, rng.randrange(KEYS)) for _ in "12")
    counter = name + b":n"
    kind = rng.choice(("set", "get", "incr", "append", "del", "strlen",
                       "mset", "mget"))
    if kind == "append" and len(model.get(key, b"")) > TEXT_MAX:
        kind = "set"
    if kind == "set":
        model[key] = _text(rng)
        return (b"SET", key, model[key]), b"+OK\r\n"
    if kind == "incr":
        model[counter] = b"%d" % (int(model.get(counter, b"0")) + 1)
        return (b"INCR", counter), b":%s\r\n" % model[counter]
    if kind == "append":
        more = _text(rng)
        model[key] = model.get(key, b"") + more
        return (b"APPEND", key, more), b":%d\r\n" % len(model[key])
    if kind == "del":
        found = model.pop(key, None) is not None
        return (b"DEL", key), b":%d\r\n" % found
    if kind == "strlen":
        return (b"STRLEN", key), b":%d\r\n" % len(model.get(key, b""))
    if kind == "mset":
        first, model[other] = _text(rng), _text(rng)
        words = (b"MSET", key, first, other, model[other])
        model.update({key: first} if key != other else {})
        return words, b"+OK\r\n"
    if kind == "mget":
        return (b"MGET", key, counter), (
            b"*2\r\n" + bulk(model.get(key)) + bulk(model.get(counter)))
    return (b"GET", key), bulk(model.get(key))


@dataclass
class Tally:
    """What all clients saw together."""

    requests: int = 0
    wrong: list[str] = field(default_factory=list)
    lost: Counter[str] = field(default_factory=Counter)
    lock: threading.Lock = field(default_factory=threading.Lock)


class Client(threading.Thread):
    """Works until `over` is set; what it finds goes to the tally."""

    def __init__(self, port: int, number: int, seed: int, tally: Tally,
                 over: threading.Event) -> None:
        super().__init__(daemon=True)
        self._port = port
        self._name = b"c%d" % number
        self._rng = random.Random(f"{seed}:{number}")
        self._tally = tally
        self._over = over
        self._model: Values = {}
        self._possible: list[Values] = [{}]

    def run(self) -> None:
        """Connect, work; after a loss again."""
        while not self._over.is_set() and not self._tally.wrong:
            try:
                with socket.create_connection(("127.0.0.1", self._port),
                                              SILENCE_S) as one:
                    one.settimeout(SILENCE_S)
                    self._work(one)
            except TimeoutError:
                self._note("silent for a minute")
            except ConnectionResetError:
                self._note("reset")
            except EOFError:
                self._note("closed")
            except OSError as error:
                self._note(str(error.strerror))

    def _note(self, kind: str) -> None:
        with self._tally.lock:
            self._tally.lost[kind] += 1
        time.sleep(AGAIN_S)

    def _work(self, one: socket.socket) -> None:
        with one.makefile("rb") as replies:
            self._read_back(one, replies)
            while not self._over.is_set() and not self._tally.wrong:
                self._batch(one, replies)
                self._over.wait(self._rng.uniform(*REST_S))

    def _read_back(self, one: socket.socket, replies: BinaryIO) -> None:
        """Which of the moments that are possible it was."""
        keys = [b"%s:%d" % (self._name, k) for k in range(KEYS)]
        keys.append(self._name + b":n")
        one.sendall(b"".join(encode((b"GET", key)) for key in keys))
        found = {}
        for key in keys:
            size = int(_line(replies)[1:])
            if size >= 0:
                found[key] = _exactly(replies, size + 2)[:-2]
        if found not in self._possible:
            self._report(f"after a loss {found} is none of the values that "
                         "can be")
        self._model = found
        self._possible = [found]

    def _batch(self, one: socket.socket, replies: BinaryIO) -> None:
        steps = []
        self._possible = [dict(self._model)]
        for _ in range(self._rng.randrange(1, BATCH_MAX + 1)):
            steps.append(step(self._rng, self._model, self._name))
            self._possible.append(dict(self._model))
        one.sendall(b"".join(encode(words) for words, _ in steps))
        for words, right in steps:
            came = _exactly(replies, len(right))
            if came != right:
                self._report(f"{words!r} was answered by {came!r}, not "
                             f"{right!r}")
                return
        self._possible = [dict(self._model)]
        with self._tally.lock:
            self._tally.requests += len(steps)

    def _report(self, text: str) -> None:
        with self._tally.lock:
            self._tally.wrong.append(f"{self._name.decode()}: {text}")


def _exactly(replies: BinaryIO, count: int) -> bytes:
    data = bytes(replies.read(count))
    if len(data) < count:
        raise EOFError
    return data


def _line(replies: BinaryIO) -> bytes:
    line = bytes(replies.readline())
    if not line.endswith(b"\r\n"):
        raise EOFError
    return line
