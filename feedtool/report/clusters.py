"""What `dedup` says."""

from collections.abc import Iterable

from feedtool.model import Change, MatchKind, Novelty
from feedtool.report import Failure
from feedtool.values import dataclass


@dataclass(frozen=True, slots=True)
class Spot:
    """Where a text stands."""

    source: str
    line: int


@dataclass(frozen=True, slots=True)
class ClusterMember:
    """One excerpt of a cluster; `against` is the one by which it was recognised.

    `text` is None where it is the text of the cluster.
    """

    source: str
    line: int
    position: int
    origin: str
    novelty: Novelty
    change: Change | None
    truncated: bool
    kind: MatchKind | None
    score: float | None
    against: Spot | None
    text: str | None


@dataclass(frozen=True, slots=True)
class Cluster:
    """The excerpts that are one item, in their order; `text` is that of the first one.

    A cluster may hold a million of them. What streams clusters gives `members` once, to be read
    before the next cluster is asked for.
    """

    item: str
    size: int
    text: str
    members: Iterable[ClusterMember]


@dataclass(frozen=True, slots=True)
class DedupSummary:
    """The counts of a corpus.

    `met_again` counts the items of two excerpts and more, `largest` the excerpts of the largest
    one. `capped` counts the excerpts that hold a key of a crowd (boilerplate, a series): of the
    texts that share it only the first `recipe.CAP` were looked at.
    """

    origins: int
    transmissions: int
    excerpts: int
    items: int
    new: int
    repeated: int
    truncated: int
    met_again: int
    largest: int
    capped: int
    failures: int


@dataclass(frozen=True, slots=True)
class DedupReport:
    """What `feedtool dedup --json` prints."""

    schema: str
    version: str
    origin_by: str
    alone: bool
    clusters: tuple[Cluster, ...]
    failures: tuple[Failure, ...]
    summary: DedupSummary
