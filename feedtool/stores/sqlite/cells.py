"""Texts of any kind -> what an SQLite cell holds, and back."""

from collections.abc import Iterable, Iterator
from typing import Any

Row = tuple[Any, ...]

# Who holds a key, in one number: a version, its origin (up to 16 million), and whether it stands on
# the shelf that is open to all.
VERSION_SHIFT = 25
LARGEST = 2**63 - 1

# What comes of a cell that holds something else than its column: a damaged store, or a bug.
ODD = (ValueError, TypeError, LookupError, AttributeError, ArithmeticError)


# Rows with texts are taken into memory together up to so many, and up to so many characters.
ROWS = 1000
CHARACTERS = 4_000_000


def in_batches(rows: Iterable[Row], column: int) -> Iterator[list[Row]]:
    """Yield rows in lists, of which the texts in `column` are not too much for memory."""
    batch: list[Row] = []
    size = 0
    for row in rows:
        batch.append(row)
        size += len(row[column])
        if len(batch) == ROWS or size >= CHARACTERS:
            yield batch
            batch, size = [], 0
    if batch:
        yield batch


def cell(text: str) -> str | bytes:
    """Return a text as SQLite can hold it and every tool can read it.

    Almost always that is TEXT. A lone surrogate (a byte that was no UTF-8) cannot be bound, and
    SQL functions end a TEXT at NUL; such a text becomes a BLOB of its UTF-8.
    """
    if "\0" not in text:
        try:
            text.encode()
        except UnicodeEncodeError:
            pass
        else:
            return text
    return text.encode("utf-8", "surrogatepass")


def cell_or_none(text: str | None) -> str | bytes | None:
    """Return `cell(text)`, or None for None."""
    return None if text is None else cell(text)


def text(value: str | bytes) -> str:
    """Return the text that a cell holds."""
    return value.decode("utf-8", "surrogatepass") if isinstance(value, bytes) else value


def text_or_none(value: str | bytes | None) -> str | None:
    """Return the text that a cell holds, or None for NULL."""
    return None if value is None else text(value)
