# SPDX-License-Identifier: BSD-2-Clause
"""The only place that decides what became of an injected fault.

Pure functions from a raw observation and the fault-free (golden) run of the
same variant to a verdict. Nothing is stored, so every verdict can be decided
again, by other rules if need be, without running anything.

Precedence, first match wins (README.md argues each rule):
  sdc        a wrong byte left the board, or an ordered end came too early
  crash      the run ended without a last record that explains the end
  hang       the time limit came first and no last record says why
  detected   the last record is a safe stop and all bytes before it were right
  corrected  somebody was convicted, service went on, output is right
  rejoined   the same, and the convicted replica came back
  repaired   the scrubber mended memory before anybody was convicted
  latent     right and unnoticed, but the final memory differs
  masked     right, unnoticed, nothing left behind
"""

import re
from dataclasses import dataclass
from enum import Enum


class Outcome(Enum):
    """What became of one fault, in order of precedence."""

    SDC = "sdc"
    CRASH = "crash"
    HANG = "hang"
    DETECTED = "detected"
    CORRECTED = "corrected"
    REJOINED = "rejoined"
    REPAIRED = "repaired"
    LATENT = "latent"
    MASKED = "masked"


UNCONTROLLED = frozenset({Outcome.SDC, Outcome.CRASH, Outcome.HANG})
# No error was seen in the service: all others are observed errors.
UNNOTICED = frozenset({Outcome.REPAIRED, Outcome.LATENT, Outcome.MASKED})

EXIT_WITHOUT_CODE = -1
SCRUB_NOT_REPAIRED = 0xffffffff  # third word of a scrub record

# Last line of a run that reports its own failure: "root: uart: read from ...".
REPORT = re.compile(rb"(?:root|digest|echo|spin|storm|bench): [^\n]*\n?\Z")

# Records that say why a run stops, and the end that goes with them. A fault of
# a thread that nobody handles leaves the emulator running until the limit.
LAST_WORDS = {"fail-stop": "fail-stop", "refused": "boot refused",
              "kernel-exception": "kernel exception",
              "assert": "failed assertion",
              "double-fault": "fault of a user thread"}
END_OF_RECORD = {"fail-stop": "fail-stop", "refused": "refused",
                 "kernel-exception": "kernel-exception",
                 "assert": "kernel-exception"}


@dataclass(frozen=True)
class Event:
    """One flight-recorder record, as far as verdicts need it.

    `stamp` is in 10 ns units. `args` are the raw words of the record.
    """

    kind: str
    replica: int
    stamp: int
    args: tuple[int, ...] = ()
    detector: str = ""


@dataclass(frozen=True)
class Raw:
    """What was seen of one run, golden or not; no verdict.

    `end` is the harness' word for how the emulator ended: "exit",
    "fail-stop", "kernel-exception", "refused", "limit" or "crash". `digests`
    name parts of the final memory after canonicalisation; empty if not taken.
    """

    end: str
    console: bytes
    events: tuple[Event, ...]
    digests: dict[str, str]
    output_digest: str | None = None
    injected: int | None = None


@dataclass(frozen=True)
class Verdict:
    """An outcome with what explains it.

    `detector` names the first detector that fired ("" if none), `convicted`
    the replicas that were voted out, `wrong_conviction` is True if one of
    these was not the injected one. `why` is one line for people.
    """

    outcome: Outcome
    why: str
    detector: str = ""
    convicted: tuple[int, ...] = ()
    wrong_conviction: bool = False
    state_compared: bool = True


def members(mask: int) -> tuple[int, ...]:
    """Replica numbers of a bit mask."""
    return tuple(i for i in range(4) if mask >> i & 1)


def convicted_by(run: Raw) -> tuple[int, ...]:
    """Replicas that convictions or downgrades took out of service.

    What the injected replica alone says of others is no evidence, unless the
    run ends in order without them.
    """
    ended = {e.replica for e in run.events if e.kind == "exit"}
    gone: set[int] = set()
    for event in run.events:
        if event.kind in ("convict", "downgrade") and event.args:
            named = set(members(event.args[0]))
            if event.replica == run.injected:
                named = named - ended if ended else set()
            gone |= named
    return tuple(sorted(gone))


def rejoined(run: Raw) -> bool:
    """Did every convicted replica come back? The injected one can not vouch
    for itself."""
    back = 0
    for event in run.events:
        if event.kind == "rejoin" and event.args:
            itself = event.replica == run.injected
            back |= event.args[0] & ~(1 << event.replica if itself else 0)
    return set(convicted_by(run)) <= set(members(back))


def repaired(run: Raw) -> bool:
    """Did the scrubber find an odd page and copy it from a right one? All in
    service record it; the injected replica alone may have dreamt it."""
    return any(e.kind == "scrub" and len(e.args) > 2
               and e.args[2] != SCRUB_NOT_REPAIRED
               and e.replica != run.injected for e in run.events)


def live_at_end(run: Raw) -> tuple[int, ...]:
    """Replicas that booted and were never convicted.

    Long runs may have overwritten the boot records; then all that wrote count.
    """
    booted = {e.replica for e in run.events if e.kind == "boot"} or \
        {e.replica for e in run.events}
    return tuple(sorted(booted - set(convicted_by(run))))


def exit_code(run: Raw, golden: Raw) -> int | None:
    """Code of the ordered end; None without one.

    That of a replica in service which was not injected. Where one of several
    replicas was, and it alone says so, the end counts only if nothing is
    missing: no replica may end the run before the others have agreed.
    """
    live = live_at_end(run)
    codes = [(e.replica, e.args[0] if e.args else EXIT_WITHOUT_CODE)
             for e in run.events if e.kind == "exit" and e.replica in live]
    trusted = [code for replica, code in codes
               if replica != run.injected or len(live) == 1]
    if trusted or not codes:
        return trusted[-1] if trusted else None
    whole = (run.console, run.output_digest) == (golden.console,
                                                 golden.output_digest)
    right = exit_code(golden, golden)
    return right if whole and codes[-1][1] == right else None


def first_detector(events: tuple[Event, ...]) -> str:
    """Name of the detector that fired first, "" if none did."""
    for event in events:
        if event.kind in ("detect", "fail-stop"):
            return event.detector or "unnamed"
        if event.kind == "kernel-exception":
            return "exception"
        if event.kind in ("assert", "double-fault", "refused"):
            return {"assert": "assertion", "double-fault": "user-fault",
                    "refused": "boot check"}[event.kind]
    return ""


def safe_stop(run: Raw) -> str:
    """Why this run stopped by its own decision, "" if it did not.

    A record of this kind is the run's last word if the emulator ended for that
    very reason, or if every replica in service wrote one. A record by some of
    several replicas is not: the others were to go on.
    """
    live = set(live_at_end(run))
    for kind, words in LAST_WORDS.items():
        who = {e.replica for e in run.events if e.kind == kind}
        ended_so = run.end == END_OF_RECORD.get(kind)
        if who and (ended_so or (live and who >= live)):
            return words
    return ""


def output_of(run: Raw, golden: Raw) -> bytes:
    """The console without the words in which the run reports its own failure.

    Only a run that ends with another exit code than the golden one does so,
    in its last line, which begins with the name of the program that found it.
    """
    if exit_code(run, golden) in (None, exit_code(golden, golden)):
        return run.console
    return REPORT.sub(b"", run.console)


def wrong_output(run: Raw, golden: Raw) -> str:
    """Why the bytes that left the board are wrong, "" if they are right.

    A stop in the middle leaves a prefix of the golden bytes: nothing wrong.
    An ordered end with the golden exit code claims to be complete, so there a
    prefix is not enough. Another code claims nothing: it reports a failure.
    """
    output = output_of(run, golden)
    if not golden.console.startswith(output):
        at = first_difference(output, golden.console)
        return f"console differs from byte {at}"
    if exit_code(run, golden) != exit_code(golden, golden):
        return ""
    if exit_code(run, golden) is None or run.end != "exit":
        return ""
    if run.console != golden.console:
        missing = len(golden.console) - len(run.console)
        return f"ordered end, but {missing} bytes of output are missing"
    if run.output_digest != golden.output_digest:
        return "the result that was reported differs"
    return ""


def first_difference(a: bytes, b: bytes) -> int:
    """Index of the first byte in which a and b differ."""
    for index, (left, right) in enumerate(zip(a, b)):
        if left != right:
            return index
    return min(len(a), len(b))


def decide(run: Raw, golden: Raw) -> tuple[Outcome, str]:
    """Outcome of a run and one line that says why."""
    wrong = wrong_output(run, golden)
    if wrong:
        return Outcome.SDC, wrong
    if run.end == "exit" and exit_code(run, golden) is not None:
        return ordered_end(run, golden)
    stop = safe_stop(run)
    if run.end == "crash":
        return Outcome.CRASH, "the emulator ended unexpectedly"
    if run.end == "limit" and not stop:
        return Outcome.HANG, "no end within the time limit, and no record"
    if not stop:
        return Outcome.CRASH, f"ended ({run.end}) without a last record"
    return Outcome.DETECTED, stop


def ordered_end(run: Raw, golden: Raw) -> tuple[Outcome, str]:
    """Outcome of a run that ended in order with no wrong byte."""
    if exit_code(run, golden) != exit_code(golden, golden):
        said = REPORT.search(run.console)
        words = said.group(0).decode("ascii", "replace").strip() if said else ""
        return (Outcome.DETECTED, f"ended with code {exit_code(run, golden)} "
                f"{words}".strip())
    if convicted_by(run):
        if rejoined(run):
            return Outcome.REJOINED, "voted out, brought back, service continued"
        return Outcome.CORRECTED, "voted out, service continued"
    if repaired(run):
        return Outcome.REPAIRED, "the scrubber mended memory"
    changed = differing(run, golden)
    if changed:
        return Outcome.LATENT, "final memory differs: " + ", ".join(changed)
    return Outcome.MASKED, "no difference"


def differing(run: Raw, golden: Raw) -> list[str]:
    """Names of the parts of final memory that differ, sorted."""
    names = set(run.digests) & set(golden.digests)
    return sorted(n for n in names if run.digests[n] != golden.digests[n])


def classify(run: Raw, golden: Raw) -> Verdict:
    """The verdict about one run, by comparison with its golden run."""
    outcome, why = decide(run, golden)
    convicted = convicted_by(run)
    detector = first_detector(run.events)
    if outcome is Outcome.DETECTED and not detector:
        detector = "exit code"
    return Verdict(
        outcome=outcome, why=why, detector=detector, convicted=convicted,
        wrong_conviction=any(r != run.injected for r in convicted),
        state_compared=bool(set(run.digests) & set(golden.digests)))
