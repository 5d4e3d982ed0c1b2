"""The recipe in plain Python: for a page, where numpy would take longer to load than to run."""

from feedtool.fingerprint import recipe

_MASK = 0xFFFFFFFFFFFFFFFF


def keys(normal: str) -> tuple[list[int], list[int]]:
    """Return the key of a normal form's beginning, if it has one, and those of its grams.

    The keys are unsigned 64-bit numbers; a gram that stands twice gives its key twice.
    """
    points = [ord(character) * recipe.FIRST & _MASK for character in normal]
    two = _doubled(points, 1)
    four = _doubled(two, 2)
    eight = _doubled(four, 4)
    sixteen = _doubled(eight, 8)
    found = _sampled(sixteen, rate(len(normal)), 0)
    if len(normal) <= recipe.SHORT:
        dense = [ord(character) >= recipe.DENSE_FROM for character in normal]
        packed = [h for i, h in enumerate(four) if all(dense[i : i + recipe.DENSE_GRAM])]
        found += _sampled(packed, recipe.DENSE_RATE, recipe.SALT_DENSE)
        found += _sampled(eight, recipe.SHORT_RATE, recipe.SALT_SHORT)
    return [_mixed(h ^ recipe.SALT_HEAD) for h in sixteen[:1]], found


def rate(length: int) -> int:
    """Return one of how many 16-grams is kept: fewer are dropped of a short text."""
    return max(1, min(recipe.RATE, (length - recipe.GRAM + 1) // recipe.KEYS_WANTED))


def _doubled(hashes: list[int], width: int) -> list[int]:
    step = recipe.STEPS[width]
    return [(h * step + g) & _MASK for h, g in zip(hashes, hashes[width:], strict=False)]


def _sampled(hashes: list[int], one_of: int, salt: int) -> list[int]:
    limit = (1 << 64) // one_of
    return [key for key in [_mixed(h ^ salt) for h in hashes] if key < limit]


def _mixed(h: int) -> int:
    h = (h ^ (h >> 32)) * recipe.MIX & _MASK
    return h ^ (h >> 29)
