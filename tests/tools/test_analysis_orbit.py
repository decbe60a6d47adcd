# SPDX-License-Identifier: BSD-2-Clause
"""The orbit calculator against figures that can be worked out by hand."""

import json
import math
import subprocess
import sys
from pathlib import Path

import pytest

from analysis import economy, load, orbit, orbit_tables, parameters, summary
from analysis.__main__ import main
from analysis.classify import UNCONTROLLED
from analysis.stats import Interval

sys.path.insert(0, str(Path(__file__).parent))
import analysis_store  # noqa: E402

ROOT = Path(__file__).parents[2]


@pytest.fixture(scope="module")
def store(tmp_path_factory) -> Path:
    return analysis_store.build(tmp_path_factory.mktemp("orbit") / "s.sqlite")


def exactly(value: float) -> Interval:
    return Interval(value, value, value)


def rates_of(store: Path, **changes: float) -> dict[str, orbit.Rates]:
    assumed = orbit.Assumptions(exactly(1e-6), **changes)
    return {r.summary.variant.name: r for r in
            orbit_tables.of_campaign(load.load(store), assumed)}


def test_one_upset_a_day_and_back_in_a_second_lasts_14_400_days():
    assert orbit.redundant(1.0, 86_400) == pytest.approx(14_400.83, abs=0.01)


def test_without_repair_three_last_shorter_than_one():
    assert orbit.redundant(1.0, 0) == pytest.approx(5 / 6)


def test_a_rate_of_zero_lasts_for_ever():
    assert orbit.redundant(0, 1) == math.inf


def test_upsets_count_the_bits_of_all_replicas(store):
    found = rates_of(store)
    bits = 8 * sum(analysis_store.REGIONS.values())
    assert found["baseline"].bits == pytest.approx(bits)
    assert found["tmr"].bits == pytest.approx(3 * bits)
    assert found["tmr"].upsets.estimate == pytest.approx(3e-6 * bits)


def test_failures_per_day_are_upsets_times_share(store):
    found = rates_of(store)["baseline"]
    share = found.summary.share(UNCONTROLLED)
    expected = found.upsets.estimate * share.estimate
    assert found.uncontrolled.estimate == pytest.approx(expected)
    assert found.uncontrolled.low == pytest.approx(
        found.upsets.estimate * share.low)


def test_a_configuration_without_failures_has_only_an_upper_bound(store):
    found = rates_of(store)["tmr"].uncontrolled
    assert found.estimate == found.low == 0 < found.high


def test_errors_of_both_factors_are_carried_through():
    got = orbit.times(Interval(2, 1, 4), Interval(3, 3 / 2, 6))
    spread = math.exp(math.hypot(math.log(2), math.log(2)))
    assert got.estimate == 6
    assert got.low == pytest.approx(6 / spread)
    assert got.high == pytest.approx(6 * spread)


def test_more_memory_means_more_upsets(store):
    one, ten = (rates_of(store, scale=s)["dmr"] for s in (1.0, 10.0))
    assert ten.upsets.estimate == pytest.approx(10 * one.upsets.estimate)
    assert ten.noticed.estimate == pytest.approx(10 * one.noticed.estimate)


def test_coming_back_is_worth_more_than_not(store):
    back = orbit.Assumptions(exactly(1e-6), recovery_s=1.0)
    never = orbit.Assumptions(exactly(1e-6))
    found = rates_of(store)["tmr"]
    with_, without = (orbit.time_to_stop(found, a) for a in (back, never))
    rate = found.noticed.estimate
    assert without.estimate == pytest.approx(5 / (6 * rate))
    assert with_.estimate > 1000 * without.estimate
    assert with_.low < with_.estimate < with_.high


def test_two_replicas_stop_at_the_first_error(store):
    found = rates_of(store)["dmr"]
    stop = orbit.time_to_stop(found, orbit.Assumptions(exactly(1e-6)))
    assert stop.estimate == pytest.approx(1 / (2 * found.noticed.estimate))


def test_watts_and_dollars_follow_from_the_parameters():
    chosen = parameters.ECONOMY
    hard, tmr = economy.machines({"tmr": 1.25}, chosen)
    assert hard.per_watt == pytest.approx(40)
    assert tmr.dmips == pytest.approx(1600)
    assert tmr.per_watt == pytest.approx(
        1600 / chosen["board_watts"].value)


def test_the_overhead_is_the_one_that_was_counted(store):
    found = economy.overheads(summary.summarise(load.load(store)))
    assert found == {"baseline": 1.0, "dmr": pytest.approx(4 / 3),
                     "tmr": pytest.approx(4 / 3)}


def test_every_parameter_can_be_replaced_and_says_so(store, capsys):
    for name in parameters.ALL:
        option = parameters.option_of(name)
        assert main(["orbit", str(store), "--json", option, "7"]) == 0
        told = json.loads(capsys.readouterr().out)["parameters"][name]
        assert told["value"] == 7 and told["source"] == parameters.GIVEN


@pytest.mark.parametrize("value", ["0", "-1", "inf", "many"])
def test_an_impossible_parameter_is_refused(store, value, capsys):
    with pytest.raises(SystemExit) as left:
        main(["orbit", str(store), "--upsets", value])
    assert left.value.code == 2
    assert "--upsets" in capsys.readouterr().err


def test_the_recovery_time_comes_from_the_bench(store, tmp_path, capsys):
    path = tmp_path / "bench.json"
    path.write_text(json.dumps({"kinds": {"a": {"downgrade_to_tmr": {
        "count": 4, "instructions": {"p99": 36_000_000}}}, "b": {}}}))
    assert main(["orbit", str(store), "--json", "--bench", str(path)]) == 0
    told = json.loads(capsys.readouterr().out)
    assert told["recovery_s"] == pytest.approx(0.09)
    assert "bench.json" in told["recovery_source"]


@pytest.mark.parametrize("text", ["", "[]", '{"kinds": {}}',
                                  '{"kinds": {"a": {}}}'])
def test_a_file_that_is_no_bench_is_one_line(store, tmp_path, text, capsys):
    path = tmp_path / "bench.json"
    path.write_text(text)
    assert main(["orbit", str(store), "--bench", str(path)]) == 2
    assert len(capsys.readouterr().err.splitlines()) == 1


def test_the_front_door_hands_everything_on(store):
    done = subprocess.run(
        [ROOT / "trireme", "report", "orbit", store, "--upsets", "2e-7",
         "--json"], capture_output=True, text=True, check=True)
    told = json.loads(done.stdout)
    assert told["parameters"]["upsets"]["value"] == 2e-7
    assert set(told["orbit"]) == {"baseline", "dmr", "tmr"}


def test_options_of_the_orbit_are_refused_elsewhere(store):
    done = subprocess.run(
        [ROOT / "trireme", "report", store, "--upsets", "2e-7"],
        capture_output=True, text=True, check=False)
    assert done.returncode == 2 and "report orbit" in done.stderr
