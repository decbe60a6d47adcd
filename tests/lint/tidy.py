# SPDX-License-Identifier: BSD-2-Clause
"""clang-tidy over the C that runs on the board: recursion, sizes, likely bugs.

The files are read as for the target, but without a build: all include folders
at once (who may use which is the business of dag). A file that needs something
that only a build makes or fetches is skipped for that reason alone.
"""

import os
import re
import shutil
import subprocess
from concurrent.futures import ThreadPoolExecutor

from tree import Finding, Tree

WHERE = ("kernel/", "rcoe/", "shim/", "drivers/", "apps/")
INCLUDE = ("kernel", "kernel/abi", "kernel/include", "kernel/plat",
           "kernel/arch", "kernel/arch/armv7/include", "kernel/user",
           "kernel/user/include", "rcoe/include", "shim/abi", "shim/include",
           "shim/user", "shim/user/include", "drivers", "drivers/include",
           "apps", "apps/common/include")
NEWLIB = "/usr/include/newlib"
FLAGS = ("--target=arm-none-eabi", "-mcpu=cortex-a9", "-mfloat-abi=soft",
         "-std=c11", "-isystem", NEWLIB)
MESSAGE = re.compile(r"^(/?.+?):(\d+):\d+: (?:warning|error): (.+?)"
                     r"(?: \[([\w.,-]+)\])?$")
BUILD_MADE = re.compile(r"'(mbedtls/|lwip/|netif/|armv7/offsets)[^']*' file not found")


def run(tree: Tree, path: str) -> str:
    """What clang-tidy says about one file."""
    folders = [f"-I{tree.root / folder}" for folder in INCLUDE]
    own = f"-I{(tree.root / path).parent}"
    done = subprocess.run(
        ["clang-tidy", "--quiet", path, "--", *FLAGS, own, *folders],
        cwd=tree.root, capture_output=True, text=True, check=False)
    return done.stdout


def findings_of(tree: Tree, text: str) -> list[Finding]:
    """Findings in the words of clang-tidy, with paths of the tree."""
    if BUILD_MADE.search(text):
        return []
    found = []
    for line in text.splitlines():
        match = MESSAGE.match(line)
        if match:
            path, number, what, rule = match.groups()
            name = os.path.relpath(os.path.join(tree.root, path), tree.root)
            found.append(Finding(name, int(number), "tidy", what,
                                 (rule or "clang").split(",")[0]))
    return found


def check(tree: Tree) -> list[Finding]:
    """All .c files of the target, on all cores of the host."""
    paths = [p for p in tree.with_suffix(".c") if p.startswith(WHERE)]
    if not paths:
        return []
    if not shutil.which("clang-tidy"):
        return [Finding(".clang-tidy", 0, "tidy", "clang-tidy is missing",
                        "apt-get install clang-tidy")]
    with ThreadPoolExecutor(os.cpu_count()) as pool:
        texts = pool.map(lambda path: run(tree, path), paths)
    return sorted({f for text in texts for f in findings_of(tree, text)},
                  key=str)
