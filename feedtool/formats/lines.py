"""Plain text with an entry a line."""

from collections.abc import Iterator

from feedtool import decoding
from feedtool.formats import pages
from feedtool.model import Transmission
from feedtool.sources import Source

NAME = "lines"


def accepts(source: Source, encoding: str | None) -> bool:  # noqa: ARG001
    """Accept any text; what is none is refused when it is read."""
    return True


def parse(source: Source, encoding: str | None) -> Iterator[Transmission]:
    """Yield the one transmission that a plain text is."""
    data = source.read()
    if encoding is None:
        decoding.refuse_binary(data, source.name)
    decoded = decoding.decode(data, source.name, encoding)
    page = pages.split_lines(decoded.text, 1, source)
    yield pages.build(source.name, data, NAME, decoded, page, headers=False)
