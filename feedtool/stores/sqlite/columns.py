"""The keys of a run of many pages in numpy: what `postings` keeps key by key."""

from collections.abc import Collection, Iterator, Sequence
from itertools import chain, pairwise

import numpy as np
from numpy.typing import NDArray

from feedtool.fingerprint.recipe import CAP
from feedtool.fingerprint.vector import ascending
from feedtool.stores.sqlite.cells import LARGEST, VERSION_SHIFT
from feedtool.stores.sqlite.connection import Row

Numbers = NDArray[np.int64]
Flags = NDArray[np.bool_]

ORIGINS = (1 << (VERSION_SHIFT - 1)) - 1

# One bit in so many for each key: of a store of a million texts, of which all came in this run, one
# key in twenty is looked up in vain.
SIEVE_BITS = 28
_SCATTER = np.uint64(0x9E3779B97F4A7C15)


class Part:
    """Keys and their holders, in the order of keys and versions."""

    def __init__(self, keys: Numbers, holders: Numbers) -> None:
        self.keys, self.holders = keys, holders

    def find(self, keys: Numbers) -> tuple[Numbers, Numbers]:
        """Return (key, holder) for those of ascending `keys` that are here."""
        starts = np.searchsorted(self.keys, keys)
        near = np.flatnonzero(self.keys[np.minimum(starts, len(self.keys) - 1)] == keys)
        starts = starts[near]
        counts = np.searchsorted(self.keys, keys[near], side="right") - starts
        return np.repeat(keys[near], counts), self.holders[ranges(starts, counts)]


class RecentColumns:
    """What stands in `recent_keys`: the part that a sweep is moving, and those that grow."""

    def __init__(self, rows: Sequence[Row], *, sieve: "Sieve | None" = None) -> None:
        self.moving: Part | None = None
        self.count = 0
        self._sieve = sieve
        self._moved = 0
        self._moving_last = 0
        self._parts: list[Part] = []
        self._first: int = LARGEST
        self._last = 0
        self._moving_first = LARGEST
        sizes = [len(keys) // 8 for _, _, _, keys in rows]
        keys = np.frombuffer(b"".join([keys for *_, keys in rows]), "<i8").astype(np.int64)
        holders = [holder(version, shelf, origin) for version, shelf, origin, _ in rows]
        self.extend(_sorted([Part(keys, np.repeat(np.array(holders, np.int64), sizes))]))

    @property
    def first(self) -> int:
        """The first recent version: `keys` holds all that is older."""
        return self._first if self.moving is None else self._moving_first

    def add(self, shelf: int, version: int, origin: int, keys: Sequence[int]) -> None:
        """Note the keys of one more version."""
        found = np.array(keys, np.int64)
        holders = np.full(len(found), holder(version, shelf, origin))
        self.extend(_sorted([Part(found, holders)]))

    def extend(self, part: Part) -> None:
        """Note keys of later versions."""
        if not len(part.keys):
            return
        self._first = min(self._first, int(part.holders.min()) >> VERSION_SHIFT)
        self._last = max(self._last, int(part.holders.max()) >> VERSION_SHIFT)
        self.count += len(part.keys)
        if self._sieve:
            self._sieve.add(part.keys)
        # Parts of about one size are joined, so that few are left to look into.
        while self._parts and len(self._parts[-1].keys) < 2 * len(part.keys):
            part = _sorted([self._parts.pop(), part])
        self._parts.append(part)

    def sift(self, keys: Numbers) -> Numbers:
        """Return those of `keys` that may be known: all, but in a run that began with none."""
        return self._sieve.sift(keys) if self._sieve else keys

    def find(self, keys: Numbers) -> tuple[Numbers, Numbers]:
        """Return (key, holder) for those of ascending `keys` that are recent."""
        parts = [*self._parts] if self.moving is None else [self.moving, *self._parts]
        found = [part.find(keys) for part in parts]
        if not found:
            return keys[:0], keys[:0]
        return np.concatenate([k for k, _ in found]), np.concatenate([h for _, h in found])

    def rows(self, keys: Collection[int]) -> Iterator[Row]:
        """Yield (key, shelf, version, origin) of who holds any of the keys."""
        found, holders = self.find(np.sort(np.fromiter(keys, np.int64, len(keys))))
        return zip(found.tolist(), *[part.tolist() for part in _parted(holders)], strict=True)

    def next_rows(self, most: int | None) -> tuple[Sequence[int], int | None]:
        """Return all values of the next rows of a sweep, and its last version at its end.

        It is begun if there is none. What it has moved is no longer recent at its end.
        """
        if self.moving is None:
            self.moving, self._parts = _sorted(self._parts), []
            self._moving_first, self._moving_last = self._first, self._last
            self._first, self.count, self._moved = LARGEST, 0, 0
        start, total = self._moved, len(self.moving.keys)
        end = total if most is None else min(start + most, total)
        keys, holders = self.moving.keys[start:end], self.moving.holders[start:end]
        self._moved = end
        values: list[int] = np.stack([keys, *_parted(holders)], axis=1).ravel().tolist()
        if end < total:
            return values, None
        self.moving = None
        return values, self._moving_last


class Sieve:
    """Tells of most keys that were never added that they were not (the filter of Bloom, 1970)."""

    def __init__(self) -> None:
        self._bits = np.zeros(1 << (SIEVE_BITS - 3), np.uint8)

    def add(self, keys: Numbers) -> None:
        """Let keys through from now on."""
        places = _places(keys)
        np.bitwise_or.at(self._bits, places >> 3, _bit(places))

    def sift(self, keys: Numbers) -> Numbers:
        """Return the keys that may be there."""
        places = _places(keys)
        met: Flags = self._bits[places >> 3] & _bit(places) != 0
        return keys[met]


def _places(keys: Numbers) -> Numbers:
    # Sampled keys are small numbers, so their own first bits would not do.
    scattered = keys.view(np.uint64) * _SCATTER
    places: Numbers = (scattered >> np.uint64(64 - SIEVE_BITS)).view(np.int64)
    return places


def _bit(places: Numbers) -> NDArray[np.uint8]:
    bits: NDArray[np.uint8] = np.left_shift(1, places & 7).astype(np.uint8)
    return bits


class Asked:
    """How many hold each of some ascending keys, in one origin and on the open shelf."""

    def __init__(self, origin: int, keys: Numbers, found: Numbers, holders: Numbers) -> None:
        self.origin, self.keys = origin, keys
        places = np.searchsorted(keys, found)
        self.own = (holders >> 1) & ORIGINS == origin
        self._held = np.bincount(places[self.own], minlength=len(keys))
        self._open = np.bincount(places[holders & 1 == 1], minlength=len(keys))

    def places(self, keys: Numbers) -> Numbers | None:
        """Return where keys stand among those that were asked for; None if one does not."""
        if not len(self.keys):
            return None if len(keys) else keys
        places = np.minimum(np.searchsorted(self.keys, keys), len(self.keys) - 1)
        return places if (self.keys[places] == keys).all() else None

    def admit(
        self, places: Numbers, versions: Numbers, founds: Flags, open_shelf: int
    ) -> tuple[Part, Numbers]:
        """Return the keys of fresh versions that have room for them, and count.

        `places` says where their keys stand among those that were asked for. With them comes the
        order in which they stood.
        """
        order = ascending(places, len(self.keys))
        places, founds = places[order], founds[order]
        begins = np.searchsorted(places, places)
        kept = np.arange(len(places)) - begins + self._held[places] < CAP
        founding = kept & founds
        before: Numbers = np.cumsum(founding) - founding
        open_ = founding & (before - before[begins] + self._open[places] < open_shelf)
        self._held += np.bincount(places[kept], minlength=len(self.keys))
        self._open += np.bincount(places[open_], minlength=len(self.keys))
        holders = versions[order] << VERSION_SHIFT | self.origin << 1 | open_
        return Part(self.keys[places[kept]], holders[kept]), ascending(order[kept], len(order))


def flat(keys: Sequence[Sequence[int]]) -> tuple[Numbers, Numbers]:
    """Return the keys of many texts in one array, and how many each has."""
    sizes = np.fromiter(map(len, keys), np.int64, len(keys))
    return np.fromiter(chain.from_iterable(keys), np.int64, int(sizes.sum())), sizes


def recent_rows(keys: Numbers, holders: Numbers) -> list[Row]:
    """Return the rows of `recent_keys` for keys in the order of versions."""
    order = np.argsort(holders, kind="stable")
    keys, holders = keys[order].astype("<i8"), holders[order]
    starts = np.flatnonzero(np.append(True, holders[1:] != holders[:-1])[: len(holders)])
    packed = keys.tobytes()
    borders = pairwise([*(starts * 8).tolist(), len(packed)])
    heads = zip(*[part.tolist() for part in _parted(holders[starts])], strict=True)
    return [
        (version, shelf, origin, packed[start:end])
        for (shelf, version, origin), (start, end) in zip(heads, borders, strict=True)
    ]


def from_text(numbers: str | None) -> Numbers:
    """Return the numbers that stand in a text."""
    return np.fromstring(numbers or "", np.int64, sep=" ")


def holder(version: int, shelf: int, origin: int) -> int:
    """Return a holder as one number."""
    return version << VERSION_SHIFT | origin << 1 | (not shelf)


def _parted(holders: Numbers) -> tuple[Numbers, Numbers, Numbers]:
    """Return the shelf, the version and the origin of each holder."""
    origins = (holders >> 1) & ORIGINS
    return np.where(holders & 1 == 1, 0, origins), holders >> VERSION_SHIFT, origins


def _sorted(parts: Sequence[Part]) -> Part:
    keys = np.concatenate([part.keys for part in parts])
    holders = np.concatenate([part.holders for part in parts])
    # Each part is in order, which this way of sorting makes use of.
    order = np.argsort(keys, kind="stable")
    return Part(keys[order], holders[order])


def ranges(starts: Numbers, lengths: Numbers) -> Numbers:
    """Return start, start + 1, ... for each start, as many as its length says."""
    before = np.cumsum(lengths) - lengths
    return np.repeat(starts - before, lengths) + np.arange(lengths.sum())
