import errno
import os
import shutil
import sqlite3
from contextlib import closing
from datetime import UTC, datetime
from pathlib import Path

import pytest

from feedtool import upkeep
from feedtool.errors import ExitCode, NotFoundError, StoreError
from feedtool.stores.sqlite import Store, connection, saving
from tests.console import run
from tests.faults import Fault, failing
from tests.histories import Step, content, dump, quiet, seen, years
from tests.validation import validated


def hash_of(path: str | Path) -> str:
    with Store.open(str(path), readonly=True) as store:
        return content(store)


# backup


def test_a_backup_is_the_store(path: str, tmp_path: Path) -> None:
    with Store.open(path) as store:
        report = upkeep.backup(store, str(tmp_path / "copy.db"), quiet)
    assert hash_of(tmp_path / "copy.db") == hash_of(path)
    assert (report.transmissions, report.bytes) == (13, (tmp_path / "copy.db").stat().st_size)
    assert sorted(found.name for found in tmp_path.iterdir()) == ["copy.db", "feeds.db"]


def test_a_backup_is_of_one_moment_while_others_write(
    path: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(connection, "PAGES_AT_ONCE", 5)
    before, steps = hash_of(path), iter(range(3))

    def writing(_: str, done: int, total: int) -> None:
        assert done <= total
        for number in steps:
            with Store.open(path) as other:
                seen(other, [Step(f"late{number}", dump(f"Late news, number {number}."))], tmp_path)
            break

    with Store.open(path, readonly=True) as store:
        upkeep.backup(store, str(tmp_path / "copy.db"), writing)
    assert next(steps, None) is None
    assert hash_of(tmp_path / "copy.db") == before != hash_of(path)


@pytest.mark.parametrize("there", ["file", "store", "link", "folder"])
def test_a_backup_overwrites_nothing(path: str, tmp_path: Path, there: str) -> None:
    target = tmp_path / "there"
    if there == "file":
        target.write_bytes(b"")
    elif there == "folder":
        target.mkdir()
    elif there == "link":
        target.symlink_to("nowhere")
    else:
        target = Path(path)
    ran = run("backup", target, "--store", path)
    assert (ran.code, ran.out) == (ExitCode.USAGE, "")
    assert "is there already" in ran.err
    assert hash_of(path)


def test_a_backup_that_was_broken_off_is_no_store_and_in_nobodys_way(
    path: str, tmp_path: Path
) -> None:
    def interrupted(_: str, done: int, total: int) -> None:  # noqa: ARG001
        raise KeyboardInterrupt

    with Store.open(path) as store, pytest.raises(KeyboardInterrupt):
        upkeep.backup(store, str(tmp_path / "copy.db"), interrupted)
    assert [found.name for found in tmp_path.glob("copy*")] == []
    (tmp_path / f"copy.db{saving.UNFINISHED}").write_bytes(b"of a kill")
    assert run("backup", tmp_path / "copy.db", "--store", path).code == ExitCode.DONE
    assert hash_of(tmp_path / "copy.db") == hash_of(path)


@pytest.mark.parametrize("command", ["backup", "salvage"])
def test_a_link_that_somebody_has_laid_there_is_not_followed(
    path: str, tmp_path: Path, command: str
) -> None:
    (tmp_path / "precious").write_text("of ours")
    (tmp_path / f"copy.db{saving.UNFINISHED}").symlink_to("precious")
    assert run(command, tmp_path / "copy.db", "--store", path).code == ExitCode.DONE
    assert (tmp_path / "precious").read_text() == "of ours"
    assert hash_of(tmp_path / "copy.db") == hash_of(path)


@pytest.mark.parametrize("command", ["backup", "salvage"])
def test_a_copy_may_be_made_where_no_file_has_two_names(
    path: str, tmp_path: Path, command: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    def link(_: str, to: str) -> None:
        raise OSError(errno.EPERM, "Operation not permitted", to)

    monkeypatch.setattr(os, "link", link)
    assert run(command, tmp_path / "copy.db", "--store", path).code == ExitCode.DONE
    assert sorted(found.name for found in tmp_path.iterdir()) == ["copy.db", "feeds.db"]
    assert hash_of(tmp_path / "copy.db") == hash_of(path)
    (tmp_path / "taken.db").touch()
    with pytest.raises(FileExistsError):
        saving._rename(str(tmp_path / "copy.db"), str(tmp_path / "taken.db"))


def test_a_backup_into_a_folder_that_is_missing_is_said(path: str, tmp_path: Path) -> None:
    ran = run("backup", tmp_path / "no" / "copy.db", "--store", path)
    assert (ran.code, ran.out) == (ExitCode.STORE, "")
    assert "Traceback" not in ran.err


def test_backup_says_what_it_did(path: str, tmp_path: Path) -> None:
    ran = run("backup", tmp_path / "a.db", "--store", path)
    assert (ran.code, ran.err) == (ExitCode.DONE, "")
    assert ran.out.startswith(f"{tmp_path / 'a.db'}  13 transmissions, ")
    whole = validated("backup", run("backup", tmp_path / "b.db", "--json", "--store", path).out)
    assert whole["transmissions"] == 13
    lines = run("backup", tmp_path / "c.db", "--ndjson", "--store", path).out
    assert [line["type"] for line in validated("backup.ndjson", lines)] == ["copied"]


# prune


def dumps(path: str) -> list[int]:
    with closing(sqlite3.connect(path)) as opened:
        rows = opened.execute("SELECT transmission FROM dumps WHERE packing <> 'pruned'")
        return [number for (number,) in rows]


def pruned(path: str, keep: int | None, since: datetime | None = None) -> upkeep.PruneReport:
    with Store.open(path) as store:
        return upkeep.prune(store, keep=keep, since=since)


def test_the_newest_of_each_origin_stay(path: str) -> None:
    # ours 1 3 5 6 7 10, theirs 2 4 8 9 12, third 11 13.
    report = pruned(path, 2)
    assert dumps(path) == [7, 9, 10, 11, 12, 13]
    assert (report.pruned, report.kept) == (7, 6)
    assert pruned(path, 0).kept == 0


def test_what_was_met_lately_stays(path: str) -> None:
    with closing(sqlite3.connect(path)) as opened, opened:
        opened.execute("INSERT INTO observations (transmission, at) VALUES (2, '2026-02-01T00:00:00Z')")  # fmt: skip # noqa: E501
    pruned(path, None, datetime(2026, 1, 20, tzinfo=UTC))
    assert dumps(path) == [2]


def test_what_either_would_keep_stays(path: str) -> None:
    pruned(path, 1, datetime(2026, 1, 1, tzinfo=UTC))
    assert len(dumps(path)) == 13
    pruned(path, 1, datetime(2027, 1, 1, tzinfo=UTC))
    assert dumps(path) == [10, 12, 13]


def test_what_is_known_and_reported_stays(path: str, tmp_path: Path) -> None:
    before = hash_of(path)
    with Store.open(path, readonly=True) as store:
        reports = [store.report(number) for number in range(1, 14)]
    pruned(path, 0)
    with Store.open(path) as store:
        assert [store.report(number) for number in range(1, 14)] == reports
        assert all(report.already_ingested for report in seen(store, years(), tmp_path))
        assert content(store) == before
        with pytest.raises(NotFoundError, match="bytes of transmission 3 were pruned"):
            store.raw(3)
    ran = run("cat", "3", "--store", path)
    assert (ran.code, ran.out) == (ExitCode.USAGE, "")


def test_reindex_keeps_how_a_pruned_one_was_read(path: str) -> None:
    before = hash_of(path)
    pruned(path, 2)
    with Store.open(path) as store:
        report = upkeep.reindex(store, quiet, timeout=1)
        assert content(store) == before
    assert (report.changed, report.unread) == (0, (1, 2, 3, 4, 5, 6, 8))
    (line,) = run("reindex", "--store", path).out.splitlines()
    assert line.endswith("0 excerpts changed; 7 without bytes, kept as read before")
    assert "kept     #1 as it was read before" in run("reindex", "-v", "--store", path).out


def test_undo_works_without_the_bytes(path: str, tmp_path: Path) -> None:
    shutil.copy(path, tmp_path / "other.db")
    pruned(path, 0)
    for name in (path, str(tmp_path / "other.db")):
        with Store.open(name) as store:
            upkeep.undo(store, 2, quiet)
    assert hash_of(path) == hash_of(tmp_path / "other.db")


def test_the_disk_gets_the_room_back(path: str, tmp_path: Path) -> None:
    noise = os.urandom(200_000).hex().encode()
    with Store.open(path) as store:
        (large,) = seen(store, [Step("large", b"INCOMING TRANSMISSION\n\n" + noise)], tmp_path)
        upkeep.undo(store, large.id, quiet)
        seen(store, [Step("large", dump("short") + b"\0" * 5 + noise, "last")], tmp_path)
    with Store.open(path) as store:
        said = upkeep.prune(store, keep=0, since=None, dry_run=True)
        report = upkeep.prune(store, keep=0, since=None)
    assert (said.pruned, said.kept, said.freed) == (report.pruned, report.kept, report.freed)
    assert said.before == said.after
    assert said.freed > 200_000
    assert report.after <= report.before - said.freed
    assert Path(path).stat().st_size == report.after


def test_dumps_whose_room_cannot_be_given_back_are_out_and_prune_does_the_rest(path: str) -> None:
    fault = Fault(on="VACUUM")
    with failing(fault), Store.open(path) as store:
        said = "10 dumps are out, .* not given back yet; run prune again"
        with pytest.raises(StoreError, match=said):
            upkeep.prune(store, keep=1, since=None)
    assert fault.said == ["VACUUM"]
    size, before = Path(path).stat().st_size, hash_of(path)
    assert run("prune", "--keep", "1", "--store", path).out.startswith("0 dumps of ")
    assert Path(path).stat().st_size < size
    assert hash_of(path) == before


def test_a_dry_run_of_prune_changes_nothing(path: str) -> None:
    before = Path(path).read_bytes()
    ran = run("prune", "--keep", "1", "--dry-run", "--store", path)
    assert (ran.code, ran.err) == (ExitCode.DONE, "")
    assert ran.out.startswith("10 dumps of ")
    assert ran.out.endswith(" would go, 3 stay\n")
    assert Path(path).read_bytes() == before


def test_prune_says_what_it_did(path: str) -> None:
    assert run("prune", "--store", path).code == ExitCode.USAGE
    whole = validated("prune", run("prune", "--keep", "1", "--json", "--store", path).out)
    assert (whole["pruned"], whole["kept"], whole["dry_run"]) == (10, 3, False)
    (line,) = validated(
        "prune.ndjson", run("prune", "--keep", "1", "--ndjson", "--store", path).out
    )
    assert (line["type"], line["pruned"]) == ("pruned", 0)
    ran = run("prune", "--keep-since", "2030-01-01", "--store", path)
    assert ran.out.startswith("3 dumps of ")


def test_a_pruned_dump_that_holds_bytes_is_damage(path: str) -> None:
    with closing(sqlite3.connect(path)) as opened, opened:
        opened.execute("UPDATE dumps SET packing = 'pruned' WHERE transmission = 3")
    assert "its dump was pruned, and holds bytes" in run("check", "--store", path).out
