from collections import Counter
from collections.abc import Sequence
from itertools import combinations, pairwise
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from feedtool import differences
from feedtool.differences import diff
from feedtool.errors import InputError
from feedtool.model import Change
from feedtool.reading import Reading
from feedtool.report.comparison import DiffEntry, DiffReport
from tests.pages import SAMPLES, articles, cut, longer, whole

HEAD = "INCOMING TRANSMISSION\n\nLATEST UPDATES\n"
MIRRORED = {
    "added": "removed", "removed": "added", "extended": "shortened", "shortened": "extended",
}  # fmt: skip


def compared(folder: Path, before: Sequence[str], after: Sequence[str]) -> DiffReport:
    names = [str(folder / name) for name in ("before.txt", "after.txt")]
    for name, texts in zip(names, (before, after), strict=True):
        Path(name).write_text(HEAD + "\n".join(texts), encoding="utf-8")
    return diff(*names)


def told(report: DiffReport) -> list[tuple[str, bool]]:
    return [(entry.status, entry.moved) for entry in report.entries]


@pytest.mark.parametrize(
    ("before", "after", "counts"),
    [
        ("001.txt", "002.txt", {"removed": 6, "identical": 6}),
        ("002.txt", "001.txt", {"added": 6, "identical": 6}),
        ("003.txt", "004.txt", {"added": 8, "removed": 9, "identical": 3}),
        ("001.txt", "001.txt", {"identical": 12}),
    ],
)
def test_samples_side_by_side(before: str, after: str, counts: dict[str, int]) -> None:
    report = diff(str(SAMPLES / before), str(SAMPLES / after))
    assert Counter(entry.status for entry in report.entries) == counts
    assert report.summary.identical == counts["identical"]
    assert report.differs is (len(counts) > 1)


def test_every_status_is_told_once(tmp_path: Path) -> None:
    one, two, three, four, five, six, *_ = articles()
    after = [longer(one), two[:60] + "某某" + two[62:], three.upper(), cut(whole(four), 200), six]
    report = compared(tmp_path, [one, two, three, four, five], after)
    assert told(report) == [
        ("extended", False),
        ("edited", False),
        ("reformatted", False),
        ("shortened", False),
        ("added", False),
        ("removed", False),
    ]
    added, removed = report.entries[4:]
    assert (added.before, added.match, removed.after, removed.match) == (None,) * 4
    edited = report.entries[1].match
    assert edited is not None
    assert [(span.before, span.after) for span in edited.changes] == [((60, 62), (60, 62))]
    assert (report.before.excerpts, report.after.excerpts) == (5, 5)


def test_a_moved_entry_alone_is_no_difference(tmp_path: Path) -> None:
    first = articles()[:5]
    report = compared(tmp_path, first, [first[4], *first[:4]])
    assert told(report) == [("identical", True)] + [("identical", False)] * 4
    assert not report.differs
    assert report.summary.moved == 1


def test_a_tie_of_what_moved_goes_to_the_earlier_one(tmp_path: Path) -> None:
    one, two = articles()[:2]
    assert told(compared(tmp_path, [one, two], [two, one])) == [
        ("identical", False),
        ("identical", True),
    ]


@given(st.permutations(range(7)))
@settings(max_examples=200)
def test_what_moved_is_what_stands_out_of_the_longest_run(orders: list[int]) -> None:
    """Against brute force over all subsequences, ties to the earlier entries."""
    runs = [
        kept
        for size in range(len(orders), 0, -1)
        for kept in combinations(range(len(orders)), size)
        if all(orders[i] < orders[j] for i, j in pairwise(kept))
    ]
    longest = [kept for kept in runs if len(kept) == len(runs[0])]
    moved = differences._moved({i * 2: order for i, order in enumerate(orders)})
    assert moved == [i * 2 for i in range(len(orders)) if i not in min(longest)]


# Mirrors.

EDITS = [
    lambda text: text,
    lambda text: text,
    str.upper,
    longer,
    lambda text: cut(whole(text), 200),
    lambda text: cut(whole(text), 120),
    lambda text: text[:50] + "某某" + text[52:],
    lambda text: text[:220] + "某某" + text[222:],
    lambda text: "标题 " + text,
    lambda text: f"Release v1.2.{ord(text[0]) % 7}",
]
PAGES = st.lists(st.tuples(st.integers(0, 3), st.integers(0, len(EDITS) - 1)), max_size=9)


def shown(page: Sequence[tuple[int, int]]) -> list[str]:
    return [EDITS[edit](articles()[i]) for i, edit in page]


def mirror(entry: DiffEntry) -> tuple[object, ...]:
    match = entry.match and (entry.match.kind, entry.match.score, entry.match.second,
                             entry.match.rivals, entry.match.rule)  # fmt: skip
    return MIRRORED.get(entry.status, entry.status), entry.after, entry.before, match


def plain(entry: DiffEntry) -> tuple[object, ...]:
    match = entry.match and (entry.match.kind, entry.match.score, entry.match.second,
                             entry.match.rivals, entry.match.rule)  # fmt: skip
    return entry.status, entry.before, entry.after, match


@given(PAGES, PAGES)
@settings(max_examples=150)
def test_swapping_the_sides_mirrors_the_entries(
    tmp_path_factory: pytest.TempPathFactory,
    before: list[tuple[int, int]],
    after: list[tuple[int, int]],
) -> None:
    folder = tmp_path_factory.getbasetemp()
    there = compared(folder, shown(before), shown(after))
    back = compared(folder, shown(after), shown(before))
    assert Counter(map(mirror, back.entries)) == Counter(map(plain, there.entries))
    assert back.summary.moved == there.summary.moved
    assert back.differs == there.differs


@given(PAGES, PAGES)
@settings(max_examples=60)
def test_nothing_is_lost_between_the_sides(
    tmp_path_factory: pytest.TempPathFactory,
    before: list[tuple[int, int]],
    after: list[tuple[int, int]],
) -> None:
    report = compared(tmp_path_factory.getbasetemp(), shown(before), shown(after))
    texts = {entry.after.text for entry in report.entries if entry.after}
    assert texts <= set(shown(after))
    for entry in report.entries:
        assert entry.before or entry.after
        assert (entry.match is None) == (entry.before is None or entry.after is None)
        if entry.before and entry.after:
            same = entry.before.text == entry.after.text
            assert (entry.status == Change.IDENTICAL) is same
    positions = [entry.after.position for entry in report.entries if entry.after]
    assert positions == sorted(positions)
    counted = {name: getattr(report.summary, name) for name in report.summary.__slots__}
    counted.pop("moved")
    assert {k: v for k, v in counted.items() if v} == Counter(e.status for e in report.entries)


@given(PAGES)
@settings(max_examples=40)
def test_a_page_does_not_differ_from_itself(
    tmp_path_factory: pytest.TempPathFactory, page: list[tuple[int, int]]
) -> None:
    report = compared(tmp_path_factory.getbasetemp(), shown(page), shown(page))
    assert not report.differs
    assert report.summary.moved == 0


def test_a_teaser_and_its_entry_are_one_article(tmp_path: Path) -> None:
    entry, other = articles()[3:5]
    teaser = cut(whole(entry), 120)
    report = compared(tmp_path, [teaser, entry, other], [entry, teaser])
    assert told(report) == [("identical", False), ("removed", False)]
    assert [one.status for one in compared(tmp_path, [teaser], [entry]).entries] == ["extended"]


def test_an_edited_article_is_shown_by_its_entry(tmp_path: Path) -> None:
    entry = articles()[3]
    edited = entry[:60] + "某某" + entry[62:]
    before, after = [cut(whole(entry), 120), entry], [cut(whole(edited), 120), edited]
    (only,) = compared(tmp_path, before, after).entries
    assert (only.status, only.before and only.before.text) == ("edited", entry)
    assert (only.after and only.after.text) == edited


# Sources.


def test_several_transmissions_of_a_source_count_as_their_union(tmp_path: Path) -> None:
    both, one = tmp_path / "both", tmp_path / "one"
    both.write_text(HEAD + articles()[0] + "\n" + HEAD + articles()[1] + "\n", encoding="utf-8")
    one.write_text(HEAD + articles()[1] + "\n" + articles()[0] + "\n", encoding="utf-8")
    report = diff(str(both), str(one))
    assert [entry.status for entry in report.entries] == ["identical", "identical"]
    assert [entry.before and entry.before.line for entry in report.entries] == [8, 4]


def test_a_source_that_cannot_be_read_is_named(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="missing"):
        diff(str(SAMPLES / "001.txt"), str(tmp_path / "missing"))
    odd = tmp_path / "odd"
    odd.write_text(HEAD + "a\0b\n", encoding="utf-8")
    with pytest.raises(InputError, match="strict"):
        diff(str(odd), str(odd), reading=Reading(strict=True))
