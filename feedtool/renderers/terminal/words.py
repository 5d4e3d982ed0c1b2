"""What all reports for people are made of: counts, scores and places in words, and rows."""

from __future__ import annotations

from contextlib import suppress
from datetime import datetime
from typing import TYPE_CHECKING

from feedtool.renderers import Paper
from feedtool.renderers.lines import Line, Span, cells, cut, painted, table
from feedtool.renderers.safety import shown

if TYPE_CHECKING:
    from feedtool.report import IngestSummary, Summary

# Enough to name an item among a hundred thousand; any unique prefix is taken back.
SHORT_ID = 8

STATUS_STYLES = {
    "new": "news",
    "added": "news",
    "removed": "bad",
    "edited": "odd",
    "extended": "name",
    "shortened": "name",
}


def counts(summary: Summary | IngestSummary) -> Line:
    """Return what a page holds in words, leaving out what it has none of."""
    if not summary.excerpts:
        line: Line = [("no excerpts", "")]
    else:
        known = [
            (f"{summary.new} new", "news" if summary.new else ""),
            (f"{summary.repeated} repeated", ""),
        ]
        named = [span for span in known if not span[0].startswith("0 ")]
        line = [(f"{count(summary.excerpts, 'excerpt')}: ", ""), *listed(named)]
    aside = []
    if summary.truncated:
        aside.append((f"{summary.truncated} truncated", "mark"))
    if summary.completed:
        aside.append((f"{summary.completed} now whole", "mark"))
    if summary.notes:
        aside.append((count(summary.notes, "note"), ""))
    if summary.capped:
        aside.append((f"{summary.capped} in a crowd", "faint"))
    return [*line, ("; ", ""), *listed(aside)] if aside else line


def listed(spans: list[Span]) -> Line:
    """Return pieces with commas between them."""
    line: Line = []
    for span in spans:
        line += [(", ", ""), span] if line else [span]
    return line


def count(number: int, noun: str) -> str:
    """Return a number of things in words."""
    return f"{number} {noun}" if number == 1 else f"{number} {noun}s"


def times(number: int) -> str:
    """Return how often, in words."""
    return "once" if number == 1 else f"{number} times"


def score(score: float) -> str:
    """Return a score with two digits; only what is equal is shown as 1."""
    return f"{score if score == 1 else min(score, 0.99):.2f}"


def short(item: str) -> str:
    """Return as much of an id as is shown."""
    # A counter behind the id ("-2") is all that tells two items of one first text apart.
    return item if "-" in item else item[:SHORT_ID]


def place(transmission: int, line: int) -> str:
    """Return where something stood, as it is shown."""
    return f"#{transmission}:{line}"


def origin(name: str) -> Line:
    """Return an origin, but for the one that needs no name."""
    return [(f"  {shown(name)}", "faint")] if name != "default" else []


def local(time: str) -> str:
    """Return a time of a report in the time zone of here, to the minute."""
    at = datetime.fromisoformat(time)
    # In the first year and the last one it may be another year here, which Python has none for.
    with suppress(OverflowError, ValueError, OSError):
        at = at.astimezone()
    return at.isoformat(" ", "minutes")[:16]


def write(paper: Paper, line: Line) -> None:
    """Write one line."""
    paper.write(painted(line, paper.colored))


def write_row(paper: Paper, line: Line, text: str) -> None:
    """Write a line that ends in as much of a text of others as fits."""
    used = sum(cells(part) for part, _ in line)
    write(paper, [*line, ("  ", ""), (cut(text, max(paper.width - used - 2, 16)), "")])


def write_table(paper: Paper, rows: list[list[Span]]) -> None:
    """Write rows in columns, the first aligned to the right."""
    for line in table(rows, frozenset({0}), paper.width - 2):
        write(paper, [("  ", ""), *line])
