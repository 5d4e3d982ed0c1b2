"""Ctrl-C and SIGTERM at any moment: real processes that strike themselves at the n-th call."""

import json
import os
import shutil
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import chdir
from functools import cache
from pathlib import Path

import pytest

from feedtool import cli, interrupts
from feedtool.errors import ExitCode, OlderStoreError
from feedtool.stores.sqlite import Store
from feedtool.stores.sqlite.connection import Connection
from tests.console import run
from tests.stores import first

ROOT = Path(__file__).parent.parent

# Counts calls and returns, of Python and of C, from the first line of feedtool on.
STRIKES = """
import os, sys
number, left = (int(sys.argv.pop(1)) for _ in range(2))
def count(frame, event, arg):
    global left
    left -= 1
    if left == 0:
        sys.setprofile(None)
        os.kill(os.getpid(), number)
from feedtool.__main__ import main
start = left
sys.setprofile(count)
try:
    main()
finally:
    sys.setprofile(None)
    if not number:
        print(start - left, file=sys.stderr)
"""

MIGRATE = "reindex -q --store s.db"

DUMPS = {
    f"{page:02}.txt": "INCOMING TRANSMISSION\n\nLATEST UPDATES\n"
    + "".join(
        f"Letter {page * 7 + line} of the year, in which {line} ships and {page} bridges are told\n"
        for line in range(12)
    )
    for page in range(6)
}


@pytest.fixture(autouse=True)
def heard() -> Iterator[None]:
    """Hear Ctrl-C also where the tests run in the background."""
    before = signal.signal(signal.SIGINT, signal.default_int_handler)
    yield
    signal.signal(signal.SIGINT, before)


@pytest.fixture
def place(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    (tmp_path / "dumps").mkdir()
    for name, text in DUMPS.items():
        (tmp_path / "dumps" / name).write_text(text)
    monkeypatch.chdir(tmp_path)
    return tmp_path


def started(*arguments: str, **how: int) -> subprocess.Popen[bytes]:
    return subprocess.Popen(
        [sys.executable, *arguments],
        env={**os.environ, "PYTHONPATH": str(ROOT)},
        stderr=subprocess.PIPE,
        # The tests themselves may run in the background.
        preexec_fn=lambda: signal.signal(signal.SIGINT, signal.SIG_DFL),
        **how,
    )  # type: ignore[call-overload]


def struck(number: int, left: int, *arguments: str) -> tuple[int, bytes]:
    process = started(
        "-c", STRIKES, str(int(number)), str(left), *arguments, stdout=subprocess.DEVNULL
    )
    _, err = process.communicate(timeout=60)
    return process.returncode, err


# Every command that is at work for more than a moment.
WORK = (
    "check --hash", "undo 1", "undo --last", "reindex", "backup copy.db", "salvage copy.db",
    "prune --keep 1", "list -v", "log", "show ITEM", "ingest --dry-run new.txt",
    "dedup --jobs 2 dumps", "diff dumps/00.txt dumps/01.txt", "explain dumps/00.txt dumps/01.txt",
)  # fmt: skip


@pytest.fixture(scope="module")
def calls(tmp_path_factory: pytest.TempPathFactory) -> dict[str, int]:
    """Return how many calls and returns there are in a command that nobody disturbs."""
    folder = tmp_path_factory.mktemp("undisturbed")
    (folder / "dumps").mkdir()
    for name, text in DUMPS.items():
        (folder / "dumps" / name).write_text(text)
    counted = {}
    for command in ("ingest --store s.db dumps", "parse dumps", MIGRATE):
        if command == MIGRATE:
            first.unpacked(folder / "s.db")
        with chdir(folder):
            _, err = struck(0, 0, *command.split())
        counted[command] = int(err)
    return counted


def assert_whole(store: Path) -> None:
    """Every transmission is there with all of its excerpts, and the rest can follow."""
    if store.exists():
        ran = run("log", "--store", store)
        # A store that was struck before its first commit is an empty file, or none.
        assert ran.code == 0 or not store.stat().st_size
    ran = run("ingest", "--store", store, "--json", "dumps")
    assert ran.code == 0
    assert ran.out.count('"text": "Letter') == 72


@pytest.fixture(scope="module")
def filled(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a folder with dumps, and a store that has seen them."""
    folder = tmp_path_factory.mktemp("filled")
    (folder / "dumps").mkdir()
    for name, text in DUMPS.items():
        (folder / "dumps" / name).write_text(text)
    (folder / "new.txt").write_text(DUMPS["03.txt"].replace("bridges", "ferries"))
    with chdir(folder):
        assert run("ingest", "--store", "s.db", "dumps").code == 0
    return folder


@pytest.fixture(scope="module")
def counted(filled: Path, tmp_path_factory: pytest.TempPathFactory) -> Callable[[str], int]:
    """Return a function that tells how many calls there are in a command that nobody disturbs."""

    @cache
    def count(command: str) -> int:
        folder = tmp_path_factory.mktemp("counted") / "f"
        shutil.copytree(filled, folder)
        with chdir(folder):
            code, err = struck(0, 0, *words(command))
        assert code in (0, 1), err
        return int(err.split()[-1])

    return count


def words(command: str) -> list[str]:
    """Return the words of a command on the store of this folder."""
    split = command.split()
    if "ITEM" in split:
        item = run("list", "-q", "--store", "s.db").out.split()[0]
        split[split.index("ITEM")] = item
    storeless = split[0] in ("dedup", "diff", "explain", "parse", "schema")
    return [*split, *(() if storeless else ("--store", "s.db"))]


def hash_of(store: str = "s.db") -> str:
    """Return the hash of a store, which is sound."""
    ran = run("check", "--hash", "--json", "--store", store)
    assert ran.code == 0, ran.out
    return str(json.loads(ran.out)["hash"])


@pytest.mark.parametrize(("part", "number"), [(0.65, signal.SIGINT), (0.95, signal.SIGTERM)])
@pytest.mark.parametrize("command", WORK)
def test_every_command_ends_quietly_and_leaves_all_or_nothing(
    command: str,
    part: float,
    number: signal.Signals,
    filled: Path,
    counted: Callable[[str], int],
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    shutil.copytree(filled, tmp_path / "f")
    monkeypatch.chdir(tmp_path / "f")
    before, asked = hash_of(), words(command)
    code, err = struck(number, int(counted(command) * part), *asked)
    assert (code, err.strip()) == (128 + number, b"")
    assert {found.name for found in Path().iterdir()} <= {
        "dumps", "new.txt", "s.db", "s.db-wal", "s.db-shm", "s.db-reindex", "copy.db",
    }  # fmt: skip
    if not command.startswith("undo"):
        assert hash_of() == before
    if Path("copy.db").exists():
        assert hash_of("copy.db") == before
        Path("copy.db").unlink()
    # What was broken off can be done, or was done already.
    assert run(*asked).code in ((0, 2) if command.startswith("undo") else (0, 1))
    hash_of()


@pytest.mark.parametrize(
    "command",
    [
        *(command + form for command in (*WORK, "ingest new.txt") for form in ("", " --json")),
        *("cat 1", "schema log", "parse dumps", "parse dumps --json"),
    ],
)
def test_a_pipe_that_nobody_reads_ends_every_command_quietly(
    command: str, filled: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    shutil.copytree(filled, tmp_path / "f")
    monkeypatch.chdir(tmp_path / "f")
    asked = words(command)
    reading, writing = os.pipe()
    os.close(reading)
    process = started("-m", "feedtool", *asked, stdout=writing)
    os.close(writing)
    _, err = process.communicate(timeout=60)
    assert (process.returncode, err) == (0, b"")
    hash_of()


# Of the calls of an ingest the first half load modules; the last few close the store.
@pytest.mark.parametrize("part", [0.0001, 0.01, 0.1, 0.3, 0.5, 0.6, 0.7, 0.8, 0.9, 0.97])
def test_ctrl_c_ends_quietly_at_any_moment(place: Path, calls: dict[str, int], part: float) -> None:
    command = "ingest --store s.db dumps"
    code, err = struck(signal.SIGINT, int(calls[command] * part), *command.split())
    assert (code, err.strip()) == (ExitCode.INTERRUPTED, b"")
    assert_whole(place / "s.db")


def test_nothing_is_loaded_before_ctrl_c_is_expected() -> None:
    code = (
        "import os, sys; known = set(sys.modules); import feedtool.__main__; "
        "print(*sorted(set(sys.modules) - known))"
    )
    # Without `site`: what an environment loads at its start is not ours.
    done = subprocess.run(
        [sys.executable, "-S", "-c", code],
        env={**os.environ, "PYTHONPATH": str(ROOT)}, capture_output=True, text=True, check=True,
    )  # fmt: skip
    assert done.stdout.split() == ["feedtool", "feedtool.__main__", "feedtool.version"]


@pytest.mark.parametrize("part", [0.0001, 0.5, 0.8])
def test_sigterm_ends_quietly_at_any_moment(
    place: Path, calls: dict[str, int], part: float
) -> None:
    command = "ingest --store s.db dumps"
    code, err = struck(signal.SIGTERM, int(calls[command] * part), *command.split())
    # Before feedtool is loaded Python leaves it to the system, which a shell reports as 143 too.
    assert code in (ExitCode.TERMINATED, -signal.SIGTERM)
    assert err.strip() == b""
    assert_whole(place / "s.db")


@pytest.mark.usefixtures("place")
@pytest.mark.parametrize("part", [0.001, 0.5, 0.9])
def test_ctrl_c_ends_a_command_that_only_reads(calls: dict[str, int], part: float) -> None:
    code, err = struck(signal.SIGINT, int(calls["parse dumps"] * part), "parse", "dumps")
    assert (code, err.strip()) == (ExitCode.INTERRUPTED, b"")


@pytest.mark.parametrize("part", [0.3, 0.5, 0.7, 0.8, 0.9, 0.97])
def test_ctrl_c_while_an_older_store_is_migrated_leaves_it_older_or_migrated(
    place: Path, calls: dict[str, int], part: float
) -> None:
    first.unpacked(place / "s.db")
    before = first.content(place / "s.db")
    code, err = struck(signal.SIGINT, int(calls[MIGRATE] * part), *MIGRATE.split())
    assert (code, err.strip()) == (ExitCode.INTERRUPTED, b"")
    try:
        Store.open("s.db", readonly=True).close()
    except OlderStoreError:
        assert first.content(place / "s.db") == before
        assert run(*MIGRATE.split()).code == ExitCode.DONE
    assert run("check", "--store", "s.db").code == ExitCode.DONE


def waiting(process: subprocess.Popen[bytes]) -> float:
    """Strike a process that waits; return how long it takes to end."""
    time.sleep(0.7)
    assert process.poll() is None
    start = time.monotonic()
    process.send_signal(signal.SIGINT)
    _, err = process.communicate(timeout=60)
    assert (process.returncode, err.strip()) == (ExitCode.INTERRUPTED, b"")
    return time.monotonic() - start


def test_ctrl_c_ends_a_command_whose_output_nobody_takes(place: Path) -> None:
    """The pager still shows the first page."""
    (place / "long.txt").write_text(DUMPS["00.txt"] * 4000)
    reading, writing = os.pipe()
    process = started("-m", "feedtool", "parse", "--json", "long.txt", stdout=writing)
    os.close(writing)
    assert waiting(process) < 1
    os.close(reading)


def test_ctrl_c_ends_a_command_that_waits_for_a_pipe(place: Path) -> None:
    os.mkfifo(place / "fifo")
    process = started("-m", "feedtool", "ingest", "--store", "s.db", "fifo", stdout=-3)
    assert waiting(process) < 1


LONG = """
WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n LIMIT 50000000)
SELECT count(*) FROM n
"""


def test_ctrl_c_ends_a_statement_that_goes_on_and_on(tmp_path: Path) -> None:
    connection = Connection(str(tmp_path / "s.db"), "mode=rwc", 5)
    connection.run("CREATE TABLE t (a)")
    connection.begin()
    connection.run("INSERT INTO t VALUES (1)")
    timer = threading.Timer(0.1, signal.raise_signal, (signal.SIGINT,))
    timer.start()
    with pytest.raises(KeyboardInterrupt):
        connection.run(LONG)
    connection.rollback()
    assert connection.rows("SELECT * FROM t") == []
    connection.close()


def test_what_runs_in_the_background_goes_on_ignoring_ctrl_c() -> None:
    before = signal.signal(signal.SIGINT, signal.SIG_IGN)
    with interrupts.unwinding() as signals:
        signal.raise_signal(signal.SIGINT)
    assert signals.number is None
    assert signal.signal(signal.SIGINT, before) is signal.SIG_IGN


class Struck:
    """Python only prints what a destructor raises."""

    def __del__(self) -> None:
        signal.raise_signal(signal.SIGINT)


def test_an_interrupt_that_a_callback_drops_strikes_again() -> None:
    hook = sys.unraisablehook
    with interrupts.unwinding() as signals:
        Struck()
        with pytest.raises(KeyboardInterrupt):
            time.sleep(5)
    assert signals.number == signal.SIGINT
    assert sys.unraisablehook is hook
    assert signal.getitimer(signal.ITIMER_REAL) == (0.0, 0.0)


def test_what_a_library_makes_of_an_interrupt_is_still_one(monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(*arguments: object, **options: object) -> None:  # noqa: ARG001
        try:
            signal.raise_signal(signal.SIGINT)
        except KeyboardInterrupt as error:
            raise ImportError("numpy could not be loaded") from error

    monkeypatch.setattr(cli.group, "main", broken)
    ran = run("parse", "dumps")
    assert (ran.code, ran.err) == (ExitCode.INTERRUPTED, "")
