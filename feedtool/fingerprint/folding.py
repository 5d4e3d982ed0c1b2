"""The normal form in numpy: for a batch of many texts at once, the same as `text.normal_form`."""

from collections.abc import Sequence
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

from feedtool.text import bare, fold, folded

_UNMET = 255


class _Table:
    """What each code point becomes: how many code points, and the first of them.

    Filled as code points are met; a text uses a few thousand of the million.
    """

    def __init__(self) -> None:
        self.counts = np.full(0x110000, _UNMET, np.uint8)
        self.first = np.zeros(0x110000, np.uint32)

    def meet(self, points: NDArray[np.uint32]) -> None:
        """Learn the code points among `points` that were not met before."""
        for point in np.unique(points[self.counts[points] == _UNMET]).tolist():
            becomes = fold(point)
            self.counts[point] = len(becomes)
            self.first[point] = ord(becomes[0]) if becomes else 0


_TABLE = _Table()


def normal_forms(texts: Sequence[str], cut: Sequence[bool]) -> list[str]:
    """Return the normal forms of texts, of which some are cut.

    Few code points become several (`が`, `é`, Hangul); a text that holds one is folded by itself.
    """
    bares = [bare(text, cut=is_cut) for text, is_cut in zip(texts, cut, strict=True)]
    points = np.frombuffer("".join(bares).encode("utf-32-le", "surrogatepass"), np.uint32)
    _TABLE.meet(points)
    counts = _TABLE.counts[points]
    kept = counts > 0
    joined = _TABLE.first[points[kept]].tobytes().decode("utf-32-le", "surrogatepass")
    ends = np.cumsum(np.fromiter(map(len, bares), np.int64, len(bares)))
    borders = pairwise([0, *(ends - _before(~kept, ends)).tolist()])
    several = pairwise([0, *_before(counts > 1, ends).tolist()])
    return [
        (joined[start:end] if earlier == later else folded(bare_text)) or text
        for text, bare_text, (start, end), (earlier, later) in zip(
            texts, bares, borders, several, strict=True
        )
    ]


def _before(flags: NDArray[np.bool_], ends: NDArray[np.int64]) -> NDArray[np.int64]:
    """Return how many flags are set before each end."""
    return np.searchsorted(np.flatnonzero(flags), ends)
