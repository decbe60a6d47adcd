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


@pytest.mark.parametrize("k", random.Random().sample(range(TRIALS), 3))
def test_a_replay_ends_in_the_same_state(store, k):
    done = call("replay", CAMPAIGN, str(k), "--out", str(store), "--json")
    assert done.status == 0, done.stderr
    assert done["same"] is True and done["different"] == [], k
    with sqlite3.connect(store) as database:
        fault, = database.execute("SELECT fault FROM trial WHERE k = ?",
                                  (k,)).fetchone()
    assert done["fault"] == json.loads(fault)


def test_a_report_is_written(store, tmp_path):
    done = call("report", str(store), "--out", str(tmp_path / "report"))
    assert done.status == 0, done.stderr
    page = tmp_path / "report" / "index.html"
    assert str(page) in done.stdout and page.stat().st_size > 10000
