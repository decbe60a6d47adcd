# SPDX-License-Identifier: BSD-2-Clause
"""Who may include what: the include DAG, checked for every #include "...".

The build enforces the same rule by include paths; this lint says it in words,
sees through relative paths, and also covers files that no target builds yet.
An include may name any header whose path ends so; it is right if one of these
belongs to a part that the including file may use.
"""

import re
from collections import defaultdict
from dataclasses import dataclass

from tree import Finding, Tree

# Longest prefix wins: folder -> part.
PARTS = {
    "kernel/abi": "abi",
    "kernel/include": "kernel.include",
    "kernel/core": "kernel.core",
    "kernel/debug": "kernel.debug",
    "kernel/arch": "kernel.arch",
    "kernel/arch/armv7/include": "arch.types",
    "kernel/plat": "plat",
    "kernel/loader": "loader",
    "kernel/user": "rt",
    "rcoe/include": "rcoe.include",
    "rcoe/core": "rcoe.core",
    "rcoe/mech": "rcoe.mech",
    "shim/abi": "shim.abi",
    "shim/include": "shim.include",
    "shim/core": "shim.core",
    "shim/mech": "shim.mech",
    "shim/user": "shim.user",
    "drivers": "drivers",
    "drivers/include": "driver.include",
    "apps": "apps",
    "faultinject/plugin": "plugin",
    "tests": "tests",
}

# Part -> parts whose headers it may include; its own are always allowed.
MAY_USE = {
    "abi": set(),
    "arch.types": {"abi"},
    "kernel.include": {"abi", "arch.types"},
    "kernel.core": {"abi", "arch.types", "kernel.include"},
    "kernel.debug": {"abi", "arch.types", "kernel.include"},
    "kernel.arch": {"abi", "arch.types", "kernel.include"},
    "plat": {"abi", "arch.types", "kernel.include"},
    # a program of its own for this board: it uses the board's registers
    "loader": {"abi", "arch.types", "kernel.include", "plat"},
    "rt": {"abi"},
    "rcoe.include": {"abi"},
    "rcoe.core": {"abi", "rcoe.include"},
    "rcoe.mech": {"abi", "arch.types", "kernel.include", "rcoe.include"},
    "shim.abi": {"abi"},
    "shim.include": {"abi", "shim.abi", "rcoe.include"},
    "shim.core": {"abi", "shim.abi", "rcoe.include", "shim.include"},
    "shim.mech": {"abi", "arch.types", "kernel.include", "rcoe.include",
                  "rcoe.mech", "shim.abi", "shim.include"},
    "shim.user": {"abi", "rt", "shim.abi"},
    "driver.include": {"abi", "rt"},
    "drivers": {"abi", "rt", "shim.user", "driver.include"},
    "apps": {"abi", "rt", "driver.include", "shim.user"},
    "plugin": set(),
    "tests": set(PARTS.values()),
}

# Parts that run without a C library: only what every freestanding compiler has.
FREESTANDING = {"stdint.h", "stddef.h", "stdbool.h", "stdatomic.h", "stdarg.h",
                "stdalign.h", "stdnoreturn.h", "limits.h"}
BARE = {"arch.types", "kernel.include", "kernel.core", "kernel.debug",
        "kernel.arch", "plat",
        "loader", "rcoe.include", "rcoe.core", "rcoe.mech", "shim.abi",
        "shim.include", "shim.core", "shim.mech"}
ABI_ONLY = {"stdint.h", "stddef.h", "stdbool.h"}

# Written or fetched by the build, so no header of this name lies in the tree.
GENERATED = {"armv7/offsets.h"}
EXTERNAL = {"apps": ("mbedtls/",), "drivers": ("lwip/", "netif/")}

INCLUDE = re.compile(r'^\s*#\s*include\s*(?:"([^"]+)"|<([^>]+)>)')


@dataclass(frozen=True)
class Context:
    """What all checks need: the tree's files, headers by tail of their path."""

    files: frozenset[str]
    tails: dict[str, list[str]]


def part_of(path: str, files: frozenset[str]) -> str | None:
    """The part that a file belongs to, None for files outside the DAG.

    A public header in rcoe/include or shim/include belongs to the mechanisms
    if its source lies there: the pure core must not use it.
    """
    words = path.split("/")
    if words[1:2] == ["include"] and words[0] in ("rcoe", "shim"):
        source = f"{words[0]}/mech/{words[-1][:-2]}"
        if f"{source}.c" in files or f"{source}.S" in files:
            return f"{words[0]}.mech"
    best = max((p for p in PARTS if path.startswith(p + "/")),
               key=len, default=None)
    return PARTS[best] if best else None


def headers_by_tail(tree: Tree) -> dict[str, list[str]]:
    """Each tail of a header's path ("kernel/irq.h", "irq.h") -> its paths."""
    tails: dict[str, list[str]] = defaultdict(list)
    for path in tree.with_suffix(".h"):
        words = path.split("/")
        for i in range(len(words)):
            tails["/".join(words[i:])].append(path)
    return tails


def check_own(path: str, line: int, name: str,
              context: Context) -> Finding | None:
    """One #include "name"."""
    part = part_of(path, context.files)
    if name in GENERATED or name.startswith(EXTERNAL.get(part, ("<",))):
        return None
    if ".." in name.split("/"):
        return Finding(path, line, "dag", f'"{name}" climbs out of its folder',
                       "name it from an include path: \"module/name.h\"")
    found = context.tails.get(name, [])
    if not found:
        return Finding(path, line, "dag", f'"{name}" is no header of this tree',
                       "correct the name, or use <> for the C library")
    parts = {part_of(h, context.files) for h in found}
    if part in parts or parts & MAY_USE[part]:
        return None
    where = ", ".join(sorted(str(p) for p in parts))
    return Finding(path, line, "dag", f'{part} must not use {where} ("{name}")',
                   "move the code, or pass what is needed through a contract "
                   "header that both may use")


def check_system(path: str, line: int, name: str,
                 context: Context) -> Finding | None:
    """One #include <name>."""
    part = part_of(path, context.files)
    allowed = ABI_ONLY if part == "abi" else FREESTANDING
    if (part != "abi" and part not in BARE) or name in allowed:
        return None
    return Finding(path, line, "dag", f"{part} must not use <{name}>",
                   "this part has no C library: allowed are "
                   + ", ".join(sorted(allowed)))


def check(tree: Tree) -> list[Finding]:
    """All includes of all C and assembly files."""
    context = Context(frozenset(tree.files), headers_by_tail(tree))
    findings = []
    for path in tree.with_suffix(".c", ".h", ".S"):
        if part_of(path, context.files) is None:
            continue
        for number, text in enumerate(tree.lines(path), 1):
            match = INCLUDE.match(text)
            if not match:
                continue
            own, system = match.groups()
            findings.append(
                check_own(path, number, own, context) if own
                else check_system(path, number, system, context))
    return [f for f in findings if f]
