"""Every regular expression of the package, on strings made from its own tree to slow it down.

A pattern gets slow where a repetition can part one run in many ways, or where a search begins
again at every place of a run. So for each long repetition there are strings that lead up to it,
repeat what it repeats a thousand times, and then fail.
"""

import ast
import re
import signal
from collections.abc import Iterator
from contextlib import contextmanager
from importlib import import_module
from itertools import product
from pathlib import Path
from re import _constants as op  # type: ignore[attr-defined]
from re import _parser as parser  # type: ignore[attr-defined]
from time import process_time
from typing import Any, NamedTuple

import pytest

import feedtool
from feedtool import numbering
from feedtool.formats import bylines, truncation

PACKAGE = Path(feedtool.__file__).parent
METHODS = frozenset(("search", "match", "fullmatch", "findall", "finditer", "sub", "subn", "split"))

# A repetition of at most so many is a constant.
FEW = 9
SMALL, LARGE = 500, 4000

# Eight times the size may cost eight times the time; where it is squared, it costs 64 times.
MOST = 24

# What takes no longer is quick, whatever its course: clocks and other processes add a little.
QUICK = 0.004

# Patterns that see no more than so many characters, whatever the text: there they must be quick.
BOUNDED = {
    ("feedtool.numbering", "_NUMERALS"): numbering._NUMBERS_END,
    ("feedtool.formats.truncation", "_PHRASE"): truncation.REACH,
    ("feedtool.formats.ranking", "_COUNT"): bylines.REACH,
    ("feedtool.formats.bylines", "_TAIL"): bylines.REACH,
    ("feedtool.formats.bylines", "_PASSING"): bylines.INSIDE,
    ("feedtool.formats.bylines", "_WITHIN"): bylines.INSIDE,
    ("feedtool.formats.bylines", "_BYLINE"): bylines.LONGEST,
}

REPEATS = {op.MAX_REPEAT, op.MIN_REPEAT, op.POSSESSIVE_REPEAT}
CATEGORIES = {
    op.CATEGORY_DIGIT: "7",
    op.CATEGORY_SPACE: " ",
    op.CATEGORY_WORD: "w",
    op.CATEGORY_NOT_DIGIT: "d",
    op.CATEGORY_NOT_SPACE: "s",
    op.CATEGORY_NOT_WORD: "-",
}


class Found(NamedTuple):
    """A pattern of the package, where it stands, and by which methods it is used there."""

    module: str
    name: str
    pattern: re.Pattern[str] | re.Pattern[bytes]
    methods: frozenset[str]

    @property
    def bound(self) -> int | None:
        """The most characters that it ever sees, where something else but its text says so."""
        return BOUNDED.get((self.module, self.name))


def found() -> Iterator[Found]:
    """Yield every pattern that stands in the package."""
    for path in sorted(PACKAGE.rglob("*.py")):
        name = ".".join(path.relative_to(PACKAGE.parent).with_suffix("").parts)
        name = name.removesuffix(".__init__")
        tree = ast.parse(path.read_text(encoding="utf-8"))
        names = {
            id(node.value): ast.unparse(node.targets[0])
            for node in ast.walk(tree)
            if isinstance(node, ast.Assign)
        }
        used = {node.attr for node in ast.walk(tree) if isinstance(node, ast.Attribute)} & METHODS
        for node in ast.walk(tree):
            called = _called_of_re(node)
            if isinstance(node, ast.Call) and called in METHODS:
                pattern = re.compile(_value(name, node.args[0]))
                yield Found(name, ast.unparse(node.args[0]), pattern, frozenset((called,)))
            elif isinstance(node, ast.Call) and called == "compile":
                yield Found(name, names.get(id(node), ""), _value(name, node), frozenset(used))


def _called_of_re(node: ast.AST) -> str:
    if not isinstance(node, ast.Call) or not isinstance(node.func, ast.Attribute):
        return ""
    owner = node.func.value
    return node.func.attr if isinstance(owner, ast.Name) and owner.id == "re" else ""


def _value(module: str, node: ast.expr) -> Any:
    # A pattern that is put together from what only a function knows cannot be tried: this fails.
    return eval(ast.unparse(node), vars(import_module(module)))


FOUND = tuple(found())


def characters(tree: Any) -> Iterator[str]:
    """Yield a character for each set of them that stands in a tree."""
    for kind, value in tree:
        if kind is op.LITERAL:
            yield chr(value)
        elif kind is op.NOT_LITERAL:
            yield "\u4e00"
        elif kind is op.ANY:
            yield "."
        elif kind is op.IN:
            yield from _of_set(value)
        else:
            for part in _parts(kind, value):
                yield from characters(part)


def _of_set(items: Any) -> Iterator[str]:
    if items[0][0] is op.NEGATE:
        yield next(c for c in "w 7-\u4e00" if _accepts(items, c))
        return
    for kind, value in items[:6]:
        if kind is op.RANGE:
            yield chr(value[0])
        elif kind is op.LITERAL:
            yield chr(value)
        elif kind is op.CATEGORY:
            yield CATEGORIES[value]


def _accepts(items: Any, character: str) -> bool:
    inside = False
    for kind, value in items[1:]:
        if kind is op.RANGE:
            inside |= value[0] <= ord(character) <= value[1]
        elif kind is op.LITERAL:
            inside |= value == ord(character)
        else:
            inside |= CATEGORIES[value] == character
    return not inside


def _parts(kind: Any, value: Any) -> list[Any]:
    if kind in REPEATS:
        return [value[2]]
    if kind is op.SUBPATTERN:
        return [value[-1]]
    if kind is op.BRANCH:
        return list(value[1])
    return [value] if kind is op.ATOMIC_GROUP else []


def shortest(tree: Any) -> str:
    """Return a short text that the tree takes, as far as its characters go."""
    text = ""
    for kind, value in tree:
        if kind in REPEATS:
            text += shortest(value[2]) * value[0]
        elif kind is op.BRANCH:
            text += min(map(shortest, value[1]), key=len)
        elif parts := _parts(kind, value):
            text += shortest(parts[0])
        else:
            text += next(characters([(kind, value)]), "")
    return text


def repetitions(tree: Any, lead: str = "") -> Iterator[tuple[str, Any, Any]]:
    """Yield what leads up to each long repetition, what it repeats and what follows it."""
    items = list(tree)
    for place, (kind, value) in enumerate(items):
        before = lead + shortest(items[:place])
        if kind in REPEATS and value[1] > FEW:
            yield before, value[2], items[place + 1 : place + 3]
        for part in _parts(kind, value):
            yield from repetitions(part, before)


def evil(pattern: re.Pattern[Any], size: int) -> Iterator[Any]:
    """Yield texts of about `size` characters that a careless pattern is slow on."""
    for lead, body, after in repetitions(parser.parse(pattern.pattern, pattern.flags)):
        inside = list(dict.fromkeys(characters(body)))[:8]
        behind = list(dict.fromkeys(characters(after)))[:4]
        pumps = [shortest(body), *inside, *map("".join, product(inside, inside + behind))]
        for pump in dict.fromkeys(filter(None, pumps)):
            run = pump * (size // len(pump))
            for text in (
                lead + run + "\x00",
                lead + run + "".join(behind) + "\x00",
                (lead + pump) * (size // len(lead + pump)) + "\x00",
            ):
                yield text.encode("latin-1") if isinstance(pattern.pattern, bytes) else text


@contextmanager
def at_most(seconds: float) -> Iterator[None]:
    """Stop a pattern that would go on for years."""

    def stop(number: int, frame: object) -> None:  # noqa: ARG001
        raise TimeoutError

    before = signal.signal(signal.SIGALRM, stop)
    signal.setitimer(signal.ITIMER_REAL, seconds)
    try:
        yield
    finally:
        signal.setitimer(signal.ITIMER_REAL, 0)
        signal.signal(signal.SIGALRM, before)


def cost(one: Found, method: str, text: Any, times: int = 1) -> float:
    """Return the least time of a few that a pattern takes."""
    empty = text[:0]
    call = getattr(one.pattern, method)
    least = float("inf")
    for _ in range(times):
        start = process_time()
        found = call(empty, text) if method.startswith("sub") else call(text)
        if method == "finditer":
            list(found)
        least = min(least, process_time() - start)
    return least


def is_quick(one: Found, small: Any, large: Any) -> bool:
    """Tell whether a text that is eight times as long takes not much more than that."""
    for method in one.methods:
        if cost(one, method, large) <= QUICK:
            continue
        once = max(cost(one, method, small, 5), QUICK / MOST)
        if cost(one, method, large, 5) > MOST * once:
            return False
    return True


@pytest.mark.parametrize("one", FOUND, ids=lambda one: f"{one.module}:{one.pattern.pattern!r:.24}")
def test_time_grows_with_the_text_and_no_faster(one: Found) -> None:
    with at_most(20):
        if one.bound is not None:
            for text in evil(one.pattern, one.bound):
                for method in one.methods:
                    assert cost(one, method, text[-one.bound :], 3) <= QUICK, repr(text)
            return
        for small, large in zip(evil(one.pattern, SMALL), evil(one.pattern, LARGE), strict=True):
            assert is_quick(one, small, large), repr(small[:60])


@pytest.mark.parametrize("pattern", [r"(?:a*)*b", r"(a|aa)+$", r"x\s*\s*y", r"\s+$", r"(?:.,?)+;"])
def test_a_careless_pattern_is_found_out(pattern: str) -> None:
    """The texts and the clock must be able to tell."""
    careless = Found("", "", re.compile(pattern), frozenset(("search",)))
    texts = zip(evil(careless.pattern, SMALL), evil(careless.pattern, LARGE), strict=True)
    try:
        with at_most(0.5):
            assert not all(is_quick(careless, small, large) for small, large in texts)
    except TimeoutError:
        return


def test_every_bound_is_of_a_pattern() -> None:
    assert sum(one.bound is not None for one in FOUND) == len(BOUNDED)
