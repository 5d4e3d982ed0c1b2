"""Faults on purpose: SQLite that fails at the nth thing it is asked to do."""

import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import pytest

from feedtool.stores.sqlite import connection


class Fault:
    """Fails at statement `at`, before it is run or after it; counts statements without `at`.

    With `on` it fails at each statement of these words.
    """

    def __init__(
        self, at: int | None = None, *, after: bool = False, on: str | None = None
    ) -> None:
        self.at = at
        self.on = on
        self.after = after
        self.count = 0
        self.said: list[str] = []
        # How many connections are open.
        self.open = 0

    def strikes(self, sql: str) -> bool:
        """Count a statement, and tell whether it is the one that fails."""
        self.count += 1
        return self.count == self.at or sql == self.on


def _failing(fault: Fault) -> type[sqlite3.Connection]:
    class Failing(sqlite3.Connection):
        def __init__(self, *words: Any, **options: Any) -> None:
            super().__init__(*words, **options)
            fault.open += 1
            self.closed = False

        def close(self) -> None:
            super().close()
            fault.open -= not self.closed
            self.closed = True

        def execute(self, sql: str, *values: Any) -> sqlite3.Cursor:
            struck = fault.strikes(sql)
            if struck:
                fault.said.append(sql)
            if struck and not fault.after:
                raise sqlite3.OperationalError("a fault on purpose")
            done = super().execute(sql, *values)
            if struck:
                raise sqlite3.OperationalError("a fault on purpose, afterwards")
            return done

        def executemany(self, sql: str, rows: Any) -> sqlite3.Cursor:
            struck = fault.strikes(sql)
            if struck:
                fault.said.append(sql)
            if struck and not fault.after:
                raise sqlite3.OperationalError("a fault on purpose")
            done = super().executemany(sql, rows)
            if struck:
                raise sqlite3.OperationalError("a fault on purpose, afterwards")
            return done

    return Failing


@contextmanager
def failing(fault: Fault) -> Iterator[Fault]:
    """Let every store that is opened in this block have the fault."""
    plain = sqlite3.connect

    def connect(*words: Any, **options: Any) -> sqlite3.Connection:
        return plain(*words, **options, factory=_failing(fault))

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(connection.sqlite3, "connect", connect)
        yield fault
