# SPDX-License-Identifier: BSD-2-Clause
"""The variants of the model that are run: bounds, faults, checks, outcome.

A table and nothing else; the defines are explained in the .pml files.
"""

from __future__ import annotations

from dataclasses import dataclass

HOLDS = ""  # the search ends without an error
CONVICTED = "a_healthy_replica_is_convicted"
OUTPUT = "a_wrong_value_is_output"
DEADLOCK = "invalid end state"
DISAGREE = "the_healthy_disagree"

SAFE = "no deadlock, no false conviction, no wrong output"
AGREE = SAFE + ", agreement"
SERVE = AGREE + ", service"

STEPS = ()  # every access to a record is a step of its own
COARSE = ("COARSE",)
ANYTHING = ("ANYTHING",)
AGREEING = ("CHECK_AGREE",)
SERVING = ("CHECK_AGREE", "CHECK_SERVICE", "PATIENT")
ONE = ("FAULTY_FIRST=0", "FAULTY_LAST=0")  # the primary, and the lowest


@dataclass(frozen=True)
class Variant:
    """One verification. `violates`: the assertion that must fail, or HOLDS."""

    name: str
    replicas: int
    meetings: int
    defines: tuple[str, ...]
    checks: str
    violates: str = HOLDS
    long: bool = False


VARIANTS = (
    # The code as it is, one faulty replica that runs it, or that does anything.
    Variant("n2-runs", 2, 2, STEPS + AGREEING, AGREE),
    Variant("n2-anything", 2, 2, STEPS + ANYTHING, SAFE),
    Variant("n3-runs", 3, 2, COARSE + AGREEING, AGREE),
    Variant("n3-runs-patient", 3, 2, COARSE + SERVING, SERVE),
    Variant("n3-anything", 3, 2, STEPS + ANYTHING, SAFE),
    Variant("n3-held-up", 3, 2, COARSE + SERVING + ONE + ("HELD_UP",), SERVE),
    Variant("n4-runs", 4, 1, COARSE + SERVING + ("ONE_BAD",), SERVE),
    Variant("n4-anything", 4, 1, COARSE + ANYTHING + ONE + ("FEW",), SAFE),
    # A design that is not in the code yet: re-integration after meeting 2.
    Variant("n3-rejoin-design", 3, 3,
            COARSE + SERVING + ONE + ("ONE_BAD", "REJOIN=2"), SERVE),
    # A design that heals the first two weaknesses below.
    Variant("n3-mute-design", 3, 2, COARSE + ANYTHING + AGREEING + ("MUTE",),
            AGREE),
    Variant("n3-mute-reflip", 3, 2,
            COARSE + AGREEING + ONE + ("MUTE", "REFLIP", "ONE_BAD"), AGREE),
    # Deliberate bugs: the model must find them.
    Variant("bug-alone", 3, 2, COARSE + SERVING + ("BUG_ALONE",), SERVE,
            DISAGREE),
    Variant("bug-unheard", 3, 2,
            COARSE + SERVING + ("BUG_EPOCH", "BUG_FORGET"), SERVE, DISAGREE),
    Variant("bug-blind", 2, 2, STEPS + ("BUG_BLIND",), SAFE, OUTPUT),
    Variant("bug-no-deadline", 3, 2, COARSE + ("BUG_NO_DEADLINE",), SAFE,
            DEADLOCK),
    Variant("bug-stale-slot", 3, 3,
            COARSE + SERVING + ("REJOIN=2", "BUG_STALE"), SERVE, CONVICTED),
    # Known weaknesses of the code: see README.md, "What the model found".
    Variant("weak-reflip", 3, 2,
            COARSE + AGREEING + ("REFLIP", "PATIENT"), AGREE, DISAGREE),
    Variant("weak-two-faced", 3, 2, COARSE + ANYTHING + AGREEING, AGREE,
            DISAGREE),
    Variant("weak-split", 3, 3, COARSE + ANYTHING + ("FEW", "CHECK_SPLIT"),
            SAFE + ", no two parties", "two_parties_go_on"),
    Variant("weak-held-up", 3, 2, COARSE + ANYTHING + ("HELD_UP",), SAFE,
            CONVICTED),
    # Longer ones.
    Variant("n3-runs-steps", 3, 1, STEPS + SERVING + ONE + ("ONE_BAD",), SERVE,
            long=True),
    Variant("n3-reflip-safe", 3, 3,
            COARSE + ("REFLIP", "ONE_BAD", "CHECK_SPLIT"),
            SAFE + ", no two parties", long=True),
    Variant("n4-runs-bad-b", 4, 1, COARSE + SERVING, SERVE, long=True),
    Variant("n4-anything-any", 4, 1, COARSE + ANYTHING + ("FEW",), SAFE,
            long=True),
    Variant("n4-anything-steps", 4, 1, ANYTHING + ONE + ("FEW",), SAFE,
            long=True),
)
