"""Bytes to text: a byte order mark, else UTF-8, else what a detector makes of them."""

import codecs
import re
from dataclasses import dataclass

from feedtool.errors import InputError

BOMS = (
    # UTF-32 first: its little-endian mark begins with that of UTF-16.
    (codecs.BOM_UTF32_LE, "utf-32-le"),
    (codecs.BOM_UTF32_BE, "utf-32-be"),
    (codecs.BOM_UTF16_LE, "utf-16-le"),
    (codecs.BOM_UTF16_BE, "utf-16-be"),
)

ESCAPED = re.compile("[\udc80-\udcff]")
BAD = re.compile("[\udc80-\udcff\ufffd]")


@dataclass(frozen=True, slots=True)
class Decoded:
    """A text, the codec that made it, and where its first undecodable bytes stood.

    `bad` counts the places that could not be decoded, `first_bad` is an index into `text`.
    """

    text: str
    encoding: str
    bad: int = 0
    first_bad: int = -1


def decode(data: bytes, name: str, encoding: str | None = None) -> Decoded:
    """Decode `data`, by `encoding` if it is given.

    Bytes that are no character stay in the text: as lone surrogates, which `surrogateescape`
    turns back into them, or as U+FFFD where the codec has no such way out.
    """
    if encoding is not None:
        return _decode_as(data, canonical(name, encoding))
    try:
        return Decoded(data.decode("utf-8"), "utf-8")
    except UnicodeDecodeError:
        pass
    wide = wide_encoding(data)
    if wide is not None:
        return _decode_as(data, wide)
    text = data.decode("utf-8", "surrogateescape")
    if _is_damaged_utf8(data, text):
        return _with_errors(text, "utf-8", ESCAPED)
    return _decode_as(data, _detected(data))


def canonical(name: str, encoding: str) -> str:
    """Return the codec's own name for `encoding`, in small letters; refuse what is none."""
    try:
        codec = codecs.lookup(encoding)
        is_text = codec._is_text_encoding  # type: ignore[attr-defined]
    except (LookupError, ValueError, UnicodeError) as error:
        raise InputError(name, f"unknown encoding {encoding!r}") from error
    if not is_text:
        raise InputError(name, f"{encoding!r} is no encoding of text")
    return codec.name.lower()


def wide_encoding(data: bytes) -> str | None:
    """Return the encoding of `data` where its line feeds are wider than a byte, else None."""
    for bom, encoding in BOMS:
        if data.startswith(bom):
            return encoding
    return _utf16_by_its_zeros(data) if b"\0" in data else None


def _utf16_by_its_zeros(data: bytes) -> str | None:
    # In UTF-16 the zero halves of ASCII characters, line feeds among them, all stand on one side.
    # A text in another encoding has zeros by accident, which are few or on both sides.
    even, odd = data[0::2].count(0), data[1::2].count(0)
    if (even and odd) or even + odd < 2:
        return None
    encoding = "utf-16-be" if even else "utf-16-le"
    text = data[: len(data) & ~1].decode(encoding, "replace")
    if "\ufffd" in text:
        return None
    by_ascii = (even + odd) * 4 >= len(data)
    by_lines = "\n" in text and not _is_utf8(data)
    return encoding if by_ascii or by_lines else None


def _is_utf8(data: bytes) -> bool:
    try:
        data.decode("utf-8")
    except UnicodeDecodeError:
        return False
    return True


def _decode_as(data: bytes, encoding: str) -> Decoded:
    if encoding.startswith("utf-16"):
        # A lone half of a pair is kept: every two bytes are one unit, whatever they say.
        even = len(data) & ~1
        text = data[:even].decode(encoding, "surrogatepass")
        return _with_errors(text + "\ufffd" * (len(data) - even), encoding, BAD)
    if encoding.startswith("utf-32"):
        return _with_errors(data.decode(encoding, "replace"), encoding, BAD)
    try:
        return Decoded(data.decode(encoding), encoding)
    except UnicodeDecodeError:
        pass
    try:
        return _with_errors(data.decode(encoding, "surrogateescape"), encoding, ESCAPED)
    except UnicodeError:
        return _with_errors(data.decode(encoding, "replace"), encoding, BAD)


def _with_errors(text: str, encoding: str, bad: re.Pattern[str]) -> Decoded:
    first = bad.search(text)
    if first is None:
        return Decoded(text, encoding)
    return Decoded(text, encoding, len(bad.findall(text)), first.start())


def _is_damaged_utf8(data: bytes, text: str) -> bool:
    bad = len(ESCAPED.findall(text))
    good = sum(character > "\x7f" for character in text) - bad
    if good:
        # Text of any other encoding read as UTF-8 gives one good character for six or more bad
        # bytes at best (GBK; the others none at all), a page with a few cut characters hundreds of
        # good ones for one or two bad bytes. So the majority decides with room on both sides.
        return bad < good
    # Nothing but ASCII and the beginning of one character at the very end: a cut. A single byte
    # says nothing, it may as well be the last letter of `café` in Latin-1.
    return bad >= 2 and bad == len(data) - data.rstrip(HIGH_BYTES).__len__() and _ends_cut(data)


HIGH_BYTES = bytes(range(0x80, 0x100))


def _ends_cut(data: bytes) -> bool:
    decoder = codecs.getincrementaldecoder("utf-8")()
    try:
        decoder.decode(data)
    except UnicodeDecodeError:
        return False
    return True


def _detected(data: bytes) -> str:
    return "gb18030"


def part(whole: Decoded, start: int, end: int) -> Decoded:
    """Return the piece of a decoded text from `start` to `end`."""
    return _with_errors(whole.text[start:end], whole.encoding, BAD)


# Packed or foreign files: random bytes hold 10 % of these control characters (27 of 256), text of
# any encoding none, but for a stray one. Where the bytes are UTF-8 all the same (a file of zeros),
# only a flood of them says that it is no text.
CONTROLS = bytes({*range(32), 127} - {*b"\t\n\v\f\r\b\x0e\x0f\x1b"})
MOST_CONTROLS = 0.05
MOST_CONTROLS_IN_UTF8 = 0.3


def refuse_binary(data: bytes, name: str) -> None:
    """Raise an InputError for what is no text."""
    if wide_encoding(data) is not None:
        return
    head = data[:65536]
    share = 1 - len(head.translate(None, CONTROLS)) / max(len(head), 1)
    most = MOST_CONTROLS_IN_UTF8 if _is_utf8(data) else MOST_CONTROLS
    if share > most:
        raise InputError(name, "looks like binary data, expected text")
