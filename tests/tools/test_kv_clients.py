# SPDX-License-Identifier: BSD-2-Clause
"""The portable key-value server with clients that nobody here wrote, on the
host: Debian's redis-cli and redis-benchmark."""

import shutil
import socket
import subprocess
import threading
from pathlib import Path

import pytest

from faultinject import kv_client

SERVER = Path(__file__).resolve().parents[2] \
    / "build/host/tests/unit/apps/kv_host"
CONNECTIONS = 200

pytestmark = [
    pytest.mark.skipif(not SERVER.exists(), reason="cmake --build build/host"),
    pytest.mark.skipif(not shutil.which("redis-benchmark"),
                       reason="apt-get install redis-tools")]


@pytest.fixture(name="port")
def start_server():
    """A server that lives as long as the test. Its port."""
    with subprocess.Popen([SERVER, str(CONNECTIONS)], stdin=subprocess.PIPE,
                          stdout=subprocess.PIPE, text=True) as server:
        yield server.stdout.readline().split()[1]
        server.stdin.close()
        assert server.wait() == 0


def cli(port: str, *words: str) -> str:
    """What redis-cli prints for one command."""
    done = subprocess.run(["redis-cli", "-p", port, *words], text=True,
                          capture_output=True, check=True, timeout=60)
    assert done.stderr == ""
    return done.stdout.strip()


def benchmark(port: str, *options: str) -> list[str]:
    """Run redis-benchmark. @return Its table: one line per test."""
    done = subprocess.run(["redis-benchmark", "-p", port, "--csv", *options],
                          text=True, capture_output=True, check=True,
                          timeout=300)
    assert "rror" not in done.stdout + done.stderr, done.stdout + done.stderr
    return done.stdout.splitlines()[1:]


def test_redis_cli_understands_all_answers(port):
    assert cli(port, "SET", "greeting", "hello world", "EX", "100") == "OK"
    assert cli(port, "GET", "greeting") == "hello world"
    assert cli(port, "INCRBY", "n", "42") == "42"
    assert cli(port, "MGET", "n", "none") == "42"
    assert sorted(cli(port, "--scan").split()) == ["greeting", "n"]
    assert cli(port, "CLIENT", "LIST") == "ERR CLIENT is not supported"
    assert "db0:keys=2,expires=1" in cli(port, "INFO")


def test_redis_benchmark_finishes_without_an_error(port):
    rows = benchmark(port, "-t", "ping,set,get,incr,mset", "-n", "20000",
                     "-P", "16", "-c", "20")
    assert len(rows) == 6
    assert cli(port, "GET", "counter:__rand_int__") == "20000"


def test_long_values_of_many_connections(port):
    rows = benchmark(port, "-t", "set,get", "-n", "4000", "-c", "150", "-d",
                     "3000", "-r", "300")
    assert len(rows) == 2
    assert int(cli(port, "DBSIZE")) == 300


def test_one_connection_too_many_is_told_and_the_others_go_on(port):
    address = ("127.0.0.1", int(port))
    many = [socket.create_connection(address) for _ in range(CONNECTIONS)]
    for one in many:
        one.sendall(b"PING\r\n")
        assert one.recv(100) == b"+PONG\r\n"
    with socket.create_connection(address) as refused:
        assert refused.recv(100) == b"-ERR max number of clients reached\r\n"
        assert refused.recv(100) == b""
    many.pop().close()
    assert cli(port, "PING") == "PONG"
    for one in many:
        one.close()


def test_who_does_not_read_is_held_back(port):
    with socket.create_connection(("127.0.0.1", int(port))) as slow:
        slow.settimeout(1)
        slow.sendall(b"SET long " + b"v" * 900 + b"\r\n")
        with pytest.raises(TimeoutError):
            for _ in range(100_000):
                slow.sendall(b"GET long\r\n" * 100)
        assert cli(port, "PING") == "PONG"


def work(port: int, monkeypatch: pytest.MonkeyPatch) -> kv_client.Tally:
    """A client with a model, until it has worked or found something wrong."""
    monkeypatch.setattr(kv_client, "REST_S", (0.0, 0.0))
    tally, over = kv_client.Tally(), threading.Event()
    client = kv_client.Client(port, 1, 2026, tally, over)
    client.start()
    while tally.requests < 5000 and not tally.wrong and not tally.lost:
        client.join(0.01)
    over.set()
    client.join()
    return tally


def test_a_client_with_a_model_agrees_with_the_server(port, monkeypatch):
    tally = work(int(port), monkeypatch)
    assert tally.wrong == [] and not tally.lost and tally.requests >= 5000


def test_a_client_with_a_model_finds_a_wrong_value(port, monkeypatch):
    right = kv_client.bulk
    monkeypatch.setattr(kv_client, "bulk", lambda value: right(
        value and value[:-1] + bytes((value[-1] ^ 1,))))
    assert "was answered by" in work(int(port), monkeypatch).wrong[0]
