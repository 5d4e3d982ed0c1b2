"""Pages -> the keys of their texts, in columns."""

from collections.abc import Iterator, Sequence
from itertools import groupby
from operator import itemgetter
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from feedtool import finding, fingerprint
from feedtool.fingerprint import vector
from feedtool.model import Excerpt

Numbers = NDArray[np.int64]

# What a key stands for.
GRAM, BEGINNING, WHOLE = 0, 1, 2

# Texts whose keys are made at once, each of which needs 50 times its own room: a page may have a
# hundred thousand.
PIECE = 2000


class Sketches(NamedTuple):
    """The keys of n texts. Picklable; `texts` and `mates` count from 0 within the batch.

    `digests` (n, 2), int64: the digest of each raw text. `keys`, int64, are distinct within a text
    and lack the key of the raw text; `texts` tells whose they are, ascending, and `kinds` what they
    stand for. `grams` (n): how many grams a text has. `mates` (m, 2): pairs on one page that share
    enough keys.
    """

    digests: Numbers
    normals: list[str]
    keys: Numbers
    texts: Numbers
    kinds: NDArray[np.uint8]
    grams: Numbers
    mates: Numbers


class _Keyed(NamedTuple):
    """What `finding.mates` looks at."""

    keys: tuple[int, ...]
    strong: int


def sketch(excerpts: Sequence[Excerpt], pages: Sequence[int]) -> Sketches:
    """Return the keys of a batch of texts; equal neighbours in `pages` stand on one page."""
    pieces = [excerpts[start : start + PIECE] for start in range(0, len(excerpts), PIECE)]
    normals = [normal for piece in pieces for normal in _normals(piece)]
    found = _columns(normals)
    counts = np.diff(found.starts)
    texts = np.repeat(np.arange(len(normals)), counts)
    kinds = _kinds(found)
    members, groups = shared(found.keys)
    again = _repeated(texts[members], groups)
    mates = _mates(members, groups, texts, np.asarray(pages, np.int64), excerpts, found)
    kept = np.ones(len(texts), bool)
    kept[members[again]] = False
    grams = np.bincount(texts[kept & (kinds == GRAM)], minlength=len(normals))
    return Sketches(
        digests(excerpt.text for excerpt in excerpts),
        normals,
        found.keys[kept],
        texts[kept],
        kinds[kept],
        grams,
        mates,
    )


def _normals(excerpts: Sequence[Excerpt]) -> list[str]:
    return fingerprint.normal_forms(
        [excerpt.body for excerpt in excerpts],
        [excerpt.truncation.truncated for excerpt in excerpts],
    )


def _columns(normals: Sequence[str]) -> vector.Columns:
    """Return the keys of normal forms, made piece by piece."""
    starts = range(0, max(len(normals), 1), PIECE)
    parts = [vector.columns(normals[start : start + PIECE]) for start in starts]
    counts = np.concatenate([np.diff(part.starts) for part in parts])
    return vector.Columns(
        np.concatenate([part.keys for part in parts]),
        np.append(0, np.cumsum(counts)),
        np.concatenate([part.strong for part in parts]),
    )


def digests(texts: Iterator[str]) -> Numbers:
    """Return the digests of raw texts as rows of two int64."""
    joined = b"".join(map(fingerprint.digest, texts))
    return np.frombuffer(joined, ">i8").astype(np.int64).reshape(-1, 2)


def shared(values: Numbers) -> tuple[Numbers, Numbers]:
    """Return the places of values that stand more than once, and a number for each such value.

    Places of one value stand together, ascending.
    """
    if not len(values):
        return np.zeros(0, np.int64), np.zeros(0, np.int64)
    order = np.argsort(values)
    ordered = values[order]
    same = ordered[1:] == ordered[:-1]
    inside = np.append(same, False) | np.append(False, same)
    groups = np.cumsum(np.append(True, ~same))[inside]
    packed = np.sort(groups << 32 | order[inside])
    return packed & 0xFFFFFFFF, packed >> 32


def _kinds(found: vector.Columns) -> NDArray[np.uint8]:
    kinds = np.zeros(len(found.keys), np.uint8)
    starts = found.starts[:-1]
    kinds[starts] = WHOLE
    # A text too short to have a beginning has no key of one.
    for beginning in (1, 2):
        kinds[starts[found.strong > beginning] + beginning] = BEGINNING
    return kinds


def _repeated(texts: Numbers, groups: Numbers) -> NDArray[np.bool_]:
    """Tell which members of a group stand behind another one of the same text."""
    again = (texts[1:] == texts[:-1]) & (groups[1:] == groups[:-1])
    return np.append(False, again)[: len(texts)]


def _mates(
    members: Numbers,
    groups: Numbers,
    texts: Numbers,
    pages: Numbers,
    excerpts: Sequence[Excerpt],
    found: vector.Columns,
) -> Numbers:
    """Return the pairs of texts on one page that share enough keys."""
    of = texts[members]
    meet = (groups[1:] == groups[:-1]) & (pages[of[1:]] == pages[of[:-1]]) & (of[1:] != of[:-1])
    met = np.unique(np.concatenate([of[1:][meet], of[:-1][meet]]))
    pairs: list[tuple[int, int]] = []
    placed = zip(pages[met].tolist(), met.tolist(), strict=True)
    for _, beside in groupby(placed, key=itemgetter(0)):
        numbers = [number for _, number in beside]
        keyed = [_keyed(excerpts[number].text, found, number) for number in numbers]
        for number, mates in zip(numbers, finding.mates(keyed), strict=True):
            pairs += [(number, numbers[mate]) for mate in mates if numbers[mate] > number]
    return np.array(pairs, np.int64).reshape(-1, 2)


def _keyed(text: str, found: vector.Columns, number: int) -> _Keyed:
    start, end = int(found.starts[number]), int(found.starts[number + 1])
    raw = fingerprint.key(fingerprint.digest(text))
    keys = dict.fromkeys([raw, *found.keys[start:end].tolist()])
    return _Keyed(tuple(keys), 1 + int(found.strong[number]))
