# SPDX-License-Identifier: BSD-2-Clause
"""Many trials from one emulator process, which forks at each of their moments.

The parent runs the fault-free program once; each child flips and runs to its
own end in a folder of its own. A child does what a fresh process with the same
flip does, to the bit: whoever doubts a trial replays it from the boot.
"""
from __future__ import annotations

import dataclasses
import os
import select
import shutil
import subprocess
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from faultinject import tree
from faultinject.errors import HarnessError
from faultinject.model import Fault
from faultinject.qemu import Machine, RunResult, command, result_of, with_parent
from faultinject.space import TABLE_REGION

WAIT_S = 300.0  # host time between two ends; a child may take 120 s
OVERDUE = -1  # status of a child that the parent had to stop

Ended = tuple[int, RunResult | HarnessError]  # index of the fault, what it gave


def can_branch(fault: Fault) -> bool:
    """Can a fault be made in a child? One that watches all stores from its
    moment on can not: code translated before does not tell of them."""
    return fault.until_ns is None


def can_converge(fault: Fault) -> bool:
    """May a trial end early? Not if the fault may live on in a TLB, where no
    digest finds it."""
    return fault.region != TABLE_REGION and fault.kind != "system"


def run(machine: Machine, faults: Sequence[Fault]) -> Iterator[Ended]:
    """Run a trial per fault, in the order of their moments. In the facts of
    one that ended early `converged_ns` is not negative.

    @param machine  Its checkpoint_ns, unless 0, lets trials end early.
    """
    order = sorted(range(len(faults)), key=lambda i: faults[i].at_ns)
    folder = tree.scratch("branches")
    try:
        yield from _run_in(folder, machine, [faults[i] for i in order], order)
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def _run_in(folder: Path, machine: Machine, faults: list[Fault],
            order: list[int]) -> Iterator[Ended]:
    """Start the parent and take what its children leave."""
    if machine.checkpoint_ns:  # the child that the others compare with
        faults = [Fault("null", faults[0].at_ns), *faults]
    _write_list(folder, faults, machine.checkpoint_ns > 0)
    read_end, write_end = os.pipe()
    machine = dataclasses.replace(machine, quiet=True,
                                  branches=(Path("list"), write_end))
    try:
        with open(folder / "stderr", "wb") as errors:
            process = subprocess.Popen(
                with_parent(command(machine, "file,id=con,path=console.bin")),
                cwd=folder, pass_fds=(write_end,), stdin=subprocess.DEVNULL,
                stdout=errors, stderr=errors, start_new_session=True)
    finally:
        os.close(write_end)
    try:
        begin = time.monotonic()
        for told in _lines(read_end):
            wall, begin = time.monotonic() - begin, time.monotonic()
            number = told.number - (machine.checkpoint_ns > 0)
            if number >= 0:
                yield order[number], _collected(folder, told, wall)
    finally:
        os.close(read_end)
        process.kill()  # it has nothing more to say, and its child ends too
        process.wait()


def _mode(fault: Fault) -> str:
    """What a child does at checkpoints, in the plug-in's words."""
    if fault.kind == "null":
        return "record"
    return "compare" if can_converge(fault) else "whole"


def _write_list(folder: Path, faults: list[Fault], checkpoints: bool) -> None:
    """The plug-in's list of trials, and their folders."""
    lines = []
    for number, fault in enumerate(faults):
        (folder / str(number)).mkdir()
        mode = _mode(fault) if checkpoints else "whole"
        lines.append(" ".join((str(number), mode, *fault.plugin_arguments())))
    (folder / "list").write_text("\n".join(lines) + "\n")


@dataclass(frozen=True)
class _Told:
    """A trial's number in the list, and its end as waitpid has it."""

    number: int
    status: int


def _lines(source: int) -> Iterator[_Told]:
    """What the parent says, until it closes its end or is silent too long."""
    rest = b""
    while select.select([source], [], [], WAIT_S)[0]:
        chunk = os.read(source, 4096)
        if not chunk:
            return
        *lines, rest = (rest + chunk).split(b"\n")
        for line in lines:
            number, status = line.split()
            yield _Told(int(number), int(status))


def _collected(folder: Path, told: _Told, wall_s: float
               ) -> RunResult | HarnessError:
    """What a child left behind."""
    overdue = told.status == OVERDUE
    status = -1 if overdue else os.waitstatus_to_exitcode(told.status)
    place = folder / str(told.number)
    try:
        return result_of(place, status, overdue, (place / "console.bin")
                         .read_bytes(), wall_s)
    except (HarnessError, OSError) as error:
        return HarnessError(f"a forked trial gave nothing: {error}")
    finally:
        shutil.rmtree(place, ignore_errors=True)
