import sqlite3
from contextlib import closing
from pathlib import Path
from random import Random

import pytest

from feedtool import upkeep
from feedtool.errors import ExitCode, StoreError
from feedtool.stores.sqlite import Store
from tests.console import run
from tests.histories import content, quiet, seen, years
from tests.validation import validated


@pytest.fixture(scope="module")
def old(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a store with a history, which no test writes to."""
    folder = tmp_path_factory.mktemp("years")
    with Store.open(str(folder / "old.db"), create=True) as store:
        seen(store, years(), folder)
        seen(store, years()[:2], folder)
    return folder / "old.db"


def salvaged(path: str) -> upkeep.SalvageReport:
    with Store.open(path, readonly=True) as store:
        return upkeep.salvage(store, f"{path}-saved", quiet, timeout=1)


def hash_of(path: str) -> str:
    with Store.open(path, readonly=True) as store:
        return content(store)


def damaged(path: str, *statements: str) -> None:
    with closing(sqlite3.connect(path)) as connection, connection:
        for statement in statements:
            assert connection.execute(statement).rowcount, statement


def observations(path: str) -> list[tuple[object, ...]]:
    with closing(sqlite3.connect(path)) as connection:
        return connection.execute("SELECT transmission, at FROM observations ORDER BY 1").fetchall()


def test_all_of_a_sound_store_is_saved(path: str) -> None:
    report = salvaged(path)
    assert (report.saved, report.unread, report.lost) == (13, (), ())
    assert hash_of(report.path) == hash_of(path)
    assert observations(report.path) == observations(path)


def test_what_is_derived_may_be_damaged_in_any_way(path: str) -> None:
    before = hash_of(path)
    damaged(
        path,
        "DELETE FROM items",
        "UPDATE versions SET text = x'ff', digest = x'00'",
        "UPDATE sightings SET novelty = 'new', kind = 'strange', changes = '['",
        "UPDATE notes SET kind = 'strange'",
        "DELETE FROM recent_keys",
    )
    report = salvaged(path)
    assert (report.saved, report.unread, report.lost) == (13, (), ())
    assert hash_of(report.path) == before


def test_a_damaged_dump_leaves_how_it_was_read(path: str) -> None:
    before = hash_of(path)
    damaged(path, "UPDATE dumps SET bytes = x'00' WHERE transmission IN (1, 5)")
    report = salvaged(path)
    assert (report.saved, report.unread, report.lost) == (13, (1, 5), ())
    assert hash_of(report.path) == before
    assert run("cat", "5", "--store", report.path).code == ExitCode.USAGE


def test_what_is_left_of_nowhere_is_lost_and_named(path: str) -> None:
    damaged(
        path,
        "UPDATE dumps SET bytes = x'00' WHERE transmission IN (5, 9)",
        "UPDATE notes SET kind = 'strange' WHERE transmission = 9",
        "DELETE FROM transmissions WHERE number = 5",
    )
    ran = run("salvage", f"{path}-saved", "--store", path)
    assert (ran.code, ran.err) == (ExitCode.PARTIAL, "")
    assert ran.out.splitlines()[:2] == ["lost  #5", "lost  #9"]
    # Another one of the same bytes moves up.
    assert hash_of(f"{path}-saved")


@pytest.mark.parametrize("seed", range(12))
def test_pages_of_noise_cost_what_stood_on_them(path: str, seed: int) -> None:
    random = Random(seed)
    with open(path, "r+b") as file:
        pages = Path(path).stat().st_size // 4096
        file.seek(random.randrange(2, pages) * 4096)
        file.write(random.randbytes(4096))
    try:
        report = salvaged(path)
    except StoreError:
        # Among the first pages are those with the names of the tables.
        return
    assert report.saved + len(report.lost) >= 11
    assert hash_of(report.path)


def test_nothing_is_overwritten_and_nothing_half_done_has_the_name(
    path: str, tmp_path: Path
) -> None:
    assert run("salvage", path, "--store", path).code == ExitCode.USAGE

    def interrupted(*_: object) -> None:
        raise KeyboardInterrupt

    with Store.open(path, readonly=True) as store, pytest.raises(KeyboardInterrupt):
        upkeep.salvage(store, str(tmp_path / "saved.db"), interrupted, timeout=1)
    assert [found.name for found in tmp_path.glob("saved*")] == []
    assert run("salvage", tmp_path / "saved.db", "--store", path).code == ExitCode.DONE


def test_json_says_the_same(path: str) -> None:
    whole = validated("salvage", run("salvage", "--json", f"{path}-a", "--store", path).out)
    lines = run("salvage", "--ndjson", f"{path}-b", "--store", path).out
    (line,) = validated("salvage.ndjson", lines)
    assert {**whole, "type": "salvaged", "path": f"{path}-b"} == line
    assert whole["saved"] == 13
