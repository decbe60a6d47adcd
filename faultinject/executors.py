# SPDX-License-Identifier: BSD-2-Clause
"""Where trials run: in threads of this process, or on a Dask cluster.

A trial is an emulator process of its own, so threads are enough here. Results
come back in any order; the caller alone writes the store.
"""
from __future__ import annotations

from concurrent.futures import FIRST_COMPLETED, Future, ThreadPoolExecutor, wait
from itertools import islice
from types import TracebackType
from typing import Any, Callable, Iterable, Iterator, Protocol

from faultinject.errors import UserError
from faultinject.store import Observation

Result = tuple[int, Observation | None, list[str]]  # k, what, errors
Attempt = Callable[[int], Result]


class Executor(Protocol):
    """Runs trials; used in a `with` statement."""

    def results(self, attempt: Attempt, todo: Iterable[int]
                ) -> Iterator[Result]:
        """Results of all trials, as they come."""

    def drain(self) -> Iterator[Result]:
        """After an interrupt: no new trial, results of those that run."""

    def __enter__(self) -> Executor: ...

    def __exit__(self, *error: object) -> None: ...


class Local:
    """`jobs` trials at once on this machine."""

    def __init__(self, jobs: int) -> None:
        self._jobs = jobs
        self._pool = ThreadPoolExecutor(jobs)
        self._pending: set[Future[Result]] = set()

    def __enter__(self) -> Local:
        return self

    def __exit__(self, *error: object) -> None:
        self._pool.shutdown(cancel_futures=True)

    def results(self, attempt: Attempt, todo: Iterable[int]
                ) -> Iterator[Result]:
        """Keep all jobs busy until nothing is left."""
        queue = iter(todo)
        while True:
            free = max(0, 2 * self._jobs - len(self._pending))
            for k in islice(queue, free):
                self._pending.add(self._pool.submit(attempt, k))
            if not self._pending:
                return
            finished, self._pending = wait(self._pending,
                                           return_when=FIRST_COMPLETED)
            for future in finished:
                yield future.result()

    def drain(self) -> Iterator[Result]:
        """Trials that have not begun are dropped."""
        running = [f for f in self._pending if not f.cancel()]
        self._pending = set()
        for future in running:
            yield future.result()


class Cluster:
    """Trials on the workers of a Dask scheduler.

    @param where   Address of a scheduler, or `local:N` for a cluster of N
                   worker processes on this machine.
    @param remote  Runs trial k on a worker; must be importable there.
    """

    def __init__(self, where: str, remote: Callable[[int], Result]) -> None:
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

    def results(self, attempt: Attempt, todo: Iterable[int]
                ) -> Iterator[Result]:
        """The scheduler deals the trials; `attempt` is not used there."""
        import distributed
        self._pending = self._client.map(self._remote, list(todo), pure=False)
        for future in distributed.as_completed(list(self._pending)):
            self._pending.remove(future)
            yield future.result()

    def drain(self) -> Iterator[Result]:
        """What has finished meanwhile; the rest is cancelled."""
        done = [f for f in self._pending if f.done()]
        self._client.cancel([f for f in self._pending if not f.done()])
        self._pending = []
        for future in done:
            yield future.result()
