# SPDX-License-Identifier: BSD-2-Clause
"""Symbols and address classes of the target's ELF files."""
from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

from elftools.common.exceptions import ELFError
from elftools.elf.elffile import ELFFile

from faultinject import tree
from faultinject.errors import UserError
from faultinject.image import LOADER_BASE, LOADER_SIZE, RAM_BASE, BootConfig

KERNEL_VIRTUAL = 0xE0000000  # LAYOUT_RAM: RAM of the own partition
CLASSES = ("kernel", "rcoe", "shim", "wait")
SECTIONS = (*CLASSES, "exposed_shim", "exposed_rcoe", "exposed_kernel")
SYMBOL_REACH = 0x100000  # bytes behind a symbol that may still be its own
KERNEL_TABLES = ("mmu_kernel_pd", "foreign_table", "gicd_table", "local_table",
                 "shared_table", "image_table")
ENTRY_SIZE = 4
WRITE_PROTECTED = 1 << 9  # APX of a small page
SHARED_ENTRIES = 16  # SHARED_BLOCK_SIZE in pages: kernel/abi/abi/memory.h
ALL_CLASSES = ("user", *CLASSES, "boot")


@dataclass(frozen=True)
class Symbol:
    """A named object; `size` in bytes may be 0 for assembly labels."""

    name: str
    address: int
    size: int


@lru_cache(maxsize=16)
def symbols(path: Path) -> dict[str, Symbol]:
    """All symbols of an ELF file by name."""
    try:
        with open(path, "rb") as stream:
            table = ELFFile(stream).get_section_by_name(".symtab")
            found = list(table.iter_symbols()) if table else []
            return {s.name: Symbol(s.name, s["st_value"], s["st_size"])
                    for s in found
                    if s.name and s["st_shndx"] != "SHN_UNDEF"
                    and s["st_info"]["type"] in ("STT_OBJECT", "STT_FUNC",
                                                 "STT_NOTYPE")}
    except FileNotFoundError:
        raise UserError(f"no such program: {path}") from None
    except ELFError as error:
        raise UserError(f"{path} is not a valid ELF file: {error}") from None


def address_of(path: Path, name: str) -> int:
    """Address of a symbol that must exist."""
    found = symbols(path).get(name)
    if found is None:
        raise UserError(f"{path.name} has no symbol {name}")
    return found.address


@dataclass(frozen=True)
class KernelLayout:
    """Virtual extents of the kernel image, all ends exclusive."""

    start: int
    text_end: int
    local_start: int
    local_end: int
    end: int
    tables: tuple[tuple[int, int], ...] = ()  # hardware page tables, in order


@lru_cache(maxsize=4)
def kernel_layout(path: Path) -> KernelLayout:
    """Extents from the kernel's linker symbols."""
    return KernelLayout(start=address_of(path, "__kernel_start"),
                        text_end=address_of(path, "__kernel_readonly_end"),
                        local_start=address_of(path, "__replica_local_start"),
                        local_end=address_of(path, "__replica_local_end"),
                        end=address_of(path, "__kernel_end"),
                        tables=_kernel_tables(path))


def _kernel_tables(path: Path) -> tuple[tuple[int, int], ...]:
    """Virtual extents of the kernel's own hardware page tables."""
    table = symbols(path)
    return tuple(sorted((table[name].address,
                         table[name].address + table[name].size)
                        for name in KERNEL_TABLES if name in table))


def own_entries(path: Path, replica: int) -> range:
    """Canonical addresses of the entries that map a replica's own block of
    the shared region. They lack WRITE_PROTECTED; otherwise the kernel's own
    tables differ by the partition's offset only (rcoe/tables.h)."""
    first = (canonical(address_of(path, "shared_table"))
             + replica * SHARED_ENTRIES * ENTRY_SIZE)
    return range(first, first + SHARED_ENTRIES * ENTRY_SIZE, ENTRY_SIZE)


def canonical(virtual: int) -> int:
    """Canonical physical address of a kernel virtual address in RAM."""
    return virtual - KERNEL_VIRTUAL + RAM_BASE


def class_ranges(products: tree.Products, config: BootConfig
                 ) -> tuple[tuple[str, int, int], ...]:
    """Code ranges for instruction counts. `boot` is the loader and what a
    kernel executes at real addresses before its MMU is on. The wait loops
    belong to replica control; which of their instructions were waiting, the
    plug-in's clocks know."""
    table = symbols(products.kernel)
    ranges = [("boot", LOADER_BASE, LOADER_BASE + LOADER_SIZE)]
    layout = kernel_layout(products.kernel)
    for replica in range(config.replicas):
        real = canonical(layout.start) + config.partition_offset(replica)
        ranges.append(("boot", real, real + layout.text_end - layout.start))
    for name in SECTIONS:
        start, end = f"__text_{name}_start", f"__text_{name}_end"
        if start in table and end in table:
            ranges.append((_class_of(name, products),
                           table[start].address, table[end].address))
    return tuple(ranges)


def _class_of(section: str, products: tree.Products) -> str:
    """Class of a section of code; the baseline waits for nobody but devices."""
    if section == "wait" and products.replicated:
        return "rcoe"
    return section.removeprefix("exposed_")


def digest_arguments(products: tree.Products, config: BootConfig
                     ) -> tuple[str, ...]:
    """Plug-in digests: RAM of each replica without .replica_local."""
    layout = kernel_layout(products.kernel)
    arguments = []
    for replica in range(config.replicas):
        offset = config.partition_offset(replica)
        skip = (canonical(layout.local_start) + offset,
                canonical(layout.local_end) + offset)
        arguments.append(f"replica{replica}:{RAM_BASE + offset:#x}:"
                         f"{config.ram_size:#x}:{skip[0]:#x}-{skip[1]:#x}")
    return tuple(arguments)
