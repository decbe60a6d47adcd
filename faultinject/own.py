# SPDX-License-Identifier: BSD-2-Clause
"""Programs from outside this tree: a folder with C files and an app.toml.

    [app]
    name = "primes"                  # at most 11 of a-z, 0-9, -
    uses = ["serial"]                # of serial, timer, block (the input),
                                     # network, flash, store, i2c, gpio, sd,
                                     # watchdog, epit
    counted = false                  # closely coupled, it keeps the loose
                                     # rules: its branches are not counted
    beside = "racy"                  # a program of this tree that runs at the
                                     # same time, with the same arguments
    [oracle]                         # what output is right; optional
    file = "expected.txt"            # this, or:
    command = ["python3", "check.py"]  # gets the output on standard input
    [bench]                          # for bench overhead; optional
    args = "100"
    input_bytes = 4096

A root task (an ELF file for seL4 on this board) is loaded in the place of ours:
its file is named, or a folder whose app.toml says `root = "FILE.elf"` under
[app], and so may have an oracle, too.

The folder is compiled with the tool chain and linked with the runtime of this
tree, in a build folder of its own below build/own.
"""
from __future__ import annotations

import hashlib
import os
import re
import subprocess
import tempfile
import tomllib
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from faultinject import root_task, tree
from faultinject.errors import UserError

NAME = re.compile(r"[a-z][a-z0-9-]{0,10}")
TAKEN = ("root", "kernel", "timer", "uart", "ramdisk", "flash", "store", "i2c",
         "gpio", "watchdog", "sd", "epit", "enet", "net", "partner")
SERVICES = {"serial": "SERIAL", "timer": "TIMER", "block": "BLOCK",
            "flash": "FLASH", "store": "STORE", "i2c": "I2C",
            "gpio": "GPIO", "watchdog": "WATCHDOG", "network": "NETWORK",
            "sd": "SD", "epit": "EPIT"}
WORDS = ("does", "arguments", "needs_input", "result")  # for people
TABLES = {"app": ("name", "uses", "counted", "beside", "root", *WORDS),
          "oracle": ("file", "command"),
          "bench": ("args", "input_bytes")}
ORACLE_TIMEOUT_S = 60.0
INPUT_MAX = 4 << 20


@dataclass(frozen=True)
class OwnApp:
    """A checked program from outside: its folder; `elf` if it is a whole root
    task."""

    path: Path
    name: str
    uses: tuple[str, ...] = ()
    counted: bool = True  # where the programs of the image count
    beside: str = ""  # what runs at the same time; "" = nothing
    elf: Path | None = None
    expected: Path | None = None
    command: tuple[str, ...] = ()
    bench_args: str = ""
    bench_input_bytes: int = 0

    @property
    def root(self) -> bool:
        """Is it a whole root task?"""
        return self.elf is not None

    @property
    def folder(self) -> str | None:
        """Its build folder, below build/; a root task needs none."""
        if self.root:
            return None
        mark = hashlib.sha256(str(self.path).encode()).hexdigest()[:8]
        return f"own/{self.name}-{mark}"

    def definitions(self) -> list[str]:
        """Arguments of CMake."""
        uses = "|".join(SERVICES[name] for name in self.uses) or "0"
        return [f"-DTRIREME_OWN_APP={self.path}",
                f"-DTRIREME_OWN_NAME={self.name}",
                f"-DTRIREME_OWN_USES={uses}",
                f"-DTRIREME_OWN_BESIDE={self.beside}"]

    @property
    def oracle(self) -> str | None:
        """How it is told whether an output is right; None: not at all."""
        if self.expected is not None:
            return "file"
        return "command" if self.command else None

    def is_right(self, console: bytes, data: bytes | None) -> bool:
        """Does the oracle accept an output? True without an oracle.

        @param data  Input of the program; a command finds it in the file that
                     the environment variable TRIREME_INPUT names.
        """
        shown = console.replace(b"\r", b"")
        if self.expected is not None:
            return shown == _read(self.expected).replace(b"\r", b"")
        return not self.command or self._ask(shown, data or b"")

    def _ask(self, shown: bytes, data: bytes) -> bool:
        with tempfile.NamedTemporaryFile() as file:
            file.write(data)
            file.flush()
            try:
                done = subprocess.run(
                    self.command, input=shown, cwd=self.path, check=False,
                    stdout=subprocess.DEVNULL, timeout=ORACLE_TIMEOUT_S,
                    env=dict(os.environ) | {"TRIREME_INPUT": file.name})
            except (OSError, subprocess.TimeoutExpired) as error:
                raise UserError(f"the oracle of {self.name} does not work: "
                                f"{error}") from None
        return done.returncode == 0


def _read(path: Path) -> bytes:
    try:
        return path.read_bytes()
    except OSError as error:
        raise UserError(f"can not read {path}: {error.strerror}") from None


def is_own(app: str) -> bool:
    """Is this a path, not the name of a program of this tree?"""
    return "/" in app or app in (".", "..")


def load(app: str, base: Path | None = None) -> OwnApp:
    """Read and check a program. @param base  What a relative path starts at."""
    path = ((base or Path.cwd()) / app).resolve()
    if path.is_file():
        return load_root(path)
    if not path.is_dir():
        raise UserError(f"no folder or root task {app}")
    file = path / "app.toml"
    try:
        values = tomllib.loads(_read(file).decode("utf-8"))
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise UserError(f"{file}: {error}") from None
    _check_keys(file, values)
    if "root" not in values.get("app", {}) and not any(path.glob("*.c")):
        raise UserError(f"{path} has no C file")
    return _checked(path, file, values)


def load_root(path: Path) -> OwnApp:
    """Read and check a root task (root_task.py says what is refused)."""
    root_task.load(path)
    stem = re.sub(r"[^a-z0-9-]", "-", path.stem.lower())[:11]
    return OwnApp(path.resolve().parent,
                  stem if NAME.fullmatch(stem) else "own", elf=path.resolve())


def _check_keys(file: Path, values: dict[str, Any]) -> None:
    for table, keys in values.items():
        if table not in TABLES or not isinstance(keys, dict):
            raise UserError(f"{file}: unknown table {table!r}, known are "
                            f"{', '.join(TABLES)}")
        for key in keys:
            if key not in TABLES[table]:
                raise UserError(f"{file}: unknown key {table}.{key}, known "
                                f"are {', '.join(TABLES[table])}")


def _check_kind(file: Path, app: dict[str, Any]) -> None:
    if not isinstance(app.get("counted", True), bool):
        raise UserError(f"{file}: app.counted must be true or false")
    if "beside" in app and app["beside"] not in tree.app_names():
        raise UserError(f"{file}: app.beside must be one of "
                        f"{', '.join(tree.app_names())}")


def _checked(path: Path, file: Path, values: dict[str, Any]) -> OwnApp:
    app, oracle = values.get("app", {}), values.get("oracle", {})
    bench = values.get("bench", {})
    name, uses = app.get("name", ""), app.get("uses", ["serial"])
    if not isinstance(name, str) or not NAME.fullmatch(name):
        raise UserError(f"{file}: app.name must be a letter and at most 10 "
                        f"more of a-z, 0-9 and -, not {name!r}")
    if name in (*TAKEN, *tree.app_names()):
        raise UserError(f"{file}: app.name {name!r} is taken")
    if not isinstance(uses, list) or any(u not in SERVICES for u in uses):
        raise UserError(f"{file}: app.uses must be a list of "
                        f"{', '.join(SERVICES)}")
    command = oracle.get("command", [])
    if not isinstance(command, list) or not all(
            isinstance(word, str) for word in command):
        raise UserError(f"{file}: oracle.command must be a list of words")
    if command and "file" in oracle:
        raise UserError(f"{file}: an oracle is a file or a command, not both")
    size = bench.get("input_bytes", 0)
    if not isinstance(size, int) or not 0 <= size <= INPUT_MAX:
        raise UserError(f"{file}: bench.input_bytes must be 0 to {INPUT_MAX}")
    _check_kind(file, app)
    elf = path / str(app["root"]) if "root" in app else None
    if elf is not None:
        root_task.load(elf)
    return OwnApp(path, name, tuple(uses), app.get("counted", True),
                  app.get("beside", ""), elf=elf,
                  expected=path / str(oracle["file"])
                  if "file" in oracle else None, command=tuple(command),
                  bench_args=str(bench.get("args", "")),
                  bench_input_bytes=size)
