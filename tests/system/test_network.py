# SPDX-License-Identifier: BSD-2-Clause
"""The network: what comes back is what was sent, whatever the protection is."""

import hashlib
import json
import random
import socket
import subprocess
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

import pytest
from frontdoor import ROOT, call, run_json
from wire import OWN_PORT, UDP, Wire, free_port, packet, udp

PROTECTION = {"baseline": ("--baseline",), "three": ("--replicas", "3")}
PORT = 7
TCP_BYTES = 1 << 20
DATAGRAMS = 1000
DATAGRAM_MAX = 1472
FUZZ = ROOT / "build/host/tests/fuzz/fuzz_network"
FUZZ_INPUTS = 10_000_000
WINDOW = 8
TIMEOUT_S = 60.0  # only a defect takes that long
CALM = ("detect", "convict", "downgrade", "fail-stop", "kernel-exception",
        "assert")


@dataclass
class Run:
    """A run that goes on; `result` is filled when it has ended."""

    result: dict[str, Any] = field(default_factory=dict)
    alarms: list[str] = field(default_factory=list)


@contextmanager
def netecho(protection: str, *options: str) -> Iterator[Run]:
    """The echo service, until one connection has ended or `exit` has come."""
    run = Run()
    with subprocess.Popen(
            [str(ROOT / "trireme"), "run", "netecho", *PROTECTION[protection],
             *options, "--json", "--", str(PORT), "1"],
            stdout=subprocess.PIPE, text=True) as process:
        try:
            yield run
            run.result = json.loads(process.communicate(timeout=TIMEOUT_S)[0])
        finally:
            process.terminate()
    assert run.result["end"] == "exit" and run.result["code"] == 0
    assert run.result["live"] == run.result["replicas"]
    run.alarms = [event["kind"] for event in run.result["events"]
                  if event["kind"] in CALM]
    assert not run.alarms or "--flip" in options


def connect(port: int) -> socket.socket:
    """Connect as soon as the emulator is there; only a defect takes long."""
    for _ in range(600):
        try:
            return socket.create_connection(("127.0.0.1", port), TIMEOUT_S)
        except ConnectionRefusedError:
            threading.Event().wait(0.1)
    raise AssertionError("nobody listens")


def wait_for_service(connection: socket.socket) -> None:
    """The emulator accepts connections before the board runs: one byte."""
    connection.sendall(b"?")
    assert connection.recv(1) == b"?"


def exchange(connection: socket.socket, data: bytes) -> str:
    """Send `data` and the end of it. @return SHA-256 of what comes back."""
    def send() -> None:
        connection.sendall(data)
        connection.shutdown(socket.SHUT_WR)

    sender = threading.Thread(target=send)
    sender.start()
    back = hashlib.sha256()
    while part := connection.recv(65536):
        back.update(part)
    sender.join()
    return back.hexdigest()


def ping_datagrams(port: int, count: int) -> int:
    """Send datagrams, a few at a time: fewer than the board may drop.
    @return how many came back as they were."""
    sent: set[bytes] = set()
    right = 0
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as one:
        one.settimeout(TIMEOUT_S)
        one.connect(("127.0.0.1", port))
        for number in range(count):
            sent.add(data := random.Random(number).randbytes(
                4 + number % (DATAGRAM_MAX - 3)))
            one.send(data)
            if len(sent) == WINDOW or number == count - 1:
                back = {one.recv(2048) for _ in sent}
                right += len(back & sent)
                sent.clear()
    return right


@pytest.mark.parametrize("protection", PROTECTION)
def test_what_is_sent_to_ourselves_comes_back(protection):
    done = run_json("netecho", *PROTECTION[protection],
                    arguments="loop 300000")
    assert done.status == 0
    assert done.console == "netecho 1 300000 0\n"


@pytest.mark.parametrize("protection", PROTECTION)
def test_a_transfer_and_datagrams_come_back_from_outside(protection):
    """By DHCP, with the emulator's own network between."""
    port = free_port()
    data = random.Random(1).randbytes(TCP_BYTES)
    with netecho(protection, "--port", f"{port}:{PORT}") as run:
        with connect(port) as connection:
            wait_for_service(connection)
            right = ping_datagrams(port, DATAGRAMS)
            digest = exchange(connection, data)
    assert right == DATAGRAMS
    assert digest == hashlib.sha256(data).hexdigest()
    assert run.result["console"].splitlines() == [
        "netecho address 10.0.2.15", f"netecho 1 {TCP_BYTES + 1} {DATAGRAMS}"]


def test_a_transfer_survives_the_loss_of_the_primary():
    """In its midst: 1 MiB takes longer than the moment of the flip."""
    port = free_port()
    data = random.Random(3).randbytes(TCP_BYTES)
    with netecho("three", "--port", f"{port}:{PORT}", "--stride", "16",
                 "--flip", "replica=0,register=pc,bit=20,at=150000000") as run:
        with connect(port) as connection:
            wait_for_service(connection)
            digest = exchange(connection, data)
    assert digest == hashlib.sha256(data).hexdigest()
    assert run.alarms.count("downgrade") == 1 and run.result["primary"] != 0


@pytest.mark.parametrize("protection", PROTECTION)
def test_pings_are_answered_amid_broken_frames(protection):
    chance = random.Random(2)
    with Wire() as wire:
        with netecho(protection, "--wire", wire.option) as run:
            assert wire.lend_address()[0] == 1
            wire.wait_for_service(PORT)
            for number in range(20):
                wire.ping(number, chance.randbytes(chance.randrange(1473)))
                for _ in range(5):
                    wire.send(broken_frame(chance))
            wire.send_packet(packet(UDP, udp(OWN_PORT, PORT, b"exit")))
            assert wire.expect(UDP)[8:] == b"exit"
    assert run.result["console"].splitlines() == [
        "netecho address 10.0.3.15", "netecho 0 0 2"]


def broken_frame(chance: random.Random) -> bytes:
    """Something that nobody should answer or die of."""
    frame = bytearray(b"\xff" * 12 + b"\x08\0" + packet(
        chance.choice((1, 2, 6, 17)), chance.randbytes(chance.randrange(64))))
    for _ in range(chance.randrange(1, 6)):
        frame[chance.randrange(12, len(frame))] = chance.randrange(256)
    return bytes(frame[:chance.randrange(1, len(frame) + 1)])


@pytest.mark.parametrize("options, part", [
    (("--port", "0"), "a port is HOST:BOARD or one number, each 1 to 65535"),
    (("--port", "1:2:3"), "a port is HOST:BOARD"),
    (("--port", "70000"), "each 1 to 65535"),
    (("--port", "7", "--wire", "1:2"), "one Ethernet plug"),
    (("--port", "7", "--restart-on-stop"), "do not go with"),
    (("--port", "7", "--flip", "replica=0,region=any,at=50%"),
     "a number of nanoseconds"),
])
def test_what_makes_no_sense_is_refused(options, part):
    done = call("run", "netecho", *options, "--", "7", "1")
    assert done.status == 2 and part in done.stderr


@pytest.mark.parametrize("arguments", ["", "0 1", "7 0", "7", "loop 0",
                                       "65536 1", "loop x"])
def test_arguments_are_checked_on_the_board(arguments):
    done = run_json("netecho", "--baseline", arguments=arguments)
    assert done["code"] == 2 and "usage: netecho" in done.console


@pytest.mark.slow
def test_many_random_frames_on_the_host():
    done = subprocess.run([FUZZ, str(FUZZ_INPUTS)], capture_output=True,
                          text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr
    assert f"{FUZZ_INPUTS} inputs" in done.stdout
