# SPDX-License-Identifier: BSD-2-Clause
"""Command line: `python3 -m analysis table|report|compare|orbit STORE`.

Exit status: 0 done, 2 the store or the request can not be used (one line).
"""

import argparse
import json
import sys
from pathlib import Path

from rich.console import Console

from analysis import (compare, economy, lists, orbit_tables, parameters, report,
                      summary, tables)
from analysis.load import Campaign, LoadError, load
from analysis.orbit_tables import BenchError
from faultinject.store import StoreError

COMMANDS = {"table": "print the tables",
            "report": "HTML page, figures and tables of one campaign",
            "compare": "the same for several campaigns, side by side",
            "orbit": "rates in orbit, and speed per watt and dollar"}


def parser() -> argparse.ArgumentParser:
    """The options of all commands."""
    top = argparse.ArgumentParser(
        prog="python3 -m analysis",
        description="decide the outcomes of a campaign and report them")
    commands = top.add_subparsers(dest="command", required=True)
    made = {name: commands.add_parser(name, help=text)
            for name, text in COMMANDS.items()}
    for name in ("report", "compare"):
        made[name].add_argument("--out", type=Path, required=True,
                                help="folder to fill")
    made["table"].add_argument("--brief", action="store_true",
                               help="only the outcomes and what they mean")
    parameters.add_arguments(made["orbit"])
    for name, command in made.items():
        command.add_argument("store", type=Path, help="file of a campaign",
                             nargs="+" if name == "compare" else None)
        command.add_argument("--campaign", help="name or number; default: the "
                             "newest in the store")
    return top


def show_outcomes(campaign: Campaign, console: Console) -> None:
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


def show_tables(campaign: Campaign, store: Path, console: Console) -> None:
    """Print outcomes, absolute failures, latencies and what went wrong."""
    found = summary.summarise(campaign)
    for table in (tables.outcomes(found), tables.absolute(found),
                  tables.latencies(campaign), tables.costs(found)):
        if table.rows:
            tables.show(table, console)
    tables.show_list(lists.failures(campaign, store), console)
    tables.show_list(lists.wrong_convictions(campaign, store), console)


def recovery_of(options: argparse.Namespace) -> tuple[float, str] | None:
    """Recovery time that the command line gives, with its source."""
    if options.recovery_ms is not None:
        return options.recovery_ms / 1000, parameters.GIVEN
    return orbit_tables.from_bench(options.bench) if options.bench else None


def show_orbit(campaign: Campaign, options: argparse.Namespace,
               console: Console) -> None:
    """Print rates, mean times and the comparison, with all sources."""
    chosen = parameters.chosen(parameters.ORBIT, options)
    economic = parameters.chosen(parameters.ECONOMY, options)
    recovery = recovery_of(options)
    if options.json:
        print(json.dumps(orbit_json(campaign, options)))
        return
    shown = orbit_tables.all_tables(campaign, chosen, economic, recovery)
    if options.overhead is not None:
        shown[2] = economy.table(economy.machines(
            {f"overhead {parameters.GIVEN}": options.overhead}, economic))
    for table in shown:
        tables.show(table, console)


def orbit_json(campaign: Campaign, options: argparse.Namespace
               ) -> dict[str, object]:
    """All figures of the calculator with the parameters that made them."""
    chosen = parameters.chosen(parameters.ORBIT, options)
    economic = parameters.chosen(parameters.ECONOMY, options)
    assumed = orbit_tables.assumptions(
        chosen, recovery_of(options) or orbit_tables.from_campaign(campaign))
    found = economy.overheads(summary.summarise(campaign))
    if options.overhead is not None:
        found = {"given": options.overhead}
    return {"schema": 1, "campaign": campaign.name,
            "parameters": {name: vars(p) for name, p in
                           {**chosen, **economic}.items()},
            "recovery_s": assumed.recovery_s,
            "recovery_source": assumed.recovery_source,
            "orbit": orbit_tables.as_json(
                orbit_tables.of_campaign(campaign, assumed), assumed),
            "economy": [vars(m) | {"per_watt": m.per_watt} for m in
                        economy.machines(found, economic)]}


def perform(options: argparse.Namespace, console: Console) -> Path | None:
    """Run one command. @return the page that it wrote."""
    if options.command == "compare":
        return compare.write([load(store, options.campaign)
                              for store in options.store], options.out)
    campaign = load(options.store, options.campaign)
    if options.command == "orbit":
        show_orbit(campaign, options, console)
    elif options.command == "report":
        return report.write(campaign, options.store, options.out)
    elif options.brief:
        show_outcomes(campaign, console)
    else:
        show_tables(campaign, options.store, console)
    return None


def main(argv: list[str] | None = None) -> int:
    """Run one command."""
    options = parser().parse_args(argv)
    console = Console()
    try:
        path = perform(options, console)
    except (LoadError, StoreError, BenchError, OSError) as error:
        print(f"analysis: {error}", file=sys.stderr)
        return 2
    if path is not None:
        console.print(f"report: {path}", soft_wrap=True, highlight=False)
    return 0


if __name__ == "__main__":
    sys.exit(main())
