# SPDX-License-Identifier: BSD-2-Clause
"""Critical-path clocks, on a program whose answer is known by hand."""
from __future__ import annotations

import subprocess
from pathlib import Path

import pytest

from faultinject import bench_stop, critical, qemu, target, tree
from faultinject.errors import UserError

SOURCE = Path(__file__).parent / "target" / "clock_probe.S"
WORKED = 42  # exit status of the probe
LINE = 1000
TIMEOUT_S = 60.0
ROUND = 2  # instructions of one round of work
SHARED = (critical.SHARED_BASE, critical.SHARED_SIZE)


@pytest.fixture(scope="module")
def probe(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The probe, assembled."""
    if not tree.PLUGIN.is_file():
        pytest.fail("the plug-in is not built: ./trireme build host")
    elf = tmp_path_factory.mktemp("clock") / "clock.elf"
    subprocess.run(
        ["arm-none-eabi-gcc", "-mcpu=cortex-a9", "-nostdlib",
         "-Wl,-Ttext=0x10000000", "-Wl,-e,_start", "-Wl,--build-id=none",
         "-o", str(elf), str(SOURCE)], check=True, capture_output=True)
    return elf


def go(probe: Path, slice_ns: int = 20000, line: int = LINE,
       marks: tuple[int, ...] = ()
       ) -> tuple[dict[tuple[str, int], critical.Moment], qemu.RunResult]:
    """Run it. @return the moment of each record by name and core."""
    at = target.address_of
    clock = ("clock=on", f"shared={SHARED[0]:#x}:{SHARED[0]:#x}:{SHARED[1]:#x}",
             "starts=0x20d8000-0x20d8004", f"line={line}")
    ranges = (("boot", at(probe, "others"), at(probe, "others_end")),
              ("kernel", at(probe, "_start"), at(probe, "_start") + 0x1000))
    result = qemu.run(qemu.Machine(image=probe, slice_ns=slice_ns, clock=clock,
                                   marks=marks, ranges=ranges), TIMEOUT_S)
    assert result.exit_status == WORKED, result
    seen: dict[tuple[str, int], critical.Moment] = {}
    for moment in critical.journal(result.journal):
        name = "B" if ("A", moment.replica) in seen else "A"
        seen[name, moment.replica] = moment
    return seen, result


def test_clocks_count_work_from_the_start_of_the_core(probe: Path) -> None:
    """The cores' clocks differ by their work and their first instructions."""
    seen, _ = go(probe)
    work = [target.address_of(probe, f"work_{i}") for i in range(3)]
    first = seen["A", 0].clock - ROUND * work[0]
    # after the start: core 0 branches (1), the others prepare (10)
    assert seen["A", 1].clock == first - 1 + 10 + ROUND * work[1]
    assert seen["A", 2].clock == first - 1 + 10 + ROUND * work[2]
    assert all(seen["A", i].lines == 0 for i in range(3))


@pytest.mark.parametrize("line", [0, LINE])
def test_a_barrier_sets_all_clocks_to_the_latest_arrival(probe: Path, line: int
                                                         ) -> None:
    """Plus what passing it costs: the last look, and the lines taken over."""
    seen, _ = go(probe, line=line)
    tail = target.address_of(probe, "tail_1")
    whole = target.address_of(probe, "whole")
    arrived = seen["A", 1].clock + 2  # the barrier's store follows record A
    assert seen["B", 1].clock == arrived + whole + 2 * line
    # core 0 does not look at core 2 before core 1 is there: two lines
    assert seen["B", 0].clock == arrived + tail + 2 * line
    assert seen["B", 2].clock == arrived + tail + line


def test_waiting_is_told_from_work(probe: Path) -> None:
    """Who comes last waits for nobody; the others did the same work less."""
    seen, result = go(probe)
    whole = target.address_of(probe, "whole")
    for core in range(3):
        busy = seen["B", core].busy - seen["A", core].busy
        assert busy == 2 + whole
        assert (seen["B", core].waited == 0) == (core == 1)
    counts = result.facts["instructions"]
    assert counts["2"]["wait"] == seen["B", 2].waited
    assert sum(sum(c.values()) for c in counts.values()) == result.virtual_ns


def test_clocks_do_not_depend_on_the_turns_of_the_emulator(probe: Path
                                                           ) -> None:
    """Turns of another length, the same clocks; and a run repeats exactly."""
    def clocks(slice_ns: int) -> dict[tuple[str, int], tuple[int, ...]]:
        return {key: (m.clock, m.lines, m.busy)
                for key, m in go(probe, slice_ns)[0].items()}
    assert clocks(20000) == clocks(1000) == clocks(300)
    runs = [go(probe)[1] for _ in range(2)]
    assert runs[0].journal == runs[1].journal and runs[0].facts == runs[1].facts


def test_a_profile_counts_work_and_leaves_waiting_out(probe: Path) -> None:
    """The loop of work as often as it ran; the last look of each core only."""
    at = target.address_of(probe, "_start")
    clock = ("clock=on", f"shared={SHARED[0]:#x}:{SHARED[0]:#x}:{SHARED[1]:#x}",
             f"profile={at:#x}-{at + 0x1000:#x}")
    ranges = (("kernel", at, at + 0x1000),)
    result = qemu.run(qemu.Machine(image=probe, clock=clock, ranges=ranges),
                      TIMEOUT_S)
    assert result.exit_status == WORKED
    counts = {(int(core), int(address, 16)): int(count) for core, address, count
              in map(str.split, result.profile.splitlines())}
    work, look = (target.address_of(probe, name) for name in ("work", "look"))
    assert counts[1, work] == target.address_of(probe, "work_1")
    assert [counts[core, look] for core in range(3)] == [1, 1, 1]


def test_each_passing_of_a_mark_is_noted_and_changes_nothing(probe: Path
                                                             ) -> None:
    """On the clock on which the records are; before the marked instruction."""
    marks = tuple(target.address_of(probe, name) for name in ("work", "look"))
    seen, result = go(probe, marks=marks)
    plain = go(probe)[1]
    assert plain.journal == result.journal and plain.facts == result.facts
    assert plain.marks == b""
    passings = critical.passings(result.marks)
    for core in range(3):
        work, look = ([p for p in passings if (p.replica, p.mark) == (core, i)]
                      for i in range(2))
        assert len(work) == target.address_of(probe, f"work_{core}")
        assert {b.clock - a.clock for a, b in zip(work, work[1:])} == {ROUND}
        record = seen["A", core]
        assert look[0].clock == record.clock + 3  # mov, str, sev
        assert look[0].executed == record.executed + 3 and look[0].user == 0
        assert look[-1].waited == seen["B", core].waited


def test_a_mark_that_the_kernel_does_not_have_is_an_error(probe: Path) -> None:
    """It is named."""
    with pytest.raises(UserError, match="no symbol interrupts_stop"):
        bench_stop.marks(probe)
