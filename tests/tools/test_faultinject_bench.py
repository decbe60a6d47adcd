# SPDX-License-Identifier: BSD-2-Clause
"""Figures of recovery and overhead: from the recorder to quantiles and tables."""

import pytest
from faultinject import bench_close, bench_figures, bench_return, bench_stop
from faultinject import bench_overhead as overhead
from faultinject import bench_recovery as bench
from faultinject import critical, voting
from faultinject.errors import HarnessError, UserError


def moment(kind: str, replica: int, clock: int, **more):
    """All cores together took three times as long."""
    record = {"kind": kind, "replica": replica, "stamp": 3 * clock // 10, **more}
    return critical.Moment(record, clock, clock // 100, 0, 0)


STORY = [
    moment("detect", 1, 10000, detector="signature"),
    moment("detect", 0, 10100, detector="time"),
    moment("downgrade", 0, 12000, convicted=0b100),
    moment("resume", 0, 13000),
    moment("resume", 1, 13500),
    moment("admit", 0, 90000),
    moment("rejoin", 0, 95000, pages_in_pause=7),
]


def test_spans_are_of_the_critical_path_up_to_the_last_survivor():
    trial = bench.read(STORY, victim=2)
    assert trial.detector == "signature" and trial.convicted == 0b100
    assert trial.resumed == bench_figures.Took(3500, 35, 10500)
    assert trial.back.path == 95000 - 12000
    assert trial.pause.path == 5000 and trial.pages == 7
    assert not bench.wrong(trial) and bench.wrong(bench.read(STORY, victim=1))


def test_what_the_victim_says_is_not_heard():
    trial = bench.read([moment("detect", 2, 10, detector="exception"), *STORY],
                       victim=2)
    assert trial.detector == "signature" and trial.resumed.path == 3500


def test_a_flip_without_consequence_gives_nothing():
    trial = bench.read([], victim=1)
    assert trial.detector is None and trial.resumed is None
    assert trial.back is None and trial.convicted == 0


def test_a_run_of_many_flips_is_cut_at_the_returns():
    second = [critical.Moment({**m.record, "stamp": m.record["stamp"] + 60000},
                              m.clock + 200000, m.lines, 0, 0) for m in STORY]
    plan = [(2000, 2), (62000, 2)]
    trials = bench_return.read([*STORY, *second], plan)
    assert [t.victim for t in trials] == [2, 2]
    assert [t.resumed.path for t in trials] == [3500, 3500]
    cut_off = bench_return.read([*STORY, *second[:-1]], plan)
    assert len(cut_off) == 1
    assert [t.victim for t in bench_return.read(STORY, [(2000, 1)])] == [1]


def test_the_primary_is_followed_through_its_downgrades():
    assert bench_return.victims(True, 4) == [0, 1, 0, 1]
    assert bench_return.victims(False, 4) == [1, 2, 1, 2]


def test_what_is_kept_is_read_again_and_a_cut_line_is_not(tmp_path,
                                                          monkeypatch):
    monkeypatch.setattr(bench_figures.tree, "BUILD", tmp_path)
    trial = bench.read(STORY, victim=2)
    kept = bench_figures.Kept("x", 1)
    kept.put("a:0", [trial])
    with open(kept.path, "a", encoding="utf-8") as stream:
        stream.write('["a:1", [{"vic')
    again = bench_figures.Kept("x", 1)
    assert [bench.trial_of(row) for row in again.get("a:0")] == [trial]
    assert again.get("a:1") is None
    assert bench_figures.Kept("x", 2).get("a:0") is None


@pytest.mark.parametrize("share, value", [(0.5, 50), (0.99, 99), (1.0, 100)])
def test_quantiles_are_values_that_were_seen(share, value):
    assert bench_figures.quantile(list(range(100, 0, -1)), share) == value


def test_of_few_values_the_99th_percentile_is_the_largest():
    assert bench_figures.quantile([5, 3, 9], 0.99) == 9


def test_milliseconds_are_at_the_clock_of_the_board():
    assert bench_figures.milliseconds(800_000) == {"1": 1.0, "1.5": 1.5, "2": 2.0}


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
    begin, end = "<!-- bench overhead: begin -->", "<!-- bench overhead: end -->"
    readme = tmp_path / "README.md"
    readme.write_text(f"before\n{begin}\nold\n{end}\nafter\n")
    table = overhead.markdown(figures(monkeypatch, COSTS))
    bench_figures.write_between(readme, "overhead", table)
    text = readme.read_text()
    assert text.startswith("before\n") and text.endswith("\nafter\n")
    assert "old" not in text and "| `full` | 1.200 / 2.000 |" in text
    bench_figures.write_between(readme, "overhead", table)
    assert readme.read_text() == text
    readme.write_text("no marks\n")
    with pytest.raises(UserError, match="has no lines"):
        bench_figures.write_between(readme, "overhead", table)
    assert readme.read_text() == "no marks\n"


# ---- close coupling ----------------------------------------------------------

STOP, AGREED, SAY, BREAKPOINTS, MEET, LEAVE = range(len(bench_stop.FUNCTIONS))


def passing(replica, mark, clock, user=0, waited=0):
    """Who executes one instruction per unit of its clock."""
    return critical.Passing(replica, mark, clock, 0, clock, waited, user)


def passings(replica, *rows):
    return [passing(replica, *row) for row in rows]


AHEAD = passings(0, (STOP, 100), (AGREED, 200), (SAY, 210), (SAY, 900, 0, 300),
                 (MEET, 950, 0, 300), (SAY, 960, 0, 300), (LEAVE, 1000, 0, 300))
BEHIND = passings(
    1, (STOP, 150), (AGREED, 220), (SAY, 230), (LEAVE, 300), (LEAVE, 500, 80),
    (BREAKPOINTS, 600, 80), (LEAVE, 610, 80), (SAY, 850, 90), (MEET, 920, 90),
    (LEAVE, 1100, 90))


def test_a_stop_is_split_by_what_the_replicas_do():
    """The second one goes up to the first: a step under the timer, one with
    breakpoints; its last lap begins at 850."""
    (stop,), given_up = bench_stop.stops([*AHEAD, *BEHIND], 2)
    assert stop.parts == {"gather": 120, "timer": 310, "breaks": 240,
                          "laps": 180, "meet": 150}
    assert stop.whole == 1100 - 100 and given_up == 0
    assert (stop.work, stop.user, stop.waited) == (860, 90, 300)
    assert (stop.steps, stop.in_vain) == (2, 1)


def test_a_stop_that_ends_at_a_system_call_is_no_precise_one():
    """Neither is one for which nobody else had stopped."""
    cut = [p for p in BEHIND if p.mark != MEET]
    later = [passing(p.replica, p.mark, p.clock + 2000) for p in BEHIND]
    alone = [passing(1, STOP, 1900), passing(1, LEAVE, 1950)]
    stops, given_up = bench_stop.stops(
        [*passings(1, (LEAVE, 10), (SAY, 20)), *cut, *alone, *later, *AHEAD], 2)
    assert len(stops) == 1 and given_up == 1


def test_replicas_that_stop_more_or_less_often_are_no_measurement():
    with pytest.raises(HarnessError, match=r"stopped \[1, 2\] times"):
        bench_stop.stops([*AHEAD, *BEHIND, *BEHIND], 2)


def test_close_coupling_is_shown_over_the_plain_program(monkeypatch):
    ways = (bench_close.PLAIN, *bench_close.WAYS)
    costs = {way.name: bench_close.Cost(1000 + 100 * i, 500 + 10 * i)
             for i, way in enumerate(ways)}
    monkeypatch.setattr(bench_close, "cost",
                        lambda load, way: (costs[way.name], b"said"))
    stops = [bench_stop.Stop(dict.fromkeys(bench_stop.PARTS, n), n, n, n, 9, 4)
             for n in (1000, 3000, 2000)]
    monkeypatch.setattr(bench_close, "interrupt", lambda n, slice_ns: {
        **bench_close._figures(stops), "steps": 1.5, "steps_in_vain": 0.5, "breakpoints_p99": 3,
        "breakpoints_most": 4, "given_up": 0})
    text = bench_close.markdown(bench_close.measure(lambda _: None))
    assert "| 1.100 (1.020) | 1.200 (1.040) |" in text
    assert "| 1.800 (1.160) | 1.091 (1.020) |" in text
    assert "| 3, 500 ns | 3 | 10,000 / 15,000 | 2,000 / 3,000 |" in text
    assert "| 3, 20,000 ns | 1.5 | 0.5 | 3 | 4 | 0 |" in text


def test_a_program_that_prints_something_else_is_no_measurement(monkeypatch):
    monkeypatch.setattr(bench_close, "cost", lambda load, way: (
        bench_close.Cost(1, 1), way.name[:5].encode()))
    with pytest.raises(HarnessError, match="spin, unrolled, does not print"):
        bench_close.program("spin", bench_close.WAYS, lambda _: None)
