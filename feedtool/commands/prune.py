"""`feedtool prune`."""

from datetime import datetime

import click

from feedtool.commands import options
from feedtool.commands.output import Output


@click.command()
@click.option(
    "--keep", type=options.Count(0), metavar="N", help="Keep the newest N of each origin."
)
@click.option(
    "--keep-since", type=options.time, metavar="TIME", help="Keep what was met then or later."
)
@click.option("--dry-run", is_flag=True, help="Say what it would free, but change nothing.")
@options.store
@options.timeout
@options.output
def prune(
    keep: int | None,
    keep_since: datetime | None,
    dry_run: bool,
    store: str,
    timeout: float,
    output: Output,
) -> None:
    """Remove the dumps of old transmissions, and give their room back to the disk.

    Only the bytes as they were received go. Reports, items, texts and what is known again stay, so
    nothing is judged otherwise; `cat` has nothing to show then, and `reindex` keeps how such a
    transmission was read. With both options a dump stays if either would keep it.

    \b
    Examples:
      feedtool prune --keep 100 --dry-run
      feedtool prune --keep 10 --keep-since 2026-01-01
    """  # noqa: D301 (click wants the character)
    if keep is None and keep_since is None:
        raise click.UsageError("Say what stays: --keep N, --keep-since TIME, or both.")
    from feedtool import upkeep

    with options.opened(store, output, timeout, dry_run=dry_run) as opened:
        report = upkeep.prune(opened, keep=keep, since=keep_since, dry_run=dry_run)
    options.renderer(output.format).prune(output.paper, report)
