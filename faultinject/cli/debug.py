# SPDX-License-Identifier: BSD-2-Clause
"""`trireme debug`: the board stands still until a debugger lets it go."""
from __future__ import annotations

import argparse
import dataclasses
import shlex
import shutil
import signal
import socket
import subprocess
import sys
from pathlib import Path
from typing import Any

from faultinject import tree
from faultinject.cli import run as run_command
from faultinject.errors import HarnessError, UserError

PORT = 1234
PORTS = 16
GUEST_EXIT = 32  # of the semihosting call that ends a run
COMMANDS = tree.ROOT / "faultinject" / "gdb_commands.py"
TIMEOUT_S = 300.0
HINT = """\
gdb's thread N+1 is the core of replica N. Breakpoints are virtual addresses:
one in a program also stops other programs that have code there.
Besides gdb's own: replicas, events, diff-replicas A B, threads, caps THREAD."""


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Arguments of `trireme debug`: what runs, and how to attach."""
    run_command.add_workload(parser)
    parser.set_defaults(via="ramdisk")
    parser.add_argument("--attach", action="store_true",
                        help="start gdb-multiarch here instead of waiting")
    parser.add_argument("--at", metavar="WHEN",
                        help="let the board run up to then: a share of the "
                        "program's run (50%%) or a number of instructions of "
                        "all cores; default with --flip: right after it")
    parser.add_argument("--flip", metavar="SPEC",
                        help="flip one bit, as for run")
    parser.add_argument("-c", "--command", action="append", metavar="CMD",
                        help="gdb command to carry out, then end; may be "
                        "repeated: replicas, events, diff-replicas A B, "
                        "threads, caps THREAD, or any of gdb's own")


def gdb_command(prepared: Any, port: int) -> list[str]:
    """How to attach, with the sources and symbols of kernel and program, and
    with the commands that know replicas."""
    products, config = prepared.products, prepared.config
    line = ["gdb-multiarch", "-q", "-nx", "-cd", str(tree.ROOT),
            str(products.kernel), "-ex", "set confirm off",
            "-ex", "set pagination off", "-x", str(COMMANDS),
            "-ex", f"trireme-machine {products.preset} {config.replicas} "
            f"{config.stride} {config.ram_size}",
            "-ex", f"target remote :{port}"]
    program = products.app(prepared.workload.app)
    if program.is_file():
        line += ["-ex", f"add-symbol-file {program}"]
    return line


def free_port() -> int:
    """The first port from PORT on that nobody listens at."""
    for port in range(PORT, PORT + PORTS):
        with socket.socket() as probe:
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            try:
                probe.bind(("127.0.0.1", port))
            except OSError:
                continue
            return port
    raise UserError(f"no free port from {PORT} to {PORT + PORTS - 1}")


def attach(machine: Any, prepared: Any, start: bool = False,
           more: tuple[str, ...] = ()) -> int:
    """Run a machine with a debugger port until it ends.

    @param start  Start the debugger here instead of telling how to. Interrupts
                  of the keyboard are then the debugger's only.
    @param more   Further arguments of the debugger.
    """
    from faultinject import qemu
    port = free_port()
    line = [*gdb_command(prepared, port), *more]
    if not start:
        print("the board waits for a debugger; in another terminal:\n"
              f"  {shlex.join(line)}\n{HINT}", file=sys.stderr)
    folder = tree.scratch("debug")
    emulator = qemu.command(dataclasses.replace(machine, gdb_port=port),
                            "stdio,id=con,signal=on")
    with open(folder / "stderr", "wb") as errors:
        process = subprocess.Popen(
            emulator, cwd=folder, stderr=errors, start_new_session=start,
            stdin=subprocess.DEVNULL if start else None)
    try:
        if start:
            _debugger(line)
            process.terminate()
        return _status(process.wait(), folder / "stderr")
    finally:
        process.kill()
        process.wait()
        shutil.rmtree(folder, ignore_errors=True)


def _debugger(line: list[str]) -> None:
    """Run the debugger in this terminal."""
    if shutil.which(line[0]) is None:
        raise UserError(f"{line[0]} is missing: apt-get install {line[0]}")
    before = signal.signal(signal.SIGINT, signal.SIG_IGN)
    try:
        subprocess.run(line, check=False, preexec_fn=_default_interrupt)
    finally:
        signal.signal(signal.SIGINT, before)


def _default_interrupt() -> None:
    signal.signal(signal.SIGINT, signal.SIG_DFL)


def _status(status: int, errors: Path) -> int:
    """The end of an emulator as an exit status; says why if it never ran."""
    if status in (0, GUEST_EXIT, -signal.SIGTERM, -signal.SIGKILL):
        return 0
    lines = errors.read_text("utf-8", "replace").strip().splitlines()
    raise HarnessError("the emulator ended with status "
                       f"{status}: {lines[-1] if lines else 'no message'}")


def main(options: argparse.Namespace) -> int:
    """Run the command."""
    from faultinject import flipspec
    from faultinject.cli import build
    from faultinject.workload import Prepared
    workload = run_command.workload_of(options)
    tree.emulator_version()
    build.for_workload(workload)
    spec = (flipspec.parse(options.flip, workload.replicas)
            if options.flip is not None else None)
    with Prepared(workload) as prepared:
        machine, more = stopped(prepared, spec, options)
        return attach(machine, prepared, options.attach or bool(options.command),
                      more)


def stopped(prepared: Any, spec: Any, options: argparse.Namespace
            ) -> tuple[Any, tuple[str, ...]]:
    """The machine that stops at the wanted moment, and what the debugger does
    first: let it run up to there, then the commands that were asked for."""
    flips: tuple[str, ...] = ()
    pause_ns = None
    if spec is not None:
        fault, _ = run_command.resolve_flip(
            prepared, spec, TIMEOUT_S, run_command.is_by_hand(options))
        flips, pause_ns = (fault.plugin_argument(),), fault.at_ns
    if options.at is not None:
        pause_ns = moment(prepared, options.at)
    more = [] if pause_ns is None else ["-ex", "continue"]
    for command in options.command or ():
        more += ["-ex", command]
    if options.command:
        more += ["-ex", "kill", "-batch"]
    return prepared.machine(start_paused=True, flips=flips, quiet=True,
                            pause_ns=pause_ns), tuple(more)


def moment(prepared: Any, at: str) -> int:
    """Virtual ns of `--at`, checked against the fault-free run."""
    from faultinject import flipspec, golden
    spec = flipspec.FlipSpec(replica=0, at=flipspec.check_at(at))
    plain = golden.plain(prepared, timeout_s=TIMEOUT_S)
    at_ns = spec.at_ns(golden.program_start_ns(prepared, plain),
                       plain.virtual_ns)
    if not 0 < at_ns < plain.virtual_ns:
        raise UserError(f"--at {at} lies outside the run "
                        f"({plain.virtual_ns} instructions)")
    return at_ns
