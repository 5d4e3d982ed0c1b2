"""`feedtool explain`."""

import os
from collections.abc import Sequence

import click

from feedtool import explaining
from feedtool.commands import options
from feedtool.commands.output import Output
from feedtool.errors import NotFoundError
from feedtool.explaining import Subject
from feedtool.reading import Reading
from feedtool.sources import STDIN


@click.command()
@click.argument("before", required=False)
@click.argument("after", required=False)
@click.option("--text", "texts", multiple=True, metavar="TEXT", help="A text itself; give two.")
@options.store
@options.timeout
@options.reading
@options.output
def explain(
    before: str | None,
    after: str | None,
    texts: tuple[str, ...],
    store: str,
    timeout: float,
    reading: Reading,
    output: Output,
) -> None:
    """Explain why two excerpts are one article, or why not.

    BEFORE and AFTER are item ids, PATH:LINE for one excerpt of a file, or PATH for every one.

    \b
    Examples:
      feedtool explain samples/001.txt:4 samples/003.txt:4
      feedtool explain --text "Release v1.2.3" --text "Release v1.2.4"
    """  # noqa: D301 (click wants the character)
    olds: Sequence[Subject]
    news: Sequence[Subject]
    if texts:
        if len(texts) != 2 or before is not None:
            raise click.UsageError("Give --text twice, and nothing else to compare.")
        olds, news = (
            [explaining.from_text(f"text {number}", text)] for number, text in enumerate(texts, 1)
        )
    elif before is None or after is None:
        raise click.UsageError("Name two items or places, or give --text twice.")
    else:
        olds, news = (_subjects(name, store, timeout, reading) for name in (before, after))
        stored = [subject for subject in (*olds, *news) if subject.item is not None]
        olds = [*olds, *_rivals(stored, store, timeout)]
    explaining.refuse_many(olds, news)
    explanations = explaining.explain(olds, news)
    options.renderer(output.format).explain(output.paper, explanations)


def _subjects(name: str, store: str, timeout: float, reading: Reading) -> Sequence[Subject]:
    """Return the excerpts that a word of the command line means: a file comes before an item."""
    path, colon, line = name.rpartition(":")
    if colon and line.isascii() and line.isdigit() and _is_source(path):
        return explaining.from_source(path, int(line), reading)
    if _is_source(name):
        return explaining.from_source(name, None, reading)
    if not name.isascii() or not name.replace("-", "").isalnum():
        raise NotFoundError(f"{name}: neither a file nor an item")
    return [_item(name, store, timeout)]


def _is_source(name: str) -> bool:
    return name == STDIN or os.path.exists(name)


def _item(prefix: str, store: str, timeout: float) -> Subject:
    from feedtool.stores.sqlite import Store

    with Store.open(store, readonly=True, timeout=timeout) as opened:
        item, versions = opened.show(prefix)
        return explaining.from_item(item.id, versions[-1])


def _rivals(subjects: Sequence[Subject], store: str, timeout: float) -> list[Subject]:
    """Return what else the store holds near the items that are explained."""
    if not subjects:
        return []
    from feedtool.stores.sqlite import Store

    with Store.open(store, readonly=True, timeout=timeout) as opened:
        origins = {
            origin for subject in subjects for origin in opened.show(subject.item or "")[0].origins
        }
        found = {
            rival.item: rival
            for origin in sorted(origins)
            for rival in explaining.rivals(opened, origin, subjects)
        }
    return list(found.values())
