"""What a command says: its report on standard output, the rest on standard error."""

from __future__ import annotations

import sys
from collections.abc import Iterable
from time import monotonic
from typing import TYPE_CHECKING

from feedtool.commands.streams import flush, is_terminal, message, wants_color, width, write_bytes
from feedtool.renderers import Paper
from feedtool.report import Failure, TransmissionReport

if TYPE_CHECKING:
    from feedtool.report.content import ParsedTransmission

# A source of random bytes has a warning a line; the first few tell the story.
MOST_WARNINGS = 5

# Work that ends sooner needs no progress; redrawn faster, numbers cannot be read.
PROGRESS_AFTER = 0.5
PROGRESS_EVERY = 0.1


class Output:
    """The report on standard output, and what is said about the work on standard error."""

    def __init__(self, format_: str, color: str, verbosity: int) -> None:
        self.format = format_
        self.verbosity = verbosity
        self.paper = Paper(self.write)
        if format_ == "terminal":
            self.paper = Paper(self.write, width(), wants_color(color), verbosity)
        # JSON is UTF-8 whatever the locale says; a terminal gets what it can show.
        self._encoding = "utf-8"
        if format_ == "terminal" and sys.stdout is not None:
            self._encoding = sys.stdout.encoding or "utf-8"
        self.progress = Progress(verbosity)

    def write(self, text: str) -> None:
        """Write a piece of the report."""
        write_bytes(text.encode(self._encoding, "backslashreplace"))

    def warnings(self, report: TransmissionReport | ParsedTransmission) -> None:
        """Say what was odd in a source."""
        if self.verbosity < 0 or not report.warnings:
            return
        self.progress.clear()
        flush()
        for warning in report.warnings[:MOST_WARNINGS]:
            place = f"{report.source}:{warning.line}:{warning.column}"
            message(f"warning: {place}: {warning.message} [{warning.code}]")
        if len(report.warnings) > MOST_WARNINGS:
            more = len(report.warnings) - MOST_WARNINGS
            message(f"warning: {report.source}: {more} more warnings; --json lists them all")

    def failures(self, failures: Iterable[Failure]) -> None:
        """Say which sources could not be read."""
        for failure in failures:
            self.progress.clear()
            flush()
            message(f"{failure.source}: {failure.reason}")


class Progress:
    """One line on standard error that counts, if a person waits for more than a moment."""

    def __init__(self, verbosity: int) -> None:
        # At a terminal the report itself shows how far the work is.
        shown = is_terminal(sys.stderr) and not is_terminal(sys.stdout)
        self._wanted = verbosity >= 0 and shown
        self._since = monotonic() if self._wanted else 0.0
        self._last = 0.0
        self._drawn = False

    def count(self, sources: int, excerpts: int) -> None:
        """Draw how far the work is, at most ten times a second."""
        if not self._wanted:
            return
        now = monotonic()
        spent = now - self._since
        if spent < PROGRESS_AFTER or now - self._last < PROGRESS_EVERY:
            return
        self._last, self._drawn = now, True
        line = f"{sources:,} transmissions, {excerpts:,} excerpts, {excerpts / spent:,.0f}/s"
        sys.stderr.write(f"\r\x1b[K{line}")
        sys.stderr.flush()

    def clear(self) -> None:
        """Take the line away before something else is written."""
        if self._drawn:
            self._drawn = False
            sys.stderr.write("\r\x1b[K")
            sys.stderr.flush()
