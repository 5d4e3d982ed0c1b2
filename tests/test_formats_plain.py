import gzip
import random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from feedtool import formats
from feedtool.errors import InputError
from feedtool.model import Transmission

PROSE = (
    "Free software is a matter of liberty, not price, and to understand the concept you\n"
    "should think of free as in free speech, which is what most people who write it mean\n"
    "when they say so.\n"
)


def read(text: str, **how: str) -> Transmission:
    (transmission,) = formats.read(formats.from_bytes(text.encode()), **how)
    return transmission


def excerpts(text: str, **how: str) -> list[str]:
    return [excerpt.text for excerpt in read(text, **how).excerpts]


def test_a_text_without_a_header_has_an_entry_a_line() -> None:
    transmission = read("Rust 1.80 is out\nWhy we moved to Go\n\nA third title\n")

    assert (transmission.input_format, transmission.warnings) == ("lines", ())
    assert [excerpt.line for excerpt in transmission.excerpts] == [1, 2, 4]


def test_wrapped_text_has_an_entry_a_paragraph() -> None:
    text = PROSE + "\n" + PROSE.replace("Free", "Open").replace("\n", "\r\n") + "\n\n" + PROSE
    transmission = read(text)

    assert transmission.input_format == "paragraphs"
    assert transmission.text == text
    assert [excerpt.line for excerpt in transmission.excerpts] == [1, 5, 10]
    assert transmission.excerpts[0].text == PROSE.rstrip()


def test_one_wrapped_paragraph_alone_shows_nothing() -> None:
    assert read(PROSE).input_format == "lines"


@pytest.mark.parametrize("text", ["a\nb\n\nc\nd\n", "one\n\ntwo\n\nthree\n"])
def test_groups_of_titles_are_no_paragraphs(text: str) -> None:
    assert excerpts(text) == text.split()


def test_long_lines_are_entries_even_in_groups() -> None:
    chosen = random.Random(1)
    lines = ["".join(chosen.choices("一二三四五", k=300)) for _ in range(6)]
    assert excerpts("\n".join(lines[:3]) + "\n\n" + "\n".join(lines[3:])) == lines


def test_stray_lines_are_told_in_plain_text_too() -> None:
    text = "x" * 90 + "\n2026-01-11\n" + "y" * 90 + "\n1 2 3\n"
    assert [(note.kind.value, note.line) for note in read(text).notes] == [
        ("date", 2), ("pagination", 4),
    ]  # fmt: skip
    assert [excerpt.date for excerpt in read(text).excerpts] == [None, "2026-01-11"]


def test_a_known_heading_over_plain_text_is_a_section() -> None:
    text = "LATEST UPDATES\n" + "x y " * 90 + "\n" + "y z " * 90
    assert [excerpt.section for excerpt in read(text).excerpts] == ["LATEST UPDATES"] * 2


def test_a_first_title_of_plain_text_is_an_entry() -> None:
    assert excerpts("Hello World\nSecond title\n") == ["Hello World", "Second title"]


def test_the_form_may_be_forced() -> None:
    assert excerpts("a b\nc d\n\ne f\n", input_format="paragraphs") == ["a b\nc d", "e f"]
    assert len(excerpts(PROSE + "\n" + PROSE, input_format="lines")) == 6


def test_a_forced_plain_text_knows_no_header() -> None:
    transmission = read("INCOMING TRANSMISSION\nA title, and more\n", input_format="lines")
    assert [block.kind.value for block in transmission.blocks] == ["other", "excerpt"]


def test_a_source_of_zeros_is_no_text() -> None:
    with pytest.raises(InputError, match="binary"):
        read("\0" * 50)


def test_a_dump_packed_twice_says_so() -> None:
    source = formats.from_bytes(gzip.compress(b"INCOMING TRANSMISSION\n"), "a.gz")
    with pytest.raises(InputError, match="packed twice"):
        list(formats.read(source))


@given(
    st.lists(st.sampled_from(["\n", "\r\n", "\n\n", "一二三" * 20, "word " * 12, "\ufeff", "x"])),
    st.sampled_from(["lines", "paragraphs"]),
)  # fmt: skip
def test_no_character_is_lost(pieces: list[str], input_format: str) -> None:
    text = "".join(pieces)
    transmission = read(text, input_format=input_format, encoding="utf-8")

    assert transmission.text == text
    lines = text.split("\n")
    for block in transmission.blocks:
        first = block.text.split("\n")[0].removesuffix("\r")
        assert lines[block.line - 1].removesuffix("\r") == first
