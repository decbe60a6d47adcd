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


COMMON = (HERE / "start.S", HERE / "invoke.c")
LIBRARY = ("-march=armv7-a+simd", "-marm", "-mfloat-abi=hard", "-O2", "-g",
           "-std=gnu11", "-nostartfiles", "-static", "-Wall", "-Werror",
           "-Wl,--no-warn-rwx-segments", "-Wl,-Ttext-segment=0x8000")


def build(out: Path, *options: str | Path) -> Path:
    """Compile a root task. @return Its ELF file."""
    subprocess.run(["arm-none-eabi-gcc", *options, "-o", out, "-lm", "-lc",
                    "-lgcc"], check=True)
    return out


def devices_program(out: Path, *options: str) -> Path:
    """The one that drives devices, with odd segments."""
    return build(out, *FLAGS, "-T", HERE / "foreign.ld", *options,
                 *COMMON, HERE / "main.c")


@pytest.fixture(scope="module")
def program(tmp_path_factory) -> Path:
    """The same where it is mostly linked."""
    return devices_program(tmp_path_factory.mktemp("f") / "Foreign Task.elf")


@pytest.fixture(scope="module")
def threads(tmp_path_factory) -> Path:
    """The one with a C library, threads, faults, a process, a server; with
    debug information, as compilers leave it."""
    return build(tmp_path_factory.mktemp("f") / "threads.elf", *LIBRARY,
                 *COMMON, HERE / "library.S", HERE / "library.c",
                 HERE / "threads.c")


def run(program: Path, *options: str):
    return run_json("--root", str(program), *options, typed=TYPED)


def console_of(program: Path, *options: str) -> str:
    """What it says in a run that ends in order and finds nothing wrong."""
    done = run(program, *options)
    assert done.status == 0 and done["end"] == "exit", done.console
    assert "BAD" not in done.console
    assert not done.events("detect") and not done.events("downgrade")
    return done.console


def console_everywhere(program: Path) -> str:
    """The same, equal in all protections."""
    consoles = {console_of(program, *options)
                for options in PROTECTIONS.values()}
    assert len(consoles) == 1
    return consoles.pop()


def test_it_runs_the_same_whatever_protects_it(program):
    console = console_everywhere(program)
    assert TYPED in console and console.count("EPIT tick") == 3
    assert console.endswith("all is as it should be\n")


def test_so_do_threads_that_compute_fault_and_serve(threads):
    console = console_everywhere(threads)
    assert "sum of 20000 roots: 1885688.586251\n" in console
    assert console.endswith("the end\n")


def test_it_may_be_linked_right_below_the_kernel(tmp_path):
    """And be given a tree of an odd size, with memory that it reserves."""
    high = devices_program(tmp_path / "high.elf", "-Wl,--defsym=BASE=0xdffa0000")
    source = tmp_path / "large.dts"
    filler = " ".join(f"{i % 251:02x}" for i in range(190_001))
    source.write_text(
        "/dts-v1/; /memreserve/ 0x10000000 0x1000; / { #address-cells = <1>; "
        f'#size-cells = <1>; compatible = "fsl,imx6q"; data = [{filler}]; '
        'memory@10000000 { device_type = "memory"; '
        "reg = <0x10000000 0x40000000>; }; };")
    tree = tmp_path / "large.dtb"
    subprocess.run(["dtc", "-q", "-O", "dtb", "-o", tree, source], check=True)
    console_of(high, "--replicas", "3", "--dtb", str(tree))


def test_an_oracle_may_judge_it(program, tmp_path):
    (tmp_path / "task.elf").write_bytes(program.read_bytes())
    (tmp_path / "app.toml").write_text(
        '[app]\nname = "theirs"\nroot = "task.elf"\n'
        '[oracle]\nfile = "right.txt"\n')
    (tmp_path / "right.txt").write_text(run(program, "--baseline").console)
    done = run_json(str(tmp_path), "--stdin", "--replicas", "3", typed=TYPED)
    assert done.status == 0 and done["right"] and done["critical_path"]
    (tmp_path / "right.txt").write_text("something else")
    done = run_json(str(tmp_path), "--stdin", typed=TYPED)
    assert done.status == 1 and done["right"] is False


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
    "a whole seL4 image": lambda raw: (raw + b"070701" + b"0" * 104
                                       + b"kernel.elf\0"),
    "a slot for each page": lambda raw: patched(raw, PH + 32 + 20, "I",
                                                31 << 20),
}


@pytest.mark.parametrize("reason", WRONG)
def test_what_cannot_be_booted_is_refused(program, tmp_path, reason):
    bad = tmp_path / "bad.elf"
    bad.write_bytes(WRONG[reason](program.read_bytes()))
    done = call("run", "--root", str(bad))
    assert done.status == 2 and reason in done.stderr
    assert len(done.stderr.strip().splitlines()) == 1


TREES = {"has no magic": b"x" * 100, "dtc -O dtb": b"/dts-v1/; / {};",
         "is cut off": bytes.fromhex("d00dfeed00001000") + bytes(100),
         "at most 256 KiB": bytes.fromhex("d00dfeed00000040") + bytes(262_200)}


@pytest.mark.parametrize("reason", TREES)
def test_what_is_no_device_tree_is_refused(program, tmp_path, reason):
    bad = tmp_path / "bad.dtb"
    bad.write_bytes(TREES[reason])
    done = call("run", "--root", str(program), "--dtb", str(bad))
    assert done.status == 2 and reason in done.stderr
    assert len(done.stderr.strip().splitlines()) == 1


def test_a_program_or_a_root_task_is_named(program):
    assert call("run").status == 2
    assert call("run", "hello", "--root", str(program)).status == 2
    assert call("run", "--root", "/no/such.elf").status == 2
