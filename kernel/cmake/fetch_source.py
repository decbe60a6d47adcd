#!/usr/bin/python3
# SPDX-License-Identifier: BSD-2-Clause
"""Fetch a library's source from Debian's source package.

The package is downloaded by apt from the Debian mirrors that this machine
already uses, checked against a pinned SHA-256, and the files that the build
compiles are unpacked to DEST/NAME. Nothing of the system's own apt
configuration is changed: the source entries and lists live in DEST/apt.
Does nothing if the files are there already.

    fetch_source.py NAME DEST       NAME is one of PACKAGES below
"""

from __future__ import annotations

import hashlib
import subprocess
import sys
import tarfile
from dataclasses import dataclass
from pathlib import Path

RELEASE = "bookworm"
KEYRING = Path("/usr/share/keyrings/debian-archive-keyring.gpg")
STAMP = "complete"


@dataclass(frozen=True)
class Package:
    """A pinned upstream tarball, and which of its files are wanted."""

    tarball: str
    sha256: str
    members: tuple[str, ...]  # files, and folders that end in a slash


PACKAGES = {
    # SHA-256 for the program digest
    "mbedtls": Package(
        "mbedtls_2.28.3.orig.tar.gz",
        "3b4953aa55a681e084d31892d9904cc5328d6b4958ea57b90ae4b4f94ae69a8d",
        ("library/sha256.c", "library/platform_util.c", "library/common.h",
         "include/mbedtls/", "LICENSE")),
    # the network server's protocols; Debian's patches to it change only PPP,
    # its own port and the socket layer, none of which is compiled here
    "lwip": Package(
        "lwip_2.1.3+dfsg1.orig.tar.xz",
        "0a8276d09fc4e97bbba2f953d74af2388fc2195ea156be9d7589e297a68fde24",
        ("src/core/", "src/netif/ethernet.c", "src/include/lwip/",
         "src/include/netif/", "COPYING")),
    # the C library of programs that count their branches; Debian's patches to
    # it change only files that are not compiled here
    "newlib": Package(
        "newlib_3.3.0.orig.tar.gz",
        "58dd9e3eaedf519360d92d84205c3deef0b3fc286685d1c562e245914ef72c66",
        ("newlib/libc/", "COPYING.NEWLIB")),
}


class FetchError(Exception):
    """Something the user can act on, in one line."""


def file_sha256(path: Path) -> str:
    """Return the hexadecimal SHA-256 of a file."""
    return hashlib.sha256(path.read_bytes()).hexdigest()


def is_pinned(path: Path, package: Package) -> bool:
    """Tell whether `path` is the pinned tarball, byte for byte."""
    return path.is_file() and file_sha256(path) == package.sha256


def run_apt(arguments: list[str], cwd: Path) -> str:
    """Run apt-get and return its output; raise FetchError if it fails."""
    try:
        done = subprocess.run(["apt-get", *arguments], cwd=cwd, text=True,
                              capture_output=True, check=False)
    except OSError as error:
        raise FetchError(f"can not run apt-get: {error.strerror}") from error
    if done.returncode != 0:
        lines = (done.stderr or done.stdout).strip().splitlines()
        reason = lines[-1] if lines else f"status {done.returncode}"
        raise FetchError(f"apt-get {arguments[-1]} failed: {reason}")
    return done.stdout


def mirrors(cwd: Path) -> list[tuple[str, str]]:
    """Return (URI, suite) of the release's archives that apt knows here."""
    output = run_apt(["indextargets", "--no-release-info",
                      "--format", "$(REPO_URI) $(RELEASE) $(COMPONENT)"], cwd)
    rows = {tuple(line.split()) for line in output.splitlines()}
    return sorted({(row[0], row[1]) for row in rows
                   if len(row) == 3 and row[2] == "main"
                   and row[1].split("-")[0] == RELEASE})


def source_entries(found: list[tuple[str, str]]) -> str:
    """Return the text of a deb822 sources file with deb-src entries."""
    key = f"Signed-By: {KEYRING}\n" if KEYRING.exists() else ""
    return "\n".join(f"Types: deb-src\nURIs: {uri}\nSuites: {suite}\n"
                     f"Components: main\n{key}" for uri, suite in found)


def download(name: str, dest: Path) -> None:
    """Download the source package `name` to `dest` with a private apt set-up."""
    private = dest / "apt"
    (private / "lists" / "partial").mkdir(parents=True, exist_ok=True)
    (private / "cache").mkdir(exist_ok=True)
    found = mirrors(dest)
    if not found:
        raise FetchError(f"apt on this machine knows no Debian {RELEASE}")
    sources = private / "debian.sources"
    sources.write_text(source_entries(found), encoding="utf-8")
    options = ["-q", "-o", f"Dir::Etc::sourcelist={sources}",
               "-o", "Dir::Etc::sourceparts=-",
               "-o", f"Dir::State::lists={private / 'lists'}",
               "-o", f"Dir::Cache={private / 'cache'}"]
    run_apt([*options, "update"], dest)
    run_apt([*options, "source", "--download-only", name], dest)


def unpack(tarball: Path, members: tuple[str, ...], target: Path) -> None:
    """Unpack `members` of `tarball`, without its top folder."""
    with tarfile.open(tarball) as archive:
        for member in archive:
            name = member.name.partition("/")[2]
            if member.isfile() and name.startswith(members):
                content = archive.extractfile(member)
                assert content is not None
                path = target / name
                path.parent.mkdir(parents=True, exist_ok=True)
                path.write_bytes(content.read())


def fetch(name: str, dest: Path) -> None:
    """Make DEST/NAME complete, by the shortest way."""
    package = PACKAGES[name]
    target = dest / name
    if (target / STAMP).exists():
        return
    dest.mkdir(parents=True, exist_ok=True)
    tarball = dest / package.tarball
    if not is_pinned(tarball, package):
        tarball.unlink(missing_ok=True)
        download(name, dest)
    if not is_pinned(tarball, package):
        raise FetchError(f"{package.tarball}: not the pinned version "
                         "(SHA-256 differs)")
    unpack(tarball, package.members, target)
    (target / STAMP).touch()


def main(arguments: list[str]) -> int:
    """Fetch one package to a folder."""
    if len(arguments) != 2 or arguments[0] not in PACKAGES:
        print(f"usage: fetch_source.py {'|'.join(PACKAGES)} DEST",
              file=sys.stderr)
        return 2
    try:
        fetch(arguments[0], Path(arguments[1]).resolve())
    except FetchError as error:
        print(f"fetch_source: {error}", file=sys.stderr)
        return 2
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
