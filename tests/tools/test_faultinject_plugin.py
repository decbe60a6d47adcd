# SPDX-License-Identifier: BSD-2-Clause
"""The emulator plug-in, on a bare-metal program that knows nothing of us."""
from __future__ import annotations

import struct
import subprocess
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from elftools.elf.elffile import ELFFile

from faultinject import (branches, events, model, qemu, registers, target,
                         tree)
from faultinject.errors import UserError

TARGET = Path(__file__).parent / "target"
WORKED = 42  # exit status of the probe
AT = 1_000_003
TIMEOUT_S = 60.0


def compiled(name: str, folder: Path) -> Path:
    """A bare-metal program."""
    if not tree.PLUGIN.is_file():
        pytest.fail("the plug-in is not built: ./trireme build host")
    elf = folder / f"{name}.elf"
    subprocess.run(
        ["arm-none-eabi-gcc", "-mcpu=cortex-a9", "-marm", "-O1",
         "-ffreestanding", "-nostdlib", "-Wl,-Ttext=0x10000000",
         "-Wl,-e,_start", "-Wl,--build-id=none", "-o", str(elf),
         str(TARGET / "probe_start.S"), str(next(TARGET.glob(f"{name}.[cS]"))),
         "-lgcc"],
        check=True, capture_output=True)
    return elf


@pytest.fixture(scope="module")
def probe(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The probe, compiled."""
    return compiled("probe", tmp_path_factory.mktemp("probe"))


def go(probe: Path, **changes: object) -> qemu.RunResult:
    """Run the probe with plug-in options."""
    return qemu.run(qemu.Machine(image=probe, **changes),  # type: ignore[arg-type]
                    TIMEOUT_S)


def counts(result: qemu.RunResult) -> list[int]:
    """What the four cores counted, and the value that is never written."""
    assert result.exit_status == WORKED, result
    return [int(word) for word in result.console.split()]


def test_short_turns_keep_cores_together(probe: Path) -> None:
    """With slices all cores count alike; without, the first rival runs away."""
    fair = counts(go(probe))[:4]
    assert max(fair) < 1.1 * min(fair)
    unfair = counts(go(probe, slice_ns=0))[:4]
    assert max(unfair) > 50 * min(unfair)


def test_counts_are_exact_and_change_nothing(probe: Path) -> None:
    """All instructions together are the virtual time; output stays."""
    plain = go(probe)
    start = target.address_of(probe, "_start")
    counted = go(probe, count=True, ranges=(("boot", start, start + 4),))
    assert counted.console == plain.console
    classes = counted.facts["instructions"].values()
    assert sum(sum(c.values()) for c in classes) == counted.virtual_ns
    assert [c["boot"] for c in classes] == [1, 0, 0, 0]


def test_trigger_fires_at_the_exact_instruction(probe: Path) -> None:
    """The null flip is noticed at T, and changes nothing of its own."""
    facts = go(probe, flips=(f"{AT}:null",)).facts
    assert facts["flip_fired"] and facts["flip_ns"] == AT
    assert abs(10 * facts["flip_stamp"] - AT) < 1000
    assert all(pc >> 20 == 0x100 for pc in facts["flip_pc"])


def test_data_flip_is_seen_by_the_program(probe: Path) -> None:
    """One bit of a variable: 7 becomes 15."""
    at = target.address_of(probe, "target_value")
    assert counts(go(probe, flips=(f"{AT}:mem:{at:#x}:8",)))[4] == 15


def test_code_flip_works_on_translated_code(probe: Path) -> None:
    """`add r0, r0, #1` becomes `#5` while all cores run it."""
    at = target.address_of(probe, "probe_step")
    plain = counts(go(probe, flips=(f"{AT}:null",)))
    flipped = counts(go(probe, flips=(f"{AT}:mem:{at:#x}:4",)))
    assert flipped[0] > 3 * plain[0]


def test_register_flip_hits_one_core_only(probe: Path) -> None:
    """Only the core that was named counts differently."""
    plain = counts(go(probe, flips=(f"{AT}:null",)))
    result = go(probe, flips=(f"{AT}:reg:2:0:0x10000",))
    flipped = counts(result)
    assert flipped[2] != plain[2]
    assert [flipped[i] for i in (0, 1, 3)] == [plain[i] for i in (0, 1, 3)]
    assert result.facts["flip_before"] ^ result.facts["flip_after"] == 0x10000


def test_limit_ends_a_run_that_never_ends(probe: Path) -> None:
    """The limit is met exactly and still leaves a report."""
    result = go(probe, limit_ns=500_000)
    assert result.end_reason == "limit" and result.virtual_ns == 500_000
    assert result.console == b""


def test_dump_and_digest_see_the_same_memory(probe: Path, tmp_path: Path
                                             ) -> None:
    """A dump holds the flipped byte; skipped pages do not count."""
    at = target.address_of(probe, "target_value")
    page = at & ~0xFFF
    dump = tmp_path / "ram.bin"
    wanted = (f"all:{page:#x}:0x1000", f"none:{page:#x}:0x1000:"
              f"{page:#x}-{page + 0x1000:#x}", "empty:0x4e100000:0x1000")
    result = go(probe, flips=(f"{AT}:mem:{at:#x}:8",), digests=wanted,
                dumps=(f"{AT}:0x10000000:0x100000:{dump}",))
    content = dump.read_bytes()
    assert len(content) == 0x100000 and content[at - 0x10000000] == 15
    digests = result.facts["digests"]
    assert digests["none"] == digests["empty"] != digests["all"]
    other = go(probe, flips=(f"{AT}:null",), digests=wanted).facts["digests"]
    assert other["all"] != digests["all"] and other["none"] == digests["none"]


def test_same_command_gives_the_same_run(probe: Path) -> None:
    """Console, facts and shared memory repeat exactly."""
    runs = [go(probe, count=True, flips=(f"{AT}:reg:1:0:0x100",))
            for _ in range(3)]
    assert len({r.console for r in runs}) == 1
    assert len({r.shared for r in runs}) == 1
    assert all(r.facts == runs[0].facts for r in runs)


@pytest.mark.parametrize("flip", ["zz", "5:mem:1", "5:reg:9:1:1", "5:mem:1:0",
                                  "5:reg:0:17:1", "-1:null"])
def test_bad_arguments_are_refused_by_name(probe: Path, flip: str) -> None:
    """The plug-in names the argument that it does not understand."""
    with pytest.raises(UserError, match="bad argument"):
        go(probe, flips=(flip,))


FLOOD = 5000  # records of flood.c


def sequences(records: tuple[bytes, ...]) -> list[int]:
    """Their sequence numbers."""
    return [int.from_bytes(raw[4:8], "little") for raw in records]


def test_no_record_is_missed_live(tmp_path: Path) -> None:
    """However fast they are written: the ring goes round eleven times."""
    told: list[bytes] = []
    flood = compiled("flood", tmp_path)
    result = qemu.run(qemu.Machine(image=flood), TIMEOUT_S,
                      listener=told.append)
    assert result.exit_status == WORKED
    assert sequences(tuple(told)) == list(range(FLOOD))
    assert sequences(result.recorded.records) == list(range(FLOOD))
    assert result.recorded.lost == 0


def test_without_listening_the_oldest_are_lost_and_counted(
        tmp_path: Path) -> None:
    """The ring has the youngest."""
    result = go(compiled("flood", tmp_path))
    assert result.recorded.lost == FLOOD - events.RING_RECORDS
    assert sequences(result.recorded.records) == \
        list(range(FLOOD - events.RING_RECORDS, FLOOD))


def test_listening_changes_nothing(probe: Path) -> None:
    """To the instruction."""
    plain, heard = go(probe), qemu.run(
        qemu.Machine(image=probe), TIMEOUT_S, listener=lambda raw: None)
    assert heard.console == plain.console
    assert heard.virtual_ns == plain.virtual_ns


def test_trace_is_complete_and_changes_nothing(probe: Path, tmp_path: Path
                                               ) -> None:
    """All instructions are seen; a flip is seen where and when the trace says
    so, and nowhere else."""
    from faultinject import liveness
    path = tmp_path / "trace.bin"
    plain = go(probe)
    traced = go(probe, trace=f"trace={path}")
    assert traced.console == plain.console
    assert traced.facts["traced"] == traced.virtual_ns == plain.virtual_ns
    rows = liveness.read_trace(path)
    at = target.address_of(probe, "target_value")
    live = rows[(rows["address"] == at) & (rows["kind"] == liveness.READ)]
    assert len(live) == 1  # written by nobody, read at the end
    last = int(live["last"][0])
    seen = go(probe, flips=(f"{last - 1}:mem:{at:#x}:8",))
    late = go(probe, flips=(f"{last}:mem:{at:#x}:8",))
    assert counts(seen)[4] == 15 and counts(late)[4] == 7


NEITHER, READS, WRITES = range(3)
BLOCK = 64


@dataclass(frozen=True)
class Access:
    """What an instruction does to a block of its own."""

    instruction: int
    block: int
    offset: int
    size: int
    way: int


def accesses(elf: Path) -> list[Access]:
    """The table of the program `accesses`."""
    with open(elf, "rb") as file:
        raw = ELFFile(file).get_section_by_name(".places").data()
    return [Access(*row) for row in struct.iter_unpack("<5I", raw)]


def by_byte(rows: Any, kind: int, column: str) -> dict[int, int]:
    """A time per byte from the records of one kind."""
    return {int(row["address"]) + i: int(row[column])
            for row in rows[rows["kind"] == kind] for i in range(row["size"])}


def test_every_kind_of_access_is_traced_to_the_byte(tmp_path: Path) -> None:
    """Each load and store, in ARM and Thumb, of the core and of the VFP: the
    bytes it touches, at its moment, and no other; nothing of what only looks
    like an access (a preload, cache maintenance, a store that fails)."""
    from faultinject import liveness
    elf, path = compiled("accesses", tmp_path), tmp_path / "trace.bin"
    assert go(elf, trace=f"trace={path}").exit_status == WORKED
    rows = liveness.read_trace(path)
    read = by_byte(rows, liveness.READ, "last")
    touched = by_byte(rows, liveness.UNREAD, "first")
    table = accesses(elf)
    assert {a.way for a in table} == {NEITHER, READS, WRITES}
    assert len(table) == len({a.block for a in table}) > 50
    for access in table:
        moment = read[access.instruction]  # it was fetched then, once
        for byte in range(BLOCK):
            mine = 0 <= byte - access.offset < access.size
            at, what = access.block + byte, (access, byte)
            assert touched.get(at, 0) == (
                moment if mine and access.way != NEITHER else 0), what
            assert read.get(at) == (
                moment if mine and access.way == READS else None), what


def test_a_store_that_depends_on_a_load_is_traced(tmp_path: Path) -> None:
    """STREX: what it stores over is live up to it, its own store is seen."""
    from faultinject import liveness
    elf, path = compiled("accesses", tmp_path), tmp_path / "trace.bin"
    go(elf, trace=f"trace={path}")
    rows = liveness.read_trace(path)
    read = by_byte(rows, liveness.READ, "last")
    touched = by_byte(rows, liveness.UNREAD, "first")
    stored = read[target.address_of(elf, "exclusive_store")]
    place = target.address_of(elf, "exclusive")
    for byte in range(place, place + 4):
        assert touched[byte] == stored and 0 < read[byte] <= stored


def test_single_classes_end_at_every_fetch(probe: Path, tmp_path: Path
                                           ) -> None:
    """Within the window each execution of an instruction is one class."""
    from faultinject import liveness
    path = tmp_path / "classes.bin"
    step = target.address_of(probe, "probe_step")
    go(probe, trace=f"classes={AT}:{AT + 5000}:{path}")
    rows = liveness.read_trace(path)
    mine = rows[(rows["address"] == step) & (rows["kind"] == liveness.READ)]
    assert len(mine) > 100
    assert all(mine["first"][1:] == mine["last"][:-1])
    assert mine["first"][0] < AT + 5000 and mine["last"][0] > AT


def test_a_quiet_flip_moves_no_turn(probe: Path) -> None:
    """Without an effect of its own it leaves the run as it was, to the bit;
    with one it does what a flip by the timer does."""
    everything = ("all:0x10000000:0x100000",)
    plain = go(probe, digests=everything)
    for at in range(1000, plain.virtual_ns - 1000, plain.virtual_ns // 9):
        quiet = go(probe, digests=everything, quiet=True,
                   flips=(f"{at}:null",))
        assert quiet.facts["flip_fired"] and quiet.facts["flip_ns"] == at
        assert quiet.virtual_ns == plain.virtual_ns
        assert quiet.facts["digests"] == plain.facts["digests"], at
        assert quiet.console == plain.console
    value = target.address_of(probe, "target_value")
    assert counts(go(probe, quiet=True,
                     flips=(f"{AT}:mem:{value:#x}:8",)))[4] == 15
    step = target.address_of(probe, "probe_step")
    changed = counts(go(probe, quiet=True, flips=(f"{AT}:mem:{step:#x}:4",)))
    assert changed[0] > 3 * counts(plain)[0]


def test_a_quiet_flip_is_as_exact_as_the_trace(probe: Path, tmp_path: Path
                                               ) -> None:
    """One instruction before the read it is seen, right after it is not."""
    from faultinject import liveness
    path = tmp_path / "trace.bin"
    go(probe, trace=f"trace={path}")
    rows = liveness.read_trace(path)
    at = target.address_of(probe, "target_value")
    live = rows[(rows["address"] == at) & (rows["kind"] == liveness.READ)]
    last = int(live["last"][0])
    seen = go(probe, quiet=True, flips=(f"{last - 1}:mem:{at:#x}:8",))
    late = go(probe, quiet=True, flips=(f"{last}:mem:{at:#x}:8",))
    assert counts(seen)[4] == 15 and counts(late)[4] == 7


def test_quiet_register_flips_hit_the_named_core(probe: Path) -> None:
    """Also the program counter, which nothing else restores."""
    plain = counts(go(probe))
    flipped = counts(go(probe, quiet=True, flips=(f"{AT}:reg:2:0:0x10000",)))
    assert flipped[2] != plain[2]
    lost = go(probe, quiet=True, limit_ns=10 * AT,
              flips=(f"{AT}:reg:1:15:0x8000000",))
    assert lost.exit_status != WORKED or counts(lost)[1] < plain[1]


def test_a_stuck_bit_ignores_stores_until_it_is_released(probe: Path) -> None:
    """The low bit of a counter that is written all the time: at both levels
    it stays, and once released it is as if nothing had been."""
    plain = go(probe)
    at = target.address_of(probe, "counts") + 4
    end = plain.virtual_ns * 2
    for level in (0, 1):
        flip = f"{AT}:stuck:{at:#x}:1:{level}:"
        stuck = counts(go(probe, quiet=True, flips=(f"{flip}{end}",)))
        assert stuck[1] == counts(plain)[1] & ~1 | level
        soon = go(probe, quiet=True, flips=(f"{flip}{AT + 1000}",))
        assert counts(soon) == counts(plain)


def test_registers_prove_themselves(probe: Path) -> None:
    """All that are offered are written and read back; of the others each has
    a reason."""
    machine = qemu.Machine(image=probe, probe=True, limit_ns=1000)
    verdicts = qemu.run(machine, TIMEOUT_S).facts["registers"]
    offered = {name for names in registers.NAMED.values() for name in names}
    assert {n for n, why in verdicts.items() if why == "ok"} == offered
    assert "computes" in verdicts["ACTLR_EL1_S"]
    assert "does not act" in verdicts["DBGBVR0_EL1_S"]
    assert "non-secure" in verdicts["DACR"]
    assert len(verdicts) > len(offered) + 100


def test_a_register_flipped_twice_is_as_it_was(probe: Path) -> None:
    """The ways to write CP15 and banked registers touch nothing else."""
    everything = ("all:0x10000000:0x100000",)
    plain = go(probe, digests=everything)
    for name in ("system:1:vbar", "system:0:dacr", "banked:2:r13_irq",
                 "banked:0:r8_fiq", "banked:1:spsr_abt", "vfp:3:d31_high"):
        flip = f"{AT}:{name}:0x40"
        twice = go(probe, digests=everything, quiet=True, flips=(flip, flip))
        assert twice.facts["digests"] == plain.facts["digests"], name


def test_named_registers_are_flipped_in_forked_trials_too(probe: Path) -> None:
    """Each child ends as a fresh process with the same flip does; a mode that
    is never entered shows nothing, the MMU without tables does."""
    faults = [model.Fault(kind, AT, 0, mask, register=name)
              for kind, name, mask in (("system", "sctlr", 1),
                                       ("banked", "spsr_irq", 1),
                                       ("vfp", "d3_low", 1))]
    everything = ("all:0x10000000:0x100000",)
    machine = qemu.Machine(image=probe, digests=everything, limit_ns=10 * AT)
    forked = dict(branches.run(machine, faults))
    for index, fault in enumerate(faults):
        alone = go(probe, digests=everything, limit_ns=10 * AT, quiet=True,
                   flips=fault.plugin_arguments())
        child = forked[index]
        assert isinstance(child, qemu.RunResult), child
        assert child.console == alone.console
        for key in ("flip_before", "flip_after", "digests", "virtual_ns"):
            assert child.facts[key] == alone.facts[key], (fault, key)
        assert alone.facts["flip_before"] ^ alone.facts["flip_after"] == 1
    plain = go(probe, digests=everything, limit_ns=10 * AT)
    assert forked[0].facts["virtual_ns"] != plain.virtual_ns
    assert forked[2].facts["virtual_ns"] == plain.virtual_ns


def test_a_register_without_a_way_is_refused(probe: Path) -> None:
    """It must never count as a flip that did no harm."""
    with pytest.raises(UserError, match="no way to write register actlr"):
        go(probe, flips=(f"{AT}:system:0:actlr:1",))
