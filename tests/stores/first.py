"""What the store of the first schema has seen, and how it was made.

python -m tests.stores.first TREE

ingests it with the feedtool in TREE, a checkout of commit d5d6315, and writes `schema-1.db.xz`.
"""

import lzma
import os
import sqlite3
import subprocess
import sys
from contextlib import chdir, closing
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from hashlib import sha256
from pathlib import Path
from tempfile import TemporaryDirectory

from feedtool.pipeline import ingest
from feedtool.reading import Reading
from feedtool.report import Failure
from feedtool.stores.sqlite import Store
from tests.pages import SAMPLE_NAMES, SAMPLES

KEPT = Path(__file__).parent / "schema-1.db.xz"
HEAD = "INCOMING TRANSMISSION\n\nLATEST UPDATES\n"
FIRST_DAY = datetime(2020, 1, 1, 8, tzinfo=UTC)


@dataclass(frozen=True, slots=True)
class Sent:
    """A source that was ingested by a command of its own."""

    origin: str
    name: str
    data: bytes
    encoding: str | None = None
    form: str | None = None


def page(*texts: str, end: str = "\n") -> str:
    """Return a dump that shows these texts."""
    return HEAD + end.join(texts) + end


def sources() -> list[Sent]:
    """Return the sources as they were ingested, one a day."""
    samples = {name: (SAMPLES / name).read_bytes() for name in SAMPLE_NAMES}
    lines = samples["003.txt"].decode().split("\n")
    a, whole, c, d = lines[3], lines[4], lines[5], lines[8]
    bare = a.removesuffix("...")
    news = "Kernel 6.8 is out, with a new scheduler and many fixes for older machines."
    odd = c.encode() + b" caf\xe9 au lait: a byte that was no text, a NUL \0 and one more \xff"
    kana = "今日の天気は晴れのち曇りで、明日は全国的に雨になるでしょう。傘を忘れずに。"
    weeklies = [f"Weekly {number}: what the team did in it, and who did it." for number in (7, 8)]
    twice, other = page(c, weeklies[0]), page(news, d)
    strays = f"Intro\n{page('NLP', '2020-02-06', d, '« 1 2 … 9 »')}tail"
    inside = f"{page(news)}x{page(weeklies[1])}"
    entry = "The harbour master of Lund keeps a ledger of every ship, and of all that they bring."
    plain = f"{news}\n{weeklies[0]}\n{weeklies[1]}\n"
    return [
        *(Sent("blogs", f"samples/{name}", data) for name, data in samples.items()),
        # Articles that were cut arrive whole, edited, cut shorter, and from another sender.
        Sent("blogs", "whole.txt", page(f"{bare} And so it ends.").encode()),
        Sent("default", "edited.txt", page(bare.replace("深度", "机器"), news).encode()),
        Sent("default", "shorter.txt", page(f"{whole[:150]}...", c).encode()),
        Sent("wire", "other.txt", page(news.replace("many", "some"), d).encode()),
        # Three pages in one source, of which two are the same bytes.
        Sent("wire", "thrice.txt", (twice + other + twice).encode()),
        # Lines before the header, strays, a header within a line, bytes that are no text.
        Sent("default", "strays.txt", strays.encode()),
        Sent("default", "inside.txt", inside.encode()),
        Sent("default", "bytes.txt", HEAD.encode() + odd + b"\n"),
        # Which of these is cut, the first feedtool could not tell.
        Sent("default", "teaser.txt", page(f"{entry[:47]}...", entry).encode()),
        Sent("default", "windows.txt", page(a, news, end="\r\n").encode()),
        # Other encodings, found and told; other formats.
        Sent("blogs", "gb18030.txt", (page(c, d) + page(a)).encode("gb18030")),
        Sent("wire", "utf-16.txt", page(d, news).encode("utf-16")),
        Sent("wire", "shift-jis.txt", page(kana).encode("shift_jis"), encoding="shift_jis"),
        Sent("wire", "lines.txt", plain.encode()),
        Sent("default", "paragraphs.txt", f"{a}\n\n{c}\n".encode(), form="paragraphs"),
        Sent("default", "empty.txt", b""),
        # Met once more.
        Sent("blogs", "samples/001.txt", samples["001.txt"]),
        Sent("wire", "copy.txt", (twice + other).encode()),
    ]


def unpacked(path: Path) -> Path:
    """Write the store as its feedtool left it, and return its path."""
    path.write_bytes(lzma.decompress(KEPT.read_bytes()))
    return path


def few(path: Path) -> Path:
    """Write a store of the first schema that has seen two of the pages."""
    with closing(sqlite3.connect(unpacked(path))) as connection, connection:
        for table in ("sightings", "notes", "warnings", "dumps", "observations"):
            connection.execute(f"DELETE FROM {table} WHERE transmission NOT IN (15, 17)")
        connection.execute("DELETE FROM transmissions WHERE number NOT IN (15, 17)")
    return path


def content(path: Path | str) -> str:
    """Return a digest over all that stands in a store of the first schema."""
    with closing(sqlite3.connect(path)) as connection:
        assert connection.execute("PRAGMA integrity_check").fetchall() == [("ok",)]
        assert connection.execute("PRAGMA user_version").fetchone() == (1,)
        return sha256("\n".join(connection.iterdump()).encode()).hexdigest()


def seen_now(path: Path, folder: Path) -> None:
    """Ingest the same with this feedtool."""
    with chdir(folder), Store.open(str(path), create=True) as store:
        for days, sent in enumerate(sources()):
            _write(sent)
            at = FIRST_DAY + timedelta(days)
            reading = Reading(encoding=sent.encoding, input_format=sent.form)
            for report in ingest(
                [sent.name], store, origin=sent.origin, now=lambda at=at: at, reading=reading
            ):
                assert not isinstance(report, Failure), report


def _write(sent: Sent) -> None:
    Path(sent.name).parent.mkdir(exist_ok=True)
    Path(sent.name).write_bytes(sent.data)


def main() -> None:
    """Make the store with another feedtool, and pack it."""
    environment = {**os.environ, "PYTHONPATH": str(Path(sys.argv[1]).resolve())}
    out = Path(sys.argv[2]).resolve() if sys.argv[2:] else KEPT
    with TemporaryDirectory() as folder, chdir(folder):
        for days, sent in enumerate(sources()):
            _write(sent)
            words = ["ingest", "-q", "--store", "feeds.db", "--origin", sent.origin]
            words += ["--at", (FIRST_DAY + timedelta(days)).isoformat()]
            words += ["--encoding", sent.encoding] if sent.encoding else []
            words += ["--from", sent.form] if sent.form else []
            command = [sys.executable, "-m", "feedtool", *words, sent.name]
            subprocess.run(command, env=environment, check=True)
        out.write_bytes(lzma.compress(Path("feeds.db").read_bytes(), preset=9))


if __name__ == "__main__":
    main()
