# SPDX-License-Identifier: BSD-2-Clause
"""Where trials run: in threads of this process, or on a Dask cluster.

Trials run in emulator processes, so threads are enough here. They are dealt in
batches; results come back in any order, and the caller alone writes the store.
"""
from __future__ import annotations

import queue
import threading
from concurrent.futures import ThreadPoolExecutor
from types import TracebackType
from typing import Any, Callable, Iterable, Iterator, Protocol

from faultinject.errors import UserError
from faultinject.store import Observation

Batch = tuple[int, ...]  # numbers of trials of one variant
Result = tuple[int, Observation | None, list[str]]  # k, what, errors
Attempt = Callable[[Batch], Iterator[Result]]


class Executor(Protocol):
    """Runs trials; used in a `with` statement."""

    jobs: int  # batches at once

    def results(self, attempt: Attempt, todo: Iterable[Batch]
                ) -> Iterator[Result]:
        """Results of all trials, as they come."""

    def drain(self) -> Iterator[Result]:
        """After an interrupt: no new trial, results of those that run."""

    def __enter__(self) -> Executor: ...

    def __exit__(self, *error: object) -> None: ...


class Local:
    """`jobs` batches at once on this machine."""

    def __init__(self, jobs: int) -> None:
        self.jobs = jobs
        self._pool = ThreadPoolExecutor(jobs)
        self._found: queue.SimpleQueue[Result | BaseException | None] \
            = queue.SimpleQueue()  # None: a batch is over
        self._running = 0
        self._stop = threading.Event()

    def __enter__(self) -> Local:
        return self

    def __exit__(self, *error: object) -> None:
        self._stop.set()
        self._pool.shutdown(cancel_futures=True)

    def _work(self, attempt: Attempt, batch: Batch) -> None:
        """A batch in a thread of the pool, until it is told to stop."""
        try:
            for result in () if self._stop.is_set() else attempt(batch):
                self._found.put(result)
                if self._stop.is_set():
                    break
            self._found.put(None)
        except BaseException as error:  # the caller's thread raises it
            self._found.put(error)

    def results(self, attempt: Attempt, todo: Iterable[Batch]
                ) -> Iterator[Result]:
        """Keep all jobs busy until nothing is left."""
        for batch in todo:
            self._pool.submit(self._work, attempt, batch)
            self._running += 1
        return self._rest()

    def _rest(self) -> Iterator[Result]:
        """What comes until all batches are over."""
        while self._running:
            found = self._found.get()
            if isinstance(found, BaseException):
                raise found
            if found is None:
                self._running -= 1
            else:
                yield found

    def drain(self) -> Iterator[Result]:
        """Each job ends the trial that it runs; no further one begins."""
        self._stop.set()
        return self._rest()


class Cluster:
    """Trials on the workers of a Dask scheduler.

    @param where   Address of a scheduler, or `local:N` for a cluster of N
                   worker processes on this machine.
    @param remote  Runs a batch on a worker; must be importable there.
    """

    def __init__(self, where: str,
                 remote: Callable[[Batch], list[Result]]) -> None:
        try:
            import distributed
        except ImportError:
            raise UserError("a cluster needs Dask: sudo apt-get install "
                            "python3-distributed") from None
        kind, _, number = where.partition(":")
        local = kind == "local" and number.isdigit() and int(number) > 0
        self._cluster: Any = distributed.LocalCluster(
            n_workers=int(number), threads_per_worker=1,
            dashboard_address=None) if local else None
        try:
            self._client = distributed.Client(
                self._cluster if local else where, timeout=10)
        except (OSError, ValueError) as error:
            raise UserError(f"no Dask scheduler at {where}: {error}") from None
        self.jobs = max(1, len(self._client.scheduler_info()["workers"]))
        self._remote = remote
        self._pending: list[Any] = []

    def __enter__(self) -> Cluster:
        return self

    def __exit__(self, kind: type[BaseException] | None,
                 error: BaseException | None,
                 trace: TracebackType | None) -> None:
        self._client.close()
        if self._cluster is not None:
            self._cluster.close()

    def results(self, attempt: Attempt, todo: Iterable[Batch]
                ) -> Iterator[Result]:
        """The scheduler deals the batches; `attempt` is not used there."""
        import distributed
        self._pending = self._client.map(self._remote, list(todo), pure=False)
        for future in distributed.as_completed(list(self._pending)):
            self._pending.remove(future)
            yield from future.result()

    def drain(self) -> Iterator[Result]:
        """What has finished meanwhile; the rest is cancelled."""
        done = [f for f in self._pending if f.done()]
        self._client.cancel([f for f in self._pending if not f.done()])
        self._pending = []
        for future in done:
            yield from future.result()
