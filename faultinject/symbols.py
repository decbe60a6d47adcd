# SPDX-License-Identifier: BSD-2-Clause
"""Names for addresses that event records and debuggers show."""
from __future__ import annotations

import bisect
from functools import lru_cache
from pathlib import Path
from typing import Any

from faultinject import target, tree
from faultinject.errors import UserError

FIRST_PAGE = 0x1000  # nothing is linked below; equates have small values
NAME_SIZE = 12  # of a thread in a record: longer ones are cut


@lru_cache(maxsize=16)
def _table(path: Path) -> tuple[list[int], list[str]]:
    """Addresses in order and their names, without mapping symbols."""
    found = sorted((s.address, s.size == 0, s.name)
                   for s in target.symbols(path).values()
                   if not s.name.startswith("$"))
    return [entry[0] for entry in found], [entry[2] for entry in found]


def name_in(path: Path, address: int) -> str | None:
    """`function+0x10`, or None where the file has nothing to say."""
    addresses, names = _table(path)
    index = bisect.bisect_right(addresses, address) - 1
    if index < 0 or address - addresses[index] > target.SYMBOL_REACH:
        return None
    first = bisect.bisect_left(addresses, addresses[index])
    distance = address - addresses[index]
    return names[first] + (f"+{distance:#x}" if distance else "")


class Names:
    """Symbols of the kernel and of the programs of one image."""

    def __init__(self, products: tree.Products) -> None:
        self._products = products

    def kernel(self, address: int) -> str | None:
        """Name of a kernel virtual address."""
        layout = target.kernel_layout(self._products.kernel)
        if not layout.start <= address < layout.end:
            return None
        return name_in(self._products.kernel, address)

    def canonical(self, address: int) -> str | None:
        """Name of what the kernel's image has at a physical address."""
        return self.kernel(address - target.canonical(0))

    def program(self, thread: str, address: int) -> str | None:
        """Name of an address in the program that a thread is called after."""
        path = self._program(thread) if address >= FIRST_PAGE else None
        try:
            return None if path is None else name_in(path, address)
        except UserError:
            return None

    def _program(self, thread: str) -> Path | None:
        if thread == "root":
            return self._products.folder / "root.elf"
        folder = self._products.folder / "apps"
        found = [path for path in sorted(folder.glob("*.elf"))
                 if path.stem[:NAME_SIZE] == thread[:NAME_SIZE]]
        return found[0] if thread and found else None

    def of(self, record: dict[str, Any]) -> dict[str, str]:
        """Names of the addresses in a record, by argument."""
        kind, args, found = record["kind"], record["args"], {}
        if kind == "kernel-exception":
            found = {"pc": self.kernel(args[1]),
                     "address": self.kernel(args[2])}
        elif kind == "double-fault":
            found = {"pc": self.program(record["text"], args[2]),
                     "address": self.program(record["text"], args[3])}
        elif kind == "scrub":
            found = {"page": self.canonical(args[0])}
        return {label: name for label, name in found.items() if name}


def line_of(record: dict[str, Any]) -> str:
    """A record for people: time, logical time, what happened, where."""
    where = ", ".join(f"{label} in {name}"
                      for label, name in record.get("symbols", {}).items())
    return (f"{record['stamp'] / 1e5:12.5f} ms {record['logical_time']:>10}  "
            f"{record['words']}{f' ({where})' if where else ''}")
