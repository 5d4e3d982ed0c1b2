"""Pairs of texts of a corpus -> what is told of them, in columns: `judging.relations` for many."""

from collections.abc import Iterator
from itertools import groupby
from operator import itemgetter
from typing import Any, cast

import numpy as np
from numpy.typing import NDArray

from feedtool.comparing import UNLIKE, Likeness
from feedtool.corpus.columns import Corpus
from feedtool.corpus.sketches import Numbers
from feedtool.corpus.spool import Texts
from feedtool.judging.relations import Related, compiled, relate_plainly
from feedtool.model import Change

CHANGES = (None, *Change)
CHANGE = {change: code for code, change in enumerate(CHANGES)}

# What is told of one pair: the fields of a Likeness (`told` unless it is None), then the others of
# a Related; `change` is a place in CHANGES.
PAIR = np.dtype(
    [
        ("score", np.float64),
        ("begun", np.int32),
        ("shorter_shown", np.int32),
        ("longer_shown", np.int32),
        ("gap", np.int32),
        ("relation", np.uint8),
        ("change", np.uint8),
        ("told", np.bool_),
        ("beginning", np.bool_),
        ("other_number", np.bool_),
        ("moved", np.bool_),
        ("_", np.uint8, 2),
    ]
)
Pairs = NDArray[np.void]

# Of long texts only so many characters are held at once.
MOST_CHARACTERS = 1 << 24


def relate(corpus: Corpus, texts: Numbers, others: Numbers) -> Pairs:
    """Tell of pairs of a text and a candidate what they are to each other.

    The candidates of a text stand together.
    """
    found = [np.zeros(0, PAIR)]
    for start, end in _pieces(corpus, texts, others):
        found.append(_related(corpus, texts[start:end], others[start:end]))
    return np.concatenate(found)


def related(pairs: Pairs) -> list[Related]:
    """Return rows as `judging.relations` tells them."""
    found = []
    for row in cast("list[tuple[Any, ...]]", pairs.tolist()):
        score, begun, shorter, longer, gap, relation, change, told, starts, other, moved, _ = row
        alike = None
        if told:
            alike = Likeness(score, starts, other, 0 if starts else begun, (shorter, longer), moved)
        found.append(Related(relation, CHANGES[change], begun, gap, alike))
    return found


def _pieces(corpus: Corpus, texts: Numbers, others: Numbers) -> Iterator[tuple[int, int]]:
    """Cut pairs where the texts to be read for them have become many, and a text ends."""
    sizes = np.cumsum(corpus.texts.sizes(others))
    ends = np.append(np.flatnonzero(np.diff(texts)) + 1, len(texts))
    start = read = 0
    while start < len(texts):
        reach = np.searchsorted(sizes, read + MOST_CHARACTERS, side="right")
        fits = np.searchsorted(ends, reach, side="right") - 1
        end = int(ends[max(fits, np.searchsorted(ends, start, side="right"))])
        yield start, end
        start, read = end, int(sizes[end - 1])


def _related(corpus: Corpus, texts: Numbers, others: Numbers) -> Pairs:
    """Tell of some pairs, for which texts that lie on disk are read once."""
    held, (starts, lengths) = corpus.texts, corpus.measured
    if compiled is not None and isinstance(held, Texts):
        # Nothing is made of these: not even a count of references changes, in a page of memory
        # that would have to be copied for a forked process.
        columns = starts.data, lengths.data, texts.data, others.data
        return np.frombuffer(compiled.relate(*held.held(), *columns), PAIR)
    numbers, places = np.unique(np.append(texts, others), return_inverse=True)
    ours, theirs = places[: len(texts)].astype(np.int64), places[len(texts) :].astype(np.int64)
    if compiled is None:
        return _related_plainly(corpus, numbers, ours, theirs)
    pairs = [held[number] for number in numbers.tolist()]
    read, normals = [text for text, _ in pairs], [normal for _, normal in pairs]
    columns = starts[numbers].data, lengths[numbers].data, ours.data, theirs.data
    return np.frombuffer(compiled.relate(read, normals, *columns), PAIR)


def _related_plainly(corpus: Corpus, numbers: Numbers, ours: Numbers, theirs: Numbers) -> Pairs:
    versions = [corpus.version(number, 0) for number in numbers.tolist()]
    rows = []
    pairs = zip(ours.tolist(), theirs.tolist(), strict=True)
    for text, group in groupby(pairs, key=itemgetter(0)):
        candidates = [versions[other] for _, other in group]
        rows += [_row(related) for related in relate_plainly(versions[text], candidates)]
    return np.array(rows, PAIR)


def _row(related: Related) -> tuple[object, ...]:
    relation, change, begun, gap, alike = related
    code, told = CHANGE[change], alike is not None
    score, beginning, other, _, shown, moved = alike or UNLIKE
    return score, begun, *shown, gap, relation, code, told, beginning, other, moved, (0, 0)
