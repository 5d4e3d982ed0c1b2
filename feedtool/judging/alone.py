"""What was told of a text and its candidates -> its verdict, where its page has no part in it.

So it is with most texts: nothing else on the page shares keys with them, or has a candidate of the
same item. What `judging.settle` says of such a text needs no texts then, and a corpus is judged in
columns. Where it does need them, the answer is UNCLEAR.
"""

from collections.abc import Callable, Sequence

from feedtool.judging.edits import stands_out
from feedtool.judging.pairs import LEAST_TITLE
from feedtool.judging.relations import (
    BEGINNING,
    BELOW,
    EDIT,
    NUMBERED,
    SAME,
    UNCHANGED,
    UNCOMPARED,
)
from feedtool.values import dataclass

NOTHING, UNCLEAR = -1, -2


@dataclass(frozen=True, slots=True)
class Told:
    """What `judging.relations` tells of pairs, a row each.

    `numbers` are those of the candidates, by which `items` knows what they are of.
    """

    numbers: Sequence[int]
    relations: bytes
    begun: Sequence[int]
    gaps: Sequence[int]
    scores: Sequence[float]
    items: Sequence[int]

    def item(self, row: int) -> int:
        """Return the item of a candidate."""
        return self.items[self.numbers[row]]

    def items_of(self, rows: range) -> list[int]:
        """Return the items of some candidates."""
        items, numbers = self.items, self.numbers
        return [items[numbers[row]] for row in rows]

    def rows(self, relation: int, among: range) -> list[int]:
        """Return the rows of one relation."""
        relations = self.relations
        return [row for row in among if relations[row] == relation]


def recognised(told: Told, rows: range) -> int:
    """Return the row of the candidate that is the same as a text or shows its beginning.

    Or NOTHING, or UNCLEAR; `rows` are those of its candidates.
    """
    relations = told.relations[rows.start : rows.stop]
    if SAME in relations:
        return min(told.rows(SAME, rows), key=lambda row: (told.item(row), told.numbers[row]))
    if BEGINNING not in relations:
        return NOTHING
    known = told.rows(BEGINNING, rows)
    item = told.item(known[0])
    if any(told.item(row) != item for row in known):
        return UNCLEAR
    others = [told.begun[row] for row in told.rows(UNCOMPARED, rows) if told.item(row) == item]
    # Behind what a teaser shows, another text of its item may go on differently.
    if any(told.gaps[row] < 0 and max(others, default=-1) >= told.begun[row] for row in known):
        return UNCLEAR
    return min(known, key=lambda row: (abs(told.gaps[row]), told.numbers[row]))


def edited(told: Told, rows: range, *, familiar: bool, named: Callable[[], bool]) -> int:
    """Return the row of the candidate of which a text is clearly an edit, or NOTHING, or UNCLEAR.

    It was recognised by none of them. `familiar` tells that the page may show known articles
    besides, `named` whether the text shows a number that tells which member of a series it is.
    """
    relations, scores = told.relations, told.scores
    best: dict[int, int] = {}
    for row in sorted(rows, key=told.numbers.__getitem__) if len(rows) > 1 else rows:
        if relations[row] not in (NUMBERED, UNCHANGED):
            other = best.setdefault(told.item(row), row)
            if scores[row] > scores[other]:
                best[told.item(row)] = row
    if not best:
        return NOTHING
    if any(told.item(row) in best for row in told.rows(NUMBERED, rows)):
        return UNCLEAR
    ranked = sorted(best, key=lambda item: (-scores[best[item]], item))
    first = best[ranked[0]]
    clear = len(ranked) == 1 or stands_out(scores[first], scores[best[ranked[1]]])
    if not clear and named():
        return UNCLEAR
    # It may have the title of one, over another text.
    if (
        familiar
        and relations[first] == BELOW
        and any(told.begun[row] >= LEAST_TITLE for row in rows)
    ):
        return UNCLEAR
    return first if clear and relations[first] == EDIT else NOTHING
