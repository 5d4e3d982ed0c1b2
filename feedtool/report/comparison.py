"""What `diff` and `explain` say."""

from feedtool.model import Change, MatchKind
from feedtool.report import ChangeSpan, TruncationReport
from feedtool.values import dataclass


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
