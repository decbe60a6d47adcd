# SPDX-License-Identifier: BSD-2-Clause
"""Reads functions out of assembly text: the compiler's, and our own.

Understands what GNU as takes in ARM state, as far as control flow goes:
labels (numeric ones too), branches, calls, returns. What it can not follow it
refuses; it never guesses. Lines are counted from 0 within the text.
"""
from __future__ import annotations

import re
from dataclasses import dataclass, field

from flow import Step

CONDITION = "eq|ne|cs|hs|cc|lo|mi|pl|vs|vc|hi|ls|ge|lt|gt|le"
JUMP = re.compile(rf"b({CONDITION}|al)?(?:\.w|\.n)?$")
CALL = re.compile(rf"blx?({CONDITION}|al)?$")
JUMP_REGISTER = re.compile(rf"bxj?({CONDITION}|al)?$")
LOAD_MANY = re.compile(
    rf"(?:pop|ldm(?:ia|ib|da|db|fd|fa|ed|ea)?)({CONDITION}|al)?$")
LOAD = re.compile(rf"ldr({CONDITION}|al)?$")
TRAP = re.compile(rf"(?:svc|swi|udf)({CONDITION}|al)?$")
LABEL = re.compile(r"\s*([\w.$]+):")
NUMERIC = re.compile(r"(\d+)([bf])$")
FUNCTION = re.compile(r"\s*\.type\s+([\w.$]+)\s*,\s*[%@#]function")
SIZE = re.compile(r"\s*\.size\s+([\w.$]+)\s*,")
RETURNS = ("lr", "r14")


class CountingError(Exception):
    """What can not be counted, and where; in one line."""


@dataclass(frozen=True)
class Instruction:
    """One instruction: its line, mnemonic and operands, in lower case."""

    line: int
    mnemonic: str
    operands: str

    @property
    def conditional(self) -> bool:
        """May it be passed without being done? Meant for control flow only."""
        for form in (JUMP, CALL, JUMP_REGISTER, LOAD_MANY, LOAD, TRAP):
            match = form.match(self.mnemonic)
            if match:
                return match.group(1) not in (None, "al")
        return False


@dataclass
class Function:
    """Instructions in order, and which one each label stands before."""

    name: str
    code: list[Instruction] = field(default_factory=list)
    labels: dict[str, list[int]] = field(default_factory=dict)


def clean(line: str) -> str:
    """A line without comment and preprocessor's mark."""
    return "" if line.startswith("#") else line.split("@", 1)[0].rstrip()


def functions(text: str) -> list[Function]:
    """All functions that a text declares by .type, with their code.

    @throws CountingError code that belongs to no function, Thumb code, or
            several statements in a line.
    """
    declared = set(FUNCTION.findall(text))
    found: list[Function] = []
    current: Function | None = None
    for number, raw in enumerate(text.split("\n")):
        line = clean(raw)
        if FUNCTION.match(line):
            continue
        while (match := LABEL.match(line)) is not None:
            if match.group(1) in declared:
                current = Function(match.group(1))
                found.append(current)
            elif current is not None:
                current.labels.setdefault(match.group(1), []).append(
                    len(current.code))
            line = line[match.end():]
        statement = line.strip()
        size = SIZE.match(line)
        if size and current is not None and size.group(1) == current.name:
            current = None
        elif statement.startswith("."):
            _refuse(statement, number)
        elif statement:
            _add(current, statement, number)
    return found


def _refuse(statement: str, number: int) -> None:
    """Directives that would change what the other lines mean."""
    word = statement.split()[0]
    if word in (".thumb", ".thumb_func"):
        raise CountingError(f"line {number + 1}: Thumb code can not be "
                            "counted; compile for ARM state (-marm)")
    if word in (".macro", ".rept", ".irp", ".irpc", ".include"):
        raise CountingError(f"line {number + 1}: {word} can not be followed; "
                            "write the instructions out")


def _add(function: Function | None, statement: str, number: int) -> None:
    """One instruction, of the current function."""
    if ";" in statement:
        raise CountingError(f"line {number + 1}: several statements in a "
                            "line; write one each")
    if function is None:
        raise CountingError(f"line {number + 1}: '{statement}' belongs to no "
                            "function; declare one by .type and .size")
    mnemonic, _, operands = statement.lower().partition("\t")
    if not operands:
        mnemonic, _, operands = statement.lower().partition(" ")
    function.code.append(
        Instruction(number, mnemonic.strip(), operands.strip()))


def _target(function: Function, index: int, label: str) -> int | None:
    """Index of the instruction behind a label; None: not in this function."""
    name = label.strip()
    numeric = NUMERIC.match(name)
    if numeric:
        places = function.labels.get(numeric.group(1), [])
        if numeric.group(2) == "b":
            return max((p for p in places if p <= index), default=None)
        return min((p for p in places if p > index), default=None)
    if name == function.name:
        return 0
    places = _labels_of(function).get(name)
    return places[0] if places else None


def _labels_of(function: Function) -> dict[str, list[int]]:
    """Labels by their name in lower case, as operands are."""
    return {name.lower(): places for name, places in function.labels.items()}


def is_return(instruction: Instruction) -> bool:
    """Does it go back to the caller (or, conditionally, may it)?"""
    if JUMP_REGISTER.match(instruction.mnemonic):
        return instruction.operands in RETURNS
    if LOAD_MANY.match(instruction.mnemonic):
        return "pc" in re.findall(r"\w+", instruction.operands)
    if LOAD.match(instruction.mnemonic):
        return re.match(r"pc\s*,\s*\[sp\]\s*,", instruction.operands) is not None
    return (instruction.mnemonic == "mov"
            and instruction.operands.replace(" ", "") in ("pc,lr", "pc,r14"))


def is_call(instruction: Instruction) -> bool:
    """Is it a call, direct or by register?"""
    return (CALL.match(instruction.mnemonic) is not None
            and JUMP.match(instruction.mnemonic) is None)


def is_indirect_call(instruction: Instruction) -> bool:
    """Is it a call by register, to whom no reader of one file can tell?"""
    return (instruction.mnemonic.startswith("blx") and is_call(instruction)
            and re.fullmatch(r"r\d+|ip|lr|fp|sl", instruction.operands)
            is not None)


def steps_of(function: Function) -> dict[int, Step]:
    """Control flow between the instructions of a function, by index.

    @throws CountingError a jump whose target can not be told.
    """
    steps = {}
    for index, instruction in enumerate(function.code):
        following = (index + 1,) if index + 1 < len(function.code) else ()
        steps[index] = _step(function, index, instruction, following)
    return steps


def _step(function: Function, index: int, instruction: Instruction,
          following: tuple[int, ...]) -> Step:
    """Where one instruction leads to."""
    stays = following if instruction.conditional else ()
    if is_return(instruction):
        return Step(stays)
    if JUMP.match(instruction.mnemonic):
        target = _target(function, index, instruction.operands)
        return Step(stays + ((target,) if target is not None else ()))
    if is_call(instruction) or TRAP.match(instruction.mnemonic):
        return Step(following, advances=not instruction.conditional)
    if JUMP_REGISTER.match(instruction.mnemonic):
        return Step(stays)  # tail call: the callee counts on entry
    if re.match(r"(pc|r15)\b", instruction.operands) and not \
            instruction.mnemonic.startswith(("cmp", "cmn", "tst", "teq", "st")):
        raise CountingError(
            f"line {instruction.line + 1}: {function.name}: '"
            f"{instruction.mnemonic} {instruction.operands}' jumps who knows "
            "where; use -fno-jump-tables, or a branch")
    return Step(following)
