"""Excerpts that are a known text, or a clear beginning of one."""

from collections.abc import Sequence

from feedtool.comparing import EQUAL
from feedtool.judging.cases import Case, follow, kept_apart, know, order
from feedtool.judging.pairs import agree, begins, is_same
from feedtool.judging.rules import (
    SAME_BEGINNING,
    SAME_NORMAL_FORM,
    SAME_TEXT,
    SEVERAL_BEGINNINGS,
)
from feedtool.model import MatchKind, Version


def recognise_same_texts(cases: Sequence[Case]) -> None:
    """Join excerpts that are a known text, or one above them, but for its typography at most."""
    texts: dict[str, Case] = {}
    normals: dict[str, Case] = {}
    for case in cases:
        text, normal = case.text.text, case.text.normal
        alike = [version for version in case.candidates if version.normal == normal]
        if exact := [version for version in alike if version.text == text]:
            know(case, exact[0], MatchKind.EXACT, SAME_TEXT)
        elif leader := texts.get(text):
            follow(case, leader, MatchKind.EXACT, SAME_TEXT)
        elif same := [version for version in alike if is_same(case.text, version)]:
            know(case, same[0], MatchKind.NORMALIZED, SAME_NORMAL_FORM)
        elif (leader := normals.get(normal)) and _set_otherwise(case.text, leader.text):
            follow(case, leader, MatchKind.NORMALIZED, SAME_NORMAL_FORM)
        texts.setdefault(text, case)
        normals.setdefault(normal, case)


def _set_otherwise(a: Version, b: Version) -> bool:
    """Tell whether two lines of one page show one text; what sets all of them sets it one way."""
    return is_same(a, b) and not _cut_alike(a, b)


def _cut_alike(a: Version, b: Version) -> bool:
    """Tell whether two lines of one page are cut at the same length.

    A teaser and its entry are not; two articles that begin with the same boilerplate are.
    """
    return a.truncated and b.truncated and a.length == b.length


def recognise_beginnings(cases: Sequence[Case]) -> None:
    """Join texts of which one is a cut beginning of the other, where it is that of no other."""
    for case in cases:
        if case.kind or not case.related:
            continue
        text = case.text
        # Of most others their letters tell; the whole question costs ten times as much.
        normal, starts = text.normal, text.normal.startswith
        known = [
            version
            for version in case.candidates
            if (starts(version.normal) or version.normal.startswith(normal))
            and begins(text, version)
        ]
        mates = [
            mate
            for mate in (cases[mate] for mate in case.mates)
            if (starts(mate.text.normal) or mate.text.normal.startswith(normal))
            and begins(text, mate.text)
            and not _cut_alike(text, mate.text)
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
        several = bool(known or mates) and _several(case, known, cases)
        # What goes on beyond the beginning that several share may still be an edit of one of them.
        others = [*known, *(mate.text for mate in mates)]
        case.unclear = several and any(len(other.normal) >= len(text.normal) for other in others)
        if known and several:
            case.nearest = kept_apart(_nearest_shown(case, known), EQUAL, SEVERAL_BEGINNINGS)
        elif known:
            know(case, _nearest_shown(case, known), MatchKind.PREFIX, SAME_BEGINNING)
        elif above and not several:
            follow(case, above[0], MatchKind.PREFIX, SAME_BEGINNING)


def _contradicted(case: Case, version: Version) -> bool:
    """Tell whether the item of `version` goes on differently beyond what `case` shares with it.

    A teaser may be no more than boilerplate: what follows it tells then which article it is, and
    whether it is an edit of that.
    """
    shared = case.text.normal[: len(version.normal)]
    return any(
        other.item == version.item
        and other.normal.startswith(shared)
        and not agree(case.text, other)
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
    related = [text for text in (*known, *strangers) if begins(case.text, text)]
    shortest = min([case.text, *related], key=lambda text: len(text.normal))
    fuller = [text for text in strangers if text.normal.startswith(shortest.normal)]
    own = [text for text in (case.text, *known) if len(text.normal) > len(shortest.normal)]
    own = own or sorted(fuller, key=lambda text: -len(text.normal))[:1]
    return any(not any(agree(text, other) for other in own) for text in fuller)
