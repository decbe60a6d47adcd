# SPDX-License-Identifier: BSD-2-Clause
"""Command line: `python3 -m analysis report STORE --out DIR`, `table STORE`.

Exit status: 0 done, 2 the store or the request can not be used (one line).
"""

import argparse
import sys
from pathlib import Path

from rich.console import Console

from analysis import lists, report, summary, tables
from analysis.load import LoadError, load
from faultinject.store import StoreError


def parser() -> argparse.ArgumentParser:
    """The options of all commands."""
    top = argparse.ArgumentParser(
        prog="python3 -m analysis",
        description="decide the outcomes of a campaign and report them")
    commands = top.add_subparsers(dest="command", required=True)
    page = commands.add_parser("report", help="HTML page, figures and tables")
    page.add_argument("--out", type=Path, required=True, help="folder to fill")
    table = commands.add_parser("table", help="print the tables")
    table.add_argument("--brief", action="store_true",
                       help="only the outcomes and what they mean")
    for command in (page, table):
        command.add_argument("store", type=Path, help="file of a campaign")
        command.add_argument("--campaign", help="name or number; default: the "
                             "newest in the store")
    return top


def show_outcomes(campaign, console: Console) -> None:
    """Print the outcomes, what the words mean, and how many went wrong."""
    found = summary.summarise(campaign)
    tables.show(tables.outcomes(found), console)
    for meaning in tables.meanings(found):
        console.print(f"  {meaning}", highlight=False)
    lost = len(summary.uncontrolled(campaign))
    if lost:
        console.print(f"The report lists the {lost} uncontrolled outcomes, "
                      "each with the command that repeats it.",
                      highlight=False)


def show_tables(campaign, store: Path, console: Console) -> None:
    """Print outcomes, absolute failures, latencies and what went wrong."""
    found = summary.summarise(campaign)
    for table in (tables.outcomes(found), tables.absolute(found),
                  tables.latencies(campaign), tables.costs(found)):
        if table.rows:
            tables.show(table, console)
    tables.show_list(lists.failures(campaign, store), console)
    tables.show_list(lists.wrong_convictions(campaign, store), console)


def main(argv: list[str] | None = None) -> int:
    """Run one command."""
    options = parser().parse_args(argv)
    console = Console()
    try:
        campaign = load(options.store, options.campaign)
        if options.command == "table":
            if options.brief:
                show_outcomes(campaign, console)
            else:
                show_tables(campaign, options.store, console)
            return 0
        path = report.write(campaign, options.store, options.out)
    except (LoadError, StoreError, OSError) as error:
        print(f"analysis: {error}", file=sys.stderr)
        return 2
    console.print(f"report: {path}", soft_wrap=True, highlight=False)
    return 0


if __name__ == "__main__":
    sys.exit(main())
