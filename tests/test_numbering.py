from itertools import combinations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from feedtool.comparing import compare
from feedtool.numbering import only_recur, part_at_a_number
from feedtool.text import normal_form

# Few letters, so that texts have much in common; and what breaks careless code.
LETTERS = st.text(st.sampled_from("abc12一\ud800\U0001f600\u0301"), max_size=40)
STAGED = st.lists(
    st.sampled_from(
        ["1", "2", "a", "rc", "re", "beta", "spring", "dec", "second", "测试版", "周", "一"]
    ),
    max_size=20,
).map("".join)
TEXTS = st.one_of(LETTERS, STAGED, st.text(max_size=40))
TEMPLATE = (
    "this release brings fixes and thanks everybody who reported a bug or sent a patch to us "
)


@given(TEXTS, TEXTS)
@settings(max_examples=300)
def test_texts_that_part_at_a_number_have_another_number(a: str, b: str) -> None:
    """What is found without an alignment is what the alignment would find."""
    # No text may be cut through its last number.
    a, b = normal_form(a) + "z", normal_form(b) + "z"
    assert part_at_a_number(a, b) == part_at_a_number(b, a)
    if part_at_a_number(a, b):
        found = compare(a, b, a_cut=False, b_cut=True)
        assert found.other_number or not found.score


MONTHS = "january february march april may june july august september october november december"
DAYS = "monday tuesday wednesday thursday friday saturday sunday"
TENS = "twenty thirty forty fortyone fiftytwo sixtythree seventyfour eightyfive ninetysix thirteen"
UNITS = "one two three four five six seven eight nine ten eleven twelve"
ORDINALS = "first second third fourth fifth sixth seventh eighth eleventh twelfth"
STAGES = "alpha alpha1 alpha2 beta beta1 preview1 rc rc1 releasecandidate2 milestone1 dev3 pre1"
MONTHS_IN_SHORT = "jan feb mar apr jun jul aug sep sept oct nov dec"
SERIES = [
    [f"notesof{word}and" for word in (*MONTHS.split(), *DAYS.split(), *TENS.split())],
    [f"newschapter{unit}" for unit in (*UNITS.split(), "i", "iv", "xviii")],
    [f"newsepisode{unit}" for unit in UNITS.split()],
    [f"周刊第{number}期" for number in "一二三四五六七八九十"],
    [f"{number}月小结" for number in ("一", "二", "十一")],
    [f"the{word}maintenance" for word in ORDINALS.split()],
    [f"foo42{stage}out" for stage in STAGES.split()],
    [f"foo3120{stage}" for stage in ("a1", "a2", "b1", "c1", "rc1")],
    [f"chrome{channel}120" for channel in ("", "beta", "canary", "nightly")],
    [f"{season}2023report" for season in ("spring", "summer", "autumn", "fall", "winter")],
    [f"report2023{season}edition" for season in ("spring", "summer", "autumn", "winter")],
    [f"roundup{month}2023" for month in MONTHS_IN_SHORT.split()],
    [f"系统5{edition}发布" for edition in ("", "内测版", "公测版", "正式版", "稳定版")],
    [f"2023年{half}报告" for half in ("上半年", "下半年")],
    [f"5月{part}要闻" for part in ("上旬", "中旬", "下旬")],
    [f"2023年{season}报告" for season in ("春季", "夏季", "秋季", "冬季")],
    [f"5月6日{paper}要闻" for paper in ("早报", "午报", "晚报")],
    [f"{day}快讯" for day in ("周一", "周二", "周日", "周天")],
    [f"{day}快讯" for day in ("星期一", "星期五", "星期日")],
    [f"{day}曜日快讯" for day in "日月火水木金土"],
    [f"2023年{season}アニメ" for season in "春夏秋冬"],
    [f"二零二{number}年工作总结" for number in "二三四"],
    [f"入門{part}编" for part in "前后上下"],
    [f"5月6日{part}午小结" for part in "上中下"],
    [f"{time}briefing" for time in ("morning", "afternoon", "evening")],
    *([f"{unit}{number}in" for number in UNITS.split()] for unit in ("week", "book", "season")),
    [f"{day}5june" for day in ("mon", "tue", "wed", "thu", "fri", "sat", "sun")],
    [f"notizie{month}2023" for month in ("gennaio", "febbraio", "marzo", "aprile", "maggio")],
    [f"boletin{month}2023" for month in ("enero", "febrero", "marzo", "abril", "agosto")],
    [f"neues{month}2023" for month in ("januar", "februar", "april", "oktober", "dezember")],
    [f"学习笔记之{number}进程" for number in ("一", "二", "十一")],
    [f"学习笔记{part}篇进程" for part in "上中下"],
]


@pytest.mark.parametrize("series", SERIES, ids=lambda series: series[0])
def test_any_two_numbers_in_words_part_texts(series: list[str]) -> None:
    pairs = combinations(series, 2)
    assert [pair for pair in pairs if not part_at_a_number(*(t + TEMPLATE for t in pair))] == []


def test_a_stage_parts_a_release_from_the_final_one() -> None:
    """Also where the next word begins with the letters of the stage."""
    for title in ("foo42{}out", "foo42{}released", "foo42{}already", "foo42{}better"):
        for stage in ("rc1", "alpha", "beta2"):
            texts = title.format(stage) + TEMPLATE, title.format("") + TEMPLATE
            assert part_at_a_number(*texts) == part_at_a_number(*reversed(texts))
            alike = compare(*texts, a_cut=True, b_cut=True)
            assert part_at_a_number(*texts) or alike.other_number, texts


@pytest.mark.parametrize(
    ("a", "b"),
    [
        ("windows11previewofthings", "windows11previewsofthings"),
        ("source5", "sources5"),
        ("ourbetaprogram", "ouralphaprogram"),
        ("thespringcleaning", "thewintercleaning"),
        ("百分之三十多的人", "百分之三多十的人"),
        ("近期一些问题", "近期三些问题"),
        ("周末快讯", "周中快讯"),
    ],
)
def test_other_words_of_that_kind_are_no_numbers(a: str, b: str) -> None:
    assert not part_at_a_number(a + TEMPLATE, b + TEMPLATE)


def test_a_number_is_no_other_one_than_a_word_that_stands_there_by_chance() -> None:
    a = "heargued" + "atlengththatinthefirstplace" + TEMPLATE
    b = "heargued" + "inabouttwentywordson3pages" + TEMPLATE
    assert not compare(a, b.replace("twenty", ""), a_cut=True, b_cut=True).other_number
    assert compare(a, b, a_cut=True, b_cut=True).other_number


def test_members_of_a_series_part_at_a_number() -> None:
    assert part_at_a_number("weekly41is" + TEMPLATE, "weekly42is" + TEMPLATE)
    assert not part_at_a_number("top10tips", "top5of10tips")
    assert not part_at_a_number("release12", "release1")
    assert not part_at_a_number(TEMPLATE + "1", TEMPLATE + "2")


@pytest.mark.parametrize(
    "text", ["thejunereport", "周五收盘", "六月总结", "秋季上新", "晚报", "月曜日", "上午场"]
)
def test_a_day_a_month_or_a_season_comes_again(text: str) -> None:
    assert only_recur(text)


@pytest.mark.parametrize(
    "text", ["", "nonumber", "june2026", "monday7", "parttwo", "第三期", "secondedition", "之二"]
)
def test_other_numbers_do_not(text: str) -> None:
    assert not only_recur(text)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("三人在雪崩中遇难", "五人在雪崩中遇难"),
        ("两名登山者获救", "三名登山者获救"),
        ("英语四级听力答案", "英语六级听力答案"),
        ("首届大会开幕第二届", "首届大会开幕第三届"),
    ],
)
def test_what_is_counted_in_chinese_parts_two_headlines(one: str, other: str) -> None:
    assert part_at_a_number(one, other)
