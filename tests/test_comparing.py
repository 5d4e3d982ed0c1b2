from random import Random
from string import ascii_lowercase
from time import perf_counter, process_time

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from feedtool.aligning import WINDOW, is_astray
from feedtool.comparing import Likeness, compare, only_numbers
from feedtool.text import normal_form
from tests.pages import articles

# Few letters, so that texts have much in common; and what breaks careless code.
LETTERS = st.text(st.sampled_from("abc12一\ud800\U0001f600\u0301"), max_size=40)
TEXTS = st.one_of(LETTERS, st.text(max_size=40))
TEMPLATE = (
    "this release brings fixes and thanks everybody who reported a bug or sent a patch to us "
)


def likeness(a: str, b: str, *, a_cut: bool = False, b_cut: bool = False) -> Likeness:
    return compare(normal_form(a), normal_form(b), a_cut=a_cut, b_cut=b_cut)


def digits_only(a: str, b: str) -> bool:
    found = only_numbers(normal_form(a), normal_form(b), likeness(a, b))
    assert found == only_numbers(normal_form(b), normal_form(a), likeness(b, a))
    return found


@given(TEXTS, TEXTS, st.booleans(), st.booleans())
@settings(max_examples=400)
def test_comparison_is_symmetric(a: str, b: str, a_cut: bool, b_cut: bool) -> None:
    assert compare(a, b, a_cut=a_cut, b_cut=b_cut) == compare(b, a, a_cut=b_cut, b_cut=a_cut)


@given(st.integers(0, 26), st.integers(0, 26), st.integers(0, 300), st.integers(0, 300))
def test_comparison_of_real_texts_is_symmetric(i: int, j: int, a_from: int, b_from: int) -> None:
    a, b = normal_form(articles()[i])[a_from:], normal_form(articles()[j])[b_from:]
    for a_cut, b_cut in [(False, False), (True, False), (False, True), (True, True)]:
        there = compare(a, b, a_cut=a_cut, b_cut=b_cut)
        assert there == compare(b, a, a_cut=b_cut, b_cut=a_cut)
        assert 0 <= there.score <= 1


@given(TEXTS, TEXTS, st.booleans(), st.booleans())
def test_scores_lie_between_0_and_1(a: str, b: str, a_cut: bool, b_cut: bool) -> None:
    assert 0 <= compare(a, b, a_cut=a_cut, b_cut=b_cut).score <= 1


@given(TEXTS, st.booleans(), st.booleans())
def test_a_text_is_wholly_like_itself(a: str, a_cut: bool, b_cut: bool) -> None:
    assert compare(a, a, a_cut=a_cut, b_cut=b_cut) == Likeness(1.0, beginning=True)


PROSE = (
    "Called when an instance is asked for an attribute that it has not. The method gets the name "
    "and returns a value, or raises an error that names the object, so that whoever asked can go "
    "on. Note that slots change this: what is declared there is found before anything else, and "
    "a second class that inherits from both will not be made."
)
OTHER_PROSE = (
    "With a yield among its statements a definition makes no ordinary function but one whose call "
    "gives back an iterator at once; nothing in it runs before the first value is wanted, and "
    "between two values all of its names keep what they were bound to."
)


def test_what_stands_beyond_a_cut_is_no_difference() -> None:
    text = articles()[3]
    assert likeness(text[:100], text, a_cut=True).score == 1
    assert likeness(text[:100], text).score < 0.5


def test_a_changed_word_before_the_cut_is_one_difference() -> None:
    text = normal_form(articles()[3])
    edited = text[:50] + "某某" + text[52:120]
    assert 0.95 < compare(edited, text, a_cut=True, b_cut=True).score < 1
    assert compare(edited, text, a_cut=False, b_cut=False).score < 0.7


def test_what_an_insertion_pushes_beyond_the_cut_is_no_difference() -> None:
    text = normal_form(articles()[3])
    pushed = "某" * 30 + text[:170]
    for a, b in ((pushed, text[:200]), (text[:200], pushed)):
        assert compare(a, b, a_cut=True, b_cut=True).score == 2 * 170 / (200 + 170)
        assert compare(a, b, a_cut=False, b_cut=False).score == 2 * 170 / (200 + 200)


@pytest.mark.parametrize("place", [30, 45, 60])
def test_half_a_page_that_is_put_in_does_not_hide_what_it_pushes_away(place: int) -> None:
    """Letter by letter, what was put in agrees with a good part of what stood there."""
    text = normal_form(PROSE)
    new = normal_form(OTHER_PROSE)[:150]
    edited = (text[:place] + new + text[place:])[:250]
    for a, b in ((edited, text[:250]), (text[:250], edited)):
        assert compare(a, b, a_cut=True, b_cut=True).score > 2 * 95 / 350


@pytest.mark.parametrize("place", [30, 200, 400])
def test_what_has_moved_is_found_alike_in_texts_of_every_length(
    place: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    text = normal_form(PROSE * 2)
    edited = text[:place] + normal_form(OTHER_PROSE) + text[place:]
    expected = compare(edited, text, a_cut=False, b_cut=False)
    monkeypatch.setattr("feedtool.aligning.LONG", 0)
    assert compare(edited, text, a_cut=False, b_cut=False) == expected


def test_few_letters_lead_no_search_astray() -> None:
    """To look for one piece after the other took thirty times as long as in other letters."""

    def took(letters: str) -> float:
        random, times = Random(1), []
        for _ in range(5):
            a, b = ("".join(random.choices(letters, k=4000)) for _ in range(2))
            began = process_time()
            assert not is_astray(a, b, [], 0)
            times.append(process_time() - began)
        return min(times)

    assert took("ab") < 5 * took(ascii_lowercase)


@pytest.mark.parametrize("sign", ["\ud800", "\U0001f600", "\U00020000"])
@pytest.mark.parametrize("where", [(0,), (1,), (0, 1)])
def test_signs_of_any_width_do_not_hide_what_is_pushed_away(
    sign: str, where: tuple[int, ...]
) -> None:
    text = normal_form(PROSE)
    edited = text[:45] + normal_form(OTHER_PROSE)[:150] + text[45:]
    plain = [edited[:250], text[:250]]
    signed = [x + "é" if place in where else x for place, x in enumerate(plain)]
    wide = [x.replace("é", sign) for x in signed]
    expected = compare(*signed, a_cut=True, b_cut=True)
    assert compare(*wide, a_cut=True, b_cut=True) == expected
    assert expected.score > 2 * 95 / 350


def test_a_text_with_something_put_in_front_has_moved() -> None:
    text = normal_form(PROSE)
    assert likeness("In front stands this: " + text, text).moved
    assert likeness(text, text[40:]).moved
    assert not likeness("Another way to begin", text).moved
    assert not likeness("Another way to begin, " + text[60:], text).moved


@pytest.mark.parametrize("head", ["Class value, instance, its the: ", "Back value, note gets: "])
def test_letters_of_what_is_put_in_front_do_not_hide_that_it_has_moved(head: str) -> None:
    """The first letters of the text are aligned with some of the head."""
    text = normal_form(PROSE)
    pushed = normal_form(head + PROSE)[: len(text)]
    assert compare(text, pushed, a_cut=True, b_cut=True).moved


def test_unrelated_texts_have_little_in_common() -> None:
    texts = [normal_form(text) for text in articles()]
    scores = [
        compare(a, b, a_cut=True, b_cut=True).score for a in texts for b in texts if a is not b
    ]
    assert max(scores) < 0.3
    english = (
        "a storm took the roof of our library, and what was in it is wet or gone with the wind"
    )
    assert likeness(TEMPLATE, english).score < 0.3


@pytest.mark.parametrize(
    ("a", "b"),
    [
        ("Release v1.2.3 {}", "Release v1.2.4 {}"),
        ("Release v1.2 {}", "Release v1.2.1 {}"),
        ("Weekly 41", "Weekly 42"),
        ("Weekly 4", "Weekly 41"),
        ("Year in review 2025", "Year in review 2026"),
        ("Weekly links", "Weekly 41 links"),
        ("{} seen on 1月5日 in the archive", "{} seen on 2月6日 in the archive"),
        ("{} seen on 9 May", "{} seen on 10 May"),
        ("{} and build 4", "{} and build 41"),
        ("{} of 1月5日 and 12月31日 {}", "{} of 2月6日 and 1月30日 {}"),
        ("{} {} Get 2.8.1 now.", "{} {} Get 2.8.5 now."),
        ("{} {} It is known as CVE-2021-8917.", "{} {} It is known as CVE-2021-8919."),
    ],
)
def test_only_numbers_differ(a: str, b: str) -> None:
    assert digits_only(a.format(TEMPLATE, TEMPLATE), b.format(TEMPLATE, TEMPLATE))


@pytest.mark.parametrize(
    ("a", "b"),
    [
        ("Weekly {}", "Weekly news {}"),
        ("{} in 2025", "{} in May 2026"),
        # Behind the title, a small number counts something.
        ("{} {} It has 29 collaborators.", "{} {} It has 44 collaborators."),
        ("{}", "{} 2026-01-11"),
    ],
)
def test_more_than_numbers_differs(a: str, b: str) -> None:
    assert not digits_only(a.format(TEMPLATE, TEMPLATE), b.format(TEMPLATE, TEMPLATE))


@pytest.mark.parametrize(
    ("a", "b"),
    [
        ("LeetCode 15: three numbers. {}", "LeetCode 16: the closest. {}"),
        ("LeetCode 1: two numbers. {}", "LeetCode 15: three numbers. {}"),
        ("LeetCode 5: two numbers. {}", "LeetCode 15: three numbers. {}"),
        ("Monthly report of January. {}", "Monthly report of February. {}"),
        ("Links of Monday. {}", "Links of Tuesday. {}"),
        ("一月月报:{}", "二月月报:{}"),
        ("一月月报", "十一月月报"),
        ("周刊第九期:{}", "周刊第十期:{}"),
        ("深入理解操作系统的内存管理机制（上）", "深入理解操作系统的内存管理机制（下）"),
        ("深入理解操作系统的内存管理机制（二）", "深入理解操作系统的内存管理机制（三）"),
        ("Understanding compilers, part one", "Understanding compilers, part two"),
        ("Understanding compilers, part II", "Understanding compilers, part III"),
        ("2026-01-11 diary. {}", "2026-02-12 diary. {}"),
    ],
)
def test_another_number_in_the_title(a: str, b: str) -> None:
    a, b = a.format(TEMPLATE), b.format(TEMPLATE)
    assert likeness(a, b).other_number or digits_only(a, b)


@pytest.mark.parametrize(
    ("a", "b"),
    [
        ("1. What is a gram? {}", "Update 2026/01/11: mended. 1. What is a gram? {}"),
        ("What is a gram? {}", "In 2026: what is a gram? {}"),
        ("Chapter 1 {}", "Chapter 1, mended {}"),
        ("第1章 序 {}", "第1节 序 {}"),
        ("We may win. {}", "We will win. {}"),
        ("一样的结果。{}", "两样的结果。{}"),
        (TEMPLATE + "version 3", TEMPLATE + "version four"),
        (TEMPLATE + "and here step 3 is hard {}", TEMPLATE + "and here step 4 is harder {}"),
    ],
)
def test_an_edit_is_not_another_number(a: str, b: str) -> None:
    a, b = a.format(TEMPLATE), b.format(TEMPLATE)
    assert not likeness(a, b).other_number
    assert not digits_only(a, b)


def test_a_number_that_was_cut_is_no_other_one() -> None:
    cut_text = "hereisthereportonallthenumbersofthefirmsin20"
    whole_text = "hereisareportonallthenumbersofthefirmsin2007andofwhatcamethen"
    assert not compare(cut_text, whole_text, a_cut=True, b_cut=False).other_number
    assert compare(cut_text, whole_text, a_cut=False, b_cut=False).other_number


def test_very_long_texts_are_compared_in_a_window() -> None:
    text = "".join(chr(0x4E00 + i * 7919 % 20000) for i in range(200_000))
    began = perf_counter()
    same_beyond = compare(text, "x" + text, a_cut=False, b_cut=False)
    other_tail = compare(text, text[: WINDOW * 2] + text[::-1], a_cut=False, b_cut=False)
    assert perf_counter() - began < 2
    assert same_beyond.score > 0.99
    assert other_tail.score > 0.5


# The spans of a comparison.
