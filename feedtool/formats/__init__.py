"""Bytes to Transmissions: one module a format, told apart by content."""

from collections.abc import Iterator
from importlib import import_module
from typing import Protocol

from feedtool.errors import InputError
from feedtool.model import Transmission
from feedtool.sources import DEFAULT_LIMITS, Limits, Source

# Asked in this order: the strictest comes first, the most forgiving last.
FORMATS = ("transmission", "paragraphs", "lines")


class Format(Protocol):
    """What a module of this folder offers."""

    NAME: str

    def accepts(self, source: Source, encoding: str | None) -> bool:
        """Tell by its content whether `source` is in this format."""

    def parse(self, source: Source, encoding: str | None) -> Iterator[Transmission]:
        """Yield the transmissions of `source`, one at a time in memory."""


def load(name: str) -> Format:
    """Return the module of a format; what is not asked for is not imported."""
    module: Format = import_module(f"feedtool.formats.{name}")
    return module


def read(
    source: Source, *, encoding: str | None = None, input_format: str | None = None
) -> Iterator[Transmission]:
    """Yield the transmissions of `source`, by the first format that accepts it.

    `encoding` and `input_format` say what the content would otherwise tell.
    """
    if input_format is not None and input_format not in FORMATS:
        raise InputError(source.name, f"{input_format!r} is no format; known: {', '.join(FORMATS)}")
    for name in (input_format,) if input_format else FORMATS:
        format_ = load(name)
        if input_format or format_.accepts(source, encoding):
            yield from format_.parse(source, encoding)
            return
    raise InputError(source.name, "in no format that feedtool knows")


def from_bytes(data: bytes, name: str = "-", limits: Limits = DEFAULT_LIMITS) -> Source:
    """Return a source of bytes in memory."""
    return Source(name, (data,), limits)


def from_text(text: str, name: str = "-") -> Transmission:
    """Return the one transmission that `text` holds."""
    data = text.encode("utf-8", "surrogateescape")
    transmissions = list(read(from_bytes(data, name)))
    if len(transmissions) != 1:
        raise InputError(name, f"holds {len(transmissions)} transmissions, expected one")
    return transmissions[0]
