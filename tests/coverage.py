#!/usr/bin/env python3
# SPDX-License-Identifier: BSD-2-Clause
"""Lines and branches of kernel/core that the unit tests reach, by gcov.

    /usr/bin/python3 tests/coverage.py          the table, and what is wrong
    /usr/bin/python3 tests/coverage.py --left   also every place not reached

Builds the preset `coverage` (the host's tests, counters in the place of the
sanitizers), runs the tests that link the kernel, and demands LINES_LEAST and
BRANCHES_LEAST. Each function with a place that no test reaches must have a row
with the reason in tests/coverage.md, and no row may be left over. Random calls
(tests/fuzz) do not count: they end without writing their counters.

The side of an assertion that stops the kernel counts as a branch not taken,
but needs no row.
"""
from __future__ import annotations

import argparse
import gzip
import json
import re
import subprocess
import sys
import tempfile
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parent.parent
PRESET = "coverage"
BUILD = ROOT / "build" / PRESET
TESTS = "tests/unit/kernel"
SOURCES = ROOT / "kernel" / "core"
REASONS = ROOT / "tests" / "coverage.md"
ROW = re.compile(r"^\| `(\w+\.c): (\w+)` \|", re.MULTILINE)
HEAD = re.compile(r"\w.*?[ *](\w+)\(")  # of a function, as it is laid out
LINES_LEAST = 95.0  # per cent
BRANCHES_LEAST = 85.0
ASSERTION = "kernel_assert("


@dataclass
class Function:
    """What was reached of a function: counts by line, and of branches."""

    lines: dict[int, int] = field(default_factory=dict)
    branches: list[tuple[int, int]] = field(default_factory=list)


@dataclass(frozen=True)
class Share:
    """So many of so many."""

    reached: int
    total: int

    @property
    def percent(self) -> float:
        """0 to 100; of nothing, 100."""
        return 100.0 * self.reached / self.total if self.total else 100.0

    def __add__(self, other: Share) -> Share:
        return Share(self.reached + other.reached, self.total + other.total)

    def __str__(self) -> str:
        return f"{self.reached}/{self.total} {self.percent:.1f} %"


class Source:
    """One file of kernel/core with its functions."""

    def __init__(self, path: Path) -> None:
        self.name = path.name
        self.functions: dict[str, Function] = {}
        self._text = path.read_text(encoding="utf-8").splitlines()

    def add(self, line: dict[str, Any]) -> None:
        """Take over a line of gcov's report."""
        number = line["line_number"]
        name = line.get("function_name") or self._inlined(number)
        found = self.functions.setdefault(name, Function())
        found.lines[number] = found.lines.get(number, 0) + line["count"]
        found.branches += [(number, b["count"]) for b in line["branches"]]

    def _inlined(self, number: int) -> str:
        """Who holds a line: gcov does not name what is always inlined."""
        while number > 0:
            number -= 1
            found = HEAD.match(self._text[number])
            if found:
                return found.group(1)
        return "?"

    @property
    def lines(self) -> Share:
        """Lines executed."""
        counts = [c for f in self.functions.values() for c in f.lines.values()]
        return Share(sum(c > 0 for c in counts), len(counts))

    @property
    def branches(self) -> Share:
        """Branches taken."""
        counts = [c for f in self.functions.values() for _, c in f.branches]
        return Share(sum(c > 0 for c in counts), len(counts))

    def left(self) -> dict[str, list[int]]:
        """Lines with something not reached, by function; not assertions."""
        places = {
            name: sorted({n for n, c in (*f.lines.items(), *f.branches)
                          if c == 0 and ASSERTION not in self._text[n - 1]})
            for name, f in self.functions.items()}
        return {name: lines for name, lines in places.items() if lines}


def run_tests() -> None:
    """Build, forget old counts, run."""
    if not (BUILD / "build.ninja").is_file():
        _quiet("cmake", "--preset", PRESET)
    _quiet("cmake", "--build", "--preset", PRESET, "--target", f"{TESTS}/all")
    for old in BUILD.rglob("*.gcda"):
        old.unlink()
    _quiet("ctest", "--test-dir", str(BUILD / TESTS), "-L", "unit")


def _quiet(*command: str) -> None:
    """Run a tool; on failure show what it said and end."""
    done = subprocess.run(command, cwd=ROOT, text=True, check=False,
                          stdout=subprocess.PIPE, stderr=subprocess.STDOUT)
    if done.returncode != 0:
        sys.exit(f"coverage: '{' '.join(command)}' failed:\n{done.stdout}")


def read_counts() -> list[Source]:
    """What the tests left behind, file by file."""
    objects = sorted((BUILD / "kernel" / "core").rglob("*.gcda"))
    sources: dict[str, Source] = {}
    with tempfile.TemporaryDirectory() as folder:
        subprocess.run(["gcov", "--json-format", "--branch-probabilities",
                        *map(str, objects)], cwd=folder, check=True,
                       stdout=subprocess.DEVNULL)
        for report in sorted(Path(folder).glob("*.gcov.json.gz")):
            for file in json.loads(gzip.open(report).read())["files"]:
                path = Path(file["file"])
                if path.parent != SOURCES:
                    continue
                source = sources.setdefault(path.name, Source(path))
                for line in file["lines"]:
                    source.add(line)
    return [sources[name] for name in sorted(sources)]


def findings(sources: list[Source], reasons: str) -> list[str]:
    """What does not hold: the bounds, and the list of reasons."""
    lines = sum((s.lines for s in sources), Share(0, 0))
    branches = sum((s.branches for s in sources), Share(0, 0))
    wrong = [f"{what} {share.percent:.2f} %, at least {least} % are wanted"
             for what, share, least in (("lines", lines, LINES_LEAST),
                                        ("branches", branches, BRANCHES_LEAST))
             if share.percent < least or not share.total]
    left = {(s.name, name): numbers for s in sources
            for name, numbers in s.left().items()}
    told = set(ROW.findall(reasons))
    wrong += [f"{file}: {name}: not reached: lines {numbers}; add a test, or "
              f"a row to {REASONS.name}"
              for (file, name), numbers in left.items()
              if (file, name) not in told]
    wrong += [f"{REASONS.name}: {file}: {name} is reached: remove the row"
              for file, name in sorted(told - set(left))]
    return wrong


def show(sources: list[Source], left: bool) -> None:
    """Print the table."""
    for source in sources:
        print(f"{source.name:20} lines {source.lines!s:>17}   "
              f"branches {source.branches!s:>17}")
        for name, numbers in source.left().items() if left else ():
            print(f"    {name}: {', '.join(map(str, numbers))}")
    total = sum((s.lines for s in sources), Share(0, 0))
    branches = sum((s.branches for s in sources), Share(0, 0))
    print(f"{'all':20} lines {total!s:>17}   branches {branches!s:>17}")


def main() -> int:
    """Entry point; the exit status says whether all holds."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--left", action="store_true",
                        help="every place that is not reached")
    options = parser.parse_args()
    run_tests()
    sources = read_counts()
    show(sources, options.left)
    wrong = findings(sources, REASONS.read_text(encoding="utf-8"))
    for finding in wrong:
        print(finding)
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main())
