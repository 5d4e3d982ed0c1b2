"""The clusters of a corpus as a table, an excerpt a row, for spreadsheets and databases."""

from __future__ import annotations

import csv
from collections.abc import Callable
from typing import TYPE_CHECKING

from feedtool.renderers import Paper
from feedtool.renderers.safety import csv_safe

if TYPE_CHECKING:
    from feedtool.deduplicating import Judged
    from feedtool.report.clusters import Cluster, ClusterMember

COLUMNS = (
    "item",
    "size",
    "source",
    "origin",
    "line",
    "position",
    "novelty",
    "change",
    "truncated",
    "kind",
    "score",
    "text",
)


class _Lines:
    """What `csv` writes to."""

    def __init__(self, write: Callable[[str], None]) -> None:
        self.write = write


def dedup(paper: Paper, judged: Judged, least: int) -> None:
    """Write what a spreadsheet may open: no cell of it is a formula."""
    _table(paper, judged, least, csv_safe)


def dedup_raw(paper: Paper, judged: Judged, least: int) -> None:
    """Write every text as it was received."""
    _table(paper, judged, least, str)


def _table(paper: Paper, judged: Judged, least: int, cell: Callable[[str], str]) -> None:
    rows = csv.writer(_Lines(paper.write))
    rows.writerow(COLUMNS)
    for cluster in judged.clusters(least):
        rows.writerows(_row(cluster, member, cell) for member in cluster.members)


def _row(
    cluster: Cluster, member: ClusterMember, cell: Callable[[str], str]
) -> tuple[str | int | float | None, ...]:
    return (
        cluster.item,
        cluster.size,
        cell(member.source),
        cell(member.origin),
        member.line,
        member.position,
        member.novelty,
        member.change,
        str(member.truncated).lower(),
        member.kind,
        member.score,
        cell(cluster.text if member.text is None else member.text),
    )
