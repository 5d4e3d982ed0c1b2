"""What a store holds: its items, the history of one, the log."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from feedtool.renderers import BRIEF, FULL, Paper
from feedtool.renderers.lines import Line, differences, text_lines, wrapped
from feedtool.renderers.safety import shown
from feedtool.renderers.terminal.words import (
    STATUS_STYLES,
    count,
    counts,
    local,
    origin,
    place,
    short,
    write,
    write_row,
)

if TYPE_CHECKING:
    from feedtool.report.stored import (
        ItemReport,
        LoggedTransmission,
        ShowReport,
        SightingReport,
        VersionReport,
    )


def items(paper: Paper, store: str, found: Iterator[ItemReport]) -> None:  # noqa: ARG001
    """Write an item a row; with -q their ids only."""
    for item in found:
        if paper.verbosity <= BRIEF:
            paper.write(f"{shown(item.id)}\n")
            continue
        line: Line = [
            (shown(item.id) if paper.verbosity >= FULL else short(item.id), "name"),
            (f"  {item.sightings:>3} seen", ""),
            (f"  {item.versions:>2} {'texts' if item.versions != 1 else 'text '}", ""),
            ("  cut" if item.truncated else "     ", "mark"),
            (f"  {place(item.first_seen.transmission, item.first_seen.line):<8}", "faint"),
        ]
        write_row(paper, line, item.text)


def show(paper: Paper, report: ShowReport) -> None:
    """Write one item: where it was seen, its first text, and what each later one changed."""
    item = report.item
    write(
        paper,
        [
            (shown(item.id), "strong"),
            (f"  {count(len(report.versions), 'text')}, {count(item.sightings, 'sighting')}", ""),
            (f"  from {shown(', '.join(item.origins))}" if item.origins else "", "faint"),
            ("" if item.whole else "  never seen whole", "mark"),
        ],
    )
    before: VersionReport | None = None
    for number, version in enumerate(report.versions, 1):
        if paper.verbosity > BRIEF:
            _version(paper, number, version, before)
        before = version


def log(paper: Paper, store: str, logged: Iterator[LoggedTransmission]) -> None:  # noqa: ARG001
    """Write a transmission a line; with -q their numbers only."""
    for report in logged:
        if paper.verbosity <= BRIEF:
            paper.write(f"{report.id}\n")
            continue
        line = [
            (f"#{report.id}", "strong"),
            (f"  {local(report.observed_at)}", "faint"),
            (f"  {shown(report.source)}", ""),
            *origin(report.origin),
            ("  ", ""),
            *counts(report.summary),
        ]
        if len(report.observations) > 1:
            line.append((f"; met {len(report.observations)} times", ""))
        write(paper, line)


def _version(
    paper: Paper, number: int, version: VersionReport, before: VersionReport | None
) -> None:
    paper.write("\n")
    status = str(version.change) if version.change else "first"
    cut_short = f"  cut: {shown(version.truncation.evidence)}" if version.truncated else ""
    heading = [(f"text {number}", "strong"), (f"  {status}", STATUS_STYLES.get(status, ""))]
    write(paper, [*heading, (cut_short, "mark")])
    for sighting in version.sightings:
        write(paper, _sighting(sighting))
    if before and version.changes and paper.verbosity < FULL:
        line = differences(before.text, version.text, version.changes, paper.colored)
        rows = wrapped(line, paper.width, "    ")
    else:
        rows = text_lines(version.text, paper.width, "    ")
    for row in rows:
        write(paper, row)


def _sighting(sighting: SightingReport) -> Line:
    return [
        (f"  {place(sighting.transmission, sighting.line)}", "name"),
        (f"  {local(sighting.observed_at)}", "faint"),
        (f"  {shown(sighting.source)}", ""),
        *origin(sighting.origin),
        (f"  {sighting.change or sighting.novelty}", "faint"),
    ]
