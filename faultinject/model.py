# SPDX-License-Identifier: BSD-2-Clause
"""A fault: where, what, when. Immutable, and a plain dictionary on disk."""
from __future__ import annotations

import dataclasses
from dataclasses import dataclass
from typing import Any

REGISTERS = {**{f"r{i}": i for i in range(16)}, "sp": 13, "lr": 14, "pc": 15,
             "cpsr": 25}
REGISTER_REGION = "registers"
KINDS = ("memory", "register", "null")


@dataclass(frozen=True)
class Fault:
    """One bit flip.

    `at_ns` is virtual time since the machine's start = instructions of all
    cores. `physical` is canonical, `real` is what the flip hits; `virtual` is
    the owner's address where there is one. `mask` is a byte (memory) or a word
    (register).
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

    def plugin_argument(self) -> str:
        """The flip in the plug-in's words."""
        if self.kind == "memory":
            return f"{self.at_ns}:mem:{self.real:#x}:{self.mask:#x}"
        if self.kind == "register":
            number = REGISTERS[str(self.register)]
            return f"{self.at_ns}:reg:{self.replica}:{number}:{self.mask:#x}"
        return f"{self.at_ns}:null"

    def control_argument(self) -> str:
        """The same trigger with nothing to flip."""
        return f"{self.at_ns}:null"

    def to_dict(self) -> dict[str, Any]:
        """For the store; parts that do not apply are left out."""
        return {key: value for key, value in dataclasses.asdict(self).items()
                if value is not None}

    def words(self) -> str:
        """One line for people."""
        if self.kind == "register":
            return (f"register {self.register} of replica {self.replica}, mask "
                    f"{self.mask:#x}, at {self.at_ns} ns")
        if self.kind == "null":
            return f"nothing, at {self.at_ns} ns"
        name = f" ({self.symbol})" if self.symbol else ""
        return (f"{self.region} of {self.owner} in replica {self.replica}, "
                f"physical {self.physical:#x}{name}, mask {self.mask:#x}, "
                f"at {self.at_ns} ns")


def from_dict(values: dict[str, Any]) -> Fault:
    """A fault from the store."""
    return Fault(**values)
