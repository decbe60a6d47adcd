# SPDX-License-Identifier: BSD-2-Clause
"""A frame is not lost with the primary that sends or receives it."""

from collections import Counter, defaultdict

import pytest
from handover import Handover, Outcome

SENDING_NS = 1400    # around the write that sends a frame, in steps of
SENDING_STEP = 10
RECEIVING_NS = 48000  # from a frame's arrival until the driver waits again
RECEIVING_STEP = 250
WAITING = ("arch_wait_for_event", "user")


@pytest.fixture(scope="module")
def handover(tmp_path_factory):
    made = Handover(tmp_path_factory.mktemp("capture") / "frames.pcap")
    yield made
    made.close()


def sent_at(handover: Handover, number: int) -> int:
    """When the board sends a frame: the capture counts whole microseconds."""
    return [frame.at_ns for frame in handover.right if frame.sent][number]


def check(outcome: Outcome, fates: tuple[str, ...] = ("once",)) -> None:
    """Two are left, all frames came, and the service goes on."""
    assert outcome.live == 2 and outcome.served, outcome
    assert outcome.fate in fates, outcome


def test_the_run_repeats(handover):
    """An offer and a confirmation come in answer to two frames of ours; then
    the address is told to everybody."""
    assert [frame.sent for frame in handover.right] == [
        True, False, True, False, True]
    before = handover.right
    del handover.right
    assert handover.right == before


@pytest.mark.parametrize("later_ns", [-20000, 300, 800, 5000, 25000])
def test_a_primary_that_is_killed_loses_no_frame(handover, later_ns):
    check(handover.kill(sent_at(handover, 0) + later_ns), ("once", "twice"))


def sweep(handover: Handover, start: int, length: int, step: int
          ) -> dict[str, Counter[str]]:
    """Kills in a window. @return fates by the function that was cut short."""
    fates: dict[str, Counter[str]] = defaultdict(Counter)
    for at_ns in range(start, start + length, step):
        outcome = handover.kill(at_ns)
        check(outcome, ("once", "twice"))
        fates[outcome.step.split("+")[0]][outcome.fate] += 1
    for name, counts in fates.items():
        print(name, dict(counts))
    return fates


@pytest.mark.slow
@pytest.mark.parametrize("number", [0, 1])
def test_each_step_of_sending(handover, number):
    fates = sweep(handover, sent_at(handover, number), SENDING_NS,
                  SENDING_STEP)
    assert set(fates) - set(WAITING), "the primary was never at work"


@pytest.mark.slow
@pytest.mark.parametrize("number", [0, 1])
def test_each_step_of_receiving(handover, number):
    fates = sweep(handover, sent_at(handover, number), RECEIVING_NS,
                  RECEIVING_STEP)
    assert all(set(counts) == {"once"} for counts in fates.values())
