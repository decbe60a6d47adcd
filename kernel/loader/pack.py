#!/usr/bin/env python3
# SPDX-License-Identifier: BSD-2-Clause
"""Write payload.S: the parts of an image behind the loader, with digests.

The loader (payload.h, abi/boot.h) reads two structures from it: the table of
parts, and the default boot configuration, which host tools patch in the file.
Must never be used to patch: it only states defaults.
"""

from __future__ import annotations

import argparse
import struct
import sys
import zlib
from dataclasses import dataclass
from pathlib import Path

PAYLOAD_MAGIC = 0x444C5950
CONFIG_MAGIC = 0x47464354
CONFIG_VERSION = 3
CONFIG_FORMAT = "<20I128s"
CONFIG_SIZE = struct.calcsize(CONFIG_FORMAT) + 4
FLAG_EMULATOR = 1
FLAG_SCRUB = 2
MIB = 1 << 20


@dataclass(frozen=True)
class Part:
    """One file of the payload and the name that messages give it."""

    name: str
    path: Path

    def crc32(self) -> int:
        """CRC-32 (IEEE) of the file."""
        return zlib.crc32(self.path.read_bytes())


def default_config(replicas: int) -> bytes:
    """The default struct boot_config, its CRC-32 included."""
    fields = (
        CONFIG_MAGIC,
        CONFIG_VERSION,
        CONFIG_SIZE,
        replicas,
        0,  # coupling: loose
        3,  # voting: full, kernel entry and exit
        0,  # hash: arguments
        1000,  # deadline_us
        1000,  # verdict_deadline_us
        100,  # hold_us
        2000,  # tick_us
        20,  # slice_us of the emulator
        192 * MIB,  # stride
        192 * MIB,  # ram_size
        FLAG_EMULATOR | FLAG_SCRUB,
        0,  # ramdisk_base
        0,  # ramdisk_size
        2,  # reintegration: always
        10,  # reintegrations_per_hour
        2000,  # backoff_us
    )
    body = struct.pack(CONFIG_FORMAT, *fields, b"hello")
    return body + struct.pack("<I", zlib.crc32(body))


def words(data: bytes) -> str:
    """Bytes (a multiple of 4) as .word lines."""
    values = struct.unpack(f"<{len(data) // 4}I", data)
    return "".join(f"    .word 0x{value:08x}\n" for value in values)


def part_entry(part: Part, index: int) -> str:
    """A struct part of the table."""
    return (
        f'    .ascii "{part.name}"\n'
        f"    .space {16 - len(part.name)}\n"
        f"    .word payload_{index}, payload_{index}_end - payload_{index}\n"
        f"    .word 0x{part.crc32():08x}\n"
    )


def part_bytes(part: Part, index: int) -> str:
    """The file itself, on a word boundary, with a symbol for host tools."""
    return (
        "    .balign 8\n"
        f"    .global payload_{index}\n"
        f"payload_{index}:\n"
        f'    .incbin "{part.path}"\n'
        f"payload_{index}_end:\n"
    )


def source(parts: list[Part], replicated: bool) -> str:
    """The whole assembly file."""
    table = "".join(part_entry(p, i) for i, p in enumerate(parts))
    data = "".join(part_bytes(p, i) for i, p in enumerate(parts))
    config = default_config(3 if replicated else 1)
    return (
        "/* Made by kernel/loader/pack.py. */\n"
        '    .section .bootconfig, "aw"\n'
        "    .balign 8\n    .global boot_config\n"
        f"    .type boot_config, %object\n    .size boot_config, {len(config)}\n"
        f"boot_config:\n{words(config)}"
        '    .section .payload, "a"\n'
        "    .balign 8\n    .global payload\npayload:\n"
        f"    .word 0x{PAYLOAD_MAGIC:08x}, {len(parts)}, {int(replicated)}\n"
        f"{table}{data}"
    )


def main(arguments: list[str]) -> int:
    """Entry point; returns the exit status."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--replicated", type=int, choices=(0, 1), required=True)
    parser.add_argument("--kernel", type=Path, required=True)
    parser.add_argument("--dtb", type=Path, required=True)
    parser.add_argument("--root", type=Path, required=True)
    parser.add_argument("--out", type=Path, required=True)
    options = parser.parse_args(arguments)
    parts = [
        Part("kernel", options.kernel),
        Part("device tree", options.dtb),
        Part("root task", options.root),
    ]
    options.out.write_text(source(parts, bool(options.replicated)))
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
