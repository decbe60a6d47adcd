# SPDX-License-Identifier: BSD-2-Clause
"""One emulator process: command line, life, and what it left behind.

Every run has a private folder and ends with it gone. A run that must repeat
gets nothing from the host that has a time of its own.
"""
from __future__ import annotations

import dataclasses
import json
import os
import shutil
import signal
import subprocess
import sys
import threading
import time
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from faultinject import events, relay, tree
from faultinject import live as live_records
from faultinject.board import Board
from faultinject.errors import HarnessError, UserError
from faultinject.uart_stream import Streamer

PLUGIN_SAYS = "trireme-plugin: "
PLUGIN_REFUSED_STATUS = 125
SLICE_NS = 20000
RAM_BYTES = 1 << 30
GRACE_S = 5.0
REFUSAL = b"trireme loader: "  # such a line becomes our own error message


@dataclass(frozen=True)
class Machine:
    """Everything that decides what an emulator run does."""

    image: Path
    loads: tuple[tuple[Path, int], ...] = ()
    slice_ns: int = SLICE_NS
    count: bool = False
    profile: tuple[int, int] | None = None  # kernel code to count, virtual
    marks: tuple[int, ...] = ()  # kernel code to be told of, virtual
    clock: tuple[str, ...] = ()  # plug-in arguments, faultinject/critical.py
    ranges: tuple[tuple[str, int, int], ...] = ()
    flips: tuple[str, ...] = ()
    dumps: tuple[str, ...] = ()
    digests: tuple[str, ...] = ()
    trace: str | None = None
    probe: bool = False
    quiet: bool = False
    limit_ns: int | None = None
    pause_ns: int | None = None
    interactive: bool = False
    uart_input: bytes | None = None
    gdb_socket: Path | None = None
    gdb_port: int | None = None
    start_paused: bool = False
    plugins: tuple[str, ...] = ()  # more of them, values of -plugin
    events_fd: int | None = None  # live records go there
    pace_fd: int | None = None  # each byte that comes makes the next flip
    branches: tuple[Path, int] | None = None  # list of trials, descriptor
    checkpoint_ns: int = 0  # between two digests of the state; 0 = none
    ram_file: Path | None = None  # of RAM_BYTES: RAM that outlives the process
    board: Board = Board()


@dataclass(frozen=True)
class RunResult:
    """What a run left behind. `end_reason` is one of guest-exit, limit
    (virtual time), wall-limit (host time), emulator-died."""

    exit_status: int
    end_reason: str
    console: bytes
    shared: bytes
    journal: bytes = b""
    marks: bytes = b""
    profile: str = ""
    facts: dict[str, Any] = field(default_factory=dict)
    stderr: str = ""
    wall_s: float = 0.0
    streamed: tuple[bytes, ...] | None = None  # records that came live

    @property
    def recorded(self) -> events.Ring:
        """All flight-recorder records, oldest first, and what is missing."""
        if self.streamed is not None:
            return live_records.complete(list(self.streamed), self.shared)
        found = events.rings(self.shared)
        return events.Ring(events.cut(events.merge(found)),
                           sum(ring.damaged for ring in found),
                           sum(ring.lost for ring in found))

    @property
    def raw_events(self) -> bytes:
        """All flight-recorder records, oldest first."""
        return b"".join(self.recorded.records)

    @property
    def virtual_ns(self) -> int:
        """Virtual time at the end: instructions of all cores together."""
        return int(self.facts.get("virtual_ns", 0))


def plugin_argument(machine: Machine) -> str:
    """Value of -plugin; commas in paths are doubled as QEMU wants it."""
    parts = [str(tree.PLUGIN).replace(",", ",,"),
             f"slice={machine.slice_ns}", "out=."]
    parts.append(f"count={'on' if machine.count else 'off'}")
    parts += [f"range={name}:{start:#x}-{end:#x}"
              for name, start, end in machine.ranges if start < end]
    parts += machine.clock
    if machine.profile is not None:
        parts.append("profile={:#x}-{:#x}".format(*machine.profile))
    parts += [f"mark={address:#x}" for address in machine.marks]
    parts += [f"flip={flip}" for flip in machine.flips]
    if machine.quiet:
        parts.append("quiet=on")
    parts += [f"dump={dump}" for dump in machine.dumps]
    parts += [f"digest={digest}" for digest in machine.digests]
    if machine.probe:
        parts.append("probe=on")
    if machine.trace is not None:
        parts.append(machine.trace)
    if machine.limit_ns is not None:
        parts.append(f"limit={machine.limit_ns}")
    if machine.pause_ns is not None:
        parts.append(f"pause={machine.pause_ns}")
    if machine.events_fd is not None:
        parts.append(f"events={machine.events_fd}")
    if machine.pace_fd is not None:
        parts.append(f"pace={machine.pace_fd}")
    if machine.branches is not None:
        parts += ["branches={}".format(str(machine.branches[0]).replace(
            ",", ",,")), f"told={machine.branches[1]}",
                  f"checkpoints={machine.checkpoint_ns}"]
    return ",".join(parts)


def command(machine: Machine, console: str) -> list[str]:
    """The emulator's command line; `console` is a -chardev value."""
    with_host = (machine.interactive or machine.uart_input is not None
                 or machine.board.is_plugged)
    sleep = "on" if with_host else "off"
    line = [tree.emulator_path(), "-M", "sabrelite", "-smp", "4", "-m", "1G",
            "-nodefaults", "-display", "none", "-monitor", "none",
            "-no-reboot",  # a run is one life; a reset ends it with status 0
            "-chardev", console, "-serial", "null", "-serial", "chardev:con",
            "-semihosting-config", "enable=on,target=native",
            "-icount", f"shift=0,sleep={sleep}",
            "-plugin", plugin_argument(machine),
            "-kernel", str(machine.image)]
    for path, address in machine.loads:
        name = str(path).replace(",", ",,")
        line += ["-device", f"loader,file={name},addr={address:#x},"
                 "force-raw=on"]
    if machine.gdb_socket is not None:
        name = str(machine.gdb_socket).replace(",", ",,")
        line += ["-gdb", f"unix:{name},server=on,wait=off"]
    if machine.gdb_port is not None:
        line += ["-gdb", f"tcp:127.0.0.1:{machine.gdb_port}"]
    for plugin in machine.plugins:
        line += ["-plugin", plugin]
    if machine.start_paused:
        line.append("-S")
    return line + machine.board.arguments() + _ram_arguments(machine)


def _ram_arguments(machine: Machine) -> list[str]:
    """Keep RAM in a file that the next life finds as this one left it."""
    if machine.ram_file is None:
        return []
    name = str(machine.ram_file).replace(",", ",,")
    return ["-object", f"memory-backend-file,id=ram,size={RAM_BYTES},"
            f"share=on,mem-path={name}", "-machine", "memory-backend=ram"]


def with_parent(line: list[str]) -> list[str]:
    """Make the emulator die with us, even when we are killed."""
    setpriv = shutil.which("setpriv")
    return line if setpriv is None else [setpriv, "--pdeathsig", "KILL", *line]


class _Pump(threading.Thread):
    """Takes the console as it comes: shows it, answers requests for input."""

    def __init__(self, process: subprocess.Popen[bytes], show: bool,
                 data: bytes | None) -> None:
        super().__init__(daemon=True)
        self.seen = bytearray()
        self._source = process.stdout
        self._show = show
        self._shown = 0
        self._streamer = (None if data is None or process.stdin is None
                          else Streamer(data, process.stdin))
        self.start()

    def run(self) -> None:
        """Copy until the emulator closes its end."""
        assert self._source is not None
        while chunk := os.read(self._source.fileno(), 4096):
            self.seen += chunk
            if self._show:
                self._print()
            if self._streamer is not None:
                self._streamer.feed(chunk)

    def _print(self) -> None:
        """Show what is new, unless it is (or may become) a refusal."""
        head = bytes(self.seen[:len(REFUSAL)])
        if REFUSAL.startswith(head):
            return
        sys.stdout.buffer.write(self.seen[self._shown:])
        sys.stdout.buffer.flush()
        self._shown = len(self.seen)


def stop(process: subprocess.Popen[bytes]) -> None:
    """End an overdue emulator: politely, so that it still reports."""
    process.send_signal(signal.SIGTERM)
    try:
        process.wait(GRACE_S)
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait()


def _refusal(stderr: str) -> str:
    """The plug-in's own words among what the emulator said, else its first."""
    lines = stderr.splitlines()
    mine = [line for line in lines if line.startswith(PLUGIN_SAYS)]
    return (mine or lines or [""])[0]


def run(machine: Machine, timeout_s: float, live: bool = False,
        listener: live_records.Listener | None = None) -> RunResult:
    """Run one machine to its end.

    @param timeout_s  Host seconds after which the run is stopped.
    @param live       Show the console on standard output meanwhile.
    @param listener   Told each event record as it is written.
    """
    folder = tree.scratch("run")
    stream = None if listener is None else live_records.Stream(listener)
    try:
        with relay.in_front_of(machine.board) as board:
            return _run_in(folder, dataclasses.replace(machine, board=board),
                           timeout_s, live, stream)
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def _standard_input(machine: Machine) -> int | None:
    """Where the emulator's standard input comes from."""
    if machine.interactive:
        return None
    has_data = machine.uart_input is not None
    return subprocess.PIPE if has_data else subprocess.DEVNULL


def _run_in(folder: Path, machine: Machine, timeout_s: float, live: bool,
            records: live_records.Stream | None) -> RunResult:
    stream = live or machine.interactive or machine.uart_input is not None
    chardev = ("stdio,id=con,signal=on" if stream
               else "file,id=con,path=console.bin")
    begin = time.monotonic()
    passed = () if machine.pace_fd is None else (machine.pace_fd,)
    if records is not None:
        passed += (records.write_end,)
        machine = dataclasses.replace(machine, events_fd=records.write_end)
    with open(folder / "stderr", "wb") as errors:
        process = subprocess.Popen(
            with_parent(command(machine, chardev)), cwd=folder,
            pass_fds=passed,
            stdin=_standard_input(machine),
            stdout=subprocess.PIPE if stream else errors, stderr=errors,
            start_new_session=not machine.interactive)
        if records is not None:
            records.begin()
        pump = _Pump(process, live, machine.uart_input) if stream else None
        overdue = _wait(process, timeout_s)
    if pump is not None:
        pump.join(GRACE_S)
    if records is not None:
        records.join(GRACE_S)
    console = (bytes(pump.seen) if pump is not None
               else _read(folder / "console.bin"))
    result = result_of(folder, process.returncode, overdue, console,
                     time.monotonic() - begin)
    return result if records is None else dataclasses.replace(
        result, streamed=tuple(records.records))


def _wait(process: subprocess.Popen[bytes], timeout_s: float) -> bool:
    """Wait for the end. @return whether it had to be stopped."""
    try:
        process.wait(timeout_s)
    except subprocess.TimeoutExpired:
        stop(process)
        return True
    except BaseException:
        process.kill()
        process.wait()
        raise
    return False


def _read(path: Path) -> bytes:
    return path.read_bytes() if path.is_file() else b""


def result_of(folder: Path, status: int, overdue: bool, console: bytes,
            wall_s: float) -> RunResult:
    """Collect what the run left; tell a failed start from an end."""
    stderr = _read(folder / "stderr").decode("utf-8", "replace").strip()
    raw = _read(folder / "plugin.json")
    try:
        facts = json.loads(raw) if raw else {}
    except json.JSONDecodeError:
        facts = {}
    if not facts and not overdue and status >= 0:
        last = stderr.splitlines()[-1] if stderr else f"exit status {status}"
        if status == PLUGIN_REFUSED_STATUS or "plugin" in stderr:
            raise UserError(_refusal(stderr) or last)
        raise HarnessError(f"the emulator did not run: {last}")
    return RunResult(exit_status=status,
                     end_reason=_reason(status, overdue, facts),
                     console=console, shared=_read(folder / "shared.bin"),
                     journal=_read(folder / "journal.bin"),
                     marks=_read(folder / "marks.bin"),
                     profile=_read(folder / "profile.txt").decode(),
                     facts=facts,
                     stderr=stderr, wall_s=wall_s)


def _reason(status: int, overdue: bool, facts: dict[str, Any]) -> str:
    if overdue:
        return "wall-limit"
    if status < 0 or not facts:
        return "emulator-died"
    return "limit" if facts.get("reason") == "limit" else "guest-exit"
