"""Transmissions for people: a page at a glance, then as much as was asked for."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING

from feedtool.model import BlockKind, Change, Novelty
from feedtool.renderers import BRIEF, FULL, Paper
from feedtool.renderers.lines import Line, Span, table, wrapped
from feedtool.renderers.safety import shown
from feedtool.renderers.terminal.words import (
    STATUS_STYLES,
    count,
    counts,
    local,
    origin,
    place,
    score,
    short,
    times,
    write,
    write_row,
    write_table,
)
from feedtool.report import Failure

if TYPE_CHECKING:
    from feedtool.report import ExcerptReport, IngestSummary, NoteReport, TransmissionReport
    from feedtool.report.content import ParsedTransmission


class Ingest:
    """A run of `ingest`: a page with all its rows, or a line a page with its news."""

    def __init__(self, paper: Paper, store: str | None, dry_run: bool, detailed: bool) -> None:  # noqa: ARG002
        self._paper = paper
        self._dry_run = dry_run
        self._detailed = detailed or paper.verbosity >= FULL
        self._pages = 0

    def transmission(self, report: TransmissionReport) -> None:
        """Write one transmission."""
        self._pages += 1
        if self._paper.verbosity <= BRIEF:
            return
        if self._detailed:
            _detailed_page(self._paper, report, first=self._pages == 1)
        else:
            _short_page(self._paper, report)

    def failure(self, failure: Failure) -> None:
        """Leave it to the messages: the last line counts it."""

    def end(self, summary: IngestSummary) -> None:
        """Write the counts of the run, unless its only page has just said the same."""
        if summary.transmissions == 1 and not summary.failures and not self._dry_run:
            if self._paper.verbosity > BRIEF:
                return
        elif self._detailed and self._pages and self._paper.verbosity > BRIEF:
            self._paper.write("\n")
        line: Line = [(count(summary.transmissions, "transmission"), "strong"), (", ", "")]
        line += counts(summary)
        if summary.already_ingested:
            line.append((f"; {summary.already_ingested} already ingested", ""))
        if summary.failures:
            line += [("; ", ""), (f"{count(summary.failures, 'source')} failed", "bad")]
        if self._dry_run:
            line.append((" (dry run: nothing was stored)", ""))
        write(self._paper, line)


def parse(paper: Paper, parsed: Iterator[ParsedTransmission | Failure]) -> None:
    """Write transmissions block by block."""
    for number, report in enumerate(parsed):
        if isinstance(report, Failure):
            continue
        if number and paper.verbosity > BRIEF:
            paper.write("\n")
        write(
            paper,
            [
                (shown(report.source), "strong"),
                (f"  {report.input_format}  {shown(report.encoding)}", "faint"),
                (f"  {count(len(report.excerpts), 'excerpt')}", ""),
            ],
        )
        if paper.verbosity <= BRIEF:
            continue
        cut_lines = {excerpt.line for excerpt in report.excerpts if excerpt.truncated}
        rows: list[list[Span]] = [
            [
                (str(block.line), "faint"),
                (str(block.kind), "" if block.kind == BlockKind.EXCERPT else "odd"),
                ("cut" if block.line in cut_lines else "", "mark"),
                (block.text, ""),
            ]
            for block in report.blocks
        ]
        write_table(paper, rows)


def _detailed_page(paper: Paper, report: TransmissionReport, *, first: bool) -> None:
    if not first:
        paper.write("\n")
    heading: Line = [
        (f"#{report.id}", "strong"),
        (f"  {shown(report.source)}", "strong"),
        (f"  {shown(report.origin)}  {local(report.observed_at)}", "faint"),
    ]
    if report.already_ingested:
        heading.append(("  already ingested, nothing changed", "name"))
    write(paper, heading)
    write(paper, counts(report.summary))
    if not report.already_ingested or paper.verbosity >= FULL:
        _rows(paper, report.excerpts, report.notes)


def _short_page(paper: Paper, report: TransmissionReport) -> None:
    line: Line = [
        (f"#{report.id}", "strong"),
        (f"  {shown(report.source)}", "strong"),
        *origin(report.origin),
        ("  ", ""),
    ]
    if report.already_ingested:
        write(paper, [*line, ("already ingested, nothing changed", "name")])
        return
    write(paper, [*line, *counts(report.summary)])
    news = [
        excerpt
        for excerpt in report.excerpts
        if excerpt.novelty == Novelty.NEW or excerpt.completed
    ]
    _rows(paper, news)


def _rows(
    paper: Paper,
    excerpts: Sequence[ExcerptReport],
    notes: Sequence[NoteReport] = (),
) -> None:
    places = [excerpt.line for excerpt in excerpts] + [note.line for note in notes]
    digits = len(str(max(places, default=0)))
    rows = [_row(excerpt, digits) for excerpt in excerpts]
    lines = table(rows, frozenset(), paper.width - 2)
    waiting = list(reversed(notes))
    for excerpt, line in zip(excerpts, lines, strict=True):
        while waiting and waiting[-1].line < excerpt.line:
            _note(paper, waiting.pop(), digits)
        write(paper, [("  ", ""), *line])
        if paper.verbosity >= FULL:
            _reasons(paper, excerpt)
    for note in reversed(waiting):
        _note(paper, note, digits)


def _row(excerpt: ExcerptReport, digits: int) -> list[Span]:
    status = str(excerpt.change or excerpt.novelty)
    if excerpt.change == Change.IDENTICAL:
        status = str(excerpt.novelty)
    match = excerpt.match
    seen = match.first_seen if match else None
    return [
        (f"{excerpt.line:>{digits}}", "faint"),
        (status, STATUS_STYLES.get(status, "")),
        ("cut" if excerpt.truncated else "whole" if excerpt.completed else "", "mark"),
        (short(excerpt.item), "name"),
        (score(match.score) if match else "", ""),
        (place(seen.transmission, seen.line) if seen else "", "faint"),
        (excerpt.text, ""),
    ]


def _note(paper: Paper, note: NoteReport, digits: int) -> None:
    write_row(paper, [(f"  {note.line:>{digits}}  {note.kind}:", "faint")], note.text)


def _reasons(paper: Paper, excerpt: ExcerptReport) -> None:
    """Say under a row what decided, and what came second."""
    match, nearest = excerpt.match, excerpt.nearest
    if match:
        why = f"{match.kind} match: {shown(match.rule)}; seen {times(match.times_seen)} before"
        if match.second is not None:
            why += f"; the next best of {match.rivals} scored {score(match.second)}"
    elif nearest:
        why = f"nearest is {short(nearest.item)} with {score(nearest.score)}: {shown(nearest.rule)}"
    else:
        why = "nothing is near"
    cut_short = f"; cut: {shown(excerpt.truncation.evidence)}" if excerpt.truncated else ""
    for line in wrapped([(why + cut_short, "faint")], paper.width, "      "):
        write(paper, line)
