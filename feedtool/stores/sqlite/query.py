"""What judging asks of a store: versions and items by number."""

from collections.abc import Collection

from feedtool.model import Item, Place, Version
from feedtool.stores import Counters
from feedtool.stores.sqlite.cells import cell, text
from feedtool.stores.sqlite.connection import Connection, Row
from feedtool.stores.sqlite.postings import array

COUNTERS = """
SELECT (SELECT coalesce(max(seq), 0) FROM sqlite_sequence WHERE name = 'transmissions') + 1,
  (SELECT coalesce(max(number), 0) FROM items) + 1,
  (SELECT coalesce(max(number), 0) FROM versions) + 1
"""
VERSION_COLUMNS = "v.number, v.item, v.text, v.truncated, v.length, v.digest, v.keys"
VERSIONS = f"""
SELECT {VERSION_COLUMNS} FROM versions v WHERE v.number IN (SELECT value FROM json_each(?))
"""
VERSIONS_OF = f"""
SELECT {VERSION_COLUMNS} FROM versions v JOIN items i ON i.number = v.item
WHERE i.root = (SELECT root FROM items WHERE number = ?) ORDER BY v.number
"""
ITEM_COLUMNS = "r.number, r.id, r.whole, r.transmission, t.source, r.line, r.times_seen"
ITEMS = f"""
SELECT i.number, {ITEM_COLUMNS}
FROM items i JOIN items r ON r.number = i.root JOIN transmissions t ON t.number = r.transmission
WHERE i.number IN (SELECT value FROM json_each(?))
"""
TAKEN = "SELECT id FROM items WHERE id = ?"
KNOWN = """
SELECT t.number FROM transmissions t JOIN origins o ON o.number = t.origin
WHERE o.name = ? AND t.sha256 = ? AND t.occurrence = ?
"""


def counters(connection: Connection) -> Counters:
    """Return the next free numbers."""
    return Counters(*connection.rows(COUNTERS)[0])


def origin_number(connection: Connection, name: str) -> int:
    """Return the number of an origin, 0 if it is not known yet."""
    row = connection.row("SELECT number FROM origins WHERE name = ?", (cell(name),))
    return int(row[0]) if row else 0


def has_others(connection: Connection, origin: int) -> bool:
    """Tell whether any origin but this one is known."""
    return connection.row("SELECT 1 FROM origins WHERE number <> ? LIMIT 1", (origin,)) is not None


def versions(connection: Connection, numbers: Collection[int]) -> dict[int, Version]:
    """Return the versions with these numbers."""
    if not numbers:
        return {}
    return {row[0]: as_version(row) for row in connection.rows(VERSIONS, (array(numbers),))}


def versions_of(connection: Connection, item: int) -> tuple[Version, ...]:
    """Return the versions of an item and its copies, oldest first."""
    return tuple(as_version(row) for row in connection.rows(VERSIONS_OF, (item,)))


def as_version(row: Row) -> Version:
    """Return a row of `VERSION_COLUMNS` as a version; its normal form is made anew."""
    from feedtool.text import normal_form

    number, item, stored, truncated, length, digest, keys = row
    raw = text(stored)
    normal = normal_form(raw[:length], cut=True) if truncated else normal_form(raw)
    return Version(number, item, raw, bool(truncated), length, normal, digest, keys)


def items(connection: Connection, numbers: Collection[int]) -> dict[int, Item]:
    """Return for each of the numbers its item, or the item it is linked to."""
    return {row[0]: as_item(row[1:]) for row in connection.rows(ITEMS, (array(numbers),))}


def as_item(row: Row) -> Item:
    """Return a row of `ITEM_COLUMNS` as an item."""
    number, id_, whole, transmission, source, line, times_seen = row
    return Item(number, id_, bool(whole), Place(transmission, text(source), line), times_seen)


def taken(connection: Connection, ids: Collection[str]) -> set[str]:
    """Return those of `ids` that some item bears."""
    return {id_ for id_ in ids if connection.row(TAKEN, (id_,))}


def known(connection: Connection, origin: str, sha256: str, occurrence: int) -> int | None:
    """Return the number of the transmission with these bytes, or None."""
    row = connection.row(KNOWN, (cell(origin), sha256, occurrence))
    return int(row[0]) if row else None
