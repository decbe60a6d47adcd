# SPDX-License-Identifier: BSD-2-Clause
"""Gates that keep the tree readable: sizes, SPDX lines, TODOs, #if, paths.

Functions are found by layout (clang-format puts the brace that opens and the
one that closes a function where they can be recognised), so this runs without
a compiler. Long tables are data and not measured.
"""

import ast
import re

from tree import C_SUFFIXES, Finding, Tree

FILE_LINES = 400
C_FUNCTION_LINES = 60
C_NESTING = 3
C_PARAMETERS = 4
PY_FUNCTION_LINES = 40
PY_COLUMNS = 100
CMAKE_LINES = 60
IF_PER_KLOC = 2

SPDX = "SPDX-License-Identifier: BSD-2-Clause"
TODO = re.compile(r"\b(TODO|FIXME|XXX)\b(?!\(#\d+\))")
HASH_IF = re.compile(r"^\s*#\s*if")
FOREIGN = re.compile(r"\.\./shared|(?<![\w.])/work/|/tmp/bash_jobs|\bissue \d")
NOT_A_FUNCTION = re.compile(r"^(struct|enum|union|typedef|extern)\b[^()]*\{$")
# Signatures that are not ours: seL4's calls, lwIP's callbacks.
OUTSIDE_NAME = re.compile(r"\bseL4_\w+\(|\bip_addr_t\b")
LITERAL = re.compile(r"'(?:\\.|[^'\\])+'|\"(?:\\.|[^\"\\])*\"|//.*$")


def c_functions(lines: list[str]) -> list[tuple[int, int]]:
    """(first, last) line numbers, from 1, of each function definition."""
    found, start, in_macro = [], 0, False
    for number, text in enumerate(lines, 1):
        if in_macro or text.startswith("#"):
            in_macro = text.endswith("\\")
        elif not start and opens_function(text, lines, number):
            start = number
        elif start and text.startswith("}"):
            found.append((start, number))
            start = 0
    return found


def opens_function(text: str, lines: list[str], number: int) -> bool:
    """Does this line end the head of a function?"""
    if not text.endswith("{") or "=" in text or NOT_A_FUNCTION.match(text):
        return False
    if ")" not in text:
        return False
    head = head_of(lines, number)
    return "(" in head and not head[0].isspace() and "=" not in head


def head_of(lines: list[str], number: int) -> str:
    """The lines from the last one at column 0 up to `number`, joined."""
    first = number - 1
    while first > 0 and lines[first][:1].isspace():
        first -= 1
    return " ".join(lines[first:number])


def parameters(head: str) -> int:
    """How many parameters the head of a function declares."""
    inside = head[head.index("(") + 1:head.rindex(")")].strip()
    if inside in ("", "void"):
        return 0
    depth, count = 0, 1
    for letter in inside:
        depth += {"(": 1, ")": -1}.get(letter, 0)
        count += letter == "," and depth == 0
    return count


def nesting(body: list[str]) -> int:
    """Deepest block inside a function's own braces."""
    depth, deepest, in_comment = 0, 0, False
    for text in body:
        text = LITERAL.sub("", text)
        if in_comment:
            in_comment = "*/" not in text
            continue
        text = re.sub(r"/\*.*?\*/", "", text)
        in_comment = "/*" in text
        for letter in text.split("/*")[0]:
            depth += {"{": 1, "}": -1}.get(letter, 0)
            deepest = max(deepest, depth)
    return deepest - 1


def check_c_functions(path: str, lines: list[str]) -> list[Finding]:
    """Length, parameters and nesting of every C function."""
    findings = []
    for first, last in c_functions(lines):
        def say(what: str, mend: str, line: int = first) -> None:
            findings.append(Finding(path, line, "sizes", what, mend))
        if last - first + 1 > C_FUNCTION_LINES:
            say(f"function of {last - first + 1} lines (limit "
                f"{C_FUNCTION_LINES})", "split it at its paragraphs")
        head = head_of(lines, first)
        count = parameters(head)
        if count > C_PARAMETERS and not OUTSIDE_NAME.search(head):
            say(f"{count} parameters (limit {C_PARAMETERS})",
                "group them in a struct")
        deep = nesting(lines[first - 1:last])
        if deep > C_NESTING:
            say(f"nested {deep} deep (limit {C_NESTING})",
                "return early, or name the inner block")
    return findings


def check_python(path: str, lines: list[str]) -> list[Finding]:
    """Length and docstrings of functions, width of lines."""
    try:
        module = ast.parse("\n".join(lines))
    except SyntaxError as error:
        return [Finding(path, error.lineno or 0, "sizes", "not Python",
                        str(error.msg))]
    findings = [Finding(path, n, "sizes", f"{len(text)} columns (limit "
                        f"{PY_COLUMNS})", "break the line")
                for n, text in enumerate(lines, 1) if len(text) > PY_COLUMNS]
    for node in ast.walk(module):
        if not isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef)):
            continue
        length = (node.end_lineno or node.lineno) - node.lineno + 1
        if length > PY_FUNCTION_LINES:
            findings.append(Finding(
                path, node.lineno, "sizes", f"{node.name}: {length} lines "
                f"(limit {PY_FUNCTION_LINES})", "split it"))
        if needs_docstring(path, node) and not ast.get_docstring(node):
            findings.append(Finding(
                path, node.lineno, "sizes", f"{node.name} has no docstring",
                "say what it does and in which units"))
    return findings


def needs_docstring(path: str, node: ast.FunctionDef) -> bool:
    """Public functions outside tests; a test's name is its sentence."""
    is_test = "test_" in path or path.startswith("tests/") \
        and not path.startswith("tests/lint/")
    return not node.name.startswith("_") and not is_test \
        and node.col_offset == 0


def check_text(tree: Tree, path: str, lines: list[str]) -> list[Finding]:
    """SPDX line, TODOs and foreign paths."""
    findings = []
    if not any(SPDX in text for text in lines[:3]):
        findings.append(Finding(path, 1, "sizes", "no SPDX line",
                                f"begin with a comment: {SPDX}"))
    for number, text in enumerate(lines, 1):
        if TODO.search(text):
            findings.append(Finding(path, number, "sizes",
                                    "a TODO without issue number",
                                    "write TODO(#n) or do it"))
    return findings


def check_foreign(path: str, lines: list[str]) -> list[Finding]:
    """The tree speaks only of itself: no paths of a machine, no notes."""
    return [Finding(path, number, "sizes", "mentions something that is not "
                    "part of this tree", "say it here in words instead")
            for number, text in enumerate(lines, 1) if FOREIGN.search(text)]


def check_conditionals(tree: Tree) -> list[Finding]:
    """#if in .c files, at most IF_PER_KLOC for the whole tree."""
    places, total = [], 0
    for path in tree.with_suffix(".c"):
        lines = tree.lines(path)
        total += len(lines)
        places += [(path, n) for n, text in enumerate(lines, 1)
                   if HASH_IF.match(text)]
    if len(places) * 1000 <= IF_PER_KLOC * total:
        return []
    return [Finding(path, n, "sizes", f"#if in a .c file ({len(places)} in "
                    f"{total} lines of C, budget {IF_PER_KLOC} per 1000)",
                    "vary by file, table or configuration")
            for path, n in places]


def limit_of(path: str) -> int:
    """How many lines a file may have."""
    return CMAKE_LINES if path.endswith("CMakeLists.txt") else FILE_LINES


def check(tree: Tree) -> list[Finding]:
    """All gates over the tree; the lints' own patterns are no findings."""
    findings = check_conditionals(tree)
    for path in tree.sources():
        lines = tree.lines(path)
        if len(lines) > limit_of(path):
            findings.append(Finding(
                path, limit_of(path), "sizes", f"{len(lines)} lines (limit "
                f"{limit_of(path)})", "one concept per file: split it"))
        own = path.startswith("tests/lint/") or "test_lint" in path
        findings += [] if own else check_text(tree, path, lines)
        if path.endswith(C_SUFFIXES):
            findings += check_c_functions(path, lines)
        if path.endswith(".py") or lines[:1] and "python" in lines[0]:
            findings += check_python(path, lines)
    for path in tree.sources() + tree.with_suffix(".md", ".json"):
        if not path.startswith("tests/lint/") and "test_lint" not in path:
            findings += check_foreign(path, tree.lines(path))
    return findings
