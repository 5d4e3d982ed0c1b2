"""`feedtool log`."""

from datetime import datetime

import click

from feedtool.commands import options
from feedtool.commands.output import Output
from feedtool.commands.tally import Tally
from feedtool.stores.sqlite import Store


@click.command()
@click.argument("id", required=False)
@options.store
@options.since
@options.origin
@options.limit
@options.timeout
@options.output
def log(
    id: str | None,  # noqa: A002 (the word of the user)
    store: str,
    since: datetime | None,
    origin: str | None,
    limit: int | None,
    timeout: float,
    output: Output,
) -> None:
    """List what was ingested, or show again the report of transmission ID.

    The report is the very one that `feedtool ingest` gave.

    \b
    Examples:
      feedtool log --limit 10
      feedtool log 3 --json
    """  # noqa: D301 (click wants the character)
    with Store.open(store, readonly=True, timeout=timeout) as opened:
        renderer = options.renderer(output.format)
        if id is None:
            found = opened.log(origin=origin, since=since, limit=limit)
            renderer.log(output.paper, store, found)
            return
        report = opened.report(options.number(id))
        tally = Tally()
        tally.add(report)
        run = renderer.Ingest(output.paper, store, dry_run=False, detailed=True)
        run.transmission(report)
        run.end(tally.summary())
