"""Keys -> versions: the inverted index by which candidates are found.

A row of `keys` is (key, shelf, version, origin). Shelf 0 of a key holds the first versions of
items, of whatever origin, as long as there is room; every other version stands on the shelf of its
origin. So an origin finds its own versions on two shelves, and those of the others on one that
stays short, however many origins share a piece of boilerplate.

Fresh versions stand in `recent_keys`, a row with all its keys each, and in memory by key. When
these are enough they move to `keys` in the order of keys (a merge of O'Neil's LSM-tree, 1996): a
page of the big table is then written once for many rows. A long sweep takes several transactions,
so that none takes long; until its end `recent_keys` is what counts.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Sequence
from struct import pack, unpack
from typing import TYPE_CHECKING

from feedtool.fingerprint.recipe import CAP
from feedtool.stores.sqlite.cells import LARGEST, VERSION_SHIFT
from feedtool.stores.sqlite.connection import Connection, Row

if TYPE_CHECKING:
    from feedtool.stores.sqlite.columns import Asked, Numbers, RecentColumns

# Each origin is to find the first CAP founders of the others, and fills at most CAP places itself.
OPEN_SHELF = 2 * CAP

# Who opens a store reads all recent keys: 20,000 of them in 3 ms.
RECENT = 20_000
# In a run of many pages more may wait: with 20,000 each row falls on a page of its own in a store
# of a million texts. They take 16 bytes of memory each.
RECENT_IN_BULK = 1_000_000
# So many rows move in one transaction.
RUN = 30_000

# A sweep that was broken off leaves rows of versions that `recent_keys` still holds.
OWN = """
SELECT k.key, k.shelf, k.version, k.origin FROM json_each(?) w CROSS JOIN keys k
ON k.key = w.value AND k.shelf IN (0, ?) WHERE k.version < ?
"""
ELSEWHERE = """
SELECT k.key, k.shelf, k.version, k.origin FROM json_each(?) w CROSS JOIN keys k
ON k.key = w.value AND k.shelf = 0 WHERE k.origin <> ? AND k.version < ?
"""
# Holders as `columns` has them, in one row: a row for each takes a third longer. Where nobody else
# has keys, one step finds both shelves.
OWN_HOLDERS = f"""
SELECT group_concat(k.key, ' '),
  group_concat((k.version << {VERSION_SHIFT}) | (k.origin << 1) | (k.shelf = 0), ' ')
FROM json_each(?) w CROSS JOIN keys k ON k.key = w.value AND k.shelf IN (0, ?) WHERE k.version < ?
"""
ALL_HOLDERS = OWN_HOLDERS.replace("k.shelf IN (0, ?)", "? > 0")
ALL_RECENT = "SELECT version, shelf, origin, keys FROM recent_keys ORDER BY version"
INSERT_RECENT = "INSERT INTO recent_keys VALUES (?, ?, ?, ?)"
# An interrupted sweep begins again.
MOVE = "INSERT OR IGNORE INTO keys VALUES (?, ?, ?, ?)"
# A statement takes longer to begin and to end than to insert a row.
TOGETHER = 100
MOVE_TOGETHER = MOVE + ", (?, ?, ?, ?)" * (TOGETHER - 1)
# Shelf, version and origin of a text.
Holder = tuple[int, int, int]


class Postings:
    """Reads and writes the keys of a store.

    What was read in a write transaction is remembered until its end: judging a page asks for the
    very keys that adding it would have to count again. Recent keys are remembered as long as
    nobody else writes.
    """

    def __init__(self, connection: Connection) -> None:
        self._connection = connection
        self._held: dict[int, dict[int, int]] = {}
        self._founders: dict[int, int] = {}
        self._recent: _Recent | RecentColumns = _Recent([])
        self._asked: Asked | None = None
        self._added = 0
        self._state: Row | None = None

    def forget(self) -> None:
        """Drop what was counted in a transaction, since others may write now."""
        self._held, self._founders, self._asked = {}, {}, None

    def undone(self) -> None:
        """Drop all that is known: what was written is gone."""
        self.forget()
        self._state = None

    def own(self, origin: int, keys: Collection[int]) -> dict[int, list[int]]:
        """Return for each key that is known in `origin` its versions, ascending."""
        found: dict[int, list[int]] = {}
        founders: dict[int, int] = {}
        for key, shelf, version, owner in self._holders(OWN, origin, keys):
            if owner == origin:
                if key in found:
                    found[key].append(version)
                else:
                    found[key] = [version]
            if not shelf:
                founders[key] = founders.get(key, 0) + 1
        for versions in found.values():
            if len(versions) > 1:
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
        for key, shelf, version, owner in self._holders(ELSEWHERE, origin, keys):
            if not shelf and owner != origin:
                found.setdefault(key, []).append(version)
        return {key: sorted(versions)[:CAP] for key, versions in found.items()}

    def _holders(self, sql: str, origin: int, keys: Collection[int]) -> Iterator[Row]:
        """Yield (key, shelf, version, origin) of the moved rows that fit, and of all recent."""
        self._refresh()
        yield from self._connection.rows(sql, (array(keys), origin, self._recent.first))
        yield from self._recent.rows(keys)

    def _refresh(self) -> None:
        """Read what is recent, unless nobody has written since."""
        state = self._connection.row("PRAGMA data_version")
        if state != self._state:
            # In one statement, so that it is one state also where there is no transaction.
            self._recent = _Recent(self._connection.rows(ALL_RECENT))
            self._added, self._state = 0, state

    def pairs(self, origin: int, keys: bytes, *, alone: bool) -> tuple[bytes, bytes]:
        """Return the columns (key, version) of who holds any of some ascending keys in `origin`.

        All columns are int64. `alone` says that no other origin has keys.
        """
        import numpy as np

        from feedtool.stores.sqlite.columns import Asked

        wanted = np.frombuffer(keys, np.int64)
        found, holders = self._found(origin, wanted, alone=alone)
        asked = Asked(origin, wanted, found, holders)
        if self._connection.in_transaction:
            self._asked = asked
        found, versions = found[asked.own], holders[asked.own] >> VERSION_SHIFT
        order = np.lexsort((versions, found))
        return found[order].tobytes(), versions[order].tobytes()

    def _found(self, origin: int, keys: Numbers, *, alone: bool) -> tuple[Numbers, Numbers]:
        """Return (key, holder) of the moved rows that fit, and of all recent."""
        import numpy as np

        from feedtool.stores.sqlite.columns import from_text

        recent = self._in_columns()
        keys = recent.sift(keys)
        values = (str(keys.tolist()), origin, recent.first)
        ((held, holders),) = self._connection.rows(ALL_HOLDERS if alone else OWN_HOLDERS, values)
        moved, fresh = (from_text(held), from_text(holders)), recent.find(keys)
        return np.concatenate([moved[0], fresh[0]]), np.concatenate([moved[1], fresh[1]])

    def _in_columns(self) -> RecentColumns:
        """Return what is recent in numpy, from now on."""
        from feedtool.stores.sqlite.columns import RecentColumns, Sieve

        self._refresh()
        if not isinstance(self._recent, RecentColumns):
            empty = not self._connection.rows("SELECT 1 FROM keys LIMIT 1")
            rows = self._connection.rows(ALL_RECENT)
            self._recent = RecentColumns(rows, sieve=Sieve() if empty else None)
        return self._recent

    def add_columns(self, origin: int, fresh: Sequence[tuple[int, bool, Sequence[int]]]) -> None:
        """Note what `add` would, of a batch."""
        import numpy as np

        from feedtool.stores.sqlite.columns import Asked, flat, recent_rows

        recent = self._in_columns()
        keys, sizes = flat([keys for _, _, keys in fresh])
        asked = self._asked if self._asked and self._asked.origin == origin else None
        places = asked.places(keys) if asked else None
        if asked is None or places is None:
            wanted, places = np.unique(keys, return_inverse=True)
            asked = Asked(origin, wanted, *self._found(origin, wanted, alone=False))
            self._asked = asked
        versions = np.repeat(np.array([version for version, _, _ in fresh]), sizes)
        founds = np.repeat(np.array([founds for _, founds, _ in fresh]), sizes)
        part, back = asked.admit(places, versions, founds, OPEN_SHELF)
        recent.extend(part)
        rows = recent_rows(part.keys[back], part.holders[back])
        self._connection.run_many(INSERT_RECENT, rows)
        # What was counted key by key is no longer so.
        self._held, self._founders = {}, {}
        self._added += len(back)
        self._move(RECENT if self._added < RECENT else RECENT_IN_BULK)

    def add(self, origin: int, fresh: Sequence[tuple[int, bool, Sequence[int]]]) -> None:
        """Note (version, whether it founds an item, keys) of texts that an origin shows first."""
        held = self._held.setdefault(origin, {})
        unknown = set().union(*[keys for _, _, keys in fresh]).difference(held)
        if unknown:
            self.own(origin, unknown)
        self._refresh()
        rows = []
        for version, founds, keys in fresh:
            for shelf, admitted in self._shelved(origin, founds, keys):
                self._recent.add(shelf, version, origin, admitted)
                self._added += len(admitted)
                rows.append((version, shelf, origin, packed(admitted)))
        self._connection.run_many(INSERT_RECENT, rows)
        self._asked = None
        self._move(RECENT if self._added < RECENT else RECENT_IN_BULK)

    def _shelved(
        self, origin: int, founds: bool, keys: Sequence[int]
    ) -> Iterator[tuple[int, list[int]]]:
        """Yield those of a version's keys that have room for it, by shelf."""
        held, founders = self._held[origin], self._founders
        admitted = [key for key in keys if held[key] < CAP]
        for key in admitted:
            held[key] += 1
        if founds:
            open_ = [key for key in admitted if founders[key] < OPEN_SHELF]
            for key in open_:
                founders[key] += 1
            yield 0, open_
            if len(open_) == len(admitted):
                return
            opened = set(open_)
            admitted = [key for key in admitted if key not in opened]
        yield origin, admitted

    @property
    def unsettled(self) -> bool:
        """Whether this run has left more in `recent_keys` than others may be asked to read."""
        recent = self._recent
        return self._added > RECENT and (recent.moving is not None or recent.count > RECENT)

    def settle(self) -> None:
        """Move the next rows of a run that was long."""
        self._refresh()
        self._move(RECENT)

    def _move(self, most: int) -> None:
        """Move the next rows if more than `most` keys are recent."""
        recent, connection = self._recent, self._connection
        if not recent.moving and recent.count <= most:
            return
        # With others at work no sweep of several steps would come to its end.
        values, last = recent.next_rows(RUN if self._added > RECENT else None)
        _insert(connection, values)
        if last is not None:
            connection.run("DELETE FROM recent_keys WHERE version <= ?", (last,))


def _insert(connection: Connection, values: Sequence[int]) -> None:
    """Insert rows, of which all values are given in one sequence."""
    for sql in (MOVE_TOGETHER, MOVE):
        size = sql.count("?")
        whole = len(values) // size * size
        connection.run_many(sql, [values[at : at + size] for at in range(0, whole, size)])
        values = values[whole:]


class _Layer:
    """Versions by key. A process that asks once, for a page, puts up no index for that."""

    def __init__(self) -> None:
        self.first, self.last, self.count = LARGEST, 0, 0
        self._asked = False
        self._rows: list[tuple[Holder, Sequence[int]]] = []
        self._holders: dict[int, list[Holder]] = {}

    def add(self, holder: Holder, keys: Sequence[int]) -> None:
        """Note the keys of one version; versions come in ascending order."""
        self._rows.append((holder, keys))
        self.first, self.last = min(self.first, holder[1]), holder[1]
        self.count += len(keys)

    @property
    def holders(self) -> dict[int, list[Holder]]:
        """Who holds each key."""
        holders = self._holders
        for holder, keys in self._rows:
            for key in keys:
                if key in holders:
                    holders[key].append(holder)
                else:
                    holders[key] = [holder]
        self._rows.clear()
        return holders

    def rows(self, keys: Collection[int]) -> Iterator[Row]:
        """Yield (key, shelf, version, origin) of who holds any of the keys."""
        if not self._asked:
            self._asked, wanted = True, set(keys)
            for holder, held in self._rows:
                for key in wanted.intersection(held):
                    yield key, *holder
            return
        holders = self.holders
        for key in holders.keys() & keys:
            for holder in holders[key]:
                yield key, *holder


class _Recent:
    """What stands in `recent_keys`: the layer that a sweep is moving, and the one that grows."""

    def __init__(self, rows: Iterable[Row]) -> None:
        self.moving: _Layer | None = None
        self.fresh = _Layer()
        self._keys: list[int] = []
        for version, shelf, origin, keys in rows:
            self.fresh.add((shelf, version, origin), unpacked(keys))

    @property
    def first(self) -> int:
        """The first recent version: `keys` holds all that is older."""
        return self.moving.first if self.moving else self.fresh.first

    @property
    def count(self) -> int:
        """How many keys no sweep is moving yet."""
        return self.fresh.count

    def add(self, shelf: int, version: int, origin: int, keys: Sequence[int]) -> None:
        """Note the keys of one more version."""
        self.fresh.add((shelf, version, origin), keys)

    def rows(self, keys: Collection[int]) -> Iterator[Row]:
        """Yield (key, shelf, version, origin) of who holds any of the keys."""
        for layer in (self.moving, self.fresh):
            if layer:
                yield from layer.rows(keys)

    def next_rows(self, most: int | None) -> tuple[Sequence[int], int | None]:
        """Return all values of the next rows of a sweep, and its last version at its end.

        It is begun if there is none. What it has moved is no longer recent at its end.
        """
        if self.moving is None:
            self.moving, self.fresh = self.fresh, _Layer()
            self._keys = sorted(self.moving.holders, reverse=True)
        moving, keys = self.moving, self._keys
        start = 0 if most is None else max(0, len(keys) - most)
        holders = moving.holders
        rows = [(key, *holder) for key in reversed(keys[start:]) for holder in holders[key]]
        values = [value for row in rows for value in row]
        del keys[start:]
        if keys:
            return values, None
        self.moving = None
        return values, moving.last


def packed(keys: Sequence[int]) -> bytes:
    """Return keys as `recent_keys` holds them: 8 bytes each, the least one first."""
    return pack(f"<{len(keys)}q", *keys)


def unpacked(keys: bytes) -> tuple[int, ...]:
    """Return the keys of a row of `recent_keys`."""
    return unpack(f"<{len(keys) // 8}q", keys)


def array(numbers: Iterable[int]) -> str:
    """Return numbers as the JSON array by which one statement takes any count of them."""
    return str(sorted(numbers))
