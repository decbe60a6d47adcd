# SPDX-License-Identifier: BSD-2-Clause
"""A frame in flight when the primary is killed at one of the driver's steps is
sent or received once (killed_enet.py); the table is in shim/README.md."""

import pytest
from killed_enet import RECEIVING, SENDING, Step, Wire

ACCESSES = {("send", 1): "store descriptor", ("send", 2): "store TDAR",
            ("receive", 3): "store descriptor", ("receive", 4): "store RDAR",
            ("receive", 5): "store EIR", ("receive", 6): "store EIMR",
            ("receive", 7): "load descriptor"}
NOT_NOTED = "batch: done, not noted"
TOLD = [step for step in SENDING + RECEIVING
        if step.place == NOT_NOTED and step.passes in (2, 4)]


@pytest.fixture(scope="module")
def wire(tmp_path_factory):
    made = Wire(tmp_path_factory.mktemp("capture") / "frames.pcap")
    yield made
    made.close()


def check(wire: Wire, step: Step) -> None:
    kill = wire.at_step(step)
    assert (kill.fate, kill.live, kill.taken_over) == ("once", 2, 1), kill
    if kill.access:
        assert kill.access == ACCESSES[step.operation, step.passes]


@pytest.mark.parametrize("step", TOLD, ids=lambda step: step.operation)
def test_a_frame_is_told_of_twice_and_sent_or_received_once(wire, step):
    check(wire, step)


@pytest.mark.slow
@pytest.mark.parametrize("step", SENDING + RECEIVING, ids=lambda step: (
    f"{step.operation}: {step.place} {step.passes}"))
def test_each_step(wire, step):
    check(wire, step)
