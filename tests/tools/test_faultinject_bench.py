# SPDX-License-Identifier: BSD-2-Clause
"""Figures of recovery and overhead: from the recorder to quantiles and tables."""

import pytest
from faultinject import bench_overhead as overhead
from faultinject import bench_recovery as bench
from faultinject import voting
from faultinject.errors import UserError


def record(kind: str, replica: int, stamp: int, **more):
    return {"kind": kind, "replica": replica, "stamp": stamp, **more}


STORY = [
    record("detect", 1, 1000, detector="signature"),
    record("detect", 0, 1010, detector="time"),
    record("downgrade", 0, 1200, convicted=0b100),
    record("resume", 0, 1300),
    record("resume", 1, 1350),
    record("admit", 0, 9000),
    record("rejoin", 0, 9500, pages_in_pause=7),
]


def test_spans_are_instructions_up_to_the_last_survivor():
    trial = bench.read(STORY, victim=2)
    assert trial.detector == "signature" and trial.convicted == 0b100
    assert trial.resumed == 10 * 350
    assert trial.back == 10 * (9500 - 1200)
    assert trial.pause == 10 * 500 and trial.pages == 7


def test_what_the_victim_says_is_not_heard():
    trial = bench.read([record("detect", 2, 1, detector="exception"), *STORY],
                       victim=2)
    assert trial.detector == "signature" and trial.resumed == 10 * 350


def test_a_flip_without_consequence_gives_nothing():
    trial = bench.read([], victim=1)
    assert trial.detector is None and trial.resumed is None
    assert trial.back is None and trial.convicted == 0


@pytest.mark.parametrize("share, value", [(0.5, 50), (0.99, 99), (1.0, 100)])
def test_quantiles_are_values_that_were_seen(share, value):
    assert bench.quantile(list(range(100, 0, -1)), share) == value


def test_of_few_values_the_99th_percentile_is_the_largest():
    assert bench.quantile([5, 3, 9], 0.99) == 9


def test_milliseconds_are_at_the_clock_of_the_board():
    assert bench.milliseconds(800_000) == {"1": 1.0, "1.5": 1.5, "2": 2.0}


# ---- overhead ----------------------------------------------------------------

def test_every_voting_set_is_known_and_measured_once():
    sets = overhead.voting_sets()
    assert {"off", "entry", "full"} < set(sets)
    masks = [voting.mask(name) for name in sets]
    assert len(set(masks)) == len(masks)
    for point, bit in voting.POINTS.items():
        assert any(bits & bit for bits in masks), point


def figures(monkeypatch, costs):
    def cost(load, replicas, points):
        return costs[points, replicas]
    monkeypatch.setattr(overhead, "cost", cost)
    return overhead.measure(["spin"], ["entry", "full"], (1, 2), lambda _: None)


COSTS = {(None, 1): overhead.Cost(1000, 0, 1000),
         ("entry", 1): overhead.Cost(1100, 0, 1100),
         ("entry", 2): overhead.Cost(1600, 10, 1150),
         ("full", 1): overhead.Cost(1200, 0, 1200),
         ("full", 2): overhead.Cost(2000, 20, 1250)}


def test_overhead_is_a_ratio_to_the_baseline_of_the_same_run(monkeypatch):
    rows = figures(monkeypatch, COSTS)["workloads"]["spin"]["voting"]
    assert rows["entry"]["2"]["critical_path_ratio"] == 1.6
    assert rows["entry"]["2"]["without_lines_ratio"] == 1.2
    assert rows["full"]["2"]["busiest_ratio"] == 1.25


def test_the_tables_go_between_the_marks_and_nowhere_else(monkeypatch,
                                                          tmp_path):
    readme = tmp_path / "README.md"
    readme.write_text(f"before\n{overhead.BEGIN}\nold\n{overhead.END}\nafter\n")
    found = figures(monkeypatch, COSTS)
    overhead.write(readme, found)
    text = readme.read_text()
    assert text.startswith("before\n") and text.endswith("\nafter\n")
    assert "old" not in text and "| `full` | 1.200 / 2.000 |" in text
    overhead.write(readme, found)
    assert readme.read_text() == text
    readme.write_text("no marks\n")
    with pytest.raises(UserError, match="has no lines"):
        overhead.write(readme, found)
    assert readme.read_text() == "no marks\n"
