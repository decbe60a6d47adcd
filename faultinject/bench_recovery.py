# SPDX-License-Identifier: BSD-2-Clause
"""How long recovery takes: many runs of `digest`, each with one flip.

detection -> resumed   first record of a detection to the last survivor's
                       record that service is resumed
downgrade -> TMR       the core is taken away to the record that it is back
pause                  the way back is agreed to the record that it is back

Times are differences of the recorder's stamps, 10 ns each. In the emulator a
nanosecond is one instruction of any core, so a figure is the number of
instructions of *all* cores in that span, and an upper bound of the critical
path. Trial k of a kind is a pure function of the kind and k.
"""
from __future__ import annotations

import os
import random
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from itertools import count, islice
from typing import Any

from faultinject import events, flipspec, golden, qemu, target
from faultinject.errors import HarnessError
from faultinject.image import MIB
from faultinject.workload import Prepared, Workload

ROUNDS = 16
ROUNDS_MAX = 10_000
REPLICAS = 3
STRIDE = 16 * MIB
TIMEOUT_S = 120.0
INPUT_SHORT, INPUT_LONG = 40_000, 250_000
WINDOW_NS = 2_000_000  # flips come that long after the program's start
LOOK_NS = 4_000_000  # after the flip; a flip not noticed by then is left out
RETURN_NS = 300_000_000  # a replica that is not back by then does not come
TRIES = 20  # flips per detection wanted
NS_PER_STAMP = 10
CLOCK_HZ = 800_000_000
CYCLES_PER_INSTRUCTION = (1.0, 1.5, 2.0)
PRIMARY, OTHERS = (0,), (1, 2)
# Kernel code and data that every system call uses.
HOT = ("kernel_syscall", "kernel_exit", "cspace_resolve", "invocation_handle",
       "ipc_send", "transfer_message", "sched_current")
LIVE_BITS = range(64, 320)  # the hash value in digest_state
SMALL_PAGE = 2  # bit of a descriptor; without it the page is gone
Place = Callable[["Bench", random.Random, int, int], str]


@dataclass(frozen=True)
class Kind:
    """What is hit, whose it is, and which detections count."""

    name: str
    victims: tuple[int, ...]
    place: Place
    deadline: bool = False
    returns: bool = False


@dataclass(frozen=True)
class Bench:
    """A workload with what is needed to place flips in it."""

    prepared: Prepared
    memory: Any
    start_ns: int


@dataclass(frozen=True)
class Trial:
    """One run, in instructions; None where a thing did not happen."""

    victim: int
    detector: str | None = None
    convicted: int = 0
    resumed: int | None = None
    back: int | None = None
    pause: int | None = None
    pages: int | None = None


# ---- flips -------------------------------------------------------------------

def _user(bench: Bench, rng: random.Random, victim: int, at_ns: int) -> str:
    spec = flipspec.FlipSpec(replica=victim, at=str(at_ns),
                             symbol="digest_state", bit=rng.choice(LIVE_BITS))
    return flipspec.resolve(spec, bench.prepared, bench.memory,
                            at_ns).plugin_argument()


def _kernel_bit(bench: Bench, place: tuple[int, int], victim: int, at_ns: int
                ) -> str:
    """Flip `bit` of the byte at a kernel virtual address."""
    address, bit = place
    real = (target.canonical(address)
            + bench.prepared.config.partition_offset(victim))
    return f"{at_ns}:mem:{real:#x}:{1 << bit:#x}"


def _kernel(bench: Bench, rng: random.Random, victim: int, at_ns: int) -> str:
    table = target.symbols(bench.prepared.products.kernel)
    symbol = rng.choice([table[name] for name in HOT if name in table])
    place = (symbol.address + rng.randrange(symbol.size), rng.randrange(8))
    return _kernel_bit(bench, place, victim, at_ns)


def _vectors(bench: Bench, rng: random.Random, victim: int, at_ns: int) -> str:
    """Unmap the exception vectors: the core never does anything again."""
    kernel = bench.prepared.products.kernel
    page = (target.address_of(kernel, "vectors_table")
            - target.kernel_layout(kernel).start) >> 12
    address = target.address_of(kernel, "image_table") + 4 * page
    return _kernel_bit(bench, (address, SMALL_PAGE - 1), victim, at_ns)


KINDS = (
    Kind("user state, non-primary", OTHERS, _user),
    Kind("user state, primary", PRIMARY, _user),
    Kind("kernel state, non-primary", OTHERS, _kernel),
    Kind("kernel state, primary", PRIMARY, _kernel),
    Kind("deadline, non-primary", OTHERS, _vectors, deadline=True),
    Kind("deadline, primary", PRIMARY, _vectors, deadline=True),
    Kind("way back, non-primary", OTHERS, _user, returns=True),
    Kind("way back, primary", PRIMARY, _user, returns=True),
)


# ---- runs --------------------------------------------------------------------

def _workload(returns: bool) -> Workload:
    size = INPUT_LONG if returns else INPUT_SHORT
    return Workload(app="digest", data=random.Random(size).randbytes(size),
                    replicas=REPLICAS, stride=STRIDE,
                    reintegration="always" if returns else "never")


def _bench(prepared: Prepared) -> Bench:
    plain = golden.plain(prepared)
    start = golden.program_start_ns(prepared, plain)
    memory, _ = golden.map_at(prepared, start + WINDOW_NS)
    return Bench(prepared, memory, start)


def _trial(bench: Bench, kind: Kind, k: int) -> Trial:
    rng = random.Random(f"{kind.name}:{k}")
    victim = rng.choice(kind.victims)
    # the first tenth of the window is the program's start
    at_ns = bench.start_ns + rng.randrange(WINDOW_NS // 10, WINDOW_NS)
    flip = kind.place(bench, rng, victim, at_ns)
    limit = at_ns + (RETURN_NS if kind.returns else LOOK_NS)
    result = qemu.run(bench.prepared.machine(flips=(flip,), limit_ns=limit),
                      TIMEOUT_S)
    if not result.facts.get("flip_fired"):
        raise HarnessError("the run ended before its flip")
    return read(events.parse(result.raw_events), victim)


def _span(records: list[dict[str, Any]], first: str, last: str) -> int | None:
    """Instructions from the first record of a kind to the last of another."""
    begin = [r["stamp"] for r in records if r["kind"] == first]
    end = [r["stamp"] for r in records if r["kind"] == last]
    return NS_PER_STAMP * (end[-1] - begin[0]) if begin and end else None


def read(records: list[dict[str, Any]], victim: int) -> Trial:
    """What the recorder says about a run with one flip."""
    own = [r for r in records if r["replica"] != victim]
    detected = [r["detector"] for r in own if r["kind"] == "detect"]
    convicted = 0
    for record in own:
        if record["kind"] == "downgrade":
            convicted |= record["convicted"]
    pages = [r["pages_in_pause"] for r in own if r["kind"] == "rejoin"]
    return Trial(victim=victim, detector=detected[0] if detected else None,
                 convicted=convicted, resumed=_span(own, "detect", "resume"),
                 back=_span(own, "downgrade", "rejoin"),
                 pause=_span(own, "admit", "rejoin"),
                 pages=pages[0] if pages else None)


def _counts(kind: Kind, trial: Trial) -> bool:
    """Is it a detection of this kind?"""
    late = trial.detector == "deadline"
    return trial.resumed is not None and late == kind.deadline


def _trials(pool: ThreadPoolExecutor, bench: Bench, kind: Kind
            ) -> Iterator[Trial]:
    """Trials 0, 1, 2 ... in order, a few at a time."""
    numbers = count()
    while chunk := list(islice(numbers, 2 * jobs())):
        yield from pool.map(lambda k: _trial(bench, kind, k), chunk)


def jobs() -> int:
    """Emulators at once."""
    return os.cpu_count() or 1


def _run_kind(pool: ThreadPoolExecutor, bench: Bench, kind: Kind, rounds: int
              ) -> dict[str, Any]:
    found: list[Trial] = []
    flips = wrong = 0
    for trial in islice(_trials(pool, bench, kind), TRIES * rounds):
        flips += 1
        wrong += bool(trial.convicted & ~(1 << trial.victim))
        if _counts(kind, trial):
            found.append(trial)
        if len(found) == rounds:
            break
    return {"flips": flips, "detections": len(found),
            "wrong_convictions": wrong, **_figures(kind, found)}


# ---- figures -----------------------------------------------------------------

def quantile(values: list[int], share: float) -> int:
    """Nearest rank: the smallest value that `share` of all do not exceed."""
    ordered = sorted(values)
    rank = -(-len(ordered) * round(share * 100) // 100)
    return ordered[max(rank, 1) - 1]


def milliseconds(instructions: int) -> dict[str, float]:
    """At the clock of the board, by cycles per instruction."""
    return {f"{c:g}": 1000 * c * instructions / CLOCK_HZ
            for c in CYCLES_PER_INSTRUCTION}


def _summary(values: list[int | None]) -> dict[str, Any]:
    seen = [value for value in values if value is not None]
    if not seen:
        return {"count": 0}
    row = {"median": quantile(seen, 0.5), "p99": quantile(seen, 0.99),
           "max": max(seen)}
    return {"count": len(seen), "instructions": row,
            "milliseconds": {n: milliseconds(v) for n, v in row.items()}}


def _figures(kind: Kind, found: list[Trial]) -> dict[str, Any]:
    figures = {"detection_to_resumed": _summary([t.resumed for t in found])}
    if kind.returns:
        figures["downgrade_to_tmr"] = _summary([t.back for t in found])
        figures["pause"] = _summary([t.pause for t in found])
        pages = [t.pages for t in found if t.pages is not None]
        figures["pages_in_pause"] = {"max": max(pages, default=0)}
    return figures


def measure(rounds: int, progress: Callable[[str], None]) -> dict[str, Any]:
    """All kinds. @param progress  Told the name of each kind as it begins."""
    kinds: dict[str, Any] = {}
    with ThreadPoolExecutor(jobs()) as pool:
        for returns in (False, True):
            with Prepared(_workload(returns)) as prepared:
                bench = _bench(prepared)
                for kind in KINDS:
                    if kind.returns == returns:
                        progress(kind.name)
                        kinds[kind.name] = _run_kind(pool, bench, kind, rounds)
    return {"rounds": rounds, "clock_hz": CLOCK_HZ, "kinds": kinds}
