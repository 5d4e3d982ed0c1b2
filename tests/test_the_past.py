"""What a store says of the past is what was said then, whatever happened since."""

import json
import shutil
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Any

import pytest

from feedtool.errors import ExitCode
from tests.console import run
from tests.faults import Fault, failing
from tests.histories import Step, dump, years
from tests.hostile.inputs import FOLDER
from tests.pages import articles, longer

A, B, C, *_ = articles()

Report = dict[str, Any]


@pytest.fixture
def place(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("FEEDTOOL_STORE", "feeds.db")
    return tmp_path


def ingested(*words: str) -> Report:
    """Ingest something, and return the document that was printed."""
    ran = run("ingest", "--json", *words, env={"FEEDTOOL_STORE": "feeds.db"})
    assert ran.code in (ExitCode.DONE, ExitCode.PARTIAL, ExitCode.USAGE), ran.err
    return json.loads(ran.out)  # type: ignore[no-any-return]


def told_of(steps: Iterable[Step], *, without: int = 0) -> list[Report]:
    """Ingest sources one after the other, but for one, and return all that was printed."""
    documents = []
    for at, step in enumerate(steps, 1):
        if at == without:
            continue
        Path(step.name).write_bytes(step.data)
        when = f"2026-01-{at % 28 + 1:02}T08:00:00Z"
        documents.append(ingested("--origin", step.origin, "--at", when, step.name))
    return documents


def logged(number: int, store: str = "feeds.db") -> Report:
    """Return the report of a past ingest."""
    ran = run("log", str(number), "--json", "--store", store)
    assert (ran.code, ran.err) == (ExitCode.DONE, "")
    return json.loads(ran.out)  # type: ignore[no-any-return]


def pages(documents: Iterable[Report]) -> list[Report]:
    """Return the transmissions of some documents, without those that changed nothing."""
    found = [page for document in documents for page in document["transmissions"]]
    return [page for page in found if not page["already_ingested"]]


@pytest.mark.usefixtures("place")
def test_log_prints_the_very_document_that_ingest_printed() -> None:
    for document in told_of(years()):
        if len(document["transmissions"]) == 1:
            assert logged(document["transmissions"][0]["id"]) == document


@pytest.mark.usefixtures("place")
def test_log_prints_of_each_hostile_input_what_ingest_printed() -> None:
    said = pages([ingested(str(FOLDER / "inputs"))])
    assert len(said) > 60
    for page in said:
        assert logged(page["id"])["transmissions"] == [page]


@pytest.mark.usefixtures("place")
def test_ndjson_says_the_same_again() -> None:
    for step in years():
        Path(step.name).write_bytes(step.data)
        before = run("ingest", "--ndjson", "--store", "feeds.db", step.name).out
        lines = [json.loads(line) for line in before.splitlines()]
        numbers = [line["id"] for line in lines if line["type"] == "transmission"]
        if len(numbers) == 1:
            assert run("log", str(numbers[0]), "--ndjson", "--store", "feeds.db").out == before


def again() -> None:
    """Ingest all of it once more, later and under another name."""
    for step in years():
        Path("again").write_bytes(step.data)
        ingested("--origin", step.origin, "--at", "2030-01-01", "again")


def broken_off() -> None:
    """Let an ingest fail at one of its last statements."""
    Path("more").write_bytes(dump(longer(A), longer(C), "Something else, which is new."))
    with failing(Fault(on="COMMIT")):
        assert run("ingest", "--store", "feeds.db", "more").code == ExitCode.STORE


def later() -> None:
    """Ingest what completes, cuts and repeats what was there."""
    Path("more").write_bytes(dump(longer(A), longer(B), C, C) + dump(A, B))
    ingested("--origin", "ours", "more")


def undone() -> None:
    """Undo what came last."""
    later()
    for _ in range(2):
        assert run("undo", "--last", "--store", "feeds.db").code == ExitCode.DONE


def cared(*words: str) -> Callable[[], None]:
    """Return what cares for the store."""

    def care() -> None:
        assert run(*words, "--store", "feeds.db").code == ExitCode.DONE

    return care


def restored() -> None:
    """Go on with a backup."""
    cared("backup", "copy.db")()
    Path("feeds.db").unlink()
    shutil.move("copy.db", "feeds.db")


def salvaged() -> None:
    """Go on with what was saved."""
    cared("salvage", "copy.db")()
    Path("feeds.db").unlink()
    shutil.move("copy.db", "feeds.db")


@pytest.mark.usefixtures("place")
@pytest.mark.parametrize(
    "since",
    [
        again,
        broken_off,
        later,
        undone,
        cared("reindex"),
        cared("prune", "--keep", "0"),
        restored,
        salvaged,
    ],
)
def test_reports_stay_what_they_were(since: Callable[[], None]) -> None:
    said = pages(told_of(years()))
    since()
    for page in said:
        assert logged(page["id"])["transmissions"] == [page]


def numbered(page: Report, number: int) -> Report:
    """Return a report with the numbers it has where transmission `number` was there and is gone."""

    def moved(value: int) -> int:
        return value + (value >= number)

    text = json.dumps({**page, "id": moved(page["id"])})
    return json.loads(  # type: ignore[no-any-return]
        text,
        object_hook=lambda found: (
            {**found, "transmission": moved(found["transmission"])}
            if "transmission" in found
            else found
        ),
    )


@pytest.mark.usefixtures("place")
@pytest.mark.parametrize("number", [1, 2, 3, 4])
def test_after_an_undo_reports_are_those_of_a_store_that_never_saw_it(number: int) -> None:
    """Under the old numbers, and with the old times."""
    told_of(years())
    assert run("undo", str(number), "--store", "feeds.db").code == ExitCode.DONE
    ran = run("log", str(number), "--json", "--store", "feeds.db")
    assert (ran.code, ran.out) == (ExitCode.USAGE, "")
    after = [logged(n)["transmissions"] for n in range(1, 14) if n != number]

    Path("feeds.db").unlink()
    never = pages(told_of(years(), without=number))
    assert after == [[numbered(page, number)] for page in never]
