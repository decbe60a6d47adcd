# SPDX-License-Identifier: BSD-2-Clause
"""Reads a linked program: its functions, their instructions, and every place
where the address of code is taken.

Disassembly is capstone's; what lies between instructions (literal pools) is
told by the mapping symbols that the assembler writes (ELF for the Arm
Architecture, IHI 0044, 4.5.5). Judges nothing: that is check.py.
"""
from __future__ import annotations

import re
import struct
from bisect import bisect_right
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from capstone import CS_ARCH_ARM, CS_MODE_ARM, Cs, arm
from elftools.common.exceptions import ELFError
from elftools.elf.elffile import ELFFile
from elftools.elf.sections import SymbolTableSection

EXECUTABLE, ALLOCATED = 0x4, 0x2  # sh_flags
THUMB_BIT = 1
# Relocations, IHI 0044 table 4-8: words with an address, halves of one.
ABS32, MOVW_ABS_NC = 2, 43
WORD = 4
PADS = (0, 0xe320f000, 0xe1a00000)  # between functions: nothing, nop


class ProgramError(Exception):
    """The file can not be judged at all; in one line."""


@dataclass(frozen=True)
class Instruction:
    """One decoded instruction. `text` is what a person reads."""

    address: int
    word: int
    mnemonic: str
    operands: str
    conditional: bool
    target: int | None  # of a direct branch or call
    reads: frozenset[str]  # registers, flags as cpsr
    writes: frozenset[str]

    @property
    def text(self) -> str:
        """As in a disassembly."""
        return f"{self.mnemonic} {self.operands}".strip()

    def names(self, *registers: str) -> bool:
        """Does it name one of these registers anywhere?"""
        return not set(registers).isdisjoint(re.findall(r"\w+", self.operands))


@dataclass(frozen=True)
class Function:
    """A function and its instructions, in ascending order."""

    name: str
    address: int
    size: int
    thumb: bool
    code: dict[int, Instruction]
    odd: tuple[int, ...]  # addresses of words that are no instruction


@dataclass(frozen=True)
class Program:
    """All functions by address; addresses of code that are taken anywhere."""

    functions: dict[int, Function]
    taken: dict[int, int]  # where the address stands -> the address
    loose: tuple[int, ...]  # code that belongs to no function

    def at(self, address: int) -> Function | None:
        """The function whose bytes include an address."""
        starts = sorted(self.functions)
        index = bisect_right(starts, address) - 1
        if index < 0:
            return None
        found = self.functions[starts[index]]
        return found if address < found.address + found.size else None


@dataclass(frozen=True)
class _Section:
    """Bytes of an executable section and where they are data."""

    start: int
    data: bytes
    marks: tuple[tuple[int, str], ...]  # address, a|t|d

    def kind(self, address: int) -> str:
        """What the mapping symbols say of an address."""
        index = bisect_right(self.marks, (address, "~")) - 1
        return self.marks[index][1] if index >= 0 else "d"

    def word(self, address: int) -> int:
        """The word at an address."""
        return int(struct.unpack_from("<I", self.data,
                                      address - self.start)[0])


def read(path: Path) -> Program:
    """Read a program that was linked with --emit-relocs.

    @throws ProgramError it is no such file.
    """
    try:
        with path.open("rb") as stream:
            return _program(ELFFile(stream))
    except (OSError, ELFError) as error:
        raise ProgramError(f"can not be read as ELF: {error}") from error


def _program(elf: ELFFile) -> Program:
    """The program in an open file."""
    symbols = elf.get_section_by_name(".symtab")
    if elf["e_machine"] != "EM_ARM" or not isinstance(symbols,
                                                      SymbolTableSection):
        raise ProgramError("no ARM program with symbols")
    if not any(s["sh_type"] == "SHT_REL" for s in elf.iter_sections()):
        raise ProgramError("no relocations; link with -Wl,--emit-relocs")
    sections = _executable(elf, symbols)
    functions = _functions(sections, symbols)
    return Program(functions, _taken(elf, symbols, sections),
                   _loose(sections, functions))


def _executable(elf: ELFFile, symbols: Any) -> list[_Section]:
    """All executable sections."""
    marks = sorted((s["st_value"] & ~THUMB_BIT, s.name[1])
                   for s in symbols.iter_symbols()
                   if re.match(r"\$[atd](\.|$)", s.name))
    return [_Section(s["sh_addr"], s.data(), tuple(
        mark for mark in marks
        if s["sh_addr"] <= mark[0] < s["sh_addr"] + s["sh_size"]))
        for s in elf.iter_sections()
        if s["sh_flags"] & EXECUTABLE and s["sh_type"] == "SHT_PROGBITS"]


def _functions(sections: list[_Section], symbols: Any) -> dict[int, Function]:
    """Functions by address; of several names for one, the first by letters."""
    named = sorted((s["st_value"], s.name, s["st_size"])
                   for s in symbols.iter_symbols()
                   if s["st_info"]["type"] == "STT_FUNC" and s["st_size"])
    disassembler = Cs(CS_ARCH_ARM, CS_MODE_ARM)
    disassembler.detail = True
    found: dict[int, Function] = {}
    for value, name, size in named:
        address = value & ~THUMB_BIT
        section = next((s for s in sections
                        if s.start <= address < s.start + len(s.data)), None)
        if section is None or address in found:
            continue
        thumb = bool(value & THUMB_BIT)
        code, odd = ({}, ()) if thumb else _decode(disassembler, section,
                                                   address, size)
        found[address] = Function(name, address, size, thumb, code, odd)
    return found


def _decode(disassembler: Cs, section: _Section, address: int,
            size: int) -> tuple[dict[int, Instruction], tuple[int, ...]]:
    """Instructions of a function; addresses of words that are none."""
    code, odd = {}, []
    for at in range(address, address + size, WORD):
        if section.kind(at) != "a":
            continue
        word = section.word(at)
        decoded = next(disassembler.disasm(struct.pack("<I", word), at), None)
        if decoded is None:
            odd.append(at)
        else:
            code[at] = _instruction(decoded, word)
    return code, tuple(odd)


def _instruction(decoded: Any, word: int) -> Instruction:
    """Our own form of what capstone says."""
    direct = decoded.id in (arm.ARM_INS_B, arm.ARM_INS_BL, arm.ARM_INS_BLX)
    operands = decoded.operands if direct else ()
    target = (operands[0].imm & 0xffffffff
              if operands and operands[0].type == arm.ARM_OP_IMM else None)
    reads, writes = (frozenset(decoded.reg_name(r) for r in registers)
                     for registers in decoded.regs_access())
    conditional = decoded.cc not in (arm.ARM_CC_AL, arm.ARM_CC_INVALID)
    if conditional:
        reads |= {"cpsr"}
    return Instruction(decoded.address, word, decoded.mnemonic, decoded.op_str,
                       conditional, target, reads, writes)


def _taken(elf: ELFFile, symbols: Any,
           sections: list[_Section]) -> dict[int, int]:
    """Where an address of code is taken as a value, and which."""
    taken = {}
    for table in elf.iter_sections():
        if table["sh_type"] != "SHT_REL":
            continue
        place = elf.get_section(table["sh_info"])
        if not place["sh_flags"] & ALLOCATED:
            continue
        for entry in table.iter_relocations():
            kind = entry["r_info_type"]
            if kind not in (ABS32, MOVW_ABS_NC):
                continue
            word = struct.unpack_from("<I", place.data(), entry["r_offset"]
                                      - place["sh_addr"])[0]
            value = word if kind == ABS32 else _of_halves(
                word, symbols.get_symbol(entry["r_info_sym"])["st_value"])
            if any(s.start <= value < s.start + len(s.data)
                   and s.kind(value) != "d" for s in sections):
                taken[entry["r_offset"]] = value
    return taken


def _of_halves(word: int, symbol: int) -> int:
    """The address of which a MOVW loads the lower half, near its symbol."""
    low = (word >> 4 & 0xf000) | (word & 0xfff)
    return symbol + (low - symbol + 0x8000) % 0x10000 - 0x8000


def _loose(sections: list[_Section],
           functions: dict[int, Function]) -> tuple[int, ...]:
    """First addresses of runs of code that no function owns; padding is none."""
    owned = [(f.address, f.address + f.size) for f in functions.values()]
    loose = []
    for section in sections:
        at = section.start
        for start, end in [*sorted(o for o in owned if section.start <= o[0]
                                   < section.start + len(section.data)),
                           (section.start + len(section.data),) * 2]:
            words = [a for a in range(at, start, WORD)
                     if section.kind(a) != "d" and section.word(a) not in PADS]
            loose.extend(words[:1])
            at = max(at, end)
    return tuple(loose)
