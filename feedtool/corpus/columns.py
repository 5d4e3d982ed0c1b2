"""A corpus as it is read: what is known of each text, in columns that grow."""

from collections.abc import Callable, Sequence
from contextlib import ExitStack
from functools import cached_property, partial
from typing import Any

import numpy as np
from numpy.typing import NDArray

from feedtool.corpus.postings import ranges
from feedtool.corpus.sketches import Batch, Numbers, Sketches, Small, batch, shared, sketch
from feedtool.corpus.spool import Spool, TextFile, Texts
from feedtool.model import Excerpt, Version

# Two of them are made for each text, and what a named tuple does to make one takes half the time.
_version: Callable[[tuple[int, int, str, bool, int, str, bytes, int]], Version] = partial(
    tuple.__new__, Version
)


class Column:
    """Numbers that come in pieces, to be had as one array."""

    def __init__(self, type_: type[np.generic], *shape: int) -> None:
        self._pieces = [np.zeros((0, *shape), type_)]
        self._type = type_

    def add(self, piece: NDArray[np.generic]) -> None:
        """Append some."""
        self._pieces.append(piece.astype(self._type))

    def whole(self) -> NDArray[Any]:
        """Return all of them."""
        if len(self._pieces) > 1:
            self._pieces = [np.concatenate(self._pieces)]
        return self._pieces[0]


class Corpus:
    """The texts of all pages, numbered in their order.

    Pages are numbered from 0 and never span two calls of `add`; origins ascend. Texts lie in
    memory, or with `on_disk` in a temporary file; so do keys.
    """

    def __init__(self, *, on_disk: bool) -> None:
        self.texts: TextFile | Texts = TextFile() if on_disk else Texts()
        self.keys = Spool(np.int64, np.int32, np.uint8)
        self.mates = Spool(np.int32, np.int32)
        self._digests = Column(np.int64, 2)
        self._pages = Column(np.int32)
        self._origins = Column(np.int32)
        self._starts = Column(np.uint8)
        self._lengths = Column(np.int32)
        self._lines = Column(np.int32)
        self._enough = Column(np.int32)
        self._count = 0

    def __len__(self) -> int:
        return self._count

    def add(
        self,
        excerpts: Sequence[Excerpt],
        pages: Sequence[int],
        origins: int | Sequence[int] = 0,
    ) -> None:
        """Take in the excerpts of some whole pages, each with the numbers of its page and origin.

        One number of an origin is that of all.
        """
        if excerpts:
            found = batch(excerpts, pages)
            self.take(found, sketch(found), origins)

    def take(self, batch: Batch, found: Sketches, origins: int | Sequence[int] = 0) -> None:
        """Take in texts as `add` does, with the keys that were made of them elsewhere."""
        self.texts.add(batch.texts, found.normals)
        self.keys.scatter(ranges(found.keys), found.keys, found.texts + self._count, found.kinds)
        self.mates.add(0, *(found.mates.T + self._count))
        self._digests.add(found.digests)
        self._pages.add(np.asarray(batch.pages))
        self._origins.add(np.full(len(batch.texts), origins))
        self._lines.add(batch.lines)
        self._starts.add(batch.starts)
        self._lengths.add(batch.lengths)
        self._enough.add(found.enough)
        self._count += len(batch.texts)

    @property
    def pages(self) -> Small:
        """The page of each text."""
        return self._pages.whole()

    @property
    def origins(self) -> Small:
        """The origin of each text."""
        return self._origins.whole()

    @property
    def lines(self) -> Small:
        """The line of each text in its source."""
        return self._lines.whole()

    @property
    def truncated(self) -> NDArray[np.bool_]:
        """Whether each text is cut."""
        return self._lengths.whole() >= 0

    @property
    def enough(self) -> Small:
        """How many grams each text must share with another to be compared with it."""
        return self._enough.whole()

    @property
    def digests(self) -> Numbers:
        """The digest of each text, as two int64."""
        return self._digests.whole()

    def firsts(self, owners: Small | None) -> Numbers:
        """Return for each text the number of the first text that is the same, perhaps itself.

        With `owners` it is looked for among the texts of the same owner only.
        """
        found = np.arange(self._count)
        digests = self.digests
        mixed = digests[:, 0] if owners is None else digests[:, 0] + owners * np.int64(0x9E3779B1)
        members, _ = shared(mixed)
        if not len(members):
            return found
        columns = [members, digests[members, 1], digests[members, 0]]
        columns += [owners[members]] if owners is not None else []
        order = np.lexsort(columns)
        members = members[order]
        same = np.ones(len(members) - 1, bool)
        for column in columns[1:]:
            same &= column[order][1:] == column[order][:-1]
        begins = np.append(True, ~same)
        found[members] = members[np.flatnonzero(begins)][np.cumsum(begins) - 1]
        return found

    def version(self, number: int, item: int) -> Version:
        """Return a text as a version of an item."""
        text, normal = self.texts[number]
        starts, lengths = self._measured
        length = lengths[number]
        cut = length >= 0
        digest = self._raw_digests[16 * number : 16 * number + 16]
        end = length if cut else ~length
        return _version((number, item, text, cut, end, normal, digest, starts[number]))

    @property
    def measured(self) -> tuple[NDArray[np.uint8], Small]:
        """The `starts` and `lengths` of all texts, as a Batch has them."""
        return self._starts.whole(), self._lengths.whole()

    @cached_property
    def _measured(self) -> tuple[memoryview, memoryview]:
        # Numbers out of a view are had in a third of the time that numpy takes for one.
        starts, lengths = self.measured
        return memoryview(starts.data), memoryview(lengths.data)

    @cached_property
    def _raw_digests(self) -> bytes:
        return self.digests.astype(">i8").tobytes()

    def close(self) -> None:
        """Give the space back."""
        # On a full disk each of them may fail to write its last bytes.
        with ExitStack() as files:
            for file in (self.texts, self.keys, self.mates):
                files.callback(file.close)
