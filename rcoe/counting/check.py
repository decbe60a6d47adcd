#!/usr/bin/python3
# SPDX-License-Identifier: BSD-2-Clause
"""Proves of a linked program that (count, pc) never repeats between two
entries to the kernel, or names what breaks it.

    check.py PROGRAM.elf...        status 0: proved; 1: findings; 2: unusable

The proof. Take two visits to one instruction, of function f, without an entry
to the kernel between them.
 - Both in one activation of f: the way between them is a cycle of f's control
   flow graph. Each has an increment, an entry to the kernel, or a call; and
   each function counts on entry (rules `loop`, `entry`).
 - In two activations, the later one begun between the visits: it counted on
   entry.
 - The later visit in the outer of two nested activations: control came back
   through a circle of calls, and each has a call that counts behind it (rules
   `circle`, `pointer`).
That the graph is the program's is what the other rules are for: every jump has
a known target, nobody enters a function but at its entry, all code is in
functions, returns go where calls came from, and r9 is nobody else's.
"""
from __future__ import annotations

import re
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from flow import Step, cycles, uncounted
from program import Function, Instruction, Program, ProgramError, read
from sequences import breaks, in_window

INCREMENT = 0xe2899001  # add r9, r9, #1
EXCLUSIVE = re.compile(r"(ldrex|strex|ldaex|stlex|swp)")
CALLS = re.compile(r"blx?(eq|ne|hs|lo|mi|pl|vs|vc|hi|ls|ge|lt|gt|le)?$")
TRAPS = re.compile(r"(svc|udf|bkpt)")
STORES = re.compile(r"(st|vst|cmp|cmn|tst|teq|push|pld|msr|mcr)")
FROM_STACK = re.compile(r"(pop|ldm)")


@dataclass(frozen=True)
class Finding:
    """What breaks the proof: rule, function, place, and what it is."""

    rule: str
    function: str
    address: int
    what: str

    def __str__(self) -> str:
        return f"{self.address:#x} in {self.function}: [{self.rule}] {self.what}"


def is_increment(instruction: Instruction | None) -> bool:
    """Is it the one instruction that counts?"""
    return instruction is not None and instruction.word == INCREMENT


def is_call(instruction: Instruction) -> bool:
    """Is it a call, direct or by register?"""
    return CALLS.match(instruction.mnemonic) is not None


def writes_pc(instruction: Instruction) -> bool:
    """Does it jump by writing the program counter?"""
    if FROM_STACK.match(instruction.mnemonic):
        return instruction.names("pc")
    return (re.match(r"pc\b", instruction.operands) is not None
            and not STORES.match(instruction.mnemonic))


def is_return(instruction: Instruction) -> bool:
    """Is it one of the forms in which functions return?"""
    if instruction.mnemonic.startswith("bx"):
        return instruction.operands == "lr"
    if not writes_pc(instruction):
        return False
    if instruction.mnemonic.startswith("pop"):
        return True
    if instruction.mnemonic.startswith("ldm"):
        return instruction.operands.startswith("sp!")
    return (instruction.operands == "pc, lr"
            or re.match(r"pc, \[sp\], ", instruction.operands) is not None)


def is_pointer_jump(instruction: Instruction) -> bool:
    """A tail call through a pointer."""
    return (instruction.mnemonic.startswith("bx")
            and instruction.operands != "lr")


def step_of(function: Function, instruction: Instruction,
            returning: set[int]) -> Step:
    """Where control goes from an instruction, inside its function.

    @param returning  Functions that may return; who calls another one there
           does not go on.
    """
    behind = instruction.address + 4
    stays = (behind,) if instruction.conditional else ()
    if is_return(instruction) or writes_pc(instruction) \
            or is_pointer_jump(instruction) \
            or instruction.mnemonic == "udf":  # the compiler's trap: no way on
        return Step(stays)
    if is_call(instruction):
        back = instruction.target is None or instruction.target in returning
        return Step((behind,) if back else stays,
                    advances=not instruction.conditional)
    if instruction.target is not None:
        inside = instruction.target in function.code
        return Step(stays + ((instruction.target,) if inside else ()))
    return Step((behind,), advances=is_increment(instruction) or (
        TRAPS.match(instruction.mnemonic) is not None
        and not instruction.conditional))


def steps_of(function: Function, returning: set[int]) -> dict[int, Step]:
    """The control flow graph of a function."""
    return {at: step_of(function, instruction, returning)
            for at, instruction in function.code.items()}


def reachable(function: Function, steps: dict[int, Step]) -> set[int]:
    """Instructions that control can come to from the function's entry."""
    seen: set[int] = set()
    work = [function.address]
    while work:
        at = work.pop()
        if at in steps and at not in seen:
            seen.add(at)
            work.extend(steps[at].successors)
    return seen


def functions_that_return(program: Program) -> set[int]:
    """Addresses of the functions from which control may come back."""
    returning: set[int] = set()
    changed = True
    while changed:
        changed = False
        for address, function in program.functions.items():
            if address not in returning and _may_return(function, returning):
                returning.add(address)
                changed = True
    return returning


def _may_return(function: Function, returning: set[int]) -> bool:
    """Does it return, or end in a jump to one that does?"""
    steps = steps_of(function, returning)
    for at in reachable(function, steps):
        instruction = function.code[at]
        if is_return(instruction) or is_pointer_jump(instruction):
            return True
        if (not is_call(instruction) and instruction.target in returning
                and instruction.target not in function.code):
            return True
    return function.thumb


def check_instructions(function: Function) -> Iterator[Finding]:
    """Rules about single instructions."""
    for at in function.odd:
        yield Finding("decode", function.name, at, "is no known instruction")
    for at, instruction in function.code.items():
        def finding(rule: str, what: str) -> Finding:
            return Finding(rule, function.name, at,
                           f"'{instruction.text}' {what}")
        if EXCLUSIVE.match(instruction.mnemonic):
            yield finding("exclusive", "may fail in one replica alone; use "
                          "<stdatomic.h>, 4 bytes wide")
        if instruction.names("r9", "sb") and not is_increment(instruction):
            yield finding("r9", "touches the count; compile with -ffixed-r9")
        if writes_pc(instruction) and not is_return(instruction):
            yield finding("jump", "jumps who knows where; compile with "
                          "-fno-jump-tables")
        if is_call(instruction) and instruction.target is None and not \
                is_increment(function.code.get(at + 4)):
            yield finding("pointer", "calls by pointer and does not count "
                          "when it is back")


def check_targets(program: Program, function: Function) -> Iterator[Finding]:
    """Direct jumps and calls lead to entries, or stay in the function."""
    for at, instruction in function.code.items():
        target = instruction.target
        if target is None or target in program.functions:
            thumb = target is not None and (
                program.functions[target].thumb
                or instruction.mnemonic.startswith("blx"))
            if thumb:
                yield Finding("thumb", function.name, at,
                              f"'{instruction.text}' goes to Thumb code")
            continue
        if target not in function.code or is_call(instruction):
            other = program.at(target)
            yield Finding("body", function.name, at, f"'{instruction.text}' "
                          "goes into the body of "
                          f"{other.name if other else 'no function'}")


def check_entry(function: Function) -> Iterator[Finding]:
    """It counts before it branches, calls or returns for the first time."""
    at = function.address
    while at in function.code and not is_increment(function.code[at]):
        instruction = function.code[at]
        if writes_pc(instruction) or instruction.mnemonic.startswith("b") \
                and instruction.mnemonic[:3] not in ("bfc", "bfi", "bic"):
            break
        at += 4
    if not is_increment(function.code.get(at)):
        yield Finding("entry", function.name, function.address,
                      "does not count on entry: two calls can not be told "
                      "apart")


def check_flow(program: Program, function: Function,
               returning: set[int]) -> Iterator[Finding]:
    """Loops count; control does not run off the end; lr is still the caller's."""
    steps = steps_of(function, returning)
    for loop in uncounted(steps):
        yield Finding("loop", function.name, loop[0],
                      f"loop up to {loop[-1]:#x} does not count on all its "
                      "ways")
    live = reachable(function, steps)
    for at in sorted(live):
        for behind in steps[at].successors:
            if behind not in function.code:
                yield Finding("end", function.name, at,
                              "control runs off the end, or into data")
    yield from _check_link(function, steps)


def _check_link(function: Function,
                steps: dict[int, Step]) -> Iterator[Finding]:
    """No return through an lr that a call or a computation has overwritten."""
    work = [(function.address, True)]
    seen: set[tuple[int, bool]] = set()
    while work:
        at, valid = work.pop()
        if at not in function.code or (at, valid) in seen:
            continue
        seen.add((at, valid))
        instruction = function.code[at]
        if is_return(instruction) and instruction.operands.endswith("lr") \
                and not valid:
            yield Finding("return", function.name, at,
                          f"'{instruction.text}' does not go back to the "
                          "caller: lr was overwritten")
        valid = _link_after(instruction, valid)
        work.extend((behind, valid) for behind in steps[at].successors)


def _link_after(instruction: Instruction, valid: bool) -> bool:
    """Does lr hold the caller's address behind this instruction?"""
    if is_call(instruction):
        return False
    if not instruction.names("lr") or is_return(instruction) \
            or STORES.match(instruction.mnemonic):
        return valid
    if FROM_STACK.match(instruction.mnemonic):
        return True
    if re.match(r"lr, \[sp", instruction.operands):
        return instruction.mnemonic.startswith("ldr")
    written = re.match(r"lr\b", instruction.operands) or re.match(
        r"\w+, lr\b", instruction.operands) and instruction.mnemonic[:4] in (
            "ldrd", "umul", "smul", "umla", "smla", "vmov")
    return False if written else valid


def check_circles(program: Program) -> Iterator[Finding]:
    """Each circle of calls has one that counts behind the call."""
    edges: dict[int, set[int]] = {}
    returning: set[tuple[int, int]] = set()
    for address, function in program.functions.items():
        edges[address] = set()
        for at, instruction in function.code.items():
            target = instruction.target
            if target not in program.functions or target == at:
                continue
            call = is_call(instruction)
            if call and is_increment(function.code.get(at + 4)):
                continue
            if call or target != address:
                edges[address].add(target)
            if call:
                returning.add((address, target))
    for circle in cycles(edges, lambda node: edges[node]):
        inside = set(circle)
        if any(a in inside and b in inside for a, b in returning):
            names = ", ".join(program.functions[a].name for a in circle)
            yield Finding("circle", program.functions[circle[0]].name,
                          circle[0], f"calls come back to it through {names} "
                          "without a count on the way back")


def check(program: Program) -> list[Finding]:
    """All that breaks the proof, by address."""
    found = [Finding("address", getattr(program.at(where), "name", "data"),
                     where, f"takes the address {value:#x}, which is no "
                     "entry of a function")
             for where, value in program.taken.items()
             if value not in program.functions]
    found += [Finding("loose", "no function", at, "is code of no function")
              for at in program.loose]
    returning = functions_that_return(program)
    for function in program.functions.values():
        if function.thumb:
            found.append(Finding("thumb", function.name, function.address,
                                 "is Thumb code; compile with -marm"))
            continue
        found += check_instructions(function)
        found += check_targets(program, function)
        found += check_entry(function)
        found += check_flow(program, function, returning)
        if in_window(function):
            found += [Finding("sequence", function.name, at, what)
                      for at, what in breaks(function)]
    found += check_circles(program)
    return sorted(set(found), key=lambda f: (f.address, f.rule))


def main(paths: list[str]) -> int:
    """Check each program that is named."""
    if not paths:
        print("usage: check.py PROGRAM.elf...", file=sys.stderr)
        return 2
    status = 0
    for path in paths:
        try:
            program = read(Path(path))
        except ProgramError as error:
            print(f"check.py: {path}: {error}", file=sys.stderr)
            return 2
        found = check(program)
        for finding in found:
            print(f"{path}: {finding}", file=sys.stderr)
        status = max(status, 1 if found else 0)
    return status


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
