# SPDX-License-Identifier: BSD-2-Clause
"""What may be attached to the emulated board, and how."""

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


def test_only_a_board_that_keeps_changes_its_files(tmp_path: Path) -> None:
    file = tmp_path / "flash.bin"
    line = " ".join(board.Board(flash=file).arguments())
    assert "snapshot=on" in line
    line = " ".join(board.Board(flash=file, keep=True).arguments())
    assert "snapshot=off" in line
