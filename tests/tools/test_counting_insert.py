# SPDX-License-Identifier: BSD-2-Clause
"""Where programs count: enough, few, with flags and line tables untouched."""
from __future__ import annotations

import random
import re
import subprocess
import sys
from itertools import combinations
from pathlib import Path

import pytest

COUNTING = Path(__file__).resolve().parents[2] / "rcoe" / "counting"
sys.path.insert(0, str(COUNTING))

import assembly  # noqa: E402
import check  # noqa: E402
import flow  # noqa: E402
import insert  # noqa: E402
import program  # noqa: E402

GCC = ("arm-none-eabi-gcc", "-mcpu=cortex-a9", "-marm", "-mfloat-abi=soft",
       "-ffixed-r9", "-fno-jump-tables", "-g", "-wrapper",
       f"/usr/bin/python3,{COUNTING / 'insert.py'}")
SOURCE = """
int square(int v);
int (*hook)(int) = square;
__attribute__((noinline)) int square(int v) { return v * v; }
__attribute__((noinline)) int sum(const int *v, int n) {
  int s = 0;
  for (int i = 0; i < n; i++)
    s += v[i];
  return s;
}
__attribute__((noinline)) int calls(int n) {
  int s = 0;
  while (n-- > 0)
    s += square(n);
  return s;
}
__attribute__((noinline)) int pointer(int n) { return hook(n) + hook(n + 1); }
__attribute__((noinline)) int tree(int n) {
  return n < 2 ? n : tree(n - 1) + 3 * tree(n - 2);
}
__attribute__((noinline)) int pick(int n) {
  switch (n) {
  case 0: return 3; case 1: return 17; case 2: return 5; case 3: return 90;
  case 4: return 31; case 5: return 2; case 6: return 44; default: return n;
  }
}
int main(int n, char **v) {
  static int a[9];
  for (int i = 0; i < 9; i++)
    for (int k = 0; k < n; k++)
      a[i] += pick(k) ^ k;
  return sum(a, n) + calls(n) + pointer(n) + tree(n) + (int)(long)v;
}
"""


@pytest.fixture(name="elf", params=["-O0", "-O1", "-O2", "-O3", "-Os"])
def _elf(request: pytest.FixtureRequest, tmp_path: Path) -> Path:
    """The source, compiled, counted and linked."""
    source, elf = tmp_path / "p.c", tmp_path / "p.elf"
    source.write_text(SOURCE, encoding="ascii")
    subprocess.run([*GCC, request.param, "-nostdlib", "-Wl,-e,main",
                    "-Wl,--emit-relocs", "-Wl,--no-warn-rwx-segments", "-o",
                    elf, source], check=True, cwd=tmp_path)
    return elf


def test_what_is_inserted_passes_the_checker(elf: Path) -> None:
    """At every level of optimisation."""
    assert check.check(program.read(elf)) == []


def test_each_increment_has_the_line_of_what_it_precedes(elf: Path) -> None:
    """A debugger shows it where the program is."""
    done = subprocess.run(["arm-none-eabi-objdump", "-d", "-l", elf],
                          check=True, capture_output=True, text=True)
    line, counted = "", []
    for text in done.stdout.splitlines():
        if re.search(r"p\.c:\d+", text):
            line = text
        if "r9, r9, #1" in text:
            counted.append(line)
    assert counted and all(counted)


def test_a_file_that_can_not_be_counted_is_refused(tmp_path: Path) -> None:
    """And the line is named."""
    source = tmp_path / "p.s"
    source.write_text(".type f, %function\nf:\n\tadd\tpc, pc, r0\n",
                      encoding="ascii")
    done = subprocess.run([*GCC, "-c", "-o", tmp_path / "p.o", source],
                          capture_output=True, text=True, check=False)
    assert done.returncode != 0
    assert "line 3: f: 'add pc, pc, r0' jumps who knows where" in done.stderr


@pytest.mark.parametrize("text, word", [
    ("\tmov\tr0, #0\n", "belongs to no function"),
    (".thumb\n", "Thumb"),
    (".macro m\n", "can not be followed"),
    (".type f, %function\nf:\n\tnop; nop\n", "several statements")])
def test_what_the_reader_can_not_follow_it_refuses(text: str,
                                                   word: str) -> None:
    """It never guesses."""
    with pytest.raises(assembly.CountingError, match=word):
        insert.insert(text)


def test_a_loop_counts_in_its_innermost_part_once() -> None:
    """The outer loop needs no increment of its own."""
    steps = {0: flow.Step((1,)), 1: flow.Step((2,)), 2: flow.Step((2, 3)),
             3: flow.Step((1, 4)), 4: flow.Step(())}
    assert flow.to_count(steps) == [2]


def graph(seed: int) -> dict[int, flow.Step]:
    """A random control flow graph of ten steps."""
    rng = random.Random(seed)
    steps = {}
    for node in range(10):
        jump = (rng.randrange(10),) if rng.random() < 0.4 else ()
        following = (node + 1,) if node < 9 else ()
        steps[node] = flow.Step(following + jump, rng.random() < 0.15)
    return steps


def repeats(steps: dict[int, flow.Step], counted: set[int]) -> bool:
    """Can any step be reached again without counting? By plain search."""
    quiet = {n for n, s in steps.items() if not s.advances} - counted
    for start in quiet:
        seen: set[int] = set()
        work = [n for n in steps[start].successors if n in quiet]
        while work:
            node = work.pop()
            if node == start:
                return True
            if node not in seen:
                seen.add(node)
                work += [n for n in steps[node].successors if n in quiet]
    return False


def test_random_graphs_count_enough_and_no_more_than_they_must() -> None:
    """Against a plain search; seldom one more than the fewest that there are."""
    more = 0
    for seed in range(400):
        steps = graph(seed)
        chosen = set(flow.to_count(steps))
        assert not repeats(steps, chosen), f"seed {seed}"
        assert repeats(steps, set()) == bool(chosen), f"seed {seed}"
        fewer = any(not repeats(steps, set(few))
                    for few in combinations(range(10), len(chosen) - 1)
                    ) if chosen else False
        more += fewer
    assert more <= 400 * 0.1


@pytest.mark.parametrize("mnemonic, operands, kind", [
    ("bl", "f", "call"), ("bls", ".L3", "jump"), ("blt", ".L3", "jump"),
    ("ble", ".L3", "jump"), ("blo", ".L3", "jump"), ("blle", "f", "call"),
    ("blx", "r3", "call"), ("blxne", "r3", "call"), ("bx", "lr", "return"),
    ("bxeq", "lr", "return"), ("pop", "{r4, pc}", "return"),
    ("ldmfd", "sp!, {r4, pc}", "return"), ("ldr", "pc, [sp], #4", "return"),
    ("bic", "r0, r0, #1", "other"), ("bfi", "r0, r1, #0, #3", "other"),
    ("pop", "{r4, lr}", "other")])
def test_mnemonics_are_told_apart(mnemonic: str, operands: str,
                                  kind: str) -> None:
    """Calls from conditional jumps above all."""
    instruction = assembly.Instruction(0, mnemonic, operands)
    found = ("return" if assembly.is_return(instruction)
             else "call" if assembly.is_call(instruction)
             else "jump" if assembly.JUMP.match(mnemonic) else "other")
    assert found == kind
