"""Stamps that tell when a text was last changed, and not which text it is.

`(Update 6-Dec-2021)` behind a title, or `Last updated on 3 March 2023`, changes with every edit of
an article: numbers that stand in such stamps only do not part two texts.
"""

import re
from functools import cache, lru_cache

from feedtool.comparing import compare, only_numbers
from feedtool.judging.pairs import LEAST_TITLE
from feedtool.model import Version
from feedtool.numbering import part_at_a_number
from feedtool.text import bare, folded

# One of these stands in every stamp: most texts have none.
_SIGNS = (
    *("updat", "edit", "revised", "modified", "amended", "aktualisiert", "jour", "actualizad"),
    *(
        "atualizad",
        "aggiornat",
        "обновлен",
        "更新",
        "修订",
        "修訂",
        "追記",
        "갱신",
        "수정",
        "업데이트",
    ),
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

# So far from the start of a text a stamp is looked for.
_HEAD = 300


def restamped(a: Version, b: Version) -> bool:
    """Tell whether the numbers by which two texts part stand in stamps of their last change.

    A title that tells which article it is stands in front of both stamps, or what stands around
    them does not part at a number.
    """
    ours, theirs = _stamp(a), _stamp(b)
    if not (ours and theirs):
        return False
    title = _folded(a.body[: ours.start()])
    if title != _folded(b.body[: theirs.start()]):
        return False
    if len(title) >= LEAST_TITLE:
        return True
    # A notice that opens with `(Update 3 March)` has no other name.
    if not title and (ours["bracket"] or theirs["bracket"]):
        return False
    one, other = _around(a, ours), _around(b, theirs)
    if one == other:
        return True
    if part_at_a_number(one, other):
        return False
    alike = compare(one, other, a_cut=a.truncated, b_cut=b.truncated)
    return not (alike.other_number or only_numbers(one, other, alike))


def is_stamped(text: Version) -> bool:
    """Tell whether a text shows near its start when it was last changed."""
    return _stamp(text) is not None


def _stamp(text: Version) -> re.Match[str] | None:
    if not _may_be_stamped(text.normal):
        return None
    head = text.body[:_HEAD]
    # Compiled when the first such text is met.
    return re.search(_IN_BRACKETS, head, re.IGNORECASE) or re.search(
        _UPDATED_ON, head, re.IGNORECASE
    )


# A text is asked for with each of its candidates.
@lru_cache(maxsize=256)
def _may_be_stamped(normal: str) -> bool:
    return any(sign in normal for sign in _signs())


@cache
def _signs() -> tuple[str, ...]:
    """Return the signs as normal forms show them, which have no syllables of Hangul."""
    return tuple(map(folded, _SIGNS))


def _folded(text: str) -> str:
    return folded(bare(text, cut=False))


def _around(text: Version, stamp: re.Match[str]) -> str:
    return _folded(f"{text.body[: stamp.start()]} {text.body[stamp.end() :]}")
