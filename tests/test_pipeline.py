import gzip
from collections.abc import Callable, Iterator, Sequence
from contextlib import AbstractContextManager
from dataclasses import replace
from datetime import datetime, timedelta
from itertools import count
from pathlib import Path
from random import Random
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from feedtool import fingerprint, pipeline, reporting
from feedtool.contents import parse
from feedtool.fingerprint import recipe
from feedtool.model import Change, MatchKind, Novelty
from feedtool.pipeline import ingest
from feedtool.reading import DEFAULT_READING, Reading
from feedtool.report import Failure, Summary, TransmissionReport
from feedtool.reporting import item_id
from feedtool.stores import Archive, Index
from feedtool.stores.memory import MemoryArchive
from feedtool.stores.overlay import Overlay
from feedtool.stores.sqlite import Store
from tests import factories
from tests.console import python
from tests.pages import (
    NOON,
    SAMPLE_NAMES,
    SAMPLES,
    articles,
    cut,
    longer,
    page,
    remembered,
    said,
    sample,
    seen,
    whole,
)

SAMPLE_PATHS = [str(SAMPLES / name) for name in SAMPLE_NAMES]
HEAD = "INCOMING TRANSMISSION\n\nLATEST UPDATES\n"
IDENTICAL = Change.IDENTICAL


def run(
    archive: Archive,
    names: Sequence[str],
    *,
    origin: str = "default",
    reading: Reading = DEFAULT_READING,
) -> list[TransmissionReport | Failure]:
    return list(ingest(names, archive, origin=origin, now=lambda: NOON, reading=reading))


def reports(archive: Archive, names: Sequence[str], **options: Any) -> list[TransmissionReport]:
    found = run(archive, names, **options)
    assert not [one for one in found if isinstance(one, Failure)]
    return [one for one in found if isinstance(one, TransmissionReport)]


def written(folder: Path, name: str, *texts: str) -> str:
    path = folder / name
    path.write_text(HEAD + "\n".join(texts), encoding="utf-8")
    return str(path)


# Reading many sources.


def test_the_samples_are_told_apart(store: Archive) -> None:
    counts = [report.summary for report in reports(store, SAMPLE_PATHS)]
    assert counts == [
        Summary(excerpts=12, new=12, repeated=0, truncated=12, completed=0, notes=0),
        Summary(excerpts=6, new=0, repeated=6, truncated=6, completed=0, notes=0),
        Summary(excerpts=12, new=7, repeated=5, truncated=11, completed=0, notes=1),
        Summary(excerpts=11, new=8, repeated=3, truncated=11, completed=0, notes=2),
    ]


def test_the_same_bytes_again_change_nothing(store: Archive) -> None:
    first = reports(store, SAMPLE_PATHS)
    counters = store.counters()
    again = reports(store, SAMPLE_PATHS)
    assert store.counters() == counters
    for before, after in zip(first, again, strict=True):
        assert (after.id, after.already_ingested, after.summary.new) == (before.id, True, 0)
        assert [one.text for one in after.excerpts] == [one.text for one in before.excerpts]
        assert [one.item for one in after.excerpts] == [one.item for one in before.excerpts]
        assert set(said(after.excerpts)) == {IDENTICAL}
        assert after.notes == before.notes
        assert store.report(before.id) == before
    assert [one.summary.repeated for one in again] == [12, 6, 12, 11]


def test_a_known_transmission_completes_nothing_again(store: Archive, tmp_path: Path) -> None:
    names = [
        written(tmp_path, "cut", articles()[3]),
        written(tmp_path, "whole", longer(articles()[3])),
    ]
    assert [one.summary.completed for one in reports(store, names)] == [0, 1]
    assert [one.summary.completed for one in reports(store, names)] == [0, 0]


def test_a_known_transmission_says_how_often_its_items_stand_in_the_store(store: Archive) -> None:
    reports(store, SAMPLE_PATHS)
    (again,) = reports(store, SAMPLE_PATHS[:1])
    matches = [one.match for one in again.excerpts if one.match]
    assert [match.times_seen for match in matches] == [1, 1, 1, 4, 4, 4, 1, 3, 3, 2, 1, 1]
    assert {match.rule for match in matches} == {reporting.SAME_BYTES}
    assert {match.first_seen.transmission for match in matches} == {1}


def test_bytes_that_stand_twice_in_one_reading_are_two_transmissions(
    store: Archive, tmp_path: Path
) -> None:
    a, b = written(tmp_path, "a", articles()[0]), written(tmp_path, "b", articles()[1])
    copy = written(tmp_path, "c", articles()[0])
    first = reports(store, [a, b, copy])
    assert [(one.id, one.already_ingested) for one in first] == [(1, False), (2, False), (3, False)]
    assert said(first[2].excerpts) == [IDENTICAL]
    again = reports(store, [a, b, copy])
    assert [(one.id, one.already_ingested) for one in again] == [(1, True), (2, True), (3, True)]
    assert [one.id for one in reports(store, [copy])] == [1]
    more = reports(store, [copy, a, a])
    assert [(one.id, one.already_ingested) for one in more] == [(1, True), (3, True), (4, False)]


def test_the_same_bytes_from_another_origin_are_another_transmission(store: Archive) -> None:
    (a,) = reports(store, SAMPLE_PATHS[:1], origin="a")
    (b,) = reports(store, SAMPLE_PATHS[:1], origin="b")
    assert (b.id, b.already_ingested, b.summary.repeated) == (2, False, 12)
    assert [one.item for one in a.excerpts] == [one.item for one in b.excerpts]


def test_a_source_that_fails_does_not_stop_the_others(store: Archive, tmp_path: Path) -> None:
    packed = gzip.compress((HEAD + articles()[1] + "\n" + HEAD + articles()[2]).encode())
    broken = tmp_path / "broken.gz"
    broken.write_bytes(packed[:-12])
    missing = str(tmp_path / "missing.txt")
    names = [SAMPLE_PATHS[0], missing, SAMPLE_PATHS[1], str(broken), SAMPLE_PATHS[2]]
    found = run(store, names)
    failures = [one for one in found if isinstance(one, Failure)]
    assert [one.source for one in failures] == [missing, str(broken)]
    assert [one.source for one in found if one not in failures and one.source in SAMPLE_PATHS] == [
        SAMPLE_PATHS[0],
        SAMPLE_PATHS[1],
        SAMPLE_PATHS[2],
    ]
    assert found[1] == failures[0]
    assert found.index(failures[1]) == len(found) - 2


def test_a_strict_reading_stores_nothing_of_a_source_with_a_warning(
    store: Archive, tmp_path: Path
) -> None:
    odd = written(tmp_path, "odd.txt", articles()[1], articles()[2] + "\0")
    text = (tmp_path / "odd.txt").read_text("utf-8")
    (tmp_path / "odd.txt").write_text(HEAD + articles()[3] + "\n" + text, encoding="utf-8")
    found = run(store, [SAMPLE_PATHS[0], odd, SAMPLE_PATHS[1]], reading=Reading(strict=True))
    assert [isinstance(one, Failure) for one in found] == [False, True, False]
    assert isinstance(found[1], Failure)
    assert "line 9, column" in found[1].reason
    assert "nul" in found[1].reason
    assert store.counters().transmission == 3
    lenient = run(store, [odd])
    assert [one.warnings != () for one in lenient if isinstance(one, TransmissionReport)] == [
        False,
        True,
    ]


def test_several_transmissions_of_a_source_are_pages_of_their_own(
    store: Archive, tmp_path: Path
) -> None:
    path = tmp_path / "many.txt"
    path.write_text(
        HEAD + "\n".join(articles()[:3]) + "\n" + HEAD + "\n".join(articles()[:3]), "utf-8"
    )
    first, second = reports(store, [str(path)])
    assert (said(first.excerpts), said(second.excerpts)) == ([Novelty.NEW] * 3, [IDENTICAL] * 3)
    assert [one.line for one in second.excerpts] == [10, 11, 12]
    assert [one.match and one.match.first_seen.line for one in second.excerpts] == [4, 5, 6]


def test_what_stands_in_sources_is_told_without_judging_it(tmp_path: Path) -> None:
    missing = str(tmp_path / "missing")
    found = list(parse([*SAMPLE_PATHS, missing]))
    assert [type(one) for one in found[-1:]] == [Failure]
    for path, parsed in zip(SAMPLE_PATHS, found, strict=False):
        assert not isinstance(parsed, Failure)
        text = parsed.lead + "".join([block.text + block.end for block in parsed.blocks])
        assert text.encode() == Path(path).read_bytes()
        assert len(parsed.excerpts) == sum(block.kind == "excerpt" for block in parsed.blocks)


# Transactions.


class Counted(MemoryArchive):
    """Counts the transactions that it is asked for."""

    def __init__(self) -> None:
        super().__init__()
        self.sizes: list[int] = []

    def transaction(self) -> AbstractContextManager[object]:
        """Count it."""
        self.sizes.append(0)
        return super().transaction()

    def add(self, entry: Any) -> None:
        """Count what is added in the last one."""
        self.sizes[-1] += 1
        super().add(entry)


def pages(folder: Path, number: int) -> list[str]:
    return [written(folder, f"{i:03}.txt", f"{i} {articles()[i % 27]}") for i in range(number)]


def test_small_transmissions_share_transactions_that_grow(tmp_path: Path) -> None:
    archive = Counted()
    found = list(ingest(pages(tmp_path, 60), archive, origin="", now=lambda: NOON))
    assert len(found) == 60
    assert archive.sizes[0] == 1
    assert len(archive.sizes) < 8
    assert sum(archive.sizes) == 60


@pytest.mark.parametrize("step", [1, 0, -3600])
def test_a_slow_source_does_not_hold_a_transaction(tmp_path: Path, step: int) -> None:
    """Whatever the clock on the wall does meanwhile."""
    archive = Counted()
    names, hours = pages(tmp_path, 9), count(step=step)
    wall: Callable[[], datetime] = lambda: NOON + timedelta(seconds=next(hours))  # noqa: E731
    seconds = map(float, count())
    slow = ingest(names, archive, origin="", now=wall, elapsed=lambda: next(seconds))
    assert len(list(slow)) == 9
    assert archive.sizes == [1] * 9


def test_long_pages_share_no_transaction(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A thousand excerpts of a megabyte would not fit into memory."""
    monkeypatch.setattr(pipeline, "PER_EXCERPT", 1)
    archive = Counted()
    names = pages(tmp_path, 9)
    long = [name for name in names if Path(name).stat().st_size >= 300]
    assert len(list(ingest(long, archive, origin="", now=lambda: NOON))) == len(long)
    assert max(archive.sizes) < 4
    assert sum(archive.sizes) == len(long) > 5


def test_a_run_that_is_broken_off_leaves_whole_transmissions(tmp_path: Path) -> None:
    names = pages(tmp_path, 30)
    with Store.open(str(tmp_path / "feeds.db"), create=True) as opened:
        begun = ingest(names, opened, origin="", now=lambda: NOON)
        for _ in range(8):
            next(begun)
        begun.close()  # type: ignore[attr-defined]
        kept = opened.counters().transmission - 1
        assert 1 <= kept <= 8
        assert [opened.report(number).summary.new for number in range(1, kept + 1)] == [1] * kept
        again = reports(opened, names, origin="")
        assert [one.already_ingested for one in again] == [True] * kept + [False] * (30 - kept)
        assert [one.summary.new for one in again] == [0] * kept + [1] * (30 - kept)


# Names of items.


def test_ids_are_those_of_the_first_text(store: Archive) -> None:
    text = articles()[3]
    (first,) = seen(store, text)
    (edited,) = seen(store, text[:50] + "某某" + text[52:])
    assert first.item == edited.item == item_id(fingerprint.digest(text)) == "vk5kobcue253wf4l"


def test_an_id_that_is_taken_gets_a_counter(store: Archive) -> None:
    text = articles()[3]
    name = item_id(fingerprint.digest(text))
    store.add(factories.fresh(store.counters(), "an item of this name", ids=[name]))
    (second,) = seen(store, text)
    assert second.item == f"{name}-2"
    assert [one.item for one in seen(store, text)] == [f"{name}-2"]
    other = MemoryArchive()
    other.add(factories.fresh(other.counters(), "one", "two", ids=[name, f"{name}-2"]))
    assert [one.item for one in seen(other, text)] == [f"{name}-3"]


@given(st.text(max_size=20))
def test_an_id_is_16_letters_of_base32(text: str) -> None:
    name = item_id(fingerprint.digest(text))
    assert len(name) == 16
    assert set(name) <= set("abcdefghijklmnopqrstuvwxyz234567")


# Origins.


def test_a_story_of_another_origin_is_the_same_item(store: Archive) -> None:
    text = articles()[3]
    (first,) = seen(store, text, origin="a")
    copies = {
        "same": text,
        "typography": text.upper(),
        "shorter": cut(whole(text), 200),
        "edited": text[:90] + "某" + text[91:],
        "whole": longer(text),
    }
    found = {name: seen(store, copy, origin=name)[0] for name, copy in copies.items()}
    assert {one.item for one in found.values()} == {first.item}
    assert {name: one.change for name, one in found.items()} == {
        "same": Change.IDENTICAL,
        "typography": Change.REFORMATTED,
        "shorter": Change.SHORTENED,
        "edited": Change.EDITED,
        "whole": Change.EXTENDED,
    }
    assert [one.match and one.match.times_seen for one in found.values()] == [1, 2, 3, 4, 5]
    assert {one.match and one.match.first_seen.transmission for one in found.values()} == {1}


def test_an_origin_that_has_a_story_judges_by_its_own_versions(store: Archive) -> None:
    text = articles()[3]
    edited = text[:90] + "某" + text[91:]
    seen(store, text, origin="a")
    seen(store, edited, origin="b")
    assert said(seen(store, text, origin="b")) == [Change.EDITED]
    assert said(seen(store, edited, origin="a")) == [Change.EDITED]
    assert said(seen(store, edited, text, origin="c"))[0] == Change.IDENTICAL


def test_an_item_is_completed_once_for_all_origins(store: Archive) -> None:
    text = articles()[3]
    seen(store, text, origin="a")
    (b,) = seen(store, longer(text), origin="b")
    (a,) = seen(store, longer(text), origin="a")
    (c,) = seen(store, longer(text), origin="c")
    assert [one.completed for one in (b, a, c)] == [True, False, False]
    assert (a.change, a.match and a.match.times_seen) == (Change.EXTENDED, 2)


def test_an_item_is_completed_once_on_a_page(store: Archive) -> None:
    text = articles()[3]
    seen(store, text)
    found = seen(store, longer(text), text, longer(text).upper())
    assert [one.completed for one in found] == [True, False, False]


def test_look_alikes_of_two_origins_stay_apart(store: Archive) -> None:
    story = "Release v1.2.{} is out now, with the fixes that you reported and the patches you sent."
    here = [story.format(3), "Monthly report, January 2026", articles()[4]]
    there = [story.format(4), "Monthly report, May 2026", articles()[5]]
    seen(store, *here, origin="a")
    found = seen(store, *there, origin="b")
    assert said(found) == [Novelty.NEW] * 3
    assert found[0].nearest is not None
    assert found[0].nearest.rule == "only numbers differ"


def test_a_copy_on_the_page_of_a_story_from_elsewhere_has_its_id(store: Archive) -> None:
    text = articles()[3]
    (first,) = seen(store, text, origin="a")
    found = seen(store, text, cut(whole(text), 200), text, origin="b")
    assert {one.item for one in found} == {first.item}
    assert said(found) == [Change.IDENTICAL, Change.SHORTENED, Change.IDENTICAL]
    assert [one.match and one.match.times_seen for one in found] == [1, 2, 3]


def test_times_seen_counts_earlier_sightings(store: Archive) -> None:
    text = articles()[3]
    seen(store, articles()[4], text)
    for earlier in (1, 2, 3):
        (found,) = seen(store, text)
        assert found.match is not None
        assert found.match.times_seen == earlier
        assert (found.match.first_seen.transmission, found.match.first_seen.line) == (1, 5)


# Every kind of store, and a dry run.

EDITS: list[Callable[[str], str]] = [
    lambda text: text,
    str.upper,
    longer,
    lambda text: cut(whole(text), 200),
    lambda text: cut(whole(text), 100),
    lambda text: text[:80] + "某某" + text[82:],
    lambda text: text[:180] + "某某" + text[182:],
    lambda text: "标题 " + text,
    lambda text: f"Release v1.2.{len(text) % 7 + ord(text[0]) % 5}",
    lambda text: "How to install " + text[:6],
    lambda text: text[:0] + "[公式]",
]
HISTORIES = st.lists(
    st.tuples(
        st.sampled_from(["a", "b", "c"]),
        st.lists(st.tuples(st.integers(0, 5), st.integers(0, len(EDITS) - 1)), max_size=6),
    ),
    max_size=8,
)


def played(
    index: Index, history: Sequence[tuple[str, Sequence[tuple[int, int]]]]
) -> Iterator[TransmissionReport]:
    for number, (origin, shown) in enumerate(history):
        texts = [EDITS[edit](articles()[i]) for i, edit in shown]
        yield remembered(index, page(*texts, source=f"{number}.txt"), origin=origin)


@given(HISTORIES)
@settings(max_examples=25)
def test_every_store_gives_the_same_reports(
    tmp_path_factory: pytest.TempPathFactory, history: Any
) -> None:
    path = tmp_path_factory.mktemp("store") / "feeds.db"
    with Store.open(str(path), create=True) as opened:
        in_file = list(played(opened, history))
    assert in_file == list(played(MemoryArchive(), history))


@given(HISTORIES, HISTORIES)
@settings(max_examples=40)
def test_a_dry_run_gives_the_reports_of_a_real_one(before: Any, after: Any) -> None:
    real, untouched = MemoryArchive(), MemoryArchive()
    list(played(real, before))
    list(played(untouched, before))
    counters = untouched.counters()
    assert list(played(Overlay(untouched), after)) == list(played(real, after))
    assert untouched.counters() == counters


FILES = st.lists(
    st.lists(st.tuples(st.integers(0, 4), st.integers(0, len(EDITS) - 1)), min_size=1, max_size=5),
    min_size=1,
    max_size=9,
)


@pytest.fixture
def in_columns(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let a few texts be what thousands are elsewhere."""
    import numpy  # noqa: F401 (columns are used where it is loaded)

    monkeypatch.setattr("feedtool.stores.overlay.MANY", 1)
    monkeypatch.setattr("feedtool.stores.sqlite.write.MANY", 1)


@pytest.mark.usefixtures("in_columns")
@given(FILES, st.sampled_from(["memory", "file"]))
@settings(max_examples=25, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_a_batch_in_columns_gives_the_reports_of_page_by_page(
    tmp_path_factory: pytest.TempPathFactory, files: Any, kind: str
) -> None:
    a_batch_is_as_its_pages(tmp_path_factory.mktemp("batch"), files, kind)


@given(FILES, st.sampled_from(["memory", "file"]))
@settings(max_examples=25)
def test_a_batch_gives_the_reports_of_page_by_page(
    tmp_path_factory: pytest.TempPathFactory, files: Any, kind: str
) -> None:
    a_batch_is_as_its_pages(tmp_path_factory.mktemp("batch"), files, kind)


def a_batch_is_as_its_pages(folder: Path, files: Any, kind: str) -> None:
    names = [
        written(folder, str(number), f"page {number}", *[EDITS[e](articles()[i]) for i, e in shown])
        for number, shown in enumerate(files)
    ]
    archive = MemoryArchive()
    by_page = list(page_by_page(names, archive))
    if kind == "memory":
        assert reports(MemoryArchive(), names) == by_page
        return
    with Store.open(str(folder / "feeds.db"), create=True) as opened:
        assert reports(opened, names) == by_page
        assert [opened.report(number) for number in range(1, len(names) + 1)] == by_page
        assert reports(opened, names[::-1]) == reports(archive, names[::-1])


def page_by_page(names: Sequence[str], archive: Archive) -> Iterator[TransmissionReport]:
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("feedtool.stores.overlay.MANY", 1000)
        for name in names:
            yield from reports(archive, [name])


@pytest.mark.usefixtures("in_columns")
def test_a_crowd_in_a_batch_in_columns_is_as_page_by_page(tmp_path: Path) -> None:
    random = Random(2)
    crowd = ["what every letter opens with, " * 3 + f"{random.random():.16f}" for _ in range(150)]
    crowd += [text[:95] + "77" + text[97:] for text in crowd[::3]]
    names = [written(tmp_path, f"{i:03}", *crowd[i : i + 4]) for i in range(0, len(crowd), 4)]
    expected = list(page_by_page(names, MemoryArchive()))
    assert sum(report.summary.capped for report in expected) > 100
    with Store.open(str(tmp_path / "feeds.db"), create=True) as opened:
        assert reports(opened, names) == expected


@pytest.mark.usefixtures("in_columns")
def test_a_batch_in_columns_leaves_out_what_is_known_and_can_be_a_dry_run(tmp_path: Path) -> None:
    texts = [edit(text) for text in articles()[:20] for edit in EDITS[::2]]
    names = [written(tmp_path, f"{i:03}", *texts[i : i + 3]) for i in range(0, len(texts), 3)]
    expected = MemoryArchive()
    with Store.open(str(tmp_path / "feeds.db"), create=True) as opened:
        assert reports(opened, names[::4]) == list(page_by_page(names[::4], expected))
        mixed = [*names[3::4], *names[::4], *names[2::4], *names[1::4]]
        dry = reports(Overlay(opened), mixed)
        assert reports(opened, mixed) == dry
    assert dry == list(page_by_page(mixed, expected))


def test_a_dry_run_over_a_file_gives_the_reports_of_a_real_one(tmp_path: Path) -> None:
    path = str(tmp_path / "feeds.db")
    names = [*SAMPLE_PATHS[1:], *pages(tmp_path, 20), SAMPLE_PATHS[0]]
    with Store.open(path, create=True) as opened:
        reports(opened, SAMPLE_PATHS[:1])
    with Store.open(path, readonly=True) as opened:
        dry = reports(Overlay(opened), names)
        assert opened.counters().transmission == 2
    with Store.open(path) as opened:
        assert reports(opened, names) == dry


def test_a_dry_run_does_not_see_what_others_write_meanwhile() -> None:
    text = articles()[3]
    base = MemoryArchive()
    seen(base, articles()[0])
    dry = Overlay(base)
    seen(base, text, articles()[4])
    assert said(seen(dry, text, articles()[0])) == [Novelty.NEW, IDENTICAL]
    assert said(seen(dry, text.upper(), articles()[5])) == [Change.REFORMATTED, Novelty.NEW]
    assert said(seen(dry, articles()[4], origin="b")) == [Novelty.NEW]


def test_a_dry_run_does_not_know_again_what_others_ingest_meanwhile() -> None:
    base = MemoryArchive()
    dry = Overlay(base)
    reports(base, SAMPLE_PATHS[:1])
    (found,) = reports(dry, SAMPLE_PATHS[:1])
    assert (found.already_ingested, found.summary.new) == (False, 12)


def test_a_dry_run_counts_its_own_pages_in_what_it_knows() -> None:
    real, base = MemoryArchive(), MemoryArchive()
    for archive in (real, base):
        reports(archive, SAMPLE_PATHS[:1])
    names = [*SAMPLE_PATHS[1:], SAMPLE_PATHS[0]]
    assert reports(Overlay(base), names) == reports(real, names)


def test_crowded_keys_mean_the_same_in_every_store(tmp_path: Path) -> None:
    template = "this is what every one of these letters opens with, whatever it goes on to say. "
    random = Random(1)
    crowd = [template + "".join(random.choices("abcdefgh ", k=60)) for _ in range(130)]
    edited = [text[:100] + "XY" + text[102:] for text in crowd]
    with Store.open(str(tmp_path / "feeds.db"), create=True) as opened:
        archives: list[Archive] = [opened, MemoryArchive()]
        found = [
            [seen(archive, *crowd[:70], origin="a") for archive in archives],
            [seen(archive, *crowd[60:], origin="b") for archive in archives],
            [seen(archive, *edited, origin="c") for archive in archives],
            [seen(archive, *edited, origin="a") for archive in archives],
        ]
    for in_file, in_memory in found:
        assert in_file == in_memory


# Small things.


def test_what_is_new_names_what_came_closest(store: Archive) -> None:
    story = "Release v1.2.{} is out now, with the fixes that you reported and the patches you sent."
    (known,) = seen(store, story.format(3))
    (found,) = seen(store, story.format(4))
    assert found.match is None
    assert found.nearest is not None
    assert (found.nearest.item, found.nearest.rule) == (known.item, "only numbers differ")
    (far,) = seen(store, articles()[0])
    assert far.nearest is None


def test_a_match_tells_the_spans_that_changed(store: Archive) -> None:
    text = articles()[3]
    seen(store, text)
    (found,) = seen(store, text[:50] + "某某" + text[52:])
    assert found.match is not None
    assert found.match.kind is MatchKind.NEAR
    assert [(span.op, span.before, span.after) for span in found.match.changes] == [
        ("replace", (50, 52), (50, 52))
    ]


def test_a_report_carries_notes_and_dates(store: Archive) -> None:
    report = reports(store, SAMPLE_PATHS)[3]
    dated = report.excerpts[9]
    assert (dated.category, dated.date, dated.section) == ("NLP", "2026-01-11", "LATEST UPDATES")
    assert [(note.line, note.kind.value) for note in report.notes] == [
        (13, "category"),
        (14, "date"),
    ]
    assert replace(report, excerpts=()) == replace(store.report(4), excerpts=())


def test_a_text_with_dots_of_its_own_that_shows_no_more_completes_nothing() -> None:
    archive = MemoryArchive()
    shown = sample("001.txt").excerpts[3]
    own_dots = replace(shown.truncation, truncated=False)
    respelt = replace(shown, text=shown.text.replace("[Math]", "[公式]"), truncation=own_dots)
    remembered(archive, sample("001.txt"))
    (report,) = remembered(archive, replace(sample("001.txt"), excerpts=(respelt,))).excerpts

    assert (report.change, report.truncated, report.completed) == ("reformatted", False, False)


def test_known_bytes_that_are_read_otherwise_are_warned_about(
    store: Archive, tmp_path: Path
) -> None:
    path = tmp_path / "page.txt"
    path.write_bytes((HEAD + "空洞卷积从字面上就很好理解").encode())
    reports(store, [str(path)])
    (again,) = reports(store, [str(path)], reading=Reading(encoding="latin-1"))

    assert (again.already_ingested, again.encoding) == (True, "utf-8")
    assert [(found.code, found.line) for found in again.warnings] == [("read-otherwise", 1)]
    (same,) = reports(store, [str(path)])
    assert same.warnings == ()


def test_a_report_says_where_a_crowd_was_too_large_to_look_at(store: Archive) -> None:
    opening = "Every one of these letters opens in the same way, whatever it goes on to say. "
    letters = [f"{opening}{article}" for article in articles()] * 3
    crowd = [f"{letter} {number}" for number, letter in enumerate(letters)]
    first = remembered(store, page(*crowd[: recipe.CAP]))
    then = remembered(store, page(crowd[recipe.CAP], articles()[0]))

    assert first.summary.capped == 0
    assert then.summary.capped == 1
    assert store.report(then.id).summary == then.summary


@pytest.mark.parametrize("pure_python", [False, True])
@pytest.mark.parametrize(("pages", "loaded"), [(3, False), (100, True)])
def test_many_texts_are_judged_in_bulk_whether_or_not_anything_is_compiled(
    pages: int, loaded: bool, pure_python: bool, tmp_path: Path
) -> None:
    """Page by page a million of them would take twice as long."""
    (tmp_path / "dump.txt").write_text(
        "".join(
            "INCOMING TRANSMISSION\nREADER VISIBLE EXCERPTS\n"
            + "".join(f"{page} {line} is a line of some letters\n" for line in range(12))
            for page in range(pages)
        )
    )
    script = (
        "import sys, feedtool\n"
        "for _ in feedtool.ingest(['dump.txt'], store='feeds.db'): pass\n"
        "print('numpy' in sys.modules, 'feedtool.gathering' in sys.modules,\n"
        "      'feedtool.stores.sqlite.columns' in sys.modules)\n"
    )
    found = python(script, tmp_path, pure_python=pure_python)
    assert found.split() == [str(loaded)] * 3
