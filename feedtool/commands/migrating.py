"""Brings an older store up to date for a command, and says so on standard error."""

from feedtool.commands.output import Output
from feedtool.commands.streams import message
from feedtool.errors import OlderStoreError
from feedtool.report.care import ReindexReport


def migrate_first(older: OlderStoreError, output: Output, timeout: float) -> None:
    """Migrate a store before something else is done with it, and say what that has changed."""
    report = migrate(older, output, timeout)
    if report is not None:
        counts = f"{report.transmissions:,}, excerpts changed: {report.changed:,}"
        _say(output, f"{older.path}: migrated; transmissions derived again: {counts}")


def migrate(
    older: OlderStoreError, output: Output, timeout: float, *, dry_run: bool = False
) -> ReindexReport | None:
    """Bring an older store to the present schema; None if another process was first."""
    from feedtool import upkeep

    def progress(step: str, done: int, total: int) -> None:
        output.progress.bar(step, done, total, done, "transmissions")

    does = "would migrate" if dry_run else "migrating"
    versions = f"from version {older.version} to {older.ours}"
    _say(output, f"{older.path}: {does} its schema {versions}")
    report = upkeep.migrate(older.path, progress, timeout=timeout, dry_run=dry_run)
    output.progress.clear()
    return report


def _say(output: Output, text: str) -> None:
    if output.verbosity >= 0:
        message(text)
