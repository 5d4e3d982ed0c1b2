"""The store on disk: one SQLite file that is an index and an archive."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from contextlib import closing, contextmanager, suppress
from datetime import datetime
from types import TracebackType
from typing import TYPE_CHECKING

from feedtool.errors import OlderStoreError, StoreError
from feedtool.model import Item, Version
from feedtool.report import TransmissionReport
from feedtool.stores import Counters, Entry
from feedtool.stores.sqlite import archive, query, schema, write
from feedtool.stores.sqlite.cells import ODD
from feedtool.stores.sqlite.connection import BROKEN, Connection, is_full
from feedtool.stores.sqlite.postings import Postings

if TYPE_CHECKING:
    from feedtool.report.care import Finding
    from feedtool.report.stored import ItemReport, LoggedTransmission, VersionReport
    from feedtool.stores.sqlite.holdings import Holdings
    from feedtool.stores.sqlite.migrating import Migration
    from feedtool.stores.sqlite.rebuilding import Rebuilding, Salvage
    from feedtool.stores.sqlite.revising import Revision

__all__ = ["Store"]

# How long to look for damage before something is called a bug.
BLAME_SECONDS = 10.0


class Store:
    """An open store; every failure of it is a `StoreError` that names its path."""

    def __init__(self, path: str, connection: Connection) -> None:
        self.path = path
        self._connection = connection
        self._postings = Postings(connection)

    @classmethod
    def open(
        cls,
        path: str,
        *,
        create: bool = False,
        readonly: bool = False,
        untouched: bool = False,
        older: bool = False,
        timeout: float = 30.0,
    ) -> Store:
        """Open the store at `path`; with `create` make it where there is nothing yet.

        `timeout` is how many seconds to wait for a process that is writing. What is `readonly` may
        still write back the log that a killed process has left; `untouched` leaves that as well.
        One of an older schema is refused, unless `older` says that it is only to be copied or
        migrated.
        """
        connection = schema.opened(
            path,
            create=create,
            readonly=readonly,
            untouched=untouched,
            timeout=timeout,
            oldest=schema.FIRST_VERSION if older else schema.USER_VERSION,
        )
        return cls(path, connection)

    def close(self) -> None:
        """Close the file; what was not committed is undone."""
        self._connection.close()

    def __enter__(self) -> Store:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        try:
            if kind is None:
                # All is kept already: where this fails, the next run moves what is left.
                with suppress(StoreError):
                    self._settle()
            elif issubclass(kind, (*ODD, AssertionError, *BROKEN)):
                self._blame(error)
        finally:
            self.close()

    def _blame(self, error: BaseException | None) -> None:
        """Say that the store is damaged, if it is: that explains what else would be a bug."""
        from feedtool.stores.sqlite import checking

        found = None
        with suppress(StoreError):
            self.rollback()
            found = checking.first_damage(self._connection, BLAME_SECONDS)
        if found:
            reason = f"the store is damaged ({found.message}); `feedtool check` says more"
            raise StoreError(self.path, reason) from error

    def _settle(self) -> None:
        """Leave behind no more recent keys than the next process reads in a moment."""
        while self._postings.unsettled:
            with self.transaction():
                self._postings.settle()

    def begin(self) -> None:
        """Take the write lock; what is read and written from here on is one step to others."""
        self._connection.begin()
        self._postings.forget()

    def commit(self) -> None:
        """Keep everything since `begin`; if that fails nothing of it is kept."""
        self._postings.forget()
        try:
            self._connection.commit()
        except BaseException:
            self._postings.undone()
            raise

    def rollback(self) -> None:
        """Undo everything since `begin`; do nothing if there is no transaction."""
        self._postings.undone()
        self._connection.rollback()

    @contextmanager
    def transaction(self) -> Iterator[None]:
        """Commit at the end of the block, or roll back if it raises."""
        self.begin()
        try:
            yield
        except BaseException:
            self.rollback()
            raise
        self.commit()

    @contextmanager
    def snapshot(self) -> Iterator[None]:
        """Read as the store is at one moment, whatever others write meanwhile."""
        if self._connection.in_transaction:
            yield
            return
        self._connection.run("BEGIN")
        try:
            yield
        finally:
            self._connection.run("ROLLBACK")

    def holdings(self) -> Holdings:
        """Give what is here to another store; who takes it in reads from one snapshot."""
        from feedtool.stores.sqlite.holdings import Holdings

        return Holdings(self._connection)

    def counters(self) -> Counters:
        """Return the numbers that the next transmission, item and version will get."""
        return query.counters(self._connection)

    def postings(self, origin: str, keys: Collection[int]) -> Mapping[int, Sequence[int]]:
        """Return for each of `keys` that is known in `origin` its versions, ascending."""
        number = query.origin_number(self._connection, origin)
        return self._postings.own(number, keys) if number else {}

    def postings_elsewhere(self, origin: str, keys: Collection[int]) -> Mapping[int, Sequence[int]]:
        """Return for each key the first versions of items of other origins, ascending."""
        number = query.origin_number(self._connection, origin)
        if not query.has_others(self._connection, number):
            return {}
        return self._postings.elsewhere(number, keys)

    def pairs(self, origin: str, keys: bytes) -> tuple[bytes, bytes]:
        """Return what `postings` would, in columns."""
        number = query.origin_number(self._connection, origin)
        alone = not query.has_others(self._connection, number)
        return self._postings.pairs(number, keys, alone=alone)

    def versions(self, numbers: Collection[int]) -> Mapping[int, Version]:
        """Return the versions with these numbers."""
        return query.versions(self._connection, numbers)

    def items(self, numbers: Collection[int]) -> Mapping[int, Item]:
        """Return for each of the numbers its item, or the one that it is linked to."""
        return query.items(self._connection, numbers)

    def taken(self, ids: Collection[str]) -> Collection[str]:
        """Return those of `ids` that some item bears."""
        return query.taken(self._connection, ids)

    def known(self, origin: str, sha256: str, occurrence: int) -> int | None:
        """Return the transmission of this origin with these bytes, or None.

        `occurrence` counts how often the bytes stood before in one reading, from 0.
        """
        return query.known(self._connection, origin, sha256, occurrence)

    def add(self, entry: Entry) -> None:
        """Remember a judged transmission, in the open transaction or in one of its own."""
        self.add_all([entry])

    def add_all(self, entries: Sequence[Entry]) -> None:
        """Remember judged transmissions, in the open transaction or in one of their own.

        If it fails, the whole transaction is undone: half a transmission must not be committed.
        """
        if not self._connection.in_transaction:
            with self.transaction():
                write.add(self._connection, self._postings, entries)
            return
        try:
            write.add(self._connection, self._postings, entries)
        except BaseException:
            self.rollback()
            raise

    def observe(self, number: int, at: datetime) -> None:
        """Note that the bytes of a known transmission were met once more."""
        write.observe(self._connection, number, write.moment(at))

    def met_at(self, number: int, times: Sequence[datetime]) -> None:
        """Note all the times at which the bytes of a transmission were met, but for known ones."""
        write.met_at(self._connection, number, [write.moment(at) for at in times])

    def without_bytes(self, number: int, size: int) -> None:
        """Note that the bytes of a transmission, so many, were gone before it came here."""
        write.without_bytes(self._connection, number, size)

    def raw(self, number: int) -> bytes:
        """Return the bytes of a transmission as they were received."""
        return archive.raw(self._connection, number)

    def report(self, number: int) -> TransmissionReport:
        """Return the very report that the ingest of this transmission gave."""
        with self.snapshot():
            return archive.report(self._connection, number)

    def items_of(self, number: int) -> Sequence[Item]:
        """Return the items of a transmission's excerpts, in their order, as they are now."""
        return archive.items_of(self._connection, number)

    def log(
        self,
        *,
        origin: str | None = None,
        since: datetime | None = None,
        limit: int | None = None,
    ) -> Iterator[LoggedTransmission]:
        """Yield the transmissions, newest last; with `limit` only the newest ones."""
        from feedtool.stores.sqlite import logbook

        return logbook.log(self._connection, origin, since, limit)

    def items_list(
        self,
        *,
        truncated: bool | None = None,
        since: datetime | None = None,
        search: str | None = None,
        origin: str | None = None,
        limit: int | None = None,
        newest_first: bool = False,
    ) -> Iterator[ItemReport]:
        """Yield the items that meet every condition, in the order of their first sighting.

        `truncated` asks for the newest version, `since` for items first seen then or later,
        `search` for a text that any version contains, whatever its case.
        """
        from feedtool.stores.sqlite import listing

        return listing.listed(
            self._connection,
            truncated=truncated,
            since=since,
            search=search,
            origin=origin,
            limit=limit,
            newest_first=newest_first,
        )

    def resolve(self, prefix: str) -> int:
        """Return the number of the item whose id begins so, or raise `NotFoundError`."""
        from feedtool.stores.sqlite import listing

        return listing.resolve(self._connection, prefix)

    def show(self, prefix: str) -> tuple[ItemReport, tuple[VersionReport, ...]]:
        """Return the item whose id begins so, with its versions and their sightings."""
        from feedtool.stores.sqlite import listing

        with self.snapshot():
            return listing.shown(self._connection, self.resolve(prefix))

    def check(self, progress: Callable[[str, int, int], None]) -> Iterator[Finding]:
        """Yield what is wrong in the store, as it is at one moment.

        `progress` is told the part that is looked at, what of it is done, and how much there is.
        """
        from feedtool.stores.sqlite import checking

        with self.snapshot():
            yield from checking.check(self._connection, progress)

    def content_hash(self, progress: Callable[[int], None]) -> str:
        """Return the hash of the content; `progress` is told how many transmissions are done."""
        from feedtool.stores.sqlite import content

        with self.snapshot():
            return content.content_hash(self._connection, progress)

    def size(self) -> tuple[int, int, int, int]:
        """Return how many transmissions, excerpts, items and versions there are."""
        return query.size(self._connection)

    def newest(self) -> int:
        """Return the number of the newest transmission, or raise `NotFoundError`."""
        return query.newest(self._connection)

    @contextmanager
    def revision(self, first: int, *, dry_run: bool = False) -> Iterator[Revision]:
        """Take out what the transmissions from `first` on brought, to be judged again.

        All of it is one transaction; with `dry_run` that is undone at its end.
        """
        from feedtool.stores.sqlite.revising import Revision

        with self._tried(dry_run=dry_run):
            revision = Revision(self._connection, self._postings, first)
            yield revision
            revision.end()

    @contextmanager
    def _tried(self, *, dry_run: bool) -> Iterator[None]:
        """Do as `transaction` does; with `dry_run` undo it at its end."""
        self.begin()
        try:
            yield
        except BaseException:
            self.rollback()
            raise
        if dry_run:
            self.rollback()
        else:
            self.commit()

    @classmethod
    @contextmanager
    def migration(
        cls, path: str, *, timeout: float = 30.0, dry_run: bool = False
    ) -> Iterator[Migration | None]:
        """Lay out an older store anew, so that what is derived can be added again.

        All of it is one transaction; with `dry_run` that is undone at its end. None means that
        another process has migrated the store meanwhile.
        """
        from feedtool.stores.sqlite import migrating

        # Not `with store`: that looks for damage by what the present schema says.
        with closing(cls.open(path, older=True, timeout=timeout)) as store:
            migrating.prepare(store._connection)
            with store._tried(dry_run=dry_run):
                if schema.version_of(store._connection) == schema.USER_VERSION:
                    yield None
                else:
                    migration = migrating.Migration(store, store._connection, store._postings)
                    yield migration
                    migration.end()
            with suppress(StoreError):
                store._settle()

    @contextmanager
    def rebuilding(self, timeout: float) -> Iterator[Rebuilding]:
        """Give a store beside this one, which is to take over what is derived.

        One that was left behind is gone on with; where the block ends well it is taken away.
        """
        from feedtool.stores.sqlite import rebuilding

        path = self.path + rebuilding.SUFFIX
        try:
            with closing(self._beside(path, timeout)) as beside:
                try:
                    yield rebuilding.Rebuilding(self._connection, beside, beside._connection)
                finally:
                    self._postings.undone()
                    self._connection.detach("beside")
        except StoreError as error:
            if is_full(error):
                # What waits there to be gone on with would keep the disk full.
                rebuilding.remove(path)
            raise
        # Under the lock, so that nobody opens half of what is taken away.
        with self.transaction():
            rebuilding.remove(path)

    def _beside(self, path: str, timeout: float) -> Store:
        """Open the store beside this one, anew if what was left behind is of no use."""
        from feedtool.stores.sqlite import rebuilding

        beside = None
        try:
            with self.transaction():
                beside = self._open_beside(path, timeout)
                fits = rebuilding.prepare(beside._connection)
                self._connection.attach(path, "beside")
                fits = fits and rebuilding.is_part_of(self._connection)
                if not fits:
                    rebuilding.remove(path)
            if fits:
                return beside
            self._connection.detach("beside")
        except BaseException:
            if beside is not None:
                beside.close()
            raise
        beside.close()
        return self._beside(path, timeout)

    def _open_beside(self, path: str, timeout: float) -> Store:
        from feedtool.stores.sqlite import rebuilding

        try:
            return Store.open(path, create=True, timeout=timeout)
        except OlderStoreError:
            rebuilding.remove(path)
        return Store.open(path, create=True, timeout=timeout)

    @contextmanager
    def salvage(self, path: str, timeout: float) -> Iterator[Salvage]:
        """Give a new store for what can be read; at the end it is at `path`, where nothing is."""
        from feedtool.stores.sqlite import rebuilding, saving

        rebuilding.remove(path + saving.UNFINISHED)
        unfinished = saving.begin(path)
        try:
            with Store.open(unfinished, create=True, timeout=timeout) as fresh:
                yield rebuilding.Salvage(self._connection, fresh, fresh._connection)
            saving.finish(unfinished, path)
        except BaseException:
            # A disk that is full would stay so.
            rebuilding.remove(unfinished)
            raise

    def backup(self, path: str, progress: Callable[[int, int], None]) -> None:
        """Copy the store as it is now to a file that is not there yet."""
        from feedtool.stores.sqlite import saving

        with self.snapshot():
            saving.backup(self._connection, path, progress)

    def prune(
        self, keep: int | None, since: datetime | None, *, dry_run: bool
    ) -> tuple[int, int, int]:
        """Take out dumps but for the newest `keep` of each origin and those met `since`.

        Return how many were taken out, how many stay, and how many bytes the former took.
        """
        from feedtool.stores.sqlite import saving

        if dry_run:
            with self.snapshot():
                return saving.prunable(self._connection, keep, since)
        with self.transaction():
            found = saving.prunable(self._connection, keep, since)
            saving.prune(self._connection, keep, since)
        return found

    def vacuum(self) -> None:
        """Give back to the disk what is not in use."""
        from feedtool.stores.sqlite import saving

        saving.vacuum(self._connection)

    def versions_of(self, item: int) -> tuple[Version, ...]:
        """Return the versions of an item in all origins, oldest first."""
        return query.versions_of(self._connection, item)

    def latest(self, item: int) -> Version:
        """Return the newest version of an item."""
        return self.versions_of(item)[-1]
