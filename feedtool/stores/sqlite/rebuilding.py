"""Derives a store again beside it, and puts that in the place of what was derived before.

The file beside is a store of its own, without dumps. It grows in small transactions, and one that
was left behind is gone on with. In the end its tables are copied over in one transaction: what
readers see changes at once, and whoever has the store open stays with the same file.
"""

import os
from collections.abc import Iterator, Sequence
from contextlib import AbstractContextManager, suppress
from dataclasses import replace
from hashlib import sha256

from feedtool.errors import NotFoundError, StoreError
from feedtool.fingerprint import recipe
from feedtool.report.care import Renamed
from feedtool.stores import Archive, Entry
from feedtool.stores.sqlite import archive, revising, schema
from feedtool.stores.sqlite.cells import ODD, cell
from feedtool.stores.sqlite.connection import Connection
from feedtool.stores.sqlite.revising import Kept
from feedtool.stores.sqlite.write import OBSERVATION
from feedtool.version import __version__

SUFFIX = "-reindex"
COMPANIONS = ("", "-wal", "-shm", "-journal")

MARK = "CREATE TABLE IF NOT EXISTS made_by (version TEXT NOT NULL, recipe INTEGER NOT NULL) STRICT"
MARKED = "SELECT version, recipe FROM made_by"
COUNTED = """
INSERT INTO sqlite_sequence SELECT 'transmissions', 0
WHERE NOT EXISTS (SELECT 1 FROM sqlite_sequence WHERE name = 'transmissions')
"""
NUMBERS = "SELECT number FROM transmissions WHERE number > ? ORDER BY number LIMIT ?"
LAST = "SELECT coalesce(max(number), 0) FROM transmissions"
STATE = """
SELECT (SELECT count(*) FROM beside.transmissions), (SELECT count(*) FROM main.transmissions)
"""
ORIGINS = "SELECT number, name FROM origins"
ADD_ORIGIN = "INSERT OR IGNORE INTO origins VALUES (?, ?)"
# Which of the transmissions so far are not the same in both.
STRANGERS = """
SELECT count(*) FROM beside.transmissions b LEFT JOIN main.transmissions t USING (number)
WHERE (t.sha256, t.origin, t.occurrence) IS NOT (b.sha256, b.origin, b.occurrence)
"""
LASTS = (
    "SELECT max(seq) FROM sqlite_sequence WHERE name = 'transmissions'",
    "SELECT max(number) FROM transmissions",
    "SELECT max(transmission) FROM dumps",
)
TRACES = (
    "SELECT 1 FROM transmissions WHERE number = ?",
    "SELECT 1 FROM dumps WHERE transmission = ?",
)
SAME_BYTES = """
SELECT count(*) FROM transmissions t JOIN origins o ON o.number = t.origin
WHERE o.name = ? AND t.sha256 = ?
"""
WITHOUT_BYTES = "UPDATE dumps SET packing = 'pruned', bytes = x'' WHERE transmission = ?"
STAND_INS = {
    "transmissions": "SELECT *, 1 AS first_line FROM main.transmissions",
    "sightings": "SELECT *, 0 AS start FROM main.sightings",
}
OBSERVED = "SELECT at FROM observations WHERE transmission = ? ORDER BY number"
# Those that name others go first and come last.
DERIVED = ("warnings", "notes", "sightings", "recent_keys", "keys", "versions", "items")
COUNTS = "excerpts, new, repeated, truncated, completed, notes, capped, seal"
TAKE_COUNTS = f"""
UPDATE main.transmissions SET ({COUNTS}) =
  (SELECT {COUNTS} FROM beside.transmissions b WHERE b.number = transmissions.number)
"""
# What is here may be damaged, so nothing is taken for granted.
BOTH = """
{before}sightings a
LEFT JOIN {before}versions v ON v.number = a.version
LEFT JOIN {before}items i ON i.number = v.item LEFT JOIN {before}items r ON r.number = i.root
LEFT JOIN {after}sightings b ON b.transmission = a.transmission AND b.position = a.position
LEFT JOIN {after}versions w ON w.number = b.version
LEFT JOIN {after}items j ON j.number = w.item LEFT JOIN {after}items q ON q.number = j.root
"""
CHANGED = f"""
SELECT count(*) + (SELECT count(*) FROM {{after}}sightings b LEFT JOIN {{before}}sightings a
  ON b.transmission = a.transmission AND b.position = a.position WHERE a.position IS NULL)
FROM {BOTH}
WHERE (a.line, r.id, a.novelty, a.change, a.truncated, a.completed, a.kind, v.text)
  IS NOT (b.line, q.id, b.novelty, b.change, b.truncated, b.completed, b.kind, w.text)
"""
RENAMED = f"""
SELECT DISTINCT r.id, q.id FROM {BOTH} WHERE r.id <> q.id AND v.digest = w.digest
ORDER BY a.transmission, a.position
"""
GONE = """
SELECT id FROM {before}items
WHERE id NOT IN (SELECT id FROM {after}items WHERE id IS NOT NULL) ORDER BY number
"""
MAIN, BESIDE = "main.", "beside."


class Rebuilding:
    """A store, and the one beside it that is to take over."""

    def __init__(self, main: Connection, beside: Archive, connection: Connection) -> None:
        self.beside = beside
        self._main = main
        self._connection = connection

    def waiting(self, most: int) -> Iterator[int]:
        """Yield the next transmissions that the one beside has not seen."""
        for (number,) in self._main.rows(NUMBERS, (self.done(), most)):
            yield number

    def done(self) -> int:
        """Return the number of the last transmission that the one beside has seen."""
        return int(self._connection.rows(LAST)[0][0])

    def state(self) -> tuple[int, int]:
        """Return how many transmissions are done, and how many there are."""
        ((done, total),) = self._main.rows(STATE)
        return done, total

    def bare(self, number: int) -> Kept:
        """Return how a transmission was read, without what was found in it."""
        return revising.kept(self._main, number, revising.BARE)

    def kept(self, number: int) -> Kept:
        """Return a transmission as it was read before, without its bytes."""
        return revising.kept(self._main, number, revising.LIVE)

    def raw(self, number: int) -> bytes | None:
        """Return the bytes of a transmission, or None if they were pruned."""
        try:
            return archive.raw(self._main, number)
        except NotFoundError:
            return None

    def count_from(self, number: int) -> None:
        """Let the next transmission of the one beside have this number."""
        self._connection.run_many(ADD_ORIGIN, self._main.rows(ORIGINS))
        revising.count_from(self._connection, number)

    def transaction(self) -> AbstractContextManager[object]:
        """Return a context in which what is added is one step."""
        return self.beside.transaction()

    def add(self, entries: Sequence[Entry]) -> None:
        """Remember beside how transmissions are judged now, without their bytes."""
        bare = [replace(one, transmission=replace(one.transmission, raw=b"")) for one in entries]
        self.beside.add_all(bare)

    def differences(self) -> tuple[int, tuple[Renamed, ...], tuple[str, ...]]:
        """Return how many excerpts are judged otherwise than before, and which ids changed."""
        return differences(self._main, MAIN, BESIDE)

    def take_over(self) -> None:
        """Put what is beside in the place of what was derived before."""
        if self._main.rows(STRANGERS) != [(0,)] or any(self.waiting(1)):
            reason = "it has changed while it was read; run reindex again"
            raise StoreError(self._main.path, reason)
        for table in DERIVED:
            self._main.run(f"DELETE FROM main.{table}")
        for table in reversed(DERIVED):
            self._main.run(f"INSERT INTO main.{table} SELECT * FROM beside.{table}")
        self._main.run(TAKE_COUNTS)


class Salvage:
    """A damaged store, and a new one for what can be read of it."""

    def __init__(self, main: Connection, fresh: Archive, connection: Connection) -> None:
        self.fresh = fresh
        self._main = main
        self._connection = connection
        # Whether the store says where pages begin in their sources.
        self.placed = schema.tells_places(main, "transmissions")
        if not self.placed:
            _stand_in(main, "transmissions")
        if not schema.tells_starts(main, "sightings"):
            _stand_in(main, "sightings")
        connection.begin()
        connection.run(COUNTED)
        connection.commit()

    def numbers(self) -> range:
        """Return the numbers that transmissions may have."""
        last = 0
        for sql in LASTS:
            with suppress(StoreError):
                last = max(last, int(self._main.rows(sql)[0][0] or 0))
        return range(1, last + 1)

    def is_there(self, number: int) -> bool:
        """Tell whether there is any trace of a transmission."""
        for sql in TRACES:
            try:
                if self._main.row(sql, (number,)):
                    return True
            except StoreError:
                return True
        return False

    def kept(self, number: int, *, bare: bool) -> Kept | None:
        """Return a transmission as it was read, or None if it cannot be told any more."""
        try:
            return revising.kept(self._main, number, revising.BARE if bare else revising.LIVE)
        except (StoreError, *ODD):
            return None

    def raw(self, number: int) -> bytes | None:
        """Return the bytes of a transmission, or None if they are not what was received."""
        try:
            return archive.raw(self._main, number)
        except (StoreError, NotFoundError):
            return None

    def count_from(self, number: int) -> None:
        """Let the next transmission have this number."""
        revising.count_from(self._connection, number)

    def add(self, entry: Entry) -> None:
        """Remember a transmission, and when it was met again, as far as that can be read."""
        report = entry.report
        with self.fresh.transaction():
            # One of the same bytes may be lost.
            before = self._connection.rows(SAME_BYTES, (cell(report.origin), report.sha256))
            self.fresh.add(replace(entry, occurrence=before[0][0]))
            if sha256(entry.transmission.raw).hexdigest() != report.sha256:
                self._connection.run(WITHOUT_BYTES, (report.id,))
            with suppress(StoreError):
                for (at,) in self._main.rows(OBSERVED, (report.id,))[1:]:
                    self._connection.run(OBSERVATION, (report.id, at))


def differences(
    connection: Connection, before: str, after: str
) -> tuple[int, tuple[Renamed, ...], tuple[str, ...]]:
    """Return how many excerpts are judged otherwise than before, and which ids changed.

    `before` and `after` stand in front of the names of both sets of tables.
    """
    changed, renamed, gone = (
        connection.rows(sql.format(before=before, after=after)) for sql in (CHANGED, RENAMED, GONE)
    )
    pairs = tuple(Renamed(*ids) for ids in renamed)
    return int(changed[0][0]), pairs, tuple(id_ for (id_,) in gone)


def _stand_in(connection: Connection, table: str) -> None:
    """Let a table that does not say where pages or texts begin be read like one that does."""
    view = f"CREATE TEMP VIEW {table} AS {STAND_INS[table]}"
    for statement in ("PRAGMA query_only = OFF", view, "PRAGMA query_only = ON"):
        connection.run(statement)


def prepare(connection: Connection) -> bool:
    """Make a store one that stands beside another; False if another feedtool has begun it."""
    connection.begin()
    connection.run(MARK)
    connection.run(COUNTED)
    ours = (__version__, recipe.RECIPE)
    begun = connection.row(MARKED)
    if begun is None:
        connection.run("INSERT INTO made_by VALUES (?, ?)", ours)
    connection.commit()
    return begun in (None, ours)


def is_part_of(main: Connection) -> bool:
    """Tell whether all that is beside still stands in the store."""
    return main.rows(STRANGERS) == [(0,)]


def remove(path: str) -> None:
    """Take away the file beside, which nobody uses any more."""
    for end in COMPANIONS:
        try:
            os.unlink(path + end)
        except FileNotFoundError:
            continue
        except OSError as error:
            raise StoreError(path, f"cannot be removed: {error.strerror or error}") from error
