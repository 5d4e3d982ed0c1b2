"""Two pages side by side: what one brings, lost, changed and moved against the other."""

from bisect import bisect_left
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import UTC, datetime
from hashlib import sha256

from feedtool import changing, fingerprint, pipeline, reporting
from feedtool.judging.pairs import relation
from feedtool.model import Change, Excerpt, MatchKind, Transmission, Verdict, Version
from feedtool.reading import DEFAULT_READING, Reading, one
from feedtool.report.comparison import (
    DiffEntry,
    DiffExcerpt,
    DiffMatch,
    DiffReport,
    DiffSide,
    DiffSummary,
)
from feedtool.stores.memory import MemoryIndex
from feedtool.values import dataclass
from feedtool.version import __version__

ADDED = "added"
REMOVED = "removed"

# A comparison has no time of its own, and its index outlives no call.
_NO_TIME = datetime(1970, 1, 1, tzinfo=UTC)


@dataclass(frozen=True, slots=True)
class _Side:
    """One source: the union of its transmissions."""

    source: str
    transmissions: list[Transmission]
    digest: str


@dataclass(frozen=True, slots=True)
class _Shown:
    """An excerpt on its side, `order` counting over all of the side's transmissions."""

    order: int
    excerpt: Excerpt
    version: Version
    verdict: Verdict


@dataclass(frozen=True, slots=True)
class _Article:
    """One item with its excerpts on either side."""

    before: list[_Shown]
    after: list[_Shown]


def diff(before: str, after: str, *, reading: Reading = DEFAULT_READING) -> DiffReport:
    """Compare two sources; several transmissions in one count as their union.

    Swapping the arguments swaps the sides of every entry. Raises `InputError`.
    """
    old, new = _side(before, reading), _side(after, reading)
    articles = _articles(old, new)
    pairs = sorted(map(_closest, articles), key=_place)
    entries = [_entry(*pair) for pair in pairs]
    common = {i: left.order for i, (left, right) in enumerate(pairs) if left and right}
    for i in _moved(common):
        entries[i] = replace(entries[i], moved=True)
    return DiffReport(
        schema="feedtool.diff/1",
        version=__version__,
        before=_described(old),
        after=_described(new),
        summary=_summary(entries),
        entries=tuple(entries),
    )


def _side(name: str, reading: Reading) -> _Side:
    transmissions = list(one(name, reading))
    digest = sha256()
    for transmission in transmissions:
        digest.update(transmission.raw)
    return _Side(name, transmissions, digest.hexdigest())


def _described(side: _Side) -> DiffSide:
    count = sum(len(transmission.excerpts) for transmission in side.transmissions)
    return DiffSide(side.source, side.digest, count)


def _articles(old: _Side, new: _Side) -> list[_Article]:
    """Group the excerpts of both sides into articles.

    One side is judged against an index that has seen the other: always the same one, so that a
    comparison mirrors when its arguments are swapped.
    """
    index = MemoryIndex()
    articles: dict[int, _Article] = {}
    for side in sorted((old, new), key=lambda side: side.digest):
        for shown in _judged(side, index):
            article = articles.setdefault(shown.verdict.item, _Article([], []))
            (article.before if side is old else article.after).append(shown)
    return list(articles.values())


def _judged(side: _Side, index: MemoryIndex) -> list[_Shown]:
    shown: list[_Shown] = []
    for transmission in side.transmissions:
        prints = fingerprint.of(transmission.excerpts)
        entry = pipeline.judge(transmission, prints, index, origin="", at=_NO_TIME)
        index.add(entry)
        for excerpt, verdict in zip(transmission.excerpts, entry.verdicts, strict=True):
            version = index.versions([verdict.version])[verdict.version]
            shown.append(_Shown(len(shown), excerpt, version, verdict))
    return shown


def _closest(article: _Article) -> tuple[_Shown | None, _Shown | None]:
    """Return the excerpts that stand for an article, the same whichever side comes first.

    A text that both sides show, the earliest; else what shows most of it on either side.
    """
    texts = {shown.excerpt.text: shown for shown in reversed(article.before)}
    common = [
        (texts[shown.excerpt.text], shown) for shown in article.after if shown.excerpt.text in texts
    ]
    if common:
        return min(common, key=lambda pair: (pair[0].order + pair[1].order, pair[0].excerpt.text))
    return _fullest(article.before), _fullest(article.after)


def _fullest(side: Sequence[_Shown]) -> _Shown | None:
    return min(side, key=lambda shown: (-len(shown.version.normal), shown.order), default=None)


def _place(pair: tuple[_Shown | None, _Shown | None]) -> tuple[bool, int]:
    """Order by the place in AFTER; what is there no more follows in the order of BEFORE."""
    before, after = pair
    shown = after or before
    return after is None, shown.order if shown else 0


def _entry(before: _Shown | None, after: _Shown | None) -> DiffEntry:
    if before is None or after is None:
        status = REMOVED if before else ADDED
        return DiffEntry(status, False, _excerpt(before), _excerpt(after), None)
    change = changing.change_between(before.version, after.version)
    match = _match(before, after, change)
    return DiffEntry(change.value, False, _excerpt(before), _excerpt(after), match)


def _excerpt(shown: _Shown | None) -> DiffExcerpt | None:
    if shown is None:
        return None
    excerpt = shown.excerpt
    return DiffExcerpt(excerpt.line, excerpt.position, excerpt.text, excerpt.truncation.truncated)


def _match(before: _Shown, after: _Shown, change: Change) -> DiffMatch:
    """Return why two excerpts are one article: by their texts, else as the judgement found."""
    kind, score, rule = relation(before.version, after.version)
    second, rivals = None, 0
    for newer, older in ((before, after), (after, before)):
        match = newer.verdict.match
        if match and match.kind is kind is MatchKind.NEAR and match.against == older.version.number:
            second, rivals, rule = match.second, match.rivals, match.rule
    changes = changing.changes(before.excerpt.text, after.excerpt.text)
    return DiffMatch(
        kind,
        reporting.rounded(score),
        None if second is None else reporting.rounded(second),
        rivals,
        rule,
        changes if change is not Change.IDENTICAL else (),
    )


def _moved(common: Mapping[int, int]) -> list[int]:
    """Return the entries that are not in the longest increasing subsequence of their orders.

    `common` gives for the entries of both sides, in the order of AFTER, the order in BEFORE.
    Among several longest ones the one that keeps the earliest entries in place is taken.
    """
    lengths = _lengths(list(common.values()))
    wanted, last = max(lengths, default=0), -1
    moved: list[int] = []
    for (i, order), length in zip(common.items(), lengths, strict=True):
        if length == wanted and order > last:
            wanted, last = wanted - 1, order
        else:
            moved.append(i)
    return moved


def _lengths(orders: Sequence[int]) -> list[int]:
    """Return for each place the length of the longest increasing subsequence that starts there."""
    tails: list[int] = []
    lengths: list[int] = []
    for order in reversed(orders):
        place = bisect_left(tails, -order)
        tails[place : place + 1] = [-order]
        lengths.append(place + 1)
    return lengths[::-1]


def _summary(entries: Sequence[DiffEntry]) -> DiffSummary:
    counts = Counter(entry.status for entry in entries)
    return DiffSummary(
        added=counts[ADDED],
        removed=counts[REMOVED],
        edited=counts[Change.EDITED],
        extended=counts[Change.EXTENDED],
        shortened=counts[Change.SHORTENED],
        reformatted=counts[Change.REFORMATTED],
        identical=counts[Change.IDENTICAL],
        moved=sum(entry.moved for entry in entries),
    )
