"""The recipe in C: for any batch, with the same normal forms and keys as in Python.

Loaded only where `native.core` is there.
"""

from array import array
from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING

from feedtool.fingerprint import recipe
from feedtool.native import core
from feedtool.text import bare, fold

if TYPE_CHECKING:
    from feedtool.native._core import Folding

if core is None:
    raise ImportError("the compiled steps are not there")

# In the order in which `keys.c` reads them.
_RECIPE = (
    recipe.GRAM, recipe.RATE, recipe.KEYS_WANTED, recipe.HEAD, recipe.TITLE, recipe.LONGEST,
    recipe.SHORT, recipe.SHORT_GRAM, recipe.DENSE_GRAM, recipe.DENSE_FROM,
    recipe.NUMBERED, recipe.LEAST_NAME, recipe.BEFORE_NUMBER, recipe.NUMBER,
    recipe.FIRST, *recipe.STEPS.values(), recipe.MIX, recipe.WHOLE, recipe.LENGTH,
    recipe.SALT_GRAM, recipe.SALT_HEAD, recipe.SALT_SHORT, recipe.SALT_DENSE, recipe.SALT_NUMBER,
    recipe.WEIGHTS,
)  # fmt: skip

_folding: "Folding" = core.Folding(fold)
_keys: "Callable[[Sequence[str], tuple[object, ...]], tuple[bytes, bytes, bytes]]" = core.keys


def normal_forms(texts: Sequence[str], cut: Sequence[bool]) -> list[str]:
    """Return the normal forms of texts, of which some are cut."""
    bares = [
        bare(text, cut=is_cut)
        if "[" in text or "&" in text or "【" in text or "［" in text
        else text
        for text, is_cut in zip(texts, cut, strict=True)
    ]
    folded = _folding.fold(bares)
    if "" in folded:
        return [normal or text for normal, text in zip(folded, texts, strict=True)]
    return folded


def keys(normals: Sequence[str]) -> list[tuple[list[int], list[int]]]:
    """Return for each normal form its strong keys and those of its grams."""
    flat, counts, strong = columns(normals)
    found = array("q", flat).tolist()
    made = []
    start = 0
    for count, firsts in zip(array("q", counts), strong, strict=True):
        made.append((found[start : start + firsts], found[start + firsts : start + count]))
        start += count
    return made


def columns(normals: Sequence[str]) -> tuple[bytes, bytes, bytes]:
    """Return the keys of normal forms, one after the other, with two numbers for each text.

    The keys are int64; so is how many each has. How many of these are strong, uint8.
    """
    return _keys(normals, _RECIPE)
