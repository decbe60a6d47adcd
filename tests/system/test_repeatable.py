# SPDX-License-Identifier: BSD-2-Clause
"""The same command line gives the same run, to the last instruction."""

import pytest
from frontdoor import run_json

SAME = ("console", "events", "instructions", "end", "live", "sha256")
FLIP = ("--flip", "replica=1,region=user-data,at=50%,seed=7")


@pytest.mark.parametrize("protection", [
    ("--baseline",), ("--replicas", "3"), ("--replicas", "4"),
    ("--replicas", "3", *FLIP)],
    ids=["baseline", "three", "four", "three, one flipped"])
def test_two_runs_are_bit_identical(make_input, protection):
    file = make_input(20000)
    line = ("digest", "--input", file.path, *protection)
    first, second = run_json(*line), run_json(*line)
    for key in SAME:
        assert first[key] == second[key], key


def test_another_input_gives_another_run(make_input):
    runs = [run_json("digest", "--input", make_input(size).path,
                     "--replicas", "3") for size in (20000, 20001)]
    assert runs[0]["instructions"] != runs[1]["instructions"]
