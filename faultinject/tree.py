# SPDX-License-Identifier: BSD-2-Clause
"""Where things are: sources, build products, scratch space, versions."""
from __future__ import annotations

import contextlib
import hashlib
import os
import shutil
import subprocess
import tempfile
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

from faultinject.errors import UserError

ROOT = Path(__file__).resolve().parent.parent
BUILD = ROOT / "build"
REPLICATED = "sabrelite"
BASELINE = "sabrelite-baseline"
UNROLLED = "sabrelite-baseline-unrolled"  # the same, loops of programs unrolled
COUNTED = "-counted"  # behind either: programs that count their branches
PLUGIN = BUILD / "host" / "faultinject" / "plugin" / "trireme_plugin.so"
NOT_APPS = ("root", "common")


@dataclass(frozen=True)
class Products:
    """The files of one image as the build leaves them."""

    preset: str

    @property
    def folder(self) -> Path:
        """Build directory of the preset."""
        return BUILD / self.preset

    @property
    def replicated(self) -> bool:
        """Is replica control in the kernel?"""
        return not Path(self.preset).name.startswith(BASELINE)

    @property
    def image(self) -> Path:
        """The boot image that the emulator starts."""
        return self.folder / "trireme.elf"

    @property
    def kernel(self) -> Path:
        """The kernel with symbols."""
        return self.folder / "kernel.elf"

    @property
    def rom(self) -> Path:
        """Words for the boot ROM, which make core 0 restartable."""
        return self.folder / "rom.bin"

    def app(self, name: str) -> Path:
        """A user program with symbols."""
        return self.folder / "apps" / f"{name}.elf"


def products(baseline: bool, own: str | None = None,
             counted: bool = False) -> Products:
    """Products of the unprotected or of the replicated build.

    @param own  Folder below build/ of a program from outside (own.OwnApp).
    @param counted  Of the builds whose programs count their branches.
    """
    preset = (BASELINE if baseline else REPLICATED) + COUNTED * counted
    return Products(preset if own is None else f"{own}/{preset}")


def app_names() -> list[str]:
    """Programs that the root task can start, by their source folders."""
    folder = ROOT / "apps"
    return sorted(entry.name for entry in folder.iterdir()
                  if (entry / "main.c").is_file()
                  and entry.name not in NOT_APPS)


def _memory() -> Path:
    """A folder for short-lived files, in memory when the host offers that."""
    shm = Path("/dev/shm")
    usable = shm.is_dir() and os.access(shm, os.W_OK)
    return shm if usable else Path(tempfile.gettempdir())


@lru_cache(maxsize=1)
def _sweep() -> None:
    """Remove what killed processes of ours left behind. Others may be doing
    the same at the same time."""
    for folder in _memory().glob("trireme-*-*-*"):
        owner = folder.name.split("-")[2]
        gone = owner.isdigit() and not Path(f"/proc/{owner}").exists()
        with contextlib.suppress(FileNotFoundError):
            if gone and folder.stat().st_uid == os.getuid():
                shutil.rmtree(folder, ignore_errors=True)


def scratch(purpose: str) -> Path:
    """A new private folder; its name tells the process that made it."""
    _sweep()
    return Path(tempfile.mkdtemp(prefix=f"trireme-{purpose}-{os.getpid()}-",
                                 dir=_memory()))


def sha256_of(path: Path) -> str:
    """Digest of a file."""
    return hashlib.sha256(path.read_bytes()).hexdigest()


@lru_cache(maxsize=1)
def commit() -> str:
    """Commit of the sources, with -dirty when files were changed."""
    git = shutil.which("git")
    if git is None:
        return "unknown"
    command = [git, "-c", f"safe.directory={ROOT}", "-C", str(ROOT),
               "describe", "--always", "--dirty", "--abbrev=40", "--exclude=*"]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    return done.stdout.strip() or "unknown"


def emulator_path() -> str:
    """The emulator's executable; TRIREME_QEMU names another one."""
    wanted = os.environ.get("TRIREME_QEMU", "qemu-system-arm")
    found = shutil.which(wanted)
    if found is None:
        raise UserError(f"no emulator: {wanted} is not in PATH "
                        "(./trireme setup installs it)")
    return found


@lru_cache(maxsize=1)
def emulator_version() -> str:
    """Full version of the emulator; anything but 7.2.x is refused."""
    done = subprocess.run([emulator_path(), "--version"], capture_output=True,
                          text=True, check=False)
    line = done.stdout.splitlines()[0] if done.stdout else ""
    if "version 7.2." not in line:
        raise UserError("the plug-in needs QEMU 7.2.x, found: "
                        f"{line or 'no version'}")
    return f"{line.removeprefix('QEMU emulator version ')}{_package()}"


def _package() -> str:
    """Version of the emulator's package, for the record."""
    query = shutil.which("dpkg-query")
    if query is None:
        return ""
    done = subprocess.run([query, "-W", "-f", "${Version}", "qemu-system-arm"],
                          capture_output=True, text=True, check=False)
    return f" package {done.stdout}" if done.stdout else ""
