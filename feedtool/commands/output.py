"""What a command says: its report on standard output, the rest on standard error."""

from __future__ import annotations

import sys
from collections.abc import Iterable
from time import monotonic
from typing import TYPE_CHECKING

from feedtool.commands.streams import flush, is_terminal, message, wants_color, width, write_bytes
from feedtool.model import Transmission
from feedtool.renderers import Paper
from feedtool.report import Failure, TransmissionReport

if TYPE_CHECKING:
    from feedtool.report.content import ParsedTransmission

# A source of random bytes has a warning a line; the first few tell the story.
MOST_WARNINGS = 5

# Work that ends sooner needs no progress; redrawn faster, numbers cannot be read.
PROGRESS_AFTER = 0.5
PROGRESS_EVERY = 0.1

# Cells of a bar.
BAR = 16


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

    def warnings(self, report: TransmissionReport | ParsedTransmission | Transmission) -> None:
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

    def left_out(self, name: str, hint: str = "") -> None:
        """Say that a store lies among the dumps of a folder."""
        if self.verbosity < 0:
            return
        self.progress.clear()
        flush()
        message(f"warning: {name}: is a feedtool store and left out{hint}")

    def failures(self, failures: Iterable[Failure]) -> None:
        """Say which sources could not be read."""
        for failure in failures:
            self.progress.clear()
            flush()
            message(f"{failure.source}: {failure.reason}")


class Progress:
    """One line on standard error that counts, if a person waits for more than a moment."""

    def __init__(self, verbosity: int) -> None:
        self.watched = verbosity >= 0 and is_terminal(sys.stderr)
        self._since = monotonic() if self.watched else 0.0
        self._step = ""
        self._last = 0.0
        self._drawn = False

    def count(self, sources: int, excerpts: int) -> None:
        """Draw how far the work is, unless the report itself shows it at the terminal."""
        if self._is_due() and not is_terminal(sys.stdout):
            rate = _rate(excerpts, monotonic() - self._since)
            self._draw(f"{sources:,} transmissions, {excerpts:,} excerpts, {rate}")

    def bar(self, step: str, done: int, total: int, excerpts: int, noun: str = "excerpts") -> None:
        """Draw how much of a step of known size is done, and how long the rest of it takes.

        Without a size (0) it counts.
        """
        begins = step != self._step
        if begins:
            self._step, self._since = step, monotonic()
        if self._is_due() or (begins and self._drawn):
            spent = monotonic() - self._since
            counted = f"{excerpts:,} {noun}, {_rate(excerpts, spent)}"
            self._draw(_bar(step, done, total, counted if excerpts or total else "", spent))

    def _is_due(self) -> bool:
        """Tell whether to draw now: at most ten times a second."""
        if not self.watched:
            return False
        now = monotonic()
        return now - self._since >= PROGRESS_AFTER and now - self._last >= PROGRESS_EVERY

    def _draw(self, line: str) -> None:
        self._last, self._drawn = monotonic(), True
        # A line that wraps could not be drawn over.
        sys.stderr.write(f"\r\x1b[K{line[: width() - 1]}")
        sys.stderr.flush()

    def clear(self) -> None:
        """Take the line away before something else is written."""
        if self._drawn:
            self._drawn = False
            sys.stderr.write("\r\x1b[K")
            sys.stderr.flush()


def _bar(step: str, done: int, total: int, counted: str, spent: float) -> str:
    if not total:
        return f"{step}  {counted}"
    share = min(done / total, 1.0)
    drawn = ("#" * int(share * BAR)).ljust(BAR, ".")
    left = f", {_time(spent / share - spent)} left" if share else ""
    return f"{step:<7} [{drawn}] {share:4.0%}  {counted}{left}"


def _rate(excerpts: int, spent: float) -> str:
    return f"{excerpts / max(spent, PROGRESS_EVERY):,.0f}/s"


def _time(seconds: float) -> str:
    minutes, rest = divmod(round(seconds), 60)
    hours, minutes = divmod(minutes, 60)
    return f"{hours}:{minutes:02}:{rest:02}" if hours else f"{minutes}:{rest:02}"
