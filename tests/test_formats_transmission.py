import gzip
import itertools
import random
from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import assume, example, given
from hypothesis import strategies as st

from feedtool import formats
from feedtool.errors import InputError
from feedtool.formats import dates, pagers
from feedtool.model import Transmission
from feedtool.sources import Limits, Source, open_source

SAMPLES = Path(__file__).parent.parent / "samples"
HAN = "概述众所周知尽管基于机制的模型有着良好并行性能但它空间和时间复杂度都是级别"


def long(seed: int) -> str:
    """Return an excerpt cut at 350, the same for a seed."""
    chosen = random.Random(seed)
    return "".join(chosen.choice(HAN) for _ in range(350)) + "..."


A, B, C, D = map(long, range(4))
FRAME = ("INCOMING TRANSMISSION", "", "LATEST UPDATES")


def page(*lines: str, frame: tuple[str, ...] = FRAME) -> Transmission:
    return formats.from_text("\n".join((*frame, *lines)))


def kinds(*lines: str, frame: tuple[str, ...] = FRAME) -> list[str]:
    """Return the kinds of all lines after the header."""
    return [block.kind.value for block in page(*lines, frame=frame).blocks][1:]


def kind_of(line: str, *, before: str = A, after: str = B) -> str:
    return kinds(before, line, after, C)[2]


def read(data: bytes, **how: str) -> list[Transmission]:
    return list(formats.read(formats.from_bytes(data), **how))


def warnings(data: bytes) -> list[tuple[str, int, int]]:
    return [
        (warning.code, warning.line, warning.column)
        for transmission in read(data)
        for warning in transmission.warnings
    ]


@pytest.mark.parametrize(
    ("name", "excerpts", "cut", "notes"),
    [
        ("001.txt", 12, 12, []),
        ("002.txt", 6, 6, []),
        ("003.txt", 12, 11, [(16, "pagination", "1 2")]),
        ("004.txt", 11, 11, [(13, "category", "NLP"), (14, "date", "2026-01-11")]),
    ],
)
def test_the_samples_are_read_as_they_are(
    name: str, excerpts: int, cut: int, notes: list[tuple[int, str, str]]
) -> None:
    with open_source(str(SAMPLES / name), Limits()) as source:
        (sample,) = formats.read(source)

    assert sample.raw == (SAMPLES / name).read_bytes() == sample.text.encode()
    assert (sample.input_format, sample.encoding, sample.warnings) == ("transmission", "utf-8", ())
    assert {excerpt.section for excerpt in sample.excerpts} == {"LATEST UPDATES"}
    assert len(sample.excerpts) == excerpts
    assert sum(excerpt.truncation.truncated for excerpt in sample.excerpts) == cut
    assert [(note.line, note.kind.value, note.text) for note in sample.notes] == notes


def test_a_category_and_a_date_belong_to_the_excerpt_that_follows() -> None:
    for lines in (("NLP", "2026-01-11"), ("2026-01-11", "NLP")):
        excerpts = page(A, *lines, B, C).excerpts
        assert [(excerpt.category, excerpt.date) for excerpt in excerpts] == [
            (None, None), ("NLP", "2026-01-11"), (None, None),
        ]  # fmt: skip


def test_excerpts_know_their_line_place_and_section() -> None:
    excerpts = page(A, "1 2", "", "MOST READ", B).excerpts
    assert [(excerpt.line, excerpt.position, excerpt.section) for excerpt in excerpts] == [
        (4, 1, "LATEST UPDATES"), (8, 2, "MOST READ"),
    ]  # fmt: skip


def test_a_category_does_not_reach_into_the_next_section() -> None:
    (_, excerpt) = page(A, "NLP", "2026-01-11", "", "MOST READ", B).excerpts
    assert (excerpt.category, excerpt.date) == (None, None)


@pytest.mark.parametrize(
    "label",
    [
        "NLP", "machine learning", "Core Data", "UIKit Dynamics", "scuba diving", "Objective-C",
        "Haskell Implementors' Workshop", "Haskell-jp Admins", "瞎折腾", "イベント", "release",
        "働き方", "並べ替え", "お金", "관리자", "참가자",
        "机器学习", "自然语言处理", "C++", "Node.js", "プログラミング", "머신러닝", "DevOps",
        "#python", "分类：算法", "お知らせ", "HTML5", "計算機",
    ],
)  # fmt: skip
def test_the_name_of_a_topic_in_front_of_an_excerpt_is_its_category(label: str) -> None:
    assert kind_of(label) == "category"
    assert kinds(A, label, "2026-01-11", B)[2:4] == ["category", "date"]


@pytest.mark.parametrize(
    "text",
    [
        "Introducing Rust", "小说卷① 钓", "Release v1.2.4", "Weekly 42", "Hello World",
        "Site moved", "今天没有更新内容", "我的第一篇文章", "这是一个测试", "Done.", "Why Go?",
        "Rust 1.80", "第42期", "2 + 2 = 4", "First post", "100 posts", "Next week", "Page two",
        "🎉🎉", "[公式]", "[Math] [Math]", "短い記事です", "안녕하세요", "恭喜发财", "Hmm…",
        "It's here", "v1.2.3", "Copyright law changes", "Read more books", "Understanding Monads",
        "\x1b[31m", "\udcff",
    ],
)  # fmt: skip
def test_a_short_complete_excerpt_stays_one(text: str) -> None:
    assert kind_of(text) == "excerpt"


def test_a_run_of_short_lines_is_a_list_of_titles() -> None:
    assert kinds(A, "Rust", "Haskell", B, C, D)[2:4] == ["excerpt", "excerpt"]


def test_a_label_with_nothing_after_it_speaks_for_itself() -> None:
    assert kinds(A, "NLP")[1:] == ["excerpt", "excerpt"]
    assert kinds(A, "NLP", "1 2")[1:] == ["excerpt", "excerpt", "pagination"]
    assert kinds("NLP", frame=FRAME[:1]) == ["excerpt"]


@pytest.mark.parametrize("between", [(), ("2026-01-11",)])
def test_on_a_page_of_headlines_short_lines_are_excerpts(between: tuple[str, ...]) -> None:
    titles = [
        "Rust 2024",
        "Core Data",
        "NLP",
        "小说卷① 钓",
        "Haskell",
        "Why we moved to Go",
        "日记",
    ]
    lines = [line for title in titles for line in (title, *between)]
    assert [kind for kind in kinds(*lines)[1:] if kind != "date"] == ["excerpt"] * 7
    assert kinds(*titles, frame=FRAME[:1]) == ["excerpt"] * 7


def test_one_long_line_among_headlines_makes_no_category() -> None:
    assert kinds("Rust", "Go news", "Python", "Haskell", A)[1:] == ["excerpt"] * 5


@pytest.mark.parametrize(
    "section",
    [
        "LATEST UPDATES", "最新更新", "最近の更新", "최신 글", "DERNIÈRES NOUVELLES",
        "Recent posts", "Последние обновления", "Latest Updates", "NEWS", "Neueste Beiträge",
        "Últimas noticias", "新着記事", "热门文章", "ΤΕΛΕΥΤΑΙΑ ΝΕΑ", "Senaste inläggen",
    ],
)  # fmt: skip
def test_sections_are_known_in_many_languages(section: str) -> None:
    for frame in ((FRAME[0], "", section), (FRAME[0], section), (FRAME[0], "", section, "")):
        transmission = page(A, B, frame=frame)
        assert [block.kind.value for block in transmission.blocks][1] == "section"
        assert {excerpt.section for excerpt in transmission.excerpts} == {section}


def test_a_heading_set_off_by_blank_lines_is_a_section() -> None:
    assert kinds("", A, B, frame=(FRAME[0], "", "Elsewhere on the web")) == [
        "section", "excerpt", "excerpt",
    ]  # fmt: skip


def test_a_page_may_have_no_section() -> None:
    transmission = page(A, B, frame=FRAME[:2])
    assert [excerpt.section for excerpt in transmission.excerpts] == [None, None]
    assert kinds("NLP", "2026-01-11", A, frame=FRAME[:2]) == ["category", "date", "excerpt"]


def test_capitals_within_a_list_of_capitals_are_no_section() -> None:
    assert kinds("RUST IS OUT", "GO IS OUT", "WE MOVED", frame=FRAME[:2]) == ["excerpt"] * 3


@pytest.mark.parametrize(
    "line",
    [
        "1 2", "« 1 2 … 9 »", "1 2 3 ... 40", "下一页", "Older posts", "上一页 1 2 3 下一页 末页",
        "1/9", "Page 2 of 9", "第 1 页", "共 9 页 首页 上一页", "前へ 1 2 3 次へ",
        "이전 1 2 3 다음", "← Older", "»", "Newer Posts Older Posts", "[1] 2 3 >",
        "Seite 2 von 9", "Next", "Page suivante", "1 | 2 | 3", "‹ 1 2 3 4 5 6 7 8 9 10 ›",
        "加载更多",
        "点击加载更多",
        "后一页",
        "次の10件",
        "Показать ещё",
    ],
)  # fmt: skip
def test_pagers_lead_to_other_pages(line: str) -> None:
    assert kind_of(line) == "pagination"
    assert kinds(A, line)[-1] == "pagination"


def test_a_lone_number_leads_to_another_page_only_under_the_list() -> None:
    assert kinds(A, "10")[-1] == "pagination"
    assert kinds(A, "10", "© 2026 A. Nonymous")[-2:] == ["pagination", "other"]
    assert kind_of("10") == "other"


@pytest.mark.parametrize(
    "line", ["-----", "* * *", "•", "© 2026 A. Nonymous", "(c) 2026 Me", "阅读全文", "Read more »"]
)
def test_what_only_decorates_is_no_excerpt(line: str) -> None:
    assert kind_of(line) == "other"


@pytest.mark.parametrize(
    ("line", "day"),
    [
        ("2026-01-11", "2026-01-11"), ("2012.07.01", "2012-07-01"), ("2026/1/11", "2026-01-11"),
        ("2026年1月11日", "2026-01-11"), ("2026年1月11日 星期日", "2026-01-11"),
        ("2026年1月11日（日）", "2026-01-11"), ("2026년 1월 11일", "2026-01-11"),
        ("2026년 1월 11일 일요일", "2026-01-11"), ("2026. 1. 11.", "2026-01-11"),
        ("Jan 11, 2026", "2026-01-11"), ("11 January 2026", "2026-01-11"),
        ("January 11th, 2026", "2026-01-11"), ("Sun, 11 Jan 2026 08:00:00 +0000", "2026-01-11"),
        ("Sun, 11 Jan 2026 23:30:00 -0800", "2026-01-11"), ("2026-01-11T08:00:00Z", "2026-01-11"),
        ("2026-01-11 08:00", "2026-01-11"), ("03/04/2026", "2026-03-04"),
        ("13/04/2026", "2026-04-13"), ("03.04.2026", "2026-04-03"), ("0001-01-01", "0001-01-01"),
        ("Jan 1, 0001", "0001-01-01"), ("Dec 31, 9999", "9999-12-31"),
        ("11. Januar 2026", "2026-01-11"), ("11 de enero de 2026", "2026-01-11"),
        ("1er janvier 2026", "2026-01-01"), ("11 января 2026 г.", "2026-01-11"),
    ],
)  # fmt: skip
def test_a_line_that_is_one_date_is_a_date(line: str, day: str) -> None:
    assert page(A, line, B).excerpts[1].date == day
    assert kind_of(line) == "date"


@pytest.mark.parametrize(
    "line",
    ["1 2", "10", "2026", "2026-02-30", "Feb 30, 2026", "31/31/2026", "0000-01-01", "May 2026",
     "11 things 2026", "2026-01-11 to 2026-01-12", "Jan 11", "2026-1", "May 1, 20261",
     "Mayday 1, 2026", "11 foo 2026"],
)  # fmt: skip
def test_what_is_no_whole_date_is_none(line: str) -> None:
    assert dates.iso_date(line) is None


def test_several_transmissions_are_parted_at_their_headers() -> None:
    text = "\n \ufeff\n" + "\n".join((*FRAME, A, "", "  INCOMING TRANSMISSION\u200b \r", B)) + "\n"
    first, second = read(text.encode())

    assert first.raw + second.raw == text.encode()
    assert first.lead == "\n \ufeff\n"
    assert [excerpt.text for excerpt in first.excerpts] == [A]
    assert [(excerpt.text, excerpt.line) for excerpt in second.excerpts] == [(B, 9)]
    assert second.blocks[0].line == 8


def test_lines_before_the_first_header_are_a_transmission_with_a_warning() -> None:
    data = "\n".join(("", A, *FRAME, B)).encode()
    first, second = read(data)

    assert first.input_format == "transmission"
    assert [excerpt.text for excerpt in first.excerpts] == [A]
    assert [(w.code, w.line, w.column) for w in first.warnings] == [("lines-before-header", 2, 1)]
    assert second.warnings == ()


def test_a_header_inside_a_line_is_text() -> None:
    assert len(read(f"{A} INCOMING TRANSMISSION\n{B}".encode())) == 1


def test_a_header_far_down_is_found() -> None:
    data = (f"{A}\n" * 300 + "INCOMING TRANSMISSION\n" + B).encode()
    assert [item.input_format for item in read(data)] == ["transmission"] * 2


def test_transmissions_come_one_at_a_time() -> None:
    """A source without end is read as it comes."""

    def endless() -> Iterator[bytes]:
        while True:
            yield "\n".join((*FRAME, A, B, "")).encode()

    transmissions = formats.read(Source("endless", endless()))
    assert [next(transmissions).blocks[0].line for _ in range(3)] == [1, 6, 11]


def test_what_was_whole_in_a_cut_archive_comes_before_the_error(tmp_path: Path) -> None:
    pages = ["\n".join((*FRAME, *map(long, range(9 * n, 9 * n + 9)), "")) for n in range(60)]
    (tmp_path / "a.gz").write_bytes(gzip.compress("".join(pages).encode())[:-4000])
    seen = []
    with open_source(str(tmp_path / "a.gz"), Limits()) as source:
        transmissions = formats.read(source)
        with pytest.raises(InputError, match="ends too early"):  # noqa: PT012
            while True:
                seen.append(next(transmissions).text)
    assert len(seen) > 10
    assert seen == pages[: len(seen)]


def test_a_transmission_is_bounded() -> None:
    source = formats.from_bytes(b"INCOMING TRANSMISSION\n" + b"x" * 5000, "big", Limits(
        max_transmission=1000
    ))  # fmt: skip
    with pytest.raises(InputError, match="--max-transmission"):
        list(formats.read(source))


@pytest.mark.parametrize("lead", ["INCOMING TRANSMISSION\n\n", "", "a\n" * 2_000_000])
def test_the_lines_of_a_transmission_are_bounded(lead: str) -> None:
    data = (lead + f"{A}\n\n" * 1001).encode()
    with pytest.raises(InputError, match="more than 1,000 lines; raise --max-lines"):
        list(formats.read(formats.from_bytes(data, limits=Limits(max_lines=1000))))


def test_what_came_before_too_many_lines_is_there() -> None:
    data = b"INCOMING TRANSMISSION\na\nINCOMING TRANSMISSION\na\nb\nc\n"
    found = formats.read(formats.from_bytes(data, limits=Limits(max_lines=3)))
    assert len(next(found).excerpts) == 1
    with pytest.raises(InputError):
        next(found)


@pytest.mark.parametrize("byte", [b"\0", b"\x01", b"\x8f\x02"])
def test_what_is_no_text_is_refused_without_reading_on(byte: bytes) -> None:
    """A device goes on for ever."""
    with pytest.raises(InputError, match="binary"):
        list(formats.read(Source("/dev/zero", itertools.repeat(byte * 10_000))))


@pytest.mark.parametrize("size", [40_000, 70_000, 300_000])
def test_a_long_text_has_the_lines_that_it_has(size: int) -> None:
    """They are told apart a megabyte at a time."""
    texts = [str(number) * 20 for number in range(20_000)] + ["x" * size * 10] * 3 + [A]
    (found,) = read("\n".join(texts).encode(), input_format="lines")
    assert [block.text for block in found.blocks] == texts
    assert [block.line for block in found.blocks] == list(range(1, len(texts) + 1))


def test_carriage_returns_belong_to_the_line_end() -> None:
    (transmission,) = read("\r\n".join((*FRAME, A, B)).encode() + b"\r\n\r\n")
    assert transmission.excerpts[1].text == B
    assert transmission.blocks[-1].end == "\r\n\r\n"


def test_a_byte_order_mark_is_kept_and_says_nothing() -> None:
    data = b"\xef\xbb\xbf" + "\n".join((*FRAME, A)).encode()
    (transmission,) = read(data)
    assert transmission.text.encode() == transmission.raw == data
    assert [block.kind.value for block in transmission.blocks] == ["header", "section", "excerpt"]


def test_zero_width_characters_make_no_line() -> None:
    assert kinds(A, "\u200b\ufeff ", B)[1:] == ["excerpt", "excerpt"]


def test_nul_is_kept_and_warned_about() -> None:
    data = b"INCOMING TRANSMISSION\n\nab\0c\0\n"
    assert warnings(data) == [("nul", 3, 3)]


def test_bad_bytes_are_kept_and_warned_about() -> None:
    data = "\n".join((*FRAME, A)).encode() + "\n中文".encode()[:-1] + b"...\n"
    (transmission,) = read(data)
    assert transmission.encoding == "utf-8"
    assert transmission.text.encode("utf-8", "surrogateescape") == data
    assert warnings(data) == [("undecodable-bytes", 5, 2)]


def test_a_source_with_nothing_in_it_is_an_empty_transmission() -> None:
    for data in (b"", b"\n \n", "\ufeff\u200b".encode()):
        (transmission,) = read(data)
        assert (transmission.raw, transmission.blocks, transmission.excerpts) == (data, (), ())
        assert [warning.code for warning in transmission.warnings] == ["empty"]


def test_a_header_with_nothing_under_it_is_a_page_without_excerpts() -> None:
    (transmission,) = read(b"INCOMING TRANSMISSION\n")
    assert (transmission.excerpts, transmission.warnings) == ((), ())


@pytest.mark.parametrize("encoding", ["utf-16", "utf-16-le", "utf-16-be", "utf-32", "cp037"])
def test_wide_encodings_are_parted_too(encoding: str) -> None:
    text = "\n".join((*FRAME, A, "", *FRAME, B)) if encoding != "cp037" else "\n".join(FRAME * 2)
    data = text.encode(encoding)
    how = {"encoding": encoding} if encoding == "cp037" else {}
    transmissions = read(data, **how)

    assert len(transmissions) == 2
    assert b"".join(item.raw for item in transmissions) == data
    assert "".join(item.text for item in transmissions).lstrip("\ufeff") == text
    assert all(item.text.encode(item.encoding) == item.raw for item in transmissions)


def test_the_encoding_is_chosen_for_each_transmission() -> None:
    text = "\n".join((*FRAME, A, ""))
    first, second = read(text.encode() + text.encode("gb18030"))
    assert (first.encoding, second.encoding) == ("utf-8", "gb18030")
    assert first.excerpts[0].text == second.excerpts[0].text == A


def test_a_format_may_be_forced() -> None:
    (forced,) = read(f"{A}\n{B}".encode(), input_format="transmission")
    assert (forced.input_format, len(forced.excerpts)) == ("transmission", 2)
    with pytest.raises(InputError, match="no format"):
        read(b"", input_format="rss")


PIECES = st.sampled_from(
    ["INCOMING TRANSMISSION", "\n", "\r\n", "\r", " ", "\ufeff", "\u200b", "\0", "NLP", "1 2", "…",
     "2026-01-11", "LATEST UPDATES", "\n\n", "一二三" * 30, "...", "\u2028", "\x1c", "\x85", "©"]
)  # fmt: skip
TEXTS = st.lists(st.one_of(PIECES, st.text(max_size=5))).map("".join)


@given(TEXTS)
def test_no_character_is_lost(text: str) -> None:
    data = text.encode("utf-8", "surrogatepass")
    transmissions = read(data, input_format="transmission")

    assert b"".join(item.raw for item in transmissions) == data
    for item in transmissions:
        assert item.text.encode("utf-8", "surrogateescape") == item.raw


@given(TEXTS)
def test_every_line_that_says_something_is_in_one_block(text: str) -> None:
    data = text.encode("utf-8", "replace")
    found = read(data, input_format="transmission")
    inside = any(one.code == "header-inside-line" for item in found for one in item.warnings)
    assume(not inside)
    lines = data.decode().split("\n")
    blocks = [block for item in found for block in item.blocks]

    for block in blocks:
        assert lines[block.line - 1].removesuffix("\r") == block.text
    said = {number for number, line in enumerate(lines, 1) if line.strip().strip("\ufeff\u200b")}
    assert said <= {block.line for block in blocks}
    assert len({block.line for block in blocks}) == len(blocks)


@given(TEXTS, st.sampled_from(["utf-16-le", "utf-16-be", "utf-32-le"]))
def test_a_wide_text_comes_apart_as_a_narrow_one(text: str, encoding: str) -> None:
    data = f"\ufeff\n{text}".encode("utf-8", "replace")
    wide = data.decode().encode(encoding)
    both = [
        [
            (found.text, found.warnings, found.excerpts)
            for found in read(one, input_format="transmission")
        ]
        for one in (data, wide)
    ]
    assert both[0] == both[1]


@given(TEXTS)
def test_excerpts_are_the_blocks_that_are_excerpts(text: str) -> None:
    for item in read(text.encode("utf-8", "replace"), input_format="transmission"):
        blocks = [block for block in item.blocks if block.kind.value == "excerpt"]
        assert [excerpt.text for excerpt in item.excerpts] == [block.text for block in blocks]
        assert [excerpt.line for excerpt in item.excerpts] == [block.line for block in blocks]
        assert [excerpt.position for excerpt in item.excerpts] == list(range(1, len(blocks) + 1))


@given(st.binary(max_size=300), st.booleans())
@example(b"\xff\xfe" + "INCOMING TRANSMISSION\n".encode("utf-16-le") + b"\x00\xd8\n", False)
@example(b"\xff\xfe\x00\x00\x41", True)
def test_any_bytes_are_read_or_refused(data: bytes, headed: bool) -> None:
    data = b"INCOMING TRANSMISSION\n" + data if headed else data
    try:
        transmissions = read(data)
    except InputError:
        return
    assert b"".join(item.raw for item in transmissions) == data


@given(TEXTS, st.lists(st.integers(1, 7)))
def test_how_the_bytes_come_in_says_nothing(text: str, sizes: list[int]) -> None:
    data = text.encode("utf-8", "replace")
    pieces, start = [], 0
    for size in sizes:
        pieces.append(data[start : start + size])
        start += size
    source = Source("-", [*pieces, data[start:]])
    found = list(formats.read(source, input_format="transmission"))
    assert found == read(data, input_format="transmission")


@given(st.text(alphabet="0123456789./-: 年月日JanMyTZ,+", max_size=80))
def test_no_line_upsets_the_dates(line: str) -> None:
    found = dates.iso_date(line)
    assert found is None or len(found) == 10


@pytest.mark.parametrize(
    "line", ["1 " * 500_000, " " * 1_000_000 + "x", "« " * 70 + "x", "-" * 1_000_000, "第" * 150]
)
def test_long_lines_are_told_quickly(line: str) -> None:
    pagers.is_pager(line)
    dates.iso_date(line)
    assert len(page(A, line, B).blocks) == 5


@pytest.mark.parametrize("blank", ["", "\r", " ", "\u200b"])
def test_a_million_blank_lines_belong_to_the_line_before_them(blank: str) -> None:
    gap = f"{blank}\n" * 1_000_000
    (found,) = read(("\n".join((*FRAME, A)) + "\n" + gap + B).encode())
    assert [(block.text, len(block.end)) for block in found.blocks[-2:]] == [
        (A, 1 + len(gap)),
        (B, 0),
    ]
    assert found.excerpts[-1].line == 1_000_005


@pytest.mark.parametrize("encoding", ["utf-8", "utf-16", "gb18030"])
@pytest.mark.parametrize("end", ["\n", "\r\n"])
def test_dumps_without_a_last_line_end_come_apart_again(encoding: str, end: str) -> None:
    first = end.join((*FRAME, A, "1 2"))
    second = end.join((*FRAME, B, C))
    data = (first + second).encode(encoding)

    found = read(data)

    assert b"".join(transmission.raw for transmission in found) == data
    assert [transmission.text.lstrip("\ufeff") for transmission in found] == [first, second]
    assert [excerpt.line for transmission in found for excerpt in transmission.excerpts] == [
        4,
        8,
        9,
    ]
    assert warnings(data) == [("header-inside-line", 5, 4)]


def test_dumps_come_apart_wherever_their_bytes_are_cut() -> None:
    pages = ["\n".join((*FRAME, *lines)).encode() for lines in ((A, B), ("x",), (C,))]
    data = b"".join(pages)
    for size in (1, 7, 30, 1000):
        pieces = (data[at : at + size] for at in range(0, len(data), size))
        assert [found.raw for found in formats.read(Source("-", pieces))] == pages


@pytest.mark.parametrize(
    "text",
    [
        "\n".join((*FRAME, A, "Now read: INCOMING TRANSMISSION", "", B, C)),
        "\n".join((*FRAME, A, "【视频】INCOMING TRANSMISSION", B, C)),
        "\n".join((*FRAME, A, B, "【视频】INCOMING TRANSMISSION")),
        "\n".join((*FRAME, A, B, "【视频】INCOMING TRANSMISSION", "")),
    ],
)
@pytest.mark.parametrize("encoding", ["utf-8", "utf-16"])
def test_an_entry_may_end_in_the_words_of_a_header(text: str, encoding: str) -> None:
    (found,) = read(text.encode(encoding))
    assert len(found.excerpts) >= 3
    assert found.warnings == ()
