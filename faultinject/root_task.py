# SPDX-License-Identifier: BSD-2-Clause
"""A root task from outside: an ELF file as seL4's boot would take it.

What cannot be booted is refused with the reason, before anything is built or
started. The loader (kernel/loader/elf.c) checks again what it is given. Of the
file only what is loaded goes to the board: a header and its segments.
"""
from __future__ import annotations

import io
import re
import struct
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from elftools.common.exceptions import ELFError
from elftools.elf.elffile import ELFFile

from faultinject.errors import UserError

USER_TOP = 0xE0000000
SEGMENTS_MAX = 16  # kernel/loader/elf.c
IMAGE_MAX = 30 << 20  # bytes: a slot of the root CNode (8,192) for each page
HEADER = struct.Struct("<16sHHIIIIIHHHHHH")
SEGMENT = struct.Struct("<8I")
IDENT = b"\x7fELF\x01\x01\x01" + bytes(9)
TYPE_EXECUTABLE = 2
MACHINE_ARM = 40
LOAD = 1
ALIGN = 8
# seL4's own image: an archive (cpio, newc) whose first member is its kernel
ARCHIVE = re.compile(rb"070701[0-9A-Fa-f]{104}kernel\.elf\0")


@dataclass(frozen=True)
class Segment:
    """What is loaded at `start`: `data`, and zeros up to `end`, with the
    access that the file's `flags` give."""

    start: int
    end: int
    data: bytes
    flags: int


@dataclass(frozen=True)
class RootTask:
    """Checked segments, ascending, and where the program starts."""

    entry: int
    segments: tuple[Segment, ...]

    def packed(self) -> bytes:
        """An ELF file of the segments alone."""
        offset = HEADER.size + SEGMENT.size * len(self.segments)
        table, body = b"", b""
        for segment in self.segments:
            body += bytes(-(offset + len(body)) % ALIGN)
            table += SEGMENT.pack(
                LOAD, offset + len(body), segment.start, segment.start,
                len(segment.data), segment.end - segment.start, segment.flags,
                1)
            body += segment.data
        head = HEADER.pack(IDENT, TYPE_EXECUTABLE, MACHINE_ARM, 1, self.entry,
                           HEADER.size, 0, 0, HEADER.size, SEGMENT.size,
                           len(self.segments), 0, 0, 0)
        return head + table + body


def load(path: Path) -> RootTask:
    """Read and check a root task."""
    try:
        raw = path.read_bytes()
    except OSError as error:
        raise UserError(f"can not read {path}: {error.strerror}") from None
    if raw[:4] != IDENT[:4]:
        raise UserError(f"root task {path} is not an ELF file")
    if ARCHIVE.search(raw):
        raise UserError(f"{path} is a whole seL4 image, with its loader and "
                        "kernel: give the root task's own ELF file")
    try:
        return parse(raw)
    except (ELFError, struct.error, ValueError, UnicodeError) as error:
        raise UserError(f"root task {path} is a damaged ELF file: "
                        f"{error or type(error).__name__}") from None
    except UserError as error:
        raise UserError(f"root task {path}: {error}") from None


def parse(raw: bytes) -> RootTask:
    """Check a file's content."""
    elf = ELFFile(io.BytesIO(raw))
    if elf.elfclass != 32 or not elf.little_endian \
            or elf.header.e_machine != "EM_ARM":
        raise UserError(f"built for {elf.get_machine_arch()}, {elf.elfclass} "
                        "bit: it must be for 32-bit little-endian ARM")
    if elf.header.e_type != "ET_EXEC":
        raise UserError("not a program at fixed addresses (its type is "
                        f"{elf.header.e_type}): link it with -static -no-pie")
    segments = sorted((_segment(raw, s.header) for s in elf.iter_segments()
                       if s.header.p_type == "PT_LOAD" and s.header.p_memsz),
                      key=lambda segment: segment.start)
    _check_places(segments)
    _check_entry(elf.header.e_entry, segments)
    return RootTask(elf.header.e_entry, tuple(segments))


def _segment(raw: bytes, header: Any) -> Segment:
    """A segment that lies in its file and below the kernel."""
    start, end = header.p_vaddr, header.p_vaddr + header.p_memsz
    last = header.p_offset + header.p_filesz
    if header.p_filesz > header.p_memsz or last > len(raw):
        raise UserError(f"the segment at {start:#x} says more than the file "
                        "has: the file is cut off or damaged")
    if end > USER_TOP:
        raise UserError(f"the segment at {start:#x} ends at {end:#x}: programs "
                        f"end below {USER_TOP:#x}")
    return Segment(start, end, raw[header.p_offset:last], header.p_flags)


def _check_places(segments: list[Segment]) -> None:
    """There are some, not too many, one behind the other."""
    if not segments:
        raise UserError("no segment is loaded: nothing could run")
    if len(segments) > SEGMENTS_MAX:
        raise UserError(f"{len(segments)} segments, at most {SEGMENTS_MAX} "
                        "are loaded")
    for before, behind in zip(segments, segments[1:]):
        if behind.start < before.end:
            both = " and ".join(f"{s.start:#x}..{s.end - 1:#x}"
                                for s in (before, behind))
            raise UserError(f"segments overlap: {both}")
    span = segments[-1].end - segments[0].start
    if span > IMAGE_MAX:
        raise UserError(f"its segments reach from {segments[0].start:#x} to "
                        f"{segments[-1].end:#x}, {span / 2**20:.1f} MiB: at "
                        f"most {IMAGE_MAX >> 20}, as the root CNode has a slot "
                        "for each page")


def _check_entry(entry: int, segments: list[Segment]) -> None:
    """It starts in a segment, in ARM state."""
    if entry % 4:
        raise UserError(f"the entry {entry:#x} is Thumb code: a root task is "
                        "started in ARM state")
    if not any(s.start <= entry < s.end for s in segments):
        raise UserError(f"the entry {entry:#x} lies in no segment")
