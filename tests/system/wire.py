# SPDX-License-Identifier: BSD-2-Clause
"""The other end of the board's Ethernet: frames as UDP datagrams.

A network of one more machine, 10.0.3.1, which gives the board its address by
DHCP, answers ARP, and sends and takes single packets. Every checksum is made
and checked here.
"""

import socket
import struct
from collections.abc import Iterator
from dataclasses import dataclass

OWN_MAC = bytes.fromhex("020000000001")
OWN_IP = bytes((10, 0, 3, 1))
BOARD_IP = bytes((10, 0, 3, 15))
BROADCAST = b"\xff" * 6
IPV4, ARP = 0x0800, 0x0806
ICMP, UDP = 1, 17
DHCP_COOKIE = bytes.fromhex("63825363")
OWN_PORT = 4000
TIMEOUT_S = 60.0  # only a defect takes that long


def checksum(data: bytes) -> int:
    """The Internet checksum; 0 over data that carries its own."""
    data += b"\0" * (len(data) % 2)
    total = sum(struct.unpack(f">{len(data) // 2}H", data))
    while total >> 16:
        total = (total & 0xffff) + (total >> 16)
    return ~total & 0xffff


def packet(protocol: int, payload: bytes, to: bytes = BOARD_IP) -> bytes:
    """An IPv4 packet from us."""
    head = struct.pack(">BBHHHBBH4s4s", 0x45, 0, 20 + len(payload), 1, 0, 64,
                       protocol, 0, OWN_IP, to)
    return (head[:10] + struct.pack(">H", checksum(head)) + head[12:] + payload)


def udp(source: int, target: int, data: bytes) -> bytes:
    """A UDP datagram without a checksum."""
    return struct.pack(">HHHH", source, target, 8 + len(data), 0) + data


def echo_request(number: int, data: bytes) -> bytes:
    """An ICMP echo request."""
    body = struct.pack(">BBHHH", 8, 0, 0, 0x7ee3, number) + data
    return body[:2] + struct.pack(">H", checksum(body)) + body[4:]


@dataclass(frozen=True)
class Frame:
    """What the board sent."""

    kind: int
    body: bytes

    @property
    def protocol(self) -> int:
        """Of an IPv4 packet."""
        return self.body[9] if self.kind == IPV4 else -1

    @property
    def payload(self) -> bytes:
        """Of an IPv4 packet, whose header must be right."""
        assert self.body[0] == 0x45 and checksum(self.body[:20]) == 0
        return self.body[20:struct.unpack(">H", self.body[2:4])[0]]


class Wire:
    """Our end: use it in a `with` statement."""

    def __init__(self) -> None:
        self._socket = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
        self._socket.bind(("127.0.0.1", 0))
        self._socket.settimeout(TIMEOUT_S)
        self._board_port = free_port(socket.SOCK_DGRAM)
        self._board_mac = BROADCAST

    def __enter__(self) -> "Wire":
        return self

    def __exit__(self, *error: object) -> None:
        self._socket.close()

    @property
    def option(self) -> str:
        """Value of `--wire`."""
        return f"{self._socket.getsockname()[1]}:{self._board_port}"

    def send(self, frame: bytes) -> None:
        """Send a whole frame as it is."""
        self._socket.sendto(frame, ("127.0.0.1", self._board_port))

    def send_packet(self, data: bytes, kind: int = IPV4) -> None:
        """Send to the board."""
        head = self._board_mac + OWN_MAC + struct.pack(">H", kind)
        self.send(head + data)

    def frames(self) -> Iterator[Frame]:
        """What the board sends; ARP is answered on the way."""
        while True:
            data = self._socket.recv(4096)
            frame = Frame(struct.unpack(">H", data[12:14])[0], data[14:])
            self._board_mac = data[6:12]
            if frame.kind == ARP and frame.body[24:28] == OWN_IP:
                self._answer_arp(frame.body)
            yield frame

    def _answer_arp(self, request: bytes) -> None:
        if request[6:8] == b"\0\1":
            self.send_packet(request[:6] + b"\0\2" + OWN_MAC + OWN_IP
                             + request[8:18], ARP)

    def expect(self, protocol: int) -> bytes:
        """Payload of the next packet of a protocol."""
        return next(frame.payload for frame in self.frames()
                    if frame.protocol == protocol)

    def lend_address(self) -> list[int]:
        """Be the DHCP server. @return kinds of the messages that came."""
        kinds = []
        while 3 not in kinds:
            message = self.expect(UDP)[8:]
            assert message[236:240] == DHCP_COOKIE
            kinds.append(_option(message, 53)[0])
            self._offer(message, 2 if kinds[-1] == 1 else 5)
        return kinds

    def _offer(self, request: bytes, kind: int) -> None:
        options = (bytes((53, 1, kind, 54, 4)) + OWN_IP
                   + bytes((51, 4, 0, 0, 14, 16, 1, 4, 255, 255, 255, 0, 3, 4))
                   + OWN_IP + b"\xff")
        reply = (b"\2" + request[1:16] + BOARD_IP + OWN_IP + request[24:236]
                 + DHCP_COOKIE + options)
        self.send_packet(packet(UDP, udp(67, 68, reply), b"\xff" * 4))

    def wait_for_service(self, port: int) -> None:
        """The network server answers before a program has its port. Each
        datagram has one answer: the service's echo, or "port unreachable"."""
        answer = None
        while answer != UDP:
            self.send_packet(packet(UDP, udp(OWN_PORT, port, b"?")))
            answer = next(frame.protocol for frame in self.frames()
                          if frame.protocol in (ICMP, UDP))

    def ping(self, number: int, data: bytes) -> None:
        """Send an echo request; the reply must be right."""
        self.send_packet(packet(ICMP, echo_request(number, data)))
        reply = self.expect(ICMP)
        assert reply[0] == 0 and checksum(reply) == 0
        assert reply[4:] == echo_request(number, data)[4:]


def _option(message: bytes, wanted: int) -> bytes:
    at = 240
    while message[at] != 255:
        code, size = message[at], message[at + 1]
        if code == wanted:
            return message[at + 2:at + 2 + size]
        at += 2 + size
    raise AssertionError(f"DHCP message without option {wanted}")


def free_port(kind: int = socket.SOCK_STREAM) -> int:
    """A port that nobody uses now."""
    with socket.socket(socket.AF_INET, kind) as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])
