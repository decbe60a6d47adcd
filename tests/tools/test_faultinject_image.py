# SPDX-License-Identifier: BSD-2-Clause
"""Boot configuration, flips on the command line, campaigns, store, plan."""
from __future__ import annotations

import dataclasses
import re
import sqlite3
import struct
import subprocess
import sys
import tomllib
import zlib
from pathlib import Path

import pytest

from faultinject import (campaign_file, flipspec, image, memmap, model, plan,
                         registers, uart_stream)
from faultinject.errors import UserError
from faultinject.store import Golden, Observation, Store, StoreError

ROOT = Path(__file__).parents[2]
MIB = 1 << 20
CONFIG = image.BootConfig(
    image.MAGIC, image.VERSION, image.LAYOUT.size, 3, 0, 3, 0, 1000, 1000, 100,
    2000, 20, 16 * MIB, 16 * MIB, 1, 0, 0, 0, 10, 2000, "digest")


def test_layout_is_that_of_the_header() -> None:
    """Fields in the header's order, and its size."""
    text = (ROOT / "kernel/abi/abi/boot.h").read_text()
    body = re.search(r"struct boot_config \{(.*?)\n\};", text, re.DOTALL)
    assert body is not None
    names = re.findall(r"^\s+(?:uint32_t|char) (\w+)", body.group(1),
                       re.MULTILINE)
    ours = [f.name for f in dataclasses.fields(image.BootConfig)]
    assert names == [*ours, "crc32"]
    assert image.LAYOUT.size == 21 * 4 + 128


def test_pack_and_parse_are_inverse() -> None:
    """What is packed is read back, and the check sum is right."""
    raw = CONFIG.pack()
    assert image.parse_config(raw) == CONFIG
    assert struct.unpack("<I", raw[-4:])[0] == zlib.crc32(raw[:-4])


@pytest.mark.parametrize("change, word", [
    ({"replicas": 7}, "1 to 4"), ({"replicas": 0}, "1 to 4"),
    ({"stride": 5 * MIB}, "multiple"), ({"stride": 512 * MIB}, "fit"),
    ({"command_line": "x" * 128}, "command line"),
    ({"stride": -16 * MIB}, "multiple"), ({"deadline_us": -1}, "deadline_us"),
    ({"deadline_us": 1 << 32}, "deadline_us"),
    ({"command_line": "ü"}, "ASCII"), ({"ramdisk_size": 17 * MIB}, "input")])
def test_impossible_configurations_are_refused(change: dict[str, object],
                                               word: str) -> None:
    """One line that names what is wrong."""
    with pytest.raises(UserError, match=word):
        image.check(dataclasses.replace(CONFIG, **change))  # type: ignore[arg-type]


@pytest.mark.parametrize("stride", range(16 * MIB, 208 * MIB, 16 * MIB))
def test_partitions_do_not_overlap(stride: int) -> None:
    """All four, and the image; if there are four."""
    config = dataclasses.replace(CONFIG, stride=stride, replicas=4)
    offsets = [0, *map(config.partition_offset, range(4))]
    assert all(b - a >= stride for a, b in zip(offsets, offsets[1:]))
    fits = image.RAM_BASE + offsets[-1] + stride <= image.LOADER_BASE
    assert fits == (stride <= 192 * MIB)


@pytest.mark.parametrize("stride", [16 * MIB, 32 * MIB, 64 * MIB])
def test_no_bit_leads_from_one_partition_to_another(stride: int) -> None:
    """Nor to the image: their places differ in two bits at least."""
    starts = [image.RAM_BASE] + [
        image.RAM_BASE + image.partition_offset(j, stride) for j in range(4)]
    assert all((a ^ b).bit_count() > 1 for a in starts for b in starts
               if a != b)


def test_the_seal_covers_every_byte(tmp_path: Path) -> None:
    """What seal.py adds is what is checked; no flip and no cut gets by."""
    path = tmp_path / "some.elf"
    path.write_bytes(bytes(range(200)))
    subprocess.run([sys.executable, ROOT / "kernel/loader/seal.py", path],
                   check=True)
    good = path.read_bytes()
    image.check_seal(path, good)
    damaged = [good[:i] + bytes([good[i] ^ 1]) + good[i + 1:]
               for i in range(len(good))]
    for bad in (*damaged, *(good[:n] for n in range(len(good)))):
        with pytest.raises(UserError, match="some.elf"):
            image.check_seal(path, bad)


@pytest.mark.parametrize("content", [b"", b"\x7fELF", b"hello" * 100])
def test_corrupt_images_are_refused(tmp_path: Path, content: bytes) -> None:
    """Anything that is no boot image gives one line."""
    path = tmp_path / "bad.elf"
    path.write_bytes(content)
    with pytest.raises(UserError, match="bad.elf"):
        image.load(path)


def test_device_trees_are_validated(tmp_path: Path) -> None:
    """Magic and length decide."""
    good = struct.pack(">II", image.DTB_MAGIC, 64) + bytes(56)
    path = tmp_path / "t.dtb"
    path.write_bytes(good)
    assert image.load_device_tree(path) == good
    for bad in (b"", b"x" * 64, good[:40], bytes(image.DTB_MAX + 1)):
        path.write_bytes(bad)
        with pytest.raises(UserError):
            image.load_device_tree(path)
    assert image.device_tree_address(good) == 0x4CFFF000


@pytest.mark.parametrize("text", [
    "", "replica", "replica=1", "region=user-data", "at=50%",
    "region=x,at=5", "region=user-data,at=0%", "region=user-data,at=100%",
    "region=user-data,at=-1", "region=user-data,at=abc",
    "region=user-data,symbol=a,at=5", "replica=3,region=user-data,at=5",
    "replica=x,region=user-data,at=5", "register=r77,at=5",
    "register=r1,bit=40,at=5", "region=user-data,at=5,at=6",
    "region=user-data,bit=8,at=5", "region=user-data,at=5,colour=red", "region=user-data,at=5,,"])
def test_malformed_flips_are_refused(text: str) -> None:
    """Every mistake has its line."""
    with pytest.raises(UserError, match="malformed flip"):
        flipspec.parse(text, 3)


def test_flips_are_read() -> None:
    """The three forms, and the two kinds of moment."""
    spec = flipspec.parse("replica=1,region=user-data,at=50%,seed=7", 3)
    assert (spec.replica, spec.region, spec.seed) == (1, "user-data", 7)
    assert spec.at_ns(0, 1000) == 500 and spec.at_ns(400, 1000) == 700
    spec = flipspec.parse("register=r5,bit=3,at=12345678", 1)
    assert spec.at_ns(0, 5) == 12345678 and spec.replica == 0
    assert flipspec.parse("symbol=x,bit=9,at=1.5%", 1).at_ns(0, 1000) == 15


def test_every_byte_of_a_region_can_be_hit() -> None:
    """Sampling is uniform over bytes, not over blocks."""
    import random
    blocks = [memmap.Block(0, 1, "user-data", "a"),
              memmap.Block(100, 99, "user-data", "a")]
    rng = random.Random(1)
    picks = [flipspec.pick(rng, blocks) for _ in range(2000)]
    assert 5 <= sum(block.size == 1 for block, _ in picks) <= 45
    assert {at for block, at in picks if block.size == 99} == set(range(99))


GOOD = (ROOT / "faultinject/campaigns/demo.toml").read_text()


def parse(text: str) -> campaign_file.Campaign:
    """A campaign from text."""
    return campaign_file.parse(Path("c.toml"), text, tomllib.loads(text))


@pytest.mark.parametrize("old, new, error", [
    ("trials = 240", "trials = 0", r"c.toml:\d+: trials: must be 1"),
    ("trials = 240", "trails = 240", r"c.toml:\d+: trails: unknown key"),
    ("seed = 20", "", r"c.toml:\d+: seed: is missing"),
    ("replicas = 3", "replicas = 9", r"c.toml:18: variant.replicas"),
    ("register = 0.3", "register = 0.4", r"fault.memory: .*add up"),
    ('sampling = "strata"', 'sampling = "all"', r"fault.sampling"),
    ("input_bytes = 16384", 'input_bytes = "a"', r"c.toml:9: workload.input"),
    ("memory = 0.7", 'regions = ["heap"]\nmemory = 0.7', r"fault.regions"),
    ("replicas = 3", "colour = 3",
     r"c.toml:18: variant.colour: unknown key"),
    ('name = "tmr"', 'name = "baseline"', r"variant.name: two")])
def test_campaign_errors_name_line_and_key(old: str, new: str, error: str
                                           ) -> None:
    """A wrong campaign is refused where it is wrong."""
    assert old in GOOD
    with pytest.raises(UserError, match=error):
        parse(GOOD.replace(old, new, 1))


def test_shipped_campaigns_are_valid() -> None:
    """All files in campaigns/ load, and demo has enough trials."""
    for path in campaign_file.FOLDER.glob("*.toml"):
        assert campaign_file.load(str(path)).name == path.stem
    demo = campaign_file.load("demo")
    assert demo.trials >= 200
    names = [demo.variant_of(k).name for k in range(demo.trials)]
    assert names.count("baseline") == names.count("tmr") == demo.trials // 2
    assert campaign_file.load("tmr-100").trials == 100


def test_seed_is_a_function_of_campaign_and_number() -> None:
    """Same campaign and number, same seed; anything else, another."""
    one, two = parse(GOOD), parse(GOOD.replace("seed = 20", "seed = 21"))
    assert plan.seed_of(one, 5) == plan.seed_of(parse(GOOD), 5)
    seeds = {plan.seed_of(c, k) for c in (one, two) for k in range(50)}
    assert len(seeds) == 100


def test_faults_survive_the_store() -> None:
    """A fault becomes a dictionary and back."""
    fault = model.Fault("memory", 5, 1, 8, region="user-data", owner="a",
                        physical=16, real=32)
    assert model.from_dict(fault.to_dict()) == fault
    assert fault.plugin_argument() == "5:mem:0x20:0x8"
    register = model.Fault("register", 5, 2, 4, register="cpsr")
    assert register.plugin_argument() == "5:reg:2:25:0x4"


def golden(hash_: str = "g") -> Golden:
    """Some golden run."""
    return Golden(hash_, "tmr", {"replicas": 3}, "i", "n", "c", "e", "p", 32,
                  "exit", 9, {"0": {"user": 1}}, b"out", None, b"", {"a": "b"})


def observation(k: int) -> Observation:
    """Some trial."""
    return Observation(k, "tmr", 1, {"kind": "null"}, "null", None, None, None,
                       5, "i", "c", "e", "g", 32, "exit", 9, None, None, None,
                       b"out", None, b"", [1, 2], {"a": "b"}, None, 0.5)


def test_store_keeps_and_refuses_to_forget(tmp_path: Path) -> None:
    """Rows come back as they were; no change, no second copy, no delete."""
    path = tmp_path / "s.sqlite"
    store = Store(path)
    number = store.campaign_open("c", "h", "text", 1, 10)
    assert store.campaign_open("c", "h", "text", 1, 10) == number
    store.add_golden(number, golden(), [])
    store.add_trial(number, observation(3))
    store.close()
    store = Store(path, create=False)
    assert store.done(number) == {3}
    assert store.trial(number, 3) == observation(3)
    assert store.goldens(number) == [golden()]
    with pytest.raises(sqlite3.IntegrityError):
        store.add_trial(number, observation(3))
    store.close()
    raw = sqlite3.connect(path)
    for change in ("UPDATE trial SET k = 4", "DELETE FROM trial"):
        with pytest.raises(sqlite3.IntegrityError, match="append-only"):
            raw.execute(change)


def test_unusable_stores_are_named(tmp_path: Path) -> None:
    """A missing file and a file of another kind."""
    with pytest.raises(StoreError, match="no such store"):
        Store(tmp_path / "none", create=False)
    path = tmp_path / "text"
    path.write_text("this is no database, not at all, by no means" * 50)
    with pytest.raises(StoreError, match="not a usable store"):
        Store(path)


class Sink:
    """Stands for the emulator's standard input."""

    def __init__(self) -> None:
        self.raw = b""

    def write(self, raw: bytes) -> None:
        """Keep what was sent."""
        self.raw += raw

    def flush(self) -> None:
        """Nothing is buffered."""


def test_serial_frames_answer_requests() -> None:
    """A request split over two reads is answered once, in full."""
    sink, data = Sink(), bytes(range(256)) * 5
    streamer = uart_stream.Streamer(data, sink)  # type: ignore[arg-type]
    streamer.feed(b"hello\r\nread")
    assert sink.raw == b""
    streamer.feed(b"y 1\r\n")
    assert sink.raw == uart_stream.frame(data, 1)
    magic, number, size, check = struct.unpack("<IIII", sink.raw[:16])
    assert (magic, number, size) == (uart_stream.FRAME_MAGIC, 1, 256)
    assert check == zlib.crc32(sink.raw[4:12] + data[1024:])
    streamer.feed(b"ready 2\n")
    assert len(sink.raw) == 16 + 256 + 16


def test_what_is_not_injected_is_told_by_kind_and_reason() -> None:
    """One row per kind and reason; without a probe that is said, too."""
    verdicts = {"ttbr0": "ok", "d3_low": "ok", "spsr_irq": "none", "CTR": "x",
                "MIDR": "x", "DFAR": "y"}
    rows = [(r.region, r.what, r.reason) for r in registers.gaps(verdicts)]
    assert rows[:3] == [("banked", "spsr_irq", "none"),
                        ("system", "CTR, MIDR", "x"), ("system", "DFAR", "y")]
    assert {row[0] for row in rows[3:]} == {"all"}
    assert ("registers", "all but r0-r15 and CPSR") in [
        (r.region, r.what) for r in registers.gaps({})]
