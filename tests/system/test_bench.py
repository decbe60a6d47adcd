# SPDX-License-Identifier: BSD-2-Clause
"""The benches on the real system, in their smallest form."""

from faultinject import bench_figures, bench_overhead, bench_return
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
