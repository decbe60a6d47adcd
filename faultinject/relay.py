# SPDX-License-Identifier: BSD-2-Clause
"""TCP ports of the host in front of the emulator's own.

The emulator's network listens with room for one connection that waits; Linux
drops the others, and their clients ask again after 1, 3, 7, 15 seconds. So
clients connect here, where many may wait, and are brought one by one to a port
that only we know, as fast as the emulator takes them. Bytes, ends and losses of
connections pass unchanged, both ways. Must never: keep more than a few
buffers per connection, or outlive the run.
"""
from __future__ import annotations

import asyncio
import socket
import struct
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import replace

from faultinject.board import Board
from faultinject.errors import UserError

HOST = "127.0.0.1"
WAITING_MAX = 1024
AGAIN_S = 0.05  # a connection that the emulator did not take is tried again
GRACE_S = 2.0   # for what is still on its way when the emulator has ended
CHUNK = 1 << 16


def _listen(port: int) -> socket.socket:
    """A socket that clients of `port` find."""
    door = socket.socket()
    door.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        door.bind((HOST, port))
    except OSError as error:
        door.close()
        raise UserError(f"can not serve port {port} of this host: "
                        f"{error.strerror}") from None
    door.listen(WAITING_MAX)
    return door


def unused_ports(count: int) -> tuple[int, ...]:
    """TCP ports that nobody uses now."""
    probes = [socket.socket() for _ in range(count)]
    for probe in probes:
        probe.bind((HOST, 0))
    ports = tuple(int(probe.getsockname()[1]) for probe in probes)
    for probe in probes:
        probe.close()
    return ports


def _lose(sink: asyncio.StreamWriter) -> None:
    """Close by a reset, not by an end in order."""
    sink.get_extra_info("socket").setsockopt(
        socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
    sink.transport.abort()


async def _pump(source: asyncio.StreamReader,
                sink: asyncio.StreamWriter) -> None:
    """Pass on what comes, then its end; a loss as a loss."""
    try:
        while data := await source.read(CHUNK):
            sink.write(data)
            await sink.drain()
        sink.write_eof()
    except OSError:
        _lose(sink)


class _Relay(threading.Thread):
    """Serves the ports in a thread and an event loop of its own."""

    def __init__(self, doors: dict[socket.socket, int]) -> None:
        super().__init__(daemon=True)
        self._doors = doors
        self._loop = asyncio.new_event_loop()
        self._over = asyncio.Event()
        self._turn = asyncio.Lock()
        self._served: set[asyncio.Task[None]] = set()

    def run(self) -> None:
        """Serve until `end`."""
        self._loop.run_until_complete(self._main())
        self._loop.close()

    def end(self) -> None:
        """The emulator has ended: what it sent still reaches the clients."""
        self._loop.call_soon_threadsafe(self._over.set)
        self.join()

    async def _main(self) -> None:
        tasks = [asyncio.create_task(self._accept(door, port))
                 for door, port in self._doors.items()]
        await self._over.wait()
        for task in tasks:
            task.cancel()
        if self._served:
            await asyncio.wait(self._served, timeout=GRACE_S)
        for task in self._served:
            task.cancel()
        await asyncio.gather(*tasks, *self._served, return_exceptions=True)

    async def _accept(self, door: socket.socket, port: int) -> None:
        door.setblocking(False)
        while True:
            client, _ = await self._loop.sock_accept(door)
            task = asyncio.create_task(self._serve(client, port))
            self._served.add(task)
            task.add_done_callback(self._served.discard)

    async def _serve(self, client: socket.socket, port: int) -> None:
        client.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        from_client, to_client = await asyncio.open_connection(sock=client)
        try:
            from_board, to_board = await self._reach(port)
        except ConnectionResetError:
            _lose(to_client)
            return
        try:
            await asyncio.gather(_pump(from_client, to_board),
                                 _pump(from_board, to_client))
        finally:
            to_board.close()
            to_client.close()

    async def _reach(self, port: int) -> tuple[asyncio.StreamReader,
                                               asyncio.StreamWriter]:
        """One at a time: a second one would find no room."""
        async with self._turn:
            while not self._over.is_set():
                with suppress(OSError, asyncio.TimeoutError):
                    return await asyncio.wait_for(
                        asyncio.open_connection(HOST, port), AGAIN_S)
                await asyncio.sleep(AGAIN_S)
        raise ConnectionResetError("the emulator has ended")


@contextmanager
def in_front_of(board: Board) -> Iterator[Board]:
    """The board with ports that only the relay knows, while it serves."""
    if not board.ports:
        yield board
        return
    doors: dict[socket.socket, int] = {}
    hidden = unused_ports(len(board.ports))
    try:
        for (host, _), port in zip(board.ports, hidden):
            doors[_listen(host)] = port
        relay = _Relay(doors)
        relay.start()
        try:
            yield replace(board, hidden=hidden)
        finally:
            relay.end()
    finally:
        for door in doors:
            door.close()
