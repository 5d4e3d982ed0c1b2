"""What of a line is its page's own: ranks in front, counts and ages behind."""

import json
from collections.abc import Sequence
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

import feedtool
from feedtool.formats import from_text, ranking, truncation
from feedtool.model import count_in, rank_in
from feedtool.stores.sqlite import Store
from tests.console import run

NEWS = (
    "国家统计局公布十月居民消费价格数据",
    "神舟二十三号航天员乘组完成首次出舱活动",
    "Show HN: a parser for dumps of hot lists",
    "故宫博物院新展今日开幕观众排长队",
    "Ask HN: what do you archive, and why?",
    "전국 철도 시간표 개정, 고속열차 증편",
)
RANKED = (
    "{}. ",
    "{}、",
    "[{}] ",
    "#{} ",
    "No.{} ",
    "TOP{} ",
    "第{}名：",
    "{}위 ",
    "{}\t",
    "🔥 {} ",
)
COUNTED = (
    " {}万热度",
    " {}",
    "\t{},000",
    " ({} points)",
    " | {}k stars today",
    "（热度：{}万）",
    " · 阅读 {}",
    " ★ {}",
    "  ▲{} points",
    " 热搜指数 {}",
)
AGED = (
    *(
        " · {} hours ago",
        " {}小时前",
        " - {}h ago",
        "  {}시간 전",
        "（{}時間前）",
        " {}h",
        " · {}d",
    ),
    *("{} hours ago ", "{}h · ", "[{} hours ago] ", "{}小时前 ", "{}분 전 | ", "{} min ago: "),
)
VISITED = (
    *(" {} comments", " 阅读 {} 评论 2 2026-01-11", " 👍 {} 💬 5", " | 2026-01-11 | {} views"),
    *("▲ {} ", "{} points ", "👍 1.{}k ", "阅读 {} · "),
)


def own(lines: Sequence[str]) -> list[str]:
    """Return what of each line is its author's."""
    framed = ranking.frames(lines)
    if framed is None:
        return list(lines)
    return [line[start:end].strip() for line, (start, end) in zip(lines, framed, strict=True)]


def page(*lines: str) -> str:
    return "\n".join(["INCOMING TRANSMISSION", "", "LATEST UPDATES", *lines, ""])


@pytest.mark.parametrize("form", RANKED)
def test_a_page_that_counts_its_lines_shows_their_ranks(form: str) -> None:
    assert own([form.format(rank) + line for rank, line in enumerate(NEWS, 1)]) == list(NEWS)


@pytest.mark.parametrize("form", COUNTED)
def test_a_page_that_is_sorted_by_its_counts_shows_them(form: str) -> None:
    counts = range(len(NEWS), 0, -1)
    assert own([line + form.format(count) for count, line in zip(counts, NEWS, strict=True)]) == [
        *NEWS
    ]


@pytest.mark.parametrize("form", AGED)
def test_an_age_is_never_the_authors(form: str) -> None:
    assert own(beside(form)) == list(NEWS)


def beside(form: str) -> list[str]:
    """Return lines with numbers in no order in front of them, or behind them."""
    told = [form.format(number) for number in (3, 1, 9, 2, 2, 7)]
    pairs = zip(told, NEWS, strict=True)
    return [line + one if form[0] in " （" else one + line for one, line in pairs]


@pytest.mark.parametrize("form", VISITED)
def test_nor_is_what_visitors_did(form: str) -> None:
    assert own(beside(form)) == list(NEWS)


def test_hours_that_count_up_are_no_ranks() -> None:
    lines = [f"{hours} hours ago {line}" for hours, line in enumerate(NEWS, 1)]
    assert own(lines) == list(NEWS)
    assert [one.rank for one in from_text(page(*lines)).excerpts] == [None] * len(NEWS)


def test_an_hour_without_a_number_counts_too() -> None:
    ages = ("today", "yesterday", "3 days ago", "Yesterday", "just now", "an hour ago")
    assert own([f"{line} - {age}" for age, line in zip(ages, NEWS, strict=True)]) == list(NEWS)
    counts = ("No comments", "5 comments", "1 comment", "Leave a reply", "2 comments", "0 comments")
    lines = [f"{line} | {count}" for count, line in zip(counts, NEWS, strict=True)]
    assert own(lines) == list(NEWS)


@pytest.mark.parametrize("form", ["{}. ", "{} ", "{}: "])
def test_three_ranks_may_be_medals(form: str) -> None:
    ranks = ["🥇", "🥈", "🥉", *map(form.format, range(4, 7))]
    lines = [f"{rank} {line}" for rank, line in zip(ranks, NEWS, strict=True)]
    assert own(lines) == list(NEWS)
    assert [one.rank for one in from_text(page(*lines)).excerpts] == [1, 2, 3, 4, 5, 6]


def test_ranks_stand_in_front_of_ages() -> None:
    lines = [f"{rank}. {9 - rank}h · {line}" for rank, line in enumerate(NEWS, 1)]
    assert own(lines) == list(NEWS)
    shown = [(one.rank, one.count) for one in from_text(page(*lines)).excerpts]
    assert shown[:2] == [(1, "8h"), (2, "7h")]


@pytest.mark.parametrize(
    ("head", "rank", "count"),
    [
        ("", None, None),
        ("3. ", 3, None),
        ("No. 3: ", 3, None),
        ("第3名 ", 3, None),
        ("🔥 3 ", 3, None),
        ("🥉 ", 3, None),
        ("#12 ", 12, None),
        ("3 hours ago ", None, "3 hours ago"),
        ("[3h] ", None, "3h"),
        ("▲ 300 ", None, "▲ 300"),
        ("🥇 ▲ 12 | ", 1, "▲ 12"),
        ("1. 3h · ", 1, "3h"),
    ],
)
def test_what_a_page_puts_in_front_is_a_rank_or_a_count(
    head: str, rank: int | None, count: str | None
) -> None:
    assert (rank_in(head), count_in(head, "", None)) == (rank, count)
    assert count_in(head, " | 5 points", None) == "5 points"


def test_ages_of_one_page_are_told_in_several_units() -> None:
    ages = ("5 minutes ago", "1 hour ago", "2 days ago", "3 weeks ago", "1 min ago", "1 year ago")
    assert own([f"{line} | {age}" for age, line in zip(ages, NEWS, strict=True)]) == list(NEWS)


def test_a_word_that_says_how_a_line_rises_is_no_part_of_it() -> None:
    tags = ("沸", "热", "新", "", "热", "新")
    behind = [
        f"{line} {99 - n}万 {tag}" for n, (line, tag) in enumerate(zip(NEWS, tags, strict=True))
    ]
    assert own(behind) == list(NEWS)
    front = [
        f"{line} {tag} {99 - n}万" for n, (line, tag) in enumerate(zip(NEWS, tags, strict=True))
    ]
    assert own(front) == list(NEWS)


@pytest.mark.parametrize("form", ["{0} 阅读({1}) 评论({2})", "{0} | {1} views | {2} comments"])
def test_what_visitors_did_needs_no_order(form: str) -> None:
    counts = zip(NEWS, (15, 99, 3, 41, 3, 7), (0, 5, 1, 12, 0, 2), strict=True)
    assert own([form.format(*line) for line in counts]) == list(NEWS)


@pytest.mark.parametrize("form", [" [{}]", "[{}]", "【{}】"])
def test_a_board_tells_how_many_replies_there_are(form: str) -> None:
    replies = zip(NEWS, (3, 0, 12, 3, 1, 47), strict=True)
    lines = [text + form.format(count) for text, count in replies]
    assert own(lines) == list(NEWS)
    lines[2] = NEWS[2]
    assert own(lines) == list(NEWS)


@pytest.mark.parametrize(
    ("form", "numbers"),
    [
        # Years, chapters of several series, footnotes that count up, and what may be seasons.
        (" [{}]", (2021, 1984, 2021, 2003, 1999, 2010)),
        (" [{}]", (1102, 700, 1102, 98, 12, 5)),
        (" [{}]", (7, 4, 9, 2, 6, 1)),
        (" ({})", (3, 2, 3, 5, 1, 4)),
    ],
)
def test_other_numbers_in_brackets_are_the_authors(form: str, numbers: Sequence[int]) -> None:
    lines = [text + form.format(number) for text, number in zip(NEWS, numbers, strict=True)]
    assert ranking.frames(lines) is None


def test_the_counts_of_a_ranked_list_need_no_order() -> None:
    lines = [f"{rank}. {line} ({rank * 7 % 5} points)" for rank, line in enumerate(NEWS, 1)]
    assert own(lines) == list(NEWS)


def test_one_line_in_five_may_have_no_count() -> None:
    lines = [f"{rank}. {line} {99 - rank}万热度" for rank, line in enumerate(NEWS, 1)]
    lines[0] = f"1. {NEWS[0]}"
    assert own(lines) == list(NEWS)
    lines[1] = f"2. {NEWS[1]}"
    assert own(lines)[2:] == [line[3:] for line in lines[2:]]


def test_several_lists_of_one_page_begin_anew() -> None:
    lists = [
        f"{rank}. {line}" for part in (NEWS[:4], [*NEWS[2:]]) for rank, line in enumerate(part, 1)
    ]
    assert own(lists) == [*NEWS[:4], *NEWS[2:]]


@pytest.mark.parametrize(("first", "told"), [(10, True), (19, True), (11, False), (27, False)])
def test_the_second_page_of_a_list_goes_on(first: int, told: bool) -> None:
    lines = [f"{NEWS[0][n:]}{n}号线" for n in range(9)]
    ranked = [f"{rank}. {line}" for rank, line in enumerate(lines, first)]
    assert own(ranked) == (lines if told else ranked)


@pytest.mark.parametrize(
    "lines",
    [
        ["1. one", "2. two", "3. three"],  # three lines are chance
        [f"Weekly {number}" for number in range(9, 0, -1)],
        [f"{number}.0 is released" for number in range(1, 9)],
        [f"{number}月总结：{line}" for number, line in enumerate(NEWS, 1)],
        [f"第{number}章 {line}" for number, line in enumerate(NEWS, 1)],
        [f"{number}/2026 {line}" for number, line in enumerate(NEWS, 1)],
        [f"{number}:30 {line}" for number, line in enumerate(NEWS, 1)],
        [f"{rank}. {line}" for rank, line in zip((3, 1, 2, 9, 4, 5), NEWS, strict=True)],
        [f"{line} {number}" for number, line in zip((1, 5, 2, 9, 1, 3), NEWS, strict=True)],
        [f"{line} 2026" for line in NEWS],
        [f"{line} 2026-01-{10 + n}" for n, line in enumerate(NEWS)],
        [f"2026-01-{10 + n} {line}" for n, line in enumerate(NEWS)],
        [f"{n + 3} D models of {line}" for n, line in enumerate(NEWS)],
        [f"{n}s {line}" for n, line in enumerate(NEWS)],
        [f"{line} {'年月日周时分'[n]}{9 - n}{'本部集卷册篇'[n]}" for n, line in enumerate(NEWS)],
        list(NEWS),
        [],
        [""],
    ],
)
def test_an_authors_own_numbers_stay(lines: list[str]) -> None:
    assert ranking.frames(lines) is None


@given(st.lists(st.text(max_size=60), max_size=12))
def test_what_is_left_is_a_part_of_the_line(lines: list[str]) -> None:
    for line, (start, end) in zip(lines, ranking.frames(lines) or (), strict=False):
        assert 0 <= start < end <= len(line)


SAID = st.text("ab1 .(", min_size=1).map(str.strip).filter(bool)


@given(st.lists(SAID, min_size=4, max_size=9, unique=True))
def test_ranks_of_any_lines_are_told_or_left_as_a_whole(lines: list[str]) -> None:
    ranked = [f"{rank}. {line}" for rank, line in enumerate(lines, 1)]
    starts = [start for start, _ in ranking.frames(ranked) or ()]
    assert len({bool(start) for start in starts}) < 2


def test_a_cut_is_seen_in_front_of_a_count() -> None:
    lines = [f"{rank}. {line * 9}"[:40] + f"... {9 - rank}万" for rank, line in enumerate(NEWS, 1)]
    found = truncation.find(lines)
    assert [one.truncated for one in found] == [True] * len(NEWS)
    assert {(one.start, one.length, one.marker) for one in found} == {(3, 40, "...")}


def test_the_text_stays_as_it_was_written() -> None:
    lines = [f"{rank}. {line} {99 - rank}万热度" for rank, line in enumerate(NEWS, 1)]
    excerpts = from_text(page(*lines)).excerpts
    assert [one.text for one in excerpts] == lines
    assert [one.body for one in excerpts] == list(NEWS)
    assert [one.rank for one in excerpts] == [1, 2, 3, 4, 5, 6]
    assert excerpts[0].count == "98万热度"


HOURS = (
    page(*(f"{rank}. {line} {99 - rank}万热度" for rank, line in enumerate(NEWS, 1))),
    page(*(f"{rank}. {line} {77 - rank}万热度" for rank, line in enumerate(NEWS[::-1], 1))),
    page(*NEWS),
)


def test_a_hot_list_of_the_next_hour_brings_nothing_new(tmp_path: Path) -> None:
    for number, text in enumerate(HOURS):
        (tmp_path / f"{number}.txt").write_text(text)
    names = [str(tmp_path / f"{number}.txt") for number in range(len(HOURS))]
    store = str(tmp_path / "feeds.db")
    reports = list(feedtool.ingest(names, store=store))
    assert [report.summary.new for report in reports] == [len(NEWS), 0, 0]
    second = reports[1].excerpts[0]
    assert (second.rank, second.count, second.change) == (1, "76万热度", "reformatted")
    with Store.open(store) as kept:
        assert [kept.report(report.id) for report in reports] == reports
        assert list(kept.check(lambda *_: None)) == []
    found = [cluster.size for cluster in feedtool.dedup(names)]
    assert found == [len(HOURS)] * len(NEWS)
    assert run("reindex", "--store", store).code == 0
    assert run("undo", reports[0].id, "--store", store).code == 0
    assert run("check", "--store", store).code == 0


def test_a_store_tells_again_what_stood_in_front(tmp_path: Path) -> None:
    source, store = tmp_path / "news.txt", str(tmp_path / "feeds.db")
    source.write_text(page(*(f"{rank}. {9 - rank}h · {line}" for rank, line in enumerate(NEWS, 1))))
    (report,) = feedtool.ingest([str(source)], store=store)
    assert [(one.rank, one.count) for one in report.excerpts][:2] == [(1, "8h"), (2, "7h")]
    with Store.open(store) as kept:
        assert kept.report(report.id) == report


def test_parse_and_explain_see_it_too(tmp_path: Path) -> None:
    old, new = tmp_path / "old.txt", tmp_path / "new.txt"
    old.write_text(HOURS[0])
    new.write_text(HOURS[1])
    parsed = json.loads(run("parse", old, "--json").out)["transmissions"][0]["excerpts"]
    assert [(one["rank"], one["count"]) for one in parsed][:2] == [(1, "98万热度"), (2, "97万热度")]
    said = run("explain", f"{old}:4", f"{new}:9", "--json").out
    assert json.loads(said)["explanations"][0]["rule"] == "same normal form"
    assert "6 reformatted" in run("diff", old, new).out
