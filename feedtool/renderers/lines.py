"""Styled lines for a terminal: spans of safe text, measured in cells, painted in the end.

A span is (text, style). The styles use the sixteen colours that every terminal theme defines, and
neither white nor black, which vanish on one kind of background.
"""

from collections.abc import Iterable, Iterator, Sequence
from functools import lru_cache
from itertools import dropwhile, islice

from feedtool.renderers.safety import shown, shown_lines
from feedtool.report import ChangeSpan

Span = tuple[str, str]
Line = list[Span]

STYLES = {
    "strong": "1",
    "faint": "2",
    "good": "32",
    "news": "1;32",
    "odd": "33",
    "bad": "31",
    "mark": "35",
    "name": "36",
    "deleted": "9;31",
    "inserted": "32",
}

# A base and its marks are at most this many code points (`safety` bounds the marks), so that so
# many code points per cell are enough to fill a row.
_PER_CELL = 10

# At the end of a part of a text `shown` may say something else than of the whole: of a line end
# that was parted, of a run of marks. What that takes is shorter.
_BORDER = 40

# How much of an equal stretch is shown beside a difference, and from where on the rest is left out.
_CONTEXT = 24
_ELIDED_FROM = 3 * _CONTEXT


def painted(line: Iterable[Span], colored: bool) -> str:
    """Return a line with its line end, in colour or not."""
    if not colored:
        return "".join([text for text, _ in line]) + "\n"
    return "".join([_paint(text, style) for text, style in line]) + "\n"


def _paint(text: str, style: str) -> str:
    return f"\x1b[{STYLES[style]}m{text}\x1b[0m" if style and text else text


def cells(text: str) -> int:
    """Return how many cells of a terminal a safe text covers."""
    if text.isascii():
        return len(text)
    from rich.cells import cell_len

    return cell_len(text)


def cut(text: str, width: int) -> str:
    """Return the start of a text of others as one safe row of at most `width` cells."""
    start = text[: width + _BORDER]
    if len(start) < len(text):
        row = shown(start)
        fits = _start(row, width - 1)
        # What stands further on can change nothing here.
        if len(row) - len(fits) >= _BORDER:
            return fits + "…"
    start = text[: width * _PER_CELL + 1]
    row = shown(start)
    if len(start) == len(text) and cells(row) <= width:
        return row
    return _start(row, width - 1) + "…"


def _start(row: str, width: int) -> str:
    if row[: width + 1].isascii():
        return row[:width]
    used = 0
    for place, character in enumerate(row):
        used += _cells_of(character)
        if used > width:
            return row[:place]
    return row


# A text of others has few characters, again and again.
_cells_of = lru_cache(maxsize=8192)(cells)


def padded(text: str, width: int) -> str:
    """Return a safe text, filled up with spaces to `width` cells."""
    return text + " " * (width - cells(text))


def table(rows: Sequence[Sequence[Span]], rights: frozenset[int], width: int) -> Iterator[Line]:
    """Yield rows whose columns line up; the last column is a text of others, cut to what is left.

    Columns in `rights` are set to the right, empty columns are left out.
    """
    if not rows:
        return
    columns = range(len(rows[0]) - 1)
    widths = [max(cells(row[column][0]) for row in rows) for column in columns]
    left = max(width - sum(wide + 2 for wide in widths if wide), 16)
    for row in rows:
        line: Line = []
        for column in columns:
            text, style = row[column]
            if widths[column]:
                space = " " * (widths[column] - cells(text))
                line += (
                    [(space, ""), (text, style)]
                    if column in rights
                    else [(text, style), (space, "")]
                )
                line.append(("  ", ""))
        text, style = row[-1]
        line.append((cut(text, left), style))
        yield line


def wrapped(line: Line, width: int, indent: str) -> Iterator[Line]:
    """Yield a long line as lines of at most `width` cells, broken at spaces if it can be."""
    room = max(width - len(indent), 8)
    rest = ((character, style) for text, style in line for character in text)
    # No more than a row is held: as characters with a style a text takes a hundred times its size.
    row = list(islice(rest, room * _PER_CELL))
    while row:
        end = _row_end(row, room)
        last = end
        while last > 0 and row[last - 1][0] == " ":
            last -= 1
        yield [(indent, ""), *_joined(row[:last])]
        start = end
        while start < len(row) and row[start][0] == " ":
            start += 1
        row = row[start:]
        if not row:
            row = list(islice(dropwhile(_is_space, rest), 1))
        row += islice(rest, room * _PER_CELL - len(row))


def _is_space(span: Span) -> bool:
    return span[0] == " "


def _row_end(characters: list[Span], room: int) -> int:
    used = border = 0
    for place, (character, _) in enumerate(characters):
        wide = _cells_of(character)
        if used + wide > room:
            # A word that is longer than half a row is broken rather than leave a hole.
            return border if border > room // 4 else max(place, 1)
        used += wide
        if character == " " or wide == 2:
            border = place + 1
    return len(characters)


def _joined(characters: list[Span]) -> Line:
    line: Line = []
    for character, style in characters:
        if line and line[-1][1] == style:
            line[-1] = (line[-1][0] + character, style)
        else:
            line.append((character, style))
    return line


def text_lines(text: str, width: int, indent: str) -> Iterator[Line]:
    """Yield a text of others in full, wrapped."""
    for line in shown_lines(text):
        yield from wrapped([(line, "")], width, indent)


def differences(before: str, after: str, changes: Sequence[ChangeSpan], colored: bool) -> Line:
    """Return `after` with what was deleted and inserted on the way from `before`.

    Long equal stretches are left out and their length is said instead. Without colour the marks
    are those of `git diff --word-diff`.
    """
    line: Line = []
    place = 0
    for change in changes:
        line += _equal(after[place : change.after[0]], first=place == 0, last=False)
        gone, come = before[slice(*change.before)], after[slice(*change.after)]
        line += [*_changed(gone, "deleted", colored), *_changed(come, "inserted", colored)]
        place = change.after[1]
    return line + _equal(after[place:], first=place == 0, last=True)


def _changed(text: str, style: str, colored: bool) -> Line:
    if not text:
        return []
    opening, closing = ("", "") if colored else ("[-", "-]") if style == "deleted" else ("{+", "+}")
    line = [(opening + shown(text[: 4 * _ELIDED_FROM]), style)]
    if len(text) > 4 * _ELIDED_FROM:
        line.append(_left_out(len(text) - 4 * _ELIDED_FROM))
    return [*line, (closing, style)]


def _equal(text: str, *, first: bool, last: bool) -> Line:
    if len(text) < _ELIDED_FROM:
        return [(shown(text), "")]
    head = "" if first else text[:_CONTEXT]
    tail = "" if last else text[-_CONTEXT:]
    missing = _left_out(len(text) - len(head) - len(tail))
    return [(shown(head), ""), missing, (shown(tail), "")]


def _left_out(count: int) -> Span:
    return (f"…({count})…", "faint")
