"""What was done for a store: checked, undone, derived again, copied, pruned, saved."""

from __future__ import annotations

from typing import TYPE_CHECKING

from feedtool.renderers import BRIEF, FULL, Paper
from feedtool.renderers.lines import Line
from feedtool.renderers.safety import shown
from feedtool.renderers.terminal.words import count, origin, write
from feedtool.sources import size_text

if TYPE_CHECKING:
    from feedtool.report.care import (
        BackupReport,
        CheckReport,
        CheckSummary,
        PruneReport,
        ReindexReport,
        SalvageReport,
        UndoReport,
    )


def check(paper: Paper, report: CheckReport) -> None:
    """Write what is wrong in a store, a line each, then the answer; with -q that alone."""
    if paper.verbosity > BRIEF:
        for finding in report.findings:
            place = f"  #{finding.transmission}" if finding.transmission is not None else ""
            said = [(finding.part, "bad"), (place, "strong"), (f"  {shown(finding.message)}", "")]
            write(paper, said)
    if report.findings:
        answer = (f"damaged: {count(len(report.findings), 'finding')}", "bad")
    else:
        answer = ("sound", "good")
    write(paper, [(shown(report.store), ""), ("  ", ""), answer, *_looked_at(report.summary)])
    if report.hash:
        write(paper, [("hash  ", "faint"), (report.hash, "")])


def _looked_at(summary: CheckSummary) -> Line:
    counted = [
        count(summary.transmissions, "transmission"),
        count(summary.excerpts, "excerpt"),
        count(summary.items, "item"),
        count(summary.versions, "text"),
    ]
    return [(f"  {', '.join(counted)}", "faint")]


def undo(paper: Paper, report: UndoReport) -> None:
    """Write what an undone transmission has changed; with -q its number only."""
    if paper.verbosity <= BRIEF:
        paper.write(f"{report.transmission}\n")
        return
    first: Line = [
        (f"#{report.transmission}", "strong"),
        (f"  {shown(report.source)}", ""),
        *origin(report.origin),
        ("  would be undone" if report.dry_run else "  undone", "good"),
    ]
    write(paper, first)
    _write_ids(paper, report)
    judged = f"{count(report.judged_again, 'later transmission')} judged again"
    write(paper, [(f"{judged}, {count(report.changed, 'verdict')} changed", "")])


def _write_ids(paper: Paper, report: UndoReport | ReindexReport) -> None:
    for one in report.renamed:
        write(paper, [("renamed  ", "mark"), (f"{one.before} -> {one.after}", "name")])
    for gone in report.gone:
        write(paper, [("gone     ", "bad"), (gone, "name")])


def reindex(paper: Paper, report: ReindexReport) -> None:
    """Write what has changed since everything was derived again; with -q the counts only."""
    if paper.verbosity > BRIEF:
        _write_ids(paper, report)
    for number in report.unread if paper.verbosity >= FULL else ():
        write(paper, [("kept     ", "mark"), (f"#{number} as it was read before", "")])
    derived = "would be" if report.dry_run else "are"
    total = count(report.transmissions, "transmission")
    changed = count(report.changed, "excerpt")
    kept = f"; {len(report.unread)} without bytes, kept as read before" if report.unread else ""
    write(paper, [(f"{total} {derived} derived again, {changed} changed{kept}", "")])


def backup(paper: Paper, report: BackupReport) -> None:
    """Write where the copy of a store is."""
    held = f"{count(report.transmissions, 'transmission')}, {size_text(report.bytes)}"
    write(paper, [(shown(report.path), "strong"), (f"  {held}", "")])


def prune(paper: Paper, report: PruneReport) -> None:
    """Write what was pruned."""
    gone = "would go" if report.dry_run else "are gone"
    freed = size_text(report.freed)
    line: Line = [(f"{count(report.pruned, 'dump')} of {freed} {gone}, {report.kept} stay", "")]
    if not report.dry_run:
        sizes = f"{size_text(report.before)} -> {size_text(report.after)}"
        line.append((f"; {shown(report.store)}: {sizes}", ""))
    write(paper, line)


def salvage(paper: Paper, report: SalvageReport) -> None:
    """Write what could be read of a damaged store; with -q the counts only."""
    if paper.verbosity > BRIEF:
        for number in report.unread:
            write(paper, [("kept  ", "mark"), (f"#{number} without its bytes", "")])
        for number in report.lost:
            write(paper, [("lost  ", "bad"), (f"#{number}", "")])
    saved = f"{count(report.saved, 'transmission')} saved, {len(report.lost)} lost"
    write(paper, [(shown(report.path), "strong"), (f"  {saved}", "")])
