"""`feedtool dedup`."""

from collections.abc import Sequence
from contextlib import closing

import click

from feedtool.canonical import ORIGIN_BY
from feedtool.commands import options
from feedtool.commands.output import Output
from feedtool.deduplicating import ORIGIN_BY as BY_DEFAULT
from feedtool.deduplicating import Deduplication
from feedtool.errors import ExitCode
from feedtool.garbage import collected_seldom
from feedtool.model import Transmission
from feedtool.reading import Reading
from feedtool.report import Failure
from feedtool.report.clusters import DedupSummary
from feedtool.sources import STDIN, walk, weight

# A slip of the keyboard should not fill the machine with processes.
MOST_JOBS = 256


@click.command()
@click.argument("paths", metavar="PATH...", nargs=-1)
@click.option(
    "--origin-by",
    type=click.Choice(tuple(ORIGIN_BY)),
    envvar="FEEDTOOL_ORIGIN_BY",
    default=BY_DEFAULT,
    show_default=True,
    help="What tells who sent a source: its folder, its file name without suffixes, or nothing.",
)
@click.option(
    "--alone",
    is_flag=True,
    help="Judge each excerpt as if it stood on a page of its own: for files of unrelated lines.",
)
@click.option(
    "--min-size",
    type=options.Count(1),
    metavar="N",
    help="Only clusters of N excerpts and more; 2 at the terminal, else 1.",
)
@click.option(
    "--jobs",
    type=options.Count(1, most=MOST_JOBS),
    metavar="N",
    envvar="FEEDTOOL_JOBS",
    help="How many processes share the work; by default as many as can work at once.",
)
@click.option("--raw", is_flag=True, help="Leave texts in CSV as they are: `=1+1` is a formula.")
@options.reading
@options.output_of_dedup
def dedup(
    paths: tuple[str, ...],
    origin_by: str,
    alone: bool,
    min_size: int | None,
    jobs: int | None,
    raw: bool,
    reading: Reading,
    output: Output,
) -> None:
    """Tell which excerpts of a whole corpus are one article.

    It needs no store, and is what `ingest` would say if it read the sources in byte order of
    origins and names; so the order of PATH... does not matter. Texts wait in temporary files, for
    which TMPDIR names the folder.

    \b
    Examples:
      feedtool dedup samples
      feedtool dedup --format csv --min-size 2 samples > repeats.csv
      feedtool dedup --alone --min-size 2 --ndjson samples > repeats.ndjson
    """  # noqa: D301 (click wants the character)
    if not paths:
        raise click.UsageError("Name the files or folders to compare, or `-` for standard input.")
    if paths.count(STDIN) > 1:
        raise click.UsageError("Standard input can be read only once.")
    if raw and output.format != "csv":
        raise click.UsageError("--raw is for --format csv.")
    renderer = options.renderer(output.format)
    write = renderer.dedup_raw if raw else renderer.dedup
    names = walk(paths, left_out=output.left_out)
    found = Deduplication(names, origin_by=origin_by, reading=reading, alone=alone, jobs=jobs)
    with collected_seldom(), closing(found) as corpus:
        _read(corpus, output)
        judged = corpus.judge(lambda done, all_: output.progress.bar("judging", done, all_, done))
        output.progress.clear()
        write(output.paper, judged, min_size or (2 if output.format == "terminal" else 1))
        raise SystemExit(_exit_code(judged.summary))


def _read(corpus: Deduplication, output: Output) -> None:
    """Take in all sources, and say what is odd about them as it comes."""
    progress = output.progress
    read = _Bytes(corpus.sources if progress.watched else ())
    excerpts = 0
    for one in corpus.read():
        if isinstance(one, Failure):
            output.failures([one])
            continue
        output.warnings(one)
        if progress.watched:
            excerpts += len(one.excerpts)
            progress.bar("reading", read.after(one), read.total, excerpts)


class _Bytes:
    """How many bytes of many sources are read; what is packed counts as it lies there."""

    def __init__(self, names: Sequence[str]) -> None:
        self._weights = [(name, weight(name)) for name in reversed(names)]
        self.total = sum(weight for _, weight in self._weights)
        self._before = self._within = 0

    def after(self, read: Transmission) -> int:
        """Return how many they are when this transmission is read."""
        while self._weights[-1][0] != read.source:
            self._before += self._weights.pop()[1]
            self._within = 0
        self._within += len(read.raw)
        return self._before + min(self._within, self._weights[-1][1])


def _exit_code(summary: DedupSummary) -> ExitCode:
    if summary.failures:
        return ExitCode.PARTIAL if summary.transmissions else ExitCode.USAGE
    return ExitCode.DONE
