"""Names of sources -> transmissions and failures, in the order of the names."""

from collections.abc import Iterable, Iterator

from feedtool import formats, sources
from feedtool.errors import InputError
from feedtool.model import Transmission
from feedtool.report import Failure
from feedtool.sources import DEFAULT_LIMITS, Limits
from feedtool.values import dataclass


@dataclass(frozen=True, slots=True)
class Reading:
    """How sources are read: what the user chose instead of what would be found."""

    encoding: str | None = None
    input_format: str | None = None
    strict: bool = False
    limits: Limits = DEFAULT_LIMITS


DEFAULT_READING = Reading()


def each(names: Iterable[str], reading: Reading) -> Iterator[Transmission | Failure]:
    """Yield the transmissions of many sources; a source that fails yields a failure at its end."""
    for name in names:
        try:
            yield from one(name, reading)
        except InputError as error:
            yield Failure(error.source, error.reason)


def one(name: str, reading: Reading) -> Iterator[Transmission]:
    """Yield the transmissions of a source.

    A strict reading gives none of them where one has a warning. Raises `InputError`.
    """
    with sources.open_source(name, reading.limits) as source:
        sources.refuse_database(source)
        found = formats.read(source, encoding=reading.encoding, input_format=reading.input_format)
        yield from _unwarned(name, found) if reading.strict else found


def _unwarned(name: str, transmissions: Iterable[Transmission]) -> list[Transmission]:
    checked = list(transmissions)
    for transmission in checked:
        for warning in transmission.warnings:
            where = f"line {warning.line}, column {warning.column}"
            raise InputError(name, f"{where}: {warning.message} [{warning.code}] (strict)")
    return checked
