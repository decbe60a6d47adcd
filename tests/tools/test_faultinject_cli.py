# SPDX-License-Identifier: BSD-2-Clause
"""The front door without an emulator: bare machines, bad input, counting."""
from __future__ import annotations

import os
import subprocess
import sys
import time
from pathlib import Path

import pytest

from faultinject import campaign, campaign_file, tree
from faultinject.cli import replay, test as test_command
from faultinject.errors import HarnessError
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
    state = campaign._Run(fake, store, number)  # type: ignore[arg-type]
    stopped = campaign._drive(state, list(range(8)), 2,
                              lambda done, total: seen.append((done, total)), 4)
    assert not stopped and state.failed == 1
    assert store.done(number) == {0, 1, 2, 3, 4, 6, 7}
    assert fake.calls[3] == 3 and fake.calls[5] == 3
    rows = store.harness_failures(number)
    assert [(r["k"], r["attempt"]) for r in rows] == \
        [(3, 0), (3, 1), (5, 0), (5, 1), (5, 2)]
    assert seen[0] == (4, 12) and seen[-1] == (12, 12)
    store.close()
