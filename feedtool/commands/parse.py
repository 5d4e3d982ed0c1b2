"""`feedtool parse`."""

from collections.abc import Iterator

import click

from feedtool import contents
from feedtool.commands import options
from feedtool.commands.output import Output
from feedtool.errors import ExitCode
from feedtool.reading import Reading
from feedtool.report import Failure
from feedtool.report.content import ParsedTransmission
from feedtool.sources import STDIN, walk


@click.command()
@click.argument("paths", metavar="PATH...", nargs=-1)
@options.reading
@options.output
def parse(paths: tuple[str, ...], reading: Reading, output: Output) -> None:
    """Show what stands in dumps, block by block, without judging it.

    Every line belongs to a block: header, section, excerpt, category, date, pagination or other.

    \b
    Examples:
      feedtool parse samples/003.txt
      feedtool parse --ndjson samples
    """  # noqa: D301 (click wants the character)
    if not paths:
        raise click.UsageError("Name the files or folders to parse, or `-` for standard input.")
    if paths.count(STDIN) > 1:
        raise click.UsageError("Standard input can be read only once.")
    counts = {"read": 0, "failed": 0}

    def reported() -> Iterator[ParsedTransmission | Failure]:
        for report in contents.parse(walk(paths, left_out=output.left_out), reading=reading):
            if isinstance(report, Failure):
                counts["failed"] += 1
                output.failures([report])
                yield report
            else:
                counts["read"] += 1
                yield report
                output.warnings(report)

    options.renderer(output.format).parse(output.paper, reported())
    if counts["failed"]:
        raise SystemExit(ExitCode.PARTIAL if counts["read"] else ExitCode.USAGE)
