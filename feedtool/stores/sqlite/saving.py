"""Copies of a store, and less of it."""

import os
from collections.abc import Callable
from contextlib import suppress
from datetime import datetime

from feedtool.errors import FeedtoolError, StoreError
from feedtool.stores.sqlite.connection import Connection
from feedtool.stores.sqlite.write import moment

# Until it is whole a copy has another name.
UNFINISHED = "-unfinished"

# The newest so many of each origin, and what was met at that time or later.
PRUNABLE = """
SELECT n.number FROM (SELECT number, row_number()
    OVER (PARTITION BY origin ORDER BY number DESC) AS place FROM transmissions) n
WHERE (? IS NULL OR n.place > ?) AND (? IS NULL OR NOT EXISTS (
  SELECT 1 FROM observations o WHERE o.transmission = n.number AND o.at >= ?))
"""
COUNTED = f"""
SELECT count(*) FILTER (WHERE d.transmission IN ({PRUNABLE})), count(*),
  coalesce(sum(length(d.bytes)) FILTER (WHERE d.transmission IN ({PRUNABLE})), 0)
FROM dumps d WHERE d.packing <> 'pruned'
"""
PRUNE = f"""
UPDATE dumps SET packing = 'pruned', bytes = x'' WHERE transmission IN ({PRUNABLE})
"""


def backup(connection: Connection, path: str, progress: Callable[[int, int], None]) -> None:
    """Copy what a connection sees to `path`, which must not be there yet."""
    refuse_taken(path)
    unfinished = path + UNFINISHED
    try:
        with suppress(FileNotFoundError):
            os.unlink(unfinished)
    except OSError as error:
        raise StoreError(path, f"cannot be written: {error.strerror or error}") from error
    # From the first row on a snapshot stays what it is.
    connection.row("SELECT number FROM transmissions LIMIT 1")
    try:
        connection.copy_to(unfinished, progress)
        finish(unfinished, path)
    except BaseException:
        # A disk that is full would stay so.
        with suppress(OSError):
            os.unlink(unfinished)
        raise


def refuse_taken(path: str) -> None:
    """Raise an error if there is anything at `path`."""
    if os.path.lexists(path):
        raise FeedtoolError(f"{path}: is there already; name a file that is not")


def finish(unfinished: str, path: str) -> None:
    """Give a whole copy its name, once all of it is on the disk."""
    try:
        _sync(unfinished)
        # Unlike a rename this never takes the place of another file.
        os.link(unfinished, path)
        os.unlink(unfinished)
        _sync(os.path.dirname(os.path.abspath(path)))
    except OSError as error:
        raise StoreError(path, f"cannot be written: {error.strerror or error}") from error


def _sync(path: str) -> None:
    """Wait until a file or a folder is on the disk."""
    descriptor = os.open(path, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def prunable(
    connection: Connection, keep: int | None, since: datetime | None
) -> tuple[int, int, int]:
    """Return how many dumps would go, how many would stay, and the bytes of the former."""
    ((going, total, size),) = connection.rows(COUNTED, _chosen(keep, since) * 2)
    return going, total - going, size


def prune(connection: Connection, keep: int | None, since: datetime | None) -> None:
    """Take out dumps; everything else of their transmissions stays."""
    connection.run(PRUNE, _chosen(keep, since))


def _chosen(keep: int | None, since: datetime | None) -> tuple[int | str | None, ...]:
    """Return the values of PRUNABLE."""
    at = moment(since) if since else None
    return keep, keep, at, at


def vacuum(connection: Connection) -> None:
    """Write the store anew without its gaps, and empty its log."""
    connection.retried("VACUUM")
    connection.run("PRAGMA wal_checkpoint(TRUNCATE)")
