"""The tables and views of a store, and how a file becomes one."""

import os
from collections.abc import Iterator
from contextlib import contextmanager

from feedtool.errors import OlderStoreError, StoreError
from feedtool.sources import weight
from feedtool.stores.sqlite.connection import (
    CACHE_KB,
    CHECKPOINT_PAGES,
    Connection,
    check_version,
    is_full,
)

# "feed" in ASCII, at byte 68 of the file, where `file` looks too.
APPLICATION_ID = 0x66656564
# Another recipe of fingerprints is another version: keys of two recipes do not find each other.
USER_VERSION = 5
# The oldest version that can be migrated.
FIRST_VERSION = 1
HEADER = 100

# Without locks, and without any file beside the store.
IMMUTABLE = "mode=ro&immutable=1"

# Who has a store alone needs no file beside it, so it can be read on a full disk too.
ALONE = "locking_mode = EXCLUSIVE"

NOTHING_YET = "no store there yet; `feedtool ingest` makes one"

# ANY columns hold texts from outside: TEXT, or a BLOB of UTF-8 where TEXT cannot (see cells.py).
# Foreign keys stand only where an index serves them, so that a removal never scans a table.
TABLES = (
    """
CREATE TABLE origins (
  number INTEGER PRIMARY KEY,
  name ANY NOT NULL UNIQUE
) STRICT
""",
    """
CREATE TABLE transmissions (
  number INTEGER PRIMARY KEY AUTOINCREMENT,
  origin INTEGER NOT NULL REFERENCES origins,
  source ANY NOT NULL,
  sha256 TEXT NOT NULL,
  occurrence INTEGER NOT NULL,
  first_line INTEGER NOT NULL,
  input_format TEXT NOT NULL,
  encoding TEXT NOT NULL,
  observed_at TEXT NOT NULL,
  excerpts INTEGER NOT NULL,
  new INTEGER NOT NULL,
  repeated INTEGER NOT NULL,
  truncated INTEGER NOT NULL,
  completed INTEGER NOT NULL,
  notes INTEGER NOT NULL,
  capped INTEGER NOT NULL,
  seal BLOB NOT NULL,
  UNIQUE (origin, sha256, occurrence)
) STRICT
""",
    """
CREATE TABLE dumps (
  transmission INTEGER PRIMARY KEY REFERENCES transmissions,
  size INTEGER NOT NULL,
  packing TEXT NOT NULL CHECK (packing IN ('none', 'zlib', 'pruned')),
  bytes BLOB NOT NULL
) STRICT
""",
    """
CREATE TABLE observations (
  number INTEGER PRIMARY KEY,
  transmission INTEGER NOT NULL REFERENCES transmissions,
  at TEXT NOT NULL
) STRICT
""",
    "CREATE INDEX observations_of_transmission ON observations (transmission)",
    """
CREATE TABLE items (
  number INTEGER PRIMARY KEY,
  id TEXT UNIQUE,
  origin INTEGER NOT NULL REFERENCES origins,
  root INTEGER NOT NULL REFERENCES items,
  transmission INTEGER NOT NULL,
  line INTEGER NOT NULL,
  times_seen INTEGER NOT NULL,
  whole INTEGER NOT NULL CHECK (whole IN (0, 1)),
  CHECK ((id IS NULL) = (root <> number))
) STRICT
""",
    "CREATE INDEX items_of_root ON items (root)",
    """
CREATE TABLE versions (
  number INTEGER PRIMARY KEY,
  item INTEGER NOT NULL REFERENCES items,
  transmission INTEGER NOT NULL,
  position INTEGER NOT NULL,
  truncated INTEGER NOT NULL CHECK (truncated IN (0, 1)),
  start INTEGER NOT NULL,
  length INTEGER NOT NULL,
  recipe INTEGER NOT NULL,
  digest BLOB NOT NULL,
  text ANY NOT NULL
) STRICT
""",
    "CREATE INDEX versions_of_item ON versions (item)",
    """
CREATE TABLE sightings (
  transmission INTEGER NOT NULL REFERENCES transmissions,
  position INTEGER NOT NULL,
  version INTEGER NOT NULL REFERENCES versions,
  line INTEGER NOT NULL,
  section ANY,
  category ANY,
  date TEXT,
  novelty TEXT NOT NULL CHECK (novelty IN ('new', 'repeated')),
  change TEXT,
  truncated INTEGER NOT NULL CHECK (truncated IN (0, 1)),
  completed INTEGER NOT NULL CHECK (completed IN (0, 1)),
  marker ANY,
  start INTEGER NOT NULL,
  length INTEGER NOT NULL,
  cap INTEGER,
  evidence TEXT NOT NULL,
  kind TEXT,
  score REAL,
  second REAL,
  rivals INTEGER,
  rule TEXT,
  against INTEGER,
  changes TEXT,
  first_transmission INTEGER,
  first_line INTEGER,
  times_seen INTEGER,
  nearest_item INTEGER,
  nearest_version INTEGER,
  nearest_score REAL,
  nearest_rule TEXT,
  PRIMARY KEY (transmission, position)
) STRICT, WITHOUT ROWID
""",
    "CREATE INDEX sightings_of_version ON sightings (version)",
    """
CREATE TABLE notes (
  transmission INTEGER NOT NULL REFERENCES transmissions,
  position INTEGER NOT NULL,
  line INTEGER NOT NULL,
  kind TEXT NOT NULL,
  text ANY NOT NULL,
  PRIMARY KEY (transmission, position)
) STRICT, WITHOUT ROWID
""",
    """
CREATE TABLE warnings (
  transmission INTEGER NOT NULL REFERENCES transmissions,
  position INTEGER NOT NULL,
  code TEXT NOT NULL,
  line INTEGER NOT NULL,
  "column" INTEGER NOT NULL,
  message ANY NOT NULL,
  PRIMARY KEY (transmission, position)
) STRICT, WITHOUT ROWID
""",
    # `shelf` is 0 for the versions that every origin looks through, else the origin whose they
    # are (see postings.py). A key on `versions` would cost a look-up a row, on derived data.
    """
CREATE TABLE keys (
  key INTEGER NOT NULL,
  shelf INTEGER NOT NULL,
  version INTEGER NOT NULL,
  origin INTEGER NOT NULL,
  PRIMARY KEY (key, shelf, version)
) STRICT, WITHOUT ROWID
""",
    """
CREATE TABLE recent_keys (
  version INTEGER NOT NULL,
  shelf INTEGER NOT NULL,
  origin INTEGER NOT NULL,
  keys BLOB NOT NULL,
  PRIMARY KEY (version, shelf)
) STRICT, WITHOUT ROWID
""",
)

VIEWS = (
    """
CREATE VIEW excerpts AS
SELECT s.transmission, t.source, o.name AS origin, t.observed_at, s.position, s.line, s.section,
  s.novelty, s.change, s.truncated, s.completed, r.id AS item, s.kind, s.score, s.rule, v.text
FROM sightings s
JOIN transmissions t ON t.number = s.transmission
JOIN origins o ON o.number = t.origin
JOIN versions v ON v.number = s.version
JOIN items i ON i.number = v.item
JOIN items r ON r.number = i.root
""",
    """
CREATE VIEW item_overview AS
SELECT r.number, r.id,
  (SELECT group_concat(DISTINCT iif(typeof(o.name) = 'text', o.name, quote(o.name)))
    FROM items f JOIN origins o ON o.number = f.origin
    WHERE f.root = r.number) AS origins,
  t.number AS first_transmission, t.source AS first_source, r.line AS first_line,
  t.observed_at AS first_observed_at,
  (SELECT max(s.transmission) FROM items f JOIN versions v ON v.item = f.number
    JOIN sightings s ON s.version = v.number WHERE f.root = r.number) AS last_transmission,
  (SELECT count(DISTINCT v.digest) FROM items f JOIN versions v ON v.item = f.number
    WHERE f.root = r.number) AS versions,
  r.times_seen AS sightings, n.truncated, r.whole, n.text
FROM items r
JOIN transmissions t ON t.number = r.transmission
JOIN versions n ON n.number = (SELECT max(v.number) FROM items f JOIN versions v
  ON v.item = f.number WHERE f.root = r.number)
WHERE r.root = r.number
""",
    """
CREATE VIEW transmission_log AS
SELECT t.number, t.source, o.name AS origin, t.input_format, t.encoding, t.sha256,
  d.size AS bytes, t.observed_at,
  (SELECT count(*) FROM observations n WHERE n.transmission = t.number) AS observations,
  t.excerpts, t.new, t.repeated, t.truncated, t.completed, t.notes, t.capped
FROM transmissions t
JOIN origins o ON o.number = t.origin
JOIN dumps d ON d.transmission = t.number
""",
)


def opened(
    path: str, *, create: bool, readonly: bool, untouched: bool, timeout: float, oldest: int
) -> Connection:
    """Open a store, or make one; refuse whatever is not a store before anything is written.

    To read one that is to stay `untouched` does not even bring in order what a kill left behind.
    One whose version is older than `oldest` is refused too.
    """
    check_version(path)
    if not _is_ours(path, timeout, oldest, untouched) and not (create and not readonly):
        raise StoreError(path, NOTHING_YET)
    if readonly:
        return _checked(_reader(path, timeout, untouched), oldest)
    return _checked(_writer(path, create, timeout), oldest)


def _is_ours(path: str, timeout: float, oldest: int, untouched: bool) -> bool:
    """Tell whether the file is a store; False if there is nothing yet, an error if it is foreign.

    An immutable connection reads the header without locks and without repairing what a crash
    left behind: a foreign file is not touched. (A file opened beside SQLite would be worse: to
    close it drops the locks that this process holds.)
    """
    try:
        if os.path.isdir(path):
            raise StoreError(path, "a folder, not a feedtool store")
        size = os.stat(path).st_size
    except FileNotFoundError:
        return False
    except (OSError, ValueError) as error:
        raise StoreError(path, getattr(error, "strerror", None) or str(error)) from error
    if not size:
        return False
    # SQLite takes a file shorter than its header for an empty database.
    if size < HEADER:
        raise StoreError(path, "not a feedtool store, it is no SQLite file")
    # The log may hold another version than the header.
    logged = _log(path)
    try:
        _peek(path, IMMUTABLE, 0, FIRST_VERSION if logged else oldest)
        if not logged:
            return True
    except StoreError as error:
        if error.__cause__ is None:
            raise
    # Without locks a store looks damaged while another process writes its log back, and without its
    # journal if it was killed while it was made. Who cannot write will not write back a log either.
    killed = os.path.exists(f"{path}-journal") and not untouched
    try:
        return _peek(path, "mode=rw" if killed else "mode=ro", timeout, oldest)
    except StoreError as error:
        if untouched or not is_full(error):
            raise
        return _peek(path, "mode=rw", timeout, oldest, ALONE)


def _log(path: str) -> int:
    """Return the size of the log beside a store."""
    return weight(f"{os.path.realpath(path)}-wal")


def _peek(path: str, query: str, timeout: float, oldest: int, *pragmas: str) -> bool:
    connection = Connection(path, query, timeout)
    try:
        _set(connection, *pragmas)
        if _is_empty(connection):
            return False
        _refuse_foreign(connection, oldest)
    finally:
        connection.close()
    return True


def _is_empty(connection: Connection) -> bool:
    """Tell whether nothing is in the file, once what was broken off is undone."""
    return not _pragma(connection, "page_count")


def _refuse_foreign(connection: Connection, oldest: int) -> None:
    found = _pragma(connection, "application_id")
    if found != APPLICATION_ID:
        name = found.to_bytes(4, "big", signed=True)
        known = f" ({name.decode()!r})" if name.isalnum() else ""
        raise StoreError(
            connection.path,
            "an SQLite file, but not a feedtool store: its application_id is "
            f"{found & 0xFFFFFFFF:#010x}{known}, not {APPLICATION_ID:#010x} ('feed')",
        )
    version = version_of(connection)
    if version > USER_VERSION:
        raise StoreError(
            connection.path,
            f"made by a newer feedtool: its schema is version {version}, "
            f"this feedtool knows up to {USER_VERSION}",
        )
    if version < FIRST_VERSION:
        raise StoreError(
            connection.path,
            f"its schema is version {version}, which no feedtool has made; this feedtool knows "
            f"{FIRST_VERSION} to {USER_VERSION}",
        )
    if version < oldest:
        raise OlderStoreError(connection.path, version, USER_VERSION)


def version_of(connection: Connection) -> int:
    """Return the version of the schema of a store."""
    return _pragma(connection, "user_version")


def tells_places(connection: Connection, transmissions: str) -> bool:
    """Tell whether a table of transmissions says where they begin in their sources.

    Schema 1 did so only in its last days.
    """
    return _has_column(connection, transmissions, "first_line")


def tells_starts(connection: Connection, sightings: str) -> bool:
    """Tell whether a table of sightings says where texts begin, as it does since schema 4."""
    return _has_column(connection, sightings, "start")


def _has_column(connection: Connection, table: str, name: str) -> bool:
    return (name,) in connection.rows("SELECT name FROM pragma_table_info(?)", (table,))


def _pragma(connection: Connection, name: str) -> int:
    row = connection.row(f"PRAGMA {name}")
    return int(row[0]) if row else 0


@contextmanager
def _closed_if_it_fails(connection: Connection) -> Iterator[None]:
    try:
        yield
    except BaseException:
        connection.close()
        raise


def _reader(path: str, timeout: float, untouched: bool) -> Connection:
    # A connection that could write takes the two files beside the store away when it is closed, and
    # writes back what a killed process left in the log; one that cannot leaves them behind.
    logged = untouched and _log(path)
    query = "mode=ro" if logged else "mode=rw"
    if not os.access(path, os.W_OK) and not os.path.exists(f"{os.path.realpath(path)}-wal"):
        # Nobody writes to it now. Who left these files behind would own them, and whoever may write
        # to the store could not write to them.
        query = IMMUTABLE
    connection = Connection(path, query, timeout)
    try:
        connection.row("SELECT count(*) FROM sqlite_schema")
    except StoreError as error:
        connection.close()
        if is_full(error) and not logged:
            return _reader_alone(path, timeout)
        # SQLite keeps two files beside a store even to read it. Where it may not make them, on a
        # CD or in another user's folder, no log beside the store means that nobody writes.
        if os.path.exists(f"{path}-wal") or os.access(os.path.dirname(path) or ".", os.W_OK):
            raise
        connection = Connection(path, IMMUTABLE, timeout)
    with _closed_if_it_fails(connection):
        _set(connection, "trusted_schema = OFF", "query_only = ON")
    return connection


def _reader_alone(path: str, timeout: float) -> Connection:
    connection = Connection(path, "mode=rw", timeout)
    with _closed_if_it_fails(connection):
        _set(connection, ALONE, "trusted_schema = OFF", "query_only = ON")
    return connection


def _set(connection: Connection, *pragmas: str) -> None:
    for pragma in pragmas:
        connection.run(f"PRAGMA {pragma}")


def _writer(path: str, create: bool, timeout: float) -> Connection:
    connection = Connection(path, "mode=rwc" if create else "mode=rw", timeout)
    with _closed_if_it_fails(connection):
        _set(connection, "trusted_schema = OFF")
        if create and not version_of(connection):
            _make(connection)
        if connection.row("PRAGMA journal_mode") != ("wal",):
            connection.retried("PRAGMA journal_mode = WAL")
        _set(
            connection,
            # NORMAL would keep the store whole too, but lose the last commits when the power
            # fails, after their reports were printed. FULL costs one fsync a transaction.
            "synchronous = FULL",
            "foreign_keys = ON",
            f"cache_size = -{CACHE_KB}",
            f"wal_autocheckpoint = {CHECKPOINT_PAGES}",
            f"journal_size_limit = {CHECKPOINT_PAGES * 4096}",
        )
    return connection


def _make(connection: Connection) -> None:
    """Create everything in one transaction, so that a kill leaves an empty file or a store."""
    connection.begin()
    try:
        # Another process may have been first.
        if not version_of(connection):
            lay_out(connection)
        connection.commit()
    except BaseException:
        connection.rollback()
        raise


def lay_out(connection: Connection) -> None:
    """Create everything, and say whose it is and of which version."""
    for statement in (*TABLES, *VIEWS):
        connection.run(statement)
    connection.run(f"PRAGMA application_id = {APPLICATION_ID}")
    connection.run(f"PRAGMA user_version = {USER_VERSION}")


def _checked(connection: Connection, oldest: int) -> Connection:
    """Refuse a store of another version, and one that lacks a table."""
    with _closed_if_it_fails(connection):
        if _is_empty(connection):
            raise StoreError(connection.path, NOTHING_YET)
        _refuse_foreign(connection, oldest)
        there = {name for (name,) in connection.rows("SELECT name FROM sqlite_schema")}
        names = [statement.split()[2] for statement in (*TABLES, *VIEWS)]
        if missing := [name for name in names if name not in there]:
            raise StoreError(connection.path, f"the store is damaged: no table {missing[0]}")
    return connection
