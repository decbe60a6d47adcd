#!/usr/bin/python3
# SPDX-License-Identifier: BSD-2-Clause
"""Makes a program count its branches: a step between compiler and assembler.

    gcc -wrapper /usr/bin/python3,insert.py -ffixed-r9 -fno-jump-tables ...

gcc then runs each of its programs through this; the assembler's input gets
`add r9, r9, #1` where control flow could otherwise come back to an instruction
with the same count, and everything else is run as it is. The instruction keeps
the flags, and it takes over the line of the instruction that it precedes, so
line tables stay right.

Where: on entry of each function (two calls of it differ); in each loop that
has no call and no supervisor call on all its ways; behind a call by register
and behind a call that may come back to its caller through functions of the
same file (two activations of it differ on the way back). What one file can not
tell, check.py tells of the whole program.
"""
from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

from assembly import (CountingError, Function, functions, is_call,
                      is_indirect_call, steps_of)
from flow import components, to_count

INCREMENT = "\tadd\tr9, r9, #1\t@ count"


def recursive_calls(found: list[Function]) -> dict[str, set[int]]:
    """Per function, its calls within a circle of calls of this file."""
    calls: dict[str, dict[int, str]] = {}
    names = {function.name.lower(): function.name for function in found}
    for function in found:
        calls[function.name] = {
            index: names[instruction.operands]
            for index, instruction in enumerate(function.code)
            if instruction.operands in names
            and instruction.mnemonic.startswith("b")}
    circle = {}
    for number, part in enumerate(components(
            calls, lambda name: calls[name].values())):
        circle.update({name: number for name in part})
    return {name: {index for index, callee in inner.items()
                   if circle[callee] == circle[name]}
            for name, inner in calls.items()}


def increments_of(function: Function, recursive: set[int]) -> list[int]:
    """Before which of its instructions a function counts, by index."""
    wanted = {0, *to_count(steps_of(function))}
    for index, instruction in enumerate(function.code[:-1]):
        if is_call(instruction) and (index in recursive
                                     or is_indirect_call(instruction)):
            wanted.add(index + 1)
    return sorted(wanted)


def insert(text: str) -> str:
    """Assembly text with increments.

    @throws CountingError something in it can not be counted.
    """
    found = [function for function in functions(text) if function.code]
    recursive = recursive_calls(found)
    before = {function.code[index].line for function in found
              for index in increments_of(function, recursive[function.name])}
    lines = []
    for number, line in enumerate(text.split("\n")):
        if number in before:
            lines.append(INCREMENT)
        lines.append(line)
    return "\n".join(lines)


def main(command: list[str]) -> int:
    """Run one program of gcc's, the assembler with its input rewritten."""
    if not command:
        print("usage: gcc -wrapper /usr/bin/python3,insert.py ...",
              file=sys.stderr)
        return 2
    if os.path.basename(command[0]) == "as":
        source = Path(command[-1])
        try:
            source.write_text(insert(source.read_text(encoding="utf-8")),
                              encoding="utf-8")
        except CountingError as error:
            print(f"insert.py: {source.name}: {error}", file=sys.stderr)
            return 1
    return subprocess.call(command)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
