"""The order of the steps: read, fingerprint, find, judge, report, remember."""

from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence
from datetime import datetime
from hashlib import sha256
from time import monotonic

from feedtool import finding, fingerprint, judging, reporting
from feedtool.model import Excerpt, Fingerprint, Novelty, Transmission, Verdict, Version
from feedtool.reading import DEFAULT_READING, Reading, each
from feedtool.report import Failure, NoteReport, TransmissionReport
from feedtool.stores import Archive, Entry, Index
from feedtool.stores.overlay import Candidates, Overlay, candidates
from feedtool.values import dataclass

# Transmissions that share one SQLite transaction: as many as keep the commit from being the larger
# part of the work, and as few as let another process in soon.
BATCH_EXCERPTS = 1000
BATCH_SECONDS = 0.5

# A page of few and long excerpts counts as one of so many bytes each.
PER_EXCERPT = 16_000
Now = Callable[[], datetime]


def ingest(
    names: Iterable[str],
    archive: Archive,
    *,
    origin: str,
    now: Now,
    reading: Reading = DEFAULT_READING,
    seen: Counter[str] | None = None,
    elapsed: Callable[[], float] = monotonic,
) -> Iterator[TransmissionReport | Failure]:
    """Judge and remember the transmissions of many sources; yield their reports as they come.

    A report is yielded before its transaction ends: who reads along may see one again after a
    crash, but never misses one. `seen` counts the bytes that stood before in the same reading, and
    goes on counting. How long it waits for others is told by `elapsed`: `now` may stand still or go
    backward. Raises `StoreError`.
    """
    seen = Counter() if seen is None else seen
    for batch in _batches(each(names, reading), elapsed):
        with archive.transaction():
            yield from _ingest_batch(batch, archive, origin, now, seen)


def _ingest_batch(
    batch: Sequence[Transmission | Failure],
    archive: Archive,
    origin: str,
    now: Now,
    seen: Counter[str],
) -> Iterator[TransmissionReport | Failure]:
    """Judge a batch beside what is stored, and write it in one go when all of it is told."""
    overlay, entries = Overlay(archive), []
    met = [_meet(read, overlay, origin, seen) for read in batch]
    fresh = [one.read for one in met if one.known is None and isinstance(one.read, Transmission)]
    prints = fingerprint.of([excerpt for read in fresh for excerpt in read.excerpts])
    ids = [reporting.item_id(one.digest) for one in prints]
    overlay.expect(origin, prints, _page_starts(fresh), ids)
    start = 0
    for one in met:
        if isinstance(one.read, Failure):
            yield one.read
        elif one.known is not None:
            at = now()
            archive.observe(one.known, at)
            yield reporting.known_again(one.read, overlay, one.known, at)
        else:
            own = prints[start : start + len(one.read.excerpts)]
            start += len(own)
            entry = judge(
                one.read,
                own,
                overlay,
                origin=origin,
                at=now(),
                digest=one.digest,
                occurrence=one.occurrence,
                found=overlay.candidates(origin, own),
            )
            overlay.add(entry)
            entries.append(entry)
            yield entry.report
    archive.add_all(entries)


@dataclass(frozen=True, slots=True)
class _Met:
    """What was read, by what it is known again, and its number if it is known."""

    read: Transmission | Failure
    digest: str = ""
    occurrence: int = 0
    known: int | None = None


def _meet(read: Transmission | Failure, archive: Archive, origin: str, seen: Counter[str]) -> _Met:
    if isinstance(read, Failure):
        return _Met(read)
    digest = sha256(read.raw).hexdigest()
    occurrence = seen[digest]
    seen[digest] += 1
    return _Met(read, digest, occurrence, archive.known(origin, digest, occurrence))


def _page_starts(pages: Sequence[Transmission]) -> list[int]:
    """Return for each excerpt of some pages the place of the first one on its page."""
    starts: list[int] = []
    for page in pages:
        starts += [len(starts)] * len(page.excerpts)
    return starts


def _batches(
    read: Iterable[Transmission | Failure], elapsed: Callable[[], float]
) -> Iterator[list[Transmission | Failure]]:
    """Gather what is at hand, so that no transaction waits for a slow source.

    The first batch is one transmission: somebody may be waiting for it.
    """
    batch: list[Transmission | Failure] = []
    size, limit, since = 0, 1, elapsed()
    for one in read:
        batch.append(one)
        size += 1 if isinstance(one, Failure) else room(len(one.excerpts), len(one.raw))
        if size >= limit or elapsed() - since >= BATCH_SECONDS:
            yield batch
            limit = min(limit * 4, BATCH_EXCERPTS)
            batch, size, since = [], 0, elapsed()
    if batch:
        yield batch


def room(excerpts: int, size: int) -> int:
    """Return how much room a transmission of so many bytes takes in a batch, in excerpts."""
    return 1 + excerpts + size // PER_EXCERPT


def judge(
    transmission: Transmission,
    prints: Sequence[Fingerprint],
    index: Index,
    *,
    origin: str,
    at: datetime,
    digest: str = "",
    occurrence: int = 0,
    found: Candidates | None = None,
) -> Entry:
    """Judge one transmission, with its fingerprints, against an index, which is left as it is.

    `found` are the candidates of the index, where they are known already.
    """
    counters = index.counters()
    known, capped = found or candidates(index, origin, prints)
    verdicts = judging.judge(transmission.excerpts, prints, known, counters)
    verdicts = _linked(transmission.excerpts, prints, verdicts, index, origin)
    number = counters.transmission
    excerpts = reporting.excerpts(transmission, prints, verdicts, index, number)
    report = TransmissionReport(
        id=number,
        source=transmission.source,
        origin=origin,
        input_format=transmission.input_format,
        encoding=transmission.encoding,
        sha256=digest,
        observed_at=reporting.timestamp(at),
        already_ingested=False,
        excerpts=excerpts,
        notes=tuple(NoteReport(note.line, note.kind, note.text) for note in transmission.notes),
        warnings=reporting.warning_reports(transmission),
        summary=reporting.summarise(excerpts, len(transmission.notes), capped),
    )
    return Entry(transmission, occurrence, prints, verdicts, report)


def _linked(
    page: Sequence[Excerpt],
    prints: Sequence[Fingerprint],
    verdicts: Sequence[Verdict],
    index: Index,
    origin: str,
) -> list[Verdict]:
    """Look for what is new in its own origin among the first versions of the others."""
    news = [i for i, verdict in enumerate(verdicts) if verdict.novelty is Novelty.NEW]
    found = finding.candidates_elsewhere(index, origin, [prints[i] for i in news])
    linked = list(verdicts)
    if not any(found):
        return linked
    found = _by_root(found, index)
    for i, near in zip(news, found, strict=True):
        if near:
            linked[i] = judging.link(page[i], prints[i], near, verdicts[i])
    return linked


def _by_root(found: Sequence[Sequence[Version]], index: Index) -> list[list[Version]]:
    """Give each version the item that its own is linked to: copies of a story are no rivals."""
    roots = index.items({version.item for versions in found for version in versions})
    return [
        [version._replace(item=roots[version.item].number) for version in versions]
        for versions in found
    ]
