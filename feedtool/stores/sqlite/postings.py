"""Keys -> versions: the inverted index by which candidates are found.

A row is (key, shelf, version, origin). Shelf 0 of a key holds the first versions of items, of
whatever origin, as long as there is room; every other version stands on the shelf of its origin.
So an origin finds its own versions on two shelves, and those of the others on one that stays
short, however many origins share a piece of boilerplate.

Fresh rows go to `recent_keys`, which fits into the cache. When that is full, its rows move to
`keys` one range of keys after the other (the rolling merge of O'Neil's LSM-tree, 1996): a page of
the big table is then written once for many rows, and no step takes long.
"""

from collections.abc import Collection, Iterable, Sequence

from feedtool.fingerprint.recipe import CAP
from feedtool.stores.sqlite.connection import Connection, Row

# Each origin is to find the first CAP founders of the others, and fills at most CAP places itself.
OPEN_SHELF = 2 * CAP

# Moved in ranges 300,000 texts write 19 KB each; emptied as a whole at 30,000 rows, 45 KB. Larger
# than this it costs what it saves: each row of a commit falls on a page of its own there too.
RECENT = 150_000
RUN = 30_000
# To count the small table reads all of its pages, so it is done once in so many versions.
COUNT_EVERY = 2000

# The small table is searched by key alone, one step less; in the big one a key may stand on the
# shelves of very many origins.
OWN = """
SELECT k.key, k.shelf, k.version, k.origin FROM json_each(?) w CROSS JOIN keys k
ON k.key = w.value AND k.shelf IN (0, ?)
UNION ALL
SELECT k.key, k.shelf, k.version, k.origin FROM json_each(?) w CROSS JOIN recent_keys k
ON k.key = w.value WHERE k.shelf = 0 OR k.origin = ?
"""
ELSEWHERE = """
SELECT k.key, k.version FROM json_each(?) w CROSS JOIN keys k
ON k.key = w.value AND k.shelf = 0 WHERE k.origin <> ?
UNION ALL
SELECT k.key, k.version FROM json_each(?) w CROSS JOIN recent_keys k
ON k.key = w.value AND k.shelf = 0 WHERE k.origin <> ?
"""

# Without OR ROLLBACK SQLite copies every page aside first, to undo this statement alone.
MOVE = """
INSERT OR ROLLBACK INTO keys SELECT key, shelf, version, origin FROM recent_keys
WHERE key BETWEEN ? AND ? ORDER BY key, shelf, version
"""
LARGEST = 2**63 - 1


class Postings:
    """Reads and writes the keys of a store.

    What was read in a write transaction is remembered until its end: judging a page asks for the
    very keys that adding it would have to count again.
    """

    def __init__(self, connection: Connection) -> None:
        self._connection = connection
        self._held: dict[int, dict[int, int]] = {}
        self._founders: dict[int, int] = {}
        self._cursor: int | None = None

    def forget(self) -> None:
        """Drop what is known about keys, since others may write now."""
        self._held, self._founders = {}, {}

    def own(self, origin: int, keys: Collection[int]) -> dict[int, list[int]]:
        """Return for each key that is known in `origin` its versions, ascending."""
        found: dict[int, list[int]] = {}
        founders: dict[int, int] = {}
        for key, shelf, version, owner in self._read(origin, keys):
            if owner == origin:
                found.setdefault(key, []).append(version)
            if not shelf:
                founders[key] = founders.get(key, 0) + 1
        for versions in found.values():
            versions.sort()
        if self._connection.in_transaction:
            held = self._held.setdefault(origin, {})
            held.update(dict.fromkeys(keys, 0))
            held.update((key, len(versions)) for key, versions in found.items())
            self._founders.update(dict.fromkeys(keys, 0))
            self._founders.update(founders)
        return found

    def elsewhere(self, origin: int, keys: Collection[int]) -> dict[int, list[int]]:
        """Return for each key the first founders of items of other origins, ascending."""
        found: dict[int, list[int]] = {}
        for key, version in self._connection.rows(ELSEWHERE, (array(keys), origin) * 2):
            found.setdefault(key, []).append(version)
        return {key: sorted(versions)[:CAP] for key, versions in found.items()}

    def _read(self, origin: int, keys: Collection[int]) -> list[Row]:
        return self._connection.rows(OWN, (array(keys), origin) * 2)

    def add(self, origin: int, fresh: Sequence[tuple[int, bool, Sequence[int]]]) -> None:
        """Note (version, whether it founds an item, keys) of texts that an origin shows first."""
        held, founders = self._held.setdefault(origin, {}), self._founders
        unknown = set().union(*[keys for _, _, keys in fresh]).difference(held)
        if unknown:
            self.own(origin, unknown)
        rows = []
        for version, founds, keys in fresh:
            for key in keys:
                if (count := held[key]) < CAP:
                    held[key] = count + 1
                    if founds and (count := founders[key]) < OPEN_SHELF:
                        founders[key] = count + 1
                        rows.append((key, 0, version, origin))
                    else:
                        rows.append((key, origin, version, origin))
        self._connection.run_many("INSERT INTO recent_keys VALUES (?, ?, ?, ?)", rows)
        first, last = fresh[0][0], fresh[-1][0]
        if (first - 1) // COUNT_EVERY != last // COUNT_EVERY:
            self._merge()

    def _merge(self) -> None:
        """Move ranges of keys to the big table while the small one is full."""
        ((count,),) = self._connection.rows("SELECT count(*) FROM recent_keys")
        while count >= RECENT:
            count -= self._move()

    def _move(self) -> int:
        """Move the next RUN rows, or what is left up to the largest key; return their number."""
        connection = self._connection
        if self._cursor is None:
            ((self._cursor,),) = connection.rows("SELECT random()")
        first = self._cursor
        row = connection.row(
            "SELECT key FROM recent_keys WHERE key >= ? ORDER BY key LIMIT 1 OFFSET ?", (first, RUN)
        )
        last = row[0] if row else LARGEST
        self._cursor = last + 1 if last < LARGEST else -LARGEST - 1
        connection.run(MOVE, (first, last))
        connection.run("DELETE FROM recent_keys WHERE key BETWEEN ? AND ?", (first, last))
        ((moved,),) = connection.rows("SELECT changes()")
        return int(moved)


def array(numbers: Iterable[int]) -> str:
    """Return numbers as the JSON array by which one statement takes any count of them."""
    return str(sorted(numbers))
