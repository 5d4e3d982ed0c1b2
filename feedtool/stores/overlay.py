"""An index in memory over a store that is only read: for a dry run, which sees its own pages."""

from collections.abc import Collection, Mapping, Sequence
from contextlib import AbstractContextManager, nullcontext
from datetime import datetime

from feedtool.fingerprint import recipe
from feedtool.model import Item, Version
from feedtool.report import TransmissionReport
from feedtool.stores import Archive, Counters, Entry
from feedtool.stores.memory import MemoryIndex


class Overlay:
    """Answers as `base` would if all that was added had been written to it.

    What others write to `base` meanwhile is not seen: its numbers are used here for other things.
    """

    def __init__(self, base: Archive) -> None:
        self._base = base
        self._first = base.counters()
        self._fresh = MemoryIndex(self._first)

    def transaction(self) -> AbstractContextManager[object]:
        """Return a context that does nothing."""
        return nullcontext()

    def counters(self) -> Counters:
        """Return the numbers that the next transmission, item and version would get."""
        return self._fresh.counters()

    def postings(self, origin: str, keys: Collection[int]) -> Mapping[int, Sequence[int]]:
        """Return for each known key its versions of this origin."""
        known = self._base.postings(origin, keys)
        return self._joined(known, self._fresh.postings(origin, keys))

    def postings_elsewhere(self, origin: str, keys: Collection[int]) -> Mapping[int, Sequence[int]]:
        """Return for each known key the first versions of items of other origins."""
        known = self._base.postings_elsewhere(origin, keys)
        return self._joined(known, self._fresh.postings_elsewhere(origin, keys))

    def versions(self, numbers: Collection[int]) -> Mapping[int, Version]:
        """Return the versions with these numbers."""
        known = [number for number in numbers if number < self._first.version]
        fresh = [number for number in numbers if number >= self._first.version]
        return {**self._base.versions(known), **self._fresh.versions(fresh)}

    def items(self, numbers: Collection[int]) -> Mapping[int, Item]:
        """Return the items with these numbers, answered with their roots."""
        self._adopt(numbers)
        return self._fresh.items(numbers)

    def taken(self, ids: Collection[str]) -> Collection[str]:
        """Return those of `ids` that some item bears."""
        return {*self._base.taken(ids), *self._fresh.taken(ids)}

    def add(self, entry: Entry) -> None:
        """Remember a judged transmission for the rest of the run."""
        self._adopt({verdict.item for verdict in entry.verdicts if not verdict.founds_item})
        self._adopt({verdict.root for verdict in entry.verdicts if verdict.root is not None})
        self._fresh.add(entry)

    def known(self, origin: str, sha256: str, occurrence: int) -> int | None:
        """Return the number of the stored transmission with these bytes."""
        number = self._base.known(origin, sha256, occurrence)
        return number if number is not None and number < self._first.transmission else None

    def observe(self, number: int, at: datetime) -> None:
        """Note nothing: a dry run leaves no trace."""

    def report(self, number: int) -> TransmissionReport:
        """Return the report of a stored transmission."""
        return self._base.report(number)

    def items_of(self, number: int) -> Sequence[Item]:
        """Return the items of a stored transmission's excerpts, with what this run has seen."""
        items = self._base.items_of(number)
        fresh = self._fresh.items({item.number for item in items if self._fresh.knows(item.number)})
        return [fresh.get(item.number, item) for item in items]

    def _adopt(self, numbers: Collection[int]) -> None:
        """Take over from the base what it knows of items, to count on from there."""
        unknown = [number for number in numbers if not self._fresh.knows(number)]
        known = [number for number in unknown if number < self._first.item]
        for number, item in self._base.items(known).items():
            self._fresh.adopt(number, item)

    def _joined(
        self, known: Mapping[int, Sequence[int]], fresh: Mapping[int, Sequence[int]]
    ) -> dict[int, Sequence[int]]:
        """Return the postings of both; those of the base come first and count towards the cap."""
        end = self._first.version
        joined: dict[int, Sequence[int]] = {}
        for key, numbers in known.items():
            older = numbers if numbers[-1] < end else [number for number in numbers if number < end]
            if older:
                joined[key] = older
        for key, numbers in fresh.items():
            joined[key] = [*joined.get(key, ()), *numbers][: recipe.CAP]
        return joined
