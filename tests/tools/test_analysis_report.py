# SPDX-License-Identifier: BSD-2-Clause
"""From a store to tables and page; the store is synthetic (analysis_store)."""

import csv
import re
import sqlite3
import subprocess
import sys
from pathlib import Path

import pytest

from analysis import load, summary, tables
from analysis.__main__ import main
from analysis.classify import Outcome

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
                  "Absolute failures", "Seeds and versions", "golden run, tmr",
                  "run on a real board", "harness failures"):
        assert words in text


def test_figures_exist_for_light_and_dark(out):
    for name in ("outcomes", "latency"):
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
