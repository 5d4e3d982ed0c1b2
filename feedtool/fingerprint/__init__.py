"""Texts -> fingerprints: digests, and keys by which a near-identical text is found."""

from collections.abc import Iterator, Sequence
from hashlib import blake2b

from feedtool import bulk
from feedtool.fingerprint import pure, recipe
from feedtool.model import Excerpt, Fingerprint
from feedtool.native import core
from feedtool.text import normal_form

# From so many texts on numpy is faster, once it is loaded.
FEW = 4

# A batch that holds a longer text is folded text by text: joined it would fill the memory.
LONG = 100_000
# So many characters are folded, or cut into grams, at once: each takes 30 bytes then, and one may
# become 18. A thousand excerpts are fewer; a page may bring as many lines as fit into 64 MB.
AT_ONCE = 400_000


def digest(text: str) -> bytes:
    """Return 16 bytes of BLAKE2b over the text in UTF-8, lone surrogates passed through."""
    return blake2b(text.encode("utf-8", "surrogatepass"), digest_size=16).digest()


def of(excerpts: Sequence[Excerpt]) -> list[Fingerprint]:
    """Return the fingerprints of a batch of excerpts, in their order."""
    normals = normal_forms(
        [excerpt.body for excerpt in excerpts],
        [excerpt.truncation.truncated for excerpt in excerpts],
    )
    return [
        _fingerprint(digest(excerpt.text), normal, strong, grams)
        for excerpt, normal, (strong, grams) in zip(excerpts, normals, _keys(normals), strict=True)
    ]


def normal_forms(bodies: Sequence[str], cut: Sequence[bool]) -> list[str]:
    """Return the normal forms of a batch of texts, of which some are cut."""
    if core is not None:
        from feedtool.fingerprint import compiled

        return compiled.normal_forms(bodies, cut)
    wide = [place for place, body in enumerate(bodies) if not body.isascii()]
    if _is_small(wide) or max((len(bodies[place]) for place in wide), default=0) > LONG:
        return [normal_form(body, cut=is_cut) for body, is_cut in zip(bodies, cut, strict=True)]
    normals = [
        normal_form(body, cut=is_cut) if body.isascii() else ""
        for body, is_cut in zip(bodies, cut, strict=True)
    ]
    _fold(wide, bodies, cut, normals)
    return normals


def _fold(
    places: Sequence[int], bodies: Sequence[str], cut: Sequence[bool], normals: list[str]
) -> None:
    """Put the normal forms of the texts at some places there."""
    from feedtool.fingerprint import folding

    for start, end in pieces([bodies[place] for place in places]):
        run = places[start:end]
        folded = folding.normal_forms([bodies[p] for p in run], [cut[p] for p in run])
        for place, normal in zip(run, folded, strict=True):
            normals[place] = normal


def pieces(texts: Sequence[str]) -> Iterator[tuple[int, int]]:
    """Cut a batch where its texts have become AT_ONCE characters."""
    start = size = 0
    for place, text in enumerate(texts):
        if size > AT_ONCE:
            yield start, place
            start, size = place, 0
        size += len(text)
    yield start, len(texts)


def _keys(normals: Sequence[str]) -> list[tuple[list[int], list[int]]]:
    if core is not None:
        from feedtool.fingerprint import compiled

        return compiled.keys(normals)
    if _is_small(normals):
        return [pure.keys(normal) for normal in normals]
    from feedtool.fingerprint import vector

    return [keys for start, end in pieces(normals) for keys in vector.keys(normals[start:end])]


def _is_small(batch: Sequence[object]) -> bool:
    return not bulk.pays(len(batch), FEW)


def _fingerprint(
    digest: bytes, normal: str, strong: Sequence[int], grams: Sequence[int]
) -> Fingerprint:
    # Keys are distinct, but for grams that a text repeats.
    keys = tuple(dict.fromkeys([key(digest), *strong, *grams]))
    return Fingerprint(recipe.RECIPE, digest, normal, keys, 1 + len(strong))


def key(digest: bytes) -> int:
    """Return the key by which the very text is found."""
    return int.from_bytes(digest[:8], "big", signed=True)
