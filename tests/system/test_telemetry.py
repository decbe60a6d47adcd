# SPDX-License-Identifier: BSD-2-Clause
"""The control loop in floating point: its packets, read by another reader of
the standard, and the same bits from one machine and from three replicas."""

import binascii
import json
import socket
import struct
import subprocess
import threading
from dataclasses import dataclass

from frontdoor import ROOT, run_json
from wire import free_port

CYCLES, PERIOD_US = 900, 200
HOUSEKEEPING, ATTITUDE, VERIFICATION, ENVIRONMENT = 0x10, 0x11, 0x12, 0x13
PING, END = 1, 3
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


def packet(octets: bytes) -> Packet:
    """A packet, checked as the standard has it."""
    identity, sequence, length = struct.unpack(">HHH", octets[:6])
    assert binascii.crc_hqx(octets, 0xFFFF) == 0
    assert len(octets) == 6 + length + 1
    assert identity >> 11 == 1, "telemetry with a secondary header"
    assert sequence >> 14 == 3, "unsegmented"
    return Packet(identity & 0x7FF, sequence & 0x3FFF,
                  int.from_bytes(octets[6:10], "big"), octets[10:-2])


def packets(console: str) -> list[Packet]:
    """All telemetry of a run."""
    return [packet(bytes.fromhex(line[3:])) for line in console.splitlines()
            if line.startswith("TM ")]


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
    seen = [struct.unpack(">BiBH5B", p.data) for p in of(flown, ENVIRONMENT)]
    assert len(seen) == CYCLES // 50
    assert {one[:6] for one in seen} == {(1, 0, 1, 2026, 1, 1)}


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


def take(station: socket.socket, wanted: int) -> list[Packet]:
    """Packets by datagram, up to the first of the APID `wanted`."""
    found = [packet(station.recv(2048))]
    while found[-1].apid != wanted:
        found.append(packet(station.recv(2048)))
    return found


def call_until_heard(station: socket.socket) -> list[Packet]:
    """Ping until the board has its address and answers."""
    station.settimeout(0.5)
    for number in range(200):
        station.send(command(number, 0, PING))
        try:
            return take(station, VERIFICATION)
        except TimeoutError:
            continue
        except ConnectionRefusedError:  # the emulator is not there yet
            threading.Event().wait(0.1)
    raise AssertionError("the board does not answer")


def test_a_ground_station_commands_by_datagrams(tmp_path):
    """Three replicas; what comes by datagram is what the serial line shows."""
    port = free_port()
    nothing = tmp_path / "nothing"
    nothing.write_bytes(b"")
    with subprocess.Popen(
            [str(ROOT / "trireme"), "run", "telemetry", "--input", nothing,
             "--replicas", "3", "--port", f"{port}:5000", "--json", "--",
             "100000", "20000", "5000"], stdout=subprocess.PIPE, text=True
            ) as process, socket.socket(type=socket.SOCK_DGRAM) as station:
        try:
            station.connect(("127.0.0.1", port))
            heard = call_until_heard(station)
            station.settimeout(60)  # only a defect takes that long
            heard += take(station, HOUSEKEEPING)  # what the ping asked for
            station.send(b"noise")
            station.send(command(900, 0, 99))
            heard += take(station, VERIFICATION)
            while struct.unpack(">HB", heard[-1].data)[0] != 900:
                heard += take(station, VERIFICATION)  # pings that came late
            station.send(command(901, 0, END))
            heard += take(station, VERIFICATION)
            done = json.loads(process.communicate(timeout=60)[0])
        finally:
            process.terminate()
    shown = packets(done["console"])
    assert done["end"] == "exit" and done["code"] == 0 and done["live"] == 3
    assert all(one in shown for one in heard)
    assert {p.apid for p in heard} >= {HOUSEKEEPING, VERIFICATION}
    assert [struct.unpack(">HB", p.data) for p in heard[-1:]] == [(901, 0)]
    assert (900, UNKNOWN) in [struct.unpack(">HB", p.data)
                              for p in of(shown, VERIFICATION)]


def test_commands_come_by_the_serial_line(tmp_path):
    nothing = tmp_path / "nothing"
    nothing.write_bytes(b"")
    lines = [b"what is this", b"TC " + command(1, 0, PING).hex().encode(),
             b"TC " + command(2, 0, END).hex().encode(), b""]
    with subprocess.Popen(
            [str(ROOT / "trireme"), "run", "telemetry", "--input", nothing,
             "--replicas", "3", "--stdin", "--", "100000", "20000", "0"],
            stdin=subprocess.PIPE, stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL) as process:
        try:
            console = process.stdout.readline()  # it flies
            process.stdin.write(b"\n".join(lines))
            process.stdin.flush()
            console += process.communicate(timeout=60)[0]
        finally:
            process.terminate()
    shown = packets(console.decode())
    assert process.returncode == 0
    assert [struct.unpack(">HB", p.data) for p in of(shown, VERIFICATION)] == [
        (1, ACCEPTED), (2, ACCEPTED)]
    keeping = struct.unpack(">BBHHHHHH", of(shown, HOUSEKEEPING)[-1].data)
    assert keeping[5:] == (2, 0, len(lines[0]))
