# SPDX-License-Identifier: BSD-2-Clause
"""What system tests share: inputs that are the same in every session, and one
build before all tests."""

import hashlib
import random
from dataclasses import dataclass
from typing import Callable

import pytest
from frontdoor import call


@dataclass(frozen=True)
class Input:
    """A file for `digest` with the host's own digest of it."""

    path: str
    size: int
    sha256: str


def pytest_configure(config: pytest.Config) -> None:
    config.addinivalue_line("markers", "slow: only with ./trireme test --all")


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
