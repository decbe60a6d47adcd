# SPDX-License-Identifier: BSD-2-Clause
"""Random system calls: on the board in a kernel that checks its invariants
after every entry, and on the host under sanitizers. Nothing stops, nothing is
lost, nothing differs between replicas."""

import subprocess

import pytest
from frontdoor import ROOT, run_json

IMAGES = {"baseline": ("--baseline", "--image",
                       "build/sabrelite-baseline/target_debug.elf"),
          "three": ("--replicas", "3", "--image",
                    "build/sabrelite/target_debug.elf")}
CALM = ("detect", "convict", "downgrade", "fail-stop", "kernel-exception",
        "assert")
HOST = ROOT / "build/host/tests/fuzz/fuzz_kernel"
HOST_CALLS = 10_000_000


def fuzz(protection: str, group: str, *options: str) -> str:
    """Run a group of random calls. @return What it says of them."""
    done = run_json("hello", *IMAGES[protection], *options, arguments=group)
    assert done.status == 0 and done["end"] == "exit", done.console
    assert not [kind for kind in CALM if done.events(kind)]
    assert "2 checks, 0 failed" in done.console
    return done.console


def test_random_calls_do_the_same_in_every_replica():
    console = fuzz("three", "fuzz")
    assert "5000 random system calls" in console
    assert console == fuzz("baseline", "fuzz")


@pytest.mark.slow
def test_many_random_calls_in_three_replicas():
    console = fuzz("three", "fuzz-long", "--timeout", "1800")
    assert "200000 random system calls" in console


@pytest.mark.slow
def test_many_random_calls_on_the_host():
    done = subprocess.run([HOST, str(HOST_CALLS)], capture_output=True,
                          text=True, check=False)
    assert done.returncode == 0, done.stdout
    assert " 0 episodes failed" in done.stdout
