"""The pages of a corpus -> verdicts, shelf by shelf.

Only what has something near it is looked at one by one: the rest is new, or the same as an earlier
text. What is told of pairs comes in columns, which several processes make; of most texts nothing
else is asked (`judging.alone`), and the others are judged as `ingest` does it, with all their page.
"""

from collections.abc import Callable, Collection, Mapping, Sequence
from functools import partial
from itertools import groupby, pairwise
from operator import itemgetter
from typing import NamedTuple

import numpy as np

from feedtool import judging
from feedtool.comparing import Likeness
from feedtool.corpus import crew
from feedtool.corpus.columns import Corpus
from feedtool.corpus.notes import KIND, Notes, nothing_yet
from feedtool.corpus.postings import NONE_NEAR, SHELF, Small, join, shortlists
from feedtool.corpus.relations import CHANGE, Pairs, relate, related
from feedtool.corpus.sketches import Numbers
from feedtool.judging import alone
from feedtool.judging.alone import Suit, Told
from feedtool.judging.cases import Case, order
from feedtool.judging.edits import of_its_number
from feedtool.judging.pairs import is_headline
from feedtool.judging.passing import may_show_age, may_show_date, may_show_passing, shows_passing
from feedtool.judging.relations import BEGINNING, SAME, UNCOMPARED
from feedtool.model import Change, MatchKind, Version
from feedtool.numbering import only_recur

# Texts with what is known of them that wait to be looked at once more: some 2 KB each; of long ones
# only so many characters.
MOST_VERSIONS = 1 << 13
MOST_CHARACTERS = 1 << 24

Progress = Callable[[int, int], None]

RECOGNISED = {SAME: MatchKind.NORMALIZED, BEGINNING: MatchKind.PREFIX}

_NO_ROWS = range(0)


class _Near(NamedTuple):
    """What is near the texts of a shelf, and what it is to them. Picklable.

    `texts` (n) ascend; near the i-th are `others[starts[i] : starts[i + 1]]` (m), the most telling
    first, and `pairs` (m) tells of each of these.
    """

    texts: Numbers
    starts: Numbers
    others: Numbers
    pairs: Pairs


class _Shelf:
    """The same, and what else its pages show, to be asked text by text.

    `standing` tells for each page, by its first text, the texts on it that stood on earlier ones.
    """

    def __init__(
        self, near: _Near, beside: Small, standing: Mapping[int, Sequence[int]], items: memoryview
    ) -> None:
        pairs = near.pairs
        self.told = Told(
            near.others.tolist(),
            pairs["relation"].tobytes(),
            pairs["begun"].tolist(),
            pairs["gap"].tolist(),
            pairs["score"].tolist(),
            items,
        )
        self.changes = pairs["change"].tobytes()
        self.standing = standing
        self.mates: dict[int, list[int]] = {}
        for a, b in beside.T.tolist():
            self.mates.setdefault(a, []).append(b)
            self.mates.setdefault(b, []).append(a)
        rows = [range(start, end) for start, end in pairwise(near.starts.tolist())]
        self._rows: dict[int, range] = dict(zip(near.texts.tolist(), rows, strict=True))
        self._pairs = pairs

    @property
    def texts(self) -> list[int]:
        """The texts that something is near, on their page or on earlier ones."""
        return sorted(self._rows.keys() | self.mates.keys())

    def rows(self, number: int) -> range:
        """Return the rows of what is near a text on earlier pages."""
        return self._rows.get(number, _NO_ROWS)

    def likenesses(self, rows: range) -> dict[int, Likeness | None] | None:
        """Return how alike a text and what is near it are, if they were compared."""
        if UNCOMPARED in self.told.relations[rows.start : rows.stop]:
            return None
        found = related(self._pairs[rows.start : rows.stop])
        numbers = self.told.numbers[rows.start : rows.stop]
        return {number: one.alike for number, one in zip(numbers, found, strict=True)}


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


class Pages:
    """The pages of a corpus, judged in their order. `owners` tells whose each text is."""

    def __init__(self, corpus: Corpus, owners: Small | None) -> None:
        self._corpus = corpus
        self._owners = owners
        self._firsts = corpus.firsts(owners)
        # Where the page of each text begins: the text finds those before.
        self._before = np.searchsorted(corpus.pages, corpus.pages)
        self._versions = _Lately()
        self.found = nothing_yet(len(corpus))
        self._notes = Notes(self.found)

    def judge(self, progress: Progress, jobs: int) -> None:
        """Judge all pages."""
        corpus, before, count = self._corpus, self._before, len(self._corpus)
        shelves = (before // SHELF).astype(np.int32)
        fresh = self._firsts == np.arange(count)
        postings = join(corpus.keys, fresh, self._owners, shelves, self.found.crowded)
        mates = np.stack(corpus.mates.take(0))
        numbers = range(int(shelves[-1]) + 1 if count else 0)

        def near(shelf: int) -> _Near:
            lists = [*shortlists(postings, shelf, before, corpus.enough), NONE_NEAR]
            texts, others = (np.concatenate(column) for column in zip(*lists, strict=True))
            starts = np.flatnonzero(np.append(True, texts[1:] != texts[:-1])[: len(texts)])
            pairs = relate(corpus, texts, others)
            return _Near(texts[starts], np.append(starts, len(texts)), others, pairs)

        for shelf, found in zip(numbers, crew.each(near, numbers, jobs, ahead=2), strict=True):
            start, end = np.searchsorted(shelves, [shelf, shelf + 1]).tolist()
            beside = mates[:, slice(*np.searchsorted(mates[0], [start, end]).tolist())]
            standing = self._standing(start, end)
            self._judge_shelf(_Shelf(found, beside, standing, self._notes.items))
            progress(end, count)
        postings.searchers.close()
        self._copy(np.flatnonzero(~fresh))

    def _standing(self, start: int, end: int) -> dict[int, list[int]]:
        """Return for each of some pages the texts on it that stood on earlier ones."""
        known = start + np.flatnonzero(self._firsts[start:end] < self._before[start:end])
        standing: dict[int, list[int]] = {}
        for page, number in zip(self._before[known].tolist(), known.tolist(), strict=True):
            standing.setdefault(page, []).append(number)
        return standing

    def _copy(self, again: Numbers) -> None:
        """Say of texts that stood before in their origin what was said of the first one."""
        found, firsts = self.found, self._firsts[again]
        found.items[again] = found.items[firsts]
        found.against[again] = firsts
        found.kinds[again] = KIND[MatchKind.EXACT]
        found.changes[again] = CHANGE[Change.IDENTICAL]
        found.scores[again] = 1

    def _judge_shelf(self, shelf: _Shelf) -> None:
        """Judge the pages of a shelf on which something is near something else."""
        texts = shelf.texts
        pages = zip(self._before[texts].tolist(), texts, strict=True)
        for page, group in groupby(pages, key=itemgetter(0)):
            asked, familiar = self._judge_alone(page, [number for _, number in group], shelf)
            if asked:
                self._settle(page, asked, shelf, familiar=familiar)

    def _judge_alone(
        self, page: int, numbers: Sequence[int], shelf: _Shelf
    ) -> tuple[list[int], bool]:
        """Judge those texts of a page in whose verdicts it has no part.

        Return the others, and whether one was recognised as a known text or its beginning.
        """
        told, mates, standing = shelf.told, shelf.mates, shelf.standing.get(page, ())
        asked = self._begun_alike(numbers, shelf)
        known: dict[int, int] = {}
        left: list[tuple[int, range]] = []
        for number in numbers:
            rows = shelf.rows(number)
            row = alone.recognised(told, rows)
            if row == alone.NOTHING:
                if number not in asked:
                    left.append((number, rows))
            # Whose beginning it is may depend on what else begins so on the page.
            elif row == alone.UNCLEAR or (number in mates and told.relations[row] == BEGINNING):
                asked.add(number)
            else:
                known[number] = row
        suits: dict[int, Suit] = {}
        familiar = bool(known or asked or standing)
        narrowed = partial(self._of_its_number, told)
        for number, rows in left:
            suit = alone.suit(
                told,
                number,
                rows,
                familiar=familiar,
                passing=self._parts_in_passing,
                headline=self._is_headline,
                of_its_number=narrowed,
            )
            if suit[0] == alone.UNCLEAR:
                asked.add(number)
            elif suit[0] != alone.NOTHING:
                suits[number] = suit
        asked.update([mate for number in asked for mate in mates.get(number, ())])
        # On most pages nothing is contested.
        if asked or (suits and (known or standing)):
            asked |= self._contested(known, suits, asked, standing, shelf)
            suits = {number: suit for number, suit in suits.items() if number not in asked}
        for number, row in known.items():
            if number not in asked:
                self._note(number, row, shelf)
        for number in alone.granted(told, suits):
            self._note(number, suits[number][0], shelf)
        return sorted(asked), bool(known)

    def _contested(
        self,
        known: Mapping[int, int],
        suits: Mapping[int, Suit],
        asked: Collection[int],
        standing: Collection[int],
        shelf: _Shelf,
    ) -> set[int]:
        """Return the texts of a page whose items it may show by others, which have to be asked."""
        told, items, firsts = shelf.told, self._notes.items, self._firsts.data
        near = {item for number in asked for item in told.items_of(shelf.rows(number))}
        recognised = set(map(told.item, [row for n, row in known.items() if n not in asked]))
        sued = set(map(told.item, [row for n, (row, _) in suits.items() if n not in asked]))
        held = near.union(recognised, [items[firsts[number]] for number in standing])
        contested = held & sued | near & recognised
        if not contested:
            return contested
        rows = {**known, **{number: row for number, (row, _) in suits.items()}}
        return {number for number, row in rows.items() if told.item(row) in contested}

    def _begun_alike(self, numbers: Sequence[int], shelf: _Shelf) -> set[int]:
        """Return the texts of a page that are all that another one begins with, and the others."""
        texts = self._corpus.texts
        found: set[int] = set()
        if shelf.mates.keys().isdisjoint(numbers):
            return found
        for number in numbers:
            for mate in shelf.mates.get(number, ()):
                if mate > number:
                    a, b = texts[number][1], texts[mate][1]
                    if a.startswith(b) or b.startswith(a):
                        found |= {number, mate}
        return found

    def _parts_in_passing(self, number: int, others: Sequence[int]) -> bool:
        """Tell whether a text shows a number that passes, or a name that comes again.

        Or a date, where one of the others shows how old it was.
        """
        texts = self._corpus.texts
        normal = texts[number][1]
        if self._shows_passing(number) or only_recur(normal):
            return True
        if not may_show_date(normal):
            return False
        aged = [other for other in others if may_show_age(texts[other][1])]
        return any(map(self._shows_passing, aged))

    def _shows_passing(self, number: int) -> bool:
        # Of most texts their letters tell that they do not.
        if not may_show_passing(self._corpus.texts[number][1]):
            return False
        return shows_passing(self._corpus.version(number, number))

    def _is_headline(self, number: int) -> bool:
        return is_headline(self._corpus.texts[number][1])

    def _of_its_number(self, told: Told, number: int, rows: Sequence[int]) -> list[int]:
        """Leave out those of some candidates that are of another number."""
        texts = self._corpus.texts
        normals = [texts[told.numbers[row]][1] for row in rows]
        return [rows[place] for place in of_its_number(texts[number][1], normals)]

    def _note(self, number: int, row: int, shelf: _Shelf) -> None:
        """Write down that a text was recognised by the candidate of a row."""
        told = shelf.told
        kind = RECOGNISED.get(told.relations[row])
        kind, score = (kind, 1.0) if kind else (MatchKind.NEAR, told.scores[row])
        self._notes.note(number, told.numbers[row], kind, shelf.changes[row], score)

    def _settle(self, page: int, numbers: Sequence[int], shelf: _Shelf, *, familiar: bool) -> None:
        """Judge texts of a page by all that it shows; `familiar` is that of `judging.settle`."""
        self._versions.make_room()
        firsts, items = self._firsts.data, self._notes.items
        cases = [self._case(page, number, shelf) for number in numbers]
        places = {number: place for place, number in enumerate(numbers)}
        judging.settle(
            cases,
            lambda: [
                [places[mate] for mate in shelf.mates.get(number, ()) if mate in places]
                for number in numbers
            ],
            [
                self._corpus.version(number, items[firsts[number]])
                for number in shelf.standing.get(page, ())
            ],
            familiar=familiar,
        )
        for number, case in zip(numbers, cases, strict=True):
            self._notes.note_case(number, case)

    def _case(self, page: int, number: int, shelf: _Shelf) -> Case:
        """Return a text with what it is compared with: what is near it, or the same text."""
        text, first = self._corpus.version(number, number), self._firsts.data[number]
        if first < page:
            return Case(number, text, self._known([first]))
        rows = shelf.rows(number)
        known = self._known([shelf.told.numbers[row] for row in rows])
        return Case(number, text, sorted(known, key=order), likenesses=shelf.likenesses(rows))

    def _known(self, numbers: Sequence[int]) -> list[Version]:
        """Return earlier texts as versions of the items that they are known to be of."""
        versions, items = self._versions, self._notes.items
        for number in numbers:
            if number not in versions:
                versions.keep(number, self._corpus.version(number, items[number]))
        return [versions[number] for number in numbers]
