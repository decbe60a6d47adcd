# SPDX-License-Identifier: BSD-2-Clause
"""A campaign can be killed, resumed, replayed and reported."""

import json
import os
import random
import sqlite3
import subprocess
import time
from pathlib import Path

import pytest
from frontdoor import ROOT, call

from analysis import load, stats, summary
from analysis.classify import Outcome

CAMPAIGN = "smoke"
TRIALS = 16


def stored(path: Path) -> list[int]:
    """Numbers of the trials in a store, in the order in which they came."""
    if not path.is_file():
        return []
    try:
        with sqlite3.connect(path) as database:
            rows = database.execute("SELECT k FROM trial ORDER BY rowid")
            return [k for (k,) in rows]
    except sqlite3.OperationalError:
        return []  # the tables are being made


def state_of(process: str) -> tuple[str, int]:
    """State letter and parent of a process; Z if it is gone."""
    try:
        text = Path(f"/proc/{process}/stat").read_text()
    except (FileNotFoundError, ProcessLookupError):
        return "Z", 0
    letter, parent = text.rsplit(")", 1)[1].split()[:2]
    return letter, int(parent)


def children_of(parent: int) -> list[str]:
    """Processes that a process has started."""
    everybody = [f.name for f in Path("/proc").glob("[0-9]*")]
    return [p for p in everybody if state_of(p)[1] == parent]


@pytest.fixture(scope="module")
def store(tmp_path_factory) -> Path:
    """A campaign that was killed in the middle and then resumed."""
    path = tmp_path_factory.mktemp("campaign") / "store.sqlite"
    process = subprocess.Popen(
        [str(ROOT / "trireme"), "inject", CAMPAIGN, "--out", str(path),
         "--jobs", "2"], cwd=ROOT, stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL, env=dict(os.environ))
    deadline = time.monotonic() + 120
    try:
        while len(stored(path)) < 3 and time.monotonic() < deadline:
            time.sleep(0.05)
        children = children_of(process.pid)
    finally:
        process.kill()
        process.wait()
    before = stored(path)
    assert 3 <= len(before) < TRIALS
    time.sleep(1.0)
    assert all(state_of(child)[0] == "Z" for child in children)
    done = call("inject", CAMPAIGN, "--out", str(path), "--jobs", "2")
    assert done.status == 0, done.stderr
    assert stored(path)[:len(before)] == before
    return path


def test_no_trial_is_lost_or_run_twice(store):
    assert sorted(stored(store)) == list(range(TRIALS))


def test_resuming_a_finished_campaign_runs_nothing(store):
    assert call("inject", CAMPAIGN, "--out", str(store)).status == 0
    assert len(stored(store)) == TRIALS


@pytest.mark.parametrize("third", range(3))
def test_a_replay_ends_in_the_same_state(store, third):
    """One of each third of the trials, another one each time."""
    k = random.randrange(third, TRIALS, 3)
    done = call("replay", CAMPAIGN, str(k), "--out", str(store), "--json")
    assert done.status == 0, done.stderr
    assert done["same"] is True and done["different"] == [], k
    with sqlite3.connect(store) as database:
        fault, = database.execute("SELECT fault FROM trial WHERE k = ?",
                                  (k,)).fetchone()
    assert done["fault"] == json.loads(fault)


def rows(path: Path) -> list[tuple]:
    """Everything that was observed, without host time."""
    with sqlite3.connect(path) as database:
        names = [row[1] for row in database.execute("PRAGMA table_info(trial)")
                 if row[1] not in ("wall_s", "created", "campaign")]
        return database.execute(f"SELECT {', '.join(names)} FROM trial "
                                "ORDER BY k").fetchall()


def test_random_trials_of_a_store_replay_together(store):
    done = call("replay", CAMPAIGN, "--random", "2", "--out", str(store))
    assert done.status == 0, done.stderr
    assert "2 of 2 trials identical" in done.stdout


def test_a_trial_is_explained(store):
    with sqlite3.connect(store) as database:
        k, = database.execute(
            "SELECT k FROM trial WHERE variant = 'tmr' AND kind = 'memory' "
            "LIMIT 1").fetchone()
    done = call("explain", CAMPAIGN, str(k), "--out", str(store))
    assert done.status == 0, done.stderr
    for word in ("what:", "object:", "page:", "replicas at", "events since",
                 "outcome:"):
        assert word in done.stdout, done.stdout


def test_a_trial_of_a_register_is_explained(store):
    with sqlite3.connect(store) as database:
        k, fault = database.execute(
            "SELECT k, fault FROM trial WHERE kind = 'register' LIMIT 1"
        ).fetchone()
    done = call("explain", CAMPAIGN, str(k), "--out", str(store))
    assert done.status == 0, done.stderr
    assert f"register {json.loads(fault)['register']} of replica" in done.stdout
    for word in ("executing: ", "pc 0x", "events since", "outcome:"):
        assert word in done.stdout, done.stdout


BIG = """name = "big"
seed = 3
trials = 300
[workload]
app = "digest"
input_bytes = 4096
[[variant]]
name = "baseline"
baseline = true
[[variant]]
name = "tmr"
replicas = 3
reintegrate = "never"
[fault]
memory = 0.8
register = 0.2
sampling = "live"
"""


@pytest.fixture(scope="module")
def big(tmp_path_factory) -> tuple[Path, Path]:
    """300 trials and their store, made without a kill."""
    folder = tmp_path_factory.mktemp("big")
    (folder / "big.toml").write_text(BIG)
    done = call("inject", str(folder / "big.toml"), "--yes", "--out",
                str(folder / "whole.sqlite"))
    assert done.status == 0, done.stderr
    return folder / "big.toml", folder / "whole.sqlite"


@pytest.mark.slow
def test_ten_kills_leave_the_store_of_an_undisturbed_run(big, tmp_path):
    campaign, whole = big
    path = tmp_path / "killed.sqlite"
    rng = random.Random(10)
    for stop in sorted(rng.sample(range(1, 290), 10)):
        process = subprocess.Popen(
            [str(ROOT / "trireme"), "inject", str(campaign), "--out",
             str(path)], cwd=ROOT, stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL, env=dict(os.environ))
        while process.poll() is None and len(stored(path)) < stop:
            time.sleep(0.02)
        assert process.poll() is None, "it ended before it could be killed"
        process.kill()
        process.wait()
    done = call("inject", str(campaign), "--out", str(path))
    assert done.status == 0, done.stderr
    assert sorted(stored(path)) == list(range(300))
    assert rows(path) == rows(whole)


@pytest.mark.slow
def test_fifty_random_trials_replay(big):
    campaign, whole = big
    done = call("replay", str(campaign), "--random", "50", "--out", str(whole))
    assert done.status == 0, done.stderr
    assert "50 of 50 trials identical" in done.stdout


@pytest.mark.slow
def test_a_cluster_of_two_workers_gives_the_same_store(store, tmp_path):
    pytest.importorskip("distributed")
    path = tmp_path / "cluster.sqlite"
    done = call("inject", CAMPAIGN, "--cluster", "local:2", "--out", str(path))
    assert done.status == 0, done.stderr
    assert rows(path) == rows(store)


@pytest.mark.slow
def test_too_large_an_exhaustive_campaign_is_refused(tmp_path):
    text = (ROOT / "faultinject/campaigns/kernel-exhaustive.toml").read_text()
    large = tmp_path / "large.toml"
    large.write_text(text.replace("window_votes = 1", "window_votes = 30"))
    done = call("inject", str(large), "--out", str(tmp_path / "s.sqlite"))
    assert done.status == 2 and "--yes" in done.stderr
    assert "classes" in done.stdout and " h" in done.stdout


def test_a_report_is_written(store, tmp_path):
    done = call("report", str(store), "--out", str(tmp_path / "report"))
    assert done.status == 0, done.stderr
    page = tmp_path / "report" / "index.html"
    assert str(page) in done.stdout and page.stat().st_size > 10000


@pytest.mark.slow
def test_silent_corruption_is_below_a_thousandth_of_ten_thousand_errors(
        tmp_path):
    path = tmp_path / "errors.sqlite"
    done = subprocess.run(
        [str(ROOT / "trireme"), "inject", "ten-thousand-errors", "--yes",
         "--out", str(path)], cwd=ROOT, capture_output=True, check=False)
    assert done.returncode == 0, done.stderr
    outcomes = [t.verdict.outcome for t in load.load(path).trials]
    observed = sum(outcome in summary.OBSERVED for outcome in outcomes)
    wrong = outcomes.count(Outcome.SDC)
    assert observed >= 10_000
    assert stats.wilson(wrong, observed).high < 0.001, wrong
