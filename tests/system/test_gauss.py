# SPDX-License-Identifier: BSD-2-Clause
"""Floating point: the board gives the bits that the host gives, in every
replica, and whatever happens to a thread in the midst of a computation."""

import struct

import pytest
from frontdoor import run_json

ORDER = 64
ROUNDS = 2
MASK = 0xFFFFFFFF

Rows = list[list[float]]


def fill(value: int) -> tuple[Rows, int]:
    """Equations out of a xorshift generator, and where it stands then."""
    rows = []
    for _ in range(ORDER):
        row = []
        for _ in range(ORDER + 1):
            value ^= value << 13 & MASK
            value ^= value >> 17
            value ^= value << 5 & MASK
            row.append((value - (value >> 31 << 32)) * 2.0**-31)
        rows.append(row)
    return rows, value


def eliminate(rows: Rows) -> None:
    """To a triangle; Python's floats are IEEE 754 doubles, too."""
    for k in range(ORDER):
        best = max(range(k, ORDER), key=lambda i: abs(rows[i][k]))
        rows[k], rows[best] = rows[best], rows[k]
        pivot = rows[k]
        for other in rows[k + 1:]:
            factor = other[k] / pivot[k]
            for j in range(k + 1, ORDER + 1):
                other[j] -= factor * pivot[j]


def substitute(rows: Rows) -> list[float]:
    """The unknowns, the last one first."""
    solution = [0.0] * ORDER
    for i in reversed(range(ORDER)):
        rest = rows[i][ORDER]
        for j in range(i + 1, ORDER):
            rest -= rows[i][j] * solution[j]
        solution[i] = rest / rows[i][i]
    return solution


def gauss(rounds: int) -> str:
    """The program's last line."""
    value, digest = 2463534242, 2166136261
    for _ in range(rounds):
        rows, value = fill(value)
        eliminate(rows)
        for word in struct.unpack(f"<{2 * ORDER}I", struct.pack(
                f"<{ORDER}d", *substitute(rows))):
            digest = (digest ^ word) * 16777619 & MASK
    return f"gauss {rounds} {digest:08x}"


@pytest.mark.parametrize("protection", [
    ("--baseline",), ("--replicas", "3"),
    ("--replicas", "2", "--coupling", "close", "--tick-us", "100",
     "--hold-us", "0")], ids=lambda options: " ".join(options[:2]))
def test_solutions_are_right_to_the_last_bit(protection: tuple[str, ...]
                                             ) -> None:
    call = run_json("gauss", *protection, arguments=str(ROUNDS))
    assert call["end"] == "exit" and call.status == 0
    assert call.console.splitlines()[-1] == gauss(ROUNDS)
    assert len({row["user"] for row in call["instructions"].values()}) == 1
    stops = [e["args"][0] for e in call.events("precise")]
    assert not call.events("detect")
    assert (min(stops, default=0) > 10) == ("close" in protection)
