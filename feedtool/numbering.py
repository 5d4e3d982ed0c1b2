"""Normal forms -> their numbers, which tell the members of a series apart."""

import re
from collections.abc import Iterable, Iterator, Sequence
from functools import lru_cache
from operator import itemgetter
from typing import TYPE_CHECKING, Any
from unicodedata import normalize

from feedtool.aligning import WINDOW, Run, common_beginning
from feedtool.native import core
from feedtool.text import unescaped

if TYPE_CHECKING:
    from feedtool.native._core import Numbering

# The number of a series stands in its title.
NUMBERED = 80

# What numbers the members of a series: digits, months, days of the week, ordinals, `Forty-One`,
# `Part Two`, and Chinese numerals where they count a part of something (`第二期`, `三月`, `周五`;
# `一样` counts nothing) or end a headline (`（二）`, `（下）`). A normal form has no spaces, so
# that `one` stands in `phone`: units need a place.
DIGITS = re.compile(r"\d\d*")

# How far a release is, the season of a year and a short name of a month or a day are a part of the
# number beside them: `4.2 beta 1`, `3.12.0a2`, `16 RC`, `Spring 2023`, `Sept 5`. What may be a word
# of its own or begin one counts in fewer places. Of two that begin alike the longer one first.
_EARLY, _SEASONS = ("alpha", "beta"), ("spring", "summer", "autumn", "winter")
_STAGES = ("preview", "milestone", "candidate", "snapshot", "nightly", "canary")
_BETWEEN = ("releasecandidate", *_EARLY, *_STAGES, *_SEASONS, "pre", "dev", "rc")
_STAGE_LETTERS = "abcm"
_BEHIND = ("releasecandidate", *_EARLY, *_SEASONS, "rc")
_IN_FRONT = (
    *(*_EARLY, *_STAGES, *_SEASONS, "fall"),
    *("jan", "feb", "mar", "apr", "jun", "jul", "aug", "sept", "sep", "oct", "nov", "dec"),
    *("mon", "tues", "tue", "wed", "thurs", "thur", "thu", "fri", "sat", "sun"),
)
_LONGEST_IN_FRONT = max(map(len, _IN_FRONT))
# `3.0 测试版`.
_EDITIONS, _EDITION = ("内测", "公测", "测试", "预览", "候选", "开发", "正式", "稳定"), "版"
# Compiled when the first text is met, if what is compiled of C does not read it.
_DIGITS_AND_STAGES = (
    rf"\d\d*(?:(?:{'|'.join(_BETWEEN)}|[{_STAGE_LETTERS}])\d+|{'|'.join(_BEHIND)}"
    rf"|(?:{'|'.join(_EDITIONS)}){_EDITION})*"
)
_MONTHS_AND_DAYS = (
    *("january", "february", "march", "april", "may", "june", "july", "august", "september"),
    *("october", "november", "december"),
    *("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday"),
    *("morning", "afternoon", "evening"),
    # In German, French, Spanish, Portuguese and Italian, as far as they are no part of other words.
    *("januar", "februar", "oktober", "dezember"),
    *("janvier", "septembre", "octobre", "novembre"),
    *("enero", "febrero", "marzo", "abril", "agosto", "septiembre", "octubre", "noviembre"),
    *("diciembre", "janeiro", "fevereiro", "junho", "julho", "setembro", "outubro", "novembro"),
    *("dezembro", "gennaio", "febbraio", "aprile", "maggio", "giugno", "luglio", "settembre"),
    *("ottobre", "dicembre"),
)
_ONES = ("one", "two", "three", "four", "five", "six", "seven", "eight", "nine")
_TENS = ("twenty", "thirty", "forty", "fifty", "sixty", "seventy", "eighty", "ninety")
# Not `ninth`, which stands in `turn in the`.
_ORDINALS = (
    *("first", "second", "third", "fourth", "fifth", "sixth", "seventh", "eighth"),
    *("eleventh", "twelfth"),
)
_TEENS = ("thirteen", "fourteen", "fifteen", "sixteen", "seventeen", "eighteen", "nineteen")
# Only behind one of these are smaller numbers told from other words, and Roman ones from letters.
_SERIES = (
    *("part", "issue", "lesson", "volume", "chapter", "episode"),
    *("week", "day", "book", "season", "round"),
)
_COUNTED = (*_ONES, "ten", "eleven", "twelve")
_ROMAN_SERIES = ("part", "chapter")
_ROMAN, _LONGEST_ROMAN = "ivx", 8


def _behind(words: Iterable[str]) -> str:
    return "|".join(f"(?<={word})" for word in words)


_WORDS = (
    f"{'|'.join((*_MONTHS_AND_DAYS, *_ORDINALS, *_TEENS))}"
    f"|(?:{'|'.join(_TENS)})(?:{'|'.join(_ONES)})?"
    f"|(?:{_behind(_SERIES)})(?:{'|'.join(_COUNTED)})"
    f"|(?:{_behind(_ROMAN_SERIES)})[{_ROMAN}]{{1,{_LONGEST_ROMAN}}}"
)

# One of these stands in or before each of the words: of fourteen texts thirteen have none of them.
_WORD_PARTS = (
    *("uar", "march", "april", "may", "june", "july", "august", "emb", "tob", "day", "enty"),
    *("irty", "orty", "ifty", "ixty", "ghty", "nety", "teen", "part", "issue", "lesson", "volume"),
    *("chapter", "episode", "week", "book", "season", "round", "morning", "noon", "evening"),
    *("first", "second", "third", "fourth", "fifth", "ixth", "eventh", "eighth", "twelfth"),
    *("anvier", "tubr", "enero", "febrero", "marzo", "abril", "agosto", "eiro", "junho", "julho"),
    *("naio", "braio", "maggio", "giugno", "luglio"),
)

_ORDINAL = "第"
_HAN = "〇零一二两三四五六七八九十百"
_UNITS = "年月日号期章节回讲篇卷季集课辑级届人名"
_LAST = "上中下"

# What counts the parts of something where its unit stands behind it (`上半年`, `秋季`, `晚报`,
# `前編`, `月曜日`), or where that stands in front (`周五`, `2023年春`).
_SECTIONS = (
    (_LAST, "半旬篇集部卷册编午"),
    ("前后", "篇编"),
    ("春夏秋冬", "季"),
    ("早午晚", "报"),
    ("日月火水木金土", "曜"),
)
_WEEKDAYS = "一二三四五六日天"
_TURNS = (("周", _WEEKDAYS), ("星期", _WEEKDAYS), ("年", "春夏秋冬"))
# Of these the next ones come soon: `周五`, `六月`, `秋季`, `上午`, `晚报`, `月曜`.
_RECURRING = frozenset((*_MONTHS_AND_DAYS, *_SEASONS))
_RECURRING_BEHIND, _RECURRING_BEFORE = "周期", "月季午报曜"

# `笔记之二`, but not `百分之二`.
_OF, _SHARE = "之", "分之"

# One of these begins or ends every number but those of digits and those in words.
_COUNTS = frozenset(
    _ORDINAL
    + _HAN
    + "".join(letters for letters, _ in _SECTIONS)
    + "".join(letters for _, letters in _TURNS)
)

# Scanned for their first letters, which patterns that begin with a choice are not.
_NUMERALS = (
    f"[{''.join(sorted(_COUNTS))}](?:"
    f"(?<={_ORDINAL})[{_HAN}]+"
    rf"|(?<=[{_HAN}])[{_HAN}]*(?=[{_UNITS}]|\Z)"
    rf"|(?<=[{_LAST}])\Z"
    f"|{'|'.join(f'(?<=[{letters}])(?=[{units}])' for letters, units in _SECTIONS)}"
    f"|{'|'.join(f'(?<={unit}[{letters}])' for unit, letters in _TURNS)}"
    f"|(?<={_OF}[{_HAN}])(?<!{_SHARE}[{_HAN}])[{_HAN}]*)"
)

# No word with what stands before it (`chapter twelve`) is longer.
_LONGEST_WORD = 16

# Where a number that begins in the title has ended.
_NUMBERS_END = NUMBERED + 16

# A number in a text, where it begins and where it ends.
_Number = tuple[str, int, int]


def other_number(a: str, b: str, runs: list[Run], start: int) -> bool:
    """Tell whether both texts have a number at one place near their start, and it differs.

    A number is compared as a whole, also where a common run holds a part of it: 1 is not 15. What
    stands beside `5` is another number of digits, and no `first` that a sentence has by chance.
    """
    if start >= NUMBERED:
        return False
    a_numbers = numbers_in_front(a[:_NUMBERS_END])
    b_numbers = numbers_in_front(b[:_NUMBERS_END]) if a_numbers else ()
    if not b_numbers:
        return False
    i = j = shared = start
    for a_start, b_start, size in [*runs, (len(a), len(b), 0)]:
        if i >= NUMBERED or j >= NUMBERED:
            return False
        ours, theirs = _touched(a_numbers, i, a_start), _touched(b_numbers, j, b_start)
        if ours or theirs:
            ours, theirs = (
                _begun(a_numbers, ours, theirs, i, j, shared) + ours,
                _begun(b_numbers, theirs, ours, j, i, shared) + theirs,
            )
        for one, other in _by_kind(ours, theirs):
            if not _among(one, other) and not _among(other, one):
                return True
        i, j, shared = a_start + size, b_start + size, size
    return False


def _touched(numbers: Iterable[_Number], start: int, end: int) -> list[_Number]:
    return [number for number in numbers if number[1] <= end and number[2] >= start]


def _begun(
    numbers: Iterable[_Number],
    touched: Sequence[_Number],
    others: Iterable[_Number],
    start: int,
    other_start: int,
    shared: int,
) -> list[_Number]:
    """Return the numbers that begin where those of the other text do that touch a stretch of it.

    In front of that stretch `shared` code points are the same: `16 released` has the beginning of
    `16 RC` in them, and ends before it.
    """
    places = {first - other_start + start for _, first, _ in others if first < other_start}
    if not places:
        return []
    return [
        number
        for number in numbers
        if number[1] in places and number[1] >= start - shared and number not in touched
    ]


def part_at_a_number_plainly(a: str, b: str) -> bool:
    """Tell whether two normal forms first differ in a number near their start.

    That is so if on both sides a number stands there that the other side does not have. Costs a
    tenth of a comparison, which would find the same. `part_at_a_number` is this, compiled where
    that can be.
    """
    start = common_beginning(a, b)
    if start >= NUMBERED or start == min(len(a), len(b)):
        return False
    if not (_may_count(a, start) and _may_count(b, start)):
        return False
    a_numbers = numbers_in_front(a[:_NUMBERS_END])
    if not a_numbers or a_numbers[0][1] > start:
        return False
    b_numbers = numbers_in_front(b[:_NUMBERS_END])
    ours, theirs = _touched(a_numbers, start, start), _touched(b_numbers, start, start)
    if ours and theirs and _differ(a_numbers, ours, b_numbers, theirs):
        return True
    more = _begun(a_numbers, ours, theirs, start, start, start)
    others = _begun(b_numbers, theirs, ours, start, start, start)
    if not (more or others):
        return False
    return _differ(a_numbers, ours + more, b_numbers, theirs + others)


def _differ(
    a_numbers: Sequence[_Number],
    ours: Sequence[_Number],
    b_numbers: Sequence[_Number],
    theirs: Sequence[_Number],
) -> bool:
    """Tell whether on both sides a number of one kind stands that the other text has nowhere."""
    return any(
        not _has_all(b_numbers, ours_alike) and not _has_all(a_numbers, theirs_alike)
        for ours_alike, theirs_alike in _by_kind(ours, theirs)
    )


def _by_kind(
    ours: Sequence[_Number], theirs: Sequence[_Number]
) -> Iterator[tuple[list[_Number], list[_Number]]]:
    """Yield the numbers of two texts in digits, in words and in Chinese."""
    if not ours or not theirs:
        return
    for kind in {*map(_kind, ours)} & {*map(_kind, theirs)}:
        yield [n for n in ours if _kind(n) == kind], [n for n in theirs if _kind(n) == kind]


def _kind(number: _Number) -> str:
    if any(map(str.isdecimal, number[0])):
        return "digits"
    return "words" if number[0].isascii() else "Chinese"


def _has_all(numbers: Iterable[_Number], wanted: Iterable[_Number]) -> bool:
    return {number for number, _, _ in numbers}.issuperset(number for number, _, _ in wanted)


def _may_count(text: str, place: int) -> bool:
    """Tell whether a number may begin, end or go on at a place: mostly none does."""
    around = text[max(place - _LONGEST_WORD, 0) : place + _LONGEST_WORD]
    if not _COUNTS.isdisjoint(text[max(place - 1, 0) : place + 1]) or DIGITS.search(around):
        return True
    # Not `any`, which is called for every pair and costs twice as much.
    for part in _WORD_PARTS:  # noqa: SIM110
        if part in around:
            return True
    return False


# A text is compared with many others of its series, one after the other.
@lru_cache(maxsize=8192)
def numbers_in_front(head: str) -> tuple[_Number, ...]:
    """Return the numbers near the start of a text: each with its start and end."""
    found: list[_Number] = []
    for match in re.finditer(_DIGITS_AND_STAGES, head):
        last = found[-1][2] if found else 0
        found.append(_with_stage(head, last, match.start(), match.end()))
    alone = len(found)
    for part in _WORD_PARTS:
        if part in head:
            # Compiled when the first such text is met: most runs are short.
            found += _spans(re.finditer(_WORDS, head))
            break
    if not head.isascii():
        found += _spans(re.finditer(_NUMERALS, head))
    if len(found) > alone:
        found.sort(key=itemgetter(1))
        found = [*_apart(head, found)]
    return tuple([number for number in found if number[2] < _NUMBERS_END])


def _with_stage(head: str, last: int, start: int, end: int) -> _Number:
    """Return a number with the stage in front of it, if one stands there, behind the last one."""
    if head.endswith(_IN_FRONT, max(start - _LONGEST_IN_FRONT, last), start):
        start -= max([len(word) for word in _IN_FRONT if head.endswith(word, last, start)])
    return head[start:end], start, end


def _apart(head: str, numbers: Iterable[_Number]) -> Iterator[_Number]:
    """Yield numbers in their order, none of which begins within the one before."""
    last = 0
    for number, start, end in numbers:
        if start >= last:
            yield number, start, end
            last = end
        elif end > last and (digits := DIGITS.search(head, last, end)):
            # A word ends where a stage would begin.
            start = digits.start()
            yield head[start:end], start, end
            last = end


def _spans(matches: Iterable[re.Match[str]]) -> list[_Number]:
    return [(match[0], match.start(), match.end()) for match in matches]


def _among(numbers: Iterable[_Number], others: Iterable[_Number]) -> bool:
    """Tell whether the numbers stand among the others, in this order."""
    left = iter([number for number, _, _ in others])
    return all(number in left for number, _, _ in numbers)


def only_recur(text: str) -> bool:
    """Tell whether nothing but names that come again numbers a text near its start.

    The Friday, the June or the spring of which it tells is followed by others: such a name may part
    two texts, but that two have it in common does not tell that they are one.
    """
    found = numbers_in_front(text[:_NUMBERS_END]) if compiled is None else compiled.numbers(text)
    return bool(found) and all(
        number in _RECURRING
        or (start and text[start - 1] in _RECURRING_BEHIND)
        or (text[end : end + 1] and text[end] in _RECURRING_BEFORE)
        for number, start, end in found
    )


def numbers(text: str) -> frozenset[str]:
    """Return the digits of a text, each run of them a number."""
    return _numbers_of(text[:WINDOW])


# What is kept is the beginning: of long texts the whole would fill the memory.
@lru_cache(maxsize=256)
def _numbers_of(head: str) -> frozenset[str]:
    return frozenset(DIGITS.findall(head))


def same_numbers(a: str, b: str, *, cut: bool = False) -> bool:
    """Tell whether two raw texts of one normal form have the same numbers near their start.

    A normal form shows digits alone: 0.1.10 and 0.11.0 look the same in it. With `cut` that of `a`
    is the beginning of that of `b`, and its sender may have cut it inside of its last number.
    """
    if a[:_NUMBERS_END] == b[:_NUMBERS_END]:
        return True
    return all(x == y for x, y in zip(_lengths(a, cut=cut), _lengths(b), strict=False))


def _lengths(text: str, *, cut: bool = False) -> list[int]:
    head = unescaped(text[:_NUMBERS_END])
    head = head if head.isascii() else normalize("NFKC", head)
    end = len(head) if cut else len(head) + 1
    return [m.end() - m.start() for m in DIGITS.finditer(head) if m.end() < min(end, _NUMBERS_END)]


# What it is made of, for the compiled one.
_MADE_OF: dict[str, Any] = {
    "parts": _WORD_PARTS,
    "words": (
        *(*_MONTHS_AND_DAYS, *_ORDINALS, *_TEENS),
        *(ten + one for ten in _TENS for one in (*_ONES, "")),
    ),
    "series": _SERIES,
    "counted": _COUNTED,
    "roman_series": _ROMAN_SERIES,
    "between": _BETWEEN,
    "behind": _BEHIND,
    "in_front": _IN_FRONT,
    "sections": _SECTIONS,
    "turns": _TURNS,
    "roman": _ROMAN,
    "ordinal": _ORDINAL,
    "numerals": _HAN,
    "units": _UNITS,
    "last": _LAST,
    "counts": "".join(sorted(_COUNTS)),
    "stage_letters": _STAGE_LETTERS,
    "editions": "".join(_EDITIONS),
    "edition": _EDITION,
    "of": _OF,
    "share": _SHARE,
    "numbered": NUMBERED,
    "numbers_end": _NUMBERS_END,
    "longest_word": _LONGEST_WORD,
    "longest_roman": _LONGEST_ROMAN,
}
compiled: "Numbering | None" = None if core is None else core.Numbering(**_MADE_OF)


part_at_a_number = compiled.part_at_a_number if compiled else part_at_a_number_plainly
