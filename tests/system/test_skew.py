# SPDX-License-Identifier: BSD-2-Clause
"""Healthy replicas may drift apart; that must never convict one of them.

The worst skew is four replicas on one host core: all compute-bound (nobody
enters the kernel for long), then all bound by system calls (a meeting at each).
"""

import pytest
from frontdoor import run_json

ROUNDS = {"spin": 2_000_000, "storm": 2_000}
CALM = ("detect", "convict", "downgrade", "fail-stop", "kernel-exception")


def check_calm(app: str, rounds: int) -> None:
    done = run_json(app, "--replicas", "4", arguments=str(rounds))
    assert done.status == 0 and done["end"] == "exit" and done["live"] == 4
    assert not [kind for kind in CALM if done.events(kind)]


@pytest.mark.parametrize("app", ["spin", "storm"])
@pytest.mark.parametrize("extra", [0, 1])
def test_skew_convicts_nobody(app, extra):
    check_calm(app, ROUNDS[app] + extra * 777)


@pytest.mark.slow
@pytest.mark.parametrize("app", ["spin", "storm"])
@pytest.mark.parametrize("extra", range(20))
def test_skew_convicts_nobody_in_twenty_runs(app, extra):
    # the runs are deterministic, so each has another length
    check_calm(app, ROUNDS[app] + extra * 1009)


def test_spin_computes_what_the_host_computes():
    value = 2463534242
    for _ in range(1000):
        value ^= value << 13 & 0xffffffff
        value ^= value >> 17
        value ^= value << 5 & 0xffffffff
    done = run_json("spin", "--replicas", "3", arguments="1000")
    assert f"spin 1000 {value:08x}" in done.console


def test_storm_is_the_same_with_and_without_replicas():
    runs = [run_json("storm", *protection, arguments="300")
            for protection in (["--baseline"], ["--replicas", "3"])]
    assert runs[0].console == runs[1].console
