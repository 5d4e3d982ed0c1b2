"""A line to the answer whether it leads to other pages of a list."""

from collections.abc import Callable
from functools import cache
from itertools import pairwise

# `« Previous 1 2 3 4 5 6 7 8 9 10 … 97 98 Next Page »` has 52; three times that is no pager.
LONGEST = 160

# The first of these words alone make a pager, the second together with a number, the third only
# beside them: `Last posts` is a section, `First post` and `100 posts` are excerpts.
_STRONG = (
    "previous", "prev", "next", "older", "newer", "load more", "show more", "more posts",
    "more articles", "more entries", "more stories", "view more", "view all", "see all",
    "zurück", "weiter", "vorherige", "nächste", "ältere", "neuere", "précédent", "précédente",
    "précédents", "suivant", "suivante", "suivants", "plus anciens", "plus récents", "anterior",
    "siguiente", "anteriores", "siguientes", "próxima", "próximo", "seguinte", "precedente",
    "successivo", "successiva", "vorige", "volgende", "предыдущая", "следующая", "назад", "вперед",
    "вперёд", "далее", "poprzednia", "następna", "föregående", "nästa", "önceki", "sonraki",
    "上一页", "下一页", "上一頁", "下一頁", "上页", "下页", "上頁", "下頁", "首页", "末页", "尾页",
    "首頁", "末頁", "尾頁", "上一篇", "下一篇", "较早的文章", "较新的文章", "更早的文章",
    "更新的文章", "早期文章", "近期文章", "旧文章", "新文章", "加载更多", "載入更多", "更多文章",
    "前へ", "次へ", "前のページ", "次のページ", "前の記事", "次の記事", "最初へ", "最後へ",
    "古い記事", "新しい記事", "過去の記事", "もっと見る", "もっと読み込む", "前ページ", "次ページ",
    "이전", "다음", "이전 페이지", "다음 페이지", "처음", "마지막", "이전 글", "다음 글", "더 보기",
    "더보기", "点击加载更多", "前一页", "后一页", "前一頁", "後一頁", "返回顶部", "回到顶部",
    "показать ещё", "показать еще", "загрузить ещё", "xem thêm", "back to top",
)  # fmt: skip
_PAGE = (
    "page", "pages", "seite", "página", "pagina", "страница", "strona", "sida", "sayfa", "页", "頁",
    "ページ", "ページ目", "페이지", "쪽", "前の", "次の",
)  # fmt: skip
_WEAK = (
    "of", "post", "posts", "entry", "entries", "article", "articles", "items", "item", "results",
    "stories", "first", "last", "go", "to", "the", "showing", "total", "von", "beiträge",
    "artikel", "aus", "erste", "letzte", "sur", "première", "dernière", "de", "di", "van",
    "entradas", "artigos", "primera", "última", "primeira", "из", "записи", "z", "av", "第", "共",
    "条", "條", "篇", "当前", "转到", "跳转", "跳至", "到", "前往", "全", "件", "中", "最初",
    "最後", "へ", "총", "개", "글",
)  # fmt: skip
LONGEST_NUMBER = 5
_LEAST_GAP = {".": 2, "…": 1, "⋯": 1, "·": 3}
_ARROWS = "«»‹›<>←→⟨⟩◀▶◄►❮❯⟵⟶⇐⇒↩↪"


_MARKS = "-–—|·•,:()[]（）【】"

# What a line may be made of, by what it begins with, the longest first. Found so, and not by one
# pattern: to compile that took a tenth of the time of a page.
_KINDS = (("strong", _STRONG), ("page", _PAGE), ("weak", _WEAK))


@cache
def _words() -> dict[str, list[tuple[str, str]]]:
    """Return (word, kind) by first letters, in the order in which they are tried."""
    found: dict[str, list[tuple[str, str]]] = {}
    for kind, words in _KINDS:
        for word in sorted(words, key=len, reverse=True):
            found.setdefault(word[0], []).append((word, kind))
    return found


def _token(line: str, start: int) -> tuple[str, int] | None:
    """Return the kind of what stands at a place of a small-letter line, and where it ends."""
    first = line[start]
    if first.isdecimal():
        end = _run(line, start, str.isdecimal)
        return ("number", end) if end - start <= LONGEST_NUMBER else None
    if first in ".…⋯·":
        end = _run(line, start, first.__eq__)
        if end - start >= _LEAST_GAP[first]:
            return "gap", end if first != "·" else start + 3
    if first in _ARROWS:
        return "arrow", _run(line, start, _ARROWS.__contains__)
    for word, kind in _words().get(first, ()):
        end = start + len(word)
        # Letters of an alphabet must not go on after the word, those of CJK always do.
        if line.startswith(word, start) and not (
            word[-1] < "\u2e80" and _is_letter(line[end : end + 1])
        ):
            return kind, end
    if first == "/":
        return "slash", start + 1
    return ("mark", start + 1) if first in _MARKS else None


def _run(line: str, start: int, belongs: Callable[[str], bool]) -> int:
    """Return where a run of characters that belong together ends."""
    return next((at for at in range(start, len(line)) if not belongs(line[at])), len(line))


def _is_letter(character: str) -> bool:
    return character.isalnum() and not character.isdecimal()


def is_pager(line: str) -> bool:
    """Tell whether the whole line is made of page numbers, arrows and words such as `next`.

    A lone number is none: only its place on the page can tell.
    """
    line = line.strip(" \t\r\u00a0\u3000\u200b\ufeff")
    if not line or line.isspace() or len(line) > LONGEST:
        return False
    line = line.lower()
    numbers: list[int] = []
    seen: set[str] = set()
    position = 0
    while position < len(line):
        if line[position].isspace():
            position += 1
            continue
        token = _token(line, position)
        if token is None:
            return False
        kind, end = token
        seen.add(kind)
        if kind == "number":
            numbers.append(int(line[position:end]))
        position = end
    if "strong" in seen:
        return True
    if "page" in seen or "weak" in seen:
        return bool(numbers) and ("page" in seen or "arrow" in seen)
    return _counts_up(numbers, seen)


def _counts_up(numbers: list[int], seen: set[str]) -> bool:
    if "arrow" in seen:
        return numbers == sorted(numbers)
    if len(numbers) < 2 or any(after <= before for before, after in pairwise(numbers)):
        return False
    # `3 / 9` and `1 2 3`; but `1024 768` and `12 30` count nothing.
    beside = any(after == before + 1 for before, after in pairwise(numbers))
    return beside or "gap" in seen or "slash" in seen
