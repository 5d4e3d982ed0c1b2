"""What feedtool says, as dataclasses whose shape is the JSON contract.

Field names and their order are public: fields are only ever added within a major version. Here is
what a run of `ingest` says; the modules beside hold what other commands add.
"""

from feedtool.model import BlockKind, Change, MatchKind, Novelty, Place
from feedtool.values import dataclass


@dataclass(frozen=True, slots=True)
class Summary:
    """The counts of one transmission.

    `capped` counts the excerpts that hold a key of a crowd (boilerplate, a series): of the texts
    that share it only the first `recipe.CAP` were looked at.
    """

    excerpts: int
    new: int
    repeated: int
    truncated: int
    completed: int
    notes: int
    capped: int = 0


@dataclass(frozen=True, slots=True)
class ChangeSpan:
    """One difference of two texts: `op` is replace, insert or delete, spans are code points."""

    op: str
    before: tuple[int, int]
    after: tuple[int, int]


@dataclass(frozen=True, slots=True)
class TruncationReport:
    """Why an excerpt counts as cut, or as whole.

    Its author's own text is what stands between `start` and `length`, in code points.
    """

    marker: str | None
    length: int
    cap: int | None
    evidence: str
    start: int = 0


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
    # What the page wrote in front of the text and behind it: `3`, `98万热度`.
    rank: int | None
    count: str | None
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
    capped: int = 0
