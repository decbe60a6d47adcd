# SPDX-License-Identifier: BSD-2-Clause
"""Who is brought back, how often, and on whose word."""

import dataclasses

import pytest
from faultinject import ending, events, qemu
from faultinject.workload import Prepared, Workload
from frontdoor import call

TIMEOUT_S = 120
CRASH = "{at}:reg:{replica}:15:0x100000"  # the program counter, in the kernel


def crashes(workload: Workload, replica: int, count: int, distance_ns: int
            ) -> tuple[list, bytes]:
    """Event records and console of a run in which a core fails repeatedly."""
    flips = tuple(CRASH.format(at=20_000_000 + k * distance_ns,
                               replica=replica) for k in range(count))
    with Prepared(workload) as prepared:
        result = qemu.run(prepared.machine(flips=flips), TIMEOUT_S)
        records = events.parse(result.raw_events)
    assert ending.end_of(result, records) == "exit"
    return records, result.console


def idle(policy: str, naps: int = 40, **more) -> Workload:
    return Workload(app="idle", args=f"{naps} 10000", replicas=3,
                    stride=16 << 20, reintegration=policy, **more)


def kinds(records: list, kind: str) -> list:
    return [e for e in records if e["kind"] == kind]


def test_a_core_that_fails_again_and_again_is_retired():
    """Three returns in the hour, each after a longer wait, then none."""
    records, _ = crashes(idle("always", 50, reintegrations_per_hour=3,
                              backoff_us=4000), 1, 5, 80_000_000)
    assert len(kinds(records, "downgrade")) == 4  # the fifth hits nobody
    assert len(kinds(records, "rejoin")) == 3
    assert ending.live_mask(records, 3) == 0b101
    waits = [10 * (donate["stamp"] - down["stamp"]) for down, donate in
             zip(kinds(records, "downgrade"), kinds(records, "donate"))]
    assert waits == sorted(waits) and waits[2] >= 14_000_000


def test_nobody_comes_back_unasked_under_the_policy_command():
    records, _ = crashes(idle("command", 10), 1, 1, 0)
    assert not kinds(records, "donate")
    assert ending.live_mask(records, 3) == 0b101


@pytest.mark.parametrize("policy, back", [("command", 1), ("never", 0)])
def test_a_program_can_have_it_brought_back(policy, back):
    """`idle ... back` asks after half of its naps."""
    workload = dataclasses.replace(idle(policy), args="20 10000 back")
    records, console = crashes(workload, 1, 1, 0)
    assert console.startswith(b"asked" if back else b"refused")
    assert len(kinds(records, "rejoin")) == back
    assert ending.live_mask(records, 3) == (0b111 if back else 0b101)


def test_always_is_what_a_run_does(make_input):
    done = call("run", "digest", "--input", make_input(200_000).path,
                "--replicas", "3", "--stride", "16", "--flip",
                "replica=1,symbol=digest_state,bit=100,at=20%", "--json")
    assert done.status == 0 and done["live"] == 3 and done.events("rejoin")


def test_an_unknown_policy_is_refused():
    done = call("run", "idle", "--replicas", "3", "--reintegrate", "maybe")
    assert done.status == 2 and "command" in done.stderr
