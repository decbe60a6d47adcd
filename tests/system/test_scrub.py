# SPDX-License-Identifier: BSD-2-Clause
"""The scrubber finds flips in memory that nobody reads, and mends them from the
majority, while the workload goes on."""

import pytest
from aim import function
from frontdoor import run_json

KERNEL_TO_PHYSICAL = 0xE0000000 - 0x10000000  # kernel/arch/armv7/kernel.ld
REGIONS = ("kernel-objects", "page-tables", "kernel-text")


def scrub(size_input, *arguments):
    """A run of digest long enough for a whole sweep over memory in use."""
    return run_json("digest", "--input", size_input.path, "--replicas", "3",
                    "--stride", "16", "--scrub", *arguments,
                    arguments="--repeat 6")


def flip(replica: int, region: str, seed: int) -> tuple[str, str]:
    """A flip early in the run."""
    return ("--flip", f"replica={replica},region={region},at=5%,seed={seed}")


@pytest.mark.parametrize("replica", (0, 1, 2))
def test_a_flip_that_nobody_reads_is_mended(make_input, replica):
    """In CNodes and TCBs, where most bits are never looked at again."""
    told = scrub(make_input(262144), *flip(replica, "kernel-objects", 1))
    mended = [e for e in told["events"] if e["kind"] == "scrub"]
    assert told["end"] == "exit" and told["live"] == 3
    assert len(mended) == 3, "each replica records the same repair"
    page = told["flip"]["physical"] & ~0xFFF
    for event in mended:
        assert event["args"][0] == page
        assert event["args"][1] == 1 << replica
        assert event["args"][2] != replica


@pytest.mark.parametrize("app", (("spin", "5000000"), ("storm", "8000"),
                                 ("idle", "60 5000")))
def test_healthy_replicas_are_never_odd(app):
    """Four replicas, computing, calling and idling."""
    told = run_json(app[0], "--replicas", "4", "--scrub", arguments=app[1])
    kinds = {e["kind"] for e in told["events"]}
    assert told["end"] == "exit" and told["live"] == 4
    assert not kinds & {"scrub", "detect", "convict"}


def check_mended(told, replica: int) -> None:
    """Found by its page, mended from another one, and nobody was away."""
    page = told["flip"]["physical"] & ~0xFFF
    found = {tuple(e["args"][:2]) for e in told["events"]
             if e["kind"] == "scrub"}
    assert found == {(page, 1 << replica)}
    assert not any(e["kind"] in ("detect", "downgrade")
                   for e in told["events"])


# Bits of entries that nobody uses, and one that lets a replica write where it
# must not: into the block of replica 2 of the shared region.
TABLES = {"mmu_kernel_pd": 8101, "foreign_table": 6,
          "shared_table": 32 * (2 * 16 + 4) + 9}


@pytest.mark.parametrize("table", TABLES)
def test_the_kernels_own_tables_are_mended(table):
    told = run_json("idle", "--replicas", "3", "--stride", "16", "--scrub",
                    "--flip", f"replica=1,symbol={table},bit={TABLES[table]},"
                    "at=5%", arguments="20 5000")
    assert told["end"] == "exit" and told["live"] == 3
    check_mended(told, 1)


def hashing_pages() -> set[int]:
    """Physical pages of the code that the scrubber itself runs."""
    kernel = function("page_hash_words")
    first = kernel.address - KERNEL_TO_PHYSICAL
    return {at & ~0xFFF for at in (first, first + kernel.size - 1)}


@pytest.mark.slow
@pytest.mark.parametrize("seed", range(100))
def test_a_hundred_flips_are_found(seed):
    """Over regions and replicas. What is read first is voted out instead, and
    mended with the whole replica; but a flip in the code that hashes pages
    makes every page of that replica look odd until its own is mended."""
    told = run_json("idle", "--replicas", "3", "--stride", "16", "--scrub",
                    *flip(seed % 3, REGIONS[seed // 3 % 3], seed),
                    "--reintegrate", "always", arguments="40 5000")
    assert told["end"] == "exit" and told["live"] == 3
    if any(e["kind"] == "rejoin" for e in told["events"]):
        return
    if told["flip"]["physical"] & ~0xFFF not in hashing_pages():
        check_mended(told, seed % 3)
        return
    mended = [e["args"] for e in told["events"] if e["kind"] == "scrub"]
    assert told["flip"]["physical"] & ~0xFFF in {args[0] for args in mended}
    assert {args[1] for args in mended} == {1 << seed % 3}
