"""Names of sources -> reports: dumps are read and judged, what another store holds is taken in."""

from collections import Counter
from collections.abc import Generator, Iterable
from itertools import groupby

from feedtool import pipeline
from feedtool.pipeline import Now
from feedtool.reading import DEFAULT_READING, Reading
from feedtool.report import Failure, TransmissionReport
from feedtool.sources import Kind, identity, kind_of
from feedtool.stores import Archive

OWN = "belongs to the store that is written to"


def ingest(
    names: Iterable[str],
    archive: Archive,
    *,
    store: str,
    origin: str,
    now: Now,
    reading: Reading = DEFAULT_READING,
    timeout: float = 30.0,
) -> Generator[TransmissionReport | Failure, None, None]:
    """Judge and remember what many sources hold; yield the reports as they come.

    `store` is the path of the archive, which is no source of its own. `origin` and `now` are for
    dumps: a store knows who sent what it holds, and when that was met. Raises `StoreError`.
    """
    own = {identity(store + end) for end in ("", "-wal", "-shm")}
    seen: Counter[str] = Counter()
    for kind, run in groupby(names, lambda name: kind_of(name, own)):
        if kind is Kind.DUMP:
            yield from pipeline.ingest(
                run, archive, origin=origin, now=now, reading=reading, seen=seen
            )
        elif kind is Kind.OWN:
            yield from (Failure(name, OWN) for name in run)
        else:
            from feedtool import merging

            for name in run:
                yield from merging.take_in(
                    name, archive, strict=reading.strict, limits=reading.limits, timeout=timeout
                )
