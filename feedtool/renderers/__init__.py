"""Reports -> characters, as they come; a renderer knows nothing of feeds, stores or clocks.

Each renderer is a module with the class `Ingest` (a run that is reported while it lasts) and the
functions `diff`, `parse`, `items`, `show`, `log`, `explain` and `dedup`. `csv` has `dedup` only,
which is all that fits a table.
"""

from collections.abc import Callable

# Once in this tuple, `--format` offers it.
FORMATS = ("terminal", "json", "ndjson")
DEDUP_FORMATS = (*FORMATS, "csv")

BRIEF, NORMAL, FULL = -1, 0, 1


class Paper:
    """Where a renderer writes, how wide it is, whether it takes colour, and how much to say."""

    __slots__ = ("colored", "verbosity", "width", "write")

    def __init__(
        self,
        write: Callable[[str], None],
        width: int = 80,
        colored: bool = False,
        verbosity: int = NORMAL,
    ) -> None:
        self.write = write
        self.width = width
        self.colored = colored
        self.verbosity = verbosity
