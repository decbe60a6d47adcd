# SPDX-License-Identifier: BSD-2-Clause
"""The control loop in floating point: its packets, read by another reader of
the standard, and the same bits from one machine and from three replicas."""

import binascii
import struct
from dataclasses import dataclass

from frontdoor import run_json

CYCLES, PERIOD_US = 900, 200
HOUSEKEEPING, ATTITUDE, VERIFICATION = 0x10, 0x11, 0x12
TARGET = (0.8, 0.0, 0.6, 0.0)
ACCEPTED, UNKNOWN = 0, 2


@dataclass(frozen=True)
class Packet:
    """A telemetry packet: APID, sequence count, cycle, octets behind it."""

    apid: int
    number: int
    cycle: int
    data: bytes


def command(number: int, cycle: int, function: int, *floats: float) -> bytes:
    """A telecommand for APID 0x100."""
    data = struct.pack(f">IB{len(floats)}f", cycle, function, *floats)
    body = struct.pack(">HHH", 0x1100, 0xC000 | number, len(data) + 1) + data
    return body + struct.pack(">H", binascii.crc_hqx(body, 0xFFFF))


def packets(console: str) -> list[Packet]:
    """All telemetry of a run, checked as the standard has it."""
    found = []
    for line in console.splitlines():
        if not line.startswith("TM "):
            continue
        octets = bytes.fromhex(line[3:])
        identity, sequence, length = struct.unpack(">HHH", octets[:6])
        assert binascii.crc_hqx(octets, 0xFFFF) == 0
        assert len(octets) == 6 + length + 1
        assert identity >> 11 == 1, "telemetry with a secondary header"
        assert sequence >> 14 == 3, "unsegmented"
        found.append(Packet(identity & 0x7FF, sequence & 0x3FFF,
                            int.from_bytes(octets[6:10], "big"),
                            octets[10:-2]))
    return found


def fly(tmp_path, *options: str) -> list[Packet]:
    """Fly with two good commands, noise, and one that does not exist."""
    commands = tmp_path / "commands"
    commands.write_bytes(command(1, 400, 2, *TARGET) + b"noise"
                         + command(2, 77, 1) + command(3, 0, 99))
    done = run_json("telemetry", "--input", str(commands), *options,
                    arguments=f"{CYCLES} {PERIOD_US}")
    assert done.status == 0 and done["end"] == "exit", done.console
    return packets(done.console)


def of(flown: list[Packet], apid: int) -> list[Packet]:
    """Packets of one kind, in order; their counts have no gap."""
    found = [p for p in flown if p.apid == apid]
    assert [p.number for p in found] == list(range(len(found)))
    return found


def test_the_loop_turns_to_where_it_is_told_and_reports_it(tmp_path):
    flown = fly(tmp_path, "--baseline")
    verdicts = [struct.unpack(">HB", p.data) for p in of(flown, VERIFICATION)]
    assert verdicts == [(1, ACCEPTED), (2, ACCEPTED), (3, UNKNOWN)]
    states = of(flown, ATTITUDE)
    estimate = struct.unpack(">11f", states[-1].data)
    assert estimate[:4] != TARGET
    assert max(abs(a - b) for a, b in zip(estimate[:4], TARGET)) < 0.02
    error_before, error_after = (struct.unpack(">11f", states[i].data)[10]
                                 for i in (39, 40))
    assert error_before < 0.2 < 1 < error_after, "the command comes between"
    keeping = of(flown, HOUSEKEEPING)
    assert 77 in [p.cycle for p in keeping], "asked for by a ping"
    assert struct.unpack(">BBHHHHHH", keeping[-1].data) == \
        (0, 0, 0, 0, 0, 2, 1, 5)


def test_three_replicas_compute_the_same_floats_and_say_who_lives(tmp_path):
    alone = fly(tmp_path, "--baseline")
    three = fly(tmp_path, "--replicas", "3")
    assert of(alone, ATTITUDE) == of(three, ATTITUDE)
    assert {p.data[0] for p in of(three, HOUSEKEEPING)} == {0b111}


def test_a_flip_in_the_filter_costs_a_replica_and_is_reported(tmp_path):
    alone = fly(tmp_path, "--baseline")
    hit = fly(tmp_path, "--replicas", "3", "--flip",
              "replica=1,symbol=attitude,bit=23,at=40%")
    assert of(alone, ATTITUDE) == of(hit, ATTITUDE)
    last = struct.unpack(">BBHHHHHH", of(hit, HOUSEKEEPING)[-1].data)
    assert last[0] == 0b101 and last[2] == 1
