"""Copies of a store, and less of it."""

import errno
import os
from collections.abc import Callable
from contextlib import suppress
from datetime import datetime

from feedtool.errors import FeedtoolError, StoreError
from feedtool.stores.sqlite.connection import Connection
from feedtool.stores.sqlite.write import moment

# Until it is whole a copy has another name.
UNFINISHED = "-unfinished"

# How file systems say that no file has two names there.
NO_LINKS = (errno.EPERM, errno.EOPNOTSUPP, errno.ENOTSUP, errno.ENOSYS)

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
    unfinished = begin(path)
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


def begin(path: str) -> str:
    """Make an empty file that is to become what is at `path`, where nothing is yet."""
    if os.path.lexists(path):
        raise FeedtoolError(f"{path}: is there already; name a file that is not")
    unfinished = path + UNFINISHED
    # Where the folder that this process stands in is gone, it is that which has to be said.
    os.path.abspath(path)
    try:
        with suppress(FileNotFoundError):
            os.unlink(unfinished)
        # Whoever may write to the folder could have put a link there, to a file of ours.
        os.close(os.open(unfinished, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o666))
    except OSError as error:
        raise StoreError(path, f"cannot be written: {error.strerror or error}") from error
    return unfinished


def finish(unfinished: str, path: str) -> None:
    """Give a whole copy its name, once all of it is on the disk."""
    try:
        _sync(unfinished)
        _rename(unfinished, path)
        with suppress(OSError):
            # Some file systems know no such thing as a folder that is on the disk.
            _sync(os.path.dirname(os.path.abspath(path)))
    except OSError as error:
        raise StoreError(path, f"cannot be written: {error.strerror or error}") from error


def _rename(unfinished: str, path: str) -> None:
    """Rename a file, but never to the name of another one."""
    try:
        os.link(unfinished, path)
    except OSError as error:
        if error.errno not in NO_LINKS:
            raise
        # On a stick nothing has two names: the new one is taken first, then replaced.
        os.close(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL))
        os.replace(unfinished, path)
    else:
        os.unlink(unfinished)


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
