import os
import re
import shutil
import signal
import sqlite3
import subprocess
import sys
import threading
import time
from array import array
from collections.abc import Iterator
from contextlib import closing
from dataclasses import replace
from hashlib import sha256
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from feedtool.errors import ExitCode, NotFoundError, StoreError
from feedtool.fingerprint.recipe import CAP
from feedtool.model import (
    BlockKind,
    Change,
    Excerpt,
    Fingerprint,
    Match,
    MatchKind,
    Nearest,
    Novelty,
    Place,
    Transmission,
    Verdict,
)
from feedtool.report import ChangeSpan, MatchReport, NearestReport, NoteReport, WarningReport
from feedtool.stores import Counters, Entry
from feedtool.stores.memory import MemoryIndex
from feedtool.stores.sqlite import Store, columns, connection, postings, schema, write
from tests.factories import JUNE, MAY, entry, excerpt_report, founding, fresh, page

ROOT = Path(__file__).parent.parent
ARTICLE = "A store finds what is known by its keys, and says where it stood first."
OTHER = "Another article, about the weather of the week and what comes after it..."


@pytest.fixture
def path(tmp_path: Path) -> str:
    return str(tmp_path / "feeds.db")


@pytest.fixture
def store(path: str) -> Iterator[Store]:
    with Store.open(path, create=True) as opened:
        yield opened


def add(store: Store, *texts: str, **settings: object) -> Entry:
    made = fresh(store.counters(), *texts, **settings)  # type: ignore[arg-type]
    store.add(made)
    return made


def sight_again(store: Store, version: int, *, source: str = "again.txt", at: str) -> Entry:
    """Add a page that shows a known version once more."""
    known = store.versions([version])[version]
    item = store.items([known.item])[known.item]
    transmission = page(known.text, source=source)
    verdict = Verdict(
        Novelty.REPEATED,
        Change.IDENTICAL,
        known.item,
        version,
        False,
        False,
        Match(MatchKind.EXACT, 1.0, None, 0, "same text", version),
        None,
    )
    report = replace(
        excerpt_report(transmission.excerpts[0], verdict, item.id),
        match=MatchReport(
            MatchKind.EXACT, 1.0, None, 0, "same text", (), item.first_seen, item.times_seen
        ),
    )
    number = store.counters().transmission
    made = entry(transmission, number, [verdict], [report], occurrence=number, observed_at=at)
    store.add(made)
    return made


# Opening


@pytest.mark.parametrize("readonly", [False, True])
def test_a_missing_store_is_named_and_not_made(tmp_path: Path, readonly: bool) -> None:
    with pytest.raises(StoreError, match=r"no store there yet; `feedtool ingest` makes one") as e:
        Store.open(str(tmp_path / "none.db"), readonly=readonly)

    assert e.value.exit_code is ExitCode.STORE
    assert list(tmp_path.iterdir()) == []


def test_an_empty_file_becomes_a_store_only_when_one_is_to_be_made(path: str) -> None:
    Path(path).touch()
    with pytest.raises(StoreError, match="no store there yet"):
        Store.open(path)
    assert Path(path).stat().st_size == 0

    with Store.open(path, create=True) as store:
        assert store.counters() == Counters(1, 1, 1)


@pytest.mark.parametrize("pages", [1, 3, 99])
@pytest.mark.parametrize("readonly", [True, False])
def test_a_store_that_was_killed_while_it_was_made_is_made_anew(
    tmp_path: Path, path: str, pages: int, readonly: bool
) -> None:
    """Some or all of its pages are written, and the journal that takes them back is there."""
    made = str(tmp_path / "made.db")
    with closing(sqlite3.connect(made, isolation_level=None)) as other:
        other.execute("PRAGMA cache_size = 1")
        other.execute("BEGIN")
        for statement in (*schema.TABLES, *schema.VIEWS):
            other.execute(statement)
        other.execute(f"PRAGMA application_id = {schema.APPLICATION_ID}")
        other.execute(f"PRAGMA user_version = {schema.USER_VERSION}")
        shutil.copy(f"{made}-journal", f"{path}-journal")
        other.execute("COMMIT")
    Path(path).write_bytes(Path(made).read_bytes()[: pages * 4096])
    if readonly:
        with pytest.raises(StoreError, match="no store there yet"):
            Store.open(path, readonly=True)
    with Store.open(path, create=True) as store:
        add(store, ARTICLE)
        assert store.counters() == Counters(2, 2, 2)
    assert integrity(path) == "ok"


@pytest.mark.parametrize("content", [b"INCOMING TRANSMISSION\n", b"x", b"SQLite format 4" * 999])
def test_a_file_that_is_no_sqlite_is_refused_untouched(path: str, content: bytes) -> None:
    Path(path).write_bytes(content)

    with pytest.raises(StoreError, match="no SQLite file"):
        Store.open(path, create=True)

    assert Path(path).read_bytes() == content
    assert os.listdir(Path(path).parent) == ["feeds.db"]


@pytest.mark.parametrize(
    ("application_id", "found"), [(0, "0x00000000"), (0x47504B47, r"0x47504b47 \('GPKG'\)")]
)
def test_a_foreign_sqlite_file_is_refused_untouched(
    path: str, application_id: int, found: str
) -> None:
    with closing(sqlite3.connect(path)) as foreign:
        foreign.execute("PRAGMA journal_mode = WAL")
        foreign.execute("CREATE TABLE t (x)")
        foreign.execute(f"PRAGMA application_id = {application_id}")
    content = Path(path).read_bytes()

    with pytest.raises(StoreError, match=f"not a feedtool store: its application_id is {found}"):
        Store.open(path, create=True)

    assert Path(path).read_bytes() == content
    assert os.listdir(Path(path).parent) == ["feeds.db"]


def test_a_newer_store_is_refused_untouched(path: str) -> None:
    Store.open(path, create=True).close()
    with closing(sqlite3.connect(path)) as newer:
        newer.execute("PRAGMA user_version = 7")
        newer.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    content = Path(path).read_bytes()

    with pytest.raises(StoreError, match=r"newer feedtool: its schema is version 7.* up to 5"):
        Store.open(path, create=True)

    assert Path(path).read_bytes() == content


def test_a_store_that_became_newer_in_the_log_is_refused_too(path: str) -> None:
    Store.open(path, create=True).close()
    with closing(sqlite3.connect(path)) as newer:
        newer.execute("PRAGMA user_version = 7")
        for readonly in (False, True):
            with pytest.raises(StoreError, match="newer feedtool"):
                Store.open(path, readonly=readonly)


def test_a_store_without_one_of_its_tables_is_damaged(path: str) -> None:
    Store.open(path, create=True).close()
    with closing(sqlite3.connect(path)) as other:
        other.execute("DROP TABLE notes")

    with pytest.raises(StoreError, match="damaged: no table notes"):
        Store.open(path)


def test_a_torn_store_is_damaged(path: str) -> None:
    with Store.open(path, create=True) as store:
        add(store, *[f"{ARTICLE} {number}" for number in range(300)])
    whole = Path(path).read_bytes()
    Path(path).write_bytes(whole[: len(whole) // 2])

    with pytest.raises(StoreError, match="damaged"):
        Store.open(path)


def test_pages_of_noise_are_damage_and_undo_the_transaction(path: str) -> None:
    with Store.open(path, create=True) as store:
        add(store, *[f"{ARTICLE} {number}" for number in range(300)])
    whole = bytearray(Path(path).read_bytes())
    for at in range(4096 * 22, len(whole), 4096):
        whole[at : at + 100] = b"\xff" * 100
    Path(path).write_bytes(whole)

    with Store.open(path) as store:
        with pytest.raises(StoreError, match="damaged"):
            list(store.items_list())
        with pytest.raises(StoreError, match="damaged"):
            add(store, *[f"{OTHER} {number}" for number in range(300)])
    assert Path(path).read_bytes() == whole


def test_a_folder_is_no_store(tmp_path: Path) -> None:
    with pytest.raises(StoreError, match="a folder"):
        Store.open(str(tmp_path), create=True)


def test_a_store_in_a_folder_that_is_missing_cannot_be_made(tmp_path: Path) -> None:
    with pytest.raises(StoreError, match="there is no folder"):
        Store.open(str(tmp_path / "none" / "feeds.db"), create=True)


@pytest.mark.parametrize(
    "name", [":memory:", "a b?mode=ro#%41.db", "语料.db", "file:x", "\udcff.db"]
)
def test_a_name_is_only_a_name(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, name: str) -> None:
    monkeypatch.chdir(tmp_path)
    with Store.open(name, create=True) as store:
        add(store, ARTICLE)

    assert os.listdir() == [name]
    with Store.open(name, readonly=True) as store:
        assert store.counters() == Counters(2, 2, 2)


@pytest.mark.skipif(os.geteuid() == 0, reason="root may write everywhere")
def test_a_store_in_a_folder_that_may_not_be_written_can_be_read(tmp_path: Path) -> None:
    folder = tmp_path / "cd"
    folder.mkdir()
    with Store.open(str(folder / "feeds.db"), create=True) as store:
        add(store, ARTICLE)
    (folder / "feeds.db").chmod(0o444)
    folder.chmod(0o555)
    try:
        with Store.open(str(folder / "feeds.db"), readonly=True) as store:
            assert store.counters() == Counters(2, 2, 2)
        with pytest.raises(StoreError, match="read-only"):
            Store.open(str(folder / "feeds.db"))
    finally:
        folder.chmod(0o755)


def test_an_sqlite_that_is_too_old_is_refused(path: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(connection, "LEAST_SQLITE", (99, 1, 0))

    with pytest.raises(StoreError, match=r"needs SQLite 99\.1\.0 or newer, this Python brings"):
        Store.open(path, create=True)


def test_several_processes_may_make_a_store_at_once(path: str) -> None:
    script = (
        "import sys; from feedtool.stores.sqlite import Store; Store.open(sys.argv[1], create=True)"
    )
    running = [run_python(script, path) for _ in range(4)]
    for process in running:
        process.communicate(timeout=20)

    assert [process.returncode for process in running] == [0] * 4
    with Store.open(path, readonly=True) as store:
        assert list(store.log()) == []


# What is kept


SURROGATE = "a byte \udcff that was no UTF-8, and \ud800 alone"
NUL = "before\0after"


def everything() -> tuple[Entry, Entry]:
    """Return two entries that between them use every field, and texts that TEXT cannot hold."""
    first = fresh(Counters(1, 1, 1), ARTICLE, SURROGATE, NUL, source="\udcffile\0.txt")
    transmission = page(ARTICLE[:40] + "...", OTHER, "第三篇 🙂", source="second.txt")
    again, new, plain = transmission.excerpts
    again = replace(again, section=NUL, category=SURROGATE, date="2026-01-11")
    again = replace(again, truncation=replace(again.truncation, cap=350))
    transmission = replace(transmission, excerpts=(again, new, plain))
    matched = Match(MatchKind.PREFIX, 0.987654321, 0.25, 3, "a rule of ours: …", 1)
    verdicts = [
        Verdict(Novelty.REPEATED, Change.SHORTENED, 1, 4, False, True, matched, None),
        Verdict(Novelty.NEW, None, 4, 5, True, True, None, Nearest(2, 0.5, "too little", 2)),
        founding(5, 6),
    ]
    changes = (ChangeSpan("delete", (40, 71), (40, 40)), ChangeSpan("replace", (1, 2), (1, 9)))
    place = Place(1, first.report.source, 2)
    reports = [
        replace(
            excerpt_report(again, verdicts[0], "item1"),
            match=MatchReport(MatchKind.PREFIX, 0.9877, 0.25, 3, "a rule …", changes, place, 1),
            completed=True,
        ),
        replace(
            excerpt_report(new, verdicts[1], "item4"), nearest=NearestReport("item2", 0.5, "too …")
        ),
        excerpt_report(plain, verdicts[2], "item5"),
    ]
    notes = [
        NoteReport(9, BlockKind.PAGINATION, "1 2"),
        NoteReport(3, BlockKind.OTHER, NUL + SURROGATE),
    ]
    warnings = [WarningReport("bad-bytes", 3, 8, SURROGATE), WarningReport("nul", 4, 7, "NUL")]
    second = entry(
        transmission, 2, verdicts, reports, notes=notes, warnings=warnings, origin="\udcff"
    )
    return first, second


def test_a_report_comes_back_as_it_was_given(store: Store) -> None:
    first, second = everything()
    store.add(first)
    store.add(second)

    assert store.report(1) == first.report
    assert store.report(2) == second.report


def test_versions_come_back_as_they_were_received(store: Store) -> None:
    first, second = everything()
    store.add(first)
    store.add(second)

    versions = store.versions(range(1, 7))
    assert [versions[number].text for number in range(1, 7)] == [
        ARTICLE,
        SURROGATE,
        NUL,
        ARTICLE[:40] + "...",
        OTHER,
        "第三篇 🙂",
    ]
    prints = [*first.fingerprints, *second.fingerprints]
    for number, made in enumerate(prints, 1):
        version = versions[number]
        assert (version.normal, version.digest) == (
            made.normal,
            made.digest,
        )
    assert (versions[4].truncated, versions[4].length, versions[4].item) == (True, 40, 1)


@pytest.mark.parametrize("raw", [b"", b"\0", b"abc" * 99, os.urandom(999)])
def test_the_raw_bytes_come_back(store: Store, raw: bytes) -> None:
    made = fresh(Counters(1, 1, 1))
    report = replace(made.report, sha256=sha256(raw).hexdigest())
    store.add(replace(made, transmission=replace(made.transmission, raw=raw), report=report))

    assert store.raw(1) == raw
    assert next(store.log()).bytes == len(raw)


@pytest.mark.parametrize("raw", [b"short", b"long" * 99])
@pytest.mark.parametrize("place", [0, -1])
def test_a_dump_that_is_not_what_was_received_is_not_given_out(
    store: Store, path: str, raw: bytes, place: int
) -> None:
    made = fresh(Counters(1, 1, 1))
    report = replace(made.report, sha256=sha256(raw).hexdigest())
    store.add(replace(made, transmission=replace(made.transmission, raw=raw), report=report))
    with closing(sqlite3.connect(path)) as other, other:
        ((stored,),) = other.execute("SELECT bytes FROM dumps").fetchall()
        flipped = bytearray(stored)
        flipped[place] ^= 4
        other.execute("UPDATE dumps SET bytes = ?", (bytes(flipped),))

    with pytest.raises(StoreError, match="the dump of transmission 1 is not what was received"):
        store.raw(1)


def test_what_is_not_there_is_said(store: Store) -> None:
    for ask in (store.raw, store.report):
        with pytest.raises(NotFoundError, match="no transmission 7"):
            ask(7)


def test_a_transmission_is_known_by_origin_bytes_and_occurrence(store: Store) -> None:
    made = add(store, ARTICLE, origin="one")
    digest = made.report.sha256

    assert store.known("one", digest, 0) == 1
    assert store.known("one", digest, 1) is None
    assert store.known("two", digest, 0) is None
    assert store.known("one", "0" * 64, 0) is None


def test_meeting_the_bytes_again_only_adds_an_observation(store: Store) -> None:
    made = add(store, ARTICLE)
    store.observe(1, JUNE)
    store.observe(1, JUNE)

    (logged,) = store.log()
    assert logged.observed_at == "2026-05-01T08:00:00Z"
    assert logged.observations == (logged.observed_at, *["2026-06-01T08:00:00Z"] * 2)
    assert store.report(1) == made.report


def test_a_number_of_a_transmission_is_never_used_again(store: Store, path: str) -> None:
    add(store, ARTICLE)
    with closing(sqlite3.connect(path)) as other:
        for table in ("sightings", "dumps", "observations"):
            other.execute(f"DELETE FROM {table}")
        other.execute("DELETE FROM transmissions")
        other.commit()

    assert store.counters().transmission == 2


def test_numbers_count_on(store: Store) -> None:
    add(store, ARTICLE, OTHER)

    assert store.counters() == Counters(2, 3, 3)


# Items


def test_an_item_counts_its_sightings_and_knows_if_it_came_whole(store: Store) -> None:
    add(store, OTHER, ARTICLE, source="first.txt")
    sight_again(store, 1, at="2026-05-02T08:00:00Z")

    items = store.items([1, 2])
    assert (items[1].id, items[1].whole, items[1].times_seen) == ("item1", False, 2)
    assert items[1].first_seen == Place(1, "first.txt", 2)
    assert (items[2].whole, items[2].times_seen) == (True, 1)
    assert [item.number for item in store.items_of(1)] == [1, 2]
    assert store.items_of(1)[0] == items[1]


def test_a_linked_item_is_answered_with_its_root(store: Store) -> None:
    add(store, OTHER, origin="one")
    add(store, OTHER[:-3] + " today.", origin="two", roots=[1], ids=["item1"])

    assert store.items([1, 2]) == {1: store.items([1])[1], 2: store.items([1])[1]}
    root = store.items([2])[2]
    assert (root.number, root.id, root.times_seen, root.whole) == (1, "item1", 2, True)
    assert store.report(2).excerpts[0].item == "item1"
    assert [version.number for version in store.versions_of(1)] == [1, 2]
    assert store.versions_of(2) == store.versions_of(1)
    assert store.latest(1).number == 2
    (listed,) = store.items_list()
    assert (listed.origins, listed.versions, listed.sightings) == (("one", "two"), 2, 2)


def test_ids_that_some_item_bears_are_taken(store: Store) -> None:
    add(store, ARTICLE)

    assert set(store.taken(["item1", "item2", "x'; DROP TABLE items"])) == {"item1"}


def test_a_list_shows_the_newest_text_and_both_ends(store: Store) -> None:
    add(store, OTHER, ARTICLE, source="first.txt")
    sight_again(store, 1, source="last.txt", at="2026-05-02T08:00:00Z")

    seen = list(store.items_list())
    assert [item.id for item in seen] == ["item1", "item2"]
    assert (seen[0].text, seen[0].truncated, seen[0].whole) == (OTHER, True, False)
    assert seen[0].first_seen == Place(1, "first.txt", 2)
    assert seen[0].last_seen == Place(2, "last.txt", 2)
    assert seen[1].last_seen == seen[1].first_seen == Place(1, "first.txt", 3)


def test_items_are_listed_by_what_is_asked(store: Store) -> None:
    add(store, OTHER, "GRÜSSE aus Köln", origin="one")
    add(store, NUL, "ΣΊΣΥΦΟΣ", origin="two", observed_at="2026-06-01T08:00:00Z")

    def ids(**settings: object) -> list[str]:
        return [item.id for item in store.items_list(**settings)]  # type: ignore[arg-type]

    assert ids(truncated=True) == ["item1"]
    assert ids(truncated=False) == ["item2", "item3", "item4"]
    assert ids(since=JUNE) == ["item3", "item4"]
    assert ids(since=MAY) == ["item1", "item2", "item3", "item4"]
    assert ids(origin="two") == ["item3", "item4"]
    assert ids(origin="three") == []
    assert ids(search="grüße") == ["item2"]
    assert ids(search="σίσυφος") == ["item4"]
    assert ids(search="\0after") == ["item3"]
    assert ids(search="%") == []
    assert ids(limit=2, newest_first=True) == ["item4", "item3"]
    assert ids(search="grüsse", truncated=True) == []


def test_an_item_is_named_by_any_unique_beginning(store: Store) -> None:
    add(store, "a", "b", "c", ids=["abcd", "abce", "abcd-2"])

    assert store.resolve("abcd") == 1
    assert store.resolve("ABCE") == 2
    assert store.resolve("abcd-") == 3
    with pytest.raises(NotFoundError, match=r"several items: abcd, abcd-2, abce$"):
        store.resolve("abc")


@pytest.mark.parametrize("prefix", ["x", "", "%", "é", "\0", "\udcff", "a" * 99])
def test_a_name_that_fits_no_item_is_said(store: Store, prefix: str) -> None:
    add(store, "a", ids=["abcd"])

    with pytest.raises(NotFoundError, match="no item"):
        store.resolve(prefix)


def test_an_item_is_shown_with_what_changed(store: Store) -> None:
    add(store, OTHER)
    fuller = OTHER[:-3] + " and more."
    transmission = page(fuller, source="second.txt")
    verdict = Verdict(
        Novelty.REPEATED,
        Change.EXTENDED,
        1,
        2,
        False,
        True,
        Match(MatchKind.PREFIX, 1.0, None, 0, "", 1),
        None,
    )
    match = MatchReport(MatchKind.PREFIX, 1.0, None, 0, "", (), Place(1, "page.txt", 2), 1)
    report = replace(excerpt_report(transmission.excerpts[0], verdict, "item1"), match=match)
    store.add(entry(transmission, 2, [verdict], [report]))
    sight_again(store, 1, at="2026-05-03T08:00:00Z")

    item, (before, after) = store.show("item1")

    assert (item.versions, item.sightings, item.text, item.whole) == (2, 3, fuller, True)
    assert (before.text, before.change, before.changes) == (OTHER, None, ())
    assert [seen.transmission for seen in before.sightings] == [1, 3]
    assert before.truncation.marker == "..."
    assert after.change is Change.EXTENDED
    assert after.changes != ()
    assert [(seen.source, seen.novelty) for seen in after.sightings] == [
        ("second.txt", Novelty.REPEATED)
    ]


def test_the_log_is_in_order_and_can_be_cut_to_the_newest(store: Store) -> None:
    for number, origin in enumerate(["one", "two", "one"], 1):
        add(store, f"text {number}", origin=origin, observed_at=f"2026-05-0{number}T08:00:00Z")

    def ids(**settings: object) -> list[int]:
        return [logged.id for logged in store.log(**settings)]  # type: ignore[arg-type]

    assert ids() == [1, 2, 3]
    assert ids(limit=2) == [2, 3]
    assert ids(limit=9) == [1, 2, 3]
    assert ids(limit=0) == []
    assert ids(origin="one", limit=1) == [3]
    assert ids(since=MAY.replace(day=2)) == [2, 3]
    assert next(store.log()).summary == store.report(1).summary


def test_reports_can_be_read_while_the_log_is(store: Store) -> None:
    for number in range(5):
        add(store, f"text {number}")

    assert [store.report(logged.id).id for logged in store.log()] == [1, 2, 3, 4, 5]


# Keys


def shelved(counters: Counters, rows: list[tuple[bool, tuple[int, ...]]], origin: str) -> Entry:
    """Return an entry whose texts have these keys, each founding an item or joining the first."""
    transmission = page(*[f"text {counters.version + at}" for at in range(len(rows))])
    verdicts, item = [], counters.item
    for at, (founds, _) in enumerate(rows):
        verdict = founding(item, counters.version + at)
        if founds:
            item += 1
        else:
            verdict = replace(verdict, item=1, founds_item=False)
        verdicts.append(verdict)
    reports = [
        excerpt_report(one, verdict, f"item{verdict.item}")
        for one, verdict in zip(transmission.excerpts, verdicts, strict=True)
    ]
    prints = [Fingerprint(1, bytes(16), "", keys, 0) for _, keys in rows]
    return entry(
        transmission, counters.transmission, verdicts, reports, prints=prints, origin=origin
    )


KEYS = (-(2**63), -7, 0, 5, 2**63 - 1)
PAGES = st.lists(
    st.tuples(
        st.sampled_from(["one", "two", "three"]),
        st.lists(
            st.tuples(st.booleans(), st.sets(st.sampled_from(KEYS)).map(tuple)),
            min_size=1,
            max_size=4,
        ),
    ),
    max_size=12,
)


@given(
    pages=PAGES,
    look=st.booleans(),
    together=st.booleans(),
    many=st.lists(st.booleans(), min_size=13, max_size=13),
)
def test_keys_are_found_as_an_index_in_memory_finds_them(
    pages: list[tuple[str, list[tuple[bool, tuple[int, ...]]]]],
    look: bool,
    together: bool,
    many: list[bool],
) -> None:
    """Caps of 2 and runs of 3 rows make happen here what takes thousands of pages."""
    with pytest.MonkeyPatch.context() as patch, new_store() as store:
        for name, value in {
            "CAP": 2,
            "OPEN_SHELF": 4,
            "RECENT": 5,
            "RUN": 3,
            "RECENT_IN_BULK": 8,
        }.items():
            patch.setattr(postings, name, value)
        patch.setattr(columns, "CAP", 2)
        patch.setattr("feedtool.fingerprint.recipe.CAP", 2)
        memory = MemoryIndex()
        if together:
            store.begin()
        packed = array("q", sorted(KEYS)).tobytes()
        for (origin, rows), in_columns in zip(
            [("one", [(True, ())]), *pages], many[: len(pages) + 1], strict=True
        ):
            patch.setattr(write, "MANY", 1 if in_columns else 1000)
            if look:
                store.pairs(origin, packed) if in_columns else store.postings(origin, KEYS)
            made = shelved(memory.counters(), rows, origin)
            memory.add(made)
            store.add(made)
        if together:
            store.commit()
        assert store.counters() == memory.counters()
        for origin in ("one", "two", "three", "four"):
            assert store.postings(origin, KEYS) == memory.postings(origin, KEYS)
            assert store.pairs(origin, packed) == memory.pairs(origin, packed)
            assert store.postings_elsewhere(origin, KEYS) == memory.postings_elsewhere(origin, KEYS)


@given(
    pages=PAGES,
    turns=st.lists(st.tuples(st.booleans(), st.booleans(), st.booleans()), min_size=13),
)
@settings(max_examples=50)
def test_two_runs_find_what_the_other_has_added_and_kept(
    tmp_path_factory: pytest.TempPathFactory,
    pages: list[tuple[str, list[tuple[bool, tuple[int, ...]]]]],
    turns: list[tuple[bool, bool, bool]],
) -> None:
    """Both keep recent keys in memory, and either may be in the middle of a sweep."""
    path = str(tmp_path_factory.mktemp("store") / "feeds.db")
    with (
        pytest.MonkeyPatch.context() as patch,
        Store.open(path, create=True) as one,
        Store.open(path) as other,
    ):
        for name, value in {"RECENT": 2, "RUN": 2, "RECENT_IN_BULK": 4}.items():
            patch.setattr(postings, name, value)
        memory = MemoryIndex()
        founded = [("one", [(True, ())]), *pages]
        for (origin, rows), (second, in_columns, fails) in zip(founded, turns, strict=False):
            store = other if second else one
            patch.setattr(write, "MANY", 1 if in_columns else 1000)
            made = shelved(memory.counters(), rows, origin)
            if fails:
                store.begin()
                store.add(made)
                store.rollback()
            memory.add(made)
            store.add(made)
        for store in (one, other):
            for origin in ("one", "two", "three", "four"):
                assert store.postings(origin, KEYS) == memory.postings(origin, KEYS)
    with Store.open(path) as store:
        assert store.postings("one", KEYS) == memory.postings("one", KEYS)


KEYS_OF_ARTICLE = fresh(Counters(1, 1, 1), f"{ARTICLE} 3 4").fingerprints[0].keys


def test_a_long_run_leaves_few_recent_keys(path: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(postings, "RECENT", 30)
    monkeypatch.setattr(postings, "RUN", 20)
    with Store.open(path, create=True) as store:
        for number in range(9):
            add(store, *[f"{ARTICLE} {number} {at}" for at in range(12)])
        waiting = rows_of(path, "recent_keys")
        held = store.postings("default", KEYS_OF_ARTICLE)
    assert waiting > 9
    assert rows_of(path, "recent_keys") < 9
    with Store.open(path) as store:
        assert store.postings("default", KEYS_OF_ARTICLE) == held
        assert held


def new_store() -> Store:
    """Return a store that is gone when it is closed."""
    opened = connection.Connection(":memory:", "mode=memory", 1)
    schema._make(opened)
    opened.run("PRAGMA foreign_keys = ON")
    return Store(":memory:", opened)


def test_a_key_holds_its_first_texts_in_one_batch_and_over_many(store: Store) -> None:
    rows = [(True, (1, number + 10)) for number in range(CAP - 2)]
    store.add(shelved(store.counters(), rows, "one"))
    for _ in range(4):
        store.add(shelved(store.counters(), [(True, (1,))], "one"))

    assert store.postings("one", [1]) == {1: list(range(1, CAP + 1))}
    assert store.postings_elsewhere("two", [1, 2]) == {1: list(range(1, CAP + 1))}
    assert store.postings_elsewhere("one", [1]) == {}


# Transactions


def rows_of(path: str, table: str) -> int:
    with closing(sqlite3.connect(path)) as reader:
        return int(reader.execute(f"SELECT count(*) FROM {table}").fetchone()[0])


TABLES = [
    "origins",
    "transmissions",
    "dumps",
    "observations",
    "items",
    "versions",
    "sightings",
    "keys",
    "recent_keys",
]


def test_a_transaction_that_raises_leaves_the_store_as_it_was(store: Store, path: str) -> None:
    add(store, ARTICLE)
    before = [rows_of(path, table) for table in TABLES]

    def interrupted() -> None:
        with store.transaction():
            add(store, OTHER, origin="two")
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        interrupted()

    assert [rows_of(path, table) for table in TABLES] == before
    add(store, OTHER)
    assert store.counters() == Counters(3, 3, 3)


def test_half_a_transmission_cannot_be_committed(store: Store, path: str) -> None:
    store.begin()
    made = add(store, ARTICLE)
    twice = replace(made, report=replace(made.report, id=2))
    with pytest.raises(sqlite3.IntegrityError):
        store.add(twice)

    store.rollback()
    assert [rows_of(path, table) for table in TABLES] == [0] * len(TABLES)


def test_others_see_a_transaction_when_it_is_committed(store: Store, path: str) -> None:
    with Store.open(path, readonly=True) as reader:
        with store.transaction():
            add(store, ARTICLE)
            assert reader.counters() == Counters(1, 1, 1)
            with pytest.raises(NotFoundError):
                reader.report(1)
        assert reader.report(1) == store.report(1)


def test_a_snapshot_stays_what_it_is(store: Store, path: str) -> None:
    with Store.open(path, readonly=True) as reader:
        with reader.snapshot():
            assert reader.counters() == Counters(1, 1, 1)
            add(store, ARTICLE)
            assert reader.counters() == Counters(1, 1, 1)
        assert reader.counters() == Counters(2, 2, 2)


def test_a_log_that_is_half_written_back_is_no_damage(path: str) -> None:
    with Store.open(path, create=True) as opened:
        add(opened, ARTICLE, "".join(map(chr, range(0x4E00, 0x9FFF))))
        torn, log = bytearray(Path(path).read_bytes()), Path(f"{path}-wal").read_bytes()
    # The first page is back already, and counts pages that are not.
    torn[28:32] = (1000).to_bytes(4, "big")
    Path(path).write_bytes(torn)
    Path(f"{path}-wal").write_bytes(log)
    with Store.open(path, readonly=True) as opened:
        assert len(list(opened.items_list())) == 2


def test_a_reader_leaves_no_file_behind(path: str) -> None:
    with Store.open(path, create=True) as opened:
        add(opened, ARTICLE)
    before = os.listdir(os.path.dirname(path)), Path(path).read_bytes()
    with Store.open(path, readonly=True) as opened:
        assert len(list(opened.items_list())) == 1
    assert (os.listdir(os.path.dirname(path)), Path(path).read_bytes()) == before


def test_a_reader_may_stop_in_the_middle(path: str) -> None:
    with Store.open(path, create=True) as opened:
        add(opened, ARTICLE, OTHER)
    for listed in ("items_list", "log"):
        with Store.open(path, readonly=True) as opened:
            rows = getattr(opened, listed)()
            next(rows)
        # It would end in an error that nobody can catch, and Python prints it.
        rows.close()


def test_a_reader_cannot_write(path: str) -> None:
    Store.open(path, create=True).close()
    with Store.open(path, readonly=True) as reader, pytest.raises(StoreError, match="read-only"):
        add(reader, ARTICLE)


def test_a_busy_store_is_said_after_the_timeout(store: Store, path: str) -> None:
    store.begin()
    with Store.open(path, timeout=0.2) as other:
        started = time.monotonic()
        with pytest.raises(StoreError, match=r"feeds\.db: busy: .* waited 0\.2 seconds") as error:
            other.begin()
    assert error.value.exit_code is ExitCode.STORE
    assert 0.15 < time.monotonic() - started < 2


def test_a_second_writer_waits_for_the_first(store: Store, path: str) -> None:
    def write() -> None:
        with Store.open(path, timeout=20) as other, other.transaction():
            add(other, OTHER)

    store.begin()
    add(store, ARTICLE)
    second = threading.Thread(target=write)
    second.start()
    time.sleep(0.1)
    assert second.is_alive()
    store.commit()
    second.join(20)

    assert store.counters() == Counters(3, 3, 3)


def test_a_bulk_run_lets_others_in(store: Store, path: str) -> None:
    """A lock that is taken again at once would leave the others no moment to take it."""
    ended = threading.Event()

    def write_on_and_on() -> None:
        with Store.open(path, timeout=20) as bulk:
            while not ended.is_set():
                with bulk.transaction():
                    time.sleep(connection.LONG_HELD * 1.2)

    other = threading.Thread(target=write_on_and_on)
    other.start()
    try:
        time.sleep(0.05)
        with Store.open(path, timeout=3) as small:
            for number in range(3):
                add(small, f"text {number}")
    finally:
        ended.set()
        other.join(20)
    assert store.counters() == Counters(4, 4, 4)


def test_a_full_disk_is_said_and_leaves_the_store_whole(store: Store, path: str) -> None:
    add(store, ARTICLE)
    ((pages,),) = store._connection.rows("PRAGMA page_count")
    store._connection.run(f"PRAGMA max_page_count = {pages + 5}")

    def fill() -> None:
        with store.transaction():
            add(store, OTHER)
            add(store, *[f"{ARTICLE} {number}" for number in range(999)])

    with pytest.raises(StoreError, match=r"the disk is full, .*; what was under way is not stored"):
        fill()

    store._connection.run("PRAGMA max_page_count = 1000000")
    assert store.counters() == Counters(2, 2, 2)
    add(store, OTHER)
    assert integrity(path) == "ok"


def integrity(path: str) -> str:
    with closing(sqlite3.connect(path)) as reader:
        assert reader.execute("PRAGMA foreign_key_check").fetchall() == []
        return str(reader.execute("PRAGMA integrity_check").fetchone()[0])


def run_python(script: str, *arguments: str) -> "subprocess.Popen[str]":
    return subprocess.Popen(
        [sys.executable, "-c", script, *arguments],
        cwd=ROOT,
        env={**os.environ, "PYTHONPATH": str(ROOT)},
        stdout=subprocess.PIPE,
        text=True,
    )


WRITER = """
import sys
from feedtool.stores.sqlite import Store, postings
from tests.factories import fresh
postings.RECENT, postings.RUN = 400, 150
with Store.open(sys.argv[1], create=True) as store:
    print("ready", flush=True)
    while True:
        with store.transaction():
            for _ in range(3):
                start = store.counters()
                store.add(fresh(start, *[f"text {start.version + n} of a page" for n in range(7)]))
"""


@pytest.mark.skipif(not hasattr(signal, "SIGKILL"), reason="no way to kill")
def test_a_killed_process_leaves_every_transmission_whole_or_not_at_all(path: str) -> None:
    for moment in (0.0, 0.03, 0.11):
        process = run_python(WRITER, path)
        assert process.stdout
        with process.stdout as said:
            assert said.readline() == "ready\n"
            time.sleep(moment)
            process.kill()
            process.wait(10)

        assert integrity(path) == "ok"
        with Store.open(path) as store:
            numbers = [logged.id for logged in store.log()]
            assert numbers == list(range(1, len(numbers) + 1))
            assert len(numbers) % 3 == 0
            for number in numbers:
                report = store.report(number)
                assert len(report.excerpts) == report.summary.excerpts == 7
            counters = store.counters()
            assert counters == Counters(
                len(numbers) + 1, len(numbers) * 7 + 1, len(numbers) * 7 + 1
            )
        assert rows_of(path, "dumps") == len(numbers)


def test_the_log_of_a_bulk_run_stays_small(store: Store, path: str) -> None:
    store._connection.run("PRAGMA wal_autocheckpoint = 100")
    for number in range(150):
        add(store, *[f"{ARTICLE} {number} {at}" for at in range(12)])

    assert os.path.getsize(f"{path}-wal") < 3 * 100 * 4096 + 2_000_000


# The schema as others see it


DOCS = (ROOT / "docs" / "store.md").read_text(encoding="utf-8")


def test_the_queries_of_the_docs_run_and_find_something(store: Store, path: str) -> None:
    first, second = everything()
    store.add(first)
    match = second.verdicts[0].match
    report = second.report.excerpts[0]
    assert match
    assert report.match
    near = replace(report, match=replace(report.match, kind=MatchKind.NEAR))
    excerpts = (near, *second.report.excerpts[1:])
    store.add(replace(second, report=replace(second.report, excerpts=excerpts)))

    queries = re.findall(r"```sql\n(.*?)```", DOCS, re.DOTALL)
    assert len(queries) == 5
    with closing(sqlite3.connect(path)) as reader:
        for query in queries:
            assert reader.execute(query).fetchall(), query


def test_the_docs_name_every_table_and_column(store: Store) -> None:
    named = set(re.findall(r"`(\w+)`", DOCS))

    for table, kind in store._connection.rows("SELECT name, type FROM sqlite_schema"):
        if kind in ("table", "view") and not table.startswith("sqlite_"):
            columns = {row[1] for row in store._connection.rows(f"PRAGMA table_info({table})")}
            assert {table, *columns} <= named, table


def test_the_views_can_be_read_whole(store: Store, path: str) -> None:
    first, second = everything()
    store.add(first)
    store.add(second)

    with closing(sqlite3.connect(path)) as reader:
        texts = [text for (text,) in reader.execute("SELECT text FROM excerpts ORDER BY rowid")]
        assert len(reader.execute("SELECT * FROM item_overview").fetchall()) == 5
        assert len(reader.execute("SELECT * FROM transmission_log").fetchall()) == 2
    assert texts[0] == ARTICLE
    assert texts[1] == SURROGATE.encode("utf-8", "surrogatepass")
    assert texts[2] == NUL.encode()


def test_no_search_scans_a_table(store: Store) -> None:
    from feedtool.stores.sqlite import archive, listing, logbook, query

    statements = {
        postings.OWN: 3,
        postings.OWN_HOLDERS: 3,
        postings.ALL_HOLDERS: 3,
        postings.ELSEWHERE: 3,
        query.COUNTERS: 0,
        query.VERSIONS: 1,
        query.VERSIONS_OF: 1,
        query.ITEMS: 1,
        query.TAKEN: 1,
        query.KNOWN: 3,
        archive.TRANSMISSION: 1,
        archive.EXCERPTS: 1,
        archive.ITEMS_OF: 1,
        logbook.OBSERVATIONS: 1,
        listing.SIGHTINGS: 1,
        listing.EXACT: 1,
        listing.BEGINNING: 3,
        f"{listing.OVERVIEW} WHERE v.number = ?": 1,
    }
    for statement, values in statements.items():
        plan = store._connection.rows(f"EXPLAIN QUERY PLAN {statement}", ("[]",) * values)
        steps = [step for *_, step in plan if step.startswith("SCAN")]
        allowed = (
            "SCAN w VIRTUAL",
            "SCAN json_each VIRTUAL",
            "SCAN sqlite_sequence",
            "SCAN CONSTANT",
        )
        assert [step for step in steps if not step.startswith(allowed)] == [], statement


def test_a_transmission_of_nothing_is_kept(store: Store) -> None:
    made: Transmission = page()
    excerpts: tuple[Excerpt, ...] = made.excerpts
    add(store)

    assert excerpts == ()
    assert store.report(1).excerpts == ()
    assert store.raw(1) == made.raw


@pytest.mark.parametrize("lack", ["a thread", "memory"])
def test_dumps_are_packed_where_nothing_can_be_done_beside(
    monkeypatch: pytest.MonkeyPatch, lack: str
) -> None:
    def no_thread(_: threading.Thread) -> None:
        raise RuntimeError("can't start new thread")

    def no_memory(raw: bytes) -> tuple[int, str, bytes]:
        if threading.current_thread() is not threading.main_thread() and raw == dumps[3]:
            raise MemoryError
        return packed(raw)

    packed, dumps = write._packed, [b"%d " % number * 99 for number in range(20)]
    if lack == "a thread":
        monkeypatch.setattr(threading.Thread, "start", no_thread)
    else:
        monkeypatch.setattr(write, "_packed", no_memory)
    assert write._pack(dumps)() == [packed(raw) for raw in dumps]
