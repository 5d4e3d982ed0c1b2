"""A whole corpus at once, without a store: which texts are one article."""

from __future__ import annotations

import tempfile
from array import array
from collections import deque
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import closing, contextmanager
from itertools import groupby, islice
from typing import TYPE_CHECKING, NamedTuple

from feedtool import canonical
from feedtool.errors import ScratchError
from feedtool.formats import truncation
from feedtool.garbage import collected_seldom
from feedtool.model import Excerpt, Novelty, Transmission, Truncation
from feedtool.reading import DEFAULT_READING, Reading, each
from feedtool.report import Failure
from feedtool.report.clusters import Cluster, ClusterMember, DedupSummary, Spot
from feedtool.reporting import item_id, rounded

if TYPE_CHECKING:
    from feedtool.corpus.clusters import Clusters, Founder, Row
    from feedtool.corpus.columns import Corpus
    from feedtool.corpus.crew import Crew
    from feedtool.corpus.notes import Verdicts
    from feedtool.corpus.sketches import Batch, Numbers, Sketches

# Texts whose keys are made at once: what is looked at again and again stays in the cache.
BATCH = 1000
# A thousand long texts would not fit into memory, which holds each of them several times.
BATCH_CHARACTERS = 4_000_000

# For fewer texts to fork processes takes longer than to compare them.
MANY = 20_000

# What lies in one folder was most often sent by one; a flat folder is one origin, as for `ingest`.
ORIGIN_BY = "folder"

Progress = Callable[[int, int], None]


class _Waiting(NamedTuple):
    """Excerpts that were read, with the numbers of their pages and origins."""

    excerpts: list[Excerpt]
    pages: list[int]
    origins: list[int]


class Deduplication:
    """A corpus that is read source by source and judged at once.

    It is `ingest` into memory, origin after origin, of the sources in byte order of their names.
    Texts wait in temporary files, which `close` gives back; whatever needs these raises
    `ScratchError` where they cannot be written. With `alone` every excerpt is a page of its own.
    `jobs` processes make keys and compare texts, by default as many as can work at once.
    """

    def __init__(
        self,
        names: Iterable[str],
        *,
        origin_by: str = ORIGIN_BY,
        reading: Reading = DEFAULT_READING,
        alone: bool = False,
        jobs: int | None = None,
    ) -> None:
        self._origin_by = origin_by
        self._alone = alone
        self._senders = canonical.ordered(names, origin_by)
        self._reading = reading
        self._failures: list[Failure] = []
        self._origins: list[str] = []
        # Which of the senders each transmission comes from, and the number of its first excerpt.
        self._sources = array("i")
        self._begins = array("q")
        self._read = self._pages = 0
        self._waiting = _Waiting([], [], [])
        self._characters = 0
        # What was given to the crew, and is in the corpus when it comes back.
        self._given: deque[tuple[Batch, list[int]]] = deque()
        self._corpus = _empty_corpus()
        self._jobs = jobs or _most()
        self._crew = _crew(1)

    @property
    def sources(self) -> list[str]:
        """The names of the sources, in the order in which they are read."""
        return [name for _, name in self._senders]

    def read(self) -> Iterator[Transmission | Failure]:
        """Take in all sources, and yield what they hold as it comes."""
        for number, (origin, name) in enumerate(self._senders):
            for read in each([name], self._reading):
                if isinstance(read, Failure):
                    self._failures.append(read)
                else:
                    self._wait(read.excerpts, number, origin)
                yield read
        self._give()
        self._take(self._crew.rest())
        self._crew.close()

    def judge(self, progress: Progress = lambda _done, _total: None) -> Judged:
        """Judge what was read; `progress` hears how many texts of how many are done."""
        from feedtool.corpus.clusters import Clusters
        from feedtool.corpus.verdicts import judge

        progress(0, len(self._corpus))
        many = len(self._corpus) >= MANY
        with _scratch():
            found = judge(self._corpus, progress, self._jobs if many else 1)
        clusters = Clusters(self._corpus, found, self._begins)
        summary = DedupSummary(
            origins=len(self._origins),
            transmissions=len(self._sources),
            excerpts=len(self._corpus),
            items=len(clusters.sizes),
            new=len(clusters.sizes),
            repeated=len(self._corpus) - len(clusters.sizes),
            truncated=int(self._corpus.truncated.sum()),
            met_again=len(clusters.of_size(2)),
            largest=int(clusters.sizes.max(initial=0)),
            capped=int(found.crowded.sum()),
            failures=len(self._failures),
        )
        return Judged(
            clusters,
            self.sources,
            self._sources,
            self._origins,
            self._origin_by,
            self._alone,
            self._failures,
            summary,
        )

    def close(self) -> None:
        """Give the temporary files back."""
        self._crew.close()
        with _scratch():
            self._corpus.close()

    def _wait(self, excerpts: tuple[Excerpt, ...], source: int, origin: str) -> None:
        if not self._origins or self._origins[-1] != origin:
            self._origins.append(origin)
        self._sources.append(source)
        self._begins.append(self._read)
        self._read += len(excerpts)
        # A page never spans two batches; a transmission of pages of their own may.
        step = BATCH if self._alone else max(len(excerpts), 1)
        for start in range(0, len(excerpts), step):
            self._add(excerpts[start : start + step])

    def _add(self, excerpts: tuple[Excerpt, ...]) -> None:
        first, count = self._pages, len(excerpts)
        self._pages += count if self._alone else 1
        self._waiting.excerpts.extend(excerpts)
        self._waiting.pages.extend(range(first, first + count) if self._alone else [first] * count)
        self._waiting.origins.extend([len(self._origins) - 1] * count)
        self._characters += sum(len(excerpt.text) for excerpt in excerpts)
        if len(self._waiting.excerpts) >= BATCH or self._characters >= BATCH_CHARACTERS:
            self._give()

    def _give(self) -> None:
        """Have the keys made of the excerpts that wait."""
        from feedtool.corpus.sketches import batch

        excerpts, pages, origins = self._waiting
        if not excerpts:
            return
        if self._crew.jobs < self._jobs and len(self._corpus) >= MANY:
            self._crew = _crew(self._jobs)
        found = batch(excerpts, pages)
        self._given.append((found, origins))
        self._take(self._crew.give(found))
        self._waiting = _Waiting([], [], [])
        self._characters = 0

    def _take(self, sketches: Iterable[Sketches]) -> None:
        """Move into the corpus what comes back."""
        with _scratch():
            for found in sketches:
                batch, origins = self._given.popleft()
                self._corpus.take(batch, found, origins)


class Judged:
    """What there is to say of a corpus, as long as it is not closed."""

    def __init__(
        self,
        clusters: Clusters,
        names: Sequence[str],
        sources: Sequence[int],
        origins: Sequence[str],
        origin_by: str,
        alone: bool,
        failures: Sequence[Failure],
        summary: DedupSummary,
    ) -> None:
        self._clusters = clusters
        self._names = names
        self._sources = sources
        self._origins = origins
        self.origin_by = origin_by
        self.alone = alone
        self.failures = failures
        self.summary = summary

    def clusters(self, least: int = 1) -> Iterator[Cluster]:
        """Yield the clusters of `least` excerpts and more, in the order of their first ones."""
        return self._told(self._clusters.of_size(least))

    def largest(self, most: int, least: int = 1) -> Iterator[Cluster]:
        """Yield the largest of them, the largest first."""
        return self._told(self._clusters.largest(most, least))

    def _told(self, places: Numbers) -> Iterator[Cluster]:
        rows = map(self._member, self._clusters.rows(places))
        for founder in self._clusters.founders(places):
            members = islice(rows, founder.size)
            yield Cluster(_name(founder), founder.size, founder.text, members)
            # Those that nobody asked for.
            deque(members, maxlen=0)

    def _member(self, row: Row) -> ClusterMember:
        known = row.kind is not None
        return ClusterMember(
            source=self._source(row.transmission),
            line=row.line,
            position=row.position,
            origin=self._origins[row.origin],
            novelty=Novelty.REPEATED if known else Novelty.NEW,
            change=row.change,
            truncated=row.truncated,
            kind=row.kind,
            score=rounded(row.score) if known else None,
            against=Spot(self._source(row.against_transmission), row.against_line)
            if known
            else None,
            text=row.text,
        )

    def _source(self, transmission: int) -> str:
        return self._names[self._sources[transmission]]


def _name(founder: Founder) -> str:
    name = item_id(founder.digest)
    return name if founder.namesake == 1 else f"{name}-{founder.namesake}"


def _empty_corpus() -> Corpus:
    from feedtool.corpus.columns import Corpus

    with _scratch():
        return Corpus(on_disk=True)


def _crew(jobs: int) -> Crew[Batch, Sketches]:
    from feedtool.corpus.crew import Crew
    from feedtool.corpus.sketches import sketch

    return Crew(sketch, jobs)


def _most() -> int:
    from feedtool.corpus import crew

    return crew.most()


@contextmanager
def _scratch() -> Iterator[None]:
    try:
        yield
    except OSError as error:
        # Where not one folder can be written to, none was chosen.
        folder = tempfile.tempdir or "temporary files"
        raise ScratchError(folder, error.strerror or str(error)) from error


def cluster(texts: Sequence[str], pages: Sequence[int] | None = None, *, jobs: int = 1) -> Verdicts:
    """Judge texts in memory, in their order.

    `pages` numbers the page that each text stands on, ascending; without it each stands alone.
    With several `jobs` so many processes are forked; the answer is the same.
    """
    from feedtool.corpus import crew
    from feedtool.corpus.columns import Corpus
    from feedtool.corpus.sketches import sketch
    from feedtool.corpus.verdicts import judge

    places = range(len(texts)) if pages is None else pages
    if len(places) != len(texts):
        raise ValueError(f"{len(texts)} texts and the pages of {len(places)}")

    def draw(borders: tuple[int, int]) -> tuple[Batch, Sketches]:
        start, end = borders
        batch = _batch(texts[start:end], places[start:end])
        # The texts are there already.
        return batch._replace(texts=()), sketch(batch)

    batches = list(_batches(places))
    with collected_seldom(), closing(Corpus(on_disk=False)) as corpus:
        drawn_batches = crew.each(draw, batches, jobs, ahead=2)
        for (start, end), drawn in zip(batches, drawn_batches, strict=True):
            batch, found = drawn
            corpus.take(batch._replace(texts=texts[start:end]), found)
        return judge(corpus, jobs=jobs)


def _batches(pages: Sequence[int]) -> Iterator[tuple[int, int]]:
    """Cut pages into batches of whole ones."""
    start = 0
    while start < len(pages):
        end = min(start + BATCH, len(pages))
        while end < len(pages) and pages[end] == pages[end - 1]:
            end += 1
        yield start, end
        start = end


def _batch(texts: Sequence[str], pages: Sequence[int]) -> Batch:
    """Return texts with what their pages show of their cuts."""
    from feedtool.corpus.sketches import measured

    lines: list[int] = []
    found: list[Truncation] = []
    for _, page in groupby(range(len(texts)), key=pages.__getitem__):
        places = list(page)
        lines += range(1, len(places) + 1)
        found += truncation.find(texts[places[0] : places[-1] + 1])
    return measured(texts, lines, found, pages)
