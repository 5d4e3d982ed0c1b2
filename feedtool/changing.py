"""Two raw texts -> what has changed from one to the other."""

import re

from feedtool.aligning import GRAM, common_beginning, edits
from feedtool.model import Change, Version
from feedtool.report import ChangeSpan

_SENTENCE_ENDS = frozenset(".!?:;,。！？：；，、")

# No title ends in these: `An interview with the maintainer of` goes on, with some name or other.
_GOES_ON = (
    r"\b(?i:an?|and|are|as|at|be|by|for|from|her|his|how|in|is|its|my|of|on|or|our|that|the|their|this"
    r"|to|was|what|when|where|why|with|your|der?|des|die|du|el|en|et|las?|les?|und|von)\s*\Z"
)
_LAST_WORD = 16

# Raw texts longer than this are not aligned for display; what parts them is shown as one piece.
LONGEST_SHOWN = 20_000
# So are more differences than this: nobody reads them one by one, and each takes a third of a
# kilobyte until its report is written. Edits of excerpts of 350 code points have up to 70; letters
# exchanged all along texts of 4 KB were 700 in each, and took 200 MB.
MOST_SHOWN = 250


def change_between(before: Version, after: Version) -> Change:
    """Name the change from one version of an item to another.

    The first that holds of: identical; reformatted, the same normal form over what both show;
    extended or shortened, the same but with more or less shown; edited.
    """
    if before.text == after.text:
        return Change.IDENTICAL
    if before.normal == after.normal:
        return Change.REFORMATTED
    shorter, longer = sorted((before, after), key=lambda version: len(version.normal))
    if not longer.normal.startswith(shorter.normal):
        return Change.EDITED
    if before.truncated and after.truncated and not longer.body.startswith(shorter.body):
        # `[公式]` for `[Math]` moves the cut: what stands beyond the shorter end is no change.
        return Change.REFORMATTED
    return Change.EXTENDED if longer is after else Change.SHORTENED


def changes(before: str, after: str) -> tuple[ChangeSpan, ...]:
    """Return the spans of code points that differ between two raw texts, in order.

    Where there are very many, or the texts very long, one span from the first to the last.
    """
    if before == after:
        return ()
    if max(len(before), len(after)) > LONGEST_SHOWN:
        return (_one_change(before, after),)
    found = edits(before, after)
    if len(found) > MOST_SHOWN:
        return (_one_change(before, after),)
    return tuple([_span(*edit) for edit in found])


def first_difference(before: str, after: str) -> tuple[int, int] | None:
    """Return the first code point at which two raw texts part, on both sides."""
    if before == after:
        return None
    place = common_beginning(before, after)
    return place, place


def _span(i: int, i_end: int, j: int, j_end: int) -> ChangeSpan:
    op = "insert" if i == i_end else "delete" if j == j_end else "replace"
    return ChangeSpan(op, (i, i_end), (j, j_end))


def _one_change(before: str, after: str) -> ChangeSpan:
    start = common_beginning(before, after)
    end = common_beginning(before[start:][::-1], after[start:][::-1])
    return _span(start, len(before) - end, start, len(after) - end)


def common_title(before: str, after: str) -> str:
    """Return the title that two raw texts share, empty if they share none.

    That is their common beginning up to white space, if it ends no sentence and on both sides
    something begins behind it: no small letter follows.
    """
    shared = before[: common_beginning(before, after)]
    end = _last_word(shared)
    title = shared[:end]
    if (
        not title
        or title.rstrip()[-1:] in _SENTENCE_ENDS
        or re.search(_GOES_ON, title[-_LAST_WORD:])
    ):
        return ""
    follow = before[end : end + 1], after[end : end + 1]
    return "" if any(not character or character.islower() for character in follow) else title


def _last_word(text: str) -> int:
    """Return where the last word of a text begins, 0 if more than chance letters follow there.

    What differs may begin alike: `The ...` and `This ...`.
    """
    places = range(len(text), max(0, len(text) - GRAM), -1)
    return next((place for place in places if text[place - 1].isspace()), 0)
