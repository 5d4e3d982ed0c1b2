"""The content of a store as lines of JSON, and their hash: what two stores must share to be equal.

Numbers of rows and times are left out, so that stores which saw the same in the same order have the
same hash. A transmission is named by its place in that order, a version by the transmission and the
position that brought it, an item by the transmission and the line where it stood first.
"""

from array import array
from bisect import bisect_left
from collections.abc import Callable, Iterator
from hashlib import sha256
from itertools import chain
from json import JSONEncoder
from typing import Any

from feedtool.stores.sqlite.cells import text_or_none
from feedtool.stores.sqlite.connection import Connection

# Written first, so that a hash tells which way it was made.
NAME = "feedtool content 2"

NUMBERS = "SELECT number FROM transmissions ORDER BY number"
TRANSMISSIONS = """
SELECT t.number, o.name, t.source, t.sha256, t.occurrence, t.input_format, t.encoding,
  t.excerpts, t.new, t.repeated, t.truncated, t.completed, t.notes, t.capped
FROM transmissions t JOIN origins o ON o.number = t.origin ORDER BY t.number
"""
EXCERPTS = """
SELECT v.transmission, a.transmission, n.transmission, s.first_transmission,
  v.position, a.position, n.position, s.first_line,
  s.position, s.line, s.section, s.category, s.date, r.id, s.novelty, s.change, s.truncated,
  s.completed, s.marker, s.start, s.length, s.cap, s.evidence, s.kind, s.score, s.second, s.rivals,
  s.rule, s.changes, s.times_seen, q.id, s.nearest_score, s.nearest_rule, v.text
FROM sightings s
JOIN versions v ON v.number = s.version
JOIN items i ON i.number = v.item
JOIN items r ON r.number = i.root
LEFT JOIN versions a ON a.number = s.against
LEFT JOIN versions n ON n.number = s.nearest_version
LEFT JOIN items m ON m.number = s.nearest_item
LEFT JOIN items q ON q.number = m.root
WHERE s.transmission = ? ORDER BY s.position
"""
# Of the columns above: transmissions, whose numbers become places.
PLACES = 4
REMARKS = """
SELECT 'note', position, line, kind, NULL, text FROM notes WHERE transmission = ?
UNION ALL
SELECT 'warning', position, line, code, "column", message FROM warnings WHERE transmission = ?
ORDER BY 1, 2
"""
ITEMS = """
SELECT i.transmission, r.transmission, i.line, r.line, i.id, o.name, i.times_seen, i.whole
FROM items i JOIN items r ON r.number = i.root JOIN origins o ON o.number = i.origin
ORDER BY i.number
"""
VERSIONS = """
SELECT v.transmission, i.transmission, v.position, i.line, v.truncated, v.start, v.length,
  hex(v.digest)
FROM versions v JOIN items i ON i.number = v.item ORDER BY v.number
"""


def content_hash(connection: Connection, progress: Callable[[int], None]) -> str:
    """Return the SHA-256 of the content; `progress` is told how many transmissions are done."""
    found = sha256(f"{NAME}\n".encode())
    for line in lines(connection, progress):
        found.update(line)
    return found.hexdigest()


def lines(connection: Connection, progress: Callable[[int], None]) -> Iterator[bytes]:
    """Yield the lines of the content: transmissions with all they brought, items, versions."""
    numbers = array("q", chain.from_iterable(connection.stream(NUMBERS)))

    def place(number: int | None) -> int | None:
        return None if number is None else bisect_left(numbers, number) + 1

    for done, (number, *row) in enumerate(connection.stream(TRANSMISSIONS), 1):
        yield _line("transmission", done, *row)
        for values in connection.rows(EXCERPTS, (number,)):
            yield _line("excerpt", *map(place, values[:PLACES]), *values[PLACES:])
        for values in connection.rows(REMARKS, (number,) * 2):
            yield _line(*values)
        progress(done)
    for kind, sql in (("item", ITEMS), ("version", VERSIONS)):
        for first, second, *row in connection.stream(sql):
            yield _line(kind, place(first), place(second), *row)


_encode = JSONEncoder(separators=(",", ":"), check_circular=False).encode


def _line(*values: Any) -> bytes:
    cells = [text_or_none(value) if isinstance(value, bytes) else value for value in values]
    return _encode(cells).encode() + b"\n"
