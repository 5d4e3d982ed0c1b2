"""Judged transmissions -> rows."""

from collections import Counter
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from contextlib import suppress
from datetime import UTC, datetime
from typing import Any

from feedtool import bulk
from feedtool.model import Transmission, Verdict
from feedtool.report import ChangeSpan, ExcerptReport, MatchReport
from feedtool.stores import Entry
from feedtool.stores.sqlite.cells import cell, cell_or_none
from feedtool.stores.sqlite.connection import Connection
from feedtool.stores.sqlite.postings import Postings
from feedtool.stores.sqlite.sealing import seal

# Level 6 packs 8 % smaller and takes three times as long, a tenth of the time of a whole ingest.
PACKING_LEVEL = 2
# To start a thread takes as long as to pack a page.
DUMPS_ASIDE = 8


# From so many texts on numpy adds their keys faster, once it is loaded.
MANY = 40


def _insert(table: str, columns: int) -> str:
    return f"INSERT INTO {table} VALUES ({', '.join('?' * columns)})"


TRANSMISSION = _insert("transmissions", 17)
COUNTS = """
UPDATE transmissions SET excerpts = ?, new = ?, repeated = ?, truncated = ?, completed = ?,
  notes = ?, capped = ?, seal = ? WHERE number = ?
"""
DUMP = _insert("dumps", 4)
OBSERVATION = "INSERT INTO observations (transmission, at) VALUES (?, ?)"
OBSERVED = "SELECT at FROM observations WHERE transmission = ?"
GONE = "UPDATE dumps SET size = ?, packing = 'pruned', bytes = x'' WHERE transmission = ?"
ITEM = _insert("items", 8)
SEEN_AGAIN = """
UPDATE items SET times_seen = times_seen + ?, whole = max(whole, ?)
WHERE number = (SELECT root FROM items WHERE number = ?)
"""
VERSION = _insert("versions", 10)
SIGHTING = _insert("sightings", 30)
NOTE = _insert("notes", 5)
WARNING = _insert("warnings", 6)


def add(connection: Connection, postings: Postings, entries: Sequence[Entry]) -> None:
    """Write everything that is known of judged transmissions, table by table."""
    origins = {name: _origin_number(connection, name) for name in _origins(entries)}
    packed = _pack([entry.transmission.raw for entry in entries])
    rows = [_Rows(entry) for entry in entries]
    _add_transmissions(connection, rows, origins)
    _add_judged(connection, postings, rows, origins)
    dumps = zip(entries, packed(), strict=True)
    connection.run_many(DUMP, [(entry.report.id, *columns) for entry, columns in dumps])


def add_again(connection: Connection, postings: Postings, entries: Sequence[Entry]) -> None:
    """Write what is derived of transmissions that stayed: all but their bytes and their times."""
    origins = {name: _origin_number(connection, name) for name in _origins(entries)}
    rows = [_Rows(entry) for entry in entries]
    connection.run_many(COUNTS, [(*one.counts, one.seal(), one.entry.report.id) for one in rows])
    _add_judged(connection, postings, rows, origins)


class _Rows:
    """The rows of one judged transmission."""

    def __init__(self, entry: Entry) -> None:
        report = entry.report
        self.entry = entry
        self.sightings = list(_sightings(entry))
        self.notes = [
            (report.id, position, note.line, str(note.kind), cell(note.text))
            for position, note in enumerate(report.notes, 1)
        ]
        self.warnings = [
            (report.id, position, found.code, found.line, found.column, cell(found.message))
            for position, found in enumerate(report.warnings, 1)
        ]
        first_line = _first_line(entry.transmission)
        self.read_as = (first_line, report.input_format, report.encoding)
        counts = report.summary
        self.counts = (
            counts.excerpts,
            counts.new,
            counts.repeated,
            counts.truncated,
            counts.completed,
            counts.notes,
            counts.capped,
        )

    def seal(self) -> bytes:
        """Return the digest over these rows."""
        report = self.entry.report
        head = (cell(report.origin), cell(report.source), report.sha256, *self.read_as)
        ids = [excerpt.item for excerpt in report.excerpts]
        named = [(*row, id_) for row, id_ in zip(self.sightings, ids, strict=True)]
        return seal((*head, *self.counts), named, self.notes, self.warnings)

    def transmission(self, origins: Mapping[str, int]) -> tuple[Any, ...]:
        """Return the row of the transmission itself."""
        report = self.entry.report
        where = (origins[report.origin], cell(report.source), report.sha256)
        known = (report.id, *where, self.entry.occurrence)
        return (*known, *self.read_as, report.observed_at, *self.counts, self.seal())


def _add_judged(
    connection: Connection,
    postings: Postings,
    written: Sequence[_Rows],
    origins: Mapping[str, int],
) -> None:
    entries = [rows.entry for rows in written]
    _add_items(connection, entries, origins)
    connection.run_many(VERSION, [row for entry in entries for row in _versions(entry)])
    connection.run_many(SIGHTING, [row for rows in written for row in rows.sightings])
    if notes := [row for rows in written for row in rows.notes]:
        connection.run_many(NOTE, notes)
    if warnings := [row for rows in written for row in rows.warnings]:
        connection.run_many(WARNING, warnings)
    for name, origin in origins.items():
        fresh = [row for entry in entries if entry.report.origin == name for row in _fresh(entry)]
        if bulk.pays(len(fresh), MANY):
            postings.add_columns(origin, fresh)
        elif fresh:
            postings.add(origin, fresh)


def _origins(entries: Sequence[Entry]) -> list[str]:
    return list(dict.fromkeys(entry.report.origin for entry in entries))


def _fresh(entry: Entry) -> Iterator[tuple[int, bool, Sequence[int]]]:
    for verdict, fingerprint in zip(entry.verdicts, entry.fingerprints, strict=True):
        if verdict.founds_version:
            yield verdict.version, verdict.founds_item, fingerprint.keys


def observe(connection: Connection, transmission: int, at: str) -> None:
    """Note that the bytes of a transmission were met once more."""
    connection.run(OBSERVATION, (transmission, at))


def met_at(connection: Connection, transmission: int, times: Sequence[str]) -> None:
    """Note when the bytes of a transmission were met, but for what is noted already."""
    noted = Counter(at for (at,) in connection.rows(OBSERVED, (transmission,)))
    fresh = []
    for at in times:
        # They may have been met twice within a second.
        if noted[at]:
            noted[at] -= 1
        else:
            fresh.append((transmission, at))
    connection.run_many(OBSERVATION, fresh)


def without_bytes(connection: Connection, transmission: int, size: int) -> None:
    """Note that the bytes of a transmission are gone, and how many they were."""
    connection.run(GONE, (size, transmission))


def moment(at: datetime) -> str:
    """Return a time as stores and reports write it, so that text order is the order of time."""
    return at.astimezone(UTC).replace(tzinfo=None).isoformat(timespec="seconds") + "Z"


def _origin_number(connection: Connection, name: str) -> int:
    values = (cell(name),)
    connection.run("INSERT OR IGNORE INTO origins (name) VALUES (?)", values)
    ((number,),) = connection.rows("SELECT number FROM origins WHERE name = ?", values)
    return int(number)


def _add_transmissions(
    connection: Connection, written: Sequence[_Rows], origins: Mapping[str, int]
) -> None:
    connection.run_many(TRANSMISSION, [rows.transmission(origins) for rows in written])
    reports = [rows.entry.report for rows in written]
    connection.run_many(OBSERVATION, [(report.id, report.observed_at) for report in reports])


def _first_line(page: Transmission) -> int:
    """Return the line of its source on which a transmission begins."""
    return page.blocks[0].line - page.lead.count("\n") if page.blocks else 1


def _pack(dumps: Sequence[bytes]) -> Callable[[], list[tuple[int, str, bytes]]]:
    """Pack dumps, many of them beside what follows; return how to get them."""
    found: list[tuple[int, str, bytes]] = []
    if len(dumps) < DUMPS_ASIDE:
        found += map(_packed, dumps)
        return lambda: found
    from threading import Thread

    def pack() -> None:
        # Nobody hears of an error here: what is not packed is packed by who asks for it.
        with suppress(MemoryError):
            found.extend(map(_packed, dumps))

    # Both zlib and SQLite let other threads run.
    thread = Thread(target=pack, daemon=True)
    with suppress(RuntimeError):
        thread.start()

    def joined() -> list[tuple[int, str, bytes]]:
        if thread.ident is not None:
            thread.join()
        found.extend(map(_packed, dumps[len(found) :]))
        return found

    return joined


def _packed(raw: bytes) -> tuple[int, str, bytes]:
    from zlib import compress

    packed = compress(raw, PACKING_LEVEL)
    return (len(raw), "zlib", packed) if len(packed) < len(raw) else (len(raw), "none", raw)


def _add_items(
    connection: Connection, entries: Sequence[Entry], origins: Mapping[str, int]
) -> None:
    """Insert the items that pages found, and count the sightings of those they repeat."""
    seen: dict[int, list[int]] = {}
    for entry in entries:
        for excerpt, verdict in zip(entry.report.excerpts, entry.verdicts, strict=True):
            counts = seen.setdefault(verdict.item, [0, 0])
            counts[0] += 1
            if not excerpt.truncated:
                counts[1] = 1
    for linked in (False, True):
        # Those that stand for themselves first: others may be linked to them.
        rows = [
            _item(connection, entry, position, origins, seen)
            for entry in entries
            for position, verdict in enumerate(entry.verdicts)
            if verdict.founds_item and (verdict.root is not None) is linked
        ]
        connection.run_many(ITEM, rows)
    connection.run_many(SEEN_AGAIN, [(*counts, number) for number, counts in seen.items()])


def _item(
    connection: Connection,
    entry: Entry,
    position: int,
    origins: Mapping[str, int],
    seen: dict[int, list[int]],
) -> tuple[Any, ...]:
    """Return the row of a founded item; a root takes its counts out of `seen`."""
    verdict, excerpt = entry.verdicts[position], entry.report.excerpts[position]
    place, origin = (entry.report.id, excerpt.line), origins[entry.report.origin]
    if verdict.root is None:
        counts = seen.pop(verdict.item)
        return verdict.item, excerpt.item, origin, verdict.item, *place, *counts
    return verdict.item, None, origin, _root(connection, verdict.root), *place, 0, 0


def _root(connection: Connection, item: int) -> int:
    ((root,),) = connection.rows("SELECT root FROM items WHERE number = ?", (item,))
    return int(root)


def _versions(entry: Entry) -> Iterator[tuple[Any, ...]]:
    report = entry.report
    for excerpt, verdict, fingerprint in zip(
        report.excerpts, entry.verdicts, entry.fingerprints, strict=True
    ):
        if verdict.founds_version:
            yield (
                verdict.version,
                verdict.item,
                report.id,
                excerpt.position,
                int(excerpt.truncated),
                excerpt.truncation.start,
                excerpt.truncation.length,
                fingerprint.recipe,
                fingerprint.digest,
                cell(excerpt.text),
            )


def _sightings(entry: Entry) -> Iterator[tuple[Any, ...]]:
    number = entry.report.id
    for excerpt, verdict in zip(entry.report.excerpts, entry.verdicts, strict=True):
        yield (
            number,
            excerpt.position,
            verdict.version,
            excerpt.line,
            cell_or_none(excerpt.section),
            cell_or_none(excerpt.category),
            excerpt.date,
            str(excerpt.novelty),
            excerpt.change and str(excerpt.change),
            int(excerpt.truncated),
            int(excerpt.completed),
            cell_or_none(excerpt.truncation.marker),
            excerpt.truncation.start,
            excerpt.truncation.length,
            excerpt.truncation.cap,
            excerpt.truncation.evidence,
            *(_match(excerpt.match, verdict) if excerpt.match else NO_MATCH),
            *(_nearest(excerpt, verdict) if excerpt.nearest else NO_NEAREST),
        )


NO_MATCH = (None,) * 10
NO_NEAREST = (None,) * 4


def _match(match: MatchReport, verdict: Verdict) -> tuple[Any, ...]:
    return (
        str(match.kind),
        match.score,
        match.second,
        match.rivals,
        match.rule,
        verdict.match.against if verdict.match else None,
        _changes_cell(match.changes) if match.changes else None,
        match.first_seen.transmission,
        match.first_seen.line,
        match.times_seen,
    )


def _nearest(excerpt: ExcerptReport, verdict: Verdict) -> tuple[Any, ...]:
    reported, nearest = excerpt.nearest, verdict.nearest
    if reported is None or nearest is None:
        return NO_NEAREST
    return nearest.item, nearest.against, reported.score, reported.rule


def _changes_cell(changes: Collection[ChangeSpan]) -> str:
    # `json.dumps` takes five times as long, and there is nothing to escape.
    spans = [
        f'{{"op":"{span.op}","before":[{span.before[0]},{span.before[1]}],'
        f'"after":[{span.after[0]},{span.after[1]}]}}'
        for span in changes
    ]
    return f"[{','.join(spans)}]"
