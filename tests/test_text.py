import subprocess
import sys
import unicodedata
from hashlib import blake2b
from time import perf_counter
from unicodedata import category, normalize

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from feedtool.text import PLACEHOLDERS, fold, normal_form
from feedtool.unicode14 import ASSIGNED_BORDERS
from tests.pages import articles

# Everything that a page may hold: lone surrogates, what no Unicode knows yet, marks, emoji.
CHARACTERS = st.one_of(
    st.characters(exclude_categories=()),
    st.sampled_from(
        "aAàÀßﬁİıſΣς가각①Ⅷ㍿㈾馬马薴Ａａｱ゛ヴ[]［］【】!。、 　\t\u200b\ufeff\u0301"
        "\u0345\U0001f44d\U0001f3fd\ufe0f\ud800"
    ),
    st.sampled_from(("[Math]", "[公式]", "[ma", "【图 1】", "[図", "公式]")),
)
TEXTS = st.lists(CHARACTERS, max_size=30).map("".join)


@given(TEXTS, st.booleans())
@settings(max_examples=500)
def test_the_normal_form_of_a_normal_form_is_itself(text: str, cut: bool) -> None:
    normal = normal_form(text, cut=cut)
    assert normal_form(normal, cut=cut) == normal


@given(TEXTS, st.booleans())
def test_of_every_text_something_is_left(text: str, cut: bool) -> None:
    assert bool(normal_form(text, cut=cut)) is bool(text)


def test_every_code_point_folds_alike_on_every_python() -> None:
    """The same digest under the data of Unicode 14.0, 15.0, 15.1 and 18.0."""
    table = blake2b(digest_size=16)
    for code_point in range(0x110000):
        table.update(fold(code_point).encode("utf-8", "surrogatepass") + b"\n")
    assert table.hexdigest() == "d02102ec9553760f839a84e8faed7633"


def test_a_text_of_ascii_folds_as_its_code_points_do() -> None:
    text = "".join(map(chr, range(128)))
    assert normal_form(text) == "".join(map(fold, range(128)))


def test_only_a_page_with_han_loads_the_table_of_han() -> None:
    script = (
        "import sys; from feedtool.text import normal_form\n"
        "normal_form('News, naïve: 🎉 한국어 カタカナ。'); print('feedtool.hanzi' in sys.modules)\n"
        "normal_form('汉'); print('feedtool.hanzi' in sys.modules)\n"
    )
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, check=True)
    assert done.stdout.split() == [b"False", b"True"]


def test_what_a_code_point_folds_to_folds_to_itself() -> None:
    table = [fold(code_point) for code_point in range(0x30000)]
    for folded in table:
        assert folded == "".join([table[ord(c)] if ord(c) < 0x30000 else c for c in folded])


def test_the_borders_are_those_of_unicode_14() -> None:
    assert list(ASSIGNED_BORDERS) == sorted(set(ASSIGNED_BORDERS))
    assert len(ASSIGNED_BORDERS) % 2 == 0
    if unicodedata.unidata_version == "14.0.0":
        assigned = [category(chr(code_point)) != "Cn" for code_point in range(0x110000)]
        borders = [i for i in range(1, 0x110000) if assigned[i] != assigned[i - 1]]
        assert [0, *borders] == list(ASSIGNED_BORDERS)[: len(borders) + 1]
    # What was assigned since stays as it is, also where a newer Python knows it.
    assert [fold(new) for new in (0x1FAE8, 0x11F50, 0x2EBF0)] == [
        "\U0001fae8",
        "\U00011f50",
        "\U0002ebf0",
    ]


@given(st.text(st.characters(max_codepoint=0xFFFF, exclude_characters="\u0345"), max_size=30))
def test_composed_and_decomposed_texts_are_the_same(text: str) -> None:
    """Up to the order of marks: the form is made code point by code point."""

    def without_order(form: str) -> tuple[str, list[str]]:
        marks = [c for c in form if unicodedata.combining(c)]
        return "".join([c for c in form if not unicodedata.combining(c)]), sorted(marks)

    # What folds to nothing but marks and the iota below a vowel are put elsewhere by composition.
    text = "".join(c for c in text if "\u0345" not in normalize("NFKD", c))
    composed, decomposed = normalize("NFC", text), normalize("NFD", text)
    if normal_form(text) != text:
        assert without_order(normal_form(composed)) == without_order(normal_form(decomposed))


@pytest.mark.parametrize("form", ["NFC", "NFD", "NFKC", "NFKD"])
@pytest.mark.parametrize("text", ["Café Zoë", "Ångström", "한국어", "がぎぐ", "Ηλίας", "đường phố"])
def test_words_have_one_normal_form(text: str, form: str) -> None:
    assert normal_form(normalize(form, text)) == normal_form(text)


@pytest.mark.parametrize(
    ("a", "b"),
    [
        ("Rust 1.0", "ＲＵＳＴ　１．０"),
        ("Windows加载程序", "Windows 加载程序"),
        ("公式如下,即:", "公式如下，即："),
        ("“引号”", '"引号"'),
        ("Straße", "STRASSE"),
        ("ﬁnal", "final"),
        ("カタカナ", "ｶﾀｶﾅ"),
        ("one\u200btwo\ufeff", "onetwo"),
        ("a — b", "a-b"),
        ("※ see § 4", "see 4"),
        ("`code` and <b>", "code and b"),
        ("👍🏽", "👍"),
        ("❤\ufe0f love", "❤ love"),
        ("soft\u00adhyphen", "softhyphen"),
        ("軟體開發週刊：後臺與頭髮", "软体开发周刊:后台与头发"),
        ("看著", "看着"),
        ("㈾金", "资金"),
    ],
)
def test_typography_makes_no_difference(a: str, b: str) -> None:
    assert normal_form(a) == normal_form(b)


@pytest.mark.parametrize(
    ("a", "b"),
    [
        ("C++ in depth", "C in depth"),
        ("💡 idea", "🔥 idea"),
        ("1 + 1", "1 1"),
        ("$100", "€100"),
        ("v1", "v2"),
        ("café", "cafe"),
        ("𠮷野家", "野家"),
        ("か", "が"),
    ],
)
def test_what_carries_meaning_stays(a: str, b: str) -> None:
    assert normal_form(a) != normal_form(b)


@pytest.mark.parametrize(
    ("spelled", "text"),
    [
        ("Rust&#39;s borrow checker", "Rust's borrow checker"),
        ("Q&amp;A &#8211; caf&eacute;", "Q&A – café"),
        ("&#x4E2D;&#25991;&nbsp;&#91;Math&#93;", "中文 [Math]"),
        ("&#xD800;&#1114112;&#0;", "\ufffd\ufffd\ufffd"),
        ("&amp;lt;", "&lt"),
    ],
)
def test_what_html_spells_is_the_character(spelled: str, text: str) -> None:
    assert normal_form(spelled) == normal_form(text)


@pytest.mark.parametrize("text", ["a &foo; b", "AT&T;", "x & y;", "x&;", "x&#;", "x" + "&" * 99])
def test_what_is_no_reference_of_html_stays(text: str) -> None:
    assert normal_form(text) == normal_form(text.replace("&", " "))


@pytest.mark.parametrize("name", PLACEHOLDERS)
def test_placeholders_are_no_part_of_a_text(name: str) -> None:
    for shown in (
        f"[{name}]",
        f"【{name.upper()}】",
        f"［ {name} ］",
        f"[{name} 12]",
        f"[{name}3]",
    ):
        assert normal_form(f"as {shown} shows") == "asshows"


@pytest.mark.parametrize(
    "text", ["[1]", "[citation needed]", "[mathematics]", "(math)", "math", "[]"]
)
def test_other_words_are_no_placeholders(text: str) -> None:
    assert (
        normal_form(f"as {text} shows")
        == "as" + "".join(filter(str.isalnum, text)).lower() + "shows"
    )


@pytest.mark.parametrize("name", ["math", "公式", "image", "代码块"])
def test_a_placeholder_that_was_cut_is_none_either(name: str) -> None:
    for length in range(len(name) + 1):
        assert normal_form(f"as shown in [{name[:length]}", cut=True) == "asshownin"
        assert normal_form(f"as shown in [{name[:length]}") == f"asshownin{name[:length]}"


def test_what_only_looks_like_a_cut_placeholder_stays() -> None:
    assert normal_form("as shown in [cit", cut=True) == "asshownincit"
    assert normal_form("an array a[math", cut=True) == "anarraya"
    assert normal_form("as [math] and [", cut=True) == "asand"


@pytest.mark.parametrize("text", ["[公式]", "……", "💡", "\u200b", "  ", "[[math]]", "\ud800"])
def test_a_text_of_which_nothing_is_left_is_its_own_normal_form(text: str) -> None:
    assert normal_form(text) in (text, "math")


def test_brackets_cost_no_more_than_letters() -> None:
    began = perf_counter()
    for text in ("[" * 200_000, "[math " * 40_000, "[ " * 100_000, "【" * 100_000 + "】" * 100_000):
        normal_form(text, cut=True)
    assert perf_counter() - began < 2


def test_the_samples_keep_most_of_their_letters() -> None:
    for text in articles():
        assert 0.6 * len(text) < len(normal_form(text)) <= len(text)


def test_a_book_is_folded_in_pieces() -> None:
    text = "Ａbﬁ" * 400_000
    assert normal_form(text) == "abfi" * 400_000
