# SPDX-License-Identifier: BSD-2-Clause
"""Registers beside r0-r15 and CPSR: names as the plug-in knows them, and which
of them it can really write in this emulator (it proves each one at start). Of
all others that the emulator knows it says why they are not offered.
"""
from __future__ import annotations

from faultinject.qemu import run
from faultinject.store import NotInjected
from faultinject.workload import Prepared

# plugin/banked.c, vfp.c and system_state.c have the same names.
BANKED = ("r13_usr", "r14_usr", "r8_fiq", "r9_fiq", "r10_fiq", "r11_fiq",
          "r12_fiq", "r13_fiq", "r14_fiq", "spsr_fiq", "r13_irq", "r14_irq",
          "spsr_irq", "r13_svc", "r14_svc", "spsr_svc", "r13_abt", "r14_abt",
          "spsr_abt", "r13_und", "r14_und", "spsr_und")
SYSTEM = ("sctlr", "cpacr", "scr", "sder", "nsacr", "csselr", "ttbr0", "ttbr1",
          "ttbcr", "dacr", "dfsr", "ifsr", "dfar", "ifar", "par", "pmuserenr",
          "prrr", "nmrr", "vbar", "mvbar", "fcseidr", "contextidr", "tpidrurw",
          "tpidruro", "tpidrprw")
# A double is flipped by halves, as each flip is of a word.
VFP = (*(f"d{i}_{half}" for i in range(32) for half in ("low", "high")),
       "fpscr", "fpexc")
NAMED = {"banked": BANKED, "system": SYSTEM, "vfp": VFP}  # by fault model
TIMEOUT_S = 60.0
# Never flipped by any tool here; said in every store.
NEVER = (("pipeline", "the emulator has instruction-set state only"),
         ("caches and TLB contents", "not modelled by the emulator"),
         ("devices", "flips outside RAM are not offered"))


def proved(prepared: Prepared) -> dict[str, str]:
    """Every register that is not r0-r15 or CPSR: "ok", or why it is not
    injected."""
    result = run(prepared.machine(probe=True, limit_ns=1), TIMEOUT_S)
    found = dict(result.facts.get("registers", {}))
    offered = {name: "not probed" for names in NAMED.values()
               for name in names}
    return offered | {name: str(why) for name, why in found.items()}


def gaps(verdicts: dict[str, str]) -> list[NotInjected]:
    """What no trial can hit, for the store: of registers one row per kind and
    reason."""
    closed: dict[tuple[str, str], list[str]] = {}
    for name, why in verdicts.items():
        if why != "ok":
            kind = next((k for k, names in NAMED.items() if name in names),
                        "system")
            closed.setdefault((kind, why), []).append(name)
    rows = [NotInjected(kind, ", ".join(names), why)
            for (kind, why), names in closed.items()]
    if not verdicts:
        rows.append(NotInjected("registers", "all but r0-r15 and CPSR",
                                "this campaign does not ask for them"))
    return rows + [NotInjected("all", what, why) for what, why in NEVER]
