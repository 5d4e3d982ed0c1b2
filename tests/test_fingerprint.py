import os
import subprocess
import sys
import tracemalloc
from hashlib import blake2b
from pathlib import Path
from random import Random

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from feedtool import bulk, fingerprint
from feedtool.fingerprint import folding, pure, recipe, vector
from feedtool.model import Fingerprint
from feedtool.text import normal_form
from tests.console import python
from tests.pages import articles, cut, excerpt, whole

CHARACTERS = st.one_of(
    st.characters(exclude_categories=()), st.sampled_from("aab 012 一二丁\ud800\U0001f600\u0301")
)
TEXTS = st.text(CHARACTERS, max_size=120)
PIECES = st.sampled_from(
    ["[Math]", "[公", "が", "【图 1】", "한", "ﷺ", "\U0001f600", "", "!", "&#39;", "&#91;Math]"]
)
ANY_TEXTS = st.lists(st.one_of(PIECES, TEXTS), max_size=5).map("".join)


def of(text: str) -> Fingerprint:
    (print_,) = fingerprint.of([excerpt(text)])
    return print_


def shared(a: str, b: str) -> set[int]:
    return set(of(a).keys) & set(of(b).keys)


@given(TEXTS)
@settings(max_examples=200)
def test_keys_are_distinct_and_fit_into_64_bits(text: str) -> None:
    print_ = of(text)
    assert len(set(print_.keys)) == len(print_.keys)
    assert all(-(1 << 63) <= key < 1 << 63 for key in print_.keys)
    assert 2 <= print_.strong <= min(4, len(print_.keys))
    assert print_.recipe == recipe.RECIPE
    assert print_.normal == normal_form(text.removesuffix("..."), cut=text.endswith("..."))


@given(st.lists(TEXTS, max_size=12))
@settings(max_examples=200)
def test_both_ways_to_make_keys_agree(normals: list[str]) -> None:
    """Surrogates, characters beyond the first plane, empty and short texts among them."""
    assert vector.keys(normals) == [pure.keys(normal) for normal in normals]


@given(st.lists(st.tuples(ANY_TEXTS, st.booleans()), max_size=12))
@settings(max_examples=200)
def test_both_ways_to_make_normal_forms_agree(texts: list[tuple[str, bool]]) -> None:
    alone = [normal_form(text, cut=cut) for text, cut in texts]
    assert folding.normal_forms([text for text, _ in texts], [cut for _, cut in texts]) == alone


def test_both_ways_fold_every_code_point_alike() -> None:
    texts = list(map(chr, [*range(0x20000), *range(0x2F800, 0x2FA20), *range(0xE0000, 0xE0200)]))
    assert folding.normal_forms(texts, [False] * len(texts)) == [normal_form(one) for one in texts]
    between = [f"x{text}y" for text in texts[:0x3000]]
    assert folding.normal_forms(between, [False] * len(between)) == list(map(normal_form, between))


def test_both_ways_agree_on_a_large_batch() -> None:
    normals = [normal_form(text)[start:end] for text in articles() for start in range(0, 40, 3)
               for end in (start, start + 7, start + 60, start + 64, start + 65, 350)]  # fmt: skip
    normals += ["", "x" * 5000, "\U0001f600" * 300]
    assert vector.keys(normals) == [pure.keys(normal) for normal in normals]


def test_a_batch_has_the_fingerprints_of_its_texts() -> None:
    texts = [f"{i} {text}" for i in range(20) for text in articles()]
    assert len(texts) > bulk.LARGE
    assert fingerprint.of([excerpt(text) for text in texts]) == [of(text) for text in texts]
    assert fingerprint.of([]) == []


KEYS_OF_THE_SAMPLES = "c4df8b54155d340224c62187cfd8fdf0"
DIGEST = "6166ee0d255f6357be1feba57821f175"
KEYS = (
    7018558809532490583,
    -5194543202698870319,
    3881990196059486225,
    3695909861320090343,
    -1290786137539037339,
    4006392316996777612,
    8831475578268014507,
    7936620890004909949,
    -6466690070977662580,
    3358627655137220763,
    7024247149535399515,
    -4531846029322623857,
    -6737914447376326238,
    -7517589298442351231,
    -1095924344951753123,
    7692728328874942996,
    -7334043335942427234,
    954254376589965789,
    5219771921032011561,
    -392141617409662123,
    5189080937704795826,
    4947852410620153027,
    1654482514697857792,
    -3251838036267674849,
    7435429835656587573,
    1959041028882000809,
    2359817266260369882,
    3987116325821967568,
    1646488363728995839,
    1135202671279903107,
    3993231218233600056,
    6873844772711487087,
    5831823114236016931,
    5924614228960157468,
    6480013743859978995,
    4985325881626321753,
    8679971073807627229,
    4498502928049413582,
    1090577080132495662,
    377982473730491661,
    -5554576408273785502,
)


def test_keys_are_the_same_everywhere() -> None:
    """Written into stores: to change them is to change the number of the recipe."""
    known = of("Release v1.2.3 of 空洞卷积 💡 is out, with [Math] and fixes...")
    assert known.normal == "releasev123of空洞卷积💡isoutwithandfixes"
    assert known.digest.hex() == DIGEST
    assert known.keys == KEYS
    assert (known.strong, known.recipe) == (4, 4)
    keys = blake2b(digest_size=16)
    for text in articles():
        keys.update(repr(of(text).keys).encode())
    assert keys.hexdigest() == KEYS_OF_THE_SAMPLES


def test_another_process_makes_the_same_keys() -> None:
    script = (
        "from tests.pages import *\n"
        "print([one.keys for one in fingerprint.of([excerpt(text) for text in articles()])])"
    )
    runs = [
        subprocess.run(
            [sys.executable, "-c", script],
            env={**os.environ, "PYTHONHASHSEED": seed, "PYTHONPATH": os.pathsep.join(sys.path)},
            capture_output=True,
            check=True,
        ).stdout
        for seed in ("1", "2")
    ]
    mine = [one.keys for one in fingerprint.of([excerpt(text) for text in articles()])]
    assert runs[0] == runs[1] == f"{mine}\n".encode()


@given(st.lists(st.text(CHARACTERS, min_size=1, max_size=20), min_size=2, max_size=30, unique=True))
def test_different_texts_have_different_digests(texts: list[str]) -> None:
    assert len({fingerprint.digest(text) for text in texts}) == len(texts)


def test_strong_keys_tell_of_the_text_its_normal_form_and_its_head() -> None:
    text = articles()[3]
    print_ = of(text)
    raw, normal, head, title = print_.keys[: print_.strong]
    other_case = of(text.upper())
    assert raw != other_case.keys[0]
    assert (normal, head, title) == other_case.keys[1:4]
    shorter = of(cut(whole(text), 100))
    assert (shorter.keys[1] != normal, shorter.keys[2:4] == (head, title)) == (True, True)
    assert of("short").strong == 2
    assert of("so many code points").strong == 3


def test_a_series_is_told_apart_by_a_key_of_its_number() -> None:
    """The number in the title, or a long one, with the letters in front of it."""

    def number(text: str) -> int:
        return of(text).keys[-1]

    text = articles()[3]
    assert number("Weekly 23: " + text) == number("In other words, weekly 23 again. " + text[100:])
    assert number("Weekly 23: " + text) != number("Weekly 24: " + text)
    assert number(f"{text[:200]} CVE-2021-8917. {text}") == number(f"CVE-2021-8917. {text}")
    assert number(text[:200] + " 23 " + text) == number(text[:200] + " 24 " + text)


@pytest.mark.parametrize("length", [34, 40, 60, 80, 100, 120, 160, 200, 300])
def test_a_cut_copy_shares_a_strong_key(length: int) -> None:
    for text in articles():
        shorter = of(cut(whole(text), length))
        assert set(shorter.keys[: shorter.strong]) & set(of(text).keys)


@pytest.mark.parametrize("place", [0, 10, 40, 120, 250])
def test_an_edited_copy_shares_many_keys(place: int) -> None:
    for text in articles():
        edited = text[:place] + "某某" + text[place:]
        assert len(shared(text, edited)) >= 5, text


def test_a_mended_headline_mostly_shares_keys() -> None:
    """A typo anywhere in forty letters, or in twenty Han."""
    headlines = ["How to install and configure Docker on Ubuntu 24.04"]
    headlines += ["深度学习框架对比总结以及在推荐系统中的应用实践"]
    for text in headlines:
        mended = [text[:i] + "q" + text[i + 1 :] for i in range(len(text)) if text[i] != " "]
        assert sum(bool(shared(text, one)) for one in mended) >= 0.9 * len(mended)


def test_strangers_share_next_to_nothing() -> None:
    prints = [of(text) for text in articles()]
    for a in prints:
        for b in prints:
            assert a is b or len(set(a.keys) & set(b.keys)) <= 1


@given(st.integers(0, 26), st.integers(1, 300))
def test_a_gram_of_both_is_sampled_in_both(i: int, start: int) -> None:
    """Threshold sampling: what the coarser rate of a whole keeps, the finer one of a part keeps."""
    text = normal_form(articles()[i])
    head, tail = text[: start + recipe.GRAM - 1], text[start:]
    assert pure.rate(len(tail)) <= pure.rate(len(text))
    assert set(pure.keys(text)[1]) <= {*pure.keys(head)[1], *pure.keys(tail)[1]}


@pytest.mark.parametrize("pure_python", [False, True])
def test_numpy_is_loaded_for_large_batches_only(pure_python: bool, tmp_path: Path) -> None:
    script = (
        "import sys\nfrom tests.pages import *\nfrom feedtool import bulk\n"
        "from feedtool.native import core\n"
        "fingerprint.of([excerpt(str(i) * 40) for i in range(100)])\n"
        "assert 'numpy' not in sys.modules\n"
        "fingerprint.of([excerpt(str(i) * 40) for i in range(bulk.LARGE)])\n"
        "assert ('numpy' in sys.modules) == (core is None)\n"
    )
    assert python(script, tmp_path, pure_python=pure_python) == ""
    assert np.uint64(recipe.FIRST) % 2 == 1


def test_a_book_on_one_line_costs_little() -> None:
    book = "".join(articles()) * 40
    tracemalloc.start()
    long = of(book)
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()

    assert len(book) > fingerprint.LONG
    assert len(long.keys) < 2 * recipe.LONGEST // recipe.RATE
    assert peak < 40 * len(book)
    assert set(long.keys[2:]) == set(of(book[:20_000]).keys[2:])


def test_a_batch_with_a_book_has_the_fingerprints_of_its_texts() -> None:
    texts = [f"{i} {text}" for i in range(20) for text in articles()] + ["".join(articles()) * 40]
    assert fingerprint.of([excerpt(text) for text in texts]) == [of(text) for text in texts]


def test_letters_that_become_many_do_so_a_few_at_a_time(monkeypatch: pytest.MonkeyPatch) -> None:
    """`ﷺ` becomes 18 letters: a page of 60 MB of them took 13 GB."""
    texts = ["ﷺ" * 500 + str(number) for number in range(400)]
    expected = [normal_form(text) for text in texts]
    monkeypatch.setattr(fingerprint, "AT_ONCE", 5000)
    fingerprint.normal_forms(texts[:9], [False] * 9)
    tracemalloc.start()
    found = fingerprint.normal_forms(texts, [False] * len(texts))
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()

    assert found == expected
    assert peak < 2 * sum(map(sys.getsizeof, expected))


def test_keys_of_long_texts_are_made_a_few_at_a_time(monkeypatch: pytest.MonkeyPatch) -> None:
    """A page may bring 64 MB of them: all at once took 27 times as much."""
    random = Random(1)
    texts = [excerpt("".join(random.choices("abcdefgh", k=4000))) for _ in range(300)]
    expected = fingerprint.of(texts)
    monkeypatch.setattr(fingerprint, "AT_ONCE", 40_000)
    tracemalloc.start()
    found = fingerprint.of(texts)
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()

    assert found == expected
    assert peak < 10 * sum(len(one.text) for one in texts)


@given(st.lists(ANY_TEXTS, min_size=1, max_size=9), st.integers(1, 200))
def test_pieces_of_a_batch_have_the_normal_forms_of_the_batch(texts: list[str], most: int) -> None:
    whole_batch = [normal_form(text) for text in texts]
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(fingerprint, "AT_ONCE", most)
        patch.setattr(fingerprint, "FEW", 0)
        assert fingerprint.normal_forms(texts, [False] * len(texts)) == whole_batch
