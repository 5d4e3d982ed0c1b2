"""Two texts -> the runs of code points that they have in common, and the edits between them."""

from array import array
from collections.abc import Callable, Sequence
from functools import cache, lru_cache
from typing import Any, NamedTuple

from feedtool.native import core

# Alignment costs the product of the lengths. Beyond this many code points after the common
# beginning two texts count as cut: that much is evidence enough, and a flood stays harmless.
WINDOW = 4096

# Pieces so long are looked for that an alignment has missed.
PROBE = 24
# In a longer text they are looked up among all of its pieces: 0.4 ms in 4 KB of whatever letters.
# To search for one after the other takes 0.1 ms in prose, but 4.5 where two letters come by chance.
LONG = 2000

# No gram of so many code points is shared by chance. In UTF-16 it fits into a number.
GRAM = 4
_UNIT_BYTES = 2
_GRAM_BYTES = GRAM * _UNIT_BYTES

# Where a common run begins in either text, and its length.
Run = tuple[int, int, int]

# Where an edit begins and ends in the first text, and in the second.
Edit = tuple[int, int, int, int]


def common_beginning_plainly(a: str, b: str) -> int:
    """Return the number of equal code points at the start; `common_beginning` is this, compiled."""
    return _aligner().common_beginning(a, b)


def common_runs(a: str, b: str, least: int, start: int) -> list[Run]:
    """Return the runs of at least `least` of a longest common subsequence, `start` added."""
    blocks = _aligner().editops(a, b).as_matching_blocks()
    return [(start + run.a, start + run.b, run.size) for run in blocks if run.size >= least]


def is_astray(a: str, b: str, runs: list[Run], start: int) -> bool:
    """Tell whether an alignment has missed a run of PROBE code points that both texts have."""
    has = _pieces(b[start:]).__contains__ if len(b) - start > LONG else b[start:].__contains__
    rest = iter(runs)
    run_start = run_end = start
    for place in range(start, len(a) - PROBE + 1, PROBE):
        while run_end < place + PROBE and (run := next(rest, None)):
            run_start, run_end = run[0], run[0] + run[2]
        if run_start <= place <= run_end - PROBE:
            continue
        if has(a[place : place + PROBE]):
            return True
    return False


def _pieces(text: str) -> set[str]:
    return {text[place : place + PROBE] for place in range(len(text) - PROBE + 1)}


def runs_of_grams(a: str, b: str, start: int) -> list[Run]:
    """Return the runs of a longest common subsequence of grams beyond `start` equal code points."""
    runs: list[Run] = []
    a_end = b_end = 0
    ours, theirs = _grams_of(a, b)
    for block in _aligner().editops(ours[start:], theirs[start:]).as_matching_blocks():
        # What stands once in one text and twice in the other counts once.
        skip = max(0, a_end - block.a, b_end - block.b)
        size = block.size + GRAM - 1 - skip
        if block.size and size > 0:
            runs.append((start + block.a + skip, start + block.b + skip, size))
            a_end, b_end = block.a + skip + size, block.b + skip + size
    return runs


def edits_plainly(a: str, b: str) -> list[Edit]:
    """Return the places in `a` and in `b` that differ, in order; `edits` is this, compiled."""
    found: list[Edit] = []
    for edit in _aligner().opcodes(a, b):
        if edit.tag == "equal":
            continue
        place = edit.src_start, edit.src_end, edit.dest_start, edit.dest_end
        if found and (found[-1][1], found[-1][3]) == (place[0], place[2]):
            # What is left out and what is put in at one place are one edit.
            last = found.pop()
            place = last[0], place[1], last[2], place[3]
        found.append(place)
    return found


def _grams_of(a: str, b: str) -> tuple[Sequence[Any], Sequence[Any]]:
    """Return the grams of two texts: packed into numbers, or strings where one does not fit."""
    ours, theirs = _packed_grams(a), _packed_grams(b)
    if ours is None or theirs is None:
        return _grams(a), _grams(b)
    return ours, theirs


def _grams(text: str) -> list[str]:
    return [text[place : place + GRAM] for place in range(len(text) - GRAM + 1)]


# A text is compared with several, one after the other.
@lru_cache(maxsize=64)
def _packed_grams(text: str) -> "array[int] | None":
    """Return the grams of a text as numbers, in a seventh of the time that strings take."""
    data = text.encode("utf-16-le", "surrogatepass")
    if len(data) != _UNIT_BYTES * len(text):
        return None
    # Four code points are eight bytes: where one gram ends begins the fourth after it.
    count = len(text) - GRAM + 1
    grams = array("Q", bytes(_GRAM_BYTES * count))
    for first in range(min(GRAM, count)):
        size = _GRAM_BYTES * len(range(first, count, GRAM))
        grams[first::GRAM] = array("Q", data[_UNIT_BYTES * first : _UNIT_BYTES * first + size])
    return grams


class _Aligner(NamedTuple):
    """The functions of rapidfuzz that every comparison calls."""

    editops: Callable[[Sequence[Any], Sequence[Any]], Any]
    common_beginning: Callable[[str, str], int]
    opcodes: Callable[[str, str], Any]


@cache
def _aligner() -> _Aligner:
    """Load rapidfuzz when the first two texts are compared."""
    from rapidfuzz.distance import Indel, LCSseq, Prefix

    return _Aligner(LCSseq.editops, Prefix.similarity, Indel.opcodes)


_Beginning = Callable[[str, str], int]
_Edits = Callable[[str, str], list[Edit]]

common_beginning: _Beginning = core.common_beginning if core else common_beginning_plainly
edits: _Edits = core.edits if core else edits_plainly
