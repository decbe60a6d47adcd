# SPDX-License-Identifier: BSD-2-Clause
"""Flight-recorder records as they are written, while the system runs.

The plug-in sends each record through a pipe. It looks at guest memory only,
at moments that instructions decide, so a run with it is the same run.
"""
from __future__ import annotations

import os
import threading
from collections.abc import Callable

from faultinject import events

Listener = Callable[[bytes], None]  # is told one record at a time


class Stream(threading.Thread):
    """Reads records from the plug-in until it closes its end."""

    def __init__(self, listener: Listener) -> None:
        super().__init__(daemon=True)
        self._listener = listener
        self._read, self.write_end = os.pipe()
        self.records: list[bytes] = []

    def begin(self) -> None:
        """The emulator has its end of the pipe now."""
        os.close(self.write_end)
        self.start()

    def run(self) -> None:
        """Pass on what comes."""
        with open(self._read, "rb", buffering=0) as source:
            rest = b""
            while chunk := source.read(64 * events.RECORD_SIZE):
                rest += chunk
                usable = len(rest) - len(rest) % events.RECORD_SIZE
                for at in range(0, usable, events.RECORD_SIZE):
                    self._one(rest[at:at + events.RECORD_SIZE])
                rest = rest[usable:]

    def _one(self, record: bytes) -> None:
        if events.is_whole(record):
            self.records.append(record)
            self._listener(record)


def complete(streamed: list[bytes], shared: bytes) -> events.Ring:
    """All records of a run: those that came live, and any that only the rings
    at the end have. What neither has is counted as lost."""
    found = {(raw[10], raw[4:8]): raw for raw in streamed}
    for ring in events.rings(shared):
        for raw in ring.records:
            found.setdefault((raw[10], raw[4:8]), raw)
    row = events.merge([events.Ring(tuple(found.values()), 0, 0)])
    newest: dict[int, int] = {}
    for replica, sequence in found:
        number = int.from_bytes(sequence, "little") + 1
        newest[replica] = max(newest.get(replica, 0), number)
    return events.Ring(events.cut(row), 0, sum(newest.values()) - len(found))
