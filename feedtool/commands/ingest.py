"""`feedtool ingest`."""

import os
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from dataclasses import replace
from datetime import UTC, datetime
from functools import partial
from itertools import chain, islice
from typing import Any

import click

from feedtool import ingesting
from feedtool.commands import options, settings
from feedtool.commands.output import Output
from feedtool.commands.streams import flush
from feedtool.commands.tally import Tally
from feedtool.errors import ExitCode, FeedtoolError
from feedtool.garbage import collected_seldom
from feedtool.reading import Reading
from feedtool.report import ExcerptReport, Failure, TransmissionReport
from feedtool.sources import STDIN, Kind, kind_of, walk
from feedtool.stores import Archive

# Up to so many sources a reader wants to see every row; beyond, the news.
FEW = 3

ONLY = ("new", "repeated", "truncated")


@click.command()
@click.argument("paths", metavar="PATH...", nargs=-1)
@options.store
@click.option(
    "--origin",
    metavar="NAME",
    envvar="FEEDTOOL_ORIGIN",
    default="default",
    show_default=True,
    help="Who sent it.",
)
@click.option("--at", type=options.time, metavar="TIME", help="When it was met, instead of now.")
@click.option("--dry-run", is_flag=True, help="Report, but store nothing.")
@click.option(
    "--only",
    type=options.words(ONLY),
    metavar="WORDS",
    help="Show only these excerpts (new,repeated,truncated); the counts stay whole.",
)
@click.option("--exit-code", is_flag=True, help="Exit with 1 if something is new.")
@options.timeout
@options.reading
@options.output
def ingest(
    paths: tuple[str, ...],
    store: str,
    origin: str,
    at: datetime | None,
    dry_run: bool,
    only: tuple[str, ...] | None,
    exit_code: bool,
    timeout: float,
    reading: Reading,
    output: Output,
) -> None:
    """Judge what dumps bring, remember it and report it.

    PATH is a file, a folder (all files in it are taken, in byte order of their names) or `-` for
    standard input. What was ingested before is known again by its bytes and changes nothing.

    PATH may also be another store: all that it holds is taken in, in its order, as it was read
    then, with its origins and times. A store that lies in a folder is left out.

    \b
    Examples:
      feedtool ingest samples/001.txt samples/002.txt
      feedtool ingest --dry-run --only new --ndjson samples
      feedtool ingest laptop.db
    """  # noqa: D301 (click wants the character)
    if not paths:
        raise click.UsageError("Name the files or folders to ingest, or `-` for standard input.")
    if paths.count(STDIN) > 1:
        raise click.UsageError("Standard input can be read only once.")
    left_out = partial(output.left_out, hint="; name it to take in what it holds")
    names, detailed = _counted(walk(paths, skip=(store,), left_out=left_out))
    run = options.renderer(output.format).Ingest(
        output.paper, store, dry_run, detailed or only is not None
    )
    clock = _clock(at)
    tally = Tally()
    with (
        collected_seldom(),
        _archive(store, dry_run, timeout, output) as archive,
        closing(
            ingesting.ingest(
                names,
                archive,
                store=store,
                origin=origin,
                now=clock,
                reading=reading,
                timeout=timeout,
            )
        ) as reports,
    ):
        for report in reports:
            tally.add(report)
            _report(run, report, only, output)
            output.progress.count(tally.transmissions, tally.excerpts)
    output.progress.clear()
    run.end(tally.summary())
    raise SystemExit(_exit_code(tally, exit_code))


def _counted(names: Iterator[str]) -> tuple[Iterator[str], bool]:
    """Tell whether there are few sources, without walking through all of them.

    A store has as many transmissions as a folder has files.
    """
    first = list(islice(names, FEW + 1))
    few = len(first) <= FEW and all(kind_of(name) is Kind.DUMP for name in first)
    return chain(first, names), few


def _clock(at: datetime | None) -> Callable[[], datetime]:
    return (lambda: at) if at else (lambda: datetime.now(UTC))


@contextmanager
def _archive(store: str, dry_run: bool, timeout: float, output: Output) -> Iterator[Archive]:
    if not dry_run:
        _make_folder(store)
        with options.opened(store, output, timeout, create=True) as opened:
            yield opened
    elif os.path.exists(store) and (os.path.isdir(store) or os.path.getsize(store)):
        from feedtool.stores.overlay import Overlay
        from feedtool.stores.sqlite import Store

        with Store.open(store, readonly=True, timeout=timeout) as opened:
            yield Overlay(opened)
    else:
        from feedtool.stores.memory import MemoryArchive

        yield MemoryArchive()


def _make_folder(store: str) -> None:
    """Make the user's data folder; a folder that somebody named is theirs to make."""
    if store != settings.default_store():
        return
    try:
        os.makedirs(os.path.dirname(store), exist_ok=True)
    except OSError as error:
        raise FeedtoolError(f"{os.path.dirname(store)}: {error.strerror or error}") from error


def _report(
    run: Any,
    report: TransmissionReport | Failure,
    only: tuple[str, ...] | None,
    output: Output,
) -> None:
    """Write a report before its transaction ends, so that none is ever lost."""
    if isinstance(report, Failure):
        run.failure(report)
        output.failures([report])
        return
    kept = report if only is None else replace(report, excerpts=_only(report.excerpts, only))
    run.transmission(kept)
    flush()
    output.warnings(report)


def _only(excerpts: tuple[ExcerptReport, ...], only: tuple[str, ...]) -> tuple[ExcerptReport, ...]:
    """Keep the excerpts that are any of the words."""
    return tuple(
        excerpt
        for excerpt in excerpts
        if excerpt.novelty in only or (excerpt.truncated and "truncated" in only)
    )


def _exit_code(tally: Tally, asked: bool) -> ExitCode:
    if tally.failures:
        return ExitCode.PARTIAL if tally.transmissions else ExitCode.USAGE
    return ExitCode.DIFFERENT if asked and tally.new else ExitCode.DONE
