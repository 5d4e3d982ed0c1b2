"""Plain text with an entry a paragraph: wrapped lines, and blank ones between entries."""

from collections.abc import Iterator

from feedtool import decoding
from feedtool.formats import pages
from feedtool.formats.labels import width
from feedtool.model import Transmission
from feedtool.sources import HEAD, Source

NAME = "paragraphs"

# Text is wrapped at 40 columns at the least (a narrow mail) and 120 at the most; a longer line is
# an entry of its own.
WRAPPED = range(40, 121)

# A line before the end of its paragraph is filled up to the word that went over. Titles that stand
# in groups vary more: few of them reach two thirds of the longest.
FILLED = 2 / 3


def accepts(source: Source, encoding: str | None) -> bool:
    """Tell whether blank lines part pieces that are whole paragraphs.

    Where every piece is one line, `lines` says the same and nothing speaks for paragraphs. Where
    lines of a piece are not wrapped text, each of them is an entry.
    """
    head = source.head()
    if len(head) == HEAD:
        head = head[: head.rfind(b"\n") + 1]
    page = pages.split_lines(decoding.decode(head, source.name, encoding).text, 1, source)
    return is_wrapped(page)


def is_wrapped(page: pages.Page) -> bool:
    """Tell whether the lines of `page` are wrapped text with blank lines between paragraphs."""
    ends = [end.count("\n") > 1 for end in page.ends]
    inner = [text for text, end in zip(page.texts[:-1], ends, strict=False) if not end]
    if not inner or True not in ends[:-1]:
        return False
    longest = max(map(width, page.texts))
    filled = sum(width(text) >= longest * FILLED for text in inner)
    return longest in WRAPPED and filled >= 0.8 * len(inner)


def parse(source: Source, encoding: str | None) -> Iterator[Transmission]:
    """Yield the one transmission that a plain text is."""
    data = source.read()
    if encoding is None:
        decoding.refuse_binary(data, source.name)
    decoded = decoding.decode(data, source.name, encoding)
    page = joined(pages.split_lines(decoded.text, 1, source))
    yield pages.build(source.name, data, NAME, decoded, page, headers=False)


def joined(page: pages.Page) -> pages.Page:
    """Put the lines of each paragraph together again."""
    texts: list[str] = []
    ends: list[str] = []
    numbers: list[int] = []
    between = "\n\n"
    parts: list[str] = []
    for text, end, number in zip(page.texts, page.ends, page.numbers, strict=True):
        if between.count("\n") > 1:
            if parts:
                texts.append("".join(parts))
                ends.append(between)
            parts = [text]
            numbers.append(number)
        else:
            parts += (between, text)
        between = end
    if parts:
        texts.append("".join(parts))
        ends.append(between)
    return pages.Page(page.lead, texts, ends, numbers)
