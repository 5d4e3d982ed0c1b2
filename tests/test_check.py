import sqlite3
from contextlib import closing
from pathlib import Path

import pytest

from feedtool import upkeep
from feedtool.errors import ExitCode, StoreError
from feedtool.fingerprint.recipe import CAP
from feedtool.pipeline import ingest
from feedtool.report.care import CheckReport
from feedtool.stores.sqlite import Store, cells, checking, postings, schema
from tests.console import run
from tests.histories import Step, content, content_of, dump, quiet, seen, years
from tests.pages import NOON
from tests.validation import validated


def checked(path: str) -> CheckReport:
    with Store.open(path, readonly=True) as store:
        return upkeep.check(store, quiet, hashed=True)


def changed(path: str, *statements: str) -> list[str]:
    """Change a store behind its back; return the parts in which the check finds it."""
    with closing(sqlite3.connect(path)) as connection, connection:
        for statement in statements:
            assert connection.execute(statement).rowcount != 0, statement
    report = checked(path)
    assert report.hash is None or not report.findings
    assert report.summary.findings == len(report.findings)
    return sorted({finding.part for finding in report.findings})


# What is sound.


def test_a_store_with_a_history_is_sound(path: str) -> None:
    report = checked(path)
    assert report.findings == ()
    assert report.hash is not None
    assert report.summary.transmissions == 13
    assert report.summary.excerpts > report.summary.versions > report.summary.items


def test_a_store_of_many_pages_is_sound(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Keys that were moved, are moving and are recent, in columns and one by one."""
    monkeypatch.setattr(postings, "RECENT", 300)
    monkeypatch.setattr(postings, "RECENT_IN_BULK", 1500)
    monkeypatch.setattr(postings, "RUN", 200)
    text = "Number {} of a series that shares all of its beginning with the others, and ends so {}."
    pages = [
        (f"{n}", dump(*[text.format(n * 9 + i, (n * 9 + i) ** 3) for i in range(9)]))
        for n in range(CAP // 2)
    ]
    for name, data in pages:
        (tmp_path / name).write_bytes(data)
    with Store.open(str(tmp_path / "feeds.db"), create=True) as store:
        for origin in ("a", "b", "c", "a"):
            names = [str(tmp_path / name) for name, _ in pages[len(origin) :]]
            for _ in ingest(names, store, origin=origin, now=lambda: NOON):
                pass
            assert content(store)
    assert checked(str(tmp_path / "feeds.db")).findings == ()


def test_an_empty_store_is_sound(tmp_path: Path) -> None:
    path = str(tmp_path / "feeds.db")
    with Store.open(path, create=True) as store:
        assert content(store) == content_of([], tmp_path / "other")


# The hash.


def test_equal_histories_have_equal_hashes(tmp_path: Path) -> None:
    assert content_of(years(), tmp_path / "a") == content_of(years(), tmp_path / "b")


def test_times_and_further_observations_are_no_content(path: str, tmp_path: Path) -> None:
    before = checked(path).hash
    changed(
        path,
        "UPDATE transmissions SET observed_at = '2027-01-01T00:00:00Z'",
        "UPDATE observations SET at = '2027-01-01T00:00:00Z'",
    )
    with Store.open(path) as store:
        seen(store, years()[:2], tmp_path)
        assert content(store) == before


@pytest.mark.parametrize("number", range(len(years())))
def test_a_history_without_one_of_its_sources_has_another_hash(
    number: int, old: Path, tmp_path: Path
) -> None:
    steps = years()
    del steps[number]
    assert content_of(steps, tmp_path / "other") != checked(str(old)).hash


def test_another_order_another_origin_and_another_name_are_another_content(
    old: Path, tmp_path: Path
) -> None:
    steps = years()
    turned = content_of([*steps[:7], steps[8], steps[7], steps[9]], tmp_path / "a")
    moved = content_of([*steps[:9], Step("10", b"", "fourth")], tmp_path / "b")
    named = content_of([*steps[:9], Step("11", b"", "third")], tmp_path / "c")
    assert len({turned, moved, named, checked(str(old)).hash}) == 4


# What is damaged.


@pytest.mark.parametrize(
    ("statement", "part"),
    [
        ("UPDATE dumps SET bytes = substr(bytes, 1, 40) WHERE transmission = 1", "dumps"),
        ("UPDATE dumps SET size = size + 1 WHERE transmission = 1", "dumps"),
        ("UPDATE transmissions SET sha256 = 'ff' || substr(sha256, 3) WHERE number = 1", "dumps"),
        ("DELETE FROM dumps WHERE transmission = 3", "dumps"),
        ("UPDATE versions SET text = text || '.' WHERE number = 2", "texts"),
        ("UPDATE versions SET text = CAST(text AS BLOB) WHERE number = 2", "texts"),
        ("UPDATE versions SET text = x'ff' WHERE number = 2", "texts"),
        ("UPDATE versions SET digest = x'00' WHERE number = 2", "texts"),
        ("UPDATE versions SET recipe = 9 WHERE number = 2", "texts"),
        ("UPDATE versions SET length = length - 1 WHERE number = 2", "items"),
        ("UPDATE versions SET position = 1 WHERE number = 2", "items"),
        ("UPDATE versions SET item = 1 WHERE number = 2", "items"),
        ("DELETE FROM recent_keys WHERE version = 2", "texts"),
        ("UPDATE recent_keys SET origin = 2 WHERE version = 1", "texts"),
        ("UPDATE recent_keys SET shelf = 1 WHERE version = 1", "texts"),
        ("UPDATE recent_keys SET keys = CAST(keys || '12345678' AS BLOB)", "texts"),
        ("UPDATE recent_keys SET keys = CAST(keys || '1' AS BLOB) WHERE version = 1", "texts"),
        ("INSERT INTO recent_keys VALUES (999, 0, 1, zeroblob(8))", "texts"),
        ("INSERT INTO keys VALUES (5, 0, 1, 1)", "texts"),
        ("INSERT INTO keys VALUES (5, 0, 999, 1)", "texts"),
        ("UPDATE items SET times_seen = times_seen + 1 WHERE number = 1", "items"),
        ("UPDATE items SET whole = 1 - whole WHERE number = 1", "items"),
        ("UPDATE items SET line = line + 1 WHERE number = 1", "items"),
        ("UPDATE items SET origin = 2 WHERE number = 1", "items"),
        ("UPDATE items SET transmission = 2 WHERE number = 1", "items"),
        ("UPDATE items SET root = 2, id = NULL WHERE number = 1", "items"),
        ("UPDATE transmissions SET new = new - 1 WHERE number = 1", "counts"),
        ("UPDATE transmissions SET notes = notes + 1 WHERE number = 1", "counts"),
        ("UPDATE transmissions SET capped = 999 WHERE number = 1", "counts"),
        ("UPDATE transmissions SET occurrence = 1 WHERE number = 1", "counts"),
        ("DELETE FROM notes WHERE kind = 'pagination'", "counts"),
        ("UPDATE sqlite_sequence SET seq = 3", "counts"),
        ("DELETE FROM observations WHERE transmission = 1", "observations"),
        ("UPDATE observations SET at = 'x' WHERE transmission = 1", "observations"),
        ("UPDATE transmissions SET observed_at = '2027-01-01T00:00:00Z'", "observations"),
        ("UPDATE sightings SET position = 99 WHERE transmission = 1 AND position = 3", "counts"),
        ("UPDATE sightings SET completed = 1 WHERE transmission = 1", "verdicts"),
        ("UPDATE sightings SET times_seen = 9 WHERE kind IS NOT NULL", "verdicts"),
        ("UPDATE sightings SET first_line = 99 WHERE kind IS NOT NULL", "verdicts"),
        ("UPDATE sightings SET against = 999 WHERE kind IS NOT NULL", "verdicts"),
        ("UPDATE sightings SET version = 1 WHERE transmission = 1 AND position = 2", "items"),
        ("UPDATE sightings SET change = 'strange' WHERE kind IS NOT NULL", "reports"),
        ("UPDATE sightings SET kind = 'strange' WHERE kind IS NOT NULL", "reports"),
        ("UPDATE sightings SET changes = '[{' WHERE kind IS NOT NULL", "reports"),
        ("UPDATE origins SET name = x'ff' WHERE number = 1", "reports"),
        ("UPDATE origins SET name = name || '.' WHERE number = 1", "reports"),
        ("UPDATE transmissions SET source = source || '.' WHERE number = 1", "reports"),
        ("UPDATE transmissions SET encoding = 'latin-1' WHERE number = 1", "reports"),
        ("UPDATE transmissions SET first_line = 7 WHERE number = 1", "reports"),
        ("UPDATE transmissions SET seal = x'00' WHERE number = 1", "reports"),
        ("UPDATE items SET id = 'another' WHERE number = 1", "reports"),
        ("UPDATE sightings SET rule = 'nonsense' WHERE kind IS NOT NULL", "reports"),
        ("UPDATE sightings SET score = 0.5 WHERE kind IS NOT NULL", "reports"),
        ("UPDATE sightings SET section = 'OTHERS' WHERE transmission = 1", "reports"),
        ("UPDATE sightings SET line = line + 1 WHERE transmission = 12", "reports"),
        ("UPDATE notes SET text = '2 3' WHERE kind = 'pagination'", "reports"),
        ("UPDATE warnings SET message = 'fine'", "reports"),
        ("DELETE FROM origins WHERE number = 1", "references"),
        ("DELETE FROM versions WHERE number = 2", "references"),
    ],
)
def test_what_was_changed_behind_its_back_is_found(path: str, statement: str, part: str) -> None:
    assert part in changed(path, statement)


def test_pages_of_noise_are_found(path: str) -> None:
    size = Path(path).stat().st_size
    with open(path, "r+b") as file:
        file.seek(size // 8192 * 4096)
        file.write(b"noise" * 800)
    report = checked(path)
    assert report.hash is None
    assert report.findings


def test_a_finding_of_each_row_is_cut_short(path: str) -> None:
    rows = ", ".join(f"({key}, 0, 1, 1)" for key in range(9))
    assert changed(path, f"INSERT INTO keys VALUES {rows}") == ["texts"]
    lines = [f"({number}, 999, 'x')" for number in range(1000, 1000 + 2 * checking.MOST_FINDINGS)]
    changed(path, f"INSERT INTO observations VALUES {', '.join(lines)}")
    said = [one.message for one in checked(path).findings if one.part == "observations"]
    assert len(said) == checking.MOST_FINDINGS + 1
    assert said[-1] == "more than 100 findings, the rest left out"


# The command.


def test_a_sound_store_ends_with_0_and_its_hash(path: str) -> None:
    ran = run("check", "--hash", "--store", path)
    assert (ran.code, ran.err) == (ExitCode.DONE, "")
    first, second = ran.out.splitlines()
    assert first == f"{path}  sound  13 transmissions, 28 excerpts, 10 items, 22 texts"
    assert second == f"hash  {checked(path).hash}"
    assert run("check", "-q", "--store", path).out.splitlines() == [first]


def test_a_damaged_store_ends_with_4_and_a_line_for_each_finding(path: str) -> None:
    changed(path, "UPDATE items SET line = line + 1 WHERE number = 1")
    ran = run("check", "--hash", "--store", path, columns=200)
    assert ran.code == ExitCode.STORE
    *findings, answer = ran.out.splitlines()
    assert findings[0].startswith("items  #1  item ")
    assert f"damaged: {len(findings)} findings" in answer
    assert run("check", "-q", "--store", path).out.splitlines() == [answer]


@pytest.mark.parametrize("damage", [False, True])
def test_json_says_the_same(path: str, damage: bool) -> None:
    if damage:
        changed(path, "UPDATE items SET line = line + 1 WHERE number = 1")
    ran = run("check", "--hash", "--json", "--store", path)
    whole = validated("check", ran.out)
    assert (ran.code, whole["hash"] is None) == ((4, True) if damage else (0, False))
    lines = validated("check.ndjson", run("check", "--hash", "--ndjson", "--store", path).out)
    assert [line["type"] for line in lines] == (
        ["finding"] * len(whole["findings"]) + ["hash"] * (not damage) + ["summary"]
    )


def test_a_store_that_is_missing_is_said(tmp_path: Path) -> None:
    ran = run("check", "--store", tmp_path / "none.db")
    assert (ran.code, ran.out) == (ExitCode.STORE, "")
    assert "no store there yet" in ran.err


# What other commands make of damage.


def test_a_bug_is_blamed_on_damage_only_where_there_is_damage(path: str) -> None:
    with pytest.raises(ValueError, match="a bug"), Store.open(path):
        raise ValueError("a bug")
    changed(path, "UPDATE sightings SET change = 'strange' WHERE kind IS NOT NULL")
    said = r"damaged \(.*\); `feedtool check` says more"
    with pytest.raises(StoreError, match=said), Store.open(path) as store:
        store.report(2)
    with pytest.raises(KeyboardInterrupt), Store.open(path):
        raise KeyboardInterrupt


@pytest.mark.parametrize(
    "words",
    [
        ("check",),
        ("undo", "--last"),
        ("undo", "1"),
        ("reindex",),
        ("backup", "copy.db"),
        ("prune", "--keep", "0"),
    ],
)
@pytest.mark.parametrize(
    ("what", "message"),
    [
        ("text", "not a feedtool store"),
        ("foreign", "not a feedtool store"),
        ("newer", "its schema is version 6, this feedtool knows up to 5"),
        ("folder", "a folder"),
    ],
)
def test_what_is_no_store_of_ours_is_refused_untouched(
    words: tuple[str, ...],
    what: str,
    message: str,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.chdir(tmp_path)
    other = tmp_path / "other.db"
    if what == "folder":
        other.mkdir()
    elif what == "text":
        other.write_text("INCOMING TRANSMISSION\n" * 99)
    else:
        with closing(sqlite3.connect(other)) as made, made:
            made.execute("CREATE TABLE items (number INTEGER PRIMARY KEY)")
            made.execute(f"PRAGMA application_id = {schema.APPLICATION_ID * (what == 'newer')}")
            made.execute("PRAGMA user_version = 6")
    before = other.read_bytes() if other.is_file() else b""
    ran = run(*words, "--store", other)
    assert (ran.code, ran.out) == (ExitCode.STORE, "")
    assert message in ran.err
    assert [found.name for found in tmp_path.iterdir()] == ["other.db"]
    assert before == (other.read_bytes() if other.is_file() else b"")


def test_long_work_shows_how_far_it_is(path: str) -> None:
    told: list[tuple[str, int, int]] = []
    with Store.open(path, readonly=True) as store:
        upkeep.check(store, lambda *state: told.append(state), hashed=True)
    for part, total in (("dumps", 13), ("texts", 22), ("reports", 13), ("hash", 13)):
        states = [state for state in told if state[0] == part]
        assert states[-1] == (part, total, total)
        assert [done for _, done, _ in states] == sorted(done for _, done, _ in states)


@pytest.mark.parametrize(("rows", "characters"), [(1, 99), (4, 1), (4, 14), (99, 99)])
def test_texts_are_taken_into_memory_a_few_at_a_time(
    rows: int, characters: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(cells, "ROWS", rows)
    monkeypatch.setattr(cells, "CHARACTERS", characters)
    texts = [(number, "x" * (number % 9)) for number in range(30)]
    batches = [*cells.in_batches(texts, column=1)]
    assert [row for batch in batches for row in batch] == texts
    for batch in batches:
        assert 0 < len(batch) <= rows
        assert sum(len(text) for _, text in batch[:-1]) < characters
