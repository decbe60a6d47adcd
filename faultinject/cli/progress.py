# SPDX-License-Identifier: BSD-2-Clause
"""Progress of campaigns and long steps, on standard error."""
from __future__ import annotations

import time
from types import TracebackType

from rich.console import Console
from rich.progress import (BarColumn, MofNCompleteColumn, Progress, TextColumn,
                           TimeElapsedColumn, TimeRemainingColumn)

PLAIN_STEP = 20  # without a terminal: one line per so many trials


class TrialProgress:
    """A bar with rate and time left; plain lines without a terminal."""

    def __init__(self, label: str) -> None:
        self._console = Console(stderr=True)
        self._label = label
        self._begin = time.monotonic()
        self._first: int | None = None
        self._told = -PLAIN_STEP  # done when a plain line was printed last
        self._bar = Progress(
            TextColumn("{task.description}"), BarColumn(),
            MofNCompleteColumn(), TextColumn("{task.fields[rate]}"),
            TimeElapsedColumn(), TextColumn("left"), TimeRemainingColumn(),
            console=self._console)
        self._task = self._bar.add_task(label, total=None, rate="")

    def __enter__(self) -> TrialProgress:
        if self._console.is_terminal:
            self._bar.start()
        return self

    def __exit__(self, kind: type[BaseException] | None,
                 error: BaseException | None,
                 trace: TracebackType | None) -> None:
        if self._console.is_terminal:
            self._bar.stop()

    def __call__(self, done: int, total: int) -> None:
        """Show that `done` of `total` trials are finished."""
        if self._first is None:
            self._first, self._begin = done, time.monotonic()
        rate = self.rate(done)
        text = f"{rate:.1f}/s" if rate else ""
        self._bar.update(self._task, completed=done, total=total, rate=text)
        plain = not self._console.is_terminal
        if plain and (done >= self._told + PLAIN_STEP or done == total):
            self._told = done
            self._console.print(f"{self._label}: {done}/{total} {text}")

    def rate(self, done: int) -> float:
        """Trials per second of host time in this call."""
        spent = time.monotonic() - self._begin
        return (done - (self._first or 0)) / spent if spent > 0 else 0.0
