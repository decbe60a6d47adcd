# SPDX-License-Identifier: BSD-2-Clause
"""Reads one campaign from a store and joins each trial with its verdict.

The only part of the analysis that knows the store. It reads; it never writes
a verdict back.
"""

import tomllib
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from analysis import classify
from analysis.classify import Event, Raw, Verdict
from faultinject import events as event_records
from faultinject.store import (Golden, NotInjected, Observation, Space,
                               Store)

NS_PER_STAMP = 10


class LoadError(Exception):
    """The store does not hold what was asked for; one clear line."""


@dataclass(frozen=True)
class Trial:
    """One injected run with its verdict.

    `at_ns` is virtual time since boot. In virtual nanoseconds, None where it
    did not happen: `detect_ns` from flip to first detection, `resume_ns` from
    there to resumed service, `rejoin_ns` from the downgrade to the replica's
    return. `model` is the fault model of the campaign file, `weight` the bits x
    nanoseconds of all replicas that the trial stands for (exhaustive campaigns;
    else None). `physical` is canonical.
    """

    k: int
    variant: str
    fault: str
    kind: str
    model: str
    replica: int | None
    region: str
    owner: str
    symbol: str
    register: str
    physical: int | None
    at_ns: int
    weight: float | None
    verdict: Verdict
    detect_ns: int | None
    resume_ns: int | None
    rejoin_ns: int | None
    wall_s: float
    commit: str
    image_hash: str
    emulator: str


@dataclass(frozen=True)
class Region:
    """One region of a fault space, all replicas together, in bits x ns.

    In the emulator the cores take turns, on the board they run at once: time
    is divided by the number of replicas, so that it is the time that one core
    needs for the workload. Where accesses to memory were traced, `live` is the
    part of `size` in which a flip is read; flips in `overwritten` are known to
    be masked and those in `unread` to be latent. Else `live` is None.
    """

    name: str
    bytes: int
    size: float
    live: float | None = None
    overwritten: float = 0.0
    unread: float = 0.0


@dataclass(frozen=True)
class Variant:
    """One configuration: its golden run and the size of its fault space."""

    name: str
    baseline: bool
    replicas: int
    golden: Golden
    spaces: tuple[Space, ...]
    excluded: tuple[NotInjected, ...] = ()

    def regions(self) -> dict[str, Region]:
        """The regions of the fault space by name."""
        by_name: dict[str, list[Space]] = {}
        for space in self.spaces:
            by_name.setdefault(space.region, []).append(space)
        return {name: self._region(name, spaces)
                for name, spaces in by_name.items()}

    def _region(self, name: str, spaces: list[Space]) -> Region:
        def total(column: str) -> float:
            return sum(getattr(s, column) or 0 for s in spaces) / self.replicas
        traced = all(s.live_bit_ns is not None for s in spaces)
        return Region(
            name, sum(s.bytes for s in spaces),
            sum(8 * s.bytes * max(0, s.last_ns - s.first_ns)
                for s in spaces) / self.replicas,
            total("live_bit_ns") if traced else None,
            total("overwritten_bit_ns"), total("unread_bit_ns"))

    def exposure(self) -> dict[str, float]:
        """Bits x nanoseconds per region, all replicas together."""
        return {name: r.size for name, r in self.regions().items()}


@dataclass(frozen=True)
class Campaign:
    """Everything that the report needs, in order of trial number.

    `sampling` is explained in faultinject/README.md; `regions` are those that
    the campaign's file lists, None for all.
    """

    id: int
    name: str
    hash: str
    toml: str
    seed: int
    sampling: str
    errors_goal: int | None
    regions: tuple[str, ...] | None
    planned: int
    created: str
    variants: tuple[Variant, ...]
    trials: tuple[Trial, ...]
    harness_failures: tuple[dict[str, Any], ...]

    def of(self, variant: str) -> list[Trial]:
        """Trials of one configuration."""
        return [t for t in self.trials if t.variant == variant]


def region_of(observation: Observation) -> str:
    """The stratum of a trial; faults outside memory are named by kind."""
    return observation.region or observation.kind


def raw_of(run: Golden | Observation) -> Raw:
    """A stored run as the classifier sees it."""
    events = tuple(
        Event(e["kind"], e["replica"], e["stamp"], tuple(e["args"]),
              str(e.get("detector", "")))
        for e in event_records.parse(run.events))
    return Raw(end=run.end_reason, console=run.console, events=events,
               digests=run.digests, output_digest=run.output_digest,
               injected=getattr(run, "replica", None))


def verdict_of(observation: Observation, golden: Golden) -> Verdict:
    """Outcome of one trial.

    Final memory is compared with the trial's own control run where there is
    one (the same run with a trigger that flips nothing), else with the golden.
    """
    reference = raw_of(golden)
    if observation.control_digests is not None:
        reference = Raw(reference.end, reference.console, reference.events,
                        observation.control_digests, reference.output_digest)
    return classify.classify(raw_of(observation), reference)


def since(stamp: int | None, origin: int | None) -> int | None:
    """Nanoseconds between two stamps; None if one is missing or too early."""
    if stamp is None or origin is None or stamp < origin:
        return None
    return (stamp - origin) * NS_PER_STAMP


def return_ns(observation: Observation) -> int | None:
    """Nanoseconds from the first downgrade to the replica's return."""
    records = event_records.parse(observation.events)
    gone = [r["stamp"] for r in records if r["kind"] == "downgrade"]
    back = [r["stamp"] for r in records if r["kind"] == "rejoin"]
    return since(min(back), min(gone)) if gone and back else None


def fault_words(observation: Observation) -> str:
    """The fault in a few words, from its own description."""
    fault = observation.fault
    parts = [] if observation.kind == "memory" else [observation.kind]
    for key in ("register", "symbol"):
        if fault.get(key):
            parts.append(str(fault[key]))
    for key in ("physical", "mask"):
        if fault.get(key) is not None:
            parts.append(f"{key} {fault[key]:#x}")
    return " ".join(parts)


def trial_of(observation: Observation, golden: Golden) -> Trial:
    """A stored observation with its verdict."""
    o = observation
    weight = None if o.weight_bit_ns is None else \
        o.weight_bit_ns / replicas_of(golden)
    return Trial(
        k=o.k, variant=o.variant, fault=fault_words(o), kind=o.kind,
        model=o.model, replica=o.replica, region=region_of(o),
        owner=o.owner or "", symbol=str(o.fault.get("symbol") or ""),
        register=str(o.fault.get("register") or ""),
        physical=o.fault.get("physical"), at_ns=o.at_ns, weight=weight,
        verdict=verdict_of(o, golden),
        detect_ns=since(o.first_detect_stamp, o.flip_stamp),
        resume_ns=since(o.resume_stamp, o.first_detect_stamp),
        rejoin_ns=return_ns(o),
        wall_s=o.wall_s, commit=o.commit_hash, image_hash=o.image_hash,
        emulator=o.emulator)


def is_baseline(golden: Golden) -> bool:
    """Is this the kernel without replica control?"""
    return bool(golden.config.get("baseline", golden.variant == "baseline"))


def replicas_of(golden: Golden) -> int:
    """How many copies of the system run."""
    return 1 if is_baseline(golden) else int(golden.config.get("replicas", 1))


def variant_of(store: Store, golden: Golden) -> Variant:
    """One configuration from its golden run."""
    return Variant(golden.variant, is_baseline(golden), replicas_of(golden),
                   golden,
                   tuple(store.spaces(golden.hash)),
                   tuple(store.not_injected(golden.hash)))


def pick(rows: list[dict[str, Any]], wanted: str | None) -> dict[str, Any]:
    """The campaign named (or numbered) `wanted`, else the newest."""
    if not rows:
        raise LoadError("the store holds no campaign yet")
    if wanted is None:
        return rows[-1]
    for row in reversed(rows):
        if wanted in (row["name"], str(row["id"])):
            return row
    names = ", ".join(str(row["name"]) for row in rows)
    raise LoadError(f"no campaign {wanted!r} in the store; it holds: {names}")


def load(path: Path, wanted: str | None = None) -> Campaign:
    """A campaign of the store at `path` with verdicts decided now."""
    store = Store(path, create=False)
    try:
        row = pick(store.campaigns(), wanted)
        goldens = {g.hash: g for g in store.goldens(row["id"])}
        trials = tuple(trial_of(o, golden_of(goldens, store, o))
                       for o in store.trials(row["id"]))
        variants = [variant_of(store, g) for g in goldens.values()]
        return Campaign(
            id=row["id"], name=row["name"], hash=row["hash"], toml=row["toml"],
            seed=row["seed"], sampling=row["sampling"],
            errors_goal=row["errors_goal"], regions=listed(row["toml"]),
            planned=row["trials"], created=row["created"],
            variants=tuple(sorted(
                variants, key=lambda v: (not v.baseline, v.replicas, v.name))),
            trials=trials,
            harness_failures=tuple(store.harness_failures(row["id"])))
    finally:
        store.close()


def listed(toml: str) -> tuple[str, ...] | None:
    """The regions that a campaign's file names; None if it names none."""
    try:
        named = tomllib.loads(toml).get("fault", {}).get("regions")
    except tomllib.TOMLDecodeError:
        return None
    return tuple(named) if named else None


def golden_of(goldens: dict[str, Golden], store: Store,
              observation: Observation) -> Golden:
    """The golden run that a trial names; other campaigns' runs are shared."""
    digest = observation.golden_hash
    if digest not in goldens:
        found = store.golden(digest)
        if found is None:
            raise LoadError(f"trial {observation.k} names a golden run that "
                            "the store does not hold")
        goldens[digest] = found
    return goldens[digest]
