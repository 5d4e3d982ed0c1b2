"""What a store holds, transmission by transmission, for another one to take in.

It may come from anywhere. So what is taken from its rows is held against their digests first, and
what no store of ours would have written is damage. Whatever is wrong is an `InputError`.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import datetime, timedelta
from typing import NamedTuple

from feedtool import fingerprint
from feedtool.errors import InputError, StoreError
from feedtool.sources import Limits, too_long, too_many_lines
from feedtool.stores.sqlite import archive, revising, sealing
from feedtool.stores.sqlite.cells import ODD, text
from feedtool.stores.sqlite.connection import Connection, Row
from feedtool.stores.sqlite.revising import Kept

HELD = """
SELECT t.number, t.excerpts + t.notes, d.size, d.packing, length(d.bytes),
  t.occurrence = 0 OR EXISTS (SELECT 1 FROM transmissions b WHERE b.origin = t.origin
    AND b.sha256 = t.sha256 AND b.occurrence = t.occurrence - 1 AND b.number < t.number)
FROM transmissions t LEFT JOIN dumps d ON d.transmission = t.number ORDER BY t.number
"""
WARNED = """
SELECT t.number, t.source, w.line, w."column", w.message, w.code
FROM warnings w JOIN transmissions t ON t.number = w.transmission
ORDER BY w.transmission, w.position LIMIT 1
"""
EXTENT = """
SELECT coalesce(sum(size), 0), count(*) FROM (
  SELECT length(v.text) AS size FROM sightings s JOIN versions v ON v.number = s.version
    WHERE s.transmission = ?
  UNION ALL SELECT length(text) FROM notes WHERE transmission = ?
  UNION ALL SELECT length(message) FROM warnings WHERE transmission = ?)
"""
DIGESTS = """
SELECT v.digest, s.position FROM sightings s JOIN versions v ON v.number = s.version
WHERE s.transmission = ? ORDER BY s.position
"""
SEAL = "SELECT seal FROM transmissions WHERE number = ?"
OBSERVED = "SELECT at FROM observations WHERE transmission = ? ORDER BY number"

# What was pruned may hold so many times more in its rows than it had bytes or lines: texts that
# TEXT cannot hold, and warnings.
ROWS_PER_LINE = 4

# Two numbers of lines up to here can be added and stored.
MOST_LINES = 1 << 60
HEXADECIMAL = frozenset("0123456789abcdef")


class Held(NamedTuple):
    """A transmission as the other store knows it, before it is read.

    `kept` tells how it was read, but not what was found in it; `parts` counts its excerpts and
    notes. `size` counts its bytes, which may be `pruned`.
    """

    number: int
    kept: Kept
    parts: int
    size: int
    pruned: bool


class Holdings:
    """The transmissions of a store, in the order in which it ingested them."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection
        self._path = connection.path

    def each(self) -> Iterator[Held]:
        """Yield the transmissions."""
        with self._blamed("its transmissions"):
            for row in self._connection.stream(HELD):
                yield self._held(row)

    def warned(self) -> str | None:
        """Return the first warning that any of them had."""
        with self._blamed("its warnings"):
            row = self._connection.row(WARNED)
            if row is None:
                return None
            number, source, line, column, message, code = row
            place = f"transmission {number} ({text(source)}), line {line}, column {column}"
            return f"{place}: {text(message)} [{code}]"

    def raw(self, held: Held, limits: Limits) -> bytes | None:
        """Return the bytes of a transmission, or None if they were pruned."""
        if held.size > limits.max_transmission:
            raise too_long(self._path, limits)
        if held.parts > limits.max_lines:
            raise too_many_lines(self._path, limits)
        if held.pruned:
            return None
        with self._blamed(f"transmission {held.number}"):
            return archive.raw(self._connection, held.number, held.size)

    def kept(self, held: Held, raw: bytes | None, limits: Limits) -> Kept:
        """Return a transmission as it was read before: for one whose bytes do not say it."""
        with self._blamed(f"transmission {held.number}"):
            ((characters, rows),) = self._connection.rows(EXTENT, (held.number,) * 3)
            if characters > ROWS_PER_LINE * limits.max_transmission:
                raise too_long(self._path, limits)
            if rows > ROWS_PER_LINE * limits.max_lines:
                raise too_many_lines(self._path, limits)
            kept = revising.kept(self._connection, held.number, revising.LIVE)
            self._insist(self._is_as_written(held.number, kept), held.number)
            return kept._replace(transmission=replace(kept.transmission, raw=raw or b""))

    def times(self, held: Held) -> list[datetime]:
        """Return when the bytes of a transmission were met."""
        with self._blamed(f"transmission {held.number}"):
            found = [
                datetime.fromisoformat(at)
                for (at,) in self._connection.rows(OBSERVED, (held.number,))
            ]
            self._insist(all(map(_is_utc, found)), held.number)
            return found

    def _held(self, row: Row) -> Held:
        number, parts, size, packing, stored, follows = row
        with self._blamed(f"transmission {number}"):
            pruned = packing == "pruned"
            there = not stored if pruned else 0 <= stored <= size
            self._insist(follows and there and min(parts, size) >= 0, number)
            kept = revising.kept(self._connection, number, revising.BARE)
            self._insist(_is_sound(kept), number)
        return Held(number, kept, parts, size, pruned)

    def _is_as_written(self, number: int, kept: Kept) -> bool:
        """Tell whether the rows of a transmission are those that were once written."""
        excerpts = kept.transmission.excerpts
        digests = [(fingerprint.digest(one.text), place) for place, one in enumerate(excerpts, 1)]
        return (
            self._connection.rows(SEAL, (number,)) == [(sealing.sealed(self._connection, number),)]
            and self._connection.rows(DIGESTS, (number,)) == digests
        )

    def _insist(self, sound: object, number: int) -> None:
        if not sound:
            raise self._damage(f"transmission {number}")

    @contextmanager
    def _blamed(self, what: str) -> Iterator[None]:
        """Say of what is odd that it is damaged."""
        try:
            yield
        except StoreError as error:
            raise InputError(self._path, error.reason) from error
        except ODD as error:
            raise self._damage(what) from error

    def _damage(self, what: str) -> InputError:
        reason = f"the store is damaged: {what} cannot be read; `feedtool check` says more"
        return InputError(self._path, reason)


def _is_sound(kept: Kept) -> bool:
    read = kept.transmission
    return (
        isinstance(read.input_format, str)
        and isinstance(read.encoding, str)
        and len(kept.sha256) == len(HEXADECIMAL) * 4
        and HEXADECIMAL.issuperset(kept.sha256)
        and 1 <= kept.first_line <= MOST_LINES
        and _is_utc(kept.at)
    )


def _is_utc(at: datetime) -> bool:
    return at.utcoffset() == timedelta(0)
