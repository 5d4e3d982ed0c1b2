"""Texts -> fingerprints: digests, and keys by which a near-identical text is found."""

from collections.abc import Sequence
from hashlib import blake2b

from feedtool.fingerprint import pure, recipe
from feedtool.model import Excerpt, Fingerprint
from feedtool.text import normal_form

_SIGN = 1 << 63


def digest(text: str) -> bytes:
    """Return 16 bytes of BLAKE2b over the text in UTF-8, lone surrogates passed through."""
    return blake2b(text.encode("utf-8", "surrogatepass"), digest_size=16).digest()


def of(excerpts: Sequence[Excerpt]) -> list[Fingerprint]:
    """Return the fingerprints of a batch of excerpts, in their order."""
    return [_one(excerpt) for excerpt in excerpts]


def _one(excerpt: Excerpt) -> Fingerprint:
    raw = digest(excerpt.text)
    normal = normal_form(excerpt.body, cut=excerpt.truncation.truncated)
    whole = [int.from_bytes(raw[:8], "big"), int.from_bytes(digest("=" + normal)[:8], "big")]
    signed = {key - 2 * _SIGN if key >= _SIGN else key for key in [*whole, *pure.keys(normal)]}
    return Fingerprint(recipe.RECIPE, raw, normal, tuple(sorted(signed)))
