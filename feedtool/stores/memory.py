"""An index in memory: for two pages side by side, a whole corpus at once, or a dry run."""

from array import array
from collections.abc import Collection, Mapping, Sequence
from contextlib import AbstractContextManager, nullcontext
from datetime import datetime

from feedtool.fingerprint import recipe
from feedtool.model import Item, Place, Version
from feedtool.report import TransmissionReport
from feedtool.stores import Counters, Entry


class MemoryIndex:
    """Keeps versions and their keys in dictionaries.

    Numbers start at `start`, so that an index can continue the numbers of another one. One that
    does not post keeps no keys: nothing is found in it that is not known by number.
    """

    def __init__(self, start: Counters = Counters(1, 1, 1)) -> None:  # noqa: B008 (a value)
        self.posts = True
        self._next = start
        self._postings: dict[str, dict[int, list[int]]] = {}
        self._versions: dict[int, Version] = {}
        self._founders: set[int] = set()
        self._roots: dict[int, int] = {}
        self._items: dict[int, Item] = {}
        self._ids: set[str] = set()

    def counters(self) -> Counters:
        """Return the numbers that the next transmission, item and version will get."""
        return self._next

    def postings(self, origin: str, keys: Collection[int]) -> Mapping[int, Sequence[int]]:
        """Return for each known key its versions of this origin."""
        held = self._postings.get(origin, {})
        return {key: held[key] for key in keys if key in held}

    def pairs(self, origin: str, keys: bytes) -> tuple[bytes, bytes]:
        """Return what `postings` would, in columns."""
        return pairs_of(self.postings(origin, array("q", keys)))

    def postings_elsewhere(self, origin: str, keys: Collection[int]) -> Mapping[int, Sequence[int]]:
        """Return for each known key the first versions of items of other origins."""
        others = [held for name, held in self._postings.items() if name != origin]
        found = {
            key: sorted(
                number
                for held in others
                for number in held.get(key, ())
                if number in self._founders
            )
            for key in (keys if others else ())
        }
        return {key: numbers[: recipe.CAP] for key, numbers in found.items() if numbers}

    def versions(self, numbers: Collection[int]) -> Mapping[int, Version]:
        """Return the versions with these numbers."""
        return {number: self._versions[number] for number in numbers}

    def items(self, numbers: Collection[int]) -> Mapping[int, Item]:
        """Return the items with these numbers, answered with their roots."""
        return {number: self._items[self._roots[number]] for number in numbers}

    def taken(self, ids: Collection[str]) -> Collection[str]:
        """Return those of `ids` that some item bears."""
        return self._ids.intersection(ids)

    def add(self, entry: Entry) -> None:
        """Remember a judged transmission."""
        report, excerpts = entry.report, entry.transmission.excerpts
        items, versions = self._next.item, self._next.version
        for excerpt, fingerprint, verdict, reported in zip(
            excerpts, entry.fingerprints, entry.verdicts, report.excerpts, strict=True
        ):
            if verdict.founds_item:
                items += 1
                self._found(verdict.item, verdict.root, reported.item, entry, excerpt.line)
            if verdict.founds_version:
                versions += 1
                if self.posts:
                    self._post(
                        report.origin, verdict.version, verdict.founds_item, fingerprint.keys
                    )
                version = Version.of(excerpt, fingerprint, verdict.version, verdict.item)
                self._versions[verdict.version] = version
            self._sight(verdict.item, whole=not excerpt.truncation.truncated)
        self._next = Counters(self._next.transmission + 1, items, versions)

    def knows(self, item: int) -> bool:
        """Tell whether an item was founded here or adopted."""
        return item in self._roots

    def adopt(self, number: int, item: Item) -> None:
        """Take over what another index knows of the item `number`, to go on counting from there."""
        self._roots[number] = self._roots[item.number] = item.number
        self._items.setdefault(item.number, item)

    def _found(self, number: int, root: int | None, id_: str, entry: Entry, line: int) -> None:
        self._roots[number] = number if root is None else self._roots[root]
        if root is None:
            place = Place(entry.report.id, entry.report.source, line)
            self._items[number] = Item(number, id_, False, place, 0)
            self._ids.add(id_)

    def _post(self, origin: str, number: int, founder: bool, keys: Sequence[int]) -> None:
        held = self._postings.setdefault(origin, {})
        if founder:
            self._founders.add(number)
        for key in keys:
            if key not in held:
                held[key] = [number]
            elif len(held[key]) < recipe.CAP:
                held[key].append(number)

    def _sight(self, number: int, *, whole: bool) -> None:
        root = self._roots[number]
        item = self._items[root]
        self._items[root] = Item(
            item.number, item.id, item.whole or whole, item.first_seen, item.times_seen + 1
        )


def pairs_of(postings: Mapping[int, Sequence[int]]) -> tuple[bytes, bytes]:
    """Return postings as two columns of int64."""
    pairs = [(key, number) for key in sorted(postings) for number in postings[key]]
    return array("q", [key for key, _ in pairs]).tobytes(), array(
        "q", [n for _, n in pairs]
    ).tobytes()


class MemoryArchive(MemoryIndex):
    """An index in memory that also keeps the reports of its transmissions."""

    def __init__(self) -> None:
        super().__init__()
        self._known: dict[tuple[str, str, int], int] = {}
        self._reports: dict[int, TransmissionReport] = {}
        self._sighted: dict[int, list[int]] = {}

    def transaction(self) -> AbstractContextManager[object]:
        """Return a context that does nothing: what is in memory is lost with the process anyway."""
        return nullcontext()

    def known(self, origin: str, sha256: str, occurrence: int) -> int | None:
        """Return the number of the transmission with these bytes, if it is here."""
        return self._known.get((origin, sha256, occurrence))

    def add_all(self, entries: Sequence[Entry]) -> None:
        """Remember judged transmissions."""
        for entry in entries:
            self.add(entry)

    def observe(self, number: int, at: datetime) -> None:
        """Note nothing: times are kept by stores that outlive the run."""

    def met_at(self, number: int, times: Sequence[datetime]) -> None:
        """Note nothing, as above."""

    def without_bytes(self, number: int, size: int) -> None:
        """Note nothing: no bytes are kept here."""

    def report(self, number: int) -> TransmissionReport:
        """Return the report that a transmission had when it was ingested."""
        return self._reports[number]

    def items_of(self, number: int) -> Sequence[Item]:
        """Return the items of a transmission's excerpts, in their order, as they are now."""
        items = self.items(self._sighted[number])
        return [items[item] for item in self._sighted[number]]

    def add(self, entry: Entry) -> None:
        """Remember a judged transmission and its report."""
        super().add(entry)
        report = entry.report
        self._known[report.origin, report.sha256, entry.occurrence] = report.id
        self._reports[report.id] = report
        self._sighted[report.id] = [verdict.item for verdict in entry.verdicts]
