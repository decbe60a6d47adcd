# SPDX-License-Identifier: BSD-2-Clause
"""What may be attached to the emulated board, and how."""

import os
from pathlib import Path

import pytest

from faultinject import board
from faultinject.errors import UserError


def test_a_flash_that_is_missing_is_made_blank(tmp_path: Path) -> None:
    file = tmp_path / "flash.bin"
    made = board.check(file, None)
    assert made.flash == file
    assert file.read_bytes() == b"\xff" * board.FLASH_BYTES


def test_files_of_a_wrong_size_are_refused(tmp_path: Path) -> None:
    file = tmp_path / "file.bin"
    file.write_bytes(bytes(3 << 20))
    with pytest.raises(UserError, match="must have 2097152 bytes"):
        board.check(file, None)
    with pytest.raises(UserError, match="power of two"):
        board.check(None, file)
    with pytest.raises(UserError, match="can not read SD card"):
        board.check(None, tmp_path / "missing")


def test_what_is_no_file_is_refused(tmp_path: Path) -> None:
    os.mkfifo(pipe := tmp_path / "pipe")
    for path in (tmp_path, pipe, Path("/dev/zero")):
        for files in ((path, None), (None, path)):
            with pytest.raises(UserError, match="must be a file"):
                board.check(*files)


def test_what_can_not_be_written_is_refused(
        tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    file = tmp_path / "file.bin"
    file.write_bytes(bytes(board.FLASH_BYTES))
    monkeypatch.setattr(os, "access", lambda path, mode: not mode & os.W_OK)
    for files in ((file, None), (None, file)):
        with pytest.raises(UserError, match="readable and writable"):
            board.check(*files)


def test_flash_and_card_are_two_files(tmp_path: Path) -> None:
    file, other = tmp_path / "file.bin", tmp_path / "other.bin"
    file.write_bytes(bytes(board.FLASH_BYTES))
    other.symlink_to(file)
    with pytest.raises(UserError, match="name two files"):
        board.check(file, other)


def test_no_flash_is_made_beside_a_wrong_card(tmp_path: Path) -> None:
    with pytest.raises(UserError, match="can not read SD card"):
        board.check(tmp_path / "flash.bin", tmp_path / "missing")
    assert not (tmp_path / "flash.bin").exists()


def test_only_a_board_that_keeps_changes_its_files(tmp_path: Path) -> None:
    file = tmp_path / "flash.bin"
    line = " ".join(board.Board(flash=file).arguments())
    assert "snapshot=on" in line
    line = " ".join(board.Board(flash=file, keep=True).arguments())
    assert "snapshot=off" in line
