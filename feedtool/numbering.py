"""Normal forms -> their numbers, which tell the members of a series apart."""

import re
from collections.abc import Iterable
from functools import lru_cache
from operator import itemgetter
from typing import TYPE_CHECKING
from unicodedata import normalize

from feedtool.aligning import WINDOW, Run, common_beginning
from feedtool.native import core

if TYPE_CHECKING:
    from feedtool.native._core import Numbering

# The number of a series stands in its title.
NUMBERED = 80

# What numbers the members of a series: digits, months, days of the week, `Forty-One`, `Part Two`,
# and Chinese numerals where they count a part of something (`第二期`, `三月`; `一样` counts
# nothing) or end a headline (`（二）`, `（下）`). A normal form has no spaces, so that `one` stands
# in `phone`: units need a place.
DIGITS = re.compile(r"\d\d*")
_MONTHS_AND_DAYS = (
    *("january", "february", "march", "april", "may", "june", "july", "august", "september"),
    *("october", "november", "december"),
    *("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday"),
)
_ONES = ("one", "two", "three", "four", "five", "six", "seven", "eight", "nine")
_TENS = ("twenty", "thirty", "forty", "fifty", "sixty", "seventy", "eighty", "ninety")
_TEENS = ("thirteen", "fourteen", "fifteen", "sixteen", "seventeen", "eighteen", "nineteen")
# Only behind one of these are smaller numbers told from other words, and Roman ones from letters.
_SERIES = ("part", "issue", "lesson", "volume", "chapter", "episode")
_COUNTED = (*_ONES, "ten", "eleven", "twelve")
_ROMAN_SERIES = ("part", "chapter")
_ROMAN, _LONGEST_ROMAN = "ivx", 8


def _behind(words: Iterable[str]) -> str:
    return "|".join(f"(?<={word})" for word in words)


_WORDS = (
    f"{'|'.join((*_MONTHS_AND_DAYS, *_TEENS))}|(?:{'|'.join(_TENS)})(?:{'|'.join(_ONES)})?"
    f"|(?:{_behind(_SERIES)})(?:{'|'.join(_COUNTED)})"
    f"|(?:{_behind(_ROMAN_SERIES)})[{_ROMAN}]{{1,{_LONGEST_ROMAN}}}"
)

# One of these stands in or before each of the words: of fourteen texts thirteen have none of them.
_WORD_PARTS = (
    *("uary", "march", "april", "may", "june", "july", "august", "tember", "tober", "vember"),
    *("cember", "nday", "sday", "iday", "rday", "enty", "irty", "orty", "ifty", "ixty", "ghty"),
    *("nety", "teen", "part", "issue", "lesson", "volume", "chapter", "episode"),
)

_ORDINAL = "第"
_HAN = "〇零一二三四五六七八九十百"
_UNITS = "月期章节回讲篇卷季集课辑"
_LAST = "上中下"

# Scanned for their first letters, which patterns that begin with a choice are not.
_NUMERALS = (
    f"[{_ORDINAL}{_HAN}{_LAST}](?:"
    f"(?<={_ORDINAL})[{_HAN}]+"
    rf"|(?<=[{_HAN}])[{_HAN}]*(?=[{_UNITS}]|\Z)"
    rf"|(?<=[{_LAST}])\Z)"
)

# One of these begins or ends every number but those of digits and those in words.
_COUNTS = frozenset(_ORDINAL + _HAN + _LAST)

# No word with what stands before it (`chapter twelve`) is longer.
_LONGEST_WORD = 16

# Where a number that begins in the title has ended.
_NUMBERS_END = NUMBERED + 16

# A number in a text, where it begins and where it ends.
_Number = tuple[str, int, int]


def other_number(a: str, b: str, runs: list[Run], start: int) -> bool:
    """Tell whether both texts have a number at one place near their start, and it differs.

    A number is compared as a whole, also where a common run holds a part of it: 1 is not 15.
    """
    if start >= NUMBERED:
        return False
    a_numbers = numbers_in_front(a[:_NUMBERS_END])
    b_numbers = numbers_in_front(b[:_NUMBERS_END]) if a_numbers else ()
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
    ours = [number for number, first, end in a_numbers if first <= start <= end]
    if not ours:
        return False
    b_numbers = numbers_in_front(b[:_NUMBERS_END])
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
def numbers_in_front(head: str) -> tuple[_Number, ...]:
    """Return the numbers near the start of a text: each with its start and end."""
    found = _spans(DIGITS.finditer(head))
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
    head = text[:_NUMBERS_END]
    head = head if head.isascii() else normalize("NFKC", head)
    end = len(head) if cut else len(head) + 1
    return [m.end() - m.start() for m in DIGITS.finditer(head) if m.end() < min(end, _NUMBERS_END)]


compiled: "Numbering | None" = (
    core
    if core is None
    else core.Numbering(
        parts=_WORD_PARTS,
        words=(*_MONTHS_AND_DAYS, *_TEENS, *(ten + one for ten in _TENS for one in (*_ONES, ""))),
        series=_SERIES,
        counted=_COUNTED,
        roman_series=_ROMAN_SERIES,
        roman=_ROMAN,
        ordinal=_ORDINAL,
        numerals=_HAN,
        units=_UNITS,
        last=_LAST,
        numbered=NUMBERED,
        numbers_end=_NUMBERS_END,
        longest_word=_LONGEST_WORD,
        longest_roman=_LONGEST_ROMAN,
    )
)


part_at_a_number = compiled.part_at_a_number if compiled else part_at_a_number_plainly
