"""The nouns of feedtool, in the order of the flow: bytes, blocks, excerpts, versions, verdicts."""

import re
from enum import StrEnum
from typing import NamedTuple

from feedtool.values import dataclass


class BlockKind(StrEnum):
    """What one piece of a transmission is."""

    HEADER = "header"
    SECTION = "section"
    EXCERPT = "excerpt"
    CATEGORY = "category"
    DATE = "date"
    PAGINATION = "pagination"
    OTHER = "other"


# What a report lists as notes: the stray lines, neither text of an entry nor the frame of a page.
NOTE_KINDS = frozenset({BlockKind.CATEGORY, BlockKind.DATE, BlockKind.PAGINATION, BlockKind.OTHER})


class Novelty(StrEnum):
    """The answer to the first question, whether this article was here before."""

    NEW = "new"
    REPEATED = "repeated"


class Change(StrEnum):
    """How a repeated excerpt differs from the nearest version of its item."""

    IDENTICAL = "identical"
    REFORMATTED = "reformatted"
    EXTENDED = "extended"
    SHORTENED = "shortened"
    EDITED = "edited"


class MatchKind(StrEnum):
    """By what an excerpt was recognised."""

    EXACT = "exact"
    NORMALIZED = "normalized"
    PREFIX = "prefix"
    NEAR = "near"
    ID = "id"


@dataclass(frozen=True, slots=True)
class Block:
    """One classified piece of a transmission; `text + end` are its characters as received.

    `line` counts from 1 in the source, split at line feeds only. `end` is the line end of the
    piece together with the blank lines after it.
    """

    kind: BlockKind
    line: int
    text: str
    end: str


@dataclass(frozen=True, slots=True)
class Truncation:
    """The finding whether a sender cut an excerpt, with its evidence.

    `length` counts the code points before the marker or, where there is none, before what the page
    put behind the text; `start` is where the text begins behind a rank that the page put in front.
    `cap` is the length at which this page cuts, if it shows one.
    """

    truncated: bool
    marker: str | None
    length: int
    cap: int | None
    evidence: str
    start: int = 0


# What parts a count from its text.
_AROUND_COUNTS = " \t\r\u00a0\u3000|·•–—-/()（）[]【】"


MEDALS = "🥇🥈🥉"
# What visitors did, as pages show it in front of a number or behind a text.
ICONS = "👍👎❤♥💗💬🗨💭👁👀🔥⭐★☆🔁🔖▲△⬆🔺"
# `3. `, `No. 3: `, `第3名`, `🔥 3 `; neither `3 hours ago` nor `▲ 300`.
_RANK = (
    rf"(?i)(?![{ICONS.replace('🔥', '')}])\W{{0,3}}(?:(?:no|top)\W{{0,2}}|第)?(\d{{1,4}})[名位위]?"
    r"(?:\W*\Z|\s?[^\w\s]+)"
)


def rank_in(head: str) -> int | None:
    """Return the rank that a page put in front of a text, given all that stands there."""
    if not head:
        return None
    if head[0] in MEDALS:
        return MEDALS.index(head[0]) + 1
    found = re.match(_RANK, head)
    return int(found[1]) if found else None


def count_in(head: str, tail: str, marker: str | None) -> str | None:
    """Return what a page counts behind a text, or in front of it, given all that stands there."""
    if tail and tail != marker:
        return tail.strip().removeprefix(marker or "").strip(_AROUND_COUNTS) or None
    if not head:
        return None
    rank = re.match(_RANK, head)
    counted = head[1:] if head[0] in MEDALS else head[rank.end() :] if rank else head
    return counted.strip(_AROUND_COUNTS) or None


@dataclass(frozen=True, slots=True)
class Excerpt:
    """The text of one entry as its sender wrote it, perhaps cut."""

    line: int
    position: int
    text: str
    truncation: Truncation
    section: str | None = None
    category: str | None = None
    date: str | None = None

    @property
    def rank(self) -> int | None:
        """The rank that the page put in front of the text."""
        return rank_in(self.text[: self.truncation.start])

    @property
    def count(self) -> str | None:
        """What the page counts behind the text or in front of it, as it writes it."""
        found = self.truncation
        return count_in(self.text[: found.start], self.text[found.length :], found.marker)

    @property
    def body(self) -> str:
        """The author's own text, without the marker of its cut, a rank and a count."""
        return self.text[self.truncation.start : self.truncation.length]


@dataclass(frozen=True, slots=True)
class ParseWarning:
    """Something odd in a source, and where: `line` in the source and `column` in it, from 1."""

    code: str
    line: int
    column: int
    message: str


@dataclass(frozen=True, slots=True)
class Transmission:
    """One captured page: its bytes, how they were read, and what stood in them.

    `lead` holds the blank lines (and byte order mark) before the first block, so that
    `lead` and the blocks give back the decoded text.
    """

    source: str
    raw: bytes
    input_format: str
    encoding: str
    lead: str
    blocks: tuple[Block, ...]
    excerpts: tuple[Excerpt, ...]
    warnings: tuple[ParseWarning, ...] = ()

    @property
    def text(self) -> str:
        """The decoded text, put together again from its blocks."""
        return self.lead + "".join([block.text + block.end for block in self.blocks])

    @property
    def notes(self) -> tuple[Block, ...]:
        """The stray lines."""
        return tuple(block for block in self.blocks if block.kind in NOTE_KINDS)


@dataclass(frozen=True, slots=True)
class Fingerprint:
    """What makes a text findable: its digest, its normal form and the int64 keys made from it.

    `digest` is 16 bytes of BLAKE2b over the raw text; `recipe` numbers the way the keys were made.
    The first `strong` keys stand for the whole text, its normal form and its beginnings: one of
    them shared is enough to look closer. The others are grams: it takes several.
    """

    recipe: int
    digest: bytes
    normal: str
    keys: tuple[int, ...]
    strong: int


class Version(NamedTuple):
    """One distinct text of an item. Numbers grow in the order of ingestion.

    A tuple, since very many are made: that takes a quarter of the time.
    """

    number: int
    item: int
    text: str
    truncated: bool
    length: int
    normal: str
    digest: bytes
    start: int = 0

    @classmethod
    def of(
        cls, excerpt: Excerpt, fingerprint: Fingerprint, number: int = 0, item: int = 0
    ) -> "Version":
        """Return the text of an excerpt as a version; those that are not stored have no number."""
        found = excerpt.truncation
        return cls(
            number,
            item,
            excerpt.text,
            found.truncated,
            found.length,
            fingerprint.normal,
            fingerprint.digest,
            found.start,
        )

    @property
    def body(self) -> str:
        """The author's own text, without the marker of its cut, a rank and a count."""
        return self.text[self.start : self.length]


@dataclass(frozen=True, slots=True)
class Place:
    """Where something stood: the transmission's number, its source and the line in it."""

    transmission: int
    source: str
    line: int


@dataclass(frozen=True, slots=True)
class Item:
    """The article behind excerpts, as an index knows it.

    `id` is the public name; `whole` tells whether any of its versions arrived complete;
    `times_seen` counts its sightings.
    """

    number: int
    id: str
    whole: bool
    first_seen: Place
    times_seen: int


@dataclass(frozen=True, slots=True)
class Match:
    """The evidence that an excerpt is a known item, against the version `against`.

    `second` is the score of the best other item of `rivals` considered; `rule` says in words what
    decided.
    """

    kind: MatchKind
    score: float
    second: float | None
    rivals: int
    rule: str
    against: int


@dataclass(frozen=True, slots=True)
class Nearest:
    """What came closest to an excerpt that is new, and the rule that kept them apart."""

    item: int
    score: float
    rule: str
    against: int


@dataclass(frozen=True, slots=True)
class Verdict:
    """The answer for one excerpt of a page.

    `item` and `version` are numbers in the index; where `founds_item` or `founds_version` is set
    they are numbers that this excerpt is the first to use. `root` is the item of another origin
    that a founded item is the same as, or None.
    """

    novelty: Novelty
    change: Change | None
    item: int
    version: int
    founds_item: bool
    founds_version: bool
    match: Match | None
    nearest: Nearest | None
    root: int | None = None
