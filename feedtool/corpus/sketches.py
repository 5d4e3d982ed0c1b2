"""Pages -> the keys of their texts, in columns."""

from collections.abc import Iterable, Sequence
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from feedtool import fingerprint
from feedtool.fingerprint import vector
from feedtool.fingerprint.recipe import CAP
from feedtool.fingerprint.vector import ranges
from feedtool.gathering import enough_shared, pieces
from feedtool.model import Excerpt, Truncation
from feedtool.native import core

Numbers = NDArray[np.int64]
Small = NDArray[np.int32]
Flags = NDArray[np.bool_]

# What a key stands for.
GRAM, BEGINNING, WHOLE = 0, 1, 2

# Texts whose keys are made at once, each of which needs 50 times its own room: a page may have a
# hundred thousand.
PIECE = 2000


class Batch(NamedTuple):
    """The n texts of some whole pages, in their order. Picklable.

    `lines` (n), int32: where each stands in its source. What its author wrote begins at `starts`
    (n), uint8, and ends at `lengths` (n), int32, in code points; below 0, as `~length`, where it
    is whole. Equal neighbours in `pages` (n) stand on one page.
    """

    texts: Sequence[str]
    lines: Small
    starts: NDArray[np.uint8]
    lengths: Small
    pages: Sequence[int]


class Sketches(NamedTuple):
    """The keys of n texts. Picklable; `texts` and `mates` count from 0 within the batch.

    `digests` (n, 2), int64: the digest of each raw text. `keys`, int64, are distinct within a text
    and lack the key of the raw text; `texts` tells whose they are, ascending, and `kinds` what they
    stand for. `enough` (n): how many grams a text must share with another. `mates` (m, 2): pairs on
    one page that share enough keys.
    """

    digests: Numbers
    normals: list[str]
    keys: Numbers
    texts: Numbers
    kinds: NDArray[np.uint8]
    enough: Numbers
    mates: Numbers


def batch(excerpts: Sequence[Excerpt], pages: Sequence[int]) -> Batch:
    """Return the excerpts of some whole pages, each with the number of its page."""
    return measured(
        [excerpt.text for excerpt in excerpts],
        [excerpt.line for excerpt in excerpts],
        [excerpt.truncation for excerpt in excerpts],
        pages,
    )


def measured(
    texts: Sequence[str], lines: Sequence[int], found: Sequence[Truncation], pages: Sequence[int]
) -> Batch:
    """Return the texts of some whole pages, with what was found of their cuts."""
    starts = np.array([one.start for one in found], np.uint8)
    lengths = [one.length if one.truncated else ~one.length for one in found]
    return Batch(texts, np.array(lines, np.int32), starts, np.array(lengths, np.int32), pages)


def sketch(batch: Batch) -> Sketches:
    """Return the keys of a batch of texts."""
    normals = _normals(batch)
    found = _columns(normals)
    counts = np.diff(found.starts)
    texts = np.repeat(np.arange(len(normals)), counts)
    kinds = _kinds(found)
    members, groups = shared(found.keys)
    again = _repeated(texts[members], groups)
    kept = np.ones(len(texts), bool)
    kept[members[again]] = False
    grams = np.bincount(texts[kept & (kinds == GRAM)], minlength=len(normals))
    lengths = np.fromiter(map(len, normals), np.int64, len(normals))
    enough = enough_shared(grams, lengths)
    members, groups = members[~again], groups[~again]
    raw = digests(batch.texts)
    same, alike = shared(raw[:, 0])
    mates = _mates(
        np.append(texts[members], same),
        np.append(groups, alike + len(texts)),
        np.append(kinds[members] == GRAM, np.zeros(len(same), bool)),
        np.asarray(batch.pages, np.int64),
        enough,
    )
    return Sketches(raw, normals, found.keys[kept], texts[kept], kinds[kept], enough, mates)


def _normals(batch: Batch) -> list[str]:
    """Return the normal forms of a batch, made piece by piece."""
    starts, lengths = batch.starts.tolist(), batch.lengths.tolist()
    bodies = [
        text[start : ~length if length < 0 else length]
        for text, start, length in zip(batch.texts, starts, lengths, strict=True)
    ]
    cut = [length >= 0 for length in lengths]
    normals: list[str] = []
    for start in range(0, len(bodies), PIECE):
        end = start + PIECE
        normals += fingerprint.normal_forms(bodies[start:end], cut[start:end])
    return normals


def _columns(normals: Sequence[str]) -> vector.Columns:
    """Return the keys of normal forms; those made in numpy piece by piece."""
    if core is not None:
        from feedtool.fingerprint import compiled

        keys, sizes, strong = compiled.columns(normals)
        return vector.Columns(
            np.frombuffer(keys, np.int64),
            np.append(0, np.cumsum(np.frombuffer(sizes, np.int64))),
            np.frombuffer(strong, np.uint8),
        )
    parts = [vector.columns(normals[start:end]) for start, end in fingerprint.pieces(normals)]
    counts = np.concatenate([np.diff(part.starts) for part in parts])
    return vector.Columns(
        np.concatenate([part.keys for part in parts]),
        np.append(0, np.cumsum(counts)),
        np.concatenate([part.strong for part in parts]),
    )


def digests(texts: Iterable[str]) -> Numbers:
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
    ordered = values.take(order)
    same = ordered[1:] == ordered[:-1]
    inside = np.flatnonzero(np.append(same, False) | np.append(False, same))
    begins = ~np.append(False, same).take(inside)
    packed = np.sort((np.cumsum(begins) - 1) << 32 | order.take(inside))
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
    texts: Numbers, groups: Numbers, grams: Flags, pages: Numbers, enough: Numbers
) -> Numbers:
    """Return the pairs of texts on one page that share enough keys: what `finding.mates` tells.

    Row by row: a text, the group of those that share a key with it, and whether that is of a gram.
    In a group texts ascend. `pages` and what is `enough` are told for each text.
    """
    fresh = np.append(True, (groups[1:] != groups[:-1]) | (pages[texts[1:]] != pages[texts[:-1]]))
    firsts = np.flatnonzero(fresh[: len(texts)])
    sizes = np.diff(np.append(firsts, len(texts)))
    order = np.argsort(texts, kind="stable")
    rows = order[np.repeat(sizes > 1, sizes)[order]]
    numbers = (np.cumsum(fresh) - 1)[rows]
    held = np.minimum(sizes[numbers], CAP)
    weights = np.where(grams[rows], 1, enough[texts[rows]])
    found = [np.zeros(0, np.int64)]
    for start, end in pieces(texts[rows], held):
        own = np.repeat(texts[rows[start:end]], held[start:end])
        beside = texts[ranges(firsts[numbers[start:end]], held[start:end])]
        pairs, sums = summed(own << 32 | beside, np.repeat(weights[start:end], held[start:end]))
        own, beside = pairs >> 32, pairs & 0xFFFFFFFF
        mates = (own != beside) & (sums >= enough[own])
        found.append(np.minimum(own, beside)[mates] << 32 | np.maximum(own, beside)[mates])
    both = np.unique(np.concatenate(found))
    return np.stack([both >> 32, both & 0xFFFFFFFF], axis=1)


def summed(pairs: Numbers, weights: Numbers) -> tuple[Numbers, Numbers]:
    """Return the distinct pairs, ascending, and the sum of the weights of each."""
    order = np.argsort(pairs)
    pairs, weights = pairs.take(order), weights.take(order)
    firsts = np.flatnonzero(np.append(True, pairs[1:] != pairs[:-1])[: len(pairs)])
    sums: Numbers = np.add.reduceat(weights, firsts) if len(firsts) else weights
    return pairs.take(firsts), sums
