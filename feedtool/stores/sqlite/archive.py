"""What was kept: dumps, reports as they were given, and the log."""

from hashlib import sha256

from feedtool.errors import NotFoundError, StoreError
from feedtool.model import (
    BlockKind,
    Change,
    Item,
    MatchKind,
    Novelty,
    Place,
    count_in,
    rank_in,
)
from feedtool.report import (
    ChangeSpan,
    ExcerptReport,
    MatchReport,
    NearestReport,
    NoteReport,
    Summary,
    TransmissionReport,
    TruncationReport,
    WarningReport,
)
from feedtool.stores.sqlite.cells import text, text_or_none
from feedtool.stores.sqlite.connection import Connection, Row
from feedtool.stores.sqlite.query import ITEM_COLUMNS, as_item

TRANSMISSION = """
SELECT t.number, t.source, o.name, t.input_format, t.encoding, t.sha256, t.observed_at,
  t.excerpts, t.new, t.repeated, t.truncated, t.completed, t.notes, t.capped
FROM transmissions t JOIN origins o ON o.number = t.origin WHERE t.number = ?
"""
DUMP = """
SELECT d.packing, d.bytes, t.sha256 FROM dumps d JOIN transmissions t ON t.number = d.transmission
WHERE d.transmission = ?
"""
EXCERPTS = """
SELECT s.line, s.position, s.section, s.category, s.date, r.id, s.novelty, s.change, s.truncated,
  s.completed, s.marker, s.length, s.cap, s.evidence, s.start, s.kind, s.score, s.second, s.rivals,
  s.rule, s.changes, s.first_transmission, f.source, s.first_line, s.times_seen, n.id,
  s.nearest_score, s.nearest_rule, v.text
FROM sightings s
JOIN versions v ON v.number = s.version
JOIN items i ON i.number = v.item
JOIN items r ON r.number = i.root
LEFT JOIN transmissions f ON f.number = s.first_transmission
LEFT JOIN items m ON m.number = s.nearest_item
LEFT JOIN items n ON n.number = m.root
WHERE s.transmission = ? ORDER BY s.position
"""
ITEMS_OF = f"""
SELECT {ITEM_COLUMNS} FROM sightings s
JOIN versions v ON v.number = s.version
JOIN items i ON i.number = v.item
JOIN items r ON r.number = i.root
JOIN transmissions t ON t.number = r.transmission
WHERE s.transmission = ? ORDER BY s.position
"""
NOTES = "SELECT line, kind, text FROM notes WHERE transmission = ? ORDER BY position"
WARNINGS = """
SELECT code, line, "column", message FROM warnings WHERE transmission = ? ORDER BY position
"""


def raw(connection: Connection, number: int, most: int | None = None) -> bytes:
    """Return the very bytes of a transmission as they were received (after decompression).

    What unpacks to more than `most` bytes is taken for damaged, before it fills the memory.
    """
    row = connection.row(DUMP, (number,))
    if row is None:
        raise _no_transmission(number)
    packing, stored, digest = row
    if packing == "pruned":
        raise NotFoundError(f"the bytes of transmission {number} were pruned")
    found = bytes(stored) if packing == "none" else _unpacked(stored, most)
    if found is None or sha256(found).hexdigest() != digest:
        reason = f"the store is damaged: the dump of transmission {number} is not what was received"
        raise StoreError(connection.path, reason)
    return found


def _unpacked(stored: bytes, most: int | None) -> bytes | None:
    import zlib

    unpacker = zlib.decompressobj()
    try:
        found = unpacker.decompress(stored, 0 if most is None else most + 1)
    except zlib.error:
        return None
    return found if unpacker.eof else None


def _no_transmission(number: int) -> NotFoundError:
    return NotFoundError(f"no transmission {number}; `feedtool log` lists them")


def report(connection: Connection, number: int) -> TransmissionReport:
    """Return the very report that the ingest of a transmission gave."""
    row = connection.row(TRANSMISSION, (number,))
    if row is None:
        raise _no_transmission(number)
    _, source, origin, input_format, encoding, sha256, observed_at, *counts = row
    return TransmissionReport(
        number,
        text(source),
        text(origin),
        input_format,
        encoding,
        sha256,
        observed_at,
        already_ingested=False,
        excerpts=tuple(_excerpt(found) for found in connection.rows(EXCERPTS, (number,))),
        notes=tuple(
            NoteReport(line, BlockKind(kind), text(stored))
            for line, kind, stored in connection.rows(NOTES, (number,))
        ),
        warnings=tuple(
            WarningReport(code, line, column, text(message))
            for code, line, column, message in connection.rows(WARNINGS, (number,))
        ),
        summary=Summary(*counts),
    )


def items_of(connection: Connection, number: int) -> tuple[Item, ...]:
    """Return the items of a transmission's excerpts, in their order, as they are now."""
    return tuple(as_item(row) for row in connection.rows(ITEMS_OF, (number,)))


def _excerpt(row: Row) -> ExcerptReport:
    line, position, section, category, date, item, novelty, change, truncated, completed = row[:10]
    marker, length, cap, evidence, start = row[10:15]
    nearest_id, nearest_score, nearest_rule = row[25:28]
    stored, marker = text(row[28]), text_or_none(marker)
    return ExcerptReport(
        line,
        position,
        text_or_none(section),
        text_or_none(category),
        date,
        rank_in(stored[:start]),
        count_in(stored[:start], stored[length:], marker),
        item,
        Novelty(novelty),
        change and Change(change),
        bool(truncated),
        bool(completed),
        TruncationReport(marker, length, cap, evidence, start),
        _match(row[15:25]) if row[15] else None,
        NearestReport(nearest_id, nearest_score, nearest_rule) if nearest_id else None,
        stored,
    )


def _match(row: Row) -> MatchReport:
    kind, score, second, rivals, rule, changes, transmission, source, line, times_seen = row
    return MatchReport(
        MatchKind(kind),
        score,
        second,
        rivals,
        rule,
        _changes(changes) if changes else (),
        Place(transmission, text(source), line),
        times_seen,
    )


def _changes(stored: str) -> tuple[ChangeSpan, ...]:
    from json import loads

    return tuple(
        ChangeSpan(span["op"], tuple(span["before"]), tuple(span["after"]))
        for span in loads(stored)
    )
