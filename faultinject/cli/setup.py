# SPDX-License-Identifier: BSD-2-Clause
"""Finds what is missing on a Debian 12 and installs it.

Standard library only: this runs before anything else is there.
"""
from __future__ import annotations

import argparse
import importlib
import os
import shutil
import subprocess
import sys
from typing import TextIO

from faultinject import tree
from faultinject.errors import UserError

PACKAGES = (
    "binutils-arm-none-eabi", "ca-certificates", "clang-format", "clang-tidy",
    "cmake", "device-tree-compiler", "dpkg-dev", "gcc", "gcc-arm-none-eabi",
    "gdb-multiarch", "git", "libc6-dev", "libnewlib-arm-none-eabi",
    "ninja-build", "python3-capstone", "python3-matplotlib", "python3-numpy",
    "python3-pyelftools", "python3-pytest", "python3-pytest-xdist",
    "python3-rich", "qemu-system-arm", "redis-tools", "spin", "util-linux")
# A machine that has just booted may be busy with upgrades of its own: wait.
INSTALL = ("apt-get install -y --no-install-recommends "
           "-o DPkg::Lock::Timeout=300")
SYSTEM_PATH = "/usr/local/sbin:/usr/sbin:/sbin:/usr/bin:/bin"
WIDTH = 78
LOG = tree.BUILD / "setup.log"


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Arguments of `trireme setup`."""
    parser.add_argument("--check", action="store_true",
                        help="only say what is missing; install nothing")


def missing() -> list[str]:
    """Packages that are not installed, in order."""
    query = shutil.which("dpkg-query", path="/usr/bin:/bin")
    if query is None:
        raise UserError("this machine has no dpkg; Debian 12 is needed")
    done = subprocess.run(
        [query, "-W", "-f", "${Package} ${db:Status-Status}\n", *PACKAGES],
        capture_output=True, text=True, check=False)
    installed = {line.split()[0] for line in done.stdout.splitlines()
                 if line.endswith(" installed")}
    return [name for name in PACKAGES if name not in installed]


def install(packages: list[str]) -> None:
    """Install packages with apt, or say how to."""
    line = f"{INSTALL} {' '.join(packages)}"
    if os.geteuid() != 0:
        raise UserError("packages are missing; run: sudo apt-get update && "
                        f"sudo {line}")
    print(f"installing with apt: {', '.join(packages)}", file=sys.stderr)
    tree.BUILD.mkdir(exist_ok=True)
    with open(LOG, "w", encoding="utf-8") as log:
        for command in ("apt-get update", line):
            status, last = _apt(command, log)
            if status != 0:
                raise UserError(f"'{command}' failed: {last} (all of its "
                                f"output: {LOG})")
    importlib.invalidate_caches()


def _apt(command: str, log: TextIO) -> tuple[int, str]:
    """Run apt; a terminal shows one line of where it is.

    @return its status and the last line that it wrote.
    """
    environment = os.environ | {
        "DEBIAN_FRONTEND": "noninteractive", "LC_ALL": "C.UTF-8",
        "PATH": f"{os.environ.get('PATH', '')}:{SYSTEM_PATH}"}
    live = sys.stderr.isatty()
    last = ""
    with subprocess.Popen(command.split(), env=environment, text=True,
                          errors="replace", stdin=subprocess.DEVNULL,
                          stdout=subprocess.PIPE,
                          stderr=subprocess.STDOUT) as process:
        assert process.stdout is not None
        for text in process.stdout:
            log.write(text)
            last = text.strip() or last
            if live:
                print(f"\r{last[:WIDTH]:{WIDTH}}", end="", file=sys.stderr)
    if live:
        print(f"\r{'':{WIDTH}}\r", end="", file=sys.stderr)
    return process.returncode, last


def ensure() -> None:
    """Make sure that all packages are there; quick when they are."""
    absent = missing()
    if absent:
        install(absent)
        left = missing()
        if left:
            raise UserError(f"still missing after installation: "
                            f"{', '.join(left)}")


def main(options: argparse.Namespace) -> int:
    """Run the command."""
    absent = missing()
    if options.check:
        print("missing: " + (", ".join(absent) if absent else "nothing"))
        return 1 if absent else 0
    ensure()
    print("everything is installed")
    return 0
