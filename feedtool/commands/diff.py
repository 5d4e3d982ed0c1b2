"""`feedtool diff`."""

import click

from feedtool import differences
from feedtool.commands import options
from feedtool.commands.output import Output
from feedtool.errors import ExitCode
from feedtool.reading import Reading


@click.command()
@click.argument("before")
@click.argument("after")
@options.reading
@options.output
def diff(before: str, after: str, reading: Reading, output: Output) -> None:
    """Show what AFTER brings, lost, changed and moved against BEFORE.

    It needs no store. The exit code is 0 if both hold the same articles (perhaps in another
    order), 1 if they differ and 2 if there was trouble. -v also lists what is the same.

    \b
    Examples:
      feedtool diff samples/001.txt samples/003.txt
      feedtool diff --json samples/002.txt samples/004.txt
    """  # noqa: D301 (click wants the character)
    if before == after == "-":
        raise click.UsageError("Only one of BEFORE and AFTER can be standard input.")
    report = differences.diff(before, after, reading=reading)
    options.renderer(output.format).diff(output.paper, report)
    raise SystemExit(ExitCode.DIFFERENT if report.differs else ExitCode.DONE)
