# SPDX-License-Identifier: BSD-2-Clause
"""Hardware facts carry their source, and replicas see the same values.

Two rules: files that talk to hardware cite the manual where the fact is used;
and a value that can differ between replicas (core id, raw timer, cycle count)
is read only by the parts that know what to do with it.
"""

import fnmatch
import re

from tree import Finding, Tree

MUST_CITE = ("kernel/arch/*/cp15.h", "kernel/arch/*/gic*.c",
             "kernel/plat/*.c", "kernel/plat/*.h", "kernel/plat/*.S",
             "drivers/*/imx_*.c", "drivers/*/imx_*.h")
MANUAL = re.compile(
    r"DDI 0406|DDI 0407|DDI 0388|DDI 0246|IHI 0048|IMX6DQRM"
    r"|DUI 0471|RFC \d+")

# Names by which such a value is read, in C or assembly.
DIFFERS = re.compile(
    r"\b(MPIDR|mpidr|PMCCNTR|pmccntr|CNTPCT|cp15_read_mpidr|arch_core_id"
    r"|arch_core_number|plat_core_id|arch_time|arch_timer_now|plat_time_now"
    r"|plat_timer_now|GTIMER_COUNTER_\w+)\b"
    r"|p15\s*,\s*0\s*,\s*\w+\s*,\s*c0\s*,\s*c0\s*,\s*5")
# event.c only stamps records with it: stamps are not replicated.
MAY_DIFFER = ("kernel/core/event.c", "kernel/arch/", "kernel/plat/", "kernel/include/",
              "kernel/loader/", "rcoe/mech/", "shim/mech/", "tests/")


def check_cites(tree: Tree) -> list[Finding]:
    """Each file of MUST_CITE names a manual at least once."""
    paths = [p for p in tree.files
             if any(fnmatch.fnmatch(p, pattern) for pattern in MUST_CITE)]
    return [Finding(path, 1, "cites", "no manual is cited",
                    "name manual and section where the fact is used, e.g. "
                    '"IHI 0048 4.3.2" or "IMX6DQRM EPIT"')
            for path in paths
            if not any(MANUAL.search(text) for text in tree.lines(path))]


def check_differing(tree: Tree) -> list[Finding]:
    """Only MAY_DIFFER reads values that can differ between replicas."""
    findings = []
    for path in tree.with_suffix(".c", ".h", ".S"):
        if path.startswith(MAY_DIFFER):
            continue
        for number, text in enumerate(tree.code(path), 1):
            match = DIFFERS.search(text)
            if match:
                findings.append(Finding(
                    path, number, "cites", f"{match.group(0)} can differ "
                    "between replicas", "take it as an agreed input, or do "
                    "this in rcoe/mech or shim/mech"))
    return findings


def check(tree: Tree) -> list[Finding]:
    """Both rules."""
    return check_cites(tree) + check_differing(tree)
