# SPDX-License-Identifier: BSD-2-Clause
"""What a lint looks at and what it says: the files of the tree, and findings.

Every lint is a function from a `Tree` to a list of `Finding`; it reads files
and must never change one.
"""

import re
import subprocess
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

COMMENT = re.compile(r"/\*.*?\*/|//[^\n]*", re.DOTALL)
C_SUFFIXES = (".c", ".h")
SOURCE_SUFFIXES = (".c", ".h", ".S", ".py", ".cmake", ".toml", ".ld", ".lds",
                   ".dts", ".dtsi", ".sh")


@dataclass(frozen=True)
class Finding:
    """One thing to mend. `line` counts from 1; 0 means the whole file."""

    path: str
    line: int
    rule: str
    what: str
    mend: str

    def __str__(self) -> str:
        return f"{self.path}:{self.line}: [{self.rule}] {self.what}; {self.mend}"


@dataclass(frozen=True)
class Tree:
    """A source tree; all paths that lints use are relative to its root."""

    root: Path

    @cached_property
    def files(self) -> list[str]:
        """Tracked and new files that git does not ignore, or all without git."""
        if (self.root / ".git").exists():
            return self._files_of_git()
        return sorted(str(p.relative_to(self.root))
                      for p in self.root.rglob("*") if p.is_file())

    def _files_of_git(self) -> list[str]:
        done = subprocess.run(
            ["git", "-C", str(self.root), "ls-files", "-co",
             "--exclude-standard"],
            check=True, capture_output=True, text=True)
        return sorted(p for p in set(done.stdout.splitlines())
                      if (self.root / p).is_file())

    def with_suffix(self, *suffixes: str) -> list[str]:
        """Files whose names end in one of `suffixes`."""
        return [p for p in self.files if p.endswith(suffixes)]

    def sources(self) -> list[str]:
        """Files that are written by hand as code or build description."""
        return [p for p in self.files
                if p.endswith(SOURCE_SUFFIXES) or Path(p).name in
                ("CMakeLists.txt", "trireme")]

    def lines(self, path: str) -> list[str]:
        """Lines of a text file without their ends."""
        text = (self.root / path).read_text(encoding="utf-8", errors="replace")
        return text.splitlines()

    def code(self, path: str) -> list[str]:
        """Lines of a C or assembly file with the comments blanked out."""
        text = "\n".join(self.lines(path))
        return COMMENT.sub(lambda m: re.sub(r"[^\n]", " ", m.group(0)),
                           text).split("\n")
