import sqlite3
import subprocess
import sys
from contextlib import closing
from dataclasses import replace
from pathlib import Path

import pytest

from feedtool import pipeline, reporting, upkeep
from feedtool.errors import ExitCode, StoreError
from feedtool.fingerprint import recipe
from feedtool.pipeline import ingest
from feedtool.report import Failure
from feedtool.stores.sqlite import Store, rebuilding
from tests.console import run
from tests.histories import content, content_of, quiet, seen, years
from tests.pages import NOON
from tests.validation import validated

INPUTS = Path(__file__).parent / "hostile" / "inputs"


@pytest.fixture(scope="module")
def old(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a store with a history, which no test writes to."""
    folder = tmp_path_factory.mktemp("years")
    with Store.open(str(folder / "old.db"), create=True) as store:
        seen(store, years(), folder)
        upkeep.undo(store, 4, quiet)
    return folder / "old.db"


def everything(path: str) -> list[list[tuple[object, ...]]]:
    """Return what a store holds, but for its index."""
    tables = ("transmissions", "observations", "items", "versions", "sightings", "notes")
    with closing(sqlite3.connect(path)) as connection:
        return [connection.execute(f"SELECT * FROM {table}").fetchall() for table in tables]


def reindexed(path: str) -> upkeep.ReindexReport:
    with Store.open(path) as store:
        report = upkeep.reindex(store, quiet, timeout=1)
    assert not Path(path + rebuilding.SUFFIX).exists()
    return report


def test_the_same_code_derives_the_same(path: str) -> None:
    before = everything(path)
    report = reindexed(path)
    assert (report.transmissions, report.changed, report.renamed, report.gone) == (12, 0, (), ())
    assert report.unread == ()
    assert everything(path) == before
    with Store.open(path) as store:
        assert content(store)


def test_every_kind_of_input_is_read_again_as_it_was(tmp_path: Path) -> None:
    """Any encoding and format, found or chosen, and pages that begin far down in their source."""
    path = str(tmp_path / "feeds.db")
    names = [str(found) for found in sorted(INPUTS.iterdir())]
    with Store.open(path, create=True) as store:
        reports = [
            report
            for reading in (pipeline.DEFAULT_READING, pipeline.Reading(encoding="latin-1"))
            for report in ingest(
                names, store, origin=str(reading.encoding), now=lambda: NOON, reading=reading
            )
            if not isinstance(report, Failure) and not report.already_ingested
        ]
        before = content(store)
    assert len(reports) > 60
    assert reindexed(path).changed == 0
    with Store.open(path, readonly=True) as store:
        assert [store.report(report.id) for report in reports] == reports
        assert content(store) == before


def test_it_goes_on_where_it_was_broken_off(path: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(upkeep, "MANY", 2)
    before = everything(path)
    told: list[int] = []

    def interrupted(_: str, done: int, total: int) -> None:
        assert total == 12
        told.append(done)
        if len(told) == 3:
            raise KeyboardInterrupt

    with Store.open(path) as store, pytest.raises(KeyboardInterrupt):
        upkeep.reindex(store, interrupted, timeout=1)
    assert everything(path) == before
    assert Path(path + rebuilding.SUFFIX).exists()
    with Store.open(path) as store:
        upkeep.reindex(store, interrupted, timeout=1)
    assert told == sorted(set(told))
    assert everything(path) == before
    assert not Path(path + rebuilding.SUFFIX).exists()


@pytest.mark.parametrize("statement", [
    "UPDATE made_by SET version = '0.0.1'",
    "UPDATE made_by SET recipe = 99",
    "UPDATE transmissions SET sha256 = 'another' WHERE number = 1",
])  # fmt: skip
def test_what_was_left_behind_by_others_is_of_no_use(path: str, statement: str) -> None:
    before = everything(path)
    with Store.open(path) as store, pytest.raises(ZeroDivisionError):
        upkeep.reindex(store, lambda _, done, __: 1 // (done - done), timeout=1)
    with closing(sqlite3.connect(path + rebuilding.SUFFIX)) as connection, connection:
        assert connection.execute(statement).rowcount
    assert reindexed(path).changed == 0
    assert everything(path) == before


def test_what_is_ingested_meanwhile_is_there_in_the_end(path: str, tmp_path: Path) -> None:
    late = [replace(step, name=f"late{step.name}", origin="late") for step in years()[:3]]
    waiting = list(late)

    def ingesting(_: str, done: int, total: int) -> None:  # noqa: ARG001
        if waiting:
            with Store.open(path) as other:
                seen(other, [waiting.pop(0)], tmp_path)

    with Store.open(path) as store:
        upkeep.reindex(store, ingesting, timeout=1)
        assert not waiting
        found = content(store)
    steps = years()
    del steps[3]
    assert found == content_of([*steps, *late], tmp_path / "other")


def test_several_processes_may_do_it_at_once(path: str, tmp_path: Path) -> None:
    """They share the work, and each reports all of it."""
    before = everything(path)
    command = [sys.executable, "-m", "feedtool", "reindex", "--json", "--store", path]
    running = [subprocess.Popen(command, stdout=subprocess.PIPE, text=True) for _ in range(4)]
    said = [validated("reindex", one.communicate(timeout=60)[0]) for one in running]
    assert [one.returncode for one in running] == [ExitCode.DONE] * 4
    assert [(one["transmissions"], one["changed"]) for one in said] == [(12, 0)] * 4
    assert everything(path) == before
    assert [found.name for found in tmp_path.iterdir()] == ["feeds.db"]


def test_what_is_undone_meanwhile_stops_it(path: str) -> None:
    def undoing(_: str, done: int, total: int) -> None:
        if done == total:
            with Store.open(path) as other:
                upkeep.undo(other, 2, quiet)

    with Store.open(path) as store, pytest.raises(StoreError, match="run reindex again"):
        upkeep.reindex(store, undoing, timeout=1)
    assert reindexed(path).transmissions == 11
    with Store.open(path) as store:
        assert content(store)


def test_damage_to_what_is_derived_is_repaired(path: str) -> None:
    with Store.open(path, readonly=True) as store:
        before = content(store)
    with closing(sqlite3.connect(path)) as connection, connection:
        connection.execute("UPDATE items SET times_seen = 99, line = 1")
        connection.execute("UPDATE versions SET text = 'x' WHERE number = 2")
        connection.execute("DELETE FROM recent_keys")
        connection.execute("UPDATE sightings SET rule = 'nonsense', times_seen = 7")
    assert run("check", "--store", path).code == ExitCode.STORE
    assert reindexed(path).changed > 0
    with Store.open(path, readonly=True) as store:
        assert content(store) == before


def test_what_a_new_version_judges_otherwise_is_told(
    path: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    ids = reporting.item_id
    monkeypatch.setattr(reporting, "item_id", lambda digest: ids(digest)[::-1])
    with Store.open(path) as store:
        names = {item.id for item in store.items_list()}
        said = upkeep.reindex(store, quiet, timeout=1, dry_run=True)
        assert {item.id for item in store.items_list()} == names
        report = upkeep.reindex(store, quiet, timeout=1)
        assert replace(report, dry_run=True) == said
        assert {item.id for item in store.items_list()} == {name[::-1] for name in names}
        assert content(store)
    assert {(pair.before, pair.after) for pair in report.renamed} == {
        (name, name[::-1]) for name in names
    }
    assert set(report.gone) == names
    assert report.changed == 26


def test_a_damaged_dump_stops_it(path: str) -> None:
    with closing(sqlite3.connect(path)) as connection, connection:
        connection.execute("UPDATE dumps SET bytes = substr(bytes, 1, 30) WHERE transmission = 3")
    before = everything(path)
    with Store.open(path) as store, pytest.raises(StoreError, match="dump of transmission 3"):
        upkeep.reindex(store, quiet, timeout=1)
    assert everything(path) == before


def test_keys_of_another_recipe_are_made_anew(path: str) -> None:
    with closing(sqlite3.connect(path)) as connection, connection:
        connection.execute("UPDATE versions SET recipe = 0")
        connection.execute("UPDATE recent_keys SET keys = zeroblob(8)")
    assert reindexed(path).changed == 0
    with closing(sqlite3.connect(path)) as connection:
        made_by = connection.execute("SELECT DISTINCT recipe FROM versions").fetchall()
    assert made_by == [(recipe.RECIPE,)]
    assert run("check", "--store", path).code == ExitCode.DONE


# The command.


def test_the_command_says_what_it_did(path: str) -> None:
    ran = run("reindex", "--store", path)
    assert (ran.code, ran.err) == (ExitCode.DONE, "")
    assert ran.out == "12 transmissions are derived again, 0 excerpts changed\n"
    ran = run("reindex", "--dry-run", "--store", path)
    assert ran.out == "12 transmissions would be derived again, 0 excerpts changed\n"


def test_json_says_the_same(path: str) -> None:
    whole = validated("reindex", run("reindex", "--json", "--store", path).out)
    (line,) = validated("reindex.ndjson", run("reindex", "--ndjson", "--store", path).out)
    assert {**whole, "type": "reindexed"} == line
    assert whole["transmissions"] == 12


def test_a_missing_store_is_not_made(tmp_path: Path) -> None:
    assert run("reindex", "--store", tmp_path / "none.db").code == ExitCode.STORE
    assert list(tmp_path.iterdir()) == []
