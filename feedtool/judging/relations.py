"""A text and its candidates -> what is told of each pair by these two texts alone."""

from collections.abc import Sequence
from typing import TYPE_CHECKING, NamedTuple

from feedtool import comparing
from feedtool.aligning import common_beginning
from feedtool.changing import change_between
from feedtool.comparing import Likeness, only_numbers
from feedtool.judging.pairs import (
    DENSE_FROM,
    FLOOR,
    FLOOR_MOVED,
    FLOOR_OTHER,
    FLOOR_SHORT,
    LEAST_BEGINNING,
    LEAST_TITLE,
    SHORT,
    begins,
    compared,
    is_same,
    unchanged,
    why_no_edit,
)
from feedtool.judging.rules import BELOW_FLOOR, SHORT_BEGINNING
from feedtool.model import Change, Version
from feedtool.native import core
from feedtool.numbering import same_numbers

if TYPE_CHECKING:
    from feedtool.native._core import Relater

# What a candidate is to a text: not compared, because another one is the same text or its
# beginning; the same text; its beginning, or what it is the beginning of; of another number; the
# same as far as both go, but for too little or with other numbers; perhaps an edit; too little like
# it; different in nothing but numbers.
UNCOMPARED, SAME, BEGINNING, NUMBERED, UNCHANGED, EDIT, BELOW, DIGITS = range(8)


class Related(NamedTuple):
    """What is told of a text and one of its candidates.

    `relation` is one of the numbers above, `change` what has changed from the candidate to the
    text. Their normal forms are equal up to `begun`; that of the candidate is longer by `gap`.
    `alike` is what `compared` says, None also where it was not asked.
    """

    relation: int
    change: Change
    begun: int
    gap: int
    alike: Likeness | None


def relate_plainly(text: Version, candidates: Sequence[Version]) -> list[Related]:
    """Tell of each candidate what it is to a text."""
    found = [_recognised(text, candidate) for candidate in candidates]
    likenesses: list[Likeness | None] = [None] * len(found)
    if not any(found):
        likenesses = [compared(text, candidate) for candidate in candidates]
        pairs = zip(candidates, likenesses, strict=True)
        found = [_by_likeness(text, candidate, alike) for candidate, alike in pairs]
    return [
        Related(
            relation,
            change_between(candidate, text),
            common_beginning(text.normal, candidate.normal),
            len(candidate.normal) - len(text.normal),
            alike,
        )
        for relation, candidate, alike in zip(found, candidates, likenesses, strict=True)
    ]


def _recognised(text: Version, candidate: Version) -> int:
    if is_same(text, candidate):
        return SAME
    return BEGINNING if begins(text, candidate) else UNCOMPARED


def _by_likeness(text: Version, candidate: Version, alike: Likeness | None) -> int:
    if alike is None or alike.other_number:
        return NUMBERED
    if unchanged(alike):
        return UNCHANGED
    rule = why_no_edit(text, candidate, alike)
    if rule is None:
        return EDIT
    return BELOW if rule in (BELOW_FLOOR, SHORT_BEGINNING) else DIGITS


def _compiled() -> "Relater | None":
    if core is None:
        return None
    relater: Relater = core.Relater(
        comparing.compiled, _same_numbers, only_numbers,
        least_beginning=LEAST_BEGINNING, least_title=LEAST_TITLE,
        headline=SHORT, dense_from=ord(DENSE_FROM),
        floor=FLOOR, floor_moved=FLOOR_MOVED, floor_other=FLOOR_OTHER, floor_short=FLOOR_SHORT,
    )  # fmt: skip
    return relater


def _same_numbers(a: str, b: str, cut: bool) -> bool:
    return same_numbers(a, b, cut=cut)


compiled = _compiled()
