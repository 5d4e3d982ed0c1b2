"""Work shared among processes that are forked: they see what is in memory without a copy of it."""

import gc
import os
import signal
import threading
import time
import traceback
import warnings
from collections import deque
from collections.abc import Callable, Iterable, Iterator
from contextlib import closing
from multiprocessing import Pipe, get_context
from multiprocessing.connection import Connection
from multiprocessing.process import BaseProcess
from typing import Any, Generic, NamedTuple, TypeVar, cast

from feedtool.errors import CrewError

Task = TypeVar("Task")
Result = TypeVar("Result")

KILLED = "a process that shared the work was killed"


def most() -> int:
    """Return how many processes can work at once here."""
    if not hasattr(os, "fork"):
        return 1
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1


class _Member(NamedTuple):
    """A process of a crew, and the line on which tasks go to it and results come back."""

    process: BaseProcess
    line: Connection


class Crew(Generic[Task, Result]):
    """Processes that do one kind of work, each a task at a time, by turns.

    So results come in the order of the tasks, and who is killed is missed when it is its turn:
    `ProcessPoolExecutor` waits for ever then, if a task is on its way that fills a pipe. Tasks and
    results are sent, what `work` looks at is not. With one job no process is forked. `ahead` tasks
    wait for each process, or are done by it: more than one only where tasks are small, as both
    sides would wait for ever while a large task and a large result fill the line. Raises
    `CrewError` where a process is lost.
    """

    def __init__(self, work: Callable[[Task], Result], jobs: int, *, ahead: int = 1) -> None:
        self.jobs = jobs if hasattr(os, "fork") else 1
        self._work = work
        self._ahead = ahead
        self._members: list[_Member] = []
        # Whose result is due, for each task that was given out; the next one stands in front.
        self._due: deque[_Member] = deque()

    def give(self, task: Task) -> Iterator[Result]:
        """Give out a task, and yield the result that is due, if one is."""
        if self.jobs < 2:
            yield self._work(task)
            return
        if len(self._due) < self.jobs * self._ahead:
            if len(self._members) < self.jobs:
                self._members.append(_forked(self._work))
            self._send(task, self._members[len(self._due) % self.jobs])
            return
        member = self._due.popleft()
        result = self._heard(member)
        # So that it has work while something is made of this.
        self._send(task, member)
        yield result

    def rest(self) -> Iterator[Result]:
        """Yield the results that are not there yet; who has given them is done."""
        while self._due:
            member = self._due.popleft()
            result = self._heard(member)
            if member not in self._due:
                self._members.remove(member)
                _end(member)
            yield result

    def close(self) -> None:
        """End the processes; nobody waits for what they still do."""
        self._due.clear()
        while self._members:
            _end(self._members.pop())

    def _send(self, task: Task, member: _Member) -> None:
        self._due.append(member)
        try:
            member.line.send(task)
        except OSError:
            # It is gone, and may have said before what went wrong: one of these raises it.
            while True:
                self._heard(member)

    def _heard(self, member: _Member) -> Result:
        try:
            result, error = member.line.recv()
        except (EOFError, OSError) as lost:
            raise CrewError(KILLED) from lost
        if error is not None:
            raise error
        return cast("Result", result)


def each(
    work: Callable[[Task], Result], tasks: Iterable[Task], jobs: int = 1, *, ahead: int = 1
) -> Iterator[Result]:
    """Yield the results of the tasks in their order; `jobs` processes see to them.

    `ahead` is that of a Crew.
    """
    with closing(Crew(work, jobs, ahead=ahead)) as crew:
        for task in tasks:
            yield from crew.give(task)
        yield from crew.rest()


def _forked(work: Callable[[Any], Any]) -> _Member:
    ours, theirs = Pipe()
    process = get_context("fork").Process(target=_serve, args=(work, theirs), daemon=True)
    try:
        with warnings.catch_warnings():
            # Threads of numpy, which none of the work needs.
            warnings.simplefilter("ignore", DeprecationWarning)
            process.start()
    except OSError as error:
        raise CrewError(f"a process cannot be started: {error.strerror}") from error
    # Held by it alone, so that its end is heard.
    theirs.close()
    return _Member(process, ours)


def _end(member: _Member) -> None:
    member.process.kill()
    member.process.join()
    member.line.close()


def _serve(work: Callable[[Any], Any], line: Connection) -> None:
    """Do in a process of its own what is asked for, until the one who asks ends it."""
    # Who asked for the work hears of signals.
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    signal.signal(signal.SIGTERM, signal.SIG_DFL)
    # What was there before is not looked through for garbage again and again, and stays shared.
    gc.freeze()
    threading.Thread(target=_end_with, args=(os.getppid(),), daemon=True).start()
    while True:
        task = line.recv()
        try:
            result = work(task)
        except BaseException as error:
            # Raised again where it was asked for.
            error.add_note(traceback.format_exc())
            line.send((None, error))
            raise SystemExit(1) from error
        line.send((result, None))


def _end_with(parent: int) -> None:
    """End when the process that asked for the work is gone: nobody waits for it any more."""
    while os.getppid() == parent:
        time.sleep(1)
    os._exit(1)
