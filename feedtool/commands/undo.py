"""`feedtool undo`."""

import click

from feedtool.commands import options
from feedtool.commands.output import Output


@click.command()
@click.argument("id", required=False)
@click.option("--last", is_flag=True, help="Undo the newest transmission.")
@click.option("--dry-run", is_flag=True, help="Say what would change, but change nothing.")
@options.store
@options.timeout
@options.output
def undo(
    id: str | None,  # noqa: A002 (the word of the user)
    last: bool,
    dry_run: bool,
    store: str,
    timeout: float,
    output: Output,
) -> None:
    """Make the store what it would be had it never seen transmission ID.

    What came later is judged again, as it was read then, under its old number. Ids that change by
    that are listed. The bytes are gone afterwards: `feedtool cat ID` saves them first.

    \b
    Examples:
      feedtool undo 3 --dry-run
      feedtool undo --last
    """  # noqa: D301 (click wants the character)
    if (id is None) is not last:
        raise click.UsageError("Name the transmission to undo, or say --last.")
    from feedtool import upkeep

    def progress(step: str, done: int, total: int) -> None:
        output.progress.bar(step, done, total, done, "transmissions")

    with options.opened(store, output, timeout, dry_run=dry_run) as opened:
        number = opened.newest() if id is None else options.number(id)
        report = upkeep.undo(opened, number, progress, dry_run=dry_run)
    output.progress.clear()
    options.renderer(output.format).undo(output.paper, report)
