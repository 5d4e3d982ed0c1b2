import doctest
import shutil
import subprocess
import sys
from datetime import UTC, datetime
from pathlib import Path

import pytest

import feedtool
from feedtool import library

PAGE = "INCOMING TRANSMISSION\n\nThe harbour master of Lund keeps a ledger of every ship\n"
MAY = datetime(2026, 5, 1, 8, tzinfo=UTC)


@pytest.fixture
def page(tmp_path: Path) -> str:
    """Return the name of a dump with one excerpt."""
    path = tmp_path / "page.txt"
    path.write_text(PAGE)
    return str(path)


def test_a_dump_is_read(page: str) -> None:
    (transmission,) = feedtool.read(page)
    assert transmission.text == PAGE
    assert [excerpt.line for excerpt in transmission.excerpts] == [3]


def test_what_was_ingested_is_in_the_store(page: str, tmp_path: Path) -> None:
    store = str(tmp_path / "feeds.db")
    (report,) = feedtool.ingest([page], store=store, origin="lund", now=lambda: MAY)
    assert isinstance(report, feedtool.TransmissionReport)
    assert report.observed_at == "2026-05-01T08:00:00Z"
    with feedtool.open_store(store, readonly=True) as opened:
        assert opened.report(1) == report
    (again,) = feedtool.ingest([page], store=store, origin="lund")
    assert isinstance(again, feedtool.TransmissionReport)
    assert again.already_ingested


def test_a_failure_is_a_value_among_reports(page: str, tmp_path: Path) -> None:
    names = [str(tmp_path / "none.txt"), page]
    kinds = [type(report) for report in feedtool.parse(names)]
    assert kinds == [feedtool.Failure, feedtool.ParsedTransmission]
    with pytest.raises(feedtool.InputError):
        feedtool.diff(page, names[0])


def test_a_page_does_not_differ_from_itself(page: str) -> None:
    assert not feedtool.diff(page, page).differs


def test_every_name_is_there_and_no_other() -> None:
    for name in dir(feedtool):
        assert getattr(feedtool, name) is not None
    with pytest.raises(AttributeError, match="no attribute 'nothing'"):
        feedtool.nothing  # noqa: B018


def test_importing_costs_nothing() -> None:
    code = (
        "import sys; before = set(sys.modules); import feedtool; print(*set(sys.modules) - before)"
    )
    root = str(Path(feedtool.__file__).parent.parent)
    ran = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, check=True, cwd=root
    )
    assert set(ran.stdout.split()) == {"feedtool", "feedtool.version"}


def test_the_examples_in_the_documentation_of_the_calls_print_what_they_say(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    shutil.copytree(Path(__file__).parent.parent / "samples", tmp_path / "samples")
    monkeypatch.chdir(tmp_path)
    list(feedtool.ingest(["samples"], store="feeds.db"))

    result = doctest.testmod(library, extraglobs={"feedtool": feedtool})

    assert result.attempted >= 5
    assert result.failed == 0


def test_texts_are_clustered_with_and_without_their_pages() -> None:
    texts = [f"The harbour master of Lund keeps a ledger of every ship, {n}" for n in "aab"]
    assert feedtool.cluster(texts).items.tolist() == [0, 0, 0]
    assert feedtool.cluster(texts, [0, 0, 0]).items.tolist() == [0, 0, 2]
    assert feedtool.cluster([]).items.tolist() == []
    with pytest.raises(ValueError, match="3 texts and the pages of 2"):
        feedtool.cluster(texts, [0, 1])
