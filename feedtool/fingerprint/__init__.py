"""Texts -> fingerprints: digests, and keys by which a near-identical text is found."""

import sys
from collections.abc import Sequence
from hashlib import blake2b

from feedtool.fingerprint import pure, recipe
from feedtool.model import Excerpt, Fingerprint
from feedtool.text import normal_form

_SIGN = 1 << 63

# From LARGE texts on loading numpy costs less than it saves; once it is there, from FEW on.
LARGE = 400
FEW = 4


def digest(text: str) -> bytes:
    """Return 16 bytes of BLAKE2b over the text in UTF-8, lone surrogates passed through."""
    return blake2b(text.encode("utf-8", "surrogatepass"), digest_size=16).digest()


def of(excerpts: Sequence[Excerpt]) -> list[Fingerprint]:
    """Return the fingerprints of a batch of excerpts, in their order."""
    raws = [digest(excerpt.text) for excerpt in excerpts]
    normals = [normal_form(excerpt.body, cut=excerpt.truncation.truncated) for excerpt in excerpts]
    return [
        _fingerprint(raw, normal, head, grams)
        for raw, normal, (head, grams) in zip(raws, normals, _keys(normals), strict=True)
    ]


def _fingerprint(raw: bytes, normal: str, head: list[int], grams: list[int]) -> Fingerprint:
    strong = [*_whole(raw, normal), *head]
    keys = dict.fromkeys([*strong, *grams])
    signed = tuple([key - 2 * _SIGN if key >= _SIGN else key for key in keys])
    return Fingerprint(recipe.RECIPE, raw, normal, signed, len(strong))


def _keys(normals: Sequence[str]) -> Sequence[tuple[list[int], list[int]]]:
    if len(normals) < (FEW if "numpy" in sys.modules else LARGE):
        return [pure.keys(normal) for normal in normals]
    from feedtool.fingerprint import vector

    return vector.keys(normals)


def _whole(raw: bytes, normal: str) -> tuple[int, int]:
    """Return the keys of the whole text and of the whole normal form."""
    same = blake2b(normal.encode("utf-8", "surrogatepass"), digest_size=8, person=b"normal")
    return int.from_bytes(raw[:8], "big"), int.from_bytes(same.digest(), "big")
