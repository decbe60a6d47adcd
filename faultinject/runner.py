# SPDX-License-Identifier: BSD-2-Clause
"""One trial: run it, observe it, and compare nothing."""
from __future__ import annotations

from faultinject import ending, events, tree
from faultinject.errors import HarnessError
from faultinject.golden import Reference
from faultinject.model import Fault
from faultinject.plan import Planned
from faultinject.qemu import RunResult, run
from faultinject.store import Observation
from faultinject.workload import Prepared

TIMEOUT_S = 120.0
NS_PER_STAMP = 10


def execute(prepared: Prepared, reference: Reference, fault: Fault
            ) -> RunResult:
    """Run a workload with a fault to its end or limit."""
    return run(prepared.machine(digests=True, quiet=True,
                                flips=fault.plugin_arguments(),
                                limit_ns=reference.limit_ns()), TIMEOUT_S)


def observe(prepared: Prepared, reference: Reference, planned: Planned,
            k: int, seed: int) -> Observation:
    """Run one trial and note what it did."""
    fault = planned.fault
    result = execute(prepared, reference, fault)
    if result.facts and not result.facts.get("flip_fired"):
        raise HarnessError("the run ended before its trigger")
    records = events.parse(result.raw_events)
    end = ending.end_of(result, records)
    flip_stamp = (fault.at_ns - reference.skew_ns) // NS_PER_STAMP
    detect, resume = ending.stamps(records, flip_stamp)
    return Observation(
        k=k, variant=reference.stored.variant, seed=seed,
        fault=fault.to_dict(), kind=fault.kind, replica=fault.replica,
        region=fault.region, owner=fault.owner, at_ns=fault.at_ns,
        image_hash=prepared.image_hash, commit_hash=tree.commit(),
        emulator=tree.emulator_version(), golden_hash=reference.stored.hash,
        exit_status=result.exit_status, end_reason=end,
        virtual_ns=result.virtual_ns, flip_stamp=flip_stamp,
        first_detect_stamp=detect, resume_stamp=resume,
        console=result.console,
        output_digest=ending.output_digest(result.console),
        events=result.raw_events, pcs=list(result.facts.get("flip_pc", [])),
        digests=dict(result.facts.get("digests", {})), wall_s=result.wall_s,
        model=fault.model, class_first_ns=planned.first_ns,
        class_last_ns=planned.last_ns, weight_bit_ns=planned.weight)
