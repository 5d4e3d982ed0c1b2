"""The recipe in plain Python: for a page, where numpy would take longer to load than to run."""

import re
from collections.abc import Iterable, Sequence
from operator import mul

from feedtool.fingerprint import recipe

_DIGITS = re.compile("[0-9][0-9]*")
_MASK = 0xFFFFFFFF
_MASK_64 = 0xFFFFFFFFFFFFFFFF


def keys(normal: str) -> tuple[list[int], list[int]]:
    """Return the strong keys of a normal form, and those of its grams.

    Strong are the key of all of it and, if it is long enough, of its beginnings. The keys are
    signed 64-bit numbers, as SQL knows them; a gram that stands twice gives its key twice.
    """
    points = list(map(ord, normal[: recipe.LONGEST]))
    two = _doubled([point * recipe.FIRST & _MASK for point in points], 1)
    four = _doubled(two, 2)
    eight = _doubled(four, 4)
    sixteen = _doubled(eight, 8)
    mixed = _all_mixed(sixteen, recipe.SALT_GRAM)
    strong = [_whole(points, mixed, len(normal))]
    strong += [_key(points[: recipe.HEAD], h, recipe.SALT_HEAD) for h in sixteen[:1]]
    title = _doubled(sixteen[: recipe.HEAD + 1], recipe.HEAD)
    strong += [_key(points[: recipe.TITLE], h, recipe.SALT_HEAD) for h in title]
    grams = _sampled(points, sixteen, mixed, recipe.GRAM, recipe.SALT_GRAM)
    if len(points) <= recipe.SHORT:
        width = recipe.DENSE_GRAM
        dense = [point >= recipe.DENSE_FROM for point in points]
        packed = [all(dense[i : i + width]) for i in range(len(four))]
        mixed = _all_mixed(four, recipe.SALT_DENSE)
        grams += _sampled(points, four, mixed, width, recipe.SALT_DENSE, packed)
        mixed = _all_mixed(eight, recipe.SALT_SHORT)
        grams += _sampled(points, eight, mixed, recipe.SHORT_GRAM, recipe.SALT_SHORT)
    return strong, grams + _number(normal, points)


def _whole(points: Sequence[int], mixed: Sequence[int], length: int) -> int:
    """Return the key of a whole text, given the mixed hashes of its 16-grams."""
    total = sum(mixed) if mixed else sum(map(mul, points, recipe.WEIGHTS))
    key = (total * recipe.WHOLE + length * recipe.LENGTH) & _MASK_64
    return _signed(key ^ key >> 29)


def rate(length: int, width: int = recipe.GRAM) -> int:
    """Return one of how many grams is kept: fewer are dropped of a short text."""
    return max(1, min(recipe.RATE, (length - width + 1) // recipe.KEYS_WANTED))


def _doubled(hashes: Sequence[int], width: int) -> list[int]:
    step = recipe.STEPS[width]
    return [(h * step + g) & _MASK for h, g in zip(hashes, hashes[width:], strict=False)]


def _all_mixed(hashes: Sequence[int], salt: int) -> list[int]:
    mix = recipe.MIX
    return [(h ^ salt ^ (h ^ salt) >> 15) * mix & _MASK for h in hashes]


def _sampled(
    points: Sequence[int],
    hashes: Sequence[int],
    mixed: Sequence[int],
    width: int,
    salt: int,
    where: Iterable[bool] | None = None,
) -> list[int]:
    limit = (1 << 32) // rate(len(points), width)
    chosen = [i for i, h in enumerate(mixed) if h < limit]
    if where is not None:
        allowed = list(where)
        chosen = [i for i in chosen if allowed[i]]
    return [_key(points[i : i + width], hashes[i], salt) for i in chosen]


def _number(normal: str, points: Sequence[int]) -> list[int]:
    """Return the key of the number of a text, if it has one."""
    for digits in _DIGITS.finditer(normal, 0, recipe.LONGEST):
        start, end = digits.span()
        if end <= recipe.NUMBERED or end - start >= recipe.LEAST_NAME:
            gram = points[max(0, start - recipe.BEFORE_NUMBER) : end][: recipe.NUMBER]
            first = sum(map(mul, gram, reversed(recipe.WEIGHTS)))
            return [_key(gram, first & _MASK, recipe.SALT_NUMBER)]
    return []


def _key(gram: Sequence[int], h: int, salt: int) -> int:
    second = sum(map(mul, gram, recipe.WEIGHTS))
    return _signed(_mixed(h ^ salt) << 32 | _mixed((second ^ salt) & _MASK))


def _signed(key: int) -> int:
    return key - (1 << 64) if key >> 63 else key


def _mixed(h: int) -> int:
    return (h ^ h >> 15) * recipe.MIX & _MASK
