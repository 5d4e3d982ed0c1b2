"""Numbers that change while an article stays: they do not tell which article it is.

A stamp of the last change, `(Update 6-Dec-2021)` behind a title or `Last updated on 3 March 2023`,
is another one with every edit; `128 comments` or `3 hours ago`, which a crawler took for a part of
the text, at every visit.
"""

import re
from functools import cache, lru_cache

from feedtool.comparing import compare, only_numbers
from feedtool.formats import bylines
from feedtool.judging.pairs import LEAST_TITLE
from feedtool.model import Version
from feedtool.numbering import DIGITS, part_at_a_number
from feedtool.text import bare, folded

# One of these stands in every stamp: most texts have none.
_SIGNS = (
    *("updat", "edit", "revised", "modified", "amended", "aktualisiert", "jour", "actualizad"),
    *("atualizad", "aggiornat", "обновлен", "更新", "修订", "追記", "갱신", "수정", "업데이트"),
)

# In brackets an update is not what an article is called, as it is in `Weekly update, 3 March`; nor
# is what says that something *was* updated.
_UPDATE = (
    r"(?:(?:last\s+)?(?:updated?|edit(?:ed)?|revised|modified|amended)|(?:zuletzt\s+)?aktualisiert"
    r"|mise?\s+[àa]\s+jour|actualizad[oa]|atualizad[oa]|aggiornat[oa]|обновлен[оа])(?![^\W\d_])"
    r"|(?:最后|最後|最近|最終)?(?:更新|修订|修訂)|追記|갱신|수정|업데이트"
)
_UPDATED = (
    r"\b(?:last\s+(?:updated?|edited|revised|modified)|updated|zuletzt\s+aktualisiert)\b"
    r"|(?:最后|最後|最近|最終)?更新(?:于|於|时间|時間|日期|日時|日)|최종\s*(?:수정|업데이트)"
)
# One of these stands there, if only ASCII does.
_FIRST_WORDS = ("updated", "last", "zuletzt")
_MONTH = r"(?:jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec)[a-z]*\.?"
_DAY = r"\d{1,2}(?:st|nd|rd|th|\.)?"
_BETWEEN = r"[\s.,/-]{1,3}"
# A version is no date, nor is the number of an update: `(Update 1.2.3)`.
_DATE = (
    rf"(?:\d{{4}}[\s./年-]{{1,2}}\d{{1,2}}(?:[\s./月-]{{1,2}}\d{{1,2}})?[日号]?"
    rf"|{_DAY}{_BETWEEN}{_MONTH}(?:{_BETWEEN}\d{{2,4}})?"
    rf"|{_MONTH}{_BETWEEN}{_DAY}(?:{_BETWEEN}\d{{4}})?"
    r"|\d{1,2}(?P<dot>[./-])\d{1,2}(?P=dot)(?:19|20)\d\d|\d{1,2}月\d{1,2}日)"
)
_OPENING, _CLOSING = r"(\[（【〔［", r")\]）】〕］"
_INSIDE = rf"[^{_OPENING}{_CLOSING}\d]{{0,20}}"
_IN_BRACKETS = (
    rf"(?P<bracket>[{_OPENING}])\s*(?:{_UPDATE}){_INSIDE}{_DATE}"
    rf"[^{_OPENING}{_CLOSING}]{{0,20}}[{_CLOSING}]"
)
_UPDATED_ON = rf"(?P<bracket>)(?:{_UPDATED})[\s:：]{{0,3}}(?:(?:on|at|am)\s+)?{_DATE}"

# What visitors did and how long ago it was, as a normal form may show it: in patterns that begin
# with a set of characters, which are looked for in a third of the time.
_COUNTED = (
    r"\d[km]?(?:views?|comments?|likes?|repl|upvotes?|claps?|reactions?|points?|votes?|shares?"
    r"|[smhdwy][a-z]{0,6}ago|min(?:ute)?s?(?:read|\d)|words|字|分钟|.{1,3}前|.{1,4}전"
    r"|.{0,2}(?:阅读|浏览|评论|点赞|点击|回复|留言|访问))"
)
_UNCOUNTED = ("leaveacomment", "nocomments", "无评论")
_COUNTED_BEFORE = r"[读览论赞击复言问量数覧ト회글수]\d"

# `2026-03-01`, `1 March 2026`.
_YEAR = r"\d{4}"

_AGES = ("ago", "yesterday", "today", "前", "昨", "今")

# The date of a stamp begins not so far behind its sign.
_LONGEST_STAMP = 48

# So far from the start of a text they are looked for, and so far in its normal form: what parts two
# texts are numbers near their start.
_HEAD = bylines.INSIDE
_NORMAL_HEAD = 128


def part_in_passing(a: Version, b: Version) -> bool:
    """Tell whether two texts part at no number but such as change while an article stays.

    A title that tells which article it is stands in front of both stamps, or what is left of both
    texts does not part at a number.
    """
    if not (may_show_passing(a.normal) or may_show_passing(b.normal)):
        return False
    ours, theirs = _stamp(a), _stamp(b)
    if ours and theirs:
        title = _folded(a.body[: ours.start()])
        if title != _folded(b.body[: theirs.start()]):
            return False
        if len(title) >= LEAST_TITLE:
            return True
        # A notice that opens with `(Update 3 March)` has no other name.
        if not title and (ours["bracket"] or theirs["bracket"]):
            return False
    one, other = _left(a, ours), _left(b, theirs)
    if ours is None and theirs is None:
        # Where `2 days ago` stands today, a date does tomorrow.
        if one is None and may_show_age(b.normal):
            one = _undated(a)
        elif other is None and may_show_age(a.normal):
            other = _undated(b)
    if one is None or other is None:
        return False
    if one == other:
        return True
    if part_at_a_number(one, other):
        return False
    alike = compare(one, other, a_cut=a.truncated, b_cut=b.truncated)
    return not (alike.other_number or only_numbers(one, other, alike))


def may_show_passing(normal: str) -> bool:
    """Tell by its normal form whether a text may show such a number: most do not."""
    return _may_be_counted(normal) or _may_be_stamped(normal)


def may_show_age(normal: str) -> bool:
    """Tell by its normal form whether a text may show how old it is: most do not."""
    head = normal[:_NORMAL_HEAD]
    return any(map(head.__contains__, _AGES))


def may_show_date(normal: str) -> bool:
    """Tell by its normal form whether a text may show a date with its year: most do not."""
    return re.search(_YEAR, normal[:_NORMAL_HEAD]) is not None


def shows_passing(text: Version) -> bool:
    """Tell whether a text shows such a number."""
    return _left(text, _stamp(text)) is not None


def _stamp(text: Version) -> re.Match[str] | None:
    if not _may_be_stamped(text.normal):
        return None
    head = text.body[:_HEAD]
    # Compiled when the first such text is met.
    found = re.search(_IN_BRACKETS, head, re.IGNORECASE)
    if found or (head.isascii() and not any(map(text.normal.__contains__, _FIRST_WORDS))):
        return found
    return re.search(_UPDATED_ON, head, re.IGNORECASE)


# A text is asked for with each of its candidates.
@lru_cache(maxsize=256)
def _may_be_stamped(normal: str) -> bool:
    head = normal[:_NORMAL_HEAD]
    for sign in _signs(head.isascii()):
        place = head.find(sign)
        if place >= 0 and DIGITS.search(head, place, place + _LONGEST_STAMP):
            return True
    return False


@lru_cache(maxsize=256)
def _may_be_counted(normal: str) -> bool:
    head = normal[:_NORMAL_HEAD]
    if any(map(head.__contains__, _UNCOUNTED)) or re.search(_COUNTED, head):
        return True
    return not head.isascii() and re.search(_COUNTED_BEFORE, head) is not None


@cache
def _signs(in_ascii: bool) -> tuple[str, ...]:
    """Return the signs as normal forms show them, which have no syllables of Hangul."""
    return tuple(folded(sign) for sign in _SIGNS if sign.isascii() or not in_ascii)


def _folded(text: str) -> str:
    return folded(bare(text, cut=False))


def _undated(text: Version) -> str | None:
    """Return the normal form of a text without the date near its start; None where none is."""
    left = bylines.without_date(text.body)
    return None if left == text.body else _folded(left)


def _left(text: Version, stamp: re.Match[str] | None) -> str | None:
    """Return the normal form of what is left of a text; None where all is."""
    left = text.body
    if stamp:
        left = f"{left[: stamp.start()]} {left[stamp.end() :]}"
    if _may_be_counted(text.normal):
        left = bylines.without_passing(left)
    return None if left == text.body else _folded(left)
