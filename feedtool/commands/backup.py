"""`feedtool backup`."""

import click

from feedtool.commands import options
from feedtool.commands.output import Output


@click.command()
@click.argument("path")
@options.store
@options.timeout
@options.output
def backup(path: str, store: str, timeout: float, output: Output) -> None:
    """Copy the store to PATH, as it is at one moment, while others use it.

    PATH is a store like any other. It must not be there yet: nothing is ever overwritten.

    \b
    Examples:
      feedtool backup feeds-2026-01.db
      feedtool backup --json feeds-2026-02.db
    """  # noqa: D301 (click wants the character)
    from feedtool import upkeep
    from feedtool.stores.sqlite import Store

    def progress(step: str, done: int, total: int) -> None:
        output.progress.bar(step, done, total, done, "pages")

    with Store.open(store, readonly=True, older=True, timeout=timeout) as opened:
        report = upkeep.backup(opened, path, progress)
    output.progress.clear()
    options.renderer(output.format).backup(output.paper, report)
