from itertools import combinations, pairwise
from time import perf_counter

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from feedtool.comparing import (
    LONGEST_SHOWN,
    WINDOW,
    Likeness,
    change_between,
    changes,
    compare,
    first_difference,
    only_numbers,
    part_at_a_number,
)
from feedtool.model import Change, Version
from feedtool.report import ChangeSpan
from feedtool.text import normal_form
from tests.pages import DOTS, articles

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


def version(text: str) -> Version:
    cut = text.endswith(DOTS)
    body = text.removesuffix(DOTS)
    return Version(1, 1, text, cut, len(body), normal_form(body, cut=cut), b"")


def applied(before: str, after: str, spans: tuple[ChangeSpan, ...]) -> str:
    """Return `before` with the spans put in from `after`."""
    parts, at = [], 0
    for span in spans:
        parts += [before[at : span.before[0]], after[slice(*span.after)]]
        at = span.before[1]
    return "".join([*parts, before[at:]])


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


def test_very_long_texts_are_compared_in_a_window() -> None:
    text = "".join(chr(0x4E00 + i * 7919 % 20000) for i in range(200_000))
    began = perf_counter()
    same_beyond = compare(text, "x" + text, a_cut=False, b_cut=False)
    other_tail = compare(text, text[: WINDOW * 2] + text[::-1], a_cut=False, b_cut=False)
    assert perf_counter() - began < 2
    assert same_beyond.score > 0.99
    assert other_tail.score > 0.5


# The spans of a comparison.


@given(TEXTS, TEXTS)
@settings(max_examples=300)
def test_changes_lead_from_before_to_after(before: str, after: str) -> None:
    assert applied(before, after, changes(before, after)) == after


@given(st.integers(0, 26), st.integers(0, 26), st.integers(0, 350))
def test_changes_lead_from_one_real_text_to_another(i: int, j: int, place: int) -> None:
    before = articles()[i]
    after = before[:place] + articles()[j][place : place + 9] + before[place:]
    assert applied(before, after, changes(before, after)) == after


@given(LETTERS, LETTERS)
def test_changes_are_in_order_apart_and_named(before: str, after: str) -> None:
    spans = changes(before, after)
    for span in spans:
        took, gave = span.before[1] - span.before[0], span.after[1] - span.after[0]
        assert span.op == ("replace" if took and gave else "insert" if gave else "delete")
        assert took + gave > 0
    for first, second in pairwise(spans):
        assert first.before[1] < second.before[0]
        assert first.after[1] < second.after[0]


def test_changes_count_code_points() -> None:
    assert changes("a😀b", "a😀c") == (ChangeSpan("replace", (2, 3), (2, 3)),)
    assert changes("ab", "axb") == (ChangeSpan("insert", (1, 1), (1, 2)),)
    assert changes("same", "same") == ()


def test_very_long_texts_are_shown_as_one_change() -> None:
    before = "a" * LONGEST_SHOWN + "b" + "c" * 9
    after = "a" * LONGEST_SHOWN + "d" + "c" * 9
    place = (LONGEST_SHOWN, LONGEST_SHOWN + 1)
    assert changes(before, after) == (ChangeSpan("replace", place, place),)
    (repeated,) = changes("ab" * LONGEST_SHOWN, "ab" * (LONGEST_SHOWN + 1))
    assert repeated.op == "insert"
    assert repeated.after[1] - repeated.after[0] == 2


@given(LETTERS, LETTERS)
def test_the_first_difference_is_where_texts_part(before: str, after: str) -> None:
    found = first_difference(before, after)
    if found is None:
        assert before == after
    else:
        place, same_place = found
        assert place == same_place
        assert before[:place] == after[:place]
        assert before[place : place + 1] != after[place : place + 1]


# Names of changes.


@pytest.mark.parametrize(
    ("before", "after", "change"),
    [
        ("A text.", "A text.", Change.IDENTICAL),
        ("A text.", "a  TEXT!", Change.REFORMATTED),
        ("全角,标点", "全角，标点", Change.REFORMATTED),
        ("A text.", "A text. And more.", Change.EXTENDED),
        ("A text. And more.", "A text.", Change.SHORTENED),
        ("A text. And m...", "A text. And more, and more.", Change.EXTENDED),
        ("A text. And more, and m...", "A text. And...", Change.SHORTENED),
        ("A text. And more.", "A tExt. And m...", Change.SHORTENED),
        ("See [公式] and then...", "See [Math] and th...", Change.REFORMATTED),
        ("See [Mat...", "See [公式] and th...", Change.REFORMATTED),
        ("A text. And more.", "A test. And more.", Change.EDITED),
        ("A text. And m...", "A test. And m...", Change.EDITED),
    ],
)
def test_a_change_has_a_name(before: str, after: str, change: Change) -> None:
    assert change_between(version(before), version(after)) is change


@given(LETTERS, LETTERS, st.booleans(), st.booleans())
def test_changes_mirror(before: str, after: str, before_cut: bool, after_cut: bool) -> None:
    old = version(before + DOTS * before_cut)
    new = version(after + DOTS * after_cut)
    mirrored = {Change.EXTENDED: Change.SHORTENED, Change.SHORTENED: Change.EXTENDED}
    there = change_between(old, new)
    assert change_between(new, old) is mirrored.get(there, there)


@given(TEXTS, TEXTS)
@settings(max_examples=300)
def test_texts_that_part_at_a_number_have_another_number(a: str, b: str) -> None:
    """What is found without an alignment is what the alignment would find."""
    a, b = normal_form(a), normal_form(b)
    assert part_at_a_number(a, b) == part_at_a_number(b, a)
    if part_at_a_number(a, b):
        found = compare(a, b, a_cut=False, b_cut=True)
        assert found.other_number or not found.score


MONTHS = "january february march april may june july august september october november december"
DAYS = "monday tuesday wednesday thursday friday saturday sunday"
TENS = "twenty thirty forty fortyone fiftytwo sixtythree seventyfour eightyfive ninetysix thirteen"
UNITS = "one two three four five six seven eight nine ten eleven twelve"
SERIES = [
    [f"notesof{word}and" for word in (*MONTHS.split(), *DAYS.split(), *TENS.split(), "7", "2026")],
    [f"newschapter{unit}" for unit in (*UNITS.split(), "i", "iv", "xviii")],
    [f"newsepisode{unit}" for unit in UNITS.split()],
    [f"周刊第{number}期" for number in "一二三四五六七八九十"],
    [f"{number}月小结" for number in ("一", "二", "十一")],
]


@pytest.mark.parametrize("series", SERIES, ids=lambda series: series[0])
def test_any_two_numbers_in_words_part_texts(series: list[str]) -> None:
    pairs = combinations(series, 2)
    assert [pair for pair in pairs if not part_at_a_number(*(t + TEMPLATE for t in pair))] == []


def test_members_of_a_series_part_at_a_number() -> None:
    assert part_at_a_number("weekly41is" + TEMPLATE, "weekly42is" + TEMPLATE)
    assert not part_at_a_number("top10tips", "top5of10tips")
    assert not part_at_a_number("release12", "release1")
    assert not part_at_a_number(TEMPLATE + "1", TEMPLATE + "2")
