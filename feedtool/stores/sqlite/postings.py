"""Keys -> versions: the inverted index by which candidates are found.

A row is (key, shelf, version, origin). Shelf 0 of a key holds the first versions of items, of
whatever origin, as long as there is room; every other version stands on the shelf of its origin.
So an origin finds its own versions on two shelves, and those of the others on one that stays
short, however many origins share a piece of boilerplate.

Fresh rows go to `recent_keys`, which fits into the cache, and move to `keys` in sorted runs:
random inserts into the big table one page at a time were six times slower.
"""

from collections.abc import Collection, Iterable, Sequence

from feedtool.fingerprint.recipe import CAP
from feedtool.stores.sqlite.connection import Connection, Row

# Each origin is to find the first CAP founders of the others, and fills at most CAP places itself.
OPEN_SHELF = 2 * CAP

# Longer runs are faster, but others wait for the longest step: 30,000 rows moved into a table of
# 15 million take half a second.
RUN = 30_000

_OWN = """
SELECT key, shelf, version, origin FROM {table}
WHERE key IN (SELECT value FROM json_each(?1)) AND shelf IN (0, ?2)
"""
_ELSEWHERE = """
SELECT key, version FROM {table}
WHERE key IN (SELECT value FROM json_each(?1)) AND shelf = 0 AND origin <> ?2
"""
OWN = " UNION ALL ".join(_OWN.format(table=table) for table in ("keys", "recent_keys"))
ELSEWHERE = " UNION ALL ".join(_ELSEWHERE.format(table=table) for table in ("keys", "recent_keys"))


class Postings:
    """Reads and writes the keys of a store.

    What was read in a write transaction is remembered until its end: judging a page asks for the
    very keys that adding it would have to count again.
    """

    def __init__(self, connection: Connection) -> None:
        self._connection = connection
        self._held: dict[int, dict[int, int]] = {}
        self._founders: dict[int, int] = {}
        self._recent: int | None = None

    def forget(self) -> None:
        """Drop what is known about keys, since others may write now."""
        self._held, self._founders, self._recent = {}, {}, None

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
            for key in keys:
                held[key] = len(found.get(key, ()))
                self._founders[key] = founders.get(key, 0)
        return found

    def elsewhere(self, origin: int, keys: Collection[int]) -> dict[int, list[int]]:
        """Return for each key the first founders of items of other origins, ascending."""
        found: dict[int, list[int]] = {}
        for key, version in self._connection.rows(ELSEWHERE, (array(keys), origin)):
            found.setdefault(key, []).append(version)
        return {key: sorted(versions)[:CAP] for key, versions in found.items()}

    def _read(self, origin: int, keys: Collection[int]) -> list[Row]:
        return self._connection.rows(OWN, (array(keys), origin))

    def add(self, origin: int, fresh: Sequence[tuple[int, bool, Sequence[int]]]) -> None:
        """Note (version, whether it founds an item, keys) of texts that an origin shows first."""
        held, founders = self._held.setdefault(origin, {}), self._founders
        unknown = {key for _, _, keys in fresh for key in keys if key not in held}
        if unknown:
            self.own(origin, unknown)
        rows = []
        for version, founds, keys in fresh:
            for key in keys:
                count = held[key]
                if count >= CAP:
                    continue
                held[key] = count + 1
                shelf = origin
                if founds and founders[key] < OPEN_SHELF:
                    founders[key] += 1
                    shelf = 0
                rows.append((key, shelf, version, origin))
        self._write(rows)

    def _write(self, rows: list[tuple[int, int, int, int]]) -> None:
        connection = self._connection
        rows.sort()
        connection.run_many("INSERT INTO recent_keys VALUES (?, ?, ?, ?)", rows)
        if self._recent is None:
            ((self._recent,),) = connection.rows("SELECT count(*) FROM recent_keys")
        else:
            self._recent += len(rows)
        if self._recent >= RUN:
            connection.run(
                "INSERT INTO keys SELECT * FROM recent_keys ORDER BY key, shelf, version"
            )
            connection.run("DELETE FROM recent_keys")
            self._recent = 0


def array(numbers: Iterable[int]) -> str:
    """Return numbers as the JSON array by which one statement takes any count of them."""
    return str(sorted(numbers))
