"""Tells which excerpts of a feed dump are new, which were seen before and which are cut short.

    import feedtool

    for report in feedtool.ingest(["monday.txt"], store="feeds.db"):
        for excerpt in report.excerpts:
            print(excerpt.novelty, excerpt.text)

Everything is loaded when it is first used; `import feedtool` alone costs next to nothing.
"""

from feedtool.version import __version__

TYPE_CHECKING = False
if TYPE_CHECKING:
    from feedtool.errors import CrewError as CrewError
    from feedtool.errors import FeedtoolError as FeedtoolError
    from feedtool.errors import InputError as InputError
    from feedtool.errors import NotFoundError as NotFoundError
    from feedtool.errors import ScratchError as ScratchError
    from feedtool.errors import StoreError as StoreError
    from feedtool.library import cluster as cluster
    from feedtool.library import dedup as dedup
    from feedtool.library import diff as diff
    from feedtool.library import ingest as ingest
    from feedtool.library import open_store as open_store
    from feedtool.library import parse as parse
    from feedtool.library import read as read
    from feedtool.model import Change as Change
    from feedtool.model import Excerpt as Excerpt
    from feedtool.model import MatchKind as MatchKind
    from feedtool.model import Novelty as Novelty
    from feedtool.model import Transmission as Transmission
    from feedtool.report import ExcerptReport as ExcerptReport
    from feedtool.report import Failure as Failure
    from feedtool.report import TransmissionReport as TransmissionReport
    from feedtool.report.clusters import Cluster as Cluster
    from feedtool.report.comparison import DiffReport as DiffReport
    from feedtool.report.content import ParsedTransmission as ParsedTransmission
    from feedtool.stores.sqlite import Store as Store

_HOMES = {
    "feedtool.errors": (
        "CrewError",
        "FeedtoolError",
        "InputError",
        "NotFoundError",
        "ScratchError",
        "StoreError",
    ),
    "feedtool.library": ("cluster", "dedup", "diff", "ingest", "open_store", "parse", "read"),
    "feedtool.model": ("Change", "Excerpt", "MatchKind", "Novelty", "Transmission"),
    "feedtool.report": ("ExcerptReport", "Failure", "TransmissionReport"),
    "feedtool.report.clusters": ("Cluster",),
    "feedtool.report.comparison": ("DiffReport",),
    "feedtool.report.content": ("ParsedTransmission",),
    "feedtool.stores.sqlite": ("Store",),
}
_HOME = {name: home for home, names in _HOMES.items() for name in names}

__all__ = [
    "__version__",
    *_HOME,
]


def __getattr__(name: str) -> object:
    if name not in _HOME:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    from importlib import import_module

    value = getattr(import_module(_HOME[name]), name)
    globals()[name] = value
    return value


def __dir__() -> list[str]:
    return sorted(__all__)
