import bz2
import gzip
import importlib.util
import io
import lzma
import os
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from feedtool.errors import InputError
from feedtool.sources import (
    STORE_MARK,
    Kind,
    Limits,
    Source,
    identity,
    kind_of,
    open_source,
    walk,
)
from feedtool.stores.sqlite import schema

DUMP = "INCOMING TRANSMISSION\n\nLATEST UPDATES\n概述 本文介绍...\n".encode()

PACKERS: dict[str, Callable[[bytes], bytes]] = {
    "gzip": gzip.compress,
    "bzip2": bz2.compress,
    "xz": lzma.compress,
}
if importlib.util.find_spec("zstandard"):
    import zstandard

    PACKERS["zstd"] = zstandard.ZstdCompressor(write_checksum=True).compress


@pytest.fixture(params=sorted(PACKERS))
def pack(request: pytest.FixtureRequest) -> Callable[[bytes], bytes]:
    return PACKERS[request.param]


def content(path: Path, limits: Limits | None = None) -> bytes:
    with open_source(str(path), limits or Limits()) as source:
        return source.read()


def reason(path: str, limits: Limits | None = None) -> str:
    with pytest.raises(InputError) as caught, open_source(path, limits or Limits()) as source:
        source.read()
    assert caught.value.source == path
    return caught.value.reason


def test_a_file_is_read_as_it_is(tmp_path: Path) -> None:
    (tmp_path / "a.txt").write_bytes(DUMP)
    assert content(tmp_path / "a.txt") == DUMP


def test_an_empty_file_is_empty(tmp_path: Path) -> None:
    (tmp_path / "a.txt").touch()
    assert content(tmp_path / "a.txt") == b""


def test_archives_are_known_by_their_content(tmp_path: Path, pack: Callable[..., bytes]) -> None:
    (tmp_path / "a.txt").write_bytes(pack(DUMP * 5000))
    assert content(tmp_path / "a.txt") == DUMP * 5000


def test_an_archive_may_have_members_and_padding(
    tmp_path: Path, pack: Callable[..., bytes]
) -> None:
    (tmp_path / "a").write_bytes(pack(DUMP) + pack(b"") + pack(DUMP * 3) + b"\0" * 8)
    assert content(tmp_path / "a") == DUMP * 4


def test_a_text_that_begins_like_an_archive_is_a_text(tmp_path: Path) -> None:
    (tmp_path / "a").write_bytes(b"BZh9 is how bzip2 begins")
    assert content(tmp_path / "a").startswith(b"BZh9")


def test_an_archive_that_ends_early_gives_what_is_there_first(
    tmp_path: Path, pack: Callable[..., bytes]
) -> None:
    whole = os.urandom(1_000_000).hex().encode()
    (tmp_path / "a").write_bytes(pack(whole)[:-20_000])
    seen = b""
    with open_source(str(tmp_path / "a"), Limits()) as source:
        assert source.head(10) == whole[:10]
        chunks = source.chunks()
        with pytest.raises(InputError, match="ends too early"):  # noqa: PT012
            while True:
                seen += next(chunks)
    assert whole.startswith(seen)
    assert len(seen) > 10_000


def test_an_archive_with_rubbish_inside_says_so(tmp_path: Path, pack: Callable[..., bytes]) -> None:
    data = bytearray(pack(os.urandom(100_000)))
    data[5000:6000] = b"x" * 1000
    (tmp_path / "a").write_bytes(data)
    assert "archive" in reason(str(tmp_path / "a"))


def test_an_archive_with_rubbish_behind_says_so(tmp_path: Path, pack: Callable[..., bytes]) -> None:
    (tmp_path / "a").write_bytes(pack(DUMP) + b"rubbish")
    assert "archive" in reason(str(tmp_path / "a"))


def test_an_archive_is_unpacked_once(tmp_path: Path) -> None:
    (tmp_path / "a").write_bytes(gzip.compress(gzip.compress(DUMP, mtime=0)))
    assert content(tmp_path / "a") == gzip.compress(DUMP, mtime=0)


def test_a_bomb_is_stopped_by_its_ratio(tmp_path: Path, pack: Callable[..., bytes]) -> None:
    (tmp_path / "a").write_bytes(pack(bytes(80 << 20)))
    assert "raise --max-ratio" in reason(str(tmp_path / "a"), Limits(max_ratio=100))


def test_a_bomb_is_stopped_by_its_size(tmp_path: Path, pack: Callable[..., bytes]) -> None:
    (tmp_path / "a").write_bytes(pack(bytes(5 << 20)))
    why = reason(str(tmp_path / "a"), Limits(max_unpacked=1 << 20))
    assert why.endswith("unpack to more than 1 MB; raise --max-unpacked to allow it")


def test_a_small_archive_may_pack_as_well_as_it_likes(tmp_path: Path) -> None:
    (tmp_path / "a").write_bytes(gzip.compress(b"x" * (1 << 20)))
    assert len(content(tmp_path / "a", Limits(max_ratio=2))) == 1 << 20


def test_a_source_read_whole_is_bounded(tmp_path: Path) -> None:
    (tmp_path / "a").write_bytes(b"x" * 2000)
    assert "raise --max-transmission" in reason(str(tmp_path / "a"), Limits(max_transmission=1000))


@pytest.mark.parametrize(
    ("name", "why"),
    [("missing", "No such file or directory"), (".", "is a folder"), ("a\0b", "is no file name")],
)
def test_what_cannot_be_opened_says_why(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, name: str, why: str
) -> None:
    monkeypatch.chdir(tmp_path)
    assert why in reason(name)


def test_a_pipe_is_read_to_its_end() -> None:
    reading, writing = os.pipe()
    os.write(writing, DUMP)
    os.close(writing)
    with open_source(f"/dev/fd/{reading}", Limits()) as source:
        assert source.read() == DUMP
    os.close(reading)


def test_standard_input_is_read_and_left_open(monkeypatch: pytest.MonkeyPatch) -> None:
    stdin = io.TextIOWrapper(io.BytesIO(gzip.compress(DUMP)))
    monkeypatch.setattr(sys, "stdin", stdin)
    with open_source("-", Limits()) as source:
        assert (source.name, source.read()) == ("-", DUMP)
    assert not stdin.closed


def test_no_standard_input_is_an_error(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "stdin", None)
    assert "standard input" in reason("-")


def test_a_file_that_grows_is_read_as_it_was_when_it_was_opened(tmp_path: Path) -> None:
    log = tmp_path / "log"
    log.write_bytes(DUMP * 50_000)
    seen = b""
    with open_source(str(log)) as source, log.open("ab", buffering=0) as more:
        for piece in source.chunks():
            seen += piece
            more.write(bytes(len(piece)))
    assert seen == DUMP * 50_000


def test_standard_input_that_grows_is_read_to_where_it_ended(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    log = tmp_path / "log"
    log.write_bytes(DUMP * 50_000)
    with log.open("rb") as stdin, log.open("ab", buffering=0) as more:
        stdin.read(10)
        monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(stdin))
        with open_source("-") as source:
            seen = source.head(10)
            more.write(b"more")
            assert source.read().startswith(seen)
            assert stdin.tell() == 50_000 * len(DUMP)


@pytest.mark.skipif(not os.path.exists("/proc/self/status"), reason="a file of Linux")
def test_a_file_without_a_size_is_read_to_its_end() -> None:
    assert b"Pid:" in content(Path("/proc/self/status"))


@pytest.mark.parametrize("stream", ["stdout", "stderr"])
def test_what_the_output_goes_to_is_no_input(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, stream: str
) -> None:
    (tmp_path / "all").write_bytes(DUMP)
    (tmp_path / "link").symlink_to("all")
    os.link(tmp_path / "all", tmp_path / "twin")
    with (tmp_path / "all").open("a") as output:
        monkeypatch.setattr(sys, stream, output)
        for name in ("all", "link", "twin"):
            assert reason(str(tmp_path / name)) == "is where the output goes"


@given(st.lists(st.binary(max_size=9)), st.integers(0, 40))
def test_the_head_is_not_taken_away(pieces: list[bytes], size: int) -> None:
    source = Source("s", pieces)

    assert source.head(size) == b"".join(pieces)[:size]
    assert source.head(size) == b"".join(pieces)[:size]
    assert b"".join(source.chunks()) == b"".join(pieces)


def test_an_error_waits_until_the_bytes_before_it_are_read() -> None:
    def pieces() -> Iterator[bytes]:
        yield b"whole"
        raise InputError("s", "broken")

    source = Source("s", pieces())
    assert source.head() == b"whole"
    chunks = source.chunks()
    assert next(chunks) == b"whole"
    with pytest.raises(InputError, match="broken"):
        next(chunks)


def tree(folder: Path, *names: str) -> None:
    for name in names:
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).touch()


def test_a_folder_is_walked_in_byte_order_of_names(tmp_path: Path) -> None:
    tree(tmp_path, "b.txt", "B.txt", "a/2", "a/10", "é", "z", "日", ".hidden", ".git/x", "a/.y")
    assert list(walk([str(tmp_path)])) == [
        str(tmp_path / name) for name in ("B.txt", "a/10", "a/2", "b.txt", "z", "é", "日")
    ]


def test_files_are_taken_as_given(tmp_path: Path) -> None:
    tree(tmp_path, ".hidden")
    paths = ["-", "missing", str(tmp_path / ".hidden"), "-"]
    assert list(walk(paths)) == paths


def test_the_store_is_skipped_with_its_companions(tmp_path: Path) -> None:
    tree(tmp_path, "a.db", "a.db-wal", "a.db-shm", "a.db-journal", "b.db", "sub/a.db")
    (tmp_path / "link").symlink_to(tmp_path / "a.db")
    found = list(walk([str(tmp_path)], skip=[str(tmp_path / "sub" / ".." / "a.db")]))
    assert found == [str(tmp_path / "b.db"), str(tmp_path / "sub/a.db")]


def database(path: Path, mark: bytes = b"feed") -> Path:
    """Make a file that begins as a store does."""
    path.write_bytes(b"SQLite format 3\0".ljust(68, b"\1") + mark.ljust(444, b"\1"))
    return path


def test_another_store_in_a_folder_is_left_out_with_its_companions(tmp_path: Path) -> None:
    (tmp_path / "in").mkdir()
    own, other = database(tmp_path / "own.db"), database(tmp_path / "in" / "other.db")
    os.link(own, tmp_path / "in" / "own-too.db")
    tree(tmp_path, "in/other.db-wal", "in/other.db-shm", "in/a", "in/a-wal", "in/own-too.db-wal")
    left_out: list[str] = []
    found = walk([str(tmp_path / "in")], skip=[str(own)], left_out=left_out.append)
    assert list(found) == [str(tmp_path / "in" / name) for name in ("a", "a-wal")]
    assert left_out == [str(other)]
    assert list(walk([str(other)], left_out=left_out.append)) == [str(other)]
    assert len(left_out) == 1


def test_a_store_is_told_by_how_it_begins(tmp_path: Path) -> None:
    store = database(tmp_path / "store")
    os.link(store, tmp_path / "again")
    foreign = database(tmp_path / "foreign", b"else")
    short = tmp_path / "short"
    short.write_bytes(store.read_bytes()[:-1])
    os.mkfifo(tmp_path / "pipe")
    kinds = {
        Kind.STORE: (store, tmp_path / "again"),
        Kind.DUMP: (foreign, short, tmp_path, tmp_path / "pipe", tmp_path / "none", "-", "\0"),
    }
    for kind, names in kinds.items():
        assert {kind_of(str(name)) for name in names} == {kind}
    own = {identity(str(store)), identity(str(tmp_path / "none"))}
    assert kind_of(str(tmp_path / "again"), own) is Kind.OWN
    assert kind_of(str(tmp_path / "none"), own) is Kind.DUMP
    assert schema.APPLICATION_ID.to_bytes(4, "big") == STORE_MARK


def test_links_to_files_are_read_and_links_to_folders_are_not_entered(tmp_path: Path) -> None:
    tree(tmp_path, "folder/file")
    (tmp_path / "loop").symlink_to(tmp_path)
    (tmp_path / "other").symlink_to(tmp_path / "folder/file")
    (tmp_path / "dangling").symlink_to(tmp_path / "nowhere")
    (tmp_path / "self").symlink_to("self")
    assert list(walk([str(tmp_path)])) == [
        str(tmp_path / name) for name in ("dangling", "folder/file", "other", "self")
    ]
    assert "symbolic links" in reason(str(tmp_path / "self"))


def test_pipes_in_a_folder_are_left_out(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe")
    assert list(walk([str(tmp_path)])) == []


def test_folders_may_nest_deeply(tmp_path: Path) -> None:
    folder = tmp_path
    for _ in range(1100):
        folder = folder / "d"
        folder.mkdir()
    (folder / "file").touch()
    found = list(walk([str(tmp_path)]))
    (folder / "file").unlink()
    while folder != tmp_path:
        folder.rmdir()
        folder = folder.parent
    assert [Path(path).name for path in found] == ["file"]


def test_names_need_not_be_utf_8(tmp_path: Path) -> None:
    name = os.fsencode(tmp_path) + b"/\xff.txt"
    with open(name, "wb") as file:
        file.write(DUMP)
    (found,) = walk([str(tmp_path)])
    with open_source(found, Limits()) as source:
        assert source.read() == DUMP
