# SPDX-License-Identifier: BSD-2-Clause
"""The checker of programs that count their branches: it accepts what counts,
and finds each planted defect under the name of its rule."""
from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

sys.path.insert(0, str(Path(__file__).resolve().parents[2] / "rcoe" / "counting"))

import check  # noqa: E402
import program  # noqa: E402

COUNT = "add r9, r9, #1"
SAVE = "push {r4, lr}"
LEAVE = "pop {r4, pc}"
PROLOGUE = ".syntax unified\n.arm\n.arch armv7-a\n.arch_extension mp\n.text\n"


def function(name: str, *code: str) -> str:
    """A function in assembly, as it is: nothing is inserted."""
    lines = "\n".join(line if line.endswith(":") else f"    {line}"
                      for line in code)
    return (f".global {name}\n.type {name}, %function\n{name}:\n{lines}\n"
            f".size {name}, . - {name}\n")


def sequence(*code: str) -> str:
    """A function where restartable sequences lie, and who needs it."""
    return (".section .sequences, \"ax\"\n.balign 64\n"
            + function("add_one", COUNT, *code) + ".text\n" + function(
                "main", COUNT, SAVE, "bl add_one", LEAVE))




def build(folder: Path, text: str) -> Path:
    """Assemble and link a program whose entry is `main`."""
    source, elf = folder / "p.s", folder / "p.elf"
    entry = ".data\n.word main\n"  # so that there are relocations
    source.write_text(PROLOGUE + text + entry, encoding="ascii")
    subprocess.run(["arm-none-eabi-gcc", "-mcpu=cortex-a9", "-nostdlib",
                    "-Wl,--emit-relocs", "-Wl,-e,main",
                    "-Wl,--no-warn-rwx-segments",
                    "-Wl,--section-start=.sequences=0xf000", "-o", elf, source],
                   check=True, capture_output=True)
    return elf


def rules(folder: Path, text: str) -> set[str]:
    """Names of the rules that a program breaks."""
    return {f.rule for f in check.check(program.read(build(folder, text)))}


LEAF = function("leaf", COUNT, "bx lr")

GOOD = {
    "a restartable sequence": sequence(
        "ldr ip, [r0]", "add r3, ip, r1", "nop", "str r3, [r0]", "mov r0, ip",
        "bx lr"),
    "a restartable sequence that may not store": sequence(
        "ldr r3, [r1]", "ldr ip, [r0]", "cmp ip, r3", "streq r2, [r0]",
        "bx lr"),
    "a loop that counts": function(
        "main", COUNT, "1:", COUNT, "subs r0, r0, #1", "bne 1b", "bx lr"),
    "a loop around a call": LEAF + function(
        "main", COUNT, SAVE, "1:", "bl leaf", "subs r4, r4, #1", "bne 1b",
        LEAVE),
    "a loop around a supervisor call": function(
        "main", COUNT, "1:", "svc #0", "b 1b"),
    "recursion that counts on the way back": function(
        "main", COUNT, SAVE, "subs r0, r0, #1", "blne main", COUNT, LEAVE),
    "a tail call cycle, as each entry counts": function(
        "f", COUNT, "b main") + function("main", COUNT, "b f"),
    "a literal pool": function(
        "main", COUNT, "ldr r0, 1f", "bx lr", "1:", ".word 0x12345678"),
    "a call by a pointer to an entry": LEAF + function(
        "main", COUNT, SAVE, "ldr r3, 1f", "blx r3", COUNT, LEAVE, "1:",
        ".word leaf"),
    "a call that never comes back, last": function(
        "stop", COUNT, "1:", "svc #0", "b 1b") + function(
        "main", COUNT, SAVE, "bl stop"),
    "an inner loop that counts for the outer one": function(
        "main", COUNT, "1:", "2:", COUNT, "subs r0, r0, #1", "bne 2b",
        "subs r1, r1, #1", "bne 1b", "bx lr"),
}

DEFECTS = {
    "a loop that does not count": ("loop", function(
        "main", COUNT, "1:", "subs r0, r0, #1", "bne 1b", "bx lr")),
    "a way around the count": ("loop", function(
        "main", COUNT, "1:", "tst r0, #1", "beq 2f", COUNT, "2:",
        "subs r0, r0, #1", "bne 1b", "bx lr")),
    "a count under a condition": ("r9", function(
        "main", COUNT, "1:", "addne r9, r9, #1", "subs r0, r0, #1", "bne 1b",
        "bx lr")),
    "a loop whose call is conditional": ("loop", LEAF + function(
        "main", COUNT, SAVE, "1:", "blne leaf", "subs r4, r4, #1", "bne 1b",
        LEAVE)),
    "an inner loop only the outer of which counts": ("loop", function(
        "main", COUNT, "1:", COUNT, "2:", "subs r0, r0, #1", "bne 2b",
        "subs r1, r1, #1", "bne 1b", "bx lr")),
    "no count on entry": ("entry", function("main", "mov r0, #0", "bx lr")),
    "a count behind the first branch": ("entry", function(
        "main", "cmp r0, #0", "bxeq lr", COUNT, "bx lr")),
    "a tail call cycle that does not count": ("entry", function(
        "f", "b main") + function("main", "b f")),
    "r9 overwritten": ("r9", function("main", COUNT, "mov r9, #0", "bx lr")),
    "r9 saved and restored": ("r9", function(
        "main", COUNT, "push {r8, r9, lr}", "pop {r8, r9, pc}")),
    "r9 loaded as the second of a pair": ("r9", function(
        "main", COUNT, "ldrd r8, r9, [r0]", "bx lr")),
    "a count by nothing": ("r9", function(
        "main", COUNT, "1:", "add r9, r9, #0", "b 1b")),
    "a raw exclusive": ("exclusive", function(
        "main", COUNT, "1:", COUNT, "ldrex r0, [r2]", "strex r1, r0, [r2]",
        "cmp r1, #0", "bne 1b", "bx lr")),
    "an exclusive of a byte": ("exclusive", function(
        "main", COUNT, "ldrexb r0, [r2]", "clrex", "bx lr")),
    "a jump table into the body": ("jump", function(
        "main", COUNT, "ldr pc, [pc, r0, lsl #2]", "nop", ".word 1f, 2f",
        "1:", "bx lr", "2:", "bx lr")),
    "a computed jump": ("jump", function(
        "main", COUNT, "add pc, pc, r0, lsl #2", "nop", "bx lr", "bx lr")),
    "a pointer into a body": ("address", function(
        "main", COUNT, "movw r3, #:lower16:inside", "movt r3, "
        "#:upper16:inside", "bx r3", "inside:", "bx lr")),
    "a table in data that points into a body": ("address", function(
        "main", COUNT, "nop", "inside:", "bx lr")
        + ".data\n.word inside\n"),
    "a branch into another body": ("body", function(
        "f", COUNT, "inside:", "bx lr") + function(
        "main", COUNT, "b inside")),
    "a call into another body": ("body", function(
        "f", COUNT, "inside:", "bx lr") + function(
        "main", COUNT, SAVE, "bl inside", LEAVE)),
    "recursion that does not count on the way back": ("circle", function(
        "main", COUNT, SAVE, "subs r0, r0, #1", "blne main", "nop", LEAVE)),
    "a circle of calls": ("circle", function(
        "f", COUNT, SAVE, "bl main", LEAVE) + function(
        "main", COUNT, SAVE, "cmp r0, #0", "blne f", LEAVE)),
    "a call by pointer that does not count behind": ("pointer", function(
        "main", COUNT, SAVE, "blx r3", LEAVE)),
    "Thumb code": ("thumb", ".thumb\n" + function(
        "t", "bx lr") + ".arm\n" + function("main", COUNT, "bx lr")),
    "a call to Thumb code": ("thumb", ".thumb\n" + function(
        "t", "bx lr") + ".arm\n" + function(
        "main", COUNT, SAVE, "blx t", LEAVE)),
    "control off the end": ("end", function("main", COUNT, "mov r0, #0")),
    "control into data": ("end", function(
        "main", COUNT, "mov r0, #0", ".word 0x12345678", "bx lr")),
    "a return through an overwritten lr": ("return", LEAF + function(
        "main", COUNT, "bl leaf", "bx lr")),
    "code of no function": ("loose", function("main", COUNT, "bx lr")
                            + "stray:\n    b stray\n"),
    "a sequence that stores too early": ("sequence", sequence(
        "ldr ip, [r0]", "add r3, ip, r1", "str r3, [r0]", "nop", "bx lr")),
    "a sequence that stores twice": ("sequence", sequence(
        "ldr ip, [r0]", "str ip, [r1]", "nop", "str r3, [r0]", "bx lr")),
    "a sequence that stores too late": ("sequence", sequence(
        "ldr ip, [r0]", "nop", "nop", "nop", "str ip, [r0]", "bx lr")),
    "a sequence that overwrites its argument": ("sequence", sequence(
        "ldr ip, [r0]", "add r1, ip, r1", "nop", "str r1, [r0]", "bx lr")),
    "a sequence that may overwrite its argument": ("sequence", sequence(
        "ldr ip, [r0]", "cmp ip, #0", "moveq r1, #1", "str r1, [r0]", "bx lr")),
    "a sequence that moves its argument as it stores": ("sequence", sequence(
        "ldr ip, [r0]", "nop", "nop", "str ip, [r0], #4", "bx lr")),
    "a sequence that depends on the flags it changes": ("sequence", sequence(
        "movne r3, #0", "ldr ip, [r0]", "cmp ip, r1", "streq r3, [r0]",
        "bx lr")),
    "a sequence that branches": ("sequence", sequence(
        "ldr ip, [r0]", "nop", "b 1f", "1:", "str ip, [r0]", "bx lr")),
    "a sequence between two slots": ("sequence", sequence(
        "bx lr") + ".section .sequences, \"ax\"\n" + function(
            "next", COUNT, "ldr ip, [r0]", "nop", "nop", "str ip, [r0]",
            "bx lr") + ".text\n"),
    "an ordinary function in the window": ("sequence", sequence("bx lr")),
    "a word that is no instruction": ("decode", function(
        "main", COUNT, ".inst 0xf7ffffff", "bx lr")),
}


@pytest.mark.parametrize("name", GOOD)
def test_what_counts_is_accepted(name: str, tmp_path: Path) -> None:
    """No finding in a program that keeps the rules."""
    assert rules(tmp_path, GOOD[name]) == set()


@pytest.mark.parametrize("name", DEFECTS)
def test_a_planted_defect_is_found(name: str, tmp_path: Path) -> None:
    """The rule that is broken is among the findings."""
    rule, text = DEFECTS[name]
    assert rule in rules(tmp_path, text)


def test_at_least_twenty_defects_are_planted() -> None:
    """And they break every rule that there is."""
    assert len(DEFECTS) >= 20
    assert {rule for rule, _ in DEFECTS.values()} >= {
        "loop", "entry", "r9", "exclusive", "jump", "address", "body",
        "circle", "pointer", "thumb", "end", "return", "loose", "decode",
        "sequence"}


def test_a_program_without_relocations_is_refused(tmp_path: Path) -> None:
    """It can not be told where addresses are taken."""
    elf = build(tmp_path, function("main", COUNT, "bx lr"))
    subprocess.run(["arm-none-eabi-objcopy", "-R", ".rel*", elf], check=True)
    stripped = tmp_path / "s.elf"
    subprocess.run(["arm-none-eabi-strip", "-o", stripped, elf], check=True)
    with pytest.raises(program.ProgramError):
        program.read(stripped)
    assert check.main([str(stripped)]) == 2
