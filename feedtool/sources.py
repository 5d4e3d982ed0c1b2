"""Names to bytes: walks folders, opens sources and unpacks them, with caps against bombs."""

import os
import stat
import sys
import zlib
from collections.abc import Callable, Collection, Iterable, Iterator, Sequence
from contextlib import contextmanager
from enum import Enum
from functools import cache
from typing import Any, BinaryIO, Protocol

from feedtool.errors import InputError
from feedtool.values import dataclass

STDIN = "-"
CHUNK = 256 * 1024

# So much of a source tells what it is.
HEAD = 65536

# What SQLite keeps beside a database; none of it is ever a dump.
_FILES = ("", "-wal", "-shm", "-journal")
STORE_COMPANIONS = (*_FILES, *(f"-reindex{end}" for end in _FILES))

# How an SQLite file begins, and what stands at byte 68 if it is a store ("feed" in ASCII).
DATABASE = b"SQLite format 3\0"
STORE_MARK = b"feed"
STORE_MARK_AT = 68
HEADER = STORE_MARK_AT + len(STORE_MARK)
# All of its pages have one size, a multiple of this.
LEAST_PAGE = 512
# How the files beside it begin: two kinds of log, and a journal.
_BESIDE_DATABASES = (
    b"\x37\x7f\x06\x82",
    b"\x37\x7f\x06\x83",
    b"\xd9\xd5\x05\xf9\x20\xa1\x63\xd7",
)

# A short page of one repeated line packs 1000 to 1 and is harmless; a bomb goes on.
RATIO_FREE = 16 << 20

# The largest dictionary that `xz -9` asks for needs 65 MiB; a forged header may ask for 4 GiB.
XZ_MEMORY = 512 << 20

# zstd has no cap on what one call returns: an RLE block makes 128 KiB of 4 bytes, so 1 KiB at a
# time bounds a call to 32 MiB.
ZSTD_STEP = 1024


@dataclass(frozen=True, slots=True)
class Limits:
    """How much a source may be.

    `max_unpacked` and `max_ratio` bound what a packed source unpacks to. `max_transmission` and
    `max_lines` bound what is held in memory at a time: one transmission, or a source that can only
    be read whole; in bytes, and in lines that say something, each of which costs more than its
    bytes.
    """

    max_unpacked: int = 4 << 30
    max_ratio: int = 1000
    # One emoji in a long line makes four bytes of each of its characters, and a report holds it
    # twice: to print one of 256 MB as JSON took 10 GB.
    max_transmission: int = 64 << 20
    # To judge a page takes 12 KB for a line of 45 characters, 30 KB for one of 1000.
    max_lines: int = 100_000


DEFAULT_LIMITS = Limits()


class Source:
    """Bytes with a name, unpacked as they are asked for.

    An error that the bytes end in (a truncated archive) is raised where they end, after
    everything before it was given out.
    """

    def __init__(self, name: str, pieces: Iterable[bytes], limits: Limits = DEFAULT_LIMITS) -> None:
        self.name = name
        self.limits = limits
        self._pieces = iter(pieces)
        self._ahead = bytearray()
        self._error: InputError | None = None
        self._ended = False

    def head(self, size: int = HEAD) -> bytes:
        """Return up to `size` first bytes and leave them to be read."""
        return bytes(memoryview(self.peek(size))[:size])

    def peek(self, size: int) -> bytearray:
        """Return `size` first bytes or more, if there are so many, where they wait to be read."""
        while len(self._ahead) < size and not self._ended:
            self._ahead += self._next() or b""
        return self._ahead

    def chunks(self) -> Iterator[bytes]:
        """Yield the bytes piece by piece."""
        ahead, self._ahead = self._ahead, bytearray()
        for start in range(0, len(ahead), CHUNK):
            yield bytes(memoryview(ahead)[start : start + CHUNK])
        del ahead
        while not self._ended:
            piece = self._next()
            if piece:
                yield piece
        if self._error is not None:
            raise self._error

    def read(self) -> bytes:
        """Return all bytes, which `max_transmission` bounds."""
        pieces = []
        size = 0
        for piece in self.chunks():
            pieces.append(piece)
            size += len(piece)
            if size > self.limits.max_transmission:
                raise too_long(self.name, self.limits)
        return b"".join(pieces)

    def _next(self) -> bytes | None:
        try:
            return next(self._pieces)
        except StopIteration:
            self._ended = True
        except InputError as error:
            self._ended = True
            self._error = error
        return None


def too_long(name: str, limits: Limits) -> InputError:
    """Return the error for a transmission that does not fit into memory."""
    return InputError(
        name,
        f"one transmission is longer than {size_text(limits.max_transmission)}; "
        "raise --max-transmission to allow it",
    )


def too_many_lines(name: str, limits: Limits) -> InputError:
    """Return the error for a transmission whose lines do not fit into memory."""
    return InputError(
        name,
        f"one transmission has more than {limits.max_lines:,} lines; raise --max-lines to allow it",
    )


def size_text(size: int) -> str:
    """Return a number of bytes as people say it."""
    for unit, name in ((1 << 30, "GB"), (1 << 20, "MB"), (1 << 10, "KB")):
        if size >= unit:
            return f"{size / unit:.3g} {name}"
    return f"{size} bytes"


def weight(name: str) -> int:
    """Return how many bytes a file holds, packed as it is; 0 where nobody knows."""
    try:
        return os.stat(name).st_size if name != STDIN else 0
    except (OSError, ValueError):
        return 0


def refuse_database(source: Source) -> None:
    """Raise an InputError for what SQLite keeps: it is no text, whatever text is in it."""
    head = source.head(HEADER)
    if _is_store(head):
        reason = "is a feedtool store; only `ingest` takes it, as a whole file of its own, unpacked"
        raise InputError(source.name, reason)
    if head.startswith(DATABASE):
        raise InputError(source.name, "is an SQLite file, but not a feedtool store")
    if head.startswith(_BESIDE_DATABASES):
        raise InputError(source.name, "belongs to an SQLite file beside it")


def _is_store(head: bytes) -> bool:
    return head.startswith(DATABASE) and head[STORE_MARK_AT:HEADER] == STORE_MARK


# A file, whatever its name: its device, and its number there.
Identity = tuple[int, int]


class Kind(Enum):
    """What a source is, before it is read."""

    DUMP = "dump"
    STORE = "store"
    # It belongs to the store that this process works on.
    OWN = "own"


def identity(name: str) -> Identity | None:
    """Return which file a source is, or None for what is no file or is not there."""
    seen = _status(name)
    return (seen.st_dev, seen.st_ino) if seen else None


def kind_of(name: str, own: Collection[Identity | None] = ()) -> Kind:
    """Tell what a source is; what is not there or is no file counts as a dump.

    The files in `own` are not opened: to close one drops the locks that this process holds on it.
    """
    seen = _status(name)
    if seen is None:
        return Kind.DUMP
    if (seen.st_dev, seen.st_ino) in own:
        return Kind.OWN
    # Hardly any dump has to be opened to be told from a store.
    if not stat.S_ISREG(seen.st_mode) or not seen.st_size or seen.st_size % LEAST_PAGE:
        return Kind.DUMP
    try:
        with open(name, "rb", buffering=0) as file:
            return Kind.STORE if _is_store(file.read(HEADER)) else Kind.DUMP
    except OSError:
        return Kind.DUMP


def _status(name: str) -> os.stat_result | None:
    try:
        return os.stat(name) if name != STDIN else None
    except (OSError, ValueError):
        return None


def walk(
    paths: Iterable[str],
    *,
    skip: Collection[str] = (),
    left_out: Callable[[str], None] = lambda _: None,
) -> Iterator[str]:
    """Yield the sources that `paths` name: files as given, folders in byte order of names.

    What is hidden inside a folder is left out, and so are the stores in `skip` with their
    companions; a folder behind a symbolic link is not entered. Of any other store in a folder
    `left_out` is told: it lies beside the dumps and is none. A path that cannot be opened is
    yielded all the same: opening it says why.
    """
    skipped = {os.path.realpath(path) + end for path in skip for end in STORE_COMPANIONS}
    names = {os.path.basename(path) for path in skipped}
    own = {identity(path) for path in skip}
    for path in paths:
        if path == STDIN or not os.path.isdir(path):
            yield path
            continue
        for found in _walk_folder(path, skipped, names):
            kind = Kind.OWN if _is_beside_store(found, own) else kind_of(found, own)
            if kind is Kind.DUMP:
                yield found
            elif kind is Kind.STORE:
                left_out(found)


def _is_beside_store(name: str, own: Collection[Identity | None]) -> bool:
    """Tell by its name whether a file is a companion of some store."""
    end = next((end for end in STORE_COMPANIONS[1:] if name.endswith(end)), None)
    return end is not None and kind_of(name.removesuffix(end), own) is not Kind.DUMP


def _walk_folder(folder: str, skipped: Collection[str], names: Collection[str]) -> Iterator[str]:
    # A stack of its own: folders may nest deeper than Python calls do.
    stack: list[Iterator[str | os.DirEntry[str]]] = [iter(_entries(folder))]
    while stack:
        entry = next(stack[-1], None)
        if entry is None:
            stack.pop()
        elif isinstance(entry, str):
            yield entry
        elif entry.is_dir(follow_symlinks=False):
            stack.append(iter(_entries(entry.path)))
        elif _is_wanted(entry) and not _is_skipped(entry, skipped, names):
            yield entry.path


def _entries(folder: str) -> Sequence[str | os.DirEntry[str]]:
    try:
        with os.scandir(folder) as entries:
            seen = [entry for entry in entries if not entry.name.startswith(".")]
    except OSError:
        return [folder]
    return sorted(seen, key=lambda entry: os.fsencode(entry.name))


def _is_wanted(entry: os.DirEntry[str]) -> bool:
    # A dangling link is a dump that somebody expects to be there, so it is left to fail, and so is
    # a link to itself.
    try:
        return entry.is_file() or (entry.is_symlink() and not os.path.exists(entry.path))
    except OSError:
        return True


def _is_skipped(entry: os.DirEntry[str], skipped: Collection[str], names: Collection[str]) -> bool:
    if entry.name not in names and not entry.is_symlink():
        return False
    return os.path.realpath(entry.path) in skipped


@contextmanager
def open_source(name: str, limits: Limits = DEFAULT_LIMITS) -> Iterator[Source]:
    """Open a source by name; `-` is standard input, which stays open afterwards."""
    if name == STDIN:
        if sys.stdin is None:
            raise InputError(name, "there is no standard input")
        yield Source(name, _unpacked(name, sys.stdin.buffer, limits), limits)
        return
    with _open(name) as file:
        yield Source(name, _unpacked(name, file, limits), limits)


def _open(name: str) -> BinaryIO:
    try:
        return open(name, "rb", buffering=0)
    except IsADirectoryError as error:
        readable = os.access(name, os.R_OK | os.X_OK)
        raise InputError(name, "is a folder" if readable else "Permission denied") from error
    except OSError as error:
        raise InputError(name, error.strerror or str(error)) from error
    except ValueError as error:
        raise InputError(name, f"is no file name: {error}") from error


def _unpacked(name: str, file: BinaryIO, limits: Limits) -> Iterator[bytes]:
    pieces = _read_pieces(name, file)
    first = b""
    for piece in pieces:
        first += piece
        if len(first) >= LONGEST_MAGIC:
            break
    packing = packing_of(first)
    packed = _again(first, pieces)
    if packing is None:
        return packed
    return _unpack(name, packing, packed, limits)


def _size_of(name: str, file: BinaryIO) -> int | None:
    """Return how much a file holds now, or None for what has no size of its own.

    What is written to it later is for the next time: a log can grow faster than it is read. A
    file that the output goes to would grow without end.
    """
    try:
        seen = os.fstat(file.fileno())
        if not stat.S_ISREG(seen.st_mode):
            return None
        if any(_goes_to(stream, seen) for stream in (sys.stdout, sys.stderr)):
            raise InputError(name, "is where the output goes")
        # Files of /proc have no size, and end all the same.
        return seen.st_size - file.tell() if seen.st_size else None
    except (OSError, ValueError):
        # Bytes in memory.
        return None


def _goes_to(stream: Any, seen: os.stat_result) -> bool:
    try:
        return os.path.samestat(os.fstat(stream.fileno()), seen)
    except (OSError, ValueError, AttributeError):
        return False


def _again(first: bytes, rest: Iterator[bytes]) -> Iterator[bytes]:
    if first:
        yield first
    yield from rest


def _read_pieces(name: str, file: BinaryIO) -> Iterator[bytes]:
    left = _size_of(name, file)
    while left is None or left > 0:
        try:
            piece = file.read(CHUNK if left is None else min(CHUNK, left))
        except OSError as error:
            raise InputError(name, error.strerror or str(error)) from error
        if not piece:
            return
        if left is not None:
            left -= len(piece)
        yield piece


# bzip2's three letters alone would take a text that begins with `BZh1` for an archive: what
# follows them is the number pi, or the square root of pi in an empty one.
MAGIC = (
    ("gzip", b"\x1f\x8b\x08"),
    ("xz", b"\xfd7zXZ\x00"),
    ("zstd", b"\x28\xb5\x2f\xfd"),
    *(
        ("bzip2", b"BZh%d" % level + block)
        for level in range(1, 10)
        for block in (b"1AY&SY", b"\x17rE8P\x90")
    ),
)
LONGEST_MAGIC = max(len(magic) for _, magic in MAGIC)


def packing_of(data: bytes) -> str | None:
    """Return by which program `data` was packed, told by its first bytes."""
    return next((name for name, magic in MAGIC if data.startswith(magic)), None)


class _Unpacker(Protocol):
    """One member of an archive; `bz2` and `lzma` come with this very interface."""

    @property
    def eof(self) -> bool: ...
    @property
    def needs_input(self) -> bool: ...
    @property
    def unused_data(self) -> bytes: ...
    def decompress(self, data: bytes, max_length: int = -1) -> bytes: ...


class _Gzip:
    def __init__(self) -> None:
        self._member = zlib.decompressobj(wbits=31)

    @property
    def eof(self) -> bool:
        return self._member.eof

    @property
    def needs_input(self) -> bool:
        return not self._member.unconsumed_tail

    @property
    def unused_data(self) -> bytes:
        return self._member.unused_data

    def decompress(self, data: bytes, max_length: int = -1) -> bytes:
        return self._member.decompress(self._member.unconsumed_tail + data, max(max_length, 0))


class _Zstd:
    def __init__(self) -> None:
        self._member = _zstd_context().decompressobj()
        self._rest = b""

    @property
    def eof(self) -> bool:
        return bool(self._member.eof)

    @property
    def needs_input(self) -> bool:
        return not self._rest

    @property
    def unused_data(self) -> bytes:
        return bytes(self._member.unused_data) + self._rest

    def decompress(self, data: bytes, max_length: int = -1) -> bytes:  # noqa: ARG002
        data = self._rest + data
        self._rest = data[ZSTD_STEP:]
        return bytes(self._member.decompress(data[:ZSTD_STEP]))


@cache
def _zstd_context() -> Any:
    # Made once: an archive of a million empty members would make a million of them.
    import zstandard

    return zstandard.ZstdDecompressor()


def _unpacker(name: str, packing: str) -> tuple[Callable[[], _Unpacker], type[Exception]]:
    if packing == "gzip":
        return _Gzip, zlib.error
    if packing == "bzip2":
        import bz2

        return bz2.BZ2Decompressor, OSError
    if packing == "xz":
        import lzma

        return lambda: lzma.LZMADecompressor(lzma.FORMAT_XZ, memlimit=XZ_MEMORY), lzma.LZMAError
    try:
        import zstandard
    except ImportError as error:
        raise InputError(name, "is packed by zstd; install feedtool[zstd] to read it") from error
    return _Zstd, zstandard.ZstdError


def _unpack(name: str, packing: str, packed: Iterator[bytes], limits: Limits) -> Iterator[bytes]:
    open_member, bad_data = _unpacker(name, packing)
    member = open_member()
    read = unpacked = 0
    for data in packed:
        read += len(data)
        while True:
            if member.eof:
                # Tapes and block devices pad archives with zeros.
                data = data.lstrip(b"\0")
                if not data:
                    break
                member = open_member()
            try:
                piece = member.decompress(data, CHUNK)
            except bad_data as error:
                raise InputError(name, f"is a damaged {packing} archive: {error}") from error
            unpacked += len(piece)
            _check_size(name, read, unpacked, limits)
            yield piece
            data = member.unused_data if member.eof else b""
            if not data and (member.eof or member.needs_input):
                break
    if not member.eof:
        raise InputError(name, f"is packed by {packing}, and the archive ends too early")


def _check_size(name: str, packed: int, unpacked: int, limits: Limits) -> None:
    if unpacked > limits.max_unpacked:
        limit, option = size_text(limits.max_unpacked), "--max-unpacked"
    elif unpacked > RATIO_FREE and unpacked > packed * limits.max_ratio:
        limit, option = f"{limits.max_ratio} times as much", "--max-ratio"
    else:
        return
    reason = f"{size_text(packed)} unpack to more than {limit}; raise {option} to allow it"
    raise InputError(name, reason)
