"""Whatever fails, a store is whole, and what was broken off can be done again."""

import os
import shutil
import subprocess
import sys
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from random import Random

import pytest

from feedtool import upkeep
from feedtool.errors import ExitCode, OlderStoreError, StoreError
from feedtool.merging import take_in
from feedtool.pipeline import ingest
from feedtool.sources import DEFAULT_LIMITS
from feedtool.stores.sqlite import Store, postings
from feedtool.stores.sqlite import content as contents
from tests.console import run
from tests.faults import Fault, failing
from tests.histories import Step, content, dump, quiet, seen, years
from tests.pages import NOON, articles, longer
from tests.stores import first

ROOT = Path(__file__).parent.parent
A, B, C, *_ = articles()
SMALL = [
    Step("1", dump(A, B)),
    Step("2", dump(longer(A)) + dump(longer(A))),
    Step("3", dump(B, "A short one", C)),
]


def ingested(path: str) -> None:
    """Ingest everything in one run."""
    with Store.open(path, create=True) as store:
        for _ in ingest([step.name for step in SMALL], store, origin="default", now=lambda: NOON):
            pass


def merged(path: str) -> None:
    """Take in all that another store holds; where that cannot be read, as far as it goes."""
    with Store.open(path, create=True) as store:
        for _ in take_in("old.db", store, strict=False, limits=DEFAULT_LIMITS, timeout=1):
            pass


FILLING = (ingested, merged)


def undone(path: str) -> None:
    with Store.open(path) as store:
        upkeep.undo(store, 2, quiet)


def reindexed(path: str) -> None:
    with Store.open(path) as store:
        upkeep.reindex(store, quiet, timeout=1)


def pruned(path: str) -> None:
    with Store.open(path) as store:
        upkeep.prune(store, keep=1, since=None)


def migrated(path: str) -> None:
    upkeep.migrate(path, quiet, timeout=1)


def state(path: str) -> str | None:
    """Return the hash of a store, which is sound; None where there is none yet."""
    if not Path(path).exists() or not Path(path).stat().st_size:
        return None
    try:
        with Store.open(path, readonly=True) as store:
            return content(store)
    except OlderStoreError:
        return first.content(path)


def beginnings(place: Path) -> set[str | None]:
    """Return the hashes of the stores that have seen only the first transmissions."""
    shutil.copy("old.db", place / "less.db")
    found: set[str | None] = {None}
    with Store.open(str(place / "less.db")) as store:
        while store.size()[0]:
            found.add(content(store))
            upkeep.undo(store, store.newest(), quiet)
        found.add(content(store))
    return found


@pytest.fixture
def place(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    # Sweeps of the index happen in small stores too.
    monkeypatch.setattr(postings, "RECENT", 60)
    monkeypatch.setattr(postings, "RUN", 25)
    for step in SMALL:
        Path(step.name).write_bytes(step.data)
    return tmp_path


@pytest.mark.parametrize("after", [False, True])
@pytest.mark.parametrize("work", [ingested, merged, undone, reindexed, pruned, migrated])
def test_a_fault_at_any_statement_leaves_all_or_nothing(
    work: Callable[[str], None], after: bool, place: Path
) -> None:
    if work is migrated:
        first.few(place / "old.db")
    else:
        ingested("old.db")
    allowed = beginnings(place) if work in FILLING else {state("old.db")}
    whole = str(place / "whole.db")
    if work not in FILLING:
        shutil.copy("old.db", whole)
    with failing(Fault()) as counted:
        work(whole)
    assert counted.count > 15
    end = state(whole)
    # It writes as `ingested` does; of what is new in it half of the statements take long enough.
    step = 2 if work is merged else 1
    for at in range(1 + after * (step - 1), counted.count + 1, step):
        path = str(place / "feeds.db")
        for name in place.glob("feeds.db*"):
            name.unlink()
        if work not in FILLING:
            shutil.copy("old.db", path)
        with failing(Fault(at, after=after)) as fault, suppress(StoreError):
            work(path)
        assert fault.open == 0, (at, fault.said)
        found = state(path)
        assert found in {*allowed, end}, (at, fault.said)
        if work in FILLING or found != end:
            work(path)
        assert state(path) == end, (at, fault.said)


@pytest.mark.skipif(not hasattr(os, "fork"), reason="no way to fork")
def test_a_kill_at_any_moment_leaves_all_or_nothing() -> None:
    """`make torture` does it a thousand times."""
    command = [sys.executable, "-m", "tests.torture", "--kills", "12", "--seed", "1"]
    ran = subprocess.run(command, capture_output=True, text=True, cwd=ROOT, check=False)
    assert ran.returncode == 0, ran.stderr
    assert "every store whole" in ran.stdout


# The signal of a file that grows too long would end the process; without it the write fails.
LIMITED = """
import resource, signal, sys
from feedtool.cli import run
signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
resource.setrlimit(resource.RLIMIT_FSIZE, (int(sys.argv[1]), resource.RLIM_INFINITY))
sys.exit(run(sys.argv[2:]))
"""


def limited(size: int, *words: str) -> "subprocess.CompletedProcess[str]":
    """Run feedtool where no file may be longer than `size`."""
    return subprocess.run(
        [sys.executable, "-c", LIMITED, str(size), *words],
        capture_output=True,
        text=True,
        env={**os.environ, "PYTHONPATH": str(ROOT), "FEEDTOOL_STORE": "feeds.db"},
        check=False,
    )


@pytest.mark.skipif(sys.platform == "win32", reason="no limit for files")
def test_a_disk_that_is_full_at_any_moment_is_said_and_leaves_all_or_nothing(place: Path) -> None:
    names = [step.name for step in SMALL]
    ingested("old.db")
    allowed, end = beginnings(place), state("old.db")
    codes = set()
    for size in (0, 1000, 5000, *range(20_000, 260_000, 24_000)):
        for left in place.glob("feeds.db*"):
            left.unlink()
        ran = limited(size, "ingest", *names)
        codes.add(ran.returncode)
        assert ran.returncode in (ExitCode.DONE, ExitCode.STORE), ran.stderr
        assert "Traceback" not in ran.stderr
        assert bool(ran.stderr) == bool(ran.returncode)
        found = state("feeds.db")
        assert found in allowed
        assert found == end or ran.returncode
        ingested("feeds.db")
        assert state("feeds.db") == end
    assert codes == {ExitCode.DONE, ExitCode.STORE}


# Root in a namespace of its own may mount a disk that ends with the process.
APART = ("unshare", "--map-root-user", "--mount")


def apart(*command: str) -> "subprocess.CompletedProcess[str]":
    """Run a command where it may mount disks."""
    return subprocess.run([*APART, *command], capture_output=True, text=True, check=False)


@pytest.fixture
def disk(tmp_path: Path) -> Path:
    """Return a folder for a disk, which whoever may mount one puts there."""
    place = tmp_path / "disk"
    place.mkdir()
    mount = ("mount", "-t", "tmpfs", "-o", "size=1m", "tmpfs", str(place))
    if not shutil.which(APART[0]) or not shutil.which("mount") or apart(*mount).returncode:
        pytest.skip("no disk can be mounted here")
    return place


def test_on_a_full_disk_readers_read_and_writers_leave_all_or_nothing(disk: Path) -> None:
    ran = subprocess.run(
        [*APART, sys.executable, "-m", "tests.full_disk", str(disk)],
        capture_output=True,
        text=True,
        cwd=ROOT,
        check=False,
    )
    assert (ran.returncode, ran.stderr) == (0, "")
    assert ran.stdout.split()[1::2] == ["reading", "writing", "temporary", "frozen"]


@pytest.mark.skipif(sys.platform == "win32", reason="no limit for files")
@pytest.mark.parametrize(
    "words",
    [("undo", "2"), ("reindex",), ("prune", "--keep", "0"), ("backup", "copy.db")],
)
def test_a_full_disk_stops_the_care_of_a_store_and_nothing_else(
    words: tuple[str, ...], place: Path
) -> None:
    ingested("old.db")
    before = state("old.db")
    for size in (1000, 20_000, 40_000):
        shutil.copy("old.db", "feeds.db")
        ran = limited(size, *words)
        assert (ran.returncode, ran.stdout) == (ExitCode.STORE, ""), (size, ran)
        assert "Traceback" not in ran.stderr
        assert state("feeds.db") == before
        assert not Path("copy.db").exists()
        for left in place.glob("feeds.db*"):
            left.unlink()


@pytest.mark.skipif(sys.platform == "win32", reason="no limit for files")
def test_a_disk_that_is_full_at_any_moment_leaves_an_older_store_or_a_migrated_one(
    place: Path,
) -> None:
    first.unpacked(place / "old.db")
    shutil.copy("old.db", "whole.db")
    migrated("whole.db")
    before, end = state("old.db"), state("whole.db")
    codes = set()
    for size in (0, 1000, 100_000, *range(180_000, 480_000, 60_000), 1_000_000):
        shutil.copy("old.db", "feeds.db")
        ran = limited(size, "reindex", "-q")
        codes.add(ran.returncode)
        assert ran.returncode in (ExitCode.DONE, ExitCode.STORE), ran.stderr
        assert "Traceback" not in ran.stderr
        assert bool(ran.stderr) == bool(ran.returncode)
        assert state("feeds.db") == (before if ran.returncode else end), size
        for left in place.glob("feeds.db*"):
            left.unlink()
    assert codes == {ExitCode.DONE, ExitCode.STORE}


# Bits that flip.

READERS = (
    ("list", "--json"),
    ("log", "--json"),
    ("log", "3", "--json"),
    ("cat", "1"),
    ("ingest", "--dry-run", "1", "new"),
    ("ingest", "1", "new", "--origin", "another"),
    ("undo", "2", "--dry-run"),
    ("reindex", "--dry-run"),
)


def lines(path: str) -> list[bytes] | None:
    """Return the content of a store line by line, or None if it cannot be read."""
    try:
        with Store.open(path, readonly=True) as store:
            return [*contents.lines(store._connection, lambda _: None)]
    except StoreError:
        return None


def test_a_flipped_bit_that_changes_content_is_found_and_no_command_has_a_bug(
    place: Path,
) -> None:
    """A few bits of each page; a run of 1,260 flips missed none."""
    seen_all = str(place / "old.db")
    with Store.open(seen_all, create=True) as store:
        seen(store, years(), place)
    (place / "new").write_bytes(dump(B, "Something that nobody has seen before, and C."))
    data, before, random = Path(seen_all).read_bytes(), lines(seen_all), Random(5)
    found = 0
    for page in range(0, len(data), 4096):
        for place_of_bit in random.sample(range(page, page + 4096), 3):
            damaged = bytearray(data)
            damaged[place_of_bit] ^= 1 << random.randrange(8)

            def fresh(damaged: bytes = damaged) -> str:
                for left in place.glob("feeds.db*"):
                    left.unlink()
                (place / "feeds.db").write_bytes(damaged)
                return str(place / "feeds.db")

            same = lines(fresh()) == before
            ran = run("check", "--store", "feeds.db")
            assert ran.code in (ExitCode.DONE, ExitCode.STORE), ran.err
            assert same or ran.code == ExitCode.STORE, place_of_bit
            found += ran.code == ExitCode.STORE
            for words in READERS if ran.code else ():
                assert run(*words, "--store", fresh()).code != ExitCode.BUG, (place_of_bit, words)
    assert found > 10
