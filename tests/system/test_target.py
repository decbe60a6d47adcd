# SPDX-License-Identifier: BSD-2-Clause
"""The checks of tests/target hold on the board, whatever the protection is."""

import re

import pytest
from frontdoor import Call, run_json

PROTECTION = {
    "baseline": ("--baseline", "--image", "build/sabrelite-baseline/target.elf"),
    **{name: ("--replicas", str(n), "--image", "build/sabrelite/target.elf")
       for n, name in enumerate(("one", "two", "three"), 1)}}
CHECKS_LEAST = 1050
CALM = ("detect", "convict", "downgrade", "fail-stop", "kernel-exception",
        "assert")


def run_target(protection: str, group: str = "") -> Call:
    # the program's name means nothing: the image has another root task
    return run_json("hello", *PROTECTION[protection], arguments=group)


@pytest.fixture(scope="module", params=PROTECTION)
def done(request) -> Call:
    return run_target(request.param)


@pytest.fixture(scope="module")
def console() -> str:
    """Console without replica control."""
    return run_target("baseline").console


def test_all_checks_hold(done):
    assert done.status == 0 and done["code"] == 0, done.console
    total = re.fullmatch(r"(\d+) checks, 0 failed",
                         done.console.splitlines()[-1])
    assert total and int(total.group(1)) >= CHECKS_LEAST


def test_the_console_does_not_depend_on_protection(done, console):
    assert done.console == console


def test_nobody_is_suspected(done):
    assert done["end"] == "exit" and done["live"] == done["replicas"]
    assert not [kind for kind in CALM if done.events(kind)]


def test_a_check_that_does_not_hold_is_told_with_its_place():
    done = run_target("three", "failing")
    assert done.status == 1 and done["end"] == "exit"
    lines = done.console.splitlines()
    assert lines[-1] == "5 checks, 4 failed"
    assert sum("report.c:" in line and "does not hold: this" in line
               for line in lines) == 4


@pytest.mark.parametrize("protection", PROTECTION)
def test_a_program_may_wait_for_an_interrupt(protection):
    done = run_target(protection, "sleep")
    assert done.status == 0 and "1 checks, 0 failed" in done.console
    assert not [kind for kind in CALM if done.events(kind)]


@pytest.mark.parametrize("protection", PROTECTION)
def test_an_interrupt_cuts_a_long_operation(protection):
    done = run_target(protection, "preemption")
    assert done["end"] == "exit"
    assert done.status == 0 and "9 checks, 0 failed" in done.console


@pytest.mark.parametrize("protection", PROTECTION)
def test_supersections_of_ram_and_of_a_device(protection):
    done = run_target(protection, "supersection")
    assert done.status == 0 and "24 checks, 0 failed" in done.console
    assert not [kind for kind in CALM if done.events(kind)]


def check_trapped(protection: str, group: str) -> None:
    done = run_target(protection, group)
    assert done.status == 0 and "1 checks, 0 failed" in done.console
    assert not [kind for kind in CALM if done.events(kind)]


def test_random_loads_and_stores_are_done_right_on_devices():
    """2,000 of them, against the processor itself on plain memory."""
    check_trapped("three", "trapped")


@pytest.mark.slow
@pytest.mark.parametrize("protection", PROTECTION)
def test_12000_random_loads_and_stores_are_done_right(protection):
    check_trapped(protection, "trapped-long")


def test_debug_calls_print_and_change_nothing():
    done = run_target("three", "debug")
    assert done.status == 0 and "thread 'root' priority 255" in done.console
    assert "slot 2 type 10\n" in done.console


def test_a_replica_comes_back_amid_the_checks(console):
    """With the whole context compared, the FPU's registers included."""
    done = run_json("hello", *PROTECTION["three"], "--hash", "context",
                    "--stride", "32", "--reintegrate", "always", "--flip",
                    "replica=1,register=pc,bit=20,at=4%")
    assert done.status == 0 and done.console == console
    assert done["live"] == done["replicas"] and done.events("rejoin")
    assert len(done.events("downgrade")) == 1
