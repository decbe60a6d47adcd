# SPDX-License-Identifier: BSD-2-Clause
"""The lints find planted defects, say where, and pass clean trees."""

import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
SPDX_C = "/* SPDX-License-Identifier: BSD-2-Clause */\n"
SPDX_PY = "# SPDX-License-Identifier: BSD-2-Clause\n"


def lint(root: Path, only: str) -> tuple[int, str]:
    done = subprocess.run(
        [sys.executable, str(ROOT / "tests/lint/run.py"), "--root", str(root),
         "--only", only], capture_output=True, text=True, check=False)
    assert not done.stderr, done.stderr
    return done.returncode, done.stdout


def plant(root: Path, path: str, text: str) -> None:
    (root / path).parent.mkdir(parents=True, exist_ok=True)
    (root / path).write_text(text, encoding="utf-8")


def test_an_empty_tree_is_clean(tmp_path):
    for rule in ("dag", "cites", "sizes", "layout", "tidy"):
        assert lint(tmp_path, rule) == (0, "lint: 0 finding(s)\n")


def test_an_allowed_include_passes(tmp_path):
    plant(tmp_path, "kernel/abi/abi/types.h", SPDX_C)
    plant(tmp_path, "rcoe/core/vote.c", SPDX_C + '#include "abi/types.h"\n')
    assert lint(tmp_path, "dag")[0] == 0


@pytest.mark.parametrize("path, header, include", [
    ("kernel/core/init.c", "rcoe/include/rcoe/vote.h", '"rcoe/vote.h"'),
    ("kernel/core/init.c", "kernel/plat/imx6/memmap.h", '"imx6/memmap.h"'),
    ("kernel/plat/imx6/plat.c", "kernel/arch/armv7/gic.h", '"armv7/gic.h"'),
    ("rcoe/core/vote.c", "kernel/include/kernel/arch.h", '"kernel/arch.h"'),
    ("apps/hello/main.c", "shim/include/shim/device.h", '"shim/device.h"'),
    ("kernel/abi/abi/types.h", "kernel/include/kernel/arch.h",
     '"kernel/arch.h"'),
    ("kernel/core/init.c", "kernel/core/cap.h", '"nowhere.h"'),
    ("kernel/core/init.c", "kernel/core/cap.h", '"../core/cap.h"'),
    ("kernel/core/init.c", "kernel/core/cap.h", "<stdio.h>"),
    ("kernel/abi/abi/types.h", "kernel/core/cap.h", "<stdarg.h>"),
])
def test_a_forbidden_include_is_found_at_its_line(tmp_path, path, header,
                                                  include):
    plant(tmp_path, header, SPDX_C)
    plant(tmp_path, path, SPDX_C + f"\n#include {include}\n")
    status, text = lint(tmp_path, "dag")
    assert status == 1
    assert f"{path}:3: [dag]" in text


def test_a_header_belongs_to_the_mechanisms_if_its_code_does(tmp_path):
    plant(tmp_path, "kernel/include/kernel/hooks.h", SPDX_C)
    plant(tmp_path, "rcoe/include/rcoe/meet.h",
          SPDX_C + '#include "kernel/hooks.h"\n')
    plant(tmp_path, "rcoe/mech/meet.c", SPDX_C + '#include "rcoe/meet.h"\n')
    assert lint(tmp_path, "dag")[0] == 0
    plant(tmp_path, "rcoe/core/vote.c", SPDX_C + '#include "rcoe/meet.h"\n')
    status, text = lint(tmp_path, "dag")
    assert status == 1 and "rcoe/core/vote.c:2:" in text


def test_comments_do_not_read_values(tmp_path):
    plant(tmp_path, "kernel/core/a.c", SPDX_C + "/* like\n * arch_time */\n")
    assert lint(tmp_path, "cites")[0] == 0


def test_hardware_code_without_a_manual_is_found(tmp_path):
    plant(tmp_path, "kernel/plat/imx6/src.c", SPDX_C + "/* SRC */\n")
    plant(tmp_path, "kernel/plat/imx6/clock.c",
          SPDX_C + "/* IMX6DQRM, Clock Controller Module */\n")
    status, text = lint(tmp_path, "cites")
    assert status == 1
    assert "src.c:1:" in text and "clock.c" not in text


def test_a_value_that_differs_between_replicas_is_found(tmp_path):
    body = SPDX_C + "\nuint64_t now(void) {\n  return arch_time();\n}\n"
    plant(tmp_path, "kernel/core/sched.c", body)
    plant(tmp_path, "rcoe/mech/deadline.c", body)
    status, text = lint(tmp_path, "cites")
    assert status == 1
    assert "kernel/core/sched.c:4:" in text and "rcoe/mech/deadline" not in text


def function(lines: int) -> str:
    return "void f(void) {\n" + "  g();\n" * (lines - 2) + "}\n"


def test_a_function_of_60_lines_passes_and_61_does_not(tmp_path):
    plant(tmp_path, "rcoe/core/a.c", SPDX_C + function(60))
    assert lint(tmp_path, "sizes")[0] == 0
    plant(tmp_path, "rcoe/core/a.c", SPDX_C + function(61))
    status, text = lint(tmp_path, "sizes")
    assert status == 1 and "a.c:2:" in text and "61 lines" in text


def test_a_long_table_is_data(tmp_path):
    table = "static const int T[] = {\n" + "    1,\n" * 100 + "};\n"
    plant(tmp_path, "rcoe/core/a.c", SPDX_C + table)
    assert lint(tmp_path, "sizes")[0] == 0


@pytest.mark.parametrize("text, word", [
    (SPDX_C + "int a;\n" * 400, "401 lines"),
    ("int a;\n", "no SPDX line"),
    (SPDX_C + "/* TODO: later */\n", "TODO"),
    (SPDX_C + "/* see ../shared/x.md */\n", "not part of this tree"),
    (SPDX_C + "#ifdef SMP\n#endif\n", "#if in a .c file"),
    (SPDX_C + "int f(int a, int b, int c, int d,\n      int e) {\n"
     "  return a;\n}\n", "5 parameters"),
    (SPDX_C + "void f(int a) {\n  if (a) {\n    while (a) {\n      if (a) {\n"
     "        if (a) {\n        }\n      }\n    }\n  }\n}\n", "nested 4 deep"),
])
def test_c_defects_are_found(tmp_path, text, word):
    plant(tmp_path, "rcoe/core/a.c", text)
    status, out = lint(tmp_path, "sizes")
    assert status == 1 and word in out


def test_a_todo_with_a_number_passes(tmp_path):
    plant(tmp_path, "rcoe/core/a.c", SPDX_C + "/* TODO(#12): later */\n")
    assert lint(tmp_path, "sizes")[0] == 0


@pytest.mark.parametrize("text, word", [
    (SPDX_PY + "def f():\n    return 1\n", "no docstring"),
    (SPDX_PY + "def _f():\n" + "    x = 1\n" * 40, "41 lines"),
    (SPDX_PY + "x = '" + "a" * 100 + "'\n", "columns"),
    (SPDX_PY + "def f(:\n", "not Python"),
])
def test_python_defects_are_found(tmp_path, text, word):
    plant(tmp_path, "analysis/a.py", text)
    status, out = lint(tmp_path, "sizes")
    assert status == 1 and word in out


def test_a_bad_layout_is_found(tmp_path):
    (tmp_path / ".clang-format").write_text(
        (ROOT / ".clang-format").read_text(encoding="utf-8"), encoding="utf-8")
    plant(tmp_path, "rcoe/core/a.c", SPDX_C + "int f( void ){return 1;}\n")
    plant(tmp_path, "rcoe/core/b.c", SPDX_C + "int f(void) {\n  return 1;\n}\n")
    status, out = lint(tmp_path, "layout")
    assert status == 1
    assert "rcoe/core/a.c:2:" in out and "b.c" not in out


def test_recursion_is_found(tmp_path):
    (tmp_path / ".clang-tidy").write_text(
        (ROOT / ".clang-tidy").read_text(encoding="utf-8"), encoding="utf-8")
    plant(tmp_path, "rcoe/core/a.c", SPDX_C + "int f(int n);\n"
          "int f(int n) {\n  return n > 0 ? f(n - 1) : 0;\n}\n")
    plant(tmp_path, "rcoe/core/b.c", SPDX_C + "int g(int n);\n"
          "int g(int n) {\n  return n + 1;\n}\n")
    status, out = lint(tmp_path, "tidy")
    assert status == 1
    assert "rcoe/core/a.c:3:" in out and "misc-no-recursion" in out
    assert "b.c" not in out


# ---- coverage ----------------------------------------------------------------

CHECKED = 'CHECK(true,\n      "a thing "\n      "holds");\n'
ERRORS = "enum err {\n  ERR_NONE = 0,\n  ERR_RANGE = 4, /* two words */\n};\n"
ROWS = ("| 6.2/1 | ERR_NONE | one.c | a thing holds |\n"
        "| 6.2/2 | ERR_RANGE | one.c | a thing holds |\n")


def covered(root: Path, rows: str) -> tuple[int, str]:
    plant(root, "kernel/abi/abi/error.h", SPDX_C + ERRORS)
    plant(root, "tests/target/one.c", SPDX_C + CHECKED)
    plant(root, "tests/target/coverage.md", rows)
    return lint(root, "coverage")


def test_rows_whose_checks_are_there_pass(tmp_path):
    assert covered(tmp_path, ROWS)[0] == 0


@pytest.mark.parametrize("rows, what", [
    (ROWS.replace("a thing holds |\n| 6.2/2", "another |\n| 6.2/2"),
     "coverage.md:1: [coverage] row 6.2/1 has no check"),
    (ROWS.replace("one.c", "two.c", 1), "tests/target/two.c is not there"),
    (ROWS.replace("6.2/2", "6.2/1"), "row 6.2/1 is there twice"),
    (ROWS.splitlines()[0] + "\n", "ERR_RANGE has no row"),
])
def test_a_row_without_its_check_is_found(tmp_path, rows, what):
    status, text = covered(tmp_path, rows)
    assert status == 1 and what in text
