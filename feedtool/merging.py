"""Another store as a source: its transmissions, in the order in which it ingested them.

Who sent one, how it was read and when it was met stays what it was; what is new in it depends on
what is known here.
"""

from collections.abc import Generator, Iterator, Sequence
from contextlib import closing
from datetime import datetime
from typing import NamedTuple

from feedtool import reporting
from feedtool.errors import InputError, StoreError
from feedtool.pipeline import BATCH_EXCERPTS, room
from feedtool.report import Failure, TransmissionReport
from feedtool.rereading import each_judged, read_again
from feedtool.sources import Limits
from feedtool.stores import Archive
from feedtool.stores.overlay import Overlay
from feedtool.stores.sqlite import Store
from feedtool.stores.sqlite.holdings import Held, Holdings
from feedtool.stores.sqlite.revising import Kept


def take_in(
    path: str, archive: Archive, *, strict: bool, limits: Limits, timeout: float
) -> Iterator[TransmissionReport | Failure]:
    """Ingest what a store holds; one that cannot be read to its end yields a failure there.

    A `strict` reading takes nothing from one where some transmission had a warning.
    """
    try:
        with _opened(path, timeout) as other, other.snapshot():
            holdings = other.holdings()
            warning = holdings.warned() if strict else None
            if warning:
                raise InputError(path, f"{warning} (strict)")
            with closing(_batches(holdings)) as batches:
                for batch in batches:
                    with archive.transaction():
                        failure = yield from _take_batch(batch, holdings, archive, limits)
                    if failure:
                        raise failure
    except InputError as error:
        yield Failure(path, error.reason)


def _opened(path: str, timeout: float) -> Store:
    try:
        return Store.open(path, readonly=True, untouched=True, timeout=timeout)
    except StoreError as error:
        raise InputError(path, error.reason) from error


class _Met(NamedTuple):
    """A transmission of the other store, and its number here if it is known, else what it says."""

    held: Held
    known: int | None
    kept: Kept | None
    times: Sequence[datetime]


def _take_batch(
    batch: Sequence[Held], holdings: Holdings, archive: Archive, limits: Limits
) -> Generator[TransmissionReport, None, InputError | None]:
    """Judge a batch beside what is stored, and write it; return why it ended early, if it did."""
    overlay = Overlay(archive)
    met, failure = _meet(batch, holdings, overlay, limits)
    entries = []
    judged = each_judged([one.kept for one in met if one.kept], overlay)
    for held, known, _, _ in met:
        if known is None:
            entries.append(next(judged))
            yield entries[-1].report
        else:
            kept = held.kept
            yield reporting.known_again(kept.transmission, overlay, known, kept.at)
    archive.add_all(entries)
    numbers = iter([entry.report.id for entry in entries])
    for held, known, _, times in met:
        number = next(numbers) if known is None else known
        archive.met_at(number, times)
        if known is None and held.pruned:
            archive.without_bytes(number, held.size)
    return failure


def _meet(
    batch: Sequence[Held], holdings: Holdings, archive: Archive, limits: Limits
) -> tuple[list[_Met], InputError | None]:
    """Read what is not known here, up to what cannot be read."""
    met: list[_Met] = []
    for held in batch:
        one = held.kept
        known = archive.known(one.origin, one.sha256, one.occurrence)
        try:
            kept = _read(held, holdings, limits) if known is None else None
            met.append(_Met(held, known, kept, holdings.times(held)))
        except InputError as error:
            return met, error
    return met, None


def _read(held: Held, holdings: Holdings, limits: Limits) -> Kept:
    raw = holdings.raw(held, limits)
    return read_again(held.kept, raw, limits) or holdings.kept(held, raw, limits)


def _batches(holdings: Holdings) -> Generator[list[Held], None, None]:
    """Gather different transmissions of one origin, up to what cannot be read."""
    batch: list[Held] = []
    seen: set[tuple[str, str, int]] = set()
    size, limit = 0, 1
    try:
        for held in holdings.each():
            one = held.kept
            follows = batch and one.origin == batch[0].kept.origin
            name = one.origin, one.sha256, one.occurrence
            if batch and (size >= limit or not follows or name in seen):
                yield batch
                limit = min(limit * 4, BATCH_EXCERPTS)
                batch, size = [], 0
                seen.clear()
            batch.append(held)
            seen.add(name)
            size += room(held.parts, held.size)
    except InputError:
        if batch:
            yield batch
        raise
    if batch:
        yield batch
