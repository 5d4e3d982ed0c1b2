"""The normal form in numpy: for a batch of many texts at once, the same as `text.normal_form`."""

from collections.abc import Sequence
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

from feedtool.text import bare, fold

_UNMET = 255

Points = NDArray[np.uint32]
Counts = NDArray[np.uint8]


class _Table:
    """What each code point becomes: how many code points, the first of them, and the others.

    Filled as code points are met; a text uses a few thousand of the million.
    """

    def __init__(self) -> None:
        self._counts = np.full(0x110000, _UNMET, np.uint8)
        self._first = np.zeros(0x110000, np.uint32)
        self._others: dict[int, list[int]] = {}

    def count(self, points: Points) -> Counts:
        """Return how many code points each of `points` becomes."""
        counts: Counts = self._counts.take(points)
        if len(counts) and counts.max() == _UNMET:
            for point in np.unique(points[counts == _UNMET]).tolist():
                self._meet(point)
            counts = self._counts.take(points)
        return counts

    def _meet(self, point: int) -> None:
        becomes = list(map(ord, fold(point)))
        self._counts[point] = len(becomes)
        self._first[point] = becomes[0] if becomes else 0
        if len(becomes) > 1:
            self._others[point] = becomes[1:]

    def fold(self, points: Points, counts: Counts) -> Points:
        """Return what `points` become, in their order, given how many each becomes."""
        folded: Points = self._first.take(points)[counts != 0]
        # Few code points become several (`が`, `é`, Hangul).
        several = np.flatnonzero(counts > 1)
        if not len(several):
            return folded
        behind = several + 1 - np.searchsorted(np.flatnonzero(counts == 0), several)
        others = [self._others[point] for point in points[several].tolist()]
        flat = np.array([point for other in others for point in other], np.uint32)
        return np.insert(folded, np.repeat(behind, counts[several] - 1), flat)


_TABLE = _Table()


def normal_forms(texts: Sequence[str], cut: Sequence[bool]) -> list[str]:
    """Return the normal forms of texts, of which some are cut."""
    bares = [
        bare(text, cut=is_cut)
        if "[" in text or "&" in text or "【" in text or "［" in text
        else text
        for text, is_cut in zip(texts, cut, strict=True)
    ]
    points = np.frombuffer("".join(bares).encode("utf-32-le", "surrogatepass"), np.uint32)
    counts = _TABLE.count(points)
    ends = np.cumsum(np.fromiter(map(len, bares), np.int64, len(bares)))
    folded = np.cumsum(_sums(counts, ends)).tolist()
    joined = _TABLE.fold(points, counts).tobytes().decode("utf-32-le", "surrogatepass")
    return [
        joined[start:end] or text
        for text, (start, end) in zip(texts, pairwise([0, *folded]), strict=True)
    ]


def _sums(counts: Counts, ends: NDArray[np.int64]) -> NDArray[np.int64]:
    """Return the sum of the counts of each text; `reduceat` knows no empty ranges."""
    starts = np.append(0, ends[:-1])
    filled = ends > starts
    sums = np.zeros(len(ends), np.int64)
    if filled.any():
        sums[filled] = np.add.reduceat(counts, starts[filled], dtype=np.int64)
    return sums
