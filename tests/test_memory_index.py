import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from feedtool.fingerprint import recipe
from feedtool.stores import Counters, Index
from feedtool.stores.memory import MemoryArchive, MemoryIndex
from feedtool.stores.overlay import Overlay
from tests.factories import fresh
from tests.pages import NOON, articles, longer, page, remembered, seen

TEXTS = articles()


def keys_of(index: Index, origin: str, text: str) -> list[int]:
    entry = fresh(Counters(1, 1, 1), text)
    return [key for key in entry.fingerprints[0].keys if key in index.postings(origin, [key])]


def test_numbers_go_on_from_where_an_index_starts() -> None:
    index = MemoryIndex(Counters(7, 20, 30))
    seen(index, *TEXTS[:3])
    assert index.counters() == Counters(8, 23, 33)
    seen(index, TEXTS[0], TEXTS[1].upper(), TEXTS[4])
    assert index.counters() == Counters(9, 24, 35)
    assert [index.versions([number])[number].item for number in range(30, 35)] == [
        20,
        21,
        22,
        21,
        23,
    ]


def test_a_known_key_tells_its_versions_in_order() -> None:
    index = MemoryIndex()
    text = TEXTS[3]
    seen(index, TEXTS[0], text)
    seen(index, text[:200] + "某" + text[201:])
    held = index.postings("default", keys_of(index, "default", text))
    assert {tuple(numbers) for numbers in held.values()} <= {(2,), (2, 3)}
    assert (2, 3) in {tuple(numbers) for numbers in held.values()}
    assert index.postings("elsewhere", list(held)) == {}
    assert index.postings("default", [12345]) == {}


def test_a_key_holds_its_first_texts_only() -> None:
    index = MemoryIndex()
    crowd = [f"{'The same template stands in front of it all. ' * 4}{i}" for i in range(80)]
    seen(index, *crowd, origin="a")
    seen(index, *[text + " more" for text in crowd], origin="b")
    sizes = [
        len(numbers) for numbers in index.postings("a", keys_of(index, "a", crowd[0])).values()
    ]
    assert max(sizes) == recipe.CAP
    elsewhere = index.postings_elsewhere("c", keys_of(index, "a", crowd[0]))
    assert max(map(len, elsewhere.values())) == recipe.CAP
    assert all(list(numbers) == sorted(numbers) for numbers in elsewhere.values())


def test_elsewhere_only_the_first_versions_of_items_are_told() -> None:
    index = MemoryIndex()
    text = TEXTS[3]
    seen(index, text, origin="a")
    seen(index, text[:200] + "某" + text[201:], origin="a")
    told = index.postings_elsewhere("b", keys_of(index, "a", text))
    assert {tuple(numbers) for numbers in told.values()} == {(1,)}
    assert index.postings_elsewhere("a", keys_of(index, "a", text)) == {}


def test_items_of_other_origins_answer_with_their_root() -> None:
    index = MemoryIndex()
    text = TEXTS[3]
    seen(index, text, origin="a")
    seen(index, text, origin="b")
    seen(index, longer(text), origin="c")
    assert index.counters().item == 4
    roots = index.items([1, 2, 3])
    assert {item.number for item in roots.values()} == {1}
    assert {(item.times_seen, item.whole) for item in roots.values()} == {(3, True)}
    assert index.taken([roots[3].id, "nobody"]) == {roots[3].id}


def test_an_archive_remembers_what_it_was_told() -> None:
    archive = MemoryArchive()
    report = remembered(archive, page(*TEXTS[:3]))
    assert archive.report(1) == report
    assert archive.known("default", report.sha256, 1) == 1
    assert archive.known("default", report.sha256, 0) is None
    assert archive.known("other", report.sha256, 1) is None
    seen(archive, TEXTS[1], TEXTS[1])
    assert [item.times_seen for item in archive.items_of(1)] == [1, 3, 1]
    archive.observe(1, NOON)
    with archive.transaction():
        seen(archive, TEXTS[5])
    assert archive.counters().transmission == 4


@pytest.mark.parametrize("numbers", [[], [1], [2, 1]])
def test_versions_come_by_number(numbers: list[int]) -> None:
    index = MemoryIndex()
    seen(index, *TEXTS[:3])
    assert {number: version.number for number, version in index.versions(numbers).items()} == {
        number: number for number in numbers
    }


# A dry run over another index.

STEPS = st.lists(
    st.tuples(st.sampled_from("ab"), st.lists(st.integers(0, 4), max_size=4)), max_size=5
)


@given(STEPS, STEPS)
@settings(max_examples=60)
def test_an_overlay_answers_as_its_base_would(
    before: list[tuple[str, list[int]]], after: list[tuple[str, list[int]]]
) -> None:
    base, grown = MemoryArchive(), MemoryArchive()
    for origin, shown in before:
        for archive in (base, grown):
            seen(archive, *[TEXTS[i] for i in shown], origin=origin)
    overlay = Overlay(base)
    for origin, shown in after:
        for index in (overlay, grown):
            seen(index, *[TEXTS[i].upper() for i in shown], origin=origin)
    counters = grown.counters()
    assert overlay.counters() == counters
    versions, items = range(1, counters.version), range(1, counters.item)
    assert overlay.versions(versions) == grown.versions(versions)
    assert overlay.items(items) == grown.items(items)
    ids = [item.id for item in grown.items(items).values()]
    assert overlay.taken([*ids, "nobody"]) == grown.taken([*ids, "nobody"])
    for text in TEXTS[:5]:
        keys = fresh(Counters(1, 1, 1), text).fingerprints[0].keys
        for origin in "abc":
            assert overlay.postings(origin, keys) == grown.postings(origin, keys)
            assert overlay.postings_elsewhere(origin, keys) == grown.postings_elsewhere(
                origin, keys
            )


def test_a_crowded_key_of_an_overlay_holds_no_more_than_one_of_its_base() -> None:
    base, grown = MemoryArchive(), MemoryArchive()
    crowd = [f"{'The same template stands in front of it all. ' * 4}{i}" for i in range(80)]
    for archive in (base, grown):
        seen(archive, *crowd[:40])
    overlay = Overlay(base)
    for index in (overlay, grown):
        seen(index, *crowd[40:])
    keys = keys_of(grown, "default", crowd[0])
    assert overlay.postings("default", keys) == grown.postings("default", keys)
