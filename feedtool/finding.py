"""Fingerprints -> candidates: the few versions that share enough keys to be compared."""

from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from math import ceil

from feedtool.fingerprint import recipe
from feedtool.model import Fingerprint, Version
from feedtool.stores import Index

# Versions are compared one by one, so only the best are. Of labelled blogs nothing is lost with
# ten, of look-alikes around edits .002 of the pairs against sixteen; with sixteen, boilerplate in
# front of everything costs more than five times what ordinary text does.
SHORTLIST = 10

# An edit keeps at least this share of the keys of the text that has fewer; a new head of half the
# visible text leaves a third. Less is boilerplate, or a sentence in common. In a headline one typo
# spoils most grams. Of an entry only a few are also in its teaser, under another title: so many are
# enough, however long a text is.
LEAST_SHARED = 0.25
LEAST_SHARED_SHORT = 0.2
ENOUGH_SHARED = 3

# What a shared key is worth when the best are chosen: the fewer texts hold it, the more it tells
# (document frequency, K. Sparck Jones 1972); in a crowd that shares a beginning or a template, that
# leads a text to itself. The whole text outweighs all of its parts. Kept in whole numbers, so that
# no order of adding tells in the sum.
RAREST = 720_720
WHOLE = 1 << 38
# The first keys of a fingerprint, which stand for the whole text.
WHOLES = 2
# Above the worth stands how much is shared, counted in grams.
GRAMS = 1 << 40


def candidates(
    index: Index, origin: str, fingerprints: Sequence[Fingerprint]
) -> list[list[Version]]:
    """Return for each fingerprint of a page the versions of `origin` to compare it with.

    Where the very text is known, nothing else is.
    """
    return _fetched(index, fingerprints, index.postings(origin, _keys(fingerprints)), shortlist)


def neighbours(
    index: Index, origin: str, fingerprints: Sequence[Fingerprint]
) -> list[list[Version]]:
    """Return for each fingerprint what `origin` holds near it, the very text and others."""
    return _fetched(index, fingerprints, index.postings(origin, _keys(fingerprints)), _shared)


def candidates_elsewhere(
    index: Index, origin: str, fingerprints: Sequence[Fingerprint]
) -> list[list[Version]]:
    """Return for each fingerprint the first versions of items of other origins to compare with."""
    postings = index.postings_elsewhere(origin, _keys(fingerprints))
    return _fetched(index, fingerprints, postings, shortlist)


def capped(index: Index, origin: str, fingerprints: Sequence[Fingerprint]) -> int:
    """Return how many fingerprints hold a key that `origin` gives to no further text."""
    held = index.postings(origin, _keys(fingerprints))
    full = {key for key, numbers in held.items() if len(numbers) >= recipe.CAP}
    return sum(not full.isdisjoint(fingerprint.keys) for fingerprint in fingerprints) if full else 0


def mates(fingerprints: Sequence[Fingerprint]) -> list[list[int]]:
    """Return for each fingerprint of a page the positions of the others that share enough keys.

    A key counts for its first CAP holders only, so that a page of one template stays cheap.
    """
    met: set[int] = set()
    crowds: dict[int, list[int]] = {}
    for fingerprint in fingerprints:
        crowds.update((key, []) for key in met.intersection(fingerprint.keys))
        met.update(fingerprint.keys)
    if not crowds:
        return [[] for _ in fingerprints]
    for position, fingerprint in enumerate(fingerprints):
        for key in crowds.keys() & fingerprint.keys:
            if len(crowds[key]) < recipe.CAP:
                crowds[key].append(position)
    found: list[set[int]] = [set() for _ in fingerprints]
    for position, fingerprint in enumerate(fingerprints):
        for mate in _shared(fingerprint, crowds):
            if mate != position:
                found[position].add(mate)
                found[mate].add(position)
    return [sorted(mates) for mates in found]


def _keys(fingerprints: Sequence[Fingerprint]) -> set[int]:
    return {key for fingerprint in fingerprints for key in fingerprint.keys}


def _fetched(
    index: Index,
    fingerprints: Sequence[Fingerprint],
    postings: Mapping[int, Sequence[int]],
    choose: Callable[[Fingerprint, Mapping[int, Sequence[int]]], Sequence[int]],
) -> list[list[Version]]:
    if not postings:
        return [[] for _ in fingerprints]
    shared = [choose(fingerprint, postings)[:SHORTLIST] for fingerprint in fingerprints]
    known = index.versions({number for numbers in shared for number in numbers})
    return [[known[number] for number in numbers] for numbers in shared]


def shortlist(fingerprint: Fingerprint, postings: Mapping[int, Sequence[int]]) -> Sequence[int]:
    """Return the numbers of the versions worth a comparison: the very text, or what is near it."""
    return (postings.get(fingerprint.keys[0]) or _shared(fingerprint, postings))[:SHORTLIST]


def enough_shared(fingerprint: Fingerprint) -> int:
    """Return how many grams a text must share with another to be compared with it."""
    grams = len(fingerprint.keys) - fingerprint.strong
    if len(fingerprint.normal) <= recipe.SHORT:
        return max(1, ceil(LEAST_SHARED_SHORT * grams))
    return max(1, min(ceil(LEAST_SHARED * grams), ENOUGH_SHARED))


def _shared(fingerprint: Fingerprint, postings: Mapping[int, Sequence[int]]) -> list[int]:
    """Return those who share enough keys with a fingerprint, the most telling first."""
    if not postings:
        return []
    strong = fingerprint.strong
    least = enough_shared(fingerprint)
    found: Counter[int] = Counter()
    for place, key in enumerate(fingerprint.keys):
        if numbers := postings.get(key):
            # One strong key is enough.
            weight = GRAMS * (least if place < strong else 1)
            weight += WHOLE if place < WHOLES else RAREST // len(numbers)
            for number in numbers:
                found[number] += weight
    enough = [(-(sum_ % GRAMS), number) for number, sum_ in found.items() if sum_ // GRAMS >= least]
    return [number for _, number in sorted(enough)]
