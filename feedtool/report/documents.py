"""Whole JSON documents, which are written piece by piece: here is how the pieces go together."""

from feedtool.report import Failure, IngestSummary, TransmissionReport
from feedtool.report.comparison import Explanation
from feedtool.report.content import ParsedTransmission
from feedtool.report.stored import ItemReport, LoggedTransmission
from feedtool.values import dataclass


@dataclass(frozen=True, slots=True)
class IngestReport:
    """What `feedtool ingest --json` and `feedtool log ID --json` print."""

    schema: str
    version: str
    store: str | None
    dry_run: bool
    transmissions: tuple[TransmissionReport, ...]
    failures: tuple[Failure, ...]
    summary: IngestSummary


@dataclass(frozen=True, slots=True)
class ParseReport:
    """What `feedtool parse --json` prints."""

    schema: str
    version: str
    transmissions: tuple[ParsedTransmission, ...]
    failures: tuple[Failure, ...]


@dataclass(frozen=True, slots=True)
class ListReport:
    """What `feedtool list --json` prints."""

    schema: str
    version: str
    store: str
    items: tuple[ItemReport, ...]


@dataclass(frozen=True, slots=True)
class LogReport:
    """What `feedtool log --json` prints."""

    schema: str
    version: str
    store: str
    transmissions: tuple[LoggedTransmission, ...]


@dataclass(frozen=True, slots=True)
class ExplainReport:
    """What `feedtool explain --json` prints."""

    schema: str
    version: str
    explanations: tuple[Explanation, ...]
