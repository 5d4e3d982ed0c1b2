"""Texts of a page to what of each is the page's own: a rank in front, a count or an age behind.

A hot list numbers its entries anew every hour and tells how hot each of them is. One line cannot
show it: `3 Body Problem` and `Top 10` are an author's own numbers. A page can, since it counts its
lines from one, and writes behind all of them the same unit.
"""

import re
from collections.abc import Callable, Mapping, Sequence

from feedtool.formats import bylines
from feedtool.model import ICONS, MEDALS
from feedtool.values import dataclass

# Three lines of a page that begin with 1, 2 and 3 are chance: one page of 25,000.
LEAST_RANKS = 4
# The later pages of a list go on behind pages of as many lines as they have.
LEAST_RANKS_LATER = 8
# Where no ranks say that it is a list, more lines must show their counts.
LEAST_COUNTS = 5
# A board tells in square brackets how many replies there are: `… [5]`. Years have more digits.
MOST_REPLIES = 999
# Advertisements and what is pinned on top have no count: one line in so many.
BARE = 5

# `1.`, `1、`, `[1]`, `#1`, `No. 1`, `第1名`; what follows is the text. Not `1/2026` nor `10:30`.
_RANK = (
    r"(?i)([^\w\d]{0,3}+(?:(?:no|top)[^\w\d]{0,2}+|第)?)(\d{1,4})(?!\d)"
    r"([名位위]?(?:[.．、,，。)）\]】〕|·]{1,2}+|[:：-](?!\d))?\s{0,3}+)(?<!\d)(?=\w|[^\w\s])"
)
_DIGIT = re.compile(r"\d")
# Within how many first code points its digits begin.
_SOON = 12

_PARTING = rf"(?:\s|[|·•–—(（\[【/:：{ICONS}])[\s|·•–—(（\[【/\ufe0f{ICONS}-]*+"
# ` 4523万热度`, ` | 1,234 stars today`, `（热度：98.2万）`, ` · 3 hours ago`: something that parts,
# perhaps a label, a number, and its unit.
_COUNT = (
    rf"(?:{_PARTING}(?P<label>[^\W\d_]{{1,8}}+)(?=[\s:：]))?(?P<parting>{_PARTING})"
    r"(?P<number>\d[\d,.]*+)\s*+(?P<scale>[万萬亿億千kKmMwW](?![a-zA-Z]))?\s*+"
    r"(?P<unit>[^\W\d]*+(?:\s[^\W\d]++){0,2})\s*+[)）\]】]?\s*+\Z"
)
_SCALES = {"千": 1e3, "k": 1e3, "m": 1e6, "w": 1e4, "万": 1e4, "萬": 1e4, "亿": 1e8, "億": 1e8}

# What may stand behind a count.
_CLOSING = " \t\r\u00a0\u3000)）]】"

# What a list says of a line that rises: a word behind the count, or in front of it.
_TAGS = frozenset(("", *"热熱新沸爆荐薦暖商", "hot", "new"))


# How three ranks are set that are no numbers.
MEDAL = "medal"

# Where the author's own text begins and ends in a line of a page.
Frame = tuple[int, int]


@dataclass(frozen=True, slots=True)
class _Count:
    """A number behind a text, its unit, and the word in front of it, which may be its label.

    `bracketed` is set where nothing but the number stands in square brackets.
    """

    start: int
    label_start: int
    label: str
    number: float
    unit: str
    bracketed: bool


def frames(texts: Sequence[str]) -> list[Frame] | None:
    """Return what of each text of a page is its author's, None where all of every text is."""
    places: Sequence[int] = range(len(texts))
    least = _most_of(places, LEAST_COUNTS)
    starts = _starts(texts)
    ranked = [place for place, start in enumerate(starts) if start]
    if ranked:
        places, least = ranked, _most_of(ranked, LEAST_RANKS)
    starts = _heads(texts, starts, places, least=least)
    ends = _ends(texts, starts, places, least=least, ranked=bool(ranked))
    if not (ends or any(starts)):
        return None
    return [
        (start, ends.get(place, len(text)))
        for place, (text, start) in enumerate(zip(texts, starts, strict=True))
    ]


def _starts(texts: Sequence[str]) -> list[int]:
    """Return for each text how many code points of it are its rank."""
    starts = [0] * len(texts)
    shown = sum([_DIGIT.search(text, 0, _SOON) is not None for text in texts])
    if shown and MEDALS[0] in [text[:1] for text in texts[:BARE]]:
        shown += len(MEDALS)
    if shown < LEAST_RANKS:
        return starts
    run: list[tuple[int, int]] = []
    first, form = 1, ("", "")
    for place, text in enumerate(texts):
        rank = _rank(text)
        if rank is None:
            continue
        number, ornaments, start = rank
        # Behind three medals lines may be counted in any way.
        medals = form == (MEDAL, "") and len(run) == len(MEDALS) and number == first + len(run)
        if (number, ornaments) != (first + len(run), form) and not medals:
            _settle(texts, first, run, form, starts)
            run, first = [], number
        form = ornaments
        run.append((place, start))
    _settle(texts, first, run, form, starts)
    return starts


def _rank(text: str) -> tuple[int, tuple[str, str], int] | None:
    """Return what may be the rank of a text, how it is set, and where the text begins."""
    if text[:1] in MEDALS:
        rest = text[1:].lstrip(" .:：、")
        return (MEDALS.index(text[0]) + 1, (MEDAL, ""), len(text) - len(rest)) if rest else None
    found = re.match(_RANK, text)
    if found is None:
        return None
    return int(found[2]), ("".join(found[1].split()), "".join(found[3].split())), found.end()


def _settle(
    texts: Sequence[str],
    first: int,
    run: Sequence[tuple[int, int]],
    form: tuple[str, str],
    starts: list[int],
) -> None:
    """Note the ranks of lines that are counted, unless they say the same but for that."""
    if first == 1:
        listed = len(run) >= LEAST_RANKS
    else:
        listed = len(run) >= LEAST_RANKS_LATER and (first - 1) % len(run) == 0
    # `1 hour ago`, `2 hours ago` and so on are no ranks.
    aged = (
        listed and form == ("", "") and all(_is_aged(texts[place], start) for place, start in run)
    )
    if listed and not aged and _differ([texts[place][start:] for place, start in run]):
        for place, start in run:
            starts[place] = start


def _is_aged(text: str, start: int) -> bool:
    """Tell whether the number at the start of a text, which ends at `start`, counts hours."""
    return (bylines.head(text, 0) or 0) > start


def _differ(texts: Sequence[str]) -> bool:
    """Tell whether texts are distinct: members of a series are told apart by their numbers only."""
    return len({text.strip().casefold() for text in texts}) == len(texts)


def _most_of(places: Sequence[int], least: int) -> int:
    """Return how many of some lines must show something: a few are advertisements."""
    return max(least, len(places) - len(places) // BARE)


def _likely(
    texts: Sequence[str],
    starts: Sequence[int],
    places: Sequence[int],
    may_be: Callable[[str, int], bool],
    least: int,
) -> list[int]:
    """Return the lines that may show something, none where these are too few: mostly at once."""
    missing = len(places) - least
    found = []
    for place in places:
        if may_be(texts[place], starts[place]):
            found.append(place)
        elif missing:
            missing -= 1
        else:
            return []
    return found if missing >= 0 else []


def _heads(
    texts: Sequence[str], starts: list[int], places: Sequence[int], *, least: int
) -> list[int]:
    """Return where texts begin behind what visitors have done, or how long ago it was.

    In front of these a rank may stand, which ends at `starts`.
    """
    likely = _likely(texts, starts, places, bylines.may_begin, least)
    if not likely:
        return starts
    told = {place: bylines.head(texts[place], starts[place]) for place in likely}
    begun = {place: start for place, start in told.items() if start is not None}
    if len(begun) < least or not _differ([texts[place][start:] for place, start in begun.items()]):
        return starts
    return [begun.get(place, start) for place, start in enumerate(starts)]


def _ends(
    texts: Sequence[str],
    starts: Sequence[int],
    places: Sequence[int],
    *,
    least: int,
    ranked: bool,
) -> dict[int, int]:
    """Return where those texts end that have a count behind them, by their places."""
    ends = _bylines(texts, starts, places, least=least)
    if len(ends) < least:
        ends = _counts(texts, starts, places, least=least, ranked=ranked)
    shown = [texts[place][starts[place] : end] for place, end in ends.items()]
    return ends if all(map(str.strip, shown)) and _differ(shown) else {}


def _bylines(
    texts: Sequence[str], starts: Sequence[int], places: Sequence[int], *, least: int
) -> dict[int, int]:
    """Return where texts end in front of what visitors have done, and how long ago it was.

    That is never the author's.
    """
    likely = _likely(texts, starts, places, bylines.may_end, least)
    found = {place: bylines.tail(texts[place], starts[place]) for place in likely}
    return {place: end for place, end in found.items() if end is not None}


def _counts(
    texts: Sequence[str],
    starts: Sequence[int],
    places: Sequence[int],
    *,
    least: int,
    ranked: bool,
) -> dict[int, int]:
    """Return where texts end in front of counts, if these are of one kind."""
    found: dict[int, _Count] = {}
    missing = len(places) - least
    for place in places:
        count = _count(texts[place], starts[place])
        if count is not None:
            found[place] = count
        elif missing:
            missing -= 1
        else:
            return {}
    return _counted(found, ranked=ranked) if found else {}


def _counted(found: Mapping[int, _Count], *, ranked: bool) -> dict[int, int]:
    """Return where texts end in front of their counts, if these are of one kind."""
    counts = list(found.values())
    if len({count.unit for count in counts}) > 1:
        return {}
    if not (ranked or _descend(counts) or _are_replies(counts)):
        return {}
    labels = {count.label for count in counts}
    labelled = len(labels) == 1 or _TAGS.issuperset(labels)
    return {place: count.label_start if labelled else count.start for place, count in found.items()}


def _are_replies(counts: Sequence[_Count]) -> bool:
    """Tell whether counts are those of replies: small, in square brackets, and some of them equal.

    Chapters and volumes in brackets count up, each in its own series.
    """
    numbers = {count.number for count in counts}
    small = all(count.bracketed and count.number <= MOST_REPLIES for count in counts)
    return small and len(numbers) < len(counts)


def _descend(counts: Sequence[_Count]) -> bool:
    """Tell whether a list is sorted by its counts, the hottest first."""
    numbers = [count.number for count in counts]
    return numbers == sorted(numbers, reverse=True) and numbers[0] > numbers[-1]


def _count(text: str, start: int) -> _Count | None:
    """Return the count in which a text ends, if it ends in one."""
    # Most texts end in neither a number nor a unit.
    if not text[-1:].isalnum() and text[-1:] not in _CLOSING:
        return None
    begin = max(start + 1, len(text) - bylines.REACH)
    # Most texts end in no number at all.
    found = re.search(_COUNT, text[begin:]) if _DIGIT.search(text, begin) else None
    if found is None:
        return None
    number = found["number"].replace(",", "").rstrip(".")
    if number.count(".") > 1:
        return None
    scale = (found["scale"] or "").lower()
    value = float(number) * _SCALES.get(scale, 1)
    unit, _, last = found["unit"].lower().rpartition(" ")
    if last not in _TAGS:
        unit = f"{unit} {last}".strip()
    label = (found["label"] or "").lower()
    start = begin + found.start("parting")
    rest = text[start:].strip()
    bracketed = rest[:1] + rest[-1:] in ("[]", "【】") and rest[1:-1].isdecimal()
    label_start = begin + found.start() if label else start
    return _Count(start, label_start, label, value, unit, bracketed)
