"""Finds what is wrong in a store: every part of it is held against what it is derived from."""

from collections import defaultdict
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from functools import partial
from itertools import islice
from time import monotonic

from feedtool import fingerprint
from feedtool.errors import NotFoundError, StoreError
from feedtool.fingerprint import recipe
from feedtool.model import Excerpt, Truncation
from feedtool.report.care import Finding
from feedtool.stores.sqlite import archive, sealing
from feedtool.stores.sqlite.cells import LARGEST, ODD, cell, in_batches, text
from feedtool.stores.sqlite.connection import Connection, Row
from feedtool.stores.sqlite.postings import OPEN_SHELF, Postings, array, unpacked

# Told how far a part is: its name, what is done, and all there is to do (0: nobody knows).
Progress = Callable[[str, int, int], None]

# A page of noise makes a thousand findings; the first of a part tell the story.
MOST_FINDINGS = 100

DUMPS = """
SELECT t.number, d.size, d.packing, length(d.bytes)
FROM transmissions t LEFT JOIN dumps d ON d.transmission = t.number ORDER BY t.number
"""
TEXTS = """
SELECT v.number, v.transmission, v.text, v.truncated, v.length, v.digest, v.recipe, i.origin,
  NOT EXISTS (SELECT 1 FROM versions w WHERE w.item = v.item AND w.number < v.number), v.start
FROM versions v LEFT JOIN items i ON i.number = v.item
ORDER BY v.number
"""
MOVED = """
SELECT k.key, k.shelf, k.version, k.origin FROM json_each(?) w CROSS JOIN keys k
ON k.key = w.value WHERE k.version BETWEEN ? AND ?
"""
RECENT = "SELECT version, shelf, origin, keys FROM recent_keys WHERE version BETWEEN ? AND ?"
OPENED_BEFORE = "SELECT count(*) FROM keys WHERE key = ? AND shelf = 0 AND version < ?"
FIRST_RECENT = f"SELECT coalesce(min(version), {LARGEST}) FROM recent_keys"

# The parts that say themselves how far they are.
COUNTED = frozenset({"dumps", "texts", "reports"})

# Each finds what must not be: the transmission that a row belongs to, and what to say of it. What
# a report tells of an item is what stood in the store then, so it can be counted again.
RULES = {
    "counts": (
        """
SELECT t.number, 'its counts are not those of its excerpts and notes' FROM transmissions t
LEFT JOIN (SELECT transmission, count(*) AS excerpts, sum(novelty = 'new') AS new,
    sum(truncated) AS truncated, sum(completed) AS completed, min(position) AS first,
    max(position) AS last FROM sightings GROUP BY transmission) s ON s.transmission = t.number
LEFT JOIN (SELECT transmission, count(*) AS notes FROM notes GROUP BY transmission) n
  ON n.transmission = t.number
WHERE t.excerpts <> coalesce(s.excerpts, 0) OR t.new <> coalesce(s.new, 0)
  OR t.repeated <> t.excerpts - t.new OR t.truncated <> coalesce(s.truncated, 0)
  OR t.completed <> coalesce(s.completed, 0) OR t.notes <> coalesce(n.notes, 0)
  OR t.capped NOT BETWEEN 0 AND t.excerpts
  OR coalesce(s.first, 1) <> 1 OR coalesce(s.last, 0) <> t.excerpts
""",
        """
SELECT t.number, 'it is number ' || t.occurrence || ' of its bytes, and should be ' || t.place
FROM (SELECT number, occurrence,
    row_number() OVER (PARTITION BY origin, sha256 ORDER BY number) - 1 AS place
  FROM transmissions) t WHERE t.occurrence <> t.place
""",
        """
SELECT number, 'its number might be used again' FROM transmissions
WHERE number > (SELECT max(seq) FROM sqlite_sequence WHERE name = 'transmissions')
""",
    ),
    "observations": (
        """
SELECT t.number, 'it was first observed at another time than its report says'
FROM transmissions t
WHERE t.observed_at IS NOT (SELECT at FROM observations o WHERE o.transmission = t.number
  ORDER BY o.number LIMIT 1)
""",
        """
SELECT transmission, 'it was observed at no time: ' || quote(at) FROM observations
WHERE at NOT GLOB '[0-9][0-9][0-9][0-9]-[0-9][0-9]-[0-9][0-9]T[0-9][0-9]:[0-9][0-9]:[0-9][0-9]Z'
""",
    ),
    "items": (
        """
SELECT i.transmission, 'item ' || coalesce(i.id, i.number) || ' is linked to one that is linked'
FROM items i JOIN items r ON r.number = i.root WHERE r.root <> r.number
""",
        """
SELECT i.transmission, 'item ' || coalesce(i.id, i.number) || ' does not stand where it says'
FROM items i LEFT JOIN versions v
  ON v.number = (SELECT min(w.number) FROM versions w WHERE w.item = i.number)
LEFT JOIN sightings s ON s.transmission = v.transmission AND s.position = v.position
LEFT JOIN transmissions t ON t.number = i.transmission
WHERE v.transmission IS NOT i.transmission OR s.line IS NOT i.line OR t.origin IS NOT i.origin
""",
        """
SELECT i.transmission, 'item ' || coalesce(i.id, i.number) || ' miscounts where it was seen'
FROM items i LEFT JOIN (SELECT f.root, count(*) AS times, max(NOT s.truncated) AS whole
  FROM items f JOIN versions v ON v.item = f.number JOIN sightings s ON s.version = v.number
  GROUP BY f.root) c ON c.root = i.number
WHERE i.times_seen <> coalesce(c.times, 0) OR i.whole <> coalesce(c.whole, 0)
""",
        """
SELECT v.transmission, 'version ' || v.number || ' does not stand where it says'
FROM versions v LEFT JOIN sightings s
  ON s.transmission = v.transmission AND s.position = v.position
WHERE s.version IS NOT v.number OR s.truncated IS NOT v.truncated OR s.length IS NOT v.length
  OR s.start IS NOT v.start
  OR EXISTS (SELECT 1 FROM sightings b WHERE b.version = v.number
    AND (b.transmission, b.position) < (v.transmission, v.position))
""",
    ),
    "verdicts": (
        """
SELECT s.transmission, 'excerpt ' || s.position || ' says wrongly what was seen before'
FROM (SELECT s.*, r.transmission AS root_transmission, r.line AS root_line, row_number()
    OVER (PARTITION BY i.root ORDER BY s.transmission, s.position) - 1 AS times
  FROM sightings s JOIN versions v ON v.number = s.version JOIN items i ON i.number = v.item
  JOIN items r ON r.number = i.root) s
WHERE (s.novelty = 'new') <> (s.kind IS NULL) OR (s.kind IS NULL) <> (s.change IS NULL)
  OR (s.kind IS NULL AND (s.first_transmission IS NOT NULL OR s.first_line IS NOT NULL
    OR s.times_seen IS NOT NULL OR s.times <> 0 OR s.completed))
  OR (s.kind IS NOT NULL AND (s.first_transmission IS NOT s.root_transmission
    OR s.first_line IS NOT s.root_line OR s.times_seen IS NOT s.times))
""",
        """
SELECT s.transmission, 'excerpt ' || s.position || ' names a text that is not there'
FROM sightings s LEFT JOIN versions a ON a.number = s.against
LEFT JOIN versions n ON n.number = s.nearest_version
LEFT JOIN items m ON m.number = s.nearest_item
WHERE (s.against IS NOT NULL AND a.number IS NULL) OR (s.kind IS NULL) <> (s.against IS NULL)
  OR (s.nearest_version IS NOT NULL AND n.number IS NULL)
  OR (s.nearest_item IS NOT NULL AND m.number IS NULL)
  OR (s.nearest_item IS NULL) <> (s.nearest_score IS NULL)
  OR (s.nearest_item IS NULL) <> (s.nearest_rule IS NULL)
""",
    ),
}


class _Enough(Exception):  # noqa: N818 (no error: the time is over)
    """Whoever waits has waited long enough."""


def first_damage(connection: Connection, seconds: float) -> Finding | None:
    """Return the first finding, if there is one within about so many seconds."""
    end = monotonic() + seconds

    def progress(*_: object) -> None:
        if monotonic() > end:
            raise _Enough

    try:
        return next(check(connection, progress), None)
    except _Enough:
        return None


def check(connection: Connection, progress: Progress) -> Iterator[Finding]:
    """Yield what is wrong, part by part; a part that cannot be read is one finding."""
    parts: dict[str, Callable[[], Iterator[tuple[int | None, str]]]] = {
        "pages": partial(_pages, connection),
        "references": partial(_references, connection),
        "dumps": partial(_dumps, connection, progress),
        "texts": partial(_texts, connection, progress),
        **{name: partial(_broken, connection, rules) for name, rules in RULES.items()},
        "reports": partial(_reports, connection, progress),
    }
    for part, look in parts.items():
        if part not in COUNTED:
            connection.tick(partial(progress, part, 0, 0))
        try:
            found = look()
            for transmission, message in islice(found, MOST_FINDINGS):
                yield Finding(part, transmission, message)
            if next(found, None):
                yield Finding(part, None, f"more than {MOST_FINDINGS} findings, the rest left out")
        except StoreError as error:
            yield Finding(part, None, f"cannot be read to its end: {error.reason}")
        except (*ODD, NotFoundError) as error:
            yield Finding(part, None, f"cannot be read to its end: {error!r}")
        finally:
            connection.tick()


def _pages(connection: Connection) -> Iterator[tuple[int | None, str]]:
    for (said,) in connection.stream(f"PRAGMA integrity_check({MOST_FINDINGS + 1})"):
        if said != "ok":
            yield None, said


def _references(connection: Connection) -> Iterator[tuple[int | None, str]]:
    for table, row, other, _ in connection.stream("PRAGMA foreign_key_check"):
        where = f"row {row}" if row is not None else "a row"
        yield None, f"{where} of {table} names something that {other} does not have"


def _broken(connection: Connection, rules: Sequence[str]) -> Iterator[tuple[int | None, str]]:
    for rule in rules:
        yield from connection.stream(rule)


def _dumps(connection: Connection, progress: Progress) -> Iterator[tuple[int | None, str]]:
    total = _count(connection, "transmissions")
    for done, (number, size, packing, stored) in enumerate(connection.stream(DUMPS), 1):
        if packing is None:
            yield number, "its dump is missing"
        elif packing == "pruned":
            if stored:
                yield number, "its dump was pruned, and holds bytes"
        elif wrong := _wrong_dump(connection, number, size):
            yield number, wrong
        progress("dumps", done, total)


def _wrong_dump(connection: Connection, number: int, size: int) -> str | None:
    try:
        found = len(archive.raw(connection, number))
    except StoreError:
        return "its dump is not what was received"
    return f"its dump has {found} bytes, not {size}" if found != size else None


def _texts(connection: Connection, progress: Progress) -> Iterator[tuple[int | None, str]]:
    """Make digests and keys again from every text, and find those that are not in the store."""
    total, done = _count(connection, "versions"), 0
    index = _Keys(connection)
    for rows in in_batches(connection.stream(TEXTS), column=2):
        yield from _wrong_texts(rows)
        yield from index.wrong(rows)
        done += len(rows)
        progress("texts", done, total)
    if strangers := index.strangers():
        yield None, f"{strangers} keys in the index belong to no text"


def _wrong_texts(rows: Sequence[Row]) -> Iterator[tuple[int | None, str]]:
    for number, transmission, stored, _, _, digest, made_by, origin, *_ in rows:
        if _digest(stored) != digest:
            yield transmission, f"the text of version {number} is not the one that was received"
        elif made_by != recipe.RECIPE:
            yield transmission, f"the keys of version {number} follow recipe {made_by}, not ours"
        elif origin is None:
            yield transmission, f"version {number} belongs to no item"


def _digest(stored: str | bytes) -> bytes | None:
    try:
        read = text(stored)
    except UnicodeDecodeError:
        return None
    # A text has one form as a cell, or equal texts would not be found equal.
    return fingerprint.digest(read) if cell(read) == stored else None


class _Keys:
    """Holds the index against the texts, batch by batch."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection
        self._postings = Postings(connection)
        self._first_recent = int(connection.rows(FIRST_RECENT)[0][0])
        self._met = 0

    def wrong(self, rows: Sequence[Row]) -> Iterator[tuple[int | None, str]]:
        """Yield the texts that could not be found by some key, or by one that is not theirs."""
        sound = [row for row in rows if row[7] is not None and _digest(row[2]) == row[5]]
        prints = fingerprint.of([_excerpt(row) for row in sound])
        keys = {row[0]: set(one.keys) for row, one in zip(sound, prints, strict=True)}
        held = self._held(keys, rows[0][0], rows[-1][0])
        missing: dict[int, dict[int, set[int]]] = defaultdict(dict)
        for row in sound:
            number, transmission, origin, founds = row[0], row[1], row[7], row[8]
            found = held.get(number, [])
            if not self._stand_right(found, number, origin, founds, keys[number]):
                yield transmission, f"version {number} has keys where they do not belong"
            if lacking := keys[number].difference(key for key, _, _ in found):
                missing[origin][number] = lacking
        places = {row[0]: row[1] for row in sound}
        for origin, lacks in missing.items():
            for number in self._without_reason(origin, lacks):
                yield places[number], f"version {number} cannot be found by all of its keys"

    def _held(
        self, keys: Mapping[int, Collection[int]], first: int, last: int
    ) -> dict[int, list[tuple[int, int, int]]]:
        """Return for each version (key, shelf, origin) of what holds it."""
        held: dict[int, list[tuple[int, int, int]]] = defaultdict(list)
        recent: set[Row] = set()
        for version, shelf, origin, packed in self._connection.rows(RECENT, (first, last)):
            for key in unpacked(packed[: len(packed) & ~7]):
                recent.add((key, shelf, version, origin))
                held[version].append((key, shelf, origin))
        wanted = array(set().union(*keys.values()))
        for row in self._connection.rows(MOVED, (wanted, first, last)):
            key, shelf, version, origin = row
            if key in keys.get(version, ()):
                self._met += 1
            # A sweep that was broken off leaves rows of what is recent still.
            if version < self._first_recent or row not in recent:
                held[version].append((key, shelf, origin))
        return held

    def _stand_right(
        self,
        held: Sequence[tuple[int, int, int]],
        version: int,
        origin: int,
        founds: bool,
        keys: Collection[int],
    ) -> bool:
        """Tell whether a version is held by its own keys only, once each, on the right shelf."""
        if len({key for key, _, _ in held}) != len(held):
            return False
        return all(
            key in keys
            and owner == origin
            and (founds if shelf == 0 else shelf == origin)
            and (shelf == 0 or not founds or self._is_full(key, version))
            for key, shelf, owner in held
        )

    def _is_full(self, key: int, version: int) -> bool:
        """Tell whether the open shelf had no room left for a version."""
        ((moved,),) = self._connection.rows(OPENED_BEFORE, (key, min(version, self._first_recent)))
        if moved < OPEN_SHELF and version > self._first_recent:
            rows = self._connection.rows(RECENT, (self._first_recent, version - 1))
            moved += sum(not row[1] and key in unpacked(row[3]) for row in rows)
        return bool(moved >= OPEN_SHELF)

    def _without_reason(self, origin: int, lacks: Mapping[int, Collection[int]]) -> Iterator[int]:
        """Yield the versions that lack a key which had room for them."""
        wanted: set[int] = set().union(*lacks.values())
        holders = self._postings.own(origin, wanted)
        self._postings.forget()
        for number, keys in lacks.items():
            before = (holders.get(key, [])[: recipe.CAP] for key in keys)
            if not all(len(found) == recipe.CAP and found[-1] < number for found in before):
                yield number

    def strangers(self) -> int:
        """Return how many rows of the index belong to no text."""
        return _count(self._connection, "keys") - self._met + self._strange_recent()

    def _strange_recent(self) -> int:
        sql = """
SELECT count(*) FROM recent_keys r LEFT JOIN versions v ON v.number = r.version
WHERE v.number IS NULL OR length(r.keys) % 8 <> 0
"""
        return int(self._connection.rows(sql)[0][0])


def _excerpt(row: Row) -> Excerpt:
    """Return a row of `TEXTS` as what its fingerprint was made of."""
    stored, truncated, length, start = row[2], bool(row[3]), row[4], row[9]
    return Excerpt(1, 1, text(stored), Truncation(truncated, None, length, None, "", start))


def _reports(connection: Connection, progress: Progress) -> Iterator[tuple[int | None, str]]:
    total = _count(connection, "transmissions")
    numbers = connection.stream("SELECT number, seal FROM transmissions ORDER BY number")
    for done, (number, stored) in enumerate(numbers, 1):
        try:
            read = len(archive.report(connection, number).excerpts)
        except (*ODD, NotFoundError) as error:
            yield number, f"its report cannot be read: {error}"
        else:
            ((seen,),) = connection.rows(SEEN, (number,))
            if read != seen:
                yield number, f"its report shows {read} of {seen} excerpts"
            elif sealing.sealed(connection, number) != stored:
                yield number, "its report is not the one that was given"
        progress("reports", done, total)


SEEN = "SELECT count(*) FROM sightings WHERE transmission = ?"


def _count(connection: Connection, table: str) -> int:
    return int(connection.rows(f"SELECT count(*) FROM {table}")[0][0])


def counted(connection: Connection, tables: Iterable[str]) -> tuple[int, ...]:
    """Return how many rows some tables have."""
    return tuple(_count(connection, table) for table in tables)
