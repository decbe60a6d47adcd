# SPDX-License-Identifier: BSD-2-Clause
"""A replica that loses its own exception vectors is dropped, not waited for.

Its core takes one prefetch abort after the other without executing anything,
which must not stop the clock of the others.
"""

import sys

import pytest
from frontdoor import ROOT, run_json

sys.path.insert(0, str(ROOT))

from faultinject import target  # noqa: E402

KERNEL = ROOT / "build/sabrelite/kernel.elf"
VALID = 1  # bit 1 of a small-page descriptor


def vectors_entry() -> int:
    """Bit number, in the table of the kernel image, that unmaps the vectors."""
    page = (target.address_of(KERNEL, "vectors_table")
            - target.kernel_layout(KERNEL).start) >> 12
    return 32 * page + VALID


@pytest.mark.parametrize("replica", [0, 2])
def test_a_core_without_vectors_is_dropped(make_input, replica):
    file = make_input(20000)
    line = ("digest", "--input", file.path, "--replicas", "3", "--flip",
            f"replica={replica},symbol=image_table,bit={vectors_entry()},at=50%")
    first, second = run_json(*line), run_json(*line)
    assert first.status == 0 and first["sha256"] == file.sha256
    assert first.convicted() == {replica} and first["live"] == 2
    for key in ("console", "events", "instructions"):
        assert first[key] == second[key], key
