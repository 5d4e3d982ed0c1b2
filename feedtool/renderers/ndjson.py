"""Reports as NDJSON: an object a line, told apart by `type`, for programs that read along."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

from feedtool.renderers import Paper
from feedtool.renderers.json import encoded, fields, members, opened
from feedtool.report import Failure, IngestSummary, TransmissionReport
from feedtool.version import __version__

if TYPE_CHECKING:
    from feedtool.deduplicating import Judged
    from feedtool.report.care import (
        BackupReport,
        CheckReport,
        PruneReport,
        ReindexReport,
        SalvageReport,
        UndoReport,
    )
    from feedtool.report.comparison import DiffReport, Explanation
    from feedtool.report.content import ParsedTransmission
    from feedtool.report.stored import ItemReport, LoggedTransmission, ShowReport

# What a transmission has many of; each stands on its own line before the transmission's.
_PARTS = {"excerpts": "excerpt", "blocks": "block", "notes": "note", "warnings": "warning"}


def line(type_: str, report: Any, **more: Any) -> str:
    """Return one line: the fields of a report with its type before them."""
    return encoded({"type": type_, **more, **fields(report)}) + "\n"


class Ingest:
    """A run of `ingest`, written while it lasts."""

    def __init__(self, paper: Paper, store: str | None, dry_run: bool, detailed: bool) -> None:  # noqa: ARG002
        self._write = paper.write
        self._run = {
            "schema": "feedtool.ingest.ndjson/1",
            "version": __version__,
            "store": store,
            "dry_run": dry_run,
        }

    def transmission(self, report: TransmissionReport) -> None:
        """Write the excerpts, notes and warnings of a transmission, then the transmission."""
        self._write(_transmission(report, transmission=report.id, source=report.source))

    def failure(self, failure: Failure) -> None:
        """Write a source that could not be read."""
        self._write(line("failure", failure))

    def end(self, summary: IngestSummary) -> None:
        """Write the counts of the run."""
        self._write(line("summary", summary, **self._run))


def diff(paper: Paper, report: DiffReport) -> None:
    """Write a comparison: its entries, then its counts."""
    for entry in report.entries:
        paper.write(line("entry", entry))
    sides = {"before": report.before, "after": report.after}
    head = {"schema": "feedtool.diff.ndjson/1", "version": report.version}
    paper.write(line("summary", report.summary, **head, **sides))


def parse(paper: Paper, parsed: Iterator[ParsedTransmission | Failure]) -> None:
    """Write the blocks, excerpts and warnings of each transmission, then the transmission."""
    for report in parsed:
        if isinstance(report, Failure):
            paper.write(line("failure", report))
        else:
            paper.write(_transmission(report, source=report.source))


def items(paper: Paper, store: str, found: Iterator[ItemReport]) -> None:  # noqa: ARG001
    """Write a list of items."""
    for item in found:
        paper.write(line("item", item))


def show(paper: Paper, report: ShowReport) -> None:
    """Write one item, then its versions."""
    paper.write(line("item", report.item))
    for version in report.versions:
        paper.write(line("version", version, item=report.item.id))


def log(paper: Paper, store: str, logged: Iterator[LoggedTransmission]) -> None:  # noqa: ARG001
    """Write what was ingested."""
    for transmission in logged:
        paper.write(line("transmission", transmission))


def check(paper: Paper, report: CheckReport) -> None:
    """Write what is wrong in a store, then how much was looked at."""
    for finding in report.findings:
        paper.write(line("finding", finding))
    if report.hash:
        paper.write(encoded({"type": "hash", "hash": report.hash}) + "\n")
    head = {"schema": "feedtool.check.ndjson/1", "version": report.version, "store": report.store}
    paper.write(line("summary", report.summary, **head))


def undo(paper: Paper, report: UndoReport) -> None:
    """Write what an undone transmission has changed, on one line."""
    paper.write(line("undone", report))


def reindex(paper: Paper, report: ReindexReport) -> None:
    """Write what has changed since everything was derived again, on one line."""
    paper.write(line("reindexed", report))


def backup(paper: Paper, report: BackupReport) -> None:
    """Write where the copy of a store is, on one line."""
    paper.write(line("copied", report))


def prune(paper: Paper, report: PruneReport) -> None:
    """Write what was pruned, on one line."""
    paper.write(line("pruned", report))


def salvage(paper: Paper, report: SalvageReport) -> None:
    """Write what could be read of a damaged store, on one line."""
    paper.write(line("salvaged", report))


def explain(paper: Paper, explanations: Iterator[Explanation]) -> None:
    """Write why texts are one article, or why not."""
    for explanation in explanations:
        paper.write(line("explanation", explanation))


def dedup(paper: Paper, judged: Judged, least: int) -> None:
    """Write a cluster a line, then what failed, then the counts."""
    for cluster in judged.clusters(least):
        paper.write(opened(cluster, type="cluster"))
        for piece in members(cluster, ""):
            paper.write(piece)
        paper.write("\n")
    for failure in judged.failures:
        paper.write(line("failure", failure))
    head = {"schema": "feedtool.dedup.ndjson/1", "version": __version__}
    paper.write(
        line("summary", judged.summary, **head, origin_by=judged.origin_by, alone=judged.alone)
    )


def _transmission(report: TransmissionReport | ParsedTransmission, **place: Any) -> str:
    whole = fields(report)
    lines = [
        line(type_, part, **place) for name, type_ in _PARTS.items() for part in whole.pop(name, ())
    ]
    lines.append(encoded({"type": "transmission", **whole}) + "\n")
    return "".join(lines)
