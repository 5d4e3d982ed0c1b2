"""What was ingested, transmission by transmission."""

from collections.abc import Iterator
from datetime import datetime

from feedtool.report import Summary
from feedtool.report.stored import LoggedTransmission
from feedtool.stores.sqlite.cells import cell, text
from feedtool.stores.sqlite.connection import Connection, Row
from feedtool.stores.sqlite.write import moment

LOG = """
SELECT t.number, t.source, o.name, t.input_format, t.encoding, t.sha256, d.size, t.observed_at,
  t.excerpts, t.new, t.repeated, t.truncated, t.completed, t.notes, t.capped
FROM transmissions t
JOIN origins o ON o.number = t.origin
JOIN dumps d ON d.transmission = t.number
WHERE (? IS NULL OR o.name = ?) AND (? IS NULL OR t.observed_at >= ?)
  AND t.number >= ?
ORDER BY t.number
"""
NEWEST = """
SELECT t.number FROM transmissions t JOIN origins o ON o.number = t.origin
WHERE (? IS NULL OR o.name = ?) AND (? IS NULL OR t.observed_at >= ?)
ORDER BY t.number DESC LIMIT 1 OFFSET ?
"""
OBSERVATIONS = "SELECT at FROM observations WHERE transmission = ? ORDER BY number"


def log(
    connection: Connection, origin: str | None, since: datetime | None, limit: int | None
) -> Iterator[LoggedTransmission]:
    """Yield the transmissions in the order of ingestion; with `limit` the newest ones."""
    name = None if origin is None else cell(origin)
    earliest = None if since is None else moment(since)
    filters = (name, name, earliest, earliest)
    first = 0
    if limit is not None:
        if limit < 1:
            return
        row = connection.row(NEWEST, (*filters, limit - 1))
        first = row[0] if row else 0
    for row in connection.stream(LOG, (*filters, first)):
        yield _logged(connection, row)


def _logged(connection: Connection, row: Row) -> LoggedTransmission:
    number, source, origin, input_format, encoding, sha256, size, observed_at, *counts = row
    return LoggedTransmission(
        number,
        text(source),
        text(origin),
        input_format,
        encoding,
        sha256,
        size,
        observed_at,
        tuple(at for (at,) in connection.rows(OBSERVATIONS, (number,))),
        Summary(*counts),
    )
