"""A corpus -> verdicts: the pages of every origin by themselves, then the links between origins.

The answer is that of `ingest` into an empty store, page after page.
"""

from collections.abc import Iterable
from itertools import groupby, pairwise
from operator import itemgetter

import numpy as np
from numpy.typing import NDArray

from feedtool import judging
from feedtool.corpus.columns import Corpus
from feedtool.corpus.notes import Notes, Verdicts
from feedtool.corpus.pages import Pages, Progress
from feedtool.corpus.postings import SHELF, Small, join_origins, shortlists
from feedtool.corpus.sketches import Numbers, shared
from feedtool.finding import SHORTLIST
from feedtool.judging.cases import Case, order


def judge(
    corpus: Corpus, progress: Progress = lambda _done, _total: None, jobs: int = 1
) -> Verdicts:
    """Judge the pages of a corpus in their order, then link its origins.

    `jobs` processes compare the texts, so that what is left to judge is which likeness counts.
    """
    several = len(corpus) > 0 and corpus.origins[0] != corpus.origins[-1]
    owners = corpus.origins if several else None
    found = judge_origins(corpus, owners, progress, jobs)
    return link_origins(corpus, found, owners) if owners is not None else found


def judge_origins(
    corpus: Corpus, owners: Small | None, progress: Progress, jobs: int = 1
) -> Verdicts:
    """Judge every page against the texts before it in its own origin."""
    pages = Pages(corpus, owners)
    pages.judge(progress, jobs)
    return pages.found


def link_origins(corpus: Corpus, found: Verdicts, owners: Small) -> Verdicts:
    """Join what founds an item in one origin to the item of an earlier origin that is the same.

    Text by text, without what a page knows. Returns `found` with the roots of these links as items.
    """
    count = len(corpus)
    numbers = np.arange(count)
    firsts = corpus.firsts(owners)
    founders = (found.kinds == 0) & (firsts == numbers)
    # A text finds those of earlier origins.
    before = np.searchsorted(owners, owners)
    shelves = (before // SHELF).astype(np.int32)
    postings = join_origins(corpus.keys, firsts == numbers, founders, owners, shelves)
    roots = np.arange(count)
    notes = Notes(found)
    for shelf in range(int(shelves[-1]) + 1):
        lists = shortlists(postings, shelf, before, corpus.enough)
        near = _by_text(lists) | _same_elsewhere(corpus, founders, before, shelves == shelf)
        for number in sorted(near):
            versions = [corpus.version(other, int(roots[other])) for other in near[number]]
            case = Case(number, corpus.version(number, number), sorted(versions, key=order))
            judging.settle_alone(case)
            if case.known:
                roots[number] = case.known.item
                notes.note_case(number, case)
    postings.searchers.close()
    found.items[:] = roots[found.items]
    return found


def _same_elsewhere(
    corpus: Corpus, founders: NDArray[np.bool_], before: Numbers, wanted: NDArray[np.bool_]
) -> dict[int, list[int]]:
    """Return for founders among the wanted the first same founders of earlier origins."""
    places = np.flatnonzero(founders)
    members, groups = shared(corpus.digests[places, 0])
    found: dict[int, list[int]] = {}
    ordered = zip(groups.tolist(), places[members].tolist(), strict=True)
    for _, same in groupby(ordered, key=itemgetter(0)):
        numbers = [number for _, number in same]
        for number in numbers:
            earlier = [other for other in numbers if other < before[number]][:SHORTLIST]
            if earlier and wanted[number]:
                found[number] = earlier
    return found


def _by_text(lists: Iterable[tuple[Numbers, Numbers]]) -> dict[int, list[int]]:
    """Return for each text what was found for it."""
    near: dict[int, list[int]] = {}
    for texts, found in lists:
        firsts = np.flatnonzero(np.append(True, texts[1:] != texts[:-1])[: len(texts)])
        flat = found.tolist()
        borders = pairwise([*firsts.tolist(), len(flat)])
        for text, (start, end) in zip(texts[firsts].tolist(), borders, strict=True):
            near[text] = flat[start:end]
    return near
