"""What all measurements of speed share: texts, sizes, rounds, and tables of results."""

import os
import platform
import sys
from collections.abc import Callable, Collection, Iterable, Sequence
from dataclasses import asdict, dataclass, field
from pathlib import Path
from statistics import median
from typing import Any, TypeVar

from benchmarks import crowd, peers
from benchmarks.stopwatch import FailedError
from feedtool.native import core

T = TypeVar("T")

# Texts for single pages, which no store has seen.
SPARE = 1200


@dataclass(frozen=True, slots=True)
class Table:
    """A table of results, and what has to be said below it."""

    title: str
    head: tuple[str, ...]
    rows: list[tuple[str, ...]]
    notes: list[str] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class Bench:
    """How much is measured, how often, and the folder in which everything is made."""

    folder: Path
    size: int = 100_000
    small: int = 10_000
    rounds: int = 3
    # Whole processes of some hundredths of a second need more runs than those that take seconds.
    starts: int = 15
    seed: int = crowd.SEED
    names: tuple[str, ...] = tuple(peers.PEERS)
    shares: dict[str, float] | None = None

    def texts(self, count: int, kind: str = "") -> crowd.Folder:
        """Return a crowd, or a flood of a kind, of at least so many texts.

        It is made only once, with `size` texts; another one has those that come after them, too.
        """
        made = self.size if count <= self.size else 2 * self.size + SPARE
        path = self.folder / f"{kind or 'crowd'}-{self.seed}-{made}"
        if not (path / "about.json").exists():
            say(f"making {made:,} texts {kind}")
            crowd.write(path, made, self.seed, kind, self.shares)
        return crowd.Folder(path)

    def stream(self, since: int, until: int, kind: str = "") -> Path:
        """Return a file of dumps that follow each other."""
        path = self.folder / f"{kind or 'crowd'}-{self.seed}-{since}-{until}.txt"
        if not path.exists():
            with path.open("wb") as out:
                out.writelines(self.texts(until, kind).dumps(since, until))
        return path

    def dumps(self, since: int, until: int, kind: str = "") -> Path:
        """Return a folder of dumps, a thousand in each of its own."""
        path = self.folder / f"{kind or 'crowd'}-{self.seed}-{since}-{until}"
        if not path.exists():
            for number, dump in enumerate(self.texts(until, kind).dumps(since, until)):
                home = path / f"{number // 1000:04}"
                if number % 1000 == 0:
                    home.mkdir(parents=True)
                (home / f"{number:07}.txt").write_bytes(dump)
        return path

    def scratch(self, name: str) -> Path:
        """Return the path of a store that does not exist."""
        path = self.folder / f"{name}.db"
        for end in ("", "-wal", "-shm"):
            path.with_name(path.name + end).unlink(missing_ok=True)
        return path


def interleaved(
    jobs: dict[str, Callable[[int], T]], rounds: int, once: Collection[str] = ()
) -> tuple[dict[str, list[T]], list[str]]:
    """Run every job once a round, so that a busy moment of the machine hits all of them alike.

    A job is given the number of its round; those named in `once` run in the last one only. One that
    fails is left out, and a note says why.
    """
    found: dict[str, list[T]] = {name: [] for name in jobs}
    notes = []
    for number in range(rounds):
        for name in list(found):
            if name in once and number + 1 < rounds:
                continue
            say(f"{name}, round {number + 1} of {rounds}")
            try:
                found[name].append(jobs[name](number))
            except FailedError as error:
                del found[name]
                notes.append(f"{name} is left out: {error}")
    return found, notes


def say(what: str) -> None:
    """Tell who waits what is going on."""
    print(f"  {what}", file=sys.stderr, flush=True)


def machine(names: Iterable[str]) -> str:
    """Describe what the figures were made on."""
    versions = ", ".join(
        f"{name} {peers.version(name)}"
        for name in names
        if not name.startswith(peers.OURS) and peers.available(name)
    )
    python = f"{platform.python_implementation()} {platform.python_version()}"
    compiled = "not compiled" if core is None else "compiled"
    where = f"{_processor()}, {os.cpu_count()} cores, {platform.system()}, {python}"
    where += f", feedtool {compiled}"
    return where + (f"; {versions}" if versions else "")


def _processor() -> str:
    info = Path("/proc/cpuinfo")
    lines = info.read_text("utf-8").splitlines() if info.exists() else []
    models = [line.partition(":")[2].strip() for line in lines if line.startswith("model name")]
    return models[0] if models else platform.processor() or platform.machine()


def middle(runs: Sequence[dict[str, Any]], name: str) -> float:
    """Return the median of a figure."""
    return float(median(run[name] for run in runs))


def times(ratio: float) -> str:
    """Return a ratio as a cell."""
    return f"{ratio:.1f}x" if ratio < 100 else f"{ratio:.0f}x"


def per_second(count: float, seconds: float) -> str:
    """Return a rate as a cell."""
    return f"{count / seconds:,.0f}"


def megabytes(size: float) -> str:
    """Return an amount of memory as a cell."""
    return f"{size / 1e6:,.0f}"


def as_json(tables: Iterable[Table]) -> list[dict[str, Any]]:
    """Return tables as they are kept in a file."""
    return [asdict(table) for table in tables]


def from_json(tables: Iterable[dict[str, Any]]) -> list[Table]:
    """Return tables that were kept in a file."""
    return [
        Table(
            table["title"], tuple(table["head"]), [tuple(r) for r in table["rows"]], table["notes"]
        )
        for table in tables
    ]
