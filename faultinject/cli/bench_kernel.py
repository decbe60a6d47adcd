# SPDX-License-Identifier: BSD-2-Clause
"""`trireme bench kernel` and `bench shim`: the tables of path lengths in
kernel/README.md and shim/README.md."""
from __future__ import annotations

import argparse
import json

from faultinject.errors import UserError

PATHS_TARGET = "trireme_paths"


def main(words: list[str], options: argparse.Namespace) -> int:
    """Measure and print.

    @param words  What else the command line says: nothing is allowed.
    """
    from faultinject import bench_kernel, tree
    from faultinject.cli import build
    if words:
        raise UserError(f"bench kernel takes no {words[0]!r}")
    build.for_run(True)
    build.for_run(False)
    build.build(build.HOST, PATHS_TARGET)
    figures = bench_kernel.measure()
    if options.json:
        print(json.dumps({"schema": 1, "emulator": tree.emulator_version(),
                          **figures}))
    else:
        print(bench_kernel.table(figures))
        print("Instructions between a system call and the next instruction in "
              "user mode (the commonest length); waiting is not counted.")
    return 0


def shim(words: list[str], options: argparse.Namespace) -> int:
    """The same for the ways to a device."""
    from faultinject import bench_shim, tree
    from faultinject.cli import build
    if words:
        raise UserError(f"bench shim takes no {words[0]!r}")
    build.for_run(False)
    build.build(build.HOST, PATHS_TARGET)
    figures = bench_shim.measure()
    if options.write_readme:
        bench_shim.write_readme(figures)
    if options.json:
        print(json.dumps({"schema": 1, "emulator": tree.emulator_version(),
                          **figures}))
    else:
        print(bench_shim.table(figures), end="")
        print("Instructions of the primary between the instruction that enters "
              "the kernel and the\nnext in user mode (the commonest length); "
              "waiting is not counted.")
    return 0
