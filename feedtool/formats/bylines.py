"""A line to whether it only tells of an entry: who wrote it and when, how often it was read.

Such lines change with every visitor, and are no text of an entry. Every word of them must be one of
their own, and one of them a fact: a byline counted as an excerpt costs a glance, an excerpt taken
for a byline hides news.
"""

import re

from feedtool.model import ICONS

# A name in a byline; three words are enough for most.
LONGEST_NAME = 40

_NUMBER = r"\d++(?:[.,]\d++)*+(?:\s?(?:[kKmMwW]\b|[千万萬亿億]))?+\+?+"
_ENGLISH_COUNTED = (
    "views?|comments?|likes?|shares?|repl(?:y|ies)|responses?|reads?|claps?|points?|votes?|upvotes?"
    "|stars?|reactions?|words?|notes?|min(?:ute)?s?\\.?(?:\\s(?:read|reading time))?"
)
_CJK_COUNTED = (
    "阅读|閱讀|浏览|瀏覽|查看|点击|點擊|访问|訪問|评论|評論|留言|回复|回覆|点赞|點讚|赞|讚|喜欢|喜歡"
    "|收藏|转发|轉發|分享|播放|观看|觀看|弹幕|彈幕|下载|下載|人气|人氣|热度|熱度|字数|字數|围观|推荐|コメント|いいね|閲覧|拍手|조회|댓글|공감|추천"
)
_FIRST_CJK = "".join({word[0]: "" for word in _CJK_COUNTED.split("|")})
_UNITS = "次条條个個人字件回分개회분"
_UNIT = rf"(?:分钟|分鐘|[{_UNITS}])"
# What counts something is no part of a date: `2026-01-11 阅读 3`.
_HOW_MANY = rf"(?<![\d./:-]){_NUMBER}"
_COUNT = (
    rf"(?:{_HOW_MANY}\s?(?:{_ENGLISH_COUNTED})\b"
    rf"|(?:{_CJK_COUNTED})(?:量|数|數|次数|次數|수)?\s?[:：]?\s?[(（\[]?\s?"
    rf"{_NUMBER}(?:\s?{_UNIT})?(?:\s?[)）\]])?"
    rf"|{_HOW_MANY}\s?{_UNIT}?(?:人)?(?:{_CJK_COUNTED})(?:了)?"
    rf"|约?\s?{_HOW_MANY}\s?(?:字|分钟|分鐘)"
    r"|(?:reading time|read time|comments?|views?|likes?)\s?[:：(（]\s?"
    r"\d++(?:[.,]\d++)*+(?:\s?min(?:ute)?s?)?\s?[)）]?"
    r"|(?:no|leave a|add a|post a|be the first to)\s(?:comments?|reply)"
    rf"|[{ICONS}]\ufe0f?\s?{_NUMBER}"
    r"|comments (?:off|are closed)|(?:暂无|暫無|发表|發表|添加)(?:评论|評論))"
)
_AGE = (
    r"(?:(?:about |an? |\d{1,3}\s?)"
    r"(?:s|sec|second|m|min|minute|h|hr|hour|d|day|w|week|mo|month|y|year)s?\s?ago"
    r"|today|yesterday|just now|刚刚|剛剛|今天|今日|昨天|昨日|前天|오늘|어제"
    r"|\d{1,3}\s?(?:秒|秒钟|秒鐘|分|分钟|分鐘|小时|小時|个小时|個小時|時間|天|日|周|週|週間"
    r"|个月|個月|か月|ヶ月|年)之?前"
    r"|\d{1,3}\s?(?:초|분|시간|일|주|개월|년)\s?전)"
)
_MONTH = r"(?:jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec)[a-z]{0,6}\.?"
_TIME = r"(?:[T\s,]{1,2}(?:at )?\d{1,2}:\d{2}(?::\d{2})?(?:\s?[ap]\.?m\.?)?)?"
_DATE = (
    r"(?:(?:\d{4}[-/.]\d{1,2}[-/.]\d{1,2}"
    r"|\d{4}\s?[年년]\s?\d{1,2}\s?[月월]\s?\d{1,2}\s?[日일号號]?"
    rf"|{_MONTH}\s\d{{1,2}}(?:st|nd|rd|th)?,?\s\d{{4}}"
    rf"|\d{{1,2}}(?:st|nd|rd|th)?\s{_MONTH},?\s\d{{4}}"
    rf"|\d{{1,2}}[-/.]\d{{1,2}}[-/.]\d{{4}}){_TIME})"
)
_WHEN = (
    r"(?:(?:(?:last )?updated|posted|published|written|modified|created|submitted)(?: on| at)?"
    r"|date|on|发布于|發佈於|发表于|發表於|更新于|更新於|发布时间|發佈時間|更新时间|发布|發佈|发表|更新"
    r"|日期|时间|時間|投稿日|公開日|更新日|作成日|작성일|등록일|수정일)\s?[:：]?"
)
_NAME = rf"[^\W\d_][^|·•,，:：()（）\n]{{0,{LONGEST_NAME - 1}}}?"
_NAMING = (
    *("author", "作者", "发布者", "發佈者", "编辑", "編輯", "来源", "來源", "文章来源"),
    *("投稿者", "著者", "글쓴이", "작성자", "기자"),
)
_WHO = (
    r"(?:(?:(?:posted|written|published|submitted)\s)?by\s"
    rf"|(?:{'|'.join(_NAMING)})\s?[:：]\s?){_NAME}"
)
_ASIDE = r"(?:hide|share|save|reply|permalink|discuss|edit|分享|举报|編集)\b"
_BETWEEN = r"[\s|·•/,，;；—–-]{1,6}+"

# Compiled when the first line is met that may be one. What was read stays read, so that a line can
# be read in one way only; but for the name in front, which ends where a fact begins.
_FACT = rf"(?>(?:{_WHEN}\s?)?(?:{_DATE}|{_AGE})|{_COUNT})"
_LATER = rf"(?>{_FACT}|{_ASIDE}|{_WHO}(?=\s?\Z|\s?[|·•,，]|\s{_FACT}))"
# A date alone is asked for elsewhere: `2020-02-30` is none.
_BYLINE = (
    rf"(?i:(?!{_DATE}\s?\Z)(?:{_WHO}(?:{_BETWEEN}|(?=[(（])))?{_FACT}(?:{_BETWEEN}{_LATER})*+)\s?"
)

# `5h`, which may be anything where it stands alone.
_BRIEF = r"\d{1,3}\s?(?:[smhdwy]|mo|yr|wk|hr|min)s?(?=\s?(?:\Z|[)）\]】|·•–—]))"
_TAIL = (
    rf"(?i:(?:{_BETWEEN}|(?=[(（{ICONS}]))[(（]?(?:{_FACT}(?:{_BETWEEN}{_LATER})*+|{_BRIEF}))"
    r"[)）]?\s?\Z"
)
# In front of a text, which may begin with words of a byline itself: `Share ...`.
_HEAD = (
    rf"(?i:[(（\[【]?(?:{_FACT}(?:{_BETWEEN}{_FACT})*+|{_BRIEF})[)）\]】]?"
    r"[\s|·•/:：,，;；–—-]{1,6}+)(?=\S)"
)
# Inside of a text `5 comments` is a byline, but `5 points` or `阅读 3` only in brackets, between
# bars, or where another fact stands beside them (`阅读 3 评论 5`).
_SINGLE = (
    rf"{_NUMBER}\s?(?:views?|comments?|likes?|replies|upvotes?|claps?|reactions?|points?\sby)\b"
    r"|\d{1,3}\s?min(?:ute)?s?\sread(?:ing time)?\b"
    r"|(?:leave a comment|no comments)\b|(?:暂无|暫無)(?:评论|評論)"
    r"|(?:阅读|閱讀|浏览|瀏覽|评论|評論|点赞|點讚|点击|點擊|回复|回覆|留言|访问|訪問|閲覧|コメント|조회|댓글)"
    rf"(?:量|数|數|次数|次數|수)?\s?[:：(（\[]\s?{_NUMBER}"
    r"|\d{1,3}\s?(?:second|sec|minute|min|hour|hr|h|day|d)s?\sago\b"
    r"|\d{1,3}\s?(?:秒|分|秒钟|秒鐘|分钟|分鐘|小时|小時|个小时|個小時|時間|天)之?前"
    r"|\d{1,3}\s?(?:초|분|시간|일)\s?전"
)
_WITHIN = (
    # At nearly all places it shows at once that none begins there.
    rf"(?i:(?:(?<!\d)(?=\d)|(?=[{_FIRST_CJK}{ICONS}约暂暫])|(?<![^\W\d_])(?=[clnv]))"
    # What `iPhone 15 阅读 3 评论 5` shows does not begin with `15 阅读`.
    rf"(?:{_FACT}(?:{_BETWEEN}{_FACT})++(?!\s?\d)"
    rf"|(?:(?<=[|·•(（\[【])|(?<=[|·•(（\[【]\s)){_FACT}(?=\s?[|·•)）\]】])|{_SINGLE}))"
)
# What changes with every visitor or every hour: a date does not.
_PASSING = rf"(?i:{_COUNT}|{_AGE}|{_BRIEF})"

# The pattern takes ten milliseconds to compile, so the ends of a line are looked at first: a byline
# ends in a number, in what was counted, or in a name.
_LAST_WORDS = frozenset(
    (
        *("ago", "today", "yesterday", "now", "view", "views", "comment", "comments"),
        *("like", "likes", "share", "shares", "reply", "replies", "response", "responses"),
        *("read", "reads", "clap", "claps", "point", "points", "vote", "votes", "upvote"),
        *("upvotes", "star", "stars", "reaction", "reactions", "word", "words", "note", "notes"),
        *("min", "mins", "minute", "minutes", "time", "am", "pm", "a.m", "p.m", "off", "closed"),
        *("hide", "save", "permalink", "discuss", "edit"),
    )
)
_LAST_LETTERS = frozenset(
    (
        *(word[-1] for word in _CJK_COUNTED.split("|")),
        *_UNITS,
        *"前전钟鐘日号號일天刚剛了报集늘제千万萬亿億",
    )
)
# Behind a number: `5h`, `1.2k`.
_LAST_SCALES = frozenset("smhdwyk")
# One of these is in those without a number.
_UNCOUNTED = ("omment", "eply", "评论", "評論")
LONGEST = 120
# Longer than any of the words above.
LONGEST_WORD = 16
# How far from the start and the end of a text one is looked for.
REACH = 64
# And so far from the start inside of a text.
INSIDE = 300
# What does not begin with digits: `an hour ago`, `yesterday`, `阅读 3`.
_FIRST_LETTERS = frozenset("AJYTajyt刚剛昨今前오어방" + _FIRST_CJK + ICONS)


def is_byline(line: str) -> bool:
    """Tell whether a line says nothing but who wrote an entry, when, and how it was received."""
    return len(line) <= LONGEST and _may_be(line) and re.fullmatch(_BYLINE, line) is not None


def _may_be(line: str) -> bool:
    """Tell by its ends whether a line may be one: most are none."""
    if not (any(map(str.isdecimal, line)) or any(map(line.__contains__, _UNCOUNTED))):
        return False
    small = line.lower().rstrip(" )）]】.")
    last = small[-1:]
    return (
        last.isdecimal()
        or last in _LAST_LETTERS
        or small[small.rfind(" ") + 1 :] in _LAST_WORDS
        or any(map(small.__contains__, ("by ", *_NAMING)))
    )


def may_end(text: str, _: int) -> bool:
    """Tell by its last letters whether a text may end in a byline: most do not."""
    end = text[-LONGEST_WORD:].rstrip(" )）]】\ufe0f")
    last = end[-1:]
    if last.isdecimal() or last in _LAST_LETTERS:
        return True
    # Where a small letter stands, a word may.
    if not last.isascii() or not last.isalpha():
        return False
    end = end.lower()
    if last.lower() in _LAST_SCALES and end[-2:-1].isdecimal():
        return True
    return end[end.rfind(" ") + 1 :] in _LAST_WORDS


def tail(text: str, start: int) -> int | None:
    """Return where a byline begins at the end of a text, behind its code point `start`.

    None where it ends in none, or in one that stays as it is.
    """
    begin = max(start + 1, len(text) - REACH)
    found = re.search(_TAIL, text[begin:])
    return begin + found.start() if found and _passes(found[0]) else None


def may_begin(text: str, start: int) -> bool:
    """Tell by its first letters whether a text may begin with a byline: most do not."""
    first = text[start : start + 1]
    if first in "(（[【":
        first = text[start + 1 : start + 2]
    return first in _FIRST_LETTERS or first.isdecimal()


def head(text: str, start: int) -> int | None:
    """Return where a text begins behind a byline in front of it, which begins at `start`.

    None where there is none, or one that stays as it is.
    """
    found = re.match(_HEAD, text[start : start + REACH])
    return start + found.end() if found and _passes(found[0]) else None


def _passes(byline: str) -> bool:
    return _what_stays(byline) != byline


def _what_stays(byline: str) -> str:
    return re.sub(_PASSING, " ", byline)


def without_date(text: str) -> str:
    """Return a text without the first date near its start."""
    begun, rest = text[:INSIDE], text[INSIDE:]
    return re.sub(rf"(?i:(?<!\d){_DATE})", " ", begun, count=1) + rest


def without_passing(text: str) -> str:
    """Return a text without what it tells near its start of visitors and ages.

    So does a line that a crawler made of a title, a byline and an excerpt.
    """
    begun, rest = text[:INSIDE], text[INSIDE:]
    return re.sub(_WITHIN, lambda found: _what_stays(found[0]), begun) + rest
