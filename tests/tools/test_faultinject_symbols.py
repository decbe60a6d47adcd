# SPDX-License-Identifier: BSD-2-Clause
"""Names for addresses in event records."""
from __future__ import annotations

from faultinject import symbols, target, tree

PRODUCTS = tree.products(False)
NAMES = symbols.Names(PRODUCTS)


def test_addresses_of_the_kernel_have_names() -> None:
    """With the distance from the symbol; none outside the image."""
    address = target.address_of(PRODUCTS.kernel, "event_write")
    assert NAMES.kernel(address) == "event_write"
    assert NAMES.kernel(address + 4) == "event_write+0x4"
    assert NAMES.canonical(target.canonical(address)) == "event_write"
    assert NAMES.kernel(0x1000) is None


def test_addresses_of_programs_are_looked_up_by_thread() -> None:
    """A thread is called after its program."""
    address = target.address_of(PRODUCTS.app("digest"), "main")
    assert NAMES.program("digest", address) == "main"
    assert NAMES.program("nobody", address) is None
    assert NAMES.program("", address) is None


def test_a_line_says_when_what_and_where() -> None:
    """Of a fault in a program, by the symbol of its program counter."""
    pc = target.address_of(PRODUCTS.app("digest"), "main") + 8
    record = {"kind": "double-fault", "args": [0x10001000, 1, pc, 0],
              "text": "digest", "stamp": 123456, "logical_time": 78,
              "words": "replica 1: thread 'digest' faulted"}
    record["symbols"] = NAMES.of(record)
    assert symbols.line_of(record) == (
        "     1.23456 ms         78  replica 1: thread 'digest' faulted "
        "(pc in main+0x8)")
