# SPDX-License-Identifier: BSD-2-Clause
"""What a request costs: redis-benchmark against the key-value server, in the
unprotected baseline and in one to three replicas, one after the other.

Packets come at times of the host, so figures do not repeat exactly: how many
requests come together in a frame depends on how fast the emulator is just then.
"""
from __future__ import annotations

import csv
import io
import shutil
import subprocess
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from faultinject import critical, relay, served
from faultinject.errors import HarnessError, UserError
from faultinject.workload import Prepared, Workload

TESTS = "ping,set,get,incr,mset"
KINDS = 6  # ping counts twice: as a line and as a request
REQUESTS = 4000  # of each kind
OPTIONS = ("-P", "16", "-c", "20")
LIMIT_S = 600.0
CONFIGURATIONS = {"baseline": None, "1 replica": 1, "2 replicas": 2,
                  "3 replicas": 3}


@dataclass(frozen=True)
class Cost:
    """Requests per second of the host; instructions of the whole service
    (program's start to SHUTDOWN) per request: critical path, busiest replica."""

    per_second: float
    path: float
    busiest: float


def _seconds(port: int, requests: int) -> float:
    """Run redis-benchmark. @return host seconds of all its requests."""
    done = subprocess.run(
        ["redis-benchmark", "-p", str(port), "--csv", "-t", TESTS, "-n",
         str(requests), *OPTIONS], text=True, capture_output=True,
        timeout=LIMIT_S, check=False)
    rows = list(csv.DictReader(io.StringIO(done.stdout)))
    if done.returncode != 0 or len(rows) != KINDS or "rror" in done.stdout:
        raise HarnessError("redis-benchmark did not finish: "
                           f"{(done.stderr or done.stdout)[-200:]!r}")
    return sum(requests / float(row["rps"]) for row in rows)


def _measure_one(replicas: int | None, requests: int) -> Cost:
    port = relay.unused_ports(1)[0]
    load = Workload(app="kv", args=str(served.BOARD_PORT),
                    baseline=replicas is None, replicas=replicas or 1,
                    board=served.board_at(port))
    with Prepared(load) as prepared:
        with served.serving(prepared.machine(count=True), port,
                            LIMIT_S) as server:
            seconds = _seconds(port, requests)
        span = critical.program(critical.journal(server.result.journal), "kv")
    if span is None or server.result.end_reason != "guest-exit":
        raise HarnessError("the server did not end in order")
    count = KINDS * requests
    return Cost(count / seconds, span.path / count,
                max(span.busy.values()) / count)


def measure(progress: Callable[[str], None], requests: int = REQUESTS
            ) -> dict[str, Any]:
    """All configurations. @param progress  Told each as it is done."""
    if shutil.which("redis-benchmark") is None:
        raise UserError("bench kv needs redis-benchmark: "
                        "apt-get install redis-tools")
    costs = {}
    for name, replicas in CONFIGURATIONS.items():
        costs[name] = _measure_one(replicas, requests)
        progress(name)
    base = costs["baseline"]
    return {"requests": KINDS * requests, "configurations": {
        name: {"per_second": cost.per_second, "path": cost.path,
               "busiest": cost.busiest,
               "per_second_ratio": cost.per_second / base.per_second,
               "path_ratio": cost.path / base.path,
               "busiest_ratio": cost.busiest / base.busiest}
        for name, cost in costs.items()}}


def markdown(figures: dict[str, Any]) -> str:
    """The table for apps/kv/README.md."""
    lines = [f"{figures['requests']:,} requests (`redis-benchmark -t {TESTS} "
             f"{' '.join(OPTIONS)}`), in one run of the command:", "",
             "| | requests/s, ratio | critical path, instructions per request "
             "| busiest replica, likewise |", "|---|---|---|---|"]
    for name, row in figures["configurations"].items():
        lines.append(
            f"| {name} | {row['per_second_ratio']:.2f} | {row['path']:,.0f} "
            f"({row['path_ratio']:.2f} x) | {row['busiest']:,.0f} "
            f"({row['busiest_ratio']:.2f} x) |")
    return "\n".join(lines) + "\n"
