# SPDX-License-Identifier: BSD-2-Clause
"""The relay in front of the emulator's ports, with a server that keeps only one
connection waiting, as the emulator does."""
from __future__ import annotations

import socket
import struct
import threading
from collections.abc import Iterator

import pytest

from faultinject import relay
from faultinject.board import Board
from faultinject.errors import UserError

CLIENTS = 60
WAIT_S = 30.0  # only a defect takes that long
LOSE = b"lose"


class Echo(threading.Thread):
    """Gives back what comes, up to its end; LOSE loses the connection."""

    def __init__(self, port: int) -> None:
        super().__init__(daemon=True)
        self._door = socket.create_server(("127.0.0.1", port), backlog=1)
        self.start()

    def run(self) -> None:
        """Take connections, a thread for each."""
        while True:
            one, _ = self._door.accept()
            threading.Thread(target=self._serve, args=(one,),
                             daemon=True).start()

    @staticmethod
    def _serve(one: socket.socket) -> None:
        with one:
            while data := one.recv(4096):
                if data == LOSE:
                    one.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER,
                                   struct.pack("ii", 1, 0))
                    return
                one.sendall(data)


@pytest.fixture(name="port")
def start_relay() -> Iterator[int]:
    """A port that leads to the echo."""
    port = relay.unused_ports(1)[0]
    with relay.in_front_of(Board(ports=((port, 7),))) as board:
        Echo(board.hidden[0])
        yield port


def connect(port: int) -> socket.socket:
    """A connection to the relay."""
    return socket.create_connection(("127.0.0.1", port), WAIT_S)


def test_clients_that_come_at_once_are_all_served(port: int) -> None:
    clients = [connect(port) for _ in range(CLIENTS)]
    for number, client in enumerate(clients):
        client.sendall(b"%d" % number)
    for number, client in enumerate(clients):
        with client:
            client.shutdown(socket.SHUT_WR)
            with client.makefile("rb") as stream:
                assert stream.read() == b"%d" % number


def test_a_lost_connection_is_lost_for_the_client(port: int) -> None:
    with connect(port) as client:
        client.sendall(LOSE)
        with pytest.raises(ConnectionResetError):
            assert client.recv(1), "an end in order"
            raise AssertionError("bytes from nowhere")


def test_a_client_that_came_before_the_emulator_is_served() -> None:
    port = relay.unused_ports(1)[0]
    with relay.in_front_of(Board(ports=((port, 7),))) as board:
        with connect(port) as early:
            early.sendall(b"early")
            Echo(board.hidden[0])
            assert early.recv(5) == b"early"


def test_a_taken_port_is_named() -> None:
    with socket.create_server(("127.0.0.1", 0)) as other:
        port = other.getsockname()[1]
        with pytest.raises(UserError, match=f"can not serve port {port}"):
            with relay.in_front_of(Board(ports=((port, 7),))):
                raise AssertionError("two serve one port")


def test_a_board_without_ports_has_no_relay() -> None:
    with relay.in_front_of(Board()) as board:
        assert board == Board()
