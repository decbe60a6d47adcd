# SPDX-License-Identifier: BSD-2-Clause
"""Campaign files: TOML, checked key by key; errors name line and key."""
from __future__ import annotations

import hashlib
import json
import random
import re
import tomllib
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from faultinject import own, registers, voting
from faultinject.errors import UserError
from faultinject.image import COUPLING, HASH, MIB, REINTEGRATION
from faultinject.memmap import REGIONS
from faultinject.space import ALL_REGIONS, DEVICE_REGION
from faultinject.workload import Workload

FOLDER = Path(__file__).resolve().parent / "campaigns"
SAMPLING = ("size", "strata", "live", "live-strata", "exhaustive")
TRACED = ("live", "live-strata", "exhaustive")  # need a memory trace
MODELS = ("memory", "mcu", "burst", "stuck", "instruction", "register",
          *registers.NAMED)
PRUNED = ("memory", "register", *registers.NAMED)  # sampled as live bits
MAX_TRIALS = 10_000_000
INPUT_MAX = 4 * MIB

# table -> key -> (type, default); a default of ... means that it must be there
KEYS: dict[str, dict[str, tuple[type, Any]]] = {
    "": {"name": (str, ...), "seed": (int, ...), "trials": (int, None),
         "errors": (int, None),
         "workload": (dict, ...), "variant": (list, ...), "fault": (dict, ...)},
    "workload": {"app": (str, ...), "args": (str, ""),
                 "input": (str, ""),  # a file beside the campaign's own
                 "input_bytes": (int, 0), "input_seed": (int, 0)},
    "variant": {"name": (str, ...), "baseline": (bool, False),
                "replicas": (int, 1), "voting": (str, "full"),
                "hash": (str, "args"), "stride_mib": (int, 16),
                "reintegrate": (str, "never"), "scrub": (bool, False),
                "coupling": (str, "loose"), "share": (int, 1)},
    "fault": {**{model: (float, None if model == "memory" else 0.0)
                 for model in MODELS},
              "regions": (list, list(REGIONS)), "owners": (list, []),
              "sampling": (str, "size"), "mcu_bits": (int, 2),
              "burst_bits": (int, 16), "stuck_ns": (int, 100_000),
              "flush": (float, 0.0), "window_start": (float, 0.5),
              "window_ns": (int, 0), "window_votes": (int, 0),
              "checkpoints": (int, 0)},
}


@dataclass(frozen=True)
class Variant:
    """One protected or unprotected configuration and its share of trials."""

    name: str
    share: int
    workload: Workload


@dataclass(frozen=True)
class FaultPlan:
    """What is flipped: shares of the models, where, and how it is drawn.

    `mcu_bits`: at most so many neighbouring bits; `burst_bits`: bits within a
    page; `stuck_ns`: how long a bit is stuck; `flush`: share of the flips in
    page tables that come with a flush of the TLBs. The window (a share of the
    run, and its length in ns or in votes) is that of an exhaustive campaign.
    `checkpoints`: in a run, at which a trial may end early; 0 = none.
    """

    shares: tuple[tuple[str, float], ...]
    regions: tuple[str, ...]
    owners: tuple[str, ...]
    sampling: str
    mcu_bits: int
    burst_bits: int
    stuck_ns: int
    flush: float
    window_start: float
    window_ns: int
    window_votes: int
    checkpoints: int

    @property
    def traced(self) -> bool:
        """Is a memory trace of the golden run needed?"""
        return self.sampling in TRACED or DEVICE_REGION in self.regions

    @property
    def models(self) -> tuple[str, ...]:
        """Models with a share."""
        return tuple(model for model, share in self.shares if share > 0)


@dataclass(frozen=True)
class Campaign:
    """A question with a seed; `hash` identifies its content."""

    name: str
    seed: int
    trials: int
    hash: str
    text: str
    variants: tuple[Variant, ...]
    fault: FaultPlan
    errors: int | None = None

    def variant_of(self, k: int) -> Variant:
        """Variant of trial k: shares are met exactly, in turn."""
        turns = [v for v in self.variants for _ in range(v.share)]
        return turns[k % len(turns)]


class _Reader:
    """Checks one parsed file; knows where each key stands."""

    def __init__(self, path: Path, text: str) -> None:
        self._path = path
        self._lines = text.splitlines()
        self.entry = 0  # which of several tables of the same name, from 0

    def fail(self, table: str, key: str, reason: str) -> UserError:
        """The error of a key, with its line."""
        name = f"{table}.{key}" if table else key
        return UserError(f"{self._path.name}:{self._line(table, key)}: "
                         f"{name}: {reason}")

    def _line(self, table: str, key: str) -> int:
        """Line of `key` in this entry of `table`; its head if absent."""
        place, head_line, count = "", 1, -1
        for number, line in enumerate(self._lines, 1):
            head = re.match(r"\s*\[+\s*([\w.-]+)\s*\]+", line)
            if head:
                place = head.group(1)
                count += place == table
            here = place == table and (not table or count == self.entry)
            if here and head:
                head_line = number
            if here and re.match(rf"\s*{re.escape(key)}\s*=", line):
                return number
        return head_line

    def table(self, name: str, values: dict[str, Any]) -> dict[str, Any]:
        """Values of a table with defaults, all of the right type."""
        known = KEYS[name]
        for key in values:
            if key not in known:
                raise self.fail(name, key, "unknown key, known are "
                                + ", ".join(known))
        return {key: self._value(name, key, values, kind, default)
                for key, (kind, default) in known.items()}

    def _value(self, table: str, key: str, values: dict[str, Any],
               kind: type, default: Any) -> Any:
        if key not in values:
            if default is ...:
                raise self.fail(table, key, "is missing")
            return default
        value = values[key]
        if kind is float and type(value) is int:
            value = float(value)
        if type(value) is not kind:
            raise self.fail(table, key, f"must be {kind.__name__}, not "
                            f"{type(value).__name__}")
        return value

    def within(self, table: str, key: str, value: Any, low: Any, high: Any
               ) -> None:
        """Refuse a number outside [low, high]."""
        if not low <= value <= high:
            raise self.fail(table, key, f"must be {low} to {high}, not {value}")

    def one_of(self, table: str, key: str, value: Any, allowed: Any) -> None:
        """Refuse a word that is not allowed."""
        if value not in allowed:
            raise self.fail(table, key, "must be one of "
                            f"{', '.join(allowed)}, not {value!r}")


def find(name: str) -> Path:
    """A campaign by file name or by its name in campaigns/."""
    for path in (Path(name), FOLDER / f"{name}.toml"):
        if path.is_file():
            return path
    known = ", ".join(sorted(p.stem for p in FOLDER.glob("*.toml")))
    raise UserError(f"no campaign {name!r}; known are: {known}")


def load(name: str) -> Campaign:
    """Read and check a campaign."""
    path = find(name)
    try:
        text = path.read_text("utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise UserError(f"can not read {path}: {error}") from None
    return parse_text(str(path), text)


def parse_text(name: str, text: str) -> Campaign:
    """A checked campaign from its text. @param name  File, for errors and for
    what a relative path of a program starts at."""
    try:
        return parse(Path(name), text, tomllib.loads(text))
    except tomllib.TOMLDecodeError as error:
        raise UserError(f"{Path(name).name}: {error}") from None


def parse(path: Path, text: str, values: dict[str, Any]) -> Campaign:
    """A checked campaign from parsed TOML."""
    reader = _Reader(path, text)
    top = reader.table("", values)
    if top["errors"] is not None:
        reader.within("", "errors", top["errors"], 1, MAX_TRIALS)
    work = reader.table("workload", top["workload"])
    work["own"] = (own.load(work["app"], path.parent)
                   if own.is_own(work["app"]) else None)
    reader.within("workload", "input_bytes", work["input_bytes"], 0, INPUT_MAX)
    fault = _fault(reader, top["fault"])
    _check_trials(reader, top, fault)
    if not top["variant"]:
        raise reader.fail("", "variant", "at least one is needed")
    data = _input(reader, work, path.parent)
    variants = tuple(_variant(reader, index, entry, work, data)
                     for index, entry in enumerate(top["variant"]))
    reader.entry = 0
    if len({v.name for v in variants}) < len(variants):
        raise reader.fail("variant", "name", "two variants have the same name")
    content = json.dumps(values, sort_keys=True)
    if work["input"]:
        content += hashlib.sha256(data or b"").hexdigest()
    return Campaign(
        name=top["name"], seed=top["seed"], trials=top["trials"],
        hash=hashlib.sha256(content.encode()).hexdigest(), text=text,
        variants=variants, fault=fault, errors=top["errors"])


def _check_trials(reader: _Reader, top: dict[str, Any], fault: FaultPlan
                  ) -> None:
    """An exhaustive campaign has as many trials as classes, one variant."""
    if fault.sampling != "exhaustive":
        if top["trials"] is None:
            raise reader.fail("", "trials", "is missing")
        reader.within("", "trials", top["trials"], 1, MAX_TRIALS)
        return
    if top["trials"] is not None or top["errors"] is not None:
        raise reader.fail("", "trials", "follows from the classes of an "
                          "exhaustive campaign: leave it out")
    if len(top["variant"]) != 1:
        raise reader.fail("", "variant", "an exhaustive campaign has one")
    top["trials"] = 0


def _fault(reader: _Reader, values: dict[str, Any]) -> FaultPlan:
    fault = reader.table("fault", values)
    others = sum(fault[m] for m in MODELS if m != "memory")
    if fault["memory"] is None:
        fault["memory"] = 1.0 - others
    for key in (*MODELS, "flush"):
        reader.within("fault", key, fault[key], 0.0, 1.0)
    if abs(fault["memory"] + others - 1.0) > 1e-9:
        raise reader.fail("fault", "memory", "the shares of "
                          f"{', '.join(MODELS)} must add up to 1")
    if not fault["regions"]:
        raise reader.fail("fault", "regions", "at least one is needed")
    for region in fault["regions"]:
        reader.one_of("fault", "regions", region, ALL_REGIONS)
    reader.within("fault", "mcu_bits", fault["mcu_bits"], 2, 4)
    reader.within("fault", "burst_bits", fault["burst_bits"], 2, 64)
    reader.within("fault", "checkpoints", fault["checkpoints"], 0, 1000)
    reader.within("fault", "stuck_ns", fault["stuck_ns"], 1, 1_000_000_000)
    _check_sampling(reader, fault)
    shares = tuple((model, fault.pop(model)) for model in MODELS)
    return FaultPlan(shares, tuple(fault.pop("regions")),
                     tuple(fault.pop("owners")), **fault)


def _check_sampling(reader: _Reader, fault: dict[str, Any]) -> None:
    """Pruning knows single bits only; all classes need a window."""
    sampling = fault["sampling"]
    reader.one_of("fault", "sampling", sampling, SAMPLING)
    allowed = ("memory",) if sampling == "exhaustive" else PRUNED
    for model in MODELS:
        if sampling in TRACED and fault[model] and model not in allowed:
            raise reader.fail("fault", model, f"sampling {sampling!r} is for "
                              f"{', '.join(allowed)} only")
    reader.within("fault", "window_start", fault["window_start"], 0.0, 0.99)
    reader.within("fault", "window_ns", fault["window_ns"], 0, 1 << 31)
    reader.within("fault", "window_votes", fault["window_votes"], 0, 10_000)
    if sampling == "exhaustive" and (bool(fault["window_ns"])
                                     == bool(fault["window_votes"])):
        raise reader.fail("fault", "window_ns", "an exhaustive campaign has "
                          "either window_ns or window_votes")


def _input(reader: _Reader, work: dict[str, Any], folder: Path
           ) -> bytes | None:
    """Input bytes: a file's, or a pure function of their seed and number."""
    if work["input"] and work["input_bytes"]:
        raise reader.fail("workload", "input", "and input_bytes: choose one")
    if work["input"]:
        try:
            return (folder / work["input"]).read_bytes()
        except OSError as error:
            raise reader.fail("workload", "input",
                              str(error.strerror)) from None
    if not work["input_bytes"]:
        return None
    rng = random.Random(f"input:{work['input_seed']}")
    return rng.randbytes(work["input_bytes"])


def _variant(reader: _Reader, index: int, values: Any, work: dict[str, Any],
             data: bytes | None) -> Variant:
    reader.entry = index
    if not isinstance(values, dict):
        raise reader.fail("", "variant", "must be written as [[variant]]")
    entry = reader.table("variant", values)
    reader.within("variant", "replicas", entry["replicas"], 1, 4)
    reader.within("variant", "share", entry["share"], 1, 1000)
    reader.within("variant", "stride_mib", entry["stride_mib"], 16, 192)
    try:
        voting.mask(entry["voting"])
    except UserError as error:
        raise reader.fail("variant", "voting", str(error)) from None
    reader.one_of("variant", "hash", entry["hash"], HASH)
    reader.one_of("variant", "reintegrate", entry["reintegrate"], REINTEGRATION)
    reader.one_of("variant", "coupling", entry["coupling"], COUPLING)
    close = entry["coupling"] == "close"
    if close and entry["baseline"]:
        raise reader.fail("variant", "coupling", "the baseline has nobody to "
                          "couple with")
    if entry["baseline"] and entry["replicas"] != 1:
        raise reader.fail("variant", "replicas", "the baseline has one")
    if entry["stride_mib"] % 16:
        raise reader.fail("variant", "stride_mib", "must be a multiple of 16")
    return Variant(entry["name"], entry["share"], Workload(
        app=work["own"].name if work["own"] else work["app"],
        own=work["own"], args=work["args"], data=data,
        baseline=entry["baseline"], replicas=entry["replicas"],
        voting=entry["voting"], hash=entry["hash"],
        reintegration=entry["reintegrate"], scrub=entry["scrub"],
        coupling="close" if close else None, counted=close,
        stride=entry["stride_mib"] * MIB))
