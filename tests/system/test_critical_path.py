# SPDX-License-Identifier: BSD-2-Clause
"""Critical-path time of the real system, where it can be known."""

import pytest
from frontdoor import run_json

SAME = ("critical_path", "instructions", "virtual_ns", "events")


def path_of(*options: str):
    done = run_json("hello", *options)
    assert done.status == 0 and done["end"] == "exit"
    return done["critical_path"]


@pytest.mark.parametrize("options", [("--baseline",), ("--replicas", "1")])
def test_one_replica_alone_is_its_own_critical_path(options):
    path = path_of(*options)
    assert path["critical_path"] == path["busy"]["0"] > 1000
    assert path["lines"] == 0


@pytest.mark.parametrize("replicas", [2, 3, 4])
def test_the_path_is_longer_than_anybodys_work_and_shorter_than_all(replicas):
    path = path_of("--replicas", str(replicas))
    busy = [path["busy"][str(i)] for i in range(replicas)]
    lines = path["lines"] * path["line_cost"]
    assert path["lines"] > 0
    # replicas do not write the first record at the same moment: 2 %
    assert 0.98 * max(busy) < path["critical_path"] - lines < 1.2 * max(busy)


def test_it_repeats_exactly():
    runs = [run_json("hello", "--replicas", "3") for _ in range(2)]
    for key in SAME:
        assert runs[0][key] == runs[1][key]
