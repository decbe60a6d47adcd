# SPDX-License-Identifier: BSD-2-Clause
"""The benches on the real system, in their smallest form."""

from faultinject import (bench_close, bench_figures, bench_overhead,
                         bench_return, bench_stop)
from faultinject.workload import Prepared
from frontdoor import call


def test_overhead_of_ping_pong_repeats_and_is_what_it_must_be():
    """More meetings cost more, more replicas cost more, nothing is free."""
    def once():
        return bench_overhead.measure(["ping-pong"], ["entry", "full"], (1, 3),
                                      lambda _: None)
    figures = once()
    rows = figures["workloads"]["ping-pong"]["voting"]
    assert (1 < rows["entry"]["1"]["critical_path_ratio"]
            < rows["entry"]["3"]["critical_path_ratio"]
            < rows["full"]["3"]["critical_path_ratio"] < 5)
    assert rows["full"]["1"]["lines"] == 0 < rows["full"]["3"]["lines"]
    assert once() == figures


def test_counting_is_cheap_and_close_coupling_adds_little_to_it():
    """On the program that computes in floating point."""
    ways = [way for way in bench_close.WAYS
            if way.name in ("loose, counted, 2", "close, 2")]
    rows = bench_close.program("gauss", ways, lambda _: None)
    plain, counted, close = (rows[name] for name in
                             ("plain", "loose, counted, 2", "close, 2"))
    assert counted["user"] <= 1.15 * plain["user"]
    assert counted["path"] < close["path"] < 1.15 * counted["path"]
    assert abs(close["user"] - counted["user"]) < 0.001 * counted["user"]


def test_a_precise_stop_is_split_into_its_parts_and_repeats():
    def once():
        return bench_close.interrupt(2, bench_overhead.SLICE_NS, 20_000)
    figures = once()
    each = figures["instructions"]
    assert figures["stops"] > 20 and figures["steps"] > 0
    assert all(row["p99"] >= row["median"] >= 0 for row in each.values())
    assert all(each[part]["p99"] > 0 for part in bench_stop.PARTS)
    parts = sum(each[part]["median"] for part in bench_stop.PARTS)
    assert 0.5 * parts < each["whole"]["median"] < 2 * parts
    assert once() == figures


def test_options_of_another_bench_are_refused():
    for arguments in (("overhead", "--rounds", "3"), ("recovery", "spin"),
                      ("null", "--write-readme"), ("overhead", "dgest")):
        done = call("bench", *arguments)
        assert done.status == 2 and "trireme" in done.stderr


def test_every_flip_of_a_run_is_detected_and_healed(tmp_path):
    """Flips of the primary of the moment: each has all three spans, and what
    is kept of the run is what was measured."""
    load = bench_return.DIGEST
    plan = bench_return.make_plan(load)
    with Prepared(load.workload(load.long)) as prepared:
        kept = bench_figures.Kept("test", str(tmp_path))
        kept.path = tmp_path / "kept.jsonl"
        task = bench_return.Task(bench_return.KINDS[1], prepared, plan, kept)
        trials = task.trials(0)
        assert task.trials(0) == trials
    assert len(trials) == bench_return.FLIPS_PER_RUN
    assert {t.victim for t in trials} == {0, 1}
    for trial in trials:
        assert trial.convicted == 1 << trial.victim
        assert (0 < trial.resumed.path < trial.pause.path
                < trial.back.path < trial.back.all_cores)
