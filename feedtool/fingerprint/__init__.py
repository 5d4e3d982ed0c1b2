"""Texts -> fingerprints: digests, and keys by which a near-identical text is found."""

import sys
from collections.abc import Sequence
from hashlib import blake2b

from feedtool.fingerprint import pure, recipe
from feedtool.model import Excerpt, Fingerprint
from feedtool.text import normal_form

# From LARGE texts on loading numpy costs less than it saves; once it is there, from FEW on.
LARGE = 400
FEW = 4


def digest(text: str) -> bytes:
    """Return 16 bytes of BLAKE2b over the text in UTF-8, lone surrogates passed through."""
    return blake2b(text.encode("utf-8", "surrogatepass"), digest_size=16).digest()


def of(excerpts: Sequence[Excerpt]) -> list[Fingerprint]:
    """Return the fingerprints of a batch of excerpts, in their order."""
    bodies = [excerpt.body for excerpt in excerpts]
    cut = [excerpt.truncation.truncated for excerpt in excerpts]
    if len(excerpts) < (FEW if "numpy" in sys.modules else LARGE):
        normals = [normal_form(body, cut=is_cut) for body, is_cut in zip(bodies, cut, strict=True)]
        keys = [pure.keys(normal) for normal in normals]
    else:
        from feedtool.fingerprint import folding, vector

        normals = folding.normal_forms(bodies, cut)
        keys = vector.keys(normals)
    return [
        _fingerprint(excerpt.text, normal, head, grams)
        for excerpt, normal, (head, grams) in zip(excerpts, normals, keys, strict=True)
    ]


def _fingerprint(text: str, normal: str, head: list[int], grams: list[int]) -> Fingerprint:
    raw = digest(text)
    same = blake2b(normal.encode("utf-8", "surrogatepass"), digest_size=8, person=b"normal")
    strong = [_key(raw), _key(same.digest()), *head]
    keys = tuple(dict.fromkeys([*strong, *grams]))
    return Fingerprint(recipe.RECIPE, raw, normal, keys, len(strong))


def _key(digest: bytes) -> int:
    return int.from_bytes(digest[:8], "big", signed=True)
