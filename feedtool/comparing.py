"""A pair of texts -> how alike they are and where they part; symmetric, and blind to all else."""

import re
from array import array
from collections.abc import Callable, Iterable, Sequence
from functools import cache, lru_cache
from operator import itemgetter
from typing import Any, NamedTuple
from unicodedata import normalize

from feedtool.model import Change, Version
from feedtool.report import ChangeSpan

# Alignment costs the product of the lengths. Beyond this many code points after the common
# beginning two texts count as cut: that much is evidence enough, and a flood stays harmless.
WINDOW = 4096

# Common runs shorter than this are chance: unrelated English text aligned letter by letter agrees
# in half of its letters, in runs of four or more only in a tenth. A headline has room for less.
LEAST_RUN = 4
LEAST_RUN_SHORT = 2
SHORT = 48

# Where half a page is put in or taken out, a longest common subsequence prefers chance letters all
# along to the run that has moved: a sentence of 150 code points in an excerpt of 300 left a
# likeness of 0.36. Below SURE, pieces of PROBE code points are looked for that it has missed; then
# grams are aligned, of which none is shared by chance.
SURE = 0.8
PROBE = 24
# Bytes of a code point in UTF-16, and of a gram of LEAST_RUN of them: what an array holds as one.
_UNIT = 2
_GRAM = _UNIT * LEAST_RUN

# The number of a series stands in its title.
NUMBERED = 80

# Behind the title, a number of so many digits counts something; a longer one may be the name of a
# notice, a version or a date.
COUNTING = 2

# What numbers the members of a series: digits, months, days of the week, `Forty-One`, `Part Two`,
# and Chinese numerals where they count a part of something (`第二期`, `三月`; `一样` counts
# nothing) or end a headline (`（二）`, `（下）`). A normal form has no spaces, so that `one` stands
# in `phone`: units need a place.
_DIGITS = re.compile(r"\d\d*")
_WORDS = (
    r"january|february|march|april|may|june|july|august|september|october|november|december"
    r"|monday|tuesday|wednesday|thursday|friday|saturday|sunday"
    r"|(?:twen|thir|for|fif|six|seven|eigh|nine)ty(?:one|two|three|four|five|six|seven|eight|nine)?"
    r"|(?:thir|four|fif|six|seven|eigh|nine)teen"
    r"|(?:(?<=part)|(?<=issue)|(?<=lesson)|(?<=volume)|(?<=chapter)|(?<=episode))"
    r"(?:one|two|three|four|five|six|seven|eight|nine|ten|eleven|twelve)"
    r"|(?:(?<=part)|(?<=chapter))[ivx]{1,8}"
)
# One of these stands in or before each of the words: of fourteen texts thirteen have none of them.
_WORD_PARTS = (
    *("uary", "march", "april", "may", "june", "july", "august", "tember", "tober", "vember"),
    *("cember", "nday", "sday", "iday", "rday", "enty", "irty", "orty", "ifty", "ixty", "ghty"),
    *("nety", "teen", "part", "issue", "lesson", "volume", "chapter", "episode"),
)
# Scanned for their first letters, which patterns that begin with a choice are not.
_NUMERALS = (
    r"[第〇零一二三四五六七八九十百上中下](?:"
    r"(?<=第)[〇零一二三四五六七八九十百]+"
    r"|(?<=[〇零一二三四五六七八九十百])[〇零一二三四五六七八九十百]*"
    r"(?=[月期章节回讲篇卷季集课辑]|\Z)"
    r"|(?<=[上中下])\Z)"
)
# One of these begins or ends every number but those of digits and those in words.
_COUNTS = frozenset("第〇零一二三四五六七八九十百上中下")
# No word with what stands before it (`chapter twelve`) is longer.
_LONGEST_WORD = 16

# Where a number that begins in the title has ended.
_NUMBERS_END = NUMBERED + 16

_SENTENCE_ENDS = frozenset(".!?:;,。！？：；，、")

# No title ends in these: `An interview with the maintainer of` goes on, with some name or other.
_GOES_ON = (
    r"\b(?i:an?|and|are|as|at|be|by|for|from|her|his|how|in|is|its|my|of|on|or|our|that|the|their|this"
    r"|to|was|what|when|where|why|with|your|der?|des|die|du|el|en|et|las?|les?|und|von)\s*\Z"
)
_LAST_WORD = 16

# Raw texts longer than this are not aligned for display; what parts them is shown as one piece.
LONGEST_SHOWN = 20_000


# A number in a text, where it begins and where it ends.
_Number = tuple[str, int, int]
# Where a common run begins in either text, and its length.
_Run = tuple[int, int, int]


class Likeness(NamedTuple):
    """What two texts have in common.

    `score` is twice the code points in common runs over the code points that both texts show, 0 to
    1. `beginning` is set where one text is the beginning of the other (or both are equal),
    `other_number` where both have a number at one place near their start and it differs. They are
    equal up to `start`, and `shown` tells how much of the shorter and of the longer one counts.
    `moved` is set where one of them goes on there behind something that the other one puts in.
    """

    score: float
    beginning: bool = False
    other_number: bool = False
    start: int = 0
    shown: tuple[int, int] = (0, 0)
    moved: bool = False


EQUAL = Likeness(1.0, beginning=True)
UNLIKE = Likeness(0.0)


def compare(a: str, b: str, *, a_cut: bool, b_cut: bool) -> Likeness:
    """Tell how alike two normal forms are over what both show.

    Where a text is cut, what the other one shows beyond the cut is no difference. Symmetric:
    swapping the arguments gives the same answer.
    """
    if a == b:
        return EQUAL
    if (len(b), b) < (len(a), a):
        a, b, a_cut, b_cut = b, a, b_cut, a_cut
    if b.startswith(a):
        return EQUAL if a_cut else _continued(a, b)
    start = common_beginning(a, b)
    end = start + WINDOW
    a_cut, b_cut = a_cut or len(a) > end, b_cut or len(b) > end
    a, b = a[:end], b[:end]
    runs = _common_runs(a[start:], b[start:], _least_run(len(a)), start)
    if not start and not runs:
        return UNLIKE
    alike = _measured(a, b, runs, start, a_cut, b_cut)
    if alike.score < SURE and len(a) > SHORT and _astray(a, b, runs, start):
        ours, theirs = _grams_of(a, b)
        runs = _runs_of_grams(ours[start:], theirs[start:], start)
        return max(alike, _measured(a, b, runs, start, a_cut, b_cut), key=itemgetter(0))
    return alike


def _continued(a: str, b: str) -> Likeness:
    """Compare a whole text with one that goes on where it ends."""
    return Likeness(
        _dice(len(a), len(a), len(b)),
        beginning=True,
        other_number=_other_number(a, b, [], len(a)),
    )


def _measured(a: str, b: str, runs: list[_Run], start: int, a_cut: bool, b_cut: bool) -> Likeness:
    """Weigh the common runs of two texts beyond `start` equal code points."""
    a_end, b_end, size = runs[-1] if runs else (start, start, 0)
    a_tail, b_tail = len(a) - a_end - size, len(b) - b_end - size
    a_shown = len(a) - (max(0, a_tail - b_tail) if b_cut else 0)
    b_shown = len(b) - (max(0, b_tail - a_tail) if a_cut else 0)
    common = start + sum(size for _, _, size in runs)
    return Likeness(
        _dice(common, a_shown, b_shown),
        other_number=_other_number(a, b, runs, start),
        start=start,
        shown=(a_shown, b_shown),
        # One or two letters of a passage that is put in are the same by chance.
        moved=bool(runs) and min(runs[0][0], runs[0][1]) <= start + 2,
    )


def only_numbers(a: str, b: str, alike: Likeness) -> bool:
    """Tell whether two normal forms differ in nothing but digits, given how alike they are.

    In a long text a number that only one of them has numbers nothing: `Swift`, later `Swift 3`; nor
    does a short one behind the title: `a team of 29`, later `of 44`.
    """
    if (len(b), b) < (len(a), a):
        a, b = b, a
    if alike.beginning:
        return b[len(a) :].isdecimal()
    start, (a_shown, b_shown) = alike.start, alike.shown
    if not (a[start : start + 1].isdecimal() or b[start : start + 1].isdecimal()):
        return False
    a, b = a[:a_shown], b[:b_shown]
    if _DIGITS.sub("", a[start:]) != _DIGITS.sub("", b[start:]):
        return False
    if len(a) <= SHORT:
        return True
    ours, theirs = _DIGITS.findall(a), _DIGITS.findall(b)
    if len(ours) != len(theirs):
        return False
    return start < NUMBERED or any(
        max(len(one), len(other)) > COUNTING
        for one, other in zip(ours, theirs, strict=True)
        if one != other
    )


def _dice(common: int, a: int, b: int) -> float:
    return 2 * common / (a + b)


def _least_run(length: int) -> int:
    return LEAST_RUN if length > SHORT else LEAST_RUN_SHORT


def common_beginning(a: str, b: str) -> int:
    """Return the number of equal code points at the start."""
    return _aligner().common_beginning(a, b)


def _common_runs(a: str, b: str, least: int, start: int) -> list[_Run]:
    """Return the runs of at least `least` of a longest common subsequence, `start` added."""
    blocks = _aligner().editops(a, b).as_matching_blocks()
    return [(start + run.a, start + run.b, run.size) for run in blocks if run.size >= least]


def _astray(a: str, b: str, runs: list[_Run], start: int) -> bool:
    """Tell whether an alignment has missed a run of PROBE code points that both texts have."""
    rest = iter(runs)
    run_start = run_end = start
    for place in range(start, len(a) - PROBE + 1, PROBE):
        while run_end < place + PROBE and (run := next(rest, None)):
            run_start, run_end = run[0], run[0] + run[2]
        if run_start <= place <= run_end - PROBE:
            continue
        if b.find(a[place : place + PROBE], start) >= 0:
            return True
    return False


def _grams_of(a: str, b: str) -> tuple[Sequence[Any], Sequence[Any]]:
    """Return the grams of two texts: packed into numbers, or strings where one does not fit."""
    ours, theirs = _packed_grams(a), _packed_grams(b)
    if ours is None or theirs is None:
        return _grams(a), _grams(b)
    return ours, theirs


def _grams(text: str) -> list[str]:
    return [text[place : place + LEAST_RUN] for place in range(len(text) - LEAST_RUN + 1)]


# A text is compared with several, one after the other.
@lru_cache(maxsize=64)
def _packed_grams(text: str) -> "array[int] | None":
    """Return the grams of a text as numbers, in a seventh of the time that strings take."""
    data = text.encode("utf-16-le", "surrogatepass")
    if len(data) != _UNIT * len(text):
        return None
    # Four code points are eight bytes: where one gram ends begins the fourth after it.
    count = len(text) - LEAST_RUN + 1
    grams = array("Q", bytes(_GRAM * count))
    for first in range(min(LEAST_RUN, count)):
        size = _GRAM * len(range(first, count, LEAST_RUN))
        grams[first::LEAST_RUN] = array("Q", data[_UNIT * first : _UNIT * first + size])
    return grams


def _runs_of_grams(a: Sequence[Any], b: Sequence[Any], start: int) -> list[_Run]:
    """Return the runs of a longest common subsequence of grams, `start` added."""
    runs: list[_Run] = []
    a_end = b_end = 0
    for block in _aligner().editops(a, b).as_matching_blocks():
        # What stands once in one text and twice in the other counts once.
        skip = max(0, a_end - block.a, b_end - block.b)
        size = block.size + LEAST_RUN - 1 - skip
        if block.size and size > 0:
            runs.append((start + block.a + skip, start + block.b + skip, size))
            a_end, b_end = block.a + skip + size, block.b + skip + size
    return runs


class _Aligner(NamedTuple):
    """The functions of rapidfuzz that every comparison calls."""

    editops: Callable[[Sequence[Any], Sequence[Any]], Any]
    common_beginning: Callable[[str, str], int]


@cache
def _aligner() -> _Aligner:
    """Load rapidfuzz when the first two texts are compared."""
    from rapidfuzz.distance import LCSseq, Prefix

    return _Aligner(LCSseq.editops, Prefix.similarity)


def _other_number(a: str, b: str, runs: list[_Run], start: int) -> bool:
    """Tell whether both texts have a number at one place near their start, and it differs.

    A number is compared as a whole, also where a common run holds a part of it: 1 is not 15.
    """
    if start >= NUMBERED:
        return False
    a_numbers = _numbers(a[:_NUMBERS_END])
    b_numbers = _numbers(b[:_NUMBERS_END]) if a_numbers else ()
    if not b_numbers:
        return False
    i = j = start
    for a_start, b_start, size in [*runs, (len(a), len(b), 0)]:
        if i >= NUMBERED or j >= NUMBERED:
            return False
        ours = [number for number, first, end in a_numbers if first <= a_start and end >= i]
        theirs = [number for number, first, end in b_numbers if first <= b_start and end >= j]
        if not _among(ours, theirs) and not _among(theirs, ours):
            return True
        i, j = a_start + size, b_start + size
    return False


def part_at_a_number(a: str, b: str) -> bool:
    """Tell whether two normal forms first differ in a number near their start.

    That is so if on both sides a number stands there that the other side does not have. Costs a
    tenth of a comparison, which would find the same.
    """
    start = common_beginning(a, b)
    if start >= NUMBERED or start == min(len(a), len(b)):
        return False
    if not (_may_count(a, start) and _may_count(b, start)):
        return False
    a_numbers = _numbers(a[:_NUMBERS_END])
    ours = [number for number, first, end in a_numbers if first <= start <= end]
    if not ours:
        return False
    b_numbers = _numbers(b[:_NUMBERS_END])
    theirs = [number for number, first, end in b_numbers if first <= start <= end]
    return not (
        {number[0] for number in b_numbers}.issuperset(ours)
        or {number[0] for number in a_numbers}.issuperset(theirs)
    )


def _may_count(text: str, place: int) -> bool:
    """Tell whether a number may begin, end or go on at a place: mostly none does."""
    beside = text[max(place - 1, 0) : place + 1]
    if not _COUNTS.isdisjoint(beside) or any(map(str.isdecimal, beside)):
        return True
    around = text[max(place - _LONGEST_WORD, 0) : place + _LONGEST_WORD]
    # Not `any`, which is called for every pair and costs twice as much.
    for part in _WORD_PARTS:  # noqa: SIM110
        if part in around:
            return True
    return False


# A text is compared with many others of its series, one after the other.
@lru_cache(maxsize=8192)
def _numbers(head: str) -> tuple[_Number, ...]:
    """Return the numbers near the start of a text: each with its start and end."""
    found = _spans(_DIGITS.finditer(head))
    for part in _WORD_PARTS:
        if part in head:
            # Compiled when the first such text is met: most runs are short.
            found += _spans(re.finditer(_WORDS, head))
            break
    if not head.isascii():
        found += _spans(re.finditer(_NUMERALS, head))
    found.sort(key=itemgetter(1))
    return tuple([number for number in found if number[2] < _NUMBERS_END])


def _spans(matches: Iterable[re.Match[str]]) -> list[_Number]:
    return [(match[0], match.start(), match.end()) for match in matches]


def _among(numbers: Iterable[str], others: Iterable[str]) -> bool:
    """Tell whether the numbers stand among the others, in this order."""
    left = iter(others)
    return all(number in left for number in numbers)


def numbers(text: str) -> frozenset[str]:
    """Return the digits of a text, each run of them a number."""
    return _numbers_of(text[:WINDOW])


# What is kept is the beginning: of long texts the whole would fill the memory.
@lru_cache(maxsize=256)
def _numbers_of(head: str) -> frozenset[str]:
    return frozenset(_DIGITS.findall(head))


def same_numbers(a: str, b: str) -> bool:
    """Tell whether two raw texts of one normal form have the same numbers near their start.

    A normal form shows digits alone: 0.1.10 and 0.11.0 look the same in it.
    """
    if a[:_NUMBERS_END] == b[:_NUMBERS_END]:
        return True
    return all(x == y for x, y in zip(_lengths(a), _lengths(b), strict=False))


def _lengths(text: str) -> list[int]:
    head = text[:_NUMBERS_END]
    head = head if head.isascii() else normalize("NFKC", head)
    return [m.end() - m.start() for m in _DIGITS.finditer(head) if m.end() < _NUMBERS_END]


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
    """Return the spans of code points that differ between two raw texts, in order."""
    if before == after:
        return ()
    if max(len(before), len(after)) > LONGEST_SHOWN:
        return (_one_change(before, after),)
    from rapidfuzz.distance import Indel

    spans: list[ChangeSpan] = []
    for edit in Indel.opcodes(before, after):
        if edit.tag != "equal":
            _append(spans, edit.src_start, edit.src_end, edit.dest_start, edit.dest_end)
    return tuple(spans)


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
    places = range(len(text), max(0, len(text) - LEAST_RUN), -1)
    return next((place for place in places if text[place - 1].isspace()), 0)


def first_difference(before: str, after: str) -> tuple[int, int] | None:
    """Return the first code point at which two raw texts part, on both sides."""
    if before == after:
        return None
    place = common_beginning(before, after)
    return place, place


def _append(spans: list[ChangeSpan], i: int, i_end: int, j: int, j_end: int) -> None:
    """Add a difference, joined to the one before where they touch."""
    if spans and spans[-1].before[1] == i and spans[-1].after[1] == j:
        last = spans.pop()
        i, j = last.before[0], last.after[0]
    op = "insert" if i == i_end else "delete" if j == j_end else "replace"
    spans.append(ChangeSpan(op, (i, i_end), (j, j_end)))


def _one_change(before: str, after: str) -> ChangeSpan:
    start = common_beginning(before, after)
    end = common_beginning(before[start:][::-1], after[start:][::-1])
    spans: list[ChangeSpan] = []
    _append(spans, start, len(before) - end, start, len(after) - end)
    return spans[0]
