"""What cannot be saved: the least that a program does which keeps dumps in SQLite.

    python -m benchmarks.floor bulk STORE SOURCE
    python -m benchmarks.floor warm STORE PAGES

`bulk` reads a file or a folder of dumps, decodes and splits them, and inserts the raw texts and
ten integers a text, globally sorted, in one transaction. `warm` ingests the pages of a folder one
after the other through feedtool's library into a store that is open, then inserts the same rows
into a copy of the store as it was before, by bare sqlite3, a transaction a page. What they took is
printed as JSON.
"""

import argparse
import json
import shutil
import sqlite3
import sys
import time
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from pathlib import Path
from statistics import median

INTEGERS = 10

# What a row of a table is: its key, and all of its columns.
_TABLES = (
    "SELECT name, sql FROM main.sqlite_master WHERE type = 'table' AND name NOT LIKE 'sqlite_%'"
)


def bulk(store: Path, source: Path) -> dict[str, float]:
    """Insert the lines of dumps and sorted integers; return how many there are."""
    import numpy as np

    lines = [line for text in _decoded(source) for line in text.split("\n") if len(line) > 30]
    with _connected(store) as sqlite:
        sqlite.execute("CREATE TABLE IF NOT EXISTS texts (id INTEGER PRIMARY KEY, text TEXT)")
        sqlite.execute(
            "CREATE TABLE IF NOT EXISTS keys (key INTEGER, id INTEGER, PRIMARY KEY (key, id)) "
            "WITHOUT ROWID"
        )
        (first,) = sqlite.execute("SELECT coalesce(max(id), -1) + 1 FROM texts").fetchone()
        random = np.random.default_rng(first)
        keys = random.integers(-(1 << 63), (1 << 63) - 1, len(lines) * INTEGERS)
        order = np.argsort(keys)
        sqlite.execute("BEGIN")
        sqlite.executemany("INSERT INTO texts VALUES (?, ?)", enumerate(lines, first))
        for start in range(0, len(order), 100_000):
            part = order[start : start + 100_000]
            rows = zip(keys[part].tolist(), (part // INTEGERS + first).tolist(), strict=True)
            sqlite.executemany("INSERT INTO keys VALUES (?, ?)", rows)
        sqlite.execute("COMMIT")
    return {"texts": len(lines)}


def _decoded(source: Path) -> Iterator[str]:
    paths = sorted(source.rglob("*.txt")) if source.is_dir() else [source]
    for path in paths:
        yield path.read_bytes().decode()


class _connected:  # noqa: N801 (reads as a verb)
    """A connection with the settings that feedtool's has."""

    def __init__(self, store: Path) -> None:
        self._sqlite = sqlite3.connect(store, isolation_level=None)
        self._sqlite.execute("PRAGMA journal_mode = WAL")
        self._sqlite.execute("PRAGMA synchronous = FULL")
        self._sqlite.execute("PRAGMA cache_size = -64000")
        self._sqlite.execute("PRAGMA wal_autocheckpoint = 8000")

    def __enter__(self) -> sqlite3.Connection:
        return self._sqlite

    def __exit__(self, *_: object) -> None:
        self._sqlite.close()


def warm(store: Path, pages: Path) -> dict[str, float]:
    """Return the median seconds a page takes: through the library, and as bare rows."""
    before = store.with_name("before.db")
    shutil.copyfile(store, before)
    names = sorted(map(str, pages.glob("*.txt")))
    library = _library(store, names)
    rows = _rows_between(before, store)
    bare = _bare(before, rows, len(names))
    before.unlink()
    return {
        "library": median(library),
        "bare": median(bare),
        "rows": sum(len(found) for found in rows.values()) / len(names),
    }


def _library(store: Path, names: list[str]) -> list[float]:
    import feedtool
    from feedtool import pipeline

    took = []
    with feedtool.open_store(str(store)) as opened:
        for name in names:
            ingest = pipeline.ingest(
                [name], opened, origin="default", now=lambda: datetime.now(UTC)
            )
            took.append(_timed(lambda ingest=ingest: list(ingest)))
    # The first page also loads what later ones need.
    return took[1:] or took


def _timed(work: Callable[[], object]) -> float:
    began = time.perf_counter()
    work()
    return time.perf_counter() - began


def _rows_between(before: Path, after: Path) -> dict[str, list[tuple[object, ...]]]:
    """Return the rows of every table that are new in `after`, or others than in `before`."""
    found = {}
    with _connected(after) as sqlite:
        sqlite.execute("ATTACH ? AS earlier", (str(before),))
        for table, sql in sqlite.execute(_TABLES).fetchall():
            columns = sqlite.execute(f'PRAGMA main.table_info("{table}")').fetchall()
            keys = [f'"{column[1]}"' for column in columns if column[5]]
            keys = keys if "WITHOUT ROWID" in sql.upper() else ["rowid"]
            names = [f'"{column[1]}"' for column in columns]
            mine, theirs = (", ".join(f"{of}.{name}" for name in names) for of in ("a", "b"))
            same = " AND ".join(f"a.{key} = b.{key}" for key in keys)
            found[table] = sqlite.execute(
                f'SELECT {mine} FROM main."{table}" AS a LEFT JOIN earlier."{table}" AS b '
                f"ON {same} WHERE b.{keys[0]} IS NULL OR ({mine}) IS NOT ({theirs})"
            ).fetchall()
    return found


def _bare(store: Path, rows: dict[str, list[tuple[object, ...]]], parts: int) -> list[float]:
    """Insert rows in as many transactions as there were pages; return what each took."""
    with _connected(store) as sqlite:
        statements = {
            table: f'INSERT OR REPLACE INTO "{table}" VALUES ({", ".join("?" * len(found[0]))})'
            for table, found in rows.items()
            if found
        }

        def insert(part: int) -> None:
            sqlite.execute("BEGIN")
            for table, statement in statements.items():
                found = rows[table]
                start, end = len(found) * part // parts, len(found) * (part + 1) // parts
                sqlite.executemany(statement, found[start:end])
            sqlite.execute("COMMIT")

        return [_timed(lambda part=part: insert(part)) for part in range(parts)]


def main() -> int:
    """Do what was asked for and print what it took."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").split("\n")[0])
    parser.add_argument("what", choices=("bulk", "warm"))
    parser.add_argument("store", type=Path)
    parser.add_argument("source", type=Path)
    asked = parser.parse_args()
    work = bulk if asked.what == "bulk" else warm
    print(json.dumps(work(asked.store, asked.source)))
    return 0


if __name__ == "__main__":
    sys.exit(main())
