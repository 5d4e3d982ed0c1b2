"""Takes out of a store what transmissions brought, and gives back what was judged of them.

All of it happens in one transaction of the caller. What is to be judged again is set aside in
temporary tables first: how a page was read stays, only the verdicts are made anew.
"""

from collections.abc import Mapping
from datetime import datetime
from typing import NamedTuple

from feedtool import fingerprint
from feedtool.errors import NotFoundError
from feedtool.fingerprint import recipe
from feedtool.model import Block, BlockKind, Excerpt, ParseWarning, Transmission, Truncation
from feedtool.report.care import Renamed
from feedtool.stores import Entry
from feedtool.stores.sqlite import write
from feedtool.stores.sqlite.cells import LARGEST, in_batches, text, text_or_none
from feedtool.stores.sqlite.connection import Connection, Row
from feedtool.stores.sqlite.postings import Postings

# To take a key out by name costs about ten times what it costs to pass over it.
SCAN_FROM = 0.1

ASIDE = (
    """
CREATE TEMP TABLE aside_excerpts AS
SELECT s.transmission, s.position, s.line, v.text, s.truncated, s.marker, s.length, s.cap,
  s.evidence, s.start, s.section, s.category, s.date,
  r.id, s.novelty, s.change, s.completed, s.kind
FROM sightings s JOIN versions v ON v.number = s.version
JOIN items i ON i.number = v.item JOIN items r ON r.number = i.root
WHERE s.transmission >= ?
""",
    "CREATE TEMP TABLE aside_notes AS SELECT * FROM notes WHERE transmission >= ?",
    "CREATE TEMP TABLE aside_warnings AS SELECT * FROM warnings WHERE transmission >= ?",
)
ASIDE_INDEXES = (
    "CREATE INDEX temp.aside_excerpts_by_place ON aside_excerpts (transmission, position)",
    "CREATE INDEX temp.aside_notes_by_place ON aside_notes (transmission, position)",
    "CREATE INDEX temp.aside_warnings_by_place ON aside_warnings (transmission, position)",
)
DROPS = (
    "DROP TABLE IF EXISTS temp.aside_excerpts",
    "DROP TABLE IF EXISTS temp.aside_notes",
    "DROP TABLE IF EXISTS temp.aside_warnings",
)
LIVE = {
    "excerpts": """(SELECT s.*, v.text FROM sightings s JOIN versions v ON v.number = s.version)""",
    "notes": "notes",
    "warnings": "warnings",
}
# For a transmission that is read again from its bytes; what a source alone could say stays.
BARE = {
    "excerpts": "(SELECT s.*, NULL AS text FROM sightings s WHERE FALSE)",
    "notes": "(SELECT * FROM notes WHERE FALSE)",
    "warnings": "warnings",
}
SET_ASIDE = {
    "excerpts": "aside_excerpts",
    "notes": "aside_notes",
    "warnings": "aside_warnings",
}
EXCERPTS = """
SELECT line, position, text, truncated, marker, length, cap, evidence, start, section, category,
  date
FROM {excerpts} WHERE transmission = ? ORDER BY position
"""
NOTES = "SELECT kind, line, text FROM {notes} WHERE transmission = ? ORDER BY position"
WARNINGS = """
SELECT code, line, "column", message FROM {warnings} WHERE transmission = ? ORDER BY position
"""
TRANSMISSION = """
SELECT t.source, t.input_format, t.encoding, o.name, t.sha256, t.occurrence, t.observed_at,
  t.first_line
FROM transmissions t JOIN origins o ON o.number = t.origin WHERE t.number = ?
"""
FOUNDED = """
SELECT min(s.version), min(v.item) FILTER (WHERE i.transmission >= ?)
FROM sightings s JOIN versions v ON v.number = s.version JOIN items i ON i.number = v.item
WHERE s.transmission >= ? AND v.transmission >= ?
"""
TOUCHED = """
SELECT DISTINCT i.root FROM sightings s JOIN versions v ON v.number = s.version
JOIN items i ON i.number = v.item WHERE s.transmission >= ? AND i.root < ?
"""
COUNT_AGAIN = """
UPDATE items SET (times_seen, whole) = (SELECT count(*), max(NOT s.truncated)
  FROM items f JOIN versions v ON v.item = f.number JOIN sightings s ON s.version = v.number
  WHERE f.root = items.number) WHERE number = ?
"""
GOING = """
SELECT count(*), count(*) FILTER (WHERE recipe <> ?), (SELECT max(number) FROM versions)
FROM versions WHERE number >= ?
"""
TEXTS = """
SELECT v.number, v.text, v.truncated, v.length, v.start, i.origin
FROM versions v JOIN items i ON i.number = v.item WHERE v.number >= ? ORDER BY v.number
"""
KEY = "DELETE FROM keys WHERE key = ? AND shelf IN (0, ?) AND version = ?"
FORGET = (
    "DELETE FROM dumps WHERE transmission = ?",
    "DELETE FROM observations WHERE transmission = ?",
    "DELETE FROM transmissions WHERE number = ?",
)
BYTES = "SELECT origin, sha256, occurrence FROM transmissions WHERE number = ?"
# Row by row in the order of the index, so that no two are alike for a moment.
ONE_LESS = """
UPDATE transmissions SET occurrence = occurrence - 1
WHERE origin = ? AND sha256 = ? AND occurrence > ?
"""
LATER = "SELECT number FROM transmissions WHERE number >= ? ORDER BY number"
ORPHANS = """
DELETE FROM origins WHERE NOT EXISTS (
  SELECT 1 FROM transmissions t WHERE t.origin = origins.number)
"""
RENAMED = """
SELECT DISTINCT a.id, r.id FROM aside_excerpts a
JOIN sightings s ON s.transmission = a.transmission AND s.position = a.position
JOIN versions v ON v.number = s.version
JOIN items i ON i.number = v.item JOIN items r ON r.number = i.root
WHERE a.id <> r.id ORDER BY a.transmission, a.position
"""
GONE = """
SELECT DISTINCT id FROM aside_excerpts
WHERE id NOT IN (SELECT id FROM items WHERE id IS NOT NULL) ORDER BY id
"""
CHANGED = """
SELECT count(*) FROM aside_excerpts a
JOIN sightings s ON s.transmission = a.transmission AND s.position = a.position
JOIN versions v ON v.number = s.version
JOIN items i ON i.number = v.item JOIN items r ON r.number = i.root
WHERE (a.id, a.novelty, a.change, a.completed, a.kind)
  IS NOT (r.id, s.novelty, s.change, s.completed, s.kind)
"""
SEQ = "SELECT seq FROM sqlite_sequence WHERE name = 'transmissions'"
COUNT_FROM = "UPDATE sqlite_sequence SET seq = ? WHERE name = 'transmissions'"


class Kept(NamedTuple):
    """A transmission as it was read, with what else it is ingested by."""

    transmission: Transmission
    origin: str
    sha256: str
    occurrence: int
    at: datetime
    first_line: int


class Revision:
    """The transmissions of a store from one on, taken out and to be judged again.

    Their rows, bytes and observations stay; what is derived of them is gone, until they are added
    again in their order.
    """

    def __init__(self, connection: Connection, postings: Postings, first: int) -> None:
        self._connection = connection
        self._postings = postings
        self._first = first
        self._last = count_from(connection, first)
        set_aside(connection, first)
        take_out(connection, first)
        postings.undone()

    def forget(self, number: int) -> None:
        """Take out a transmission for good."""
        connection = self._connection
        row = connection.row(BYTES, (number,))
        if row is None:
            raise NotFoundError(f"no transmission {number}; `feedtool log` lists them")
        for statement in FORGET:
            connection.run(statement, (number,))
        connection.run(ONE_LESS, row)

    def numbers(self) -> list[int]:
        """Return the numbers of the transmissions to be judged again, in their order."""
        return [number for (number,) in self._connection.rows(LATER, (self._first,))]

    def kept(self, number: int) -> Kept:
        """Return a transmission as it was read, without its bytes; the next one gets its number."""
        count_from(self._connection, number)
        return kept(self._connection, number, SET_ASIDE)

    def add(self, entry: Entry) -> None:
        """Remember how a transmission is judged now."""
        write.add_again(self._connection, self._postings, [entry])

    def differences(self) -> tuple[int, tuple[Renamed, ...], tuple[str, ...]]:
        """Return how many excerpts are judged otherwise than before, and which ids changed.

        These are the pairs of ids that excerpts had and have, and the ids that no item bears now.
        """
        ((changed,),) = self._connection.rows(CHANGED)
        renamed = tuple(Renamed(*ids) for ids in self._connection.rows(RENAMED))
        return int(changed), renamed, tuple(id_ for (id_,) in self._connection.rows(GONE))

    def end(self) -> None:
        """Leave nothing behind that a store does not have."""
        self._connection.run(ORPHANS)
        self._connection.run(COUNT_FROM, (self._last,))
        for drop in DROPS:
            self._connection.run(drop)


def count_from(connection: Connection, number: int) -> int:
    """Let the next transmission have this number; return which was the last one ever given."""
    ((last,),) = connection.rows(SEQ)
    connection.run(COUNT_FROM, (number - 1,))
    return int(last)


def set_aside(connection: Connection, first: int) -> None:
    """Keep how the transmissions from `first` on were read, and how they were judged."""
    for drop in DROPS:
        connection.run(drop)
    for create in ASIDE:
        # A statement that makes a table takes no values.
        connection.run(create.replace("?", str(int(first))))
    for index in ASIDE_INDEXES:
        connection.run(index)


def kept(connection: Connection, number: int, tables: Mapping[str, str]) -> Kept:
    """Return a transmission as it was read, from tables that are live or set aside."""
    ((source, form, encoding, origin, *others),) = connection.rows(TRANSMISSION, (number,))
    sha256, occurrence, at, first_line = others
    excerpts, notes, warnings = (
        connection.rows(sql.format(**tables), (number,)) for sql in (EXCERPTS, NOTES, WARNINGS)
    )
    read = Transmission(
        text(source),
        b"",
        form,
        encoding,
        "",
        # What it begins with tells where: see `write`.
        (
            Block(BlockKind.HEADER, first_line, "", ""),
            *(Block(BlockKind(kind), line, text(stored), "") for kind, line, stored in notes),
        ),
        tuple(map(_excerpt, excerpts)),
        tuple(ParseWarning(code, line, at, text(said)) for code, line, at, said in warnings),
    )
    return Kept(read, text(origin), sha256, occurrence, datetime.fromisoformat(at), first_line)


def _excerpt(row: Row) -> Excerpt:
    line, position, stored, truncated, marker, *found = row[:9]
    section, category, date = row[9:]
    return Excerpt(
        line,
        position,
        text(stored),
        Truncation(bool(truncated), text_or_none(marker), *found),
        text_or_none(section),
        text_or_none(category),
        date,
    )


def take_out(connection: Connection, first: int) -> None:
    """Take out all that is derived from the transmissions from `first` on.

    Their rows, bytes and observations stay. Versions and items count in the order of ingestion, so
    what goes is the end of both.
    """
    ((version, item),) = connection.rows(FOUNDED, (first,) * 3)
    version, item = version or LARGEST, item or LARGEST
    known = connection.rows(TOUCHED, (first, item))
    _take_keys(connection, version)
    for table in ("sightings", "notes", "warnings"):
        connection.run(f"DELETE FROM {table} WHERE transmission >= ?", (first,))
    connection.run("DELETE FROM versions WHERE number >= ?", (version,))
    connection.run("DELETE FROM items WHERE number >= ?", (item,))
    connection.run_many(COUNT_AGAIN, known)


def _take_keys(connection: Connection, first: int) -> None:
    """Take the versions from `first` on out of the index."""
    connection.run("DELETE FROM recent_keys WHERE version >= ?", (first,))
    ((going, other, total),) = connection.rows(GOING, (recipe.RECIPE, first))
    if other or going > SCAN_FROM * (total or 0):
        connection.run("DELETE FROM keys WHERE version >= ?", (first,))
        return
    for rows in in_batches(connection.stream(TEXTS, (first,)), column=1):
        prints = fingerprint.of([_keyed(row) for row in rows])
        origins = [row[5] for row in rows]
        connection.run_many(
            KEY,
            [
                (key, origin, row[0])
                for row, origin, one in zip(rows, origins, prints, strict=True)
                for key in one.keys
            ],
        )


def _keyed(row: Row) -> Excerpt:
    """Return a row of `TEXTS` as what its keys were made of."""
    _, stored, truncated, length, start, _ = row
    return Excerpt(1, 1, text(stored), Truncation(bool(truncated), None, length, None, "", start))
