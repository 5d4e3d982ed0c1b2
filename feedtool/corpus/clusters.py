"""A corpus and its verdicts -> the texts of each item, in the order of the first ones."""

from collections.abc import Iterator
from itertools import count
from typing import NamedTuple

import numpy as np

from feedtool.corpus.columns import Corpus
from feedtool.corpus.sketches import Numbers, shared
from feedtool.corpus.verdicts import CHANGES, KINDS, Verdicts
from feedtool.model import Change, MatchKind

# Rows that are made at once.
BLOCK = 4096

# So many bytes of a digest make the id of an item: `pipeline.item_id`.
NAMED_BY = 10


class Row(NamedTuple):
    """What is said of one text, with the pages and origins by their numbers.

    `text` is None where it is that of the item's first text.
    """

    page: int
    origin: int
    line: int
    position: int
    truncated: bool
    kind: MatchKind | None
    change: Change | None
    score: float
    against_page: int
    against_line: int
    text: str | None


class Founder(NamedTuple):
    """The first text of an item, its digest, and how many items of one name there are up to it."""

    size: int
    text: str
    digest: bytes
    namesake: int


class Clusters:
    """The texts of a corpus by their items."""

    def __init__(self, corpus: Corpus, found: Verdicts) -> None:
        self._corpus = corpus
        self._found = found
        # Items are numbered by their first texts.
        self._order = np.argsort(found.items, kind="stable").astype(np.int32)
        ordered = found.items[self._order]
        begins = np.append(True, ordered[1:] != ordered[:-1])[: len(ordered)]
        self._starts = np.flatnonzero(begins).astype(np.int32)
        self.sizes = np.diff(self._starts, append=np.int32(len(ordered)))
        self._namesakes = self._counted()

    def of_size(self, least: int) -> Numbers:
        """Return the places of the clusters of so many texts, in the order of their first ones."""
        return np.flatnonzero(self.sizes >= least)

    def largest(self, most: int, least: int) -> Numbers:
        """Return the places of the largest clusters, the largest first."""
        places = self.of_size(least)
        return places[np.argsort(-self.sizes[places], kind="stable")[:most]]

    def founders(self, places: Numbers) -> Iterator[Founder]:
        """Yield the first texts of some clusters."""
        for start in range(0, len(places), BLOCK):
            block = places[start : start + BLOCK]
            firsts = self._order[self._starts[block]]
            digests = self._corpus.digests[firsts].astype(">i8")
            columns = zip(self.sizes[block].tolist(), firsts.tolist(), digests, strict=True)
            for size, first, digest in columns:
                yield Founder(
                    size,
                    self._corpus.texts[first][0],
                    digest.tobytes(),
                    self._namesakes.get(first, 1),
                )

    def rows(self, places: Numbers) -> Iterator[Row]:
        """Yield the texts of some clusters, one cluster after the other."""
        sizes = self.sizes[places]
        ends = np.cumsum(sizes)
        total = int(ends[-1]) if len(ends) else 0
        for start in range(0, total, BLOCK):
            wanted = np.arange(start, min(start + BLOCK, total))
            # In which cluster each row lies, and where in it.
            of = np.searchsorted(ends, wanted, side="right")
            within = wanted - (ends[of] - sizes[of])
            yield from self._rows(self._order[self._starts[places[of]] + within])

    def _rows(self, numbers: Numbers) -> Iterator[Row]:
        corpus, found = self._corpus, self._found
        against = found.against[numbers]
        own = (corpus.digests[numbers] != corpus.digests[found.items[numbers]]).any(axis=1)
        pages = corpus.pages[numbers]
        columns = (
            numbers,
            pages,
            corpus.origins[numbers],
            corpus.lines[numbers],
            numbers - np.searchsorted(corpus.pages, pages) + 1,
            corpus.truncated[numbers],
            found.kinds[numbers],
            found.changes[numbers],
            found.scores[numbers],
            corpus.pages[against],
            corpus.lines[against],
            own,
        )
        for number, page, origin, line, at, cut, kind, change, score, there, above, other in zip(
            *(column.tolist() for column in columns), strict=True
        ):
            yield Row(
                page,
                origin,
                line,
                at,
                cut,
                KINDS[kind],
                CHANGES[change],
                score,
                there,
                above,
                corpus.texts[number][0] if other else None,
            )

    def _counted(self) -> dict[int, int]:
        """Count the items whose first texts give one name; they are named by their first texts."""
        firsts = self._order[self._starts]
        digests = self._corpus.digests
        members, _ = shared(digests[firsts, 0])
        counters: dict[bytes, Iterator[int]] = {}
        counted = {}
        for first in np.sort(firsts[members]).tolist():
            name = digests[first].astype(">i8").tobytes()[:NAMED_BY]
            counted[first] = next(counters.setdefault(name, count(1)))
        return counted
