"""Work shared among processes that are forked: they see what is in memory without a copy of it."""

import os
import signal
import threading
import time
import warnings
from collections import deque
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import Future, ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from contextlib import closing
from multiprocessing import active_children, get_context
from typing import Any, Generic, TypeVar

from feedtool.errors import CrewError

Task = TypeVar("Task")
Result = TypeVar("Result")

# So many tasks a process are given out ahead of what was asked for.
AHEAD = 2

_work: list[Callable[[Any], Any]] = []


def most() -> int:
    """Return how many processes can work at once here."""
    if not hasattr(os, "fork"):
        return 1
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1


class Crew(Generic[Task, Result]):
    """Processes that do one kind of work; results come in the order of the tasks.

    Tasks and results are sent, what `work` looks at is not. With one job no process is forked.
    """

    def __init__(self, work: Callable[[Task], Result], jobs: int) -> None:
        self.jobs = jobs
        self._work = work
        self._waiting: deque[Future[Result]] = deque()
        self._ahead = AHEAD * jobs
        self._others = set(active_children())
        self._pool: ProcessPoolExecutor | None = None
        if jobs > 1 and hasattr(os, "fork"):
            self._pool = ProcessPoolExecutor(jobs, get_context("fork"), _begin, (work,))

    def give(self, task: Task) -> Iterator[Result]:
        """Give out a task, and yield the result that is due, if one is."""
        if self._pool is None:
            yield self._work(task)
            return
        self._waiting.append(_given(self._pool, task))
        if len(self._waiting) > self._ahead:
            yield self._due()

    def rest(self) -> Iterator[Result]:
        """Yield the results that are not there yet."""
        while self._waiting:
            yield self._due()

    def _due(self) -> Result:
        try:
            found = self._waiting[0].result()
        except BrokenProcessPool as error:
            raise CrewError from error
        self._waiting.popleft()
        return found

    def close(self) -> None:
        """End the processes; nobody waits for what they still do."""
        if self._pool is None:
            return
        if self._waiting:
            # A task may take seconds.
            for process in set(active_children()) - self._others:
                process.kill()
        self._pool.shutdown(cancel_futures=True)


def each(work: Callable[[Task], Result], tasks: Iterable[Task], jobs: int = 1) -> Iterator[Result]:
    """Yield the results of the tasks in their order; `jobs` processes see to them."""
    with closing(Crew(work, jobs)) as crew:
        for task in tasks:
            yield from crew.give(task)
        yield from crew.rest()


def _given(pool: ProcessPoolExecutor, task: Any) -> Future[Any]:
    with warnings.catch_warnings():
        # Threads of numpy, which none of the work needs.
        warnings.simplefilter("ignore", DeprecationWarning)
        return pool.submit(_done, task)


def _begin(work: Callable[[Any], Any]) -> None:
    # Who asked for the work ends it.
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    signal.signal(signal.SIGTERM, signal.SIG_DFL)
    _work[:] = [work]
    threading.Thread(target=_end_with, args=(os.getppid(),), daemon=True).start()


def _end_with(parent: int) -> None:
    """End when the process that asked for the work is gone: nobody waits for it any more."""
    while os.getppid() == parent:
        time.sleep(1)
    os._exit(1)


def _done(task: Any) -> Any:
    return _work[0](task)
