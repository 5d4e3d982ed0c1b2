from collections.abc import Sequence
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from feedtool import explaining
from feedtool.errors import FeedtoolError, NotFoundError
from feedtool.explaining import Subject, explain, from_item, from_source, from_text, rivals
from feedtool.judging import pairs, rules
from feedtool.model import Change, MatchKind
from feedtool.reading import DEFAULT_READING
from feedtool.report import TruncationReport
from feedtool.report.comparison import Explanation
from feedtool.report.stored import VersionReport
from feedtool.stores.memory import MemoryArchive
from tests.pages import SAMPLES, articles, cut, excerpt, longer, seen, whole

ENTRY = articles()[3]
TEASER = cut(whole(ENTRY), 120)


def subjects(*texts: str) -> list[Subject]:
    return [Subject(f"text {i}", None, excerpt(text)) for i, text in enumerate(texts)]


def explained(before: str, after: str) -> Explanation:
    (only,) = explain(subjects(before), subjects(after))
    return only


@pytest.mark.parametrize(
    ("before", "after", "kind", "change", "rule"),
    [
        (ENTRY, ENTRY, MatchKind.EXACT, Change.IDENTICAL, rules.SAME_TEXT),
        (ENTRY, ENTRY.upper(), MatchKind.NORMALIZED, Change.REFORMATTED, rules.SAME_NORMAL_FORM),
        (ENTRY, TEASER, MatchKind.PREFIX, Change.SHORTENED, rules.SAME_BEGINNING),
        (ENTRY, longer(ENTRY), MatchKind.PREFIX, Change.EXTENDED, rules.SAME_BEGINNING),
        (ENTRY, ENTRY[:60] + ENTRY[63:], MatchKind.NEAR, Change.EDITED, rules.ONLY_EDIT),
    ],
)
def test_why_two_texts_are_one_article(
    before: str, after: str, kind: MatchKind, change: Change, rule: str
) -> None:
    found = explained(before, after)
    assert (found.same, found.kind, found.change, found.rule) == (True, kind, change, rule)
    assert (found.score == 1) is (kind is not MatchKind.NEAR)
    assert (found.second, found.rivals, found.floor) == (None, 0, pairs.FLOOR)


@pytest.mark.parametrize(
    ("before", "after", "rule"),
    [
        ("Release v1.2.3 is out", "Release v1.2.4 is out", rules.ONLY_NUMBERS),
        ("Node v0.1.10 is out", "Node v0.11.0 is out", rules.ONLY_NUMBERS),
        ("January: what is new, and why", "February: what is new, and why", rules.OTHER_NUMBER),
        (ENTRY, articles()[4], rules.BELOW_FLOOR),
        (ENTRY, ENTRY[:20] + "...", rules.SHORT_BEGINNING),
    ],
)
def test_why_two_texts_are_two_articles(before: str, after: str, rule: str) -> None:
    found = explained(before, after)
    assert (found.same, found.kind, found.change, found.rule) == (False, None, None, rule)


def test_where_two_texts_part() -> None:
    edited = ENTRY[:50] + "某某" + ENTRY[52:]
    found = explained(ENTRY, edited)
    assert found.first_difference == (50, 50)
    assert [(span.before, span.after) for span in found.changes] == [((50, 52), (50, 52))]
    assert explained(ENTRY, ENTRY).first_difference is None


def test_what_else_is_near_is_told() -> None:
    edited = ENTRY[:50] + "某某" + ENTRY[52:]
    other = Subject("other", None, excerpt(ENTRY[:50] + "甲乙" + ENTRY[52:]), asked=False)
    (found,) = explain([*subjects(ENTRY), other], subjects(edited))
    assert (found.same, found.rule, found.rivals) == (False, rules.NOT_CLEARLY_NEARER, 1)
    assert found.second is not None
    assert found.second > 0.99


def test_every_pair_that_is_asked_about_is_explained() -> None:
    olds, news = subjects(*articles()[:3]), subjects(*articles()[1:5])
    found = list(explain(olds, news))
    assert [(one.before.name, one.after.name) for one in found if one.same] == [
        ("text 1", "text 0"),
        ("text 2", "text 1"),
    ]
    assert len(found) == 12


def test_an_article_that_stands_twice_on_a_page_is_no_rival_of_itself() -> None:
    found = list(explain(subjects(TEASER, ENTRY, ENTRY), subjects(ENTRY, TEASER)))
    assert [one.same for one in found] == [True] * 6
    assert {one.rivals for one in found} == {0}
    edited = ENTRY[:50] + "某某" + ENTRY[52:]
    assert [one.same for one in explain(subjects(TEASER, ENTRY), subjects(edited))] == [True] * 2


def test_a_line_of_a_file_is_asked_about_beside_the_others() -> None:
    name = str(SAMPLES / "001.txt")
    shown = from_source(name, 7, DEFAULT_READING)
    assert [(one.name, one.asked) for one in shown][2:5] == [
        (f"{name}:6", False),
        (f"{name}:7", True),
        (f"{name}:8", False),
    ]
    (found,) = explain(shown, from_source(str(SAMPLES / "002.txt"), 9, DEFAULT_READING))
    assert (found.same, found.rule, found.rivals) == (True, rules.SAME_TEXT, 11)
    assert all(one.asked for one in from_source(name, None, DEFAULT_READING))


def test_a_line_without_an_excerpt_is_named(tmp_path: Path) -> None:
    with pytest.raises(NotFoundError, match=r"001\.txt:2: no excerpt stands there"):
        from_source(str(SAMPLES / "001.txt"), 2, DEFAULT_READING)
    empty = tmp_path / "empty"
    empty.write_text("INCOMING TRANSMISSION\n", encoding="utf-8")
    with pytest.raises(NotFoundError, match="empty: no excerpt stands there"):
        from_source(str(empty), None, DEFAULT_READING)


def test_a_text_is_judged_cut_by_itself() -> None:
    assert from_text("text", ENTRY).excerpt.truncation.truncated
    assert not from_text("text", "Release v1.2.3").excerpt.truncation.truncated


def version_report(text: str) -> VersionReport:
    found = excerpt(text).truncation
    told = TruncationReport(found.marker, found.length, found.cap, found.evidence)
    return VersionReport(text, found.truncated, told, None, (), ())


def test_stored_items_are_explained_beside_what_else_is_near() -> None:
    archive = MemoryArchive()
    story = "The monthly report of {} tells what is new, and thanks everybody who took part in it."
    texts = [story.format(name) for name in ("the parser", "the lexer", "the linter")]
    reports = seen(archive, *texts, articles()[0])
    one, two = (from_item(report.item, version_report(report.text)) for report in reports[:2])
    near = rivals(archive, "default", [one, two])
    assert [(rival.item, rival.asked) for rival in near] == [(reports[2].item, False)]
    (found,) = explain([one, *near], [two])
    assert (found.same, found.rivals) == (False, 1)
    assert (found.before.item, found.after.item) == (reports[0].item, reports[1].item)


TEXTS = [ENTRY, TEASER, ENTRY.upper(), longer(ENTRY), articles()[4]]
TEXTS += ["Release v1.2.3", "Release v1.2.4", "[公式]", ""]
PAGES = st.lists(st.sampled_from(TEXTS), max_size=5)


@given(PAGES, PAGES)
@settings(max_examples=60)
def test_what_is_the_same_has_a_kind_and_a_change(
    before: Sequence[str], after: Sequence[str]
) -> None:
    found = list(explain(subjects(*before), subjects(*after)))
    assert len(found) == len(before) * len(after)
    for one in found:
        assert (one.kind is not None) == (one.change is not None) == one.same
        assert one.rule
        assert 0 <= one.score <= 1
        assert one.same or one.before.text != one.after.text


def test_the_second_best_is_that_of_each_text_alone() -> None:
    texts = [ENTRY, ENTRY[:60] + ENTRY[63:], articles()[4], longer(articles()[4])]
    for new in texts:
        alone = [*explain(subjects(*texts), subjects(new))]
        together = [*explain(subjects(*texts), subjects(articles()[7], new))][len(texts) :]
        assert [one.second for one in together] == [one.second for one in alone]
        assert [one.score for one in together] == [one.score for one in alone]


def test_more_pairs_than_can_be_explained_are_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    texts = subjects(*(f"text {number}" for number in range(20)))
    line = [Subject(one.name, None, one.excerpt, one is texts[3]) for one in texts]
    monkeypatch.setattr(explaining, "MOST_PAIRS", 30)
    monkeypatch.setattr(explaining, "MOST_BESIDE", 450)
    explaining.refuse_many(texts, line)
    with pytest.raises(FeedtoolError, match="400 pairs are too many to explain; name a line"):
        explaining.refuse_many(texts, texts)
    with pytest.raises(FeedtoolError, match="pages of 40 and 20 excerpts are too long"):
        explaining.refuse_many([*line, *line[:20]], line)
