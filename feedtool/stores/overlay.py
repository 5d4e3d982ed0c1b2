"""An index in memory over a store: for a dry run, and for a batch that is written at its end."""

from __future__ import annotations

from array import array
from collections.abc import Collection, Mapping, Sequence
from contextlib import AbstractContextManager, nullcontext
from datetime import datetime
from typing import TYPE_CHECKING

from feedtool import bulk, finding
from feedtool.fingerprint import recipe
from feedtool.model import Fingerprint, Item, Version
from feedtool.report import TransmissionReport
from feedtool.stores import Archive, Counters, Entry, Index
from feedtool.stores.memory import MemoryIndex, pairs_of

if TYPE_CHECKING:
    from feedtool.gathering import Gathered

# From so many texts on candidates are found faster in numpy, once it is loaded.
MANY = 40

# The versions to compare each text of a page with, and how many hold a key of a crowd.
Candidates = tuple[list[list[Version]], int]


def candidates(index: Index, origin: str, fingerprints: Sequence[Fingerprint]) -> Candidates:
    """Return what an index has for judging a page."""
    found = finding.candidates(index, origin, fingerprints)
    return found, finding.capped(index, origin, fingerprints)


class Overlay:
    """Answers as `base` would if all that was added had been written to it.

    What others write to `base` meanwhile is not seen: its numbers are used here for other things.
    """

    def __init__(self, base: Archive) -> None:
        self._base = base
        self._first = base.counters()
        self._fresh = MemoryIndex(self._first)
        self._expected: tuple[str, frozenset[int]] = "", frozenset()
        self._own: Mapping[int, Sequence[int]] | None = None
        self._others: Mapping[int, Sequence[int]] = {}
        self._known: Mapping[int, Version] = {}
        self._gathered: Gathered | None = None
        self._numbers: dict[tuple[str, str, int], int] = {}
        self._pages: dict[int, tuple[TransmissionReport, list[int]]] = {}
        self._ids: frozenset[str] = frozenset()
        self._taken: frozenset[str] = frozenset()

    def transaction(self) -> AbstractContextManager[object]:
        """Return a context that does nothing."""
        return nullcontext()

    def expect(
        self,
        origin: str,
        fingerprints: Sequence[Fingerprint],
        pages: Sequence[int],
        ids: Collection[str],
    ) -> None:
        """Ask the base at once for what judging these texts will ask for page by page.

        `pages` tells for each text the place of the first one on its page, `ids` which id its item
        would have. Where there are many texts, their candidates are found here: then all of these
        pages are added, in this order.
        """
        keys = frozenset().union(*[one.keys for one in fingerprints])
        self._others = self._older(self._base.postings_elsewhere(origin, keys))
        numbers = _shortlisted(fingerprints, self._others)
        if bulk.pays(len(fingerprints), MANY):
            from feedtool.gathering import Gathered

            self._gathered = Gathered(self._base, origin, fingerprints, pages, self._first.version)
            numbers |= self._gathered.known
            self._fresh.posts = False
        else:
            self._own = self._older(self._base.postings(origin, keys))
            numbers |= _shortlisted(fingerprints, self._own)
        self._known = self._base.versions(numbers)
        self._adopt({version.item for version in self._known.values()})
        self._expected = origin, keys
        self._ids, self._taken = frozenset(ids), frozenset(self._base.taken(ids))

    def candidates(self, origin: str, fingerprints: Sequence[Fingerprint]) -> Candidates:
        """Return what a page is judged by."""
        if self._gathered is None:
            return candidates(self, origin, fingerprints)
        found, capped = self._gathered.next_page(len(fingerprints))
        known = self.versions({number for numbers in found for number in numbers})
        return [[known[number] for number in numbers] for numbers in found], capped

    def counters(self) -> Counters:
        """Return the numbers that the next transmission, item and version would get."""
        return self._fresh.counters()

    def postings(self, origin: str, keys: Collection[int]) -> Mapping[int, Sequence[int]]:
        """Return for each known key its versions of this origin."""
        fresh = self._fresh.postings(origin, keys)
        return _joined(self._base_postings(origin, keys, own=True), fresh)

    def pairs(self, origin: str, keys: bytes) -> tuple[bytes, bytes]:
        """Return what `postings` would, in columns."""
        return pairs_of(self.postings(origin, set(array("q", keys))))

    def postings_elsewhere(self, origin: str, keys: Collection[int]) -> Mapping[int, Sequence[int]]:
        """Return for each known key the first versions of items of other origins."""
        fresh = self._fresh.postings_elsewhere(origin, keys)
        return _joined(self._base_postings(origin, keys, own=False), fresh)

    def versions(self, numbers: Collection[int]) -> Mapping[int, Version]:
        """Return the versions with these numbers."""
        fresh = [number for number in numbers if number >= self._first.version]
        known = [number for number in numbers if number < self._first.version]
        met = {number: self._known[number] for number in known if number in self._known}
        asked = [number for number in known if number not in met]
        return {
            **met,
            **(self._base.versions(asked) if asked else {}),
            **self._fresh.versions(fresh),
        }

    def items(self, numbers: Collection[int]) -> Mapping[int, Item]:
        """Return the items with these numbers, answered with their roots."""
        self._adopt(numbers)
        return self._fresh.items(numbers)

    def taken(self, ids: Collection[str]) -> Collection[str]:
        """Return those of `ids` that some item bears."""
        others = [id_ for id_ in ids if id_ not in self._ids]
        asked = self._base.taken(others) if others else ()
        return {*self._taken.intersection(ids), *asked, *self._fresh.taken(ids)}

    def add(self, entry: Entry) -> None:
        """Remember a judged transmission for the rest of the run."""
        self._adopt({verdict.item for verdict in entry.verdicts if not verdict.founds_item})
        self._adopt({verdict.root for verdict in entry.verdicts if verdict.root is not None})
        self._fresh.add(entry)
        report = entry.report
        self._numbers[report.origin, report.sha256, entry.occurrence] = report.id
        self._pages[report.id] = report, [verdict.item for verdict in entry.verdicts]
        if self._gathered:
            self._gathered.tell(verdict.version for verdict in entry.verdicts)

    def add_all(self, entries: Sequence[Entry]) -> None:
        """Remember judged transmissions for the rest of the run."""
        for entry in entries:
            self.add(entry)

    def known(self, origin: str, sha256: str, occurrence: int) -> int | None:
        """Return the number of the transmission with these bytes, stored or added."""
        added = self._numbers.get((origin, sha256, occurrence))
        if added is not None:
            return added
        number = self._base.known(origin, sha256, occurrence)
        return number if number is not None and number < self._first.transmission else None

    def observe(self, number: int, at: datetime) -> None:
        """Note nothing: a dry run leaves no trace."""

    def met_at(self, number: int, times: Sequence[datetime]) -> None:
        """Note nothing, as above."""

    def without_bytes(self, number: int, size: int) -> None:
        """Note nothing, as above."""

    def report(self, number: int) -> TransmissionReport:
        """Return the report of a transmission."""
        if number in self._pages:
            return self._pages[number][0]
        return self._base.report(number)

    def items_of(self, number: int) -> Sequence[Item]:
        """Return the items of a transmission's excerpts, with what this run has seen."""
        if number in self._pages:
            added = self._pages[number][1]
            found = self._fresh.items(added)
            return [found[item] for item in added]
        items = self._base.items_of(number)
        fresh = self._fresh.items({item.number for item in items if self._fresh.knows(item.number)})
        return [fresh.get(item.number, item) for item in items]

    def _base_postings(
        self, origin: str, keys: Collection[int], *, own: bool
    ) -> dict[int, Sequence[int]]:
        expected_origin, expected = self._expected
        if origin == expected_origin and expected.issuperset(keys):
            held = self._own if own else self._others
            if held is not None:
                return {key: held[key] for key in keys if key in held} if held else {}
        ask = self._base.postings if own else self._base.postings_elsewhere
        return self._older(ask(origin, keys))

    def _adopt(self, numbers: Collection[int]) -> None:
        """Take over from the base what it knows of items, to count on from there."""
        unknown = [number for number in numbers if not self._fresh.knows(number)]
        known = [number for number in unknown if number < self._first.item]
        for number, item in self._base.items(known).items() if known else ():
            self._fresh.adopt(number, item)

    def _older(self, postings: Mapping[int, Sequence[int]]) -> dict[int, Sequence[int]]:
        """Return postings without the versions that others have written meanwhile."""
        end = self._first.version
        return {
            key: numbers if numbers[-1] < end else [number for number in numbers if number < end]
            for key, numbers in postings.items()
            if numbers[0] < end
        }


def _shortlisted(
    fingerprints: Sequence[Fingerprint], postings: Mapping[int, Sequence[int]]
) -> set[int]:
    if not postings:
        return set()
    return {number for one in fingerprints for number in finding.shortlist(one, postings)}


def _joined(
    known: dict[int, Sequence[int]], fresh: Mapping[int, Sequence[int]]
) -> Mapping[int, Sequence[int]]:
    """Return the postings of both; those of the base come first and count towards the cap."""
    for key, numbers in fresh.items():
        known[key] = [*known.get(key, ()), *numbers][: recipe.CAP]
    return known
