"""A crowd of labelled excerpts: what many blogs show on their index pages over the months.

Of a hundred texts some 50 are new articles, 5 new members of series of look-alikes, 40 copies that
differ from an earlier showing of their article in one of the known ways (`KINDS`), and 5 exact
repeats. They stand on pages of twelve, no article twice on one.

Articles are consecutive passages of real text, each used once. Where a language has no more of it,
articles are recombined from its words, so that a few of them follow one another as they do in real
text, and then others: articles that are made of whole clauses would share these with ten others
each, as no articles do. A crowd counts how many are recombined. The first texts of a crowd do
not depend on how many follow, the same seed and the same installed text give the same crowd, and
an article is made again from its number when a copy of it is due, so that only the text of the
packages is held in memory.
"""

import json
import re
from array import array
from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from itertools import islice
from pathlib import Path
from random import Random
from typing import Any, NamedTuple

from benchmarks import prose

SEED = 1
PAGE = 12
CAP = 350
MARKER = "..."
HEAD = "INCOMING TRANSMISSION\n\nLATEST UPDATES\n"

# Shares of a hundred texts; the rest are new articles.
COPIES = 40
REPEATS = 5
LOOKALIKES = 5

# The least and most code points of an article that a page shows whole, and the share of those
# that are longer, of which more is made than a page shows. Han and kana say more in less.
WHOLE, OVERFULL = (90, 345), 430
CUT_ARTICLES = 0.35
WHOLE_DENSE, CUT_DENSE = (50, 250), 0.25
SHORTER_CAPS = (300, 250, 200, 150)

# Behind how many of its words recombined text changes to another passage.
CHANGE, CHANGE_DENSE = 0.5, 0.25

# Series that run side by side, and how many members one has.
RUNNING = 12
MEMBERS = (6, 60)

PLACEHOLDERS = {"[Math]": "[公式]", "[Code]": "[代码]"}
WITH_PLACEHOLDERS = 0.4

FULL_WIDTH = {code: code + 0xFEE0 for code in range(0x21, 0x7F) if chr(code).isalnum()}
# Who writes between Han, kana and hangul may choose the width of letters.
WIDE = frozenset({"zh", "zh-hant", "ja", "ko"})
CJK = "\u3040-\u30ff\u3400-\u9fff\uac00-\ud7af"
# Where words have no spaces between them, a sign is a word.
_WORD = re.compile(rf"[{CJK}]|[^\s{CJK}]+\s*|\s+")
_TO_CJK = re.compile(rf"(?<=[A-Za-z0-9]) ?(?=[{CJK}])")
_FROM_CJK = re.compile(rf"(?<=[{CJK}]) ?(?=[A-Za-z0-9])")


class Excerpt(NamedTuple):
    """One text of a crowd: the page it stands on, the article it shows, and how it came about."""

    text: str
    page: int
    article: int
    kind: str


@dataclass(frozen=True, slots=True)
class Series:
    """A run of look-alikes: the words they share, around what is each one's own."""

    language: str
    form: str
    title: str
    front: str
    back: str


class Article(NamedTuple):
    """From what the text of an article is made again."""

    language: str
    series: int
    # The place of its real text, or the number of the member; -1 where it is recombined.
    place: int


class Crowd:
    """Yields excerpts without end; `recombined` counts the articles that are not real text."""

    def __init__(self, seed: int = SEED, shares: Mapping[str, float] | None = None) -> None:
        self._seed = seed
        self._random = Random(seed)
        shares = shares or prose.SHARES
        self._languages = [name for name in shares if prose.passages(name)]
        self._weights = [shares[name] for name in self._languages]
        self._taken: Counter[str] = Counter()
        self._articles: list[Article] = []
        self._series: list[Series] = []
        self._running: list[list[int]] = []
        self.recombined = 0

    def excerpts(self) -> Iterator[Excerpt]:
        """Yield page after page."""
        page = 0
        while True:
            yield from self._page(page)
            page += 1

    def _page(self, page: int) -> Iterator[Excerpt]:
        earlier = len(self._articles)
        shown: set[int] = set()
        while len(shown) < PAGE:
            kind = self._kind() if earlier > PAGE else "new"
            if kind in ("copy", "repeat"):
                article = self._random.randrange(earlier)
                if article in shown:
                    continue
                text, kind = self._copy(article) if kind == "copy" else (self._first(article), kind)
            else:
                article = self._new(kind)
                text = self._first(article)
            shown.add(article)
            yield Excerpt(text, page, article, kind)

    def _kind(self) -> str:
        drawn = self._random.randrange(100)
        for kind, share in (("copy", COPIES), ("repeat", REPEATS), ("look-alike", LOOKALIKES)):
            if drawn < share:
                return kind
            drawn -= share
        return "new"

    def _new(self, kind: str) -> int:
        if kind == "look-alike":
            self._articles.append(self._next_member())
        else:
            language = self._random.choices(self._languages, self._weights)[0]
            self._articles.append(Article(language, -1, self._next_place(language)))
        return len(self._articles) - 1

    def _next_place(self, language: str) -> int:
        place = self._taken[language]
        if place >= len(real_articles(language, self._seed)):
            self.recombined += 1
            return -1
        self._taken[language] += 1
        return place

    def _next_member(self) -> Article:
        if len(self._running) < RUNNING:
            self._series.append(self._begin())
            size = self._random.randint(*MEMBERS)
            self._running.append([len(self._series) - 1, 0, size])
        running = self._random.choice(self._running)
        running[1] += 1
        number, member, size = running
        if member == size:
            self._running.remove(running)
        return Article(self._series[number].language, number, member)

    def _begin(self) -> Series:
        random = self._random
        language = random.choice(self._languages[:2])
        title = clause(random, language).strip(" ,.;:!?()，。；：！？、（）")[:20]
        front, back = (mixed(random, language, length) for length in (random.randint(60, 150), 120))
        return Series(language, random.choice(("weekly", "notes", "notice")), title, front, back)

    def _text(self, number: int) -> str:
        """Return the whole text of an article, always the same."""
        language, series, place = self._articles[number]
        random = Random(self._seed << 32 | number)
        if series >= 0:
            return member(random, self._series[series], place)
        if place >= 0:
            text = real_articles(language, self._seed)[place]
        else:
            text = recombined(random, language, _length(random, language))
        if random.random() < WITH_PLACEHOLDERS:
            text = _with_placeholders(random, text)
        return text

    def _first(self, number: int) -> str:
        return cut(self._text(number), CAP)

    def _copy(self, number: int) -> tuple[str, str]:
        """Return a showing of an article that is not its first one, and what happened to it."""
        random, whole = self._random, self._text(number)
        first = cut(whole, CAP)
        article = self._articles[number]
        kinds = KINDS if article.series < 0 else {kind: KINDS[kind] for kind in SAFE}
        for _ in range(6):
            kind = random.choices(list(kinds), [weight for _, weight in kinds.values()])[0]
            text = kinds[kind][0](random, whole, article.language)
            if text not in (None, first):
                return text, kind
        return cut(_swapped(random, whole), CAP), "typo"


# Real and recombined text


@cache
def real_articles(language: str, seed: int) -> list[str]:
    """Return the articles that the real text of a language makes, in a shuffled order."""
    random = Random(f"{seed} {language}")
    made, text, length = [], "", _length(random, language)
    for passage in prose.passages(language):
        for part in prose.clauses(passage + " "):
            text += part
            if len(text) >= length:
                made.append(text.strip()[:OVERFULL])
                text, length = "", _length(random, language)
    random.shuffle(made)
    return made


def _length(random: Random, language: str) -> int:
    dense = language in WIDE
    if random.random() < (CUT_DENSE if dense else CUT_ARTICLES):
        return OVERFULL
    return random.randint(*(WHOLE_DENSE if dense else WHOLE))


@cache
def _clauses(language: str) -> list[str]:
    parts = (part for text in prose.passages(language) for part in prose.clauses(text))
    return [part if part[-1] > "\u2e80" else part.rstrip() + " " for part in parts if len(part) > 3]


def clause(random: Random, language: str) -> str:
    """Return some clause of a language."""
    return random.choice(_clauses(language))


def mixed(random: Random, language: str, length: int) -> str:
    """Return clauses from all over a language that together have about `length` code points."""
    text = ""
    while len(text) < length:
        text += clause(random, language)
    return text.strip()[: length + 40].strip()


class _Chain(NamedTuple):
    """The running text of a language as numbers of its words, and where each word stands in it."""

    words: list[str]
    text: "array[int]"
    places: "array[int]"
    # Of word w these are `places[starts[w] : starts[w + 1]]`.
    starts: "array[int]"


@cache
def _chain(language: str) -> _Chain:
    import numpy as np

    numbers: dict[str, int] = {}
    found = (word for text in prose.passages(language) for word in _WORD.findall(text + " "))
    text = array("i", (numbers.setdefault(word, len(numbers)) for word in found))
    column = np.frombuffer(text, np.int32)
    places = np.argsort(column, kind="stable").astype(np.int32)
    starts = np.searchsorted(column[places], np.arange(len(numbers) + 1)).astype(np.int32)
    return _Chain(list(numbers), text, array("i", places.tobytes()), array("i", starts.tobytes()))


def recombined(random: Random, language: str, length: int) -> str:
    """Return about `length` code points that change from passage to passage within a word or two.

    A change is made where both passages have the same word (a Markov chain, as C. Shannon made
    sentences of in 1948).
    """
    words, text, places, starts = _chain(language)
    change = CHANGE_DENSE if language in WIDE else CHANGE
    place, parts, size = random.randrange(len(text)), [], 0
    while size < length:
        word = text[place]
        parts.append(words[word])
        size += len(words[word])
        if random.random() < change:
            place = places[random.randrange(starts[word], starts[word + 1])]
        place = (place + 1) % len(text)
    return "".join(parts).strip()


def member(random: Random, series: Series, number: int) -> str:
    """Return a member of a series of look-alikes, its number in front."""
    title = f"{series.title} #{number}"
    if series.form == "notice":
        day = f"{2015 + number // 12}-{number % 12 + 1:02}-{number * 7 % 28 + 1:02}"
        found = f"CVE-{2015 + number // 12}-{random.randint(1000, 9999)}"
        return f"{title} ({day}): {series.front} {found}. {series.back}"
    own = mixed(random, series.language, random.randint(110, 220))
    if series.form == "weekly":
        return f"{title} {series.front} {own}"
    return f"{title} {series.front} {series.back} {own}"


def _with_placeholders(random: Random, text: str) -> str:
    parts = prose.clauses(text)
    for _ in range(random.randint(1, 4)):
        place = random.randint(0, len(parts))
        parts.insert(place, f"{random.choice(list(PLACEHOLDERS))} ")
    return "".join(parts).rstrip()


# Copies: each returns what a page shows, or None where the text does not allow it.


def cut(text: str, cap: int) -> str:
    """Return what a page shows that cuts at `cap`."""
    return text if len(text) <= cap else text[:cap] + MARKER


def _edited(random: Random, text: str, language: str) -> str | None:
    """Replace, insert or remove a clause that is neither the first nor much of the text."""
    parts = prose.clauses(text[:CAP])
    if len(parts) < 4:
        return None
    place = random.randrange(1, len(parts) - 1)
    if len(parts[place]) > len(text) // 4:
        return None
    new = clause(random, language)[: len(text) // 4]
    match random.randrange(3):
        case 0:
            parts[place] = new
        case 1:
            parts.insert(place, new)
        case _:
            del parts[place]
    return cut("".join(parts) + text[CAP:], CAP)


def _headed(random: Random, text: str, language: str) -> str:
    """Put a note or a title in front."""
    new = clause(random, language).strip()[:60]
    day = f"20{random.randint(15, 25)}/{random.randint(1, 12):02}/{random.randint(1, 28):02}"
    head = f"Update {day}: {new}" if random.random() < 0.5 else new
    return cut(f"{head} {text}", CAP)


def _recut(random: Random, text: str, _: str) -> str | None:
    """Cut elsewhere."""
    caps = [cap for cap in SHORTER_CAPS if cap < len(text) - 10]
    return cut(text, random.choice(caps)) if caps else None


def _spelled(_random: Random, text: str, _: str) -> str | None:
    """Spell the placeholders otherwise."""
    other = text
    for one, two in PLACEHOLDERS.items():
        other = other.replace(one, two)
    return None if other == text else cut(other, CAP)


def _dressed(random: Random, text: str, language: str) -> str | None:
    """Change spaces, width or case."""
    match random.randrange(4):
        case 0:
            other = _TO_CJK.sub(" ", _FROM_CJK.sub(" ", text))
        case 1:
            other = _TO_CJK.sub("", _FROM_CJK.sub("", text))
        case 2:
            other = text.translate(FULL_WIDTH) if language in WIDE else text
        case _:
            other = text.upper() if random.random() < 0.3 else text.lower()
    return None if other == text else cut(other, CAP)


def _mistyped(random: Random, text: str, _: str) -> str:
    """Swap the letters of one to three places."""
    for _time in range(random.randint(1, 3)):
        text = _swapped(random, text)
    return cut(text, CAP)


def _swapped(random: Random, text: str) -> str:
    for _ in range(50):
        place = random.randrange(min(len(text), CAP) - 1)
        one, two = text[place], text[place + 1]
        if one != two and one.isalpha() and two.isalpha():
            return text[:place] + two + one + text[place + 2 :]
    return text + "."


Copy = Callable[[Random, str, str], str | None]
KINDS: dict[str, tuple[Copy, int]] = {
    "edit in the middle": (_edited, 25),
    "head added": (_headed, 15),
    "other cut": (_recut, 20),
    "placeholder": (_spelled, 10),
    "spaces, width, case": (_dressed, 15),
    "typo": (_mistyped, 15),
}
# What happens to look-alikes too: an edit could make one of them another.
SAFE = ("other cut", "spaces, width, case")


# Floods


def flood(
    kind: str, seed: int = SEED, shares: Mapping[str, float] | None = None
) -> Iterator[Excerpt]:
    """Yield excerpts without end that have nearly everything in common."""
    random, language = Random(f"{seed} {kind}"), next(iter(shares or prose.SHARES))
    front = mixed(random, language, 300)[:300]
    if kind == "boilerplate":
        for excerpt in Crowd(seed, shares).excerpts():
            yield excerpt._replace(text=f"{front} {excerpt.text}")
    series = Series(language, "weekly", "Weekly", front, "")
    for number in range(1 << 62):
        if kind == "look-alikes":
            text = member(random, series, number)
        else:
            text = front
            for _ in range(random.randint(2, 5)):
                text = _swapped(random, text)
        article = number if kind == "look-alikes" else 0
        yield Excerpt(cut(text, 600), number // PAGE, article, kind)


FLOODS = ("near-identical", "look-alikes", "boilerplate")


# On disk


@dataclass(frozen=True, slots=True)
class Folder:
    """A crowd as it was written: `texts.txt`, a text a line, and two columns of numbers."""

    path: Path

    def texts(self, count: int | None = None) -> list[str]:
        """Return the first texts."""
        with (self.path / "texts.txt").open(encoding="utf-8", newline="\n") as lines:
            return [line[:-1] for line in islice(lines, count)]

    def pages(self, count: int | None = None) -> list[int]:
        """Return the number of the page of each text."""
        return self._column("pages")[:count].tolist()

    def articles(self, count: int | None = None) -> list[int]:
        """Return the number of the article of each text."""
        return self._column("articles")[:count].tolist()

    def about(self) -> dict[str, Any]:
        """Return how many texts there are, and of which kinds."""
        found: dict[str, Any] = json.loads((self.path / "about.json").read_text("utf-8"))
        return found

    def dumps(self, since: int = 0, until: int | None = None) -> Iterator[bytes]:
        """Yield the pages from one text to another, as dumps that feedtool reads."""
        pages = self._column("pages")
        with (self.path / "texts.txt").open(encoding="utf-8", newline="\n") as lines:
            lines_of: list[str] = []
            for number, line in enumerate(islice(lines, since, until), since):
                if lines_of and pages[number] != pages[number - 1]:
                    yield _dump(lines_of)
                    lines_of = []
                lines_of.append(line)
            if lines_of:
                yield _dump(lines_of)

    def _column(self, name: str) -> "array[int]":
        path = self.path / f"{name}.i32"
        column = array("i")
        with path.open("rb") as file:
            column.fromfile(file, path.stat().st_size // column.itemsize)
        return column


def _dump(lines: list[str]) -> bytes:
    return (HEAD + "".join(lines)).encode()


def write(
    path: Path,
    count: int,
    seed: int = SEED,
    kind: str = "",
    shares: Mapping[str, float] | None = None,
) -> Folder:
    """Write a crowd, or a flood of a kind; only its labels are held in memory."""
    path.mkdir(parents=True, exist_ok=True)
    crowd = Crowd(seed, shares)
    excerpts = flood(kind, seed, shares) if kind else crowd.excerpts()
    pages, articles, kinds = array("i"), array("i"), Counter[str]()
    seen: set[int] = set()
    length = exact = 0
    with (path / "texts.txt").open("w", encoding="utf-8", newline="\n") as out:
        for excerpt in islice(excerpts, count):
            text = excerpt.text
            out.write(text + "\n")
            pages.append(excerpt.page)
            articles.append(excerpt.article)
            kinds[excerpt.kind] += 1
            length += len(text)
            before = len(seen)
            seen.add(hash(text))
            exact += len(seen) == before
    for name, column in (("pages", pages), ("articles", articles)):
        with (path / f"{name}.i32").open("wb") as file:
            column.tofile(file)
    about = {
        "texts": count,
        "articles": len(set(articles)),
        "recombined": crowd.recombined,
        "exact": exact,
        "code points a text": round(length / max(count, 1), 1),
        "kinds": dict(kinds.most_common()),
    }
    (path / "about.json").write_text(json.dumps(about, ensure_ascii=False, indent=1), "utf-8")
    return Folder(path)
