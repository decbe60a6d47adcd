# SPDX-License-Identifier: BSD-2-Clause
"""Run the trials of a campaign: in parallel, resumable, with a way to stop.

Trials are independent emulator processes, so threads are enough here. Results
are written by the calling thread alone, one transaction per trial: a kill at
any moment loses at most the trials in flight.
"""
from __future__ import annotations

from concurrent.futures import FIRST_COMPLETED, Future, ThreadPoolExecutor, wait
from dataclasses import dataclass
from itertools import islice
from pathlib import Path
from types import TracebackType
from typing import Callable

from faultinject import golden, plan, registers, runner
from faultinject.campaign_file import Campaign, FaultPlan
from faultinject.errors import HarnessError
from faultinject.golden import Reference
from faultinject.store import Observation, Store
from faultinject.workload import Prepared

ATTEMPTS = 3

Result = tuple[int, Observation | None, list[str]]  # k, what, errors
Progress = Callable[[int, int], None]  # done so far, of how many


@dataclass(frozen=True)
class Prepare:
    """A variant that is ready to run."""

    prepared: Prepared
    reference: Reference


class Campaigner:
    """Owns the prepared variants of one campaign while it runs."""

    def __init__(self, campaign: Campaign) -> None:
        self.campaign = campaign
        self.ready: dict[str, Prepare] = {}

    def __enter__(self) -> Campaigner:
        return self

    def __exit__(self, kind: type[BaseException] | None,
                 error: BaseException | None,
                 trace: TracebackType | None) -> None:
        for ready in self.ready.values():
            ready.prepared.close()

    def prepare(self, name: str) -> Prepare:
        """Golden run of a variant, made when first needed."""
        if name not in self.ready:
            variant = next(v for v in self.campaign.variants if v.name == name)
            prepared = Prepared(variant.workload)
            try:
                reference = golden.make(prepared, name,
                                        wanted(self.campaign.fault))
            except BaseException:
                prepared.close()
                raise
            self.ready[name] = Prepare(prepared, reference)
        return self.ready[name]

    def trial(self, k: int) -> Observation:
        """Run trial k. Raises HarnessError when it can not be observed."""
        ready = self.prepare(self.campaign.variant_of(k).name)
        planned = plan.fault_of(self.campaign, k, ready.reference,
                                ready.prepared.config)
        return runner.observe(ready.prepared, ready.reference, planned, k,
                              plan.seed_of(self.campaign, k))


def wanted(fault: FaultPlan) -> golden.Wanted:
    """What the reference of a campaign must know."""
    exhaustive = fault.sampling == "exhaustive"
    return golden.Wanted(
        trace=fault.traced, registers=bool({"banked", "system"}
                                           & set(fault.models)),
        window=((fault.window_start, fault.window_ns) if exhaustive else None),
        regions=fault.regions, owners=fault.owners)


@dataclass
class _Run:
    """State of one call of run_campaign."""

    campaigner: Campaigner
    store: Store
    id: int
    failed: int = 0

    def attempt(self, k: int) -> Result:
        """Trial k with retries; errors are returned, not raised."""
        errors: list[str] = []
        for _ in range(ATTEMPTS):
            try:
                return k, self.campaigner.trial(k), errors
            except (HarnessError, OSError) as error:
                errors.append(str(error))
        return k, None, errors

    def keep(self, result: Result) -> None:
        """Write what a trial gave."""
        k, observation, errors = result
        for attempt, error in enumerate(errors):
            self.store.add_harness_failure(self.id, k, attempt, error)
        if observation is None:
            self.failed += 1
        else:
            self.store.add_trial(self.id, observation)


@dataclass(frozen=True)
class Summary:
    """How a call ended: trials stored now, before, and not observable."""

    stored: int
    before: int
    failed: int
    interrupted: bool


def open_campaign(store: Store, campaign: Campaign) -> int:
    """Id of the campaign in a store."""
    return store.campaign_open(campaign.name, campaign.hash, campaign.text,
                               campaign.seed, campaign.trials,
                               campaign.fault.sampling, campaign.errors)


def run_campaign(campaign: Campaign, path: Path, jobs: int,
                 progress: Progress) -> Summary:
    """Run all trials that the store does not hold yet."""
    store = Store(path)
    try:
        number = open_campaign(store, campaign)
        done = store.done(number)
        todo = [k for k in range(campaign.trials) if k not in done]
        with Campaigner(campaign) as campaigner:
            state = _Run(campaigner, store, number)
            _prepare_all(state, todo)
            interrupted = _drive(state, todo, jobs, progress, len(done))
        now = len(store.done(number)) - len(done)
        return Summary(now, len(done), state.failed, interrupted)
    finally:
        store.close()


def _prepare_all(state: _Run, todo: list[int]) -> None:
    """Golden runs of the variants that are needed, kept in the store."""
    campaign = state.campaigner.campaign
    for name in dict.fromkeys(campaign.variant_of(k).name for k in todo):
        ready = state.campaigner.prepare(name)
        state.store.add_golden(
            state.id, ready.reference.stored,
            golden.spaces(ready.reference, ready.prepared.config.replicas),
            registers.gaps(ready.reference.registers))


def _drive(state: _Run, todo: list[int], jobs: int, progress: Progress,
           before: int) -> bool:
    """Keep `jobs` trials in flight. @return whether Ctrl-C came."""
    total, count = before + len(todo), before
    pending: set[Future[Result]] = set()
    queue = iter(todo)
    progress(count, total)
    with ThreadPoolExecutor(jobs) as pool:
        try:
            while True:
                for k in islice(queue, max(0, 2 * jobs - len(pending))):
                    pending.add(pool.submit(state.attempt, k))
                if not pending:
                    return False
                finished, pending = wait(pending, return_when=FIRST_COMPLETED)
                for future in finished:
                    state.keep(future.result())
                    count += 1
                progress(count, total)
        except KeyboardInterrupt:
            for future in pending:
                future.cancel()
    for future in pending:
        if not future.cancelled():
            state.keep(future.result())
    return True
