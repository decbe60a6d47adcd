# SPDX-License-Identifier: BSD-2-Clause
"""`trireme run`: one program on the emulated board, with or without a flip."""
from __future__ import annotations

import argparse
import json
import sys
from dataclasses import replace
from pathlib import Path
from typing import Any

from faultinject import tree, voting
from faultinject.cli.outcome import (PROGRAM_FAILED, describe, describe_flip,
                                     finish)
from faultinject.errors import UserError

MIB = 1 << 20
INPUT_MAX = 4 * MIB
UART_INPUT_MAX = 64 * 1024
TIMEOUT_S = 300.0
INTERACTIVE_APPS = ("echo",)
RESTARTS = 3


EPILOG = """\
Arguments of the program follow after --, for instance: run storm -- 500

A flip is a list of KEY=VALUE, separated by commas:
  replica=N      whose state (default 0)
  region=NAME    a random byte of kernel-text, kernel-data, kernel-objects,
                 page-tables, user-text, user-data, user-stack or any
  symbol=NAME    or a named object of the program or of the kernel
  register=NAME  or a register of the core: r0 to r15, cpsr
  owner=NAME     only of this program (with region or symbol)
  bit=K          of the byte, the object or the register (default: by
                 seed; of an object 0)
  seed=S         for what is left to chance (default 0)
  at=50%         share of the program's run, or a number of instructions of
                 all cores since power-on

Exit status: 0 ordered end (1: and the program reports failure), 2 request
refused, 3 fail-stop, 4 kernel exception, crash or time limit."""


# Options with a value: name, type, what --help calls the value, and says.
TIMES = (("--tick-us", int, "US", "period of the kernel's tick (default "
          "2000)"),
         ("--hold-us", int, "US", "how long an interrupt waits for a kernel "
          "entry"),
         ("--deadline-us", int, "US", "how long replicas wait for each other"))
DATA = (("--input", Path, "FILE", "input of the program, at most 4 MiB"),
        ("--flash", Path, "FILE", "content of the flash chip, which keeps what "
         "is written; made blank if missing"),
        ("--sd", Path, "FILE", "an SD card, which keeps what is written"))
PROTECTION = (
    ("--voting", str, "POINTS", "where replicas compare: full (default), off, "
     f"or any of {', '.join(voting.POINTS)}"),
    ("--hash", str, "WHAT", "what of a system call is compared: args "
     "(default) or context"),
    ("--reintegrate", str, "POLICY", "bring a replica back: never, once, "
     "always (default) or by command of a program; without voting at entry it "
     "is never"),
    ("--soak", int, "ROUNDS", "flip, downgrade and bring back, again and "
     "again"),
    ("--stride", int, "MIB", "distance of partitions, a multiple of 16"),
    ("--dtb", Path, "F", "another device tree"),
    ("--image", Path, "F", "another boot image"))


def add_valued(parser: argparse.ArgumentParser,
               options: tuple[tuple[str, type, str, str], ...]) -> None:
    """Options of one of the tables above."""
    for name, kind, value, text in options:
        parser.add_argument(name, type=kind, metavar=value, help=text)


def add_coupling(parser: argparse.ArgumentParser) -> None:
    """Arguments about how interrupts reach all replicas."""
    parser.add_argument("--coupling", choices=("loose", "close"),
                        help="close: an interrupt reaches all replicas at the "
                        "same instruction; takes programs that count")
    parser.add_argument("--counted", action="store_true",
                        help="programs that count their branches")
    add_valued(parser, TIMES)


def add_program(parser: argparse.ArgumentParser) -> None:
    """Arguments that name what runs."""
    parser.add_argument("app", metavar="APP", nargs="?",
                        help=f"program: {', '.join(tree.app_names())}; or a "
                        "path: a folder with C files and app.toml, or a root "
                        "task")
    parser.add_argument("--root", type=Path, metavar="FILE.elf",
                        help="instead of APP: a root task, an ELF file for "
                        "seL4 on this board")


def add_workload(parser: argparse.ArgumentParser) -> None:
    """Arguments that say what runs and how it is protected."""
    add_program(parser)
    add_valued(parser, DATA)
    parser.add_argument("--replicas", type=int, default=None, metavar="N",
                        help="1 to 4 (default 1)")
    parser.add_argument("--baseline", action="store_true",
                        help="the build without replica control")
    add_valued(parser, PROTECTION)
    add_coupling(parser)
    parser.add_argument("--scrub", action=argparse.BooleanOptionalAction,
                        help="compare memory while running, repair odd pages "
                        "(default, if there is voting at entry)")


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Arguments of `trireme run`."""
    add_workload(parser)
    parser.add_argument("--json", action="store_true",
                        help="print one JSON object instead of the console")
    parser.add_argument("--events", action="store_true",
                        help="print the flight recorder in words as it is "
                        "written; with --json it lacks nothing")
    parser.add_argument("--count", action=argparse.BooleanOptionalAction,
                        default=True, help="count instructions (default); "
                        "--no-count takes half the time of the host")
    parser.add_argument("--port", action="append", metavar="HOST:BOARD",
                        help="forward a TCP and UDP port of this host to the "
                        "board's Ethernet; may be repeated")
    parser.add_argument("--wire", metavar="TO:FROM",
                        help="Ethernet frames as UDP datagrams: ports of this "
                        "host to send to and to take from")
    parser.add_argument("--capture", type=Path, metavar="FILE",
                        help="keep all Ethernet frames, in pcap form")
    parser.add_argument("--flip", metavar="SPEC",
                        help="flip one bit, see below")
    parser.add_argument("--via", choices=("ramdisk", "uart"),
                        default="ramdisk", help="how the input gets in")
    parser.add_argument("--stdin", action="store_true",
                        help="standard input goes to the serial line (as it "
                        "does with echo and --root)")
    parser.add_argument("--restart-on-stop", action="store_true",
                        help="the watchdog restarts a board that has stopped; "
                        "the recorder of each life is shown")
    parser.add_argument("--restarts", type=int, default=None, metavar="N",
                        help=f"at most so often (default {RESTARTS})")
    parser.add_argument("--timeout", type=float, default=TIMEOUT_S,
                        metavar="S", help="host seconds (default 300)")


def is_by_hand(options: argparse.Namespace) -> bool:
    """Does somebody type while it runs?"""
    return (options.app in INTERACTIVE_APPS
            or bool(getattr(options, "stdin", False)))


def restarts_of(options: argparse.Namespace) -> int | None:
    """How often the board may be restarted; None without the watchdog."""
    wanted: int | None = options.restarts
    if not options.restart_on_stop:
        if wanted is not None:
            raise UserError("--restarts needs --restart-on-stop")
        return None
    if options.soak is not None or is_by_hand(options):
        raise UserError("--restart-on-stop does not go with --soak or with "
                        "input by hand")
    if wanted is not None and wanted < 0:
        raise UserError(f"--restarts must be 0 or more, not {wanted}")
    return RESTARTS if wanted is None else wanted


def read_input(path: Path | None, most: int) -> bytes | None:
    """Content of the input file."""
    if path is None:
        return None
    try:
        data = path.read_bytes()
    except OSError as error:
        raise UserError(f"can not read input {path}: {error.strerror}") from None
    if len(data) > most:
        raise UserError(f"input {path} is larger than {most // 1024} KiB")
    return data


def check_app(name: str) -> None:
    """Refuse a program that does not exist."""
    if name not in tree.app_names():
        raise UserError(f"unknown app {name!r}, known are "
                        f"{', '.join(tree.app_names())}")


def _replicas(options: argparse.Namespace) -> int:
    replicas = 1 if options.replicas is None else options.replicas
    if not 1 <= replicas <= 4:
        raise UserError(f"replicas must be 1 to 4, not {replicas}")
    if options.baseline and replicas != 1:
        raise UserError("the baseline has one replica")
    return int(replicas)


def workload_of(options: argparse.Namespace) -> Any:
    """The workload that the command line describes."""
    from faultinject import board, own as own_apps
    from faultinject.workload import Workload
    if (options.app is None) == (options.root is None):
        raise UserError("name a program or a root task (--root FILE.elf), one "
                        f"of them; programs are {', '.join(tree.app_names())}")
    own = None
    if options.root is not None:
        own = own_apps.load_root(options.root)
    elif own_apps.is_own(options.app):
        own = own_apps.load(options.app)
    else:
        check_app(options.app)
    replicas = _replicas(options)
    via_uart = options.via == "uart"
    drifts = voting.drifts(voting.mask(options.voting or "full"))
    upkeep = ("never", False) if drifts else ("always", True)
    data = read_input(options.input, UART_INPUT_MAX if via_uart else INPUT_MAX)
    return Workload(
        app=own.name if own else options.app, own=own,
        args=" ".join(options.extra), data=data,
        baseline=options.baseline, replicas=replicas, voting=options.voting,
        hash=options.hash, deadline_us=options.deadline_us,
        coupling=options.coupling, tick_us=options.tick_us,
        hold_us=options.hold_us,
        counted=options.counted or options.coupling == "close",
        reintegration=options.reintegrate or upkeep[0],
        scrub=upkeep[1] if options.scrub is None else options.scrub,
        restart=getattr(options, "restart_on_stop", False),
        stride=None if options.stride is None else options.stride * MIB,
        image=options.image, dtb=options.dtb, via_uart=via_uart,
        board=replace(board.check(options.flash, options.sd),
                      **network_of(options)))


def network_of(options: argparse.Namespace) -> dict[str, Any]:
    """What is plugged in to the board's Ethernet, as fields of Board."""
    from faultinject import board
    ports = tuple(board.port_pair(text)
                  for text in getattr(options, "port", None) or ())
    wire = getattr(options, "wire", None)
    if ports and wire is not None:
        raise UserError("--port and --wire: the board has one Ethernet plug")
    if (ports or wire) and (options.soak is not None
                            or getattr(options, "restart_on_stop", False)):
        raise UserError("--port and --wire do not go with --soak or "
                        "--restart-on-stop")
    return {"ports": ports, "capture": getattr(options, "capture", None),
            "wire": None if wire is None else board.port_pair(wire)}


def main(options: argparse.Namespace) -> int:
    """Run the command."""
    from faultinject import flipspec
    from faultinject.cli import build
    from faultinject.workload import Prepared
    restarts_of(options)
    workload = workload_of(options)
    spec = (flipspec.parse(options.flip, workload.replicas)
            if options.flip is not None else None)
    if not options.timeout > 0:
        raise UserError("the timeout must be a number of seconds above 0, not "
                        f"{options.timeout:g}")
    tree.emulator_version()
    build.for_workload(workload)
    if options.soak is not None:
        return run_soak(workload, options)
    with Prepared(workload) as prepared:
        outcome = perform(prepared, spec, options)
    if outcome["end"] == "refused":
        raise UserError(str(outcome["error"]).removeprefix("trireme "))
    return finish(outcome, options.json)


def run_soak(workload: Any, options: argparse.Namespace) -> int:
    """Many flips in one run; the digest is compared with the host's."""
    import hashlib
    from faultinject import soak
    outcome = soak.run(workload, options.soak, options.timeout)
    whole = hashlib.sha256()
    for _ in range(outcome["repeat"]):
        whole.update(workload.data)
    outcome["host_sha256"] = whole.hexdigest()
    good = (outcome["end"] == "exit" and outcome["live"] == workload.replicas
            and outcome["sha256"] == outcome["host_sha256"])
    if options.json:
        print(json.dumps(outcome))
    else:
        print(f"{outcome['rounds']} flips, {outcome['rejoins_recorded']} "
              f"returns on record, input taken {outcome['repeat']} times\n"
              f"board {outcome['sha256']}\nhost  {outcome['host_sha256']}\n"
              f"end: {outcome['end']}, live: {outcome['live']}")
    return 0 if good else PROGRAM_FAILED


def perform(prepared: Any, spec: Any, options: argparse.Namespace
            ) -> dict[str, Any]:
    """Run, with the flip if there is one. @return the JSON object."""
    from faultinject import qemu
    fault = None
    flips: tuple[str, ...] = ()
    limit = None
    if spec is not None:
        fault, limit = resolve_flip(prepared, spec, options.timeout,
                                    is_by_hand(options))
        flips = (fault.plugin_argument(),)
    interactive = is_by_hand(options) or options.root is not None
    machine = prepared.machine(count=options.count, flips=flips, limit_ns=limit,
                               interactive=interactive)
    machine = replace(machine, board=replace(machine.board, keep=True))
    restarts = restarts_of(options)
    if restarts is not None:
        return perform_lives(prepared, machine, fault, options)
    result = qemu.run(machine, options.timeout, live=not options.json,
                      listener=listener_of(prepared, options))
    return describe(prepared, result, fault)


def listener_of(prepared: Any, options: argparse.Namespace) -> Any:
    """What `--events` does with each record as it comes; None without it."""
    from faultinject import events, symbols
    names = symbols.Names(prepared.products)

    def tell(raw: bytes) -> None:
        record = events.parse_one(raw)
        record["symbols"] = names.of(record)
        if not options.json:
            print(symbols.line_of(record), file=sys.stderr, flush=True)
    return tell if options.events else None


def perform_lives(prepared: Any, machine: Any, fault: Any,
                  options: argparse.Namespace) -> dict[str, Any]:
    """Run life after life. @return the last one, and all in `lives`."""
    from faultinject import lives

    def begins(life: int) -> bool:
        if life > 1:
            print(f"trireme: the watchdog restarts the board, life {life}",
                  file=sys.stderr)
        return not options.json

    story = lives.run(machine, restarts_of(options) or 0, options.timeout,
                      live=begins, listener=listener_of(prepared, options))
    outcome = describe(prepared, story.results[-1],
                       fault if len(story.results) == 1 else None)
    outcome["lives"] = lives.describe(story)
    outcome["restarts"] = len(story.results) - 1
    for name in ("end", "virtual_ns"):
        outcome[name] = outcome["lives"][-1][name]
    if fault is not None:
        outcome["flip"] = describe_flip(fault, story.results[0],
                                        outcome["lives"][0]["events"])
    return outcome


def resolve_open_flip(prepared: Any, spec: Any, timeout_s: float) -> Any:
    """The exact fault in a run whose length nobody knows: memory is laid out as
    in a run with an empty plug, or in which nothing is typed."""
    from faultinject import flipspec, golden
    if spec.at.endswith("%"):
        raise UserError("with --port, --wire or input by hand the moment of a "
                        "flip is a number of nanoseconds since power-on, not "
                        f"{spec.at}")
    at_ns = spec.at_ns(0, 0)
    memory, _ = golden.map_at(prepared, at_ns, timeout_s=timeout_s,
                              to_the_end=False)
    return flipspec.resolve(spec, prepared, memory, at_ns)


def resolve_flip(prepared: Any, spec: Any, timeout_s: float, by_hand: bool
                 ) -> tuple[Any, int | None]:
    """The exact fault and the time limit, from the fault-free run."""
    from faultinject import flipspec, golden
    if prepared.workload.board.is_plugged or by_hand:
        return resolve_open_flip(prepared, spec, timeout_s), None
    plain = golden.plain(prepared, timeout_s=timeout_s)
    at_ns = spec.at_ns(golden.program_start_ns(prepared, plain),
                       plain.virtual_ns)
    if at_ns >= plain.virtual_ns:
        raise UserError(f"malformed flip: at={spec.at} lies after the end of "
                        f"the run ({plain.virtual_ns} instructions)")
    memory, _ = golden.map_at(prepared, at_ns, timeout_s=timeout_s)
    fault = flipspec.resolve(spec, prepared, memory, at_ns)
    return fault, plain.virtual_ns * 3 + 100_000_000
