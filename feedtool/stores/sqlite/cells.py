"""Texts of any kind -> what an SQLite cell holds, and back."""

# Who holds a key, in one number: a version, its origin (up to 16 million), and whether it stands on
# the shelf that is open to all.
VERSION_SHIFT = 25
LARGEST = 2**63 - 1

# What comes of a cell that holds something else than its column: a damaged store, or a bug.
ODD = (ValueError, TypeError, LookupError, AttributeError, ArithmeticError)


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
