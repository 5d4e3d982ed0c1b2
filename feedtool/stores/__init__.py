"""What a store of any kind offers to the pipeline."""

from collections.abc import Collection, Mapping, Sequence
from contextlib import AbstractContextManager
from datetime import datetime
from typing import Protocol

from feedtool.model import Fingerprint, Item, Transmission, Verdict, Version
from feedtool.report import TransmissionReport
from feedtool.values import dataclass


@dataclass(frozen=True, slots=True)
class Counters:
    """The next free numbers of an index."""

    transmission: int
    item: int
    version: int


@dataclass(frozen=True, slots=True)
class Entry:
    """One judged transmission, as an index is given it.

    `fingerprints`, `verdicts` and `report.excerpts` run parallel to `transmission.excerpts`.
    """

    transmission: Transmission
    occurrence: int
    fingerprints: Sequence[Fingerprint]
    verdicts: Sequence[Verdict]
    report: TransmissionReport


class Index(Protocol):
    """Finds what is known. Numbers of versions and items grow in the order of ingestion."""

    def counters(self) -> Counters:
        """Return the numbers that the next transmission, item and version will get."""

    def postings(self, origin: str, keys: Collection[int]) -> Mapping[int, Sequence[int]]:
        """Return for each of `keys` that is known in `origin` its versions, ascending.

        A key holds its first `recipe.CAP` versions of an origin; later ones are not listed.
        """

    def postings_elsewhere(self, origin: str, keys: Collection[int]) -> Mapping[int, Sequence[int]]:
        """Return for each key the first versions of items of other origins, ascending.

        At most the first `recipe.CAP` of a key, counted across those origins.
        """

    def pairs(self, origin: str, keys: bytes) -> tuple[bytes, bytes]:
        """Return what `postings` would, as two columns, (key, version), both ascending.

        `keys` and the columns are native int64 in bytes, as numpy and `array` read them.
        """

    def versions(self, numbers: Collection[int]) -> Mapping[int, Version]:
        """Return the versions with these numbers."""

    def items(self, numbers: Collection[int]) -> Mapping[int, Item]:
        """Return for each of the numbers its item, across origins.

        An item that is linked to one of another origin (`Verdict.root`) is answered with that root:
        the `Item` has the root's number and id, and counts the sightings of the whole family.
        """

    def taken(self, ids: Collection[str]) -> Collection[str]:
        """Return those of `ids` that some item bears."""

    def add(self, entry: Entry) -> None:
        """Remember a judged transmission under the numbers that `counters` told before."""


class Archive(Index, Protocol):
    """An index that also keeps transmissions, so that none is judged twice."""

    def transaction(self) -> AbstractContextManager[object]:
        """Return a context in which all that is added is kept together, or not at all."""

    def add_all(self, entries: Sequence[Entry]) -> None:
        """Remember judged transmissions, as `add` would one after the other."""

    def known(self, origin: str, sha256: str, occurrence: int) -> int | None:
        """Return the number of the transmission with these bytes, if it is here."""

    def observe(self, number: int, at: datetime) -> None:
        """Note that the bytes of a known transmission were met again."""

    def met_at(self, number: int, times: Sequence[datetime]) -> None:
        """Note all the times at which the bytes of a transmission were met, but for known ones."""

    def without_bytes(self, number: int, size: int) -> None:
        """Note that the bytes of a transmission, so many, were gone before it came here."""

    def report(self, number: int) -> TransmissionReport:
        """Return the report that a transmission had when it was ingested."""

    def items_of(self, number: int) -> Sequence[Item]:
        """Return the items of a transmission's excerpts, in their order, as they are now."""
