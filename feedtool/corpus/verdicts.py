"""A corpus -> verdicts: the pages of every origin by themselves, then the links between origins.

The answer is that of `ingest` into an empty store, page after page; `judging` gives it. Only what
has something near it is looked at one by one: the rest is new, or the same as an earlier text.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from itertools import groupby, pairwise
from operator import itemgetter
from typing import NamedTuple, cast

import numpy as np
from numpy.typing import NDArray

from feedtool import judging
from feedtool.changing import change_between
from feedtool.comparing import Likeness
from feedtool.corpus import crew
from feedtool.corpus.columns import Corpus
from feedtool.corpus.postings import SHELF, Small, join, join_origins, shortlists
from feedtool.corpus.sketches import Numbers, shared
from feedtool.finding import SHORTLIST
from feedtool.judging import pairs
from feedtool.judging.cases import Case, order
from feedtool.model import Change, MatchKind, Version
from feedtool.values import dataclass

KINDS = (None, *MatchKind)
CHANGES = (None, *Change)
_KIND = {kind: code for code, kind in enumerate(KINDS)}
_CHANGE = {change: code for code, change in enumerate(CHANGES)}

# Texts with what is known of them that wait to be compared once more: some 2 KB each; of long ones
# only so many characters.
MOST_VERSIONS = 1 << 13
MOST_CHARACTERS = 1 << 24

Progress = Callable[[int, int], None]


@dataclass(frozen=True, slots=True)
class Verdicts:
    """What is said of n texts, in their order.

    `items` (n), int64: the number of the first text of the item; `against` (n), int64: the number
    of the text by which it was recognised, its own where it is new. `kinds` and `changes` (n),
    uint8: places in KINDS and CHANGES, 0 where it is new. `scores` (n), float64. `crowded` (n):
    whether it holds a key of more than CAP texts of its origin.
    """

    items: Numbers
    against: Numbers
    kinds: NDArray[np.uint8]
    changes: NDArray[np.uint8]
    scores: NDArray[np.float64]
    crowded: NDArray[np.bool_]


def judge(
    corpus: Corpus, progress: Progress = lambda _done, _total: None, jobs: int = 1
) -> Verdicts:
    """Judge the pages of a corpus in their order, then link its origins.

    `jobs` processes compare the texts, so that what is left to judge is which likeness counts.
    """
    several = len(corpus) > 0 and corpus.origins[0] != corpus.origins[-1]
    owners = corpus.origins if several else None
    found = judge_origins(corpus, owners, progress, jobs)
    return link_origins(corpus, found, owners) if owners is not None else found


def judge_origins(
    corpus: Corpus, owners: Small | None, progress: Progress, jobs: int = 1
) -> Verdicts:
    """Judge every page against the texts before it in its own origin."""
    pages = _Pages(corpus, owners)
    pages.judge(progress, jobs)
    return pages.found


class _Near(NamedTuple):
    """What is near the texts of a shelf: the most telling first, and how alike if that is known."""

    texts: dict[int, list[int]]
    likenesses: dict[int, dict[int, Likeness | None]]


class _Lately(dict[int, Version]):
    """Versions that were asked for lately, by number."""

    characters = 0

    def keep(self, number: int, version: Version) -> None:
        """Remember one."""
        self[number] = version
        self.characters += len(version.text)

    def make_room(self) -> None:
        """Forget all of them where they are too much."""
        if len(self) > MOST_VERSIONS or self.characters > MOST_CHARACTERS:
            self.clear()
            self.characters = 0


class _Notes:
    """What is said of texts, read and written one by one: through views, in a third of the time."""

    def __init__(self, found: Verdicts) -> None:
        self.items = found.items.data
        self._against = found.against.data
        self._kinds = found.kinds.data
        self._changes = found.changes.data
        self._scores = cast("memoryview[float]", found.scores.data)

    def note(self, number: int, case: Case) -> None:
        """Write down by what a text was recognised, if it was."""
        if case.known is not None:
            against, item, text = case.known.number, case.known.item, case.known
        elif case.leader is not None:
            against = case.leader.position
            item, text = self.items[against], case.leader.text
        else:
            return
        self.items[number], self._against[number] = item, against
        self._kinds[number] = _KIND[case.kind]
        self._changes[number] = _CHANGE[change_between(text, case.text)]
        self._scores[number] = case.score


class _Pages:
    """The pages of a corpus, judged in their order."""

    def __init__(self, corpus: Corpus, owners: Small | None) -> None:
        self._corpus = corpus
        self._owners = owners
        self._firsts = corpus.firsts(owners)
        # Where the page of each text begins: the text finds those before.
        self._before = np.searchsorted(corpus.pages, corpus.pages)
        self._ends = np.searchsorted(corpus.pages, corpus.pages, side="right")
        self._versions = _Lately()
        self.found = _nothing_yet(len(corpus))
        self._notes = _Notes(self.found)

    def judge(self, progress: Progress, jobs: int) -> None:
        """Judge all pages."""
        corpus, before, count = self._corpus, self._before, len(self._corpus)
        shelves = (before // SHELF).astype(np.int32)
        fresh = self._firsts == np.arange(count)
        postings = join(corpus.keys, fresh, self._owners, shelves, self.found.crowded)
        mates = np.stack(corpus.mates.take(0))
        numbers = range(int(shelves[-1]) + 1 if count else 0)

        def near(shelf: int) -> _Near:
            texts = _by_text(shortlists(postings, shelf, before, corpus.enough))
            return _Near(texts, self._likenesses(texts) if jobs > 1 else {})

        for shelf, found in zip(numbers, crew.each(near, numbers, jobs), strict=True):
            start, end = np.searchsorted(shelves, [shelf, shelf + 1]).tolist()
            beside = mates[:, slice(*np.searchsorted(mates[0], [start, end]).tolist())]
            self._judge_shelf(found, beside)
            progress(end, count)
        postings.searchers.close()
        self._copy(np.flatnonzero(~fresh))

    def _likenesses(self, near: Mapping[int, list[int]]) -> dict[int, dict[int, Likeness | None]]:
        """Compare texts with those near them, whatever items these turn out to be."""
        found: dict[int, dict[int, Likeness | None]] = {}
        for number, others in near.items():
            text, known = self._corpus.version(number, number), self._known(others)
            # What is recognised by its letters is not compared.
            if not any(pairs.agree(text, other) for other in known):
                found[number] = {other.number: pairs.compared(text, other) for other in known}
            self._versions.make_room()
        return found

    def _copy(self, again: Numbers) -> None:
        """Say of texts that stood before in their origin what was said of the first one."""
        found, firsts = self.found, self._firsts[again]
        found.items[again] = found.items[firsts]
        found.against[again] = firsts
        found.kinds[again] = _KIND[MatchKind.EXACT]
        found.changes[again] = _CHANGE[Change.IDENTICAL]
        found.scores[again] = 1

    def _judge_shelf(self, near: _Near, beside: Small) -> None:
        """Judge the pages of a shelf on which something stands near something else."""
        mates: dict[int, list[int]] = {}
        for a, b in beside.T.tolist():
            mates.setdefault(a, []).append(b)
            mates.setdefault(b, []).append(a)
        numbers = sorted(near.texts.keys() | mates.keys())
        pages = zip(self._before[numbers].tolist(), numbers, strict=True)
        for page, texts in groupby(pages, key=itemgetter(0)):
            self._judge_page(page, [number for _, number in texts], near, mates)

    def _judge_page(
        self,
        page: int,
        numbers: Sequence[int],
        near: _Near,
        mates: Mapping[int, Sequence[int]],
    ) -> None:
        """Judge those texts of a page near which something is."""
        self._versions.make_room()
        firsts, items = self._firsts.data, self._notes.items
        standing = [
            self._corpus.version(place, items[firsts[place]])
            for place in range(page, self._ends.data[page])
            if firsts[place] < page
        ]
        cases = []
        for number in numbers:
            first = firsts[number]
            known = [first] if first < page else near.texts.get(number, ())
            text = self._corpus.version(number, number)
            alike = near.likenesses.get(number)
            cases.append(
                Case(number, text, sorted(self._known(known), key=order), likenesses=alike)
            )
        places = {number: place for place, number in enumerate(numbers)}
        judging.settle(
            cases,
            lambda: [[places[mate] for mate in mates.get(number, ())] for number in numbers],
            standing,
        )
        for number, case in zip(numbers, cases, strict=True):
            self._notes.note(number, case)

    def _known(self, numbers: Sequence[int]) -> list[Version]:
        """Return earlier texts as versions of the items that they are known to be of."""
        versions, items = self._versions, self._notes.items
        for number in numbers:
            if number not in versions:
                versions.keep(number, self._corpus.version(number, items[number]))
        return [versions[number] for number in numbers]


def link_origins(corpus: Corpus, found: Verdicts, owners: Small) -> Verdicts:
    """Join what founds an item in one origin to the item of an earlier origin that is the same.

    Text by text, without what a page knows. Returns `found` with the roots of these links as items.
    """
    count = len(corpus)
    numbers = np.arange(count)
    firsts = corpus.firsts(owners)
    founders = (found.kinds == 0) & (firsts == numbers)
    # A text finds those of earlier origins.
    before = np.searchsorted(owners, owners)
    shelves = (before // SHELF).astype(np.int32)
    postings = join_origins(corpus.keys, firsts == numbers, founders, owners, shelves)
    roots = np.arange(count)
    notes = _Notes(found)
    for shelf in range(int(shelves[-1]) + 1):
        lists = shortlists(postings, shelf, before, corpus.enough)
        near = _by_text(lists) | _same_elsewhere(corpus, founders, before, shelves == shelf)
        for number in sorted(near):
            versions = [corpus.version(other, int(roots[other])) for other in near[number]]
            case = Case(number, corpus.version(number, number), sorted(versions, key=order))
            judging.settle_alone(case)
            if case.known:
                roots[number] = case.known.item
                notes.note(number, case)
    postings.searchers.close()
    found.items[:] = roots[found.items]
    return found


def _same_elsewhere(
    corpus: Corpus, founders: NDArray[np.bool_], before: Numbers, wanted: NDArray[np.bool_]
) -> dict[int, list[int]]:
    """Return for founders among the wanted the first same founders of earlier origins."""
    places = np.flatnonzero(founders)
    members, groups = shared(corpus.digests[places, 0])
    found: dict[int, list[int]] = {}
    ordered = zip(groups.tolist(), places[members].tolist(), strict=True)
    for _, same in groupby(ordered, key=itemgetter(0)):
        numbers = [number for _, number in same]
        for number in numbers:
            earlier = [other for other in numbers if other < before[number]][:SHORTLIST]
            if earlier and wanted[number]:
                found[number] = earlier
    return found


def _nothing_yet(count: int) -> Verdicts:
    """Return columns in which every text is new."""
    return Verdicts(
        items=np.arange(count),
        against=np.arange(count),
        kinds=np.zeros(count, np.uint8),
        changes=np.zeros(count, np.uint8),
        scores=np.zeros(count, np.float64),
        crowded=np.zeros(count, bool),
    )


def _by_text(lists: Iterable[tuple[Numbers, Numbers]]) -> dict[int, list[int]]:
    """Return for each text what was found for it."""
    near: dict[int, list[int]] = {}
    for texts, found in lists:
        firsts = np.flatnonzero(np.append(True, texts[1:] != texts[:-1])[: len(texts)])
        flat = found.tolist()
        borders = pairwise([*firsts.tolist(), len(flat)])
        for text, (start, end) in zip(texts[firsts].tolist(), borders, strict=True):
            near[text] = flat[start:end]
    return near
