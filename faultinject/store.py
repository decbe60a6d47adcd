# SPDX-License-Identifier: BSD-2-Clause
"""The store: one SQLite file of raw observations, append-only.

It exists so that outcomes can be decided again at any time without running
anything again. It must never hold a verdict (masked, SDC, ...): those are the
business of the analysis alone. Rows of observations are never changed or
removed; triggers in the file itself see to that.
"""
from __future__ import annotations

import json
import sqlite3
import time
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Iterable, Iterator

from faultinject import events as event_records
from faultinject.errors import UserError
from faultinject.schema import APPEND_ONLY, SCHEMA, SCHEMA_VERSION


class StoreError(UserError):
    """The store can not be used; the message is one clear line."""


@dataclass(frozen=True)
class Golden:
    """A fault-free reference run of one variant, as stored."""

    hash: str
    variant: str
    config: dict[str, Any]
    image_hash: str
    input_hash: str
    commit_hash: str
    emulator: str
    plugin_hash: str
    exit_status: int
    end_reason: str
    virtual_ns: int
    instructions: dict[str, dict[str, int]]
    console: bytes
    output_digest: str | None
    events: bytes
    digests: dict[str, str]


@dataclass(frozen=True)
class Space:
    """Size of one stratum: bytes x virtual nanoseconds of one replica.

    The last four are known where memory was traced: bit x ns of faults that
    are read, that are overwritten first, that nobody touches again; and the
    number of def/use classes that are read. `replica` is -1 for memory that
    belongs to no replica.
    """

    golden_hash: str
    variant: str
    replica: int
    region: str
    bytes: int
    first_ns: int
    last_ns: int
    live_bit_ns: int | None = None
    overwritten_bit_ns: int | None = None
    unread_bit_ns: int | None = None
    classes: int | None = None

    @property
    def bit_ns(self) -> int:
        """Size of the whole stratum."""
        return 8 * self.bytes * (self.last_ns - self.first_ns)


@dataclass(frozen=True)
class NotInjected:
    """A part of the fault space that no trial can hit, and why."""

    region: str
    what: str
    reason: str


@dataclass(frozen=True)
class Observation:
    """What one trial did; no verdict. Stamps are 10 ns timer units.

    `model` is a key of campaign files. The class is the interval between two
    accesses in which the fault lies; its weight counts in exhaustive campaigns.
    """

    k: int
    variant: str
    seed: int
    fault: dict[str, Any]
    kind: str
    replica: int | None
    region: str | None
    owner: str | None
    at_ns: int
    image_hash: str
    commit_hash: str
    emulator: str
    golden_hash: str
    exit_status: int
    end_reason: str
    virtual_ns: int
    flip_stamp: int | None
    first_detect_stamp: int | None
    resume_stamp: int | None
    console: bytes
    output_digest: str | None
    events: bytes
    pcs: list[int] = field(default_factory=list)
    digests: dict[str, str] = field(default_factory=dict)
    control_digests: dict[str, str] | None = None
    wall_s: float = 0.0
    model: str = "memory"
    class_first_ns: int | None = None
    class_last_ns: int | None = None
    weight_bit_ns: int | None = None

    def event_dicts(self) -> list[dict[str, Any]]:
        """The event records as dictionaries, oldest first."""
        return event_records.parse(self.events)


JSON_COLUMNS = ("config", "instructions", "fault", "pcs", "digests",
                "control_digests")


def _now() -> str:
    """UTC wall-clock time; bookkeeping only, never used in a result."""
    return time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime())


def _row_of(record: Any, extra: dict[str, Any]) -> dict[str, Any]:
    """A dataclass as database columns."""
    row = dict(vars(record)) | extra
    for name in JSON_COLUMNS:
        if name in row and row[name] is not None:
            row[name] = json.dumps(row[name], sort_keys=True)
    return row


def _record_of(kind: type, row: sqlite3.Row) -> Any:
    """Database columns as a dataclass."""
    values = {name: row[name] for name in kind.__dataclass_fields__}
    for name in JSON_COLUMNS:
        if values.get(name) is not None:
            values[name] = json.loads(values[name])
    return kind(**values)


class Store:
    """Append to and read from one store file."""

    def __init__(self, path: Path, create: bool = True) -> None:
        if not create and not path.is_file():
            raise StoreError(f"no such store: {path}")
        try:
            self._db = sqlite3.connect(path, timeout=30)
            self._db.row_factory = sqlite3.Row
            self._prepare()
        except sqlite3.DatabaseError as error:
            raise StoreError(f"{path} is not a usable store: {error}") from None

    def _prepare(self) -> None:
        self._refuse_other_schema()
        self._db.execute("PRAGMA journal_mode=WAL")
        self._db.execute("PRAGMA synchronous=NORMAL")  # survives any kill
        self._db.executescript(SCHEMA)
        for table in APPEND_ONLY:
            for verb in ("UPDATE", "DELETE"):
                self._db.execute(
                    f"CREATE TRIGGER IF NOT EXISTS {table}_no_{verb} "
                    f"BEFORE {verb} ON {table} BEGIN "
                    f"SELECT RAISE(ABORT, '{table} is append-only'); END")
        self._db.execute("INSERT OR IGNORE INTO meta VALUES ('schema', ?)",
                         (str(SCHEMA_VERSION),))
        self._db.commit()

    def _refuse_other_schema(self) -> None:
        """A file that another version made is not touched."""
        if not self._db.execute("SELECT 1 FROM sqlite_master WHERE "
                                "name='meta'").fetchone():
            return
        row = self._db.execute(
            "SELECT value FROM meta WHERE key='schema'").fetchone()
        if row is not None and row[0] != str(SCHEMA_VERSION):
            raise StoreError(f"store has schema {row[0]}, this tool reads "
                             f"{SCHEMA_VERSION}: use another file with --out")

    def close(self) -> None:
        """Fold the write-ahead log into the file and close it."""
        self._db.commit()
        self._db.close()

    def _insert(self, table: str, row: dict[str, Any]) -> None:
        names = ", ".join(row)
        marks = ", ".join(f":{name}" for name in row)
        with self._db:
            self._db.execute(
                f"INSERT INTO {table} ({names}) VALUES ({marks})", row)

    def campaign_open(self, name: str, digest: str, toml: str, seed: int,
                      trials: int, sampling: str = "size",
                      errors_goal: int | None = None) -> int:
        """Id of the campaign with this text, created when new."""
        found = self._db.execute("SELECT id FROM campaign WHERE hash=?",
                                 (digest,)).fetchone()
        if found:
            return int(found["id"])
        self._insert("campaign", {
            "name": name, "hash": digest, "toml": toml, "seed": seed,
            "trials": trials, "sampling": sampling,
            "errors_goal": errors_goal, "created": _now()})
        return self.campaign_open(name, digest, toml, seed, trials)

    def add_golden(self, campaign: int, golden: Golden,
                   spaces: list[Space],
                   excluded: Iterable[NotInjected] = ()) -> None:
        """Keep a golden run, the fault space that it spans, and its gaps."""
        if self.golden(golden.hash) is not None:
            return
        self._insert("golden", _row_of(golden, {"campaign": campaign,
                                                "created": _now()}))
        for space in spaces:
            self._insert("space", dict(vars(space)))
        for part in excluded:
            self._insert("not_injected",
                         dict(vars(part)) | {"golden_hash": golden.hash})

    def add_trial(self, campaign: int, observation: Observation) -> None:
        """Keep what one trial did. A trial is stored once only."""
        self._insert("trial", _row_of(observation, {"campaign": campaign,
                                                    "created": _now()}))

    def add_harness_failure(self, campaign: int, k: int, attempt: int,
                            error: str) -> None:
        """A trial that could not be observed; not an outcome."""
        self._insert("harness_failure", {
            "campaign": campaign, "k": k, "attempt": attempt, "error": error,
            "created": _now()})

    def campaigns(self) -> list[dict[str, Any]]:
        """All campaigns of this store, oldest first."""
        rows = self._db.execute("SELECT * FROM campaign ORDER BY id")
        return [dict(row) for row in rows]

    def done(self, campaign: int) -> set[int]:
        """Numbers of the trials that are stored."""
        rows = self._db.execute("SELECT k FROM trial WHERE campaign=?",
                                (campaign,))
        return {row["k"] for row in rows}

    def golden(self, digest: str) -> Golden | None:
        """The golden run with this hash, if it is stored."""
        row = self._db.execute("SELECT * FROM golden WHERE hash=?",
                               (digest,)).fetchone()
        return None if row is None else _record_of(Golden, row)

    def goldens(self, campaign: int) -> list[Golden]:
        """All golden runs of a campaign."""
        rows = self._db.execute(
            "SELECT * FROM golden WHERE campaign=? ORDER BY variant",
            (campaign,))
        return [_record_of(Golden, row) for row in rows]

    def spaces(self, golden_hash: str) -> list[Space]:
        """The strata of a golden run's fault space."""
        rows = self._db.execute(
            "SELECT * FROM space WHERE golden_hash=? ORDER BY replica, region",
            (golden_hash,))
        return [_record_of(Space, row) for row in rows]

    def not_injected(self, golden_hash: str) -> list[NotInjected]:
        """Parts of a golden run's fault space that no trial can hit."""
        rows = self._db.execute(
            "SELECT * FROM not_injected WHERE golden_hash=? "
            "ORDER BY region, what", (golden_hash,))
        return [_record_of(NotInjected, row) for row in rows]

    def trials(self, campaign: int) -> Iterator[Observation]:
        """All observations of a campaign in order of trial number."""
        rows = self._db.execute(
            "SELECT * FROM trial WHERE campaign=? ORDER BY k", (campaign,))
        for row in rows:
            yield _record_of(Observation, row)

    def trial(self, campaign: int, k: int) -> Observation | None:
        """The observation of one trial."""
        row = self._db.execute(
            "SELECT * FROM trial WHERE campaign=? AND k=?",
            (campaign, k)).fetchone()
        return None if row is None else _record_of(Observation, row)

    def harness_failures(self, campaign: int) -> list[dict[str, Any]]:
        """Trials that failed for reasons outside the board."""
        rows = self._db.execute(
            "SELECT * FROM harness_failure WHERE campaign=? ORDER BY k, attempt",
            (campaign,))
        return [dict(row) for row in rows]
