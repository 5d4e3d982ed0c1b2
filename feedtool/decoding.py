"""Bytes to text: a byte order mark, else UTF-8, else what a detector makes of them."""

import codecs
import re
from collections.abc import Container
from typing import NamedTuple

from feedtool.errors import InputError
from feedtool.sources import HEAD, packing_of

BOMS = (
    # UTF-32 first: its little-endian mark begins with that of UTF-16.
    (codecs.BOM_UTF32_LE, "utf-32-le"),
    (codecs.BOM_UTF32_BE, "utf-32-be"),
    (codecs.BOM_UTF16_LE, "utf-16-le"),
    (codecs.BOM_UTF16_BE, "utf-16-be"),
)

ESCAPED = re.compile("[\udc80-\udcff]")
BAD = re.compile("[\udc80-\udcff\ufffd]")


class Decoded(NamedTuple):
    """A text, the codec that made it, and where its first undecodable bytes stood.

    `bad` counts the places that could not be decoded, `first_bad` is an index into `text`.
    """

    text: str
    encoding: str
    bad: int = 0
    first_bad: int = -1


def decode(
    data: bytes, name: str, encoding: str | None = None, *, may_be_wide: bool = True
) -> Decoded:
    """Decode `data`, by `encoding` if it is given.

    `may_be_wide` is False for a piece of a source whose line feeds are known to be one byte.
    Bytes that are no character stay in the text: as lone surrogates, which `surrogateescape`
    turns back into them, or as U+FFFD where the codec has no such way out.
    """
    if encoding is not None:
        return _decode_given(data, name, canonical(name, encoding))
    wide = wide_encoding(data) if may_be_wide else None
    if wide is not None:
        return _decode_as(data, wide)
    try:
        return Decoded(data.decode("utf-8"), "utf-8")
    except UnicodeDecodeError:
        pass
    text = data.decode("utf-8", "surrogateescape")
    if _is_damaged_utf8(data, text):
        return _with_errors(text, "utf-8", ESCAPED)
    return _decode_as(data, _detected(data))


# Ways to spell names and literals in ASCII; Python calls them encodings of text.
NO_TEXT = frozenset(("idna", "punycode", "unicode-escape", "raw-unicode-escape", "undefined"))


def canonical(name: str, encoding: str) -> str:
    """Return the codec's own name for `encoding`, in small letters; refuse what is none."""
    try:
        codec = codecs.lookup(encoding)
        is_text = codec._is_text_encoding
    except (LookupError, ValueError, UnicodeError) as error:
        raise InputError(name, f"unknown encoding {encoding!r}") from error
    if not is_text or codec.name in NO_TEXT:
        raise InputError(name, f"{encoding!r} is no encoding of text")
    return codec.name.lower()


def _decode_given(data: bytes, name: str, encoding: str) -> Decoded:
    try:
        return _decode_as(data, encoding)
    except UnicodeError as error:
        raise InputError(name, f"is not in the encoding {encoding}: {error}") from error


def wide_encoding(data: bytes) -> str | None:
    """Return the encoding of `data` where its line feeds are wider than a byte, else None."""
    for bom, encoding in BOMS:
        if data.startswith(bom):
            return encoding
    return _utf16_by_its_zeros(data) if b"\0" in data else None


def _utf16_by_its_zeros(data: bytes) -> str | None:
    # In UTF-16 the zero halves of ASCII characters, line feeds among them, stand on one side, and
    # few characters (`一` is U+4E00) have one on the other.
    even, odd = data[0::2].count(0), data[1::2].count(0)
    if max(even, odd) < max(2, 3 * min(even, odd)):
        return None
    encoding = "utf-16-be" if even > odd else "utf-16-le"
    # The head of a source may end inside of a pair.
    text = codecs.getincrementaldecoder(encoding)("replace").decode(data)
    if "\ufffd" in text:
        return None
    # Zeros that got into another text by accident are fewer, and seldom stand at its line feeds.
    by_ascii = max(even, odd) * 4 >= len(data)
    by_lines = text.count("\n") * 2 > data.count(b"\n")
    return encoding if by_ascii or by_lines or _is_everyday(text[:SAMPLE]) else None


def _is_everyday(text: str) -> bool:
    # Chinese in long lines has few zeros, and half of `上` (U+4E0A) looks like a line feed.
    letters = "".join([character for character in text if character > "\x7f"])
    shares = (_simplified, _traditional, _kana, _hangul)
    return bool(letters) and max(share(letters) for share in shares) >= EVERYDAY


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
    except UnicodeError:
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
    if not data.translate(None, bytes(range(0x80)) + NO_LETTERS) or _holds_halves(data):
        return True
    # Nothing but ASCII and the beginning of one character at the very end: a cut. A single byte
    # says nothing, it may as well be the last letter of `café` in Latin-1.
    return bad >= 2 and bad == len(data) - len(data.rstrip(HIGH_BYTES)) and _ends_cut(data)


def _holds_halves(data: bytes) -> bool:
    # Java and JavaScript write an emoji as the two halves that it has in UTF-16, of three bytes
    # each; nothing else about such a text is wrong.
    try:
        data.decode("utf-8", "surrogatepass")
    except UnicodeDecodeError:
        return False
    return True


HIGH_BYTES = bytes(range(0x80, 0x100))

# Never part of a character in UTF-8, and hardly ever of a word in a code page (`ÿ`, `þ`).
NO_LETTERS = b"\xfe\xff"


def _ends_cut(data: bytes) -> bool:
    decoder = codecs.getincrementaldecoder("utf-8")()
    try:
        decoder.decode(data)
    except UnicodeDecodeError:
        return False
    return True


# The first characters of any page tell: a detector reads no more of a long one.
SAMPLE = 16384

# Ten of the most frequent fifty characters make a fifth of any Chinese text, and Korean read as
# GB18030 hits them by chance only.
EVERYDAY_HAN = frozenset("的一是不了在人有我他这中来上大为和国地到以说时要就出会可也你对生能而子")

# At least this share of what is not ASCII must be everyday characters of the language. Text in
# the right encoding has 97 % and more, text in a wrong one 75 % at the most.
EVERYDAY = 0.9

# Kana make half of a Japanese text; names of products still leave a fifth.
LEAST_KANA = 0.2

# What a detector may choose from, the commonest first: whole families of code pages differ by a
# letter or two, and a few accents cannot tell them apart.
SINGLE_BYTE = (
    "cp1252", "cp1251", "koi8_r", "cp1250", "cp1253", "cp1254", "cp1255", "cp1256", "cp1257",
    "cp874",
)  # fmt: skip

WESTERN = frozenset(
    "àâäáãåæçéèêëíìîïñóòôöõøœúùûüÿßÀÂÄÁÃÅÆÇÉÈÊËÍÎÏÑÓÔÖÕØŒÚÙÛÜ€£§°«»‹›“”„‘’–—…·¿¡©®\xa0"
)

# Below this many letters a detector of languages guesses.
ENOUGH_LETTERS = 60


def _detected(data: bytes) -> str:
    sample = data
    if len(data) > SAMPLE:
        sample = data[: data.rfind(b"\n", 0, SAMPLE) + 1] or data[:SAMPLE]
    return _east_asian(sample) or _cyrillic(sample) or _single_byte(sample)


def _east_asian(sample: bytes) -> str | None:
    # Each rule looks for what the others do not have: kana, Hangul, and then for the everyday
    # half of the Chinese characters, which all Chinese codes keep in a range of their own.
    shares = {}
    for encoding, share in (
        ("shift_jis", _kana), ("cp932", _kana), ("euc_jp", _kana), ("euc_kr", _hangul),
        ("cp949", _hangul), ("gb18030", _simplified), ("big5", _traditional),
        ("cp950", _traditional), ("big5hkscs", _traditional),
    ):  # fmt: skip
        letters = _foreign_letters(sample, encoding)
        if letters:
            shares[encoding] = share(letters)
    found = max(shares, key=lambda encoding: shares[encoding], default=None)
    return found if found is not None and shares[found] >= EVERYDAY else None


def _foreign_letters(sample: bytes, encoding: str) -> str:
    decoder = codecs.getincrementaldecoder(encoding)()
    try:
        text = decoder.decode(sample)
    except UnicodeDecodeError:
        return ""
    return "".join([character for character in text if character > "\x7f"])


def _kana(letters: str) -> float:
    kana = sum("\u3040" <= letter <= "\u30ff" for letter in letters)
    if kana < LEAST_KANA * len(letters):
        return 0.0
    # Two rows of punctuation, letters and kana, then the first of the two levels of kanji.
    return _share_of_rows(letters, "euc_jp", range(0xA1, 0xD0)) + 0.05


def _hangul(letters: str) -> float:
    if sum(letter in EVERYDAY_HAN for letter in letters) > 0:
        return 0.0
    words = [letter for letter in letters if letter >= "\u3200"]
    hangul = sum("\uac00" <= letter <= "\ud7a3" for letter in words)
    return hangul / len(words) + 0.02 if words else 0.0


def _simplified(letters: str) -> float:
    return _share_of_rows(letters, "gb2312", range(0xA1, 0xD8), but=range(0xA4, 0xB0))


def _traditional(letters: str) -> float:
    return _share_of_rows(letters, "big5", range(0xA1, 0xC7))


def _share_of_rows(
    letters: str, encoding: str, rows: Container[int], but: Container[int] = ()
) -> float:
    leads = [letter.encode(encoding, "ignore")[:1] for letter in letters]
    return sum(len(lead) and lead[0] in rows and lead[0] not in but for lead in leads) / len(leads)


def _cyrillic(sample: bytes) -> str | None:
    high = sum(map(len, HIGH_RUN.findall(sample)))
    if not _in_runs(sample) or high >= ENOUGH_LETTERS:
        return None
    texts = {encoding: sample.decode(encoding, "replace") for encoding in ("cp1251", "koi8_r")}
    # The one is the other with its cases and its letters exchanged.
    common = {name: sum(map("оеаинтсрвл".count, text)) for name, text in texts.items()}
    best = max(common, key=lambda name: common[name])
    # They make two thirds of a Russian text; Hebrew or Greek read so has a third.
    return best if common[best] * 2 >= high else None


def _in_runs(sample: bytes) -> bool:
    # Accents stand between plain letters, one or two at a time.
    runs = HIGH_RUN.findall(sample)
    return sum(map(len, runs)) >= 2 * len(runs)


HIGH_RUN = re.compile(rb"[\x80-\xff]+")


def _single_byte(sample: bytes) -> str:
    western = "".join([letter for letter in sample.decode("cp1252", "replace") if letter > "\x7f"])
    # The accents of the west are those of a dozen languages; the other code pages have at their
    # places letters that a western text shows as `³`, `¹` or `ð`.
    if not _in_runs(sample) and WESTERN.issuperset(western):
        return "cp1252"
    from charset_normalizer import from_bytes

    best = from_bytes(sample, cp_isolation=list(SINGLE_BYTE)).best()
    if best is None:
        return "gb18030" if _foreign_letters(sample, "gb18030") else "cp1252"
    text = str(best)
    for encoding in SINGLE_BYTE:
        try:
            if sample.decode(encoding) == text:
                return encoding
        except UnicodeDecodeError:
            continue
    return best.encoding


def part(whole: Decoded, start: int, end: int) -> Decoded:
    """Return the piece of a decoded text from `start` to `end`."""
    return _with_errors(whole.text[start:end], whole.encoding, BAD)


# Packed or foreign files: random bytes hold 10 % of these control characters (27 of 256), text of
# any encoding none, but for a stray one. Where the bytes are UTF-8 all the same (a file of zeros),
# only a flood of them says that it is no text.
CONTROLS = bytes({*range(32), 127} - {*b"\t\n\v\f\r\b\x0e\x0f\x1b"})
MOST_CONTROLS = 0.05
MOST_CONTROLS_IN_UTF8 = 0.3


ZIP = b"PK\x03\x04"
# The header of the first file in a tar archive says so, behind a name that zeros fill up.
TAR, TAR_AT = b"ustar", 257


def refuse_packed(data: bytes, name: str) -> None:
    """Raise an InputError for what has to be unpacked by somebody else."""
    packing = packing_of(data)
    if packing is not None:
        raise InputError(name, f"is packed twice, by {packing} inside; unpack it once")
    if data.startswith(ZIP):
        raise InputError(name, "is a zip archive; unpack it first")
    if data.startswith(TAR, TAR_AT) and b"\0" in data[:TAR_AT]:
        raise InputError(name, "is a tar archive; unpack it first")


def refuse_binary(data: bytes, name: str) -> None:
    """Raise an InputError for what is no text."""
    refuse_packed(data, name)
    if wide_encoding(data) is not None:
        return
    head = data[:HEAD]
    controls = len(head) - len(head.translate(None, CONTROLS))
    most = MOST_CONTROLS_IN_UTF8 if _is_utf8(data) else MOST_CONTROLS
    if controls > most * len(head):
        raise InputError(name, "looks like binary data, expected text")
