"""The care of a store: what is wrong in it, and how it becomes what it would have been."""

from collections.abc import Callable, Iterator, Sequence
from datetime import datetime

from feedtool import fingerprint
from feedtool.errors import StoreError
from feedtool.model import Transmission
from feedtool.pipeline import room
from feedtool.report.care import (
    BackupReport,
    CheckReport,
    CheckSummary,
    Finding,
    PruneReport,
    ReindexReport,
    SalvageReport,
    UndoReport,
)
from feedtool.rereading import FROM_SOURCE, each_judged, judged, read_again
from feedtool.sources import weight
from feedtool.stores.overlay import Overlay
from feedtool.stores.sqlite import Store
from feedtool.stores.sqlite.migrating import Migration
from feedtool.stores.sqlite.rebuilding import Rebuilding
from feedtool.stores.sqlite.revising import Kept
from feedtool.version import __version__

# Told how far a step is: its name, what of it is done, and how much there is (0: nobody knows).
Progress = Callable[[str, int, int], None]


def check(store: Store, progress: Progress, *, hashed: bool = False) -> CheckReport:
    """Hold every part of a store against what it is derived from.

    With `hashed` a sound store tells the hash of its content; that of a damaged one says nothing.
    """
    findings = list(store.check(progress))
    size = (0, 0, 0, 0)
    found = None
    try:
        size = store.size()
        if hashed and not findings:
            total = size[0]
            found = store.content_hash(lambda done: progress("hash", done, total))
    except StoreError as error:
        findings.append(Finding("content", None, f"cannot be read: {error.reason}"))
    return CheckReport(
        "feedtool.check/1",
        __version__,
        store.path,
        tuple(findings),
        found,
        CheckSummary(*size, len(findings)),
    )


def undo(store: Store, number: int, progress: Progress, *, dry_run: bool = False) -> UndoReport:
    """Make a store what it would be if it had never seen a transmission.

    What came later is judged again as it was read then, under its old number. With `dry_run` the
    store stays as it is.
    """
    undone = store.report(number)
    with store.revision(number, dry_run=dry_run) as revision:
        revision.forget(number)
        later = revision.numbers()
        for done, one in enumerate(later, 1):
            kept = revision.kept(one)
            prints = fingerprint.of(kept.transmission.excerpts)
            revision.add(judged(store, kept, prints))
            progress("judge", done, len(later))
        changed, renamed, gone = revision.differences()
    return UndoReport(
        "feedtool.undo/1",
        __version__,
        store.path,
        dry_run,
        number,
        undone.source,
        undone.origin,
        len(later),
        changed,
        renamed,
        gone,
    )


# As many as share a transaction when they are ingested.
BATCH_EXCERPTS = 1000

# Stored numbers that are asked for at once.
MANY = 200


def reindex(
    store: Store, progress: Progress, *, timeout: float, dry_run: bool = False
) -> ReindexReport:
    """Derive everything again from the bytes that were received.

    The work is done beside the store, which others may use meanwhile; then it takes over in one
    step. With `dry_run` it does not.
    """
    unread: list[int] = []
    with store.rebuilding(timeout) as rebuilding:
        ready = False
        while not ready:
            for batch in _batches(rebuilding, unread):
                _derive(rebuilding, batch)
                progress("reindex", *rebuilding.state())
            with store.transaction():
                # Others may have ingested more in the meantime.
                ready = not any(rebuilding.waiting(1))
                if ready:
                    changed, renamed, gone = rebuilding.differences()
                if ready and not dry_run:
                    rebuilding.take_over()
        total = store.size()[0]
    return ReindexReport(
        "feedtool.reindex/1",
        __version__,
        store.path,
        dry_run,
        total,
        changed,
        renamed,
        gone,
        tuple(unread),
    )


def migrate(
    path: str, progress: Progress, *, timeout: float = 30.0, dry_run: bool = False
) -> ReindexReport | None:
    """Bring an older store to the present schema, as one that this feedtool has filled.

    All of it is one transaction; with `dry_run` that is undone at its end. None means that another
    process was first.
    """
    unread: list[int] = []
    with Store.migration(path, timeout=timeout, dry_run=dry_run) as migration:
        if migration is None:
            return None
        _place(migration)
        for batch in _batches(migration, unread):
            _derive(migration, batch)
            progress("migrate", *migration.state())
        changed, renamed, gone = migration.differences()
        total = migration.state()[1]
    return ReindexReport(
        "feedtool.reindex/1",
        __version__,
        path,
        dry_run,
        total,
        changed,
        renamed,
        gone,
        tuple(unread),
    )


def _place(migration: Migration) -> None:
    """Find out on which lines of their sources transmissions begin, where that was not kept."""
    for number in migration.unplaced():
        raw = migration.raw(number)
        placed = _placed(migration.bare(number), migration.kept(number), raw)
        migration.place(number, placed.first_line)


def _placed(bare: Kept, before: Kept | None, raw: bytes | None) -> Kept:
    """Tell on which line of its source a page begins, by what it shows there and alone."""
    first = bare._replace(first_line=1)
    read = read_again(first, raw)
    if before is None or read is None:
        return first
    alone = {text: line for line, text in reversed(_places(read.transmission))}
    for line, text in _places(before.transmission):
        if text in alone:
            return bare._replace(first_line=max(1, line - alone[text] + 1))
    return first


def _places(page: Transmission) -> list[tuple[int, str]]:
    return [
        *((one.line, one.text) for one in page.excerpts),
        *((one.line, one.text) for one in page.blocks if one.text),
        *((one.line, one.code) for one in page.warnings if one.code not in FROM_SOURCE),
    ]


def salvage(store: Store, path: str, progress: Progress, *, timeout: float) -> SalvageReport:
    """Derive again what can be read of a damaged store, in a new one at `path`.

    A transmission whose bytes are damaged keeps how it was read; one of which neither is left is
    lost.
    """
    unread: list[int] = []
    lost: list[int] = []
    saved = 0
    with store.salvage(path, timeout) as found:
        numbers = found.numbers()
        for number in numbers:
            progress("salvage", number, len(numbers))
            if not found.is_there(number):
                continue
            bare, raw = found.kept(number, bare=True), found.raw(number)
            if bare and not found.placed:
                bare = _placed(bare, found.kept(number, bare=False), raw)
            kept = bare and read_again(bare, raw)
            if kept is None:
                kept = found.kept(number, bare=False)
                (lost if kept is None else unread).append(number)
            if kept is not None:
                found.count_from(number)
                prints = fingerprint.of(kept.transmission.excerpts)
                found.add(judged(found.fresh, kept, prints))
                saved += 1
    return SalvageReport(
        "feedtool.salvage/1", __version__, store.path, path, saved, tuple(unread), tuple(lost)
    )


def _batches(
    rebuilding: Rebuilding | Migration, unread: list[int]
) -> Iterator[list[tuple[int, Kept]]]:
    """Yield what waits, read again: of one origin and numbered without a gap, as batches are."""
    batch: list[tuple[int, Kept]] = []
    size = 0
    while numbers := list(rebuilding.waiting(MANY)):
        for number in numbers:
            kept = read_again(rebuilding.bare(number), rebuilding.raw(number))
            if kept is None:
                unread.append(number)
                kept = rebuilding.kept(number)
            follows = batch and number == batch[-1][0] + 1 and kept.origin == batch[-1][1].origin
            if batch and (size >= BATCH_EXCERPTS or not follows):
                yield batch
                batch, size = [], 0
            batch.append((number, kept))
            size += room(len(kept.transmission.excerpts), len(kept.transmission.raw))
        if batch:
            yield batch
            batch, size = [], 0


def _derive(rebuilding: Rebuilding | Migration, batch: Sequence[tuple[int, Kept]]) -> None:
    """Judge transmissions as ingest would, and add them to what is derived so far."""
    with rebuilding.transaction():
        # Another process may be at the same work.
        done = rebuilding.done()
        batch = [one for one in batch if one[0] > done]
        if batch:
            rebuilding.count_from(batch[0][0])
            overlay = Overlay(rebuilding.beside)
            rebuilding.add(list(each_judged([kept for _, kept in batch], overlay)))


def backup(store: Store, path: str, progress: Progress) -> BackupReport:
    """Copy a store as it is at one moment to a file that is not there yet."""
    store.backup(path, lambda done, total: progress("backup", done, total))
    with Store.open(path, readonly=True, older=True) as copy:
        transmissions = copy.size()[0]
    return BackupReport(
        "feedtool.backup/1", __version__, store.path, path, transmissions, weight(path)
    )


def prune(
    store: Store, *, keep: int | None, since: datetime | None, dry_run: bool = False
) -> PruneReport:
    """Take out dumps, but for the newest ones of each origin and those met lately."""
    before = weight(store.path)
    pruned, kept, freed = store.prune(keep, since, dry_run=dry_run)
    if not dry_run:
        _give_back(store, pruned)
    return PruneReport(
        "feedtool.prune/1",
        __version__,
        store.path,
        dry_run,
        pruned,
        kept,
        freed,
        before,
        weight(store.path),
    )


def _give_back(store: Store, pruned: int) -> None:
    """Give the room of dumps back to the disk; they are gone also where that fails."""
    try:
        store.vacuum()
    except StoreError as error:
        raise StoreError(
            store.path,
            f"{pruned} dumps are out, but their room is not given back yet; "
            f"run prune again for that ({error.reason})",
        ) from error
