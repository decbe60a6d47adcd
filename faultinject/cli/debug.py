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
HINT = """\
gdb's thread N+1 is the core of replica N. Breakpoints are virtual addresses:
one in a program also stops other programs that have code there."""


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Arguments of `trireme debug`: what runs, and how to attach."""
    run_command.add_workload(parser)
    parser.set_defaults(via="ramdisk")
    parser.add_argument("--attach", action="store_true",
                        help="start gdb-multiarch here instead of waiting")


def gdb_command(products: Any, app: str, port: int) -> list[str]:
    """How to attach, with the sources and symbols of kernel and program."""
    line = ["gdb-multiarch", "-cd", str(tree.ROOT), str(products.kernel),
            "-ex", "set confirm off", "-ex", f"target remote :{port}"]
    program = products.app(app)
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


def attach(machine: Any, prepared: Any, start: bool = False) -> int:
    """Run a machine with a debugger port until it ends.

    @param start  Start the debugger here instead of telling how to. Interrupts
                  of the keyboard are then the debugger's only.
    """
    from faultinject import qemu
    port = free_port()
    line = gdb_command(prepared.products, prepared.workload.app, port)
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
    from faultinject.cli import build
    from faultinject.workload import Prepared
    workload = run_command.workload_of(options)
    tree.emulator_version()
    build.for_run(options.baseline)
    with Prepared(workload) as prepared:
        machine = prepared.machine(start_paused=True)
        return attach(machine, prepared, options.attach)
