# SPDX-License-Identifier: BSD-2-Clause
"""Device operations of every kind go on when replicas are lost and come back.

The load compares each operation with what the processor does by itself on
plain memory (tests/target/trapped.c): loads and stores on a shared mapping,
several at once, clean and invalidate. A byte that is lost, done in another
order or not given to all shows in its last line.
"""

from pathlib import Path

import pytest
from aim import (HANG, UNDEFINED, Board, call_sites, field, function,
                 word_at)
from frontdoor import ROOT, run_json

from faultinject import exposed

TARGET = ROOT / "build/sabrelite/target.elf"
STRIDE = 32 << 20
LDM_R1_UPDATE = 0xE8B10000  # ldm r1!, {...} (A8.8.57)
UPDATE = 1 << 21            # the exclamation mark


@pytest.fixture(scope="module")
def board():
    made = Board("hello", 3, image=TARGET, args="trapped-short", stride=STRIDE)
    yield made
    made.close()


def entry(name: str) -> int:
    """First instruction of a kernel function."""
    return function(name).address


def behind_access() -> int:
    """In a batch: an access is done, that it is done is not yet noted."""
    return call_sites("run_batch", "arch_memory_barrier")[0]


PLACES = {
    "before it is looked up": lambda: entry("hook_user_access"),
    "before the log": lambda: call_sites("perform",
                                         "channel_publish_operation")[0],
    "before an access": lambda: entry("access_perform"),
    "before a batch": lambda: entry("run_batch"),
    "in a batch, behind an access": behind_access,
    "in a batch, behind its note": lambda: behind_access() + 8,
    "before a block is written": lambda: entry("write_block"),
    "when a block is written": lambda: call_sites("write_block",
                                                  "transfer_check")[0],
    "before a block is read": lambda: entry("read_block"),
    "when a block is read": lambda: call_sites("read_block",
                                               "transfer_check")[0],
    "behind the bus": lambda: call_sites("perform", "arch_devices_close")[0],
    "behind all": lambda: entry("decode_finish"),
}


def check_goes_on(done, board, lost: int) -> None:
    assert done["end"] == "exit", done["error"]
    assert done.console == board.right.console
    assert "1 checks, 0 failed" in done.console
    assert done.convicted() == {lost}


@pytest.mark.parametrize("place", PLACES)
def test_a_primary_is_lost_at_each_step(board, place):
    done = board.run(board.change(0, PLACES[place](), HANG, 0.3))
    check_goes_on(done, board, 0)


@pytest.mark.slow
@pytest.mark.parametrize("replica", [0, 2])
@pytest.mark.parametrize("place", PLACES)
def test_a_kernel_fails_at_each_step(board, place, replica):
    if replica and place not in ("before it is looked up", "behind all"):
        pytest.skip("a backup does not come there")
    for share in (0.2, 0.6):
        done = board.run(board.change(replica, PLACES[place](), UNDEFINED,
                                      share))
        check_goes_on(done, board, replica)


@pytest.mark.parametrize("replica", [
    0, pytest.param(2, marks=pytest.mark.slow)])
def test_a_replica_comes_back_amid_device_accesses(board, replica):
    """Shared mappings lead its copy to the same memory."""
    done = run_json("hello", "--replicas", "3", "--image", str(TARGET),
                    "--stride", "32", "--scrub", "--reintegrate", "always",
                    "--flip", f"replica={replica},register=pc,bit=20,at=30%",
                    arguments="trapped-short")
    assert done.status == 0 and "1 checks, 0 failed" in done.console
    assert done.events("rejoin") and done["live"] == 3
    assert not done.events("scrub")


@pytest.fixture(scope="module")
def digest(make_input):
    made = Board("digest", 3,
                 data=Path(make_input(16384).path).read_bytes())
    yield made
    made.close()


@pytest.mark.parametrize("share", [0.16, 0.26, 0.36, 0.46])
@pytest.mark.parametrize("path, bit", [
    (("self",), 31), (("cycle", "lifecycle", "primary"), 1)],
    ids=["who it is", "who is primary"])
def test_a_primary_that_does_not_know_it_is_loses_no_output(
        digest, path, bit, share):
    """It does not perform, and meets as if it had; nobody can read in its log
    that it has."""
    done = digest.run(digest.flip(0, field("replica", "replica", *path), bit,
                                  share))
    assert done["end"] == "exit" and done.convicted() == {0}
    assert done.console == digest.right.console


def test_a_primary_that_copies_wrongly_is_convicted(digest):
    """Its loop takes the first line of a block again and again, and sums what
    it has taken: only a second look at the block tells."""
    loop = function("arch_lines_copy")
    loads = [at for at in range(loop.address, loop.address + 64, 4)
             if word_at(at) & 0xFFFF0000 == LDM_R1_UPDATE]
    done = digest.run(digest.change(
        0, loads[0], (word_at(loads[0]) & ~UPDATE,), 0.4))
    assert done["end"] == "exit" and done.console == digest.right.console
    assert done.convicted() == {0} and len(loads) == 1
    assert done["shim"]["again"] == 3


def test_each_flip_of_exposed_code_changes_its_sum():
    """The sum is one of products modulo 2^32 - 1: a flipped bit changes its
    product by a power of two times the neighbour."""
    words = exposed.summed_words()
    assert len(words) > 1000 and len(words) % 8 == 0
    hidden = [(i, bit) for i in range(len(words)) for bit in range(32)
              if (words[i ^ 1] << bit) % 0xffffffff == 0]
    assert not hidden, "a literal 0 or 0xffffffff: build it by MOV, MVN"


def test_the_table_of_exposed_instructions_is_that_of_the_binary():
    text = (ROOT / "shim/README.md").read_text(encoding="utf-8")
    assert exposed.table(exposed.exposed()) in text, (
        "run: ./trireme bench shim --write-readme")
