# SPDX-License-Identifier: BSD-2-Clause
"""Fire: when the next flip may come. The board's clock and records are played."""

import os

import pytest
from faultinject import events, fire, served
from faultinject.errors import HarnessError
from faultinject.served import Served

SERVER = Served(1)


class Board:
    """What INFO says of the time."""

    def __init__(self) -> None:
        self.seconds = 10
        self.silent = False

    def ask(self, port: int, *words: bytes) -> bytes:
        assert (port, words) == (SERVER.port, (b"INFO", b"server"))
        if self.silent:
            raise ConnectionResetError
        return b"$40\r\nuptime_in_seconds:%d\r\n\r\n" % self.seconds


@pytest.fixture
def board(monkeypatch):
    made = Board()
    monkeypatch.setattr(served, "ask", made.ask)
    return made


@pytest.fixture
def pace():
    read_end, write_end = os.pipe()
    yield write_end
    os.write(write_end, b".")
    assert set(os.read(read_end, 100)) <= set(b"!.")
    os.close(read_end)
    os.close(write_end)


def hear(battle: fire.Battle, monkeypatch, kind: str) -> None:
    monkeypatch.setattr(events, "parse_one",
                        lambda raw: {"kind": kind, "words": kind})
    fire._listener(battle, lambda text: None)(b"")


def test_the_first_flip_waits_for_nothing(board):
    assert fire._is_settled(fire.Battle(), SERVER)


def test_after_a_flip_in_memory_a_round_of_the_boards_time_passes(board, pace):
    battle = fire.Battle()
    fire._flip(battle, SERVER, pace, in_memory=True)
    for board.seconds in range(10, 10 + fire.ROUND_S):
        assert not fire._is_settled(battle, SERVER)
    board.seconds = 10 + fire.ROUND_S
    assert fire._is_settled(battle, SERVER)


@pytest.mark.parametrize("kind", ["scrub", "rejoin"])
def test_or_it_has_been_mended(board, pace, monkeypatch, kind):
    battle = fire.Battle()
    fire._flip(battle, SERVER, pace, in_memory=True)
    hear(battle, monkeypatch, "downgrade")
    assert not fire._is_settled(battle, SERVER)
    hear(battle, monkeypatch, kind)
    assert fire._is_settled(battle, SERVER)


def test_a_flip_in_a_register_need_not_be_waited_for(board, pace, monkeypatch):
    battle = fire.Battle()
    fire._flip(battle, SERVER, pace, in_memory=True)
    hear(battle, monkeypatch, "scrub")
    fire._flip(battle, SERVER, pace, in_memory=False)
    assert fire._is_settled(battle, SERVER)


def test_a_server_that_does_not_answer_has_not_had_its_round(board, pace):
    battle = fire.Battle()
    fire._flip(battle, SERVER, pace, in_memory=True)
    board.silent = True
    assert not fire._is_settled(battle, SERVER)


def test_an_answer_without_the_time_is_an_error(monkeypatch):
    monkeypatch.setattr(served, "ask", lambda *words: b"$-1\r\n")
    with pytest.raises(HarnessError, match="does not tell the time"):
        fire._board_s(SERVER, 0)
