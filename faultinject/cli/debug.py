# SPDX-License-Identifier: BSD-2-Clause
"""`trireme debug`: the board stands still until a debugger lets it go."""
from __future__ import annotations

import argparse
import shlex
import shutil
import subprocess
import sys
from typing import Any

from faultinject import tree
from faultinject.cli import run as run_command

PORT = 1234


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Arguments of `trireme debug`: what runs, and how to attach."""
    run_command.add_workload(parser)
    parser.set_defaults(via="ramdisk")
    parser.add_argument("--attach", action="store_true",
                        help="start gdb-multiarch here instead of waiting")


def gdb_command(products: Any, app: str) -> list[str]:
    """How to attach, with the symbols of kernel and program."""
    line = ["gdb-multiarch", str(products.kernel),
            "-ex", f"target remote :{PORT}"]
    program = products.app(app)
    if program.is_file():
        line += ["-ex", f"add-symbol-file {program}"]
    return line


def attach(machine: Any, prepared: Any, start: bool = False) -> int:
    """Run a machine with a debugger port until it ends."""
    from faultinject import qemu
    line = gdb_command(prepared.products, prepared.workload.app)
    folder = tree.scratch("debug")
    print(f"gdb port {PORT}; attach with:\n  {shlex.join(line)}",
          file=sys.stderr)
    emulator = qemu.command(machine, "stdio,id=con,signal=on")
    process = subprocess.Popen(emulator, cwd=folder,
                               stdin=subprocess.DEVNULL if start else None)
    try:
        if start:
            subprocess.run(line, check=False)
            process.terminate()
        return process.wait()
    except KeyboardInterrupt:
        return 130
    finally:
        process.kill()
        process.wait()
        shutil.rmtree(folder, ignore_errors=True)


def main(options: argparse.Namespace) -> int:
    """Run the command."""
    from faultinject.cli import build
    from faultinject.workload import Prepared
    workload = run_command.workload_of(options)
    tree.emulator_version()
    build.for_run(options.baseline)
    with Prepared(workload) as prepared:
        machine = prepared.machine(gdb_port=PORT, start_paused=True)
        return attach(machine, prepared, options.attach)
