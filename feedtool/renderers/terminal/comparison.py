"""What two pages, or two texts, have in common: what came and went, and why."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from feedtool.model import Change
from feedtool.renderers import BRIEF, FULL, Paper
from feedtool.renderers.lines import Line, Span, differences, wrapped
from feedtool.renderers.safety import shown
from feedtool.renderers.terminal.words import (
    STATUS_STYLES,
    count,
    listed,
    score,
    write,
    write_row,
)

if TYPE_CHECKING:
    from feedtool.report.comparison import DiffEntry, DiffReport, ExplainText, Explanation

_DIFF_MARKS = {"added": "+", "removed": "-", "identical": "=", "reformatted": "="}


_SAME_TEXT = frozenset({Change.IDENTICAL.value, Change.REFORMATTED.value})


def diff(paper: Paper, report: DiffReport) -> None:
    """Write a comparison of two pages: what came and went; with -v also what stayed."""
    if paper.verbosity > BRIEF:
        before, after = report.before, report.after
        write(paper, [(f"--- {shown(before.source)}", "bad"), _faint_count(before.excerpts)])
        write(paper, [(f"+++ {shown(after.source)}", "good"), _faint_count(after.excerpts)])
        for entry in report.entries:
            if entry.status != Change.IDENTICAL or entry.moved or paper.verbosity >= FULL:
                _diff_entry(paper, entry)
    counts = [
        (f"{number} {name}", STATUS_STYLES.get(name, ""))
        for name in (
            "added",
            "removed",
            "edited",
            "extended",
            "shortened",
            "reformatted",
            "identical",
        )
        if (number := getattr(report.summary, name))
    ]
    line = listed(counts) or [("no excerpts", "")]
    if report.summary.moved:
        line.append((f"; {report.summary.moved} moved", ""))
    write(paper, line)


def explain(paper: Paper, explanations: Iterator[Explanation]) -> None:
    """Write why texts are one article, or why not."""
    for number, why in enumerate(explanations):
        if number:
            paper.write("\n")
        _explanation(paper, why)


def _diff_entry(paper: Paper, entry: DiffEntry) -> None:
    before, after, status = entry.before, entry.after, entry.status
    side = after or before
    style = STATUS_STYLES.get(status, "")
    places = "→".join(str(side.line) for side in (before, after) if side)
    line: Line = [
        (f"{_DIFF_MARKS.get(status, '~')} {places:<7}", style),
        (f"  {status}", style),
        (", moved" if entry.moved else "", "name"),
        (f"  {score(entry.match.score)}" if entry.match and entry.match.score < 1 else "", ""),
        ("  cut" if side and side.truncated else "", "mark"),
    ]
    if before and after and entry.match and entry.match.changes and status not in _SAME_TEXT:
        write(paper, line)
        inline = differences(before.text, after.text, entry.match.changes, paper.colored)
        for row in wrapped(inline, paper.width, "    "):
            write(paper, row)
    else:
        write_row(paper, line, side.text if side else "")


def _explanation(paper: Paper, why: Explanation) -> None:
    if why.same:
        verdict: Line = [("same article", "good"), (f": {why.change}, {why.kind} match", "")]
    else:
        verdict = [("different articles", "news")]
    second = f"; best other {score(why.second)}" if why.second is not None else ""
    said = f"{score(why.score)} (floor {score(why.floor)}{second}, {count(why.rivals, 'rival')})"
    write(paper, [("before  ", "faint"), *_side(why.before)])
    write(paper, [("after   ", "faint"), *_side(why.after)])
    write(paper, [("answer  ", "faint"), *verdict])
    write(paper, [("score   ", "faint"), (said, "")])
    for row in wrapped([("rule    ", "faint"), (shown(why.rule), "")], paper.width, ""):
        write(paper, row)
    if why.first_difference:
        first = " and ".join(str(place) for place in why.first_difference)
        write(paper, [("differ  ", "faint"), (f"from code point {first} on", "")])
    if paper.verbosity <= BRIEF:
        return
    if why.score < why.floor:
        # What has little in common is read one after the other.
        for mark, style, side in (("-", "bad", why.before), ("+", "good", why.after)):
            write_row(paper, [(f"   {mark}", style)], side.text)
        return
    if not why.changes:
        return
    inline = differences(why.before.text, why.after.text, why.changes, paper.colored)
    for row in wrapped(inline, paper.width, "    "):
        write(paper, row)


def _side(side: ExplainText) -> Line:
    cut_short = f"  cut: {shown(side.truncation.evidence)}" if side.truncated else ""
    return [(shown(side.name), "strong"), (cut_short, "mark")]


def _faint_count(excerpts: int) -> Span:
    return (f"  {count(excerpts, 'excerpt')}", "faint")
