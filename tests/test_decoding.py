import codecs
import gzip

import pytest
from hypothesis import given
from hypothesis import strategies as st

from feedtool import formats
from feedtool.decoding import decode, refuse_binary, wide_encoding
from feedtool.errors import InputError

HEADER = "INCOMING TRANSMISSION\n\nLATEST UPDATES\n"
TEXTS = {
    "chinese": (
        "本文介绍一个比较有意思的高效变换器工作,经过细读之后,笔者认为论文里边真算得上是惊喜满满了。"
    ),
    "taiwanese": (
        "本文介紹一個比較有意思的高效變換器工作,經過細讀之後,筆者認為論文裡邊真算得上是驚喜滿滿。"
    ),
    "japanese": (
        "この記事では、比較的興味深い効率的な手法を紹介"
        "します。論文を詳しく読んだ後、本当に驚きました。"
    ),
    "korean": "이 글에서는 비교적 흥미로운 방법을 소개합니다. 정말 놀랐습니다.",
    "russian": "В этой статье мы рассмотрим метод, который позволяет ускорить работу.",
    "french": "L'été dernier, nous avons présenté une méthode très intéressante à l'université.",
    "german": "Für größere Übungen möchten wir höhere Anforderungen prüfen, schön!",
    "polish": "Zażółć gęślą jaźń i przeczytaj najnowsze artykuły o programowaniu, świetne źródło.",
    "greek": "Σε αυτό το άρθρο παρουσιάζουμε μια ενδιαφέρουσα μέθοδο που επιταχύνει την εργασία.",
}


@pytest.mark.parametrize(
    ("language", "written", "read"),
    [
        ("chinese", "gb18030", "gb18030"),
        ("chinese", "gb2312", "gb18030"),
        ("chinese", "gbk", "gb18030"),
        ("taiwanese", "big5", "big5"),
        ("japanese", "shift_jis", "shift_jis"),
        ("japanese", "euc_jp", "euc_jp"),
        ("korean", "euc_kr", "euc_kr"),
        ("russian", "cp1251", "cp1251"),
        ("russian", "koi8_r", "koi8-r"),
        ("french", "cp1252", "cp1252"),
        ("german", "latin-1", "cp1252"),
        ("polish", "cp1250", "cp1250"),
        ("greek", "cp1253", "cp1253"),
    ],
)
def test_old_encodings_are_told_by_their_text(language: str, written: str, read: str) -> None:
    """A whole page shows it, and of the languages that are hard to tell apart, a line too."""
    text = TEXTS[language]
    for page in (HEADER + text, HEADER + (text + "\n") * 40):
        decoded = decode(page.encode(written), "s")
        assert (decoded.encoding.replace("_", "-"), decoded.bad) == (read.replace("_", "-"), 0)
        assert decoded.text == page


@pytest.mark.parametrize(
    ("language", "encoding"),
    [("chinese", "gb18030"), ("taiwanese", "big5"), ("japanese", "shift_jis"),
     ("japanese", "euc_jp"), ("korean", "euc_kr"), ("russian", "cp1251"), ("russian", "koi8_r")],
)  # fmt: skip
@pytest.mark.parametrize("length", [8, 20, 40])
def test_a_headline_is_enough(language: str, encoding: str, length: int) -> None:
    page = HEADER + TEXTS[language][:length]
    assert decode(page.encode(encoding), "s").text == page


@pytest.mark.parametrize("encoding", ["utf-16-le", "utf-16-be"])
def test_utf_16_is_known_by_its_everyday_letters_where_zeros_are_few(encoding: str) -> None:
    line = "上面的文章介绍了深度学习的基本概念和主要方法以及它们在实际中的应用" * 20
    text = f"INCOMING TRANSMISSION\n\n{line}\n{line}\n"
    assert decode(text.encode(encoding), "s") == (text, encoding, 0, -1)
    assert decode(text.replace("上", "\0").encode(), "s").encoding == "utf-8"


def test_the_head_of_utf_16_may_end_inside_of_a_pair() -> None:
    data = "a page with a smile 😀".encode("utf-16-le")
    assert wide_encoding(data[:-2]) == "utf-16-le"


@pytest.mark.parametrize("encoding", ["utf-16-le", "utf-16-be"])
@pytest.mark.parametrize("language", sorted(TEXTS))
def test_utf_16_needs_no_byte_order_mark(language: str, encoding: str) -> None:
    page = HEADER + TEXTS[language]
    decoded = decode(page.encode(encoding), "s")
    assert (decoded.text, decoded.encoding) == (page, encoding)


@pytest.mark.parametrize(
    ("bom", "encoding"),
    [
        (codecs.BOM_UTF16_LE, "utf-16-le"), (codecs.BOM_UTF16_BE, "utf-16-be"),
        (codecs.BOM_UTF32_LE, "utf-32-le"), (codecs.BOM_UTF32_BE, "utf-32-be"),
        (codecs.BOM_UTF8, "utf-8"),
    ],
)  # fmt: skip
def test_a_byte_order_mark_says_it(bom: bytes, encoding: str) -> None:
    decoded = decode(bom + TEXTS["chinese"].encode(encoding), "s")
    assert (decoded.text, decoded.encoding) == ("\ufeff" + TEXTS["chinese"], encoding)


def test_half_a_unit_at_the_end_is_reported() -> None:
    decoded = decode(codecs.BOM_UTF16_LE + "ab".encode("utf-16-le") + b"c", "s")
    assert (decoded.text, decoded.bad, decoded.first_bad) == ("\ufeffab\ufffd", 1, 3)


def test_a_page_cut_inside_a_character_is_utf_8() -> None:
    data = TEXTS["chinese"].encode()[:-1]
    decoded = decode(data, "s")
    assert decoded.encoding == "utf-8"
    assert decoded.text.encode("utf-8", "surrogateescape") == data
    assert decoded.text[decoded.first_bad :] == "\udce3\udc80"


def test_an_english_page_cut_inside_its_only_character_is_utf_8() -> None:
    assert decode("He said “".encode()[:-1], "s").encoding == "utf-8"


def test_an_accent_at_the_end_is_no_cut() -> None:
    assert decode("caf\xe9".encode("latin-1"), "s").text == "café"


def test_a_text_with_many_cuts_is_still_utf_8() -> None:
    lines = [TEXTS["chinese"][n : n + 9].encode()[:-1] + b"..." for n in range(30)]
    decoded = decode(b"\n".join(lines), "s")
    assert (decoded.encoding, decoded.bad) == ("utf-8", 56)


def test_an_encoding_may_be_given() -> None:
    data = TEXTS["chinese"].encode("gb18030")
    assert decode(data, "s", "GBK").encoding == "gbk"
    decoded = decode(data, "s", "utf-8")
    assert decoded.bad > 20
    assert decoded.text.encode("utf-8", "surrogateescape") == data


@pytest.mark.parametrize("encoding", ["klingon", "rot13", "hex", "zlib", "", "a\0b", "é"])
def test_what_is_no_encoding_is_refused(encoding: str) -> None:
    with pytest.raises(InputError, match="encoding"):
        decode(b"abc", "s", encoding)


@pytest.mark.parametrize(
    "data",
    [bytes(100), bytes(range(256)) * 10, gzip.compress(b"x" * 5000, mtime=0),
     b"\x7fELF\x02" + bytes(99), b"SQLite format 3\0" + bytes(80) + b"\x8a\xff"],
    ids=["zeros", "every byte", "gzip", "a program", "a database"],
)  # fmt: skip
def test_what_is_no_text_is_refused(data: bytes) -> None:
    with pytest.raises(InputError, match=r"binary data|packed twice"):
        refuse_binary(data, "s")


def test_a_tar_archive_is_told_from_a_text_that_speaks_of_one() -> None:
    header = b"dump.txt".ljust(257, b"\0") + b"ustar\x0000"
    with pytest.raises(InputError, match="is a tar archive"):
        refuse_binary(header + TEXTS["greek"].encode(), "s")
    refuse_binary(b"-" * 257 + b"ustar stands here by chance", "s")


@pytest.mark.parametrize(
    "data",
    [b"", b"a\0b\n", b"\x1b[31mred\x1b[0m", TEXTS["chinese"].encode("gb18030"),
     TEXTS["japanese"].encode("iso2022_jp"), "ab".encode("utf-16"), TEXTS["greek"].encode()],
)  # fmt: skip
def test_text_is_text(data: bytes) -> None:
    refuse_binary(data, "s")


@given(st.text())
def test_utf_8_is_always_utf_8(text: str) -> None:
    data = text.encode("utf-8", "replace")
    if not data.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        assert decode(data, "s").text.encode() == data


@given(st.binary(max_size=200))
def test_any_bytes_are_decoded(data: bytes) -> None:
    decoded = decode(data, "s")
    assert (decoded.bad == 0) == (decoded.first_bad == -1)
    if decoded.encoding == "utf-8":
        assert decoded.text.encode("utf-8", "surrogateescape") == data


@given(
    st.binary(max_size=60),
    st.sampled_from(["gb18030", "big5", "shift_jis", "utf-7", "cp037", "utf-16", "utf-32", "hz",
                     "iso2022_jp", "punycode", "idna", "unicode_escape", "raw_unicode_escape",
                     "ascii", "utf-8-sig", "cp1252", "undefined", "mbcs"]),
)  # fmt: skip
def test_any_bytes_are_decoded_in_any_encoding(data: bytes, encoding: str) -> None:
    try:
        decode(data, "s", encoding)
    except InputError as error:
        assert "encoding" in error.reason  # noqa: PT017


def test_a_stray_byte_that_is_no_letter_anywhere_is_damage() -> None:
    decoded = decode(b"plain words \xff and more\n", "s")

    assert (decoded.encoding, decoded.bad, decoded.first_bad) == ("utf-8", 1, 12)
    assert decode("caf\xe9 au lait".encode("latin-1"), "s").encoding == "cp1252"


def test_an_emoji_in_two_halves_is_damage_and_no_other_encoding() -> None:
    found = decode("A bee \ud83d\udc1d".encode("utf-8", "surrogatepass"), "s")
    assert (found.encoding, found.bad, found.text[:6]) == ("utf-8", 6, "A bee ")


def test_an_archive_that_shows_a_header_is_an_archive() -> None:
    for archive in (b"PK\x03\x04dump.txt", b"\x1f\x8b\x08\0"):
        with pytest.raises(InputError, match="unpack it"):
            list(formats.read(formats.from_bytes(archive + b"\nINCOMING TRANSMISSION\n\nx\n")))
