"""Labelled series on disk -> what feedtool says of them."""

import json
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from benchmarks.scoring import Label, Place, Prediction, place
from feedtool import fingerprint, pipeline
from feedtool.model import Fingerprint, Novelty, Transmission
from feedtool.reading import each
from feedtool.report import Failure, TransmissionReport
from feedtool.stores.memory import MemoryIndex

START = datetime(2026, 1, 1, tzinfo=UTC)


@dataclass(frozen=True, slots=True)
class Series:
    """One blog: its pages in the order of their names, and the labels of their lines."""

    set: str
    name: str
    pages: tuple[Transmission, ...]
    labels: tuple[Label, ...]

    def lines(self) -> dict[Place, str]:
        """Return the text of every labelled line."""
        found = {}
        for page in self.pages:
            for number, line in enumerate(page.text.split("\n"), 1):
                found[dump(self, page.source), number] = line
        return {place(label): found[place(label)] for label in self.labels}


def dump(series: Series, source: str) -> str:
    """Return how labels name a page."""
    return f"{series.name}/{Path(source).name}"


def read(folder: Path, only: tuple[str, ...] = ()) -> Iterator[Series]:
    """Yield the labelled series under a folder, those named by set or series if any are."""
    for truth in sorted(folder.glob("*/*/truth.jsonl")):
        home = truth.parent
        if only and home.name not in only and home.parent.name not in only:
            continue
        with truth.open(encoding="utf-8") as rows:
            labels = tuple(map(json.loads, rows))
        pages = tuple(_pages(home))
        yield Series(home.parent.name, home.name, pages, labels)


def _pages(folder: Path) -> Iterator[Transmission]:
    names = sorted(str(path) for path in folder.glob("*.txt"))
    for page in each(names, pipeline.DEFAULT_READING):
        if isinstance(page, Failure):
            raise SystemExit(f"{page.source}: {page.reason}")
        yield page


def prints(series: Series) -> list[Fingerprint]:
    """Return the fingerprints of all excerpts of a series."""
    return fingerprint.of([excerpt for page in series.pages for excerpt in page.excerpts])


def ingest(series: Series, made: list[Fingerprint]) -> Iterator[TransmissionReport]:
    """Feed the pages into an empty store in memory, one after the other; yield the reports."""
    index = MemoryIndex()
    rest = iter(made)
    for page in series.pages:
        own = [next(rest) for _ in page.excerpts]
        entry = pipeline.judge(page, own, index, origin=series.name, at=START)
        index.add(entry)
        yield entry.report


def predictions(series: Series, made: list[Fingerprint]) -> dict[Place, Prediction]:
    """Return what feedtool says of every line."""
    said: dict[Place, Prediction] = {}
    for report in ingest(series, made):
        name = dump(series, report.source)
        for excerpt in report.excerpts:
            repeated = excerpt.novelty is Novelty.REPEATED
            said[name, excerpt.line] = Prediction(
                "excerpt", repeated, excerpt.item, excerpt.truncated
            )
        for note in report.notes:
            said[name, note.line] = Prediction(str(note.kind))
    return said
