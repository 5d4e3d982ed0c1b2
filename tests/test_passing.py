"""Numbers that change while an article stays: what they are, and what they say of two texts."""

import pytest

from feedtool.judging.passing import part_in_passing, shows_passing
from feedtool.judging.rules import ONLY_NUMBERS
from feedtool.model import Change, Novelty, Version
from feedtool.stores.memory import MemoryArchive
from feedtool.text import normal_form
from tests.pages import articles, excerpt, seen

TITLE = "How we moved all of our servers"
BODY = articles()[11][:200]
OTHER = articles()[12][:200]


def version(text: str) -> Version:
    found = excerpt(text).truncation
    return Version(1, 1, text, found.truncated, found.length, normal_form(text), text.encode())


@pytest.mark.parametrize(
    "text",
    [
        "August 31 2021 Security Releases _(Update 6-Dec-2021)_ Security releases available",
        "Roadmap (Updated: March 3rd, 2023)",
        "Roadmap (last edited on 2023.03.03, 10:30 UTC)",
        "[Edit: 3 May] What we found",
        "Last updated on March 3, 2023 How to configure it",
        "Updated 2024-01-05: how to configure it",
        "Fahrplan (zuletzt aktualisiert am 3.4.2023)",
        "Feuille de route (mis à jour le 3/4/2023)",
        "План (обновлено 03.04.2023)",
        "路线图（更新于2024年1月5日）",
        "路線圖【最後更新：2024-01-05】",
        "最終更新日: 2024/01/05 設定の方法",
        "최종 수정 2024-01-05 설정",
    ],
)
def test_a_stamp_says_when_a_text_was_changed(text: str) -> None:
    assert shows_passing(version(text))


@pytest.mark.parametrize(
    "text",
    [
        "Weekly update, 3 March 2020: what is new",
        "Covid-19 update 3 March 2020",
        "Windows Update 2024-01 is out",
        "The tool (Update 3) is out",
        "The tool (Update 1.2.3) is out",
        "The tool (updated 3 times since 2019)",
        "某剧（更新至12-13集）",
        "更新日志 2024-01-05",
        "(3 May 2026) What was updated",
        "x" * 300 + "(Updated 3 May 2026)",
        "",
    ],
)
def test_what_an_update_is_called_by_is_no_stamp(text: str) -> None:
    assert not shows_passing(version(text))


@pytest.mark.parametrize(
    "text",
    [
        f"{TITLE} by Jane Doe 12 comments {BODY}",
        f"{TITLE} (12 comments) {BODY}",
        f"{TITLE} | 2026-01-11 | 1.2k views | {BODY}",
        f"{TITLE} posted 3 hours ago {BODY}",
        f"{TITLE} Jan 11, 2026 · 5 min read · 12 points · {BODY}",
        f"{TITLE} [12 points] {BODY}",
        f"服务器搬家记 阅读 123 评论 4 {BODY}",
        f"服务器搬家记（阅读：123）{BODY}",
        f"服务器搬家记 | 1.2万人阅读 | {BODY}",
        f"服务器搬家记 3小时前 {BODY}",
        f"iPhone 15 阅读 123 评论 4 {BODY}",
    ],
)
def test_what_visitors_did_passes_wherever_a_line_tells_of_it(text: str) -> None:
    assert shows_passing(version(text))


@pytest.mark.parametrize(
    "text",
    [
        "12 points to consider before you move your servers",
        "每月阅读 3 本书，一年之后",
        "分享 3 个技巧",
        "3年前的今天发生了什么",
        "10 min to a faster build",
        "What 5 stars are worth",
        "x" * 300 + " 12 comments",
        BODY,
    ],
)
def test_an_authors_own_numbers_stay(text: str) -> None:
    assert not shows_passing(version(text))


@pytest.mark.parametrize(
    ("old", "new"),
    [
        (f"{TITLE} 12 comments {BODY}", f"{TITLE} 131 comments {BODY}"),
        (f"{TITLE} | 9 views, 3 likes | {BODY}", f"{TITLE} | 12 views, 4 likes | {BODY}"),
        (f"{TITLE} 3 hours ago {BODY}", f"{TITLE} 5 hours ago {BODY}"),
        (f"{TITLE} 3 hours ago {BODY}", f"{TITLE} yesterday, 5 comments {BODY}"),
        (f"Part 2 · 12 comments · {BODY}", f"Part 2 · 15 comments · {BODY}"),
        (f"搬家记 阅读 9 评论 4 {BODY}", f"搬家记 阅读 12 评论 4 {BODY}"),
    ],
)
def test_texts_that_part_at_what_visitors_did_are_one(old: str, new: str) -> None:
    assert part_in_passing(version(old), version(new))
    assert part_in_passing(version(new), version(old))


@pytest.mark.parametrize(
    ("old", "new"),
    [
        (f"Part 2 · 12 comments · {BODY}", f"Part 3 · 15 comments · {BODY}"),
        (f"Weekly 2026-01-11 | 12 comments | {BODY}", f"Weekly 2026-01-18 | 9 comments | {BODY}"),
        (f"{TITLE} 12 comments {BODY}", f"{TITLE} 13 {BODY}"),
        (f"搬家记 1 阅读 9 评论 4 {BODY}", f"搬家记 2 阅读 9 评论 5 {BODY}"),
    ],
)
def test_other_numbers_still_part_them(old: str, new: str) -> None:
    assert not part_in_passing(version(old), version(new))


@pytest.mark.parametrize(
    ("old", "new"),
    [
        (f"{TITLE} (Update 31-Aug-2021) {BODY}", f"{TITLE} (Update 6-Dec-2021) {BODY}"),
        # Behind the title of an article stands whatever was written anew.
        (f"{TITLE} (Update 31-Aug-2021) {BODY}", f"{TITLE} (Update 6-Dec-2021) {OTHER}"),
        (
            f"Roadmap (Updated 3 May) {BODY}",
            f"Roadmap (Updated 4 June) {BODY[:90]} Now {BODY[90:]}",
        ),
        (f"Last updated on 3 May 2026 {TITLE}", f"Last updated on 4 June 2026 {TITLE}"),
        (f"路线图（更新于2024年1月5日）{BODY}", f"路线图（更新于2024年2月3日）{BODY}"),
    ],
)
def test_texts_that_part_at_their_stamps_are_one(old: str, new: str) -> None:
    assert part_in_passing(version(old), version(new))
    assert part_in_passing(version(new), version(old))


@pytest.mark.parametrize(
    ("old", "new"),
    [
        # Another title, another number in the title.
        (f"{TITLE} 1 (Updated 3 May) {BODY}", f"{TITLE} 2 (Updated 4 May) {BODY}"),
        (f"March notice (Updated 3 May) {BODY}", f"April notice (Updated 4 May) {BODY}"),
        # Only one of them says when.
        (f"{TITLE} (Updated 3 May) {BODY}", f"{TITLE} 4 May {BODY}"),
        # Nothing but the stamp tells which notice it is.
        (f"(Update 3 May) {BODY}", f"(Update 4 May) {BODY}"),
        # Behind a short title another number.
        ("Version (Updated 3 May) 12 is out", "Version (Updated 4 May) 13 is out"),
        (
            "News (Updated 3 May) all that there is to say of number 12",
            "News (Updated 4 May) all that there is to say of number 13",
        ),
    ],
)
def test_all_else_that_tells_two_texts_apart_still_does(old: str, new: str) -> None:
    assert not part_in_passing(version(old), version(new))


def test_an_article_is_known_by_its_title_whatever_its_stamp_says() -> None:
    archive = MemoryArchive()
    seen(archive, f"{TITLE}, part 1 (Update 31-Aug-2021) {BODY}")
    (found,) = seen(archive, f"{TITLE}, part 1 (Update 6-Dec-2021) {BODY}")
    assert (found.novelty, found.change) == (Novelty.REPEATED, Change.EDITED)
    (found,) = seen(archive, f"{TITLE}, part 2 (Update 6-Dec-2021) {BODY}")
    assert found.novelty is Novelty.NEW


def test_a_week_is_told_by_the_date_of_its_update() -> None:
    archive = MemoryArchive()
    seen(archive, f"Weekly update 3 March 2026 {BODY}")
    (found,) = seen(archive, f"Weekly update 10 March 2026 {BODY}")
    assert found.nearest is not None
    assert found.nearest.rule == ONLY_NUMBERS


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("2 days ago", "March 1, 2026"),
        ("2天前", "2026-03-01"),
        ("March 1, 2026 Leave a comment", "March 1, 2026 3 comments"),
        ("2026-03-01 暂无评论", "2026-03-01 3条评论"),
        ("March 1, 2026 · 3 min · 93 words · Jane", "March 1, 2026 · 4 min · 124 words · Jane"),
        ("2026-03-01 | 3 分钟 | 93 字 | 张三", "2026-03-01 | 4 分钟 | 124 字 | 张三"),
        ("张三 2026-03-01 阅读数 3 评论数 3", "张三 2026-03-01 阅读数 80 评论数 5"),
        ("3 min read", "4 min read"),
    ],
)
@pytest.mark.parametrize("title", ["", "How we moved ", f"{TITLE} "])
def test_what_a_page_tells_besides_may_take_another_form(title: str, old: str, new: str) -> None:
    archive = MemoryArchive()
    seen(archive, f"{title}{old} {BODY}", OTHER)
    for text in (f"{title}{new} {BODY}", f"{title}{old} {BODY}"):
        (found, _) = seen(archive, text, OTHER)
        assert found.novelty is Novelty.REPEATED


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("March 1, 2026", "March 8, 2026"),
        ("Part 2, 2 days ago", "Part 3, March 1, 2026"),
        ("Day 2", "March 1, 2026"),
    ],
)
def test_a_date_tells_which_article_it_is_all_the_same(old: str, new: str) -> None:
    archive = MemoryArchive()
    seen(archive, f"How we moved {old} {BODY}")
    (found,) = seen(archive, f"How we moved {new} {BODY}")
    assert found.novelty is Novelty.NEW


def test_a_line_that_counts_its_comments_is_known_again() -> None:
    archive = MemoryArchive()
    seen(archive, f"{TITLE} by Jane Doe 12 comments {BODY}", f"{TITLE}, part 2 (3 views) {OTHER}")
    found = seen(archive, f"{TITLE} by Jane Doe 99 comments {BODY}")
    assert [one.novelty for one in found] == [Novelty.REPEATED]
