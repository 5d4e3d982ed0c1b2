"""The care of a store: what is wrong in it, and how it becomes what it would have been."""

from collections.abc import Callable

from feedtool import fingerprint, pipeline
from feedtool.errors import StoreError
from feedtool.report.care import CheckReport, CheckSummary, Finding, UndoReport
from feedtool.stores import Entry
from feedtool.stores.sqlite import Store
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
            revision.add(_judged_again(store, revision.kept(one)))
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


def _judged_again(store: Store, kept: Kept) -> Entry:
    transmission = kept.transmission
    return pipeline.judge(
        transmission,
        fingerprint.of(transmission.excerpts),
        store,
        origin=kept.origin,
        at=kept.at,
        digest=kept.sha256,
        occurrence=kept.occurrence,
    )
