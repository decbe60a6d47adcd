# SPDX-License-Identifier: BSD-2-Clause
"""Flight-recorder records: from bytes to dictionaries and to words.

The layout is kernel/abi/abi/event.h; the rings lie in the shared region
(kernel/abi/abi/memory.h). A record whose check word does not fit is dropped
and counted, never guessed.
"""
from __future__ import annotations

import struct
from dataclasses import dataclass
from typing import Any

from faultinject import voting

RECORD = struct.Struct("<IIHBBIIIIII4I12s")
RECORD_WORDS = struct.Struct("<16I")
RECORD_SIZE = 64
CHECK_START = 0x544E5645
CHECK_PRIME = 0x01000193
VERSION = 2
SCHEMA = 2  # of the dictionaries that parse() makes
RING_RECORDS = 448
BLOCK_SIZE = 0x10000
RING_OFFSET = 0x8000
SUSPECTS_TIE = 1 << 31  # replicas differ, no majority (rcoe/shared.h)
SCRUB_AGREED = 0  # for a page: the agreed private state (kernel/abi/abi/event.h)
BLOCKS = 4

KINDS = {1: "boot", 2: "thread", 3: "ready", 4: "detect", 5: "convict",
         6: "downgrade", 7: "resume", 8: "fail-stop", 9: "exit",
         10: "kernel-exception", 11: "assert", 12: "double-fault",
         13: "mark", 14: "refused", 15: "donate", 16: "rejoin",
         17: "admit", 19: "scrub", 24: "unlike",
         25: "precise", 26: "shim", 27: "region"}
DETECTORS = {0: "none", 1: "signature", 2: "deadline", 3: "exception",
             4: "slot", 5: "time", 6: "heartbeat", 7: "input",
             8: "user-fault", 9: "assertion"}
EXCEPTIONS = {1: "undefined instruction", 2: "prefetch abort", 3: "data abort",
              4: "supervisor call", 5: "FIQ"}

ARG_NAMES = {
    "boot": ("replicas", "voting", "ram_bytes", "stride"),
    "thread": ("tcb", "page_directory"),
    "detect": ("detector", "suspects", "aux0", "aux1"),
    "convict": ("convicted", "votes", "live_before"),
    "downgrade": ("convicted", "live", "primary"),
    "resume": ("live", "primary"),
    "fail-stop": ("detector", "live"),
    "exit": ("code", "live"),
    "kernel-exception": ("exception", "pc", "address", "status"),
    "assert": ("line",),
    "double-fault": ("tcb", "fault", "pc", "address"),
    "refused": ("reason",),
    "donate": ("to",),
    "admit": ("joining", "live_before"),
    "scrub": ("page", "odd", "copied_from", "looked"),
    "rejoin": ("joined", "live"),
    "unlike": ("joining", "odd", "live", "in_pause"),
    "shim": ("operations", "again", "taken_over", "refused"),
    "region": ("region", "loads", "stores", "block_bytes"),
    "precise": ("stops", "breakpoints_p99", "breakpoints_most", "timers"),
}


def check_of(raw: bytes) -> int:
    """Check word of a record, over all but its first word."""
    check = CHECK_START
    for word in RECORD_WORDS.unpack(raw)[1:]:
        check = (check ^ word) * CHECK_PRIME & 0xFFFFFFFF
    return check or CHECK_START


def is_whole(raw: bytes) -> bool:
    """Was this record written to its end, and not been hit since?"""
    return raw[11] == VERSION and raw[:4] == check_of(raw).to_bytes(4, "little")


@dataclass(frozen=True)
class Ring:
    """The ring of one replica: its good records, oldest first."""

    records: tuple[bytes, ...]
    damaged: int  # places that hold something whose check does not fit
    lost: int  # older records that newer ones have overwritten


def ring_of(raw: bytes) -> Ring:
    """Read the places of one ring."""
    used = [raw[at:at + RECORD_SIZE]
            for at in range(0, RING_RECORDS * RECORD_SIZE, RECORD_SIZE)
            if any(raw[at:at + 4])]
    good = sorted(filter(is_whole, used), key=_sequence)
    newest = _sequence(good[-1]) if good else -1
    return Ring(tuple(good), len(used) - len(good),
                max(0, newest + 1 - RING_RECORDS))


def rings(shared: bytes) -> list[Ring]:
    """The rings of all blocks of the shared region."""
    return [ring_of(shared[base + RING_OFFSET:base + BLOCK_SIZE])
            for base in range(0, len(shared) - BLOCK_SIZE + 1, BLOCK_SIZE)]


def merge(found: list[Ring]) -> bytes:
    """Their records in one row, by time."""
    return b"".join(sorted((raw for ring in found for raw in ring.records),
                           key=_order))


def cut(row: bytes) -> tuple[bytes, ...]:
    """A row of records, one by one."""
    return tuple(row[at:at + RECORD_SIZE]
                 for at in range(0, len(row), RECORD_SIZE))


def raw_records(shared: bytes) -> bytes:
    """All valid records of the shared region's rings, merged by time."""
    return merge(rings(shared))


def _sequence(raw: bytes) -> int:
    return int.from_bytes(raw[4:8], "little")


def _order(raw: bytes) -> tuple[int, int, int]:
    """Sort key: time stamp, replica, sequence number."""
    _, sequence, _, replica, _, low, high = RECORD.unpack(raw)[:7]
    return (high << 32 | low, replica, sequence)


def parse(raw: bytes) -> list[dict[str, Any]]:
    """Records as dictionaries. `stamp` is in 10 ns timer units."""
    usable = len(raw) - len(raw) % RECORD_SIZE
    return [parse_one(raw[at:at + RECORD_SIZE])
            for at in range(0, usable, RECORD_SIZE)]


def parse_one(raw: bytes) -> dict[str, Any]:
    """One record as a dictionary."""
    (_, sequence, kind, replica, _, stamp_lo, stamp_hi, time_lo, time_hi,
     sign_lo, sign_hi, *args, text) = RECORD.unpack(raw)
    name = KINDS.get(kind, f"kind-{kind}")
    record: dict[str, Any] = {
        "kind": name, "replica": replica, "sequence": sequence,
        "stamp": stamp_hi << 32 | stamp_lo,
        "logical_time": time_hi << 32 | time_lo,
        "signature": f"{sign_hi << 32 | sign_lo:016x}",
        "args": list(args),
        "text": text.split(b"\0")[0].decode("ascii", "replace")}
    for label, value in zip(ARG_NAMES.get(name, ()), args):
        record[label] = _named(label, value)
    if name == "rejoin":
        record |= _pages(args[2], args[3])
    record["words"] = words(record)
    return record


def _pages(running: int, pause: int) -> dict[str, int]:
    """Pages of a way back: those copied in the low half of each word, those
    that were equal already in the high half."""
    return {"pages_before": running & 0xFFFF, "equal_before": running >> 16,
            "pages_in_pause": pause & 0xFFFF, "equal_in_pause": pause >> 16}


def _named(label: str, value: int) -> int | str | list[int]:
    """An argument with its meaning: names of detectors, lists of replicas."""
    if label == "detector":
        return DETECTORS.get(value, f"detector-{value}")
    if label == "exception":
        return EXCEPTIONS.get(value, f"exception-{value}")
    if label in ("suspects", "live", "live_before", "votes", "convicted"):
        return value
    return value


def replicas_of(mask: int) -> list[int]:
    """Replica numbers of a mask."""
    return [i for i in range(BLOCKS) if mask >> i & 1]


def _suspects(mask: int) -> str:
    if mask & SUSPECTS_TIE:
        return "no majority"
    return f"suspects: {_list(mask)}" if mask else "nobody suspected"


def _list(mask: int) -> str:
    names = [str(i) for i in replicas_of(mask)]
    return ", ".join(names) if names else "none"


def _precise(args: list[int]) -> str:
    """What close coupling took, at the end."""
    return (f"stopped at one user instruction {args[0]} times, 99 of 100 "
            f"times with at most {args[1]} breakpoints (most: {args[2]}), "
            f"{args[3]} stops by timer")


def _shim(args: list[int]) -> str:
    """All that was done with devices."""
    return (f"{args[0]} device operations, data got again {args[1]} times, "
            f"{args[2]} taken over, {args[3]} requests refused")


def _region(args: list[int]) -> str:
    """What was done with one."""
    return (f"device region {args[0] & -4:#x}: {args[1]} loads, {args[2]} "
            f"stores, {args[3]} bytes in blocks")


def _scrubbed(args: list[int]) -> str:
    """What the scrubber found, and whether it could mend it."""
    what = (f"page {args[0]:#x}" if args[0] != SCRUB_AGREED
            else "what all replica controls agree on")
    return f"{what} differs in {_list(args[1])}, " + (
        "nobody knows who is right" if args[2] == 0xFFFFFFFF
        else f"copied from {args[2]}")


def _unlike(args: list[int]) -> str:
    """Why an attempt to bring a replica back ended."""
    return (f"nothing copied to {_list(args[0])} is admitted: live ones differ "
            f"in memory, odd: {_list(args[1])}"
            + (" (found in the pause)" if args[3] else ""))


def words(record: dict[str, Any]) -> str:
    """One line of English for a record."""
    kind, args, text = record["kind"], record["args"], record["text"]
    who = f"replica {record['replica']}"
    lines = {
        "boot": f"booted with {args[0]} replica(s), voting: "
                f"{voting.words(args[1])}",
        "thread": f"thread {text!r} at {args[0]:#x}, page directory {args[1]:#x}",
        "ready": "root thread runs next",
        "detect": f"{record.get('detector')} detector fired, "
                  f"{_suspects(args[1])}",
        "convict": f"convicted: {_list(args[0])} (live before: {_list(args[2])})",
        "downgrade": f"downgraded without {_list(args[0])}, live: "
                     f"{_list(args[1])}, primary {args[2]}",
        "resume": f"service resumed, live: {_list(args[0])}, primary {args[1]}",
        "fail-stop": f"fail-stop ({record.get('detector')}), live: "
                     f"{_list(args[1])}",
        "exit": f"ordered end with code {args[0]}, live: {_list(args[1])}",
        "kernel-exception": f"kernel {record.get('exception')} at pc "
                            f"{args[1]:#x}, address {args[2]:#x}",
        "assert": f"assertion failed in {text} line {args[0]}",
        "double-fault": f"thread {text!r} faulted without handler at pc "
                        f"{args[2]:#x}, address {args[3]:#x}",
        "mark": f"mark {args} {text}",
        "donate": f"copies itself to replica {args[0]}",
        "admit": f"pauses for replica {_list(args[0])} to join (live before: "
                 f"{_list(args[1])})",
        "scrub": _scrubbed(args),
        "rejoin": f"replica {_list(args[0])} is back, live: {_list(args[1])}, "
                  f"pages copied: {args[2] & 0xFFFF} before ({args[2] >> 16} "
                  f"were equal), {args[3] & 0xFFFF} in the pause "
                  f"({args[3] >> 16} were equal)",
        "unlike": _unlike(args),
        "precise": _precise(args), "shim": _shim(args),
        "region": _region(args),
        "refused": f"boot refused: {text} (reason {args[0]})"}
    return f"{who}: {lines.get(kind, f'{kind} {args} {text}')}"
