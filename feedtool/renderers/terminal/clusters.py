"""The clusters of a corpus: the largest, or all with their excerpts."""

from __future__ import annotations

from typing import TYPE_CHECKING

from feedtool.renderers import BRIEF, FULL, Paper
from feedtool.renderers.lines import Line, Span, table
from feedtool.renderers.safety import shown
from feedtool.renderers.terminal.words import (
    STATUS_STYLES,
    count,
    counts,
    score,
    short,
    write,
    write_row,
)
from feedtool.report import Summary

if TYPE_CHECKING:
    from feedtool.deduplicating import Judged
    from feedtool.report.clusters import Cluster, ClusterMember, DedupSummary

# As many of the largest clusters as one looks through.
MOST_CLUSTERS = 10


def dedup(paper: Paper, judged: Judged, least: int) -> None:
    """Write the largest clusters and the counts; with -v all clusters with their excerpts."""
    summary = judged.summary
    if paper.verbosity >= FULL:
        for cluster in judged.clusters(least):
            _cluster_in_full(paper, cluster)
    elif paper.verbosity > BRIEF:
        rows = [_cluster_row(cluster) for cluster in judged.largest(MOST_CLUSTERS, least)]
        for line in table(rows, frozenset({0}), paper.width - 2):
            write(paper, [("  ", ""), *line])
    write(paper, _corpus_counts(summary))


def _cluster_row(cluster: Cluster) -> list[Span]:
    first = next(iter(cluster.members))
    return [
        (str(cluster.size), "strong"),
        (short(cluster.item), "name"),
        ("cut" if first.truncated else "", "mark"),
        (shown(f"{first.source}:{first.line}"), "faint"),
        (cluster.text, ""),
    ]


def _cluster_in_full(paper: Paper, cluster: Cluster) -> None:
    heading = [(str(cluster.size), "strong"), (f"  {shown(cluster.item)}", "name")]
    write_row(paper, heading, cluster.text)
    for member in cluster.members:
        line = _member(member)
        if member.text is None:
            write(paper, line)
        else:
            write_row(paper, line, member.text)


def _member(member: ClusterMember) -> Line:
    status = str(member.change or member.novelty)
    return [
        (f"    {status:<11}", STATUS_STYLES.get(status, "")),
        (f"  {'' if member.score is None else score(member.score):>4}", ""),
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
    line: Line = [(count(summary.transmissions, "transmission"), "strong")]
    if summary.origins > 1:
        line.append((f" of {summary.origins} origins", ""))
    line += [(", ", ""), *counts(counted)]
    if summary.met_again:
        again = f"{count(summary.met_again, 'item')} met again, at most {summary.largest} times"
        line.append((f"; {again}", ""))
    if summary.failures:
        line += [("; ", ""), (f"{count(summary.failures, 'source')} failed", "bad")]
    return line
