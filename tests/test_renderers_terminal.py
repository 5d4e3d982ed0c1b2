import re
import tracemalloc
from collections.abc import Callable

import pytest
from hypothesis import given
from hypothesis import strategies as st
from rich.cells import cell_len

from feedtool.changing import changes
from feedtool.model import BlockKind, Change, MatchKind, Novelty, Place
from feedtool.renderers import FULL, NORMAL, Paper, lines, terminal
from feedtool.renderers.safety import shown
from feedtool.report import (
    ExcerptReport,
    IngestSummary,
    MatchReport,
    NearestReport,
    NoteReport,
    Summary,
    TransmissionReport,
    TruncationReport,
)

SGR = re.compile(r"\x1b\[[0-9;]*m")
CHINESE = "摘掉Softmax 制约Attention性能的关键因素,其实是定义里边的Softmax!" * 4
ANY_TEXT = st.text(st.characters(exclude_categories=[]), max_size=60)


def excerpt(line: int, text: str, change: Change | None = None, score: float = 1) -> ExcerptReport:
    place = Place(1, "old.txt", 7)
    match = MatchReport(MatchKind.NEAR, score, 0.25, 2, "an edit", (), place, 3)
    return ExcerptReport(
        line=line,
        position=line,
        section=None,
        category=None,
        date=None,
        rank=None,
        count=None,
        item="abcdefghijklmnop",
        novelty=Novelty.REPEATED if change else Novelty.NEW,
        change=change,
        truncated=text.endswith("..."),
        completed=False,
        truncation=TruncationReport("...", 350, 350, "marker at the cap"),
        match=match if change else None,
        nearest=None if change else NearestReport("qrstuvwxyzabcdef", 0.4, "too little in common"),
        text=text,
    )


def page(*excerpts: ExcerptReport, notes: tuple[NoteReport, ...] = ()) -> TransmissionReport:
    counts = Summary(len(excerpts), 1, len(excerpts) - 1, 0, 0, len(notes))
    return TransmissionReport(
        3, "new.txt", "default", "transmission", "utf-8", "0" * 64, "2026-01-11T08:00:00Z",
        False, excerpts, notes, (), counts,
    )  # fmt: skip


PAGE = page(
    excerpt(4, CHINESE + "..."),
    excerpt(15, CHINESE, Change.EDITED, 0.97),
    excerpt(117, "[Math] [bold] :smile: 💡", Change.IDENTICAL),
    notes=(NoteReport(16, BlockKind.PAGINATION, "1 2"),),
)


def written(
    render: Callable[[Paper], None], width: int = 80, colored: bool = False, verbosity: int = NORMAL
) -> list[str]:
    pieces: list[str] = []
    render(Paper(pieces.append, width, colored, verbosity))
    return "".join(pieces).splitlines()


def rendered(paper: Paper) -> None:
    terminal.Ingest(paper, "s.db", dry_run=False, detailed=True).transmission(PAGE)


def test_columns_line_up_whatever_the_script() -> None:
    rows = [row for row in written(rendered) if "abcdefgh" in row]
    assert [cell_len(row[: row.index("abcdefgh")]) for row in rows] == [22] * 3
    starts = [row.index(text) for row, text in zip(rows, ("摘", "摘", "[Math]"), strict=True)]
    assert len({cell_len(row[:start]) for row, start in zip(rows, starts, strict=True)}) == 1


@pytest.mark.parametrize("width", [64, 80, 81, 200])
def test_rows_fit_and_use_the_width(width: int) -> None:
    rows = written(rendered, width)[2:]
    assert max(cell_len(row) for row in rows) in (width - 1, width)


def test_without_colour_everything_is_still_said() -> None:
    for verbosity in (NORMAL, FULL):
        plain = written(rendered, verbosity=verbosity)
        painted = written(rendered, colored=True, verbosity=verbosity)
        assert painted != plain
        assert [SGR.sub("", row) for row in painted] == plain


def test_a_line_starts_and_ends_without_colour() -> None:
    for row in written(rendered, colored=True):
        open_, close = row.count("\x1b["), row.count("\x1b[0m")
        assert open_ == 2 * close


def test_reasons_are_told_on_demand() -> None:
    text = " ".join(" ".join(written(rendered, 200, verbosity=FULL)).split())
    assert "nearest is qrstuvwx with 0.40: too little in common; cut: marker at the cap" in text
    assert "near match: an edit; seen 3 times before; the next best of 2 scored 0.25" in text


def test_a_note_stands_in_its_place() -> None:
    rows = written(rendered)[2:]
    assert [row.split()[0] for row in rows] == ["4", "15", "16", "117"]


def test_nearly_equal_is_not_shown_as_equal() -> None:
    close = page(excerpt(4, "text", Change.EDITED, 0.9999))
    rows = written(lambda paper: terminal.Ingest(paper, None, False, True).transmission(close))
    assert " 0.99 " in rows[2]


def test_a_run_of_one_page_does_not_repeat_its_counts() -> None:
    def run(paper: Paper) -> None:
        ingest = terminal.Ingest(paper, "s.db", dry_run=False, detailed=True)
        ingest.transmission(PAGE)
        ingest.end(IngestSummary(transmissions=1, excerpts=3, new=1, repeated=2))

    assert len(written(run)) == 2 + 4


def test_differences_are_marked_as_git_marks_words() -> None:
    before, after = "The cat sat on the mat", "The dog sat on the mat!"
    plain = lines.differences(before, after, changes(before, after), colored=False)
    assert "".join(text for text, _ in plain) == "The [-cat-]{+dog+} sat on the mat{+!+}"
    painted = lines.differences(before, after, changes(before, after), colored=True)
    assert ("cat", "deleted") in painted
    assert ("dog", "inserted") in painted


def test_long_equal_stretches_are_counted_instead() -> None:
    before, after = "a" * 500 + "x" + "b" * 500, "a" * 500 + "y" + "b" * 500
    line = lines.differences(before, after, changes(before, after), colored=False)
    text = "".join(text for text, _ in line)
    assert text == "…(476)…" + "a" * 24 + "[-x-]{+y+}" + "b" * 24 + "…(476)…"


ODD = [
    *("a", " ", "中", "é", "e\u0301", "\u0301" * 12, "\u200d", "👩", "\ufe0f", "🏽", "\r\n", "\r"),
    *("\x1b", "한", "\u1100", "🇩", "\ud800", "x" * 9),
]


@given(st.lists(st.sampled_from(ODD), max_size=60).map("".join), st.integers(2, 30))
def test_a_text_is_cut_as_if_all_of_it_were_looked_at(text: str, width: int) -> None:
    whole = shown(text)
    fits = next(n for n in range(len(whole), -1, -1) if lines.cells(whole[:n]) < width)
    expected = whole if lines.cells(whole) <= width else whole[:fits] + "…"
    assert lines.cut(text, width) == expected


@given(ANY_TEXT, st.integers(4, 50))
def test_a_cut_text_fits(text: str, width: int) -> None:
    row = lines.cut(text, width)
    assert cell_len(row) <= width
    assert "\n" not in row


@given(ANY_TEXT, st.integers(12, 50))
def test_wrapping_loses_nothing_but_spaces(text: str, width: int) -> None:
    rows = list(lines.text_lines(text, width, "  "))
    joined = ["".join(part for part, _ in row) for row in rows]
    assert all(cell_len(row) <= width for row in joined)
    shown = "".join(lines.shown_lines(text))
    assert "".join(joined).replace(" ", "") == shown.replace(" ", "")


@given(ANY_TEXT, ANY_TEXT)
def test_differences_lead_from_one_text_to_the_other(before: str, after: str) -> None:
    line = lines.differences(before, after, changes(before, after), colored=True)
    kept = "".join(text for text, style in line if style != "deleted" and not text.startswith("…("))
    if len(after) < 72 and lines.shown(after) == after:
        assert kept == after


@pytest.mark.parametrize("text", ["word " * 20_000, "漢" * 50_000, " " * 10**6, "x" * 10**5])
def test_a_book_is_wrapped_a_row_at_a_time(text: str) -> None:
    """As characters with a style, all at once, it took a hundred times its size."""
    line = [(text, "odd")]
    tracemalloc.start()
    rows = sum(1 for _ in lines.wrapped(line, 60, "  "))
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert rows >= len(text.strip()) // 60
    assert peak < 1 << 20
