"""`feedtool reindex`."""

import click

from feedtool.commands import options
from feedtool.commands.output import Output


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

    \b
    Examples:
      feedtool reindex --dry-run
      feedtool reindex
    """  # noqa: D301 (click wants the character)
    from feedtool import upkeep
    from feedtool.stores.sqlite import Store

    def progress(step: str, done: int, total: int) -> None:
        output.progress.bar(step, done, total, done, "transmissions")

    with Store.open(store, timeout=timeout) as opened:
        report = upkeep.reindex(opened, progress, timeout=timeout, dry_run=dry_run)
    output.progress.clear()
    options.renderer(output.format).reindex(output.paper, report)
