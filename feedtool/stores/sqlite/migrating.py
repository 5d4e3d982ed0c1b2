"""A store of an older schema -> one of ours, within one transaction of the caller.

What was received stays: the bytes, how they were read, numbers and times. All else is derived
again, and what was derived before waits aside until it can be compared with that. So whatever an
older feedtool found, a migrated store is one that this feedtool has filled.
"""

from collections.abc import Iterator, Mapping, Sequence
from contextlib import AbstractContextManager, nullcontext

from feedtool.errors import NotFoundError, StoreError
from feedtool.report.care import Renamed
from feedtool.stores import Archive, Entry
from feedtool.stores.sqlite import archive, rebuilding, revising, schema, write
from feedtool.stores.sqlite.connection import Connection
from feedtool.stores.sqlite.postings import Postings
from feedtool.stores.sqlite.revising import Kept

# What a table of the older schema is called meanwhile.
BEFORE = "before_"

# Set before the transaction begins. To take a name is not to change what refers to it: the views
# that somebody has added go on with the new tables.
LENIENT = ("foreign_keys = OFF", "legacy_alter_table = ON")

# Of the tables that every older schema has: derived from nothing else, and what is set aside.
INDEX = ("keys", "recent_keys")
RECEIVED = ("origins", "transmissions", "dumps", "observations")
DERIVED = ("items", "versions", "sightings", "notes", "warnings")
OWN_INDEXES = """
SELECT type, name FROM sqlite_schema WHERE type IN ('index', 'trigger') AND sql IS NOT NULL
AND tbl_name IN (SELECT value FROM json_each(?))
"""

# A first line of 0: nobody knows.
COPIES = (
    "INSERT INTO origins SELECT number, name FROM before_origins",
    """
INSERT INTO transmissions SELECT number, origin, source, sha256, occurrence, {first_line},
  input_format, encoding, observed_at, 0, 0, 0, 0, 0, 0, 0, x'' FROM before_transmissions
""",
    "INSERT INTO dumps SELECT transmission, size, packing, bytes FROM before_dumps",
    "INSERT INTO observations SELECT number, transmission, at FROM before_observations",
)
EVER = (
    "SELECT max(seq) FROM sqlite_sequence WHERE name IN ('transmissions', 'before_transmissions')"
)
WAITING = "SELECT number FROM transmissions WHERE number > ? ORDER BY number LIMIT ?"
COUNT = "SELECT count(*) FROM transmissions"
UNPLACED = "SELECT number FROM transmissions WHERE first_line = 0 ORDER BY number"
PLACE = "UPDATE transmissions SET first_line = ? WHERE number = ?"
# The first schemas do not say where texts begin.
ASIDE = {
    "excerpts": """(SELECT s.*, {start} v.text FROM before_sightings s
      JOIN before_versions v ON v.number = s.version)""",
    "notes": "before_notes",
    "warnings": "before_warnings",
}
BARE = {
    "excerpts": "(SELECT s.*, {start} NULL AS text FROM before_sightings s WHERE FALSE)",
    "notes": "(SELECT * FROM before_notes WHERE FALSE)",
    "warnings": "before_warnings",
}


def prepare(connection: Connection) -> None:
    """Set what a transaction cannot."""
    for pragma in LENIENT:
        connection.run(f"PRAGMA {pragma}")


class Migration:
    """A store in its new tables, of which all that is derived is to be added again."""

    def __init__(self, store: Archive, connection: Connection, postings: Postings) -> None:
        self.beside = store
        self._connection = connection
        self._postings = postings
        self._done = self._count = 0
        self.version = schema.version_of(connection)
        self._set_aside()
        told = schema.tells_starts(connection, "before_sightings")
        self._start = "" if told else "0 AS start,"
        schema.lay_out(connection)
        self._last = self._copy()
        postings.undone()
        ((self._total,),) = connection.rows(COUNT)

    def _set_aside(self) -> None:
        run, tables = self._connection.run, (*INDEX, *RECEIVED, *DERIVED)
        names = "[" + ", ".join(f'"{table}"' for table in tables) + "]"
        for kind, name in self._connection.rows(OWN_INDEXES, (names,)):
            run(f'DROP {kind} "{name}"')
        for view in schema.VIEWS:
            run(f"DROP VIEW {view.split()[2]}")
        # The room of the index is used again for the new one.
        for table in INDEX:
            run(f"DROP TABLE {table}")
        for table in (*RECEIVED, *DERIVED):
            run(f"ALTER TABLE {table} RENAME TO {BEFORE}{table}")

    def _copy(self) -> int:
        """Take over what was received; return the last number that a transmission ever had."""
        told = schema.tells_places(self._connection, "before_transmissions")
        first_line = "first_line" if told else "0"
        for statement in COPIES:
            self._connection.run(statement.format(first_line=first_line))
        ((last,),) = self._connection.rows(EVER)
        for table in reversed(RECEIVED):
            self._connection.run(f"DROP TABLE {BEFORE}{table}")
        self._connection.run(rebuilding.COUNTED)
        return int(last or 0)

    def transaction(self) -> AbstractContextManager[object]:
        """Return a context that does nothing: everything is one transaction already."""
        return nullcontext()

    def unplaced(self) -> Iterator[int]:
        """Yield the transmissions of which nobody knows where in their source they begin."""
        for (number,) in self._connection.rows(UNPLACED):
            yield number

    def place(self, number: int, first_line: int) -> None:
        """Say on which line of its source a transmission begins."""
        self._connection.run(PLACE, (first_line, number))

    def waiting(self, most: int) -> Iterator[int]:
        """Yield the next transmissions to be derived again."""
        for (number,) in self._connection.rows(WAITING, (self._done, most)):
            yield number

    def done(self) -> int:
        """Return the number of the last transmission that was derived again."""
        return self._done

    def state(self) -> tuple[int, int]:
        """Return how many transmissions are done, and how many there are."""
        return self._count, self._total

    def bare(self, number: int) -> Kept:
        """Return how a transmission was read, without what was found in it."""
        return self._kept(number, BARE)

    def kept(self, number: int) -> Kept:
        """Return a transmission as it was read before, without its bytes."""
        return self._kept(number, ASIDE)

    def _kept(self, number: int, tables: Mapping[str, str]) -> Kept:
        named = {name: table.format(start=self._start) for name, table in tables.items()}
        return revising.kept(self._connection, number, named)

    def raw(self, number: int) -> bytes | None:
        """Return the bytes of a transmission, or None if they are gone or damaged.

        Damage to a dump is no reason to be shut out: it goes over as it is, and `check` tells.
        """
        try:
            return archive.raw(self._connection, number)
        except NotFoundError:
            return None
        except StoreError as error:
            if error.__cause__ is not None:
                raise
            return None

    def count_from(self, number: int) -> None:
        """Let the next transmission have this number."""
        revising.count_from(self._connection, number)

    def add(self, entries: Sequence[Entry]) -> None:
        """Remember how transmissions are judged now."""
        write.add_again(self._connection, self._postings, entries)
        self._postings.forget()
        self._done = entries[-1].report.id
        self._count += len(entries)

    def differences(self) -> tuple[int, tuple[Renamed, ...], tuple[str, ...]]:
        """Return how many excerpts are judged otherwise than before, and which ids changed."""
        return rebuilding.differences(self._connection, BEFORE, "")

    def end(self) -> None:
        """Leave nothing of the older schema behind."""
        revising.count_from(self._connection, self._last + 1)
        for table in reversed(DERIVED):
            self._connection.run(f"DROP TABLE {BEFORE}{table}")
