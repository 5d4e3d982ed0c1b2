"""What is said of the texts of a corpus, in columns."""

from typing import cast

import numpy as np
from numpy.typing import NDArray

from feedtool.changing import change_between
from feedtool.corpus.relations import CHANGE
from feedtool.corpus.sketches import Numbers
from feedtool.judging.cases import Case
from feedtool.model import MatchKind
from feedtool.values import dataclass

KINDS = (None, *MatchKind)
KIND = {kind: code for code, kind in enumerate(KINDS)}


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


def nothing_yet(count: int) -> Verdicts:
    """Return columns in which every text is new."""
    return Verdicts(
        items=np.arange(count),
        against=np.arange(count),
        kinds=np.zeros(count, np.uint8),
        changes=np.zeros(count, np.uint8),
        scores=np.zeros(count, np.float64),
        crowded=np.zeros(count, bool),
    )


class Notes:
    """What is said of texts, read and written one by one: through views, in a third of the time."""

    def __init__(self, found: Verdicts) -> None:
        self.items = found.items.data
        self._against = found.against.data
        self._kinds = found.kinds.data
        self._changes = found.changes.data
        self._scores = cast("memoryview[float]", found.scores.data)

    def note(
        self, number: int, against: int, kind: MatchKind | None, change: int, score: float = 1
    ) -> None:
        """Write down by what a text was recognised."""
        self.items[number], self._against[number] = self.items[against], against
        self._kinds[number], self._changes[number] = KIND[kind], change
        self._scores[number] = score

    def note_case(self, number: int, case: Case) -> None:
        """Write down what was found out of a text, if it was recognised."""
        if case.known is not None:
            change = change_between(case.known, case.text)
            self.note(number, case.known.number, case.kind, CHANGE[change], case.score)
        elif case.leader is not None:
            change = change_between(case.leader.text, case.text)
            self.note(number, case.leader.position, case.kind, CHANGE[change], case.score)
