"""The laws of a corpus: it is judged as a store would be fed, page after page."""

import os
import pickle
import signal
from collections.abc import Sequence
from contextlib import closing
from datetime import UTC, datetime
from random import Random
from time import monotonic, sleep

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from feedtool import finding, fingerprint, pipeline
from feedtool.corpus import crew, verdicts
from feedtool.corpus.columns import Corpus
from feedtool.corpus.notes import KINDS, Verdicts
from feedtool.corpus.pages import _Lately
from feedtool.corpus.relations import CHANGES
from feedtool.corpus.sketches import batch, shared, sketch
from feedtool.corpus.spool import Spool, TextFile, Texts
from feedtool.errors import CrewError
from feedtool.fingerprint import recipe
from feedtool.model import Version
from feedtool.report import ExcerptReport
from feedtool.reporting import rounded
from feedtool.stores.memory import MemoryIndex
from tests.factories import excerpt, page
from tests.pages import articles

START = datetime(2026, 1, 1, tzinfo=UTC)

Page = Sequence[str]


def judged(origins: Sequence[Sequence[Page]], *, on_disk: bool = False) -> Verdicts:
    corpus = Corpus(on_disk=on_disk)
    number = 0
    for origin, pages in enumerate(origins):
        for texts in pages:
            excerpts = [excerpt(text, position=at) for at, text in enumerate(texts, 1)]
            corpus.add(excerpts, [number] * len(excerpts), origin)
            number += 1
    found = verdicts.judge(corpus)
    corpus.close()
    return found


def ingested(origins: Sequence[Sequence[Page]]) -> list[ExcerptReport]:
    index = MemoryIndex()
    reports: list[ExcerptReport] = []
    for origin, pages in enumerate(origins):
        for texts in pages:
            transmission = page(*texts)
            prints = fingerprint.of(transmission.excerpts)
            entry = pipeline.judge(transmission, prints, index, origin=str(origin), at=START)
            index.add(entry)
            reports += entry.report.excerpts
    return reports


def told(reports: Sequence[ExcerptReport]) -> list[tuple[object, ...]]:
    first: dict[str, int] = {}
    for number, report in enumerate(reports):
        first.setdefault(report.item, number)
    return [
        (
            first[report.item],
            report.match.kind if report.match else None,
            report.change,
            report.match.score if report.match else 0,
        )
        for report in reports
    ]


def said(found: Verdicts) -> list[tuple[object, ...]]:
    return [
        (item, KINDS[kind], CHANGES[change], rounded(score))
        for item, kind, change, score in zip(
            found.items.tolist(),
            found.kinds.tolist(),
            found.changes.tolist(),
            found.scores.tolist(),
            strict=True,
        )
    ]


def test_an_edited_entry_stands_below_the_teaser_that_is_known() -> None:
    """What is left out of the judgement of a page counts as what it shows."""
    whole = next(text for text in articles() if len(text) > 300)
    teaser, edited = whole[:120] + "...", whole[:150] + "有人把这里改过了" + whole[165:]
    others = [text for text in articles() if text != whole][:3]
    origins = [[[teaser, *others], [whole], [teaser, edited]]]

    assert said(judged(origins)) == told(ingested(origins))
    assert ingested(origins)[-1].novelty == "repeated"


def variant(random: Random, text: str) -> str:
    """Return a text as another day or another feed may show it."""
    place = random.randrange(1, len(text))
    return random.choice(
        [
            text,
            text[:place] + "..." if place > 40 else text,
            text[:place] + "改" + text[place:],
            "Update 2: " + text,
            text.replace("1", "2"),
            text.upper(),
            f"Weekly {random.randrange(4)} " + text[:60],
            text[: place // 2] + text[place:],
        ]
    )


def pages_of(random: Random, count: int, texts: Sequence[str]) -> list[list[str]]:
    return [
        [variant(random, random.choice(texts)) for _ in range(random.randrange(9))]
        for _ in range(count)
    ]


@pytest.mark.parametrize("seed", range(6))
@pytest.mark.parametrize("on_disk", [False, True])
def test_a_corpus_is_judged_as_if_it_were_ingested(seed: int, on_disk: bool) -> None:
    pages = pages_of(Random(seed), 12, articles()[: 4 + 3 * seed])
    assert said(judged([pages], on_disk=on_disk)) == told(ingested([pages]))


@pytest.mark.parametrize("seed", range(6))
def test_origins_apart_and_then_linked_are_as_if_ingested(seed: int) -> None:
    random = Random(seed)
    origins = [pages_of(random, 5, articles()[: 6 + 2 * seed]) for _ in range(3)]
    assert said(judged(origins)) == told(ingested(origins))


LETTERS = st.text(st.sampled_from("ab 一1."), min_size=1, max_size=90)
ORIGINS = st.lists(st.lists(st.lists(LETTERS, max_size=4), max_size=4), max_size=3)


@given(ORIGINS)
@settings(max_examples=120, deadline=None)
def test_a_corpus_is_judged_as_if_ingested_whatever_it_is(origins: list[list[list[str]]]) -> None:
    assert said(judged(origins)) == told(ingested(origins))


def test_a_crowd_is_judged_as_if_it_were_ingested() -> None:
    """More texts than a key admits, in one origin and across several."""
    many = recipe.CAP + 20
    body = "the same boilerplate stands in front of everything that this sender ever wrote, and "
    texts = [f"{body}then {chr(0x4E00 + i) * 5} follows" for i in range(many)]
    pages = [texts[i : i + 5] for i in range(0, many, 5)]
    assert said(judged([pages])) == told(ingested([pages]))
    origins = [pages[:8], [list(reversed(page)) for page in pages], [[texts[-1] + " again"]]]
    assert said(judged(origins)) == told(ingested(origins))
    assert judged([pages]).crowded.sum() == many


def test_more_pairs_than_are_weighed_at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    pages = pages_of(Random(7), 30, articles())
    whole = said(judged([pages]))
    monkeypatch.setattr("feedtool.gathering.MOST_PAIRS", 3)
    monkeypatch.setattr("feedtool.corpus.pages.SHELF", 7)
    monkeypatch.setattr("feedtool.corpus.spool.TOGETHER", 100)
    monkeypatch.setattr("feedtool.corpus.verdicts.SHELF", 7)
    assert said(judged([pages])) == whole


@given(
    st.lists(
        st.sampled_from([*articles(), "the same", "the  same", "x" * 40, "y" * 40 + "x" * 40])
    ),
    st.integers(1, 5),
    st.integers(1, 4),
)
def test_mates_are_those_of_the_page(texts: list[str], long: int, cap: int) -> None:
    excerpts = [excerpt(text) for text in texts]
    pages = [number // long for number in range(len(texts))]
    prints = fingerprint.of(excerpts)
    with pytest.MonkeyPatch.context() as changed:
        changed.setattr("feedtool.corpus.sketches.CAP", cap)
        changed.setattr(recipe, "CAP", cap)
        found = sketch(batch(excerpts, pages)).mates.tolist() if excerpts else []
        expected = [
            [start + number, start + mate]
            for start in range(0, len(texts), long)
            for number, mates in enumerate(finding.mates(prints[start : start + long]))
            for mate in mates
            if mate > number
        ]
    assert found == expected


def test_an_empty_corpus_has_no_verdicts() -> None:
    assert said(judged([])) == said(judged([[[]]])) == []


def test_keys_of_a_batch_travel_and_are_those_of_the_fingerprints() -> None:
    excerpts = [excerpt(text) for text in [*articles(), "short", "哈哈", "x" * 40, "x" * 40]]
    found = pickle.loads(
        pickle.dumps(pickle.loads(pickle.dumps(sketch))(batch(excerpts, range(99))))
    )
    for number, print_ in enumerate(fingerprint.of(excerpts)):
        own = found.texts == number
        assert tuple(found.keys[own].tolist()) == print_.keys[1:]
        assert np.count_nonzero(found.kinds[own]) == print_.strong - 1
        assert found.enough[number] == finding.enough_shared(print_)
        assert found.normals[number] == print_.normal
        assert found.digests[number].astype(">i8").tobytes() == print_.digest
    assert found.mates.tolist() == []
    assert sketch(batch(excerpts, [0] * len(excerpts))).mates.tolist() == [
        [len(excerpts) - 2, len(excerpts) - 1]
    ]


def test_keys_do_not_depend_on_how_many_are_made_at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    excerpts = [excerpt(text) for text in [*articles(), "short", "x" * 40, "x" * 40]]
    pages = range(len(excerpts))
    whole = sketch(batch(excerpts, pages))
    monkeypatch.setattr("feedtool.corpus.sketches.PIECE", 4)
    for one, other in zip(sketch(batch(excerpts, pages)), whole, strict=True):
        assert list(map(str, one)) == list(map(str, other))
    assert not len(sketch(batch([], [])).keys)


@given(st.lists(st.integers(-3, 3)))
def test_what_stands_more_than_once_is_grouped(values: list[int]) -> None:
    members, groups = shared(np.array(values, np.int64))
    expected = {
        value: [at for at, other in enumerate(values) if other == value]
        for value in sorted(set(values))
        if values.count(value) > 1
    }
    grouped: dict[int, list[int]] = {}
    for member, group in zip(members.tolist(), groups.tolist(), strict=True):
        grouped.setdefault(group, []).append(member)
    assert list(grouped.values()) == list(expected.values())


@given(st.lists(st.tuples(st.text(st.characters(exclude_categories=())), st.text())))
def test_texts_come_back_from_memory_and_from_disk(pairs: list[tuple[str, str]]) -> None:
    memory, file = Texts(), TextFile()
    for start in range(0, len(pairs), 3):
        texts, normals = zip(*pairs[start : start + 3], strict=True)
        memory.add(texts, normals)
        file.add(texts, normals)
    assert [memory[i] for i in range(len(pairs))] == [file[i] for i in range(len(pairs))] == pairs
    file.close()


@given(st.lists(st.lists(st.integers(0, 3))))
def test_a_spool_gives_back_what_lies_on_a_shelf_in_order(pieces: list[list[int]]) -> None:
    spool = Spool(np.int64, np.uint8)
    for piece in pieces:
        rows = np.arange(len(piece))
        spool.scatter(np.array(piece, np.int64), rows, rows)
    for shelf in spool.shelves:
        rows, small = spool.take(shelf)
        expected = [at for piece in pieces for at, on in enumerate(piece) if on == shelf]
        assert rows.tolist() == small.tolist() == expected
    assert spool.take(9)[0].tolist() == []
    spool.close()


@pytest.mark.parametrize("jobs", [2, 3])
def test_several_processes_give_the_same_answer(jobs: int, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("feedtool.corpus.pages.SHELF", 16)
    monkeypatch.setattr("feedtool.corpus.spool.TOGETHER", 100)
    monkeypatch.setattr("feedtool.corpus.verdicts.SHELF", 16)
    pages = pages_of(Random(11), 60, articles())
    corpus = Corpus(on_disk=True)
    for number, texts in enumerate(pages):
        corpus.add([excerpt(text) for text in texts], [number] * len(texts))
    assert said(verdicts.judge(corpus, jobs=jobs)) == said(verdicts.judge(corpus))
    corpus.close()


def test_results_come_in_the_order_of_their_tasks() -> None:
    assert list(crew.each(lambda n: n * n, range(40), 3)) == [n * n for n in range(40)]
    assert list(crew.each(lambda n: n * n, range(3), 1)) == [0, 1, 4]
    assert list(crew.each(lambda n: n * n, (), 2)) == []
    with pytest.raises(ZeroDivisionError):
        list(crew.each(lambda n: 1 // n, (1, 0), 2))
    first = crew.each(lambda n: n, range(100), 2)
    assert next(first) == 0
    first.close()


def test_who_stops_waits_for_no_task() -> None:
    began = monotonic()
    results = crew.each(lambda n: sleep(n * 60), range(5), 2)
    assert next(results) is None
    results.close()
    assert monotonic() - began < 10

    def interrupted() -> None:
        with closing(crew.Crew(lambda n: sleep(n), 2)) as work:
            list(work.give(60))
            signal.setitimer(signal.ITIMER_REAL, 0.3)
            list(work.rest())

    before = signal.signal(signal.SIGALRM, signal.default_int_handler)
    with pytest.raises(KeyboardInterrupt):
        interrupted()
    signal.signal(signal.SIGALRM, before)
    assert monotonic() - began < 10


@pytest.mark.parametrize("jobs", [1, 2, 3])
@pytest.mark.parametrize("ahead", [1, 2, 3])
@pytest.mark.parametrize("count", [0, 1, 4, 20])
def test_results_come_in_the_order_of_the_tasks(jobs: int, ahead: int, count: int) -> None:
    def work(task: int) -> tuple[int, int]:
        sleep(task % 3 / 1000)
        return task, os.getpid()

    found = list(crew.each(work, range(count), jobs, ahead=ahead))
    assert [task for task, _ in found] == list(range(count))
    assert len({process for _, process in found}) == min(jobs, count)


def test_what_a_process_said_that_is_gone_is_heard_before_it_is_given_more() -> None:
    def work(task: int) -> float:
        return 1 / (task - 2)

    with closing(crew.Crew(work, 2, ahead=3)) as made:
        for task in range(3):
            assert not [*made.give(task)]
        made._members[0].process.join()
        assert not [*made.give(3)]
        with pytest.raises(ZeroDivisionError):
            list(made.give(4))


def test_what_goes_wrong_in_a_process_with_more_to_do_is_raised() -> None:
    def work(task: int) -> float:
        return 1 / (task - 3)

    with pytest.raises(ZeroDivisionError):
        list(crew.each(work, range(9), 2, ahead=2))


@pytest.mark.parametrize(("size", "ahead"), [(1, 1), (1, 2), (1_000_000, 1)])
def test_a_process_that_is_killed_is_told_of_and_nobody_waits_for_it(size: int, ahead: int) -> None:
    """Also where what is sent or comes back fills the pipe."""

    def work(task: tuple[int, bytes]) -> bytes:
        if task[0] == 5:
            os.kill(os.getpid(), signal.SIGKILL)
        return task[1]

    tasks = [(number, bytes(size)) for number in range(9)]
    assert list(crew.each(work, tasks[:5], 2, ahead=ahead)) == [bytes(size)] * 5
    with pytest.raises(CrewError, match="was killed, perhaps for want of memory"):
        list(crew.each(work, tasks, 2, ahead=ahead))


def test_long_texts_are_forgotten_sooner(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("feedtool.corpus.pages.MOST_CHARACTERS", 1000)
    kept = _Lately()
    for number in range(9):
        kept.make_room()
        kept.keep(number, Version(number, number, "x" * 400, False, 400, "x", b""))
        assert number in kept
        assert len(kept) <= 3
