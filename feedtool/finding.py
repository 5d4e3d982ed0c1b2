"""Fingerprints -> candidates: the few versions that share enough keys to be compared."""

from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from typing import Protocol

from feedtool.fingerprint import recipe
from feedtool.model import Fingerprint, Version
from feedtool.stores import Index

# Versions are compared one by one, so only the best are. On labelled blogs the article itself was
# among the first three in 99.8 %; in a weekly whose members begin alike it took sixteen.
SHORTLIST = 16

# An edit keeps at least this share of the keys of the text that has fewer; a new head of half the
# visible text leaves a third. Less is boilerplate.
LEAST_SHARED = 0.2


class Keyed(Protocol):
    """Keys of a text, of which the first `strong` are strong."""

    @property
    def keys(self) -> tuple[int, ...]:
        """The keys."""

    @property
    def strong(self) -> int:
        """How many of them are enough by themselves to look closer."""


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


def mates(fingerprints: Sequence[Keyed]) -> list[list[int]]:
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
    shared = [choose(fingerprint, postings)[:SHORTLIST] for fingerprint in fingerprints]
    known = index.versions({number for numbers in shared for number in numbers})
    return [[known[number] for number in numbers] for numbers in shared]


def shortlist(fingerprint: Fingerprint, postings: Mapping[int, Sequence[int]]) -> Sequence[int]:
    """Return the numbers of the versions worth a comparison: the very text, or what is near it."""
    return (postings.get(fingerprint.keys[0]) or _shared(fingerprint, postings))[:SHORTLIST]


def _shared(fingerprint: Keyed, postings: Mapping[int, Sequence[int]]) -> list[int]:
    """Return those who share enough keys with a fingerprint, most shared keys first."""
    if not postings:
        return []
    strong, grams = fingerprint.keys[: fingerprint.strong], fingerprint.keys[fingerprint.strong :]
    # A strong key outweighs any number of grams, and the one of the whole text those of its parts:
    # in a crowd that shares a beginning a text must still find itself.
    weight = len(grams) + 1
    counts = Counter(number for key in grams if key in postings for number in postings[key])
    for key in reversed(strong):
        for number in postings.get(key, ()):
            counts[number] += weight
        weight *= 2
    least = max(1.0, LEAST_SHARED * len(grams))
    enough = [(-count, number) for number, count in counts.items() if count >= least]
    return [number for _, number in sorted(enough)]
