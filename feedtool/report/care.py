"""What the commands say that take care of a store."""

from dataclasses import dataclass


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
