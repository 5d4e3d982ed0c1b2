"""Inputs that are too large to be kept: made in the size of every day, or in full."""

import bz2
import gzip
import lzma
import os
import zlib
from collections.abc import Callable, Iterator
from importlib.util import find_spec
from pathlib import Path
from random import Random
from string import ascii_lowercase
from typing import NamedTuple

from tests.hostile.inputs import HEAD, LAST, PLAIN

# With this in the environment every input has the size that its name says.
FULL = bool(os.environ.get("FEEDTOOL_HOSTILE_FULL"))
PIECE = 1 << 16


class Large(NamedTuple):
    """How an input is made, with which options it is read, and what is expected of it.

    `code` is that of a run over this input and a harmless one; `reason` is what it says where the
    input is refused.
    """

    pieces: Callable[[], Iterator[bytes]]
    code: int = 0
    reason: str = ""
    excerpts: int | None = None
    options: tuple[str, ...] = ()
    suffix: str = ".txt"

    def write(self, path: Path) -> None:
        """Make the input."""
        with path.open("wb") as file:
            for piece in self.pieces():
                file.write(piece)


def times(full: int, small: int) -> int:
    """Return how often something is repeated."""
    return full if FULL else small


def line(size: int) -> Iterator[bytes]:
    """Yield a dump with one line of so many bytes."""
    yield (HEAD + PLAIN).encode()
    for start in range(0, size, PIECE):
        words = b" ".join(b"word%07d" % number for number in range(start // 13, start // 13 + 6000))
        yield words[: min(PIECE, size - start)].ljust(min(PIECE, size - start), b"x")
    yield b"\n" + LAST.encode()


def lines(count: int, text: bytes, head: bytes = HEAD.encode()) -> Iterator[bytes]:
    """Yield a dump of so many equal lines."""
    yield head
    for start in range(0, count, 10_000):
        yield text * min(10_000, count - start)
    yield LAST.encode()


def filling(size: int) -> Iterator[bytes]:
    """Yield so many bytes of a text without any line end."""
    for _ in range(0, size, PIECE):
        yield b"x" * PIECE


def pages(count: int) -> Iterator[bytes]:
    """Yield a dump of so many transmissions."""
    for number in range(count):
        yield (HEAD + f"{number} " + PLAIN).encode()


def letters(count: int) -> Iterator[bytes]:
    """Yield so many transmissions of a text of chance letters, behind one beginning for all."""
    for number in range(count):
        yield f"{HEAD}{PLAIN.strip()} {''.join(Random(number).choices('ab', k=4000))}\n".encode()


def exchanged(count: int) -> Iterator[bytes]:
    """Yield so many transmissions of a text, each again with every sixth letter exchanged."""
    for number in range(count):
        text = "".join(Random(number).choices(ascii_lowercase, k=4000))
        edited = "".join([x if place % 6 or place < 60 else "1" for place, x in enumerate(text)])
        yield f"{HEAD}{text}\n{HEAD}{edited}\n".encode()


def packed(compressor: Callable[[], object], pieces: Iterator[bytes]) -> Iterator[bytes]:
    """Yield an archive."""
    member = compressor()
    for piece in pieces:
        yield member.compress(piece)  # type: ignore[attr-defined]
    yield member.flush()  # type: ignore[attr-defined]


def gzipped() -> object:
    """Return what makes a gzip archive."""
    return zlib.compressobj(9, wbits=31)


# A bomb is stopped by its ratio or, where so much of it comes at once, by what memory may hold.
RATIO = "unpack to more than 1000 times as much; raise --max-ratio to allow it"
BOMBED = "raise --max-" if FULL else RATIO
SIZE = "unpack to more than 1 MB; raise --max-unpacked to allow it"
BOMB = times(4 << 30, 20 << 20)

LARGE = {
    "a line of 200 MB": Large(
        lambda: line(times(200 << 20, 1 << 20)), excerpts=3, options=("--max-transmission", "256M")
    ),
    "a million empty lines": Large(
        lambda: lines(times(10**6, 200_000), b"\n", (HEAD + PLAIN).encode()), excerpts=2
    ),
    "ten million lines": Large(
        lambda: lines(times(10**7, 110_000), b"x\n"),
        3,
        "one transmission has more than 100,000 lines; raise --max-lines to allow it",
    ),
    "ten million lines of plain text": Large(
        lambda: lines(times(10**7, 110_000), b"x\n", b""), 3, "raise --max-lines to allow it"
    ),
    "ten million bytes without a line end": Large(
        lambda: iter([HEAD.encode(), b"x" * times(10**7, 10**6)]), excerpts=1
    ),
    "a transmission of 100 MB": Large(
        lambda: line(times(100 << 20, 3 << 20)),
        3,
        "raise --max-transmission to allow it",
        options=() if FULL else ("--max-transmission", "2M"),
    ),
    "plain text of 100 MB": Large(
        lambda: lines(times(100 << 10, 3 << 10), b"x" * 1023 + b"\n", b""),
        3,
        "raise --max-transmission to allow it",
        options=() if FULL else ("--max-transmission", "2M"),
    ),
    "a hundred thousand transmissions": Large(
        lambda: pages(times(100_000, 100)), excerpts=times(100_000, 100)
    ),
    "thousands of texts of two letters": Large(
        lambda: letters(times(8_000, 15)), excerpts=times(8_000, 15)
    ),
    "thousands of edits of every sixth letter": Large(
        lambda: exchanged(times(4_000, 10)), excerpts=2 * times(4_000, 10)
    ),
    "a gzip bomb": Large(
        lambda: packed(gzipped, filling(BOMB)), 3, BOMBED, suffix=".gz"
    ),
    "a bzip2 bomb": Large(
        lambda: packed(bz2.BZ2Compressor, filling(BOMB)), 3, BOMBED, suffix=".bz2"
    ),
    "an xz bomb": Large(
        lambda: packed(lambda: lzma.LZMACompressor(preset=0), filling(BOMB)),
        3,
        BOMBED,
        suffix=".xz",
    ),
    "a gzip bomb of lines": Large(
        lambda: packed(gzipped, lines(times(10**9, 10**7), b"x\n")), 3, "raise --max-", suffix=".gz"
    ),
    "an archive beyond a cap": Large(
        lambda: packed(gzipped, line(2 << 20)),
        3,
        SIZE,
        options=("--max-unpacked", "1M"),
        suffix=".gz",
    ),
    "a bomb in a bomb": Large(
        lambda: packed(gzipped, packed(gzipped, filling(BOMB))),
        3,
        "is packed twice, by gzip inside; unpack it once",
        suffix=".gz",
    ),
    "a million empty members": Large(
        lambda: iter([gzip.compress(b"", mtime=0) * times(10**6, 5_000)]), excerpts=0, suffix=".gz"
    ),
}  # fmt: skip

if find_spec("zstandard"):
    import zstandard

    LARGE["a zstd bomb"] = Large(
        lambda: packed(lambda: zstandard.ZstdCompressor().compressobj(), filling(BOMB)),
        3,
        BOMBED,
        suffix=".zst",
    )
