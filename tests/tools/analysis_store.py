# SPDX-License-Identifier: BSD-2-Clause
"""Builds a made-up store so that the analysis can be tested without an emulator.

Nothing here was measured: the campaign is called "synthetic", its images and
commit are "made-up", and its outcomes follow a small table and a seed.
"""

import random
import struct
from pathlib import Path

from faultinject.store import (Golden, NotInjected, Observation, Space,
                               Store)

OUTPUT = b"4096 aaaa\n8192 bbbb\nsha256 cccc\n"
KIND = {"boot": 1, "detect": 4, "convict": 5, "downgrade": 6, "resume": 7,
        "fail-stop": 8, "exit": 9, "kernel-exception": 10, "double-fault": 12}
REGIONS = {"kernel-text": 65536, "kernel-data": 16384, "page-tables": 49152,
           "user-text": 81920, "user-data": 131072, "user-stack": 16384}
BASES = {name: 0x10000000 + 0x100000 * i for i, name in enumerate(REGIONS)}
LIVE = 0.2  # part of the memory that is read again, where it was traced
UNREAD = 0.7  # and the part that nobody touches again
END_NS = 40_000_000
FLIP = 1_000_000  # stamp, 10 ns units

# Chances of each made-up outcome per configuration, in this order.
FATES = ("masked", "latent", "corrected", "detected", "sdc", "hang", "crash")
CHANCES = {"baseline": (58, 14, 0, 9, 11, 6, 2), "dmr": (50, 18, 0, 31, 0, 1, 0),
           "tmr": (49, 20, 30, 1, 0, 0, 0)}
REPLICAS = {"baseline": 1, "dmr": 2, "tmr": 3}


def record(kind: str, replica: int, stamp: int, *args: int,
           text: bytes = b"") -> bytes:
    """One 64-byte event record."""
    words = (*args, 0, 0, 0, 0)[:4]
    return struct.pack("<IIHBBIIIIII4I12s", 0x544E5645, 0, KIND[kind], replica,
                       1, stamp & 0xffffffff, stamp >> 32, 7, 0, 0, 0, *words,
                       text)


def boot(n: int) -> bytes:
    return b"".join(record("boot", i, 1, n, 2) for i in range(n))


def ending(kind: str, who: range | list[int], *args: int) -> bytes:
    return b"".join(record(kind, i, 3_000_000, *args) for i in who)


def instructions_of(variant: str) -> dict[str, dict[str, int]]:
    extra = 0 if variant == "baseline" else 300_000
    return {str(i): {"user": 1_000_000, "kernel": 200_000, "rcoe": extra,
                     "shim": extra // 3 - 10 * i, "wait": extra, "boot": 7}
            for i in range(REPLICAS[variant])}


def golden_of(variant: str) -> Golden:
    n = REPLICAS[variant]
    return Golden(
        hash=f"golden-{variant}", variant=variant,
        config={"baseline": variant == "baseline", "replicas": n},
        image_hash="made-up", input_hash="made-up", commit_hash="made-up",
        emulator="none (synthetic)", plugin_hash="made-up", exit_status=32,
        end_reason="exit", virtual_ns=END_NS, instructions=instructions_of(variant),
        console=OUTPUT, output_digest="cccc",
        events=boot(n) + ending("exit", range(n), 0, (1 << n) - 1),
        digests={"user": "11", "kernel": "22"})


def spaces_of(variant: str, traced: bool = False, live: float = LIVE
              ) -> list[Space]:
    window = END_NS * REPLICAS[variant]
    return [Space(f"golden-{variant}", variant, i, region, size, 0, window,
                  *(traced_parts(8 * size * window, live) if traced else ()))
            for i in range(REPLICAS[variant])
            for region, size in REGIONS.items()]


def traced_parts(size: int, part: float) -> tuple[int, int, int, int]:
    """Live, overwritten and unread parts of a stratum, and its classes."""
    live, unread = int(part * size), int(UNREAD * size)
    return live, size - live - unread, unread, 1000


def conviction(n: int, bad: int, at: int) -> bytes:
    live = [i for i in range(n) if i != bad]
    mask = ((1 << n) - 1) & ~(1 << bad)
    return b"".join(
        record("detect", i, at, 1, 1 << bad)
        + record("convict", i, at + 200, 1 << bad, mask, (1 << n) - 1)
        + record("downgrade", i, at + 300, 1 << bad, mask, live[0])
        + record("resume", i, at + 400, mask, live[0]) for i in live)


def fate_of(fate: str, variant: str, bad: int, at: int) -> dict:
    """What a run with this fate leaves behind; `at` is the detection stamp."""
    n = REPLICAS[variant]
    golden = golden_of(variant)
    same = {"exit_status": 32, "end_reason": "exit", "console": OUTPUT,
            "output_digest": "cccc", "events": golden.events,
            "digests": golden.digests}
    cut = OUTPUT[:10]
    changes = {
        "masked": {}, "latent": {"digests": {"user": "99", "kernel": "22"}},
        "corrected": {"events": boot(n) + conviction(n, bad, at) + ending(
            "exit", [i for i in range(n) if i != bad], 0)},
        "sdc": {"console": OUTPUT.replace(b"bbbb", b"bXbb")},
        "hang": {"console": cut, "events": boot(n), "end_reason": "limit",
                 "exit_status": 0},
        "crash": {"console": cut, "events": boot(n), "end_reason": "crash",
                  "exit_status": 1}}
    stop = "kernel-exception" if variant == "baseline" else "fail-stop"
    changes["detected"] = {
        "console": cut, "end_reason": stop, "exit_status": 33,
        "events": boot(n) + record(stop, 0, at, 1, 3)}
    found = same | changes[fate]
    if found["end_reason"] != "exit":
        found["output_digest"] = None
    return found


def observation(k: int, variant: str, draw: random.Random) -> Observation:
    fate = draw.choices(FATES, CHANCES[variant])[0]
    bad = draw.randrange(REPLICAS[variant])
    region = draw.choices(list(REGIONS), list(REGIONS.values()))[0]
    at = FLIP + int(10 ** draw.uniform(1.5, 5.5))
    noticed = fate in ("corrected", "detected")
    address = BASES[region] + draw.randrange(REGIONS[region])
    return Observation(
        k=k, variant=variant, seed=k, fault={
            "kind": "memory", "replica": bad, "region": region,
            "physical": address, "mask": 1 << draw.randrange(8)},
        kind="memory", replica=bad, region=region, owner="digest",
        at_ns=FLIP * 10, image_hash="made-up", commit_hash="made-up",
        emulator="none (synthetic)", golden_hash=f"golden-{variant}",
        virtual_ns=END_NS, flip_stamp=FLIP,
        first_detect_stamp=at if noticed else None,
        resume_stamp=at + 400 + draw.randrange(2000)
        if fate == "corrected" else None,
        wall_s=0.4, **fate_of(fate, variant, bad, at))


def build(path: Path, trials: int = 240, seed: int = 1,
          variants: tuple[str, ...] = ("baseline", "dmr", "tmr"),
          sampling: str = "size", live: float = LIVE) -> Path:
    """Write a synthetic store and return its path."""
    store = Store(path)
    campaign = store.campaign_open(
        "synthetic", f"made-up {sampling}",
        "# made up by the tests\nseed = 1\n", seed, trials, sampling)
    for variant in variants:
        store.add_golden(
            campaign, golden_of(variant),
            spaces_of(variant, traced=sampling != "size", live=live),
            [NotInjected("system-registers", "TTBR1", "no write path proved")])
    draw = random.Random(seed)
    for k in range(trials):
        store.add_trial(campaign, observation(k, variants[k % len(variants)],
                                              draw))
    store.add_harness_failure(campaign, 3, 1, "synthetic: did not start")
    store.close()
    return path


if __name__ == "__main__":
    import sys
    build(Path(sys.argv[1]))
