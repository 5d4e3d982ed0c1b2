"""Excerpts that are edits of a known text: the nearest, if it stands out on its page."""

from collections.abc import Iterable, Iterator, Sequence

from feedtool.aligning import common_beginning
from feedtool.changing import common_title
from feedtool.comparing import Likeness
from feedtool.judging.cases import Case, kept_apart, know
from feedtool.judging.pairs import (
    LEAST_TITLE,
    begins,
    compared,
    is_beginning,
    is_headline,
    likeness,
    unchanged,
    why_no_edit,
    why_unchanged,
)
from feedtool.judging.passing import part_in_passing
from feedtool.judging.rules import (
    BELOW_FLOOR,
    CLEAR_EDIT,
    NOT_CLEARLY_NEARER,
    ON_THE_PAGE,
    ONLY_EDIT,
    ONLY_NUMBERS,
    OTHER_MEMBER,
    OTHER_NUMBER,
    SAME_TITLE,
)
from feedtool.model import MatchKind, Nearest, Version
from feedtool.numbering import numbers, only_recur
from feedtool.text import normal_form
from feedtool.values import dataclass

# The members of a weekly lie about equally near to a new one; an edit lies much nearer to its own
# article. Below 0.5 honest edits are lost, above 0.7 members of one series merge.
CLEARLY_NEARER = 0.6

# A number of so many digits tells which notice of a series it is; two digests that count fourteen
# contributions may well be two.
LEAST_NAME = 4


@dataclass(frozen=True, slots=True)
class _Suit:
    """The claim that an excerpt is an edit of an item, with what speaks against it."""

    case: Case
    against: Version
    likeness: Likeness
    second: float | None
    rivals: int
    rule: str = ""


# A version, and how like it an excerpt is.
_Near = tuple[Version, Likeness]


def recognise_edits(
    cases: Sequence[Case], standing: Sequence[Version] = (), *, familiar: bool = False
) -> None:
    """Join excerpts to the items of which they are clearly edits, the most alike first.

    `standing` are known texts of the page beside those of `cases`; `familiar` tells that there are
    others still.
    """
    taken: dict[int, list[Version]] = {}
    for version in standing:
        taken.setdefault(version.item, []).append(version)
    for case in cases:
        if case.known:
            taken.setdefault(case.known.item, []).append(case.text)
    suits = [
        suit
        for case in cases
        if not (case.kind or case.unclear)
        for suit in _suits(case, cases, familiar=familiar or bool(standing))
    ]
    suits.sort(key=_precedence)
    suitors: dict[int, list[_Suit]] = {}
    for suit in suits:
        suitors.setdefault(suit.against.item, []).append(suit)
    for suit in suits:
        case, item = suit.case, suit.against.item
        # The best other suitor is the first or, for the first itself, the second.
        rivals = [other for other in suitors[item][:2] if other is not suit][:1]
        second = max([suit.second, *[r.likeness.score for r in rivals]], key=lambda s: s or 0.0)
        if _stands_beside(case.text, taken.get(item, ())):
            _refuse(suit, ON_THE_PAGE)
        elif not stands_out(suit.likeness.score, second):
            _refuse(suit, NOT_CLEARLY_NEARER)
        else:
            taken.setdefault(item, []).append(case.text)
            rule = suit.rule or (CLEAR_EDIT if second else ONLY_EDIT)
            know(case, suit.against, MatchKind.NEAR, rule)
            case.score, case.second, case.rivals = suit.likeness.score, second, suit.rivals


def _stands_beside(text: Version, others: Iterable[Version]) -> bool:
    """Tell whether an item that a page shows so is another one than that of `text`.

    Its own teaser may stand on the page: that is no other article.
    """
    return not all(begins(other, text) for other in others)


def stands_out(best: float, second: float | None) -> bool:
    """Tell whether a likeness is clearly nearer than the second one.

    Without a rival it stands out by itself; the floor and the digit rule then decide alone.
    """
    return second is None or 1 - best < CLEARLY_NEARER * (1 - second)


def _precedence(suit: _Suit) -> tuple[float, int, bytes]:
    return -suit.likeness.score, suit.against.item, suit.case.text.digest


def _refuse(suit: _Suit, rule: str) -> None:
    suit.case.nearest = kept_apart(suit.against, suit.likeness, rule)


def _suits(case: Case, cases: Sequence[Case], *, familiar: bool) -> Iterator[_Suit]:
    """Yield the claim of an excerpt on the item that it is most like, if it has one.

    `familiar` tells that the page shows known articles besides.
    """
    best, numbered = _compared(case)
    if not best:
        case.numbered = numbered
        return
    ranked = sorted(best.values(), key=lambda near: (-near[1].score, near[0].item))
    if len(ranked) > 1 and not stands_out(ranked[0][1].score, ranked[1][1].score):
        normals = [version.normal for version, _ in ranked]
        ranked = [ranked[place] for place in of_its_number(case.text.normal, normals)]
    version, alike = ranked[0]
    if rule := no_edit(case.text, version, alike):
        case.nearest = kept_apart(version, alike, rule)
        # Only a page that shows other known articles is the old index with a new text in it.
        if rule == BELOW_FLOOR and (familiar or any(other.known for other in cases)):
            yield from _rewritten(case, [version for version, _ in ranked], cases)
        return
    if _is_other_member(case, version, alike):
        case.nearest = kept_apart(version, alike, OTHER_MEMBER)
        return
    others = {near.item: alike.score for near, alike in ranked[1:]}
    if numbered and only_recur(case.text.normal):
        # Of last Friday it is no more than of this Monday.
        others |= {other.item: likeness(case.text, other).score for other in numbered}
        others.pop(version.item, None)
    yield _Suit(case, version, alike, max(others.values(), default=None), len(others))


def _is_other_member(case: Case, version: Version, alike: Likeness) -> bool:
    """Tell whether three texts are as far from each other: an excerpt, and two of an item.

    So are the members of a series that a word tells apart, of which the item has got two. What is
    edited again and again moves away from what it was at first.
    """
    return is_headline(case.text.normal) and any(
        other.item == version.item
        and other is not version
        and not stands_out(alike.score, (farther := likeness(case.text, other).score))
        and are_equally_far(alike.score, farther, likeness(version, other).score)
        for other in case.candidates
    )


def are_equally_far(*scores: float) -> bool:
    """Tell whether of three texts no two are clearly nearer than the others are."""
    return not stands_out(max(scores), min(scores))


def no_edit(a: Version, b: Version, alike: Likeness) -> str | None:
    """Return the rule by which two texts, so alike, are no edits, whatever else is near."""
    rule = why_no_edit(a, b, alike)
    return None if rule in (ONLY_NUMBERS, OTHER_NUMBER) and part_in_passing(a, b) else rule


def _compared(case: Case) -> tuple[dict[int, _Near], list[Version]]:
    """Return for each item the candidate most like the excerpt, and those of another number.

    Another member of the series does not stand in the way of the excerpt's own, however alike.
    """
    best: dict[int, _Near] = {}
    numbered: list[Version] = []
    for version in case.candidates:
        alike = _likeness(case, version)
        if alike is None or alike.other_number:
            numbered.append(version)
        elif unchanged(alike):
            case.nearest = kept_apart(version, alike, why_unchanged(case.text, version))
        elif version.item not in best or alike.score > best[version.item][1].score:
            best[version.item] = version, alike
    for version in numbered:
        # Its item may be known by a text of another time, too, but is that of the nearest text.
        near = best.get(version.item)
        if near and likeness(case.text, version).score > near[1].score:
            del best[version.item]
    return best, numbered


def _likeness(case: Case, version: Version) -> Likeness | None:
    """Return what `compared` says of an excerpt and a candidate, but for such numbers as pass."""
    if case.likenesses is None:
        alike = compared(case.text, version)
    else:
        alike = case.likenesses[version.number]
    if (alike is None or alike.other_number) and part_in_passing(case.text, version):
        return likeness(case.text, version)._replace(other_number=False)
    return alike


def nearest_numbered(case: Case) -> Nearest | None:
    """Return which of the candidates of another number begins most like the excerpt."""
    if not case.numbered:
        return None
    begun = max(case.numbered, key=lambda version: (_begun(case.text, version), -version.item))
    alike = likeness(case.text, begun)
    return kept_apart(begun, alike, why_no_edit(case.text, begun, alike) or OTHER_NUMBER)


def of_its_number(normal: str, others: Sequence[str]) -> list[int]:
    """Return the places of all of some normal forms but those of another number.

    That is, if one of them shows the long one of `normal`: a notice on `CVE-2021-8917` is more like
    the next notice than like itself with a sentence put in; which of them it is the number tells,
    wherever it stands.
    """
    places = list(range(len(others)))
    shown = numbers(normal)
    if all(len(number) < LEAST_NAME for number in shown):
        return places
    theirs = [numbers(other) for other in others]
    fits = [not (shown - other and other - shown) for other in theirs]
    if True not in fits:
        return places
    left_out = set().union(*(other for other, fit in zip(theirs, fits, strict=True) if not fit))
    names = shown & theirs[fits.index(True)] - left_out
    if all(len(name) < LEAST_NAME for name in names):
        return places
    return [place for place in places if fits[place]]


def _rewritten(case: Case, versions: Sequence[Version], cases: Sequence[Case]) -> Iterator[_Suit]:
    """Yield the claim of an excerpt on the item whose title it keeps over another text.

    `versions` are the most alike, one of each item. Where something else begins nearly alike, it is
    no title but the manner of a series. An old article that stands there still is taken.
    """
    lengths = [_begun(case.text, version) for version in versions]
    if not titled(lengths):
        return
    version = versions[lengths.index(max(lengths))]
    # A headline is all title: the word in which it ends is no text below.
    if is_headline(case.text.normal) or is_headline(version.normal):
        return
    title = normal_form(common_title(case.text.body, version.body) or " ").strip()
    mates = [cases[mate].text for mate in case.mates]
    strangers = [_begun(case.text, mate) for mate in mates if not is_beginning(case.text, mate)]
    rivals = sorted(lengths)[:-1] + strangers
    if len(title) < LEAST_TITLE or any(2 * length >= len(title) for length in rivals):
        return
    alike = likeness(case.text, version)
    if why_no_edit(case.text, version, alike) == BELOW_FLOOR:
        yield _Suit(case, version, alike, None, len(rivals), SAME_TITLE)


def titled(begun: Sequence[int]) -> bool:
    """Tell whether the longest of some common beginnings may be a title, which no other shares."""
    *others, longest = sorted(begun)
    return longest >= LEAST_TITLE and all(2 * length < longest for length in others[-1:])


def _begun(a: Version, b: Version) -> int:
    """Return how many code points two normal forms have in common at their start."""
    return common_beginning(a.normal, b.normal)
