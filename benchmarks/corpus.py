"""Real text in many languages, read from what is installed: nothing of it is kept in the project.

English prose, docstrings and code come with Python itself; Chinese blog posts stand in `samples/`;
the rest are the message catalogues, corpora and changelogs that the packages of the extra `bench`
ship. A corpus whose package is missing is left out, and `missing` says so.
"""

import ast
import gettext
import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import cache
from importlib import metadata
from importlib.util import find_spec
from pathlib import Path
from sysconfig import get_path

SAMPLES = Path(__file__).parent.parent / "samples"

# A passage shorter than this (a third of it in scripts that pack words densely) is a label.
LEAST_PASSAGE = 45
DENSE = frozenset({"zh", "zh-hant", "ja", "ko", "th"})
# Headings and headlines lie between these.
TITLE = (12, 70)

_SENTENCE = re.compile(r"(?<=[^\d\s][.!?؟।])\s+(?=\S)|(?<=[。！？])\s*(?=\S)")
_MARKUP = re.compile(r"<[^<>]{0,80}>|:[a-z-]{1,12}:(?=`)|[`*]{1,3}|\\|::(?=\s|$)|\$\{[^}]*\}")
_CODE_LINE = re.compile(r"^\s*(?:\$ |hg |>>>|\.\. |- ``|:[\w.]+:)")
_TAG = {True: re.compile(r"[^\W\d_]{2,4}"), False: re.compile(r"[^\W\d_]{4,12}")}
ENGLISH_TAGS = ("Python", "releases", "statements", "modules", "debugging")
_LATIN = re.compile(r"[A-Za-z]")


@dataclass(frozen=True, slots=True)
class Corpus:
    """Distinct passages of one language in the order of their source, titles and tags.

    A passage has one or more whole sentences; no passage occurs twice.
    """

    language: str
    passages: tuple[str, ...]
    titles: tuple[str, ...]
    tags: tuple[str, ...]


def sentences(passage: str) -> list[str]:
    """Split a passage where a sentence ends."""
    return [sentence for sentence in _SENTENCE.split(passage) if sentence]


@cache
def load(language: str) -> Corpus | None:
    """Return the corpus of a language, None if the packages that ship it are missing."""
    texts = [text for source in SOURCES[language] for text in source()]
    least = LEAST_PASSAGE // 3 if language in DENSE else LEAST_PASSAGE
    spoken = [text for text in texts if language in LATIN or _mostly_native(text)]
    # Catalogues hold one message with and without its full stop.
    distinct = list({re.sub(r"[\W_]+", "", text).casefold(): text for text in spoken}.values())
    passages = tuple(text for text in distinct if len(text) >= least)
    low, high = (TITLE[0] // 2, TITLE[1] // 2) if language in DENSE else TITLE
    headings = (text for text in distinct if low <= len(text) <= high and text[-1] not in ".。:：")
    titles = tuple(headings)
    tags = tuple(text for text in distinct if _TAG[language in DENSE].fullmatch(text))
    return Corpus(language, passages, titles, tags or ENGLISH_TAGS) if passages else None


def missing() -> list[str]:
    """Return the packages whose text would be used if they were installed."""
    return [package for package in PACKAGES if not _installed(package)]


def _mostly_native(text: str) -> bool:
    """Tell whether a message was translated; catalogues keep names and commands as they are."""
    return 3 * len(_LATIN.findall(text)) < len(text)


def _plain(text: str) -> str:
    """Return a passage as a page shows it: without markup, on one line."""
    plain = " ".join(_MARKUP.sub("", text).split())
    return re.sub(r"(?<=[\u3001-\u9fff]) (?=[\u3001-\u9fff])", "", plain)


def _paragraphs(text: str) -> Iterator[str]:
    """Yield the paragraphs of a text that are prose."""
    for paragraph in re.split(r"\n\s*\n", text):
        if not any(_CODE_LINE.match(line) for line in paragraph.splitlines()):
            yield _plain(paragraph)


def _installed(package: str) -> bool:
    try:
        return find_spec(package) is not None
    except ModuleNotFoundError:
        return False


def _folder(package: str) -> Path | None:
    spec = find_spec(package) if _installed(package) else None
    places = spec.submodule_search_locations if spec else None
    return Path(next(iter(places))) if places else None


def _translated(*names: str) -> Callable[[], Iterator[str]]:
    """Return a reader of the messages that installed packages have in a language."""

    def read() -> Iterator[str]:
        for package in CATALOGUES:
            folder = _folder(package)
            for name in names if folder else ():
                for path in sorted(folder.glob(f"**/{name}/LC_MESSAGES/*.mo")):
                    yield from _messages(path)
        for name in names:
            folder = _folder(f"jupyterlab_language_pack_{name}")
            for path in sorted(folder.glob("**/*.mo")) if folder else ():
                yield from _messages(path)

    return read


def _messages(path: Path) -> Iterator[str]:
    with path.open("rb") as file:
        # `_catalog` is the only way to all messages; it has been there since Python 2.
        catalogue = gettext.GNUTranslations(file)._catalog  # type: ignore[attr-defined]
    for original, message in catalogue.items():
        if original and isinstance(message, str) and message != original:
            yield from _paragraphs(message)


def _topics() -> Iterator[str]:
    """Yield the paragraphs of Python's reference manual, with their headings."""
    from pydoc_data.topics import topics

    for topic in sorted(topics):
        for paragraph in _paragraphs(topics[topic]):
            heading, ruled, _ = re.sub(r"\s*[*=~-]{4,}\s*$", "\0", paragraph).partition("\0")
            if ruled or (paragraph[:1].isupper() and paragraph[-1:] in ".!?"):
                yield heading


def _documented() -> Iterator[tuple[str, str, str]]:
    """Yield name, docstring and source of the functions of some modules of Python."""
    for module in STDLIB:
        path = Path(get_path("stdlib"), *module.split("."))
        path = path / "__init__.py" if path.is_dir() else path.with_suffix(".py")
        text = path.read_text("utf-8") if path.exists() else ""
        lines = text.splitlines()
        for node in ast.walk(ast.parse(text)):
            if isinstance(node, ast.FunctionDef | ast.ClassDef) and ast.get_docstring(node):
                source = "\n".join(lines[node.lineno - 1 : node.end_lineno])
                yield f"{module}.{node.name}", ast.get_docstring(node) or "", source


def _docstrings() -> Iterator[str]:
    for _, docstring, _ in _documented():
        for paragraph in _paragraphs(docstring):
            if paragraph[:1].isupper() and ">>>" not in paragraph:
                yield paragraph


def _code() -> Iterator[str]:
    for _, _, source in _documented():
        plain = " ".join(source.split())
        if 120 <= len(plain) <= 6000:
            yield plain


def _samples() -> Iterator[str]:
    for path in sorted(SAMPLES.glob("*.txt")):
        for line in path.read_text("utf-8").splitlines():
            # What follows the last sentence end was cut by the sender.
            whole = line[: max(line.rfind(mark) for mark in "。！？") + 1]
            pieces = sentences(re.sub(r"\[(?:Math|公式|Code)\]", "", whole))
            yield from (" ".join(piece.split()) for piece in pieces)


def _korean_law() -> Iterator[str]:
    folder = _folder("konlpy")
    for path in sorted(folder.glob("data/corpus/*/*.txt")) if folder else ():
        text = re.sub(r"\n{1,2}(?=\S)", " ", path.read_text("utf-8"))
        for paragraph in re.split(r"\n\s*|(?<=[다음함임]\.)\s+", text):
            plain = " ".join(paragraph.split())
            if re.search(r"[다음함임]\.$", plain):
                yield plain


def changelog(distribution: str) -> list[tuple[str, str]]:
    """Return the releases in the long description of a package, oldest first: heading, text."""
    try:
        text = metadata.metadata(distribution).get_payload()
    except metadata.PackageNotFoundError:
        return []
    return _releases(str(text), r"\n(\d+\.\d[\w.]* \([\d-]{10}\))\n[-=]{3,}\n")


def python_news() -> list[tuple[str, str]]:
    """Return the releases of IDLE, which comes with Python, oldest first: heading, text."""
    folder = _folder("idlelib")
    text = ""
    for name in ("News3.txt", "NEWS.txt", "NEWS2x.txt"):
        path = folder / name if folder else None
        if path and path.exists():
            text += "\n" + path.read_text("utf-8", errors="replace")
    return _releases(text, r"\n(What's New in IDLE [^\n]{3,40})\n")


def _releases(text: str, heading: str) -> list[tuple[str, str]]:
    pieces = re.split(heading, text)
    pairs = zip(pieces[1::2], pieces[2::2], strict=True)
    releases = [(_plain(name), _plain(re.sub(r"[=-]{3,}", " ", body))) for name, body in pairs]
    distinct = {name: body for name, body in releases if len(body) > 40}
    return list(distinct.items())[::-1]


def bills() -> list[tuple[str, str]]:
    """Return bills of the Korean parliament: number and text."""
    folder = _folder("konlpy")
    paths = sorted(folder.glob("data/corpus/kobill/*.txt")) if folder else []
    return [(path.stem, " ".join(path.read_text("utf-8").split())) for path in paths]


def converted(texts: Iterable[str]) -> Sequence[str] | None:
    """Return texts in simplified Chinese from traditional ones, None if OpenCC is missing."""
    if not _installed("opencc"):
        return None
    from opencc import OpenCC

    converter = OpenCC("t2s")
    return [converter.convert(text) for text in texts]


CATALOGUES = ("mercurial", "plone.app.locales", "django")
PACKAGES = (*CATALOGUES, "konlpy", "opencc", "jupyterlab_language_pack_zh_CN")
PACKAGES += ("jupyterlab_language_pack_zh_TW", "jupyterlab_language_pack_ko_KR")
LATIN = frozenset({"en", "en-doc", "code", "de", "vi", "fr"})
STDLIB = (
    *("argparse", "ast", "asyncio.events", "asyncio.tasks", "bdb", "calendar", "codecs"),
    *("collections", "concurrent.futures._base", "configparser", "contextlib", "csv", "datetime"),
    *("_pydecimal", "difflib", "doctest", "email.message", "enum", "fractions", "functools"),
    *("ftplib", "gettext", "heapq", "http.client", "http.cookiejar", "imaplib", "inspect"),
    *("ipaddress", "json", "logging", "mailbox", "multiprocessing.pool", "os", "pathlib"),
    *("pdb", "pickle", "platform", "poplib", "random", "sched", "shutil", "smtplib", "socket"),
    *("statistics", "string", "subprocess", "tarfile", "tempfile", "textwrap", "threading"),
    *("tkinter", "traceback", "turtle", "typing", "unittest.case", "unittest.mock", "urllib.parse"),
    *("urllib.request", "uuid", "weakref", "zipfile"),
)
SOURCES: dict[str, tuple[Callable[[], Iterator[str]], ...]] = {
    "en": (_topics,),
    "en-doc": (_docstrings,),
    "code": (_code,),
    "zh": (_samples, _translated("zh_CN", "zh_Hans")),
    "zh-hant": (_translated("zh_TW", "zh_Hant"),),
    "ja": (_translated("ja"),),
    "ko": (_korean_law, _translated("ko", "ko_KR")),
    "ar": (_translated("ar"),),
    "th": (_translated("th"),),
    "ru": (_translated("ru"),),
    "de": (_translated("de"),),
    "hi": (_translated("hi"),),
    "vi": (_translated("vi"),),
}
