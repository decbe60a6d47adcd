# SPDX-License-Identifier: BSD-2-Clause
"""A program from outside the tree: run, oracle, campaign; and what is refused."""

import shutil
import sys

import pytest
from frontdoor import ROOT, call, run_json

sys.path.insert(0, str(ROOT))

from faultinject import own  # noqa: E402

MAIN = """
#include "app/arguments.h"
#include "app/console.h"
#include <stdio.h>

static volatile uint32_t factor = 31; /* never written again */

int main(int argc, char **argv) {
  uint32_t rounds = 0;
  uint32_t sum = 0;
  console_start();
  if (argc != 2 || !argument_count(argv[1], &rounds))
    return EXIT_USAGE;
  for (uint32_t i = 0; i < rounds; i++)
    sum = sum * factor + i;
  printf("sum %lu\\n", (unsigned long)sum);
  return 0;
}
"""
CHECK = """
import sys
total = 0
for i in range(50000):
    total = (total * 31 + i) % 2 ** 32
sys.exit(sys.stdin.read() != f"sum {total}\\n")
"""
TOML = """
[app]
name = "summing"
[oracle]
command = ["python3", "check.py"]
"""
CAMPAIGN = """
name = "summing"
seed = 3
trials = 6
[workload]
app = "../summing"
args = "50000"
[[variant]]
name = "tmr"
replicas = 3
[fault]
memory = 0.5
register = 0.5
regions = ["user-data"]
"""
ROUNDS = "50000"


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    """The program; its build goes with it."""
    path = tmp_path_factory.mktemp("own") / "summing"
    path.mkdir()
    for name, text in (("main.c", MAIN), ("app.toml", TOML),
                       ("check.py", CHECK), ("campaign.toml", CAMPAIGN)):
        (path / name).write_text(text)
    yield path
    shutil.rmtree(ROOT / "build" / own.load(str(path)).folder,
                  ignore_errors=True)


def test_it_runs_and_survives_a_flip_of_its_own_state(folder):
    flip = "replica=1,symbol=factor,bit=7,at=50%"
    done = run_json(str(folder), "--replicas", "3", "--stride", "16",
                    "--flip", flip, arguments=ROUNDS)
    assert done.status == 0 and done["app"] == "summing"
    assert done["oracle"] == "command" and done["right"] is True
    assert done["flip"]["owner"] == "summing"
    assert done.convicted() == {1}
    # without votes the primary's wrong sum leaves, and the oracle says so
    alone = run_json(str(folder), "--replicas", "1", "--stride", "16",
                     "--flip", flip.replace("replica=1", "replica=0"),
                     arguments=ROUNDS)
    assert alone.status == 1 and alone["right"] is False


def test_a_campaign_takes_its_path(folder, tmp_path):
    store = tmp_path / "store.sqlite"
    done = call("inject", str(folder / "campaign.toml"), "--out", str(store))
    assert done.status == 0, done.stderr
    assert "6 of 6 trials" in done.stdout
    again = call("replay", str(folder / "campaign.toml"), "3", "--out",
                 str(store))
    assert again.status == 0 and "identical" in again.stdout


def test_an_output_that_is_wrong_from_the_start_stops_a_campaign(folder):
    """50001 rounds give another sum than the oracle wants."""
    other = folder / "other.toml"
    other.write_text(CAMPAIGN.replace(ROUNDS, "50001"))
    done = call("inject", str(other))
    assert done.status == 2 and "refuses" in done.stderr


@pytest.mark.parametrize("text, wrong", [
    ("[app]\nname = 'Summing'", "app.name"),
    ("[app]\nname = 'digest'", "taken"),
    ("[app]\nname = 'x'\nuses = ['disk']", "app.uses"),
    ("[app]\nname = 'x'\ncolour = 1", "colour"),
    ("[oracle]\nfile = 'a'\ncommand = ['b']\n[app]\nname = 'x'", "both"),
    ("[app", "app.toml")])
def test_an_app_toml_that_cannot_be(tmp_path, text, wrong):
    (tmp_path / "main.c").write_text(MAIN)
    (tmp_path / "app.toml").write_text(text)
    done = call("run", str(tmp_path))
    assert done.status == 2 and wrong in done.stderr
    assert len(done.stderr.strip().splitlines()) == 1


def test_a_path_that_is_nothing(tmp_path):
    assert call("run", "/no/such/folder").status == 2
    (tmp_path / "text").write_text("no ELF")
    done = call("run", str(tmp_path / "text"))
    assert done.status == 2 and "not an ELF file" in done.stderr


def test_a_program_that_does_not_compile_is_shown(tmp_path):
    (tmp_path / "main.c").write_text("int main(void) { return nothing; }")
    (tmp_path / "app.toml").write_text("[app]\nname = 'broken'")
    done = call("run", str(tmp_path))
    shutil.rmtree(ROOT / "build" / own.load(str(tmp_path)).folder,
                  ignore_errors=True)
    assert done.status == 2 and "nothing" in done.stderr
