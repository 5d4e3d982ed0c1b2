import sqlite3
from collections.abc import Sequence
from contextlib import closing
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from feedtool import upkeep
from feedtool.errors import ExitCode, NotFoundError, StoreError
from feedtool.report import TransmissionReport
from feedtool.stores.sqlite import Store, revising
from tests.console import run
from tests.histories import Step, content, content_of, dump, quiet, seen, years
from tests.pages import articles, cut, longer, whole
from tests.validation import validated


@pytest.mark.parametrize("number", range(len(years())))
def test_an_undone_source_was_never_seen(
    number: int, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    # Keys are passed over here and taken out by name there.
    monkeypatch.setattr(revising, "SCAN_FROM", number % 2 * 2.0)
    steps = years()
    with Store.open(str(tmp_path / "feeds.db"), create=True) as store:
        reports = [seen(store, [step], tmp_path) for step in steps]
        for report in reports[number]:
            upkeep.undo(store, report.id, quiet)
        del steps[number]
        assert content(store) == content_of(steps, tmp_path / "other")


A, B, C, *_ = articles()
TEXTS = (
    A,
    longer(A),
    cut(whole(A), 200),
    B,
    longer(B),
    C,
    "Weekly 41: what the team did, and what it is going to do next week.",
    "Weekly 42: what the team did, and what it is going to do next week.",
    "Weekly 42: what the team did, and what they are going to do next week.",
    "A NUL \0 and a byte \udce9 that was no text",
    "[公式]",
)
PAGES = st.lists(st.sampled_from(TEXTS), max_size=4).map(lambda texts: dump(*texts))
HISTORIES = st.lists(st.tuples(PAGES, st.sampled_from(("ours", "theirs"))), min_size=1, max_size=6)


@settings(max_examples=20)
@given(history=HISTORIES, data=st.data())
def test_whatever_is_undone_was_never_seen(
    history: list[tuple[bytes, str]], data: st.DataObject, tmp_path_factory: pytest.TempPathFactory
) -> None:
    folder = tmp_path_factory.mktemp("law")
    steps = [Step(f"{n}", page, origin) for n, (page, origin) in enumerate(history)]
    with Store.open(str(folder / "feeds.db"), create=True) as store:
        numbers = [seen(store, [step], folder) for step in steps]
        undone = data.draw(st.integers(0, len(steps) - 1))
        for report in numbers[undone]:
            if not report.already_ingested:
                upkeep.undo(store, report.id, quiet)
        # The same bytes of the same origin would have been new later on.
        left = [step for at, step in enumerate(steps) if at != undone and not known(numbers[at])]
        assert content(store) == content_of(left, folder / "other")


def known(reports: Sequence[TransmissionReport]) -> bool:
    return all(report.already_ingested for report in reports)


def rows(path: str, sql: str) -> list[tuple[object, ...]]:
    with closing(sqlite3.connect(path)) as connection:
        return connection.execute(sql).fetchall()


def test_later_transmissions_keep_their_numbers_times_and_bytes(path: str) -> None:
    kept = "SELECT number, source, sha256, input_format, encoding, observed_at FROM transmissions"
    times = "SELECT transmission, at FROM observations WHERE transmission <> 2 ORDER BY number"
    before, when = rows(path, kept), rows(path, times)
    with Store.open(path) as store:
        dumps = {number: store.raw(number) for (number, *_) in before if number != 2}
        upkeep.undo(store, 2, quiet)
        assert {number: store.raw(number) for number in dumps} == dumps
    assert rows(path, kept) == [row for row in before if row[0] != 2]
    assert rows(path, times) == when


def test_a_number_is_not_used_again(path: str, tmp_path: Path) -> None:
    with Store.open(path) as store:
        newest = store.newest()
        upkeep.undo(store, newest, quiet)
        (again,) = seen(store, years()[-1:], tmp_path)
        assert again.id == newest + 1


def test_what_is_undone_can_be_ingested_again(path: str, tmp_path: Path) -> None:
    with Store.open(path) as store:
        before = content(store)
        upkeep.undo(store, store.newest(), quiet)
        assert content(store) != before
        seen(store, years()[-1:], tmp_path)
        assert content(store) == before


def test_every_transmission_can_be_undone_and_nothing_is_left(path: str) -> None:
    with Store.open(path) as store:
        for number in (5, 1, 13, 7, 2, 3, 4, 6, 8, 9, 10, 12, 11):
            upkeep.undo(store, number, quiet)
            assert content(store)
    for table in ("origins", "items", "versions", "sightings", "keys", "recent_keys", "dumps"):
        assert rows(path, f"SELECT count(*) FROM {table}") == [(0,)]


def test_a_dry_run_says_the_same_and_changes_nothing(path: str) -> None:
    with Store.open(path) as store:
        before = content(store)
        said = upkeep.undo(store, 1, quiet, dry_run=True)
        assert content(store) == before
        assert replace(upkeep.undo(store, 1, quiet), dry_run=True) == said


def test_ids_that_change_are_told(tmp_path: Path) -> None:
    first, second = longer(A), longer(A).replace("。", ",", 1)
    with Store.open(str(tmp_path / "feeds.db"), create=True) as store:
        steps = [Step("1", dump(first, B)), Step("2", dump(second)), Step("3", dump(second, C))]
        one, two, _ = seen(store, steps, tmp_path)
        report = upkeep.undo(store, 1, quiet)
        after = store.report(2).excerpts[0]
    lost, other = (excerpt.item for excerpt in one.excerpts)
    assert two.excerpts[0].item == lost
    assert (after.novelty, after.item) == ("new", report.renamed[0].after)
    assert [(pair.before) for pair in report.renamed] == [lost]
    assert sorted(report.gone) == sorted([lost, other])
    assert (report.judged_again, report.changed) == (2, 2)


def test_what_somebody_else_has_undone_is_not_there(path: str) -> None:
    with Store.open(path) as store:
        before = content(store)
        with pytest.raises(NotFoundError, match="no transmission 99"), store.revision(99) as one:
            one.forget(99)
        assert content(store) == before


def test_what_others_write_waits_for_an_undo(path: str) -> None:
    with (
        Store.open(path) as store,
        Store.open(path, timeout=0) as other,
        store.revision(1),
        pytest.raises(StoreError, match="busy"),
    ):
        other.begin()


# The command.


def test_the_command_says_what_it_did(path: str) -> None:
    ran = run("undo", "1", "--store", path)
    assert (ran.code, ran.err) == (ExitCode.DONE, "")
    first, *middle, last = ran.out.splitlines()
    assert first == "#1  1  ours  undone"
    assert {line.split()[0] for line in middle} <= {"renamed", "gone"}
    assert last.startswith("12 later transmissions judged again, ")
    assert run("log", "1", "--store", path).code == ExitCode.USAGE


def test_json_says_the_same(path: str) -> None:
    dry = validated("undo", run("undo", "#2", "--dry-run", "--json", "--store", path).out)
    (line,) = validated("undo.ndjson", run("undo", "2", "--ndjson", "--store", path).out)
    assert {**dry, "type": "undone", "dry_run": False} == line
    assert (dry["transmission"], dry["origin"]) == (2, "theirs")


def test_the_last_one_is_the_newest(path: str) -> None:
    assert run("undo", "--last", "-q", "--store", path).out == "13\n"
    assert run("undo", "--last", "-q", "--store", path).out == "12\n"


@pytest.mark.parametrize(
    ("words", "code", "message"),
    [
        (("99",), ExitCode.USAGE, "no transmission 99"),
        (("x",), ExitCode.USAGE, "no transmission number"),
        ((), ExitCode.USAGE, "say --last"),
        (("1", "--last"), ExitCode.USAGE, "say --last"),
    ],
)
def test_what_cannot_be_undone_is_said(
    path: str, words: tuple[str, ...], code: ExitCode, message: str
) -> None:
    ran = run("undo", *words, "--store", path)
    assert (ran.code, ran.out) == (code, "")
    assert message in ran.err


def test_an_empty_or_missing_store_has_no_last_one(tmp_path: Path) -> None:
    path = tmp_path / "feeds.db"
    assert run("undo", "--last", "--store", path).code == ExitCode.STORE
    assert not path.exists()
    Store.open(str(path), create=True).close()
    ran = run("undo", "--last", "--store", path)
    assert (ran.code, ran.err) == (ExitCode.USAGE, "feedtool: the store has no transmissions\n")
