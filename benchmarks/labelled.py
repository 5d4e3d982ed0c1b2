"""Labelled series of dumps, made from real text: what a blog would show over the months.

    python -m benchmarks.labelled FOLDER [--seed N]

A series is one blog. Its articles are passages of real text in the order of their source, no
passage in two articles (look-alikes share some on purpose). A little history is played: articles
are published, edited, and the site changes how it shows them; at some moments pages are collected.
Since the history is known, so is every label. `FOLDER/<set>/<series>/NNN_<page>.txt` are the
dumps, `truth.jsonl` beside them has a label with its reason for every line.

The same seed, the same installed text, the same files.
"""

import argparse
import json
import re
import sys
import unicodedata
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from functools import lru_cache, partial
from pathlib import Path
from random import Random
from typing import Any

from benchmarks import corpus

SEED = 1
PAGE = 12
HEAD = "INCOMING TRANSMISSION\n\nLATEST UPDATES\n"
MARKER = "..."

# An edit that leaves less of what a line shows, and no such run of it, leaves nothing to tell the
# article by: a long sentence put in front of an excerpt of 200 code points.
LEAST_LEFT = 0.4
LEAST_BLOCK = 30

# Where a formula or a listing stood; how it is spelled is the site's choice.
MATH, CODE = "\ue000", "\ue001"
SPELLINGS = ({MATH: "[Math]", CODE: "[Code]"}, {MATH: "[公式]", CODE: "[代码]"})

FULL_WIDTH = {0x20: 0x3000, **{code: code + 0xFEE0 for code in range(0x21, 0x7F)}}
EMOJI = [
    "😀",
    "🎉",
    "🚀",
    "🐛",
    "✨",
    "🔥",
    "👩\u200d💻",
    "❤️",
    "👍🏽",
    "🇯🇵",
    "📦",
    "⚡",
    "🙏",
    "🤖",
    "🌈",
    "📝",
    "✅",
    "❌",
    "🧪",
    "🎯",
]

NEW = "the first line of this article"
EXACT = "the line that was here before"
RERENDERED = "the same words, the site shows them differently"
SAME_PAGE = "the article's teaser or entry stands above on this page"


@dataclass(frozen=True, slots=True)
class Text:
    """One revision of an article."""

    title: str
    passages: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Setting:
    """How a site shows its articles."""

    cap: int | None = 350
    titled: bool = False
    spelling: int = 0
    dress: str = ""
    front: str = ""
    byline: str = ""
    behind: str = ""


@dataclass(slots=True)
class Article:
    """An article of a site: its present text, and by what edits it came about."""

    key: str
    text: Text
    tag: str
    day: int
    edits: list[str] = field(default_factory=list)
    last: tuple[str, Setting] | None = None


@dataclass(frozen=True, slots=True)
class Plan:
    """A series: which text, what happens to it, and how its pages are collected.

    `settings` are the ways of showing that follow each other; `teasers` is the cap of the teasers
    of featured articles in front of the entries of a page; `feed` the cap of every second dump;
    `hot` what a hot list writes in front of its lines and behind them, `byline` what a crawler read
    between a title and its text.
    Plans with the same `history` play the same one.
    """

    name: str
    language: str
    build: Callable[["Shelf"], Iterator[Text]]
    settings: tuple[Setting, ...] = (Setting(),)
    moments: int = 40
    start: int = 13
    page: int = PAGE
    published: float = 0.6
    edited: float = 0.1
    edits: tuple[str, ...] = ()
    history: str = ""
    around: bool = False
    shuffled: bool = False
    stray: bool = True
    teasers: int = 0
    feed: int = 0
    hot: tuple[str, str] = ("", "")
    byline: str = ""


@dataclass(frozen=True, slots=True)
class Label:
    """What is true of one line of a dump."""

    line: str
    kind: str
    article: str = ""
    seen: bool = False
    status: str = ""
    truncated: bool = False
    reason: str = ""
    ignore: str = ""


@dataclass(frozen=True, slots=True)
class Dump:
    """One page as it was collected."""

    page: str
    labels: tuple[Label, ...]

    @property
    def text(self) -> str:
        """The characters of the dump."""
        return HEAD + "\n".join(label.line for label in self.labels)


class Shelf:
    """The text of a language, taken from the front for articles and from the back for edits."""

    def __init__(self, language: str, random: Random, share: float) -> None:
        found = corpus.load(language)
        if found is None:
            raise LookupError(language)
        self.random = random
        # Each series of a language reads from another place of it.
        turn = int(len(found.passages) * share)
        self._passages = [*found.passages[turn:], *found.passages[:turn]]
        self._titles = list(found.titles) or [p[:40] for p in found.passages]
        random.shuffle(self._titles)
        self.tags = found.tags
        self.dense = language in corpus.DENSE

    def passages(self, length: int) -> tuple[str, ...]:
        """Take consecutive passages of at least `length` code points in all."""
        taken: list[str] = []
        while sum(map(len, taken)) < length:
            if len(self._passages) < 40:
                raise EOFError
            taken.append(self._passages.pop(0))
        return tuple(taken)

    def title(self) -> str:
        """Take a title."""
        return self._titles.pop() if self._titles else self.passages(1)[0][:30]

    def spare(self) -> str:
        """Take a sentence that no article has."""
        found = corpus.sentences(self._passages.pop())
        return self.random.choice(found)


# Articles


def prose(shelf: Shelf, *, low: int = 260, high: int = 900) -> Iterator[Text]:
    """Yield the articles of a blog."""
    while True:
        length = shelf.random.randint(low, high)
        yield Text(shelf.title(), shelf.passages(length))


def technical(shelf: Shelf) -> Iterator[Text]:
    """Yield articles with formulas and listings among the words."""
    for text in prose(shelf):
        yield replace(text, passages=tuple(_marked(shelf.random, p) for p in text.passages))


def _marked(random: Random, passage: str) -> str:
    words = passage.split(" ")
    for place in range(len(words) - 1, 0, -1):
        if random.random() < 0.05:
            words.insert(place, random.choice((MATH, MATH, CODE)))
    return " ".join(words) + (f" {MATH}" if random.random() < 0.3 else "")


def short(shelf: Shelf, *, low: int = 50, high: int = 160) -> Iterator[Text]:
    """Yield notes of a sentence or two, complete."""
    yield from prose(shelf, low=low, high=high)


def dotted(shelf: Shelf) -> Iterator[Text]:
    """Yield notes that end in dots of their own, and longer texts that show where a page cuts."""
    for text in prose(shelf, low=50, high=600):
        end = shelf.random.choice(("...", "…", "....", "……", " ...", "...", ""))
        yield replace(text, passages=(*text.passages[:-1], text.passages[-1].rstrip(".。") + end))


def headlines(shelf: Shelf) -> Iterator[Text]:
    """Yield the lines of a hot list."""
    least = 10 if shelf.dense else 24
    while True:
        line = shelf.title()
        if len(line) >= least:
            yield Text("", (line,))


def emoji(shelf: Shelf) -> Iterator[Text]:
    """Yield posts with an emoji after every few words, and some of little else."""
    random = shelf.random
    for text in prose(shelf, low=40, high=300):
        words = " ".join(text.passages).split(" ")
        words = words[:6] if random.random() < 0.2 else words
        for place in range(len(words), 0, -random.randint(1, 5)):
            words.insert(place, random.choice(EMOJI))
        yield Text(text.title, (" ".join(words),))


def listings(shelf: Shelf) -> Iterator[Text]:
    """Yield functions and classes, as a page shows code that nobody marked as such."""
    while True:
        yield Text("", shelf.passages(1))


def books(shelf: Shelf) -> Iterator[Text]:
    """Yield texts of more than 5,000 code points."""
    yield from prose(shelf, low=5200, high=6500)


def weekly(shelf: Shelf, *, title: str, shared: int) -> Iterator[Text]:
    """Yield a digest: the same words in front of every number, then other items."""
    front = shelf.passages(shared)
    for number in range(1, 1000):
        yield Text(title.format(number), (*front, *shelf.passages(300)))


def monthly(shelf: Shelf) -> Iterator[Text]:
    """Yield reports: the same labels with other figures, and a sentence of their own."""
    random = shelf.random
    labels = [shelf.title() for _ in range(7)]
    front, back = shelf.passages(90), shelf.passages(120)
    for month in range(1000):
        title = f"{2018 + month // 12}-{month % 12 + 1:02}"
        figures = " ".join(f"{label}: {random.randint(2, 900)}" for label in labels)
        own = shelf.passages(40) if random.random() < 0.7 else ()
        yield Text(title, (*front, figures, *own, *back))


def notes(shelf: Shelf) -> Iterator[Text]:
    """Yield problem notes: three or four share the statement of their problem."""
    number = 0
    while True:
        statement = shelf.passages(170 // (2 if shelf.dense else 1))
        for _ in range(shelf.random.randint(3, 4)):
            number += 1
            title = f"{number}. {shelf.title()}"
            yield Text(title, (*statement, *shelf.passages(120)))


def releases(shelf: Shelf, *, package: str) -> Iterator[Text]:
    """Yield real release notes, behind the words that a project puts in front of each."""
    found = corpus.changelog(package) if package else corpus.python_news()
    front, back = shelf.passages(100), shelf.passages(150)
    for heading, body in found:
        yield Text(heading, (*front, *re.split(r" (?=- )", body), *back))


def security(shelf: Shelf) -> Iterator[Text]:
    """Yield announcements that differ in their numbers only."""
    front, back = shelf.passages(130), shelf.passages(200)
    day = 0
    for major in range(2, 9):
        for minor in range(12):
            day += shelf.random.randint(5, 30)
            date = f"{2016 + day // 360}-{day // 30 % 12 + 1:02}-{day % 28 + 1:02}"
            title = f"{major}.{minor}.{shelf.random.randint(0, 20)} ({date})"
            yield Text(title, (*front, f"CVE-20{minor + 10}-{day * 37}.", *back))


def turned(shelf: Shelf, *, title: str, turns: Sequence[str]) -> Iterator[Text]:
    """Yield announcements of one wording: their titles say which turn of which number it is."""
    front, back = shelf.passages(130), shelf.passages(200)
    for number in range(2016, 2100):
        for turn in turns:
            own = shelf.passages(40) if shelf.random.random() < 0.5 else ()
            yield Text(" ".join(title.format(number, turn).split()), (*front, *own, *back))


def stamped(shelf: Shelf, *, stamp: str, title: str = "{}") -> Iterator[Text]:
    """Yield prose whose title tells when it was last changed; `title` numbers what is alike."""
    shared = shelf.passages(120) if title != "{}" else ()
    for number, text in enumerate(prose(shelf), 1):
        date = f"{_MONTHS[number % 12]} {2016 + number // 12}"
        name = text.title if title == "{}" else title.format(date)
        day = _date(shelf.random, stamp)
        yield Text(f"{name} {stamp.format(day)}", (*shared, *text.passages))


_MONTHS = (
    *("January", "February", "March", "April", "May", "June", "July", "August", "September"),
    *("October", "November", "December"),
)
_DATED = re.compile(r"\d{4}年\d+月\d+日|\d+ [A-Z][a-z]+ \d{4}")


def _date(random: Random, like: str) -> str:
    year, month, day = random.randint(2016, 2025), random.randrange(12), random.randint(1, 28)
    return f"{day} {_MONTHS[month]} {year}" if like.isascii() else f"{year}年{month + 1}月{day}日"


def bills(_: Shelf) -> Iterator[Text]:
    """Yield real bills of a parliament, which open with the same form."""
    for _, text in corpus.bills():
        yield Text("", tuple(corpus.sentences(text[:2500])))


# Edits: each returns the edited passages, or None where the text does not allow it.

_WORD = re.compile(r"[^\W\d_]{4,}")
_SPACELESS = re.compile(r"[\u0e00-\u0e7f\u3040-\u9fff]")


def _typo(random: Random, text: Text, _: Shelf) -> Text | None:
    return _in_word(random, text, lambda word: _swapped(random, word))


def _swapped(random: Random, word: str) -> str:
    place = random.randrange(len(word) - 1)
    return word[:place] + word[place + 1] + word[place] + word[place + 2 :]


def _word(random: Random, text: Text, shelf: Shelf) -> Text | None:
    others = _WORD.findall(shelf.spare())
    other = random.choice(others)[:10] if others else ""
    return _in_word(random, text, lambda word: other[: max(len(word), 2)]) if other else None


def _in_word(random: Random, text: Text, edit: Callable[[str], str]) -> Text | None:
    """Edit one word of the opening of a text; scripts without spaces have words of two."""
    passage = random.randrange(min(len(text.passages), 4))
    old = text.passages[passage]
    words = list(_WORD.finditer(old[:400]))
    if not words:
        return None
    start, end = random.choice(words).span()
    if _SPACELESS.match(old[start]):
        start = random.randint(start, end - 2)
        end = start + 2
    return _replaced(text, passage, old[:start] + edit(old[start:end]) + old[end:])


def _replaced(text: Text, place: int, *passages: str) -> Text:
    edited = [*text.passages[:place], *passages, *text.passages[place + 1 :]]
    return replace(text, passages=tuple(passage for passage in edited if passage))


def _inserted(random: Random, text: Text, shelf: Shelf) -> Text | None:
    place = random.randrange(min(len(text.passages), 3))
    pieces = corpus.sentences(text.passages[place])
    pieces.insert(random.randint(0, len(pieces)), shelf.spare())
    return _replaced(text, place, " ".join(pieces))


def _removed(random: Random, text: Text, _: Shelf) -> Text | None:
    place = random.randrange(min(len(text.passages), 3))
    pieces = corpus.sentences(text.passages[place])
    gone = pieces.pop(random.randrange(len(pieces)))
    if 3 * len(gone) > sum(map(len, text.passages)):
        return None
    return _replaced(text, place, " ".join(pieces))


def _update(random: Random, text: Text, shelf: Shelf) -> Text | None:
    date = f"20{random.randint(14, 24)}/{random.randint(1, 12):02}/{random.randint(1, 28):02}"
    return replace(text, passages=(f"Update {date}: {shelf.spare()}", *text.passages))


def _retitled(random: Random, text: Text, shelf: Shelf) -> Text | None:
    words = text.title.split(" ")
    words[random.randrange(len(words))] = shelf.title().split(" ")[0]
    return replace(text, title=" ".join(words))


def _rewritten(random: Random, text: Text, shelf: Shelf) -> Text | None:
    if len(text.passages) < 3:
        return None
    place = random.randrange(1, min(len(text.passages), 4))
    if 2 * len(text.passages[place]) > sum(map(len, text.passages)):
        return None
    return _replaced(text, place, shelf.spare())


def _renumbered(random: Random, text: Text, _: Shelf) -> Text | None:
    places = [
        (number, found)
        for number, passage in enumerate(text.passages)
        for found in re.finditer(r"\d+", passage)
        if number or found.start() > 100
    ]
    if not places:
        return None
    number, found = random.choice(places)
    old = text.passages[number]
    new = str(int(found[0]) + random.randint(1, 9))
    return _replaced(text, number, old[: found.start()] + new + old[found.end() :])


def _restamped(random: Random, text: Text, shelf: Shelf) -> Text | None:
    edit = random.choice((_typo, _word, _inserted, _removed))
    edited = edit(random, text, shelf) or text
    found = _DATED.findall(text.title)[-1]
    date = _date(random, text.title if found.isascii() else found)
    return replace(edited, title=text.title.replace(found, date))


def _several(random: Random, text: Text, shelf: Shelf) -> Text | None:
    edits = (_typo, _word, _inserted, _removed, _word, _typo)
    for edit in random.sample(edits, random.randint(3, 5)):
        text = edit(random, text, shelf) or text
    return text


def _respaced(_random: Random, text: Text, _shelf: Shelf) -> Text | None:
    spaced = tuple(_between_scripts(passage, " ") for passage in text.passages)
    if spaced == text.passages:
        spaced = tuple(_between_scripts(passage, "") for passage in text.passages)
    return replace(text, passages=spaced)


def _between_scripts(text: str, space: str) -> str:
    cjk = "\u3040-\u30ff\u3400-\u9fff\uac00-\ud7af"
    text = re.sub(rf"(?<=[{cjk}]) ?(?=[A-Za-z0-9])", space, text)
    return re.sub(rf"(?<=[A-Za-z0-9]) ?(?=[{cjk}])", space, text)


Edit = Callable[[Random, Text, Shelf], Text | None]
EDITS: dict[str, tuple[Edit, str]] = {
    "typo": (_typo, "two letters of a word swapped"),
    "word": (_word, "a word replaced"),
    "inserted": (_inserted, "a sentence put in"),
    "removed": (_removed, "a sentence taken out"),
    "update": (_update, "`Update <date>: <sentence>` put in front"),
    "retitled": (_retitled, "a word of the title replaced"),
    "rewritten": (_rewritten, "a passage replaced by another one, its beginning kept"),
    "renumbered": (_renumbered, "a number behind the opening corrected"),
    "restamped": (_restamped, "one of the first four, and the date of the last change"),
    "several": (_several, "three to five of these edits at once"),
    "respaced": (_respaced, "spaces put between scripts"),
}
COMMON = ("typo", "word", "inserted", "removed", "update", "rewritten", "several", "renumbered")
SMALL = ("typo", "word")
# A number is what tells look-alikes apart, and a new head hides it: no edits of those kinds there.
LIKE = ("typo", "word", "inserted", "removed", "several")


# Showing


def shown(text: Text, setting: Setting) -> str:
    """Return the line that a site shows for a text."""
    parts = [text.title if setting.titled else "", setting.byline, *text.passages]
    line = " ".join([part for part in parts if part])
    for mark, spelling in SPELLINGS[setting.spelling].items():
        line = line.replace(mark, spelling)
    line = DRESSES[setting.dress](line).strip()
    if setting.cap is not None and len(line) > setting.cap:
        line = line[: setting.cap] + MARKER
    return setting.front + line + setting.behind


_shown_whole = lru_cache(maxsize=4096)(shown)


def _simplified(line: str) -> str:
    found = corpus.converted([line])
    return found[0] if found else line


DRESSES: dict[str, Callable[[str], str]] = {
    "": str,
    "full width": lambda line: line.translate(FULL_WIDTH),
    "spaced": lambda line: _between_scripts(line, " "),
    "NFD": partial(unicodedata.normalize, "NFD"),
    "curly": lambda line: re.sub(r'"([^"]*)"', r"“\1”", line).replace("'", "’"),
    "simplified": _simplified,
}


# Histories


class Site:
    """Plays the history of one blog and collects its pages."""

    def __init__(self, plan: Plan, seed: int, share: float) -> None:
        self.plan = plan
        self.random = Random(f"{seed} {plan.history or plan.name}")
        self.order = Random(f"{seed} {plan.name}")
        self.shelf = Shelf(plan.language, self.random, share)
        self.texts = plan.build(self.shelf)
        self.articles: list[Article] = []
        self.setting = plan.settings[0]
        self.tags = [self.random.choice(self.shelf.tags) for _ in range(3)]
        self.lines: dict[str, str] = {}
        self.heat: dict[str, int] = {}

    def dumps(self) -> list[Dump]:
        """Return the pages that were collected, in order."""
        for _ in range(self.plan.start):
            self._publish()
        collect = self._around_edits if self.plan.around else self._regularly
        return list(collect())

    def _regularly(self) -> Iterator[Dump]:
        for moment in range(self.plan.moments):
            self._set(moment / self.plan.moments)
            for _ in range(self.random.randint(1, 3)):
                if self.random.random() < self.plan.published:
                    self._publish()
                if self.random.random() < self.plan.edited:
                    self._edit(self.random.choice(self.articles[: 2 * self.plan.page]))
            if any(self.plan.hot):
                yield self._hot()
                continue
            yield self._home(feed=bool(self.plan.feed and moment % 2))
            if moment % 4 == 1:
                yield self._tagged(self.random.choice(self.tags))
            if moment % 3 == 2 and len(self.articles) > self.plan.page:
                yield self._page("page2", self.articles[self.plan.page : 2 * self.plan.page])

    def _around_edits(self) -> Iterator[Dump]:
        for moment in range(self.plan.moments // 2):
            self._set(2 * moment / self.plan.moments)
            for _ in range(self.random.randint(0, 3)):
                self._publish()
            article = self.random.choice(self.articles[: self.plan.page])
            collect = (
                self._home if self.random.random() < 0.7 else partial(self._tagged, article.tag)
            )
            yield collect()
            for _ in range(self.random.choice((1, 1, 2))):
                self._edit(article)
                article = self.random.choice(self.articles[: self.plan.page])
            yield collect()

    def _set(self, past: float) -> None:
        settings = self.plan.settings
        self.setting = settings[int(past * len(settings))]

    def _publish(self) -> None:
        try:
            text = next(self.texts, None)
        except (EOFError, RuntimeError):  # a generator turns the end of the shelf into the latter
            text = None
        if text is not None:
            number = len(self.articles)
            key = f"{self.plan.name}/{number:04}"
            article = Article(key, text, self.random.choice(self.tags), number)
            self.articles.insert(0, article)

    def _edit(self, article: Article) -> None:
        """Edit an article so that it shows, if the text allows it."""
        before = shown(article.text, self.setting)
        for _ in range(20):
            name = self.random.choice(self.plan.edits)
            try:
                edited = EDITS[name][0](self.random, article.text, self.shelf)
            except IndexError:
                return
            if edited and shown(edited, self.setting) != before:
                article.text = edited
                article.edits.append(EDITS[name][1])
                return

    def _home(self, *, feed: bool = False) -> Dump:
        articles = self.articles[: self.plan.page]
        if feed:
            return self._page("feed", articles, replace(self.setting, cap=self.plan.feed))
        return self._page("home", articles)

    def _hot(self) -> Dump:
        """Return a hot list: the hottest of the newest lines, numbered anew each time."""
        newest = self.articles[: 3 * self.plan.page // 2]
        for article in newest:
            self._warm(article)
        hottest = sorted(newest, key=lambda article: -self.heat[article.key])[: self.plan.page]
        labels = []
        for rank, article in enumerate(hottest, 1):
            front, behind = (self._told(form, article, rank) for form in self.plan.hot)
            setting = replace(self.setting, front=front, behind=behind)
            labels.append(self._label(article, setting, set()))
        return Dump("hot", tuple(labels))

    def _warm(self, article: Article) -> None:
        heat = self.heat.get(article.key, self.order.randint(500, 5000))
        self.heat[article.key] = int(heat * self.order.uniform(0.7, 1.3)) + 1

    def _told(self, form: str, article: Article, rank: int) -> str:
        """Return what a page says of an article besides."""
        heat = self.heat[article.key]
        return form.format(rank=rank, heat=heat, hours=heat % 23 + 1, comments=heat % 97)

    def _tagged(self, tag: str) -> Dump:
        articles = [article for article in self.articles if article.tag == tag]
        return self._page("tag", articles[: self.plan.page])

    def _page(self, page: str, articles: Sequence[Article], setting: Setting | None = None) -> Dump:
        setting = setting or self.setting
        shown = [(article, setting) for article in articles]
        if self.plan.byline:
            for article in articles:
                self._warm(article)
            shown = [
                (article, replace(setting, byline=self._told(self.plan.byline, article, rank)))
                for rank, article in enumerate(articles, 1)
            ]
        if self.plan.shuffled:
            self.order.shuffle(shown)
        if self.plan.teasers and page == "home":
            teaser = replace(setting, cap=self.plan.teasers)
            featured = self.order.sample(articles, min(4, len(articles)))
            shown = [*((article, teaser) for article in featured), *shown]
        labels: list[Label] = []
        above: set[str] = set()
        for article, way in shown:
            if self.plan.stray and labels and self.random.random() < 0.04:
                labels += self._stray(article)
            labels.append(self._label(article, way, above))
        if self.plan.stray and self.random.random() < 0.3:
            last = max(2, len(self.articles) // self.plan.page)
            labels.append(Label(" ".join(map(str, range(1, last + 1))), "pagination"))
        return Dump(page, tuple(labels))

    def _stray(self, article: Article) -> Iterator[Label]:
        if self.random.random() < 0.5:
            yield Label(article.tag, "category")
        day = 17_000 + article.day * 5
        date = f"{1970 + day // 365}-{day // 31 % 12 + 1:02}-{day % 28 + 1:02}"
        yield Label(date, "date")

    def _label(self, article: Article, setting: Setting, above: set[str]) -> Label:
        line = shown(article.text, setting)
        label = Label(line, "excerpt", article.key, truncated=_is_cut(line, article.text, setting))
        if label.truncated and self._begins_another(line, article, setting):
            # As if it did not stand there: it shows of no article that it was here.
            return replace(label, status="new", reason=NEW, ignore="beginning_of_several")
        if article.last is None:
            label = replace(label, status="new", reason=NEW)
        else:
            before, way = article.last
            status, reason = "repeated_edited", "; ".join(dict.fromkeys(article.edits))
            if line == before:
                status, reason = "repeated_exact", EXACT
            elif shown(article.text, way) == before:
                status, reason = "repeated_rerendered", RERENDERED
            if article.key in above and status != "repeated_edited":
                reason = SAME_PAGE
            label = replace(label, seen=True, status=status, reason=reason)
        if label.status == "repeated_edited" and _is_replaced(article.last[0], line):
            label = replace(label, ignore="excerpt_replaced")
        owner = self.lines.setdefault(line, article.key)
        if owner != article.key:
            label = replace(label, ignore="same_line_other_item")
        if label.status != "repeated_exact":
            article.edits.clear()
        article.last = line, setting
        above.add(article.key)
        return label

    def _begins_another(self, line: str, article: Article, setting: Setting) -> bool:
        """Tell whether a cut line is the beginning of another article, too."""
        whole = replace(setting, cap=None)
        beginning = line.removesuffix(MARKER)
        return any(
            other is not article and _shown_whole(other.text, whole).startswith(beginning)
            for other in self.articles
        )


def _is_replaced(before: str, after: str) -> bool:
    """Tell whether an edit left nothing of what the line showed."""
    from rapidfuzz.distance import LCSseq

    blocks = LCSseq.editops(before, after).as_matching_blocks()
    common = 2 * sum(block.size for block in blocks) / (len(before) + len(after))
    return common < LEAST_LEFT and max(block.size for block in blocks) < LEAST_BLOCK


def _is_cut(line: str, text: Text, setting: Setting) -> bool:
    return setting.cap is not None and line != shown(text, replace(setting, cap=None))


# The public set


# There is less text in some languages.
SHORTER = partial(prose, low=80, high=400)
CAPS = (Setting(350), Setting(300), Setting(200))
TITLED = (Setting(350), Setting(350, titled=True))
UNTITLED = (Setting(350, titled=True), Setting(350))
SPELLED = (Setting(350), Setting(350, spelling=1), Setting(300, spelling=1))
NARROW = (Setting(350), Setting(350, dress="full width"))
SPACED = (Setting(350), Setting(350, dress="spaced"))
DECOMPOSED = (Setting(350), Setting(350, dress="NFD"))
CURLY = (Setting(350), Setting(350, dress="curly"), Setting(300, dress="curly"))
WHOLE = (Setting(None),)
BLOGS = (
    Plan("manual-en", "en", prose, (*CAPS, *UNTITLED[:1])),
    Plan("docstrings-en", "en-doc", technical, SPELLED),
    Plan("blog-zh", "zh", partial(prose, high=600), SPACED),
    Plan("blog-zh-hant", "zh-hant", SHORTER, TITLED),
    Plan("blog-ja", "ja", technical, (*SPELLED, *NARROW[1:])),
    Plan("blog-ko", "ko", prose, DECOMPOSED),
    Plan("blog-ar", "ar", prose, UNTITLED),
    Plan("blog-th", "th", partial(prose, low=100, high=350), CAPS),
    Plan("blog-ru", "ru", prose, CURLY),
    Plan("blog-de", "de", prose, DECOMPOSED),
    Plan("blog-hi", "hi", prose, TITLED),
    Plan("blog-vi", "vi", prose, DECOMPOSED),
)
LOOKALIKES = (
    Plan("weekly-en", "en", partial(weekly, title="Weekly News #{}", shared=160), TITLED[1:]),
    Plan("weekly-zh", "zh", partial(weekly, title="技术周刊（第 {} 期）", shared=90), UNTITLED),
    Plan("weekly-ja", "ja", partial(weekly, title="週報 第{}号", shared=150), TITLED),
    Plan("monthly-ru", "ru", monthly),
    Plan("monthly-ko", "ko", monthly, CAPS),
    Plan("notes-en", "en-doc", notes),
    Plan("notes-zh", "zh", notes, SPACED),
    Plan("notes-de", "de", notes, CAPS),
    Plan("releases-plone", "en", partial(releases, package="plone.app.locales"), CAPS),
    Plan("releases-idle", "en-doc", partial(releases, package=""), start=6, published=0.3),
    Plan("security-en", "en", security),
    Plan("security-ja", "ja", security, NARROW),
    Plan("bills-ko", "ko", bills, start=3, published=0.3),
)
# What numbers these stands far behind their opening, as in notices that open with a set phrase.
UNTITLED_ALIKE = (
    Plan("notices-en", "en-doc", security),
    Plan("notices-hi", "hi", security),
)
# Shown anew every hour: other numbers each time.
HOT = (WHOLE, 30, 40, 30, 1.0, 0.2, SMALL)
CRAWLED = (TITLED[1:], 40, 13, PAGE, 0.6, 0.1, SMALL)
STAMPED = (TITLED[1:], 40, 13, PAGE, 0.6, 0.3, ("restamped",))
STAGES = ("alpha 1", "alpha 2", "beta 1", "beta 2", "RC 1", "RC 2", "")
SEASONS = ("Spring", "Summer", "Autumn", "Winter")
EDITIONS, HALVES = ("内测版", "公测版", "候选版", "正式版"), ("上半年", "下半年")
TURNED = (TITLED[1:], 40, 13, PAGE, 0.6, 0.2, LIKE)
SPECIAL = (
    Plan("headlines-en", "en-doc", headlines, WHOLE, 30, 40, 40, 1.0, 0.5, SMALL, stray=False),
    Plan("headlines-zh", "zh", headlines, WHOLE, 30, 40, 40, 1.0, 0.5, SMALL, stray=False),
    Plan("headlines-ja", "ja", headlines, WHOLE, 30, 40, 40, 1.0, 0.5, SMALL, stray=False),
    Plan("headlines-ko", "ko", headlines, WHOLE, 30, 40, 40, 1.0, 0.5, SMALL, stray=False),
    Plan("hot-en", "en-doc", headlines, *HOT, stray=False, hot=("{rank}. ", " ({heat} points)")),
    Plan("hot-zh", "zh", headlines, *HOT, stray=False, hot=("", " {heat}万热度")),
    Plan("hot-ja", "ja", headlines, *HOT, stray=False, hot=("{rank}位 ", "")),
    Plan("hot-ko", "ko", headlines, *HOT, stray=False, hot=("", " · {hours}시간 전")),
    Plan("short-en", "en", short, edited=0.3, edits=SMALL, stray=False),
    Plan("short-zh", "zh", partial(short, low=25, high=80), edited=0.3, edits=SMALL, stray=False),
    Plan("short-th", "th", partial(short, low=25, high=80), edited=0.3, edits=SMALL, stray=False),
    Plan("dotted-en", "en-doc", dotted, edited=0.2),
    Plan("dotted-zh", "zh", dotted, edited=0.2),
    Plan("emoji-en", "en-doc", emoji, edited=0.3, edits=SMALL, stray=False),
    Plan("emoji-zh", "zh", emoji, edited=0.3, edits=SMALL, stray=False),
    Plan("code", "code", listings, CAPS, edited=0.2),
    Plan("teasers-en", "en", prose, edited=0.3, teasers=120, stray=False),
    Plan("teasers-zh", "zh", prose, edited=0.3, teasers=60, stray=False),
    Plan("teasers-ko", "ko", prose, edited=0.5, teasers=80, stray=False),
    Plan(
        "teasers-notes",
        "en-doc",
        notes,
        TITLED[1:],
        edited=0.2,
        edits=LIKE,
        teasers=120,
        stray=False,
    ),
    # A teaser shows no more than the statement of a problem, which several notes share.
    Plan("stated-en", "en-doc", notes, edited=0.2, edits=LIKE, teasers=120, stray=False),
    Plan("stated-zh", "zh", notes, edited=0.2, edits=LIKE, teasers=60, stray=False),
    Plan("stated-de", "de", notes, edited=0.2, edits=LIKE, teasers=200, stray=False),
    Plan("stated-feed-zh", "zh", notes, edited=0.2, edits=LIKE, feed=60, stray=False),
    Plan("long-en", "en-doc", books, (Setting(200),), start=12, published=0.3, feed=5000),
    Plan("long-ja", "ja", books, (Setting(200),), start=8, published=0.1, feed=5000),
    Plan("script-zh", "zh-hant", SHORTER, (Setting(350), Setting(350, dress="simplified"))),
    Plan("hot-age-en", "en-doc", headlines, *HOT, stray=False, hot=("{hours}h · ", "")),
    Plan("hot-ago-zh", "zh", headlines, *HOT, stray=False, hot=("{hours}小时前 ", "")),
    Plan("hot-read-zh", "zh", headlines, *HOT, stray=False, hot=("", " 阅读 {heat} 评论 {rank}")),
    Plan("hot-likes-ja", "ja", headlines, *HOT, stray=False, hot=("", " 👍 {heat} 💬 {rank}")),
    Plan("hot-votes-ko", "ko", headlines, *HOT, stray=False, hot=("▲ {heat} ", "")),
    # A crawler made a line of a title, a byline and a text.
    Plan("crawled-en", "en", prose, *CRAWLED, byline="by Jo | {heat} views, {comments} comments |"),
    Plan("crawled-zh", "zh", prose, *CRAWLED, byline="阅读 {heat} 评论 {comments}"),
    Plan("crawled-de", "de", prose, *CRAWLED, byline="{hours} hours ago · 5 min read ·"),
    # A title says when the article was last changed.
    Plan("stamped-en", "en-doc", partial(stamped, stamp="(Updated {})"), *STAMPED),
    Plan("stamped-zh", "zh", partial(stamped, stamp="（更新于{}）"), *STAMPED),
    Plan(
        "stamped-notices",
        "en",
        partial(stamped, stamp="(Update {})", title="{} Security Releases"),
        *STAMPED,
    ),
    # What tells announcements apart stands beside their number.
    Plan("stages-en", "en", partial(turned, title="Version {} {} out", turns=STAGES), *TURNED),
    Plan("stages-zh", "zh", partial(turned, title="{} {}发布", turns=EDITIONS), *TURNED),
    Plan("seasons-en", "en", partial(turned, title="{1} {0} survey", turns=SEASONS), *TURNED),
    Plan("halves-zh", "zh", partial(turned, title="{}年{}态势报告", turns=HALVES), *TURNED),
)


def public() -> dict[str, tuple[Plan, ...]]:
    """Return the series of the public set, by set."""
    blogs = tuple(replace(plan, edits=(*COMMON, "respaced", "retitled")) for plan in BLOGS)
    alike = tuple(
        replace(plan, edits=LIKE) for plan in (*map(_titled, LOOKALIKES), *UNTITLED_ALIKE)
    )
    special = tuple(plan if plan.edits else replace(plan, edits=COMMON) for plan in SPECIAL)
    return {
        "blogs": blogs,
        "blogs-edits": tuple(_named(plan, "edits", around=True) for plan in blogs),
        "blogs-shuffled": tuple(
            _named(plan, "shuffled", shuffled=True, history=plan.name) for plan in blogs
        ),
        "lookalikes": alike,
        "lookalikes-edits": tuple(_named(plan, "edits", around=True) for plan in alike),
        "lookalikes-shuffled": tuple(
            _named(plan, "shuffled", shuffled=True, history=plan.name) for plan in alike
        ),
        "special": special,
    }


def _titled(plan: Plan) -> Plan:
    """Show the title of look-alikes unless that is what changes: it holds what numbers them."""
    if any(setting.titled for setting in plan.settings):
        return plan
    return replace(plan, settings=tuple(replace(s, titled=True) for s in plan.settings))


def _named(plan: Plan, suffix: str, **changes: Any) -> Plan:
    return replace(plan, name=f"{plan.name}-{suffix}", **changes)


def make(folder: Path, seed: int = SEED, sets: dict[str, tuple[Plan, ...]] | None = None) -> int:
    """Write labelled series under `folder`; return how many."""
    made = 0
    for name, plans in (sets or public()).items():
        for place, plan in enumerate(plans):
            if corpus.load(plan.language) is None:
                print(f"{plan.name}: no text in {plan.language}, left out", file=sys.stderr)
                continue
            dumps = Site(plan, seed, place / len(plans)).dumps()
            write(folder / name / plan.name, dumps)
            made += 1
    return made


def write(folder: Path, dumps: Sequence[Dump]) -> None:
    """Write the dumps of a series and their labels."""
    folder.mkdir(parents=True, exist_ok=True)
    with (folder / "truth.jsonl").open("w", encoding="utf-8") as truth:
        for number, dump in enumerate(dumps, 1):
            name = f"{number:03}_{dump.page}.txt"
            (folder / name).write_text(dump.text, "utf-8", newline="")
            for row in rows(f"{folder.name}/{name}", dump):
                print(json.dumps(row, ensure_ascii=False), file=truth)


def rows(name: str, dump: Dump) -> Iterator[dict[str, Any]]:
    """Yield the rows of `truth.jsonl` for a dump."""
    yield {"dump": name, "line_no": 1, "kind": "header"}
    yield {"dump": name, "line_no": 3, "kind": "header"}
    for line_no, label in enumerate(dump.labels, 4):
        row: dict[str, Any] = {"dump": name, "line_no": line_no, "kind": label.kind}
        if label.kind == "excerpt":
            row |= {
                "item_id": label.article,
                "seen_before": label.seen,
                "status": label.status,
                "truncated": label.truncated,
                "reason": label.reason,
            }
            row |= {"ignore": label.ignore} if label.ignore else {}
        yield row


def main() -> int:
    """Write the public set."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").split("\n")[0])
    parser.add_argument("folder", type=Path)
    parser.add_argument("--seed", type=int, default=SEED)
    asked = parser.parse_args()
    for package in corpus.missing():
        print(f"{package} is not installed: its text is left out", file=sys.stderr)
    print(f"{make(asked.folder, asked.seed)} series")
    return 0


if __name__ == "__main__":
    sys.exit(main())
