# SPDX-License-Identifier: BSD-2-Clause
"""Control flow of one function, and what must count so that nothing repeats.

Shared by the step that inserts increments (insert.py) and the checker that
proves the result (check.py); each brings its own reader, so that an error in
one reader does not hide in the other. Pure: no files, no text.

A step *advances* if it can not be passed without logical time going on: the
increment, a supervisor call (an event), a call (its callee counts on entry).
"""
from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass


@dataclass(frozen=True)
class Step:
    """One instruction: where control goes next inside the function."""

    successors: tuple[int, ...]
    advances: bool = False


Steps = Mapping[int, Step]


class _Tarjan:
    """Tarjan's search for components, with a stack of its own."""

    def __init__(self, nodes: set[int],
                 follow: Callable[[int], Iterable[int]]) -> None:
        self.nodes = nodes
        self.follow = follow
        self.index: dict[int, int] = {}
        self.low: dict[int, int] = {}
        self.stack: list[int] = []
        self.held: set[int] = set()
        self.found: list[list[int]] = []

    def _enter(self, node: int) -> tuple[int, Iterator[int]]:
        """Number a node; its successors are still to be seen to."""
        self.index[node] = self.low[node] = len(self.index)
        self.stack.append(node)
        self.held.add(node)
        return node, iter([n for n in self.follow(node) if n in self.nodes])

    def _leave(self, node: int) -> None:
        """All successors were seen to: a component may be complete."""
        if self.low[node] != self.index[node]:
            return
        taken = []
        while not taken or taken[-1] != node:
            taken.append(self.stack.pop())
        self.held.difference_update(taken)
        self.found.append(sorted(taken))

    def search(self, root: int) -> None:
        """All components that can be reached from `root`."""
        work = [self._enter(root)]
        while work:
            node, rest = work[-1]
            peer = next(rest, None)
            if peer is None:
                work.pop()
                self._leave(node)
                if work:
                    parent = work[-1][0]
                    self.low[parent] = min(self.low[parent], self.low[node])
            elif peer not in self.index:
                work.append(self._enter(peer))
            elif peer in self.held:
                self.low[node] = min(self.low[node], self.index[peer])


def components(nodes: Iterable[int],
               follow: Callable[[int], Iterable[int]]) -> list[list[int]]:
    """Strongly connected components, each sorted.

    Successors that are not among `nodes` are ignored.
    """
    search = _Tarjan(set(nodes), follow)
    for root in sorted(search.nodes):
        if root not in search.index:
            search.search(root)
    return search.found


def cycles(nodes: Iterable[int],
           follow: Callable[[int], Iterable[int]]) -> list[list[int]]:
    """The components in which something can repeat, in ascending order."""
    nodes = set(nodes)
    return sorted(part for part in components(nodes, follow)
                  if len(part) > 1 or part[0] in follow(part[0]))


def uncounted(steps: Steps) -> list[list[int]]:
    """Sets of steps that can repeat without any that advances."""
    quiet = {node for node, step in steps.items() if not step.advances}
    return cycles(quiet, lambda node: steps[node].successors)


def to_count(steps: Steps) -> list[int]:
    """Before which steps to count so that every cycle advances.

    Innermost loops first: what counts there often serves the loops around it,
    too. Of each loop that is left its entry counts, where it is met first.
    """
    chosen: set[int] = set()
    work = [(loop, False) for loop in uncounted(steps)]
    while work:
        loop, inner_done = work.pop()
        quiet = set(loop) - chosen
        parts = cycles(quiet, lambda node: steps[node].successors)
        if not parts:
            continue
        if inner_done:
            heads = [_entry_of(part, steps) for part in parts]
            chosen.update(heads)
            work.extend((part, True) for part in parts)
            continue
        for part in parts:
            rest = set(part) - {_entry_of(part, steps)}
            inner = cycles(rest, lambda node: steps[node].successors)
            work.append((part, True))
            work.extend((nested, False) for nested in inner)
    return sorted(chosen)


def _entry_of(loop: list[int], steps: Steps) -> int:
    """The step of `loop` that most edges from outside lead to, else its first.

    For a loop of structured code that is the one that all rounds pass.
    """
    inside = set(loop)
    entries = [target for node, step in steps.items() if node not in inside
               for target in step.successors if target in inside]
    return max(sorted(set(entries)), key=entries.count, default=loop[0])
