"""`feedtool list`."""

from datetime import datetime
from itertools import chain, islice

import click

from feedtool.commands import options
from feedtool.commands.output import Output
from feedtool.commands.streams import message
from feedtool.renderers import BRIEF
from feedtool.stores.sqlite import Store


@click.command("list")
@options.store
@click.option(
    "--truncated/--whole", default=None, help="Only items whose newest text is cut, or is not."
)
@options.since
@click.option("--search", metavar="TEXT", help="Only items with a text that contains TEXT.")
@options.origin
@options.limit
@options.timeout
@options.output
def list_(
    store: str,
    truncated: bool | None,
    since: datetime | None,
    search: str | None,
    origin: str | None,
    limit: int | None,
    timeout: float,
    output: Output,
) -> None:
    """List the items of the store, the oldest first; with --limit the newest first.

    With -q only their ids, with -v the whole ids.

    \b
    Examples:
      feedtool list --truncated --limit 20
      feedtool list --search attention --json
    """  # noqa: D301 (click wants the character)
    with Store.open(store, readonly=True, timeout=timeout) as opened:
        found = opened.items_list(
            truncated=truncated,
            since=since,
            search=search,
            origin=origin,
            limit=limit,
            newest_first=limit is not None,
        )
        first = list(islice(found, 1))
        options.renderer(output.format).items(output.paper, store, chain(first, found))
    if not first and output.verbosity > BRIEF:
        message("no items")
