#!/usr/bin/env python3
# SPDX-License-Identifier: BSD-2-Clause
"""Runs every lint over the tree; one line per finding with how to mend it.

Usage: tests/lint/run.py [--root DIR] [--only RULE]
Exit status: 0 clean, 1 findings. It reads the tree and changes nothing.
"""

import argparse
import sys
from pathlib import Path

import cites
import coverage
import dag
import layout
import sizes
import tidy
from tree import Finding, Tree

LINTS = {"dag": dag.check, "cites": cites.check, "sizes": sizes.check,
         "layout": layout.check, "tidy": tidy.check,
         "coverage": coverage.check}


def lint(root: Path, only: str | None = None) -> list[Finding]:
    """Findings of all lints, or of one, sorted by place."""
    tree = Tree(root)
    found = [f for name, check in LINTS.items() if only in (None, name)
             for f in check(tree)]
    return sorted(found, key=lambda f: (f.path, f.line, f.rule))


def main(argv: list[str] | None = None) -> int:
    """Command line; see the head of this file."""
    parser = argparse.ArgumentParser(description="lints of the tree")
    parser.add_argument("--root", type=Path,
                        default=Path(__file__).resolve().parents[2])
    parser.add_argument("--only", choices=sorted(LINTS))
    options = parser.parse_args(argv)
    findings = lint(options.root, options.only)
    for finding in findings:
        print(finding)
    print(f"lint: {len(findings)} finding(s)")
    return 1 if findings else 0


if __name__ == "__main__":
    sys.exit(main())
