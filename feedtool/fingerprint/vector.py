"""The recipe in numpy: for a batch of many texts at once, with the same keys as `pure`."""

from collections.abc import Sequence
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

from feedtool.fingerprint import recipe

Points = NDArray[np.uint32]
Hashes = NDArray[np.uint32]
Keys = NDArray[np.int64]
Indexes = NDArray[np.int64]

# Texts that keep one gram of twelve or fewer are sifted together.
_COMMON = np.uint32((1 << 32) // 12 - 1)

_WEIGHTS = np.array(recipe.WEIGHTS, np.uint32)


def keys(normals: Sequence[str]) -> list[tuple[list[int], list[int]]]:
    """Return for each normal form the key of its beginning and those of its grams."""
    lengths = np.fromiter(map(len, normals), np.int64, len(normals))
    points = np.frombuffer("".join(normals).encode("utf-32-le", "surrogatepass"), np.uint32)
    batch = _Batch(lengths, points)
    heads = _by_text(len(normals), [batch.heads()])
    grams = _by_text(len(normals), [batch.sampled(), *batch.short()])
    return list(zip(heads, grams, strict=True))


def _by_text(count: int, found: Sequence[tuple[Indexes, Keys]]) -> list[list[int]]:
    texts = np.concatenate([text for text, _ in found])
    hashes = np.concatenate([key for _, key in found])
    order = np.argsort(texts, kind="stable")
    borders = np.searchsorted(texts[order], np.arange(count + 1))
    flat = hashes[order].tolist()
    return [flat[start:end] for start, end in pairwise(borders.tolist())]


class _Batch:
    """The texts of a batch joined into one array, and the hashes of their grams.

    Hashes run over all code points; a gram that starts in one text and ends in the next is left
    out when keys are chosen.
    """

    def __init__(self, lengths: Indexes, points: Points) -> None:
        self._points = points
        self._lengths = lengths
        self._ends = np.cumsum(lengths)
        self._starts = self._ends - lengths
        two = _doubled(points * np.uint32(recipe.FIRST), 1)
        self._four = _doubled(two, 2)
        self._eight = _doubled(self._four, 4)
        self._sixteen = _doubled(self._eight, 8)

    def sampled(self) -> tuple[Indexes, Keys]:
        """Return (text, key) of the sampled 16-grams, in each text in their order."""
        hashes = _mixed(self._sixteen ^ np.uint32(recipe.SALT_GRAM))
        limits = self._limits(recipe.GRAM)
        common = limits <= _COMMON
        places = np.flatnonzero(hashes <= _COMMON)
        texts = self._texts(places)
        places = places[common[texts] & (hashes[places] <= limits[texts])]
        # Short texts keep so many that their grams are looked at one by one.
        more, own = self._places(np.flatnonzero(~common), limits)
        more = more[hashes[more] <= own]
        return self._keys(
            np.concatenate([places, more]), self._sixteen, recipe.GRAM, recipe.SALT_GRAM
        )

    def heads(self) -> tuple[Indexes, Keys]:
        """Return (text, key) of the beginnings."""
        texts = np.flatnonzero(self._lengths >= recipe.HEAD)
        places = self._starts[texts]
        return self._keys(places, self._sixteen, recipe.GRAM, recipe.SALT_HEAD)

    def short(self) -> list[tuple[Indexes, Keys]]:
        """Return (text, key) of the shorter grams of short texts."""
        texts = np.flatnonzero(self._lengths <= recipe.SHORT)
        places, limits = self._places(texts, self._limits(recipe.DENSE_GRAM))
        packed = self._packed(places)
        dense = places[packed], limits[packed], self._four, recipe.DENSE_GRAM, recipe.SALT_DENSE
        places, limits = self._places(texts, self._limits(recipe.SHORT_GRAM))
        return [
            self._chosen(*dense),
            self._chosen(places, limits, self._eight, recipe.SHORT_GRAM, recipe.SALT_SHORT),
        ]

    def _limits(self, width: int) -> Hashes:
        """Return for each text the highest hash at which it keeps a gram: see `pure.rate`."""
        rates = (self._lengths - width + 1) // recipe.KEYS_WANTED
        return ((1 << 32) // np.clip(rates, 1, recipe.RATE) - 1).astype(np.uint32)

    def _places(self, texts: Indexes, limits: Hashes) -> tuple[Indexes, Hashes]:
        """Return all places of some texts, each with the limit of its text."""
        lengths = self._lengths[texts]
        return _ranges(self._starts[texts], lengths), np.repeat(limits[texts], lengths)

    def _packed(self, places: Indexes) -> NDArray[np.bool_]:
        """Tell at which places four code points of a dense script begin."""
        dense = np.append(self._points >= recipe.DENSE_FROM, np.zeros(recipe.DENSE_GRAM, bool))
        together = np.ones(len(places), bool)
        for step in range(recipe.DENSE_GRAM):
            together &= dense[places + step]
        return together

    def _chosen(
        self, places: Indexes, limits: Hashes, hashes: Hashes, width: int, salt: int
    ) -> tuple[Indexes, Keys]:
        kept = _mixed(hashes[places] ^ np.uint32(salt)) <= limits
        return self._keys(places[kept], hashes, width, salt)

    def _texts(self, places: Indexes) -> Indexes:
        """Return in which texts places stand."""
        return np.searchsorted(self._ends, places, side="right")

    def _keys(self, places: Indexes, hashes: Hashes, width: int, salt: int) -> tuple[Indexes, Keys]:
        """Return (text, key) of the grams that lie in one text."""
        texts = self._texts(places)
        within = places + width <= self._ends[texts]
        places, texts = places[within], texts[within]
        grams = self._points[places[:, None] + np.arange(width)]
        second = (grams * _WEIGHTS[:width]).sum(axis=1, dtype=np.uint32)
        high = _mixed(hashes[places] ^ np.uint32(salt)).astype(np.uint64)
        keys = high << np.uint64(32) | _mixed(second ^ np.uint32(salt))
        return texts, keys.view(np.int64)


def _ranges(starts: Indexes, lengths: Indexes) -> Indexes:
    """Return start, start + 1, ... for each start, as many as its length says."""
    before = np.cumsum(lengths) - lengths
    return np.repeat(starts - before, lengths) + np.arange(lengths.sum())


def _doubled(hashes: Hashes, width: int) -> Hashes:
    doubled = hashes * np.uint32(recipe.STEPS[width])
    doubled[:-width] += hashes[width:]
    return doubled


def _mixed(hashes: Hashes) -> Hashes:
    return (hashes ^ (hashes >> np.uint32(15))) * np.uint32(recipe.MIX)
