"""The normal form of a text: without typography, case, placeholders and ways of writing Han."""

import re
from bisect import bisect_right
from functools import cache
from unicodedata import category, normalize

from feedtool.unicode14 import ASSIGNED_BORDERS

# What a renderer leaves where it could not show something. Spelling differs by site and day.
PLACEHOLDERS = (
    "math formula equation code image img picture photo figure table video audio gif "
    "公式 数学公式 数学 方程 代码 代码块 代碼 程式碼 图片 图 圖片 圖 图像 照片 表格 视频 影片 音频 "
    "数式 コード 画像 動画 表 図 수식 코드 이미지 사진 동영상 표 그림 "
    "formel formule fórmula código imagen imagem bild image código-fonte формула код изображение"
).split()
_OPEN, _CLOSE = "\\[［【", "\\]］】"
_PLACEHOLDER = re.compile(
    f"[{_OPEN}] {{0,2}}(?:{'|'.join(PLACEHOLDERS)}) {{0,2}}[0-9]{{0,3}} {{0,2}}[{_CLOSE}]",
    re.IGNORECASE,
)
# A page that cuts at a length also cuts inside of a placeholder: `... [Mat`.
_CUT_PLACEHOLDER = re.compile(f"[{_OPEN}] {{0,2}}([^{_OPEN}{_CLOSE}]{{0,12}})$")

# A feed that was escaped twice spells characters as HTML does: `Rust&#39;s`, `Q&amp;A`.
_ENTITY = re.compile("&(?:#[0-9]{1,7}|#[xX][0-9a-fA-F]{1,6}|[A-Za-z][A-Za-z0-9]{1,30});")

# Punctuation, space and control characters are typography; so are modifier symbols (an accent
# that stands alone, a skin tone) and invisible format characters. Symbols that carry meaning stay:
# `C++` is not `C`, and a text of emoji is a text.
_DROPPED = {"Pc", "Pd", "Ps", "Pe", "Pi", "Pf", "Po", "Zs", "Zl", "Zp", "Cc", "Cf", "Sk"}
# Marks of markup that one renderer shows and the next one eats.
_MARKUP = frozenset("<>|~^`")
_VARIATION_SELECTORS = frozenset([*range(0xFE00, 0xFE10), *range(0xE0100, 0xE01F0), 0x180B, 0x180C])

# The same words in traditional and in simplified Chinese are one text: a site that turns from one
# to the other, or is read now here, now there, has written nothing new.
FIRST_HAN, LAST_HAN = "\u4e00", "\u9fff"


class _Folding(dict[int, str]):
    """A table for `str.translate` that is filled as characters are met."""

    def __missing__(self, code_point: int) -> str:
        folded = self[code_point] = fold(code_point)
        return folded


def fold(code_point: int) -> str:
    """Return what a code point becomes in the normal form; empty where it is dropped.

    The data are those of Unicode 14.0 on every Python: later code points stay as they are.
    """
    if FIRST_HAN <= chr(code_point) <= LAST_HAN:
        # All of them are letters that stand for themselves; a page may bring a thousand.
        return chr(_simplified().get(code_point, code_point))
    if not bisect_right(ASSIGNED_BORDERS, code_point) % 2 or 0xD800 <= code_point < 0xE000:
        return chr(code_point)
    folded = normalize("NFKD", normalize("NFKD", chr(code_point)).casefold())
    if any(FIRST_HAN <= character <= LAST_HAN for character in folded):
        folded = folded.translate(_simplified())
    return "".join([character for character in folded if _kept(character)])


@cache
def _simplified() -> dict[int, int]:
    """Load the table when the first Han is met: most pages of the world have none."""
    from feedtool.hanzi import SIMPLIFIED, TRADITIONAL

    return str.maketrans(TRADITIONAL, SIMPLIFIED)


def _kept(character: str) -> bool:
    return (
        category(character) not in _DROPPED
        and character not in _MARKUP
        and ord(character) not in _VARIATION_SELECTORS
    )


_FOLDING = _Folding()
STEP = 1 << 20
# Half of all texts are of ASCII only: as bytes they are folded in a tenth of the time.
_DROPPED_ASCII = bytes(
    point for point in range(128) if not (chr(point).isalnum() or chr(point) in "$+=")
)


def normal_form(text: str, *, cut: bool = False) -> str:
    """Return `text` without placeholders, case, width, punctuation and white space.

    Apart from placeholders and references of HTML (`&#39;`) it is a map from code point to code
    points: compatibility decomposition and case folding (Unicode Standard Annex 15 and section
    3.13). With `cut` the text is one whose
    end a sender cut off, perhaps inside of a placeholder. A text of which nothing would be left is
    its own normal form.
    """
    return folded(bare(text, cut=cut)) or text


def folded(text: str) -> str:
    """Return what the code points of a text become."""
    if text.isascii():
        return text.encode("ascii").lower().translate(None, _DROPPED_ASCII).decode("ascii")
    if len(text) <= STEP:
        return text.translate(_FOLDING)
    # No Ctrl-C gets through while a book on one line is folded at once.
    pieces = range(0, len(text), STEP)
    return "".join([text[start : start + STEP].translate(_FOLDING) for start in pieces])


def bare(text: str, *, cut: bool) -> str:
    """Return a text without its placeholders, and with the characters that HTML spells."""
    text = unescaped(text)
    if "[" not in text and "【" not in text and "［" not in text:
        return text
    rest = _PLACEHOLDER.sub("", text)
    return _without_cut_placeholder(rest) if cut else rest


def unescaped(text: str) -> str:
    """Return a text with the characters that it has references of HTML for (HTML, section 13.5)."""
    if "&" not in text:
        return text
    return _ENTITY.sub(_character, text)


def _character(reference: re.Match[str]) -> str:
    from html import unescape

    return unescape(reference[0])


def _without_cut_placeholder(text: str) -> str:
    found = _CUT_PLACEHOLDER.search(text, max(0, len(text) - 16))
    if found and any(name.startswith(found[1].casefold()) for name in PLACEHOLDERS):
        return text[: found.start()]
    return text
