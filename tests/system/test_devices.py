# SPDX-License-Identifier: BSD-2-Clause
"""Drivers on the board: the same console with and without replication."""

from pathlib import Path

from frontdoor import Call, run_json

FLASH_BYTES = 2 << 20
SECTOR = 0x1FF000  # apps/devices/flash.c
PROGRAMMED = bytes((7 * i + i // 256) & 0xFF for i in range(300))


def sd_card(folder: Path) -> str:
    """A blank card of 1 MiB."""
    file = folder / "card.bin"
    file.write_bytes(bytes(1 << 20))
    return str(file)


def devices(*options: str, parts: str = "") -> Call:
    """Run the program, whose end must be in order."""
    done = run_json("devices", *options, arguments=parts)
    assert (done["end"], done["code"]) == ("exit", 0), done.console
    return done


def test_three_replicas_read_what_one_reads(tmp_path: Path) -> None:
    plain = devices("--baseline", "--sd", sd_card(tmp_path))
    voted = devices("--replicas", "3", "--sd", sd_card(tmp_path))
    assert plain.console == voted.console
    assert plain.console.endswith("devices work\n"), plain.console
    assert not voted.convicted()


def test_flash_keeps_what_is_programmed_in_its_file(tmp_path: Path) -> None:
    file = tmp_path / "flash.bin"
    devices("--replicas", "2", "--flash", str(file), parts="flash")
    content = file.read_bytes()
    expected = b"\xff\xff" + PROGRAMMED
    assert content[SECTOR:] == expected.ljust(FLASH_BYTES - SECTOR, b"\xff")
    assert content[:SECTOR] == b"\xff" * SECTOR


def test_a_program_that_starves_the_watchdog_is_reset() -> None:
    done = run_json("devices", "--replicas", "3", arguments="starve")
    assert done.console == "watchdog: starves\n"
    assert done["end"] == "crash"  # a reset, and nobody says why
    assert done["virtual_ns"] < 3_000_000_000


def test_time_goes_on_over_the_counters_lap() -> None:
    """90 minutes in three naps; the timer's counter rolls over after 71.6.
    The kernel ticks once a second, as a tick is all that happens."""
    for options in (("--baseline",), ("--replicas", "2", "--no-scrub")):
        done = run_json("idle", *options, "--tick-us", "1000000",
                        arguments="3 1800000000")
        assert (done.console, done["code"]) == ("idle 3\n", 0)
        assert 5_400 <= done["virtual_ns"] / 1e9 < 5_401, options


def test_records_outlive_the_run(tmp_path: Path) -> None:
    file = str(tmp_path / "flash.bin")
    for count, options in enumerate((("--baseline",), ("--replicas", "3"),
                                     ("--replicas", "2")), 1):
        done = devices(*options, "--flash", file, parts="store")
        assert f"store: run {count} on this flash" in done.console
