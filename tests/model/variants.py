# SPDX-License-Identifier: BSD-2-Clause
"""The variants of the model that are run: bounds, faults, checks, outcome.

A table and nothing else; the defines are explained in the .pml files.
"""

from __future__ import annotations

from dataclasses import dataclass

HOLDS = ""  # the search ends without an error
CONVICTED = "a_healthy_replica_is_convicted"
OUTPUT = "a_wrong_value_is_output"
UNEQUAL = "a_meeting_is_passed_unequal"
DEADLOCK = "invalid end state"
STAYS = "the_faulty_stays"
DISAGREE = "the_healthy_disagree"
APART = "the_healthy_meet_apart"

SAFE = "no deadlock, no false conviction, no wrong output"
AGREE = SAFE + ", agreement"
SERVE = AGREE + ", service"
TOGETHER = "no deadlock, the healthy at one place"
ALIKE = "no deadlock, the healthy all stop or all run on"

STEPS = ()  # every access to a record is a step of its own
COARSE = ("COARSE",)
ANYTHING = ("ANYTHING",)
AGREEING = ("CHECK_AGREE",)
SERVING = ("CHECK_AGREE", "CHECK_SERVICE", "PATIENT")
REFLIP = ("REFLIP", "ONE_BAD")
ONE_BAD = ("ONE_BAD",)
ONE = ("FAULTY_FIRST=0", "FAULTY_LAST=0")  # the primary, and the lowest


@dataclass(frozen=True)
class Variant:
    """One verification. `violates`: the assertion that must fail, or HOLDS.
    `model`: its file; `meetings` is for the model of the meetings."""

    name: str
    replicas: int
    meetings: int
    defines: tuple[str, ...]
    checks: str
    violates: str = HOLDS
    long: bool = False
    model: str = "meeting.pml"


def approach(name: str, replicas: int, defines: tuple[str, ...],
             violates: str = HOLDS) -> Variant:
    """Of the precise stop, which leads to one meeting."""
    return Variant(name, replicas, 1, defines, TOGETHER, violates,
                   model="approach.pml")


def rendezvous(name: str, replicas: int, defines: tuple[str, ...],
               violates: str = HOLDS) -> Variant:
    """Of rounds of the loosely coupled, which lead to one meeting."""
    return Variant(name, replicas, 1, defines, ALIKE, violates,
                   model="rendezvous.pml")


VARIANTS = (
    # One faulty replica that runs the code, or that does anything.
    Variant("n2-runs", 2, 2, STEPS + AGREEING, AGREE),
    Variant("n2-anything", 2, 2, STEPS + ANYTHING + AGREEING, AGREE),
    Variant("n3-runs", 3, 2, COARSE + AGREEING, AGREE),
    Variant("n3-runs-patient", 3, 1, COARSE + SERVING, SERVE),
    Variant("n3-anything", 3, 2, COARSE + ANYTHING + AGREEING, AGREE),
    Variant("n3-anything-patient", 3, 1, COARSE + ANYTHING + SERVING, SERVE),
    Variant("n3-reflip", 3, 1, COARSE + SERVING + REFLIP, SERVE),
    Variant("n3-held-up", 3, 2,
            COARSE + ANYTHING + AGREEING + ONE + ("FEW", "HELD_UP"), AGREE),
    Variant("n3-held-up-reflip", 3, 1,
            COARSE + SERVING + REFLIP + ONE + ("HELD_UP",), SERVE),
    Variant("n4-runs", 4, 1, COARSE + SERVING + ONE + ONE_BAD, SERVE),
    Variant("n4-anything", 4, 1, COARSE + ANYTHING + AGREEING + ONE + ("FEW",),
            AGREE),
    # Away after meeting 1, back behind meeting 2, voting at meeting 3.
    Variant("n3-rejoin", 3, 3, COARSE + SERVING + ONE + ("ONE_BAD", "REJOIN=2"),
            SERVE),
    Variant("n3-anything-one", 3, 1, STEPS + ANYTHING + AGREEING + ONE
            + ("FEW",), AGREE),
    # All come to meeting 2 to convict the faulty one.
    Variant("n3-accused", 3, 2, COARSE + SERVING + ONE + ("ONE_BAD", "ACCUSE=2"),
            SERVE),
    Variant("n3-accused-anything", 3, 2,
            COARSE + ANYTHING + AGREEING + ONE + ("FEW", "ACCUSE=2"), AGREE),
    # Deliberate bugs: the model must find them.
    Variant("bug-alone", 3, 2, COARSE + SERVING + ("BUG_ALONE",), SERVE,
            CONVICTED),
    Variant("bug-loud", 3, 2, COARSE + ANYTHING + AGREEING + ("BUG_LOUD",),
            AGREE, DISAGREE),
    Variant("bug-gullible", 3, 2,
            COARSE + ANYTHING + AGREEING + ("BUG_GULLIBLE",), AGREE, DISAGREE),
    Variant("bug-stubborn", 3, 2,
            COARSE + ANYTHING + ONE + ("FEW", "HELD_UP", "BUG_STUBBORN"), SAFE,
            CONVICTED),
    Variant("bug-impatient", 3, 2,
            COARSE + ANYTHING + ONE + ("FEW", "HELD_UP", "BUG_IMPATIENT"), SAFE,
            UNEQUAL),
    Variant("bug-unheard", 3, 2,
            COARSE + SERVING + ("BUG_EPOCH", "BUG_FORGET"), SERVE, UNEQUAL),
    Variant("bug-blind", 2, 2, STEPS + ("BUG_BLIND",), SAFE, OUTPUT),
    Variant("bug-no-deadline", 3, 2, COARSE + ("BUG_NO_DEADLINE",), SAFE,
            DEADLOCK),
    Variant("bug-stale-slot", 3, 3,
            COARSE + SERVING + ONE + ("ONE_BAD", "REJOIN=2", "BUG_STALE"),
            SERVE, CONVICTED),
    Variant("bug-swayed", 3, 2,
            COARSE + ANYTHING + AGREEING + ONE
            + ("FEW", "ACCUSE=2", "BUG_SWAYED"), AGREE, STAYS),
    Variant("bug-fickle", 3, 1,
            ANYTHING + AGREEING + ONE + ("FEW", "BUG_FICKLE"), AGREE, DISAGREE),
    # The precise stop: several places of one count; then a faulty one.
    approach("stop-n2", 2, STEPS + ("PER=2",)),
    approach("stop-n3", 3, COARSE + ("PER=2",)),
    approach("stop-n3-faulty", 3, COARSE + ("PER=1", "FAULTY")),
    approach("bug-credulous", 3, COARSE + ("PER=1", "FAULTY", "BUG_CREDULOUS"),
             APART),
    # A weakness that is known: README.md.
    approach("stop-n3-hurry", 3, COARSE + ("PER=1", "FAULTY", "HURRY"), APART),
    # Rounds: nobody faulty; one that lies; one that comes too late.
    rendezvous("round-n2", 2, STEPS),
    rendezvous("round-n3", 3, STEPS),
    rendezvous("round-n3-faulty", 3, STEPS + ("FAULTY",)),
    rendezvous("bug-lured", 3, STEPS + ("FAULTY", "BUG_LURED"), APART),
    rendezvous("bug-pushy", 3, STEPS + ("FAULTY", "BUG_PUSHY"), APART),
    # A weakness that is known, likewise.
    rendezvous("round-n3-late", 3, STEPS + ("FAULTY", "LATE"), APART),
    # Longer ones.
    Variant("n3-anything-steps", 3, 2, ANYTHING + AGREEING, AGREE, long=True),
    Variant("n3-anything-held-up", 3, 2,
            COARSE + ANYTHING + AGREEING + ("HELD_UP",), AGREE, long=True),
    Variant("n3-reflip-longer", 3, 2, COARSE + SERVING + REFLIP + ONE, SERVE,
            long=True),
    Variant("n3-ask-early", 3, 2,
            COARSE + ANYTHING + AGREEING + ONE + ("ASK_EARLY",), AGREE,
            long=True),
    Variant("n4-runs-any", 4, 1, COARSE + SERVING + ("ONE_BAD",), SERVE,
            long=True),
    Variant("n4-anything-any", 4, 1, COARSE + ANYTHING + AGREEING + ("FEW",),
            AGREE, long=True),
)
