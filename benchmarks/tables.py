"""Figures -> tables, plain or in Markdown."""

from collections.abc import Iterable, Sequence
from itertools import chain
from unicodedata import east_asian_width

from benchmarks.scoring import Score

HEAD = ("series", "lines", "rep P", "rep R", "rep F1", "pair F1", "B3 F1")
HEAD += ("cut", "whole", "stray", "kind", "wrong by status")
RIVALS_HEAD = ("repeated F1 / pair F1",)
ABLATION_HEAD = ("repeated F1 / pair F1, and what is lost without a rule",)


def row(name: str, figures: Score) -> tuple[str, ...]:
    """Return the row of one series or set."""
    wrong = [f"{s} {n - right}/{n}" for s, (right, n) in figures.by_status.items() if n > right]
    return (
        name,
        str(figures.lines),
        _figure(figures.repeated.precision),
        _figure(figures.repeated.recall),
        _figure(figures.repeated.f1),
        _figure(figures.pairs.f1),
        _figure(figures.b_cubed.f1),
        *map(_figure, (figures.cut, figures.whole, figures.stray, figures.kind)),
        ", ".join(wrong),
    )


def rival(name: str, scores: Iterable[Score], at: Sequence[float] = ()) -> tuple[str, ...]:
    """Return the row of one way of judging, a cell for each set, perhaps with its threshold."""
    cells = [f"{_figure(s.repeated.f1)} / {_figure(s.pairs.f1)}" for s in scores]
    if at:
        cells = [f"{cell} at {threshold}" for cell, threshold in zip(cells, at, strict=True)]
    return name, *cells


def difference(name: str, scores: Iterable[Score], base: Iterable[Score]) -> tuple[str, ...]:
    """Return what is lost, a cell for each set; a dot where nothing changes."""
    cells = []
    for now, before in zip(scores, base, strict=True):
        lost = (now.repeated.f1 - before.repeated.f1, now.pairs.f1 - before.pairs.f1)
        cells.append(" / ".join(_signed(figure) for figure in lost))
    return name, *cells


def _figure(figure: float | None) -> str:
    return "-" if figure is None else f"{figure:.4f}"


def _signed(figure: float) -> str:
    return "." if abs(figure) < 0.00005 else f"{figure:+.4f}"


def plain(title: str, head: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    """Return a table for the terminal."""
    listed = _filled(head, rows)
    widths = [max(map(_width, column)) for column in zip(*listed, strict=True)]
    lines = (
        "  ".join(
            cell + " " * (width - _width(cell)) for cell, width in zip(r, widths, strict=True)
        )
        for r in listed
    )
    return "\n".join(chain((f"\n{title}",), (line.rstrip() for line in lines)))


def markdown(title: str, head: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    """Return a table for the docs."""
    first, *rest = _filled(head, rows)
    lines = [first, ["---", *["---:"] * (len(first) - 1)], *rest]
    return "\n".join([f"\n{title}\n", *("| " + " | ".join(line) + " |" for line in lines)])


def _filled(head: Sequence[str], rows: Iterable[Sequence[str]]) -> list[list[str]]:
    listed = [list(row) for row in rows]
    if len(head) == 1:
        # The columns are named by the first row.
        listed[0][0] = head[0]
    else:
        listed.insert(0, list(head))
    return listed


def _width(text: str) -> int:
    return sum(2 if east_asian_width(character) in "WF" else 1 for character in text)
