"""Arrays and texts that wait on disk until they are needed: a corpus is larger than memory."""

import os
from collections.abc import Sequence
from itertools import pairwise
from tempfile import TemporaryFile
from typing import IO, Any

import numpy as np
from numpy.typing import NDArray

from feedtool.fingerprint.vector import ascending

Array = NDArray[Any]

# Rows are scattered so many at a time: many small pieces take longer to write and to read.
TOGETHER = 1 << 17


class Spool:
    """Columns of equal length, laid down piece by piece on numbered shelves of a temporary file."""

    def __init__(self, *types: type[np.generic]) -> None:
        self._types = [np.dtype(type_) for type_ in types]
        self._file = TemporaryFile()  # noqa: SIM115 (closed by close)
        self._pieces: dict[int, list[tuple[int, int]]] = {}
        # Rows to be scattered: the numbers of their shelves, then the columns.
        self._waiting: list[tuple[Array, ...]] = []
        self._rows = 0

    @property
    def shelves(self) -> list[int]:
        """The numbers of the shelves on which something lies."""
        self.settle()
        return sorted(self._pieces)

    def add(self, shelf: int, *columns: Array) -> None:
        """Lay a piece on a shelf."""
        if len(columns[0]):
            self._pieces.setdefault(shelf, []).append((self._file.tell(), len(columns[0])))
            for type_, column in zip(self._types, columns, strict=True):
                self._file.write(np.ascontiguousarray(column, type_).data)

    def scatter(self, shelves: Array, *columns: Array) -> None:
        """Lay each row on the shelf that is told for it; rows of one shelf keep their order.

        Pieces that are added meanwhile may come to lie in front of them.
        """
        self._waiting.append((shelves, *columns))
        self._rows += len(shelves)
        if self._rows >= TOGETHER:
            self.settle()

    def settle(self) -> None:
        """Lay down what waits. Has to be done before other processes are forked that `take`."""
        if not self._rows:
            return
        shelves, *columns = (np.concatenate(column) for column in zip(*self._waiting, strict=True))
        self._waiting, self._rows = [], 0
        order = ascending(shelves, int(shelves.max(initial=0)) + 1)
        ordered = shelves.take(order)
        borders = [0, *(np.flatnonzero(np.diff(ordered)) + 1).tolist(), len(ordered)]
        for start, end in pairwise(borders):
            rows = order[start:end]
            self.add(int(ordered[start]), *[column.take(rows) for column in columns])

    def take(self, shelf: int) -> list[Array]:
        """Return the columns on a shelf, the pieces in the order in which they were laid there."""
        self.settle()
        pieces = self._pieces.get(shelf, [])
        total = sum(count for _, count in pieces)
        found = [np.empty(total, type_) for type_ in self._types]
        row = 0
        self._file.flush()
        for place, count in pieces:
            for column in found:
                piece = column[row : row + count].view(np.uint8)
                _read(self._file, piece.data, place)
                place += len(piece)
            row += count
        return found

    def close(self) -> None:
        """Give the space back."""
        self._file.close()


class Texts:
    """Texts and their normal forms in memory, by number."""

    def __init__(self) -> None:
        self._texts: list[str] = []
        self._normals: list[str] = []

    def add(self, texts: Sequence[str], normals: Sequence[str]) -> None:
        """Append texts with their normal forms."""
        self._texts += texts
        self._normals += normals

    def __getitem__(self, number: int) -> tuple[str, str]:
        return self._texts[number], self._normals[number]

    def held(self) -> tuple[list[str], list[str]]:
        """Return all texts and their normal forms."""
        return self._texts, self._normals

    def sizes(self, numbers: NDArray[np.int64]) -> NDArray[np.int64]:
        """Return how many bytes have to be read for texts: none."""
        return np.zeros(len(numbers), np.int64)

    def close(self) -> None:
        """Give the space back."""


class TextFile:
    """Texts and their normal forms in a temporary file, by number: 12 bytes a text in memory."""

    def __init__(self) -> None:
        self._file = TemporaryFile()  # noqa: SIM115 (closed by close)
        self._starts = [np.zeros(1, np.int64)]
        self._middles = [np.zeros(0, np.int32)]
        self._joined: tuple[NDArray[np.int64], NDArray[np.int32]] | None = None
        self._end = 0

    def add(self, texts: Sequence[str], normals: Sequence[str]) -> None:
        """Append texts with their normal forms."""
        pieces = [_bytes(text) for pair in zip(texts, normals, strict=True) for text in pair]
        lengths = np.fromiter(map(len, pieces), np.int64, len(pieces))
        self._file.write(b"".join(pieces))
        self._starts.append(self._end + np.cumsum(lengths)[1::2])
        self._middles.append(lengths[::2].astype(np.int32))
        self._end += int(lengths.sum())
        self._joined = None

    def __getitem__(self, number: int) -> tuple[str, str]:
        starts, middles = self._places()
        start, end, middle = int(starts[number]), int(starts[number + 1]), int(middles[number])
        found = bytearray(end - start)
        _read(self._file, memoryview(found), start)
        return _text(found[:middle]), _text(found[middle:])

    def sizes(self, numbers: NDArray[np.int64]) -> NDArray[np.int64]:
        """Return how many bytes have to be read for texts."""
        starts, _ = self._places()
        return starts[numbers + 1] - starts[numbers]

    def _places(self) -> tuple[NDArray[np.int64], NDArray[np.int32]]:
        """Return where each text begins, and how many bytes of it lie before its normal form."""
        if self._joined is None:
            self._file.flush()
            self._joined = np.concatenate(self._starts), np.concatenate(self._middles)
            self._starts, self._middles = [self._joined[0]], [self._joined[1]]
        return self._joined

    def close(self) -> None:
        """Give the space back."""
        self._file.close()


def _read(file: IO[bytes], into: memoryview, place: int) -> None:
    """Fill a buffer from a place of a file.

    Forked processes share the place at which a file stands, so that is left where it is.
    """
    if not hasattr(os, "preadv"):
        here = file.tell()
        file.seek(place)
        file.readinto(into)  # type: ignore[attr-defined]
        file.seek(here)
        return
    while into:
        count = os.preadv(file.fileno(), [into], place)
        if not count:
            raise EOFError(f"a temporary file ends before {place + len(into)}")
        into, place = into[count:], place + count


def _bytes(text: str) -> bytes:
    return text.encode("utf-8", "surrogatepass")


def _text(data: bytearray) -> str:
    return data.decode("utf-8", "surrogatepass")
