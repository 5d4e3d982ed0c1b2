"""A whole corpus at once, without a store: which texts are one article."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import closing
from typing import TYPE_CHECKING

from feedtool.formats import truncation
from feedtool.model import Excerpt

if TYPE_CHECKING:
    from feedtool.corpus.verdicts import Verdicts

# Texts whose keys are made at once: what is looked at again and again stays in the cache.
BATCH = 1000


def cluster(texts: Sequence[str], pages: Sequence[int] | None = None) -> Verdicts:
    """Judge texts in memory, in their order.

    `pages` numbers the page that each text stands on, ascending; without it each stands alone.
    """
    from feedtool.corpus.columns import Corpus
    from feedtool.corpus.verdicts import judge

    places = range(len(texts)) if pages is None else pages
    if len(places) != len(texts):
        raise ValueError(f"{len(texts)} texts and the pages of {len(places)}")
    with closing(Corpus(on_disk=False)) as corpus:
        for start, end in _batches(places):
            corpus.add(_excerpts(texts, places, start, end), places[start:end])
        return judge(corpus)


def _batches(pages: Sequence[int]) -> Iterator[tuple[int, int]]:
    """Cut pages into batches of whole ones."""
    start = 0
    while start < len(pages):
        end = min(start + BATCH, len(pages))
        while end < len(pages) and pages[end] == pages[end - 1]:
            end += 1
        yield start, end
        start = end


def _excerpts(texts: Sequence[str], pages: Sequence[int], start: int, end: int) -> list[Excerpt]:
    excerpts: list[Excerpt] = []
    while start < end:
        stop = start + 1
        while stop < end and pages[stop] == pages[start]:
            stop += 1
        page = texts[start:stop]
        excerpts += [
            Excerpt(position, position, text, found)
            for position, (text, found) in enumerate(
                zip(page, truncation.find(page), strict=True), 1
            )
        ]
        start = stop
    return excerpts
