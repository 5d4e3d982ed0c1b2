"""Work shared among processes that are forked: they see what is in memory without a copy of it."""

import os
import signal
import threading
import time
import warnings
from collections import deque
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import Future, ProcessPoolExecutor
from itertools import islice
from multiprocessing import get_context
from typing import Any, TypeVar

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


def each(work: Callable[[Task], Result], tasks: Iterable[Task], jobs: int = 1) -> Iterator[Result]:
    """Yield the results of the tasks in their order; `jobs` processes see to them.

    Tasks and results are sent, what `work` looks at is not. With one job no process is forked.
    """
    if jobs < 2 or not hasattr(os, "fork"):
        yield from map(work, tasks)
        return
    pool = ProcessPoolExecutor(jobs, get_context("fork"), _begin, (work,))
    try:
        rest = iter(tasks)
        waiting: deque[Future[Result]] = deque()
        for task in islice(rest, AHEAD * jobs):
            waiting.append(_given(pool, task))
        while waiting:
            yield waiting.popleft().result()
            for task in islice(rest, 1):
                waiting.append(_given(pool, task))
    finally:
        pool.shutdown(cancel_futures=True)


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
