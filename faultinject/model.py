# SPDX-License-Identifier: BSD-2-Clause
"""A fault: where, what, when. Immutable, and a plain dictionary on disk."""
from __future__ import annotations

from dataclasses import dataclass
from typing import Any

REGISTERS = {**{f"r{i}": i for i in range(16)}, "sp": 13, "lr": 14, "pc": 15,
             "cpsr": 25}
REGISTER_REGION = "registers"
KINDS = ("memory", "register", "banked", "system", "vfp", "null")
NAMED = ("banked", "system", "vfp")  # registers that the plug-in knows by name


@dataclass(frozen=True)
class Fault:
    """One upset: one bit, or several at one moment.

    `at_ns` is virtual time since the machine's start = instructions of all
    cores. `physical` is canonical, `real` is what the flip hits; `virtual` is
    the owner's address where there is one. `mask` is a byte (memory) or a word
    (register). `more`: further (real, mask) of the same upset. `flush`: with a
    flush of the TLBs. A bit that is stuck stays at `level` (a byte, 0 or the
    mask) until `until_ns`.
    """

    kind: str
    at_ns: int
    replica: int | None = None
    mask: int = 0
    region: str | None = None
    owner: str | None = None
    symbol: str | None = None
    virtual: int | None = None
    physical: int | None = None
    real: int | None = None
    register: str | None = None
    model: str = "memory"
    more: tuple[tuple[int, int], ...] = ()
    flush: bool = False
    until_ns: int | None = None
    level: int | None = None

    def plugin_arguments(self) -> tuple[str, ...]:
        """All parts of the fault in the plug-in's words."""
        if self.until_ns is not None:
            return (f"{self.at_ns}:stuck:{self.real:#x}:{self.mask:#x}:"
                    f"{self.level:#x}:{self.until_ns}",)
        others = tuple(f"{self.at_ns}:mem:{real:#x}:{mask:#x}"
                       for real, mask in self.more)
        last = (f"{self.at_ns}:flush",) if self.flush else ()
        return (self.plugin_argument(), *others, *last)

    def plugin_argument(self) -> str:
        """The first flip in the plug-in's words."""
        if self.kind == "memory":
            return f"{self.at_ns}:mem:{self.real:#x}:{self.mask:#x}"
        if self.kind == "register":
            number = REGISTERS[str(self.register)]
            return f"{self.at_ns}:reg:{self.replica}:{number}:{self.mask:#x}"
        if self.kind in NAMED:
            return (f"{self.at_ns}:{self.kind}:{self.replica}:{self.register}:"
                    f"{self.mask:#x}")
        return f"{self.at_ns}:null"

    def to_dict(self) -> dict[str, Any]:
        """For the store; parts that do not apply are left out."""
        values = {key: value for key, value in vars(self).items()
                  if value not in (None, (), False)}
        if self.more:
            values["more"] = [list(part) for part in self.more]
        return values

    def words(self) -> str:
        """One line for people."""
        if self.kind in ("register", *NAMED):
            kind = "" if self.kind == "register" else f"{self.kind} "
            return (f"{kind}register {self.register} of replica "
                    f"{self.replica}, mask {self.mask:#x}, at {self.at_ns} ns")
        if self.kind == "null":
            return f"nothing, at {self.at_ns} ns"
        name = f" ({self.symbol})" if self.symbol else ""
        where = ("" if self.replica is None
                 else f" in replica {self.replica}")
        return (f"{self.region} of {self.owner}{where}, physical "
                f"{self.physical:#x}{name}, mask {self.mask:#x}"
                f"{self._extras()}, at {self.at_ns} ns")

    def _extras(self) -> str:
        """What makes it more than one flipped bit."""
        parts = [f" and {len(self.more)} more byte(s)"] if self.more else []
        if self.flush:
            parts.append(" with a TLB flush")
        if self.until_ns is not None:
            parts.append(f" stuck at {int(bool(self.level))} until "
                         f"{self.until_ns} ns")
        return "".join(parts)


def from_dict(values: dict[str, Any]) -> Fault:
    """A fault from the store."""
    more = tuple((real, mask) for real, mask in values.get("more", ()))
    return Fault(**{**values, "more": more})
