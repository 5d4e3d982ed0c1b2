"""A page and its candidates -> verdicts: every rule and threshold of the judgement stands here.

The rules, in the order in which they are asked:

1. the same text, the same normal form, or a clear beginning of the same text is the same item,
   in the store or above on the page;
2. otherwise an excerpt may be an edit of the item it is most like, if that likeness reaches a
   floor (the lower, the more of the beginning is kept), more than digits differ and no number in
   the title, the item stands nowhere else on the page,
   and the likeness stands out among the other items and the other suitors of the item (the ratio
   test of D. Lowe, 2004);
3. everything else is new. In doubt two items: a wrong merge hides news, a miss costs a glance.
"""

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import replace

from feedtool import finding
from feedtool.changing import change_between
from feedtool.judging.beginnings import recognise_beginnings, recognise_same_texts
from feedtool.judging.cases import Case, order
from feedtool.judging.edits import nearest_numbered, recognise_edits
from feedtool.model import Excerpt, Fingerprint, Match, Novelty, Verdict, Version
from feedtool.stores import Counters


def judge(
    page: Sequence[Excerpt],
    fingerprints: Sequence[Fingerprint],
    candidates: Sequence[Sequence[Version]],
    counters: Counters,
) -> list[Verdict]:
    """Return the verdicts of a page, in its order.

    `candidates` are the versions of the page's own origin that may be the same, for each excerpt;
    their order does not matter. Fresh items and versions are numbered from `counters` on.
    """
    cases = _cases(page, fingerprints, candidates)
    settle(cases, lambda: finding.mates(fingerprints))
    return list(_verdicts(cases, counters))


def settle(
    cases: Sequence[Case],
    mates: Callable[[], Sequence[Sequence[int]]],
    standing: Sequence[Version] = (),
    *,
    familiar: bool = False,
) -> None:
    """Find out what the excerpts of a page are: by which text they are known, if by any.

    Left out of `cases` may be what has no part in the verdicts of the others: texts near which
    nothing is, known texts, which are `standing`, and those of other items that `alone` judges, of
    which `familiar` tells that one is known. `mates` tells for each case the places in `cases` of
    those that share keys with it; it is asked only if need be.
    """
    recognise_same_texts(cases)
    # Most pages bring nothing but what was there yesterday.
    if all(case.kind for case in cases):
        return
    for case, found in zip(cases, mates(), strict=True):
        case.mates = found
    recognise_beginnings(cases)
    recognise_edits(cases, standing, familiar=familiar)
    # What was the beginning of two texts may be that of one article, now that edits are known.
    recognise_beginnings(cases)


def link(
    excerpt: Excerpt, fingerprint: Fingerprint, candidates: Sequence[Version], verdict: Verdict
) -> Verdict:
    """Join an excerpt that is new in its origin to an item of another origin, if it is the same.

    Text by text, without what a page knows; `verdict` is returned as it is where nothing fits.
    """
    (case,) = _cases([excerpt], [fingerprint], [candidates])
    settle_alone(case)
    if case.known is None or case.kind is None:
        nearest = verdict.nearest or case.nearest or nearest_numbered(case)
        return replace(verdict, nearest=nearest)
    match = Match(case.kind, case.score, case.second, case.rivals, case.rule, case.known.number)
    return replace(
        verdict,
        novelty=Novelty.REPEATED,
        change=change_between(case.known, case.text),
        match=match,
        nearest=None,
        root=case.known.item,
    )


def settle_alone(case: Case) -> None:
    """Find out what a text is without what a page knows."""
    recognise_same_texts([case])
    recognise_beginnings([case])
    recognise_edits([case])


def _cases(
    page: Sequence[Excerpt],
    fingerprints: Sequence[Fingerprint],
    candidates: Sequence[Sequence[Version]],
) -> list[Case]:
    return [
        Case(position, Version.of(excerpt, fingerprint), sorted(known, key=order))
        for position, (excerpt, fingerprint, known) in enumerate(
            zip(page, fingerprints, candidates, strict=True)
        )
    ]


def _verdicts(cases: Iterable[Case], counters: Counters) -> Iterator[Verdict]:
    """Yield the verdicts in the order of the page, and number what is fresh."""
    next_item, next_version = counters.item, counters.version
    for case in cases:
        against = case.known or (case.leader and _numbered(case.leader))
        if against:
            case.item = against.item
        else:
            case.item, next_item = next_item, next_item + 1
        founds_version = not against or against.text != case.text.text
        if against and not founds_version:
            case.version = against.number
        else:
            case.version, next_version = next_version, next_version + 1
        yield _verdict(case, against or None, founds_version)


def _numbered(case: Case) -> Version:
    return case.text._replace(number=case.version, item=case.item)


def _verdict(case: Case, against: Version | None, founds_version: bool) -> Verdict:
    if against is None or case.kind is None:
        nearest = case.nearest or nearest_numbered(case)
        return Verdict(Novelty.NEW, None, case.item, case.version, True, True, None, nearest)
    match = Match(case.kind, case.score, case.second, case.rivals, case.rule, against.number)
    change = change_between(against, case.text)
    return Verdict(
        Novelty.REPEATED, change, case.item, case.version, False, founds_version, match, None
    )
