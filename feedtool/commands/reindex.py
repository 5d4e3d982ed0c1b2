"""`feedtool reindex`."""

import click

from feedtool.commands import options
from feedtool.commands.output import Output
from feedtool.errors import OlderStoreError
from feedtool.report.care import ReindexReport


@click.command()
@click.option("--dry-run", is_flag=True, help="Say what would change, but change nothing.")
@options.store
@options.timeout
@options.output
def reindex(dry_run: bool, store: str, timeout: float, output: Output) -> None:
    """Derive everything in the store again from the bytes that were received.

    After an upgrade of feedtool old dumps are so read and judged as new ones are. Numbers and
    times stay; ids that change are listed. The work is done in a file beside the store, and goes
    on where it was broken off; others may use the store meanwhile.

    A store of an older schema is migrated so, in one transaction.

    \b
    Examples:
      feedtool reindex --dry-run
      feedtool reindex
    """  # noqa: D301 (click wants the character)
    report = _derived(store, output, timeout, dry_run=dry_run)
    options.renderer(output.format).reindex(output.paper, report)


def _derived(store: str, output: Output, timeout: float, *, dry_run: bool) -> ReindexReport:
    from feedtool import upkeep
    from feedtool.stores.sqlite import Store

    def progress(step: str, done: int, total: int) -> None:
        output.progress.bar(step, done, total, done, "transmissions")

    try:
        opened = Store.open(store, timeout=timeout)
    except OlderStoreError as older:
        from feedtool.commands.migrating import migrate

        # That derives everything again.
        report = migrate(older, output, timeout, dry_run=dry_run)
        if report is not None:
            return report
        opened = Store.open(store, timeout=timeout)
    with opened:
        report = upkeep.reindex(opened, progress, timeout=timeout, dry_run=dry_run)
    output.progress.clear()
    return report
