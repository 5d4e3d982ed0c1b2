"""One page of text to a Transmission: lines, blocks, excerpts, warnings."""

from collections.abc import Iterable, Iterator, Sequence
from typing import NamedTuple

from feedtool.decoding import Decoded
from feedtool.formats import stray, truncation
from feedtool.formats.stray import BLANK
from feedtool.model import Block, BlockKind, Excerpt, ParseWarning, Transmission
from feedtool.sources import Source, too_many_lines

# Split at once, a page of nothing but line ends would take thirty times its size.
STEP = 1 << 20

_BLANK_STARTS = frozenset(BLANK)


class Page(NamedTuple):
    """The pieces of one page in order, not yet told apart.

    The lists run parallel: what a piece says, the line end and blank lines after it, and the
    number of its line in the source. `lines` is how many lines the page takes in its source.
    """

    lead: str
    texts: list[str]
    ends: list[str]
    numbers: list[int]


def is_blank(line: str) -> bool:
    """Tell whether a line shows nothing."""
    return not line or (line[0] in _BLANK_STARTS and not line.strip(BLANK))


def split_lines(text: str, first_line: int, source: Source) -> Page:
    """Split a text into the lines that say something and what stands between them.

    `max_lines` of its source bounds them.
    """
    texts: list[str] = []
    # The lead comes first, as the end of a line that is not there.
    ends = [""]
    numbers: list[int] = []
    # Blank lines are joined once: piece by piece a million of them would be copied a million times.
    gap: list[str] = []
    last = text.count("\n")
    for index, line in enumerate(_lines(text)):
        feed = "\n" if index < last else ""
        if is_blank(line):
            gap.append(line + feed)
            continue
        if gap:
            ends[-1] += "".join(gap)
            gap.clear()
        if line[-1] == "\r":
            line = line[:-1]
            feed = "\r" + feed
        texts.append(line)
        ends.append(feed)
        numbers.append(first_line + index)
        if len(texts) > source.limits.max_lines:
            raise too_many_lines(source.name, source.limits)
    ends[-1] += "".join(gap)
    return Page(ends[0], texts, ends[1:], numbers)


def _lines(text: str) -> Iterable[str]:
    return text.split("\n") if len(text) <= STEP else _lines_of_pieces(text)


def _lines_of_pieces(text: str) -> Iterator[str]:
    start = 0
    while len(text) - start > STEP:
        end = text.rfind("\n", start, start + STEP)
        if end < 0:
            end = text.find("\n", start + STEP)
            if end < 0:
                break
        yield from text[start:end].split("\n")
        start = end + 1
    yield from text[start:].split("\n")


def build(
    source: str,
    raw: bytes,
    input_format: str,
    decoded: Decoded,
    page: Page,
    *,
    first_line: int = 1,
    warnings: Iterable[ParseWarning] = (),
    headers: bool = True,
) -> Transmission:
    """Tell the pieces of a page apart and make its transmission."""
    kinds = stray.classify(page.texts, page.ends, headers=headers)
    found = [*warnings, *_oddities(decoded, first_line)]
    if not page.texts:
        found.append(ParseWarning("empty", first_line, 1, "there is no text in it"))
    return Transmission(
        source=source,
        raw=raw,
        input_format=input_format,
        encoding=decoded.encoding,
        lead=page.lead,
        blocks=tuple(map(Block, kinds, page.numbers, page.texts, page.ends)),
        excerpts=_excerpts(page, kinds),
        warnings=tuple(found),
    )


def _excerpts(page: Page, kinds: Sequence[BlockKind]) -> tuple[Excerpt, ...]:
    excerpt = BlockKind.EXCERPT
    texts = [text for text, kind in zip(page.texts, kinds, strict=True) if kind is excerpt]
    findings = iter(truncation.find(texts))
    section = category = date = None
    excerpts: list[Excerpt] = []
    for kind, text, line in zip(kinds, page.texts, page.numbers, strict=True):
        if kind is excerpt:
            position = len(excerpts) + 1
            finding = next(findings)
            excerpts.append(Excerpt(line, position, text, finding, section, category, date))
            category = date = None
        elif kind is BlockKind.SECTION:
            section, category, date = text.strip(BLANK), None, None
        elif kind is BlockKind.CATEGORY:
            category = text.strip(BLANK)
        elif kind is BlockKind.DATE:
            date = stray.date_of(text)
    return tuple(excerpts)


def _oddities(decoded: Decoded, first_line: int) -> list[ParseWarning]:
    found = []
    if decoded.bad:
        line, column = _place(decoded.text, decoded.first_bad, first_line)
        places = "1 place" if decoded.bad == 1 else f"{decoded.bad} places"
        message = f"bytes that are no {decoded.encoding} in {places}, kept as they are"
        found.append(ParseWarning("undecodable-bytes", line, column, message))
    zero = decoded.text.find("\0")
    if zero >= 0:
        line, column = _place(decoded.text, zero, first_line)
        count = decoded.text.count("\0")
        characters = "1 NUL character" if count == 1 else f"{count} NUL characters"
        found.append(ParseWarning("nul", line, column, f"{characters}, kept"))
    return found


def _place(text: str, index: int, first_line: int) -> tuple[int, int]:
    line = first_line + text.count("\n", 0, index)
    return line, index - text.rfind("\n", 0, index)
