"""The care of a store: what is wrong in it, and how it becomes what it would have been."""

from collections.abc import Callable

from feedtool.errors import StoreError
from feedtool.report.care import CheckReport, CheckSummary, Finding
from feedtool.stores.sqlite import Store
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
