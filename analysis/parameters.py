# SPDX-License-Identifier: BSD-2-Clause
"""Numbers that were not measured here: each with its source, each replaceable.

They are about an orbit, a board and a hardened processor. The command line can
replace every one, and then the report says that it was replaced. This module
imports nothing, so that the front door can show the options at once.
"""

import argparse
from dataclasses import dataclass, replace
from pathlib import Path

GIVEN = "given on the command line"


@dataclass(frozen=True)
class Parameter:
    """A number with its unit and where it is from."""

    value: float
    unit: str
    source: str


ORBIT = {
    "upsets": Parameter(
        4.04e-7, "upsets per bit and day",
        "commercial SRAM of the on-board computer OBC386 of Alsat-1, low Earth "
        "orbit, 8 years (Bentoutou, A Review of in-orbit Observations of "
        "Radiation-Induced Effects in Commercial Memories onboard Alsat-1)"),
    "upsets_low": Parameter(
        1.6e-7, "upsets per bit and day", "lower bound: the same factor of 2.5 "
        "as upwards, an assumption"),
    "upsets_high": Parameter(
        1.0e-6, "upsets per bit and day",
        "upper bound: another figure for the same satellite, one error in a "
        "million bits per day (Bentoutou and Djaifri, IEEE NSS 2008, doi "
        "10.1109/NSSMIC.2008.4774882)"),
    "scale": Parameter(
        1.0, "×", "memory in flight as a multiple of the campaign's"),
}
ECONOMY = {
    "board_dmips": Parameter(
        2000.0, "DMIPS per core",
        "SabreLite at 800 MHz: Arm's 2.5 DMIPS per MHz of a Cortex-A9"),
    "board_watts": Parameter(
        5.0, "W", "the whole board with all cores busy: an assumption"),
    "board_price": Parameter(
        200.0, "USD", "SabreLite, order of its list price: an assumption"),
    "hardened_dmips": Parameter(
        240.0, "DMIPS", "RAD750 at 133 MHz (BAE Systems)"),
    "hardened_per_watt": Parameter(
        40.0, "DMIPS/W", "RAD750: at most, the processor without its board"),
    "hardened_price": Parameter(
        200_000.0, "USD", "RAD750 board, as the press reports; none is "
                          "published"),
}
ALL = {**ORBIT, **ECONOMY}


def option_of(name: str) -> str:
    """The option that replaces a parameter."""
    return "--" + name.replace("_", "-")


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """The options that replace parameters."""
    group = parser.add_argument_group("orbit")
    for name, p in ALL.items():
        group.add_argument(option_of(name), type=positive, metavar="X",
                           help=f"{p.unit}; {p.value:g}: "
                                f"{p.source.replace('%', '%%')}")
    group.add_argument("--recovery-ms", type=positive, metavar="MS",
                       help="from downgrade to three replicas again; default: "
                            "measured in the campaign, if replicas came back")
    group.add_argument("--bench", type=Path, metavar="FILE",
                       help="take it from the output of 'trireme bench "
                            "recovery --json'")
    group.add_argument("--overhead", type=positive, metavar="X",
                       help="work of the protected system as a multiple of the "
                            "baseline's; default: counted in the campaign")
    group.add_argument("--json", action="store_true",
                       help="print one JSON object")


def positive(text: str) -> float:
    """A finite number above zero."""
    value = float(text)
    if not 0 < value < float("inf"):
        raise ValueError(text)
    return value


def chosen(known: dict[str, Parameter],
           options: argparse.Namespace) -> dict[str, Parameter]:
    """The parameters with those that the command line replaces."""
    given = {name: getattr(options, name) for name in known}
    return {name: p if given[name] is None else
            replace(p, value=given[name], source=GIVEN)
            for name, p in known.items()}


def as_arguments(options: argparse.Namespace) -> list[str]:
    """The same options again, for another process."""
    found = []
    for name in (*ALL, "recovery_ms", "bench", "overhead"):
        value = getattr(options, name)
        if value is not None:
            shown = value.resolve() if isinstance(value, Path) else value
            found += [option_of(name), str(shown)]
    return found + (["--json"] if options.json else [])
