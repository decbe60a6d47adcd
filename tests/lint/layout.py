# SPDX-License-Identifier: BSD-2-Clause
"""C layout: what clang-format would change is a finding.

Without clang-format on the machine this is a finding too, never a silent pass.
"""

import re
import shutil
import subprocess

from tree import C_SUFFIXES, Finding, Tree

MESSAGE = re.compile(r"^(.+?):(\d+):\d+: error: ")


def check(tree: Tree) -> list[Finding]:
    """All C files of the tree; one finding per file, at its first place."""
    paths = tree.with_suffix(*C_SUFFIXES)
    if not paths:
        return []
    if not shutil.which("clang-format"):
        return [Finding(".clang-format", 0, "layout", "clang-format is missing",
                        "apt-get install clang-format")]
    done = subprocess.run(
        ["clang-format", "--dry-run", "-Werror", "--style=file", *paths],
        cwd=tree.root, capture_output=True, text=True, check=False)
    first: dict[str, int] = {}
    for text in done.stderr.splitlines():
        match = MESSAGE.match(text)
        if match:
            first.setdefault(match.group(1), int(match.group(2)))
    return [Finding(path, line, "layout", "is not laid out as agreed",
                    f"run: clang-format -i {path}")
            for path, line in first.items()]
