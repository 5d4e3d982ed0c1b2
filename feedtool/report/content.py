"""What `parse` says."""

from feedtool.model import BlockKind
from feedtool.report import TruncationReport, WarningReport
from feedtool.values import dataclass


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
    rank: int | None
    count: str | None
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
