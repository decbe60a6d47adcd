# SPDX-License-Identifier: BSD-2-Clause
"""Sets of voting points: their names on the command line and in campaign
files, and the bits of enum boot_voting in kernel/abi/abi/boot.h."""
from __future__ import annotations

from faultinject.errors import UserError

POINTS = {"entry": 1 << 0, "exit": 1 << 1, "context-switch": 1 << 2,
          "scheduling-decision": 1 << 3, "cap-derive": 1 << 4,
          "cap-delete": 1 << 5, "retype": 1 << 6, "page-table": 1 << 7,
          "ipc-transfer": 1 << 8, "preemption-point": 1 << 9, "io": 1 << 10}
OFF = "off"
SETS = {"full": POINTS["entry"] | POINTS["exit"]}
ALL = (1 << len(POINTS)) - 1


def mask(text: str) -> int:
    """Bits of a set, written as names with commas in between; `off` stands
    alone. Device operations and interrupts are in every other set; `io` is the
    set of nothing else."""
    if text == OFF:
        return 0
    bits = 0
    for name in text.split(","):
        if name == OFF:
            raise UserError("voting: 'off' can not be combined with others")
        if name not in POINTS and name not in SETS:
            raise UserError(f"unknown voting point {name!r}, known are "
                            f"{', '.join((OFF, *SETS, *POINTS))}")
        bits |= SETS.get(name, 0) | POINTS.get(name, 0)
    return bits


def words(bits: int) -> str:
    """A set as it is written on the command line."""
    names = [name for name, bit in POINTS.items() if bits & bit]
    return ",".join(names) if names else OFF


def drifts(bits: int) -> bool:
    """Do replicas not meet at kernel entries? Then there are things that they
    can not do (kernel/loader/config.c: check_meetings)."""
    return bits != 0 and not bits & POINTS["entry"]
