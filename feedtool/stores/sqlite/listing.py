"""Items as people look at them: lists, one item with its versions, and names."""

from collections.abc import Iterator, Sequence
from datetime import datetime

from feedtool.errors import NotFoundError
from feedtool.model import Change, Novelty, Place, Version
from feedtool.report import TruncationReport
from feedtool.report.stored import ItemReport, SightingReport, VersionReport
from feedtool.stores.sqlite.cells import cell, text, text_or_none
from feedtool.stores.sqlite.connection import Connection, Row
from feedtool.stores.sqlite.query import versions_of
from feedtool.stores.sqlite.write import moment

# How many candidates an ambiguous prefix names.
NAMED = 5

OVERVIEW = """
SELECT v.number, v.id, v.first_transmission, v.first_source, v.first_line, v.last_transmission,
  l.source, (SELECT max(s.line) FROM items f JOIN versions w ON w.item = f.number
    JOIN sightings s INDEXED BY sightings_of_version ON s.version = w.number
    WHERE f.root = v.number AND s.transmission = v.last_transmission),
  v.versions, v.sightings, v.truncated, v.whole, v.text
FROM item_overview v JOIN transmissions l ON l.number = v.last_transmission
"""
ORIGINS = """
SELECT o.name FROM items f JOIN origins o ON o.number = f.origin
WHERE f.root = ? GROUP BY o.number ORDER BY min(f.number)
"""
CONDITIONS = {
    "truncated": "v.truncated = ?",
    "since": "v.first_observed_at >= ?",
    "origin": """EXISTS (SELECT 1 FROM items f JOIN origins o ON o.number = f.origin
      WHERE f.root = v.number AND o.name = ?)""",
    "search": """EXISTS (SELECT 1 FROM items f JOIN versions w ON w.item = f.number
      WHERE f.root = v.number AND sought(w.text))""",
}
SIGHTINGS = """
SELECT s.transmission, t.source, o.name, t.observed_at, s.line, s.position, s.novelty, s.change,
  s.marker, s.length, s.cap, s.evidence, s.start
FROM sightings s
JOIN transmissions t ON t.number = s.transmission
JOIN origins o ON o.number = t.origin
WHERE s.version = ? ORDER BY s.transmission, s.position
"""
EXACT = "SELECT number FROM items WHERE id = ?"
BEGINNING = "SELECT number, id FROM items WHERE id >= ? AND id < ? ORDER BY id LIMIT ?"


def listed(
    connection: Connection,
    *,
    truncated: bool | None,
    since: datetime | None,
    search: str | None,
    origin: str | None,
    limit: int | None,
    newest_first: bool,
) -> Iterator[ItemReport]:
    """Yield the items that meet every condition, in the order in which they were first seen."""
    values: dict[str, object] = {}
    if truncated is not None:
        values["truncated"] = int(truncated)
    if since is not None:
        values["since"] = moment(since)
    if origin is not None:
        values["origin"] = cell(origin)
    where = [CONDITIONS[name] for name in values]
    if search:
        sought = search.casefold()
        connection.define("sought", lambda stored: sought in text(stored).casefold())
        where.append(CONDITIONS["search"])
    sql = (
        OVERVIEW
        + (f" WHERE {' AND '.join(where)}" if where else "")
        + f" ORDER BY v.number {'DESC' if newest_first else 'ASC'} LIMIT ?"
    )
    for row in connection.stream(sql, (*values.values(), -1 if limit is None else limit)):
        yield _item(connection, row)


def _item(connection: Connection, row: Row) -> ItemReport:
    number, id_, first, first_source, first_line, last, last_source, last_line, *rest = row
    versions, sightings, truncated, whole, stored = rest
    return ItemReport(
        id_,
        tuple(text(name) for (name,) in connection.rows(ORIGINS, (number,))),
        Place(first, text(first_source), first_line),
        Place(last, text(last_source), last_line),
        versions,
        sightings,
        bool(truncated),
        bool(whole),
        text(stored),
    )


def resolve(connection: Connection, prefix: str) -> int:
    """Return the number of the item that a unique beginning of its id names."""
    wanted = prefix.strip().lower()
    if not wanted or not wanted.isascii() or "\0" in wanted:
        raise NotFoundError(f"no item {prefix!r}: ids are letters and digits")
    if row := connection.row(EXACT, (wanted,)):
        return int(row[0])
    found = connection.rows(BEGINNING, (wanted, f"{wanted}\x7f", NAMED + 1))
    if not found:
        raise NotFoundError(f"no item begins with {prefix!r}; `feedtool list` shows them")
    if len(found) > 1:
        names = ", ".join(id_ for _, id_ in found[:NAMED])
        more = ", ..." if len(found) > NAMED else ""
        raise NotFoundError(f"{prefix!r} is the beginning of several items: {names}{more}")
    return int(found[0][0])


def shown(connection: Connection, item: int) -> tuple[ItemReport, tuple[VersionReport, ...]]:
    """Return an item with its versions, each with what changed since the one before."""
    ((*row,),) = connection.rows(f"{OVERVIEW} WHERE v.number = ?", (item,))
    # Each origin keeps its own copy of a text that several show.
    copies: dict[bytes, list[Version]] = {}
    for version in versions_of(connection, item):
        copies.setdefault(version.digest, []).append(version)
    return _item(connection, tuple(row)), tuple(
        _version(connection, before[0] if before else None, same)
        for before, same in zip((None, *copies.values()), copies.values(), strict=False)
    )


def _version(
    connection: Connection, before: Version | None, copies: Sequence[Version]
) -> VersionReport:
    from feedtool.changing import change_between, changes

    version = copies[0]
    found = sorted(
        (row for copy in copies for row in connection.rows(SIGHTINGS, (copy.number,))),
        key=lambda row: (row[0], row[5]),
    )
    marker, *finding = found[0][8:]
    return VersionReport(
        version.text,
        version.truncated,
        TruncationReport(text_or_none(marker), *finding),
        change_between(before, version) if before else None,
        changes(before.text, version.text) if before else (),
        tuple(_sighting(row) for row in found),
    )


def _sighting(row: Row) -> SightingReport:
    transmission, source, origin, observed_at, line, position, novelty, change = row[:8]
    return SightingReport(
        transmission,
        text(source),
        text(origin),
        observed_at,
        line,
        position,
        Novelty(novelty),
        change and Change(change),
    )
