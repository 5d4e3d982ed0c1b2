from itertools import combinations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from feedtool.comparing import compare
from feedtool.numbering import part_at_a_number
from feedtool.text import normal_form

# Few letters, so that texts have much in common; and what breaks careless code.
LETTERS = st.text(st.sampled_from("abc12一\ud800\U0001f600\u0301"), max_size=40)
TEXTS = st.one_of(LETTERS, st.text(max_size=40))
TEMPLATE = (
    "this release brings fixes and thanks everybody who reported a bug or sent a patch to us "
)


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
