"""The verdicts of a page -> its reports: items get their names, sightings are counted."""

from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import UTC, datetime
from functools import lru_cache

from feedtool import changing
from feedtool.model import (
    Change,
    Excerpt,
    Fingerprint,
    Match,
    MatchKind,
    Novelty,
    Place,
    Transmission,
    Verdict,
)
from feedtool.report import (
    ExcerptReport,
    MatchReport,
    NearestReport,
    Summary,
    TransmissionReport,
    TruncationReport,
    WarningReport,
)
from feedtool.stores import Archive, Index
from feedtool.values import dataclass

SAME_BYTES = "the same transmission was ingested before"

# `base64.b32encode` takes four times as long.
_BASE32 = "abcdefghijklmnopqrstuvwxyz234567"
_BASE32_PAIRS = [first + second for first in _BASE32 for second in _BASE32]


def excerpts(
    transmission: Transmission,
    prints: Sequence[Fingerprint],
    verdicts: Sequence[Verdict],
    index: Index,
    number: int,
) -> tuple[ExcerptReport, ...]:
    """Return the reports of a page's excerpts, in order, as those of transmission `number`."""
    return _Page(transmission, prints, verdicts, index, number).reports()


@dataclass(slots=True)
class _Sighted:
    """What is known of an item at one place of a page."""

    id: str
    whole: bool
    first_seen: Place
    times_seen: int


# What a cut text ends in that its page marks with dots.
_MARKERS = ("...", "…", "...]", "…]")


class _Page:
    """Turns the verdicts of a page into reports; counts sightings and names items on the way."""

    def __init__(
        self,
        transmission: Transmission,
        prints: Sequence[Fingerprint],
        verdicts: Sequence[Verdict],
        index: Index,
        number: int,
    ) -> None:
        self._transmission = transmission
        self._verdicts = verdicts
        self._number = number
        self._roots = {v.item: v.root for v in verdicts if v.founds_item and v.root is not None}
        fresh = {v.item for v in verdicts if v.founds_item}
        known = {self._roots.get(v.item, v.item) for v in verdicts} - fresh
        nearest = {v.nearest.item for v in verdicts if v.nearest} - fresh
        self._items: dict[int, _Sighted] = {}
        for local, item in index.items(known | nearest).items():
            self._roots[local] = item.number
            self._items[item.number] = _Sighted(
                item.id, item.whole, item.first_seen, item.times_seen
            )
        against = {v.match.against for v in verdicts if v.match}
        versions = {v.version for v in verdicts if v.founds_version}
        self._texts = {n: v.text for n, v in index.versions(against - versions).items()}
        self._names = _names(
            [item_id(p.digest) for p, v in zip(prints, verdicts, strict=True) if _is_root(v)], index
        )
        self._findings: dict[int, TruncationReport] = {}

    def reports(self) -> tuple[ExcerptReport, ...]:
        """Return the reports of the page's excerpts, in order."""
        pairs = zip(self._transmission.excerpts, self._verdicts, strict=True)
        return tuple(self._report(excerpt, verdict) for excerpt, verdict in pairs)

    def _report(self, excerpt: Excerpt, verdict: Verdict) -> ExcerptReport:
        if _is_root(verdict):
            place = Place(self._number, self._transmission.source, excerpt.line)
            self._items[verdict.item] = _Sighted(next(self._names), False, place, 0)
        item = self._item(verdict.item)
        if verdict.founds_version:
            self._texts[verdict.version] = excerpt.text
        truncation = excerpt.truncation
        completed = bool(item.times_seen) and not item.whole and self._is_whole(excerpt, verdict)
        report = ExcerptReport(
            line=excerpt.line,
            position=excerpt.position,
            section=excerpt.section,
            category=excerpt.category,
            date=excerpt.date,
            rank=excerpt.rank,
            count=excerpt.count,
            item=item.id,
            novelty=verdict.novelty,
            change=verdict.change,
            truncated=truncation.truncated,
            completed=completed,
            truncation=self._truncation(excerpt),
            match=self._match(excerpt, verdict.match, item) if verdict.match else None,
            nearest=self._nearest(verdict),
            text=excerpt.text,
        )
        item.times_seen += 1
        item.whole = item.whole or not truncation.truncated
        return report

    def _is_whole(self, excerpt: Excerpt, verdict: Verdict) -> bool:
        """Tell whether an excerpt is surely whole; dots of its own must show more for that.

        Where the marker of the cut text still stands, only tags or a date were put behind it.
        """
        truncation, match = excerpt.truncation, verdict.match
        if truncation.truncated or (truncation.marker and verdict.change is not Change.EXTENDED):
            return False
        before = self._texts[match.against] if match else ""
        return not (before.endswith(_MARKERS) and excerpt.text.startswith(before))

    def _truncation(self, excerpt: Excerpt) -> TruncationReport:
        """Return the public form of a finding, which most excerpts of a page share."""
        found = self._findings.get(id(excerpt.truncation))
        if found is None:
            found = self._findings[id(excerpt.truncation)] = truncation_report(excerpt)
        return found

    def _item(self, number: int) -> _Sighted:
        number = self._roots.get(number, number)
        return self._items[self._roots.get(number, number)]

    def _match(self, excerpt: Excerpt, match: Match, item: _Sighted) -> MatchReport:
        return MatchReport(
            kind=match.kind,
            score=rounded(match.score),
            second=None if match.second is None else rounded(match.second),
            rivals=match.rivals,
            rule=match.rule,
            changes=changing.changes(self._texts[match.against], excerpt.text),
            first_seen=item.first_seen,
            times_seen=item.times_seen,
        )

    def _nearest(self, verdict: Verdict) -> NearestReport | None:
        nearest = verdict.nearest
        if nearest is None:
            return None
        return NearestReport(self._item(nearest.item).id, rounded(nearest.score), nearest.rule)


def _is_root(verdict: Verdict) -> bool:
    return verdict.founds_item and verdict.root is None


def truncation_report(excerpt: Excerpt) -> TruncationReport:
    """Return the public form of a finding."""
    found = excerpt.truncation
    return TruncationReport(found.marker, found.length, found.cap, found.evidence, found.start)


def rounded(score: float) -> float:
    """Return a score as reports show it; only equal texts are shown as 1."""
    return 1.0 if score == 1 else min(round(score, 4), 0.9999)


def _names(bases: Sequence[str], index: Index) -> Iterator[str]:
    """Yield the ids of fresh items: the id of the first text, with a counter where it is taken."""
    given: set[str] = set()
    taken = set(index.taken(bases))
    for base in bases:
        name, count = base, 1
        while name in taken or name in given:
            count += 1
            name = f"{base}-{count}"
            taken |= set(index.taken([name]))
        given.add(name)
        yield name


@lru_cache(maxsize=4096)
def item_id(digest: bytes) -> str:
    """Return the id of an item whose first text has this digest: 16 base32 characters."""
    number = int.from_bytes(digest[:10], "big")
    return "".join([_BASE32_PAIRS[number >> shift & 1023] for shift in range(70, -1, -10)])


def known_again(
    transmission: Transmission, archive: Archive, number: int, at: datetime
) -> TransmissionReport:
    """Report a transmission that is in the store already: everything in it is repeated."""
    stored = archive.report(number)
    items = archive.items_of(number)
    excerpts = tuple(
        replace(
            excerpt,
            item=item.id,
            novelty=Novelty.REPEATED,
            change=Change.IDENTICAL,
            completed=False,
            match=MatchReport(
                MatchKind.EXACT, 1.0, None, 0, SAME_BYTES, (), item.first_seen, item.times_seen
            ),
            nearest=None,
        )
        for excerpt, item in zip(stored.excerpts, items, strict=True)
    )
    return replace(
        stored,
        source=transmission.source,
        observed_at=timestamp(at),
        already_ingested=True,
        excerpts=excerpts,
        warnings=(*stored.warnings, *_read_otherwise(transmission, stored)),
        summary=summarise(excerpts, len(stored.notes), stored.summary.capped),
    )


def _read_otherwise(
    transmission: Transmission, stored: TransmissionReport
) -> Iterator[WarningReport]:
    """Warn that the first reading of these bytes stays, where this one differs."""
    now = transmission.input_format, transmission.encoding
    before = stored.input_format, stored.encoding
    if now != before:
        message = f"ingested before as {' in '.join(before)}; that reading stays"
        line = transmission.blocks[0].line if transmission.blocks else 1
        yield WarningReport("read-otherwise", line, 1, message)


def warning_reports(transmission: Transmission) -> tuple[WarningReport, ...]:
    """Return the public form of a transmission's warnings."""
    return tuple(
        WarningReport(warning.code, warning.line, warning.column, warning.message)
        for warning in transmission.warnings
    )


def summarise(excerpts: Sequence[ExcerptReport], notes: int, capped: int) -> Summary:
    """Count what a report says."""
    new = sum(excerpt.novelty is Novelty.NEW for excerpt in excerpts)
    return Summary(
        excerpts=len(excerpts),
        new=new,
        repeated=len(excerpts) - new,
        truncated=sum(excerpt.truncated for excerpt in excerpts),
        completed=sum(excerpt.completed for excerpt in excerpts),
        notes=notes,
        capped=capped,
    )


def timestamp(at: datetime) -> str:
    """Return a time in UTC as ISO 8601 with a final Z."""
    return at.astimezone(UTC).replace(tzinfo=None).isoformat(timespec="seconds") + "Z"
