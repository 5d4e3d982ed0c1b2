import json
import re
from unicodedata import category

import pytest
from hypothesis import given
from hypothesis import strategies as st

from feedtool.renderers.json import encoded
from feedtool.renderers.safety import json_safe, shown, shown_lines

ANY_TEXT = st.text(st.characters(exclude_categories=[]))
HARMFUL = re.compile(
    "[\x00-\x1f\x7f-\x9f\u061c\u200b-\u200f\u2028-\u202e\u2060-\u206f\ud800-\udfff]"
)


def test_plain_text_is_shown_as_it_is() -> None:
    for text in (
        "Introducing Rust 1.0",
        "小说卷① 钓",
        "💡 引言 [Math] [/] :smile:",
        "naïve Ελλ",
        "",
    ):
        assert shown(text) == text


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("\x1b]52;c;ZWNobw==\x07", "<U+001B>]52;c;ZWNobw==<U+0007>"),
        ("a\rb\x08c\x00", "a<U+000D>b<U+0008>c<U+0000>"),
        ("\x9b31m\x7f", "<U+009B>31m<U+007F>"),
        ("user\u202etxt.exe", "user<U+202E>txt.exe"),
        ("a\u200bb\ufeffc", "a<U+200B>b<U+FEFF>c"),
        ("\udce4", "<U+DCE4>"),
        ("a\u2028b", "a<U+2028>b"),
        ("\U000e0041", "<U+E0041>"),
        ("\u3164", "<U+3164>"),
        ("tab\there\nnext\r\nlast", "tab here next last"),
    ],
)
def test_what_a_terminal_obeys_or_hides_is_spelled_out(text: str, expected: str) -> None:
    assert shown(text) == expected


def test_joined_emoji_fall_apart_and_keep_their_parts() -> None:
    assert shown("👨\u200d👩\u200d👧 ⚠\ufe0f") == "👨👩👧 ⚠"


def test_a_joiner_between_letters_is_visible() -> None:
    assert shown("a\u200db") == "a<U+200D>b"


def test_a_flood_of_marks_is_bounded() -> None:
    assert shown("Z" + "\u0301" * 100 + "x") == "Z" + "\u0301" * 8 + "<92 marks>x"
    assert shown("Z" + "\u0301" * 9) == "Z" + "\u0301" * 8 + "<1 marks>"


def test_real_scripts_keep_their_marks() -> None:
    for text in ("བསྒྲུབས", "שָׁלוֹם", "हिन्दी", "สวัสดี", "e\u0301"):
        assert shown(text) == text


def test_lines_stay_lines() -> None:
    assert shown_lines("a\r\nb\rc\u2028d\n") == ["a", "b<U+000D>c<U+2028>d", ""]


@given(ANY_TEXT)
def test_nothing_harmful_is_ever_shown(text: str) -> None:
    row = shown(text)
    assert not HARMFUL.search(row)
    assert not any(category(character) in ("Cc", "Cs", "Zl", "Zp") for character in row)


@given(ANY_TEXT)
def test_json_reads_back_exactly_and_is_harmless(text: str) -> None:
    line = encoded({"text": text})
    assert not re.search("[\x00-\x1f\x7f-\x9f\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069]", line)
    line.encode("utf-8")
    # Two lone halves side by side are one character in JSON: it cannot tell them apart.
    paired = text.encode("utf-16", "surrogatepass").decode("utf-16", "surrogatepass")
    assert json.loads(line)["text"] == paired


def test_json_of_ascii_is_harmless_too() -> None:
    assert encoded("a\x7f\x1b") == r'"a\u007f\u001b"'


def test_json_stays_readable() -> None:
    assert json_safe('{"text": "摘掉Softmax 💡"}') == '{"text": "摘掉Softmax 💡"}'
