"""Values made by hand for tests: a page of texts, and the entry that a store is given for it."""

from collections.abc import Sequence
from datetime import UTC, datetime
from hashlib import sha256

from feedtool import fingerprint
from feedtool.model import (
    Block,
    BlockKind,
    Excerpt,
    Fingerprint,
    Novelty,
    Place,
    Transmission,
    Truncation,
    Verdict,
)
from feedtool.report import (
    ExcerptReport,
    NoteReport,
    Summary,
    TransmissionReport,
    TruncationReport,
    WarningReport,
)
from feedtool.stores import Counters, Entry

MAY = datetime(2026, 5, 1, 8, tzinfo=UTC)
JUNE = datetime(2026, 6, 1, 8, tzinfo=UTC)
HEADER = "INCOMING TRANSMISSION"


def excerpt(text: str, *, position: int = 1, line: int = 2, cap: int | None = None) -> Excerpt:
    """Return an excerpt that is cut if it ends in three dots."""
    if text.endswith("..."):
        found = Truncation(True, "...", len(text) - 3, cap, "a marker at the end")
    else:
        found = Truncation(False, None, len(text), cap, "no marker")
    return Excerpt(line, position, text, found, "LATEST UPDATES")


def page(*texts: str, source: str = "page.txt") -> Transmission:
    """Return a transmission of one excerpt a line, under a header line."""
    excerpts = tuple(excerpt(text, position=at, line=at + 1) for at, text in enumerate(texts, 1))
    blocks = (
        Block(BlockKind.HEADER, 1, HEADER, "\n"),
        *[Block(BlockKind.EXCERPT, one.line, one.text, "\n") for one in excerpts],
    )
    raw = "\n".join([HEADER, *texts, ""]).encode("utf-8", "surrogatepass")
    return Transmission(source, raw, "transmission", "utf-8", "", blocks, excerpts)


def founding(number: int, version: int, *, root: int | None = None) -> Verdict:
    """Return the verdict on an excerpt that is the first of its item."""
    return Verdict(Novelty.NEW, None, number, version, True, True, None, None, root)


def excerpt_report(one: Excerpt, verdict: Verdict, item: str) -> ExcerptReport:
    """Return the report of an excerpt that is new."""
    found = one.truncation
    return ExcerptReport(
        line=one.line,
        position=one.position,
        section=one.section,
        category=one.category,
        date=one.date,
        rank=one.rank,
        count=one.count,
        item=item,
        novelty=verdict.novelty,
        change=verdict.change,
        truncated=found.truncated,
        completed=False,
        truncation=TruncationReport(found.marker, found.length, found.cap, found.evidence),
        match=None,
        nearest=None,
        text=one.text,
    )


def entry(
    transmission: Transmission,
    number: int,
    verdicts: Sequence[Verdict],
    excerpts: Sequence[ExcerptReport],
    *,
    prints: Sequence[Fingerprint] | None = None,
    origin: str = "default",
    occurrence: int = 0,
    observed_at: str = "2026-05-01T08:00:00Z",
    notes: Sequence[NoteReport] = (),
    warnings: Sequence[WarningReport] = (),
) -> Entry:
    """Return what a store is given for a transmission with these verdicts and reports."""
    report = TransmissionReport(
        id=number,
        source=transmission.source,
        origin=origin,
        input_format=transmission.input_format,
        encoding=transmission.encoding,
        sha256=sha256(transmission.raw).hexdigest(),
        observed_at=observed_at,
        already_ingested=False,
        excerpts=tuple(excerpts),
        notes=tuple(notes),
        warnings=tuple(warnings),
        summary=Summary(
            len(excerpts),
            sum(one.novelty is Novelty.NEW for one in excerpts),
            sum(one.novelty is Novelty.REPEATED for one in excerpts),
            sum(one.truncated for one in excerpts),
            sum(one.completed for one in excerpts),
            len(notes),
        ),
    )
    prints = fingerprint.of(transmission.excerpts) if prints is None else prints
    return Entry(transmission, occurrence, prints, verdicts, report)


def fresh(
    counters: Counters,
    *texts: str,
    source: str = "page.txt",
    origin: str = "default",
    occurrence: int = 0,
    observed_at: str = "2026-05-01T08:00:00Z",
    roots: Sequence[int | None] = (),
    ids: Sequence[str] = (),
) -> Entry:
    """Return the entry of a page on which everything is new, numbered from `counters` on.

    `roots` names for each text the item of another origin that it is the same as.
    """
    transmission = page(*texts, source=source)
    roots = [*roots, *[None] * (len(texts) - len(roots))]
    verdicts = [
        founding(counters.item + at, counters.version + at, root=roots[at])
        for at in range(len(texts))
    ]
    names = [*ids, *[f"item{counters.item + at:x}" for at in range(len(ids), len(texts))]]
    reports = [
        excerpt_report(one, verdict, name)
        for one, verdict, name in zip(transmission.excerpts, verdicts, names, strict=True)
    ]
    return entry(
        transmission,
        counters.transmission,
        verdicts,
        reports,
        origin=origin,
        occurrence=occurrence,
        observed_at=observed_at,
    )


def first_place(number: int, line: int = 2, source: str = "page.txt") -> Place:
    """Return a place in a transmission."""
    return Place(number, source, line)
