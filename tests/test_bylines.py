"""Which lines only tell of an entry, and which are one."""

import pytest

from feedtool.formats import from_text
from feedtool.formats.bylines import is_byline
from feedtool.model import BlockKind


@pytest.mark.parametrize(
    "line",
    [
        "By John Doe | January 11, 2026 | 5 Comments",
        "By Jane, 2 hours ago",
        "Posted by admin on 2026-01-10",
        "Posted 3 days ago by foo | 12 comments",
        "Published on Jan 3, 2026",
        "Jan 11, 2026 by Jane",
        "January 11, 2026 at 10:30 am · 3 min read",
        "12 points by foo 3 hours ago | hide | 34 comments",
        "1.2k views · 3 days ago",
        "123 views",
        "12 comments",
        "3 min read",
        "Posted on Jan 3, 2026 10:30 a.m.",
        "12人赞了",
        "3 hours ago",
        "No comments",
        "Leave a comment",
        "作者:张三 2026-01-11 阅读(123) 评论(4)",
        "2026-01-11 10:30 作者：李四 浏览：99次",
        "发布于 2026-01-11",
        "阅读量：1.2万 · 评论 3",
        "5 条评论",
        "暂无评论",
        "3小时前",
        "コメント 3件",
        "조회수 123회 · 댓글 4개",
    ],
)
def test_a_byline_is_no_excerpt(line: str) -> None:
    assert is_byline(line)
    page = from_text(f"INCOMING TRANSMISSION\n\nLATEST UPDATES\n{line}\n{'An entry. ' * 20}\n")
    assert [block.kind for block in page.blocks][2:] == [BlockKind.OTHER, BlockKind.EXCERPT]


@pytest.mark.parametrize(
    "line",
    [
        "By the numbers",
        "By Jane",
        "Yesterday",
        "Now",
        "Views",
        "评论",
        "12 monkeys",
        "10 min workout",
        "100 likes is not enough",
        "3 reads for the weekend",
        "3 things I learned 10 years ago",
        "5 comments on the new law",
        "Comments are closed for good: why",
        "On 2026-01-11 we met",
        "Introducing Rust 2026",
        "2026-01-11 发布会回顾",
        "阅读 3 本书",
        "阅读笔记（3）",
        "3天前的地震",
        "Update 2026-01-11: fixed",
        "2020-02-30",
        "Jan 1, 0000",
        "",
    ],
)
def test_a_short_text_is_no_byline(line: str) -> None:
    assert not is_byline(line)


def test_a_long_line_is_no_byline() -> None:
    assert not is_byline("12 comments | " * 9 + "12 comments")
