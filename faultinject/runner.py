# SPDX-License-Identifier: BSD-2-Clause
"""Trials: run them, observe them, and compare nothing."""
from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from faultinject import branches, ending, events, tree
from faultinject.errors import HarnessError
from faultinject.golden import Reference
from faultinject.model import Fault
from faultinject.plan import Planned
from faultinject.qemu import RunResult, run
from faultinject.store import Observation
from faultinject.workload import Prepared

TIMEOUT_S = 120.0
NS_PER_STAMP = 10


@dataclass(frozen=True)
class Task:
    """Trial k of a campaign, planned."""

    k: int
    seed: int
    planned: Planned

    @property
    def fault(self) -> Fault:
        """What is flipped."""
        return self.planned.fault


def observe(prepared: Prepared, reference: Reference, task: Task
            ) -> Observation:
    """Run one trial from the boot to its end or limit."""
    machine = prepared.machine(digests=True, quiet=True,
                               flips=task.fault.plugin_arguments(),
                               limit_ns=reference.limit_ns())
    return _noted(prepared, reference, task, run(machine, TIMEOUT_S))


def observe_all(prepared: Prepared, reference: Reference,
                tasks: Sequence[Task], checkpoints: int
                ) -> Iterator[tuple[int, Observation | HarnessError]]:
    """Run trials from one process, as branches.run does; those that can not
    branch are left out.

    @param checkpoints  In a run, where trials may end early; 0 = none.
    """
    able = [task for task in tasks if branches.can_branch(task.fault)]
    if len(able) < 2:
        return
    spacing = ((reference.last_ns - reference.first_ns) // checkpoints
               if checkpoints else 0)
    machine = prepared.machine(digests=True, limit_ns=reference.limit_ns(),
                               checkpoint_ns=spacing)
    for index, result in branches.run(machine, [t.fault for t in able]):
        task = able[index]
        try:
            yield task.k, (result if isinstance(result, HarnessError) else
                           _noted(prepared, reference, task, result))
        except HarnessError as error:
            yield task.k, error


def _completed(reference: Reference, result: RunResult) -> RunResult:
    """A run that ended early, when its state was the fault-free run's, with
    the rest of that run; each replay proves that it would have come so."""
    mine = {key: value for key, value in result.facts.items()
            if key.startswith("flip_")}
    return replace(reference.result, wall_s=result.wall_s,
                   facts={**reference.result.facts, **mine})


def _noted(prepared: Prepared, reference: Reference, task: Task,
           result: RunResult) -> Observation:
    """What a trial did, as it is stored."""
    fault, planned = task.fault, task.planned
    if result.facts.get("converged_ns", -1) >= 0:
        result = _completed(reference, result)
    if result.facts and not result.facts.get("flip_fired"):
        raise HarnessError("the run ended before its trigger")
    records = events.parse(result.raw_events)
    end = ending.end_of(result, records)
    flip_stamp = (fault.at_ns - reference.skew_ns) // NS_PER_STAMP
    detect, resume = ending.stamps(records, flip_stamp)
    return Observation(
        k=task.k, variant=reference.stored.variant, seed=task.seed,
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
