"""A pair of normal forms -> how alike they are; symmetric, and blind to all else."""

from operator import itemgetter
from typing import TYPE_CHECKING, NamedTuple, Protocol

from feedtool import numbering
from feedtool.aligning import (
    GRAM,
    PROBE,
    WINDOW,
    Run,
    common_beginning,
    common_runs,
    is_astray,
    runs_of_grams,
)
from feedtool.native import core
from feedtool.numbering import DIGITS, NUMBERED, other_number

if TYPE_CHECKING:
    from feedtool.native._core import Comparer

# Common runs shorter than this are chance: unrelated English text aligned letter by letter agrees
# in half of its letters, in runs of four or more only in a tenth. A headline has room for less.
LEAST_RUN = 4
LEAST_RUN_SHORT = 2
SHORT = 48

# Where half a page is put in or taken out, a longest common subsequence prefers chance letters all
# along to the run that has moved: a sentence of 150 code points in an excerpt of 300 left a
# likeness of 0.36. Below SURE, pieces are looked for that it has missed; then grams are aligned.
SURE = 0.8

# Behind the title, a number of so many digits counts something; a longer one may be the name of a
# notice, a version or a date.
COUNTING = 2


class Likeness(NamedTuple):
    """What two texts have in common.

    `score` is twice the code points in common runs over the code points that both texts show, 0 to
    1. `beginning` is set where one text is the beginning of the other (or both are equal),
    `other_number` where both have a number at one place near their start and it differs. They are
    equal up to `start`, and `shown` tells how much of the shorter and of the longer one counts.
    `moved` is set where one of them goes on there behind something that the other one puts in.
    """

    score: float
    beginning: bool = False
    other_number: bool = False
    start: int = 0
    shown: tuple[int, int] = (0, 0)
    moved: bool = False


EQUAL = Likeness(1.0, beginning=True)
UNLIKE = Likeness(0.0)


def compare_plainly(a: str, b: str, *, a_cut: bool, b_cut: bool) -> Likeness:
    """Tell how alike two normal forms are over what both show: the reference of `compare`."""
    if a == b:
        return EQUAL
    if (len(b), b) < (len(a), a):
        a, b, a_cut, b_cut = b, a, b_cut, a_cut
    if b.startswith(a):
        return EQUAL if a_cut else _continued(a, b)
    start = common_beginning(a, b)
    end = start + WINDOW
    a_cut, b_cut = a_cut or len(a) > end, b_cut or len(b) > end
    a, b = a[:end], b[:end]
    runs = common_runs(a[start:], b[start:], _least_run(len(a)), start)
    if not start and not runs:
        return UNLIKE
    alike = _measured(a, b, runs, start, a_cut, b_cut)
    if alike.score < SURE and len(a) > SHORT and is_astray(a, b, runs, start):
        runs = runs_of_grams(a, b, start)
        return max(alike, _measured(a, b, runs, start, a_cut, b_cut), key=itemgetter(0))
    return alike


def _continued(a: str, b: str) -> Likeness:
    """Compare a whole text with one that goes on where it ends."""
    return Likeness(
        _dice(len(a), len(a), len(b)),
        beginning=True,
        other_number=other_number(a, b, [], len(a)),
    )


def _measured(a: str, b: str, runs: list[Run], start: int, a_cut: bool, b_cut: bool) -> Likeness:
    """Weigh the common runs of two texts beyond `start` equal code points."""
    a_end, b_end, size = runs[-1] if runs else (start, start, 0)
    a_tail, b_tail = len(a) - a_end - size, len(b) - b_end - size
    a_shown = len(a) - (max(0, a_tail - b_tail) if b_cut else 0)
    b_shown = len(b) - (max(0, b_tail - a_tail) if a_cut else 0)
    common = start + sum(size for _, _, size in runs)
    return Likeness(
        _dice(common, a_shown, b_shown),
        other_number=other_number(_numbered(a, a_cut), _numbered(b, b_cut), runs, start),
        start=start,
        shown=(a_shown, b_shown),
        moved=bool(runs) and _is_moved(a, b, runs[0], start),
    )


def _is_moved(a: str, b: str, first: Run, start: int) -> bool:
    """Tell whether one of two texts goes on with the first run, behind `start` equal code points.

    Its first letters may have found others by chance that stand before it in the other text.
    """
    i, j, _ = first
    while min(i, j) > start and a[i - 1] == b[j - 1]:
        i, j = i - 1, j - 1
    return min(i, j) <= start


def _numbered(text: str, cut: bool) -> str:
    """Return a text without a number near its start through which it may have been cut."""
    return text.rstrip("0123456789") if cut and len(text) <= NUMBERED else text


def only_numbers(a: str, b: str, alike: Likeness) -> bool:
    """Tell whether two normal forms differ in nothing but digits, given how alike they are.

    In a long text a number that only one of them has numbers nothing: `Swift`, later `Swift 3`, or
    a date behind all of it; nor does a short one behind the title: `a team of 29`, later `of 44`.
    """
    if (len(b), b) < (len(a), a):
        a, b = b, a
    if alike.beginning:
        return b[len(a) :].isdecimal() and (len(a) <= SHORT or a[-1:].isdecimal())
    start, (a_shown, b_shown) = alike.start, alike.shown
    if not (a[start : start + 1].isdecimal() or b[start : start + 1].isdecimal()):
        return False
    a, b = a[:a_shown], b[:b_shown]
    if DIGITS.sub("", a[start:]) != DIGITS.sub("", b[start:]):
        return False
    if len(a) <= SHORT:
        return True
    ours, theirs = DIGITS.findall(a), DIGITS.findall(b)
    if len(ours) != len(theirs):
        return False
    return start < NUMBERED or any(
        max(len(one), len(other)) > COUNTING
        for one, other in zip(ours, theirs, strict=True)
        if one != other
    )


def _dice(common: int, a: int, b: int) -> float:
    return 2 * common / (a + b)


def _least_run(length: int) -> int:
    return LEAST_RUN if length > SHORT else LEAST_RUN_SHORT


class Compare(Protocol):
    """Tell how alike two normal forms are over what both show.

    Where a text is cut, what the other one shows beyond the cut is no difference. Symmetric:
    swapping the arguments gives the same answer.
    """

    def __call__(self, a: str, b: str, *, a_cut: bool, b_cut: bool) -> Likeness:  # noqa: D102
        ...


def _compiled() -> "Comparer[Likeness] | None":
    if core is None:
        return None
    comparer: Comparer[Likeness] = core.Comparer(
        EQUAL, UNLIKE, numbering.compiled,
        window=WINDOW, least_run=LEAST_RUN, least_run_short=LEAST_RUN_SHORT, short=SHORT,
        sure=SURE, probe=PROBE, gram=GRAM,
    )  # fmt: skip
    return comparer


compiled = _compiled()
compare: Compare = compiled.compare if compiled else compare_plainly
