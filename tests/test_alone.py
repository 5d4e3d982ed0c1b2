"""What two texts tell, in columns, and the verdicts that need no more than that."""

from collections.abc import Iterator, Sequence
from contextlib import closing, contextmanager
from itertools import combinations
from random import Random

import numpy as np
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from feedtool.corpus import relations
from feedtool.corpus.columns import Corpus
from feedtool.corpus.notes import KINDS, Verdicts
from feedtool.corpus.pages import Pages
from feedtool.corpus.relations import PAIR, Pairs, relate, related
from feedtool.corpus.verdicts import judge
from feedtool.judging import alone
from feedtool.judging.alone import NOTHING, UNCLEAR, Suit, Told
from feedtool.judging.relations import (
    BEGINNING,
    BELOW,
    DIGITS,
    EDIT,
    NUMBERED,
    SAME,
    UNCHANGED,
    UNCOMPARED,
    relate_plainly,
)
from feedtool.model import Excerpt, MatchKind, Truncation
from tests.factories import excerpt
from tests.pages import articles

LETTERS = st.text(st.sampled_from("aab 一1.１é"), max_size=120)
TITLE = "Wholly new: what everybody has wished for "
TEXTS = st.one_of(
    LETTERS,
    st.builds(TITLE.__add__, st.text(st.sampled_from("a1 .二１"), max_size=9)),
    st.text(max_size=40),
    st.sampled_from(articles()),
    st.builds(lambda text, end: text[:end], st.sampled_from(articles()), st.integers(0, 300)),
    st.builds(
        lambda text, at, put: text[:at] + put + text[at:],
        st.sampled_from(articles()),
        st.integers(0, 300),
        LETTERS,
    ),
)


@st.composite
def excerpts(draw: st.DrawFn) -> Excerpt:
    """Draw a text of which a sender may have cut the end, and put something before it."""
    text = draw(TEXTS)
    start = draw(st.integers(0, min(2, len(text))))
    length = draw(st.integers(start, len(text)))
    cut = draw(st.booleans())
    return Excerpt(1, 1, text, Truncation(cut, None, length, None, "drawn", start))


@contextmanager
def corpus_of(
    excerpts: Sequence[Excerpt], pages: Sequence[int] | None = None, *, on_disk: bool = False
) -> Iterator[Corpus]:
    with closing(Corpus(on_disk=on_disk)) as corpus:
        corpus.add(excerpts, range(len(excerpts)) if pages is None else pages)
        yield corpus


def all_pairs(corpus: Corpus) -> Pairs:
    pairs = np.array(list(combinations(range(len(corpus)), 2)), np.int64).reshape(-1, 2)
    return relate(corpus, pairs[:, 0].copy(), pairs[:, 1].copy())


@given(st.lists(excerpts(), max_size=6), st.booleans())
@settings(max_examples=300, deadline=None)
@example(
    [
        excerpt("v1.10 is out, and has all that anybody ever wished for"),
        excerpt("v11.0 is out, and has all that anybody ever wished for"),
    ],
    False,
)
@example([excerpt("On 2026-11-2..."), excerpt("On 2026-11-23 all of them came")], True)
def test_what_is_told_of_pairs_is_what_the_reference_tells(
    excerpts: list[Excerpt], on_disk: bool
) -> None:
    with corpus_of(excerpts, on_disk=on_disk) as corpus:
        found = all_pairs(corpus)
        with pytest.MonkeyPatch.context() as changed:
            changed.setattr(relations, "compiled", None)
            plain = all_pairs(corpus)
        assert found.tobytes() == plain.tobytes()
        versions = [corpus.version(number, 0) for number in range(len(corpus))]
    expected = [
        one
        for place, text in enumerate(versions)
        for one in relate_plainly(text, versions[place + 1 :])
    ]
    assert related(found) == expected


def test_a_number_at_the_end_of_what_goes_on_counts() -> None:
    title = "The whole of what anybody has ever wished for is in v"
    cut = Truncation(True, None, len(title) + 2, None, "drawn")
    excerpts = [Excerpt(1, 1, f"{title}1.", cut), excerpt(f"{title}12")]
    with corpus_of(excerpts) as corpus:
        versions = [corpus.version(number, 0) for number in range(2)]
        assert related(all_pairs(corpus)) == relate_plainly(versions[0], versions[1:])
        assert all_pairs(corpus)["relation"].tolist() == [UNCHANGED]


def test_long_texts_are_read_in_pieces(monkeypatch: pytest.MonkeyPatch) -> None:
    with corpus_of([excerpt(text) for text in articles()], on_disk=True) as corpus:
        whole = all_pairs(corpus)
        for most in (1, 3000):
            monkeypatch.setattr(relations, "MOST_CHARACTERS", most)
            assert all_pairs(corpus).tobytes() == whole.tobytes()


def test_nothing_is_told_of_no_pairs() -> None:
    with corpus_of([]) as corpus:
        assert all_pairs(corpus).dtype == PAIR
        assert len(all_pairs(corpus)) == 0


WHEN = ("2 days ago", "1 May 2026", "2026年5月2日")


def variant(random: Random, text: str) -> str:
    """Return a text as another day, another feed or another member of its series may show it."""
    place = random.randrange(1, len(text))
    title = text[:40]
    return random.choice(
        [
            text[:place] + "...",
            text[:place] + "改" + text[place:],
            text[:place] + random.choice(articles())[:200] + text[place:],
            f"Weekly {random.randrange(4)} " + text[:60],
            f"{title} (Updated {random.randrange(1, 4)} May 2026) {text[40:place]}",
            f"No. {random.randrange(1, 3)} (Update {random.randrange(1, 4)} May) {text[:place]}",
            f"{title} {random.choice(WHEN)} {text[40:place]}",
            f"{title} | {random.randrange(3)} comments | {text[40:place]}",
            f"Notice CVE-2026-{random.randrange(1000, 1004)}: " + text[:place],
            f"{title}\n{random.choice(articles())}",
            f"Flood warning for parts of {random.choice(['Kent', 'Essex', 'Devon', 'Dorset'])}",
            f"The {random.choice(['Monday', 'Friday', 'June'])} report: {text[:place]}",
            text.replace("1", "2"),
            text.upper(),
            text[: place // 2] + text[place:],
            text,
        ]
    )


def judged(pages: Sequence[Sequence[str]]) -> Verdicts:
    excerpts = [excerpt(text) for texts in pages for text in texts]
    numbers = [number for number, texts in enumerate(pages) for _ in texts]
    with corpus_of(excerpts, numbers) as corpus:
        return judge(corpus)


def judged_with_their_pages(pages: Sequence[Sequence[str]]) -> Verdicts:
    with pytest.MonkeyPatch.context() as changed:
        changed.setattr(Pages, "_judge_alone", lambda _self, _page, texts, _shelf: (texts, False))
        return judged(pages)


@pytest.mark.parametrize("seed", range(20))
def test_texts_are_judged_alone_as_they_are_with_all_of_their_page(seed: int) -> None:
    random = Random(seed)
    texts = articles()[: 3 + seed]
    pages = [
        [variant(random, random.choice(texts)) for _ in range(random.randrange(1, 7))]
        for _ in range(40)
    ]
    found, expected = judged(pages), judged_with_their_pages(pages)
    for name in Verdicts.__slots__:
        assert getattr(found, name).tolist() == getattr(expected, name).tolist()
    assert len(set(found.kinds.tolist())) == len(KINDS) - 1


@pytest.mark.parametrize("seed", range(8))
def test_so_they_are_where_everything_shares_its_keys(seed: int) -> None:
    random = Random(seed)
    greeting = articles()[0][:200]
    texts = [greeting + text[: 20 + 10 * seed] for text in articles()[1 : 4 + seed]]
    pages = [
        [
            variant(random, random.choice(texts)) if random.random() < 0.8 else greeting
            for _ in range(random.randrange(2, 9))
        ]
        for _ in range(40)
    ]
    found, expected = judged(pages), judged_with_their_pages(pages)
    for name in Verdicts.__slots__:
        assert getattr(found, name).tolist() == getattr(expected, name).tolist()


def kinds(pages: Sequence[Sequence[str]]) -> list[MatchKind | None]:
    found, expected = judged(pages), judged_with_their_pages(pages)
    assert found.items.tolist() == expected.items.tolist()
    return [KINDS[kind] for kind in found.kinds.tolist()]


def test_a_known_teaser_takes_its_item_from_what_is_judged_by_the_page() -> None:
    article = next(text for text in articles() if text.startswith("CVPR2017"))
    teaser, edited = article[: article.index("江湖")] + "...", article.replace("vation", "改vation")
    notice = "Notice CVE-2026-1003: " + article[:200]
    pages = [[edited], [notice], [teaser, "Notice CVE-2026-1002: " + article]]
    assert kinds(pages) == [None, MatchKind.NEAR, MatchKind.PREFIX, None]
    assert kinds([*pages[:2], pages[2][1:]]) == [None, MatchKind.NEAR, MatchKind.NEAR]


def test_a_title_is_kept_where_another_text_stands_still() -> None:
    first, before, after = (text[:90] for text in articles()[:3])
    title = "Wholly new: all that everybody ever wished to have\n"
    pages = [[first, title + before], [first, title + after]]
    assert kinds(pages) == [None, None, MatchKind.EXACT, MatchKind.NEAR]
    assert kinds([pages[0], pages[1][1:]]) == [None, None, None]


@given(st.lists(st.lists(TEXTS.filter(bool), max_size=4), max_size=8))
@settings(max_examples=150, deadline=None)
def test_so_they_are_whatever_they_are(pages: list[list[str]]) -> None:
    found, expected = judged(pages), judged_with_their_pages(pages)
    for name in Verdicts.__slots__:
        assert getattr(found, name).tolist() == getattr(expected, name).tolist()


def told(*rows: tuple[int, int, int, int, float]) -> Told:
    """Return candidates as (relation, item, begun, gap, score), numbered from 0."""
    columns = zip(*rows, strict=True)
    kinds, items, begun, gaps, scores = (list(column) for column in columns)
    return Told(range(len(rows)), bytes(kinds), begun, gaps, scores, items)


def recognised(*rows: tuple[int, int, int, int, float]) -> int:
    return alone.recognised(told(*rows), range(len(rows)))


def suit(
    *rows: tuple[int, int, int, int, float],
    familiar: bool = False,
    passing: bool = False,
    headline: bool = True,
    kept: Sequence[int] = (),
) -> Suit:
    """Return the claim of a text, of which `kept` are the only rows of its number."""
    return alone.suit(
        told(*rows),
        9,
        range(len(rows)),
        familiar=familiar,
        passing=lambda number, _: passing and number == 9,
        headline=lambda number: headline and number == 9,
        of_its_number=lambda _, ranked: [row for row in ranked if row in (kept or ranked)],
    )


def test_the_same_text_comes_before_its_beginnings() -> None:
    assert recognised((BEGINNING, 4, 60, 9, 0), (SAME, 5, 99, 0, 0), (SAME, 2, 99, 0, 0)) == 2
    assert recognised((EDIT, 4, 60, 9, 0.9)) == NOTHING


def test_of_beginnings_of_one_item_the_nearest_in_length_counts() -> None:
    assert recognised((BEGINNING, 4, 60, -40, 0), (BEGINNING, 4, 80, 20, 0)) == 1
    assert recognised((BEGINNING, 4, 60, -40, 0), (BEGINNING, 5, 80, 20, 0)) == UNCLEAR


def test_a_teaser_says_nothing_where_another_text_of_its_item_goes_on_differently() -> None:
    teaser = (BEGINNING, 4, 60, -40, 0.0)
    assert recognised(teaser, (UNCOMPARED, 4, 60, 0, 0)) == UNCLEAR
    assert recognised(teaser, (UNCOMPARED, 4, 59, 0, 0)) == 0
    assert recognised(teaser, (UNCOMPARED, 5, 60, 0, 0)) == 0
    # What goes on beyond the text is not contradicted by it.
    assert recognised((BEGINNING, 4, 60, 40, 0), (UNCOMPARED, 4, 60, 0, 0)) == 0


def test_a_text_claims_the_item_that_it_is_most_like() -> None:
    assert suit((EDIT, 4, 9, 0, 0.9)) == (0, None)
    assert suit((EDIT, 4, 9, 0, 0.9), (EDIT, 4, 9, 0, 0.8)) == (0, None)
    # Two texts of one item that are as near may be two members of a series.
    near = (EDIT, 4, 9, 0, 0.9), (EDIT, 4, 9, 0, 0.88)
    assert suit(*near) == (UNCLEAR, None)
    assert suit(*near, headline=False) == (0, None)
    assert suit((EDIT, 4, 9, 0, 0.9), (EDIT, 5, 9, 0, 0.92)) == (1, 0.9)
    assert suit((EDIT, 4, 9, 0, 0.9), (BELOW, 5, 9, 0, 0.3)) == (0, 0.3)
    assert suit((BELOW, 4, 9, 0, 0.4), (EDIT, 5, 9, 0, 0.3)) == (NOTHING, None)


def test_what_is_of_another_number_stands_in_nobodys_way() -> None:
    assert suit((EDIT, 4, 9, 0, 0.9), (NUMBERED, 5, 9, 0, 0.99)) == (0, None)
    assert suit((EDIT, 4, 9, 0, 0.9), (NUMBERED, 4, 9, 0, 0.99)) == (UNCLEAR, None)
    assert suit((UNCHANGED, 4, 9, 0, 1), (NUMBERED, 4, 9, 0, 0.99)) == (NOTHING, None)
    close = (EDIT, 4, 9, 0, 0.9), (EDIT, 5, 9, 0, 0.88)
    assert suit(*close, kept=[1]) == (1, None)
    # Which number it is matters only where it is not clear without.
    assert suit((EDIT, 4, 9, 0, 0.9), (EDIT, 5, 9, 0, 0.5), kept=[1]) == (0, 0.5)


def test_where_numbers_may_change_while_a_text_stays_they_say_nothing() -> None:
    assert suit((NUMBERED, 4, 9, 0, 0.9), passing=True) == (UNCLEAR, None)
    assert suit((EDIT, 4, 9, 0, 0.9), (DIGITS, 5, 9, 0, 0.9), passing=True) == (UNCLEAR, None)
    assert suit((EDIT, 4, 9, 0, 0.9), passing=True) == (0, None)


def test_a_title_may_be_kept_only_on_a_familiar_page() -> None:
    below = (BELOW, 4, 24, 0, 0.3)
    assert suit(below) == (NOTHING, None)
    assert suit(below, familiar=True) == (UNCLEAR, None)
    assert suit((BELOW, 4, 23, 0, 0.3), familiar=True) == (NOTHING, None)


def test_what_several_articles_begin_with_is_no_title() -> None:
    below = (BELOW, 4, 40, 0, 0.3)
    assert suit(below, (BELOW, 5, 20, 0, 0.2), familiar=True) == (NOTHING, None)
    assert suit(below, (BELOW, 5, 19, 0, 0.2), familiar=True) == (UNCLEAR, None)
    assert suit(below, (BELOW, 4, 39, 0, 0.2), familiar=True) == (UNCLEAR, None)


def granted(*claims: tuple[int, float, float | None]) -> list[int]:
    """Return the places of those of some claims, (item, score, second), that are granted."""
    rows = told(*[(EDIT, item, 9, 0, score) for item, score, _ in claims])
    return alone.granted(rows, {i: (i, second) for i, (*_, second) in enumerate(claims)})


def test_of_several_suitors_one_has_to_stand_out() -> None:
    assert granted((4, 0.5, None)) == [0]
    assert granted((4, 0.9, 0.88)) == []
    assert granted((4, 0.9, 0.88), (5, 0.9, 0.5)) == [1]
    assert granted((4, 0.6, None), (4, 0.95, None), (5, 0.7, None)) == [1, 2]
    assert granted((4, 0.94, None), (4, 0.95, None)) == []
    assert granted((4, 0.95, None), (4, 0.95, None)) == []
    assert granted((4, 0.95, 0.93), (4, 0.6, None)) == []
