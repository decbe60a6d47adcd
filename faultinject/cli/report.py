# SPDX-License-Identifier: BSD-2-Clause
"""`trireme report`: hands stores to the analysis."""
from __future__ import annotations

import argparse
import subprocess
import sys
from pathlib import Path

from analysis import parameters
from faultinject import tree
from faultinject.errors import UserError

ORBIT = "orbit"
COMPARED = "compared"
EPILOG = """\
  report STORE              page, figures and tables of one campaign
  report STORE STORE...     several campaigns side by side
  report orbit STORE        failures per day in orbit, and what a watt buys
Only `orbit` takes the options of its group."""


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Arguments of `trireme report`."""
    parser.add_argument("store", type=Path, nargs="+", metavar="STORE",
                        help="store of a campaign (.sqlite)")
    parser.add_argument("--out", type=Path, metavar="FOLDER",
                        help="folder of the report (default: beside the store)")
    parser.add_argument("--campaign", metavar="NAME",
                        help="campaign of the store (default: the newest)")
    parameters.add_arguments(parser)


def write(store: Path, out: Path | None, brief: bool = False,
          campaign: str | None = None) -> int:
    """Print the tables (`brief`: only the outcomes) and write the report.

    @return the analysis' exit status.
    """
    _check(store)
    folder = out or store.with_suffix("")
    chosen = ["--campaign", campaign] if campaign else []
    status = _analysis("table", *(["--brief"] if brief else []),
                       str(store.resolve()), *chosen)
    return status or _analysis("report", str(store.resolve()), *chosen,
                               "--out", str(folder.resolve()))


def _check(store: Path) -> None:
    if not store.is_file():
        raise UserError(f"no such store: {store}")


def _analysis(*arguments: str) -> int:
    """Run the analysis; it is the only one that decides outcomes."""
    command = [sys.executable, "-B", "-m", "analysis", *arguments]
    sys.stdout.flush()
    return subprocess.run(command, cwd=tree.ROOT, check=False).returncode


def _orbit(options: argparse.Namespace) -> int:
    """Rates in orbit of one campaign."""
    if len(options.store) != 2 or options.out:
        raise UserError("report orbit takes one store and prints: "
                        "report orbit STORE")
    store = options.store[1]
    _check(store)
    chosen = ["--campaign", options.campaign] if options.campaign else []
    return _analysis(ORBIT, str(store.resolve()), *chosen,
                     *parameters.as_arguments(options))


def _compare(options: argparse.Namespace) -> int:
    """Several campaigns on one page."""
    for store in options.store:
        _check(store)
    out = options.out or options.store[0].parent / COMPARED
    return _analysis("compare", *(str(s.resolve()) for s in options.store),
                     "--out", str(out.resolve()))


def main(options: argparse.Namespace) -> int:
    """Run the command."""
    if options.store[0] == Path(ORBIT):
        return _orbit(options)
    given = parameters.as_arguments(options)
    if given:
        raise UserError(f"{given[0]} belongs to report {ORBIT}")
    if len(options.store) == 1:
        return write(options.store[0], options.out, campaign=options.campaign)
    if options.campaign:
        raise UserError("--campaign names a campaign of one store; several "
                        "stores are compared by the newest of each")
    return _compare(options)
