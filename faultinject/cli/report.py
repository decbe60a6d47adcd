# SPDX-License-Identifier: BSD-2-Clause
"""`trireme report`: hands a store to the analysis."""
from __future__ import annotations

import argparse
import subprocess
import sys
from pathlib import Path

from faultinject import tree
from faultinject.errors import UserError


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Arguments of `trireme report`."""
    parser.add_argument("store", type=Path, metavar="STORE",
                        help="store of a campaign (.sqlite)")
    parser.add_argument("--out", type=Path, metavar="FOLDER",
                        help="folder of the report (default: beside the store)")


def write(store: Path, out: Path | None, brief: bool = False) -> int:
    """Print the tables (`brief`: only the outcomes) and write the report.

    @return the analysis' exit status.
    """
    if not store.is_file():
        raise UserError(f"no such store: {store}")
    folder = out or store.with_suffix("")
    status = _analysis("table", *(["--brief"] if brief else []),
                       str(store.resolve()))
    return status or _analysis("report", str(store.resolve()),
                               "--out", str(folder.resolve()))


def _analysis(*arguments: str) -> int:
    """Run the analysis; it is the only one that decides outcomes."""
    command = [sys.executable, "-B", "-m", "analysis", *arguments]
    sys.stdout.flush()
    return subprocess.run(command, cwd=tree.ROOT, check=False).returncode


def main(options: argparse.Namespace) -> int:
    """Run the command."""
    return write(options.store, options.out)
