"""A batch of pages -> candidates in columns: what `finding` tells page by page, all at once.

Which texts of a batch become versions shows before anything is judged: in an origin every distinct
text is one. So a key's holders are known for every page, also those of earlier pages of the batch.
"""

from collections.abc import Iterable, Iterator, Sequence
from itertools import chain, pairwise

import numpy as np
from numpy.typing import NDArray

from feedtool import finding
from feedtool.finding import SHORTLIST
from feedtool.fingerprint import recipe
from feedtool.fingerprint.vector import ascending, ranges
from feedtool.model import Fingerprint
from feedtool.stores import Index

Numbers = NDArray[np.int64]
Flags = NDArray[np.bool_]

# So many pairs are weighed at once: 50 bytes each, in every process that shares the work. Four
# times as many took 10 MB more, a quarter of what a hundred thousand texts add, and were no faster.
MOST_PAIRS = 1 << 16


class Batch:
    """The keys of a batch of texts.

    `pages` tells for each text where its page begins, `known` which texts are left out because
    their transmission is known: they found nothing.
    """

    def __init__(self, prints: Sequence[Fingerprint], pages: Sequence[int]) -> None:
        self._count = len(prints)
        self._pages = np.array(pages, np.int64)
        self._sizes = np.fromiter((len(p.keys) for p in prints), np.int64, len(prints))
        self._strong = np.fromiter((p.strong for p in prints), np.int64, len(prints))
        lengths = np.fromiter((len(p.normal) for p in prints), np.int64, len(prints))
        self._enough = enough_shared(self._sizes - self._strong, lengths)
        self._starts = np.cumsum(self._sizes) - self._sizes
        total = int(self._sizes.sum())
        self.flat = np.fromiter(chain.from_iterable(p.keys for p in prints), np.int64, total)
        self.texts = np.repeat(np.arange(self._count), self._sizes)
        self.keys, self.places = np.unique(self.flat, return_inverse=True)
        firsts: dict[bytes, int] = {}
        self._first = np.fromiter(
            (firsts.setdefault(p.digest, i) == i for i, p in enumerate(prints)), bool, len(prints)
        )

    def join(self, keys: Numbers, versions: Numbers, first: int) -> None:
        """Take what the index holds: (key, version), ascending; `first` is the next free version.

        Text i of the batch, if it becomes a version, stands for the number `first + i`.
        """
        before = np.searchsorted(keys, self.keys)
        self._held = np.searchsorted(keys, self.keys, side="right") - before
        self._before, self._versions, self._next = before, versions, first
        exact = self._held[self.places[self._starts]] > 0
        founds = self._first & ~exact
        order = ascending(self.places, len(self.keys))
        rows = order[founds[self.texts[order]]]
        self._fresh = self.texts[rows]
        self._fresh_starts = np.searchsorted(self.places[rows], np.arange(len(self.keys)))
        # How many texts of earlier pages hold the key of each row; looked for in ascending order.
        codes = self.places[rows] * self._count + self._fresh
        begins = self.places[order] * self._count + self._pages[self.texts[order]]
        ends = np.empty_like(order)
        ends[order] = np.searchsorted(codes, begins)
        self._earlier = ends - self._fresh_starts[self.places]

    def capped(self) -> Flags:
        """Tell which texts hold a key that is given to no further text."""
        full = self._held[self.places] + self._earlier >= recipe.CAP
        return np.bincount(self.texts[full], minlength=self._count) > 0

    def shortlists(self) -> list[list[int]]:
        """Return for each text the numbers of the versions worth a comparison."""
        held = self._held[self.places]
        # A key that nobody holds takes its room, too.
        sizes = 1 + held + np.minimum(self._earlier, recipe.CAP - held)
        found: list[list[int]] = []
        for first, last in pieces(self.texts, sizes):
            found += self._shortlists(int(self.texts[first]), int(self.texts[last - 1]) + 1)
        return found

    def _shortlists(self, start: int, end: int) -> list[list[int]]:
        ends = self._starts + self._sizes
        rows = np.arange(self._starts[start], ends[end - 1])
        texts, places = self.texts[rows], self.places[rows]
        held = self._held[places]
        fresh = np.minimum(self._earlier[rows], recipe.CAP - held)
        # Where the very text is known, nothing else is looked at.
        heads = self._starts[start:end] - rows[0]
        exact = (held + fresh)[heads] > 0
        looked = ~exact[texts - start]
        looked[heads[exact]] = True
        held, fresh = held[looked], fresh[looked]
        rows, texts, places = rows[looked], texts[looked], places[looked]
        weights = self._weights(rows, texts, held + fresh)
        numbers = np.concatenate(
            [
                self._versions[ranges(self._before[places], held)],
                self._fresh[ranges(self._fresh_starts[places], fresh)] + self._next,
            ]
        )
        owners = np.concatenate([np.repeat(texts, held), np.repeat(texts, fresh)])
        worth = np.concatenate([np.repeat(weights, held), np.repeat(weights, fresh)])
        return self._best(start, end, owners, numbers, worth)

    def _weights(self, rows: Numbers, texts: Numbers, holders: Numbers) -> Numbers:
        """Return what a key shared with so many others is worth: see `finding`."""
        strong = self._strong[texts]
        rank = rows - self._starts[texts]
        shared = np.where(rank < strong, self._enough[texts], 1)
        rarity = finding.RAREST // np.maximum(holders, 1)
        return shared * finding.GRAMS + np.where(rank < finding.WHOLES, finding.WHOLE, rarity)

    def _best(
        self, start: int, end: int, texts: Numbers, numbers: Numbers, worth: Numbers
    ) -> list[list[int]]:
        order = np.lexsort((numbers, texts))
        texts, numbers, worth = texts[order], numbers[order], worth[order]
        begins = np.append(True, (texts[1:] != texts[:-1]) | (numbers[1:] != numbers[:-1]))
        firsts = np.flatnonzero(begins[: len(texts)])
        if not len(firsts):
            return [[] for _ in range(start, end)]
        worth = np.add.reduceat(worth, firsts)
        texts, numbers = texts[firsts], numbers[firsts]
        enough = worth // finding.GRAMS >= self._enough[texts]
        texts, numbers, worth = texts[enough], numbers[enough], worth[enough] % finding.GRAMS
        order = np.lexsort((numbers, -worth, texts))
        flat = numbers[order].tolist()
        borders = np.searchsorted(texts, np.arange(start, end + 1)).tolist()
        return [flat[first : min(last, first + SHORTLIST)] for first, last in pairwise(borders)]


def enough_shared(grams: Numbers, lengths: Numbers) -> Numbers:
    """Return for texts of so many grams and code points what `finding.enough_shared` tells."""
    short = np.ceil(finding.LEAST_SHARED_SHORT * grams)
    long = np.minimum(np.ceil(finding.LEAST_SHARED * grams), finding.ENOUGH_SHARED)
    least: Numbers = np.where(lengths <= recipe.SHORT, short, long).astype(np.int64)
    return np.maximum(least, 1)


def pieces(texts: Numbers, sizes: Numbers) -> Iterator[tuple[int, int]]:
    """Cut rows into pieces of at most MOST_PAIRS pairs that end where a text ends."""
    ends = np.append(np.flatnonzero(np.diff(texts)) + 1, len(texts))
    total = np.append(0, np.cumsum(sizes))
    reached, start = total[ends], 0
    while start < len(texts):
        reach = np.searchsorted(reached, total[start] + MOST_PAIRS, side="right") - 1
        end = max(int(ends[max(reach, 0)]), int(ends[np.searchsorted(ends, start, side="right")]))
        yield start, end
        start = end


class Gathered:
    """The candidates of all pages of a batch, to be had page by page in their order.

    `known` are the versions of the index among them; others are those of earlier pages, which get
    their numbers by `tell`.
    """

    def __init__(
        self,
        index: Index,
        origin: str,
        prints: Sequence[Fingerprint],
        pages: Sequence[int],
        first: int,
    ) -> None:
        batch = Batch(prints, pages)
        columns = index.pairs(origin, batch.keys.tobytes())
        keys, versions = (np.frombuffer(column, np.int64) for column in columns)
        older = versions < first
        batch.join(keys[older], versions[older], first)
        self._lists = batch.shortlists()
        self._capped = batch.capped()
        self._first, self._next = first, 0
        self._told: list[int] = []
        self.known = {number for numbers in self._lists for number in numbers if number < first}

    def tell(self, versions: Iterable[int]) -> None:
        """Say which versions the texts of the next page are."""
        self._told += versions

    def next_page(self, count: int) -> tuple[list[list[int]], int]:
        """Return the candidates of the next texts, and how many of these hold a key of a crowd."""
        start, end, first = self._next, self._next + count, self._first
        self._next = end
        lists = [
            [number if number < first else self._told[number - first] for number in numbers]
            for numbers in self._lists[start:end]
        ]
        return lists, int(np.count_nonzero(self._capped[start:end]))
