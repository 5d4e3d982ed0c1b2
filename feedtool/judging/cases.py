"""What is known of the excerpts of a page while they are judged."""

from collections.abc import Mapping, Sequence

from feedtool.comparing import Likeness
from feedtool.model import MatchKind, Nearest, Version
from feedtool.values import dataclass


@dataclass(slots=True)
class Case:
    """What is known so far about one excerpt of the page, among versions that may be the same.

    `likenesses` tells what `compared` says of each candidate, where that is known already.
    `leader` is an excerpt above that it repeats, `known` the version of the store that it was
    recognised by; `related` tells whether it is a beginning of something, or something of it, and
    `unclear` is set where its beginning is that of several articles. `numbered` are candidates of
    another number, where there are no others.
    """

    position: int
    text: Version
    candidates: Sequence[Version]
    mates: Sequence[int] = ()
    likenesses: Mapping[int, Likeness | None] | None = None
    related: bool = True
    unclear: bool = False
    kind: MatchKind | None = None
    rule: str = ""
    leader: "Case | None" = None
    known: Version | None = None
    score: float = 1.0
    second: float | None = None
    rivals: int = 0
    nearest: Nearest | None = None
    numbered: Sequence[Version] = ()
    item: int = 0
    version: int = 0

    @property
    def head(self) -> "Case":
        """The topmost excerpt of the page that this one repeats, perhaps itself."""
        return self.leader.head if self.leader else self


def know(case: Case, version: Version, kind: MatchKind, rule: str) -> None:
    """Note that an excerpt is a version of the index."""
    case.known, case.kind, case.rule = version, kind, rule


def follow(case: Case, leader: Case, kind: MatchKind, rule: str) -> None:
    """Note that an excerpt repeats one above it on its page."""
    case.leader, case.kind, case.rule = leader, kind, rule


def kept_apart(version: Version, alike: Likeness, rule: str) -> Nearest:
    """Return what came closest to an excerpt that is none of its versions, and why not."""
    return Nearest(version.item, alike.score, rule, version.number)


def order(version: Version) -> tuple[int, int, bytes]:
    """Order versions by the item seen first, then the version seen first."""
    return version.item, version.number, version.digest
