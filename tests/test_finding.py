from random import Random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from feedtool import finding, fingerprint
from feedtool.fingerprint import recipe
from feedtool.model import Fingerprint
from feedtool.stores import Index
from feedtool.stores.memory import MemoryArchive
from tests.pages import articles, cut, excerpt, seen, whole

TEMPLATE = "Every one of these letters opens in the same way, whatever it goes on to say. "


def of(*texts: str) -> list[Fingerprint]:
    return fingerprint.of([excerpt(text) for text in texts])


def found(index: Index, *texts: str, origin: str = "default") -> list[list[str]]:
    """Return what stands near each text, and that judging is given nothing else."""
    near = finding.neighbours(index, origin, of(*texts))
    chosen = finding.candidates(index, origin, of(*texts))
    for text, all_near, some in zip(texts, near, chosen, strict=True):
        assert some == ([v for v in all_near if v.text == text] or all_near)
    return [[version.text for version in known] for known in near]


@pytest.mark.parametrize("length", [34, 40, 60, 80, 100, 150, 200, 300])
def test_the_article_of_a_beginning_is_found(length: int) -> None:
    archive = MemoryArchive()
    seen(archive, *articles())
    for text, known in zip(
        articles(), found(archive, *[cut(whole(t), length) for t in articles()]), strict=True
    ):
        assert text in known


@pytest.mark.parametrize("length", [34, 60, 100, 200])
def test_the_beginning_of_an_article_is_found(length: int) -> None:
    archive = MemoryArchive()
    seen(archive, *[cut(whole(text), length) for text in articles()])
    for text, known in zip(articles(), found(archive, *articles()), strict=True):
        assert cut(whole(text), length) in known


@given(st.integers(0, 26), st.integers(0, 340), st.integers(0, 12), st.text(max_size=12))
@settings(max_examples=200)
def test_an_edited_article_is_found(i: int, place: int, dropped: int, put: str) -> None:
    archive = MemoryArchive()
    seen(archive, *articles())
    text = articles()[i]
    (known,) = found(archive, text[:place] + put + text[place + dropped :])
    assert text in known


def test_strangers_are_not_compared() -> None:
    archive = MemoryArchive()
    seen(archive, *articles()[:13])
    assert found(archive, *articles()[14:]) == [[]] * 13
    assert found(MemoryArchive(), *articles()) == [[]] * 27


def test_an_entry_and_its_teaser_are_found_under_another_title() -> None:
    entries = [" ".join(articles()[i : i + 9]) for i in range(0, 18, 9)]
    teasers = [entry[:300] + "..." for entry in entries]
    for shown, kept in ((entries, teasers), (teasers, entries)):
        archive = MemoryArchive()
        seen(archive, *kept)
        (first, second) = found(archive, *["A title of its own: " + text for text in shown])
        assert (kept[0] in first, kept[1] in second) == (True, True)


def test_of_a_text_three_grams_are_enough_and_of_a_headline_a_fifth() -> None:
    long, headline = of(
        "A long text tells its story in many words, and none is like another. " * 3, "x y"
    )
    of_long, of_headline = (
        finding.enough_shared(Fingerprint(1, b"", normal, tuple(range(23)), 3))
        for normal in (long.normal, headline.normal)
    )
    assert (of_long, of_headline) == (finding.ENOUGH_SHARED, 4)


def test_few_are_compared_and_the_best_come_first() -> None:
    archive = MemoryArchive()
    random = Random(1)
    crowd = [TEMPLATE * 3 + "".join(random.choices("abcdefgh", k=30)) for _ in range(30)]
    seen(archive, *crowd)
    for text, known in zip(crowd, found(archive, *crowd), strict=True):
        assert known[0] == text
        assert len(known) == finding.SHORTLIST


def test_a_known_text_is_found_in_any_crowd() -> None:
    archive = MemoryArchive()
    crowd = [f"{TEMPLATE * 3} {number}" for number in range(4 * recipe.CAP)]
    seen(archive, *crowd)
    for text, known in zip(crowd, found(archive, *crowd), strict=True):
        assert known[0] == text
    for text, known in zip(crowd, found(archive, *[text.upper() for text in crowd]), strict=True):
        assert known[0] == text


def test_in_a_crowd_that_begins_alike_the_rarest_keys_lead_to_the_article() -> None:
    """Shown without its title, a member of a series begins as all the others without theirs do."""
    archive = MemoryArchive()
    bodies = [
        f"{TEMPLATE}{'，'.join(text[:80] for text in articles()[i : i + 3])}" for i in range(24)
    ]
    seen(archive, "The weekly of the harbour master, number twelve. " + bodies[12])
    seen(archive, *(body for body in bodies if body != bodies[12]))
    ((known, *others),) = found(archive, bodies[12])
    assert known.endswith(bodies[12])
    assert len(others) > 2


def test_candidates_are_those_of_the_origin_and_elsewhere_those_of_the_others() -> None:
    archive = MemoryArchive()
    text = articles()[3]
    edited = text[:90] + "某" + text[91:]
    seen(archive, text, origin="a")
    seen(archive, edited, origin="a")
    assert found(archive, text, origin="a") == [[text, edited]]
    assert found(archive, text, origin="b") == [[]]
    (elsewhere,) = finding.candidates_elsewhere(archive, "b", of(text))
    assert [version.text for version in elsewhere] == [text]
    assert finding.candidates_elsewhere(archive, "a", of(text)) == [[]]


@given(st.lists(st.tuples(st.integers(0, 5), st.integers(0, 3)), max_size=10))
@settings(max_examples=60)
def test_mates_are_mates_of_one_another(page: list[tuple[int, int]]) -> None:
    texts = [articles()[i][: 350 - 90 * shorter] for i, shorter in page]
    mates = finding.mates(of(*texts))
    for position, others in enumerate(mates):
        assert others == sorted(set(others) - {position})
        for other in others:
            assert position in mates[other]
            assert page[position][0] == page[other][0]


def test_a_page_of_one_template_has_few_mates() -> None:
    page = of(*[f"{TEMPLATE * 3} {number}" for number in range(500)])
    mates = finding.mates(page)
    assert sum(map(len, mates)) < 2.5 * recipe.CAP * len(page)
    assert all(len(others) >= recipe.CAP - 1 for others in mates)


def test_an_edit_finds_its_own_member_of_a_long_series() -> None:
    """Though forty others share as much with it."""
    front = "These equivalences are to be kept in mind by all who read on. "
    series = [f"Weekly news #{number} {front}{TEMPLATE * 3}" for number in range(1, 41)]
    archive = MemoryArchive()
    seen(archive, *series)
    for number in (0, 7, 20, 39):
        edited = series[number].replace(front, "")
        (known,) = finding.candidates(archive, "default", of(edited))
        assert series[number] in {version.text for version in known}
