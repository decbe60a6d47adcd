# SPDX-License-Identifier: BSD-2-Clause
"""What the shim says at an ordered end: how often devices were accessed, where,
and what user level may do there (shim/core/region.c)."""
from __future__ import annotations

import tomllib
from functools import lru_cache
from typing import Any

from faultinject import tree

CORES = {0x00A00000: "distributor"}  # of the cores' private region
REGION_BYTES = 0x4000  # shim/include/shim/region.h
READ, WRITE = 1, 2
MEMORY = "memory"


@lru_cache(maxsize=1)
def _devices() -> dict[int, str]:
    """Start of a device's region -> the driver's name."""
    names = dict(CORES)
    for file in sorted((tree.ROOT / "drivers").glob("*/device.toml")):
        device = tomllib.loads(file.read_text())["device"]
        base = device.get("base")
        if isinstance(base, int):
            names[base & -REGION_BYTES] = str(device["name"])
    return names


def _region(record: dict[str, Any]) -> dict[str, Any]:
    start, rights = record["region"] & -4, record["region"] & 3
    name = _devices().get(start, f"{start:#x}") if start else MEMORY
    return {"region": f"{start:#x}" if start else MEMORY, "device": name,
            "rights": ("r" if rights & READ else "")
            + ("w" if rights & WRITE else ""),
            "loads": record["loads"], "stores": record["stores"],
            "block_bytes": record["block_bytes"]}


def statistics(records: list[dict[str, Any]]) -> dict[str, Any] | None:
    """The last life's; None without replication, or without ordered end."""
    totals = [r for r in records if r["kind"] == "shim"]
    if not totals:
        return None
    last = totals[-1]
    return {name: last[name]
            for name in ("operations", "again", "taken_over", "refused")} | {
        "regions": [_region(r) for r in records
                    if r["kind"] == "region"
                    and r["replica"] == last["replica"]]}
