"""Bytes to a law that holds or does not: one function a target, each quick and without state."""

import bz2
import gzip
import io
import json
import lzma
import os
import re
import shlex
from array import array
from collections.abc import Callable, Sequence
from functools import lru_cache
from tempfile import TemporaryDirectory

import numpy as np
import zstandard

from feedtool import (
    comparing,
    decoding,
    fingerprint,
    formats,
    native,
    numbering,
    pipeline,
    sources,
)
from feedtool.corpus.relations import PAIR, related
from feedtool.errors import ExitCode, InputError
from feedtool.fingerprint import folding, pure, vector
from feedtool.formats import dates, labels, pagers, truncation
from feedtool.judging.relations import compiled, relate_plainly
from feedtool.model import BlockKind, Fingerprint, Transmission, Version
from feedtool.renderers.json import encoded
from feedtool.renderers.safety import shown
from feedtool.report import TransmissionReport
from feedtool.sources import Limits, Source
from feedtool.stores.memory import MemoryIndex
from feedtool.stores.overlay import candidates
from feedtool.text import normal_form
from tests import pages
from tests.console import run

# Small, so that caps are met too.
LIMITS = Limits(max_unpacked=1 << 20, max_ratio=100, max_transmission=1 << 16, max_lines=200)

ALIVE = re.compile("[\x00-\x1f\x7f-\x9f\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069\ud800-\udfff]")
COLOR = re.compile(r"\x1b\[[0-9;]*m")


def text_of(data: bytes) -> str:
    """Return a text: any UTF-8, and by surrogates anything else."""
    return data.decode("utf-8", "surrogateescape")


# The most lines of a page: what a rule needs to be asked, and no more of the same.
MOST_LINES = 6


def texts_of(text: str) -> list[str]:
    """Return the first lines that say something."""
    return [line for line in text.split("\n") if line][:MOST_LINES]


def parse(data: bytes) -> None:
    """No byte is lost, no character of a text, and every excerpt is a block."""
    choice, data = data[:1], data[1:]
    form = (*formats.FORMATS, None)[choice[0] % 4] if choice else None
    found = read(data, form, [len(data)])
    if found is None:
        return
    assert b"".join(one.raw for one in found) == data
    for one in found:
        if one.encoding == "utf-8":
            assert one.text.encode("utf-8", "surrogateescape") == one.raw
        excerpts = [block for block in one.blocks if block.kind is BlockKind.EXCERPT]
        assert [block.text for block in excerpts] == [excerpt.text for excerpt in one.excerpts]
        assert [block.line for block in excerpts] == [excerpt.line for excerpt in one.excerpts]
        lines = [block.line for block in one.blocks]
        assert lines == sorted(set(lines))
        for excerpt in one.excerpts:
            assert 0 <= excerpt.truncation.length <= len(excerpt.text)
            assert excerpt.date is None or len(excerpt.date) == 10
    assert read(data, form, [choice[0] % 7 + 1, 3, 50] if choice else [1]) == found


def read(data: bytes, form: str | None, sizes: Sequence[int]) -> list[Transmission] | None:
    """Return what stands in some bytes that come in pieces, or None where they are refused."""
    pieces, start = [], 0
    for size in sizes:
        pieces.append(data[start : start + size])
        start += size
    source = Source("-", [*pieces, data[start:]], LIMITS)
    try:
        return list(formats.read(source, input_format=form))
    except InputError:
        return None


def normalise(data: bytes) -> None:
    """The normal form is its own, never empty, and the same for one text and for a batch."""
    text = text_of(data)
    cut = text.endswith("...")
    normal = normal_form(text, cut=cut)
    assert bool(normal) == bool(text)
    assert normal_form(normal) == normal
    texts, cuts = [text, "x", text[1:]], [cut, False, cut]
    assert folding.normal_forms(texts, cuts) == fingerprint.normal_forms(texts, cuts)
    assert folding.normal_forms(texts, cuts)[0] == normal


def keys(data: bytes) -> None:
    """All ways to make fingerprints agree, and a batch has those of its texts."""
    excerpts = pages.page(*texts_of(text_of(data))).excerpts
    prints = fingerprint.of(excerpts)
    normals = [print_.normal for print_ in prints]
    assert vector.keys(normals) == [pure.keys(normal) for normal in normals]
    if native.core is not None:
        from feedtool.fingerprint import compiled

        assert compiled.keys(normals) == vector.keys(normals)
    assert fingerprint.of(excerpts[:1]) == prints[:1]
    for print_ in prints:
        assert len(set(print_.keys)) == len(print_.keys)
        assert all(-(1 << 63) <= key < 1 << 63 for key in print_.keys)


def compare(data: bytes) -> None:
    """To compare is symmetric, what is equal is alike, and what is compiled agrees."""
    first, _, second = text_of(data[1:]).partition("\n")
    a_cut, b_cut = bool(data[:1] < b"@"), bool(data[:1] < b"\x80")
    there = comparing.compare(first, second, a_cut=a_cut, b_cut=b_cut)
    assert there == comparing.compare(second, first, a_cut=b_cut, b_cut=a_cut)
    assert there == comparing.compare_plainly(first, second, a_cut=a_cut, b_cut=b_cut)
    parted = numbering.part_at_a_number(first, second)
    assert parted == numbering.part_at_a_number_plainly(first, second)
    assert 0 <= there.score <= 1
    assert comparing.compare(first, first, a_cut=a_cut, b_cut=a_cut).score == 1
    relate(first, second, a_cut=a_cut, b_cut=b_cut)


def relate(first: str, second: str, *, a_cut: bool, b_cut: bool) -> None:
    """What is told of pairs in columns is what the reference tells of two versions."""
    normals = [normal_form(first, cut=a_cut), normal_form(second, cut=b_cut)]
    versions = [
        Version(0, 0, text, cut, len(text), normal, text.encode("utf-16", "surrogatepass"))
        for text, cut, normal in zip((first, second), (a_cut, b_cut), normals, strict=True)
    ]
    expected = relate_plainly(versions[0], versions[1:])
    if compiled is None:
        return
    lengths = [version.length if version.truncated else ~version.length for version in versions]
    columns = bytes(2), array("i", lengths), array("q", [0]), array("q", [1])
    told = compiled.relate([first, second], normals, *map(memoryview, columns))
    assert related(np.frombuffer(told, PAIR)) == expected


# What a control character stands for: few bytes make texts long enough for every rule.
PHRASES = {
    "\1": "How to deploy an application of many parts ",
    "\2": "The members of a long series are told apart by their numbers, and by little else. ",
    "\3": "概述 本文介绍一个比较有意思的高效工作,并且说明它为什么有着良好的表现。",
    "\4": "[Math]",
    "\5": "Release 1.2.3 of January 2026 ",
    "\6": "...",
    "\7": "Weekly Forty-One: what we read, and what we wrote ",
    "\b": "第四十一期 ",
    "\x0e": "CVE-2021-8917 ",
    "\x0f": "[公式]",
    "\x10": "\n\n",
}
WRITTEN_OUT = str.maketrans(PHRASES)


def judge(data: bytes) -> None:
    """A page is judged whatever the order of candidates, counted right, and known again."""
    before, _, after = text_of(data[1:]).translate(WRITTEN_OUT).partition("\n\n")
    index = MemoryIndex()
    judged(index, pages.page(*texts_of(before)), "default")
    second = pages.page(*texts_of(after))
    origin = "other" if data[:1] > b"\x80" else "default"
    report = judged(index, second, origin)
    again = judged(index, second, origin)
    assert all(excerpt.change == "identical" for excerpt in again.excerpts)
    assert encoded(report)


def judged(index: MemoryIndex, read: Transmission, origin: str) -> TransmissionReport:
    """Judge and remember a page, whose candidates may come in any order."""
    before = index.counters()
    prints = [print_of(excerpt.text) for excerpt in read.excerpts]
    known, capped = candidates(index, origin, prints)
    entry, other = (
        pipeline.judge(read, prints, index, origin=origin, at=pages.NOON, found=(found, capped))
        for found in (known, [versions[::-1] for versions in known])
    )
    assert entry == other
    report = entry.report
    for one in report.excerpts:
        assert (one.match is None) == (one.change is None) == (one.novelty == "new")
    index.add(entry)
    assert index.counters().item - before.item == sum(one.founds_item for one in entry.verdicts)
    return report


@lru_cache(maxsize=20_000)
def print_of(text: str) -> Fingerprint:
    """Return the fingerprint of a text; the fuzzer changes a text or two of a page at a time."""
    (print_,) = fingerprint.of([pages.excerpt(text)])
    return print_


def lines(data: bytes) -> None:
    """Whatever a line is, it is told quickly, and shown harmless."""
    text = text_of(data)
    for line in (text, text.strip(), text.replace("\n", " ")):
        pagers.is_pager(line)
        day = dates.iso_date(line)
        assert day is None or re.fullmatch(r"\d{4}-\d\d-\d\d", day)
        if line.strip():
            labels.names_section(line)
            labels.is_heading(line)
            labels.is_label(line.strip(), sure=True, following=text)
        end = truncation.ending(line)
        assert end is None or all(0 <= length <= end.end <= len(line) for length in end.lengths)
    assert not ALIVE.search(shown(text))
    paired = text.encode("utf-16", "surrogatepass").decode("utf-16", "surrogatepass")
    written = encoded({"text": text})
    assert json.loads(written)["text"] == paired
    assert not ALIVE.search(written)


ENCODINGS = (
    "utf-8", "utf-16", "utf-16-le", "utf-32", "gb18030", "big5", "shift_jis", "euc_jp", "euc_kr",
    "iso2022_jp", "hz", "utf-7", "cp1252", "ascii", "johab", "cp037", "utf-8-sig", "mac_roman",
)  # fmt: skip


def decode(data: bytes) -> None:
    """Any bytes are a text in some encoding; in one that is given, a text or an error."""
    found = decoding.decode(data[1:], "-")
    if found.encoding == "utf-8":
        assert found.text.encode("utf-8", "surrogateescape") == data[1:]
    assert (found.bad > 0) == (found.first_bad >= 0)
    name = ENCODINGS[data[0] % len(ENCODINGS)] if data else "utf-8"
    try:
        decoding.decode(data[1:], "-", name)
        source = Source("-", [data[1:]], LIMITS)
        raw = b"".join(one.raw for one in formats.read(source, encoding=name))
        assert raw == data[1:]
    except InputError:
        return


PACK: tuple[Callable[[bytes], bytes], ...] = (
    lambda data: data,
    lambda data: gzip.compress(data, 1, mtime=0),
    lambda data: zstandard.ZstdCompressor(1).compress(data),
    lambda data: bz2.compress(data, 1),
    lambda data: lzma.compress(data, preset=0),
)
MAGIC = (b"\x1f\x8b\x08", b"\xfd7zXZ\0", b"\x28\xb5\x2f\xfd", b"BZh91AY&SY")


def unpack(data: bytes) -> None:
    """An archive gives back what was packed; a damaged one is refused, and all are bounded."""
    how, at, content = data[:1], int.from_bytes(data[1:3]), data[3:]
    pack, harm = PACK[how[0] % 5 if how else 0], how[0] // 5 % 5 if how else 0
    members = content.split(b"\n\n") if pack is not PACK[0] else [content]
    whole = bytearray(b"".join(map(pack, members)))
    at %= len(whole) + 1
    if harm == 1:
        del whole[at:]
    elif harm == 2 and at < len(whole):
        whole[at] ^= 1 << how[0] % 8
    elif harm == 3:
        whole[at:at] = content[:9]
    elif harm == 4:
        whole[:0] = MAGIC[how[0] % 4]
    found = unpacked([bytes(whole)])
    # What it is must be told by more than a first byte alone. What a frame of zstd says of its size
    # counts only where all of it comes at once.
    again = unpacked([whole[:1], whole[1 : at + 1], whole[at + 1 :]])
    assert found == again or (harm and sources.packing_of(bytes(whole)) == "zstd")
    if not harm and sources.packing_of(bytes(whole)) is not None:
        assert found == b"".join(members)
    assert found is None or len(found) <= LIMITS.max_unpacked


class Pieces(io.RawIOBase):
    """A pipe that hands over bytes as they were written."""

    def __init__(self, pieces: Sequence[bytes]) -> None:
        self._pieces = [bytes(piece) for piece in pieces if piece]

    def read(self, size: int = -1) -> bytes:  # noqa: ARG002
        """Return the next piece."""
        return self._pieces.pop(0) if self._pieces else b""


def unpacked(pieces: Sequence[bytes]) -> bytes | None:
    """Return what an archive unpacks to, or None where it is refused."""
    try:
        return b"".join(sources._unpacked("-", Pieces(pieces), LIMITS))  # type: ignore[arg-type]
    except InputError:
        return None


COMMANDS = (
    "ingest {0}", "ingest --dry-run {0} {1} -v", "ingest --json {0}", "ingest --ndjson {0} {1}",
    "parse {0}", "parse --json {0} {1}", "parse --ndjson -", "parse --strict {0}",
    "diff {0} {1}", "diff --json {0} {1}", "explain {0} {1}", "explain {0}:4 {1}:4 --json",
    "explain --text {2} --text {3}", "list", "list --json --search {2}", "log", "log 1 --json",
    "log {2}", "show {2}", "parse --encoding gb18030 {0}", "parse --from paragraphs {0}",
    "ingest --from lines {0} --max-lines 3", "ingest --max-transmission 50 {0} {1}",
    "{2} {3}", "parse {2}", "list --since {2}", "ingest --at {2} {0}", "ingest --origin {2} {0}",
    "schema {2}", "cat {2}", "ingest --only {2} {0}", "list --limit {2}", "parse --max-ratio {2}",
)  # fmt: skip


def cli(data: bytes) -> None:
    """Every command line ends with an exit code that is documented, and says nothing alive."""
    command = COMMANDS[data[0] % len(COMMANDS)] if data else "parse -"
    before, _, after = data[1:].partition(b"\n\n\n")
    words = [os.fsdecode(part.replace(b"\0", b"")) for part in (before[:40], after[:40])]
    with TemporaryDirectory() as folder:
        paths = [os.path.join(folder, name) for name in ("a", "b")]
        for path, content in zip(paths, (before, after), strict=True):
            with open(path, "wb") as file:
                file.write(content)
        values = [*paths, *words]
        arguments = [word.format(*values) for word in shlex.split(command)]
        store = {"FEEDTOOL_STORE": os.path.join(folder, "s.db")}
        if command.startswith(("list", "log", "show", "cat")):
            run("ingest", paths[0], env=store)
        ran = run(*arguments, stdin=before, env=store)
    assert ran.code != ExitCode.BUG, ran.err
    assert ran.code in set(ExitCode)
    for text in (COLOR.sub("", ran.out), ran.err):
        assert not ALIVE.search(text.replace("\n", "")) or command.startswith("cat")


TARGETS: dict[str, Callable[[bytes], None]] = {
    target.__name__: target
    for target in (parse, normalise, keys, compare, judge, lines, decode, unpack, cli)
}
