#!/usr/bin/env python3
# SPDX-License-Identifier: BSD-2-Clause
"""Append a check sum of the whole file to a linked image.

The loader checks what it loads, but nobody checks the loader: host tools
compare this sum before they start an image, so that a damaged or shortened
file is refused whichever byte is wrong. ELF readers ignore what follows the
last section. Must never be applied twice to the same file.
"""

from __future__ import annotations

import struct
import sys
import zlib
from pathlib import Path

SEAL_MAGIC = b"TRIREME\0"


def main(arguments: list[str]) -> int:
    """Seal the one file that is named; returns the exit status."""
    (name,) = arguments
    path = Path(name)
    content = path.read_bytes()
    path.write_bytes(content + SEAL_MAGIC
                     + struct.pack("<I", zlib.crc32(content)))
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
