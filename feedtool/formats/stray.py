"""Lines of a page to kinds: what is an excerpt, and what only stands around excerpts."""

import re
from collections.abc import Container, Sequence

from feedtool.formats.bylines import is_byline
from feedtool.formats.labels import (
    LONGEST_LABEL,
    fits,
    is_capitals,
    is_heading,
    is_label,
    names_section,
    width,
)
from feedtool.formats.pagers import is_pager
from feedtool.formats.truncation import is_marker
from feedtool.model import BlockKind

HEADER = "INCOMING TRANSMISSION"

# Shows nothing and holds no place, yet `str.strip` leaves it alone.
ZERO_WIDTH = "\u200b\u200c\u200d\u200e\u200f\u2060\ufeff"
BLANK = ZERO_WIDTH + "".join(filter(str.isspace, map(chr, range(0x3001))))

# Beyond this no line is stray: the longest are pagers and copyright lines.
LONGEST_STRAY = 160

# Headlines seldom take more cells than this; on a page whose lines are mostly shorter, a short
# line is nothing special.
HEADLINE = 80

_COPYRIGHT = (
    r"(?i:(?:copyright\s*)?(?:©|ⓒ|\(c\)\s*(?=\d{4}))|copyright\s+\d{4}\b|(?:版权所有|版權所有|著作権)"
    r"|[^.]{0,80}all rights reserved\.?$|[京沪粤浙苏闽川渝津鲁鄂湘皖冀豫]ICP[备证])"
)


_OWNED = ("©", "ⓒ", "(c)", "copyright", "reserved", "版权", "版權", "著作権", "icp")


def is_header(line: str) -> bool:
    """Tell whether a line opens a transmission."""
    return len(line) < 100 and line.strip(BLANK) == HEADER


def classify(texts: Sequence[str], ends: Sequence[str], *, headers: bool) -> list[BlockKind]:
    """Return the kind of each line of a page; `ends` show where blank lines stand.

    Without `headers` a line that says so opens nothing, and the first line heads no section.
    """
    kinds = [BlockKind.EXCERPT] * len(texts)
    short = [index for index, text in enumerate(texts) if len(text) <= LONGEST_STRAY]
    if not short:
        return kinds
    lines = {index: texts[index].strip(BLANK) for index in short if "\n" not in texts[index]}
    for index, line in lines.items():
        kinds[index] = _by_itself(line, headers=headers)
    _number_at_the_end(lines, kinds)
    unsure = [index for index in lines if kinds[index] is BlockKind.EXCERPT]
    if unsure:
        _mark_sections(lines, ends, kinds, unsure)
        _mark_categories(texts, lines, ends, kinds)
    return kinds


def _by_itself(line: str, *, headers: bool) -> BlockKind:
    if line == HEADER:
        return BlockKind.HEADER if headers else BlockKind.OTHER
    if any(map(str.isdigit, line)) and date_of(line) is not None:
        return BlockKind.DATE
    if is_pager(line):
        return BlockKind.PAGINATION
    if not any(map(str.isalnum, line)) and _is_punctuation(line):
        return BlockKind.OTHER
    if line.isdecimal() or _is_copyright(line) or is_marker(line) or is_byline(line):
        return BlockKind.OTHER
    return BlockKind.EXCERPT


def _is_copyright(line: str) -> bool:
    small = line.lower()
    return any(map(small.__contains__, _OWNED)) and re.match(_COPYRIGHT, line) is not None


def date_of(line: str) -> str | None:
    """Return the ISO date that a line is; its patterns are loaded when a line has a digit."""
    from feedtool.formats.dates import iso_date

    return iso_date(line)


def _is_punctuation(line: str) -> bool:
    from unicodedata import category

    # Pictograms (So), letters and bytes that could not be decoded (Cs) say something.
    return all(
        category(character)[0] in "PZM" or category(character) in _KEPT for character in line
    )


_KEPT = frozenset(("Sm", "Sk", "Sc", "Cc", "Cf"))


def _number_at_the_end(lines: dict[int, str], kinds: list[BlockKind]) -> None:
    # `2` under a list is the other page; anywhere else nobody knows what it counts.
    last = len(kinds) - 1
    while last > 0 and kinds[last] is BlockKind.OTHER and not lines[last].isdecimal():
        last -= 1
    if kinds[last] is BlockKind.OTHER and lines[last].isdecimal() and BlockKind.EXCERPT in kinds:
        kinds[last] = BlockKind.PAGINATION


def _mark_sections(
    lines: dict[int, str], ends: Sequence[str], kinds: list[BlockKind], unsure: list[int]
) -> None:
    apart = not _is_spaced_out(ends, kinds)
    capitals = [index for index in unsure if is_capitals(lines[index])]
    # On a page that is all in capitals they set nothing off.
    shouted = len(unsure) > 2 and len(capitals) * 2 > len(unsure)
    for index in unsure:
        line = lines[index]
        opens = index == 0 or kinds[index - 1] is BlockKind.HEADER
        blank_before = apart and index > 0 and _is_gap(ends[index - 1])
        blank_after = apart and _is_gap(ends[index])
        followed = index + 1 < len(kinds)
        if names_section(line):
            is_section = opens or blank_before or blank_after or line.isupper()
        elif index in capitals:
            is_section = followed and not shouted and (opens or blank_before)
        else:
            is_section = followed and blank_after and index > 0 and opens and is_heading(line)
        if is_section:
            kinds[index] = BlockKind.SECTION


def _is_gap(end: str) -> bool:
    return end.count("\n") > 1


def _is_spaced_out(ends: Sequence[str], kinds: list[BlockKind]) -> bool:
    # Where every second line has a blank one after it, a blank line sets nothing apart.
    inner = [end for end, kind in zip(ends, kinds, strict=True) if kind is not BlockKind.HEADER]
    gaps = sum(map(_is_gap, inner[:-1]))
    return gaps > 1 and gaps * 2 > len(inner) - 1


def _mark_categories(
    texts: Sequence[str], lines: dict[int, str], ends: Sequence[str], kinds: list[BlockKind]
) -> None:
    found = {
        index: dated
        for index in lines
        if kinds[index] is BlockKind.EXCERPT
        and (dated := _is_topic(index, texts, lines, kinds)) is not None
    }
    if not found or _is_headlines(texts, kinds, found):
        return
    apart = not _is_spaced_out(ends, kinds)
    for index, dated in found.items():
        heads = (
            index > 0
            and not dated
            and (
                _is_in_the_place_of_a_section(lines[index], kinds[index - 1])
                or (apart and kinds[index - 1] is not BlockKind.HEADER and _is_gap(ends[index - 1]))
            )
        )
        kinds[index] = BlockKind.SECTION if heads else BlockKind.CATEGORY


def _is_in_the_place_of_a_section(line: str, before: BlockKind) -> bool:
    # The format has a section there, whatever its language; but one word (`NLP`) or small letters
    # (`machine learning`) are how topics are written.
    if before is not BlockKind.HEADER:
        return False
    if width(line) > len(line):
        return len(line) >= 4
    return " " in line and not line[0].islower()


def _is_topic(
    index: int, texts: Sequence[str], lines: dict[int, str], kinds: list[BlockKind]
) -> bool | None:
    """Tell whether a line is the topic of what follows: None, or with a date or not."""
    after = index + 1
    while after < len(kinds) and kinds[after] is BlockKind.DATE:
        after += 1
    dated = after > index + 1 or (index > 0 and kinds[index - 1] is BlockKind.DATE)
    if after < len(kinds) and kinds[after] is BlockKind.EXCERPT:
        following = texts[after]
    elif after > index + 1:
        # A topic and a date whose entry was cut off with the page.
        following = ""
    else:
        # Nothing that it could be the topic of: it speaks for itself.
        return None
    if not dated and (fits(following, HEADLINE) or _is_in_a_run(index, lines, kinds)):
        return None
    placed = index > 0 and kinds[index - 1] is BlockKind.HEADER
    return dated if is_label(lines[index], sure=dated or placed, following=following) else None


def _is_in_a_run(index: int, lines: dict[int, str], kinds: list[BlockKind]) -> bool:
    # Two short lines, one under the other, are a list of titles; a topic stands alone.
    before = index - 1
    return (
        before in lines
        and kinds[before] is BlockKind.EXCERPT
        and fits(lines[before], LONGEST_LABEL)
    )


def _is_headlines(texts: Sequence[str], kinds: list[BlockKind], topics: Container[int]) -> bool:
    entries = [
        text
        for index, (text, kind) in enumerate(zip(texts, kinds, strict=True))
        if kind is BlockKind.EXCERPT and index not in topics
    ]
    brief = sum(fits(text, HEADLINE) for text in entries)
    # A page of nothing but topics and dates is a list of titles.
    return brief * 2 > len(entries) or not entries
