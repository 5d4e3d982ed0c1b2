"""The golden reports of the samples: `python -m tests.golden` writes them anew."""

from collections.abc import Iterator
from contextlib import chdir
from datetime import UTC, datetime
from pathlib import Path

from feedtool.commands.tally import Tally
from feedtool.differences import diff
from feedtool.pipeline import ingest
from feedtool.renderers import Paper, json
from feedtool.stores import Archive
from feedtool.stores.memory import MemoryArchive
from feedtool.version import __version__

ROOT = Path(__file__).parent.parent
FOLDER = Path(__file__).parent / "golden"
SAMPLES = ("001", "002", "003", "004")
PAIRS = (("001", "002"), ("003", "004"))
MORNING = datetime(2026, 1, 11, 8, tzinfo=UTC)


def documents() -> Iterator[tuple[str, str]]:
    """Yield the name and the text of each golden report."""
    archive = MemoryArchive()
    with chdir(ROOT):
        for sample in SAMPLES:
            yield f"ingest-{sample}.json", ingested(f"samples/{sample}.txt", archive)
        for before, after in PAIRS:
            yield f"diff-{before}-{after}.json", compared(before, after)


def ingested(name: str, archive: Archive) -> str:
    """Return what `feedtool ingest --json` prints of one source."""
    written: list[str] = []
    run, tally = json.Ingest(Paper(written.append), "feeds.db", False, True), Tally()
    for report in ingest([name], archive, origin="default", now=lambda: MORNING):
        tally.add(report)
        run.transmission(report)  # type: ignore[arg-type]
    run.end(tally.summary())
    return without_version("".join(written))


def compared(before: str, after: str) -> str:
    """Return what `feedtool diff --json` prints of two samples."""
    written: list[str] = []
    json.diff(Paper(written.append), diff(f"samples/{before}.txt", f"samples/{after}.txt"))
    return without_version("".join(written))


def without_version(document: str) -> str:
    """Return a document that does not change with every release."""
    return document.replace(f'"version": "{__version__}"', '"version": "*"', 1)


def main() -> None:
    """Write every golden report anew."""
    FOLDER.mkdir(exist_ok=True)
    for name, text in documents():
        (FOLDER / name).write_text(text, encoding="utf-8", newline="\n")


if __name__ == "__main__":
    main()
