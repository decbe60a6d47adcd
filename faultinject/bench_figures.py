# SPDX-License-Identifier: BSD-2-Clause
"""Figures that benches share: spans on the critical path, their quantiles,
milliseconds, and a file that keeps what was measured."""
from __future__ import annotations

import hashlib
import json
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from threading import Lock
from typing import Any

from faultinject import tree
from faultinject.critical import Moment
from faultinject.errors import UserError

CLOCK_HZ = 800_000_000
CYCLES_PER_INSTRUCTION = (1.0, 1.5, 2.0)
NS_PER_STAMP = 10


@dataclass(frozen=True)
class Took:
    """How long something took, in instructions: on the critical path, with
    the cost of its `lines`; and of all cores together, waiting included, which
    is what a nanosecond of the emulator is."""

    path: int
    lines: int
    all_cores: int


def took(first: Sequence[Moment], last: Sequence[Moment]) -> Took | None:
    """From the earliest of some records to the latest of others."""
    if not first or not last:
        return None
    begin = min(first, key=lambda m: m.clock)
    end = max(last, key=lambda m: m.clock)
    stamps = (min(int(m.record["stamp"]) for m in first),
              max(int(m.record["stamp"]) for m in last))
    return Took(end.clock - begin.clock, end.lines - begin.lines,
                NS_PER_STAMP * (stamps[1] - stamps[0]))


def quantile(values: Sequence[int], share: float) -> int:
    """Nearest rank: the smallest value that `share` of all do not exceed."""
    ordered = sorted(values)
    rank = -(-len(ordered) * round(share * 100) // 100)
    return ordered[max(rank, 1) - 1]


def milliseconds(instructions: int) -> dict[str, float]:
    """At the clock of the board, by cycles per instruction."""
    return {f"{c:g}": 1000 * c * instructions / CLOCK_HZ
            for c in CYCLES_PER_INSTRUCTION}


def _quantiles(values: Sequence[int]) -> dict[str, int]:
    return {"median": quantile(values, 0.5), "p99": quantile(values, 0.99),
            "max": max(values)}


def summary(values: Sequence[Took | None]) -> dict[str, Any]:
    """Quantiles of the spans that there were."""
    seen = [value for value in values if value is not None]
    if not seen:
        return {"count": 0}
    row = _quantiles([span.path for span in seen])
    return {"count": len(seen), "instructions": row,
            "milliseconds": {n: milliseconds(v) for n, v in row.items()},
            "lines_max": max(span.lines for span in seen),
            "all_cores": _quantiles([span.all_cores for span in seen])}


def write_between(readme: Path, bench: str, text: str) -> None:
    """Put a text between the two marks of a bench in a README."""
    begin, end = (f"<!-- bench {bench}: {word} -->" for word in ("begin", "end"))
    whole = readme.read_text(encoding="utf-8")
    head, first, rest = whole.partition(begin)
    _, last, tail = rest.partition(end)
    if not first or not last:
        raise UserError(f"{readme} has no lines {begin} and {end}")
    readme.write_text(f"{head}{begin}\n{text}{end}{tail}", encoding="utf-8")


class Kept:
    """Measurements by name in a file of JSON lines, so that a bench that was
    stopped goes on where it was. The file's name holds a hash of everything
    that decides them. An incomplete last line is measured again."""

    def __init__(self, bench: str, *decisive: object) -> None:
        digest = hashlib.sha256(repr(decisive).encode()).hexdigest()[:16]
        self.path: Path = tree.BUILD / "bench" / f"{bench}-{digest}.jsonl"
        self._values: dict[str, Any] = {}
        self._lock = Lock()
        if self.path.is_file():
            for line in self.path.read_text(encoding="utf-8").splitlines():
                self._load(line)

    def _load(self, line: str) -> None:
        try:
            name, value = json.loads(line)
        except ValueError:
            return
        self._values[name] = value

    def get(self, name: str) -> Any:
        """What is known under a name; None if nothing is."""
        return self._values.get(name)

    def put(self, name: str, values: Sequence[Any]) -> None:
        """Keep a list of dataclasses; complete when it returns."""
        rows = [asdict(value) for value in values]
        with self._lock:
            self._values[name] = rows
            self.path.parent.mkdir(parents=True, exist_ok=True)
            with open(self.path, "a", encoding="utf-8") as stream:
                stream.write(json.dumps([name, rows]) + "\n")
