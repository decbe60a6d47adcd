# SPDX-License-Identifier: BSD-2-Clause
"""Builds images, tests and the emulator plug-in with CMake; quick when they
are up to date. Two builds at once wait for each other.

TRIREME_NO_BUILD=1 makes every command but `build` take what is there: for
somebody who edits the sources while a long campaign is on.
"""
from __future__ import annotations

import argparse
import fcntl
import os
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

from faultinject import tree
from faultinject.errors import UserError

if TYPE_CHECKING:  # at run time they would need what setup installs first
    from faultinject.own import OwnApp
    from faultinject.workload import Workload

HOST = "host"
PRESETS = (HOST, tree.REPLICATED, tree.BASELINE)
ON_DEMAND = (*(name + tree.COUNTED for name in PRESETS[1:]), tree.UNROLLED)
PLUGIN_TARGET = "trireme_plugin"


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Arguments of `trireme build`."""
    parser.add_argument("presets", nargs="*", metavar="PRESET",
                        help=f"of {', '.join(PRESETS)}; all of these if none "
                        f"is given, besides {', '.join(ON_DEMAND)}")


@contextmanager
def _lock() -> Iterator[None]:
    """One build at a time in this tree."""
    tree.BUILD.mkdir(exist_ok=True)
    with open(tree.BUILD / ".lock", "w", encoding="ascii") as stream:
        fcntl.flock(stream, fcntl.LOCK_EX)
        yield


def _cmake(*arguments: str) -> None:
    """Run CMake quietly; on failure show what it said."""
    done = subprocess.run(["cmake", *arguments], cwd=tree.ROOT, text=True,
                          stdout=subprocess.PIPE, stderr=subprocess.STDOUT,
                          check=False)
    if done.returncode != 0:
        raise UserError(f"'cmake {' '.join(arguments)}' failed:\n"
                        + done.stdout.strip())


def build(preset: str, *targets: str) -> None:
    """Build a preset, or only some of its targets."""
    with _lock():
        if not (tree.BUILD / preset / "build.ninja").is_file():
            _cmake("--preset", preset)
        wanted = ["--target", *targets] if targets else []
        _cmake("--build", "--preset", preset, *wanted)


def for_run(baseline: bool, counted: bool = False) -> None:
    """What a run needs: one image and the plug-in."""
    for_preset(tree.products(baseline, None, counted).preset)


def for_preset(preset: str) -> None:
    """The same for an image by the name of its build."""
    if os.environ.get("TRIREME_NO_BUILD"):
        return
    build(HOST, PLUGIN_TARGET)
    build(preset)


def for_own(own: OwnApp, baseline: bool, counted: bool = False) -> None:
    """The same for a program from outside, in a build folder of its own. All
    others come from the common build; this one, too, from a plain build of its
    own, if it does not count its branches and they do."""
    if os.environ.get("TRIREME_NO_BUILD"):
        return
    build(HOST, PLUGIN_TARGET)
    build(tree.products(baseline, None, counted).preset)
    with _lock():
        there = ""
        if counted and not own.counted:
            there = _build_own(own, tree.products(baseline, own.folder), "",
                               own.name)
        _build_own(own, tree.products(baseline, own.folder, counted), there,
                   own.name, "trireme.elf", "rom")  # first what may fail


def _build_own(own: OwnApp, products: tree.Products, there: str,
               *targets: str) -> str:
    """Configure a build folder of a program from outside, and build targets
    one after the other. @param there  Build folder that has the program; ""
    to compile it here. @return The folder."""
    preset = Path(products.preset).name
    _cmake("--preset", preset, "-B", str(products.folder), *own.definitions(),
           f"-DTRIREME_PROGRAMS_FROM={tree.Products(preset).folder}",
           f"-DTRIREME_OWN_FROM={there}")
    for target in targets:
        _cmake("--build", str(products.folder), "--target", target)
    return str(products.folder)


def for_workload(workload: Workload) -> None:
    """What a run of this workload needs."""
    if workload.own is None or workload.own.root:
        for_run(workload.baseline, workload.counted)
    else:
        for_own(workload.own, workload.baseline, workload.counted)


def main(options: argparse.Namespace) -> int:
    """Run the command."""
    for preset in options.presets or PRESETS:
        if preset not in (*PRESETS, *ON_DEMAND):
            raise UserError(f"no preset {preset!r}, known are "
                            f"{', '.join((*PRESETS, *ON_DEMAND))}")
        build(preset)
        print(f"built {preset}")
    return 0
