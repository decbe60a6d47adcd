# SPDX-License-Identifier: BSD-2-Clause
"""Figures of recovery: from the recorder to quantiles."""

import pytest
from faultinject import bench_recovery as bench


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
