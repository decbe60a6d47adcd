# SPDX-License-Identifier: BSD-2-Clause
"""A replica that was voted out comes back, and nobody else notices.

Faults that come alone are asked for at the front door. Where a second one has
to hit a certain phase of the way back, the phases are measured in a run with
the first one only.
"""

from dataclasses import dataclass
from pathlib import Path

import pytest
from faultinject import ending, events, flipspec, golden, qemu
from faultinject.workload import Prepared, Workload
from frontdoor import call, run_json
from test_identity import differences, look

SIZE = 200_000  # long enough for a way back, at most half of the run
TIMEOUT_S = 120
LIMIT_NS = 400_000_000
NAP_NS = 10_000_000
STORY = ["detect", "convict", "downgrade", "resume", "donate", "admit",
         "rejoin"]
SAME = ("console", "events", "instructions", "end", "live", "sha256")


@pytest.fixture(scope="module")
def file(make_input):
    return make_input(SIZE)


def comes_back(file, replica: int, *options: str, at: int = 20):
    """One flip in the live state of the program."""
    return run_json(
        "digest", "--input", file.path, "--stride", "16", "--reintegrate",
        "always", "--flip",
        f"replica={replica},symbol=digest_state,bit=100,at={at}%", *options)


def first_of_each(done) -> list[str]:
    """Kinds of the story, in the order in which each came first."""
    kinds = [e["kind"] for e in done["events"] if e["kind"] in STORY]
    return sorted(set(kinds), key=kinds.index)


@pytest.mark.parametrize("replica", [0, 1, 2])
def test_any_replica_comes_back(file, replica):
    done = comes_back(file, replica, "--replicas", "3")
    assert done.status == 0 and done["sha256"] == file.sha256
    assert done["live"] == 3 and done.convicted() == {replica}
    assert first_of_each(done) == STORY
    (back,) = done.events("rejoin")
    assert back["joined"] == 1 << replica and back["live"] == 0b111
    assert back["replica"] == min({0, 1, 2} - {replica})  # the donor
    assert {e["replica"] for e in done.events("exit")} == {0, 1, 2}


@pytest.mark.parametrize("replica", [0, 3])
def test_four_become_three_become_four(file, replica):
    done = comes_back(file, replica, "--replicas", "4")
    assert done.status == 0 and done["sha256"] == file.sha256
    assert done["live"] == 4
    assert [e["live"] for e in done.events("downgrade")] == [15 ^ 1 << replica]
    assert [e["live"] for e in done.events("rejoin")] == [0b1111]
    assert {e["replica"] for e in done.events("exit")} == {0, 1, 2, 3}


def test_with_entry_voting_it_comes_back_too(file):
    done = comes_back(file, 1, "--replicas", "3", "--voting", "entry")
    assert done.status == 0 and done["sha256"] == file.sha256
    assert done["live"] == 3 and len(done.events("rejoin")) == 1


@pytest.mark.parametrize("replica", [0, 2])
def test_it_comes_back_while_nobody_calls(replica):
    """In the first of two naps of 100 ms all wait for the timer's interrupt."""
    done = run_json("idle", "--replicas", "3", "--stride", "16",
                    "--reintegrate", "always", "--flip",
                    f"replica={replica},register=r15,bit=20,at=5%",
                    arguments="2 100000")
    assert done.status == 0 and done["live"] == 3
    (back,) = done.events("rejoin")
    assert back["stamp"] < done.events("exit")[0]["stamp"] // 2


def test_two_replicas_still_stop(file):
    done = comes_back(file, 1, "--replicas", "2")
    assert done.status == 3 and done["end"] == "fail-stop"
    assert not done.events("donate")


def test_the_policy_never_leaves_it_away(file):
    done = comes_back(file, 1, "--replicas", "3", "--reintegrate", "never")
    assert done.status == 0 and done["sha256"] == file.sha256
    assert done["live"] == 2 and not done.events("donate")


def test_the_way_back_repeats_to_the_last_instruction(file):
    first, second = (comes_back(file, 2, "--replicas", "3") for _ in range(2))
    assert first.events("rejoin")
    for key in SAME:
        assert first[key] == second[key], key


def soak(file, rounds: int):
    done = call("run", "digest", "--input", file.path, "--replicas", "3",
                "--stride", "16", "--soak", str(rounds), "--json")
    assert done.status == 0, done.stderr
    assert done["sha256"] == done["host_sha256"]
    assert done["end"] == "exit" and done["live"] == 3
    return done


def test_it_comes_back_again_and_again(file):
    done = soak(file, 6)
    assert done["rejoins_recorded"] == done["downgrades_recorded"] == 6


@pytest.mark.slow
def test_it_comes_back_forty_times(file):
    soak(file, 40)


# ---- a second fault ---------------------------------------------------------

@dataclass(frozen=True)
class Way:
    """A run in which replica 0 is hit and comes back; times in virtual ns."""

    prepared: Prepared
    console: bytes
    flip: str
    donate: int
    admit: int
    rejoin: int

    def hit(self, replica: int, at_ns: int) -> str:
        """A further flip in the program's state."""
        return flip_of(self.prepared, replica, at_ns, 130)

    def run(self, *flips: str, **more) -> "Outcome":
        result = qemu.run(self.prepared.machine(
            flips=(self.flip, *flips), limit_ns=LIMIT_NS, **more), TIMEOUT_S)
        return Outcome(result, events.parse(result.raw_events),
                       self.prepared.config.replicas)


@dataclass(frozen=True)
class Outcome:
    result: qemu.RunResult
    records: list
    replicas: int

    @property
    def end(self) -> str:
        return ending.end_of(self.result, self.records)

    @property
    def live(self) -> int:
        return ending.live_mask(self.records, self.replicas)

    def first_args(self, kind: str) -> list[int]:
        return [e["args"][0] for e in self.records if e["kind"] == kind]


def flip_of(prepared: Prepared, replica: int, at_ns: int, bit: int) -> str:
    memory = memory_of(prepared)
    spec = flipspec.FlipSpec(replica=replica, at=str(at_ns),
                             symbol="digest_state", bit=bit)
    return flipspec.resolve(spec, prepared, memory, at_ns).plugin_argument()


MAPS = {}


def memory_of(prepared: Prepared):
    """Where things lie: taken once, it does not move."""
    if id(prepared) not in MAPS:
        MAPS[id(prepared)] = golden.map_at(prepared, 20_000_000)[0]
    return MAPS[id(prepared)]


def way_back(file, replicas: int, policy: str = "always"):
    """Prepare, and measure the phases of the way back of replica 0."""
    workload = Workload(app="digest", data=Path(file.path).read_bytes(),
                        replicas=replicas, stride=16 << 20,
                        reintegration=policy)
    with Prepared(workload) as prepared:
        plain = golden.plain(prepared)
        start = golden.program_start_ns(prepared, plain)
        first = start + (plain.virtual_ns - start) // 5
        flip = flip_of(prepared, 0, first, 100)
        alone = qemu.run(prepared.machine(flips=(flip,)), TIMEOUT_S)
        at = {e["kind"]: 10 * e["stamp"]
              for e in events.parse(alone.raw_events)}
        assert alone.console == plain.console
        yield Way(prepared, plain.console, flip, at["donate"], at["admit"],
                  at["rejoin"])


@pytest.fixture(scope="module")
def three(file):
    yield from way_back(file, 3)


@pytest.fixture(scope="module")
def four(file):
    yield from way_back(file, 4)


@pytest.fixture(scope="module")
def once(file):
    yield from way_back(file, 3, "once")


def between(way: Way, percent: int) -> int:
    """A moment while the donor copies itself."""
    return way.donate + (way.admit - way.donate) * percent // 100


@pytest.mark.parametrize("replica", [1, 2], ids=["donor", "other"])
@pytest.mark.parametrize("percent", [1, 50, 90])
def test_a_second_fault_while_two_are_left_stops_the_system(
        three, replica, percent):
    done = three.run(three.hit(replica, between(three, percent)))
    assert done.end == "fail-stop"
    assert three.console.startswith(done.result.console)
    assert done.first_args("downgrade") == [1]  # nobody healthy


@pytest.mark.parametrize("replica", [1, 3], ids=["donor", "other"])
@pytest.mark.parametrize("percent", [1, 50, 90])
def test_with_three_left_a_second_fault_is_voted_out(four, replica, percent):
    done = four.run(four.hit(replica, between(four, percent)))
    assert done.end == "exit" and done.result.console == four.console
    assert done.first_args("downgrade") == [1, 1 << replica]


@pytest.mark.parametrize("before_ns", [20_000, 40_000])
def test_a_replica_that_fails_as_it_joins_is_taken_away_again(three, before_ns):
    crash = f"{three.rejoin - before_ns}:reg:0:15:0x100000"
    done = three.run(crash)
    assert done.end == "exit" and done.result.console == three.console
    assert done.first_args("downgrade") == [1, 1]
    assert done.first_args("admit") == [1, 1]
    assert done.first_args("rejoin") == [1]  # at the second attempt
    assert done.live == 0b111


@pytest.mark.parametrize("replica", [0, 1, 2])
def test_a_fault_after_the_return_is_voted_out(three, replica):
    done = three.run(three.hit(replica, three.rejoin + 100_000))
    assert done.end == "exit" and done.result.console == three.console
    assert done.first_args("downgrade") == [1, 1 << replica]


def test_once_means_that_the_second_time_it_stays_away(once):
    done = once.run(once.hit(0, once.rejoin + 100_000))
    assert done.end == "exit" and done.result.console == once.console
    assert done.first_args("downgrade") == [1, 1]
    assert done.first_args("rejoin") == [1] and done.live == 0b110


# ---- a fault that nobody has seen yet is not copied -------------------------

REGIONS = ("user-data", "kernel-data", "kernel-objects", "page-tables",
           "kernel-text")
# Shares of the time between two records, and before, in and after the pause.
MOMENTS = {"early": ("donate", "admit", 1), "half": ("donate", "admit", 50),
           "late": ("donate", "admit", 97), "pause": ("admit", "rejoin", 5),
           "pause-end": ("admit", "rejoin", 60),
           "back": ("admit", "rejoin", 101)}


def moment(way: Way, name: str) -> int:
    first, last, percent = MOMENTS[name]
    begin, end = getattr(way, first), getattr(way, last)
    return begin + (end - begin) * percent // 100


def memory_flip(way: Way, replica: int, region: str, name: str, seed: int
                ) -> str:
    at_ns = moment(way, name)
    spec = flipspec.FlipSpec(replica=replica, at=str(at_ns), region=region,
                             seed=seed)
    return flipspec.resolve(spec, way.prepared, memory_of(way.prepared),
                            at_ns).plugin_argument()


def check_nobody_healthy_is_convicted(way: Way, flip: str, hit: int) -> None:
    """A second fault, in a replica that is live: the third one is healthy."""
    done = way.run(flip)
    healthy = 0b110 & ~(1 << hit)
    assert way.console.startswith(done.result.console)
    assert healthy not in done.first_args("downgrade")
    if done.end == "exit":
        assert done.result.console == way.console


def test_a_fault_of_the_donor_that_nobody_has_seen_yet(three):
    done = three.run(three.hit(1, three.admit - 100_000))
    assert three.console.startswith(done.result.console)
    assert 0b100 not in done.first_args("downgrade")  # replica 2 is healthy


@pytest.mark.parametrize("hit", [1, 2], ids=["donor", "other"])
@pytest.mark.parametrize("region, name", [
    ("user-data", "late"), ("kernel-data", "half"), ("page-tables", "early"),
    ("kernel-text", "late"), ("kernel-objects", "pause")])
def test_what_one_of_two_alone_holds_is_not_copied(three, hit, region, name):
    check_nobody_healthy_is_convicted(
        three, memory_flip(three, hit, region, name, 1), hit)


@pytest.mark.slow
@pytest.mark.parametrize("hit", [1, 2], ids=["donor", "other"])
@pytest.mark.parametrize("region", REGIONS)
@pytest.mark.parametrize("name", MOMENTS)
@pytest.mark.parametrize("seed", range(4))
def test_nothing_that_one_of_two_alone_holds_is_ever_copied(
        three, hit, region, name, seed):
    check_nobody_healthy_is_convicted(
        three, memory_flip(three, hit, region, name, 100 + seed), hit)


def unread(way: Way, replica: int) -> tuple[str, int]:
    """A flip in code that nobody executes any more, before the way back
    begins, and the page that it is in."""
    at_ns = way.donate - 50_000
    spec = flipspec.FlipSpec(replica=replica, at=str(at_ns),
                             symbol="boot_layout_plan", bit=100)
    fault = flipspec.resolve(spec, way.prepared, memory_of(way.prepared),
                             at_ns)
    return fault.plugin_argument(), int(fault.physical or 0) & ~0xFFF


@pytest.mark.parametrize("hit", [1, 2], ids=["donor", "other"])
def test_two_that_differ_admit_nobody_and_say_so(three, hit):
    flip, page = unread(three, hit)
    done = three.run(flip)
    assert done.end == "exit" and done.result.console == three.console
    assert done.live == 0b110 and not done.first_args("rejoin")
    assert set(done.first_args("unlike")) == {1}
    assert set(done.first_args("scrub")) == {page}


@pytest.mark.parametrize("hit", [1, 3], ids=["donor", "other"])
def test_among_three_the_odd_one_is_mended_and_comes_back(four, hit):
    flip, page = unread(four, hit)
    done = four.run(flip)
    assert done.end == "exit" and done.result.console == four.console
    assert done.live == 0b1111 and done.first_args("unlike") == [1]
    mended = [e["args"][:2] for e in done.records if e["kind"] == "scrub"]
    assert mended == 3 * [[page, 1 << hit]]


# ---- what came back is a copy -----------------------------------------------

@pytest.mark.parametrize("replica", [0, 1, 2])
def test_the_copy_is_equal_word_for_word(replica, tmp_path):
    """`idle` sleeps nearly all of the time: the program counter is hit there,
    in the kernel, and memory is looked at in a later nap."""
    line = Workload(app="idle", args="100 1000", replicas=3, stride=16 << 20,
                    reintegration="always")
    flip = f"20000000:reg:{replica}:15:0x100000"
    with Prepared(line) as prepared:
        whole = qemu.run(prepared.machine(flips=(flip,)), TIMEOUT_S)
        (back,) = [e for e in events.parse(whole.raw_events)
                   if e["kind"] == "rejoin"]
        assert back["joined"] == 1 << replica and back["live"] == 0b111
        at_ns = 10 * back["stamp"] + NAP_NS
        assert at_ns < whole.virtual_ns - NAP_NS
        moment = look(prepared, at_ns, tmp_path, flip)
    assert all(moment.idle)
    assert differences(moment) == []
