# SPDX-License-Identifier: BSD-2-Clause
"""A campaign runs, survives being killed, and each trial can be replayed."""

import os
import signal
import sqlite3
import subprocess
import time
from pathlib import Path

import pytest
from frontdoor import ROOT, call

CAMPAIGN = "smoke"


def rows(store: Path) -> list[int]:
    """Numbers of the stored trials, in order."""
    if not store.is_file():
        return []
    database = sqlite3.connect(store, timeout=30)
    try:
        return [k for (k,) in database.execute("SELECT k FROM trial ORDER BY k")]
    except sqlite3.OperationalError:
        return []  # not yet created
    finally:
        database.close()


def start_and_kill(store: Path) -> None:
    """Start the campaign and kill it when its first trials are stored."""
    process = subprocess.Popen(
        [str(ROOT / "trireme"), "inject", CAMPAIGN, "--out", str(store)],
        cwd=ROOT, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
        start_new_session=True)
    try:
        for _ in range(1200):
            if len(rows(store)) >= 2 or process.poll() is not None:
                break
            time.sleep(0.1)
    finally:
        os.killpg(process.pid, signal.SIGKILL)
        process.wait()


@pytest.fixture(scope="module")
def store(tmp_path_factory) -> Path:
    """A campaign that was killed in the middle and finished afterwards."""
    path = tmp_path_factory.mktemp("campaign") / "store.sqlite"
    start_and_kill(path)
    before = rows(path)
    assert before, "killed before the first trial was stored"
    done = call("inject", CAMPAIGN, "--out", str(path))
    assert done.status == 0, done.stderr
    assert set(before) <= set(rows(path))
    return path


def test_no_trial_is_lost_or_run_twice(store):
    found = rows(store)
    assert found == list(range(len(found)))
    assert f"{len(found)} of {len(found)} trials" in call(
        "inject", CAMPAIGN, "--out", str(store)).stdout


@pytest.mark.parametrize("place", [0, 1, -1])
def test_a_trial_is_replayed_identically(store, place):
    k = rows(store)[place]
    done = call("replay", CAMPAIGN, str(k), "--out", str(store))
    assert done.status == 0, done.stdout + done.stderr
    assert "identical to the stored trial" in done.stdout


def test_the_report_is_written(store, tmp_path):
    done = call("report", str(store), "--out", str(tmp_path / "report"))
    assert done.status == 0, done.stderr
    page = (tmp_path / "report" / "index.html").read_text(encoding="utf-8")
    assert f"{len(rows(store))} injected faults" in page
    assert str(tmp_path / "report" / "index.html") in done.stdout
