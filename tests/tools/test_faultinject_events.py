# SPDX-License-Identifier: BSD-2-Clause
"""Event records: layout, order, damage, words."""
from __future__ import annotations

import re
from pathlib import Path

from faultinject import ending, events, qemu

HEADER = (Path(__file__).parents[2] / "kernel/abi/abi/event.h").read_text()


def record(kind: int, replica: int = 0, stamp: int = 0, sequence: int = 0,
           args: tuple[int, ...] = (0, 0, 0, 0), text: bytes = b"") -> bytes:
    """One record as the target writes it."""
    raw = events.RECORD.pack(0, sequence, kind, replica, events.VERSION, stamp,
                             0, 5, 0, 1, 2, *args, text)
    return events.check_of(raw).to_bytes(4, "little") + raw[4:]


def shared_of(*rings: list[bytes]) -> bytes:
    """A shared region with these rings."""
    region = bytearray(events.BLOCK_SIZE * events.BLOCKS)
    for block, ring in enumerate(rings):
        at = block * events.BLOCK_SIZE + events.RING_OFFSET
        raw = b"".join(ring)
        region[at:at + len(raw)] = raw
    return bytes(region)


def test_names_are_those_of_the_header() -> None:
    """Every kind and detector of the contract header has a word, and no more."""
    for prefix, table in (("EVENT", events.KINDS),
                          ("DETECTOR", events.DETECTORS)):
        found = re.findall(rf"^\s+{prefix}_(\w+) = (\d+),", HEADER, re.MULTILINE)
        wanted = {int(number): name.lower().replace("_", "-").replace(
            "failstop", "fail-stop") for name, number in found}
        assert table == wanted


def test_rings_are_merged_by_time() -> None:
    """Records of all replicas in the order of their stamps."""
    shared = shared_of([record(1, 0, 5), record(9, 0, 40)],
                       [record(1, 1, 7), record(4, 1, 30)])
    merged = events.parse(events.raw_records(shared))
    assert [(r["replica"], r["stamp"]) for r in merged] == \
        [(0, 5), (1, 7), (1, 30), (0, 40)]


def test_damaged_records_are_dropped() -> None:
    """A record whose check word does not fit is counted but not believed."""
    for byte in range(events.RECORD_SIZE):
        broken = bytearray(record(4))
        broken[byte] ^= 0x10
        shared = shared_of([bytes(broken), record(9, sequence=1)])
        assert [r["kind"] for r in events.parse(events.raw_records(shared))] \
            == ["exit"]
        assert events.rings(shared)[0].damaged == 1


def test_what_was_overwritten_is_counted() -> None:
    """A ring holds the youngest records; the gap before them is known."""
    places = events.RING_RECORDS
    ring = [record(13, sequence=n) for n in range(places, places + 5)]
    ring += [record(13, sequence=n) for n in range(5, places)]
    read = events.rings(shared_of(ring))[0]
    assert read.lost == 5 and read.damaged == 0
    assert len(read.records) == places and read.records[-1] == ring[4]


def test_words_name_detector_and_replicas() -> None:
    """A detection reads as a sentence."""
    parsed = events.parse(record(4, 2, args=(1, 0b010, 0, 0)))[0]
    assert parsed["detector"] == "signature"
    assert parsed["words"] == \
        "replica 2: signature detector fired, suspects: 1"


def _ended(status: int, reason: str = "guest-exit") -> qemu.RunResult:
    return qemu.RunResult(status, reason, b"", b"")


def test_an_exit_needs_its_last_record() -> None:
    """The exit status alone proves nothing: a flip may cause it."""
    proof = events.parse(record(9))
    assert ending.end_of(_ended(32), proof) == "exit"
    assert ending.end_of(_ended(32), []) == "crash"
    assert ending.end_of(_ended(33), proof) == "crash"
    assert ending.end_of(_ended(33), events.parse(record(8))) == "fail-stop"
    assert ending.end_of(_ended(0), proof) == "crash"
    assert ending.end_of(_ended(124, "limit"), proof) == "limit"
    assert ending.end_of(_ended(-6, "emulator-died"), proof) == "crash"


def test_last_digest_line_counts() -> None:
    """Only a whole line with 64 digits is a digest."""
    first, last = "a" * 64, "b" * 64
    console = f"sha256 {first} 1\r\nsha256 {last} 2\r\nsha256 {first}".encode()
    assert ending.output_digest(console) == last
    assert ending.output_digest(b"sha256 xyz 3\n") is None


def test_live_replicas_follow_the_downgrade() -> None:
    """Mask and primary come from the last record that tells."""
    down = events.parse(record(6, args=(0b001, 0b110, 1, 0)))
    assert ending.live_mask(down, 3) == 0b110 and ending.primary(down) == 1
    assert ending.live_mask([], 3) == 0b111 and ending.primary([]) == 0


def test_latency_counts_from_the_flip() -> None:
    """What was recorded before the flip is not its detection."""
    records = events.parse(record(4, stamp=10) + record(4, stamp=50)
                           + record(7, stamp=60))
    assert ending.stamps(records, 20) == (50, 60)
    assert ending.stamps(records, 70) == (None, None)
