"""`feedtool salvage`."""

import click

from feedtool.commands import options
from feedtool.commands.output import Output
from feedtool.errors import ExitCode


@click.command()
@click.argument("path")
@options.store
@options.timeout
@options.output
def salvage(path: str, store: str, timeout: float, output: Output) -> None:
    """Save what can be read of a damaged store to PATH, a new store.

    Everything is derived again from the bytes that were received. Where these are damaged, how
    they were read is saved. Numbers and times stay; what is lost is listed, and the exit code is 3
    then. The damaged store is left as it is.

    \b
    Examples:
      feedtool salvage saved.db
      feedtool salvage --json saved-again.db
    """  # noqa: D301 (click wants the character)
    from feedtool import upkeep
    from feedtool.stores.sqlite import Store

    def progress(step: str, done: int, total: int) -> None:
        output.progress.bar(step, done, total, done, "transmissions")

    with Store.open(store, readonly=True, older=True, timeout=timeout) as opened:
        report = upkeep.salvage(opened, path, progress, timeout=timeout)
    output.progress.clear()
    options.renderer(output.format).salvage(output.paper, report)
    raise SystemExit(ExitCode.PARTIAL if report.lost else ExitCode.DONE)
