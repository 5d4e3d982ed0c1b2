"""The recipe in numpy: for a batch of many texts at once, with the same keys as `pure`."""

from collections.abc import Sequence
from itertools import pairwise
from typing import NamedTuple

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


class Columns(NamedTuple):
    """The keys of a batch of texts, those of one text after those of the one before.

    Text i has `keys[starts[i] : starts[i + 1]]`, int64: first the key of its normal form, then
    those of its beginnings if it has them (`strong` tells how many these are, 1 to 3), then its
    grams, then that of its number.
    A gram that stands twice in a text gives its key twice.
    """

    keys: Keys
    starts: Indexes
    strong: NDArray[np.uint8]


def keys(normals: Sequence[str]) -> list[tuple[list[int], list[int]]]:
    """Return for each normal form its strong keys and those of its grams."""
    found = columns(normals)
    flat, strong = found.keys.tolist(), found.strong.tolist()
    return [
        (flat[start : start + count], flat[start + count : end])
        for (start, end), count in zip(pairwise(found.starts.tolist()), strong, strict=True)
    ]


def columns(normals: Sequence[str]) -> Columns:
    """Return the keys of normal forms."""
    heads = [normal[: recipe.LONGEST] for normal in normals]
    lengths = np.fromiter(map(len, heads), np.int64, len(heads))
    points = np.frombuffer("".join(heads).encode("utf-32-le", "surrogatepass"), np.uint32)
    whole = np.fromiter(map(len, normals), np.int64, len(normals))
    batch = _Batch(lengths, points)
    beginnings = batch.heads()
    pieces = [batch.wholes(whole), *beginnings, batch.sampled(), *batch.short(), batch.numbers()]
    texts = np.concatenate([text for text, _ in pieces])
    order = ascending(texts, len(heads))
    flat = np.concatenate([key for _, key in pieces])[order]
    starts = np.append(0, np.cumsum(np.bincount(texts, minlength=len(heads))))
    strong = np.ones(len(heads), np.uint8)
    for begun, _ in beginnings:
        strong[begun] += 1
    return Columns(flat, starts, strong)


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
        self._mixed = _mixed(self._sixteen ^ np.uint32(recipe.SALT_GRAM))

    def wholes(self, lengths: Indexes) -> tuple[Indexes, Keys]:
        """Return (text, key) of the whole texts, of which `lengths` tells the code points."""
        sums = np.zeros(len(lengths), np.uint64)
        long = np.flatnonzero(self._lengths >= recipe.GRAM)
        # The hashes at the end of a text run into the next one.
        ends = self._ends[long] - recipe.GRAM + 1
        borders = np.stack([self._starts[long], ends], axis=1).ravel()
        sums[long] = _sums(self._mixed, borders)[::2]
        short = np.flatnonzero((self._lengths < recipe.GRAM) & (self._lengths > 0))
        sizes = self._lengths[short]
        places = ranges(self._starts[short], sizes)
        weights = _WEIGHTS.take(ranges(np.zeros_like(sizes), sizes)).astype(np.uint64)
        sums[short] = _sums(self._points.take(places) * weights, np.cumsum(sizes) - sizes)
        keys = sums * np.uint64(recipe.WHOLE) + lengths.astype(np.uint64) * np.uint64(recipe.LENGTH)
        return np.arange(len(lengths)), (keys ^ (keys >> np.uint64(29))).view(np.int64)

    def sampled(self) -> tuple[Indexes, Keys]:
        """Return (text, key) of the sampled 16-grams, in each text in their order."""
        limits = self._limits(recipe.GRAM)
        common = limits <= _COMMON
        places = np.flatnonzero(self._mixed <= _COMMON)
        texts = self._texts(places)
        places = places[common.take(texts) & (self._mixed.take(places) <= limits.take(texts))]
        # Short texts keep so many that their grams are looked at one by one.
        more, own = self._places(np.flatnonzero(~common), limits)
        more = more[self._mixed.take(more) <= own]
        return self._keys(
            np.concatenate([places, more]), self._sixteen, recipe.GRAM, recipe.SALT_GRAM
        )

    def heads(self) -> list[tuple[Indexes, Keys]]:
        """Return (text, key) of the beginnings, the shorter ones first."""
        texts = np.flatnonzero(self._lengths >= recipe.HEAD)
        head = self._keys(self._starts[texts], self._sixteen, recipe.HEAD, recipe.SALT_HEAD)
        starts = self._starts[self._lengths >= recipe.TITLE]
        titles = np.zeros_like(self._sixteen)
        titles[starts] = self._sixteen[starts] * np.uint32(recipe.STEPS[recipe.HEAD])
        titles[starts] += self._sixteen[starts + recipe.HEAD]
        return [head, self._keys(starts, titles, recipe.TITLE, recipe.SALT_HEAD)]

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

    def numbers(self) -> tuple[Indexes, Keys]:
        """Return (text, key) of the numbers of the texts that have one."""
        digits = (self._points >= ord("0")) & (self._points <= ord("9"))
        # Where a text begins, one that ends in the text before is another.
        first, last = digits.copy(), digits.copy()
        first[1:] &= ~digits[:-1]
        last[:-1] &= ~digits[1:]
        borders = self._starts[(self._starts > 0) & (self._lengths > 0)]
        first[borders] = digits[borders]
        last[borders - 1] = digits[borders - 1]
        starts, ends = np.flatnonzero(first), np.flatnonzero(last) + 1
        texts = self._texts(starts)
        named = ends - starts >= recipe.LEAST_NAME
        named |= ends - self._starts[texts] <= recipe.NUMBERED
        texts, starts, ends = texts[named], starts[named], ends[named]
        firsts = np.append(True, texts[1:] != texts[:-1])[: len(texts)]
        texts, starts, ends = texts[firsts], starts[firsts], ends[firsts]
        starts = np.maximum(starts - recipe.BEFORE_NUMBER, self._starts[texts])
        sizes = np.minimum(ends - starts, recipe.NUMBER)
        points = self._points.take(ranges(starts, sizes))
        within = ranges(np.zeros_like(sizes), sizes)
        begun = np.cumsum(sizes) - sizes
        high = _sums(points * _WEIGHTS[::-1].take(within), begun).astype(np.uint32)
        low = _sums(points * _WEIGHTS.take(within), begun).astype(np.uint32)
        return texts, _joined(high, low, recipe.SALT_NUMBER)

    def _limits(self, width: int) -> Hashes:
        """Return for each text the highest hash at which it keeps a gram: see `pure.rate`."""
        rates = (self._lengths - width + 1) // recipe.KEYS_WANTED
        return ((1 << 32) // np.clip(rates, 1, recipe.RATE) - 1).astype(np.uint32)

    def _places(self, texts: Indexes, values: Hashes) -> tuple[Indexes, Hashes]:
        """Return all places of some texts, each with the value of its text."""
        lengths = self._lengths[texts]
        return ranges(self._starts[texts], lengths), np.repeat(values[texts], lengths)

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
        within = places + width <= self._ends.take(texts)
        places, texts = places[within], texts[within]
        second = np.zeros(len(places), np.uint32)
        for step, weight in enumerate(_WEIGHTS[:width]):
            second += self._points[step:].take(places) * weight
        return texts, _joined(hashes.take(places), second, salt)


def _joined(hashes: Hashes, second: Hashes, salt: int) -> Keys:
    high = _mixed(hashes ^ np.uint32(salt)).astype(np.uint64)
    keys: NDArray[np.uint64] = high << np.uint64(32) | _mixed(second ^ np.uint32(salt))
    return keys.view(np.int64)


def ascending(numbers: Indexes, end: int) -> Indexes:
    """Return in which order numbers from 0 to `end` ascend; equal ones stay as they stand."""
    # Numbers of 16 bits are sorted in a tenth of the time.
    width = np.uint16 if end <= 1 << 16 else np.int64
    return np.argsort(numbers.astype(width), kind="stable")


def ranges(starts: Indexes, lengths: Indexes) -> Indexes:
    """Return start, start + 1, ... for each start, as many as its length says."""
    before = np.cumsum(lengths) - lengths
    return np.repeat(starts - before, lengths) + np.arange(lengths.sum())


def _sums(values: NDArray[np.unsignedinteger], starts: Indexes) -> NDArray[np.uint64]:
    """Return the sums of the values from each start to the next, modulo 2**64."""
    if not len(starts):
        return np.zeros(0, np.uint64)
    return np.add.reduceat(values, starts, dtype=np.uint64)


def _doubled(hashes: Hashes, width: int) -> Hashes:
    doubled = hashes * np.uint32(recipe.STEPS[width])
    doubled[:-width] += hashes[width:]
    return doubled


def _mixed(hashes: Hashes) -> Hashes:
    return (hashes ^ (hashes >> np.uint32(15))) * np.uint32(recipe.MIX)
