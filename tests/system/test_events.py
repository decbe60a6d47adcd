# SPDX-License-Identifier: BSD-2-Clause
"""`run --events`: the flight recorder in words while the system runs."""

import re
import subprocess

import pytest
from frontdoor import ROOT, call, run_json

LINE = re.compile(r"^ *(\d+\.\d{5}) ms +(\d+)  replica (\d): (.+)$")
FLIP = ("--flip", "replica=1,symbol=digest_state,bit=100,at=30%")
PROTECTED = ("--replicas", "3", "--stride", "16")


@pytest.fixture(scope="module")
def file(make_input):
    return make_input(16384)


def lines(text: str) -> list[tuple[str, ...]]:
    """Time, logical time, replica, words of each record that was printed."""
    found = map(LINE.match, text.splitlines())
    return [match.groups() for match in found if match]


def test_each_record_is_a_line_in_order_of_time(file):
    told = call("run", "digest", "--input", file.path, *PROTECTED, "--events",
                *FLIP)
    found = lines(told.stderr)
    assert [float(line[0]) for line in found] == sorted(
        float(line[0]) for line in found)
    told_of = [f"{replica}: {words}" for _, _, replica, words in found]
    assert "0: downgraded without 1, live: 0, 2, primary 0" in told_of
    assert {"0: signature detector fired, suspects: 1",
            "2: signature detector fired, suspects: 1"} <= set(told_of)
    assert f"sha256 {file.sha256}" in told.stdout


def test_with_json_they_are_the_same_run(file):
    """Listening changes no instruction, and no record is missing."""
    line = ("digest", "--input", file.path, *PROTECTED, *FLIP)
    plain, heard = run_json(*line), run_json(*line, "--events")
    assert heard["events"] == plain["events"]
    assert heard["events_lost"] == plain["events_lost"] == 0
    assert heard["instructions"] == plain["instructions"]


def test_records_are_printed_while_the_system_runs():
    """The first lines are there although the program has minutes to go."""
    process = subprocess.Popen(
        [str(ROOT / "trireme"), "run", "spin", "--events", "--",
         "4000000000"], cwd=ROOT, stdout=subprocess.DEVNULL,
        stderr=subprocess.PIPE, text=True)
    try:
        assert process.stderr is not None
        seen = [next(process.stderr) for _ in range(3)]
        assert process.poll() is None
        assert "booted with 1 replica(s)" in seen[0]
    finally:
        process.terminate()
        process.communicate()


def test_all_lives_are_told_live(file):
    told = call("run", "digest", "--input", file.path, "--replicas", "2",
                "--stride", "16", "--events", "--restart-on-stop", *FLIP)
    words = [line[3] for line in lines(told.stderr)]
    assert words.count("booted with 2 replica(s), voting: entry,exit") == 4
    assert words.count("fail-stop (signature), live: 0, 1") == 2
