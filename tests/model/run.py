#!/usr/bin/env python3
# SPDX-License-Identifier: BSD-2-Clause
"""Runs the models of the meetings and the precise stop through Spin, variant by
variant.

Usage: tests/model/run.py [--all] [--only NAME] [--jobs N] [--work DIR] [--list]
Exit status: 0 all as expected, 1 not, 2 no spin or no gcc. A search that was
cut short (depth, memory) is a failure, never a pass; so is a deliberate bug or
a known weakness that is not found. It writes into the work folder only, where
a counterexample stays: README.md says how to read one.
"""

from __future__ import annotations

import argparse
import os
import re
import shutil
import subprocess
import sys
import time
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path

from variants import DEADLOCK, HOLDS, VARIANTS, Variant

HERE = Path(__file__).resolve().parent
ROOT = HERE.parents[1]
DEPTH = 50_000  # steps; the longest path of any variant is far shorter
MEMORY_MB = 3_500
MEMORY_ALL_MB = 12_000
FLAGS = ("-O2", "-w", "-DSAFETY", "-DCOLLAPSE")
CUT_SHORT = re.compile(r"max search depth too small|out of memory|"
                       r"reached -DMEMLIM|Search not completed")
STORY = re.compile(r"^\s*\d+: ")


@dataclass(frozen=True)
class Result:
    """What a search said. `error`: property, DEADLOCK, or empty."""

    states: int
    transitions: int
    depth: int
    memory_mb: float
    seconds: float
    error: str
    complete: bool


def defines(variant: Variant) -> list[str]:
    return [f"-DN={variant.replicas}", f"-DMEETINGS={variant.meetings}",
            *(f"-D{text}" for text in variant.defines)]


def call(command: list[str], folder: Path) -> str:
    done = subprocess.run(command, cwd=folder, text=True, check=False,
                          stdout=subprocess.PIPE, stderr=subprocess.STDOUT)
    if done.returncode != 0:
        sys.exit(f"model: {' '.join(command)}\n{done.stdout}")
    return done.stdout


def build(variant: Variant, folder: Path) -> None:
    """Translate the model to C and compile it, both without a complaint."""
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True)
    said = call(["spin", "-a", *defines(variant),
                 str(HERE / variant.model)], folder)
    if "rror" in said:
        sys.exit(f"model: spin: {said}")
    memory = MEMORY_ALL_MB if variant.long else MEMORY_MB
    call(["gcc", *FLAGS, f"-DMEMLIM={memory}", "-o", "pan", "pan.c"], folder)


def search(folder: Path) -> Result:
    """Run the verifier and read what it says."""
    begun = time.monotonic()
    done = subprocess.run(["./pan", f"-m{DEPTH}"], cwd=folder, text=True,
                          check=False, capture_output=True)
    seconds = time.monotonic() - begun
    (folder / "pan.out").write_text(done.stdout + done.stderr)
    return read(done.stdout + done.stderr, seconds)


def read(text: str, seconds: float) -> Result:
    """The verifier's words as figures; what is not there is not complete."""
    def number(pattern: str) -> float:
        found = re.search(pattern, text)
        return float(found.group(1)) if found else 0

    failed = re.search(r"assertion violated\s+!\((\w+)\)", text)
    error = failed.group(1) if failed else ""
    if not error and re.search(rf"pan:\d+: {DEADLOCK}", text):
        error = DEADLOCK
    errors = re.search(r"errors: (\d+)", text)
    complete = (not CUT_SHORT.search(text) and errors is not None
                and errors.group(1) == "0")
    return Result(int(number(r"(\d+) states, stored")),
                  int(number(r"([\d.e+]+) transitions")),
                  int(number(r"depth reached (\d+)")),
                  number(r"([\d.]+)\ttotal actual memory"), seconds, error,
                  complete)


def verdict(variant: Variant, result: Result) -> str:
    """Empty when as expected, else what is wrong."""
    if variant.violates == HOLDS:
        if result.error:
            return f"violated: {result.error}"
        return "" if result.complete else "the search was cut short"
    if result.error == variant.violates:
        return ""
    if result.error:
        return f"found {result.error} instead of {variant.violates}"
    return f"did not find {variant.violates}"


def story(variant: Variant, folder: Path) -> str:
    """A counterexample as the replicas' own words, one step per line."""
    trail = folder / f"{variant.model}.trail"
    if not trail.exists():
        return ""
    said = call(["spin", "-t", "-T", "-k", trail.name, *defines(variant),
                 str(HERE / variant.model)], folder)
    lines = [text.strip() for text in said.splitlines()
             if STORY.match(text) and "proc" not in text]
    (folder / "story.txt").write_text("\n".join(lines) + "\n")
    return "\n".join(f"      {text}" for text in lines)


def run(variant: Variant, work: Path) -> bool:
    """Run one variant and print its row. @return Whether it is as expected.
    Several may run at the same time: each has a folder of its own."""
    folder = work / variant.name
    build(variant, folder)
    result = search(folder)
    wrong = verdict(variant, result)
    told = story(variant, folder)
    expected = (f"fails as it must: {variant.violates}" if variant.violates
                else f"holds: {variant.checks}")
    print(f"{variant.name:18} {variant.replicas} {variant.meetings} "
          f"{result.states:>10} {result.transitions:>11} {result.depth:>6} "
          f"{result.memory_mb:>6.0f} {result.seconds:>6.1f}  "
          f"{'WRONG: ' + wrong if wrong else expected}", flush=True)
    if wrong:
        print(f"    a counterexample is in {folder}:\n{told}", flush=True)
    return not wrong


def run_all(chosen: list[Variant], work: Path, jobs: int) -> list[str]:
    """Run `jobs` searches at a time, but the long ones, which need much
    memory, one by one. @return Names of those that are not as expected."""
    short = [variant for variant in chosen if not variant.long]
    with ThreadPoolExecutor(jobs) as pool:
        right = list(pool.map(lambda variant: run(variant, work), short))
    long = [variant for variant in chosen if variant.long]
    right += [run(variant, work) for variant in long]
    return [variant.name for variant, fine in zip(short + long, right)
            if not fine]


def parse(argv: list[str] | None) -> argparse.Namespace:
    parser = argparse.ArgumentParser(description="model of the meetings")
    parser.add_argument("--all", action="store_true",
                        help="the longer variants as well (over an hour, 12 GB)")
    parser.add_argument("--only", metavar="NAME",
                        choices=[variant.name for variant in VARIANTS])
    parser.add_argument("--jobs", type=int, default=os.cpu_count() or 1,
                        metavar="N", help="searches at a time (all cores)")
    parser.add_argument("--work", type=Path, default=ROOT / "build" / "model")
    parser.add_argument("--list", action="store_true",
                        help="print the variants' names and defines")
    return parser.parse_args(argv)


def main(argv: list[str] | None = None) -> int:
    options = parse(argv)
    chosen = [variant for variant in VARIANTS
              if variant.name == options.only
              or not options.only and (options.all or not variant.long)]
    if options.list:
        for variant in chosen:
            print(f"{variant.name:18} {' '.join(defines(variant))}")
        return 0
    for tool in ("spin", "gcc"):
        if shutil.which(tool) is None:
            print(f"model: {tool} is missing; run: sudo apt-get install {tool}")
            return 2
    print(f"{'variant':18} N M {'states':>10} {'transitions':>11} {'depth':>6} "
          f"{'MB':>6} {'s':>6}  result")
    wrong = run_all(chosen, options.work.resolve(), max(1, options.jobs))
    print(f"model: {len(chosen) - len(wrong)} variant(s) as expected, "
          f"{len(wrong)} not{': ' + ', '.join(wrong) if wrong else ''}")
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main())
