"""The judgement with one of its rules switched off, to see what each rule is worth.

feedtool has no such switches. They are put in here, by replacing a function, a threshold or a line
of a function for the time of a run; a replacement that no longer fits the code fails loudly.
"""

import inspect
import textwrap
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, ExitStack, contextmanager
from types import ModuleType
from typing import Any

from feedtool import comparing, fingerprint, judging, numbering
from feedtool.comparing import Likeness
from feedtool.judging import beginnings, edits, pairs
from feedtool.model import Excerpt, Version

Off = Callable[[], AbstractContextManager[None]]


@contextmanager
def swapped(module: ModuleType | type, **values: Any) -> Iterator[None]:
    """Give names of a module other values for a while."""
    before = {name: getattr(module, name) for name in values}
    try:
        for name, value in values.items():
            setattr(module, name, value)
        yield
    finally:
        for name, value in before.items():
            setattr(module, name, value)


def judged_with(**values: Any) -> AbstractContextManager[None]:
    """Give names other values for a while, in every part of the judgement that has them."""
    parts = []
    for name, value in values.items():
        modules = [one for one in (judging, beginnings, edits, pairs) if hasattr(one, name)]
        if not modules:
            raise LookupError(f"no part of the judgement has {name}")
        parts += [swapped(module, **{name: value}) for module in modules]
    return together(*parts)


@contextmanager
def rewritten(module: ModuleType, function: str, old: str, new: str) -> Iterator[None]:
    """Run with another text in the one place of a function where `old` stands."""
    source = textwrap.dedent(inspect.getsource(getattr(module, function)))
    if source.count(old) != 1:
        raise LookupError(f"{function}: {old!r} stands there {source.count(old)} times")
    scope = dict(vars(module))
    exec(compile(source.replace(old, new), module.__name__, "exec"), scope)
    made = scope[function]
    # The function shall see what else is swapped in its module.
    bound = type(made)(made.__code__, vars(module), function, made.__defaults__, made.__closure__)
    bound.__kwdefaults__ = made.__kwdefaults__
    with judged_with(**{function: bound}):
        yield


@contextmanager
def together(*parts: AbstractContextManager[None]) -> Iterator[None]:
    """Enter several at once."""
    with ExitStack() as stack:
        for part in parts:
            stack.enter_context(part)
        yield


def _compared(**changes: Any) -> AbstractContextManager[None]:
    """Change what the judgement hears of every comparison."""
    compare = pairs.compare

    def changed(a: str, b: str, *, a_cut: bool, b_cut: bool) -> Likeness:
        return compare(a, b, a_cut=a_cut, b_cut=b_cut)._replace(**changes)

    return judged_with(compare=changed)


def _nothing_cut() -> AbstractContextManager[None]:
    compare = pairs.compare

    def whole(a: str, b: str, **_: bool) -> Likeness:
        return compare(a, b, a_cut=False, b_cut=False)

    return judged_with(compare=whole)


def _one_look() -> AbstractContextManager[None]:
    look = judging.recognise_beginnings
    seen: list[object] = []

    def first_look(cases: Any) -> None:
        if not (seen and seen[-1] is cases):
            seen[:] = [cases]
            look(cases)

    return judged_with(recognise_beginnings=first_look)


def _raw() -> AbstractContextManager[None]:
    def same(text: str, **_: bool) -> str:
        return text

    return together(
        swapped(fingerprint, normal_forms=lambda bodies, _: list(bodies)),
        judged_with(normal_form=same),
    )


def _plainly(**thresholds: Any) -> AbstractContextManager[None]:
    """Compare with other thresholds, which what is compiled has read long ago."""
    return together(
        judged_with(compare=comparing.compare_plainly), swapped(comparing, **thresholds)
    )


@contextmanager
def _without_stages() -> Iterator[None]:
    """Read numbers without what stands beside them, which what is compiled cannot do."""
    with together(
        swapped(numbering, _DIGITS_AND_STAGES=numbering.DIGITS, _IN_FRONT=()),
        judged_with(
            compare=comparing.compare_plainly,
            part_at_a_number=numbering.part_at_a_number_plainly,
        ),
    ):
        numbering.numbers_in_front.cache_clear()
        try:
            yield
        finally:
            numbering.numbers_in_front.cache_clear()


def _as_written() -> AbstractContextManager[None]:
    def excerpt(self: Excerpt) -> str:
        return self.text[: self.truncation.length] if self.truncation.truncated else self.text

    def version(self: Version) -> str:
        return self.text[: self.length] if self.truncated else self.text

    return together(
        swapped(Excerpt, body=property(excerpt)), swapped(Version, body=property(version))
    )


# Switching a rule off lets the pair go on to the rules below it.
RULES: dict[str, Off] = {
    "ranks and counts of the page": _as_written,
    "normal form (compare raw text)": _raw,
    "same normal form": lambda: together(
        judged_with(is_same=lambda a, b: a.text == b.text),
        judged_with(unchanged=lambda _: False),
    ),
    "beginnings": lambda: together(
        judged_with(recognise_beginnings=lambda _: None),
        judged_with(unchanged=lambda _: False),
    ),
    "second look at beginnings": _one_look,
    "beginning of several articles": lambda: judged_with(_several=lambda *_: False),
    "least beginning of 32": lambda: judged_with(LEAST_BEGINNING=1),
    "edits (all of the following)": lambda: judged_with(recognise_edits=lambda *_, **__: None),
    "free tail": _nothing_cut,
    "least run": lambda: _plainly(LEAST_RUN=1, LEAST_RUN_SHORT=1),
    "grams where letters lead astray": lambda: _plainly(SURE=0.0),
    "floor": lambda: judged_with(FLOOR=0.0, FLOOR_MOVED=0.0, FLOOR_OTHER=0.0),
    "one floor, whatever the beginning": lambda: judged_with(
        FLOOR=0.5, FLOOR_MOVED=0.5, FLOOR_OTHER=0.5
    ),
    "headline floor": lambda: judged_with(FLOOR_SHORT=0.5),
    "only numbers differ": lambda: judged_with(
        only_numbers=lambda *_: False, same_numbers=lambda *_, **__: True
    ),
    "small numbers behind the title": lambda: swapped(comparing, COUNTING=0),
    "number in the title": lambda: together(
        _compared(other_number=False), judged_with(part_at_a_number=lambda *_: False)
    ),
    "stages and seasons beside numbers": _without_stages,
    "numbers that change while it stays": lambda: judged_with(part_in_passing=lambda *_: False),
    "page shows an article once": lambda: rewritten(
        edits,
        "recognise_edits",
        "_stands_beside(case.text, taken.get(item, ()))",
        "False",
    ),
    "ratio test": lambda: judged_with(stands_out=lambda *_: True),
    "other numbers are no rivals": lambda: together(
        judged_with(part_at_a_number=lambda *_: False),
        rewritten(edits, "_compared", "alike is None or alike.other_number", "alike is None"),
    ),
    "members that a word tells apart": lambda: judged_with(_is_other_member=lambda *_: False),
    "its own long number": lambda: judged_with(
        of_its_number=lambda _, others: list(range(len(others)))
    ),
    "cut alike on a page": lambda: judged_with(_cut_alike=lambda *_: False),
    "suitors as rivals": lambda: rewritten(
        edits, "recognise_edits", "suitors[item][:2]", "suitors[item][:0]"
    ),
    "same title": lambda: judged_with(_rewritten=lambda *_: iter(())),
}
