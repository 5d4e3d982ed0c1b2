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

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import replace

from feedtool import finding
from feedtool.aligning import common_beginning
from feedtool.changing import change_between, common_title
from feedtool.comparing import EQUAL, Likeness, compare, only_numbers
from feedtool.model import (
    Excerpt,
    Fingerprint,
    Match,
    MatchKind,
    Nearest,
    Novelty,
    Verdict,
    Version,
)
from feedtool.numbering import numbers, part_at_a_number, same_numbers
from feedtool.stores import Counters
from feedtool.text import normal_form
from feedtool.values import dataclass

# Below a floor nothing is an edit, whatever stands beside it. An article is known by its beginning:
# where it is kept, a passage may be replaced by a longer one. A sentence or a title put in front
# pushes half of a short excerpt out. Under another beginning stands another article, unless nearly
# all is the same ("How to deploy with ASGI" after "How to deploy with WSGI": 0.81). Of real pages
# over the years, nothing else near: beginning kept, at 0.4 to 0.5 three of four are edits; with
# something in front, at 0.6 to 0.7 half; with another beginning, at 0.7 to 0.8 one of four.
FLOOR = 0.4
FLOOR_MOVED = 0.6
FLOOR_OTHER = 0.75

# Headlines are made of few words, often of one pattern ("How to install X on Y"): an edit of one
# mends a letter or a word, no more. Where a word is two code points long (Han, kana, hangul), these
# count twice: forty of them are a paragraph.
SHORT = 64
DENSE_FROM = "\u2e80"
FLOOR_SHORT = 0.8

# The members of a weekly lie about equally near to a new one; an edit lies much nearer to its own
# article. Below 0.5 honest edits are lost, above 0.7 members of one series merge.
CLEARLY_NEARER = 0.6

# A shared beginning says something from this many code points of the normal form on: shorter ones
# are salutations and headings ("Hello everyone, today we will talk about ...").
LEAST_BEGINNING = 32

# A title says which article it is from this many code points of the normal form on. Seen at 24 to
# 88; "Generative Adversarial Ne" began two articles.
LEAST_TITLE = 24

# A number of so many digits tells which notice of a series it is; two digests that count fourteen
# contributions may well be two.
LEAST_NAME = 4

SAME_TEXT = "same text"
SAME_NORMAL_FORM = "same normal form"
SAME_BEGINNING = "one is the beginning of the other, and of no other"
SEVERAL_BEGINNINGS = "its beginning is that of several articles"
SHORT_BEGINNING = "the beginning that they share is too short to tell"
SAME_TITLE = "the same title over another text, and nothing else begins like it"
ONLY_EDIT = "an edit: nothing else comes near"
CLEAR_EDIT = "an edit: clearly nearer than anything else"
BELOW_FLOOR = "too little in common"
ONLY_NUMBERS = "only numbers differ"
OTHER_NUMBER = "another number in the title"
ON_THE_PAGE = "the item stands on the same page as another excerpt"
OTHER_IS_NEARER = "something else is nearer"
NOT_CLEARLY_NEARER = "not clearly nearer than something else"


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
) -> None:
    """Find out what the excerpts of a page are: by which text they are known, if by any.

    Left out of `cases` may be what needs no judgement and shares no keys with the others: texts
    near which nothing is, and known texts, which are `standing`. `mates` tells for each case
    the places in `cases` of those that share keys with it; it is asked only if need be.
    """
    _recognise_same_texts(cases)
    # Most pages bring nothing but what was there yesterday.
    if all(case.kind for case in cases):
        return
    for case, found in zip(cases, mates(), strict=True):
        case.mates = found
    _recognise_beginnings(cases)
    _recognise_edits(cases, standing)
    # What was the beginning of two texts may be that of one article, now that edits are known.
    _recognise_beginnings(cases)


def link(
    excerpt: Excerpt, fingerprint: Fingerprint, candidates: Sequence[Version], verdict: Verdict
) -> Verdict:
    """Join an excerpt that is new in its origin to an item of another origin, if it is the same.

    Text by text, without what a page knows; `verdict` is returned as it is where nothing fits.
    """
    (case,) = _cases([excerpt], [fingerprint], [candidates])
    settle_alone(case)
    if case.known is None or case.kind is None:
        nearest = verdict.nearest or case.nearest or _nearest_numbered(case)
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
    _recognise_same_texts([case])
    _recognise_beginnings([case])
    _recognise_edits([case], ())


def _cases(
    page: Sequence[Excerpt],
    fingerprints: Sequence[Fingerprint],
    candidates: Sequence[Sequence[Version]],
) -> list[Case]:
    return [
        Case(position, _as_version(excerpt, fingerprint), sorted(known, key=order))
        for position, (excerpt, fingerprint, known) in enumerate(
            zip(page, fingerprints, candidates, strict=True)
        )
    ]


def _as_version(excerpt: Excerpt, fingerprint: Fingerprint) -> Version:
    return Version(
        0,
        0,
        excerpt.text,
        excerpt.truncation.truncated,
        excerpt.truncation.length,
        fingerprint.normal,
        fingerprint.digest,
        excerpt.truncation.start,
    )


def order(version: Version) -> tuple[int, int, bytes]:
    """Order versions by the item seen first, then the version seen first."""
    return version.item, version.number, version.digest


def _recognise_same_texts(cases: Sequence[Case]) -> None:
    texts: dict[str, Case] = {}
    normals: dict[str, Case] = {}
    for case in cases:
        text, normal = case.text.text, case.text.normal
        alike = [version for version in case.candidates if version.normal == normal]
        if exact := [version for version in alike if version.text == text]:
            _know(case, exact[0], MatchKind.EXACT, SAME_TEXT)
        elif leader := texts.get(text):
            _follow(case, leader, MatchKind.EXACT, SAME_TEXT)
        elif same := [version for version in alike if _same(case.text, version)]:
            _know(case, same[0], MatchKind.NORMALIZED, SAME_NORMAL_FORM)
        elif (leader := normals.get(normal)) and _set_otherwise(case.text, leader.text):
            _follow(case, leader, MatchKind.NORMALIZED, SAME_NORMAL_FORM)
        texts.setdefault(text, case)
        normals.setdefault(normal, case)


def _same(a: Version, b: Version) -> bool:
    """Tell whether two texts differ in typography at most; v1.10 and v11.0 are two versions."""
    return a.normal == b.normal and same_numbers(a.body, b.body)


def same_or_beginning(a: Version, b: Version) -> bool:
    """Tell whether two texts are alike by their letters, so that most often nothing is compared."""
    return _same(a, b) or _begins(a, b)


def _set_otherwise(a: Version, b: Version) -> bool:
    """Tell whether two lines of one page show one text; what sets all of them sets it one way."""
    return _same(a, b) and not _cut_alike(a, b)


def _cut_alike(a: Version, b: Version) -> bool:
    """Tell whether two lines of one page are cut at the same length.

    A teaser and its entry are not; two articles that begin with the same boilerplate are.
    """
    return a.truncated and b.truncated and a.length == b.length


def _know(case: Case, version: Version, kind: MatchKind, rule: str) -> None:
    case.known, case.kind, case.rule = version, kind, rule


def _follow(case: Case, leader: Case, kind: MatchKind, rule: str) -> None:
    case.leader, case.kind, case.rule = leader, kind, rule


def _recognise_beginnings(cases: Sequence[Case]) -> None:
    """Join texts of which one is a cut beginning of the other, where it is that of no other."""
    for case in cases:
        if case.kind or not case.related:
            continue
        text = case.text
        # Of most candidates the first letters tell; the whole question costs ten times as much.
        first = text.normal[:LEAST_BEGINNING]
        known = [
            version
            for version in case.candidates
            if version.normal.startswith(first) and _begins(text, version)
        ]
        mates = [
            mate
            for mate in (cases[mate] for mate in case.mates)
            if _begins(text, mate.text) and not _cut_alike(text, mate.text)
        ]
        case.related = bool(known or mates)
        if not case.related:
            continue
        known += [mate.head.known for mate in mates if mate.head.known]
        known = [version for version in known if not _contradicted(case, version)]
        above = [
            mate
            for mate in mates
            if mate.position < case.position and not mate.unclear and not mate.head.known
        ]
        case.unclear = bool(known or mates) and _several(case, known, cases)
        if known and case.unclear:
            case.nearest = _kept_apart(_nearest_shown(case, known), EQUAL, SEVERAL_BEGINNINGS)
        elif known:
            _know(case, _nearest_shown(case, known), MatchKind.PREFIX, SAME_BEGINNING)
        elif above and not case.unclear:
            _follow(case, above[0], MatchKind.PREFIX, SAME_BEGINNING)


def _begins(a: Version, b: Version) -> bool:
    """Tell whether one of two texts is a cut beginning of the other, and long enough to say so."""
    return (
        min(len(a.normal), len(b.normal)) >= LEAST_BEGINNING
        and _is_beginning(a, b)
        and same_numbers(a.body, b.body)
    )


def _is_beginning(a: Version, b: Version) -> bool:
    shorter, longer = (a, b) if len(a.normal) <= len(b.normal) else (b, a)
    return shorter.truncated and longer.normal.startswith(shorter.normal)


def _contradicted(case: Case, version: Version) -> bool:
    """Tell whether the item of `version` goes on differently beyond what `case` shares with it.

    A teaser may be no more than boilerplate: what follows it tells then which article it is, and
    whether it is an edit of that.
    """
    shared = case.text.normal[: len(version.normal)]
    return any(
        other.item == version.item
        and other.normal.startswith(shared)
        and not _agree(case.text, other)
        for other in case.candidates
    )


def _nearest_shown(case: Case, known: Sequence[Version]) -> Version:
    """Return the version that shows about as much as `case` does."""
    shown = len(case.text.normal)
    return min(known, key=lambda version: (abs(len(version.normal) - shown), *order(version)))


def _several(case: Case, known: Sequence[Version], cases: Sequence[Case]) -> bool:
    """Tell whether a beginning that `case` has a part in is that of several articles."""
    items = {version.item for version in known}
    if len(items) > 1:
        return True
    strangers = [
        mate.text
        for mate in (cases[mate] for mate in case.mates)
        if mate.head is not case and not (mate.head.known and mate.head.known.item in items)
    ]
    related = [text for text in (*known, *strangers) if _begins(case.text, text)]
    shortest = min([case.text, *related], key=lambda text: len(text.normal))
    fuller = [text for text in strangers if text.normal.startswith(shortest.normal)]
    own = [text for text in (case.text, *known) if len(text.normal) > len(shortest.normal)]
    own = own or sorted(fuller, key=lambda text: -len(text.normal))[:1]
    return any(not any(_agree(text, other) for other in own) for text in fuller)


def _agree(a: Version, b: Version) -> bool:
    return a.normal.startswith(b.normal) or b.normal.startswith(a.normal)


def relation(a: Version, b: Version) -> tuple[MatchKind, float, str]:
    """Return by what two texts of one item are the same, from these texts alone."""
    if a.text == b.text:
        return MatchKind.EXACT, 1.0, SAME_TEXT
    if a.normal == b.normal:
        return MatchKind.NORMALIZED, 1.0, SAME_NORMAL_FORM
    if _begins(a, b):
        return MatchKind.PREFIX, 1.0, SAME_BEGINNING
    return MatchKind.NEAR, likeness(a, b).score, CLEAR_EDIT


def _recognise_edits(cases: Sequence[Case], standing: Sequence[Version]) -> None:
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
        for suit in _suits(case, cases, familiar=bool(standing))
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
            _know(case, suit.against, MatchKind.NEAR, rule)
            case.score, case.second, case.rivals = suit.likeness.score, second, suit.rivals


def _stands_beside(text: Version, others: Iterable[Version]) -> bool:
    """Tell whether an item that a page shows so is another one than that of `text`.

    Its own teaser may stand on the page: that is no other article.
    """
    return not all(_begins(other, text) for other in others)


def stands_out(best: float, second: float | None) -> bool:
    """Tell whether a likeness is clearly nearer than the second one.

    Without a rival it stands out by itself; the floor and the digit rule then decide alone.
    """
    return second is None or 1 - best < CLEARLY_NEARER * (1 - second)


def _precedence(suit: _Suit) -> tuple[float, int, bytes]:
    return -suit.likeness.score, suit.against.item, suit.case.text.digest


def _refuse(suit: _Suit, rule: str) -> None:
    suit.case.nearest = _kept_apart(suit.against, suit.likeness, rule)


def _kept_apart(version: Version, alike: Likeness, rule: str) -> Nearest:
    return Nearest(version.item, alike.score, rule, version.number)


def _suits(case: Case, cases: Sequence[Case], *, familiar: bool) -> Iterator[_Suit]:
    """Yield the claim of an excerpt on the item that it is most like, if it has one.

    `familiar` tells that the page shows known articles besides.
    """
    best, numbered = _compared(case)
    if not best:
        case.numbered = numbered
        if numbered and (familiar or any(other.known for other in cases)):
            yield from _rewritten(case, numbered, cases)
        return
    ranked = sorted(best.values(), key=lambda near: (-near[1].score, near[0].item))
    if len(ranked) > 1 and not stands_out(ranked[0][1].score, ranked[1][1].score):
        ranked = _of_its_number(case.text, ranked)
    version, alike = ranked[0]
    if rule := _no_edit(case.text, version, alike):
        case.nearest = _kept_apart(version, alike, rule)
        # Only a page that shows other known articles is the old index with a new text in it.
        if rule == BELOW_FLOOR and (familiar or any(other.known for other in cases)):
            yield from _rewritten(case, [version for version, _ in ranked], cases)
        return
    second = ranked[1][1].score if len(ranked) > 1 else None
    yield _Suit(case, version, alike, second, len(ranked) - 1)


def _compared(case: Case) -> tuple[dict[int, _Near], list[Version]]:
    """Return for each item the candidate most like the excerpt, and those of another number.

    Another member of the series does not stand in the way of the excerpt's own, however alike.
    """
    best: dict[int, _Near] = {}
    numbered: list[Version] = []
    for version in case.candidates:
        if case.likenesses is None:
            alike = compared(case.text, version)
        else:
            alike = case.likenesses[version.number]
        if alike is None or alike.other_number:
            numbered.append(version)
        elif _unchanged(alike):
            case.nearest = _kept_apart(version, alike, _why_unchanged(case.text, version))
        elif version.item not in best or alike.score > best[version.item][1].score:
            best[version.item] = version, alike
    for version in numbered:
        # Its item may be known by a text of another time, too, but is that of the nearest text.
        near = best.get(version.item)
        if near and likeness(case.text, version).score > near[1].score:
            del best[version.item]
    return best, numbered


def compared(a: Version, b: Version) -> Likeness | None:
    """Return how alike two texts are; None where a number already tells that they are two."""
    return None if part_at_a_number(a.normal, b.normal) else likeness(a, b)


def _nearest_numbered(case: Case) -> Nearest | None:
    """Return which of the candidates of another number begins most like the excerpt."""
    if not case.numbered:
        return None
    begun = max(case.numbered, key=lambda version: (_begun(case.text, version), -version.item))
    alike = likeness(case.text, begun)
    return _kept_apart(begun, alike, _no_edit(case.text, begun, alike) or OTHER_NUMBER)


def _of_its_number(text: Version, ranked: list[_Near]) -> list[_Near]:
    """Leave out the items of another number, if none of them shows the long one of `text`.

    A notice on `CVE-2021-8917` is more like the next notice than like itself with a sentence put
    in; which of them it is the number tells, wherever it stands.
    """
    shown = numbers(text.normal)
    if all(len(number) < LEAST_NAME for number in shown):
        return ranked
    theirs = [numbers(version.normal) for version, _ in ranked]
    fits = [not (shown - other and other - shown) for other in theirs]
    if True not in fits:
        return ranked
    left_out = set().union(*(other for other, fit in zip(theirs, fits, strict=True) if not fit))
    names = shown & theirs[fits.index(True)] - left_out
    if all(len(name) < LEAST_NAME for name in names):
        return ranked
    return [near for near, fit in zip(ranked, fits, strict=True) if fit]


def _rewritten(case: Case, versions: Sequence[Version], cases: Sequence[Case]) -> Iterator[_Suit]:
    """Yield the claim of an excerpt on the item whose title it keeps over another text.

    Where something else begins nearly alike, it is no title but the manner of a series. An old
    article that stands there still is taken.
    """
    begun: dict[int, tuple[int, Version]] = {}
    for version in versions:
        length = _begun(case.text, version)
        if version.item not in begun or length > begun[version.item][0]:
            begun[version.item] = length, version
    mates = [cases[mate].text for mate in case.mates]
    strangers = [_begun(case.text, mate) for mate in mates if not _is_beginning(case.text, mate)]
    (_, version), *others = sorted(begun.values(), key=lambda found: -found[0])
    title = normal_form(common_title(case.text.body, version.body) or " ").strip()
    rivals = [length for length, _ in others] + strangers
    if len(title) < LEAST_TITLE or any(2 * length >= len(title) for length in rivals):
        return
    alike = likeness(case.text, version)
    if _no_edit(case.text, version, alike) == BELOW_FLOOR:
        yield _Suit(case, version, alike, None, len(rivals), SAME_TITLE)


def _begun(a: Version, b: Version) -> int:
    """Return how many code points two normal forms have in common at their start."""
    return common_beginning(a.normal, b.normal)


def no_edit(a: Version, b: Version) -> str | None:
    """Return the rule by which two texts are no edits of one article, whatever else is near."""
    return _no_edit(a, b, likeness(a, b))


def _unchanged(alike: Likeness) -> bool:
    """Tell whether no edit shows: what was recognised by no such text is none of its edits."""
    return alike.beginning and alike.score == 1


def _why_unchanged(a: Version, b: Version) -> str:
    if not same_numbers(a.body, b.body):
        return ONLY_NUMBERS
    if min(len(a.normal), len(b.normal)) < LEAST_BEGINNING:
        return SHORT_BEGINNING
    return SEVERAL_BEGINNINGS


def _no_edit(a: Version, b: Version, alike: Likeness) -> str | None:
    if _unchanged(alike):
        return _why_unchanged(a, b)
    if alike.score < floor(a, b, alike):
        return BELOW_FLOOR
    if only_numbers(a.normal, b.normal, alike):
        return ONLY_NUMBERS
    if alike.other_number:
        return OTHER_NUMBER
    return None


def floor(a: Version, b: Version, alike: Likeness) -> float:
    """Return the least likeness of an edit, for two texts that are so alike."""
    if _is_headline(min(a.normal, b.normal, key=lambda normal: (len(normal), normal))):
        return FLOOR_SHORT
    if alike.beginning or alike.start >= LEAST_TITLE:
        return FLOOR
    return FLOOR_MOVED if alike.moved else FLOOR_OTHER


def _is_headline(normal: str) -> bool:
    length = len(normal)
    if length > SHORT or normal.isascii():
        return length <= SHORT
    return length + sum(character >= DENSE_FROM for character in normal) <= SHORT


def likeness(a: Version, b: Version) -> Likeness:
    """Return how alike two texts are over what both show."""
    if a.digest == b.digest:
        return EQUAL
    return compare(a.normal, b.normal, a_cut=a.truncated, b_cut=b.truncated)


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
        nearest = case.nearest or _nearest_numbered(case)
        return Verdict(Novelty.NEW, None, case.item, case.version, True, True, None, nearest)
    match = Match(case.kind, case.score, case.second, case.rivals, case.rule, against.number)
    change = change_between(against, case.text)
    return Verdict(
        Novelty.REPEATED, change, case.item, case.version, False, founds_version, match, None
    )
