# SPDX-License-Identifier: BSD-2-Clause
"""`trireme debug`: the commands that know replicas, in a board that stands."""

import re
from pathlib import Path

import pytest
from faultinject import qemu
from faultinject.cli import debug as debugger
from faultinject.workload import Prepared, Workload
from frontdoor import call

FLIP = ("--flip", "replica=1,symbol=digest_state,bit=100,at=50%")
REPLICA = re.compile(r"^replica (\d): (\w+), (\w+), sees live ([\d,]+) and "
                     r"primary (\d); logical time (\d+), meeting (\d+), "
                     r"signature ([0-9a-f]{16}); (\w+) mode at (\S+)$", re.M)
ALL = ("replicas", "events", "diff-replicas 0 1 200", "diff-replicas 0 2 200",
       "threads", "caps digest", "caps root")


def debug(app: str, *options: str, commands=ALL, arguments: str = "") -> str:
    """Standard output of gdb in batch mode."""
    asked = [word for command in commands for word in ("-c", command)]
    own = ["--", *arguments.split()] if arguments else []
    done = call("debug", app, *options, *asked, *own)
    assert done.status == 0, done.stderr
    return done.stdout


@pytest.fixture(scope="module")
def told(make_input) -> str:
    """All commands, right after a flip in replica 1."""
    return debug("digest", "--input", make_input(16384).path, "--replicas", "3",
                 "--stride", "16", "--no-scrub", *FLIP)


def test_replicas_are_told(told):
    rows = [match.groups() for match in REPLICA.finditer(told)]
    assert [row[0] for row in rows] == ["0", "1", "2"]
    assert [row[1] for row in rows] == ["primary", "backup", "backup"]
    assert {row[2:5] for row in rows} == {("good", "0,1,2", "0")}
    assert all(int(row[5]) > 100 for row in rows)


def test_events_are_told(told):
    assert "replica 1: booted with 3 replica(s), voting: entry,exit" in told
    assert told.count("thread 'digest' at 0x") == 3


def test_the_flipped_word_is_found_and_no_other():
    """While all sleep. Page tables differ by the partition offset, and do not
    count."""
    asleep = debug("idle", "--replicas", "3", "--stride", "16", "--no-scrub",
                   "--flip", "replica=1,symbol=command_line,bit=100,at=30%",
                   commands=("diff-replicas 0 1", "diff-replicas 0 2"),
                   arguments="20 3000")
    counts = re.findall(r"^(\d+) word\(s\) differ", asleep, re.M)
    assert counts == ["1", "0"]
    (line,) = [line for line in asleep.splitlines() if "command_line+" in line]
    _, first, second, *place = line.split()
    assert int(first, 16) ^ int(second, 16) == 1 << 4  # bit 100 of the object
    assert place == ["command_line+0xc,", "user-data", "of", "idle"]


def test_the_flipped_word_is_found_while_all_compute(told):
    (line,) = [line for line in told.splitlines() if "digest_state+0xc" in line]
    _, first, second, *place = line.split()
    assert int(first, 16) ^ int(second, 16) == 1 << 4  # bit 100 of the object
    assert place == ["digest_state+0xc,", "user-data", "of", "digest"]


def test_threads_are_told(told):
    rows = re.findall(r"^([* ]) (\w+) +0x[0-9a-f]{8}  priority +(\d+)  (\w.*?)"
                      r" +at 0x", told, re.M)
    assert {row[1] for row in rows} == {"root", "uart", "ramdisk", "digest"}
    assert sum(row[0] == "*" for row in rows) == 1
    assert {row[3] for row in rows} <= {"running", "restart", "receives",
                                        "awaits reply", "awaits notification"}


def test_capabilities_are_told(told):
    program, root = told.split("CNode 0x", 2)[1:]
    assert "endpoint 0x" in program and "untyped" not in program
    for kind in ("untyped 0x", "frame 0x", "TCB 0x", "page directory 0x",
                 "IRQ control"):
        assert kind in root


def test_who_differs_in_user_mode_is_named():
    """Preempted at different instructions, replicas differ in saved registers
    only: in the thread's TCB."""
    for at in ("40%", "50%", "60%"):
        out = debug("spin", "--replicas", "3", "--stride", "16", "--at", at,
                    commands=("replicas", "diff-replicas 0 1"),
                    arguments="1000000")
        rows = [match.groups() for match in REPLICA.finditer(out)]
        if {row[8] for row in rows} == {"user"}:
            break  # nobody stands in the kernel just now
    assert {row[8] for row in rows} == {"user"}
    assert all(row[9].startswith("main") for row in rows)
    words = re.findall(r"^  0x[0-9a-f]{8}  .*  (.+)$", out, re.M)
    assert words and all(word.startswith("TCB of spin+") for word in words)


def test_the_baseline_has_threads_and_capabilities_too():
    out = debug("spin", "--baseline", "--at", "50%",
                commands=("replicas", "threads", "caps spin"),
                arguments="1000000")
    assert "the baseline has no replica control" in out
    assert "* spin" in out and "endpoint 0x" in out


def test_wrong_arguments_are_one_line():
    done = call("debug", "spin", "--replicas", "2", "--at", "50%",
                "-c", "diff-replicas 0 7", "-c", "caps nobody",
                "-c", "diff-replicas", "--", "1000")
    assert "replica '7': choose 0 to 1" in done.stderr
    assert "no thread 'nobody', known are" in done.stderr
    assert "usage: diff-replicas A B [COUNT]" in done.stderr
    assert "Traceback" not in done.stderr


@pytest.mark.parametrize("at", ["200%", "soon", "99999999999"])
def test_a_moment_that_is_none_is_refused(at):
    done = call("debug", "spin", "--at", at, "-c", "replicas", "--", "1000")
    assert done.status == 2 and at in done.stderr


def test_the_board_stops_at_the_very_instruction(make_input, capfd):
    """All cores stand where a flip at that moment would have found them."""
    load = Workload("digest", data=Path(make_input(4096).path).read_bytes(),
                    replicas=3, stride=16 << 20)
    with Prepared(load) as prepared:
        end = qemu.run(prepared.machine(), 60).virtual_ns
        for at_ns in (end - 1_000_003, end - 500_000):
            seen = qemu.run(prepared.machine(quiet=True,
                                             flips=(f"{at_ns}:null",)), 60)
            debugger.attach(
                prepared.machine(quiet=True, start_paused=True,
                                 pause_ns=at_ns), prepared, True,
                ("-ex", "continue", "-ex", "thread apply all -q p/x $pc",
                 "-ex", "kill", "-batch"))
            told = re.findall(r"\$\d+ = (0x[0-9a-f]+)", capfd.readouterr().out)
            assert [int(pc, 16) for pc in reversed(told)] \
                == seen.facts["flip_pc"]
