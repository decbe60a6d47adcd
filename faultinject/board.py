# SPDX-License-Identifier: BSD-2-Clause
"""What is attached to the emulated board beside the serial line.

Always: a thermometer and a clock chip on I2C1, and a blank flash chip, which
the emulator's board brings along. A file gives the flash its content, another
one is an SD card. Runs that must repeat never change these files; the clock
chip counts virtual time from a fixed date. The Ethernet plug is empty unless a
port is forwarded or a wire is named: then frames come at times of the host, and
the run does not repeat.
"""
from __future__ import annotations

import os
import stat
from dataclasses import dataclass
from pathlib import Path

from faultinject.errors import UserError

FLASH_BYTES = 2 << 20  # SST25VF016B
SD_MIN_BYTES = 1 << 20
I2C1 = "i2c-bus.0"
SENSORS = (f"tmp105,bus={I2C1},address=0x48",
           f"ds1338,bus={I2C1},address=0x68")
CLOCK = "base=2026-01-01T00:00:00,clock=vm"


@dataclass(frozen=True)
class Board:
    """Files behind the flash chip and the SD card; None: blank, no card.

    `keep`: what the program writes is kept in the files. `ports`: pairs of a
    TCP and UDP port of the host and the board's, in a network of the emulator's
    own. `wire`: UDP ports of the host to send frames to and to take them from,
    one frame a datagram, in place of that network. `capture`: a file for all
    frames, in pcap form; alone it plugs in the emulator's network without
    anybody outside, and the run repeats. `hidden`: TCP ports of the host, one
    for each pair, where the emulator listens in place of those (relay.py).
    """

    flash: Path | None = None
    sd: Path | None = None
    keep: bool = False
    ports: tuple[tuple[int, int], ...] = ()
    wire: tuple[int, int] | None = None
    capture: Path | None = None
    hidden: tuple[int, ...] = ()

    @property
    def is_plugged(self) -> bool:
        """Does something outside take part?"""
        return bool(self.ports) or self.wire is not None

    def arguments(self) -> list[str]:
        """Arguments of the emulator."""
        line = ["-rtc", CLOCK]
        for sensor in SENSORS:
            line += ["-device", sensor]
        if self.flash is not None:
            line += ["-drive", f"if=mtd,{self._file(self.flash)}"]
        if self.sd is not None:
            line += ["-drive", f"if=none,id=card,{self._file(self.sd)}",
                     "-device", "sd-card,drive=card"]
        return line + self._network()

    def _network(self) -> list[str]:
        if not self.is_plugged and self.capture is None:
            return []
        line = ["-nic", f"{self._other_end()},model=imx.enet,id=net"]
        if self.capture is not None:
            name = str(self.capture.resolve()).replace(",", ",,")
            line += ["-object", f"filter-dump,id=dump,netdev=net,file={name}"]
        return line

    def _other_end(self) -> str:
        if self.wire is not None:
            to, own = self.wire
            return f"socket,udp=127.0.0.1:{to},localaddr=127.0.0.1:{own}"
        doors = self.hidden or [host for host, _ in self.ports]
        return "user" + "".join(
            f",hostfwd=tcp:127.0.0.1:{door}-:{board}"
            f",hostfwd=udp:127.0.0.1:{host}-:{board}"
            for door, (host, board) in zip(doors, self.ports))

    def _file(self, path: Path) -> str:
        name = str(path.resolve()).replace(",", ",,")
        return (f"format=raw,file={name},"
                f"snapshot={'off' if self.keep else 'on'}")


def check(flash: Path | None, sd: Path | None) -> Board:
    """The board with these files; a flash file that is missing is made blank,
    if nothing else is wrong."""
    if sd is not None:
        _check_sd(sd)
    if flash is not None:
        if not flash.exists():
            _make_blank(flash)
        size = _size("flash", flash)
        if size != FLASH_BYTES:
            raise UserError(f"flash {flash} must have {FLASH_BYTES} bytes, "
                            f"it has {size}: name a new file for a blank chip")
        if sd is not None and flash.samefile(sd):
            raise UserError(f"{flash} can not be the flash and the SD card: "
                            "name two files")
    return Board(flash, sd)


def _check_sd(sd: Path) -> None:
    size = _size("SD card", sd)
    if size < SD_MIN_BYTES or size & (size - 1):
        raise UserError(f"SD card {sd} must have a power of two of bytes, "
                        f"at least {SD_MIN_BYTES}, it has {size}: "
                        "truncate -s makes it so")


def port_pair(text: str) -> tuple[int, int]:
    """`HOST:BOARD`, or one number for both."""
    words = text.split(":")
    if len(words) not in (1, 2) or not all(
            word.isascii() and word.isdigit() and 0 < int(word) < 1 << 16
            for word in words):
        raise UserError(f"a port is HOST:BOARD or one number, each 1 to 65535, "
                        f"not {text!r}")
    return int(words[0]), int(words[-1])


def _make_blank(flash: Path) -> None:
    try:
        flash.write_bytes(b"\xff" * FLASH_BYTES)
    except OSError as error:
        raise UserError(f"can not make flash {flash}: {error.strerror}"
                        ) from None


def _size(what: str, path: Path) -> int:
    """Bytes of a file that can be read and written."""
    try:
        found = path.stat()
    except OSError as error:
        raise UserError(f"can not read {what} {path}: {error.strerror}"
                        ) from None
    if not stat.S_ISREG(found.st_mode):
        raise UserError(f"{what} {path} must be a file: what is programmed "
                        "there is kept in it")
    if not os.access(path, os.R_OK | os.W_OK):
        raise UserError(f"{what} {path} must be readable and writable: what is "
                        "programmed there is kept in it")
    return found.st_size
