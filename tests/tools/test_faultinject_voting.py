# SPDX-License-Identifier: BSD-2-Clause
"""Sets of voting points: names, bits, and what the header says."""
from __future__ import annotations

import re
from pathlib import Path

import pytest

from faultinject import voting
from faultinject.errors import UserError

ROOT = Path(__file__).parents[2]


def test_the_bits_are_those_of_the_header() -> None:
    """One bit per point in the header's order, without a gap."""
    text = (ROOT / "kernel/abi/abi/boot.h").read_text()
    body = re.search(r"enum boot_voting \{(.*?)\n\};", text, re.DOTALL)
    assert body is not None
    shifts = re.findall(r"= 1 << (\d+),", body.group(1))
    assert [1 << int(n) for n in shifts] == list(voting.POINTS.values())
    assert f"VOTING_ALL = (1 << {len(shifts)}) - 1" in body.group(1)


def test_the_loader_names_the_points_in_the_same_order() -> None:
    """What it prints when it refuses bits that mean nothing."""
    text = (ROOT / "kernel/loader/config.c").read_text()
    names = re.findall(r'"([^"\n]*)"', text.split("check_voting", 1)[1])
    assert ", ".join(voting.POINTS) in "".join(names)


@pytest.mark.parametrize("text, bits", [
    ("off", 0), ("entry", 1), ("full", 3), ("exit", 2), ("entry,exit", 3),
    ("retype", 0x40), ("io", 0x400), ("io,retype", 0x440),
    ("entry,retype,ipc-transfer", 0x141),
    ("full,retype", 0x43), ("retype,retype", 0x40)])
def test_sets_are_read(text: str, bits: int) -> None:
    """Any order, any subset; none is forced."""
    assert voting.mask(text) == bits


def test_words_and_mask_are_inverse() -> None:
    """For every set that the loader accepts."""
    for bits in range(voting.ALL + 1):
        assert voting.mask(voting.words(bits)) == bits


def test_without_entry_replicas_drift() -> None:
    """But for `off`, where they meet at entries and compare nothing."""
    for bits in range(voting.ALL + 1):
        assert voting.drifts(bits) == (bits != 0 and bits % 2 == 0)


@pytest.mark.parametrize("text", ["", ",", "x", "entry,", "entry, exit", "OFF",
                                  "entry;exit", "1"])
def test_unknown_names_are_refused_with_the_known_ones(text: str) -> None:
    """In one line."""
    with pytest.raises(UserError) as error:
        voting.mask(text)
    assert "\n" not in str(error.value)
    for name in ("off", "full", *voting.POINTS):
        assert name in str(error.value)


@pytest.mark.parametrize("text", ["off,entry", "full,off", "off,off"])
def test_off_stands_alone(text: str) -> None:
    """Nothing goes with it."""
    with pytest.raises(UserError, match="off"):
        voting.mask(text)
