"""The recipe in plain Python: for a page, where numpy would take longer to load than to run."""

from collections.abc import Iterable, Sequence

from feedtool.fingerprint import recipe

_MASK = 0xFFFFFFFF


def keys(normal: str) -> tuple[list[int], list[int]]:
    """Return the key of a normal form's beginning, if it has one, and those of its grams.

    The keys are signed 64-bit numbers, as SQL knows them; a gram that stands twice gives its key
    twice.
    """
    points = list(map(ord, normal))
    two = _doubled([point * recipe.FIRST & _MASK for point in points], 1)
    four = _doubled(two, 2)
    eight = _doubled(four, 4)
    sixteen = _doubled(eight, 8)
    head = [_key(points[: recipe.GRAM], h, recipe.SALT_HEAD) for h in sixteen[:1]]
    grams = _sampled(points, sixteen, recipe.GRAM, recipe.SALT_GRAM)
    if len(normal) <= recipe.SHORT:
        width = recipe.DENSE_GRAM
        dense = [point >= recipe.DENSE_FROM for point in points]
        packed = [all(dense[i : i + width]) for i in range(len(four))]
        grams += _sampled(points, four, width, recipe.SALT_DENSE, packed)
        grams += _sampled(points, eight, recipe.SHORT_GRAM, recipe.SALT_SHORT)
    return head, grams


def rate(length: int, width: int = recipe.GRAM) -> int:
    """Return one of how many grams is kept: fewer are dropped of a short text."""
    return max(1, min(recipe.RATE, (length - width + 1) // recipe.KEYS_WANTED))


def _doubled(hashes: Sequence[int], width: int) -> list[int]:
    step = recipe.STEPS[width]
    return [(h * step + g) & _MASK for h, g in zip(hashes, hashes[width:], strict=False)]


def _sampled(
    points: Sequence[int],
    hashes: Sequence[int],
    width: int,
    salt: int,
    where: Iterable[bool] | None = None,
) -> list[int]:
    limit, mix = (1 << 32) // rate(len(points), width), recipe.MIX
    chosen = [
        i for i, h in enumerate(hashes) if ((h ^ salt ^ (h ^ salt) >> 15) * mix & _MASK) < limit
    ]
    if where is not None:
        allowed = list(where)
        chosen = [i for i in chosen if allowed[i]]
    return [_key(points[i : i + width], hashes[i], salt) for i in chosen]


def _key(gram: Sequence[int], h: int, salt: int) -> int:
    second = sum([point * weight for point, weight in zip(gram, recipe.WEIGHTS, strict=False)])
    key = _mixed(h ^ salt) << 32 | _mixed((second ^ salt) & _MASK)
    return key - (1 << 64) if key >> 63 else key


def _mixed(h: int) -> int:
    return (h ^ h >> 15) * recipe.MIX & _MASK
