# SPDX-License-Identifier: BSD-2-Clause
"""How system tests meet the system: by the front door, as a user would.

Nothing here looks inside: a test calls ./trireme, and reads its exit status
and its JSON. Inputs are made from a seed; every run is repeatable.
"""

import hashlib
import json
import random
import subprocess
import sys
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Callable

import pytest

ROOT = Path(__file__).resolve().parents[2]
TIMEOUT_S = 240  # of one call; only a defect takes that long


@dataclass(frozen=True)
class Call:
    """One call of ./trireme and what came of it."""

    arguments: tuple[str, ...]
    status: int
    stdout: str
    stderr: str
    result: dict[str, Any] = field(default_factory=dict)

    def __getitem__(self, key: str) -> Any:
        return self.result[key]

    @property
    def console(self) -> str:
        """Bytes that left the board, as text."""
        return str(self.result["console"])

    def events(self, kind: str) -> list[dict[str, Any]]:
        """Event records of one kind, oldest first."""
        return [e for e in self.result["events"] if e["kind"] == kind]

    def convicted(self) -> set[int]:
        """Replicas that were taken out of service."""
        masks = [e["args"][0] for kind in ("convict", "downgrade")
                 for e in self.events(kind)]
        return {i for mask in masks for i in range(4) if mask >> i & 1}


def call(*arguments: str, env: dict[str, str] | None = None) -> Call:
    """Call the front door."""
    done = subprocess.run(
        [sys.executable, str(ROOT / "trireme"), *arguments], cwd=ROOT, env=env,
        capture_output=True, text=True, timeout=TIMEOUT_S, check=False,
        stdin=subprocess.DEVNULL)
    result = {}
    if "--json" in arguments and done.stdout.strip():
        result = json.loads(done.stdout)
    return Call(arguments, done.returncode, done.stdout, done.stderr, result)


def run_json(*arguments: str) -> Call:
    """`trireme run ... --json`; must have printed its object."""
    done = call("run", *arguments, "--json")
    assert done.result, f"no JSON from {done.arguments}: {done.stderr}"
    return done


@dataclass(frozen=True)
class Input:
    """A file for `digest` with the host's own digest of it."""

    path: str
    size: int
    sha256: str


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption("--all", action="store_true",
                     help="also the runs that take many minutes")


def pytest_configure(config: pytest.Config) -> None:
    config.addinivalue_line("markers", "long: only with --all")


def pytest_collection_modifyitems(config: pytest.Config, items: list) -> None:
    if config.getoption("--all"):
        return
    for item in items:
        if item.get_closest_marker("long"):
            item.add_marker(pytest.mark.skip(reason="long: use --all"))


@pytest.fixture(scope="session")
def make_input(tmp_path_factory) -> Callable[[int], Input]:
    """A file of a given size: the same bytes in every session."""
    folder = tmp_path_factory.mktemp("input")

    def make(size: int) -> Input:
        path = folder / f"{size}.bin"
        data = random.Random(f"input {size}").randbytes(size)
        path.write_bytes(data)
        return Input(str(path), size, hashlib.sha256(data).hexdigest())

    return make


@pytest.fixture(scope="session", autouse=True)
def built() -> None:
    """Build once, so that no test pays for it or fails because of it."""
    done = call("build")
    assert done.status == 0, done.stdout + done.stderr
