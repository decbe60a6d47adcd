# SPDX-License-Identifier: BSD-2-Clause
"""The key-value server over the Ethernet, with clients that nobody here wrote:
Debian's redis-cli and redis-benchmark against three replicas."""

import os
import signal
import socket
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager

import pytest
from frontdoor import ROOT

WAIT_S = 240  # only a defect takes that long
HALF_REQUEST = b"*2\r\n$4\r\nECHO\r\n$5\r\nhe"


def free_port() -> int:
    """A TCP port of the host that nobody uses."""
    with socket.socket() as one:
        one.bind(("127.0.0.1", 0))
        return one.getsockname()[1]


@contextmanager
def serving(*options: str) -> Iterator[int]:
    """A server on a port of the host; ends by SHUTDOWN, with status 0."""
    port = free_port()
    line = [ROOT / "trireme", "run", "kv", *options, "--port",
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
    """Run redis-benchmark over one connection. @return Tests that ended."""
    done = subprocess.run(
        ["redis-benchmark", "-p", str(port), "--csv", "-t", tests, "-n",
         str(count), "-P", "16", "-c", "1"], text=True, capture_output=True,
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
        assert benchmark(port, "set,get,incr", 320) == 3
        assert cli(port, "GET", "counter:__rand_int__") == "320"
        send_damaged(port)
        assert "protocol_errors:2" in cli(port, "INFO", "stats")


@pytest.mark.slow
@pytest.mark.parametrize("replicas", ["1", "2", "3"])
def test_redis_benchmark_finishes_without_an_error(replicas):
    with serving("--replicas", replicas) as port:
        assert benchmark(port, "ping,set,get,incr,mset", 20000) == 6
        assert cli(port, "GET", "counter:__rand_int__") == "20000"
