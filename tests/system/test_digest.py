# SPDX-License-Identifier: BSD-2-Clause
"""The board computes what the host computes, with and without replicas."""

import pytest
from frontdoor import call, run_json

PROTECTION = [["--baseline"], *(["--replicas", str(n)] for n in (1, 2, 3, 4))]
NAMES = ["baseline", "one", "two", "three", "four"]
SIZES = [0, 1, 4095, 4096, 5000, 65536]


def replicas_of(protection: list[str]) -> int:
    return int(protection[1]) if len(protection) > 1 else 1


@pytest.mark.parametrize("size", SIZES)
@pytest.mark.parametrize("protection", PROTECTION, ids=NAMES)
def test_the_digest_is_right(make_input, protection, size):
    file = make_input(size)
    done = run_json("digest", "--input", file.path, *protection)
    assert done.status == 0
    assert done["sha256"] == file.sha256
    assert done["end"] == "exit"
    assert done["live"] == replicas_of(protection)
    assert not done.events("detect") and not done.events("convict")
    assert done.console.count("digest ") == size // 4096


@pytest.mark.parametrize("protection", PROTECTION, ids=NAMES)
def test_instructions_are_counted_per_replica_and_class(make_input, protection):
    done = run_json("digest", "--input", make_input(5000).path, *protection)
    counts = done["instructions"]
    assert len(counts) == replicas_of(protection)
    for of_one in counts.values():
        assert of_one["user"] > 5000 and of_one["kernel"] > 1000
        protected = of_one["rcoe"] + of_one["shim"]
        assert (protected == 0) == (protection == ["--baseline"])
    assert len({of_one["user"] for of_one in counts.values()}) == 1


def test_the_console_is_shown_live_without_json(make_input):
    file = make_input(4096)
    done = call("run", "digest", "--input", file.path, "--replicas", "3")
    assert done.status == 0
    assert f"sha256 {file.sha256} 4096" in done.stdout


def test_hello_says_hello():
    done = run_json("hello", "--replicas", "3")
    assert done.status == 0 and done["end"] == "exit"
    assert done.console.strip()


@pytest.mark.parametrize("protection", [["--baseline"], ["--replicas", "3"]],
                         ids=["baseline", "three"])
def test_input_over_the_serial_line_gives_the_same_digest(make_input,
                                                          protection):
    file = make_input(5000)
    done = run_json("digest", "--input", file.path, "--via", "uart",
                    *protection)
    assert done.status == 0 and done["sha256"] == file.sha256


@pytest.mark.slow
@pytest.mark.parametrize("protection", PROTECTION, ids=NAMES)
def test_four_mebibytes(make_input, protection):
    file = make_input(4 << 20)
    done = run_json("digest", "--input", file.path, *protection)
    assert done.status == 0 and done["sha256"] == file.sha256
