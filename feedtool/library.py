"""The few calls that a script needs; `feedtool` names them."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import closing
from dataclasses import replace
from datetime import UTC, datetime
from typing import TYPE_CHECKING

from feedtool import contents, deduplicating, differences, ingesting, reading, sources
from feedtool.errors import OlderStoreError
from feedtool.model import Transmission
from feedtool.reading import DEFAULT_READING, Reading
from feedtool.report import Failure, TransmissionReport
from feedtool.report.clusters import Cluster
from feedtool.report.comparison import DiffReport
from feedtool.report.content import ParsedTransmission
from feedtool.stores.sqlite import Store

if TYPE_CHECKING:
    from feedtool.corpus.notes import Verdicts


def open_store(path: str, *, create: bool = False, readonly: bool = False) -> Store:
    """Open a store; with `create` make it where there is none yet.

    >>> with feedtool.open_store("feeds.db", readonly=True) as store:
    ...     for item in store.items_list(truncated=False):
    ...         print(item.id, item.text[:6])
    gxc3noy5unlrcxpb 如何计算RF
    """
    return Store.open(path, create=create, readonly=readonly)


def read(path: str, how: Reading = DEFAULT_READING) -> Iterator[Transmission]:
    """Yield the transmissions of a source, one in memory at a time. Raises `InputError`.

    >>> for transmission in feedtool.read("samples/003.txt"):
    ...     print(len(transmission.excerpts), transmission.encoding)
    12 utf-8
    """
    return reading.one(path, how)


def parse(
    paths: Iterable[str], how: Reading = DEFAULT_READING
) -> Iterator[ParsedTransmission | Failure]:
    """Yield what stands in files and folders, as `feedtool parse` reports it.

    >>> for parsed in feedtool.parse(["samples/003.txt"]):
    ...     print(parsed.source, parsed.blocks[-1].kind)
    samples/003.txt pagination
    """
    return contents.parse(sources.walk(paths), reading=how)


def cluster(texts: Sequence[str], pages: Sequence[int] | None = None, *, jobs: int = 1) -> Verdicts:
    """Tell which of many texts in memory are one article; `pages` says which stand side by side.

    The answer has numpy columns: `items` tells for each text the number of the first one that is
    the same article. Without `pages` each text stands by itself. `jobs` is how many processes
    share the work, by forking.

    >>> days = list(feedtool.read("samples/001.txt")), list(feedtool.read("samples/003.txt"))
    >>> texts = [excerpt.text for (day,) in days for excerpt in day.excerpts]
    >>> found = feedtool.cluster(texts, [0] * 12 + [1] * 12)
    >>> found.items[12:].tolist()
    [12, 13, 14, 3, 4, 17, 5, 19, 20, 21, 7, 8]
    """
    return deduplicating.cluster(texts, pages, jobs=jobs)


def dedup(
    paths: Iterable[str],
    *,
    origin_by: str = deduplicating.ORIGIN_BY,
    alone: bool = False,
    how: Reading = DEFAULT_READING,
) -> Iterator[Cluster | Failure]:
    """Tell which excerpts of files and folders are one article, without a store.

    What cannot be read comes first, then the clusters, in the order of their first excerpts; the
    order of `paths` does not matter. With `alone` every excerpt is judged as if it stood on a page
    of its own. Texts wait on disk: who stops early closes the iterator.
    Raises `ScratchError` where they cannot, and `CrewError` where a process that shares the work is
    killed.

    >>> for found in feedtool.dedup(["samples"]):
    ...     if isinstance(found, feedtool.Cluster) and found.size > 3:
    ...         print(found.text[:6], *[one.source for one in found.members])
    摘掉Soft samples/001.txt samples/002.txt samples/003.txt samples/004.txt
    概述 本文介 samples/001.txt samples/002.txt samples/003.txt samples/004.txt
    概述 SSM samples/001.txt samples/002.txt samples/003.txt samples/004.txt
    """
    names = sources.walk(paths)
    corpus = deduplicating.Deduplication(names, origin_by=origin_by, alone=alone, reading=how)
    with closing(corpus):
        for read in corpus.read():
            if isinstance(read, Failure):
                yield read
        for cluster in corpus.judge().clusters():
            yield replace(cluster, members=tuple(cluster.members))


def diff(before: str, after: str, how: Reading = DEFAULT_READING) -> DiffReport:
    """Compare two sources. Raises `InputError`.

    >>> feedtool.diff("samples/001.txt", "samples/002.txt").summary.removed
    6
    """
    return differences.diff(before, after, reading=how)


def ingest(
    paths: Iterable[str],
    *,
    store: str,
    origin: str = "default",
    now: Callable[[], datetime] | None = None,
    how: Reading = DEFAULT_READING,
) -> Iterator[TransmissionReport | Failure]:
    """Judge and remember files and folders; yield the report of each transmission.

    A file may be another store, whose transmissions are taken in; in a folder one is left out. The
    store is made if it is not there, and migrated if an older feedtool made it. What was yielded
    is committed in steps and at the end; who stops early closes the iterator and leaves a whole
    store. Raises `StoreError`.

    >>> for report in feedtool.ingest(["samples"], store="new.db", origin="kernel-blog"):
    ...     print(report.source, report.summary.new)
    samples/001.txt 12
    samples/002.txt 0
    samples/003.txt 7
    samples/004.txt 8
    """
    clock = now or _utc_now
    with _opened(store) as opened:
        names = sources.walk(paths, skip=(store,))
        with closing(
            ingesting.ingest(names, opened, store=store, origin=origin, now=clock, reading=how)
        ) as reports:
            yield from reports


def _opened(path: str) -> Store:
    try:
        return Store.open(path, create=True)
    except OlderStoreError:
        from feedtool import upkeep

        upkeep.migrate(path, lambda *_: None)
    return Store.open(path, create=True)


def _utc_now() -> datetime:
    return datetime.now(UTC)
