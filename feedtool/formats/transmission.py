"""The raw dumps: a line `INCOMING TRANSMISSION`, a section line, then one excerpt a line."""

import re
from collections.abc import Iterator

from feedtool import decoding
from feedtool.formats import pages, stray
from feedtool.model import ParseWarning, Transmission
from feedtool.sources import HEAD, Source, too_long

NAME = "transmission"

MARK = stray.HEADER.encode()
BLANK_BYTES = re.compile(
    b"(?:" + b"|".join(re.escape(character.encode()) for character in stray.BLANK) + b")*+"
)


def accepts(source: Source, encoding: str | None) -> bool:
    """Tell whether a header stands anywhere in `source`.

    One that is far down is looked for in all that may be held in memory: a page before it that
    long could be read neither as a transmission nor as plain text. What begins as no text at all
    is refused first.
    """
    head = source.head()
    wide = wide_encoding(head, encoding)
    if _has_header(head, source.name, wide):
        return True
    if len(head) < HEAD:
        return False
    if encoding is None:
        decoding.refuse_binary(head, source.name)
    return _has_header(source.peek(source.limits.max_transmission + 1), source.name, wide)


def _has_header(data: bytes | bytearray, name: str, wide: str | None) -> bool:
    if wide is None:
        return next(header_offsets(data, 0, len(data)), None) is not None
    text = decoding.decode(bytes(data), name, wide).text
    return any(stray.is_header(text[start:end]) for start, end in _lines_with_mark(text))


def wide_encoding(head: bytes, encoding: str | None) -> str | None:
    """Return the encoding where a header does not show in the bytes, else None."""
    if encoding is None:
        return decoding.wide_encoding(head)
    try:
        plain = (stray.HEADER + "\n").encode(encoding)
    except (LookupError, UnicodeError):
        return encoding
    return encoding if plain != MARK + b"\n" else None


def parse(source: Source, encoding: str | None) -> Iterator[Transmission]:
    """Yield the transmissions of `source` as its bytes come in.

    An archive that shows a header is an archive all the same.
    """
    head = source.head()
    if encoding is None:
        decoding.refuse_packed(head, source.name)
    wide = wide_encoding(head, encoding)
    pieces = _decoded_segments(source, wide) if wide else _segments(source, encoding)
    line = column = 1
    for raw, decoded in pieces:
        page = pages.split_lines(decoded.text, line, source)
        warnings = _inside_line(line, column) if column > 1 else _before_header(page)
        yield pages.build(source.name, raw, NAME, decoded, page, first_line=line, warnings=warnings)
        line += decoded.text.count("\n")
        column = len(decoded.text) - decoded.text.rfind("\n")


def _inside_line(line: int, column: int) -> list[ParseWarning]:
    message = "a transmission begins inside of a line: the one before it has no line end"
    return [ParseWarning("header-inside-line", line, column, message)]


def _before_header(page: pages.Page) -> list[ParseWarning]:
    if not page.texts or stray.is_header(page.texts[0]):
        return []
    message = f"text before the first line {stray.HEADER}"
    return [ParseWarning("lines-before-header", page.numbers[0], 1, message)]


def _segments(source: Source, encoding: str | None) -> Iterator[tuple[bytes, decoding.Decoded]]:
    for raw in segments(source):
        yield raw, decoding.decode(raw, source.name, encoding, may_be_wide=False)


def segments(source: Source) -> Iterator[bytes]:
    """Cut the bytes of `source` before each header.

    The pieces put together are the source; blank lines before the first header belong to it.
    """
    rest = bytearray()
    searched = 0
    opened = False
    for chunk in source.chunks():
        fresh = len(rest)
        rest += chunk
        # What a header means is only known with the line after it.
        last = rest.rfind(b"\n", fresh)
        whole = rest.rfind(b"\n", searched, last) + 1 if last > 0 else 0
        start = 0
        for offset in header_offsets(rest, searched, whole) if whole else ():
            if opened or not is_blank(rest, start, offset):
                yield bytes(rest[start:offset])
                start = offset
            opened = True
        searched = max(searched, whole) - start
        del rest[:start]
        if len(rest) > source.limits.max_transmission:
            raise too_long(source.name, source.limits)
    start = 0
    for offset in header_offsets(rest, searched, len(rest)):
        if opened or not is_blank(rest, start, offset):
            yield bytes(rest[start:offset])
            start = offset
        opened = True
    yield bytes(rest[start:])


def header_offsets(data: bytes | bytearray, start: int, end: int) -> Iterator[int]:
    """Yield where a header begins between `start`, where a line begins, and `end`."""
    found = data.find(MARK, start, end)
    while found >= 0:
        line = max(data.rfind(b"\n", start, found) + 1, start)
        line_end = data.find(b"\n", found, end)
        line_end = end if line_end < 0 else line_end
        found = data.rfind(MARK, found, line_end)
        if is_blank(data, found + len(MARK), line_end):
            if is_blank(data, line, found):
                yield line
            elif _is_glued(data, found, line_end):
                yield found
        found = data.find(MARK, line_end, end)


def _is_glued(data: bytes | bytearray, found: int, line_end: int) -> bool:
    # `cat` puts a header behind a last line that has no line end. An entry may say the same words,
    # but seldom without a space before them and with a blank line after them.
    after = data.find(b"\n", line_end + 1)
    return after > 0 and data[found - 1] not in b" \t" and is_blank(data, line_end + 1, after)


def is_blank(data: bytes | bytearray, start: int, end: int) -> bool:
    """Tell whether these bytes show nothing."""
    return BLANK_BYTES.fullmatch(data, start, end) is not None


def _decoded_segments(source: Source, encoding: str) -> Iterator[tuple[bytes, decoding.Decoded]]:
    data = source.read()
    whole = decoding.decode(data, source.name, encoding)
    starts = _header_starts(whole.text)
    offset = 0
    for start, end in zip(starts, [*starts[1:], len(whole.text)], strict=True):
        part = whole.text[start:end]
        size = len(data) - offset
        if end < len(whole.text):
            size = _size(part, whole.encoding)
        yield data[offset : offset + size], decoding.part(whole, start, end)
        offset += size


def _size(part: str, encoding: str) -> int:
    if encoding.startswith("utf-32"):
        return 4 * len(part)
    errors = "surrogatepass" if encoding.startswith("utf-16") else "replace"
    return len(part.encode(encoding, errors))


def _lines_with_mark(text: str) -> Iterator[tuple[int, int]]:
    """Yield where the lines that hold the words of a header begin and end."""
    found = text.find(stray.HEADER)
    while found >= 0:
        end = text.find("\n", found)
        end = len(text) if end < 0 else end
        yield text.rfind("\n", 0, found) + 1, end
        found = text.find(stray.HEADER, end)


def _header_starts(text: str) -> list[int]:
    starts, opened = [0], False
    for start, end in _lines_with_mark(text):
        opened = opened or not pages.is_blank(text[:start])
        if stray.is_header(text[start:end]):
            if opened:
                starts.append(start)
        elif (mark := text.rfind(stray.HEADER, start, end)) and _is_glued_text(text, mark, end):
            starts.append(mark)
        opened = True
    return starts


def _is_glued_text(text: str, mark: int, end: int) -> bool:
    after = text.find("\n", end + 1)
    return (
        after > 0
        and text[mark - 1] not in "\n \t"
        and pages.is_blank(text[mark + len(stray.HEADER) : end])
        and pages.is_blank(text[end + 1 : after])
    )
