"""The recipe in numpy: for a batch of many texts at once, with the same keys as `pure`."""

from collections.abc import Sequence
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

from feedtool.fingerprint import recipe
from feedtool.fingerprint.pure import rate

Hashes = NDArray[np.uint64]
Indexes = NDArray[np.int64]


def keys(normals: Sequence[str]) -> list[tuple[list[int], list[int]]]:
    """Return for each normal form the key of its beginning and those of its grams."""
    lengths = np.fromiter(map(len, normals), np.int64, len(normals))
    points = np.frombuffer("".join(normals).encode("utf-32-le", "surrogatepass"), np.uint32)
    batch = _Batch(lengths, points)
    heads = _by_text(len(normals), [batch.heads()])
    grams = _by_text(len(normals), [batch.sampled(), *batch.short()])
    return list(zip(heads, grams, strict=True))


def _by_text(count: int, found: Sequence[tuple[Indexes, Hashes]]) -> list[list[int]]:
    texts = np.concatenate([text for text, _ in found])
    hashes = np.concatenate([key for _, key in found])
    order = np.argsort(texts, kind="stable")
    borders = np.searchsorted(texts[order], np.arange(count + 1))
    flat = hashes[order].tolist()
    return [flat[start:end] for start, end in pairwise(borders.tolist())]


class _Batch:
    """The texts of a batch joined into one array, and the hashes of their grams.

    Every array runs over all code points; a gram that starts in one text and ends in the next is
    left out when keys are chosen.
    """

    def __init__(self, lengths: Indexes, points: NDArray[np.uint32]) -> None:
        self._lengths = lengths
        self._starts = np.cumsum(lengths) - lengths
        self._text = np.repeat(np.arange(len(lengths)), lengths)
        self._left = np.repeat(self._starts + lengths, lengths) - np.arange(len(points))
        self._dense = points >= recipe.DENSE_FROM
        one = points.astype(np.uint64) * np.uint64(recipe.FIRST)
        two = _doubled(one, 1)
        self._four = _doubled(two, 2)
        self._eight = _doubled(self._four, 4)
        self._sixteen = _doubled(self._eight, 8)

    def sampled(self) -> tuple[Indexes, Hashes]:
        """Return (text, key) of the sampled 16-grams."""
        rates = [rate(length) for length in self._lengths.tolist()]
        limits = np.array([_limit(r) for r in rates], np.uint64)
        keys = _mixed(self._sixteen)
        kept = (self._left >= recipe.GRAM) & (keys <= np.repeat(limits, self._lengths))
        return self._text[kept], keys[kept]

    def heads(self) -> tuple[Indexes, Hashes]:
        """Return (text, key) of the beginnings."""
        texts = np.flatnonzero(self._lengths >= recipe.HEAD)
        heads = self._sixteen[self._starts[texts]]
        return texts, _mixed(heads ^ np.uint64(recipe.SALT_HEAD))

    def short(self) -> list[tuple[Indexes, Hashes]]:
        """Return (text, key) of the shorter grams of short texts."""
        short = np.repeat(self._lengths <= recipe.SHORT, self._lengths)
        dense = self._dense
        for width in (1, 2):
            dense = dense & _shifted(dense, width)
        return [
            self._chosen(
                self._four,
                short & dense & (self._left >= recipe.DENSE_GRAM),
                recipe.DENSE_RATE,
                recipe.SALT_DENSE,
            ),
            self._chosen(
                self._eight,
                short & (self._left >= recipe.SHORT_GRAM),
                recipe.SHORT_RATE,
                recipe.SALT_SHORT,
            ),
        ]

    def _chosen(
        self, hashes: Hashes, where: NDArray[np.bool_], rate_: int, salt: int
    ) -> tuple[Indexes, Hashes]:
        keys = _mixed(hashes[where] ^ np.uint64(salt))
        kept = keys <= np.uint64(_limit(rate_))
        return self._text[where][kept], keys[kept]


def _limit(rate_: int) -> int:
    return (1 << 64) // rate_ - 1


def _doubled(hashes: Hashes, width: int) -> Hashes:
    doubled = hashes * np.uint64(recipe.STEPS[width])
    doubled[:-width] += hashes[width:]
    return doubled


def _shifted(flags: NDArray[np.bool_], width: int) -> NDArray[np.bool_]:
    shifted = np.zeros_like(flags)
    shifted[:-width] = flags[width:]
    return shifted


def _mixed(hashes: Hashes) -> Hashes:
    mixed = (hashes ^ (hashes >> np.uint64(32))) * np.uint64(recipe.MIX)
    return mixed ^ (mixed >> np.uint64(29))
