# SPDX-License-Identifier: BSD-2-Clause
"""A root task that uses nothing of this tree: built with the bare compiler by
the ABI alone, it boots and drives devices whatever protects it; and what is no
such program is refused with the reason."""

import struct
import subprocess
from pathlib import Path

import pytest
from frontdoor import ROOT, call, run_json

HERE = ROOT / "tests/system/foreign"
FLAGS = ("-mcpu=cortex-a9", "-marm", "-mtp=cp15", "-mfloat-abi=soft", "-Os",
         "-std=gnu11", "-ffreestanding", "-fno-builtin", "-nostdlib",
         "-static", "-ftls-model=local-exec", "-Wall", "-Werror",
         "-Wl,--build-id=none", "-Wl,--no-warn-rwx-segments")
PROTECTIONS = {"baseline": ("--baseline",),
               **{str(n): ("--replicas", str(n)) for n in (1, 2, 3)}}
TYPED = "typed by hand."


@pytest.fixture(scope="module")
def program(tmp_path_factory) -> Path:
    """The root task's ELF file."""
    out = tmp_path_factory.mktemp("foreign") / "Foreign Task.elf"
    subprocess.run(["arm-none-eabi-gcc", *FLAGS, "-T", HERE / "foreign.ld",
                    HERE / "start.S", HERE / "main.c", "-o", out, "-lgcc"],
                   check=True)
    return out


def run(program: Path, *options: str):
    return run_json("--root", str(program), *options, typed=TYPED)


def test_it_runs_the_same_whatever_protects_it(program):
    consoles = {}
    for name, options in PROTECTIONS.items():
        done = run(program, *options)
        assert done.status == 0 and done["end"] == "exit", done.console
        assert "BAD" not in done.console and TYPED in done.console
        assert done.console.count("EPIT tick") == 3
        assert done.console.endswith("all is as it should be\n")
        assert not done.events("detect") and not done.events("downgrade")
        consoles[name] = done.console
    assert len(set(consoles.values())) == 1


def test_it_finds_the_device_tree_that_was_given(program, tmp_path):
    other = tmp_path / "other.dts"
    other.write_text('/dts-v1/; / { compatible = "nobody,knows"; };')
    tree = tmp_path / "other.dtb"
    subprocess.run(["dtc", "-q", "-O", "dtb", "-o", tree, other], check=True)
    done = run(program, "--replicas", "3", "--dtb", str(tree))
    assert done.status == 1 and "BAD  and names the board" in done.console


def patched(raw: bytes, offset: int, form: str, value: int) -> bytes:
    """A file with one field changed."""
    field = struct.pack("<" + form, value)
    return raw[:offset] + field + raw[offset + len(field):]


PH = 52  # the first program header; the second is 32 bytes behind
WRONG = {
    "not an ELF file": lambda raw: b"#!/bin/sh\n",
    "it must be for 32-bit": lambda raw: patched(raw, 18, "H", 62),
    "not a program at fixed": lambda raw: patched(raw, 16, "H", 3),
    "segments overlap": lambda raw: patched(raw, PH + 32 + 8, "I", 0x410080),
    "ends at": lambda raw: patched(raw, PH + 32 + 8, "I", 0xDFFFFFF0),
    "Thumb": lambda raw: patched(raw, 24, "I", 0x410075),
    "lies in no segment": lambda raw: patched(raw, 24, "I", 0x100),
    "cut off": lambda raw: raw[:0x400],
}


@pytest.mark.parametrize("reason", WRONG)
def test_what_cannot_be_booted_is_refused(program, tmp_path, reason):
    bad = tmp_path / "bad.elf"
    bad.write_bytes(WRONG[reason](program.read_bytes()))
    done = call("run", "--root", str(bad))
    assert done.status == 2 and reason in done.stderr
    assert len(done.stderr.strip().splitlines()) == 1


def test_a_program_or_a_root_task_is_named(program):
    assert call("run").status == 2
    assert call("run", "hello", "--root", str(program)).status == 2
    assert call("run", "--root", "/no/such.elf").status == 2
