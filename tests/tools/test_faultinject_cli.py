# SPDX-License-Identifier: BSD-2-Clause
"""The front door without an emulator: bare machines, bad input, counting."""
from __future__ import annotations

import os
import random
import subprocess
import sys
import time
from pathlib import Path
from typing import Iterable, Iterator

import pytest

from faultinject import campaign, campaign_file, executors, tree
from faultinject.cli import replay, test as test_command
from faultinject.errors import HarnessError, UserError
from faultinject.store import Store
from test_faultinject_image import GOOD, golden, observation, parse

ROOT = Path(__file__).parents[2]


def front(*arguments: str, bare: bool = False
          ) -> subprocess.CompletedProcess[str]:
    """Call the commands; `bare`: with no package but the standard library."""
    flags = ["-S"] if bare else []
    return subprocess.run(
        [sys.executable, *flags, "-B", "-m", "faultinject.cli", *arguments],
        cwd=ROOT, text=True, capture_output=True, check=False)


def test_first_command_needs_the_standard_library_only() -> None:
    """On a fresh machine nothing else is there yet."""
    done = front("setup", "--check", bare=True)
    assert done.stdout.startswith("missing: "), done.stderr


@pytest.mark.parametrize("command", ["setup", "build", "run", "inject",
                                     "replay", "report", "test", "debug",
                                     "demo"])
def test_every_command_explains_itself(command: str) -> None:
    """--help works, and needs no packages either."""
    done = front(command, "--help", bare=True)
    assert done.returncode == 0 and "usage: trireme" in done.stdout


@pytest.mark.parametrize("line", [
    [], ["nonsense"], ["run"], ["run", "no-such-app"],
    ["run", "digest", "--replicas", "7"], ["run", "digest", "--input", "/none"],
    ["run", "digest", "--replicas", "3", "--flip", "x"],
    ["run", "digest", "--voting", "sometimes", "--image", "/none"],
    ["inject", "no-such-campaign"], ["replay", "demo", "99999"],
    ["report", "/no/such/store"], ["build", "no-such-preset"]])
def test_bad_input_gives_one_line_and_status_two(line: list[str],
                                                 monkeypatch: pytest.MonkeyPatch
                                                 ) -> None:
    """No traceback, nothing on standard output."""
    monkeypatch.setenv("TRIREME_NO_BUILD", "1")
    done = front(*line)
    assert done.returncode == 2 and done.stdout == ""
    assert len(done.stderr.strip().splitlines()) == 1, done.stderr


def test_counts_are_read_from_the_tools_last_words() -> None:
    """A tool that fails without saying how often still counts."""
    ctest, pytest_ = test_command.count_ctest, test_command.count_pytest
    one = test_command.Count
    assert ctest(0, "100% tests passed, 0 tests failed out of 34") == one(34, 0)
    assert ctest(8, "94% tests passed, 2 tests failed out of 34") == one(32, 2)
    assert ctest(8, "no tests were found") == one(0, 1)
    assert pytest_(0, "...\n12 passed, 3 deselected in 1s") == one(12, 0)
    assert pytest_(1, "...\n1 failed, 12 passed, 1 error in 1s") == one(12, 2)
    assert pytest_(5, "no tests ran in 0.1s") == one(0, 1)
    assert pytest_(1, "FAILED a.py::b - assert 0\nERROR c.py\n1 failed, 1 error "
                   "in 1s") == one(0, 2, ("a.py::b", "c.py"))
    assert ctest(8, "1 tests failed out of 2\n\t  2 - lint (Failed)"
                 ) == one(1, 1, ("lint",))


def test_replay_names_what_differs() -> None:
    """Any observed value counts, host time does not."""
    import dataclasses
    old = observation(1)
    assert replay.differences(old, dataclasses.replace(old, wall_s=9.0)) == []
    new = dataclasses.replace(old, console=b"x", pcs=[3])
    assert replay.differences(old, new) == ["console", "pcs"]


def test_what_killed_processes_left_is_removed(
        tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Folders of processes that live are kept."""
    monkeypatch.setattr(tree, "_memory", lambda: tmp_path)
    done = subprocess.run(["true"], check=True)
    assert done.returncode == 0
    dead = tmp_path / "trireme-run-4194305-x"  # above any process number
    alive = tmp_path / f"trireme-run-{os.getpid()}-x"
    dead.mkdir()
    alive.mkdir()
    tree._sweep.cache_clear()
    made = tree.scratch("run")
    assert made.is_dir() and alive.is_dir() and not dead.exists()
    tree._sweep.cache_clear()


class Fake:
    """Stands for Campaigner: trial 3 fails twice, trial 5 always."""

    def __init__(self, wanted: campaign_file.Campaign) -> None:
        self.campaign = wanted
        self.calls: dict[int, int] = {}

    def together(self, batch: executors.Batch
                 ) -> Iterator[tuple[int, object]]:
        """Trial 0 can not be observed here, trial 1 can; the rest is left."""
        for k in batch:
            if k < 2:
                yield k, observation(k) if k else HarnessError("no child")

    def trial(self, k: int) -> object:
        """An observation, or a failure of the harness."""
        self.calls[k] = self.calls.get(k, 0) + 1
        time.sleep(0.001)
        if k == 5 or (k == 3 and self.calls[k] < 3):
            raise HarnessError("the emulator did not start")
        return observation(k)


def test_harness_failures_are_kept_apart_and_tried_again(tmp_path: Path
                                                         ) -> None:
    """They are no trials; what is stored once is not run again."""
    wanted = parse(GOOD)
    store = Store(tmp_path / "s.sqlite")
    number = campaign.open_campaign(store, wanted)
    store.add_golden(number, golden(), [])
    seen: list[tuple[int, int]] = []
    fake = Fake(wanted)
    with executors.Local(2) as executor:
        state = campaign._Run(fake, store, number,  # type: ignore[arg-type]
                              executor)
        stopped = campaign._drive(
            state, list(range(8)),
            lambda done, total: seen.append((done, total)), 4)
    assert not stopped and state.failed == {5}
    assert store.done(number) == {0, 1, 2, 3, 4, 6, 7}
    assert fake.calls[3] == 3 and fake.calls[5] == 3
    rows = store.harness_failures(number)
    assert [(r["k"], r["attempt"]) for r in rows] == \
        [(0, 0), (3, 0), (3, 1), (5, 0), (5, 1), (5, 2)]
    assert fake.calls[0] == 1 and 1 not in fake.calls
    assert seen[0] == (4, 12) and seen[-1] == (12, 12)
    store.close()


class Counting:
    """Stands for Campaigner: every trial can be observed."""

    def __init__(self, wanted: campaign_file.Campaign) -> None:
        self.campaign = wanted

    def together(self, batch: executors.Batch
                 ) -> Iterator[tuple[int, object]]:
        """Observations."""
        return ((k, observation(k)) for k in batch)


class Interrupted(executors.Local):
    """Ctrl-C after so many results."""

    def __init__(self, after: int) -> None:
        super().__init__(2)
        self.left = after

    def results(self, attempt: executors.Attempt,
                todo: Iterable[executors.Batch]
                ) -> Iterator[executors.Result]:
        """Like its parent's, until the interrupt."""
        for result in super().results(attempt, todo):
            if self.left == 0:
                raise KeyboardInterrupt
            self.left -= 1
            yield result


def test_a_goal_of_errors_gives_the_same_trials_however_often_it_is_stopped(
        tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Errors are counted by blocks, so in-flight trials decide nothing."""
    monkeypatch.setattr(campaign, "_prepare_all", lambda state, todo: None)
    text = GOOD.replace("trials = 240", "trials = 2000\nerrors = 40")
    wanted = parse(text)
    assert wanted.errors == 40

    def go(path: Path, executor: executors.Local) -> bool:
        store = Store(path)
        number = campaign.open_campaign(store, wanted)
        store.add_golden(number, golden(), [])
        state = campaign._Run(Counting(wanted), store,  # type: ignore[arg-type]
                              number, executor)
        with executor:
            stopped = campaign._until_errors(
                state, 40, lambda done, total: None,
                lambda seen, reference: seen.k % 7 == 0)
        store.close()
        return stopped

    def stored(path: Path) -> set[int]:
        return Store(path).done(1)

    whole, pieces = tmp_path / "whole.sqlite", tmp_path / "pieces.sqlite"
    assert not go(whole, executors.Local(2))
    rng, stops = random.Random(1), 0
    while go(pieces, Interrupted(rng.randrange(1, 120))):
        stops += 1
    assert stops > 2 and stored(pieces) == stored(whole)
    for variant in wanted.variants:
        mine = [k for k in stored(whole)
                if wanted.variant_of(k).name == variant.name]
        assert len(mine) % campaign.BLOCK == 0
        assert sum(k % 7 == 0 for k in mine) >= 40
        last = sorted(mine)[:-campaign.BLOCK]
        assert sum(k % 7 == 0 for k in last) < 40


def test_an_exhaustive_campaign_counts_its_trials_itself() -> None:
    """Numbers and goals are refused, so are several variants and models."""
    text = GOOD.replace('sampling = "strata"',
                        'sampling = "exhaustive"\nwindow_ns = 1000')
    single = text.replace("memory = 0.7\nregister = 0.3\n", "")
    for bad, told in ((text, "register"), (single, "trials"),
                      (single.replace("trials = 240\n", ""), "variant"),
                      (single.replace("window_ns = 1000", ""), "window_ns")):
        with pytest.raises(UserError, match=told):
            parse(bad)


def test_no_jobs_are_no_jobs() -> None:
    """Zero does not quietly mean one."""
    done = front("inject", "smoke", "--jobs", "0")
    assert done.returncode == 2 and "--jobs" in done.stderr


def test_a_cluster_without_dask_is_refused_with_the_package(
        monkeypatch: pytest.MonkeyPatch) -> None:
    """It is not among the packages of setup: few need it."""
    monkeypatch.setitem(sys.modules, "distributed", None)
    with pytest.raises(UserError, match="apt-get install python3-distributed"):
        executors.Cluster("local:2", lambda batch: [])
