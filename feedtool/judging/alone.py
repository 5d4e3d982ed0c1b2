"""What was told of a text and its candidates -> its verdict, where its page has no part in it.

So it is with most texts: nothing else on the page begins with all of them, or may be of the same
item. What `judging.settle` says of such a text needs no texts then, and a corpus is judged in
columns. Where it does need them, the answer is UNCLEAR.
"""

from collections.abc import Callable, Mapping, Sequence

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
_ONE_EDIT = bytes((EDIT,))


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


# The claim that a text is an edit of the candidate of a row (NOTHING and UNCLEAR are none), and how
# like it the best of the other items is. No named tuple, which takes five times as long to make.
Suit = tuple[int, float | None]


def suit(
    told: Told,
    number: int,
    rows: range,
    *,
    familiar: bool,
    passing: Callable[[int, Sequence[int]], bool],
    headline: Callable[[int], bool],
    of_its_number: Callable[[int, list[int]], list[int]],
) -> Suit:
    """Return the claim of a text that none of its candidates is the same as, or the beginning of.

    `rows` are those of its candidates. By its `number` is asked whether what parts it from some of
    them may change while it stays (`passing`), whether it is a `headline`, and which of some rows
    are not of another number.
    `familiar` tells that the page may show known articles besides.
    """
    relations, scores = told.relations, told.scores
    among = relations[rows.start : rows.stop]
    # So it is with two of three.
    if among == _ONE_EDIT:
        return rows.start, None
    if NUMBERED in among or DIGITS in among:
        parted = [told.numbers[row] for row in rows if relations[row] in (NUMBERED, DIGITS)]
        if passing(number, parted):
            return UNCLEAR, None
    best: dict[int, int] = {}
    for row in sorted(rows, key=told.numbers.__getitem__) if len(rows) > 1 else rows:
        if relations[row] not in (NUMBERED, UNCHANGED):
            other = best.setdefault(told.item(row), row)
            if scores[row] > scores[other]:
                best[told.item(row)] = row
    if not best:
        return NOTHING, None
    if NUMBERED in among and any(told.item(row) in best for row in told.rows(NUMBERED, rows)):
        return UNCLEAR, None
    ranked = [*best.values()]
    if len(ranked) > 1:
        ranked.sort(key=lambda row: (-scores[row], told.item(row)))
        if not stands_out(scores[ranked[0]], scores[ranked[1]]):
            ranked = of_its_number(number, ranked)
    first = ranked[0]
    if relations[first] == EDIT:
        item, score = told.item(first), scores[first]
        near = any(
            row != first and told.item(row) == item and not stands_out(score, scores[row])
            for row in rows
        )
        if near and headline(number):
            return UNCLEAR, None
        return first, scores[ranked[1]] if len(ranked) > 1 else None
    # It may have the title of one, over another text.
    if familiar and relations[first] == BELOW and titled([told.begun[row] for row in ranked]):
        return UNCLEAR, None
    return NOTHING, None


def granted(told: Told, suits: Mapping[int, Suit]) -> list[int]:
    """Return which texts of a page are edits, of those whose claims only others of them contest."""
    scores = told.scores
    items = [told.item(row) for row, _ in suits.values()]
    if len(set(items)) == len(items):
        return [n for n, (row, second) in suits.items() if stands_out(scores[row], second)]
    rivals: dict[int, list[float]] = {}
    for item, (row, _) in zip(items, suits.values(), strict=True):
        rivals.setdefault(item, []).append(scores[row])
    best = {item: sorted(found)[-2:] for item, found in rivals.items()}
    found = []
    for item, (number, (row, second)) in zip(items, suits.items(), strict=True):
        # Of two that are equally like an item none stands out.
        others = best[item][:-1] if scores[row] == best[item][-1] else best[item][-1:]
        if second is not None:
            others = [*others, second]
        if stands_out(scores[row], max(others, default=None)):
            found.append(number)
    return found
