"""Kills processes that work on a store, again and again, and looks at what they leave.

python -m tests.torture --kills 1000
"""

import argparse
import os
import shutil
import signal
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Callable
from pathlib import Path
from random import Random

from feedtool import upkeep
from feedtool.errors import OlderStoreError, StoreError
from feedtool.merging import take_in
from feedtool.pipeline import ingest
from feedtool.report import Failure
from feedtool.sources import DEFAULT_LIMITS
from feedtool.stores.sqlite import Store, postings
from tests.histories import content, dump, quiet, years
from tests.pages import NOON, articles
from tests.stores import first

STORE, WHOLE, COPY, OLDER = "feeds.db", "whole.db", "copy.db", "older.db"
SOURCES = 40
# A run that is killed goes on from there, so a store is full after a few.
FILLS = 3
# A migration that is killed begins again, and might never come to its end.
REWORKS = 12


def sources(random: Random) -> list[str]:
    """Write pages that repeat, complete and change what others show; return their names."""
    weeklies = [f"Weekly {number}: what the team did in it." for number in range(9)]
    texts = [*articles(), *weeklies]
    pages = [step.data for step in years()]
    pages += [dump(*random.sample(texts, random.randint(1, 9))) for _ in range(SOURCES)]
    names = [f"{number:03}.txt" for number in range(len(pages))]
    for name, page in zip(names, pages, strict=True):
        Path(name).write_bytes(page)
    return names


def ingested(names: list[str], path: str) -> None:
    """Ingest all sources in one run."""
    with Store.open(path, create=True) as store:
        for report in ingest(names, store, origin="default", now=lambda: NOON):
            assert not isinstance(report, Failure), report


def merged(other: str, path: str) -> None:
    """Take in all that another store holds."""
    with Store.open(path, create=True) as store:
        for report in take_in(other, store, strict=False, limits=DEFAULT_LIMITS, timeout=9):
            assert not isinstance(report, Failure), report


def state(path: str) -> str | None:
    """Return the hash of a store, which is sound; None where there is none yet."""
    if not Path(path).exists() or not Path(path).stat().st_size:
        return None
    try:
        with Store.open(path, readonly=True) as store:
            return content(store)
    except OlderStoreError:
        return first.content(path)
    except StoreError:
        # It was killed while it was made, and that is undone now.
        if Path(path).stat().st_size:
            raise
        return None


def removed(path: str) -> None:
    """Take a store away, with all that lies beside it."""
    for found in Path().glob(f"{path}*"):
        found.unlink()


def beginnings() -> dict[str | None, int]:
    """Return the hashes of stores that have seen only the first transmissions, and how many."""
    shutil.copy(WHOLE, "less.db")
    found: dict[str | None, int] = {None: 0}
    with Store.open("less.db") as store:
        while size := store.size()[0]:
            found[content(store)] = size
            upkeep.undo(store, store.newest(), quiet)
        found[content(store)] = 0
    removed("less.db")
    return found


def killed(work: Callable[[], None], after: float) -> bool:
    """Run some work in a process and kill it; tell whether it was still at work."""
    child = os.fork()
    if not child:
        code = 1
        try:
            work()
            code = 0
        finally:
            os._exit(code)
    time.sleep(after)
    os.kill(child, signal.SIGKILL)
    _, status = os.waitpid(child, 0)
    if not os.WIFSIGNALED(status):
        assert os.waitstatus_to_exitcode(status) == 0
        return False
    return True


def took(work: Callable[[], None]) -> float:
    """Return how long some work takes in a process that nobody kills."""
    began = time.monotonic()
    child = os.fork()
    if not child:
        work()
        os._exit(0)
    assert os.waitpid(child, 0)[1] == 0
    return time.monotonic() - began


class Torture:
    """One store that is worked on, killed, looked at and brought to its end."""

    def __init__(self, random: Random) -> None:
        self.random = random
        self.names = sources(random)
        self.counts: Counter[str] = Counter()
        self.lengths = {"ingest": took(lambda: ingested(self.names, WHOLE))}
        self.lengths["merge"] = took(lambda: merged(WHOLE, COPY))
        removed(COPY)
        self.beginnings = beginnings()
        self.end = state(WHOLE)
        first.unpacked(Path(OLDER))

    def fill(self, name: str, work: Callable[[], None]) -> None:
        """Kill runs that fill a store, until one has come to its end."""
        removed(STORE)
        seen = 0
        while state(STORE) != self.end:
            self.kill(name, work)
            found = state(STORE)
            assert found in self.beginnings, "half a transmission"
            assert self.beginnings[found] >= seen, "what was stored is gone"
            seen = self.beginnings[found]

    def rework(self, name: str, work: Callable[[Store], object]) -> None:
        """Kill one piece of work on a whole store; all of it has happened or nothing."""

        def on(path: str) -> None:
            with Store.open(path) as store:
                work(store)

        self.rework_from(WHOLE, name, on)

    def rework_from(self, whole: str, name: str, work: Callable[[str], object]) -> None:
        """Kill one piece of work on a copy of a store; all of it has happened or nothing."""
        shutil.copy(whole, COPY)
        self.lengths[name] = took(lambda: work(COPY))
        before = state(whole)
        allowed = {before, state(COPY)}
        removed(COPY)
        removed(STORE)
        shutil.copy(whole, STORE)
        for _ in range(REWORKS):
            struck = self.kill(name, lambda: work(STORE))
            found = state(STORE)
            assert found in allowed, f"{name} was half done"
            if not struck or found != before:
                break
        removed(f"{STORE}-backup")

    def kill(self, name: str, work: Callable[[], None]) -> bool:
        """Kill some work at a random moment of it, and count that."""
        struck = killed(work, self.random.uniform(0, 1.1) * self.lengths[name])
        self.counts[f"{name}, killed" if struck else f"{name}, ended before"] += 1
        return struck

    def round(self) -> None:
        """Kill each kind of work."""
        for _ in range(FILLS):
            self.fill("ingest", lambda: ingested(self.names, STORE))
            self.fill("merge", lambda: merged(WHOLE, STORE))
        assert state(WHOLE) == self.end
        number = self.random.randint(1, len(self.beginnings) - 2)
        self.rework("undo", lambda store: upkeep.undo(store, number, quiet))
        self.rework("reindex", lambda store: upkeep.reindex(store, quiet, timeout=9))
        self.rework("prune", lambda store: upkeep.prune(store, keep=3, since=None))
        self.rework_from(OLDER, "migrate", lambda path: upkeep.migrate(path, quiet))

    @property
    def kills(self) -> int:
        """How many processes were killed at work."""
        return sum(count for name, count in self.counts.items() if name.endswith("killed"))


def say(line: str) -> None:
    """Write a line at once."""
    sys.stdout.write(f"{line}\n")
    sys.stdout.flush()


def main() -> None:
    """Torture a store, and say how often."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--kills", type=int, default=1000)
    parser.add_argument("--seed", type=int, default=time.time_ns() % 1_000_000)
    wanted = parser.parse_args()
    # Sweeps of the index happen in small stores too.
    postings.RECENT, postings.RUN, postings.RECENT_IN_BULK = 300, 100, 900
    with tempfile.TemporaryDirectory() as folder:
        os.chdir(folder)
        say(f"seed {wanted.seed}")
        torture = Torture(Random(wanted.seed))
        while torture.kills < wanted.kills:
            torture.round()
        os.chdir("/")
    for name, count in sorted(torture.counts.items()):
        say(f"{count:6}  {name}")
    say(f"{torture.kills} kills, every store whole")


if __name__ == "__main__":
    sys.exit(main())
