# SPDX-License-Identifier: BSD-2-Clause
"""Intervals against published values, and limits."""

import pytest
from strata import Stratum, combined

from analysis import stats


def test_wilson_agrees_with_a_textbook_value():
    # Newcombe 1998, table I: 81 of 263.
    got = stats.wilson(81, 263)
    assert got.low == pytest.approx(0.2553, abs=5e-5)
    assert got.high == pytest.approx(0.3662, abs=5e-5)


def test_all_and_none_touch_the_ends():
    assert stats.wilson(0, 10).low == 0.0 and stats.wilson(10, 10).high == 1.0
    assert stats.wilson(0, 10).high > 0 and stats.wilson(10, 10).low < 1


@pytest.mark.parametrize("events, n", [(0, 0), (1, 0), (-1, 5), (6, 5)])
def test_impossible_counts_are_refused(events, n):
    with pytest.raises(ValueError):
        stats.wilson(events, n)


def test_zero_events_follow_the_rule_of_three():
    assert stats.upper_bound_for_zero(1000) == pytest.approx(0.003, rel=0.01)
    assert stats.upper_bound_for_zero(1) == pytest.approx(0.95)
    assert stats.trials_for_zero(0.003) == 998


def test_sample_sizes_of_the_literature():
    assert stats.sample_size(0.03) == 1068
    assert stats.sample_size(0.01) == 9604


def test_strata_are_weighted_by_size_not_by_sample():
    # 90 of 100 in a tiny stratum, 0 of 100 in one that is 999 times larger.
    got, covered = combined([Stratum(1, 100, 90),
                              Stratum(999, 100, 0)])
    assert got.estimate == pytest.approx(0.0009)
    assert covered == 1.0
    assert got.high > 0.03  # the large stratum's own upper bound remains


def test_one_stratum_is_wilson():
    got, _ = combined([Stratum(7, 50, 5)])
    assert got == pytest.approx(stats.wilson(5, 50)) or \
        (got.low, got.high) == pytest.approx(
            (stats.wilson(5, 50).low, stats.wilson(5, 50).high))


def test_unsampled_strata_are_told():
    _, covered = combined([Stratum(3, 10, 1),
                            Stratum(1, 0, 0)])
    assert covered == pytest.approx(0.75)
    with pytest.raises(ValueError):
        combined([Stratum(1, 0, 0)])


def test_ratio_of_zero_is_a_bound():
    got = stats.ratio(stats.wilson(0, 100), stats.wilson(50, 100))
    assert got.estimate == 0 and got.low == 0 and 0 < got.high < 0.12
    assert stats.ratio(stats.wilson(1, 10), stats.wilson(0, 10)) is None


def test_ratio_lies_within_its_bounds():
    got = stats.ratio(stats.wilson(5, 100), stats.wilson(50, 100))
    assert got.low < 0.1 < got.high and got.estimate == pytest.approx(0.1)


def test_quantiles_are_values_that_occurred():
    values = [5.0, 1.0, 3.0]
    assert stats.quantile(values, 0) == 1.0
    assert stats.quantile(values, 0.5) == 3.0
    assert stats.quantile(values, 1) == 5.0
