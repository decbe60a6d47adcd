# SPDX-License-Identifier: BSD-2-Clause
"""How long recovery takes, on the critical path (critical.py).

detection -> resumed   first record of a detection to the last survivor's
                       record that service is resumed
downgrade -> TMR       the core is taken away to the record that it is back
pause                  the way back is agreed to the record that it is back

Flips of user state, which are always noticed, come one after the other in runs
of `digest` with policy `always` (bench_return.py): all three are measured.
Others have a run with policy `never` for themselves, because a flip that goes
unnoticed would still be there at the next one: the first is measured. A run is
a pure function of its kind and number.
"""
from __future__ import annotations

import os
import random
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from itertools import count, islice
from pathlib import Path
from typing import Any

from faultinject import critical, golden, qemu, target, tree
from faultinject.bench_figures import CLOCK_HZ, Kept, Took, summary, took
from faultinject.errors import HarnessError
from faultinject.image import MIB
from faultinject.workload import Prepared, Workload

ROUNDS = 300
ROUNDS_MAX = 10_000
REPLICAS = 3
STRIDE = 16 * MIB
TIMEOUT_S = 120.0
INPUT_BYTES = 40_000
WINDOW_NS = 2_000_000  # flips come that long after the program's start
LOOK_NS = 4_000_000  # after the flip; a flip not noticed by then is left out
TRIES = 20  # flips per detection wanted
PRIMARY, OTHERS = (0,), (1, 2)
# Kernel code and data that every system call uses.
HOT = ("calm_syscall", "kernel_exit", "cspace_resolve", "invocation_handle",
       "ipc_send", "transfer_message", "sched_current")
LIVE_BITS = range(64, 320)  # the hash value in digest_state
SMALL_PAGE = 2  # bit of a descriptor; without it the page is gone
Place = Callable[["Bench", random.Random, int, int], str]
Progress = Callable[[str], None]


@dataclass(frozen=True)
class Kind:
    """What is hit, whose it is, and which detections count."""

    name: str
    victims: tuple[int, ...]
    place: Place
    deadline: bool = False


@dataclass(frozen=True)
class Bench:
    """A workload with what is needed to place flips in it."""

    prepared: Prepared
    start_ns: int


@dataclass(frozen=True)
class Trial:
    """One flip and what came of it; None where a thing did not happen."""

    victim: int
    detector: str | None = None
    convicted: int = 0
    resumed: Took | None = None
    back: Took | None = None
    pause: Took | None = None
    pages: int | None = None


def trial_of(row: dict[str, Any]) -> Trial:
    """A trial from the file that keeps it."""
    spans = {name: Took(**row[name]) if row[name] else None
             for name in ("resumed", "back", "pause")}
    return Trial(**{**row, **spans})


# ---- flips -------------------------------------------------------------------

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
    Kind("kernel state, non-primary", OTHERS, _kernel),
    Kind("kernel state, primary", PRIMARY, _kernel),
    Kind("deadline, non-primary", OTHERS, _vectors, deadline=True),
    Kind("deadline, primary", PRIMARY, _vectors, deadline=True),
)


# ---- runs --------------------------------------------------------------------

def _workload() -> Workload:
    data = random.Random(INPUT_BYTES).randbytes(INPUT_BYTES)
    return Workload(app="digest", data=data, replicas=REPLICAS, stride=STRIDE,
                    reintegration="never")


def _bench(prepared: Prepared) -> Bench:
    plain = golden.plain(prepared)
    start = golden.program_start_ns(prepared, plain)
    return Bench(prepared, start)


def _trial(bench: Bench, kind: Kind, k: int) -> Trial:
    rng = random.Random(f"{kind.name}:{k}")
    victim = rng.choice(kind.victims)
    # the first tenth of the window is the program's start
    at_ns = bench.start_ns + rng.randrange(WINDOW_NS // 10, WINDOW_NS)
    flip = kind.place(bench, rng, victim, at_ns)
    machine = bench.prepared.machine(count=True, flips=(flip,),
                                     limit_ns=at_ns + LOOK_NS)
    result = qemu.run(machine, TIMEOUT_S)
    if not result.facts.get("flip_fired"):
        raise HarnessError("the run ended before its flip")
    return read(critical.journal(result.journal), victim)


def _trial_kept(kept: Kept, bench: Bench, kind: Kind, k: int) -> Trial:
    name = f"{kind.name}:{k}"
    rows = kept.get(name)
    if rows is None:
        trial = _trial(bench, kind, k)
        kept.put(name, [trial])
        return trial
    return trial_of(rows[0])


def read(moments: list[critical.Moment], victim: int) -> Trial:
    """What the recorder says about one flip in a replica."""
    own = [m for m in moments if m.replica != victim]

    def of(kind: str) -> list[critical.Moment]:
        return [m for m in own if m.kind == kind]

    detected = of("detect")
    convicted = 0
    for moment in of("downgrade"):
        convicted |= int(moment.record["convicted"])
    pages = [int(m.record["pages_in_pause"]) for m in of("rejoin")]
    return Trial(
        victim=victim, convicted=convicted,
        detector=detected[0].record["detector"] if detected else None,
        resumed=took(detected, of("resume")),
        back=took(of("downgrade"), of("rejoin")),
        pause=took(of("admit"), of("rejoin")),
        pages=pages[0] if pages else None)


def _counts(kind: Kind, trial: Trial) -> bool:
    """Is it a detection of this kind?"""
    late = trial.detector == "deadline"
    return trial.resumed is not None and late == kind.deadline


def jobs() -> int:
    """Emulators at once."""
    return os.cpu_count() or 1


def _trials(kept: Kept, bench: Bench, kind: Kind) -> Iterator[Trial]:
    """Trials 0, 1, 2 ... in order, a few at a time."""
    numbers = count()
    with ThreadPoolExecutor(jobs()) as pool:
        while chunk := list(islice(numbers, 2 * jobs())):
            yield from pool.map(
                lambda k: _trial_kept(kept, bench, kind, k), chunk)


def wrong(trial: Trial) -> bool:
    """Was somebody convicted who was not hit?"""
    return bool(trial.convicted & ~(1 << trial.victim))


def _run_kind(kept: Kept, bench: Bench, kind: Kind, rounds: int,
              progress: Progress) -> dict[str, Any]:
    found: list[Trial] = []
    flips = bad = 0
    for trial in islice(_trials(kept, bench, kind), TRIES * rounds):
        flips += 1
        bad += wrong(trial)
        if _counts(kind, trial):
            found.append(trial)
        if flips % 50 == 0 or len(found) == rounds:
            progress(f"{kind.name}: {len(found)} of {rounds}, {flips} flips")
        if len(found) == rounds:
            break
    return {"flips": flips, "detections": len(found),
            "wrong_convictions": bad, "reintegration": "never",
            "detection_to_resumed": summary([t.resumed for t in found])}


def decisive(prepared: Prepared) -> tuple[str, ...]:
    """All that decides a trial: image, input, plug-in, emulator, this code."""
    code = Path(__file__).parent
    return (prepared.image_hash, prepared.workload.input_hash,
            tree.sha256_of(tree.PLUGIN), tree.emulator_version(),
            *(tree.sha256_of(code / name) for name in
              ("bench_recovery.py", "bench_return.py", "critical.py")))


def measure(rounds: int, progress: Progress) -> dict[str, Any]:
    """All kinds. @param progress  Told a line now and then."""
    from faultinject import bench_return
    kinds = bench_return.measure(rounds, progress)
    with Prepared(_workload()) as prepared:
        kept = Kept("recovery", *decisive(prepared))
        progress(f"kept in {kept.path}")
        bench = _bench(prepared)
        for kind in KINDS:
            kinds[kind.name] = _run_kind(kept, bench, kind, rounds, progress)
    return {"rounds": rounds, "clock_hz": CLOCK_HZ,
            "line_cost": critical.LINE_COST, "kinds": kinds}


# ---- the table ---------------------------------------------------------------

SPANS = {"detection_to_resumed": "detection to resumed",
         "downgrade_to_tmr": "downgrade to three again", "pause": "pause"}
TARGETS = {("detection_to_resumed", False): 100_000,
           ("detection_to_resumed", True): 200_000,
           ("pause", False): 800_000, ("pause", True): 800_000}


def _lines(figures: dict[str, Any]) -> Iterator[str]:
    for span, title in SPANS.items():
        for name, kind in figures["kinds"].items():
            row = kind.get(span, {"count": 0})
            if not row["count"]:
                continue
            cells = [f"{row['instructions'][q]:,}"
                     for q in ("median", "p99", "max")]
            times = " / ".join(f"{ms:.3f}"
                               for ms in row["milliseconds"]["p99"].values())
            target = TARGETS.get((span, not name.endswith("non-primary")))
            yield (f"| {title}, {name} | {row['count']} | {' | '.join(cells)} "
                   f"| {row['all_cores']['p99']:,} | {times} "
                   f"| {'' if target is None else f'{target:,}'} |")


def markdown(figures: dict[str, Any]) -> str:
    """The table as rcoe/README.md shows it."""
    kinds = figures["kinds"].values()
    flips = sum(kind["flips"] for kind in kinds)
    bad = sum(kind["wrong_convictions"] for kind in kinds)
    head = ("span, kind", "n", "median", "p99", "max", "p99, all cores",
            "p99 in ms", "target")
    return "\n".join([
        f"Instructions of the critical path, {figures['line_cost']} for each "
        "line taken over; p99 of all cores together; milliseconds at "
        f"{figures['clock_hz'] // 1_000_000} MHz for 1 / 1.5 / 2 cycles per "
        "instruction; user state with policy `always`, others with `never`.",
        "", f"| {' | '.join(head)} |", "|---" * len(head) + "|",
        *_lines(figures), "",
        f"{flips:,} flips, {bad} convictions of a healthy replica.", ""])
