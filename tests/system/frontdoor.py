# SPDX-License-Identifier: BSD-2-Clause
"""The front door as tests use it: call ./trireme, read status and JSON.

Nothing here looks inside the system.
"""

import json
import os
import subprocess
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[2]
TIMEOUT_S = 240  # of one call; only a defect takes that long


@dataclass(frozen=True)
class Call:
    """One call of ./trireme and what came of it."""

    arguments: tuple[str, ...]
    status: int
    stdout: str
    stderr: str
    result: dict[str, Any] = field(default_factory=dict)

    def __getitem__(self, key: str) -> Any:
        return self.result[key]

    @property
    def console(self) -> str:
        """Bytes that left the board, as text."""
        return str(self.result["console"])

    def events(self, kind: str) -> list[dict[str, Any]]:
        """Event records of one kind, oldest first."""
        return [e for e in self.result["events"] if e["kind"] == kind]

    def convicted(self) -> set[int]:
        """Replicas that were taken out of service."""
        masks = [e["args"][0] for kind in ("convict", "downgrade")
                 for e in self.events(kind)]
        return {i for mask in masks for i in range(4) if mask >> i & 1}


def call(*arguments: str, env: dict[str, str] | None = None,
         typed: str = "") -> Call:
    """Call the front door. @param typed  What comes in by standard input."""
    done = subprocess.run(
        [str(ROOT / "trireme"), *arguments], cwd=ROOT, env=env,
        capture_output=True, text=True, timeout=TIMEOUT_S, check=False,
        input=typed)
    result = {}
    if "--json" in arguments and done.stdout.strip():
        result = json.loads(done.stdout)
    return Call(arguments, done.returncode, done.stdout, done.stderr, result)


def run_json(app: str, *options: str, arguments: str = "",
             typed: str = "") -> Call:
    """`trireme run APP ... --json`; must have printed its object. A test of a
    flip has a fixed policy: who does not choose one has nobody come back."""
    if "--flip" in options and "--reintegrate" not in options:
        options = (*options, "--reintegrate", "never")
    own = ["--", *arguments.split()] if arguments else []
    done = call("run", app, *options, "--json", *own, typed=typed)
    assert done.result, f"no JSON from {done.arguments}: {done.stderr}"
    return done


@dataclass(frozen=True)
class Input:
    """A file for `digest` with the host's own digest of it."""

    path: str
    size: int
    sha256: str


def environment_without(name: str, folder: Path) -> dict[str, str]:
    """An environment whose PATH has every program but `name`."""
    for source in (Path("/usr/bin"), Path("/usr/sbin")):
        for program in source.iterdir():
            link = folder / program.name
            if program.name != name and not link.is_symlink():
                link.symlink_to(program)
    return dict(os.environ) | {"PATH": str(folder)}
