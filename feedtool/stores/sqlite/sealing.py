"""A digest over the rows of a transmission: SQLite's pages have no checksums of their own."""

from collections.abc import Sequence
from hashlib import blake2b
from json import JSONEncoder

from feedtool.stores.sqlite.connection import Connection, Row

# As `write` puts it together. The time is held against the first observation.
HEAD = """
SELECT o.name, t.source, t.sha256, t.first_line, t.input_format, t.encoding,
  t.excerpts, t.new, t.repeated, t.truncated, t.completed, t.notes, t.capped
FROM transmissions t JOIN origins o ON o.number = t.origin WHERE t.number = ?
"""
SIGHTINGS = """
SELECT s.*, r.id FROM sightings s JOIN versions v ON v.number = s.version
JOIN items i ON i.number = v.item JOIN items r ON r.number = i.root
WHERE s.transmission = ? ORDER BY s.position
"""
NOTES = "SELECT * FROM notes WHERE transmission = ? ORDER BY position"
WARNINGS = "SELECT * FROM warnings WHERE transmission = ? ORDER BY position"

_encode = JSONEncoder(separators=(",", ":"), check_circular=False, default=bytes.hex).encode


def seal(
    head: Row, sightings: Sequence[Row], notes: Sequence[Row], warnings: Sequence[Row]
) -> bytes:
    """Return 16 bytes of BLAKE2b over what is derived of a transmission, as it is stored.

    A row of `sightings` ends in the id of its item. The texts have digests of their own.
    """
    text = _encode((head, sightings, notes, warnings))
    return blake2b(text.encode(), digest_size=16).digest()


def sealed(connection: Connection, number: int) -> bytes:
    """Return the seal of the rows that stand in the store."""
    ((*head,),) = connection.rows(HEAD, (number,))
    rows = (connection.rows(sql, (number,)) for sql in (SIGHTINGS, NOTES, WARNINGS))
    return seal(tuple(head), *rows)
