# SPDX-License-Identifier: BSD-2-Clause
"""tests/coverage.py: what it demands, on made-up counts."""

import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT / "tests"))

import coverage  # noqa: E402

TEXT = """
static int half(int x) {
  kernel_assert(x > 0);
  return x / 2;
}
"""


@pytest.fixture
def source(tmp_path: Path) -> coverage.Source:
    """A file with one function, all of it reached but an assertion's side."""
    path = tmp_path / "half.c"
    path.write_text(TEXT)
    source = coverage.Source(path)
    source.add(line(3, 9, [9, 0]))
    source.add(line(4, 9, []))
    return source


def line(number: int, count: int, branches: list[int],
         function: str | None = "half") -> dict:
    """A line as gcov reports it."""
    return {"line_number": number, "count": count, "function_name": function,
            "branches": [{"count": c} for c in branches]}


def test_an_assertion_counts_but_needs_no_reason(source, monkeypatch):
    assert source.branches == coverage.Share(1, 2)
    monkeypatch.setattr(coverage, "BRANCHES_LEAST", 50.0)
    assert coverage.findings([source], "") == []


def test_too_little_is_a_finding(source):
    found = coverage.findings([source], "")
    assert len(found) == 1 and found[0].startswith("branches 50.00 %")


def test_no_counts_at_all_are_a_finding():
    assert len(coverage.findings([], "")) == 2


def test_what_is_not_reached_needs_a_row(source, monkeypatch):
    monkeypatch.setattr(coverage, "BRANCHES_LEAST", 10.0)
    monkeypatch.setattr(coverage, "LINES_LEAST", 10.0)
    source.add(line(5, 0, []))
    assert "half.c: half: not reached: lines [5]" in coverage.findings(
        [source], "")[0]
    assert coverage.findings([source], "| `half.c: half` | it | why |") == []


def test_a_row_must_still_be_needed(source, monkeypatch):
    monkeypatch.setattr(coverage, "BRANCHES_LEAST", 10.0)
    found = coverage.findings([source], "| `half.c: half` | it | why |")
    assert "remove the row" in found[0]


def test_what_is_always_inlined_has_its_functions_name(tmp_path):
    path = tmp_path / "half.c"
    path.write_text(TEXT)
    source = coverage.Source(path)
    source.add(line(4, 1, [], function=None))
    assert list(source.functions) == ["half"]
