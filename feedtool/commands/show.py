"""`feedtool show`."""

import click

from feedtool.commands import options
from feedtool.commands.output import Output
from feedtool.report.stored import ShowReport
from feedtool.stores.sqlite import Store
from feedtool.version import __version__


@click.command()
@click.argument("item")
@options.store
@options.timeout
@options.output
def show(item: str, store: str, timeout: float, output: Output) -> None:
    """Show an item: its texts over time, what changed, where each was seen.

    ITEM is an id or its beginning, as `feedtool list` prints it. With -v each text is shown in
    full instead of its differences.

    \b
    Examples:
      feedtool show vk5k
      feedtool show vk5k --json
    """  # noqa: D301 (click wants the character)
    with Store.open(store, readonly=True, timeout=timeout) as opened:
        found, versions = opened.show(item)
        report = ShowReport("feedtool.show/1", __version__, store, found, versions)
        options.renderer(output.format).show(output.paper, report)
