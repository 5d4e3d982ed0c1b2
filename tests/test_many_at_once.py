"""Processes that work on one store at once: what comes out is what one after the other makes."""

import json
import os
import sqlite3
import subprocess
import sys
from collections.abc import Iterator, Sequence
from contextlib import closing
from pathlib import Path
from random import Random
from time import monotonic

import pytest

from feedtool.errors import ExitCode
from feedtool.pipeline import ingest
from feedtool.report import Failure
from feedtool.stores.sqlite import Store
from tests.console import run
from tests.histories import content, dump, years
from tests.pages import NOON, articles, cut, longer

ROOT = Path(__file__).parent.parent
ENVIRONMENT = {**os.environ, "PYTHONPATH": str(ROOT), "FEEDTOOL_STORE": "feeds.db"}
PROCESSES = 8


@pytest.fixture
def place(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    return tmp_path


def sources(random: Random) -> list[str]:
    """Write pages that repeat, cut and complete what others show, some of them twice.

    Each source is one page: the order of sources is then all there is to an order.
    """
    weeklies = [f"Weekly {number}: what the team did in it, and why." for number in range(9)]
    texts = [*articles(), *weeklies]
    texts += [longer(text) for text in articles()] + [cut(text, 120) for text in articles()]
    pages = [step.data for step in years() if step.name not in ("5", "6")]
    pages += [dump(*random.sample(texts, random.randint(1, 9))) for _ in range(30)]
    pages += random.sample(pages, 3)
    names = [f"{number:03}.txt" for number in range(len(pages))]
    for name, page in zip(names, pages, strict=True):
        Path(name).write_bytes(page)
    return names


def started(name: str, *words: str) -> "subprocess.Popen[bytes]":
    """Start feedtool, with its output in a file: nobody reads along."""
    with open(name, "wb") as out:
        return subprocess.Popen(
            [sys.executable, "-m", "feedtool", *words],
            env=ENVIRONMENT,
            stdout=out,
            stderr=subprocess.STDOUT,
        )


def looked_at(processes: Sequence["subprocess.Popen[bytes]"]) -> Iterator[list[tuple[int, str]]]:
    """Yield again and again what somebody sees in the store who waits for nobody."""
    while any(process.poll() is None for process in processes):
        with Store.open("feeds.db", readonly=True, timeout=0) as store:
            found = []
            for logged in store.log():
                report = store.report(logged.id)
                assert len(report.excerpts) == logged.summary.excerpts, "half a page"
                assert logged.bytes == len(store.raw(logged.id))
                found.append((logged.id, logged.source))
        yield found


def serial(names: Sequence[str], path: str) -> str:
    """Return the hash of a store that has seen these sources one after the other."""
    with Store.open(path, create=True) as store:
        for report in ingest(names, store, origin="default", now=lambda: NOON):
            assert not isinstance(report, Failure), report
        return content(store)


@pytest.mark.usefixtures("place")
def test_eight_processes_leave_what_one_would_and_nobody_sees_half_a_page() -> None:
    random = Random(8)
    names = sources(random)
    # Each takes most of them, in an order of its own.
    shares = [random.sample(names, len(names) * 3 // 4) for _ in range(PROCESSES)]
    seen: list[tuple[int, str]] = []
    moments = set()
    # Who makes a store, and who closes it last, has it alone for a moment.
    with Store.open("feeds.db", create=True) as store:
        processes = [
            started(f"{number}.out", "ingest", "-q", "--ndjson", *share)
            for number, share in enumerate(shares)
        ]
        for found in looked_at(processes):
            assert found[: len(seen)] == seen, "what was stored has changed"
            seen = found
            moments.add(len(found))
        said = [Path(f"{number}.out").read_text() for number in range(PROCESSES)]
        assert [process.returncode for process in processes] == [0] * PROCESSES, said

        logged = list(store.log())
        assert serial([one.source for one in logged], "serial.db") == content(store)
    assert len(moments) > 3, "nobody looked while they worked"
    assert len({one.sha256 for one in logged}) == len({Path(name).read_bytes() for name in names})
    # A process tells of each of its sources, and one of them that it is new.
    lines = [json.loads(line) for out in said for line in out.splitlines()]
    ended = [line for line in lines if line["type"] == "transmission"]
    fresh = [line["id"] for line in ended if not line["already_ingested"]]
    assert sorted(fresh) == [one.id for one in logged]


# What takes no lock, and what waits for one.

READERS = (
    ("log",), ("log", "1", "--json"), ("list",), ("cat", "1"), ("check", "--hash"),
    ("backup", "copy.db"), ("ingest", "--dry-run", "new.txt"),
)  # fmt: skip
WRITERS = (
    ("ingest", "new.txt"), ("undo", "1"), ("undo", "--last", "--dry-run"), ("reindex",),
    ("prune", "--keep", "0"),
)  # fmt: skip


@pytest.fixture
def held(path: str, place: Path) -> Iterator[str]:
    """Return a store that another process is writing to, and goes on to."""
    (place / "new.txt").write_bytes(dump("A page that nobody has seen before, with one text."))
    with closing(sqlite3.connect(path, isolation_level=None)) as writer:
        writer.execute("BEGIN IMMEDIATE")
        writer.execute("UPDATE items SET times_seen = 99")
        yield path


@pytest.mark.parametrize("words", READERS)
def test_who_only_reads_waits_for_nobody(words: tuple[str, ...], held: str) -> None:
    ran = run(*words, "--store", held, "--timeout", "0")
    assert (ran.code, ran.err) == (ExitCode.DONE, "")


@pytest.mark.parametrize(
    ("words", "env"),
    [
        *[((*words, "--timeout", "0.3"), None) for words in WRITERS],
        (WRITERS[0], {"FEEDTOOL_TIMEOUT": "0.3"}),
    ],
)
def test_a_store_that_stays_busy_is_said_after_the_timeout(
    words: tuple[str, ...], env: dict[str, str] | None, held: str
) -> None:
    began = monotonic()
    ran = run(*words, "--store", held, env=env)
    assert (ran.code, ran.out) == (ExitCode.STORE, "")
    assert ran.err == (
        f"feedtool: {held}: busy: another process writes to it; waited 0.3 seconds for it "
        "(--timeout)\n"
    )
    assert 0.3 < monotonic() - began < 5
