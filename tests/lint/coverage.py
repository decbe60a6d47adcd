# SPDX-License-Identifier: BSD-2-Clause
"""Is each row of the ABI checked on the board?

`tests/target/coverage.md` names a check for each row. A row counts only if
its check stands in the file that it names, and every constant of the ABI that
programs see must be a row.
"""

import re

from tree import Finding, Tree

TABLE = "tests/target/coverage.md"
FOLDER = "tests/target"
RULE = "coverage"
ROW = re.compile(r"^\| (?P<id>[\d.]+/\d+) \| (?P<what>.*?) \| "
                 r"(?P<file>\S+) \| (?P<check>.*?) \|$")

# Header of kernel/abi/abi -> enumerations whose constants are rows.
ENUMS = {"syscall.h": ("syscall",), "invocation.h": ("invocation",),
         "error.h": ("err", "lookup_failure", "fault"),
         "object.h": ("object_type",), "bootinfo.h": ("root_slot",)}
# Not part of what programs see.
NO_ROWS = {"INVOCATION_INVALID", "INVOCATION_COUNT", "ERR_PREEMPTED",
           "LOOKUP_NONE", "FAULT_NONE", "OBJECT_TYPE_COUNT"}

STRING = r'"(?:[^"\\]|\\.)*"'
LITERALS = re.compile(rf"{STRING}(?:\s*{STRING})*")
CONSTANT = re.compile(r"^\s*([A-Z][A-Z0-9_]+)\b", re.MULTILINE)


def _sentences(text: str) -> set[str]:
    """String literals of a C file, neighbours joined as the compiler does."""
    return {"".join(part[1:-1] for part in re.findall(STRING, found.group()))
            for found in LITERALS.finditer(text)}


def _constants(tree: Tree) -> list[tuple[str, str]]:
    """(header, constant) of all enumerations that are listed above."""
    found = []
    for header, names in ENUMS.items():
        path = f"kernel/abi/abi/{header}"
        if path not in tree.files:
            continue
        text = (tree.root / path).read_text()
        for name in names:
            body = re.search(rf"enum {name} {{(.*?)}}", text, re.DOTALL)
            found += [(path, constant) for constant
                      in CONSTANT.findall(body.group(1) if body else "")]
    return [pair for pair in found if pair[1] not in NO_ROWS]


def _check_row(tree: Tree, line: int, row: re.Match[str],
               known: dict[str, set[str]]) -> Finding | None:
    path = f"{FOLDER}/{row['file']}"
    if path not in tree.files:
        return Finding(TABLE, line, RULE, f"{path} is not there",
                       "name the file of the check")
    if path not in known:
        known[path] = _sentences((tree.root / path).read_text())
    if row["check"].strip() in {text.strip() for text in known[path]}:
        return None
    return Finding(TABLE, line, RULE,
                   f"row {row['id']} has no check {row['check']!r} in {path}",
                   "write the check, or name the one that is there")


def check(tree: Tree) -> list[Finding]:
    """Findings in the table, and constants without a row."""
    if TABLE not in tree.files:
        return []
    findings: list[Finding] = []
    known: dict[str, set[str]] = {}
    rows: dict[str, str] = {}
    for line, text in enumerate((tree.root / TABLE).read_text().splitlines(),
                                1):
        row = ROW.match(text)
        if row is None:
            continue
        if row["id"] in rows:
            findings.append(Finding(TABLE, line, RULE,
                                    f"row {row['id']} is there twice",
                                    "number the rows of a section anew"))
        rows[row["id"]] = row["what"]
        finding = _check_row(tree, line, row, known)
        findings += [finding] if finding else []
    named = set(rows.values())
    return findings + [
        Finding(path, 0, RULE, f"{constant} has no row in {TABLE}",
                "add one that names its check")
        for path, constant in _constants(tree) if constant not in named]
