import os
from pathlib import Path
from random import Random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from feedtool.canonical import ORIGIN_BY, ordered


@pytest.fixture
def folders(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Return the current folder, in which two others hold dumps."""
    for name in ("b/1.txt", "b/2.txt", "a/rust.2026.txt.gz"):
        path = tmp_path / name
        path.parent.mkdir(exist_ok=True)
        path.touch()
    monkeypatch.chdir(tmp_path)
    return tmp_path


def names(*given: str, origin_by: str = "folder") -> list[str]:
    return [sender.name for sender in ordered(given, origin_by)]


def test_origins_come_first_then_names() -> None:
    given = ["b/2.txt", "a/9.txt", "b/1.txt", "top.txt", "-"]
    assert ordered(given, "folder") == [
        ("-", "-"), (".", "top.txt"), ("a", "a/9.txt"), ("b", "b/1.txt"), ("b", "b/2.txt"),
    ]  # fmt: skip
    assert names(*given, origin_by="none") == sorted(given)
    assert {sender.origin for sender in ordered(given, "none")} == {"default"}


def test_a_name_without_its_suffixes_tells_the_sender() -> None:
    given = ["day2/rust.txt", "day1/rust.2026-01.txt.gz", "day1/.hidden.txt", "-"]
    assert ordered(given, "name") == [
        ("-", "-"),
        (".hidden", "day1/.hidden.txt"),
        ("rust", "day1/rust.2026-01.txt.gz"),
        ("rust", "day2/rust.txt"),
    ]


def test_names_are_ordered_by_their_bytes() -> None:
    given = ["\U0001f4a1", "\uffff", "é", "z", "\udcff"]
    assert names(*given) == ["z", "é", "\uffff", "\U0001f4a1", "\udcff"]


@pytest.mark.usefixtures("folders")
def test_a_file_counts_once_however_it_is_spelled() -> None:
    again = ["b/1.txt", "b//1.txt", "./b/1.txt", "a/../b/1.txt", os.path.abspath("b/1.txt")]
    for spelled in (again, again[::-1], again[3:]):
        assert len(names(*spelled)) == 1
    assert names(*again) == ["b/1.txt"]


@pytest.mark.usefixtures("folders")
def test_a_folder_is_one_origin_however_it_is_spelled() -> None:
    assert ordered(["b/1.txt", os.path.abspath("b/2.txt")], "folder") == [
        ("b", "b/1.txt"),
        ("b", "b/2.txt"),
    ]


def test_a_link_counts_for_its_file_and_gives_way_to_it(folders: Path) -> None:
    (folders / "b/0").symlink_to("2.txt")
    (folders / "c").symlink_to("b")
    assert names("b/0", "b/2.txt") == names("b/2.txt", "b/0") == ["b/2.txt"]
    assert names("b/0") == ["b/0"]
    assert names("c/2.txt", "b/1.txt") == ["b/1.txt", "b/2.txt"]
    (folders / "none").symlink_to("nowhere")
    assert names("none") == ["none"]


def test_standard_input_is_no_file_of_that_name(folders: Path) -> None:
    (folders / "-").touch()
    assert names("-", "./-") == ["-", "./-"]
    assert names(str(folders / "-"), "./-") == ["./-"]


def test_what_cannot_be_opened_stays_to_be_told() -> None:
    assert names("", "none.txt", "a\0b") == ["", "a\0b", "none.txt"]


def test_an_unknown_way_is_refused() -> None:
    with pytest.raises(ValueError, match="'day' is none of folder, name, none"):
        ordered([], "day")


PATHS = st.lists(st.text("ab./-", min_size=1, max_size=6), max_size=6)


@given(PATHS, st.randoms(), st.sampled_from(sorted(ORIGIN_BY)))
def test_neither_order_nor_repetition_tells(paths: list[str], random: Random, by: str) -> None:
    again = [*paths, *paths[:2]]
    random.shuffle(again)
    assert ordered(again, by) == ordered(paths, by)
