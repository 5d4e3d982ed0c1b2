"""Pairs of excerpts -> why they are one article, or why not."""

from collections.abc import Iterator, Sequence
from itertools import count

from feedtool import changing, finding, fingerprint, judging
from feedtool.errors import FeedtoolError, NotFoundError
from feedtool.formats import truncation
from feedtool.judging import edits, pairs, rules
from feedtool.model import Excerpt, Fingerprint, Match, MatchKind, Truncation, Verdict, Version
from feedtool.reading import Reading, one
from feedtool.report.comparison import ExplainText, Explanation
from feedtool.report.stored import VersionReport
from feedtool.reporting import rounded, truncation_report
from feedtool.stores import Counters, Index
from feedtool.values import dataclass

# So many pairs are more than anybody reads, and take seconds.
MOST_PAIRS = 100_000
# Every excerpt of a page is held against every one of the other, to see what else is near.
MOST_BESIDE = 4_000_000


@dataclass(frozen=True, slots=True)
class Subject:
    """An excerpt that may be explained.

    Those that are not `asked` about stand beside the others as what else may be near.
    """

    name: str
    item: str | None
    excerpt: Excerpt
    asked: bool = True


def from_text(name: str, text: str) -> Subject:
    """Return a text of its own, outside of any page."""
    (finding,) = truncation.find([text])
    return Subject(name, None, Excerpt(1, 1, text, finding))


def from_source(name: str, line: int | None, reading: Reading) -> list[Subject]:
    """Return the excerpts of a source; asked about are all of them, or the one at `line`.

    Raises `InputError`, and `NotFoundError` where no excerpt stands at the line.
    """
    subjects = [
        Subject(f"{name}:{excerpt.line}", None, excerpt, line in (None, excerpt.line))
        for transmission in one(name, reading)
        for excerpt in transmission.excerpts
    ]
    if not any(subject.asked for subject in subjects):
        where = name if line is None else f"{name}:{line}"
        raise NotFoundError(f"{where}: no excerpt stands there")
    return subjects


def from_item(item: str, report: VersionReport) -> Subject:
    """Return a version of a stored item."""
    found = report.truncation
    truncation = Truncation(
        report.truncated, found.marker, found.length, found.cap, found.evidence, found.start
    )
    return Subject(item, item, Excerpt(1, 1, report.text, truncation))


def rivals(index: Index, origin: str, subjects: Sequence[Subject]) -> list[Subject]:
    """Return what else an index holds near stored items: not asked about, but evidence."""
    prints = fingerprint.of([subject.excerpt for subject in subjects])
    near = finding.neighbours(index, origin, prints)
    nearest = {version.item: version for versions in near for version in versions}
    items = index.items(list(nearest))
    named = {subject.item for subject in subjects}
    return [
        _rival(version, items[number].id)
        for number, version in nearest.items()
        if items[number].id not in named
    ]


def _rival(version: Version, item: str) -> Subject:
    truncation = Truncation(version.truncated, None, version.length, None, "", version.start)
    return Subject(item, item, Excerpt(1, 1, version.text, truncation), asked=False)


def explain(before: Sequence[Subject], after: Sequence[Subject]) -> Iterator[Explanation]:
    """Explain every pair of excerpts that is asked about, as `after` would be judged on a page."""
    olds, news = [_printed(before), _printed(after)]
    known = [
        Version.of(subject.excerpt, print_, number, item)
        for number, (item, (subject, print_)) in enumerate(zip(_items(olds), olds, strict=True), 1)
    ]
    start = Counters(1, len(known) + 1, len(known) + 1)
    page = [subject.excerpt for subject, _ in news]
    prints = [print_ for _, print_ in news]
    verdicts = judging.judge(page, prints, [known] * len(page), start)
    for (new, print_), verdict in zip(news, verdicts, strict=True):
        if not new.asked:
            continue
        shown = Version.of(new.excerpt, print_)
        scores = [(other.item, pairs.likeness(shown, other).score) for other in known]
        for (old, _), version in zip(olds, known, strict=True):
            if old.asked:
                others = [score for item, score in scores if item != version.item]
                yield _explained(old, new, version, shown, verdict, others)


def refuse_many(before: Sequence[Subject], after: Sequence[Subject]) -> None:
    """Raise `FeedtoolError` where there are more pairs than can be explained in a moment."""
    asked = sum(one.asked for one in before) * sum(one.asked for one in after)
    if asked > MOST_PAIRS:
        raise FeedtoolError(f"{asked:,} pairs are too many to explain; name a line: PATH:LINE")
    if len(before) * len(after) > MOST_BESIDE:
        raise FeedtoolError(
            f"pages of {len(before):,} and {len(after):,} excerpts are too long to explain; "
            "--text explains two texts by themselves"
        )


def _printed(subjects: Sequence[Subject]) -> list[tuple[Subject, Fingerprint]]:
    prints = fingerprint.of([subject.excerpt for subject in subjects])
    return list(zip(subjects, prints, strict=True))


def _items(olds: Sequence[tuple[Subject, Fingerprint]]) -> list[int]:
    """Return the items of what is known: stored ones differ, a page may show one twice."""
    loose = [old for old in olds if old[0].item is None]
    page, prints = [subject.excerpt for subject, _ in loose], [print_ for _, print_ in loose]
    verdicts = judging.judge(page, prints, [[] for _ in loose], Counters(1, 1, 1))
    shown = iter([verdict.item for verdict in verdicts])
    stored = count(len(loose) + 1)
    return [next(shown if subject.item is None else stored) for subject, _ in olds]


def _explained(
    old: Subject,
    new: Subject,
    before: Version,
    after: Version,
    verdict: Verdict,
    others: Sequence[float],
) -> Explanation:
    """Explain a pair; `others` are the scores of what else the text may be."""
    same = verdict.item == before.item
    kind, score, rule = pairs.relation(before, after)
    second = max(others, default=None)
    if same and verdict.match:
        kind, rule, second = verdict.match.kind, verdict.match.rule, _second(verdict.match, second)
    elif not same:
        rule = _why_not(before, after, verdict)
    return Explanation(
        before=_side(old, before),
        after=_side(new, after),
        same=same,
        kind=kind if same else None,
        change=changing.change_between(before, after) if same else None,
        score=rounded(score),
        second=None if second is None else rounded(second),
        rivals=len(others),
        floor=pairs.floor(before, after, pairs.likeness(before, after)),
        rule=rule,
        first_difference=changing.first_difference(before.text, after.text),
        changes=changing.changes(before.text, after.text),
    )


def _second(match: Match, second: float | None) -> float | None:
    return match.second if match.kind is MatchKind.NEAR else second


def _why_not(before: Version, after: Version, verdict: Verdict) -> str:
    """Name the rule that keeps two texts apart."""
    if verdict.nearest and verdict.nearest.item == before.item:
        return verdict.nearest.rule
    if rule := edits.no_edit(before, after, pairs.likeness(before, after)):
        return rule
    return rules.OTHER_IS_NEARER


def _side(subject: Subject, version: Version) -> ExplainText:
    return ExplainText(
        subject.name,
        subject.item,
        subject.excerpt.text,
        version.truncated,
        truncation_report(subject.excerpt),
        version.normal,
    )
