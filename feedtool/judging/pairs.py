"""Two texts -> whether they may be one article, as far as these two can tell."""

from feedtool.comparing import EQUAL, Likeness, compare, only_numbers
from feedtool.judging.rules import (
    BELOW_FLOOR,
    CLEAR_EDIT,
    ONLY_NUMBERS,
    OTHER_NUMBER,
    SAME_BEGINNING,
    SAME_NORMAL_FORM,
    SAME_TEXT,
    SEVERAL_BEGINNINGS,
    SHORT_BEGINNING,
)
from feedtool.model import MatchKind, Version
from feedtool.numbering import part_at_a_number, same_numbers

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

# A shared beginning says something from this many code points of the normal form on: shorter ones
# are salutations and headings ("Hello everyone, today we will talk about ...").
LEAST_BEGINNING = 32

# A title says which article it is from this many code points of the normal form on. Seen at 24 to
# 88; "Generative Adversarial Ne" began two articles.
LEAST_TITLE = 24


def is_same(a: Version, b: Version) -> bool:
    """Tell whether two texts differ in typography at most; v1.10 and v11.0 are two versions."""
    return a.normal == b.normal and same_numbers(a.body, b.body)


def begins(a: Version, b: Version) -> bool:
    """Tell whether one of two texts is a cut beginning of the other, and long enough to say so."""
    return (
        min(len(a.normal), len(b.normal)) >= LEAST_BEGINNING
        and is_beginning(a, b)
        and _same_numbers(a, b)
    )


def is_beginning(a: Version, b: Version) -> bool:
    """Tell whether the shorter of two texts is a cut beginning of the longer one."""
    shorter, longer = _by_length(a, b)
    return shorter.truncated and longer.normal.startswith(shorter.normal)


def _same_numbers(a: Version, b: Version) -> bool:
    shorter, longer = _by_length(a, b)
    # A cut may go through a number: `In 20...` goes on as `In 2007`.
    cut = shorter.truncated and len(shorter.normal) < len(longer.normal)
    return same_numbers(shorter.body, longer.body, cut=cut)


def _by_length(a: Version, b: Version) -> tuple[Version, Version]:
    return (a, b) if len(a.normal) <= len(b.normal) else (b, a)


def agree(a: Version, b: Version) -> bool:
    """Tell whether two texts show nothing that differs as far as both go."""
    return a.normal.startswith(b.normal) or b.normal.startswith(a.normal)


def relation(a: Version, b: Version) -> tuple[MatchKind, float, str]:
    """Return by what two texts of one item are the same, from these texts alone."""
    if a.text == b.text:
        return MatchKind.EXACT, 1.0, SAME_TEXT
    if a.normal == b.normal:
        return MatchKind.NORMALIZED, 1.0, SAME_NORMAL_FORM
    if begins(a, b):
        return MatchKind.PREFIX, 1.0, SAME_BEGINNING
    return MatchKind.NEAR, likeness(a, b).score, CLEAR_EDIT


def compared(a: Version, b: Version) -> Likeness | None:
    """Return how alike two texts are; None where a number already tells that they are two."""
    return None if part_at_a_number(a.normal, b.normal) else likeness(a, b)


def likeness(a: Version, b: Version) -> Likeness:
    """Return how alike two texts are over what both show.

    A beginning that is too short to tell is compared with all of the other: a headline cut behind
    its fourth word is still that headline, and a salutation is no article.
    """
    if a.digest == b.digest:
        return EQUAL
    if min(len(a.normal), len(b.normal)) < LEAST_BEGINNING and is_beginning(a, b):
        return compare(a.normal, b.normal, a_cut=False, b_cut=False)
    return compare(a.normal, b.normal, a_cut=a.truncated, b_cut=b.truncated)


def why_no_edit(a: Version, b: Version, alike: Likeness) -> str | None:
    """Return the rule by which two texts, so alike, are no edits of one article.

    Whatever else is near, and unless they differ in passing numbers only: see `edits.no_edit`.
    """
    if unchanged(alike):
        return why_unchanged(a, b)
    if alike.score < floor(a, b, alike):
        return SHORT_BEGINNING if is_beginning(a, b) else BELOW_FLOOR
    if only_numbers(a.normal, b.normal, alike):
        return ONLY_NUMBERS
    if alike.other_number:
        return OTHER_NUMBER
    return None


def unchanged(alike: Likeness) -> bool:
    """Tell whether no edit shows: what was recognised by no such text is none of its edits."""
    return alike.beginning and alike.score == 1


def why_unchanged(a: Version, b: Version) -> str:
    """Return the rule by which two texts between which no edit shows are not the same."""
    return SEVERAL_BEGINNINGS if _same_numbers(a, b) else ONLY_NUMBERS


def floor(a: Version, b: Version, alike: Likeness) -> float:
    """Return the least likeness of an edit, for two texts that are so alike."""
    if is_headline(min(a.normal, b.normal, key=lambda normal: (len(normal), normal))):
        return FLOOR_SHORT
    if alike.beginning or alike.start >= LEAST_TITLE:
        return FLOOR
    return FLOOR_MOVED if alike.moved else FLOOR_OTHER


def is_headline(normal: str) -> bool:
    """Tell whether a normal form is that of a headline."""
    length = len(normal)
    if length > SHORT or normal.isascii():
        return length <= SHORT
    return length + sum(character >= DENSE_FROM for character in normal) <= SHORT
