"""What judging asks of a store: versions and items by number."""

from collections.abc import Collection, Sequence

from feedtool.errors import NotFoundError
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
SIZE = """
SELECT (SELECT count(*) FROM transmissions), (SELECT count(*) FROM sightings),
  (SELECT count(*) FROM items WHERE id IS NOT NULL), (SELECT count(*) FROM versions)
"""
VERSION_COLUMNS = "v.number, v.item, v.text, v.truncated, v.length, v.digest, v.start"
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
TAKEN = "SELECT id FROM items WHERE id IN (SELECT value FROM json_each(?))"
KNOWN = """
SELECT t.number FROM transmissions t JOIN origins o ON o.number = t.origin
WHERE o.name = ? AND t.sha256 = ? AND t.occurrence = ?
"""


def counters(connection: Connection) -> Counters:
    """Return the next free numbers."""
    return Counters(*connection.rows(COUNTERS)[0])


def size(connection: Connection) -> tuple[int, int, int, int]:
    """Return how many transmissions, excerpts, items and versions there are."""
    transmissions, excerpts, items, versions = connection.rows(SIZE)[0]
    return transmissions, excerpts, items, versions


def newest(connection: Connection) -> int:
    """Return the number of the newest transmission, or raise `NotFoundError`."""
    ((number,),) = connection.rows("SELECT max(number) FROM transmissions")
    if number is None:
        raise NotFoundError("the store has no transmissions")
    return int(number)


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
    found = _as_versions(connection.rows(VERSIONS, (array(numbers),)))
    return {version.number: version for version in found}


def versions_of(connection: Connection, item: int) -> tuple[Version, ...]:
    """Return the versions of an item and its copies, oldest first."""
    return tuple(_as_versions(connection.rows(VERSIONS_OF, (item,))))


def _as_versions(rows: Sequence[Row]) -> list[Version]:
    """Return rows of `VERSION_COLUMNS` as versions; their normal forms are made anew."""
    from feedtool.fingerprint import normal_forms

    texts = [text(row[2]) for row in rows]
    cut = [bool(row[3]) for row in rows]
    bodies = [raw[row[6] : row[4]] for raw, row in zip(texts, rows, strict=True)]
    return [
        Version(number, item, raw, is_cut, length, normal, digest, start)
        for (number, item, _, _, length, digest, start), raw, is_cut, normal in zip(
            rows, texts, cut, normal_forms(bodies, cut), strict=True
        )
    ]


def items(connection: Connection, numbers: Collection[int]) -> dict[int, Item]:
    """Return for each of the numbers its item, or the item it is linked to."""
    return {row[0]: as_item(row[1:]) for row in connection.rows(ITEMS, (array(numbers),))}


def as_item(row: Row) -> Item:
    """Return a row of `ITEM_COLUMNS` as an item."""
    number, id_, whole, transmission, source, line, times_seen = row
    return Item(number, id_, bool(whole), Place(transmission, text(source), line), times_seen)


def taken(connection: Connection, ids: Collection[str]) -> set[str]:
    """Return those of `ids` that some item bears."""
    from json import dumps

    return {id_ for (id_,) in connection.rows(TAKEN, (dumps(list(ids)),))}


def known(connection: Connection, origin: str, sha256: str, occurrence: int) -> int | None:
    """Return the number of the transmission with these bytes, or None."""
    row = connection.row(KNOWN, (cell(origin), sha256, occurrence))
    return int(row[0]) if row else None
