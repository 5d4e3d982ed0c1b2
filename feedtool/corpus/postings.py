"""Keys of a whole corpus -> for each text the earlier ones worth a comparison.

What a store does key by key is here one sort: in an origin every distinct text is a version, so
the first CAP holders of a key are known before anything is judged.
"""

from collections.abc import Iterator

import numpy as np
from numpy.typing import NDArray

from feedtool import finding
from feedtool.corpus.sketches import GRAM, WHOLE, Numbers, shared, summed
from feedtool.corpus.spool import Spool
from feedtool.finding import SHORTLIST
from feedtool.fingerprint.recipe import CAP
from feedtool.fingerprint.vector import ascending
from feedtool.gathering import pieces
from feedtool.values import dataclass

# Keys are sorted a part of them at a time, equal ones together: so many parts, a power of two.
RANGES = 64
# Texts are judged so many at a time.
SHELF = 1 << 13

Small = NDArray[np.int32]

NONE_NEAR: tuple[Numbers, Numbers] = np.zeros(0, np.int64), np.zeros(0, np.int64)


@dataclass(slots=True)
class Postings:
    """Which texts hold a key that others hold too, at most the first CAP of each origin.

    Group g (one key within one origin, or across origins) has
    `holders[starts[g] : starts[g + 1]]`, ascending, and is of `kinds[g]`. `searchers` has on the
    shelf of each text (text, group) for every group that it may find others in.
    """

    holders: Small
    starts: Numbers
    kinds: NDArray[np.uint8]
    searchers: Spool


def ranges(keys: Numbers) -> Numbers:
    """Return in which range each key lies, by its last bits.

    The first bits would put all into a few: grams are kept for theirs.
    """
    return keys & (RANGES - 1)


def join(
    keys: Spool,
    wanted: NDArray[np.bool_],
    owners: Small | None,
    shelves: Small,
    crowded: NDArray[np.bool_] | None = None,
) -> Postings:
    """Group the texts by the keys that they share.

    `keys` holds (key, text, kind) by ranges of keys, the texts ascending; only texts that are
    `wanted` take part. `owners` tells the origin of each text, which parts the groups, `shelves`
    on which shelf each text is judged. In `crowded` those are marked that hold a key of a crowd.
    """
    found = _Groups()
    for of, groups, kinds in _holders(keys, wanted):
        ranks, groups, first = _ranked(of, groups, owners)
        if not len(of):
            continue
        counts = np.bincount(groups)
        searching = np.flatnonzero(ranks)
        rows = of.take(searching)
        found.searchers.scatter(shelves.take(rows), rows, groups.take(searching) + found.count)
        found.add(of.compress(ranks < CAP), np.minimum(counts, CAP), kinds.take(first))
        if crowded is not None and counts.max() > CAP:
            crowded[of.compress(counts.take(groups) > CAP)] = True
    return found.postings()


def _holders(
    keys: Spool, wanted: NDArray[np.bool_]
) -> Iterator[tuple[Numbers, Numbers, NDArray[np.uint8]]]:
    """Yield, range by range, (text, group, kind) of the wanted texts that share a key with others.

    The texts of a group stand together, ascending.
    """
    for number in keys.shelves:
        values, texts, kinds = keys.take(number)
        taken = np.flatnonzero(wanted.take(texts))
        members, groups = shared(values.take(taken))
        rows = taken.take(members)
        yield texts.take(rows), groups, kinds.take(rows)


def _ranked(
    texts: Numbers, groups: Numbers, owners: Small | None
) -> tuple[Numbers, Numbers, Numbers]:
    """Return the rank of each text in its group, the number of the group, and who begins one."""
    fresh = groups[1:] != groups[:-1]
    if owners is not None:
        fresh |= owners[texts[1:]] != owners[texts[:-1]]
    fresh = np.append(True, fresh)[: len(texts)]
    first = np.flatnonzero(fresh)
    numbers = np.cumsum(fresh) - 1
    return np.arange(len(texts)) - first[numbers], numbers, first


def shortlists(
    postings: Postings, shelf: int, before: Numbers, enough: Small
) -> Iterator[tuple[Numbers, Numbers]]:
    """Yield (text, earlier text) for what is worth a comparison, in pieces of whole texts.

    Texts ascend; of each text the earlier ones come with the most telling first, at most SHORTLIST.
    `before` tells for a text where the ones that it may find end, `enough` how many
    grams it must share.
    """
    texts, groups = postings.searchers.take(shelf)
    first = int(texts.min()) if len(texts) else 0
    order = ascending(texts - first, int(texts.max(initial=first)) - first + 1)
    texts, groups = texts.take(order).astype(np.int64), groups.take(order).astype(np.int64)
    sizes = postings.starts.take(groups + 1) - postings.starts.take(groups)
    for start, end in pieces(texts, sizes):
        yield _weighed(
            postings, texts[start:end], groups[start:end], sizes[start:end], before, enough
        )


def _weighed(
    postings: Postings,
    texts: Numbers,
    groups: Numbers,
    sizes: Numbers,
    before: Numbers,
    enough: Small,
) -> tuple[Numbers, Numbers]:
    rows = np.repeat(np.arange(len(texts)), sizes)
    # Where the holders of a key begin, less the rows in front of its own.
    begins = postings.starts.take(groups) - (np.cumsum(sizes) - sizes)
    found = postings.holders.take(begins.take(rows) + np.arange(len(rows)))
    kept = np.flatnonzero(found < before.take(texts).take(rows))
    rows, found = rows.take(kept), found.take(kept).astype(np.int64)
    if not len(found):
        return NONE_NEAR
    weights = _weights(rows, postings.kinds.take(groups), enough.take(texts), len(texts))
    pairs, weights = summed(texts.take(rows) << 32 | found, weights.take(rows))
    met = np.flatnonzero(weights // finding.GRAMS >= enough.take(pairs >> 32))
    pairs, weights = pairs.take(met), weights.take(met) % finding.GRAMS
    return _best(pairs >> 32, pairs & 0xFFFFFFFF, weights)


def _weights(rows: Numbers, kinds: NDArray[np.uint8], enough: Small, count: int) -> Numbers:
    """Return what it is worth to share each key, by what `finding` says.

    `rows` names the key of each pair, so many hold it.
    """
    holders = np.maximum(np.bincount(rows, minlength=count), 1)
    worth: Numbers = np.where(kinds == WHOLE, finding.WHOLE, finding.RAREST // holders)
    worth += finding.GRAMS * np.where(kinds == GRAM, 1, enough).astype(np.int64)
    return worth


def _best(texts: Numbers, found: Numbers, weights: Numbers) -> tuple[Numbers, Numbers]:
    """Return the SHORTLIST best of each text, the most telling first, then the earlier text."""
    order = np.lexsort((found, -weights, texts))
    texts, found = texts[order], found[order]
    first = np.append(True, texts[1:] != texts[:-1])[: len(texts)]
    starts = np.flatnonzero(first)
    ranks = np.arange(len(texts)) - starts[np.cumsum(first) - 1]
    return texts[ranks < SHORTLIST], found[ranks < SHORTLIST]


def join_origins(
    keys: Spool,
    wanted: NDArray[np.bool_],
    founders: NDArray[np.bool_],
    owners: Small,
    shelves: Small,
) -> Postings:
    """Group the texts that found items by the keys that they share across origins.

    A key holds its first CAP founders, of those texts that it admits within their own origin.
    """
    found = _Groups()
    for of, groups, kinds in _holders(keys, wanted):
        ranks, _, _ = _ranked(of, groups, owners)
        founding = founders[of]
        of, groups, ranks = of[founding], groups[founding], ranks[founding]
        kinds = kinds[founding]
        admitted = ranks < CAP
        places, groups, first = _ranked(of, groups, None)
        if not len(of):
            continue
        counts = np.bincount(groups)
        # How many of a group were admitted before each member.
        total: Numbers = np.cumsum(admitted) - admitted
        held: Numbers = total - total[first][groups]
        kept = admitted & (held < CAP)
        searching = places > 0
        rows = of[searching]
        found.searchers.scatter(shelves[rows], rows, groups[searching] + found.count)
        sizes = np.bincount(groups[kept], minlength=len(counts))
        found.add(of[kept], sizes, kinds[first])
    return found.postings()


class _Groups:
    """Groups as they are found, range by range.

    They wait on disk: in memory, between the arrays of the next ranges, they would leave holes
    that together are larger than they are.
    """

    def __init__(self) -> None:
        self.searchers = Spool(np.int32, np.int32)
        self.count = 0
        self._holders = Spool(np.int32)
        self._groups = Spool(np.uint8, np.uint8)

    def add(self, holders: Numbers, sizes: Numbers, kinds: NDArray[np.uint8]) -> None:
        """Take in the groups of a range."""
        self._holders.add(0, holders)
        self._groups.add(0, sizes, kinds)
        self.count += len(sizes)

    def postings(self) -> Postings:
        """Return them, when all of them are there."""
        (holders,), (sizes, kinds) = self._holders.take(0), self._groups.take(0)
        self._holders.close()
        self._groups.close()
        self.searchers.settle()
        return Postings(
            holders, np.append(0, np.cumsum(sizes, dtype=np.int64)), kinds, self.searchers
        )
