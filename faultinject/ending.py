# SPDX-License-Identifier: BSD-2-Clause
"""How a run ended, in one word, from its exit status and last records.

Mechanical only: whether that was right or wrong is the analysis' business. An
exit without the record that must come with it is a crash.
"""
from __future__ import annotations

import re
from typing import Any

from faultinject.qemu import RunResult

# Exit status (kernel/include/kernel/plat.h) -> word and the records that prove it.
STATUS = {32: ("exit", ("exit",)),
          33: ("fail-stop", ("fail-stop",)),
          34: ("kernel-exception", ("kernel-exception", "assert")),
          35: ("refused", ())}
SHA_LINE = re.compile(rb"^sha256 ([0-9a-f]{64}) (\d+)\s*$", re.MULTILINE)


def end_of(result: RunResult, records: list[dict[str, Any]]) -> str:
    """One of exit, fail-stop, kernel-exception, refused, limit, crash."""
    if result.end_reason in ("limit", "wall-limit"):
        return "limit"
    word, proofs = STATUS.get(result.exit_status, ("crash", ()))
    kinds = {record["kind"] for record in records}
    if proofs and not kinds.intersection(proofs):
        return "crash"
    return word


def output_digest(console: bytes) -> str | None:
    """The last SHA-256 that a program reported, if any."""
    found = SHA_LINE.findall(console.replace(b"\r", b""))
    return found[-1][0].decode() if found else None


def exit_code(records: list[dict[str, Any]]) -> int | None:
    """Code of the ordered end."""
    codes = [r["args"][0] for r in records if r["kind"] == "exit"]
    return codes[-1] if codes else None


def live_mask(records: list[dict[str, Any]], replicas: int) -> int:
    """Replicas in service at the end."""
    mask = (1 << replicas) - 1
    for record in records:
        if record["kind"] == "downgrade":
            mask = record["args"][1]
        elif record["kind"] == "rejoin":
            mask = record["args"][1]
        elif record["kind"] in ("exit", "fail-stop"):
            mask = record["args"][1]
    return mask


def primary(records: list[dict[str, Any]]) -> int:
    """The replica that performed device accesses at the end."""
    at = 0
    for record in records:
        if record["kind"] == "downgrade":
            at = record["args"][2]
        elif record["kind"] == "resume":
            at = record["args"][1]
    return at


def stamps(records: list[dict[str, Any]], flip: int | None
           ) -> tuple[int | None, int | None]:
    """(first detection, service resumed) after the flip, in 10 ns units."""
    after = [r for r in records if flip is None or r["stamp"] >= flip]
    detect = [r["stamp"] for r in after
              if r["kind"] in ("detect", "fail-stop", "kernel-exception",
                               "assert")]
    resume = [r["stamp"] for r in after if r["kind"] == "resume"]
    return (min(detect) if detect else None, min(resume) if resume else None)
