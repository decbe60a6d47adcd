# SPDX-License-Identifier: BSD-2-Clause
"""Are the restartable sequences of a program what the kernel takes them for?

The kernel knows of abi/counted.h only where the window is, how long a slot is
and where its store stands: a thread that loses the core up to there begins the
slot anew. So whatever lies in the window must be a function of that shape, and
what it does before its store must not be seen by anybody, nor by itself when
it does it again. Rule `sequence` of check.py.
"""
from __future__ import annotations

import re
from collections.abc import Iterator
from functools import cache
from pathlib import Path

from program import Function, Instruction

HEADER = (Path(__file__).resolve().parents[2] / "kernel" / "abi" / "abi"
          / "counted.h")
STORE = re.compile(r"str(b|h)?(eq|ne|hs|lo|mi|pl|vs|vc|hi|ls|ge|lt|gt|le)?$")
HARMLESS = re.compile(r"(ldr(b|h|sb|sh)?|add|sub|rsb|and|orr|eor|bic|mvn|mov|"
                      r"cmp|cmn|tst|teq|nop)$")
COUNT = "sb"  # r9, by its other name


@cache
def numbers() -> dict[str, int]:
    """The numbers of abi/counted.h by name, without SEQUENCE."""
    text = HEADER.read_text(encoding="utf-8")
    return {name: int(value, 0) for name, value in re.findall(
        r"#define SEQUENCES?_(\w+) (\w+)", text)}


def in_window(function: Function) -> bool:
    """Does any byte of it lie where the kernel lets threads begin anew?"""
    window = numbers()
    return (function.address < window["END"]
            and function.address + function.size > window["START"])


def breaks(function: Function) -> Iterator[tuple[int, str]]:
    """Where and why a function in the window has not the shape."""
    shape = numbers()
    place = function.address - shape["START"]
    if place < 0 or place % shape["BYTES"] or function.size > shape["BYTES"]:
        yield function.address, ("lies in the window of restartable sequences "
                                 "and does not fill a slot of its own")
        return
    store = function.address + shape["STORE"]
    before = [function.code[at] for at in range(function.address, store, 4)
              if at in function.code]
    last = function.code.get(store)
    if last is None or not STORE.match(last.mnemonic) or "!" in last.text \
            or "]," in last.text:
        yield store, "is not the store of a restartable sequence"
    else:
        yield from _repeats([*before, last])
    for instruction in before:
        if not HARMLESS.match(instruction.mnemonic) or "pc" in \
                instruction.writes:
            yield instruction.address, (f"'{instruction.text}' can not be "
                                        "done again in a restartable sequence")


def _repeats(code: list[Instruction]) -> Iterator[tuple[int, str]]:
    """What is read as it was on entry must not be written meanwhile."""
    given: set[str] = set()
    written: set[str] = set()
    for instruction in code:
        given |= instruction.reads - written
        if instruction.conditional:  # it may keep what it would write
            given |= instruction.writes - written
        written |= instruction.writes
    for instruction in code:
        for register in sorted(instruction.writes & given - {COUNT}):
            yield instruction.address, (
                f"'{instruction.text}' overwrites {register}, which the "
                "sequence needs again when it begins anew")
