# SPDX-License-Identifier: BSD-2-Clause
"""`trireme test`: unit tests and what they reach, tests of the tools, system
tests, lints.

The closing line is `N passed, N failed`, after the names of what failed; the
exit status says the same.
"""
from __future__ import annotations

import argparse
import os
import re
import subprocess
import sys
from dataclasses import dataclass

from faultinject import tree
from faultinject.cli import build

PYTEST_COUNT = re.compile(r"(\d+) (passed|failed|errors?)")
CTEST_COUNT = re.compile(r"(\d+) tests? failed out of (\d+)")
NAME = re.compile(r"^(?:FAILED|ERROR) (\S+)|^\s*\d+ - (\S+) \(", re.MULTILINE)
COVERAGE = [sys.executable, "-B", "tests/coverage.py"]
# A file of tests shares its boards; files are spread over the cores.
SHARED = ("-n", str(os.cpu_count() or 1), "--dist", "loadfile")
EMULATOR_FOLDERS = ("tests/system", "tests/target")


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Arguments of `trireme test`."""
    parser.add_argument("--all", action="store_true",
                        help="the long tests too")
    parser.add_argument("--coverage", action="store_true",
                        help="only: lines and branches of kernel/core that "
                        "the unit tests reach; tests/coverage.md")


@dataclass(frozen=True)
class Count:
    """Tests that passed and failed, and the names of these as far as told."""

    passed: int
    failed: int
    names: tuple[str, ...] = ()

    def __add__(self, other: Count) -> Count:
        return Count(self.passed + other.passed, self.failed + other.failed,
                     self.names + other.names)


def failed_names(text: str) -> tuple[str, ...]:
    """What a summary of ctest or pytest says has failed."""
    return tuple(first or second for first, second in NAME.findall(text))


def _run(command: list[str]) -> tuple[int, str]:
    """Run a tool; show its output as it comes and keep it."""
    print(f"== {' '.join(command)}", flush=True)
    process = subprocess.Popen(command, cwd=tree.ROOT, text=True,
                               stdout=subprocess.PIPE,
                               stderr=subprocess.STDOUT)
    text = []
    assert process.stdout is not None
    for line in process.stdout:
        sys.stdout.write(line)
        text.append(line)
    sys.stdout.flush()
    return process.wait(), "".join(text)


def count_ctest(status: int, text: str) -> Count:
    """Counts of a ctest run; a run without a summary is one failure."""
    found = CTEST_COUNT.search(text)
    if found is None:
        return Count(0, 1)
    failed, total = int(found.group(1)), int(found.group(2))
    if status != 0 and failed == 0:
        failed = 1
    return Count(total - failed, failed, failed_names(text))


def count_pytest(status: int, text: str) -> Count:
    """Counts of a pytest run; collecting nothing is a failure."""
    lines = text.strip().splitlines()
    found = dict.fromkeys(("passed", "failed"), 0)
    for number, word in PYTEST_COUNT.findall(lines[-1] if lines else ""):
        found["passed" if word == "passed" else "failed"] += int(number)
    if status != 0 and found["failed"] == 0:
        found["failed"] = 1
    return Count(found["passed"], found["failed"], failed_names(text))


def count_coverage() -> Count:
    """Coverage of the kernel's core, as one test."""
    status, _ = _run(COVERAGE)
    return Count(0, 1, ("coverage",)) if status else Count(1, 0)


def main(options: argparse.Namespace) -> int:
    """Run the command."""
    if options.coverage:
        return count_coverage().failed
    for preset in (*build.PRESETS, *build.ON_DEMAND[:1]):
        build.build(preset)
    total = count_ctest(*_run(["ctest", "--preset", build.HOST]))
    total += count_coverage()
    folders = [f for f in EMULATOR_FOLDERS
               if any((tree.ROOT / f).glob("test_*.py"))]
    if folders:
        marks = [] if options.all else ["-m", "not slow"]
        total += count_pytest(*_run([sys.executable, "-B", "-m", "pytest", "-q",
                                     "--color=no", *SHARED, *marks, *folders]))
    for name in total.names:
        print(f"failed: {name}")
    print(f"{total.passed} passed, {total.failed} failed")
    return 1 if total.failed else 0
