"""Another store as a source of `ingest`."""

import os
import shutil
import sqlite3
import stat
import tracemalloc
import zlib
from collections.abc import Iterator, Sequence
from contextlib import chdir, closing, contextmanager
from datetime import datetime, timedelta
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import feedtool
from feedtool import ingesting, merging, pipeline, upkeep
from feedtool.errors import ExitCode
from feedtool.reading import DEFAULT_READING, Reading
from feedtool.report import Failure, TransmissionReport
from feedtool.stores.sqlite import Store, sealing
from tests.console import Ran, run
from tests.histories import Step, content, content_of, dump, quiet, seen, years
from tests.pages import NOON, articles, cut, longer, whole
from tests.stores import first
from tests.validation import validated

INPUTS = Path(__file__).parent / "hostile" / "inputs"
A, B, C, *_ = articles()
TABLES = ("origins", "transmissions", "dumps", "items", "versions", "sightings", "notes",
          "warnings", "keys", "recent_keys")  # fmt: skip


def merged(
    *others: str, into: str, reading: Reading = DEFAULT_READING
) -> list[TransmissionReport | Failure]:
    """Take other stores into one, which is made if it is not there."""
    with Store.open(into, create=True) as store:
        return list(
            ingesting.ingest(
                others, store, store=into, origin="nobody", now=lambda: NOON, reading=reading
            )
        )


def hash_of(path: str) -> str:
    with Store.open(path, readonly=True) as store:
        return content(store)


def rows(path: str, sql: str) -> list[tuple[object, ...]]:
    with closing(sqlite3.connect(path)) as connection:
        return connection.execute(sql).fetchall()


def everything(path: str) -> list[list[tuple[object, ...]]]:
    times = "SELECT transmission, at FROM observations ORDER BY transmission, number"
    return [rows(path, times), *(rows(path, f"SELECT * FROM {table}") for table in TABLES)]


def changed(path: str, *statements: str) -> None:
    """Change a store behind its back."""
    with closing(sqlite3.connect(path)) as connection, connection:
        for statement in statements:
            assert connection.execute(statement).rowcount, statement


def made(path: Path, steps: Sequence[Step], folder: Path) -> str:
    """Make a store that has seen these sources."""
    with Store.open(str(path), create=True) as store:
        seen(store, steps, folder)
    return str(path)


@pytest.fixture
def fresh(tmp_path: Path) -> str:
    """Return where there is no store yet."""
    return str(tmp_path / "fresh.db")


# A store that ingests another one.


def test_an_empty_store_becomes_the_one_that_it_takes_in(path: str, fresh: str) -> None:
    reports = merged(path, into=fresh)
    assert len(reports) == 13
    assert hash_of(fresh) == hash_of(path)
    assert everything(fresh) == everything(path)


def test_numbers_that_were_undone_leave_no_gap(path: str, fresh: str) -> None:
    with Store.open(path) as store:
        for number in (1, 6, 13):
            upkeep.undo(store, number, quiet)
    merged(path, into=fresh)
    assert hash_of(fresh) == hash_of(path)
    assert [number for (number,) in rows(fresh, "SELECT number FROM transmissions ORDER BY 1")] == [
        *range(1, 11)
    ]


def test_what_was_pruned_is_taken_in_as_it_was_read(path: str, fresh: str) -> None:
    sizes = rows(path, "SELECT transmission, size FROM dumps")
    with Store.open(path) as store:
        upkeep.prune(store, keep=1, since=None)
    merged(path, into=fresh)
    assert hash_of(fresh) == hash_of(path)
    assert rows(fresh, "SELECT transmission, size FROM dumps") == sizes
    pruned = "SELECT transmission FROM dumps WHERE packing = 'pruned'"
    assert len(rows(fresh, pruned)) == 10
    assert rows(fresh, pruned) == rows(path, pruned)
    assert "were pruned" in run("cat", "1", "--store", fresh).err


def test_every_kind_of_input_stays_as_it_was_read(tmp_path: Path, fresh: str) -> None:
    """Any encoding and format, found or chosen, by bytes and without them."""
    path = str(tmp_path / "feeds.db")
    names = [str(found) for found in sorted(INPUTS.iterdir())]
    how = {
        "found": DEFAULT_READING,
        "chosen": Reading(encoding="latin-1", input_format="lines"),
    }
    with Store.open(path, create=True) as store:
        for origin, reading in how.items():
            for _ in pipeline.ingest(
                names, store, origin=origin, now=lambda: NOON, reading=reading
            ):
                pass
        assert store.size()[0] > 60
    assert not [one for one in merged(path, into=fresh) if isinstance(one, Failure)]
    assert hash_of(fresh) == hash_of(path)
    with Store.open(path) as store:
        upkeep.prune(store, keep=0, since=None)
    again = str(tmp_path / "again.db")
    assert not [one for one in merged(path, into=again) if isinstance(one, Failure)]
    assert hash_of(again) == hash_of(path)


def test_a_page_that_came_back_comes_back(tmp_path: Path, fresh: str) -> None:
    x, y = dump(A, B), dump(C)
    for name, page in (("1", x), ("2", y), ("3", x), ("4", x + y + x)):
        (tmp_path / name).write_bytes(page)
    path = str(tmp_path / "feeds.db")
    run("ingest", "--store", path, *(tmp_path / name for name in "1234"))
    assert rows(path, "SELECT occurrence FROM transmissions ORDER BY number") == [
        (0,),
        (0,),
        (1,),
        (2,),
        (1,),
        (3,),
    ]
    merged(path, into=fresh)
    assert hash_of(fresh) == hash_of(path)


def test_origins_that_take_turns_are_judged_apart(tmp_path: Path, fresh: str) -> None:
    """Batches may be large enough to be judged in columns, which are those of one origin."""
    import numpy  # noqa: F401 (columns are used where it is loaded)

    texts = [f"{text[at : at + 300]}..." for text in articles() for at in range(0, 50, 10)]
    steps = [
        Step(f"{n}", dump(*texts[n * 7 : n * 7 + 14]), origin)
        for n, origin in enumerate(("ours", "theirs", "theirs", "ours", "third") * 4)
    ]
    path = made(tmp_path / "feeds.db", steps, tmp_path)
    merged(path, into=fresh)
    assert hash_of(fresh) == hash_of(path)


def test_one_of_an_older_schema_is_said_and_left(tmp_path: Path, fresh: str) -> None:
    older = first.unpacked(tmp_path / "older.db")
    before = older.read_bytes()
    ran = taken(older, fresh)
    assert ran.code == ExitCode.PARTIAL
    assert ran.err.startswith(f"feedtool: {older}: made by an older feedtool: its schema is")
    assert ran.err.endswith("`feedtool reindex` migrates it\n")
    assert older.read_bytes() == before
    run("reindex", "-q", "--store", older)
    merged(str(older), into=fresh)
    assert hash_of(fresh)


TEXTS = (
    A,
    longer(A),
    cut(whole(A), 200),
    B,
    longer(B),
    C,
    "Weekly 41: what the team did, and what it is going to do next week.",
    "Weekly 42: what the team did, and what it is going to do next week.",
    "A NUL \0 and a byte \udce9 that was no text",
    "[公式]",
)
PAGES = st.lists(st.sampled_from(TEXTS), max_size=4).map(lambda texts: dump(*texts))
STEPS = st.tuples(
    st.lists(PAGES, min_size=1, max_size=3).map(b"".join), st.sampled_from(("ours", "theirs"))
)
HISTORIES = st.lists(STEPS, max_size=5)


def named(history: Sequence[tuple[bytes, str]], prefix: str = "") -> list[Step]:
    return [Step(f"{prefix}{n}", page, origin) for n, (page, origin) in enumerate(history)]


@settings(max_examples=8)
@given(history=HISTORIES, pruned=st.booleans())
def test_whatever_a_store_has_seen_an_empty_one_sees(
    history: list[tuple[bytes, str]], pruned: bool, tmp_path_factory: pytest.TempPathFactory
) -> None:
    folder = tmp_path_factory.mktemp("law")
    path, fresh = made(folder / "feeds.db", named(history), folder), str(folder / "fresh.db")
    if pruned:
        with Store.open(path) as store:
            upkeep.prune(store, keep=0, since=None)
    for _ in range(2):
        merged(path, into=fresh)
        assert everything(fresh) == everything(path)
    assert hash_of(fresh)


SINGLE = st.lists(st.tuples(PAGES, st.sampled_from(("ours", "theirs"))), max_size=5)


@settings(max_examples=8)
@given(ours=SINGLE, theirs=SINGLE)
def test_a_store_takes_in_what_it_has_not_seen_as_if_it_came_now(
    ours: list[tuple[bytes, str]],
    theirs: list[tuple[bytes, str]],
    tmp_path_factory: pytest.TempPathFactory,
) -> None:
    folder = tmp_path_factory.mktemp("law")
    first, second = named(ours), named(theirs, "their")
    path = made(folder / "feeds.db", first, folder)
    merged(made(folder / "other.db", second, folder), into=path)
    assert hash_of(path) == content_of([*first, *second], folder / "both")


def test_what_is_known_changes_nothing_and_is_said(path: str, tmp_path: Path) -> None:
    other = str(shutil.copy(path, tmp_path / "other.db"))
    before = everything(path)
    reports = merged(other, into=path)
    assert everything(path) == before
    assert [isinstance(one, Failure) or one.already_ingested for one in reports] == [True] * 13
    assert {one.summary.new for one in reports if not isinstance(one, Failure)} == {0}


def test_two_that_parted_come_together(path: str, tmp_path: Path) -> None:
    other = str(shutil.copy(path, tmp_path / "other.db"))
    mine, theirs = Step("mine", dump(A, "only here")), Step("theirs", dump(B, "only there"))
    made(Path(path), [mine], tmp_path)
    made(Path(other), [theirs], tmp_path)
    reports = merged(other, into=path)
    assert [one.id for one in reports if not isinstance(one, Failure)] == [*range(1, 14), 15]
    assert hash_of(path) == content_of([*years(), mine, theirs], tmp_path / "both")
    merged(path, into=other)
    assert rows(other, "SELECT sha256 FROM transmissions ORDER BY 1") == rows(
        path, "SELECT sha256 FROM transmissions ORDER BY 1"
    )


def test_news_depend_on_what_is_known_here(tmp_path: Path, fresh: str) -> None:
    other = made(tmp_path / "other.db", [Step("their", dump(A, B), "theirs")], tmp_path)
    made(Path(fresh), [Step("our", dump(longer(A)), "ours")], tmp_path)
    (report,) = merged(other, into=fresh)
    assert isinstance(report, TransmissionReport)
    assert [one.change or one.novelty for one in report.excerpts] == ["shortened", "new"]
    assert (report.id, report.source, report.origin) == (2, "their", "theirs")


def test_a_reading_that_is_here_stays(tmp_path: Path, fresh: str) -> None:
    page = "一行一条\n第二条摘要,写得够长,可以认出来。\n".encode("gb18030")
    (tmp_path / "page").write_bytes(page)
    other = str(tmp_path / "other.db")
    with chdir(tmp_path):
        run("ingest", "--store", fresh, "page")
        run("ingest", "--store", other, "--encoding", "latin-1", "page")
    before = hash_of(fresh)
    (report,) = merged(other, into=fresh)
    assert isinstance(report, TransmissionReport)
    assert [warning.code for warning in report.warnings] == ["read-otherwise"]
    assert hash_of(fresh) == before
    (report,) = merged(other, into=str(tmp_path / "third.db"))
    assert isinstance(report, TransmissionReport)
    assert report.encoding == "iso8859-1"


# When things were met.


def met(path: str, page: bytes, *days: int) -> str:
    """Ingest a page on some days."""
    folder = Path(path).parent
    with chdir(folder), Store.open(path, create=True) as store:
        Path("page").write_bytes(page)
        for day in days:
            at = NOON + timedelta(day)
            list(pipeline.ingest(["page"], store, origin="ours", now=lambda at=at: at))  # type: ignore[misc]
    return path


def days(path: str) -> list[int]:
    found = rows(path, "SELECT at FROM observations ORDER BY number")
    return [(datetime.fromisoformat(str(at)) - NOON).days for (at,) in found]


def test_times_stay_what_they_were(tmp_path: Path, fresh: str) -> None:
    other = met(str(tmp_path / "other.db"), dump(A), 1, 5, 5, 3)
    (report,) = merged(other, into=fresh)
    assert isinstance(report, TransmissionReport)
    assert report.observed_at == "2026-01-12T12:00:00Z"
    assert days(fresh) == [1, 5, 5, 3]
    merged(other, into=fresh)
    assert days(fresh) == [1, 5, 5, 3]


def test_what_is_known_was_met_when_either_met_it(tmp_path: Path, fresh: str) -> None:
    """Where it was first met stays: that is what its report has said."""
    other = met(str(tmp_path / "other.db"), dump(A), 1, 4, 6)
    met(fresh, dump(A), 2, 4)
    merged(other, into=fresh)
    merged(other, into=fresh)
    assert days(fresh) == [2, 4, 1, 6]
    assert rows(fresh, "SELECT observed_at FROM transmissions") == [("2026-01-13T12:00:00Z",)]
    assert hash_of(fresh)


def test_no_clock_is_asked_for_a_store(path: str, fresh: str) -> None:
    run("ingest", "--store", fresh, "--at", "1999-01-01", "--origin", "me", path)
    assert everything(fresh) == everything(path)


# Broken off.


def test_what_was_broken_off_goes_on(path: str, fresh: str) -> None:
    for taken in (1, 3, 8):
        with Store.open(fresh, create=True) as store:
            reports = ingesting.ingest([path], store, store=fresh, origin="-", now=lambda: NOON)
            for _ in range(taken):
                next(reports)
            reports.close()
        assert hash_of(fresh)
    assert not [one for one in merged(path, into=fresh) if isinstance(one, Failure)]
    assert everything(fresh) == everything(path)


def test_what_is_undone_here_comes_again(path: str, fresh: str) -> None:
    merged(path, into=fresh)
    before = hash_of(fresh)
    with Store.open(fresh) as store:
        upkeep.undo(store, 13, quiet)
    merged(path, into=fresh)
    assert hash_of(fresh) == before


# Beside other sources.


def test_stores_and_dumps_are_taken_in_the_order_of_their_names(
    path: str, tmp_path: Path, fresh: str
) -> None:
    for name, page in (("a", dump(A)), ("b", dump(B)), ("c", dump(A))):
        (tmp_path / name).write_bytes(page)
    with chdir(tmp_path):
        ran = run("ingest", "--json", "--store", fresh, "a", path, "b", "c")
    found = [(one["source"], one["id"]) for one in validated("ingest", ran.out)["transmissions"]]
    assert found[:2] == [("a", 1), ("1", 2)]
    assert found[-2:] == [("b", 15), ("c", 16)]
    assert rows(fresh, "SELECT occurrence FROM transmissions WHERE number IN (1, 16)") == [
        (0,),
        (1,),
    ]
    assert hash_of(fresh)


def test_a_store_is_a_reading_of_its_own(tmp_path: Path, fresh: str) -> None:
    """What it saw once and a file shows once was seen once."""
    (tmp_path / "page").write_bytes(dump(A))
    with chdir(tmp_path):
        run("ingest", "--store", "other.db", "page")
        shutil.copy("other.db", "more.db")
        ran = run("ingest", "--json", "--store", fresh, "other.db", "page", "more.db")
    assert [one["id"] for one in validated("ingest", ran.out)["transmissions"]] == [1, 1, 1]


def test_a_store_in_a_folder_is_left_out_and_named(path: str, tmp_path: Path, fresh: str) -> None:
    (tmp_path / "in").mkdir()
    (tmp_path / "in" / "page").write_bytes(dump(A))
    shutil.copy(path, tmp_path / "in" / "backup.db")
    with unclosed(str(tmp_path / "in" / "live.db"), path):
        ran = run("ingest", "--json", "--store", fresh, tmp_path / "in")
        parsed = run("parse", "--json", tmp_path / "in")
        compared = run("dedup", tmp_path / "in")
    assert ran.code == parsed.code == compared.code == ExitCode.DONE
    assert [one["source"] for one in validated("ingest", ran.out)["transmissions"]] == [
        str(tmp_path / "in" / "page")
    ]
    hint = "; name it to take in what it holds"
    said = [
        f"feedtool: warning: {tmp_path}/in/{name}.db: is a feedtool store and left out"
        for name in ("backup", "live")
    ]
    assert ran.err.splitlines() == [line + hint for line in said]
    assert parsed.err.splitlines() == compared.err.splitlines() == said
    assert run("ingest", "-q", "--store", fresh, tmp_path / "in").err == ""


def test_a_store_beside_its_dumps_is_left_out_without_a_word(path: str, tmp_path: Path) -> None:
    folder = tmp_path / "in"
    folder.mkdir()
    (folder / "page").write_bytes(dump(A))
    shutil.move(path, folder / "feeds.db")
    os.link(folder / "feeds.db", folder / "hard.db")
    (folder / "soft.db").symlink_to("feeds.db")
    for _ in range(2):
        ran = run("ingest", "--store", folder / "feeds.db", folder)
        assert (ran.code, ran.err) == (ExitCode.DONE, "")
    assert hash_of(str(folder / "feeds.db"))


def test_the_store_that_is_written_to_is_no_source(path: str, tmp_path: Path) -> None:
    (tmp_path / "page").write_bytes(dump(A, "news"))
    os.link(path, tmp_path / "hard.db")
    (tmp_path / "soft.db").symlink_to(path)
    names = [path, tmp_path / "hard.db", tmp_path / "soft.db"]
    said = [f"feedtool: {name}: belongs to the store that is written to" for name in names]
    before = hash_of(path)
    for words in ((), ("--dry-run",)):
        ran = run("ingest", "--store", path, *words, *names)
        assert (ran.code, ran.err.splitlines()) == (ExitCode.USAGE, said)
        assert hash_of(path) == before
    with closing(sqlite3.connect(path)) as other:
        other.execute("SELECT * FROM origins").fetchall()
        log = f"{path}-wal"
        ran = run("ingest", "--store", path, log, tmp_path / "page")
    assert (ran.code, ran.err) == (
        ExitCode.PARTIAL,
        f"feedtool: {log}: belongs to the store that is written to\n",
    )
    assert hash_of(path) != before


# What cannot be taken in.


def taken(other: object, into: str, *words: object) -> Ran:
    """Ingest what may be no store, and a page beside it."""
    page = Path(into).parent / "page"
    page.write_bytes(dump(A))
    return run("ingest", "--store", into, *words, other, page)


@pytest.mark.parametrize(
    ("statement", "message"),
    [
        ("PRAGMA user_version = 99", "made by a newer feedtool: its schema is version 99"),
        ("PRAGMA application_id = 7", "is an SQLite file, but not a feedtool store"),
        ("DROP VIEW excerpts", "the store is damaged: no table excerpts"),
    ],
)
def test_a_store_that_is_not_one_of_ours_is_said_on_one_line(
    path: str, fresh: str, statement: str, message: str
) -> None:
    with closing(sqlite3.connect(path)) as connection:
        connection.execute(statement)
    before = Path(path).read_bytes()
    ran = taken(path, fresh)
    assert ran.code == ExitCode.PARTIAL
    assert ran.err.startswith(f"feedtool: {path}: {message}")
    assert ran.err.count("\n") == 1
    assert Path(path).read_bytes() == before
    assert run("ingest", "--store", fresh, path).code == ExitCode.USAGE
    assert hash_of(fresh)


@pytest.mark.parametrize("left", [100, 512, 4096, 50_000, 65_536])
def test_a_store_without_its_end_is_said(path: str, fresh: str, left: int) -> None:
    os.truncate(path, left)
    ran = taken(path, fresh)
    assert ran.code == ExitCode.PARTIAL
    assert ran.err.count("\n") == 1
    assert "feedtool store" in ran.err or "damaged" in ran.err
    assert hash_of(fresh)


def test_a_store_in_a_pipe_or_an_archive_is_said(path: str, tmp_path: Path, fresh: str) -> None:
    import gzip

    data = Path(path).read_bytes()
    (tmp_path / "feeds.db.gz").write_bytes(gzip.compress(data))
    said = "is a feedtool store; only `ingest` takes it, as a whole file of its own, unpacked\n"
    ran = run("ingest", "--store", fresh, tmp_path / "feeds.db.gz")
    assert (ran.code, ran.err) == (ExitCode.USAGE, f"feedtool: {tmp_path}/feeds.db.gz: {said}")
    ran = run("ingest", "--store", fresh, "-", stdin=data)
    assert (ran.code, ran.err) == (ExitCode.USAGE, f"feedtool: -: {said}")
    for words in (("parse", path), ("parse", "--encoding", "latin-1", path), ("diff", path, path)):
        ran = run(*words)
        assert (ran.code, ran.err) == (ExitCode.USAGE, f"feedtool: {path}: {said}")
    assert run("dedup", path).code == ExitCode.USAGE


def test_damage_ends_what_is_taken_and_what_is_saved_goes_on(
    path: str, tmp_path: Path, fresh: str
) -> None:
    """What comes later leans on what is damaged, so it waits."""
    before = hash_of(path)
    changed(path, "UPDATE dumps SET bytes = zeroblob(9) WHERE transmission = 6")
    ran = run("ingest", "--store", fresh, path, "--json")
    report = validated("ingest", ran.out)
    assert ran.code == ExitCode.PARTIAL
    assert [one["id"] for one in report["transmissions"]] == [1, 2, 3, 4, 5]
    (failure,) = report["failures"]
    assert failure["source"] == path
    assert failure["reason"].startswith("the store is damaged: the dump of transmission 6 is not")
    assert hash_of(fresh)
    saved = str(tmp_path / "saved.db")
    run("salvage", saved, "--store", path)
    assert not [one for one in merged(saved, into=fresh) if isinstance(one, Failure)]
    assert hash_of(fresh) == before


def test_what_is_derived_there_is_not_believed(path: str, fresh: str) -> None:
    before = hash_of(path)
    changed(
        path,
        "DELETE FROM items",
        "UPDATE versions SET text = x'ff', digest = x'00'",
        "UPDATE sightings SET novelty = 'new', kind = 'strange', changes = '['",
        "UPDATE notes SET kind = 'strange'",
        "DELETE FROM recent_keys",
    )
    merged(path, into=fresh)
    assert hash_of(fresh) == before


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE versions SET text = 'another text' WHERE number = 7",
        "UPDATE sightings SET line = 9 WHERE transmission = 4",
        "UPDATE sightings SET position = 9 WHERE transmission = 4 AND position = 1",
        "UPDATE notes SET text = 'x'",
        "UPDATE notes SET kind = 'strange'",
        "UPDATE transmissions SET encoding = 'strange' WHERE number = 4",
        "UPDATE transmissions SET sha256 = 'strange' WHERE number = 4",
        "UPDATE dumps SET bytes = x'00' WHERE transmission = 4",
    ],
)
def test_rows_that_are_needed_are_held_against_their_digests(
    path: str, fresh: str, statement: str
) -> None:
    with Store.open(path) as store:
        upkeep.prune(store, keep=0, since=None)
    changed(path, statement)
    *_, last = merged(path, into=fresh)
    assert isinstance(last, Failure)
    assert "the store is damaged: transmission" in last.reason
    assert hash_of(fresh)


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE transmissions SET occurrence = 5 WHERE number = 4",
        "UPDATE transmissions SET observed_at = '2026-01-11T12:00:00' WHERE number = 4",
        "UPDATE transmissions SET observed_at = 'yesterday' WHERE number = 4",
        "UPDATE transmissions SET first_line = 9223372036854775807 WHERE number = 4",
        "UPDATE transmissions SET excerpts = -99 WHERE number = 4",
        "UPDATE transmissions SET source = x'ff' WHERE number = 4",
        "UPDATE transmissions SET origin = 99 WHERE number = 4",
        "UPDATE observations SET at = '2026-01-11' WHERE transmission = 4",
        "UPDATE dumps SET size = -1 WHERE transmission = 4",
        "UPDATE dumps SET size = 3 WHERE transmission = 4",
        "DELETE FROM dumps WHERE transmission = 4",
    ],
)
def test_what_no_store_has_written_is_damage(path: str, fresh: str, statement: str) -> None:
    changed(path, statement)
    *before, last = merged(path, into=fresh)
    assert isinstance(last, Failure)
    assert "the store is damaged" in last.reason
    assert len(before) == 3
    assert hash_of(fresh)


RESEAL = "UPDATE transmissions SET seal = ? WHERE number = ?"


@pytest.mark.parametrize(
    ("statement", "taken"),
    [
        ("UPDATE sightings SET position = 9 WHERE transmission = 4 AND position = 1", 3),
        ("UPDATE transmissions SET sha256 = substr(sha256, 1, 60) || 'zzzz' WHERE number = 4", 3),
        ("UPDATE transmissions SET sha256 = sha256 || '00' WHERE number = 4", 3),
        ("UPDATE transmissions SET encoding = char(27) || '[31m' WHERE number = 4", 13),
        ("UPDATE transmissions SET input_format = '' WHERE number = 4", 13),
        ("UPDATE transmissions SET source = x'eda080' WHERE number = 4", 13),
        ("UPDATE sightings SET line = -9223372036854775808 WHERE transmission = 4", 13),
        ("UPDATE sightings SET length = -5 WHERE transmission = 4", 13),
        ("UPDATE sightings SET length = 9223372036854775807, cap = -1 WHERE transmission = 4", 13),
        ("UPDATE sightings SET truncated = 1, marker = x'00ff' WHERE transmission = 4", 3),
        ("UPDATE sightings SET date = 'never', evidence = '' WHERE transmission = 4", 13),
        ("UPDATE notes SET kind = 'header', line = -1", 13),
    ],
)
def test_a_seal_can_be_forged_and_what_it_seals_does_no_harm(
    path: str, fresh: str, statement: str, taken: int
) -> None:
    with Store.open(path) as store:
        upkeep.prune(store, keep=0, since=None)
    changed(path, statement)
    with Store.open(path) as store, store.transaction():
        for number in range(1, 14):
            seal = sealing.sealed(store._connection, number)
            store._connection.run(
                "UPDATE transmissions SET seal = ? WHERE number = ?", (seal, number)
            )
    reports = merged(path, into=fresh)
    assert len([one for one in reports if isinstance(one, TransmissionReport)]) == taken
    assert hash_of(fresh)
    for words in (("log",), ("log", "--json"), ("log", "4"), ("list",), ("list", "--json")):
        ran = run(*words, "--store", fresh)
        assert ran.code == (
            ExitCode.USAGE if words == ("log", "4") and taken == 3 else ExitCode.DONE
        )
        assert "\x1b" not in ran.out


def test_one_that_has_the_same_bytes_twice_gives_them_once(path: str, fresh: str) -> None:
    tables = rows(path, "SELECT sql FROM sqlite_schema WHERE name = 'transmissions'")
    loose = str(tables[0][0]).replace(",\n  UNIQUE (origin, sha256, occurrence)", "")
    with closing(sqlite3.connect(path, isolation_level=None)) as connection:
        connection.execute("PRAGMA legacy_alter_table = ON")
        connection.execute("ALTER TABLE transmissions RENAME TO strict")
        connection.execute(loose)
        connection.execute("INSERT INTO transmissions SELECT * FROM strict")
        connection.execute("DROP TABLE strict")
        connection.execute(
            "UPDATE transmissions SET (origin, sha256, occurrence) = "
            "(SELECT origin, sha256, occurrence FROM transmissions WHERE number = 5) "
            "WHERE number = 7"
        )
    reports = merged(path, into=fresh)
    assert [one.already_ingested for one in reports if isinstance(one, TransmissionReport)][6]
    assert hash_of(fresh)


def test_what_a_transmission_may_be_is_bounded(path: str, fresh: str) -> None:
    for words, message in (
        (("--max-transmission", "500"), "raise --max-transmission to allow it"),
        (("--max-lines", "2"), "raise --max-lines to allow it"),
    ):
        ran = taken(path, fresh, *words)
        assert ran.code in (ExitCode.PARTIAL, ExitCode.USAGE)
        assert ran.err.splitlines()[0].startswith(f"feedtool: {path}: one transmission ")
        assert ran.err.splitlines()[0].endswith(message)
    with Store.open(path) as store:
        upkeep.prune(store, keep=0, since=None)
    assert "--max-transmission" in taken(path, fresh, "--max-transmission", "500").err
    changed(path, "UPDATE dumps SET size = 1")
    for words in (("--max-transmission", "50"), ("--max-lines", "1")):
        (failure,) = validated(
            "ingest", run("ingest", "--json", "--store", fresh, path, *words).out
        )["failures"]
        assert failure["reason"].endswith(f"raise {words[0]} to allow it")


def test_a_bomb_is_not_unpacked(path: str, fresh: str) -> None:
    bomb = zlib.compress(bytes(1 << 26), 1)
    with closing(sqlite3.connect(path)) as connection, connection:
        connection.execute(
            "UPDATE dumps SET packing = 'zlib', bytes = ?, size = ? WHERE transmission = 1",
            (bomb, len(bomb)),
        )
    tracemalloc.start()
    try:
        (failure,) = merged(path, into=fresh)
        assert tracemalloc.get_traced_memory()[1] < 1 << 24
    finally:
        tracemalloc.stop()
    assert isinstance(failure, Failure)
    assert "the dump of transmission 1 is not what was received" in failure.reason


def test_one_whose_bytes_say_something_else_now_stays_as_it_was_read(
    path: str, fresh: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(merging, "read_again", lambda *_: None)
    merged(path, into=fresh)
    assert everything(fresh) == everything(path)


def test_a_strict_reading_takes_nothing_from_a_store_with_warnings(path: str, fresh: str) -> None:
    ran = taken(path, fresh, "--strict")
    assert ran.code == ExitCode.PARTIAL
    assert ran.err.startswith(f"feedtool: {path}: transmission 3 (3), line 6, column 4: ")
    assert ran.err.endswith("[undecodable-bytes] (strict)\n")
    assert run("log", "-q", "--store", fresh).out == "1\n"
    changed(path, "DELETE FROM warnings")
    assert taken(path, fresh, "--strict").code == ExitCode.DONE


# The other store is not written to.


def snapshot(folder: Path) -> dict[str, bytes]:
    """Return what lies in a folder."""
    return {one.name: one.read_bytes() for one in folder.iterdir()}


@contextmanager
def unclosed(path: str, source: str) -> Iterator[None]:
    """Make a store as a killed process leaves it: with a log that is not written back."""
    shutil.copy(source, f"{path}.tmp")
    with closing(sqlite3.connect(f"{path}.tmp", isolation_level=None)) as connection:
        connection.execute("PRAGMA wal_autocheckpoint = 0")
        connection.execute("UPDATE transmissions SET source = 'late' WHERE number = 1")
        for end in ("", "-wal", "-shm"):
            shutil.copy(f"{path}.tmp{end}", f"{path}{end}")
    os.unlink(f"{path}.tmp")
    yield


def test_a_store_at_rest_is_left_without_a_trace(path: str, tmp_path: Path, fresh: str) -> None:
    folder = tmp_path / "there"
    folder.mkdir()
    shutil.move(path, folder / "feeds.db")
    before, changed_at = snapshot(folder), (folder / "feeds.db").stat().st_mtime_ns
    assert len(merged(str(folder / "feeds.db"), into=fresh)) == 13
    assert snapshot(folder) == before
    assert (folder / "feeds.db").stat().st_mtime_ns == changed_at


def test_what_a_killed_process_left_is_read_and_left(path: str, tmp_path: Path, fresh: str) -> None:
    folder = tmp_path / "there"
    folder.mkdir()
    with unclosed(str(folder / "feeds.db"), path):
        before = snapshot(folder)
        first, *_ = merged(str(folder / "feeds.db"), into=fresh)
        assert isinstance(first, TransmissionReport)
        assert first.source == "late"
        after = snapshot(folder)
        # Which process reads how far is kept there.
        assert before.pop("feeds.db-shm")
        assert after.pop("feeds.db-shm")
        assert after == before
        (tmp_path / "link.db").symlink_to(folder / "feeds.db")
        first, *_ = merged(str(tmp_path / "link.db"), into=str(tmp_path / "other.db"))
        assert isinstance(first, TransmissionReport)
        assert first.source == "late"
        assert snapshot(folder)["feeds.db"] == before["feeds.db"]


@pytest.mark.skipif(os.geteuid() == 0, reason="root may write anywhere")
@pytest.mark.parametrize("mode", [stat.S_IRWXU, stat.S_IRUSR | stat.S_IXUSR])
def test_a_store_that_may_only_be_read_is_read_without_a_trace(
    mode: int, path: str, tmp_path: Path, fresh: str
) -> None:
    folder = tmp_path / "there"
    folder.mkdir()
    shutil.move(path, folder / "feeds.db")
    os.chmod(folder / "feeds.db", stat.S_IRUSR)
    os.chmod(folder, mode)
    try:
        assert len(merged(str(folder / "feeds.db"), into=fresh)) == 13
        assert os.listdir(folder) == ["feeds.db"]
    finally:
        os.chmod(folder, stat.S_IRWXU)


def test_who_writes_to_it_meanwhile_disturbs_nobody(
    path: str, tmp_path: Path, fresh: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(merging, "BATCH_EXCERPTS", 1)
    before = hash_of(path)
    with Store.open(fresh, create=True) as store, Store.open(path) as other:
        reports = ingesting.ingest([path], store, store=fresh, origin="-", now=lambda: NOON)
        next(reports)
        other.begin()
        next(reports)
        other.rollback()
        seen(other, [Step("late", dump("late"))], tmp_path)
        upkeep.undo(other, 5, quiet)
        assert len(list(reports)) == 11
    assert hash_of(fresh) == before


def test_a_busy_store_is_waited_for_and_then_said(path: str, fresh: str) -> None:
    with closing(sqlite3.connect(path, isolation_level=None)) as other:
        other.execute("PRAGMA locking_mode = EXCLUSIVE")
        other.execute("BEGIN EXCLUSIVE")
        ran = taken(path, fresh, "--timeout", "0.1")
        assert ran.code == ExitCode.PARTIAL
        assert ran.err == (
            f"feedtool: {path}: busy: another process writes to it; "
            "waited 0.1 seconds for it (--timeout)\n"
        )
    assert taken(path, fresh).code == ExitCode.DONE


# The command.


def test_the_report_is_that_of_any_ingest(path: str, fresh: str) -> None:
    dry = validated("ingest", run("ingest", "--dry-run", "--json", "--store", fresh, path).out)
    assert not Path(fresh).exists()
    ran = run("ingest", "--exit-code", "--json", "--store", fresh, path)
    assert (ran.code, ran.err.count("warning")) == (ExitCode.DIFFERENT, 7)
    assert {**validated("ingest", ran.out), "dry_run": True} == dry
    for name in ("1", "13"):
        there, here = (
            validated("ingest", run("log", name, "--json", "--store", one).out)
            for one in (path, fresh)
        )
        assert {**there, "store": fresh} == here
    again = run("ingest", "--dry-run", "--ndjson", "--exit-code", "--store", fresh, path)
    assert again.code == ExitCode.DONE
    *_, summary = validated("ingest.ndjson", again.out)
    assert summary["already_ingested"] == 13


def test_a_dry_run_knows_what_it_has_taken_in(path: str, tmp_path: Path, fresh: str) -> None:
    other = shutil.copy(path, tmp_path / "other.db")
    made(Path(other), [Step("theirs", dump(A, B, "only there"))], tmp_path)
    (tmp_path / "page").write_bytes(years()[0].data)
    words = ("--json", "--origin", "ours", "--at", "2026-03-01", "--store", fresh)
    names = (tmp_path / "page", path, other, tmp_path / "page")
    for begun in (False, True):
        if begun:
            os.unlink(fresh)
            made(Path(fresh), [Step("first", dump(C))], tmp_path)
        dry = validated("ingest", run("ingest", "--dry-run", *words, *names).out)
        assert dry["summary"]["already_ingested"]
        done = validated("ingest", run("ingest", *words, *names).out)
        assert {**done, "dry_run": True} == dry


def test_many_transmissions_show_their_news(path: str, fresh: str) -> None:
    ran = run("ingest", "--store", fresh, path)
    assert "repeated  " not in ran.out
    assert ran.out.count("#") >= 13
    ran = run("ingest", "-q", "--store", fresh, path)
    assert ran.out.count("\n") == 1
    assert ran.err == ""


def test_a_script_takes_in_a_store_too(path: str, fresh: str) -> None:
    reports = list(feedtool.ingest([path], store=fresh))
    assert len(reports) == 13
    assert hash_of(fresh) == hash_of(path)
