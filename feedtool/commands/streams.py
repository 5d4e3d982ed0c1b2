"""Standard output and standard error: how they are written to, and how they end."""

import os
import sys
from typing import TextIO

from feedtool.errors import FeedtoolError

# A narrower row has no room for text beside its columns.
NARROWEST = 40


class ClosedOutput(Exception):  # noqa: N818 (no error: who reads has seen enough)
    """Nobody reads standard output any more."""


class OutputError(FeedtoolError):
    """Standard output that takes no more."""


def write_bytes(data: bytes) -> None:
    """Write to standard output."""
    if sys.stdout is None:
        raise OutputError("standard output: it is closed")
    try:
        sys.stdout.buffer.write(data)
    except BrokenPipeError as error:
        raise ClosedOutput from error
    except OSError as error:
        raise OutputError(f"standard output: {error.strerror or error}") from error


def flush() -> None:
    """Hand over what was written to who reads it."""
    if sys.stdout is None:
        return
    try:
        sys.stdout.flush()
    except BrokenPipeError as error:
        raise ClosedOutput from error
    except OSError as error:
        raise OutputError(f"standard output: {error.strerror or error}") from error


def discard_output() -> None:
    """Forget what could not be written, so that the end of the process does not try again."""
    nowhere = os.open(os.devnull, os.O_WRONLY)
    try:
        os.dup2(nowhere, sys.stdout.fileno())
    except (OSError, ValueError, AttributeError):
        return
    finally:
        os.close(nowhere)


def message(text: str) -> None:
    """Write one line to standard error, in any case."""
    if sys.stderr is None:
        return
    from feedtool.renderers.safety import shown

    try:
        encoding = sys.stderr.encoding or "utf-8"
        line = f"feedtool: {shown(text)}\n".encode(encoding, "backslashreplace")
        sys.stderr.write(line.decode(encoding))
        sys.stderr.flush()
    except OSError:
        return


def is_terminal(stream: TextIO | None) -> bool:
    """Tell whether a person looks at a standard stream."""
    try:
        return stream is not None and stream.isatty()
    except ValueError:
        return False


def wants_color(choice: str) -> bool:
    """Tell whether standard output is painted, by flag, environment and terminal."""
    if choice != "auto":
        return choice == "always"
    if os.environ.get("NO_COLOR"):
        return False
    if os.environ.get("FORCE_COLOR", "0") not in ("", "0"):
        return True
    return os.environ.get("TERM") != "dumb" and is_terminal(sys.stdout)


def width() -> int:
    """Return how many cells a line has: of COLUMNS, else of the terminal, else 80."""
    # `shutil.get_terminal_size` asks the same, but importing it loads every archive format.
    columns = os.environ.get("COLUMNS", "")
    if columns.isascii() and columns.isdigit() and int(columns[:6]) > 0:
        return max(int(columns[:6]), NARROWEST)
    try:
        return max(os.get_terminal_size(sys.stdout.fileno()).columns or 80, NARROWEST)
    except (OSError, ValueError, AttributeError):
        return 80
