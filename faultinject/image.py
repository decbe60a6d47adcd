# SPDX-License-Identifier: BSD-2-Clause
"""Boot configuration: read from an image, changed, written into a copy.

The layout is struct boot_config of kernel/abi/abi/boot.h. The image in the
build folder is never touched.
"""
from __future__ import annotations

import dataclasses
import io
import struct
import zlib
from dataclasses import dataclass
from pathlib import Path

from elftools.common.exceptions import ELFError
from elftools.elf.elffile import ELFFile

from faultinject import voting
from faultinject.errors import UserError

MAGIC = 0x47464354
VERSION = 3
MIB = 1 << 20
COMMAND_LINE_SIZE = 128
DTB_MAGIC = 0xD00DFEED
DTB_MAX = 256 * 1024  # abi/boot.h
PAYLOAD_HEAD = 12  # kernel/loader/payload.h: magic, part_count, replicated
PART = struct.Struct("<16sIII")  # name, start, size, CRC-32
PART_DEVICE_TREE = 1
PART_ROOT = 2
PAGE = 4096
LAYOUT = struct.Struct(f"<20I{COMMAND_LINE_SIZE}sI")
SYMBOL = "boot_config"
SEAL = struct.Struct("<8sI")  # kernel/loader/seal.py: magic, CRC-32
SEAL_MAGIC = b"TRIREME\0"
WORD_MAX = (1 << 32) - 1

RAM_BASE = 0x10000000
LOADER_BASE = 0x4C000000
LOADER_SIZE = 0x01000000
RAMDISK_BASE = 0x4D000000
RAMDISK_MAX = 16 * MIB
SHARED_BASE = 0x4E000000
SHARED_SIZE = 0x40000
PAST_BASE = 0x4E100000
STRIDE_GRANULE = 16 * MIB
SPREAD = (3, 5, 6, 12)  # partitions in strides from RAM_BASE, if there is room

HASH = {"args": 0, "context": 1}
COUPLING = {"loose": 0, "close": 1}
REINTEGRATION = {"never": 0, "once": 1, "always": 2, "command": 3}
FLAG_EMULATOR = 1
FLAG_SCRUB = 2
FLAG_RESTART = 4


@dataclass(frozen=True)
class BootConfig:
    """Fields of struct boot_config in their order; sizes in bytes."""

    magic: int
    version: int
    size: int
    replicas: int
    coupling: int
    voting: int
    hash: int
    deadline_us: int
    verdict_deadline_us: int
    hold_us: int
    tick_us: int
    slice_us: int
    stride: int
    ram_size: int
    flags: int
    ramdisk_base: int
    ramdisk_size: int
    reintegration: int
    reintegrations_per_hour: int
    backoff_us: int
    command_line: str

    def pack(self) -> bytes:
        """The structure with its check sum."""
        values = dataclasses.astuple(self)
        line = str(values[-1]).encode("ascii", "strict")
        body = LAYOUT.pack(*values[:-1], line, 0)[:-4]
        return body + struct.pack("<I", zlib.crc32(body))

    def partition_offset(self, replica: int) -> int:
        """Real address minus canonical address of a replica's RAM."""
        return partition_offset(replica, self.stride)


def partition_offset(replica: int, stride: int) -> int:
    """Where the partition of a replica begins, in bytes from RAM_BASE: if there
    is room, two of them differ in more than a bit (kernel/abi/abi/memory.h)."""
    roomy = RAM_BASE + (SPREAD[-1] + 1) * stride <= LOADER_BASE
    return (SPREAD[replica] if roomy else replica + 1) * stride


@dataclass(frozen=True)
class Image:
    """A boot image in memory and where its configuration lies."""

    path: Path
    content: bytes
    offset: int
    config: BootConfig
    payload: int | None = None

    @property
    def replicated(self) -> bool:
        """Whether replica control is in the image's kernel."""
        if self.payload is None:
            raise UserError(f"image {self.path} has no table of parts")
        head = self.content[self.payload:self.payload + PAYLOAD_HEAD]
        return bool(struct.unpack("<III", head)[2])

    def patched(self, config: BootConfig) -> bytes:
        """The image with another configuration."""
        raw = config.pack()
        return (self.content[:self.offset] + raw
                + self.content[self.offset + len(raw):])

    def with_part(self, index: int, data: bytes, address: int) -> Image:
        """The image with another file as a part, which lies in memory.

        @param index  PART_DEVICE_TREE or PART_ROOT.
        """
        if self.payload is None:
            raise UserError(f"image {self.path} has no table of parts")
        at = self.payload + PAYLOAD_HEAD + index * PART.size
        name = PART.unpack(self.content[at:at + PART.size])[0]
        raw = PART.pack(name, address, len(data), zlib.crc32(data))
        content = self.content[:at] + raw + self.content[at + PART.size:]
        return dataclasses.replace(self, content=content)


    def root_address(self, size: int) -> int:
        """Where a root task of `size` bytes is put: below the device tree, at
        the end of the loader's memory."""
        elf = ELFFile(io.BytesIO(self.content))
        end = max(s.header.p_paddr + s.header.p_memsz
                  for s in elf.iter_segments() if s.header.p_type == "PT_LOAD")
        address = (LOADER_BASE + LOADER_SIZE - DTB_MAX - size) // PAGE * PAGE
        if address < end:
            room = LOADER_BASE + LOADER_SIZE - DTB_MAX - end
            raise UserError(f"the root task's segments are {size} bytes, the "
                            f"loader has room for {room // PAGE * PAGE}")
        return address


def device_tree_address(dtb: bytes) -> int:
    """Where a device tree is put: at the end of the loader's memory."""
    return LOADER_BASE + LOADER_SIZE - (len(dtb) + 4095) // 4096 * 4096


def _check_device_tree(path: Path, dtb: bytes) -> None:
    """Refuse what is no device tree blob, with the reason."""
    if len(dtb) > DTB_MAX:
        raise UserError(f"device tree {path} has {len(dtb)} bytes: at most "
                        f"{DTB_MAX // 1024} KiB are allowed")
    if dtb[:8] == b"/dts-v1/":
        raise UserError(f"device tree {path} is source text: compile it with "
                        "dtc -O dtb")
    magic, size = struct.unpack(">II", dtb[:8]) if len(dtb) >= 40 else (0, 0)
    if magic != DTB_MAGIC:
        raise UserError(f"{path} is not a device tree blob: it has no magic "
                        f"{DTB_MAGIC:x} at its start")
    if size > len(dtb):
        raise UserError(f"device tree {path} is cut off: it says that it has "
                        f"{size} bytes, the file has {len(dtb)}")


def load_device_tree(path: Path) -> bytes:
    """Read a device tree blob; magic and length are checked."""
    try:
        dtb = path.read_bytes()
    except OSError as error:
        raise UserError(f"can not read device tree {path}: "
                        f"{error.strerror}") from None
    _check_device_tree(path, dtb)
    return dtb


def parse_config(raw: bytes) -> BootConfig:
    """Read a structure; its check sum is the loader's business."""
    *words, line, _ = LAYOUT.unpack(raw[:LAYOUT.size])
    text = line.split(b"\0")[0].decode("ascii", "replace")
    return BootConfig(*words, command_line=text)


def load(path: Path) -> Image:
    """Read a boot image and find its configuration."""
    try:
        content = path.read_bytes()
    except OSError as error:
        raise UserError(f"can not read image {path}: {error.strerror}") from None
    try:
        offset = _offset_of(content, SYMBOL, LAYOUT.size)
        payload = _offset_of(content, "payload", 1)
    except (ELFError, struct.error, ValueError, UnicodeError):
        raise UserError(f"image {path} is not a valid ELF file") from None
    if offset is None or offset + LAYOUT.size > len(content):
        raise UserError(f"image {path} has no boot configuration")
    check_seal(path, content)
    config = parse_config(content[offset:offset + LAYOUT.size])
    if config.magic != MAGIC or config.version != VERSION:
        raise UserError(f"image {path} has a damaged boot configuration")
    return Image(path, content, offset, config, payload)


def check_seal(path: Path, content: bytes) -> None:
    """Refuse an image that is not, byte for byte, what was built."""
    body, seal = content[:-SEAL.size], content[-SEAL.size:]
    if seal != SEAL.pack(SEAL_MAGIC, zlib.crc32(body)):
        raise UserError(f"image {path} is damaged or incomplete: its check "
                        "sum does not match")


def _offset_of(content: bytes, name: str, size: int) -> int | None:
    """File offset of a symbol's first byte."""
    elf = ELFFile(io.BytesIO(content))
    table = elf.get_section_by_name(".symtab")
    symbols = table.get_symbol_by_name(name) if table else None
    if not symbols:
        return None
    address = symbols[0]["st_value"]
    offsets = list(elf.address_offsets(address, size))
    return offsets[0] if offsets else None


def _check_drift(config: BootConfig) -> None:
    """Refuse what is done when all stand at the same kernel entry."""
    for name, wanted in (("re-integration", config.reintegration),
                         ("the scrubber", config.flags & FLAG_SCRUB)):
        if wanted:
            raise UserError(f"{name} needs meetings at kernel entries: add "
                            "'entry' to the voting points "
                            f"({voting.words(config.voting)})")


def check(config: BootConfig) -> BootConfig:
    """Refuse what the loader would refuse, in the user's words."""
    if not 1 <= config.replicas <= 4:
        raise UserError(f"replicas must be 1 to 4, not {config.replicas}")
    for name in ("deadline_us", "ramdisk_size"):
        if not 0 <= getattr(config, name) <= WORD_MAX:
            raise UserError(f"{name} must be 0 to {WORD_MAX}, not "
                            f"{getattr(config, name)}")
    if config.stride % STRIDE_GRANULE or config.stride <= 0:
        raise UserError("the stride must be a multiple of 16 MiB, not "
                        f"{config.stride / MIB:g} MiB")
    end = (RAM_BASE + config.partition_offset(config.replicas - 1)
           + config.stride)
    if end > LOADER_BASE:
        raise UserError(f"{config.replicas} partitions of "
                        f"{config.stride // MIB} MiB do not fit into the board")
    if len(config.command_line) >= COMMAND_LINE_SIZE:
        raise UserError("the command line is longer than "
                        f"{COMMAND_LINE_SIZE - 1} characters")
    if not config.command_line.isascii():
        raise UserError("the command line must be plain ASCII")
    known = config.voting & ~voting.ALL == 0  # else the loader refuses
    if known and voting.drifts(config.voting):
        _check_drift(config)
    if config.ramdisk_size > RAMDISK_MAX:
        raise UserError("the input is larger than 16 MiB")
    return config
