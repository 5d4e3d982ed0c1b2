"""What was told of a text and its candidates -> its verdict, where its page has no part in it.

So it is with most texts: nothing else on the page shares keys with them, or has a candidate of the
same item. What `judging.settle` says of such a text needs no texts then, and a corpus is judged in
columns. Where it does need them, the answer is UNCLEAR.
"""

from collections.abc import Callable, Mapping, Sequence
from typing import NamedTuple

from feedtool.judging.edits import stands_out, titled
from feedtool.judging.relations import (
    BEGINNING,
    BELOW,
    DIGITS,
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


class Suit(NamedTuple):
    """The claim that a text is an edit of the candidate of a row; NOTHING and UNCLEAR are no rows.

    `second` is how like it the best of the other items is.
    """

    row: int
    second: float | None = None


def suit(
    told: Told,
    rows: range,
    *,
    familiar: bool,
    stamped: Callable[[], bool],
    of_its_number: Callable[[list[int]], list[int]],
) -> Suit:
    """Return the claim of a text that none of its candidates is the same as, or the beginning of.

    `familiar` tells that the page may show known articles besides, `stamped` whether the text shows
    when it was last changed; `of_its_number` leaves out of some rows candidates of another number.
    """
    relations, scores = told.relations, told.scores
    among = relations[rows.start : rows.stop]
    if (NUMBERED in among or DIGITS in among) and stamped():
        return Suit(UNCLEAR)
    best: dict[int, int] = {}
    for row in sorted(rows, key=told.numbers.__getitem__) if len(rows) > 1 else rows:
        if relations[row] not in (NUMBERED, UNCHANGED):
            other = best.setdefault(told.item(row), row)
            if scores[row] > scores[other]:
                best[told.item(row)] = row
    if not best:
        return Suit(NOTHING)
    if NUMBERED in among and any(told.item(row) in best for row in told.rows(NUMBERED, rows)):
        return Suit(UNCLEAR)
    ranked = [best[item] for item in sorted(best, key=lambda item: (-scores[best[item]], item))]
    if len(ranked) > 1 and not stands_out(scores[ranked[0]], scores[ranked[1]]):
        ranked = of_its_number(ranked)
    first = ranked[0]
    if relations[first] == EDIT:
        return Suit(first, scores[ranked[1]] if len(ranked) > 1 else None)
    # It may have the title of one, over another text.
    if familiar and relations[first] == BELOW and titled([told.begun[row] for row in ranked]):
        return Suit(UNCLEAR)
    return Suit(NOTHING)


def granted(told: Told, suits: Mapping[int, Suit]) -> list[int]:
    """Return which texts of a page are edits, of those whose claims only others of them contest."""
    scores: dict[int, list[float]] = {}
    for row, _ in suits.values():
        scores.setdefault(told.item(row), []).append(told.scores[row])
    best = {item: sorted(found)[-2:] for item, found in scores.items()}
    found = []
    for number, (row, second) in suits.items():
        score, rivals = told.scores[row], best[told.item(row)]
        # Of two that are equally like an item none stands out.
        rivals = rivals[:-1] if score == rivals[-1] else rivals[-1:]
        if second is not None:
            rivals = [*rivals, second]
        if stands_out(score, max(rivals, default=None)):
            found.append(number)
    return found
