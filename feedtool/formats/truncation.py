"""Texts of a page to findings: which of them their sender cut, and how that shows.

One text can hardly show it: an ellipsis may be its author's own. A page can, because its sender
cuts every text at the same length, the cap.
"""

import re
from bisect import bisect_left
from collections import Counter
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import replace
from functools import lru_cache, partial
from typing import NamedTuple
from unicodedata import east_asian_width

from feedtool.formats import ranking
from feedtool.model import Truncation
from feedtool.native import core

# Feeds cut titles at 40 characters and more; two texts of the same few characters that both end
# in dots ("Hmm..." and "Yes...") are chance.
LEAST_CAP = 30

# A planet's page shows feeds of several senders; what goes on has no habit at all.
MOST_CAPS = 8

# A teaser of so many code points says which entry of its page it is of.
LEAST_TEASER = 32

# What the sender trims of a cut before it puts its marker: spaces, and a comma before them.
TRIMMED = 3

# A cut at a word border ends at most a long word under the cap ("internationalisation" has 20);
# where the habit is known, even a link of 40 characters can be the word that did not fit.
LONGEST_WORD = 20
LONGEST_LINK = 40

# The caps of feeds begin at 100 (a search result's description has 120 to 160). A shorter text that
# ends in dots is its author's "to be continued...", unless other texts of the page say otherwise.
SHORTEST_CUT = 80

# Lengths at which people let programs cut, besides the multiples of 50: short messages, search
# descriptions, tweets, the limits of one-byte lengths. The 300 of a sender that has since moved to
# 350 (samples/001.txt, line 4) is told by its roundness alone.
ROUND_LENGTHS = frozenset({120, 140, 160, 180, 240, 255, 256, 280, 512})

# Excerpts cut by words (55 in WordPress, 50 in Jekyll) have ten or more; equal counts of fewer
# words are chance.
LEAST_WORDS = 10

# Cut texts stop at different words, while the members of a series that are equally long
# ("... see the change log of 1.2.3") share their ending.
TAIL = 12

# Within how many last characters a marker is looked for: `… [ Continue reading the rest ... ] →`.
REACH = 64

# A cap that counts bytes or columns shows in so many texts at least, so many of them not of ASCII.
LEAST_MEASURED, LEAST_OFF = 4, 2

# What a page puts behind its markers (tags, a date, who posted it) has so many characters at most,
# and stands behind so many texts at least: one author may break off near an end.
FURNITURE = 120
LEAST_FURNISHED = 3

_SPACE = " \t\r\n\u00a0\u3000\u200b\ufeff"
_ARROWS = "→»›⟶➔>▶▼"
_JUNK = _SPACE + _ARROWS + ".…[]()（）【】〔〕"
# Behind these a marker may end.
_AROUND = "])）】〕" + _ARROWS
_SENTENCE_ENDS = frozenset(".!?。！？…‥;；:：\"'”’»」』)）]】》~～")

_LATIN = (
    "read more", "read on", "read the rest", "read full article", "read the full article",
    "read full story", "read the full story", "read full post", "read the full post",
    "continue reading", "keep reading", "see more", "view more", "show more", "learn more",
    "view full post", "see full post", "show full text", "full story", "full article", "more",
    "find out more", "read this post", "read this article", "read article",
    "lire la suite", "en savoir plus", "weiterlesen", "mehr erfahren", "zum artikel",
    "sigue leyendo", "continuar leyendo", "citește mai mult", "přečíst celý článek", "les mer",
    "læs mere", "lue lisää", "подробнее", "прочети още", "διαβάστε περισσότερα", "اقرأ المزيد",
    "baca selengkapnya", "đọc tiếp", "xem thêm",
    "mehr lesen", "leer más", "seguir leyendo", "leia mais", "ler mais", "continue lendo",
    "leggi tutto", "continua a leggere", "lees meer", "lees verder", "читать далее",
    "читать дальше", "читать полностью", "czytaj dalej", "czytaj więcej", "läs mer",
    "devamını oku",
)  # fmt: skip
_CJK = (
    "阅读全文", "閱讀全文", "阅读更多", "閱讀更多", "阅读原文", "閱讀原文", "阅读剩余部分",
    "查看全文", "查看更多", "查看原文", "查看详情", "展开全文", "展開全文", "展开更多",
    "显示全文", "显示更多", "继续阅读", "繼續閱讀", "浏览全文", "更多内容", "全文阅读",
    "続きを読む", "つづきを読む", "続きを見る", "続きをみる", "もっと読む", "もっと見る",
    "阅读余下内容", "余下全文", "全文を読む", "さらに表示", "続きはこちら", "記事を読む",
    "더 읽어보기", "더 보기", "더보기", "더 읽기", "계속 읽기", "전체 보기",
    "자세히 보기",
)  # fmt: skip

# Words of prose, which mark a cut behind dots or in brackets only.
_WEAK = ("全文", "展开", "更多", "详细", "详情", "未完", "未完待续", "続く", "続き", "suite")
# An ellipsis as HTML spells it, in feeds that were escaped twice.
_SPELLED = ("&hellip;", "&#8230;", "&#x2026;")

# The last two letters of every phrase: most texts are seen by them to end in none.
_PHRASES = (*_LATIN, *_CJK, *_WEAK, *_SPELLED)
_ENDINGS = frozenset(phrase[-2:] for phrase in _PHRASES)
_LASTS = "".join(dict.fromkeys(phrase[-1] for phrase in _PHRASES))
# In front of three dots these may belong to the marker, or to a phrase before it.
_NOT_BEFORE_DOTS = frozenset(("", *_JUNK))

_ALONE = frozenset(_PHRASES)


def _either(phrases: Iterable[str]) -> str:
    longest_first = sorted(phrases, key=len, reverse=True)
    return "|".join(re.escape(phrase) for phrase in longest_first)


# Compiled when the first such text is met: most dumps have none, and a page is read quickly.
# Possessive throughout: forty arrows behind `Read more` are one run, not 2 ** 40 ways to part it.
_DOTS = rf"(?:\.\.\.|…|{_either(_SPELLED)})[.…]*+"
_AFTER = rf"(?:\s*+(?:{_DOTS}|[{_ARROWS}]++))*+"

# A phrase of letters is ordinary prose too ("what you should read more"): it marks a cut after an
# ellipsis, before an arrow, or where it begins with a capital and no full stop follows.
_PHRASE = (
    rf"(?:{_DOTS}\s*(?i:{_either((*_LATIN, *_WEAK))}){_AFTER}"
    rf"|(?<!\w)(?i:{_either(_LATIN)})(?:\s*{_DOTS})?\s*[{_ARROWS}]+"
    rf"|(?<=\s)(?:{_either(phrase.capitalize() for phrase in _LATIN if phrase != 'more')}"
    rf"|{_either(phrase.upper() for phrase in _LATIN if ' ' in phrase)}"
    rf"|Read More|Continue Reading|Keep Reading|See More|Show More|View More){_AFTER}"
    rf"|(?:点击|點擊)?(?:{_either(_CJK)}){_AFTER}"
    rf"|[\[(（【〔]\s*(?:{_DOTS}\s*)?(?i:{_either((*_LATIN, *_CJK, *_WEAK))}){_AFTER}"
    rf"\s*[\])）】〕]{_AFTER}"
    r")\Z"
)

# `f(...)` is how code is quoted, so round brackets need something else than a word before them.
_BRACKETED = (
    rf"(?:[\[【〔]\s*{_DOTS}\s*[\]】〕]|(?<![A-Za-z0-9_])[(（]\s*{_DOTS}\s*[)）]){_AFTER}\Z"
)


class Ending(NamedTuple):
    """A marker at the end of a text: where it may begin, likeliest first, and if it says so.

    `....` is a full stop and a marker or an author's own four dots; the page's cap decides.
    """

    lengths: tuple[int, ...]
    end: int
    explicit: bool


# What a named tuple does to make one takes half the time.
_ending: Callable[[tuple[tuple[int, ...], int, bool]], Ending] = partial(tuple.__new__, Ending)


class Habit(NamedTuple):
    """How a page cuts: at which lengths, and whether at word borders, by words, with no marker.

    `cap` is the length that the page shows for a text that tells of none itself. Where it counts
    otherwise, `measure` says how and `measured` is the cap.
    """

    caps: frozenset[int] = frozenset()
    cap: int | None = None
    borders: bool = False
    words: int = 0
    unmarked: bool = False
    keeps_words: bool = False
    measure: str = ""
    measured: int = 0


def find(texts: Sequence[str]) -> list[Truncation]:
    """Return for each text of a page whether it was cut, and what of it is its author's."""
    framed = ranking.frames(texts)
    if framed is None:
        return _cuts(texts)
    cuts = _cuts([text[start:end] for text, (start, end) in zip(texts, framed, strict=True)])
    return [
        replace(cut, start=start, length=start + cut.length)
        for cut, (start, _) in zip(cuts, framed, strict=True)
    ]


# Most texts of a crawl share a few thousand findings.
_finding = lru_cache(maxsize=1 << 12)(Truncation)


def _cuts(texts: Sequence[str]) -> list[Truncation]:
    endings, unsure = _endings_of(texts)
    if len(unsure) >= LEAST_FURNISHED:
        endings = _in_front_of_furniture(texts, endings, unsure)
    habit = habit_of(texts, endings)
    longest_whole = -1
    found = []
    ordered: list[str] = []
    for text, end in zip(texts, endings, strict=True):
        if end is None:
            found.append(_judge_unmarked(text, habit))
            continue
        finding = _judge_at_cap(text, end, habit)
        if finding is None:
            if longest_whole < 0:
                wholes = zip(texts, endings, strict=True)
                longest_whole = max([len(text) for text, end in wholes if end is None], default=0)
            finding = _judge_marked(text, end, habit, longest_whole)
            if not finding.truncated and end.lengths[0] >= LEAST_TEASER:
                ordered = ordered or sorted(texts)
                finding = _judge_teaser(text, end, ordered) or finding
        found.append(finding)
    return found


# What `plain_endings` says of a text instead of a length.
_NONE, _INNER, _UNCLEAR = -1, -2, -3


def endings_of(texts: Sequence[str]) -> list[Ending | None]:
    """Return for each text the marker that it ends in, if it ends in one."""
    return _endings_of(texts)[0]


def _endings_of(texts: Sequence[str]) -> tuple[list[Ending | None], list[str]]:
    """Return the same, and the texts that may have a marker near their end."""
    if core is None:
        found = [ending(text) for text in texts]
        return found, [text for text, end in zip(texts, found, strict=True) if end is None]
    plain = core.plain_endings(
        list(texts), _JUNK, _AROUND, _LASTS, _PHRASES, REACH, FURNITURE, _NONE, _INNER, _UNCLEAR
    )
    found = [
        _ending(((length,), len(text), False))
        if length >= 0
        else ending(text)
        if length == _UNCLEAR
        else None
        for text, length in zip(texts, plain, strict=True)
    ]
    if _INNER not in plain and _UNCLEAR not in plain:
        return found, []
    return found, [
        text
        for text, end, length in zip(texts, found, plain, strict=True)
        if end is None and length != _NONE
    ]


def _in_front_of_furniture(
    texts: Sequence[str], endings: list[Ending | None], unsure: Iterable[str]
) -> list[Ending | None]:
    """Return the endings, also of texts behind whose marker a page puts tags, a date or a link.

    One text cannot show that it is the page's: several end at one length, or most break off so.
    """
    inner = {
        text: found
        for text in unsure
        if len(text) > SHORTEST_CUT and (found := _inner_ending(text)) is not None
    }
    if len(inner) < LEAST_FURNISHED:
        return endings
    lengths = Counter([found.lengths[0] for found in inner.values()])
    long = sum(len(text) > SHORTEST_CUT for text in set(texts))
    inside = sum(not ends_sentence(text[: end.lengths[0]]) for text, end in inner.items())
    most = len(inner) * 5 >= long * 3 and inside * 2 > len(inner)
    return [
        found
        if (found := inner.get(text)) and (most or lengths[found.lengths[0]] >= LEAST_FURNISHED)
        else end
        for text, end in zip(texts, endings, strict=True)
    ]


def _inner_ending(text: str) -> Ending | None:
    """Return the last marker of a text near its end, whatever stands behind it."""
    start = max(SHORTEST_CUT, len(text) - FURNITURE)
    end = max([text.rfind(dots, start) + len(dots) for dots in ("...", "…", *_SPELLED)])
    if end < start:
        return None
    while text[end : end + 1] and text[end] in ".…])）】〕":
        end += 1
    return ending(text[:end])


def ending(text: str) -> Ending | None:
    """Return the marker that `text` ends in, if it ends in one."""
    if text[-3:] == "..." and text[-4:-3] not in _NOT_BEFORE_DOTS and text[-5:-3] not in _ENDINGS:
        # The commonest of all by far, with one reading only.
        return Ending((len(text) - 3,), len(text), explicit=False)
    last = text[-2:-1] if text[-1:] == "." else text[-1:]
    if last not in _NOT_BEFORE_DOTS and text.removesuffix(".")[-2:].lower() not in _ENDINGS:
        return None
    end = len(text.rstrip(_SPACE)) if text[-1:] in _SPACE else len(text)
    start = max(end - REACH, 0)
    tail = text[start:end]
    bare = tail.rstrip(_JUNK)
    if bare.endswith(_SPELLED):
        return _spelled(text, start, end)
    if bare[-2:].lower() in _ENDINGS and bare.lower().endswith(_PHRASES):
        phrase = re.search(_PHRASE, tail)
        if phrase is not None:
            return _explicit(text, start + phrase.start(), end)
    if tail[-1:] in _AROUND:
        # Most brackets hold no dots.
        bracketed = re.search(_BRACKETED, tail) if "..." in tail or "…" in tail else None
        if bracketed is not None:
            return _explicit(text, start + bracketed.start(), end)
        return None
    return _dots(_run(tail), end)


def _spelled(text: str, start: int, end: int) -> Ending:
    """Return the marker of a text that ends in a spelled ellipsis, perhaps in brackets."""
    tail = text[start:end]
    bracketed = re.search(_BRACKETED, tail)
    if bracketed is not None:
        return _explicit(text, start + bracketed.start(), end)
    return Ending((start + tail.rindex("&"),), end, explicit=False)


def _run(text: str) -> str:
    return text[len(text.rstrip(".…")) :]


def is_marker(line: str) -> bool:
    """Tell whether a whole line is such a phrase: a link to the rest of the entry above it."""
    return line.strip(_JUNK).lower() in _ALONE


def _explicit(text: str, start: int, end: int) -> Ending:
    before = len(text[:start].rstrip(_SPACE))
    dots = _dots(_run(text[max(before - REACH, 0) : before]), before)
    if dots is not None:
        start = dots.lengths[0]
        before = len(text[:start].rstrip(_SPACE))
    # A space in front of such a marker belongs to it, unless the cap says that it was cut there.
    return Ending((before, start) if before != start else (start,), end, explicit=True)


def _dots(run: str, end: int) -> Ending | None:
    start = end - len(run)
    if run.endswith("..."):
        lengths = list(range(end - 3, start - 1, -1))
    elif run.endswith("…"):
        lengths = list(range(end - 1, start - 1, -1))
    else:
        return None
    # One full stop, then the marker; longer runs are one marker.
    likely = start + 1 if run[0] == "." and run[1:] in ("...", "…", "……") else start
    lengths.sort(key=lambda length: (length != likely, -length))
    return Ending(tuple(lengths[:8]), end, explicit=False)


def habit_of(texts: Sequence[str], endings: Sequence[Ending | None]) -> Habit:
    """Return how the page cuts, as far as its texts show it."""
    # A text that stands on the page twice says it once.
    marked = {text: end for text, end in zip(texts, endings, strict=True) if end is not None}
    habit = _habit_of_lengths(texts, marked)
    if len(marked) < LEAST_MEASURED:
        return habit
    # ASCII has one byte and one column for each code point.
    off = [
        text[: end.lengths[0]]
        for text, end in marked.items()
        if habit.caps.isdisjoint(end.lengths) and not text.isascii()
    ]
    if len(off) < LEAST_OFF:
        return habit
    bodies = [text[: end.lengths[0]] for text, end in marked.items()]
    for name, measure in _MEASURES.items():
        cap = max(max(map(measure, off)), max(map(len, bodies)))
        if cap < SHORTEST_CUT or sum(measure(body) >= cap - TRIMMED for body in off) < LEAST_OFF:
            continue
        near = [body for body in bodies if cap - TRIMMED <= measure(body) <= cap]
        if len(near) * 5 >= len(marked) * 3:
            return habit._replace(measure=name, measured=cap)
    return habit


def _habit_of_lengths(texts: Sequence[str], marked: dict[str, Ending]) -> Habit:
    """Return at which lengths the page cuts, if it does so."""
    counts = Counter([length for end in marked.values() for length in end.lengths])
    caps = {length for length, times in counts.items() if times > 1 and length >= LEAST_CAP}
    borders = _border_cap(texts, marked, counts)
    if borders is not None:
        return Habit(frozenset({borders}), borders, borders=True)
    if caps:
        kept = frozenset(caps)
        if len(caps) > 1:
            likely = Counter([end.lengths[0] for end in marked.values()])
            kept = _without_neighbours(caps, counts, likely)
        split = any(
            _is_spaced(text, end.lengths[0]) and not kept.isdisjoint(end.lengths)
            for text, end in marked.items()
        )
        return Habit(kept, max(kept), keeps_words=not split)
    words = Counter(len(text[: end.lengths[0]].split()) for text, end in marked.items())
    number, times = max(words.items(), key=lambda item: item[::-1], default=(0, 0))
    if times > 1 and number >= LEAST_WORDS and times * 5 >= len(marked) * 3:
        return Habit(words=number)
    hard = _hard_cap(texts)
    return Habit(frozenset({hard}), hard, unmarked=True) if hard is not None else Habit()


def _is_spaced(text: str, end: int) -> bool:
    # Chinese has no word borders, so a sender that cuts at them cuts it exactly at the cap.
    word = text[max(end - LONGEST_WORD, 0) : end]
    return " " in word and word[-1:].isascii()


def _without_neighbours(
    caps: Collection[int], counts: Counter[int], likely: Counter[int]
) -> frozenset[int]:
    # Two readings of the same dots, or the trimmed and the untrimmed: the more frequent is the
    # cap, and of two as frequent the likelier.
    kept: set[int] = set()
    for cap in sorted(caps, key=lambda length: (counts[length], likely[length]), reverse=True):
        if kept.isdisjoint(range(cap - TRIMMED, cap + TRIMMED + 1)):
            kept.add(cap)
        if len(kept) == MOST_CAPS:
            break
    return frozenset(kept)


def _border_cap(
    texts: Sequence[str], marked: dict[str, Ending], counts: Counter[int]
) -> int | None:
    lengths = sorted(end.lengths[0] for end in marked.values())
    if len(lengths) < 2 or lengths[-1] < SHORTEST_CUT:
        return None
    top = lengths[-1]
    near = lengths[bisect_left(lengths, top - LONGEST_WORD) :]
    if near[0] == top or len(near) * 5 < len(lengths) * 3:
        return None
    most = max([counts[length] for length in near])
    usual = max([length for length in near if counts[length] == most])
    # Of three cuts at word borders two may be equally long by chance, but seldom at 350.
    exact = counts[usual] * 2 > len(near) and (counts[usual] > 2 or is_round(usual))
    if (
        exact
        # One of the two was trimmed.
        or (len(near) == 2 and near[1] - near[0] <= TRIMMED and is_round(near[1]))
    ):
        return None
    longest = max([len(text) for text in texts if text not in marked], default=0)
    if len(near) < 4 and longest > top + TRIMMED:
        return None
    return -(-top // 10) * 10


def is_round(length: int) -> bool:
    """Tell whether people choose this length as a cap."""
    return length >= 100 and (length % 50 == 0 or length in ROUND_LENGTHS)


def _hard_cap(texts: Sequence[str]) -> int | None:
    longest = max(map(len, texts), default=0)
    if longest < LEAST_CAP:
        return None
    cut = {text for text in texts if len(text) == longest and not ends_sentence(text)}
    tails = {text[-TAIL:] for text in cut}
    needed = 2 if longest >= SHORTEST_CUT else 3
    return longest if len(tails) >= needed else None


def ends_sentence(text: str) -> bool:
    """Tell whether a text ends as its author would end it."""
    return text.rstrip(_SPACE)[-1:] in _SENTENCE_ENDS


def _judge_unmarked(text: str, habit: Habit) -> Truncation:
    length = len(text)
    if not habit.unmarked:
        return _finding(False, None, length, habit.cap, "no marker")
    # Where it is one less, the space at which it was cut may be gone.
    if habit.cap is not None and (
        length == habit.cap or (length == habit.cap - 1 and not ends_sentence(text))
    ):
        return _finding(True, None, length, habit.cap, "cut at the cap without a marker")
    return _finding(False, None, length, habit.cap, "no marker")


def _judge_at_cap(text: str, end: Ending, habit: Habit) -> Truncation | None:
    """Return what is found of a text whose marker stands at a cap of the page: most do."""
    if habit.unmarked:
        if len(text) == habit.cap:
            return _finding(True, None, len(text), habit.cap, "cut at the cap without a marker")
    elif not habit.borders:
        for reading in end.lengths:
            if reading in habit.caps:
                marker = text[reading : end.end].strip(_SPACE)
                return _finding(True, marker, reading, reading, "marker at the cap")
    return None


def _judge_marked(text: str, end: Ending, habit: Habit, longest_whole: int) -> Truncation:
    length = end.lengths[0]
    marker = text[length : end.end].strip(_SPACE)
    cap = habit.cap
    if end.explicit:
        return _finding(True, marker, length, cap, "explicit marker")
    why = _why_cut(text[:length], habit, longest_whole)
    if why is not None:
        return _finding(True, marker, length, cap, why)
    return _finding(False, marker, len(text), cap, _why_whole(length, cap))


def _judge_teaser(text: str, end: Ending, ordered: Sequence[str]) -> Truncation | None:
    """Tell whether another text of the page goes on where a marker stands."""
    for length in end.lengths:
        body = text[:length]
        # Texts that begin with it stand together, directly behind where it would stand.
        place = bisect_left(ordered, body)
        for other in ordered[place : place + 3]:
            if other.startswith(body) and len(other) > len(text) and not other.startswith(text):
                marker = text[length : end.end].strip(_SPACE)
                why = "marker where another text of the page goes on"
                return _finding(True, marker, length, None, why)
    return None


def _why_cut(body: str, habit: Habit, longest_whole: int) -> str | None:
    length = len(body)
    if habit.borders and habit.cap is not None and length >= habit.cap - LONGEST_LINK:
        return "marker just under the cap, at a word border"
    if not habit.borders and not habit.unmarked:
        if any(cap - TRIMMED <= length < cap for cap in habit.caps):
            return "marker just under the cap"
        if (
            habit.keeps_words
            and _is_spaced(body, length)
            and any(cap - LONGEST_WORD <= length < cap for cap in habit.caps)
        ):
            return "marker just under the cap, at a word border"
        if _utf16_length(body) in habit.caps:
            return "marker at the cap, counted in UTF-16"
    if habit.measure and _MEASURES[habit.measure](body) >= habit.measured - TRIMMED:
        return f"marker at the cap, counted in {habit.measure}"
    if habit.words and len(body.split()) == habit.words:
        return "marker after the page's number of words"
    # A sender that moves its cap seldom more than doubles it.
    if is_round(length) and 2 * length >= (habit.cap or 0):
        return "marker at a round length"
    beyond_caps = habit.cap is None or length > habit.cap
    if beyond_caps and length >= max(SHORTEST_CUT, longest_whole - LONGEST_WORD):
        return "marker, and no longer text is whole"
    return None


def _utf16_length(text: str) -> int:
    return len(text.encode("utf-16-le", "surrogatepass")) // 2


def _utf8_length(text: str) -> int:
    return len(text.encode("utf-8", "surrogatepass"))


def _width(text: str) -> int:
    if text.isascii():
        return len(text)
    return len(text) + sum(map("WF".__contains__, map(east_asian_width, text)))


# What senders count besides code points, in the words of a finding.
_MEASURES: Mapping[str, Callable[[str], int]] = {"bytes": _utf8_length, "columns": _width}


def _why_whole(length: int, cap: int | None) -> str:
    if cap is not None and length < cap:
        return "ellipsis of its own, under the cap"
    if length < SHORTEST_CUT:
        return "ellipsis of its own, in a short text"
    return "ellipsis of its own, longer texts are whole"
