# SPDX-License-Identifier: BSD-2-Clause
"""Voting points are chosen at boot: each one holds meetings of its own, and
none of them changes what the system does."""

import dataclasses
import struct
import zlib

import pytest
from faultinject import image, voting
from frontdoor import ROOT, call, run_json

IMAGE = ROOT / "build/sabrelite/trireme.elf"
SIZE = 20000
INSIDE = ("context-switch", "scheduling-decision", "cap-derive", "cap-delete",
          "retype", "page-table", "ipc-transfer")
EVERYTHING = ",".join(voting.POINTS)
SAME = ("console", "events", "instructions", "end", "live", "sha256")
CALM = ("detect", "convict", "downgrade", "fail-stop", "kernel-exception",
        "assert")
FLIP = "replica={replica},symbol=digest_state,bit=100,at=52%"


@pytest.fixture(scope="module")
def file(make_input):
    return make_input(SIZE)


def digest(file, points: str, *options: str):
    return run_json("digest", "--input", file.path, "--replicas", "3",
                    "--voting", points, *options)


def replica_control(done, replica: int) -> int:
    """Instructions of replica control, without waiting."""
    return done["instructions"][str(replica)]["rcoe"]


def lines_taken(done) -> int:
    """Lines of the shared region that replicas took over from each other: more
    meetings, more lines; how long anybody waits there makes no difference."""
    return done["critical_path"]["lines"]


@pytest.fixture(scope="module")
def entry_only(file):
    return digest(file, "entry")


@pytest.mark.parametrize("point", [*INSIDE, "exit", EVERYTHING])
def test_a_chosen_point_holds_meetings_and_changes_nothing(file, entry_only,
                                                           point):
    done = digest(file, f"entry,{point}")
    assert done.status == 0 and done["live"] == 3
    assert done["sha256"] == file.sha256 and done.console == entry_only.console
    assert not any(done.events(kind) for kind in CALM)
    assert done.events("boot")[0]["args"][1] == voting.mask(f"entry,{point}")
    for replica in range(3):
        assert (replica_control(done, replica)
                > replica_control(entry_only, replica))
    again = digest(file, f"entry,{point}")
    for key in SAME:
        assert done[key] == again[key], key


def test_a_preemption_point_is_a_meeting_in_any_set(file, entry_only):
    done = digest(file, "entry,preemption-point")
    assert done["sha256"] == file.sha256
    assert done["instructions"] == entry_only["instructions"]


def test_a_change_of_thread_is_one_of_the_scheduling_decisions(file):
    switches, decisions = (digest(file, p) for p in (
        "context-switch", "scheduling-decision"))
    both = digest(file, "context-switch,scheduling-decision")
    assert lines_taken(switches) < lines_taken(decisions)
    assert both["instructions"] == decisions["instructions"]


@pytest.mark.parametrize("number, point", enumerate((*INSIDE, EVERYTHING)))
def test_a_flip_is_voted_out(file, entry_only, number, point):
    replica = number % 3
    done = digest(file, point, "--flip", FLIP.format(replica=replica))
    assert done.status == 0 and done["live"] == 2
    assert done.console == entry_only.console
    assert done.convicted() == {replica} and done.events("resume")


@pytest.mark.parametrize("replicas", ["2", "3", "4"])
def test_the_kernel_works_with_every_point_at_once(replicas):
    """All checks of tests/target: every object, call and fault."""
    done = run_json("hello", "--image", str(ROOT / "build/sabrelite/target.elf"),
                    "--replicas", replicas, "--stride", "32",
                    "--voting", EVERYTHING)
    assert done.status == 0 and done["live"] == int(replicas)
    assert not any(done.events(kind) for kind in CALM)


def test_a_replica_comes_back_with_every_point_at_once(make_input):
    file = make_input(200000)
    done = call("run", "digest", "--input", file.path, "--replicas", "3",
                "--stride", "16", "--reintegrate", "always", "--voting",
                EVERYTHING, "--soak", "3", "--json")
    assert done.status == 0, done.stdout + done.stderr
    assert done["live"] == 3 and done["sha256"] == done["host_sha256"]


@pytest.mark.parametrize("points", ["", "retype,", "entry,sometimes", "Entry",
                                    "full retype"])
def test_an_unknown_point_is_refused_with_the_known_ones(file, points):
    done = call("run", "digest", "--input", file.path, "--voting", points)
    assert done.status == 2 and len(done.stderr.strip().splitlines()) == 1
    for name in ("off", "full", *voting.POINTS):
        assert name in done.stderr


def test_off_is_refused_beside_others(file):
    done = call("run", "digest", "--input", file.path, "--voting", "off,exit")
    assert done.status == 2 and "off" in done.stderr


@pytest.mark.parametrize("bits, words", [
    (voting.ALL + 1, list(voting.POINTS)),
    (1 << 31 | 1, list(voting.POINTS))])
def test_the_loader_refuses_bits_without_a_meaning(tmp_path, file, bits, words):
    boot = image.load(IMAGE)
    config = dataclasses.replace(boot.config, voting=bits)
    body = boot.patched(config)[:-image.SEAL.size]
    path = tmp_path / "image.elf"
    path.write_bytes(body + image.SEAL_MAGIC
                     + struct.pack("<I", zlib.crc32(body)))
    done = call("run", "digest", "--input", file.path, "--image", str(path))
    assert done.status == 2 and len(done.stderr.strip().splitlines()) == 1
    for word in ("loader", "voting", *words):
        assert word in done.stderr
