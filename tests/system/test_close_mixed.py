# SPDX-License-Identifier: BSD-2-Clause
"""Programs that count their branches and programs that do not, at the same time
in one closely coupled system: the first are stopped at one instruction, the
others keep the loose rules."""

import shutil
import sys

import pytest
from frontdoor import ROOT, call
from stops import Stage, check_places

sys.path.insert(0, str(ROOT))

from faultinject import own  # noqa: E402
from faultinject.cli import build  # noqa: E402

# Computed jumps and raw exclusive accesses, which would be refused if it
# counted; shares nothing with anybody.
MAIN = """
#include "app/arguments.h"
#include "app/console.h"
#include <stdio.h>

static uint32_t increment(uint32_t *word) {
  uint32_t value;
  uint32_t failed;
  do {
    __asm__ volatile("ldrex %0, [%2]\\n"
                     "add %0, %0, #1\\n"
                     "strex %1, %0, [%2]"
                     : "=&r"(value), "=&r"(failed)
                     : "r"(word)
                     : "memory");
  } while (failed != 0);
  return value;
}

int main(int argc, char **argv) {
  uint32_t rounds = 0;
  uint32_t sum = 1;
  uint32_t steps = 0;
  console_start();
  if (argc != 2 || !argument_count(argv[1], &rounds))
    return EXIT_USAGE;
  while (increment(&steps) <= 4 * rounds)
    sum = sum * 31 + steps;
  printf("steady %lu\\n", (unsigned long)sum);
  return 0;
}
"""
TOML = """
[app]
name = "steady"
counted = false
beside = "racy"
"""
ROUNDS = 60_000


def right() -> str:
    """What the program prints."""
    total = 1
    for step in range(1, 4 * ROUNDS + 1):
        total = (total * 31 + step) % 2 ** 32
    return f"steady {total}"


@pytest.fixture(scope="module")
def program(tmp_path_factory) -> own.OwnApp:
    """Built; its build goes with it."""
    path = tmp_path_factory.mktemp("mixed") / "steady"
    path.mkdir()
    (path / "main.c").write_text(MAIN)
    (path / "app.toml").write_text(TOML)
    found = own.load(str(path))
    with pytest.MonkeyPatch.context() as patch:
        patch.delenv("TRIREME_NO_BUILD", raising=False)
        yield found
    shutil.rmtree(ROOT / "build" / found.folder, ignore_errors=True)


def test_counting_and_plain_processes_run_in_one_system(program):
    """racy agrees in spite of its races, as it is stopped precisely; the plain
    program beside it is interrupted wherever it is, and is right."""
    build.for_own(program, baseline=False, counted=True)
    with Stage(program.name, own=program, args=str(ROUNDS)) as stage:
        done = stage.run()
    places = check_places(done, 3, 50)
    lines = done.call.console.splitlines()
    assert right() in lines
    (racy,) = [line for line in lines if line.startswith("racy ")]
    assert racy.split()[1] == str(ROUNDS)
    assert len({place.thread for place in places}) >= 3  # all of racy's
    for core in range(3):
        assert done.met_loosely(core) >= 10  # the plain one's


def test_two_kinds_of_threads_share_a_process():
    """tests/close: the third thread has no mark, and computes for itself."""
    image = ROOT / "build/sabrelite-counted/close.elf"
    with Stage("hello", image=image, stride=32 << 20,
               args="mixed 150000 1") as stage:
        done = stage.run()
    places = check_places(done, 3, 50)
    assert len({place.thread for place in places}) >= 2
    for core in range(3):
        assert done.met_loosely(core) >= 10


def test_a_counting_program_with_exclusive_accesses_is_refused(program):
    """The same program without `counted = false`: the checker names why."""
    (program.path / "app.toml").write_text(
        TOML.replace("counted = false\n", ""))
    done = call("run", str(program.path), "--replicas", "3", "--coupling",
                "close")
    (program.path / "app.toml").write_text(TOML)
    assert done.status == 2 and "exclusive" in done.stderr
