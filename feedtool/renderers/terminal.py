"""Reports for people: a page at a glance, then as much as was asked for.

Nothing here depends on colour: what a colour says, a word or a mark says too.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import suppress
from datetime import datetime
from typing import TYPE_CHECKING

from feedtool.model import BlockKind, Change, Novelty
from feedtool.renderers import BRIEF, FULL, Paper
from feedtool.renderers.lines import (
    Line,
    Span,
    cells,
    cut,
    differences,
    painted,
    table,
    text_lines,
    wrapped,
)
from feedtool.renderers.safety import shown
from feedtool.report import (
    ExcerptReport,
    Failure,
    IngestSummary,
    NoteReport,
    Summary,
    TransmissionReport,
)
from feedtool.sources import size_text

if TYPE_CHECKING:
    from feedtool.deduplicating import Judged
    from feedtool.report.care import (
        BackupReport,
        CheckReport,
        CheckSummary,
        PruneReport,
        ReindexReport,
        SalvageReport,
        UndoReport,
    )
    from feedtool.report.clusters import Cluster, ClusterMember, DedupSummary
    from feedtool.report.comparison import (
        DiffEntry,
        DiffReport,
        ExplainText,
        Explanation,
    )
    from feedtool.report.content import ParsedTransmission
    from feedtool.report.stored import (
        ItemReport,
        LoggedTransmission,
        ShowReport,
        SightingReport,
        VersionReport,
    )

# Enough to name an item among a hundred thousand; any unique prefix is taken back.
SHORT_ID = 8

# As many of the largest clusters as one looks through.
MOST_CLUSTERS = 10

_STATUS_STYLES = {
    "new": "news",
    "added": "news",
    "removed": "bad",
    "edited": "odd",
    "extended": "name",
    "shortened": "name",
}
_DIFF_MARKS = {"added": "+", "removed": "-", "identical": "=", "reformatted": "="}


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
        line: Line = [(_count(summary.transmissions, "transmission"), "strong"), (", ", "")]
        line += _counts(summary)
        if summary.already_ingested:
            line.append((f"; {summary.already_ingested} already ingested", ""))
        if summary.failures:
            line += [("; ", ""), (f"{_count(summary.failures, 'source')} failed", "bad")]
        if self._dry_run:
            line.append((" (dry run: nothing was stored)", ""))
        _write(self._paper, line)


def diff(paper: Paper, report: DiffReport) -> None:
    """Write a comparison of two pages: what came and went; with -v also what stayed."""
    if paper.verbosity > BRIEF:
        before, after = report.before, report.after
        _write(paper, [(f"--- {shown(before.source)}", "bad"), _faint_count(before.excerpts)])
        _write(paper, [(f"+++ {shown(after.source)}", "good"), _faint_count(after.excerpts)])
        for entry in report.entries:
            if entry.status != Change.IDENTICAL or entry.moved or paper.verbosity >= FULL:
                _diff_entry(paper, entry)
    counts = [
        (f"{number} {name}", _STATUS_STYLES.get(name, ""))
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
    line = _listed(counts) or [("no excerpts", "")]
    if report.summary.moved:
        line.append((f"; {report.summary.moved} moved", ""))
    _write(paper, line)


def parse(paper: Paper, parsed: Iterator[ParsedTransmission | Failure]) -> None:
    """Write transmissions block by block."""
    for number, report in enumerate(parsed):
        if isinstance(report, Failure):
            continue
        if number and paper.verbosity > BRIEF:
            paper.write("\n")
        _write(
            paper,
            [
                (shown(report.source), "strong"),
                (f"  {report.input_format}  {shown(report.encoding)}", "faint"),
                (f"  {_count(len(report.excerpts), 'excerpt')}", ""),
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
        _write_table(paper, rows)


def items(paper: Paper, store: str, found: Iterator[ItemReport]) -> None:  # noqa: ARG001
    """Write an item a row; with -q their ids only."""
    for item in found:
        if paper.verbosity <= BRIEF:
            paper.write(f"{shown(item.id)}\n")
            continue
        line: Line = [
            (shown(item.id) if paper.verbosity >= FULL else _short(item.id), "name"),
            (f"  {item.sightings:>3} seen", ""),
            (f"  {item.versions:>2} {'texts' if item.versions != 1 else 'text '}", ""),
            ("  cut" if item.truncated else "     ", "mark"),
            (f"  {_place(item.first_seen.transmission, item.first_seen.line):<8}", "faint"),
        ]
        _write_row(paper, line, item.text)


def show(paper: Paper, report: ShowReport) -> None:
    """Write one item: where it was seen, its first text, and what each later one changed."""
    item = report.item
    _write(
        paper,
        [
            (shown(item.id), "strong"),
            (f"  {_count(len(report.versions), 'text')}, {_count(item.sightings, 'sighting')}", ""),
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
            (f"  {_local(report.observed_at)}", "faint"),
            (f"  {shown(report.source)}", ""),
            *_origin(report.origin),
            ("  ", ""),
            *_counts(report.summary),
        ]
        if len(report.observations) > 1:
            line.append((f"; met {len(report.observations)} times", ""))
        _write(paper, line)


def check(paper: Paper, report: CheckReport) -> None:
    """Write what is wrong in a store, a line each, then the answer; with -q that alone."""
    if paper.verbosity > BRIEF:
        for finding in report.findings:
            place = f"  #{finding.transmission}" if finding.transmission is not None else ""
            said = [(finding.part, "bad"), (place, "strong"), (f"  {shown(finding.message)}", "")]
            _write(paper, said)
    if report.findings:
        answer = (f"damaged: {_count(len(report.findings), 'finding')}", "bad")
    else:
        answer = ("sound", "good")
    _write(paper, [(shown(report.store), ""), ("  ", ""), answer, *_looked_at(report.summary)])
    if report.hash:
        _write(paper, [("hash  ", "faint"), (report.hash, "")])


def _looked_at(summary: CheckSummary) -> Line:
    counted = [
        _count(summary.transmissions, "transmission"),
        _count(summary.excerpts, "excerpt"),
        _count(summary.items, "item"),
        _count(summary.versions, "text"),
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
        *_origin(report.origin),
        ("  would be undone" if report.dry_run else "  undone", "good"),
    ]
    _write(paper, first)
    _write_ids(paper, report)
    judged = f"{_count(report.judged_again, 'later transmission')} judged again"
    _write(paper, [(f"{judged}, {_count(report.changed, 'verdict')} changed", "")])


def _write_ids(paper: Paper, report: UndoReport | ReindexReport) -> None:
    for one in report.renamed:
        _write(paper, [("renamed  ", "mark"), (f"{one.before} -> {one.after}", "name")])
    for gone in report.gone:
        _write(paper, [("gone     ", "bad"), (gone, "name")])


def reindex(paper: Paper, report: ReindexReport) -> None:
    """Write what has changed since everything was derived again; with -q the counts only."""
    if paper.verbosity > BRIEF:
        _write_ids(paper, report)
    for number in report.unread if paper.verbosity >= FULL else ():
        _write(paper, [("kept     ", "mark"), (f"#{number} as it was read before", "")])
    derived = "would be" if report.dry_run else "are"
    count = _count(report.transmissions, "transmission")
    changed = _count(report.changed, "excerpt")
    kept = f"; {len(report.unread)} without bytes, kept as read before" if report.unread else ""
    _write(paper, [(f"{count} {derived} derived again, {changed} changed{kept}", "")])


def backup(paper: Paper, report: BackupReport) -> None:
    """Write where the copy of a store is."""
    held = f"{_count(report.transmissions, 'transmission')}, {size_text(report.bytes)}"
    _write(paper, [(shown(report.path), "strong"), (f"  {held}", "")])


def prune(paper: Paper, report: PruneReport) -> None:
    """Write what was pruned."""
    gone = "would go" if report.dry_run else "are gone"
    freed = size_text(report.freed)
    line: Line = [(f"{_count(report.pruned, 'dump')} of {freed} {gone}, {report.kept} stay", "")]
    if not report.dry_run:
        sizes = f"{size_text(report.before)} -> {size_text(report.after)}"
        line.append((f"; {shown(report.store)}: {sizes}", ""))
    _write(paper, line)


def salvage(paper: Paper, report: SalvageReport) -> None:
    """Write what could be read of a damaged store; with -q the counts only."""
    if paper.verbosity > BRIEF:
        for number in report.unread:
            _write(paper, [("kept  ", "mark"), (f"#{number} without its bytes", "")])
        for number in report.lost:
            _write(paper, [("lost  ", "bad"), (f"#{number}", "")])
    saved = f"{_count(report.saved, 'transmission')} saved, {len(report.lost)} lost"
    _write(paper, [(shown(report.path), "strong"), (f"  {saved}", "")])


def explain(paper: Paper, explanations: Iterator[Explanation]) -> None:
    """Write why texts are one article, or why not."""
    for number, why in enumerate(explanations):
        if number:
            paper.write("\n")
        _explanation(paper, why)


def dedup(paper: Paper, judged: Judged, least: int) -> None:
    """Write the largest clusters and the counts; with -v all clusters with their excerpts."""
    summary = judged.summary
    if paper.verbosity >= FULL:
        for cluster in judged.clusters(least):
            _cluster_in_full(paper, cluster)
    elif paper.verbosity > BRIEF:
        rows = [_cluster_row(cluster) for cluster in judged.largest(MOST_CLUSTERS, least)]
        for line in table(rows, frozenset({0}), paper.width - 2):
            _write(paper, [("  ", ""), *line])
    _write(paper, _corpus_counts(summary))


def _detailed_page(paper: Paper, report: TransmissionReport, *, first: bool) -> None:
    if not first:
        paper.write("\n")
    heading: Line = [
        (f"#{report.id}", "strong"),
        (f"  {shown(report.source)}", "strong"),
        (f"  {shown(report.origin)}  {_local(report.observed_at)}", "faint"),
    ]
    if report.already_ingested:
        heading.append(("  already ingested, nothing changed", "name"))
    _write(paper, heading)
    _write(paper, _counts(report.summary))
    if not report.already_ingested or paper.verbosity >= FULL:
        _rows(paper, report.excerpts, report.notes)


def _short_page(paper: Paper, report: TransmissionReport) -> None:
    line: Line = [
        (f"#{report.id}", "strong"),
        (f"  {shown(report.source)}", "strong"),
        *_origin(report.origin),
        ("  ", ""),
    ]
    if report.already_ingested:
        _write(paper, [*line, ("already ingested, nothing changed", "name")])
        return
    _write(paper, [*line, *_counts(report.summary)])
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
        _write(paper, [("  ", ""), *line])
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
        (status, _STATUS_STYLES.get(status, "")),
        ("cut" if excerpt.truncated else "whole" if excerpt.completed else "", "mark"),
        (_short(excerpt.item), "name"),
        (_score(match.score) if match else "", ""),
        (_place(seen.transmission, seen.line) if seen else "", "faint"),
        (excerpt.text, ""),
    ]


def _note(paper: Paper, note: NoteReport, digits: int) -> None:
    _write_row(paper, [(f"  {note.line:>{digits}}  {note.kind}:", "faint")], note.text)


def _reasons(paper: Paper, excerpt: ExcerptReport) -> None:
    """Say under a row what decided, and what came second."""
    match, nearest = excerpt.match, excerpt.nearest
    if match:
        why = f"{match.kind} match: {shown(match.rule)}; seen {_times(match.times_seen)} before"
        if match.second is not None:
            why += f"; the next best of {match.rivals} scored {_score(match.second)}"
    elif nearest:
        why = (
            f"nearest is {_short(nearest.item)} with {_score(nearest.score)}: {shown(nearest.rule)}"
        )
    else:
        why = "nothing is near"
    cut_short = f"; cut: {shown(excerpt.truncation.evidence)}" if excerpt.truncated else ""
    for line in wrapped([(why + cut_short, "faint")], paper.width, "      "):
        _write(paper, line)


def _diff_entry(paper: Paper, entry: DiffEntry) -> None:
    before, after, status = entry.before, entry.after, entry.status
    side = after or before
    style = _STATUS_STYLES.get(status, "")
    places = "→".join(str(side.line) for side in (before, after) if side)
    line: Line = [
        (f"{_DIFF_MARKS.get(status, '~')} {places:<7}", style),
        (f"  {status}", style),
        (", moved" if entry.moved else "", "name"),
        (f"  {_score(entry.match.score)}" if entry.match and entry.match.score < 1 else "", ""),
        ("  cut" if side and side.truncated else "", "mark"),
    ]
    if before and after and entry.match and entry.match.changes and status not in _SAME_TEXT:
        _write(paper, line)
        inline = differences(before.text, after.text, entry.match.changes, paper.colored)
        for row in wrapped(inline, paper.width, "    "):
            _write(paper, row)
    else:
        _write_row(paper, line, side.text if side else "")


_SAME_TEXT = frozenset({Change.IDENTICAL.value, Change.REFORMATTED.value})


def _version(
    paper: Paper, number: int, version: VersionReport, before: VersionReport | None
) -> None:
    paper.write("\n")
    status = str(version.change) if version.change else "first"
    cut_short = f"  cut: {shown(version.truncation.evidence)}" if version.truncated else ""
    heading = [(f"text {number}", "strong"), (f"  {status}", _STATUS_STYLES.get(status, ""))]
    _write(paper, [*heading, (cut_short, "mark")])
    for sighting in version.sightings:
        _write(paper, _sighting(sighting))
    if before and version.changes and paper.verbosity < FULL:
        line = differences(before.text, version.text, version.changes, paper.colored)
        rows = wrapped(line, paper.width, "    ")
    else:
        rows = text_lines(version.text, paper.width, "    ")
    for row in rows:
        _write(paper, row)


def _sighting(sighting: SightingReport) -> Line:
    return [
        (f"  {_place(sighting.transmission, sighting.line)}", "name"),
        (f"  {_local(sighting.observed_at)}", "faint"),
        (f"  {shown(sighting.source)}", ""),
        *_origin(sighting.origin),
        (f"  {sighting.change or sighting.novelty}", "faint"),
    ]


def _explanation(paper: Paper, why: Explanation) -> None:
    if why.same:
        verdict: Line = [("same article", "good"), (f": {why.change}, {why.kind} match", "")]
    else:
        verdict = [("different articles", "news")]
    second = f"; best other {_score(why.second)}" if why.second is not None else ""
    score = (
        f"{_score(why.score)} (floor {_score(why.floor)}{second}, {_count(why.rivals, 'rival')})"
    )
    _write(paper, [("before  ", "faint"), *_side(why.before)])
    _write(paper, [("after   ", "faint"), *_side(why.after)])
    _write(paper, [("answer  ", "faint"), *verdict])
    _write(paper, [("score   ", "faint"), (score, "")])
    for row in wrapped([("rule    ", "faint"), (shown(why.rule), "")], paper.width, ""):
        _write(paper, row)
    if why.first_difference:
        first = " and ".join(str(place) for place in why.first_difference)
        _write(paper, [("differ  ", "faint"), (f"from code point {first} on", "")])
    if paper.verbosity <= BRIEF:
        return
    if why.score < why.floor:
        # What has little in common is read one after the other.
        for mark, style, side in (("-", "bad", why.before), ("+", "good", why.after)):
            _write_row(paper, [(f"   {mark}", style)], side.text)
        return
    if not why.changes:
        return
    inline = differences(why.before.text, why.after.text, why.changes, paper.colored)
    for row in wrapped(inline, paper.width, "    "):
        _write(paper, row)


def _side(side: ExplainText) -> Line:
    cut_short = f"  cut: {shown(side.truncation.evidence)}" if side.truncated else ""
    return [(shown(side.name), "strong"), (cut_short, "mark")]


def _cluster_row(cluster: Cluster) -> list[Span]:
    first = next(iter(cluster.members))
    return [
        (str(cluster.size), "strong"),
        (_short(cluster.item), "name"),
        ("cut" if first.truncated else "", "mark"),
        (shown(f"{first.source}:{first.line}"), "faint"),
        (cluster.text, ""),
    ]


def _cluster_in_full(paper: Paper, cluster: Cluster) -> None:
    heading = [(str(cluster.size), "strong"), (f"  {shown(cluster.item)}", "name")]
    _write_row(paper, heading, cluster.text)
    for member in cluster.members:
        line = _member(member)
        if member.text is None:
            _write(paper, line)
        else:
            _write_row(paper, line, member.text)


def _member(member: ClusterMember) -> Line:
    status = str(member.change or member.novelty)
    return [
        (f"    {status:<11}", _STATUS_STYLES.get(status, "")),
        (f"  {'' if member.score is None else _score(member.score):>4}", ""),
        ("  cut" if member.truncated else "     ", "mark"),
        (f"  {shown(f'{member.source}:{member.line}')}", "faint"),
    ]


def _corpus_counts(summary: DedupSummary) -> Line:
    counted = Summary(
        summary.excerpts,
        summary.new,
        summary.repeated,
        summary.truncated,
        completed=0,
        notes=0,
        capped=summary.capped,
    )
    line: Line = [(_count(summary.transmissions, "transmission"), "strong")]
    if summary.origins > 1:
        line.append((f" of {summary.origins} origins", ""))
    line += [(", ", ""), *_counts(counted)]
    if summary.met_again:
        again = f"{_count(summary.met_again, 'item')} met again, at most {summary.largest} times"
        line.append((f"; {again}", ""))
    if summary.failures:
        line += [("; ", ""), (f"{_count(summary.failures, 'source')} failed", "bad")]
    return line


def _counts(summary: Summary | IngestSummary) -> Line:
    """Return what a page holds in words, leaving out what it has none of."""
    if not summary.excerpts:
        line: Line = [("no excerpts", "")]
    else:
        known = [
            (f"{summary.new} new", "news" if summary.new else ""),
            (f"{summary.repeated} repeated", ""),
        ]
        named = [span for span in known if not span[0].startswith("0 ")]
        line = [(f"{_count(summary.excerpts, 'excerpt')}: ", ""), *_listed(named)]
    aside = []
    if summary.truncated:
        aside.append((f"{summary.truncated} truncated", "mark"))
    if summary.completed:
        aside.append((f"{summary.completed} now whole", "mark"))
    if summary.notes:
        aside.append((_count(summary.notes, "note"), ""))
    if summary.capped:
        aside.append((f"{summary.capped} in a crowd", "faint"))
    return [*line, ("; ", ""), *_listed(aside)] if aside else line


def _listed(spans: list[Span]) -> Line:
    line: Line = []
    for span in spans:
        line += [(", ", ""), span] if line else [span]
    return line


def _count(number: int, noun: str) -> str:
    return f"{number} {noun}" if number == 1 else f"{number} {noun}s"


def _times(number: int) -> str:
    return "once" if number == 1 else f"{number} times"


def _faint_count(excerpts: int) -> Span:
    return (f"  {_count(excerpts, 'excerpt')}", "faint")


def _score(score: float) -> str:
    """Return a score with two digits; only what is equal is shown as 1."""
    return f"{score if score == 1 else min(score, 0.99):.2f}"


def _short(item: str) -> str:
    # A counter behind the id ("-2") is all that tells two items of one first text apart.
    return item if "-" in item else item[:SHORT_ID]


def _place(transmission: int, line: int) -> str:
    return f"#{transmission}:{line}"


def _origin(origin: str) -> Line:
    return [(f"  {shown(origin)}", "faint")] if origin != "default" else []


def _local(time: str) -> str:
    at = datetime.fromisoformat(time)
    # In the first year and the last one it may be another year here, which Python has none for.
    with suppress(OverflowError, ValueError, OSError):
        at = at.astimezone()
    return at.isoformat(" ", "minutes")[:16]


def _write(paper: Paper, line: Line) -> None:
    paper.write(painted(line, paper.colored))


def _write_row(paper: Paper, line: Line, text: str) -> None:
    """Write a line that ends in as much of a text of others as fits."""
    used = sum(cells(part) for part, _ in line)
    _write(paper, [*line, ("  ", ""), (cut(text, max(paper.width - used - 2, 16)), "")])


def _write_table(paper: Paper, rows: list[list[Span]]) -> None:
    for line in table(rows, frozenset({0}), paper.width - 2):
        _write(paper, [("  ", ""), *line])
