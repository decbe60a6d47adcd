# SPDX-License-Identifier: BSD-2-Clause
"""What becomes of a UART write and of a flash program whose primary is killed
at one of their steps (killed.py); the table is in shim/README.md."""

from pathlib import Path

import pytest
from killed import (FIRST_ACCESS, FLASH_PLACES, READS, WORD_ACCESSES, Victim,
                    kill_flash, kill_uart)

LOAD_OF_DATA, STORE_OF_DATA = FIRST_ACCESS + 2, FIRST_ACCESS + 9
SUCCESS = "right, the program sees works"


@pytest.fixture(scope="module")
def uart():
    made = Victim("hello")
    yield made
    made.close()


@pytest.fixture(scope="module")
def flash(tmp_path_factory):
    file: Path = tmp_path_factory.mktemp("flash") / "flash.bin"
    made = Victim("devices", file, "flash")
    yield made
    made.close()


@pytest.mark.parametrize("place, passes, outcome", [
    ("logged, before the first byte", 1, "once"),
    ("a byte is out, not noted", 10, "1 byte twice"),
    ("noted", 10, "once"),
    ("all out and noted, not logged", 1, "once")])
def test_a_byte_is_repeated_only_between_store_and_note(
        uart, place, passes, outcome):
    kill = kill_uart(uart, place, passes)
    assert (kill.outcome, kill.live, kill.taken_over) == (outcome, 2, 1)


@pytest.mark.parametrize("passes, access", [
    (LOAD_OF_DATA, "load RXDATA"), (STORE_OF_DATA, "store TXDATA")])
def test_an_access_to_the_flash_that_is_done_twice_does_no_harm(
        flash, passes, access):
    kill = kill_flash(flash, "done, not noted", passes)
    assert (kill.access, kill.outcome, kill.live, kill.taken_over) == (
        access, SUCCESS, 2, 1)


@pytest.mark.slow
@pytest.mark.parametrize("place", FLASH_PLACES)
def test_every_step_of_programming_a_word(flash, place):
    steps = range(FIRST_ACCESS, FIRST_ACCESS + WORD_ACCESSES)
    for passes in (*READS, *steps):
        kill = kill_flash(flash, place, passes)
        assert (kill.outcome, kill.live, kill.taken_over) == (SUCCESS, 2, 1), (
                passes, kill)
