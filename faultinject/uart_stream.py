# SPDX-License-Identifier: BSD-2-Clause
"""Input over the serial line: answers the target's requests for frames.

The target prints `ready N` when it wants frame N (apps/digest): so the host
can never send more than the driver's queue holds. A frame without bytes ends
the input. Such a run does not repeat exactly: host bytes come when they come.
"""
from __future__ import annotations

import re
import struct
import zlib
from typing import BinaryIO

FRAME_MAGIC = 0x4D524654
FRAME_BYTES = 1024
REQUEST = re.compile(rb"ready (\d+)\r?\n")
KEEP = 32  # bytes of console that may hold half a request


def frame(data: bytes, sequence: int) -> bytes:
    """Frame number `sequence` of an input; empty beyond its end."""
    part = data[sequence * FRAME_BYTES:(sequence + 1) * FRAME_BYTES]
    head = struct.pack("<II", sequence, len(part))
    check = zlib.crc32(head + part)
    return struct.pack("<I", FRAME_MAGIC) + head + struct.pack("<I", check) + part


class Streamer:
    """Sends frames to the emulator's standard input as they are asked for."""

    def __init__(self, data: bytes, sink: BinaryIO) -> None:
        self._data = data
        self._sink = sink
        self._seen = b""

    def feed(self, console: bytes) -> None:
        """New bytes of the console; answers each whole request in them."""
        self._seen += console
        end = 0
        for request in REQUEST.finditer(self._seen):
            self._send(frame(self._data, int(request.group(1))))
            end = request.end()
        self._seen = self._seen[end:][-KEEP:]

    def _send(self, raw: bytes) -> None:
        try:
            self._sink.write(raw)
            self._sink.flush()
        except (BrokenPipeError, ValueError):
            pass  # the emulator has ended; its exit status tells why
