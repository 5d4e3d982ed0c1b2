"""What the commands say that take care of a store."""

from feedtool.values import dataclass


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing that is wrong in a store: where it was looked for, and what was found.

    `transmission` is its number where what is wrong belongs to one.
    """

    part: str
    transmission: int | None
    message: str


@dataclass(frozen=True, slots=True)
class CheckSummary:
    """How much was looked at, and how much of it is wrong."""

    transmissions: int
    excerpts: int
    items: int
    versions: int
    findings: int


@dataclass(frozen=True, slots=True)
class ContentHash:
    """The hash of the content of a sound store, in hexadecimal digits."""

    hash: str


@dataclass(frozen=True, slots=True)
class CheckReport:
    """What `feedtool check --json` prints; `hash` is null where nobody asked for it."""

    schema: str
    version: str
    store: str
    findings: tuple[Finding, ...]
    hash: str | None
    summary: CheckSummary


@dataclass(frozen=True, slots=True)
class Renamed:
    """The ids of the item of an excerpt, before and after it was judged again."""

    before: str
    after: str


@dataclass(frozen=True, slots=True)
class UndoReport:
    """What `feedtool undo --json` prints.

    `judged_again` counts the later transmissions, `changed` those of their excerpts whose verdict
    is another now. `gone` are the ids that no item bears any more.
    """

    schema: str
    version: str
    store: str
    dry_run: bool
    transmission: int
    source: str
    origin: str
    judged_again: int
    changed: int
    renamed: tuple[Renamed, ...]
    gone: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class ReindexReport:
    """What `feedtool reindex --json` prints.

    `changed` counts the excerpts that are read or judged otherwise now. `unread` are the
    transmissions whose bytes are gone, or give no single page any more: their reading stayed.
    """

    schema: str
    version: str
    store: str
    dry_run: bool
    transmissions: int
    changed: int
    renamed: tuple[Renamed, ...]
    gone: tuple[str, ...]
    unread: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class BackupReport:
    """What `feedtool backup --json` prints; `bytes` is the size of the copy."""

    schema: str
    version: str
    store: str
    path: str
    transmissions: int
    bytes: int


@dataclass(frozen=True, slots=True)
class PruneReport:
    """What `feedtool prune --json` prints.

    `pruned` and `kept` count dumps, `freed` the bytes that the pruned ones took, packed as they
    were. `before` and `after` are the sizes of the store's file.
    """

    schema: str
    version: str
    store: str
    dry_run: bool
    pruned: int
    kept: int
    freed: int
    before: int
    after: int


@dataclass(frozen=True, slots=True)
class SalvageReport:
    """What `feedtool salvage --json` prints.

    `unread` are the transmissions whose bytes are gone or damaged: how they were read was saved.
    Of those in `lost` neither could be.
    """

    schema: str
    version: str
    store: str
    path: str
    saved: int
    unread: tuple[int, ...]
    lost: tuple[int, ...]
