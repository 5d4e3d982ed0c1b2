"""Whatever clocks say: order is that of ingestion, and every time can be told."""

import json
import sqlite3
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest

from feedtool.errors import ExitCode
from feedtool.stores.sqlite import Store
from tests.console import Ran, run
from tests.histories import content, years

FIRST, LAST = "0001-01-01T00:00:00Z", "9999-12-31T23:59:59Z"

# A clock that goes on, goes backward, jumps to both ends, and stands still; from several zones.
CLOCKS: dict[str, list[str]] = {
    "forward": [f"2026-01-{day:02}T08:00Z" for day in range(1, 11)],
    "backward": [f"2026-01-{day:02}T08:00Z" for day in range(10, 0, -1)],
    "ends": [FIRST, LAST] * 5,
    "still": ["2026-01-01T08:00Z"] * 10,
    "future": [f"{year}-02-28T08:00Z" for year in range(2100, 3000, 90)],
    "zones": [f"2026-01-01T08:00{zone:+03}:00" for zone in range(-5, 5)],
    "summer ends": [f"2026-10-25T0{hour}:30+0{2 - hour % 2}:00" for hour in (2, 2, 1, 3, 2)] * 2,
}
ZONES = ("UTC", "Pacific/Kiritimati", "Etc/GMT+12", "Asia/Kathmandu", "Europe/Stockholm")


@pytest.fixture
def place(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    for step in years():
        Path(step.name).write_bytes(step.data)
    return tmp_path


def asked(*words: str, zone: str = "UTC") -> Ran:
    return run(*words, env={"TZ": zone, "FEEDTOOL_STORE": "feeds.db"})


def lived(clock: list[str]) -> None:
    """Ingest a history, each source at the time that the clock then shows."""
    for step, at in zip(years(), clock, strict=True):
        assert asked("ingest", "-q", "--origin", step.origin, "--at", at, step.name).code == 0


def told(*words: str) -> Any:
    """Return what a command says as JSON."""
    return json.loads(asked(*words, "--json").out)


def hash_of() -> str:
    with Store.open("feeds.db", readonly=True) as store:
        return content(store)


@pytest.fixture(scope="module")
def expected(tmp_path_factory: pytest.TempPathFactory) -> str:
    """Return the hash of the history where the clock goes on as clocks do."""
    with pytest.MonkeyPatch.context() as patch:
        patch.chdir(tmp_path_factory.mktemp("forward"))
        for step in years():
            Path(step.name).write_bytes(step.data)
        lived(CLOCKS["forward"])
        return hash_of()


@pytest.mark.usefixtures("place")
@pytest.mark.parametrize("clock", CLOCKS)
def test_order_is_that_of_ingestion_whatever_the_clock_says(clock: str, expected: str) -> None:
    lived(CLOCKS[clock])
    assert hash_of() == expected
    logged = told("log")["transmissions"]
    assert [one["id"] for one in logged] == list(range(1, 14))
    firsts = [one["first_seen"]["transmission"] for one in told("list")["items"]]
    assert firsts == sorted(firsts)
    newest = told("log", "--limit", "2")["transmissions"]
    assert [one["id"] for one in newest] == [12, 13]


@pytest.mark.usefixtures("place")
@pytest.mark.parametrize("clock", ["backward", "ends"])
def test_care_goes_by_the_order_of_ingestion_too(clock: str, expected: str) -> None:
    lived(CLOCKS[clock])
    before = [one["observed_at"] for one in told("log")["transmissions"]]
    for words in (("reindex",), ("undo", "--last"), ("undo", "--last", "--dry-run")):
        assert asked(*words).code == ExitCode.DONE
    assert [one["observed_at"] for one in told("log")["transmissions"]] == before[:-1]
    last = years()[-1]
    again = ("--origin", last.origin, "--at", CLOCKS[clock][-1], last.name)
    assert asked("ingest", "-q", *again).code == ExitCode.DONE
    assert hash_of() == expected
    pruned = told("prune", "--keep", "1")
    assert (pruned["pruned"], pruned["kept"]) == (10, 3)
    rows = "SELECT transmission FROM dumps WHERE packing <> 'pruned'"
    with closing(sqlite3.connect("feeds.db")) as reader:
        assert reader.execute(rows).fetchall() == [(10,), (12,), (14,)]


@pytest.mark.usefixtures("place")
@pytest.mark.parametrize("zone", ZONES)
def test_times_at_both_ends_are_shown_in_every_zone(zone: str) -> None:
    lived(CLOCKS["ends"])
    (item, *_) = asked("list", "-q").out.split()
    for words in (("log",), ("log", "1"), ("show", item), ("list", "-v"), ("check",)):
        ran = asked(*words, zone=zone)
        assert (ran.code, ran.err) == (ExitCode.DONE, ""), words
    for line in asked("log", zone=zone).out.splitlines():
        assert line.split()[1][:5] in ("0001-", "9999-")
    assert {one["observed_at"] for one in told("log")["transmissions"]} == {FIRST, LAST}


@pytest.mark.usefixtures("place")
@pytest.mark.parametrize("zone", ZONES)
@pytest.mark.parametrize("at", [FIRST, LAST, "0001-01-01T00:00+14:00", "9999-12-31T23:00-12:00"])
def test_a_time_is_taken_or_refused_and_never_a_bug(at: str, zone: str) -> None:
    assert asked("ingest", "-q", "1").code == ExitCode.DONE
    inside = at.endswith("Z")
    for words in (
        ("ingest", "--dry-run", "1", "--at"),
        ("list", "--since"),
        ("log", "--since"),
        ("prune", "--dry-run", "--keep-since"),
    ):
        ran = asked(*words, at, zone=zone)
        assert ran.code == (ExitCode.DONE if inside else ExitCode.USAGE), (words, ran.err)
        assert inside or "is outside of the years 1 to 9999 in UTC" in ran.err


@pytest.mark.usefixtures("place")
@pytest.mark.parametrize(
    ("at", "zone", "met"),
    [
        ("0001-01-01", "UTC", FIRST),
        ("9999-12-31T23:59:59", "UTC", LAST),
        ("0001-01-01T05:00", "Etc/GMT+5", "0001-01-01T10:00:00Z"),
        ("9999-12-31T23:00", "Asia/Kathmandu", "9999-12-31T17:15:00Z"),
    ],
)
def test_the_first_and_the_last_day_are_days_without_a_zone_too(
    at: str, zone: str, met: str
) -> None:
    assert asked("ingest", "--at", at, "1", zone=zone).code == ExitCode.DONE
    (logged,) = told("log")["transmissions"]
    assert logged["observed_at"] == met


@pytest.mark.usefixtures("place")
def test_a_time_without_a_zone_is_that_of_the_place() -> None:
    asked("ingest", "--at", "2026-01-01T00:30", "1", zone="Asia/Kathmandu")
    (logged,) = told("log")["transmissions"]
    assert logged["observed_at"] == "2025-12-31T18:45:00Z"
    assert "2026-01-01 00:30" in asked("log", zone="Asia/Kathmandu").out
    assert "2025-12-31 18:45" in asked("log").out
    for since, found in (("2026-01-01T00:30", 1), ("2026-01-01T00:31", 0)):
        listed = json.loads(asked("log", "--since", since, "--json", zone="Asia/Kathmandu").out)[
            "transmissions"
        ]
        assert len(listed) == found


@pytest.mark.usefixtures("place")
def test_dates_on_pages_decide_nothing() -> None:
    """A page may come from the future, and the next one from long ago."""
    page = "INCOMING TRANSMISSION\n\nLATEST UPDATES\n{}\nThe one text of this page, long enough.\n"
    for name, day in (("a", "9999-12-31"), ("b", "0001-01-01"), ("c", "2026-02-28")):
        Path(name).write_text(page.format(day))
        assert asked("ingest", "-q", name).code == 0
    dates = [told("log", str(n))["transmissions"][0]["excerpts"][0]["date"] for n in (1, 2, 3)]
    assert dates[0] == "9999-12-31"
    assert dates[2] == "2026-02-28"
    (item,) = told("list")["items"]
    assert item["first_seen"]["transmission"] == 1
    assert item["sightings"] == 3
