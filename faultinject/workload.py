# SPDX-License-Identifier: BSD-2-Clause
"""What runs: an app, its input, and how it is protected.

A prepared workload owns a scratch folder with the patched image and the RAM
disk; any number of machines (golden, control, trial) start from these files.
"""
from __future__ import annotations

import dataclasses
import hashlib
import shutil
from dataclasses import dataclass
from pathlib import Path
from types import TracebackType
from typing import Any

from faultinject import critical, image, root_task, target, tree, voting
from faultinject.board import Board
from faultinject.errors import UserError
from faultinject.image import MIB, BootConfig
from faultinject.own import OwnApp
from faultinject.qemu import SLICE_NS, Machine


@dataclass(frozen=True)
class Workload:
    """A program with its input and protection; None means the image's own
    default. Sizes in bytes."""

    app: str
    args: str = ""
    data: bytes | None = None
    baseline: bool = False
    replicas: int = 1
    voting: str | None = None
    hash: str | None = None
    coupling: str | None = None
    counted: bool = False  # programs count their branches: rcoe/counting
    deadline_us: int | None = None
    hold_us: int | None = None
    tick_us: int | None = None
    reintegration: str | None = None
    reintegrations_per_hour: int | None = None
    backoff_us: int | None = None
    scrub: bool = False
    restart: bool = False
    stride: int | None = None
    image: Path | None = None
    dtb: Path | None = None
    via_uart: bool = False
    own: OwnApp | None = None  # a program from outside this tree
    board: Board = Board()

    def describe(self) -> dict[str, Any]:
        """The configuration as stored beside results."""
        values = dataclasses.asdict(self)
        del values["data"], values["board"]
        values["own"] = self.own and (self.own.elf or self.own.path)
        for name in ("image", "dtb", "own"):
            path = values[name]
            values[name] = None if path is None else str(path)
        values["input_bytes"] = len(self.data or b"")
        return values

    @property
    def program(self) -> str | None:
        """Name of the program's process; None: the root task is all."""
        return None if self.own is not None and self.own.root else self.app

    @property
    def input_hash(self) -> str:
        """Digest of the input."""
        return hashlib.sha256(self.data or b"").hexdigest()

    def is_right(self, console: bytes) -> bool:
        """Does the program's own oracle, if it has one, accept an output?"""
        return self.own is None or self.own.is_right(console, self.data)


def _choice(kind: str, table: dict[str, int], value: str) -> int:
    if value not in table:
        raise UserError(f"{kind} must be one of {', '.join(table)}, "
                        f"not {value!r}")
    return table[value]


def _command_line(workload: Workload) -> str:
    """Name and arguments of our programs; to a root task from outside nobody
    has anything to tell but what is asked for."""
    if workload.own is not None and workload.own.root:
        return workload.args
    args = "--via uart" if workload.via_uart else workload.args
    return f"{workload.app} {args}".strip()


def configure(workload: Workload, base: BootConfig) -> BootConfig:
    """The boot configuration of a workload, checked."""
    on_disk = b"" if workload.via_uart else workload.data or b""
    changes: dict[str, Any] = {
        "replicas": 1 if workload.baseline else workload.replicas,
        "command_line": _command_line(workload),
        "ramdisk_base": image.RAMDISK_BASE if on_disk else 0,
        "ramdisk_size": len(on_disk),
        "slice_us": SLICE_NS // 1000,
        "flags": base.flags & ~image.FLAG_SCRUB | image.FLAG_EMULATOR
        | (image.FLAG_SCRUB if workload.scrub else 0)
        | (image.FLAG_RESTART if workload.restart else 0)}
    if workload.voting is not None:
        changes["voting"] = voting.mask(workload.voting)
        if voting.drifts(changes["voting"]):  # unless it is asked for
            changes["reintegration"] = image.REINTEGRATION["never"]
    if workload.hash is not None:
        changes["hash"] = _choice("hash", image.HASH, workload.hash)
    if workload.reintegration is not None:
        changes["reintegration"] = _choice(
            "reintegration", image.REINTEGRATION, workload.reintegration)
    if workload.coupling is not None:
        changes["coupling"] = _choice("coupling", image.COUPLING,
                                      workload.coupling)
    for name in ("reintegrations_per_hour", "backoff_us", "deadline_us",
                 "hold_us", "tick_us"):
        if getattr(workload, name) is not None:
            changes[name] = getattr(workload, name)
    if workload.stride is not None:
        changes["stride"] = workload.stride
        changes["ram_size"] = min(base.ram_size, workload.stride)
    return image.check(dataclasses.replace(base, **changes))


class Prepared:
    """A workload whose files exist. Use it in a `with` statement."""

    def __init__(self, workload: Workload) -> None:
        self.workload = workload
        self.products = tree.products(
            workload.baseline, workload.own.folder if workload.own else None,
            workload.counted)
        root = (root_task.load(workload.own.elf)
                if workload.own and workload.own.elf else None)
        boot = image.load(workload.image or self.products.image)
        if boot.replicated == workload.baseline:
            raise UserError(f"image {boot.path} is built "
                            f"{'with' if boot.replicated else 'without'} "
                            "replica control: change --baseline or --image")
        self.config = configure(workload, boot.config)
        self.folder = tree.scratch("load")
        self._loads: list[tuple[Path, int]] = []
        if self.products.rom.is_file():
            self._loads.append((self.products.rom, 0))
        if workload.dtb is not None:
            boot = self._with_dtb(boot, workload.dtb)
        if root is not None:
            boot = self._with_root(boot, root.packed())
        content = boot.patched(self.config)
        self.image_hash = hashlib.sha256(content).hexdigest()
        self._image = self._file("image.elf", content)
        if self.config.ramdisk_size:
            path = self._file("ramdisk.bin", workload.data or b"")
            self._loads.append((path, image.RAMDISK_BASE))

    def _file(self, name: str, content: bytes) -> Path:
        """A file in the scratch folder."""
        path = self.folder / name
        path.write_bytes(content)
        return path

    def _with_dtb(self, boot: image.Image, path: Path) -> image.Image:
        """Load another device tree and point the image to it."""
        try:
            dtb = image.load_device_tree(path)
            address = image.device_tree_address(dtb)
            changed = boot.with_part(image.PART_DEVICE_TREE, dtb, address)
        except BaseException:
            self.close()
            raise
        self._loads.append((self._file("tree.dtb", dtb), address))
        return changed

    def _with_root(self, boot: image.Image, elf: bytes) -> image.Image:
        """Load another root task and point the image to it."""
        try:
            address = boot.root_address(len(elf))
        except UserError:
            self.close()
            raise
        self._loads.append((self._file("root_task.elf", elf), address))
        return boot.with_part(image.PART_ROOT, elf, address)

    def __enter__(self) -> Prepared:
        return self

    def __exit__(self, kind: type[BaseException] | None,
                 error: BaseException | None,
                 trace: TracebackType | None) -> None:
        self.close()

    def close(self) -> None:
        """Remove the scratch folder."""
        shutil.rmtree(self.folder, ignore_errors=True)

    def machine(self, count: bool = False, digests: bool = False,
                line_cost: int = critical.LINE_COST, **changes: Any
                ) -> Machine:
        """A machine that runs this workload.

        @param count    Count instructions per replica and class, and keep
                        critical-path clocks.
        @param digests  Digest each replica's memory at the end.
        @param line_cost  Of the clocks: instructions per line taken over.
        @param changes  Further fields of Machine.
        """
        ranges = (target.class_ranges(self.products, self.config)
                  if count else ())
        wanted = (target.digest_arguments(self.products, self.config)
                  if digests else ())
        data = self.workload.data or b"" if self.workload.via_uart else None
        return Machine(image=self._image, loads=tuple(self._loads),
                       count=count, ranges=ranges, digests=wanted,
                       board=self.workload.board,
                       clock=critical.arguments(line_cost) if count else (),
                       uart_input=data, **changes)

    def dump_argument(self, at_ns: int, replica: int, file: Path) -> str:
        """Plug-in argument that dumps a replica's RAM at a moment."""
        real = image.RAM_BASE + self.config.partition_offset(replica)
        return f"{at_ns}:{real:#x}:{self.config.ram_size:#x}:{file}"


def mib(value: int) -> int:
    """MiB as bytes."""
    return value * MIB
