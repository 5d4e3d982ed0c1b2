"""Reports as one JSON document: the shape of the dataclasses of `report`, written as they come.

Python's encoder is fast only without indentation, so the outer levels are laid out here and each
entry is one line: quick to write, and still kind to eyes, `grep` and `diff`.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator
from itertools import islice
from typing import TYPE_CHECKING, Any

from feedtool.renderers import Paper
from feedtool.renderers.safety import json_safe
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
    from feedtool.report.clusters import Cluster
    from feedtool.report.comparison import DiffReport, Explanation
    from feedtool.report.content import ParsedTransmission
    from feedtool.report.stored import ItemReport, LoggedTransmission, ShowReport


# Members of a cluster that are written at once.
MEMBERS = 500


def fields(report: Any) -> dict[str, Any]:
    """Return the fields of a report in their order, values as they are."""
    return {name: getattr(report, name) for name in report.__slots__}


_encode = json.JSONEncoder(ensure_ascii=False, check_circular=False, default=fields).encode


def encoded(value: Any) -> str:
    """Return a value as JSON on one line, safe on a terminal."""
    return json_safe(_encode(value))


class Document:
    """One JSON object, written field by field."""

    def __init__(self, paper: Paper, schema: str, **head: Any) -> None:
        self._write = paper.write
        self._write(
            encoded({"schema": f"feedtool.{schema}/1", "version": __version__, **head})[:-1]
        )
        self._entries = 0

    def field(self, name: str, value: Any) -> None:
        """Write a field on a line of its own."""
        self._write(f",\n {encoded(name)}: {encoded(value)}")

    def array(self, name: str, entries: Iterable[Any]) -> None:
        """Write a field whose entries stand on a line each."""
        self.open_array(name)
        for entry in entries:
            self.entry(encoded(entry))
        self.close_array()

    def open_array(self, name: str) -> None:
        """Begin a field whose entries come one by one."""
        self._write(f",\n {encoded(name)}: [")
        self._entries = 0

    def entry(self, text: str) -> None:
        """Write one entry of the open array, as it is encoded already."""
        self._write((",\n  " if self._entries else "\n  ") + text)
        self._entries += 1

    def more(self, text: str) -> None:
        """Go on with the entry that was written last."""
        self._write(text)

    def close_array(self) -> None:
        """End the open array."""
        self._write("]")

    def end(self) -> None:
        """End the object."""
        self._write("}\n")


def laid_out(report: Any) -> str:
    """Return a report with the entries of its tuples on a line each."""
    parts = []
    for name, value in fields(report).items():
        if isinstance(value, tuple) and value:
            rows = ",\n    ".join([encoded(entry) for entry in value])
            parts.append(f"\n   {encoded(name)}: [\n    {rows}]")
        else:
            parts.append(f"{' ' if parts else ''}{encoded(name)}: {encoded(value)}")
    return "{" + ",".join(parts) + "}"


class Ingest:
    """A run of `ingest`, written while it lasts."""

    def __init__(self, paper: Paper, store: str | None, dry_run: bool, detailed: bool) -> None:  # noqa: ARG002
        self._document = Document(paper, "ingest", store=store, dry_run=dry_run)
        self._document.open_array("transmissions")
        self._failures: list[Failure] = []

    def transmission(self, report: TransmissionReport) -> None:
        """Write one transmission."""
        self._document.entry(laid_out(report))

    def failure(self, failure: Failure) -> None:
        """Keep a failure until the transmissions have ended."""
        self._failures.append(failure)

    def end(self, summary: IngestSummary) -> None:
        """Write what is known only now."""
        self._document.close_array()
        self._document.array("failures", self._failures)
        self._document.field("summary", summary)
        self._document.end()


def diff(paper: Paper, report: DiffReport) -> None:
    """Write a comparison of two pages."""
    document = Document(paper, "diff")
    document.field("before", report.before)
    document.field("after", report.after)
    document.field("summary", report.summary)
    document.array("entries", report.entries)
    document.end()


def parse(paper: Paper, parsed: Iterator[ParsedTransmission | Failure]) -> None:
    """Write transmissions as they were read, before anything was judged."""
    document = Document(paper, "parse")
    document.open_array("transmissions")
    failures = []
    for report in parsed:
        if isinstance(report, Failure):
            failures.append(report)
        else:
            document.entry(laid_out(report))
    document.close_array()
    document.array("failures", failures)
    document.end()


def items(paper: Paper, store: str, found: Iterator[ItemReport]) -> None:
    """Write a list of items."""
    document = Document(paper, "list", store=store)
    document.array("items", found)
    document.end()


def show(paper: Paper, report: ShowReport) -> None:
    """Write one item with its versions."""
    document = Document(paper, "show", store=report.store)
    document.field("item", report.item)
    document.open_array("versions")
    for version in report.versions:
        document.entry(laid_out(version))
    document.close_array()
    document.end()


def log(paper: Paper, store: str, logged: Iterator[LoggedTransmission]) -> None:
    """Write what was ingested."""
    document = Document(paper, "log", store=store)
    document.array("transmissions", logged)
    document.end()


def check(paper: Paper, report: CheckReport) -> None:
    """Write whether a store is sound."""
    document = Document(paper, "check", store=report.store)
    document.array("findings", report.findings)
    document.field("hash", report.hash)
    document.field("summary", report.summary)
    document.end()


def undo(paper: Paper, report: UndoReport) -> None:
    """Write what an undone transmission has changed."""
    document(paper, report)


def reindex(paper: Paper, report: ReindexReport) -> None:
    """Write what has changed since everything was derived again."""
    document(paper, report)


def backup(paper: Paper, report: BackupReport) -> None:
    """Write where the copy of a store is."""
    document(paper, report)


def prune(paper: Paper, report: PruneReport) -> None:
    """Write what was pruned."""
    document(paper, report)


def salvage(paper: Paper, report: SalvageReport) -> None:
    """Write what could be read of a damaged store."""
    document(paper, report)


def document(paper: Paper, report: Any) -> None:
    """Write a report that is small enough to be held: a field a line."""
    lines = [f"{encoded(name)}: {encoded(value)}" for name, value in fields(report).items()]
    paper.write("{" + ",\n ".join(lines) + "}\n")


def explain(paper: Paper, explanations: Iterator[Explanation]) -> None:
    """Write why texts are one article, or why not."""
    document = Document(paper, "explain")
    document.array("explanations", explanations)
    document.end()


def dedup(paper: Paper, judged: Judged, least: int) -> None:
    """Write the clusters of a corpus."""
    document = Document(paper, "dedup", origin_by=judged.origin_by, alone=judged.alone)
    document.open_array("clusters")
    for cluster in judged.clusters(least):
        document.entry(opened(cluster))
        for piece in members(cluster, "\n    "):
            document.more(piece)
    document.close_array()
    document.array("failures", judged.failures)
    document.field("summary", judged.summary)
    document.end()


def opened(cluster: Cluster, **head: Any) -> str:
    """Return a cluster up to where its members begin."""
    first = {**head, "item": cluster.item, "size": cluster.size, "text": cluster.text}
    return encoded(first)[:-1] + ', "members": ['


def members(cluster: Cluster, before: str) -> Iterator[str]:
    """Yield the members of a cluster, which may be more than memory holds, and its end."""
    left = iter(cluster.members)
    between = before
    while batch := [encoded(member) for member in islice(left, MEMBERS)]:
        yield between + f",{before}".join(batch)
        between = f",{before}"
    yield "]}"
