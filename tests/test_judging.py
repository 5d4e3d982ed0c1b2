import re
import subprocess
import sys
from collections.abc import Callable, Iterable, Sequence
from dataclasses import replace
from itertools import permutations, product
from random import Random
from time import perf_counter
from unicodedata import normalize

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from feedtool import finding, fingerprint, judging, pipeline
from feedtool.comparing import compare
from feedtool.judging import edits, pairs, rules
from feedtool.model import Change, MatchKind, Novelty, Truncation, Version
from feedtool.report import ExcerptReport
from feedtool.stores.memory import MemoryArchive
from feedtool.text import normal_form
from tests.pages import (
    ENDING,
    NOON,
    SAMPLE_NAMES,
    articles,
    cut,
    excerpt,
    longer,
    page,
    remembered,
    said,
    sample,
    seen,
    whole,
)

NEW, IDENTICAL = Novelty.NEW, Change.IDENTICAL
TEMPLATE = (
    "This release contains bug fixes and security updates. All users are encouraged to upgrade as "
    "soon as possible. You can download the packages from our site, verify the checksums that we "
    "publish next to them, and read the full list of changes below. Thanks to everybody who took "
    "part, who reported bugs and who sent patches."
)


def the_samples() -> MemoryArchive:
    """Return a store that holds the 27 articles of the samples."""
    archive = MemoryArchive()
    for name in SAMPLE_NAMES:
        remembered(archive, sample(name))
    return archive


SAMPLES = the_samples()
ITEMS = {
    reported.text: reported.item
    for number in range(1, 5)
    for reported in SAMPLES.report(number).excerpts
}


def judged(archive: MemoryArchive, *texts: str) -> tuple[ExcerptReport, ...]:
    """Judge a page and leave the store as it is."""
    shown = page(*texts)
    prints = fingerprint.of(shown.excerpts)
    return pipeline.judge(shown, prints, archive, origin="default", at=NOON).report.excerpts


# Damaged copies of the samples.


def typo_mended(text: str) -> str:
    return text[:100] + ("某" if text[100] != "某" else "任") + text[101:]


def placeholders_respelt(text: str) -> str:
    """Spell them shorter, so that the cut moves to the right, and one longer."""
    return cut_again(text, re.sub(r"\[(Math|Formula)\]", "[公式]", longer(text)))


def placeholders_respelt_longer(text: str) -> str:
    return cut_again(text, re.sub(r"\[(Math|Formula|公式)\]", "[Formula]", longer(text)))


def cut_again(text: str, respelt: str) -> str:
    """Return the respelt article as a page shows it that cuts where `text` is cut."""
    return cut(respelt, len(whole(text))) if text != whole(text) else respelt[: -len(ENDING)]


def titled(text: str) -> str:
    return "深度学习笔记:注意力机制详解 " + text


def titled_and_cut_again(text: str) -> str:
    return cut(titled(whole(text)), 350)


def updated_and_cut_again(text: str) -> str:
    return cut("Update 2026/01/11: fixed a few errors. " + whole(text), 350)


def full_width(text: str) -> str:
    marks = str.maketrans({",": "，", ":": "：", "?": "？", "!": "！", "(": "（", ")": "）"})
    body = whole(text)
    return body.translate(marks) + text[len(body) :]


def spaced(text: str) -> str:
    border = r"(?<=[\u4e00-\u9fff])(?=[A-Za-z])|(?<=[A-Za-z])(?=[\u4e00-\u9fff])"
    return re.sub(border, " ", text)


def spaced_and_cut_again(text: str) -> str:
    return cut(spaced(whole(text)), 350)


DAMAGES: list[tuple[Callable[[str], str], Change]] = [
    (typo_mended, Change.EDITED),
    (placeholders_respelt, Change.REFORMATTED),
    (placeholders_respelt_longer, Change.REFORMATTED),
    (lambda text: cut(whole(text), 300), Change.SHORTENED),
    (lambda text: cut(whole(text), 200), Change.SHORTENED),
    (lambda text: cut(whole(text), 100), Change.SHORTENED),
    (titled, Change.EDITED),
    (titled_and_cut_again, Change.EDITED),
    (updated_and_cut_again, Change.EDITED),
    (full_width, Change.REFORMATTED),
    (spaced, Change.REFORMATTED),
    (spaced_and_cut_again, Change.REFORMATTED),
    (str.upper, Change.REFORMATTED),
    (longer, Change.EXTENDED),
    (lambda text: text, Change.IDENTICAL),
]
DAMAGE_NAMES = [
    "typo", "placeholders", "placeholders-longer", "cut-300", "cut-200", "cut-100", "title",
    "title-cut", "update-cut", "full-width", "spaces", "spaces-cut", "case", "whole", "none",
]  # fmt: skip


@pytest.mark.parametrize(("damage", "change"), DAMAGES, ids=DAMAGE_NAMES)
def test_a_damaged_copy_is_a_repeat(damage: Callable[[str], str], change: Change) -> None:
    """Alone on its page, and among others, wherever it stands there."""
    random, meant = Random(1), 0
    for text in articles():
        copy = damage(text)
        if (copy == text) is (change is not IDENTICAL) or copy == whole(text):
            continue
        meant += 1
        others = random.sample([other for other in articles() if other != text], 11)
        place = random.randrange(12)
        (alone,) = judged(SAMPLES, copy)
        among = judged(SAMPLES, *others[:place], copy, *others[place:])
        for found in (alone, among[place]):
            assert (found.item, found.change) == (ITEMS[text], change), text
        del others[place:]
        assert {found.change for found in among[:place]} <= {IDENTICAL}
    assert meant >= (1 if change is Change.REFORMATTED else 25)


def test_composition_makes_no_difference() -> None:
    archive = MemoryArchive()
    texts = [
        "Café crème à la façon d'une naïve Zoë. " + TEMPLATE,
        "한국어로 쓴 글입니다. " + TEMPLATE,
    ]
    for text, form in zip(texts, ("NFD", "NFKD"), strict=True):
        seen(archive, text)
        assert said(seen(archive, normalize(form, text))) == [Change.REFORMATTED]


def test_a_site_that_turns_from_traditional_to_simplified_brings_nothing_new() -> None:
    archive = MemoryArchive()
    seen(archive, "這個團隊發佈了後臺軟體的維護說明，也為讀者準備了幾個簡單的練習題。")
    report = seen(archive, "这个团队发布了后台软体的维护说明，也为读者准备了几个简单的练习题。")
    assert said(report) == [Change.REFORMATTED]


def test_an_article_that_arrives_whole_is_completed() -> None:
    archive = the_samples()
    text = articles()[3]
    (first,) = seen(archive, longer(text))
    (second,) = seen(archive, longer(text))
    assert (first.change, first.completed, first.truncated) == (Change.EXTENDED, True, False)
    assert (second.change, second.completed) == (Change.IDENTICAL, False)
    (cut_again,) = seen(archive, text)
    assert (cut_again.change, cut_again.completed, cut_again.truncated) == (IDENTICAL, False, True)


@pytest.mark.parametrize("behind", [" #rust #programming", " 2023-03-05", " 标签：机器学习"])
def test_what_a_page_puts_behind_a_cut_text_does_not_complete_it(behind: str) -> None:
    archive = the_samples()
    text = articles()[3]
    (found,) = seen(archive, text + behind)
    assert (found.item, found.completed) == (ITEMS[text], False)


def test_a_whole_article_that_comes_back_cut_is_not_completed() -> None:
    archive = MemoryArchive()
    seen(archive, longer(articles()[3]))
    (shortened,) = seen(archive, articles()[3])
    assert (shortened.change, shortened.completed) == (Change.SHORTENED, False)
    (back,) = seen(archive, longer(articles()[3]))
    assert (back.change, back.completed) == (IDENTICAL, False)


def test_the_same_text_is_identical_whether_it_counts_as_cut_or_not() -> None:
    """A page may show that it cuts; the placeholder at the end is then no part of the text."""
    archive = MemoryArchive()
    text = whole(articles()[3]) + " [Math"
    seen(archive, text)
    finding_ = Truncation(True, None, len(text), len(text), "cut at the cap without a marker")
    cut_page = replace(page(text), excerpts=(replace(excerpt(text), truncation=finding_),))
    (found,) = remembered(archive, cut_page).excerpts
    assert (found.change, found.truncated) == (IDENTICAL, True)


# Look-alikes.

ENGLISH_MONTHS = [
    "January",
    "February",
    "March",
    "April",
    "May",
    "June",
    "July",
    "August",
    "September",
    "October",
    "November",
    "December",
]
CHINESE_MONTHS = [
    "一月",
    "二月",
    "三月",
    "四月",
    "五月",
    "六月",
    "七月",
    "八月",
    "九月",
    "十月",
    "十一月",
    "十二月",
]
PROBLEMS = [
    "Two Sum",
    "Add Two Numbers",
    "Longest Substring",
    "Median of Arrays",
    "Zigzag",
    "Reverse",
]


def numbered(pattern: str, numbers: Iterable[object]) -> list[str]:
    return [pattern.format(number, TEMPLATE) for number in numbers]


SERIES = {
    "releases": numbered("Release v1.2.{} {}", range(3, 15)),
    "releases-cut": [cut(f"Release v1.2.{n} {TEMPLATE * 2}", 350) for n in range(3, 15)],
    "releases-in-a-line": numbered("Release v1.2.{}", range(3, 40)),
    "majors": numbered("Node v{}.0.0 (Current)", range(3, 40)),
    "point-releases": ["Release v1.2", "Release v1.2.1", "Release v1.2.12", "Release v1.21"],
    "regrouped-numbers": ["Node v0.1.10 is out", "Node v0.11.0 is out", "Node v0.1.1.0 is out"],
    "candidates": ["Release v2.0-beta.1", "Release v2.0-beta.2", "Release v2.0-rc.1"],
    "weekly": numbered("Weekly {}", range(41, 60)),
    "weekly-from-1": numbered("Weekly {}", range(1, 60)),
    "weekly-chinese": numbered("潮流周刊 第 {} 期 - 记录每周看到的有意思的东西", range(41, 60)),
    "leetcode": numbered("LeetCode {}. {}", range(1, 30)),
    "leetcode-in-a-line": [f"LeetCode {n}. {name}" for n, name in enumerate(PROBLEMS, 11)],
    "monthly": numbered("Monthly report {} {}", ENGLISH_MONTHS),
    "monthly-in-a-line": numbered("Monthly report, {} 2026", ENGLISH_MONTHS),
    "monthly-chinese": numbered("{}月报:本月发布了新的版本,修复了一些问题。{}", CHINESE_MONTHS),
    "monthly-chinese-in-a-line": numbered("{}月报", CHINESE_MONTHS),
    "parts": numbered("深入理解操作系统的内存管理机制（{}）", "一二三四五"),
    "halves": numbered("深入理解操作系统的内存管理机制（{}）", "上中下"),
    "written-out": numbered("Postcard {}. {}", ["Forty", "Forty-One", "Nineteen", "Thirty"]),
    "chapters": numbered("Chapter {}. {}", ["One", "Two", "Three", "Eleven", "Twelve"]),
    "years": numbered("The year {} in review", range(2015, 2027)),
    "dates": numbered("Links of {} May 2026", range(1, 31)),
}


@pytest.mark.parametrize("count", [2, 3, 60])
@pytest.mark.parametrize("name", SERIES)
def test_look_alikes_stay_apart(name: str, count: int) -> None:
    """The members of a series are articles of their own, however they come."""
    members = SERIES[name][:count]
    by_day, at_once, sliding = MemoryArchive(), MemoryArchive(), MemoryArchive()
    assert [said(seen(by_day, member)) for member in members] == [[NEW]] * len(members)
    assert said(seen(at_once, *members)) == [NEW] * len(members)
    for archive in (by_day, at_once):
        assert said(seen(archive, *reversed(members))) == [IDENTICAL] * len(members)
    for i in range(len(members)):
        on_page = members[max(0, i - 4) : i + 1][::-1]
        assert said(seen(sliding, *on_page)) == [NEW] + [IDENTICAL] * (len(on_page) - 1)


def test_a_crowd_of_look_alikes_is_still_known_text_by_text() -> None:
    """More of them than a key has room for."""
    archive = MemoryArchive()
    crowd = numbered("Release v1.{}.0 {}", range(140))
    assert said(seen(archive, *crowd)) == [NEW] * len(crowd)
    assert said(seen(archive, *crowd[70:])) == [IDENTICAL] * 70
    assert said(seen(archive, *[text.upper() for text in crowd])) == [Change.REFORMATTED] * 140
    assert said(seen(archive, *crowd)) == [IDENTICAL] * len(crowd)


def test_an_edit_in_a_series_is_an_edit_of_its_own_member() -> None:
    members = SERIES["leetcode"][:6]
    stories = [f"{m} {PROBLEMS[i]} is about {articles()[i][:200]}" for i, m in enumerate(members)]
    archive = MemoryArchive()
    items = [found.item for found in seen(archive, *stories)]
    stories[2] = stories[2].replace("is about", "deals with")
    found = seen(archive, *stories)
    assert said(found) == [IDENTICAL] * 2 + [Change.EDITED] + [IDENTICAL] * 3
    assert [one.item for one in found] == items


# Headlines.

ENGLISH_HEADLINES = [
    f"How to install {name} on Ubuntu 24.04"
    for name in [
        "Docker",
        "Podman",
        "Nginx",
        "Apache",
        "PostgreSQL",
        "MySQL",
        "Redis",
        "MongoDB",
        "Jenkins",
        "GitLab",
        "Grafana",
        "Node.js",
        "Ruby",
        "Rust",
        "Kubernetes",
    ]
]
CHINESE_HEADLINES = [
    f"深度学习{name}"
    for name in [
        "入门指南",
        "环境搭建教程",
        "中的注意力机制",
        "中的梯度消失问题",
        "中的梯度爆炸问题",
        "模型部署实践",
        "模型压缩综述",
        "框架对比",
        "中的正则化方法",
        "中的归一化方法",
        "优化器总结",
        "面试题整理",
        "在推荐系统中的应用",
        "在医学影像中的应用",
        "在语音识别中的应用",
    ]
]
HEADLINES = [
    text for pair in zip(ENGLISH_HEADLINES, CHINESE_HEADLINES, strict=True) for text in pair
]


def test_headlines_of_one_pattern_are_articles_of_their_own() -> None:
    archive = MemoryArchive()
    assert said(seen(archive, *HEADLINES)) == [NEW] * 30
    assert said(seen(archive, *HEADLINES)) == [IDENTICAL] * 30
    sliding = MemoryArchive()
    for i in range(21):
        found = seen(sliding, *HEADLINES[i : i + 10])
        assert said(found)[:-1] == [IDENTICAL if i else NEW] * 9
        assert found[-1].novelty is NEW


@pytest.mark.parametrize(
    ("wrong", "right"),
    [("instal Docker", "install Docker"), ("GitLap", "GitLab"), ("应用", "运用"), ("指南", "指導")],
)
def test_a_mended_headline_is_an_edit(wrong: str, right: str) -> None:
    archive = MemoryArchive()
    place = next(i for i, text in enumerate(HEADLINES) if right in text or wrong in text)
    first, second = list(HEADLINES), list(HEADLINES)
    first[place] = HEADLINES[place].replace(right, wrong)
    second[place] = first[place].replace(wrong, right)
    items = [found.item for found in seen(archive, *first)]
    found = seen(archive, *second)
    assert said(found) == [Change.EDITED if i == place else IDENTICAL for i in range(30)]
    assert [one.item for one in found] == items


@pytest.mark.parametrize(
    ("first", "second"),
    [
        ("How to install Docker on Ubuntu 24.04", "How to deploy Nginx on Ubuntu 24.04"),
        ("深度学习中的正则化方法总结", "深度学习中的优化器总结"),
    ],
)
def test_headlines_that_share_half_of_their_words_are_two(first: str, second: str) -> None:
    """Also where no third one shows that this is a pattern."""
    archive = MemoryArchive()
    seen(archive, first)
    (found,) = seen(archive, second)
    assert found.novelty is NEW
    assert found.nearest is None or found.nearest.rule == rules.BELOW_FLOOR


# One item twice on a page.

ENTRY = cut(longer(articles()[3]), 350)
TEASER = cut(whole(ENTRY), 120)


@pytest.mark.parametrize("known", ["nothing", "entry", "teaser", "both"])
@pytest.mark.parametrize("first", ["teaser", "entry"])
def test_a_teaser_and_its_entry_are_one_item(first: str, known: str) -> None:
    archive = MemoryArchive()
    before = {"nothing": [], "entry": [ENTRY], "teaser": [TEASER], "both": [TEASER, ENTRY]}[known]
    for text in before:
        seen(archive, text)
    order = [TEASER, ENTRY] if first == "teaser" else [ENTRY, TEASER]
    above, below = seen(archive, articles()[4], order[0], articles()[5], order[1])[1::2]
    assert above.item == below.item
    assert above.novelty is (Novelty.REPEATED if before else NEW)
    if order[1] in before:
        assert below.change is IDENTICAL
    elif order[0] in before or not before:
        assert below.change is (Change.EXTENDED if order[1] == ENTRY else Change.SHORTENED)


def test_an_edited_entry_keeps_its_teaser() -> None:
    """What the edit touches may be in both of them, or in the entry alone."""
    for place, before in product((60, 250), ([ENTRY], [ENTRY, TEASER])):
        edited = ENTRY[:place] + "某某" + ENTRY[place + 2 :]
        teaser = cut(whole(edited), 120)
        for texts in ([edited, teaser], [teaser, edited]):
            archive = MemoryArchive()
            (known,) = {found.item for found in seen(archive, *before)}
            found = seen(archive, *texts, *articles()[5:9])
            assert {one.item for one in found[:2]} == {known}


def test_the_same_text_twice_on_a_page_is_repeated_the_second_time() -> None:
    archive = MemoryArchive()
    text = longer(articles()[3])
    first, second, third = seen(archive, text, text.upper(), text)
    assert said([first, second, third]) == [NEW, Change.REFORMATTED, IDENTICAL]
    assert len({first.item, second.item, third.item}) == 1
    assert [one.match and one.match.times_seen for one in (first, second, third)] == [None, 1, 2]
    assert said(seen(archive, text, text)) == [IDENTICAL] * 2


# Beginnings.

BOILERPLATE = (
    "本文首发于我的个人博客,欢迎转载,转载请注明出处。关注公众号可以第一时间收到更新,"
    "也欢迎加入读者群一起讨论。"
)
ONE, OTHER = (cut(BOILERPLATE + articles()[i], 350) for i in (3, 5))
BARE = cut(BOILERPLATE, len(BOILERPLATE) - 4)


@pytest.mark.parametrize(
    ("days", "apart"),
    [
        ([[ONE], [OTHER], [BARE]], 3),
        ([[ONE, OTHER, BARE]], 3),
        ([[BARE, ONE, OTHER]], 3),
        ([[ONE, BARE, OTHER]], 3),
        ([[ONE, OTHER], [BARE]], 3),
        ([[BARE], [ONE, OTHER]], 3),
        ([[BARE], [OTHER, ONE]], 3),
        ([[ONE], [BARE, OTHER]], 3),
        # Nothing yet says that the beginning is that of two.
        ([[BARE], [ONE], [OTHER]], 2),
        ([[ONE], [BARE], [OTHER]], 2),
        ([[ONE, BARE], [OTHER]], 2),
        ([[ONE, BARE], [OTHER, BARE]], 2),
    ],
)
def test_a_beginning_that_fits_two_articles_joins_them_not(
    days: list[list[str]], apart: int
) -> None:
    archive = MemoryArchive()
    items = {
        text: one.item for day in days for text, one in zip(day, seen(archive, *day), strict=True)
    }
    assert items[ONE] != items[OTHER]
    assert len(set(items.values())) == apart


def test_a_teaser_of_boilerplate_does_not_join_what_goes_on_otherwise() -> None:
    """Two notes state one problem; the teaser shows no more than that."""
    statement = (articles()[3][:140] + " ").replace(".", "")
    first = statement + articles()[4][:60] + "。"
    second = statement + articles()[4][40:60] + articles()[4][80:120] + "。"
    archive = MemoryArchive()
    seen(archive, first, cut(statement, 120), articles()[5])
    known, other, _ = seen(archive, first, second, articles()[5])
    assert (known.novelty, other.novelty) == (Novelty.REPEATED, NEW)
    assert other.nearest is not None
    assert other.nearest.rule == rules.ON_THE_PAGE


def test_a_title_that_goes_on_with_another_number_is_no_title() -> None:
    opening = "This tutorial begins where Tutorial {} left off. "
    fifth, third = (opening.format(n) + articles()[n] for n in (5, 3))
    archive = MemoryArchive()
    seen(archive, fifth, articles()[8])
    found, known = seen(archive, third, articles()[8])
    assert (found.novelty, known.novelty) == (NEW, Novelty.REPEATED)


@pytest.mark.parametrize("end", [1, 2, 3, 4])
def test_a_cut_through_a_number_makes_no_other_number(end: int) -> None:
    entry = (
        "关于注意力机制的复杂度以及怎样把它降下来的几个想法，写在二〇〇七年之前，即 2007年"
        + articles()[3]
    )
    teaser = cut(entry, entry.index("2007") + end)
    for first, second in ((teaser, entry), (entry, teaser)):
        archive = MemoryArchive()
        (known,) = seen(archive, first)
        (found,) = seen(archive, second)
        assert found.item == known.item


def test_what_shows_more_than_a_shared_teaser_may_be_an_edit() -> None:
    """Two notes state one problem, and the teaser no more; their solutions tell them apart."""
    statement = (articles()[3][:140] + " ").replace(".", "")
    notes = [statement + articles()[n][:200] for n in (4, 6)]
    archive = MemoryArchive()
    items = [seen(archive, note)[0].item for note in notes]
    (teaser,) = seen(archive, cut(statement, 120))
    assert teaser.novelty is NEW
    edited = notes[0][:200] + articles()[7][:30] + notes[0][230:]
    found = seen(archive, edited, notes[1])
    assert [one.item for one in found] == items
    assert said(found) == [Change.EDITED, IDENTICAL]


@pytest.mark.parametrize("length", [10, 16, 20, 28])
def test_a_beginning_too_short_to_tell_joins_nothing(length: int) -> None:
    article = (
        "大家好今天我们来聊聊深度学习里的注意力机制它的复杂度以及怎样把它降下来" + articles()[3]
    )
    for texts in (
        [cut(article, 350), article[:length] + "..."],
        [article[:length] + "...", article],
    ):
        archive = MemoryArchive()
        seen(archive, texts[0], articles()[5])
        (found,) = seen(archive, texts[1])
        assert found.novelty is NEW
        assert found.nearest is None or found.nearest.rule == rules.SHORT_BEGINNING
        at_once = MemoryArchive()
        assert said(seen(at_once, *texts)) == [NEW, NEW]


@pytest.mark.parametrize(
    ("fuller", "shorter"),
    [
        ("Ask HN: How do you keep notes as a solo ...", "Ask HN: How do you keep notes as..."),
        ("Bundestag beschließt Reform des Wahlrechts", "Bundestag beschließt Reform des Wa..."),
        ("华为发布新一代折叠屏手机并公布首批开售城市...", "华为发布新一代折叠屏手机并公布首批..."),
    ],
)
def test_a_headline_cut_elsewhere_is_known_if_nearly_all_of_it_is_shown(
    fuller: str, shorter: str
) -> None:
    others = [f"{text[:30]}..." for text in articles()[20:26]]
    for before, after, change in (
        (fuller, shorter, Change.SHORTENED),
        (shorter, fuller, Change.EXTENDED),
    ):
        archive = MemoryArchive()
        items = [one.item for one in seen(archive, before, *others)]
        found = seen(archive, after, *others)
        assert [one.item for one in found] == items
        assert found[0].change is change


@pytest.mark.parametrize(
    ("one", "other"),
    [
        (
            "Bundespolizei sucht Zeugen nach Diebstahl",
            "Bundespolizei sucht Zeugen nach Messerangriff",
        ),
        (
            "The untold story of how they built Gmail",
            "The untold story of how they built Netscape Navigator",
        ),
    ],
)
def test_the_last_word_of_a_headline_is_no_text_under_a_title(one: str, other: str) -> None:
    others = [text[:40] for text in articles()[20:26]]
    archive = MemoryArchive()
    seen(archive, one, *others)
    assert said(seen(archive, other, *others))[0] is NEW


COUNTIES = ("Kent", "Essex", "Devon", "Surrey", "Norfolk", "Cornwall", "Cumbria", "Dorset")
METALS = ("黄金", "白银", "原油", "铜价", "大豆", "玉米", "生猪")


@pytest.mark.parametrize(
    ("series", "names"),
    [
        ("Flood warning issued for parts of {}", COUNTIES),
        ("We're investigating reports of errors in {}. More soon.", COUNTIES),
        ("{}今日价格行情走势分析", METALS),
    ],
)
def test_members_of_a_series_that_come_one_by_one_do_not_become_one(
    series: str, names: Sequence[str]
) -> None:
    others = [text[:30] for text in articles()[20:26]]
    archive = MemoryArchive()
    items = {seen(archive, series.format(name), *others)[0].item for name in names}
    # Of two alone nothing tells that they are two.
    assert len(items) == len(names) - 1


@pytest.mark.parametrize("spelled", ["&#39;", "&#8217;", "&rsquo;", "&#x2019;"])
def test_an_apostrophe_spelled_by_html_is_no_number(spelled: str) -> None:
    headline = "Rust's borrow checker explained in 12 pictures"
    archive = MemoryArchive()
    seen(archive, headline, headline.replace("12", "13"))
    found = seen(archive, headline.replace("'", spelled), headline.replace("12", "14"))
    assert said(found) == [Change.REFORMATTED, NEW]


DAILY = "The FTSE closed higher on {} as investors weighed {}. Shares of {} led the gainers, while "
REST = "the pound was little changed against the dollar. Analysts expect trading to stay quiet."
CLOSE = "板块轮动较快，成交额有所放大，分析人士预计短期内仍以震荡为主。"
NEWS = ("trade", "an election", "factory data", "rate cuts", "oil supply", "earnings", "results")
FIRMS = ("Shell", "Apple", "Vodafone", "Barclays", "Tesco", "Unilever", "Glencore")


@pytest.mark.parametrize(
    ("series", "names"),
    [
        (DAILY + REST, ("Monday", "Tuesday", "Wednesday")),
        ("{}收盘，A股三大指数集体走高，市场关注{}，{}领涨。" + CLOSE, ("周一", "周二", "周三")),
        ("Here is the {} report of our garden: we had {} and {}. " + REST, ("June", "July", "May")),
    ],
)
def test_a_day_or_a_month_that_comes_again_does_not_tell_which_article_it_is(
    series: str, names: Sequence[str]
) -> None:
    archive = MemoryArchive()
    items = set()
    for i, (news, firm) in enumerate(zip(NEWS, FIRMS, strict=True)):
        text = series.format(names[i % len(names)], news, firm)
        items.add(seen(archive, text, *articles()[20:23])[0].item)
    assert len(items) == len(NEWS)


def test_of_a_year_each_month_tells_which_article_it_is() -> None:
    archive = MemoryArchive()
    report = "Here is the {} 2026 report of our garden: we had {} and {}. " + REST
    months = ("January", "February", "March")
    rows = zip(months, NEWS, FIRMS, strict=False)
    items = [seen(archive, report.format(*row))[0].item for row in rows]
    edited = report.format("February", NEWS[1], "other firms, too")
    assert seen(archive, edited)[0].item == items[1]


def test_a_headline_that_is_edited_again_and_again_stays_itself() -> None:
    wordings = [
        "Storm nears the coast of Florida as thousands leave their homes",
        "Storm nears the coast of Florida as thousands are leaving their homes",
        "Storm nears coast of Florida as thousands are leaving their homes",
        "Big storm nears coast of Florida as thousands are leaving their homes",
        "Big storm nears coast of Florida as thousands are leaving their towns",
    ]
    archive = MemoryArchive()
    items = [seen(archive, wording, *articles()[:3])[0].item for wording in wordings]
    assert len(set(items)) == 1


def test_the_version_nearest_in_length_says_whether_more_is_shown() -> None:
    archive = MemoryArchive()
    text = longer(articles()[3])
    seen(archive, cut(text, 200))
    seen(archive, cut(text, 340))
    assert said(seen(archive, cut(text, 330), cut(text, 210))) == [
        Change.SHORTENED,
        Change.EXTENDED,
    ]


def test_a_short_beginning_does_not_hide_what_an_edit_is_of() -> None:
    archive = MemoryArchive()
    seen(archive, ENTRY[:24] + "...", ENTRY)
    known, edit = ENTRY, ENTRY[:150] + "某某" + ENTRY[152:]
    (found,) = seen(archive, edit)
    assert (found.item, found.change) == (seen(archive, known)[0].item, Change.EDITED)


def test_a_whole_text_is_no_cut_beginning() -> None:
    archive = MemoryArchive()
    seen(archive, BOILERPLATE)
    (found,) = seen(archive, ONE)
    assert found.novelty is NEW


def test_the_version_that_shows_about_as_much_says_what_changed() -> None:
    archive = MemoryArchive()
    text = longer(articles()[3])
    seen(archive, cut(text, 200))
    seen(archive, cut(text, 340))
    (found,) = seen(archive, cut(text.replace("[Math]", "[公式]"), 340))
    assert (found.match and found.match.kind, found.change) == (
        MatchKind.PREFIX,
        Change.REFORMATTED,
    )


# Edits.


def test_edits_follow_one_another() -> None:
    archive = MemoryArchive()
    text = articles()[3]
    (first,) = seen(archive, text)
    for place in (40, 140, 240):
        text = text[:place] + "某某" + text[place + 2 :]
        (found,) = seen(archive, text)
        assert (found.item, found.change) == (first.item, Change.EDITED)
    (oldest,) = seen(archive, articles()[3])
    assert (oldest.item, oldest.change) == (first.item, IDENTICAL)
    assert oldest.match is not None
    assert oldest.match.times_seen == 4


def test_an_edit_without_a_rival_says_so() -> None:
    archive = MemoryArchive()
    seen(archive, articles()[3])
    (found,) = seen(archive, typo_mended(articles()[3]))
    assert found.match is not None
    assert (found.match.kind, found.match.rule) == (MatchKind.NEAR, rules.ONLY_EDIT)
    assert (found.match.second, found.match.rivals) == (None, 0)


def test_an_item_is_edited_once_on_a_page() -> None:
    """Two excerpts that stand side by side are two articles; the nearer one is the edit."""
    text = articles()[3]
    near = text[:100] + "某" + text[101:]
    far = text[:100] + "某些别的东西" + text[140:250] + "又是另外一些东西" + text[290:]
    for order in ([near, far], [far, near]):
        archive = MemoryArchive()
        (first,) = seen(archive, text)
        found = {one.text: one for one in seen(archive, *order)}
        assert (found[near].item, found[near].change) == (first.item, Change.EDITED)
        assert found[far].novelty is NEW
        assert found[far].nearest is not None


def test_the_nearest_of_many_suitors_gets_the_item() -> None:
    text = articles()[3]
    near = text[:100] + "某" + text[101:]
    middle = text[:100] + "某些别的东西" + text[106:]
    far = text[:30] + "又是另外一些完全不同的东西" * 9 + text[147:]
    for order in permutations([near, middle, far]):
        archive = MemoryArchive()
        (first,) = seen(archive, text)
        found = {one.text: one.item for one in seen(archive, *order)}
        assert found[near] == first.item
        assert len(set(found.values())) == 3


def test_the_halves_of_an_article_are_not_its_edits() -> None:
    """Each is as near to it as the other, and neither is like the other."""
    archive = MemoryArchive()
    one, other = (text.removesuffix("...") for text in articles()[4:6])
    seen(archive, one + other)
    found = seen(archive, one[:90] + "某" + one[91:], other[:90] + "某" + other[91:])
    assert said(found) == [NEW, NEW]


def test_an_item_that_stands_on_the_page_is_edited_by_nothing_else_there() -> None:
    text = articles()[3]
    archive = MemoryArchive()
    seen(archive, text)
    same, edit = seen(archive, text, typo_mended(text))
    assert (same.change, edit.novelty) == (IDENTICAL, NEW)
    assert edit.nearest is not None
    assert edit.nearest.item == same.item


def test_two_edits_equally_near_are_no_edits() -> None:
    text = articles()[3]
    for order in ("某任", "任某"):
        archive = MemoryArchive()
        seen(archive, text)
        found = seen(archive, *[text[:100] + letter + text[101:] for letter in order])
        assert said(found) == [NEW, NEW]
        assert {one.nearest and one.nearest.rule for one in found} == {rules.NOT_CLEARLY_NEARER}


# Texts of which nothing is left, and texts of which there is too much.


@pytest.mark.parametrize(
    "texts",
    [
        ["💡", "🔥", "💡💡", "👍", "👎"],
        ["[公式]", "[Math]", "[图片]", "[公式] [公式]"],
        ["……", "。", "?!", "---", "-----"],
        ["​", "\ufeff", "\ud800", "\udc80", "\0"],
        ["阅读全文", "0", "１"],
    ],
)
def test_texts_without_a_normal_form_are_known_as_they_are(texts: list[str]) -> None:
    archive = MemoryArchive()
    assert said(seen(archive, *texts)) == [NEW] * len(texts)
    assert said(seen(archive, *texts)) == [IDENTICAL] * len(texts)
    for text in texts:
        assert said(seen(archive, text)) == [IDENTICAL]


def test_very_long_texts_are_judged_quickly() -> None:
    random = Random(1)
    texts = ["".join(random.choices("abcdefghij klmnop", k=200_000)) for _ in range(2)]
    archive = MemoryArchive()
    began = perf_counter()
    assert said(seen(archive, *texts)) == [NEW] * 2
    assert said(seen(archive, *["x" + text for text in texts])) == [Change.EDITED] * 2
    assert perf_counter() - began < 5


def test_a_page_of_5000_lines_is_judged_quickly() -> None:
    random = Random(1)
    lines = ["".join(random.choices("abcdefghij klmnop", k=80)) for _ in range(5000)]
    archive = MemoryArchive()
    began = perf_counter()
    assert set(said(seen(archive, *lines))) == {NEW}
    edited = [line[:40] + "XX" + line[42:] for line in lines]
    assert set(said(seen(archive, *edited))) == {Change.EDITED}
    assert perf_counter() - began < 10


def test_a_flood_of_look_alikes_costs_time_in_proportion() -> None:
    def flood(start: int, count: int) -> list[str]:
        return numbered("Release v1.{}.0 {}", range(start, start + count))

    def time(count: int) -> float:
        archive = MemoryArchive()
        seen(archive, *flood(0, 100))
        began = perf_counter()
        assert set(said(seen(archive, *flood(1000, count)))) == {NEW}
        return perf_counter() - began

    # A square would be 64 times as much.
    assert time(2000) < 24 * time(250)


# Determinism.


def varied() -> MemoryArchive:
    """Return a store in which many versions are equally near."""
    archive = the_samples()
    for damage in (str.upper, spaced, full_width, str.lower, typo_mended):
        for text in articles()[:9]:
            seen(archive, damage(text))
    return archive


VARIED = varied()

PAGES = st.lists(
    st.tuples(st.integers(0, 26), st.integers(0, len(DAMAGES) - 1)), min_size=1, max_size=8
)


@given(PAGES, st.randoms(use_true_random=False))
@settings(max_examples=60)
def test_the_order_of_candidates_does_not_matter(
    chosen: Sequence[tuple[int, int]], random: Random
) -> None:
    texts = [DAMAGES[damage][0](articles()[i % 12]) for i, damage in chosen]
    shown = page(*texts, *[text.swapcase() for text in texts])
    prints = fingerprint.of(shown.excerpts)
    known = finding.candidates(VARIED, "default", prints)
    shuffled = [random.sample(versions, len(versions)) for versions in known]
    counters = VARIED.counters()
    assert judging.judge(shown.excerpts, prints, known, counters) == judging.judge(
        shown.excerpts, prints, shuffled, counters
    )


@given(PAGES)
@settings(max_examples=40)
def test_a_page_founds_numbers_in_its_order(chosen: Sequence[tuple[int, int]]) -> None:
    shown = page(*[DAMAGES[damage][0](articles()[i]) for i, damage in chosen])
    prints = fingerprint.of(shown.excerpts)
    none: list[list[object]] = [[] for _ in prints]
    verdicts = judging.judge(shown.excerpts, prints, none, MemoryArchive().counters())  # type: ignore[arg-type]
    items = [verdict.item for verdict in verdicts if verdict.founds_item]
    versions = [verdict.version for verdict in verdicts if verdict.founds_version]
    assert items == list(range(1, len(items) + 1))
    assert versions == list(range(1, len(versions) + 1))
    for verdict in verdicts:
        assert (verdict.novelty is NEW) == verdict.founds_item == (verdict.match is None)
        assert verdict.founds_version or not verdict.founds_item


@given(st.lists(PAGES, max_size=4), PAGES)
@settings(max_examples=40)
def test_a_page_that_comes_again_is_identical_throughout(
    before: Sequence[Sequence[tuple[int, int]]], chosen: Sequence[tuple[int, int]]
) -> None:
    archive = MemoryArchive()
    for one in before:
        seen(archive, *[DAMAGES[damage][0](articles()[i % 4]) for i, damage in one])
    texts = [DAMAGES[damage][0](articles()[i % 4]) for i, damage in chosen]
    first, second = seen(archive, *texts), seen(archive, *texts)
    assert set(said(second)) == {IDENTICAL}
    assert [one.item for one in second] == [one.item for one in first]


ELSEWHERE = """
from tests.test_judging import *
for damage, _ in DAMAGES:
    print(judged(SAMPLES, *[damage(text) for text in articles()]))
for series in SERIES.values():
    print(judged(SAMPLES, *series, *HEADLINES))
"""


def test_another_process_reaches_the_same_verdicts() -> None:
    def run(seed: str) -> str:
        command = [sys.executable, "-c", ELSEWHERE]
        environment = {"PYTHONHASHSEED": seed, "PYTHONPATH": ":".join(sys.path), "PYTHONUTF8": "1"}
        done = subprocess.run(command, capture_output=True, env=environment, check=True)
        return done.stdout.decode()

    said_there = run("1")
    assert said_there == run("2")
    assert said_there.count("ExcerptReport") > 1000


# A pair.


def no_edit(a: Version, b: Version) -> str | None:
    return edits.no_edit(a, b, pairs.likeness(a, b))


def test_relation_and_no_edit_tell_of_two_texts_alone() -> None:
    def versions(*texts: str) -> list[judging.Version]:
        shown = [excerpt(text) for text in texts]
        return [
            Version.of(one, print_)
            for one, print_ in zip(shown, fingerprint.of(shown), strict=True)
        ]

    text, upper, short, edit = versions(ENTRY, ENTRY.upper(), TEASER, typo_mended(ENTRY))
    kinds = [pairs.relation(text, other)[0] for other in (text, upper, short, edit)]
    assert kinds == [MatchKind.EXACT, MatchKind.NORMALIZED, MatchKind.PREFIX, MatchKind.NEAR]
    assert no_edit(text, edit) is None
    one, two, three = versions("Release v1.2.3 is out", "Release v1.2.4 is out", "A storm took it")
    assert no_edit(one, two) == rules.ONLY_NUMBERS
    assert no_edit(one, three) == rules.BELOW_FLOOR


@given(st.floats(0, 1), st.floats(0, 1))
def test_what_stands_out_is_nearer_than_the_second(best: float, second: float) -> None:
    if edits.stands_out(best, second):
        assert best > second
    assert edits.stands_out(best, None)


@pytest.mark.parametrize(
    ("front", "start", "floor"),
    [
        ("", 0, pairs.FLOOR),
        ("Something stands in front of it today. ", 0, pairs.FLOOR_MOVED),
        ("Another beginning stands here now: ", 30, pairs.FLOOR_OTHER),
    ],
)
def test_the_more_of_its_beginning_is_kept_the_less_else_must_be(
    front: str, start: int, floor: float
) -> None:
    answers = set()
    for end in range(60, len(OLD_TEXT), 10):
        old, new = (
            judging.Version(1, 1, text, False, len(text), normal_form(text), text[-16:].encode())
            for text in (OLD_TEXT, front + OLD_TEXT[start:end] + NEW_TEXT[: 2 * (250 - end)])
        )
        alike = pairs.likeness(old, new)
        answers.add(no_edit(old, new))
        assert pairs.floor(old, new, alike) == floor
        assert (no_edit(old, new) is None) is (alike.score >= floor)
    assert answers == {None, rules.BELOW_FLOOR}


def test_a_likeness_under_the_floor_is_never_an_edit() -> None:
    archive = MemoryArchive()
    halves = articles()[3][:60] + articles()[4][60:300]
    alike = compare(halves, articles()[3][:300], a_cut=False, b_cut=False).score
    assert alike < pairs.FLOOR
    seen(archive, articles()[3])
    assert said(seen(archive, halves)) == [NEW]


def test_forty_han_are_no_headline() -> None:
    archive = MemoryArchive()
    seen(archive, "这是一个可以在网络上运行的小工具,它不需要安装任何东西就可以把文件转换成别的格式")
    head = "2024年5月更新:修正了几个小错误。"
    (found,) = judged(archive, head + "这是一个可以在网络上运行的小工具,它不需要安装任何东西就可以")
    assert found.novelty is Novelty.REPEATED


# The title that stays.

TITLE = "Towards the Cohomology of Georges de Rham "
OLD_TEXT = (
    "In vector calculus a field gives every point of the plane an arrow. We shall see that what "
    "one integrates over a curve is something else, that it has a name of its own, and that the "
    "theorems of Green, Gauss and Stokes are one and the same theorem about it."
)
NEW_TEXT = (
    "Disclaimer: these pages are notes taken while reading the books of Lee, shorter in most "
    "places and longer in a few. Errors are mine; please tell me of those that you find, and do "
    "not cite the notes where you could cite a book that somebody has checked."
)


def test_a_text_rewritten_under_its_title_is_an_edit() -> None:
    archive = MemoryArchive()
    remembered(archive, page(TITLE + OLD_TEXT, articles()[0]))
    report, _ = judged(archive, TITLE + NEW_TEXT, articles()[0])

    assert (report.change, report.match and report.match.rule) == (
        Change.EDITED,
        rules.SAME_TITLE,
    )


@pytest.mark.parametrize(
    ("first", "second"),
    [
        ("Towards de Rham " + OLD_TEXT, "Towards de Rham " + NEW_TEXT),
        (TITLE.strip() + ". " + OLD_TEXT, TITLE.strip() + ". " + NEW_TEXT),
        (TITLE + "and of others " + OLD_TEXT, TITLE + "in a few words " + NEW_TEXT),
        (
            "An interview with the maintainer of SQLite " + OLD_TEXT,
            "An interview with the maintainer of Curl " + NEW_TEXT,
        ),
    ],
    ids=["too short", "a sentence", "goes on in small letters", "ends in a small word"],
)
def test_a_common_beginning_that_is_no_title_is_no_edit(first: str, second: str) -> None:
    archive = MemoryArchive()
    remembered(archive, page(first, articles()[0]))
    report, _ = judged(archive, second, articles()[0])

    assert report.novelty is NEW


def test_a_title_that_two_articles_share_tells_nothing() -> None:
    archive = MemoryArchive()
    remembered(archive, page(TITLE + OLD_TEXT, TITLE + TEMPLATE, articles()[0]))
    report, _ = judged(archive, TITLE + NEW_TEXT, articles()[0])

    assert report.novelty is NEW


def test_a_title_alone_or_beside_its_old_text_tells_nothing() -> None:
    archive = MemoryArchive()
    remembered(archive, page(TITLE + OLD_TEXT))
    (alone,) = judged(archive, TITLE + NEW_TEXT)
    beside, _ = judged(archive, TITLE + NEW_TEXT, TITLE + OLD_TEXT)

    assert (alone.novelty, beside.novelty) == (NEW, NEW)


def test_a_number_that_only_one_text_has_numbers_nothing() -> None:
    text = "A small tool that opens links for you. It is written in Swift{} and AppleScript. "
    archive = MemoryArchive()
    remembered(archive, page(text.format("") + OLD_TEXT))
    (report,) = judged(archive, text.format(" 3") + OLD_TEXT)

    assert report.change is Change.EDITED


def test_another_number_of_a_series_does_not_stand_in_the_way_of_an_edit() -> None:
    issues = [f"Weekly {number}: {TEMPLATE}" for number in range(20, 30)]
    archive = MemoryArchive()
    known = seen(archive, *issues)
    mended = issues[6].replace("upgrade as", "upgrade just as")
    (report,) = judged(archive, mended)

    assert (report.change, report.item) == (Change.EDITED, known[6].item)


NOTICE = TEMPLATE[:160] + "It is known as CVE-{}. " + TEMPLATE[160:]
PUT_IN = "Those who built it by hand have to build it again. "


@pytest.mark.parametrize("place", [0, 100, 260])
def test_a_notice_is_known_by_its_number_wherever_it_stands(place: int) -> None:
    notices = [NOTICE.format(f"{2014 + number}-{number * 37 + 1000}") for number in range(8)]
    archive = MemoryArchive()
    known = seen(archive, *notices)
    place = notices[5].index(" ", place) + 1
    (report,) = judged(archive, notices[5][:place] + PUT_IN + notices[5][place:])

    assert (report.change, report.item) == (Change.EDITED, known[5].item)


def test_a_notice_that_nobody_saw_is_new_whatever_is_put_in() -> None:
    notices = [NOTICE.format(f"{2014 + number}-{number * 37 + 1000}") for number in range(8)]
    archive = MemoryArchive()
    seen(archive, *notices[:5], *notices[6:])

    assert said(judged(archive, PUT_IN + notices[5])) == [NEW]


def test_a_small_number_that_two_of_a_series_share_is_no_name() -> None:
    """Fourteen sent patches this week, and two weeks ago."""
    weeks = [TEMPLATE[:160] + f"{n} sent patches. " + TEMPLATE[160:] for n in (9, 11, 14, 8)]
    archive = MemoryArchive()
    seen(archive, *weeks)

    assert said(judged(archive, PUT_IN + weeks[2])) == [NEW]


@pytest.mark.parametrize("other", ["Notable Changes ", "Notable Changes: "])
def test_two_lines_of_a_page_cut_at_one_length_are_two_articles(other: str) -> None:
    """They are no teaser and entry; what shows a text twice sets it the same way twice."""
    shown = [cut("Notable changes: " + TEMPLATE * 2, 350), cut(other + TEMPLATE * 2, 350)]
    first, second = seen(MemoryArchive(), *shown)

    assert (first.novelty, second.novelty) == (NEW, NEW)
    assert first.item != second.item
