# SPDX-License-Identifier: BSD-2-Clause
"""Registers beside r0-r15 and CPSR: names as the plug-in knows them, and which
of them it can really write in this emulator (it proves each one at start).
"""
from __future__ import annotations

from faultinject.qemu import run
from faultinject.store import NotInjected
from faultinject.workload import Prepared

# plugin/registers.c has the same names.
BANKED = ("r13_usr", "r14_usr", "r8_fiq", "r9_fiq", "r10_fiq", "r11_fiq",
          "r12_fiq", "r13_fiq", "r14_fiq", "spsr_fiq", "r13_irq", "r14_irq",
          "spsr_irq", "r13_svc", "r14_svc", "spsr_svc", "r13_abt", "r14_abt",
          "spsr_abt", "r13_und", "r14_und", "spsr_und")
SYSTEM = ("sctlr", "actlr", "cpacr", "ttbr0", "ttbr1", "ttbcr", "dacr", "dfsr",
          "ifsr", "dfar", "ifar", "vbar", "prrr", "nmrr", "contextidr",
          "tpidrurw", "tpidruro", "tpidrprw")
TIMEOUT_S = 60.0
# Never flipped by any tool here; said in every store.
NEVER = (("pipeline", "the emulator has instruction-set state only"),
         ("caches and TLB contents", "not modelled by the emulator"),
         ("VFP registers", "no program here uses them"),
         ("devices", "flips outside RAM are not offered"))


def proved(prepared: Prepared) -> dict[str, str]:
    """Every banked and system register: "ok", or why it is not injected."""
    result = run(prepared.machine(probe=True, limit_ns=1), TIMEOUT_S)
    found = dict(result.facts.get("registers", {}))
    return {name: str(found.get(name, "not probed"))
            for name in (*BANKED, *SYSTEM)}


def gaps(verdicts: dict[str, str]) -> list[NotInjected]:
    """What no trial can hit, for the store."""
    closed = [NotInjected("banked" if name in BANKED else "system", name, why)
              for name, why in verdicts.items() if why != "ok"]
    return closed + [NotInjected("all", what, why) for what, why in NEVER]
