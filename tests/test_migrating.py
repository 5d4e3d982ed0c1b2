import os
import shutil
import sqlite3
import subprocess
import sys
from contextlib import closing
from pathlib import Path

import pytest

import feedtool
from feedtool import upkeep
from feedtool.errors import ExitCode, OlderStoreError, StoreError
from feedtool.fingerprint import recipe
from feedtool.report import Failure
from feedtool.stores.sqlite import Store, rebuilding, schema
from tests.console import run
from tests.histories import content, quiet
from tests.stores import first
from tests.validation import validated

SAID = "its schema is version 1, this feedtool works with version 5; `feedtool reindex` migrates it"
MIGRATING = "migrating its schema from version 1 to 5"
Rows = dict[str, list[tuple[object, ...]]]


@pytest.fixture(scope="module")
def kept(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a store of the first schema, which no test writes to."""
    return first.unpacked(tmp_path_factory.mktemp("kept") / "feeds.db")


@pytest.fixture(scope="module")
def now(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a store that has seen the same, and has never been of another schema."""
    folder = tmp_path_factory.mktemp("now")
    first.seen_now(folder / "feeds.db", folder)
    return folder / "feeds.db"


@pytest.fixture
def path(kept: Path, tmp_path: Path) -> str:
    """Return a copy of the store of the first schema."""
    return str(shutil.copy(kept, tmp_path / "feeds.db"))


def everything(path: str | Path) -> Rows:
    """Return all that stands in a store, and how it is laid out."""
    with closing(sqlite3.connect(path)) as connection:
        names = connection.execute("SELECT name FROM sqlite_schema WHERE type = 'table'").fetchall()
        found = {name: connection.execute(f"SELECT * FROM {name}").fetchall() for (name,) in names}
        layout = connection.execute("SELECT type, name, sql FROM sqlite_schema ORDER BY name")
        found["layout"] = layout.fetchall()
        for pragma in ("user_version", "application_id", "integrity_check", "foreign_key_check"):
            found[pragma] = connection.execute(f"PRAGMA {pragma}").fetchall()
    return found


def changed(path: str, *statements: str) -> None:
    """Run SQL on a store, with nothing left in its log."""
    with closing(sqlite3.connect(path)) as connection:
        for statement in statements:
            connection.execute(statement)
        connection.commit()


def hash_of(path: str | Path) -> str:
    with Store.open(str(path), readonly=True) as store:
        return content(store)


# What comes of it.


def test_a_migrated_store_is_one_that_has_seen_the_same_today(path: str, now: Path) -> None:
    """Row by row: numbers, times, bytes, verdicts, index and layout."""
    before = everything(path)
    report = upkeep.migrate(path, quiet)
    after = everything(path)
    assert after == everything(now)
    assert hash_of(path) == hash_of(now)
    assert after["observations"] == before["observations"]
    received = ("number", "source", "sha256", "occurrence", "encoding", "observed_at")
    with closing(sqlite3.connect(path)) as connection:
        columns = connection.execute(f"SELECT {', '.join(received)} FROM transmissions").fetchall()
    assert columns == [(*row[:1], *row[2:5], *row[6:8]) for row in before["transmissions"]]
    assert report is not None
    assert (report.transmissions, report.changed, report.unread) == (25, 3, ())
    assert [(pair.before, pair.after) for pair in report.renamed] == [
        ("zquhxbcaknkpd35j", "pjbz4tciarbmkot2")
    ]
    assert report.gone == ("zquhxbcaknkpd35j",)


# Before it had a number of its own the second schema grew out of the first.
GROWN = (
    "ALTER TABLE transmissions ADD COLUMN capped INTEGER NOT NULL DEFAULT 0",
    "DROP TABLE recent_keys",
    "CREATE TABLE recent_keys (version INTEGER, shelf INTEGER, keys BLOB)",
    "ALTER TABLE transmissions ADD COLUMN seal BLOB NOT NULL DEFAULT x''",
)


@pytest.mark.parametrize("steps", [1, 3, 4])
def test_a_layout_between_both_schemas_is_migrated(path: str, now: Path, steps: int) -> None:
    changed(path, *GROWN[:steps])
    upkeep.migrate(path, quiet)
    assert everything(path) == everything(now)


def test_the_second_schema_under_the_number_of_the_first_is_migrated(
    now: Path, tmp_path: Path
) -> None:
    path = str(shutil.copy(now, tmp_path / "feeds.db"))
    changed(path, "PRAGMA user_version = 1", "UPDATE versions SET digest = x'00'")
    upkeep.migrate(path, quiet)
    assert everything(path) == everything(now)


def test_a_store_whose_keys_follow_an_older_recipe_is_migrated(now: Path, tmp_path: Path) -> None:
    """Its tables are ours, but what it holds would not be found."""
    path = str(shutil.copy(now, tmp_path / "feeds.db"))
    older = ("UPDATE versions SET recipe = 2", "UPDATE keys SET key = key + 1")
    changed(path, "PRAGMA user_version = 2", *older)
    assert run("list", "--store", path).code == ExitCode.STORE
    ran = run("ingest", "--store", path, tmp_path / "nothing.txt")
    assert "migrating its schema from version 2 to 5" in ran.err
    assert everything(path) == everything(now)


def test_a_recipe_and_its_version_change_together() -> None:
    assert (recipe.RECIPE, schema.USER_VERSION) == (4, 5)


def test_pages_begin_where_they_began_in_their_sources(path: str) -> None:
    """The first layouts did not keep that; lines of excerpts, notes and warnings tell it."""
    upkeep.migrate(path, quiet)
    with closing(sqlite3.connect(path)) as connection:
        found = connection.execute(
            "SELECT source, first_line FROM transmissions WHERE first_line > 1 ORDER BY number"
        ).fetchall()
    assert found == [
        ("thrice.txt", 6),
        ("thrice.txt", 11),
        ("strays.txt", 2),
        ("inside.txt", 5),
        ("gb18030.txt", 6),
    ]


def test_dumps_that_are_gone_or_damaged_keep_how_they_were_read(path: str, now: Path) -> None:
    """To be shut out of a whole store for one dump would be worse; `check` tells of it."""
    with closing(sqlite3.connect(path)) as connection:
        which = "WHERE transmission IN (3, 13)"
        whole = connection.execute(f"SELECT bytes, transmission FROM dumps {which}").fetchall()
        connection.execute(f"UPDATE dumps SET bytes = x'00' {which}")
        connection.commit()
    report = upkeep.migrate(path, quiet)
    assert report is not None
    assert report.unread == (3, 13)
    with Store.open(path, readonly=True) as store:
        found = upkeep.check(store, quiet).findings
    assert {(one.part, one.transmission) for one in found} == {("dumps", 3), ("dumps", 13)}
    with closing(sqlite3.connect(path)) as connection:
        connection.executemany("UPDATE dumps SET bytes = ? WHERE transmission = ?", whole)
        connection.commit()
    assert hash_of(path) == hash_of(now)


def test_pruned_dumps_stay_pruned(now: Path, tmp_path: Path) -> None:
    path = str(shutil.copy(now, tmp_path / "feeds.db"))
    with Store.open(path) as store:
        upkeep.prune(store, keep=1, since=None)
    before = everything(path)
    changed(path, "PRAGMA user_version = 1")
    upkeep.migrate(path, quiet)
    assert everything(path) == before


def test_a_number_is_not_used_again_after_a_migration(path: str) -> None:
    """The last transmissions are gone, and so is one before them."""
    tables = ("sightings", "notes", "warnings", "dumps", "observations")
    deletions = [f"DELETE FROM {table} WHERE transmission IN (4, 24, 25)" for table in tables]
    changed(path, *deletions, "DELETE FROM transmissions WHERE number IN (4, 24, 25)")
    upkeep.migrate(path, quiet)
    with Store.open(path, readonly=True) as store:
        assert store.counters().transmission == 26
        assert [one.id for one in store.log()] == [1, 2, 3, *range(5, 24)]
        content(store)


def test_an_empty_store_is_migrated(path: str, tmp_path: Path) -> None:
    with closing(sqlite3.connect(path)) as connection:
        names = connection.execute("SELECT name FROM sqlite_schema WHERE type = 'table'").fetchall()
        for (name,) in names:
            connection.execute(f"DELETE FROM {name}")
        connection.commit()
    report = upkeep.migrate(path, quiet)
    assert report is not None
    assert report.transmissions == 0
    Store.open(str(tmp_path / "fresh.db"), create=True).close()
    assert hash_of(path) == hash_of(tmp_path / "fresh.db")


def test_what_somebody_has_added_is_in_nobodys_way(path: str, now: Path) -> None:
    """Views and tables of others stay; what hangs on our tables goes with them."""
    changed(
        path,
        "CREATE VIEW mine AS SELECT count(*) AS n FROM sightings JOIN versions ON version = number",
        "CREATE VIEW broken AS SELECT x FROM nowhere",
        "CREATE TABLE labels (item INTEGER, label TEXT)",
        "INSERT INTO labels VALUES (1, 'read')",
        "CREATE INDEX mine_of_text ON versions (text)",
        "CREATE TRIGGER mine_too AFTER INSERT ON versions BEGIN SELECT raise(ABORT, 'no'); END",
    )
    upkeep.migrate(path, quiet)
    assert hash_of(path) == hash_of(now)
    with closing(sqlite3.connect(path)) as connection:
        assert connection.execute("SELECT n FROM mine").fetchone() == (76,)
        assert connection.execute("SELECT * FROM labels").fetchall() == [(1, "read")]


# Who migrates, and who does not.


WRITERS = (
    ("ingest", "page.txt"),
    ("undo", "3"),
    ("prune", "--keep", "5"),
)


@pytest.mark.parametrize("words", WRITERS)
@pytest.mark.usefixtures("path")
def test_a_command_that_writes_migrates_first(
    words: tuple[str, ...], now: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    Path("page.txt").write_text(first.page("Something that nobody has seen before."))
    shutil.copy(now, "now.db")
    ran = run(*words, "--store", "feeds.db")
    assert ran.code == ExitCode.DONE
    assert ran.err.splitlines() == [
        f"feedtool: feeds.db: {MIGRATING}",
        "feedtool: feeds.db: migrated; transmissions derived again: 25, excerpts changed: 3",
    ]
    assert run(*words, "--store", "now.db").err == ""
    assert hash_of("feeds.db") == hash_of("now.db")
    assert run(*words[:1], "--help").err == ""


def test_quiet_commands_migrate_in_silence(path: str) -> None:
    ran = run("prune", "-q", "--keep", "99", "--store", path)
    assert (ran.code, ran.err) == (ExitCode.DONE, "")
    assert hash_of(path)


def test_reindex_migrates_and_reports_it(path: str, now: Path) -> None:
    before = Path(path).read_bytes()
    ran = run("reindex", "--dry-run", "--store", path)
    assert ran.code == ExitCode.DONE
    assert ran.out.endswith("25 transmissions would be derived again, 3 excerpts changed\n")
    assert ran.err == f"feedtool: {path}: would {MIGRATING.replace('migrating', 'migrate')}\n"
    assert Path(path).read_bytes() == before
    ran = run("reindex", "--json", "--store", path)
    assert ran.err == f"feedtool: {path}: {MIGRATING}\n"
    assert validated("reindex", ran.out)["changed"] == 3
    assert hash_of(path) == hash_of(now)
    ran = run("reindex", "--store", path)
    assert (ran.out, ran.err) == ("25 transmissions are derived again, 0 excerpts changed\n", "")


READERS = (
    ("list",),
    ("log", "1"),
    ("cat", "1"),
    ("check",),
    ("ingest", "--dry-run", "feeds.db"),
    ("undo", "3", "--dry-run"),
    ("prune", "--keep", "1", "--dry-run"),
)


@pytest.mark.parametrize("words", READERS)
def test_a_command_that_reads_refuses_and_leaves_the_store_as_it_is(
    words: tuple[str, ...], path: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    before = Path(path).read_bytes()
    ran = run(*words, "--store", "feeds.db")
    assert (ran.code, ran.out) == (ExitCode.STORE, "")
    assert ran.err == f"feedtool: feeds.db: made by an older feedtool: {SAID}\n"
    assert Path(path).read_bytes() == before
    assert [found.name for found in tmp_path.iterdir()] == ["feeds.db"]


def test_an_older_store_can_be_backed_up_as_it_is(path: str, tmp_path: Path) -> None:
    copy = str(tmp_path / "copy.db")
    assert run("backup", copy, "--store", path).code == ExitCode.DONE
    assert everything(copy) == everything(path)
    with pytest.raises(OlderStoreError):
        Store.open(copy)


def test_an_older_store_can_be_salvaged(path: str, now: Path, tmp_path: Path) -> None:
    """One that is damaged cannot be migrated, and must not be lost for that."""
    with closing(sqlite3.connect(path)) as connection:
        (root,) = connection.execute(
            "SELECT rootpage FROM sqlite_schema WHERE name = 'sightings_of_version'"
        ).fetchone()
    before = bytearray(Path(path).read_bytes())
    before[(root - 1) * 4096 : root * 4096] = b"\xff" * 4096
    Path(path).write_bytes(before)
    ran = run("reindex", "--store", path)
    assert (ran.code, ran.out) == (ExitCode.STORE, "")
    assert "the store is damaged" in ran.err
    ran = run("salvage", tmp_path / "saved.db", "--store", path)
    assert ran.code == ExitCode.DONE, ran
    assert Path(path).read_bytes() == before
    assert hash_of(tmp_path / "saved.db") == hash_of(now)


def test_a_store_takes_in_no_older_one(path: str, tmp_path: Path) -> None:
    """It would have to be migrated, and only who works on a store does that."""
    before = Path(path).read_bytes()
    ran = run("ingest", path, "--store", tmp_path / "other.db")
    assert ran.code == ExitCode.USAGE
    assert SAID in ran.err
    assert Path(path).read_bytes() == before


def test_a_script_ingests_into_an_older_store_too(path: str, tmp_path: Path) -> None:
    page = tmp_path / "page.txt"
    page.write_text(first.page("Something that nobody has seen before."))
    with pytest.raises(OlderStoreError, match="version 1"):
        feedtool.open_store(path)
    (report,) = feedtool.ingest([str(page)], store=path)
    assert not isinstance(report, Failure)
    assert (report.id, report.summary.new) == (26, 1)


def test_no_command_loads_what_migrates_unless_it_is_needed(now: Path, tmp_path: Path) -> None:
    shutil.copy(now, tmp_path / "feeds.db")
    (tmp_path / "page.txt").write_text(first.page("Something that nobody has seen before."))
    said = "import sys; from feedtool.cli import run; run(sys.argv[1:]); print(*sys.modules)"
    ran = subprocess.run(
        [sys.executable, "-c", said, "ingest", "-q", "page.txt", "--store", "feeds.db"],
        capture_output=True, text=True, check=True, cwd=tmp_path,
    )  # fmt: skip
    loaded = set(ran.stdout.split())
    assert "feedtool.stores.sqlite.write" in loaded
    assert not {one for one in loaded if one.endswith((".migrating", ".upkeep", ".rebuilding"))}


# Beside others, and with what lies beside a store.


def test_what_stands_in_the_log_is_migrated_too(path: str, tmp_path: Path) -> None:
    """A process was killed: the store and its log are all that is left."""
    copy = str(tmp_path / "killed.db")
    with closing(sqlite3.connect(path)) as other:
        other.execute("INSERT INTO observations (transmission, at) VALUES (2, '2021-01-01T00:00Z')")
        other.commit()
        shutil.copy(path, copy)
        shutil.copy(f"{path}-wal", f"{copy}-wal")
    upkeep.migrate(copy, quiet)
    with Store.open(copy, readonly=True) as store:
        assert [*store.log()][1].observations == ("2020-01-02T08:00:00Z", "2021-01-01T00:00Z")


@pytest.mark.parametrize("readonly", [True, False])
def test_a_store_is_of_the_version_that_stands_in_its_log(
    path: str, now: Path, tmp_path: Path, readonly: bool
) -> None:
    """A process was killed after it had migrated; its header is still the old one."""
    copy = str(tmp_path / "killed.db")
    with closing(sqlite3.connect(path)) as other:
        other.execute("SELECT count(*) FROM items").fetchall()
        upkeep.migrate(path, quiet)
        shutil.copy(path, copy)
        shutil.copy(f"{path}-wal", f"{copy}-wal")
    assert Path(copy).read_bytes()[60:64] == (1).to_bytes(4, "big")
    with Store.open(copy, readonly=readonly):
        pass
    assert everything(copy) == everything(now)


@pytest.mark.parametrize("readonly", [True, False])
def test_a_newer_store_with_a_log_is_not_touched(now: Path, tmp_path: Path, readonly: bool) -> None:
    path = str(shutil.copy(now, tmp_path / "feeds.db"))
    copy = tmp_path / "killed.db"
    with closing(sqlite3.connect(path)) as newer:
        newer.execute("PRAGMA user_version = 6")
        shutil.copy(path, copy)
        shutil.copy(f"{path}-wal", f"{copy}-wal")
    before = copy.read_bytes(), Path(f"{copy}-wal").read_bytes()
    said = "newer feedtool: its schema is version 6, this feedtool knows up to 5"
    with pytest.raises(StoreError, match=said):
        Store.open(str(copy), readonly=readonly)
    assert (copy.read_bytes(), Path(f"{copy}-wal").read_bytes()) == before


@pytest.mark.parametrize("version", [0, -1])
def test_a_version_that_nobody_has_made_is_refused(
    path: str, version: int, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    changed(path, f"PRAGMA user_version = {version}")
    before = Path(path).read_bytes()
    for words in ("ingest", "feeds.db"), ("reindex",), ("list",), ("backup", "copy.db"):
        ran = run(*words, "--store", "feeds.db")
        assert (ran.code, ran.out) == (ExitCode.STORE, "")
        assert f"its schema is version {version}, which no feedtool has made" in ran.err
        assert "knows 1 to 5" in ran.err
    assert Path(path).read_bytes() == before
    assert [found.name for found in tmp_path.iterdir()] == ["feeds.db"]


MIGRATE = """
import sys
from feedtool.cli import run
sys.exit(run(sys.argv[1:]))
"""


def test_two_processes_may_migrate_at_once(path: str, now: Path) -> None:
    commands = [("reindex", "-q"), ("prune", "--keep", "99", "-q"), ("reindex", "-q")]
    running = [
        subprocess.Popen(
            [sys.executable, "-c", MIGRATE, *words, "--store", path],
            stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True,
        )
        for words in commands
    ]  # fmt: skip
    said = [process.communicate(timeout=60)[1] for process in running]
    assert [process.returncode for process in running] == [ExitCode.DONE] * len(commands), said
    assert hash_of(path) == hash_of(now)


def test_who_finds_it_done_does_nothing(path: str) -> None:
    upkeep.migrate(path, quiet)
    before = everything(path)
    assert upkeep.migrate(path, quiet) is None
    assert everything(path) == before


def test_a_store_in_use_is_waited_for_and_then_said_to_be_busy(path: str) -> None:
    before = everything(path)
    with closing(sqlite3.connect(path)) as other:
        other.execute("BEGIN IMMEDIATE")
        ran = run("reindex", "--timeout", "0", "--store", path)
    assert ran.code == ExitCode.STORE
    assert "busy: another process writes to it" in ran.err
    assert everything(path) == before


@pytest.mark.skipif(os.geteuid() == 0, reason="root may write everywhere")
def test_a_store_that_may_not_be_written_stays_as_it_is(path: str, tmp_path: Path) -> None:
    before = Path(path).read_bytes()
    Path(path).chmod(0o444)
    tmp_path.chmod(0o555)
    try:
        for words, said in ((("list",), SAID), (("reindex",), "read-only"), (("undo", "3"), "")):
            ran = run(*words, "--store", path)
            assert (ran.code, ran.out) == (ExitCode.STORE, "")
            assert said in ran.err
            assert "version 1" in ran.err
    finally:
        tmp_path.chmod(0o755)
    assert Path(path).read_bytes() == before
    assert [found.name for found in tmp_path.iterdir()] == ["feeds.db"]


def test_readers_see_the_old_store_until_the_new_one_is_there(path: str, now: Path) -> None:
    before = everything(path)

    def look(_: str, done: int, total: int) -> None:  # noqa: ARG001
        assert everything(path) == before

    upkeep.migrate(path, look)
    assert everything(path) == everything(now)


def test_an_interrupted_migration_has_not_happened(path: str) -> None:
    def interrupted(_: str, done: int, total: int) -> None:
        if done > total // 2:
            raise KeyboardInterrupt

    before = everything(path)
    with pytest.raises(KeyboardInterrupt):
        upkeep.migrate(path, interrupted)
    assert everything(path) == before


def test_what_an_older_reindex_left_beside_is_of_no_use(path: str, tmp_path: Path) -> None:
    left = shutil.copy(path, path + rebuilding.SUFFIX)
    upkeep.migrate(path, quiet)
    with Store.open(path) as store:
        upkeep.reindex(store, quiet, timeout=1)
    assert not Path(left).exists()
    assert [found.name for found in tmp_path.iterdir()] == ["feeds.db"]


def test_only_the_present_schema_is_written(now: Path) -> None:
    assert everything(now)["user_version"] == [(schema.USER_VERSION,)]
