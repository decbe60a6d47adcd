# SPDX-License-Identifier: BSD-2-Clause
"""The benches on the real system, in their smallest form."""

from faultinject import bench_overhead
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
                      ("recovery", "--write-readme"), ("overhead", "dgest")):
        done = call("bench", *arguments)
        assert done.status == 2 and "trireme" in done.stderr
