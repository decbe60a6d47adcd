# SPDX-License-Identifier: BSD-2-Clause
"""From a store to tables and page; the store is synthetic (analysis_store)."""

import csv
import dataclasses
import re
import sqlite3
import subprocess
import sys
from pathlib import Path
from types import SimpleNamespace

import pytest

from analysis import compare, lists, load, report, summary, tables
from analysis.__main__ import main
from analysis.classify import Outcome
from faultinject.store import Space, Store

sys.path.insert(0, str(Path(__file__).parent))
import analysis_store  # noqa: E402


@pytest.fixture(scope="module")
def store(tmp_path_factory) -> Path:
    return analysis_store.build(tmp_path_factory.mktemp("store") / "s.db")


@pytest.fixture(scope="module")
def out(store, tmp_path_factory) -> Path:
    folder = tmp_path_factory.mktemp("report")
    assert main(["report", str(store), "--out", str(folder)]) == 0
    return folder


def test_every_trial_gets_the_outcome_that_was_built_in(store):
    campaign = load.load(store)
    assert len(campaign.trials) == 240
    draw = analysis_store.random.Random(1)
    for trial in campaign.trials:
        state = draw.getstate()
        fate = draw.choices(analysis_store.FATES,
                            analysis_store.CHANCES[trial.variant])[0]
        assert trial.verdict.outcome.value == fate, trial
        draw.setstate(state)
        analysis_store.observation(trial.k, trial.variant, draw)


def test_counts_add_up_to_the_trials(store):
    for s in summary.summarise(load.load(store)):
        assert sum(s.counts.values()) == s.n == 80
        assert sum(c.n for c in s.cells) == s.n
        assert s.covered == pytest.approx(1.0)


def test_the_fault_space_counts_every_replica_once_in_its_own_time(store):
    sizes = {s.variant.name: s.exposure
             for s in summary.summarise(load.load(store))}
    one = sum(analysis_store.REGIONS.values()) * 8 * analysis_store.END_NS
    assert sizes == {"baseline": pytest.approx(one),
                     "dmr": pytest.approx(2 * one),
                     "tmr": pytest.approx(3 * one)}


def test_latencies_are_in_nanoseconds(store):
    for trial in load.load(store).trials:
        noticed = trial.verdict.outcome in (Outcome.CORRECTED, Outcome.DETECTED)
        assert (trial.detect_ns is not None) == noticed
        assert trial.detect_ns is None or 300 <= trial.detect_ns <= 3_200_000


def test_configurations_without_failures_get_a_bound_not_zero(store):
    tmr = next(s for s in summary.summarise(load.load(store))
               if s.variant.name == "tmr")
    assert tmr.uncontrolled == 0
    assert summary.share_words(0, tmr.n).startswith("below 3.68 %")
    assert summary.interval_words(tmr.weighted).startswith("below ")
    assert 0 < tmr.against_baseline.high < 10


def test_each_uncontrolled_outcome_is_listed_with_its_replay(store, out):
    lost = summary.uncontrolled(load.load(store))
    assert lost
    text = (out / "index.html").read_text(encoding="utf-8")
    for trial in lost:
        assert f"./trireme replay synthetic {trial.k} --out {store}<" in text
    with (out / "uncontrolled.csv").open(encoding="utf-8") as file:
        assert len(list(csv.reader(file))) == len(lost) + 1


def test_the_page_is_self_contained(out):
    text = (out / "index.html").read_text(encoding="utf-8")
    assert "http:" not in text and "https:" not in text
    assert "<script" not in text and "<link" not in text
    for source in re.findall(r'(?:src|srcset)="([^"]{0,30})', text):
        assert source.startswith("data:image/png;base64,")
    assert "prefers-color-scheme: dark" in text


def test_the_page_says_what_it_must(out):
    text = (out / "index.html").read_text(encoding="utf-8")
    for words in ("Fault model and limits", "Exposure and outcomes per region",
                  "Absolute failures", "Outcomes weighted by the fault space",
                  "Who noticed, and who was convicted", "Memory map",
                  "Single points of failure", "In orbit", "Not injected",
                  "Speed per watt and per dollar", "TTBR1", "Seeds and versions", "golden run, tmr",
                  "run on a real board", "harness failures"):
        assert words in text


def test_figures_exist_for_light_and_dark(out):
    for name in ("outcomes", "latency", "failures", "tradeoff",
                 "memory-baseline", "memory-tmr"):
        for theme in ("light", "dark"):
            data = (out / f"{name}-{theme}.png").read_bytes()
            assert data.startswith(b"\x89PNG") and len(data) > 10_000


def test_the_same_store_gives_the_same_report(store, out, tmp_path):
    assert main(["report", str(store), "--out", str(tmp_path)]) == 0
    for path in sorted(out.iterdir()):
        assert path.read_bytes() == (tmp_path / path.name).read_bytes(), path


def test_text_from_the_store_is_escaped(tmp_path):
    path = analysis_store.build(tmp_path / "s.db", trials=6)
    database = sqlite3.connect(path)
    database.execute("DROP TRIGGER campaign_no_UPDATE")
    database.execute("UPDATE campaign SET name = '<script>x</script>'")
    database.commit()
    database.close()
    assert main(["report", str(path), "--out", str(tmp_path / "out")]) == 0
    text = (tmp_path / "out" / "index.html").read_text(encoding="utf-8")
    assert "<script" not in text and "&lt;script&gt;" in text


def test_a_campaign_that_has_just_begun_can_be_reported(tmp_path):
    path = analysis_store.build(tmp_path / "s.db", trials=0)
    assert main(["report", str(path), "--out", str(tmp_path / "out")]) == 0
    path = analysis_store.build(tmp_path / "t.db", trials=1)
    assert main(["report", str(path), "--out", str(tmp_path / "out")]) == 0


def test_a_store_without_baseline_has_no_ratio(tmp_path):
    path = analysis_store.build(tmp_path / "s.db", variants=("tmr",))
    found = summary.summarise(load.load(path))
    assert [s.against_baseline for s in found] == [None]
    assert main(["report", str(path), "--out", str(tmp_path / "out")]) == 0


@pytest.mark.parametrize("command", [["table"], ["report", "--out", "x"]])
def test_a_missing_store_is_one_line_and_status_2(tmp_path, capsys, command):
    arguments = [command[0], str(tmp_path / "none.db"), *command[1:]]
    assert main(arguments) == 2
    lines = capsys.readouterr().err.splitlines()
    assert len(lines) == 1 and "none.db" in lines[0]


def test_a_file_that_is_no_store_is_one_line_and_status_2(tmp_path, capsys):
    (tmp_path / "s.db").write_text("this is no database, not at all\n" * 99)
    assert main(["table", str(tmp_path / "s.db")]) == 2
    assert len(capsys.readouterr().err.splitlines()) == 1


def test_an_unknown_campaign_names_those_there_are(store, capsys):
    assert main(["table", str(store), "--campaign", "other"]) == 2
    assert "synthetic" in capsys.readouterr().err


def test_the_table_command_prints_counts_and_replays(store):
    done = subprocess.run(
        [sys.executable, "-m", "analysis", "table", str(store)],
        cwd=Path(__file__).parents[2], capture_output=True, text=True,
        check=True)
    assert "uncontrolled" in done.stdout and "baseline" in done.stdout
    assert "./trireme replay synthetic 3 --out " in done.stdout


def test_costs_count_work_of_the_busiest_replica(store):
    found = tables.costs(summary.summarise(load.load(store)))
    rows = {row[0]: row[1:] for row in found.rows}
    assert rows["work (all but waiting)"] == ("1,200,000", "1,600,000",
                                              "1,600,000")
    assert rows["against the baseline"] == ("1 ×", "1.33 ×", "1.33 ×")


def test_csv_and_console_come_from_the_same_rows(store, out):
    found = tables.outcomes(summary.summarise(load.load(store)))
    with (out / "outcomes.csv").open(encoding="utf-8") as file:
        rows = list(csv.reader(file))
    assert tuple(rows[0]) == found.heads
    assert [tuple(r) for r in rows[1:]] == list(found.rows)


@pytest.fixture(scope="module")
def live(tmp_path_factory) -> Path:
    return analysis_store.build(tmp_path_factory.mktemp("live") / "s.db",
                                sampling="live")


def test_what_the_trace_knows_is_added_to_what_trials_say(live):
    for s in summary.summarise(load.load(live)):
        part, live_part = summary.OBSERVED, analysis_store.LIVE
        found = s.share(part)
        assert found.estimate == pytest.approx(
            live_part * s.observed_errors / s.n, rel=1e-6)
        unread = analysis_store.UNREAD
        latent = s.share((Outcome.LATENT,))
        assert latent.low >= unread - 1e-9
        assert latent.estimate == pytest.approx(
            unread + live_part * s.counts[Outcome.LATENT] / s.n, rel=1e-6)


def test_all_outcomes_together_are_the_whole_fault_space(store, live):
    for path in (store, live):
        for s in summary.summarise(load.load(path)):
            assert s.share(tuple(Outcome)).estimate == pytest.approx(1)
            parts = [s.share((o,)).estimate for o in Outcome]
            assert sum(parts) == pytest.approx(1)


def exhaustive(path: Path, done: int) -> summary.Summary:
    """Ten classes of weights 1 to 10 (x 2e6 bit ns), the first `done` hit.

    Class 3 fails. The two replicas take turns, so weights count half.
    """
    names = list(analysis_store.REGIONS)
    made = Store(path)
    campaign = made.campaign_open("all", "h", "", 1, 10, "exhaustive")
    golden = analysis_store.golden_of("dmr")
    total = sum(range(1, 11)) * 2_000_000
    made.add_golden(campaign, golden, [
        Space(golden.hash, "dmr", 0, region, 1000, 0, 40_000, live, None, None,
              10 if live else 0)
        for region, live in ((names[0], total), ("registers", 0))])
    draw = analysis_store.random.Random(1)
    for k in range(done):
        o = analysis_store.observation(k, "dmr", draw)
        fate = analysis_store.fate_of("sdc" if k == 3 else "masked", "dmr", 0,
                                      9)
        made.add_trial(campaign, dataclasses.replace(
            o, region=names[0], weight_bit_ns=(k + 1) * 2_000_000, **fate))
    made.close()
    return summary.summarise(load.load(path))[0]


def test_an_exhaustive_campaign_has_no_sampling_error(tmp_path):
    found = exhaustive(tmp_path / "s.db", 10)
    failures = found.failures
    assert failures.low == failures.estimate == failures.high
    assert failures.estimate == pytest.approx(4 * 2_000_000 / 2)
    assert tables.failures_words(failures).endswith("exactly")


def test_an_exhaustive_campaign_claims_nothing_about_other_regions(tmp_path):
    found = exhaustive(tmp_path / "s.db", 10)
    other = next(c for c in found.cells if c.name == "registers")
    assert other.share(tuple(Outcome)) is None
    assert found.covered == pytest.approx(0.5)


def test_what_an_exhaustive_campaign_does_not_read_is_told(tmp_path):
    found = exhaustive(tmp_path / "s.db", 10)
    every = sum(found.share((o,)).estimate for o in Outcome)
    assert found.unread > 0
    assert every + found.unread == pytest.approx(1)
    rows = [row[0] for row in tables.weighted([found]).rows]
    assert "masked or latent: not read" in rows
    assert rows.index("uncontrolled") in tables.weighted([found]).emphasis


def test_an_unfinished_exhaustive_campaign_says_what_is_still_possible(
        tmp_path):
    found = exhaustive(tmp_path / "s.db", 5)
    missing = sum(range(6, 11))
    assert found.failures.low == pytest.approx(4e6)
    assert found.failures.high == pytest.approx((4 + missing) * 1e6)


def test_a_place_where_one_fault_was_enough_is_listed_with_its_rate(tmp_path):
    path = tmp_path / "s.db"
    found = exhaustive(path, 10)
    rows = lists.weak_points(load.load(path), [found]).rows
    assert len(rows) == 1
    assert rows[0][1].startswith(found.cells[0].name)
    assert rows[0][3] == "0.004 exactly"


def test_campaigns_stand_side_by_side_against_one_baseline(store, live,
                                                           tmp_path):
    assert main(["compare", str(store), str(live), "--out",
                 str(tmp_path)]) == 0
    text = (tmp_path / "index.html").read_text(encoding="utf-8")
    assert "http:" not in text and "<script" not in text
    for name in ("synthetic (1): tmr", "synthetic (2): baseline"):
        assert name in text
    found = compare.gather([load.load(store), load.load(live)])
    first = next(s for s in found if s.variant.baseline)
    assert first.against_baseline is None
    for s in found:
        if s is not first:
            assert s.against_baseline.estimate == pytest.approx(
                s.failures.estimate / first.failures.estimate)


def test_the_baseline_of_another_campaign_is_compared_too(store, live):
    found = compare.gather([load.load(store), load.load(live)])
    words = [tables.against_words(s) for s in found if s.variant.baseline]
    assert words[0] == "1 ×" and words[1].startswith("0.2")


def test_the_front_door_compares_several_stores(store, live, tmp_path):
    done = subprocess.run(
        [Path(__file__).parents[2] / "trireme", "report", store, live, "--out",
         tmp_path], capture_output=True, text=True, check=True)
    assert str(tmp_path) in done.stdout
    assert (tmp_path / "absolute.csv").is_file()


def of_models(campaign, share: float):
    """The same campaign, part of whose trials are flips of instructions."""
    every = round(1 / share)
    return dataclasses.replace(campaign, trials=tuple(
        dataclasses.replace(t, model="instruction", region="user-text")
        if t.k % every == 0 else t for t in campaign.trials))


def test_flips_of_instructions_do_not_make_text_count_more(store):
    mixed = of_models(load.load(store), 0.5)
    for s in summary.summarise(mixed):
        assert sum(c.n for c in s.strata) == s.n / 2
        assert sum(c.n for c in s.cells) == s.n
        assert s.covered == pytest.approx(1)


def test_flips_of_instructions_alone_speak_for_text_alone(store):
    for s in summary.summarise(of_models(load.load(store), 1)):
        sizes = analysis_store.REGIONS
        text = sizes["kernel-text"] + sizes["user-text"]
        assert s.covered == pytest.approx(text / sum(sizes.values()))


def test_campaigns_that_ask_the_same_are_checked_against_each_other(
        store, live, tmp_path):
    again = load.load(analysis_store.build(tmp_path / "s.db", seed=5))
    same = compare.agreement(compare.gather([load.load(store), again])).rows
    assert len(same) == 6 and {row[-1] for row in same} == {"yes"}
    # The made-up trace says that a fifth is live, the trials know nothing of
    # it: campaigns that contradict each other are told.
    other = compare.agreement(compare.gather([load.load(store),
                                              load.load(live)])).rows
    assert "NO" in {row[-1] for row in other}


def test_another_workload_is_not_the_same_question(store):
    campaign = load.load(store)
    variants = tuple(dataclasses.replace(v, golden=dataclasses.replace(
        v.golden, input_hash="other")) for v in campaign.variants)
    other = dataclasses.replace(campaign, variants=variants)
    assert not compare.agreement(compare.gather([campaign, other])).rows


def test_a_goal_of_errors_is_reached_or_not_whatever_was_planned() -> None:
    """`trials` is only the most that such a campaign runs."""
    def words(done: int, goal: int | None, errors: int) -> str:
        asked = SimpleNamespace(trials=range(done), planned=100,
                                errors_goal=goal)
        found = [SimpleNamespace(observed_errors=errors)]
        return report.extent_words(asked, found)  # type: ignore[arg-type]

    assert words(100, None, 5) == "" and "of 100 planned" in words(99, None, 5)
    assert words(50, 10, 10) == \
        ", until each configuration had 10 observed errors"
    assert "not complete" in words(50, 10, 9)
