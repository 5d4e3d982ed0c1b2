"""Runs feedtool on a disk that is full, or nearly, or read-only, and looks at what that leaves.

unshare --map-root-user --mount python -m tests.full_disk FOLDER

FOLDER is where the disk is put, in a mount namespace that ends with the process.
"""

import os
import shutil
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path
from random import Random
from tempfile import TemporaryDirectory

from feedtool.errors import ExitCode, OlderStoreError
from feedtool.stores.sqlite import Store
from tests.console import Ran, run
from tests.histories import content, dump, seen, years
from tests.pages import articles
from tests.stores import first

ROOT = Path(__file__).parent.parent
SIZE = 8 << 20
# So many texts fill a store of 4 MB.
TEXTS = 1800
WORDS = [f"word{number:04}" for number in range(9000)]
BALLAST = "ballast"
OLD, OLDER = "old.db", "older.db"

# What is free, in pages: nothing, less than the file that processes share beside a store, more.
FREE = (0, 4, 12, 40, 80, 250)
PAGE = 4096

# Without room for a single page these do all they can.
READERS = (
    ("log",),
    ("log", "1", "--json"),
    ("list",),
    ("cat", "1"),
    ("check", "--hash"),
    ("ingest", "--dry-run", "new"),
)
WRITERS = (
    ("ingest", "new"),
    ("undo", "2"),
    ("reindex",),
    ("prune", "--keep", "1"),
    ("backup", "copy.db"),
    ("salvage", "copy.db"),
)
MIGRATION = (OLDER, ("reindex",))


def fill(folder: Path, free: int) -> None:
    """Leave only so many bytes of a disk."""
    ballast = folder / BALLAST
    ballast.unlink(missing_ok=True)
    disk = os.statvfs(folder)
    ballast.write_bytes(b"x" * (disk.f_bavail * disk.f_frsize - free))


def feedtool(*words: str) -> Ran:
    """Run a command."""
    return run(*words, env={"FEEDTOOL_STORE": "feeds.db"})


def apart(scratch: Path, *words: str) -> Ran:
    """Run a command in a process that has its temporary files in a folder of their own."""
    ran = subprocess.run(
        [sys.executable, "-m", "feedtool", *words],
        env={
            **os.environ,
            "PYTHONPATH": str(ROOT),
            "FEEDTOOL_STORE": "feeds.db",
            "TMPDIR": str(scratch),
        },
        capture_output=True,
        text=True,
        check=False,
    )
    return Ran(ran.returncode, ran.stdout, ran.stderr)


def state(path: str) -> str:
    """Return the hash of a store, which is sound."""
    try:
        with Store.open(path, readonly=True) as store:
            return content(store)
    except OlderStoreError:
        return first.content(path)


def end_of(words: Sequence[str], home: Path, store: str) -> str:
    """Return the hash of a store after a command that has all the room it wants."""
    home.mkdir()
    os.chdir(home)
    fresh(home.parent, home, store)
    assert feedtool(*words).code == ExitCode.DONE
    return state("feeds.db")


def fresh(home: Path, folder: Path, store: str = OLD) -> None:
    """Put a store and a source into an empty folder."""
    for left in folder.iterdir():
        left.unlink()
    shutil.copy(home / store, folder / "feeds.db")
    shutil.copy(home / "new", folder / "new")


def refused(ran: Ran, said: str) -> None:
    """Look at a command that had no room."""
    assert ran.code == ExitCode.STORE, ran
    assert said in ran.err, ran
    assert ran.err.startswith("feedtool: "), ran
    assert ran.err.count("\n") <= 2, ran


def readers(home: Path, disk: Path) -> int:
    """Read a store on a full disk, as it was closed and as a kill has left it."""
    before = state(str(home / OLD))
    for log in (False, True):
        fresh(home, disk)
        if log:
            shutil.copy(home / "torn.db", "feeds.db")
            shutil.copy(home / "torn.db-wal", "feeds.db-wal")
        fill(disk, 0)
        for words in READERS:
            ran = feedtool(*words)
            assert (ran.code, ran.err) == (ExitCode.DONE, ""), (words, ran)
            if "--hash" in words:
                assert before in ran.out
    return 2 * len(READERS)


def writers(home: Path, disk: Path) -> int:
    """Write with less and less room, and again with room enough."""
    count = 0
    for at, (store, words) in enumerate([*((OLD, words) for words in WRITERS), MIGRATION]):
        before = state(str(home / store))
        end = end_of(words, home / f"end{at}", store)
        os.chdir(disk)
        codes = []
        for free in FREE:
            fresh(home, disk, store)
            fill(disk, free * PAGE)
            ran = feedtool(*words)
            count += 1
            codes.append(ran.code)
            if ran.code:
                refused(ran, "the disk is full")
                left = {found.name for found in disk.iterdir()} - {BALLAST, "new"}
                assert left <= {"feeds.db", "feeds.db-wal", "feeds.db-shm"}, left
            (disk / BALLAST).unlink()
            assert state("feeds.db") in {before, end}, (words, free)
            if ran.code:
                assert feedtool(*words).code == ExitCode.DONE
            assert state("feeds.db") == end, (words, free)
            if Path("copy.db").exists():
                assert state("copy.db") == end
        assert codes[0] == ExitCode.STORE, words
        assert codes == sorted(codes, reverse=True), (words, codes)
        assert codes[-1] == ExitCode.DONE, words
    return count


def temporary(home: Path, disk: Path) -> int:
    """Work on a disk with room, with none for temporary files."""
    work = home / "work"
    work.mkdir()
    os.chdir(work)
    fill(disk, 0)
    random = Random(1)
    texts = [" ".join(random.choices(WORDS, k=60)) for _ in range(TEXTS)]
    Path("many").write_bytes(b"".join(dump(*texts[at : at + 12]) for at in range(0, TEXTS, 12)))
    assert feedtool("ingest", "-q", "many").code == ExitCode.DONE
    before = state("feeds.db")
    # What SQLite keeps in memory of a smaller store it keeps on disk of this one.
    for words in (("undo", "2"), ("prune", "--keep", "1")):
        refused(apart(disk, *words), "or that of temporary files (TMPDIR)")
    assert state("feeds.db") == before
    # Python takes another folder where not a byte has room.
    fill(disk, 4 * PAGE)
    refused(apart(disk, "dedup", "many"), "set TMPDIR to a folder with more room")
    assert apart(disk, "check").code == ExitCode.DONE
    assert feedtool("prune", "--keep", "1").code == ExitCode.DONE
    assert state("feeds.db") == before
    return 4


def frozen(home: Path, disk: Path) -> int:
    """Use a store on a disk that is read-only, as it was closed and as a kill has left it."""
    before = state(str(home / OLD))
    for files in (), ("torn.db", "torn.db-wal", "torn.db-shm"):
        fresh(home, disk)
        for name in files:
            shutil.copy(home / name, name.replace("torn", "feeds"))
        mount("-o", "remount,ro", str(disk))
        for words in READERS:
            ran = feedtool(*words)
            assert (ran.code, ran.err) == (ExitCode.DONE, ""), (words, ran)
            if "--hash" in words:
                assert before in ran.out
        for words in WRITERS:
            refused(feedtool(*words), "ead-only")
        mount("-o", "remount,rw", str(disk))
        assert state("feeds.db") == before
    # Without what processes share SQLite reads no log that it cannot write to.
    fresh(home, disk)
    for name in ("torn.db", "torn.db-wal"):
        shutil.copy(home / name, name.replace("torn", "feeds"))
    mount("-o", "remount,ro", str(disk))
    for words in READERS:
        refused(feedtool(*words), "is read-only; to read it, copy it to another one")
    mount("-o", "remount,rw", str(disk))
    return 3 * len(READERS) + 2 * len(WRITERS)


def mount(*words: str) -> None:
    """Mount a disk, or change how it is mounted."""
    subprocess.run(["mount", *words], check=True)


def prepare(home: Path) -> None:
    """Make a store with a history, one that was not closed, and a source for it."""
    os.chdir(home)
    a, b, *_ = articles()
    news = [
        f"Page {number} of a book that nobody has read, and what it says." for number in range(9)
    ]
    (home / "new").write_bytes(dump(a, b, *news))
    first.unpacked(home / OLDER)
    with Store.open(OLD, create=True) as store:
        seen(store, years()[:5], home)
    with Store.open("open.db", create=True) as store:
        seen(store, years()[:5], home)
        shutil.copy("open.db", "torn.db")
        shutil.copy("open.db-wal", "torn.db-wal")
        shutil.copy("open.db-shm", "torn.db-shm")


def main(disk: Path) -> None:
    """Fill a disk, and say how often."""
    mount("-t", "tmpfs", "-o", f"size={SIZE}", "tmpfs", str(disk))
    with TemporaryDirectory() as folder:
        home = Path(folder)
        prepare(home)
        works = {
            "reading": readers, "writing": writers, "temporary": temporary, "frozen": frozen,
        }  # fmt: skip
        for name, work in works.items():
            os.chdir(disk)
            count = work(home, disk)
            os.chdir("/")
            sys.stdout.write(f"{count:4}  {name}\n")
            sys.stdout.flush()


if __name__ == "__main__":
    main(Path(sys.argv[1]))
