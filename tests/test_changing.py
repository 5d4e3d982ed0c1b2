from itertools import pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from feedtool.changing import LONGEST_SHOWN, MOST_SHOWN, change_between, changes, first_difference
from feedtool.model import Change, Version
from feedtool.report import ChangeSpan
from feedtool.text import normal_form
from tests.pages import DOTS, articles

# Few letters, so that texts have much in common; and what breaks careless code.
LETTERS = st.text(st.sampled_from("abc12一\ud800\U0001f600\u0301"), max_size=40)
TEXTS = st.one_of(LETTERS, st.text(max_size=40))


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


def test_very_many_changes_are_shown_as_one() -> None:
    before, after = "- one same", "+ one same"
    most = changes(before * MOST_SHOWN, after * MOST_SHOWN)
    assert len(most) == MOST_SHOWN
    last = len(before) * MOST_SHOWN + 1
    more = changes(before * (MOST_SHOWN + 1), after * (MOST_SHOWN + 1))
    assert more == (ChangeSpan("replace", (0, last), (0, last)),)


@given(TEXTS, TEXTS)
def test_changes_that_are_shown_as_one_lead_from_before_to_after(before: str, after: str) -> None:
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("feedtool.changing.MOST_SHOWN", 1)
        spans = changes(before, after)
    assert len(spans) <= 1
    assert applied(before, after, spans) == after


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
