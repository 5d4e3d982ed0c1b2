"""What feedtool says, as dataclasses whose shape is the JSON contract.

Field names and their order are public: fields are only ever added within a major version.
"""

from dataclasses import dataclass

from feedtool.model import BlockKind, Change, MatchKind, Novelty, Place


@dataclass(frozen=True, slots=True)
class Summary:
    """The counts of one transmission."""

    excerpts: int
    new: int
    repeated: int
    truncated: int
    completed: int
    notes: int


@dataclass(frozen=True, slots=True)
class ChangeSpan:
    """One difference of two texts: `op` is replace, insert or delete, spans are code points."""

    op: str
    before: tuple[int, int]
    after: tuple[int, int]


@dataclass(frozen=True, slots=True)
class TruncationReport:
    """Why an excerpt counts as cut, or as whole."""

    marker: str | None
    length: int
    cap: int | None
    evidence: str


@dataclass(frozen=True, slots=True)
class MatchReport:
    """Why an excerpt counts as a known item."""

    kind: MatchKind
    score: float
    second: float | None
    rivals: int
    rule: str
    changes: tuple[ChangeSpan, ...]
    first_seen: Place
    times_seen: int


@dataclass(frozen=True, slots=True)
class NearestReport:
    """What came closest to a new excerpt, and why it is another article."""

    item: str
    score: float
    rule: str


@dataclass(frozen=True, slots=True)
class ExcerptReport:
    """One excerpt of a page with its verdict."""

    line: int
    position: int
    section: str | None
    category: str | None
    date: str | None
    item: str
    novelty: Novelty
    change: Change | None
    truncated: bool
    completed: bool
    truncation: TruncationReport
    match: MatchReport | None
    nearest: NearestReport | None
    text: str


@dataclass(frozen=True, slots=True)
class NoteReport:
    """A stray line."""

    line: int
    kind: BlockKind
    text: str


@dataclass(frozen=True, slots=True)
class WarningReport:
    """Something odd in a source, and where."""

    code: str
    line: int
    column: int
    message: str


@dataclass(frozen=True, slots=True)
class TransmissionReport:
    """One transmission with the verdicts of its excerpts.

    `id` is its number in the store (or in the run, for a run without a store); `observed_at` is
    ISO 8601 in UTC with a final Z.
    """

    id: int
    source: str
    origin: str
    input_format: str
    encoding: str
    sha256: str
    observed_at: str
    already_ingested: bool
    excerpts: tuple[ExcerptReport, ...]
    notes: tuple[NoteReport, ...]
    warnings: tuple[WarningReport, ...]
    summary: Summary


@dataclass(frozen=True, slots=True)
class Failure:
    """A source that could not be read, in a run that went on without it."""

    source: str
    reason: str


@dataclass(frozen=True, slots=True)
class IngestSummary:
    """The counts of a whole run."""

    transmissions: int = 0
    already_ingested: int = 0
    excerpts: int = 0
    new: int = 0
    repeated: int = 0
    truncated: int = 0
    completed: int = 0
    notes: int = 0
    failures: int = 0


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
class DiffSide:
    """One of the two sides of a comparison."""

    source: str
    sha256: str
    excerpts: int


@dataclass(frozen=True, slots=True)
class DiffExcerpt:
    """An excerpt as one side of a comparison shows it."""

    line: int
    position: int
    text: str
    truncated: bool


@dataclass(frozen=True, slots=True)
class DiffMatch:
    """Why two excerpts of a comparison are one article."""

    kind: MatchKind
    score: float
    second: float | None
    rivals: int
    rule: str
    changes: tuple[ChangeSpan, ...]


@dataclass(frozen=True, slots=True)
class DiffEntry:
    """One article of either side: `status` is added, removed or a value of `Change`."""

    status: str
    moved: bool
    before: DiffExcerpt | None
    after: DiffExcerpt | None
    match: DiffMatch | None


@dataclass(frozen=True, slots=True)
class DiffSummary:
    """The counts of a comparison; `moved` counts entries that also have a status."""

    added: int
    removed: int
    edited: int
    extended: int
    shortened: int
    reformatted: int
    identical: int
    moved: int


@dataclass(frozen=True, slots=True)
class DiffReport:
    """What `feedtool diff --json` prints."""

    schema: str
    version: str
    before: DiffSide
    after: DiffSide
    summary: DiffSummary
    entries: tuple[DiffEntry, ...]

    @property
    def differs(self) -> bool:
        """Whether anything but the order of the entries has changed."""
        return any(entry.status != Change.IDENTICAL for entry in self.entries)


@dataclass(frozen=True, slots=True)
class BlockReport:
    """One block of a parsed transmission; `text` and `end` give back the characters received."""

    kind: BlockKind
    line: int
    text: str
    end: str


@dataclass(frozen=True, slots=True)
class ParsedExcerpt:
    """One excerpt of a parsed transmission, before anything was judged."""

    line: int
    position: int
    section: str | None
    category: str | None
    date: str | None
    truncated: bool
    truncation: TruncationReport
    text: str


@dataclass(frozen=True, slots=True)
class ParsedTransmission:
    """One transmission as it was read; `lead` and the blocks give back its decoded text."""

    source: str
    input_format: str
    encoding: str
    sha256: str
    lead: str
    blocks: tuple[BlockReport, ...]
    excerpts: tuple[ParsedExcerpt, ...]
    warnings: tuple[WarningReport, ...]


@dataclass(frozen=True, slots=True)
class ParseReport:
    """What `feedtool parse --json` prints."""

    schema: str
    version: str
    transmissions: tuple[ParsedTransmission, ...]
    failures: tuple[Failure, ...]


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
class ListReport:
    """What `feedtool list --json` prints."""

    schema: str
    version: str
    store: str
    items: tuple[ItemReport, ...]


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


@dataclass(frozen=True, slots=True)
class LogReport:
    """What `feedtool log --json` prints."""

    schema: str
    version: str
    store: str
    transmissions: tuple[LoggedTransmission, ...]


@dataclass(frozen=True, slots=True)
class ExplainText:
    """One side of an explanation: where the text came from, and what of it was compared."""

    name: str
    item: str | None
    text: str
    truncated: bool
    truncation: TruncationReport
    normal: str


@dataclass(frozen=True, slots=True)
class Explanation:
    """Why two texts are one article, or why not.

    `floor` is the least score of a near match. `first_difference` is the first code point at which
    the raw texts part (before, after), None where neither does.
    """

    before: ExplainText
    after: ExplainText
    same: bool
    kind: MatchKind | None
    change: Change | None
    score: float
    second: float | None
    rivals: int
    floor: float
    rule: str
    first_difference: tuple[int, int] | None
    changes: tuple[ChangeSpan, ...]


@dataclass(frozen=True, slots=True)
class ExplainReport:
    """What `feedtool explain --json` prints."""

    schema: str
    version: str
    explanations: tuple[Explanation, ...]
