"""The one place where sqlite3 lives: opening, transactions, and its errors in our words."""

import os
import sqlite3
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import closing
from time import monotonic, sleep
from typing import Any

from feedtool.errors import StoreError

Row = tuple[Any, ...]
Values = Sequence[Any]

# What Debian 12 brings beside the oldest Python that we run on; STRICT tables need 3.37.
LEAST_SQLITE = (3, 40, 0)

# SQLite's own waiting sleeps up to 0.1 s and misses the gap that a bulk run leaves between two
# transactions; it also keeps Ctrl-C waiting. So we ask this often ourselves, at 10 us a time.
ASK_AGAIN = 0.002
# Whoever held the lock this long lets the others ask before it begins again.
LONG_HELD = 0.1
LET_IN = 0.006

# 32 MB of log before it is written back: a thousand excerpts a commit fill the default of 4 MB, and
# a page that several commits wrote is then copied once.
CHECKPOINT_PAGES = 8000
# What a bulk run touches again and again: the small table of keys, and the upper levels of the big.
CACHE_KB = 64_000

# So much is copied before a signal is heeded: 40 MB.
PAGES_AT_ONCE = 10_000

# After so many steps of SQLite, about a hundredth of a second, Python may act on a signal.
LISTEN = 100_000

# Transactions before that one are.
UNDONE = "what was under way is not stored"
# SQLite does not say which of the two it is.
FULL = f"the disk is full, or that of temporary files (TMPDIR); {UNDONE}"
_REASONS = {
    "SQLITE_FULL": FULL,
    # The small file that processes share beside a store finds no room.
    "SQLITE_IOERR_SHMSIZE": FULL,
    "SQLITE_IOERR_WRITE": f"the disk failed, or may hold no more of yours; {UNDONE}",
    "SQLITE_READONLY": "cannot be written, it is read-only",
    "SQLITE_CANTOPEN": "cannot be opened",
    "SQLITE_IOERR": "the disk failed",
    "SQLITE_CORRUPT": "the store is damaged",
    "SQLITE_NOTADB": "not a feedtool store, it is no SQLite file",
    "SQLITE_TOOBIG": "a text is longer than SQLite can hold",
    "SQLITE_NOMEM": "SQLite is out of memory",
    "SQLITE_PERM": "access denied",
    "SQLITE_AUTH": "access denied",
}


# What goes wrong with the file that is written to.
_WRITING = ("SQLITE_FULL", "SQLITE_CANTOPEN", "SQLITE_READONLY", "SQLITE_IOERR_WRITE")

# A constraint that fails, or a statement that cannot be made: a bug, or damage.
BROKEN = (sqlite3.IntegrityError, sqlite3.ProgrammingError)
# SQLite names in its message what it cannot read, and Python cannot read that.
_FAILURES = (sqlite3.DatabaseError, UnicodeDecodeError)


class Connection:
    """An open SQLite file whose errors are `StoreError`s that name it.

    A failed constraint stays what it is: it means a bug of ours, and a bug shows its traceback.
    """

    def __init__(self, path: str, query: str, timeout: float) -> None:
        self.path = path
        self._timeout = timeout
        self._began = self._ended = 0.0
        self._waits_long = False
        try:
            self._sqlite = sqlite3.connect(
                _uri(path, query), uri=True, timeout=min(timeout, 1e6), isolation_level=None
            )
        except sqlite3.Error as error:
            raise self._failure(error) from error
        # What a signal raises there ends the statement.
        self.tick()

    def rows(self, sql: str, values: Values = ()) -> list[Row]:
        """Return all rows of a statement."""
        try:
            return self._sqlite.execute(sql, values).fetchall()
        except _FAILURES as error:
            raise self._failure(error) from error

    def row(self, sql: str, values: Values = ()) -> Row | None:
        """Return the first row of a statement, or None."""
        found = self.rows(sql, values)
        return found[0] if found else None

    def stream(self, sql: str, values: Values = ()) -> Iterator[Row]:
        """Yield the rows of a statement as they are found."""
        try:
            # `yield from` would close the cursor with this generator, perhaps after the file.
            for row in self._sqlite.execute(sql, values):  # noqa: UP028
                yield row
        except _FAILURES as error:
            raise self._failure(error) from error

    def run(self, sql: str, values: Values = ()) -> None:
        """Run a statement for its effect."""
        self.rows(sql, values)

    def run_many(self, sql: str, rows: Iterable[Values]) -> None:
        """Run a statement once for each of the rows."""
        try:
            self._sqlite.executemany(sql, rows)
        except _FAILURES as error:
            raise self._failure(error) from error

    @property
    def in_transaction(self) -> bool:
        """Whether a transaction is open, for reading or for writing."""
        return self._sqlite.in_transaction

    def define(self, name: str, function: Any) -> None:
        """Offer a function of one argument to SQL."""
        self._sqlite.create_function(name, 1, function, deterministic=True)

    def copy_to(self, path: str, progress: Callable[[int, int], None]) -> None:
        """Copy all pages to a file; `progress` is told how many are done, and of how many."""
        try:
            with closing(sqlite3.connect(_uri(path, "mode=rwc"), uri=True)) as copy:
                self._sqlite.backup(
                    copy,
                    pages=PAGES_AT_ONCE,
                    progress=lambda _, left, total: progress(total - left, total),
                )
        except sqlite3.Error as error:
            at_fault = path if _name(error).startswith(_WRITING) else self.path
            raise self._failure(error, at_fault) from error

    def tick(self, call: Callable[[], None] | None = None) -> None:
        """Call something every now and then while a statement runs, from now on."""
        self._sqlite.set_progress_handler(call or (lambda: None), LISTEN)

    def attach(self, path: str, name: str) -> None:
        """Open another store within this one, under a name."""
        self.run(f"ATTACH ? AS {name}", (_uri(path, "mode=rw"),))

    def detach(self, name: str) -> None:
        """Close a store that was attached; do nothing if there is none."""
        if any(row[1] == name for row in self.rows("PRAGMA database_list")):
            self.run(f"DETACH {name}")

    def begin(self) -> None:
        """Take the write lock, waiting for whoever holds it."""
        if self._waits_long and monotonic() - self._ended < LET_IN:
            sleep(LET_IN)
        self.retried("BEGIN IMMEDIATE")
        self._began = monotonic()

    def retried(self, sql: str) -> None:
        """Run a statement that needs a lock, again and again until the timeout."""
        deadline = monotonic() + self._timeout
        self.run("PRAGMA busy_timeout = 0")
        try:
            while not self._tried(sql, last=monotonic() >= deadline):
                sleep(ASK_AGAIN)
        finally:
            self.run(f"PRAGMA busy_timeout = {int(min(self._timeout, 1e6) * 1000)}")

    def _tried(self, sql: str, *, last: bool) -> bool:
        try:
            self._sqlite.execute(sql).fetchall()
        except sqlite3.OperationalError as error:
            if last or not _name(error).startswith(("SQLITE_BUSY", "SQLITE_LOCKED")):
                raise self._failure(error) from error
            return False
        return True

    def commit(self) -> None:
        """End the transaction; if that fails it is undone."""
        try:
            self.run("COMMIT")
        except BaseException:
            self.rollback()
            raise
        self._end()

    def rollback(self) -> None:
        """Undo the transaction, if one is open."""
        # SQLite ends a transaction by itself when the disk is full.
        if self._sqlite.in_transaction:
            self.run("ROLLBACK")
        self._end()

    def _end(self) -> None:
        self._ended = monotonic()
        self._waits_long = self._ended - self._began > LONG_HELD

    def close(self) -> None:
        """Close the file; an open transaction is undone."""
        try:
            self._sqlite.close()
        except sqlite3.Error as error:
            raise self._failure(error) from error

    def _failure(
        self, error: sqlite3.Error | UnicodeDecodeError, path: str | None = None
    ) -> StoreError:
        path = path or self.path
        if isinstance(error, BROKEN):
            raise error
        name = _name(error)
        if name == "SQLITE_INTERRUPT":
            raise KeyboardInterrupt from error
        if name.startswith(("SQLITE_BUSY", "SQLITE_LOCKED")):
            return StoreError(
                path,
                f"busy: another process writes to it; waited {self._timeout:g} seconds for it "
                "(--timeout)",
            )
        kind = "_".join(name.split("_")[:2])
        folder = os.path.dirname(os.path.abspath(path))
        if kind == "SQLITE_CANTOPEN" and not os.path.isdir(folder):
            return StoreError(path, f"there is no folder {folder}")
        if kind == "SQLITE_CANTOPEN" and not os.access(folder, os.W_OK):
            # SQLite keeps its log there, and what processes share.
            said = f"the folder {folder} is read-only"
            if os.path.exists(f"{path}-wal"):
                said += f"; to read it, copy it to another one with {path}-wal beside it"
            return StoreError(path, said)
        unknown = "the store is damaged or was changed by something else"
        reason = _REASONS.get(name) or _REASONS.get(kind, unknown)
        return StoreError(path, f"{reason} ({error})")


def is_full(error: StoreError) -> bool:
    """Tell whether a disk that is full is the reason."""
    return getattr(error.__cause__, "sqlite_errorname", None) in (
        "SQLITE_FULL",
        "SQLITE_IOERR_SHMSIZE",
    )


def _name(error: sqlite3.Error | UnicodeDecodeError) -> str:
    return getattr(error, "sqlite_errorname", None) or ""


def _uri(path: str, query: str) -> str:
    """Return a path as a URI, so that no name of a file (`:memory:`) means something else."""
    absolute = os.path.abspath(path)
    if os.name == "nt":
        absolute = absolute.replace("\\", "/")
    quoted = absolute.replace("%", "%25").replace("?", "%3f").replace("#", "%23")
    return f"file:///{quoted.lstrip('/')}?{query}"


def check_version(path: str) -> None:
    """Refuse an SQLite that is too old for the tables."""
    if sqlite3.sqlite_version_info < LEAST_SQLITE:
        least = ".".join(map(str, LEAST_SQLITE))
        raise StoreError(
            path, f"needs SQLite {least} or newer, this Python brings {sqlite3.sqlite_version}"
        )
