# SPDX-License-Identifier: BSD-2-Clause
"""Each detector, triggered by a fault that only it can find: with three
replicas the faulty one is taken away under that name and nothing else happens;
with two the system stops under that name before a wrong byte leaves.
(Scrubber: test_scrub.py. A core that can not even fetch: test_stuck_core.py.)
"""

import random

import pytest
from aim import (HANG, SLEEP, UNDEFINED, Board, branch, call_sites, field,
                 function, word_at)

from faultinject import exposed

SHARED_BASE = 0x4E000000        # kernel/abi/abi/memory.h
SHARED_DATA_OFFSET = 0x1000
LAYOUT_RAMDISK = 0xF1000000     # kernel/arch/armv7/layout.h
LAYOUT_AIPS2 = 0xF0300000       # with UART2
NOP = (0xE320F000,)
INPUT = random.Random("detectors").randbytes(20000)


def assertion() -> tuple[int, ...]:
    """What makes a system call run into a failing assertion: a jump to the
    three moves (file, line) before a call of kernel_assert_failed."""
    site = call_sites("tcb_queue_remove", "kernel_assert_failed")[0]
    moves = [word_at(site - 4 * i) >> 20 for i in (1, 2, 3)]
    assert set(moves) == {0xE30, 0xE3A, 0xE34}, "not movw, mov, movt"
    return branch(function("calm_syscall").address, site - 12)


def salt_in_literals() -> int:
    """Address of the word from which the check word of an arrival starts."""
    holder = function("arrive_calm")
    found = [at for at in range(holder.address, holder.address + holder.size, 4)
             if word_at(at) == 0x5AFE5107]  # rcoe/factors.h
    assert len(found) == 1
    return found[0]


def salt_in_moves() -> int:
    """Address of the instruction that starts the check word of the other
    records: it loads the lower half of the salt."""
    holder = function("publish")
    found = [at for at in range(holder.address, holder.address + holder.size, 4)
             if word_at(at) & 0xFFFF0FFF == 0xE3050107]  # movw rX, #0x5107
    assert len(found) == 1
    return found[0]


def system_call(words):
    """The next system call of the replica meets these instructions."""
    return lambda board, replica: board.change(
        replica, function("calm_syscall").address, words)


def user_code(words):
    """The next round of the program's inner loop does."""
    return lambda board, replica: board.change_user(
        replica, "mbedtls_internal_sha256_process", words)


def time_bit(board, replica):
    return board.flip(replica, field("replica", "replica", "time"), 3)


def signature_bit(board, replica):
    return board.flip(replica, field("replica", "replica", "signature"), 11)


def wrong_check_words(board, replica):
    at = salt_in_literals()
    return board.change(replica, at, (word_at(at) ^ 1,))


def wrong_log(board, replica):
    """Check words of all records but arrivals are wrong."""
    at = salt_in_moves()
    return board.change(replica, at, (word_at(at) ^ 1,))


def no_tick(board, replica):
    """Hangs when its own timer interrupts it."""
    return board.change(replica, function("kernel_interrupt").address, HANG)


KINDS = {
    "signature": ("signature", signature_bit),
    "logical time": ("time", time_bit),
    "stuck in a user loop": ("deadline", user_code(HANG)),
    "stuck in a kernel loop": ("deadline", system_call(HANG)),
    "WFI for ever": ("deadline", system_call(SLEEP)),
    "kernel exception": ("exception", system_call(UNDEFINED)),
    "assertion": ("assertion",
                  lambda board, replica: system_call(assertion())(board,
                                                                  replica)),
    "corrupt slot": ("slot", wrong_check_words),
    "one-sided user fault": ("user-fault", user_code(UNDEFINED)),
}


@pytest.fixture(scope="module")
def boards():
    made = {replicas: Board("digest", replicas, data=INPUT)
            for replicas in (2, 3)}
    yield made
    for board in made.values():
        board.close()


def check_removed(done, board, replica: int, detector: str) -> None:
    """Outvoted under one name, by everybody else, and nothing else happened."""
    assert done["end"] == "exit" and done.console == board.right.console
    assert done.convicted() == {replica}
    assert done["live_replicas"] == [j for j in range(board.replicas)
                                     if j != replica]
    by = {e["replica"] for e in done.events("detect")}
    assert by >= set(done["live_replicas"])
    assert {(e["detector"], e["suspects"]) for e in done.events("detect")
            if e["replica"] != replica} == {(detector, 1 << replica)}
    assert [e["args"][3] for e in done.events("downgrade")] == [1]
    assert {e["replica"] for e in done.events("resume")} == by - {replica}


@pytest.mark.parametrize("replica", [0, 2])
@pytest.mark.parametrize("kind", KINDS)
def test_three_replicas_name_what_they_found(boards, kind, replica):
    detector, fault = KINDS[kind]
    done = boards[3].run(fault(boards[3], replica))
    check_removed(done, boards[3], replica, detector)


@pytest.mark.parametrize("replica", [0, 1])
@pytest.mark.parametrize("kind", KINDS)
def test_two_replicas_stop_under_that_name(boards, kind, replica):
    detector, fault = KINDS[kind]
    board = boards[2]
    done = board.run(fault(board, replica))
    assert done["end"] == "fail-stop" and not done.convicted()
    assert board.right.console.startswith(done.console)
    healthy = [e for kind in ("detect", "fail-stop") for e in done.events(kind)
               if e["replica"] != replica]
    assert {e["detector"] for e in healthy} == {detector}
    assert {e["kind"] for e in healthy} == {"detect", "fail-stop"}


def test_a_failed_kernel_says_why(boards):
    board = boards[3]
    done = board.run(KINDS["kernel exception"][1](board, 1))
    assert [(e["replica"], e["exception"])
            for e in done.events("kernel-exception")] == [
                (1, "undefined instruction")]
    done = board.run(KINDS["assertion"][1](board, 1))
    assert [(e["replica"], e["text"]) for e in done.events("assert")] == [
        (1, "tcb_queue.c")]


@pytest.fixture(scope="module")
def idle():
    board = Board("idle", 3, args="20 3000")
    yield board
    board.close()


@pytest.fixture(scope="module")
def spin():
    board = Board("spin", 3, args="3000000")
    yield board
    board.close()


def test_a_primary_that_dies_idle_is_found_by_the_heartbeat(idle):
    done = idle.run(idle.change(0, function("hook_idle").address, HANG))
    check_removed(done, idle, 0, "heartbeat")


def test_a_backup_that_dies_idle_is_found_by_the_next_interrupt(idle):
    done = idle.run(idle.change(2, function("hook_idle").address, HANG))
    check_removed(done, idle, 2, "deadline")


def test_a_primary_that_dies_while_all_compute_is_found_by_the_heartbeat(spin):
    done = spin.run(no_tick(spin, 0))
    check_removed(done, spin, 0, "heartbeat")


def test_a_backup_that_dies_while_all_compute_is_found_by_the_tick(spin):
    done = spin.run(no_tick(spin, 2))
    check_removed(done, spin, 2, "deadline")


def wrong_check(board, replica):
    """The replica reports a wrong check of each block that it reads."""
    site = call_sites("read_block", "transfer_check")[0]
    store = next(at for at in range(site, site + 200, 4)
                 if word_at(at) & 0xFFF00FFF == 0xE5800014)  # check_hi
    return board.change(replica, store, NOP)


def test_a_primary_whose_blocks_stay_bad_is_taken_away(boards):
    board = boards[3]
    done = board.run(wrong_check(board, 0))
    assert done["end"] == "exit" and done.console == board.right.console
    assert done.convicted() == {0}
    assert {e["detector"] for e in done.events("detect")} == {"input"}


def test_input_that_was_hit_on_its_way_is_read_again(boards):
    """A bit in the primary's data area. Where it does harm, between the copy
    of the primary and everybody's, is found by many flips in one run."""
    board = boards[3]
    data = SHARED_BASE + SHARED_DATA_OFFSET + 3000
    flips = {board.at(0.5) + 3500 * k: f"mem:{data + 4 * k:#x}:4"
             for k in range(200)}
    many = board.run([f"{at}:{what}" for at, what in flips.items()])
    assert many.console == board.right.console
    first = 10 * many.events("detect")[0]["stamp"]
    for at in [at for at in flips if at < first][-12:]:
        done = board.run([f"{at}:{flips[at]}"])
        assert done["end"] == "exit" and done.console == board.right.console
        if done.events("detect"):
            break
    assert sorted((e["replica"], e["detector"], e["suspects"])
                  for e in done.events("detect")) == [(j, "input", 0)
                                                      for j in range(3)]
    assert not done.convicted()


def test_a_primary_whose_log_can_not_be_read_is_taken_away(boards):
    """And not a byte that it had written is written again."""
    board = boards[3]
    done = board.run(wrong_log(board, 0))
    assert done["end"] == "exit" and done.console == board.right.console
    assert done.convicted() == {0}


def test_two_replicas_stop_when_blocks_stay_bad(boards):
    board = boards[2]
    done = board.run(wrong_check(board, 0))
    assert done["end"] == "fail-stop" and not done.convicted()
    assert {e["detector"] for e in done.events("detect")} == {"input"}
    assert board.right.console.startswith(done.console)


# before the sum that finds it: what meetings use, too, the way to that sum, and
# what is added up for blocks only but executed for all
EXECUTED_BEFORE = {"publish", "arch_send_event", "act",
                   "channel_publish_operation"}


def exposed_bits(board, share):
    """A flip of the first primary in each function that is added up."""
    return {one.name: board.flip(0, one.address + 4 * (one.instructions // 2),
                                 5, share)
            for one in exposed.exposed() if one.summed != exposed.NO}


def test_a_primary_whose_exposed_code_has_changed_acts_no_more(boards):
    """One flipped bit in any function between vote and bus. What is executed
    before it is added up may be found there."""
    board = boards[3]
    flips = exposed_bits(board, 0.5)
    assert len(flips) > 20 and EXECUTED_BEFORE < set(flips)
    for name, flip in flips.items():
        done = board.run(flip)
        if name not in EXECUTED_BEFORE:
            check_removed(done, board, 0, "exposed")
        assert done["end"] == "exit", name
        assert done.console == board.right.console and done.convicted() == {0}


def test_two_replicas_stop_when_exposed_code_has_changed(boards):
    board = boards[2]
    done = board.run(exposed_bits(board, 0.5)["write_fifo"])
    assert done["end"] == "fail-stop" and not done.convicted()
    assert {(e["replica"], e["detector"]) for e in done.events("detect")} == {
        (1, "exposed")}
    assert board.right.console.startswith(done.console)


def window_bit(board, process, window):
    """A bit of the first primary's entry for a section of the device window,
    in the tables of the process that asks for it."""
    thread, = (e for e in board.right.events("thread")
               if (e["text"], e["replica"]) == (process, 0))
    entry = thread["page_directory"] + 4 * (window >> 20)
    real = entry + board.prepared.config.partition_offset(0)
    return [f"{board.at(0.5)}:mem:{real + 2:#x}:{1 << 20 - 16:#x}"]


@pytest.mark.parametrize("process,window", [
    ("ramdisk", LAYOUT_RAMDISK), ("uart", LAYOUT_AIPS2)])
def test_a_primary_whose_window_leads_elsewhere_acts_no_more(
        boards, process, window):
    done = boards[3].run(window_bit(boards[3], process, window))
    check_removed(done, boards[3], 0, "exposed")


def waits_for_nobody(board, replica):
    """One flipped bit: meetings are passed without having looked."""
    holder = function("arrive_calm")
    found = [at for at in range(holder.address, holder.address + holder.size, 4)
             if word_at(at) >> 24 == 0x4A]  # bmi, which becomes bpl
    assert len(found) == 1
    return board.change(replica, found[0], (word_at(found[0]) ^ 1 << 28,))


def test_a_primary_that_meets_nobody_does_nothing_to_a_device(boards):
    """It looks for a witness first, finds none, and says so itself, before
    the others miss it."""
    board = boards[3]
    done = board.run(waits_for_nobody(board, 0))
    check_removed(done, board, 0, "assertion")
    board = boards[2]
    done = board.run(waits_for_nobody(board, 0))
    assert done["end"] == "fail-stop" and not done.convicted()
    assert {(e["replica"], e["detector"]) for e in done.events("detect")} == {
        (1, "assertion")}
    assert board.right.console.startswith(done.console)


def reads_nothing(board, replica):
    """Every record looks torn to it: the answer is always no."""
    no = (0xE3A00000, 0xE12FFF1E)  # mov r0, #0; bx lr
    return board.change(replica, function("record_read").address, no)


@pytest.mark.parametrize("replica", [0, 1])
def test_who_can_not_read_is_taken_away_and_does_not_stop_the_others(
        boards, replica):
    board = boards[3]
    done = board.run(reads_nothing(board, replica))
    assert done["end"] == "exit" and done.console == board.right.console
    assert done.convicted() <= {replica}
    assert replica or done.convicted(), "the primary needs a witness"
