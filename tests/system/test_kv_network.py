# SPDX-License-Identifier: BSD-2-Clause
"""The key-value server over the Ethernet, with clients that nobody here wrote:
Debian's redis-cli and redis-benchmark against three replicas."""

import json
import os
import re
import signal
import socket
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager

import pytest
from frontdoor import ROOT

WAIT_S = 240  # only a defect takes that long
CLIENTS = 20
CONNECTIONS = 200  # all that the server takes
BIG = b"v" * 8192
MANY = 300  # of them: far more than a connection may hold
FIRE_MINUTES = "10"
HALF_REQUEST = b"*2\r\n$4\r\nECHO\r\n$5\r\nhe"


def free_port() -> int:
    """A TCP port of the host that nobody uses."""
    with socket.socket() as one:
        one.bind(("127.0.0.1", 0))
        return one.getsockname()[1]


@contextmanager
def serving(*options: str, app: str = "kv") -> Iterator[int]:
    """A server on a port of the host; ends by SHUTDOWN, with status 0."""
    port = free_port()
    line = [ROOT / "trireme", "run", app, *options, "--port",
            f"{port}:6379", "--timeout", str(WAIT_S), "--", "6379"]
    with subprocess.Popen(line, stdout=subprocess.PIPE, text=True, cwd=ROOT,
                          stdin=subprocess.DEVNULL,
                          start_new_session=True) as server:
        try:
            for text in server.stdout:
                if text.startswith("kv ready "):
                    break
            yield port
            subprocess.run(["redis-cli", "-p", str(port), "shutdown"],
                           check=False, timeout=WAIT_S)
            assert "kv served " in server.stdout.read()
            assert server.wait(WAIT_S) == 0
        finally:
            if server.poll() is None:
                os.killpg(server.pid, signal.SIGTERM)


def cli(port: int, *words: str) -> str:
    """What redis-cli prints for one command."""
    done = subprocess.run(["redis-cli", "-p", str(port), *words], text=True,
                          capture_output=True, check=True, timeout=WAIT_S)
    assert done.stderr == ""
    return done.stdout.strip().replace("\r", "")


def benchmark(port: int, tests: str, count: int) -> int:
    """Run redis-benchmark with many connections that begin at once.
    @return Tests that ended."""
    done = subprocess.run(
        ["redis-benchmark", "-p", str(port), "--csv", "-t", tests, "-n",
         str(count), "-P", "16", "-c", str(CLIENTS)], text=True, capture_output=True,
        check=True, timeout=WAIT_S)
    assert "rror" not in done.stdout + done.stderr, done.stdout + done.stderr
    return len(done.stdout.splitlines()) - 1


def send_damaged(port: int) -> None:
    """What is no protocol, and a request that never ends."""
    for damaged, answer in ((b"*1\r\n$99999999\r\n", b"invalid bulk length"),
                            (b"*1\r\n!x\r\n", b"expected '$'")):
        with socket.create_connection(("127.0.0.1", port), WAIT_S) as one:
            one.sendall(damaged)
            assert answer in one.recv(200)
            assert one.recv(200) == b"", "the connection is closed"
    with socket.create_connection(("127.0.0.1", port), WAIT_S) as one:
        one.sendall(HALF_REQUEST)


def test_real_clients_are_served_by_three_replicas():
    with serving("--replicas", "3") as port:
        assert cli(port, "SET", "greeting", "hello world", "EX", "1000") == "OK"
        assert cli(port, "GET", "greeting") == "hello world"
        assert "live:0,1,2\nprimary:0\ndowngrades:0" in \
            cli(port, "INFO", "replicas")
        nothing = cli(port, "SAVE")
        assert nothing == "ERR this server keeps nothing, kvkeep does"
        assert benchmark(port, "set,get,incr", 320) == 3
        assert cli(port, "GET", "counter:__rand_int__") == "320"
        send_damaged(port)
        assert "protocol_errors:2" in cli(port, "INFO", "stats")


def connect(port: int) -> socket.socket:
    """A connection that the server has taken: it answers."""
    one = socket.create_connection(("127.0.0.1", port), WAIT_S)
    one.sendall(b"PING\r\n")
    return one


def number_of(text: str, name: str) -> int:
    """A number that INFO tells."""
    return int(re.search(rf"^{name}:(\d+)$", text, re.M)[1])


def receive(one: socket.socket, count: int) -> bytes:
    """Exactly so many bytes."""
    with one.makefile("rb") as stream:
        return stream.read(count)


def ask_for_much(port: int) -> tuple[socket.socket, bytes]:
    """A client that asks for more than it reads. @return it and what is right."""
    one = connect(port)
    assert receive(one, 7) == b"+PONG\r\n"
    one.sendall(b"*3\r\n$3\r\nSET\r\n$3\r\nbig\r\n$8192\r\n" + BIG + b"\r\n")
    assert receive(one, 5) == b"+OK\r\n"
    one.sendall(b"*2\r\n$3\r\nGET\r\n$3\r\nbig\r\n" * MANY)
    return one, (b"$8192\r\n" + BIG + b"\r\n") * MANY


@pytest.mark.parametrize("protection", [
    ("--baseline",), pytest.param(("--replicas", "3"), marks=pytest.mark.slow)],
    ids=["baseline", "three"])
def test_200_connections_and_a_slow_client_are_served_in_bounded_memory(
        protection):
    with serving(*protection) as port:
        before = number_of(cli(port, "INFO", "memory"), "used_memory")
        slow, right = ask_for_much(port)
        with slow:
            others = [connect(port) for _ in range(CONNECTIONS - 2)]
            assert all(receive(one, 7) == b"+PONG\r\n" for one in others)
            clients = number_of(cli(port, "INFO", "clients"),
                                "connected_clients")
            assert clients == CONNECTIONS
            with connect(port) as last, connect(port) as refused:
                answers = {last.recv(7), refused.recv(4)}
                assert answers == {b"+PONG\r\n", b"-ERR"}
            used = number_of(cli(port, "INFO", "memory"), "used_memory")
            assert 0 < used - before < 2 * len(BIG), "the value, nothing else"
            assert receive(slow, len(right)) == right
            for one in others:
                one.close()
        assert cli(port, "DEL", "big") == "1"
        assert number_of(cli(port, "INFO", "memory"), "used_memory") == before


@pytest.mark.parametrize("protection", [
    ("--baseline",), pytest.param(("--replicas", "3"), marks=pytest.mark.slow)],
    ids=["baseline", "three"])
def test_what_is_saved_is_there_after_the_power_was_off(protection, tmp_path):
    kept = (*protection, "--flash", str(tmp_path / "flash"))
    with serving(*kept, app="kvkeep") as port:
        assert cli(port, "MSET", "a", "1", "gone", "2", "big", "x" * 8000) \
            == "OK"
        assert cli(port, "SET", "expires", "3", "EX", "1000") == "OK"
        assert cli(port, "SAVE") == "OK"
        assert cli(port, "INCR", "a") == "2"
        assert cli(port, "DEL", "gone") == "1"
        assert cli(port, "SAVE") == "OK"
        assert cli(port, "SET", "late", "4") == "OK"
    with serving(*kept, app="kvkeep") as port:
        assert sorted(cli(port, "KEYS", "*").split()) == ["a", "big"]
        assert cli(port, "MGET", "a", "big").split() == ["2", "x" * 8000]


@pytest.mark.slow
def test_under_fire_every_reply_is_right():
    """A flip every few seconds; each replica that is voted out comes back."""
    done = subprocess.run(
        [ROOT / "trireme", "demo", "--net", "--json", "--minutes",
         FIRE_MINUTES], text=True, capture_output=True, check=False, cwd=ROOT)
    outcome = json.loads(done.stdout)
    assert done.returncode == 0, outcome
    assert outcome["wrong"] == [] and outcome["lost"] == {}
    assert outcome["live"] == 3 and outcome["end"] == "exit"
    assert outcome["flips"] > 10 * float(FIRE_MINUTES)
    assert outcome["downgrades"] == outcome["returns"] > 0
    assert outcome["repairs"] > 0 and outcome["requests"] > 1000


@pytest.mark.slow
@pytest.mark.parametrize("replicas", ["1", "2", "3"])
def test_redis_benchmark_finishes_without_an_error(replicas):
    with serving("--replicas", replicas) as port:
        assert benchmark(port, "ping,set,get,incr,mset", 20000) == 6
        assert cli(port, "GET", "counter:__rand_int__") == "20000"
