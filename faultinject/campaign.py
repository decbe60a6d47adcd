# SPDX-License-Identifier: BSD-2-Clause
"""Run the trials of a campaign: in parallel, resumable, with a way to stop.

Results are written by the calling thread alone, one transaction per trial: a
kill at any moment loses at most the trials in flight. Which trials a campaign
has depends on itself alone, never on the order in which they end.
"""
from __future__ import annotations

from dataclasses import dataclass, field, replace
from pathlib import Path
from types import TracebackType
from typing import Callable, Iterable, Iterator

from faultinject import golden, plan, registers, runner
from faultinject.campaign_file import Campaign, FaultPlan
from faultinject.errors import HarnessError, UserError
from faultinject.executors import Batch, Executor, Result
from faultinject.golden import Reference
from faultinject.store import Golden, Observation, Store
from faultinject.workload import Prepared

ATTEMPTS = 3
BLOCK = 50  # trials of a variant after which its errors are counted
BATCH = 50  # trials that may share an emulator process

Progress = Callable[[int, int], None]  # done so far, of how many
Observed = Callable[[Observation, Golden], bool]  # is it an observed error?


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
        return runner.observe(ready.prepared, ready.reference,
                              self.task(k))

    def together(self, batch: Batch
                 ) -> Iterator[tuple[int, Observation | HarnessError]]:
        """Run trials of one variant from one process, where they can be: the
        same observations as trial() gives, in any order."""
        ready = self.prepare(self.campaign.variant_of(batch[0]).name)
        return runner.observe_all(ready.prepared, ready.reference,
                                  [self.task(k) for k in batch],
                                  self.campaign.fault.checkpoints)

    def task(self, k: int) -> runner.Task:
        """Trial k, planned."""
        ready = self.prepare(self.campaign.variant_of(k).name)
        return runner.Task(k, plan.seed_of(self.campaign, k), plan.fault_of(
            self.campaign, k, ready.reference, ready.prepared.config))


def wanted(fault: FaultPlan) -> golden.Wanted:
    """What the reference of a campaign must know."""
    exhaustive = fault.sampling == "exhaustive"
    return golden.Wanted(
        trace=fault.traced, registers=bool(registers.NAMED.keys()
                                           & set(fault.models)),
        window=((fault.window_start, fault.window_ns, fault.window_votes)
                if exhaustive else None),
        regions=fault.regions, owners=fault.owners)


def batches(campaign: Campaign, todo: Iterable[int], jobs: int
            ) -> list[Batch]:
    """Trials by variant, in batches that keep all jobs busy."""
    found: dict[str, list[int]] = {}
    for k in todo:
        found.setdefault(campaign.variant_of(k).name, []).append(k)
    total = sum(len(trials) for trials in found.values())
    size = max(1, min(BATCH, -(-total // (2 * jobs))))
    return [tuple(trials[at:at + size]) for trials in found.values()
            for at in range(0, len(trials), size)]


def attempt(campaigner: Campaigner, batch: Batch) -> Iterator[Result]:
    """Trials with retries; errors are returned, not raised."""
    left = dict.fromkeys(batch)
    for k, got in campaigner.together(batch):
        del left[k]
        yield ((k, got, []) if isinstance(got, Observation) else
               _alone(campaigner, k, [str(got)]))
    for k in left:
        yield _alone(campaigner, k, [])


def _alone(campaigner: Campaigner, k: int, errors: list[str]) -> Result:
    """Trial k in processes of its own, until it can be observed."""
    while len(errors) < ATTEMPTS:
        try:
            return k, campaigner.trial(k), errors
        except (HarnessError, OSError) as error:
            errors.append(str(error))
    return k, None, errors


@dataclass
class _Run:
    """State of one call of run_campaign."""

    campaigner: Campaigner
    store: Store
    id: int
    executor: Executor
    failed: set[int] = field(default_factory=set)

    def attempt(self, batch: Batch) -> Iterator[Result]:
        """Trials on this machine."""
        return attempt(self.campaigner, batch)

    def keep(self, result: Result) -> None:
        """Write what a trial gave."""
        k, observation, errors = result
        for number, error in enumerate(errors):
            self.store.add_harness_failure(self.id, k, number, error)
        if observation is None:
            self.failed.add(k)
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


def complete(campaigner: Campaigner) -> Campaign:
    """The campaign with its number of trials, which an exhaustive one knows
    only when it has seen the golden run."""
    campaign = campaigner.campaign
    if campaign.fault.sampling != "exhaustive":
        return campaign
    classes = campaigner.prepare(campaign.variants[0].name).reference.classes
    assert classes is not None
    if not len(classes):
        raise UserError("nothing is live in the window of this campaign")
    campaigner.campaign = replace(campaign, trials=len(classes))
    return campaigner.campaign


def run_campaign(campaigner: Campaigner, path: Path, executor: Executor,
                 progress: Progress, observed: Observed | None = None
                 ) -> Summary:
    """Run all trials that the store does not hold yet.

    @param observed  Decides what counts for a goal of errors.
    """
    campaign = complete(campaigner)
    store = Store(path)
    try:
        state = _Run(campaigner, store, open_campaign(store, campaign),
                     executor)
        before = len(store.done(state.id))
        if campaign.errors is None:
            done = store.done(state.id)
            todo = [k for k in range(campaign.trials) if k not in done]
            _prepare_all(state, todo)
            interrupted = _drive(state, todo, progress, before)
        else:
            assert observed is not None
            interrupted = _until_errors(state, campaign.errors, progress,
                                        observed)
        now = len(store.done(state.id)) - before
        return Summary(now, before, len(state.failed), interrupted)
    finally:
        store.close()


def _prepare_all(state: _Run, todo: Iterable[int]) -> None:
    """Golden runs of the variants that are needed, kept in the store."""
    campaign = state.campaigner.campaign
    for name in dict.fromkeys(campaign.variant_of(k).name for k in todo):
        ready = state.campaigner.prepare(name)
        state.store.add_golden(
            state.id, ready.reference.stored,
            golden.spaces(ready.reference, ready.prepared.config.replicas),
            registers.gaps(ready.reference.registers))


def _drive(state: _Run, todo: list[int], progress: Progress,
           before: int) -> bool:
    """Run trials. @return whether Ctrl-C came."""
    total, count = before + len(todo), before
    progress(count, total)
    try:
        work = batches(state.campaigner.campaign, todo, state.executor.jobs)
        for result in state.executor.results(state.attempt, work):
            state.keep(result)
            count += 1
            progress(count, total)
    except KeyboardInterrupt:
        for result in state.executor.drain():
            state.keep(result)
        return True
    return False


class _Goal:
    """How far each variant is from its number of observed errors.

    A variant's trials come in blocks; errors count when their block is
    complete, so that the same trials are run however often it is resumed.
    """

    def __init__(self, state: _Run, errors: int, observed: Observed) -> None:
        self._state = state
        self._errors = errors
        self._observed = observed
        self._seen: dict[int, bool] = {}
        campaign = state.campaigner.campaign
        self._trials: dict[str, list[int]] = {}
        for k in range(campaign.trials):
            name = campaign.variant_of(k).name
            self._trials.setdefault(name, []).append(k)

    def learn(self) -> None:
        """Decide the trials that the store holds and that are new here."""
        store = self._state.store
        goldens = {g.hash: g for g in store.goldens(self._state.id)}
        for k in sorted(store.done(self._state.id) - self._seen.keys()):
            trial = store.trial(self._state.id, k)
            assert trial is not None
            golden_run = goldens.get(trial.golden_hash)
            self._seen[k] = (golden_run is not None
                             and self._observed(trial, golden_run))

    def next_trials(self) -> list[int]:
        """The trials that every unfinished variant needs next."""
        blocks = [self._next_block(name) for name in self._trials]
        return sorted(k for block in blocks for k in block)

    def _next_block(self, name: str) -> list[int]:
        trials, count = self._trials[name], 0
        for start in range(0, len(trials), BLOCK):
            block = trials[start:start + BLOCK]
            missing = [k for k in block if k not in self._seen
                       and k not in self._state.failed]
            if missing:
                return missing
            count += sum(self._seen.get(k, False) for k in block)
            if count >= self._errors:
                return []
        return []

    def reached(self) -> int:
        """Observed errors so far, each variant's up to the goal."""
        return sum(min(self._errors, sum(self._seen.get(k, False)
                                         for k in trials))
                   for trials in self._trials.values())

    def total(self) -> int:
        """Errors that are wanted of all variants together."""
        return self._errors * len(self._trials)


def _until_errors(state: _Run, errors: int, progress: Progress,
                  observed: Observed) -> bool:
    """Blocks of trials until each variant has its errors; progress is in
    errors. @return whether Ctrl-C came."""
    goal = _Goal(state, errors, observed)
    while True:
        goal.learn()
        progress(goal.reached(), goal.total())
        todo = goal.next_trials()
        if not todo:
            return False
        _prepare_all(state, todo)
        if _drive(state, todo, lambda done, total: None, 0):
            return True
