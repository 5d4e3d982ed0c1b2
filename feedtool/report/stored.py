"""What `list`, `show` and `log` say."""

from feedtool.model import Change, Novelty, Place
from feedtool.report import ChangeSpan, Summary, TruncationReport
from feedtool.values import dataclass


@dataclass(frozen=True, slots=True)
class ItemReport:
    """One item in a list: `text` is that of its newest version, `truncated` says if that is cut."""

    id: str
    origins: tuple[str, ...]
    first_seen: Place
    last_seen: Place
    versions: int
    sightings: int
    truncated: bool
    whole: bool
    text: str


@dataclass(frozen=True, slots=True)
class SightingReport:
    """One appearance of a version, with the verdict that it got then."""

    transmission: int
    source: str
    origin: str
    observed_at: str
    line: int
    position: int
    novelty: Novelty
    change: Change | None


@dataclass(frozen=True, slots=True)
class VersionReport:
    """One distinct text of an item; `changes` lead to it from the version before in the list."""

    text: str
    truncated: bool
    truncation: TruncationReport
    change: Change | None
    changes: tuple[ChangeSpan, ...]
    sightings: tuple[SightingReport, ...]


@dataclass(frozen=True, slots=True)
class ShowReport:
    """What `feedtool show ITEM --json` prints."""

    schema: str
    version: str
    store: str
    item: ItemReport
    versions: tuple[VersionReport, ...]


@dataclass(frozen=True, slots=True)
class LoggedTransmission:
    """One line of the log: a transmission, how often its bytes were met, and its counts."""

    id: int
    source: str
    origin: str
    input_format: str
    encoding: str
    sha256: str
    bytes: int
    observed_at: str
    observations: tuple[str, ...]
    summary: Summary
