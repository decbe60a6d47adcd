# SPDX-License-Identifier: BSD-2-Clause
"""A known flip has the outcome that it must have, and the detector can fail.

The flip hits the live hash state of `digest`, which every later line of output
depends on: without protection it can not stay unseen.
"""

import pytest
from frontdoor import run_json

SIZE = 65536
# One bit of the eight 32-bit words of the intermediate hash value, which lie
# behind the 8-byte length in the state.
LIVE = "symbol=digest_state,bit={bit},at=50%"


@pytest.fixture(scope="module")
def file(make_input):
    return make_input(SIZE)


@pytest.fixture(scope="module")
def right(file):
    """Console of the fault-free run: the same for every protection."""
    return run_json("digest", "--input", file.path, "--replicas", "3").console


def flipped(file, replica: int, *options: str, bit: int = 100):
    return run_json("digest", "--input", file.path, "--flip",
                    f"replica={replica},{LIVE.format(bit=bit)}", *options)


def is_wrong(console: str, right: str) -> bool:
    """Did any wrong byte leave the board?"""
    return not right.startswith(console)


def test_the_fault_free_console_does_not_depend_on_protection(file, right):
    for protection in (["--baseline"], ["--replicas", "2"]):
        done = run_json("digest", "--input", file.path, *protection)
        assert done.console == right


@pytest.mark.parametrize("replica", [0, 1, 2])
@pytest.mark.parametrize("bit", [64, 100, 319])
def test_three_replicas_vote_out_the_flipped_one(file, right, replica, bit):
    done = flipped(file, replica, "--replicas", "3", bit=bit)
    assert done.status == 0 and done["end"] == "exit"
    assert done["sha256"] == file.sha256 and done.console == right
    assert done["live"] == 2
    assert done.convicted() == {replica}
    detected = done.events("detect")
    assert detected and all(e["replica"] != replica for e in
                            done.events("downgrade"))
    assert any(e["detector"] == "signature" for e in detected)
    assert done.events("resume")
    times = [e["logical_time"] for kind in ("detect", "convict", "downgrade")
             for e in done.events(kind)]
    assert all(times)


@pytest.mark.parametrize("replica", [0, 3])
def test_four_replicas_vote_out_the_flipped_one(file, right, replica):
    done = flipped(file, replica, "--replicas", "4")
    assert done.status == 0 and done.console == right
    assert done["live"] == 3 and done.convicted() == {replica}


@pytest.mark.parametrize("replica", [0, 1])
def test_two_replicas_stop_before_a_wrong_byte(file, right, replica):
    done = flipped(file, replica, "--replicas", "2")
    assert done.status == 3 and done["end"] == "fail-stop"
    assert done.events("fail-stop") and not done.convicted()
    assert not is_wrong(done.console, right)
    assert len(done.console) < len(right)


def test_without_voting_the_same_flip_comes_through(file, right):
    # replica 0 is the primary: its bytes are the ones that leave
    done = flipped(file, 0, "--replicas", "3", "--voting", "off")
    assert done["sha256"] != file.sha256
    assert is_wrong(done.console, right)
    assert not done.convicted()


def test_the_baseline_prints_a_wrong_digest(file, right):
    done = flipped(file, 0, "--baseline")
    assert done["sha256"] != file.sha256
    assert is_wrong(done.console, right)


@pytest.mark.parametrize("replica", [0, 1, 2])
@pytest.mark.parametrize("seed", [7, 8])
def test_a_flip_anywhere_in_user_data_does_no_harm(file, right, replica, seed):
    flip = f"replica={replica},region=user-data,at=50%,seed={seed}"
    done = run_json("digest", "--input", file.path, "--replicas", "3",
                    "--flip", flip)
    assert done.status == 0 and done.console == right
    assert done["sha256"] == file.sha256
    assert done.convicted() <= {replica}


@pytest.mark.parametrize("replica", [0, 1, 2])
def test_a_wrong_program_counter_does_no_harm(file, right, replica):
    done = run_json("digest", "--input", file.path, "--replicas", "3",
                    "--flip", f"replica={replica},register=pc,bit=20,at=50%")
    assert done.status == 0 and done.console == right
    assert done.convicted() == {replica}


@pytest.mark.slow
@pytest.mark.parametrize("replica", [0, 1, 2])
@pytest.mark.parametrize("at", range(5, 100, 10))
def test_the_flip_is_survived_at_any_time(file, right, replica, at):
    done = run_json("digest", "--input", file.path, "--replicas", "3", "--flip",
                    f"replica={replica},symbol=digest_state,bit=70,at={at}%")
    assert done.status == 0 and done.console == right
    assert done.convicted() <= {replica}
