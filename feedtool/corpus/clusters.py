"""A corpus and its verdicts -> the texts of each item, in the order of the first ones."""

from collections.abc import Iterator, Sequence
from itertools import count
from typing import NamedTuple

import numpy as np

from feedtool.corpus.columns import Corpus
from feedtool.corpus.notes import KINDS, Verdicts
from feedtool.corpus.relations import CHANGES
from feedtool.corpus.sketches import Numbers, shared
from feedtool.model import Change, MatchKind

# Rows that are made at once.
BLOCK = 4096

# So many bytes of a digest make the id of an item: `reporting.item_id`.
NAMED_BY = 10


class Row(NamedTuple):
    """What is said of one text, with transmissions and origins by their numbers.

    `text` is None where it is that of the item's first text.
    """

    transmission: int
    origin: int
    line: int
    position: int
    truncated: bool
    kind: MatchKind | None
    change: Change | None
    score: float
    against_transmission: int
    against_line: int
    text: str | None


class Founder(NamedTuple):
    """The first text of an item, its digest, and how many items of one name there are up to it."""

    size: int
    text: str
    digest: bytes
    namesake: int


class Clusters:
    """The texts of a corpus by their items.

    `begins` tells which text of the corpus is the first one of each transmission, or would be.
    """

    def __init__(self, corpus: Corpus, found: Verdicts, begins: Sequence[int]) -> None:
        self._corpus = corpus
        self._begins = np.asarray(begins, np.int64)
        self._found = found
        # Items are numbered by their first texts.
        self._order = np.argsort(found.items, kind="stable").astype(np.int32)
        ordered = found.items[self._order]
        fresh = np.append(True, ordered[1:] != ordered[:-1])[: len(ordered)]
        self._starts = np.flatnonzero(fresh).astype(np.int32)
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
        transmissions = self._transmissions(numbers)
        columns = (
            numbers,
            transmissions,
            corpus.origins[numbers],
            corpus.lines[numbers],
            numbers - self._begins[transmissions] + 1,
            corpus.truncated[numbers],
            found.kinds[numbers],
            found.changes[numbers],
            found.scores[numbers],
            self._transmissions(against),
            corpus.lines[against],
            own,
        )
        for number, sent, origin, line, at, cut, kind, change, score, there, above, other in zip(
            *(column.tolist() for column in columns), strict=True
        ):
            yield Row(
                sent,
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

    def _transmissions(self, numbers: Numbers) -> Numbers:
        """Return the transmissions of texts; one without texts is that of none."""
        return np.searchsorted(self._begins, numbers, side="right") - 1

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
