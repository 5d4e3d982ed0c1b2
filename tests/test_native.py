"""What is compiled gives the answers of its references in Python, whatever it is given."""

import importlib.util
import json
import threading
import tracemalloc
from array import array
from collections.abc import Callable, Sequence
from itertools import pairwise, permutations
from pathlib import Path
from sys import getsizeof
from types import ModuleType
from typing import Any

import numpy as np
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from feedtool import aligning, comparing, numbering
from feedtool.aligning import WINDOW
from feedtool.corpus.relations import PAIR
from feedtool.fingerprint import pure, recipe, vector
from feedtool.formats import truncation
from feedtool.judging import relations
from feedtool.native import core
from feedtool.text import fold, normal_form
from tests.console import ROOT, python
from tests.pages import articles

needs_core = pytest.mark.skipif(core is None, reason="nothing is compiled here")

# What numbers are made of, what stands beside them, and what breaks careless code.
WORDS = (
    *numbering._WORD_PARTS,
    *numbering._MONTHS_AND_DAYS,
    *numbering._TENS,
    *numbering._TEENS,
    *numbering._ONES,
    *numbering._ORDINALS,
    *numbering._BETWEEN,
    *numbering._IN_FRONT,
    *numbering._EDITIONS,
    *(*"abm版半旬春季早报周日五之年曜前编", "星期", "分之"),
    *("iv", "xii", "第", "十", "百", "月", "期", "上", "下", "0", "17", "2026", "٣", "९", "²"),
    *(
        "\ud800",
        "\udc00",
        "\U0001f600",
        "\u0301",
        "ß",
        "ﷺ",
        "が",
        "繁",
        "[Math]",
        "【公式】",
        "[Ma",
    ),
)
PIECES = st.one_of(st.sampled_from(WORDS), st.text(st.sampled_from("ab1 "), max_size=3))
PAIRS = [(a, b) for a in range(3) for b in range(3) if a != b]
SHORT = st.lists(PIECES, max_size=20).map("".join)
TEXTS = st.one_of(SHORT, st.text(max_size=60), st.sampled_from(articles()))


@st.composite
def pairs(draw: st.DrawFn) -> tuple[str, str]:
    """Two texts, mostly with much in common: pieces put in, left out and moved."""
    a = draw(TEXTS) * draw(st.sampled_from([1, 1, 1, 3, 40]))
    b = a
    for _ in range(draw(st.integers(0, 4))):
        start = draw(st.integers(0, len(b)))
        end = start + draw(st.integers(0, 80))
        piece, kept = draw(SHORT), draw(st.booleans())
        b = b[:start] + piece + b[start if kept else end :]
        if draw(st.integers(0, 3)) == 0:
            b = b[end:] + b[:end]
    return (a, b) if draw(st.integers(0, 9)) else (a, draw(TEXTS))


def compared(compare: comparing.Compare, a: str, b: str) -> list[comparing.Likeness]:
    cuts = [(False, False), (True, False), (False, True), (True, True)]
    return [compare(a, b, a_cut=a_cut, b_cut=b_cut) for a_cut, b_cut in cuts]


@needs_core
@given(pairs())
@example(("dec2betare2aprilre", "dec2betalpha2apri2re"))
@settings(max_examples=700, deadline=None)
def test_comparisons_agree(pair: tuple[str, str]) -> None:
    assert compared(comparing.compare, *pair) == compared(comparing.compare_plainly, *pair)
    assert numbering.part_at_a_number(*pair) == numbering.part_at_a_number_plainly(*pair)


@needs_core
@given(pairs())
@settings(max_examples=400, deadline=None)
def test_edits_agree(pair: tuple[str, str]) -> None:
    assert aligning.edits(*pair) == aligning.edits_plainly(*pair)
    assert aligning.common_beginning(*pair) == aligning.common_beginning_plainly(*pair)


@needs_core
@given(pairs())
def test_edits_turn_one_text_into_the_other(pair: tuple[str, str]) -> None:
    a, b = pair
    made = a
    for i, i_end, j, j_end in reversed(aligning.edits(a, b)):
        made = made[:i] + b[j:j_end] + made[i_end:]
    assert made == b


@needs_core
@pytest.mark.parametrize("beyond", [-1, 0, 1, 2])
@pytest.mark.parametrize("shared", [0, 1, 79, 80, 5000])
def test_comparisons_of_long_texts_agree(shared: int, beyond: int) -> None:
    """Where the window ends, and where a text is longer than 64 times 64 code points."""
    prose = normal_form("".join(articles()))
    a = prose[:shared] + "x" + prose[shared : shared + WINDOW + beyond]
    b = prose[:shared] + "y" + prose[shared + 700 : shared + WINDOW + 900] + prose[shared:][:700]
    assert compared(comparing.compare, a, b) == compared(comparing.compare_plainly, a, b)
    assert compared(comparing.compare, a, a[:-9]) == compared(comparing.compare_plainly, a, a[:-9])


@needs_core
def test_what_is_told_of_a_comparison_has_the_types_of_its_fields() -> None:
    found = comparing.compare("once upon a time", "once upon a rhyme", a_cut=False, b_cut=True)
    plain = comparing.compare_plainly(
        "once upon a time", "once upon a rhyme", a_cut=False, b_cut=True
    )
    assert type(found) is comparing.Likeness
    assert [type(field) for field in found] == [type(field) for field in plain]
    assert comparing.compare("a", "a", a_cut=False, b_cut=False) is comparing.EQUAL
    assert comparing.compare("a", "b", a_cut=False, b_cut=False) is comparing.UNLIKE


@needs_core
@given(st.one_of(TEXTS, SHORT))
@settings(max_examples=700, deadline=None)
def test_numbers_agree(text: str) -> None:
    assert numbering.compiled is not None
    head = text[: numbering._NUMBERS_END]
    assert numbering.compiled.numbers(text) == numbering.numbers_in_front(head)


@needs_core
def test_every_code_point_is_a_number_for_both_or_for_neither() -> None:
    assert numbering.compiled is not None
    for point in [*range(0x20000), *range(0xE0000, 0xE0200)]:
        text = chr(point)
        assert numbering.compiled.numbers(text) == numbering.numbers_in_front(text)


ENDS = st.one_of(
    st.text(st.sampled_from(".…eEİΣςßK全文 ])→x"), max_size=8),
    st.sampled_from(truncation._PHRASES),
    st.sampled_from(truncation._PHRASES).map(str.upper),
)


@needs_core
@given(st.lists(st.builds(str.__add__, TEXTS, st.lists(ENDS, max_size=3).map("".join))))
@settings(max_examples=500, deadline=None)
def test_ends_of_texts_agree(texts: list[str]) -> None:
    assert truncation.endings_of(texts) == [truncation.ending(text) for text in texts]


FRAGMENTS = st.sampled_from(["...", "…", "[…]", "&hellip;", "..", ".", "&", " #tag", "x" * 40])


@needs_core
@given(st.lists(st.lists(FRAGMENTS, max_size=9).map("".join), max_size=6))
@settings(max_examples=500, deadline=None)
def test_markers_in_front_of_furniture_agree(texts: list[str]) -> None:
    found = truncation.find(texts)
    with pytest.MonkeyPatch.context() as changed:
        changed.setattr(truncation, "core", None)
        assert found == truncation.find(texts)


@needs_core
def test_every_code_point_at_an_end_is_told_alike() -> None:
    texts = [f"once{chr(point)}{dots}" for point in range(0x12000) for dots in ("", ".", "...")]
    texts += [f"oncer{chr(point)}" for point in range(0x2000)]
    assert truncation.endings_of(texts) == [truncation.ending(text) for text in texts]


@needs_core
@given(st.lists(st.tuples(TEXTS, st.booleans()), max_size=8))
@settings(max_examples=500, deadline=None)
def test_normal_forms_and_keys_agree(texts: list[tuple[str, bool]]) -> None:
    from feedtool.fingerprint import compiled

    normals = compiled.normal_forms([text for text, _ in texts], [cut for _, cut in texts])
    assert normals == [normal_form(text, cut=cut) for text, cut in texts]
    assert compiled.keys(normals) == [pure.keys(normal) for normal in normals]


@needs_core
def test_every_code_point_is_folded_alike() -> None:
    from feedtool.fingerprint import compiled

    texts = list(map(chr, [*range(0x20000), *range(0x2F800, 0x2FA20), *range(0xE0000, 0xE0200)]))
    whole = [False] * len(texts)
    assert compiled.normal_forms(texts, whole) == [normal_form(text) for text in texts]
    between = [f"x{text}y" for text in texts]
    assert compiled.normal_forms(between, whole) == [normal_form(text) for text in between]
    book = "Ａb " * 700_000 + "ﷺ"
    assert compiled.normal_forms([book], [False]) == [normal_form(book)]
    # Some become eighteen: of a long text of them the room is counted.
    long = ["ﷺ" * length for length in (100, 114, 115, 3000)] + ["a\u0301" * 2000]
    assert compiled.normal_forms(long, [False] * 5) == [normal_form(text) for text in long]


@needs_core
def test_normal_forms_are_as_wide_as_they_have_to_be() -> None:
    """Strings that are equal have to lie alike in memory, or Python takes them for others."""
    from feedtool.fingerprint import compiled

    points = "aÿ中\U000fffff\U0010ffff…"
    texts = ["".join(some) * times for some in permutations(points, 3) for times in (1, 682, 683)]
    for _ in range(2):
        made = compiled.normal_forms(texts, [False] * len(texts))
        plain = [normal_form(text) for text in texts]
        assert made == plain
        assert [*map(getsizeof, made)] == [*map(getsizeof, plain)]


@needs_core
def test_keys_of_every_length_agree() -> None:
    from feedtool.fingerprint import compiled

    prose = normal_form("12 " + articles()[0] + "".join(articles()))
    lengths = [*range(100), 300, recipe.LONGEST - 1, recipe.LONGEST, recipe.LONGEST + 1, 9000]
    normals = [prose[start : start + length] for length in lengths for start in (0, 1, 500)]
    normals += ["9" * recipe.LONGEST, "x" * 79 + "12", "x" * 90 + "123", "x" * 4094 + "2026"]
    assert compiled.keys(normals) == vector.keys(normals) == list(map(pure.keys, normals))
    assert compiled.columns([]) == (b"", b"", b"")


def related(
    texts: Any = ("x", "y"),
    normals: Any = ("x", "y"),
    starts: Sequence[int] = (0, 0),
    lengths: Sequence[int] = (~1, ~1),
    pairs: Sequence[tuple[int, int]] = ((0, 1),),
) -> bytes:
    """Return what is told of two texts, all of whose columns may be wrong."""
    assert relations.compiled is not None
    columns = (
        array("B", starts),
        array("i", lengths),
        *[array("q", c) for c in zip(*pairs, strict=True)],
    )
    views = [memoryview(column) for column in columns]
    kept = [list(each) if each == ("x", "y") else each for each in (texts, normals)]
    return relations.compiled.relate(*kept, *views)


@needs_core
@pytest.mark.parametrize(
    "wrong",
    [
        lambda core: core.keys(["x"], (1, 2)),
        lambda core: core.keys(["x"], tuple(range(29))),
        lambda core: core.keys([1], ()),
        lambda _: importlib.import_module("feedtool.fingerprint.compiled").keys([1]),
        lambda core: core.keys(None, ()),
        lambda core: core.Folding(),
        lambda core: core.Folding(fold).fold([b"x"]),
        lambda core: core.Folding(fold).fold(3),
        lambda core: core.Folding(lambda _: 3).fold(["x"]),
        lambda core: core.Numbering(),
        lambda core: core.Numbering(**{**numbering._MADE_OF, "sections": (("上", "半"),) * 9}),
        lambda core: core.Numbering(**{**numbering._MADE_OF, "sections": ("上半",)}),
        lambda core: core.Numbering(**{**numbering._MADE_OF, "sections": (("上", 3),)}),
        lambda core: core.Numbering(**{**numbering._MADE_OF, "sections": (("上", "半" * 65),)}),
        lambda core: core.Numbering(**{**numbering._MADE_OF, "turns": (("周", "一"),) * 9}),
        lambda core: core.Numbering(**{**numbering._MADE_OF, "turns": (("周",),)}),
        lambda core: core.Numbering(**{**numbering._MADE_OF, "in_front": ("x",)}),
        lambda core: core.Comparer(1, 2, 3),
        lambda core: core.Relater(1, 2, 3),
        lambda core: core.Relater(comparing.compiled, min, max),
        lambda _: related(lengths=[~1]),
        lambda _: related(lengths=[~1, ~1, ~1]),
        lambda _: related(lengths=[~1, 9]),
        lambda _: related(starts=[0, 200]),
        lambda _: related(starts=[0]),
        lambda _: related(texts=["x", b"y"]),
        lambda _: related(normals=["x"]),
        lambda _: related(normals=["x", None]),
        lambda _: related(pairs=[(0, 2)]),
        lambda _: related(pairs=[(-1, 0)]),
        lambda _: comparing.compare("x", "y"),
        lambda _: comparing.compare("x", "y", a_cut=True),
        lambda _: comparing.compare("x", "y", a_cut=True, c_cut=True),
        lambda _: comparing.compare("x", b"y", a_cut=True, b_cut=True),
        lambda _: comparing.compare("x", a_cut=True, b_cut=True),
        lambda _: numbering.part_at_a_number("x"),
        lambda _: numbering.part_at_a_number("x", None),
        lambda _: numbering.compiled.numbers(b"x"),
        lambda core: core.plain_endings(["x", None], "", "", "", (), 64, 120, -1, -2, -3),
        lambda core: core.plain_endings("x", "", "", "", (), 64, 120, -1, -2, -3),
        lambda core: core.plain_endings(["xxxxx"], "", "", "", (None,), 64, 120, -1, -2, -3),
        lambda core: core.edits("x"),
        lambda core: core.edits("x", b"y"),
        lambda core: core.edits("x", "y" * ((1 << 17) + 1)),
        lambda core: core.common_beginning("x", 3),
    ],
)
def test_wrong_arguments_are_refused(wrong: Callable[[ModuleType], Any]) -> None:
    assert core is not None
    with pytest.raises((TypeError, ValueError, IndexError)):
        wrong(core)


@needs_core
def test_what_goes_wrong_while_a_code_point_is_folded_is_raised() -> None:
    assert core is not None

    def broken(point: int) -> str:
        raise LookupError(point)

    folding = core.Folding(broken)
    for _ in range(2):
        with pytest.raises(LookupError, match="233"):
            folding.fold(["é"])


@needs_core
def test_what_goes_wrong_while_pairs_are_told_of_is_raised() -> None:
    """Python is asked for the numbers of what is not of ASCII, and where only digits differ."""
    assert core is not None
    thresholds = {"least_beginning": 32, "least_title": 24, "headline": 64, "dense_from": 0x2E80}
    floors = {"floor": 0.4, "floor_moved": 0.6, "floor_other": 0.75, "floor_short": 0.8}

    def broken(*_: object) -> bool:
        raise LookupError

    relater = core.Relater(comparing.compiled, broken, broken, **thresholds, **floors)
    prose = normal_form(articles()[0])
    for texts in (["é1", "é 1"], [prose + "\u4e001", prose + "\u4e002"]):
        normals = [normal_form(text) for text in texts]
        starts, lengths = array("B", [0, 0]), array("i", [~len(text) for text in texts])
        with pytest.raises(LookupError):
            relater.relate(texts, normals, starts, lengths, array("q", [0]), array("q", [1]))


@needs_core
def test_every_code_point_is_a_digit_in_both_or_in_neither() -> None:
    points = [*range(0x11000), *range(0x1D7CE, 0x1D800), *range(0x1F100, 0x1F10B)]
    for point in points:
        one, other = f"v {chr(point)} once", f"v {chr(point)}1 once"
        texts = [one, other, f"v 22{one}", f"v 333{one}"]
        pairs = list(pairwise(range(4)))
        found = np.frombuffer(
            related(texts, ["same"] * 4, [0] * 4, [~len(text) for text in texts], pairs), PAIR
        )
        expected = [numbering.same_numbers(texts[a], texts[b]) for a, b in pairs]
        assert [row == relations.SAME for row in found["relation"].tolist()] == expected


@needs_core
def test_nothing_is_kept_of_what_was_compared() -> None:
    """Memory that is not given back would fill that of a long run."""
    from feedtool.fingerprint import compiled

    assert core is not None
    assert numbering.compiled is not None
    texts = [normal_form(text) for text in articles()]
    made = numbering.compiled

    def work() -> None:
        for a, b in pairwise(texts):
            compared(comparing.compare, a + b, b + a)
            compared(comparing.compare, a, a + b)
            aligning.edits(a, b)
            truncation.endings_of([a, f"{b}..."])
            told = related([a, b, a[:99]], [a, b, a[:99]], [0, 1, 2], [99, ~99, 99], PAIRS)
            assert len(told) == 6 * 32
            made.part_at_a_number(f"weekly{a}", f"weekly1{b}")
            made.numbers(f"part one of 12 {a}")
        compiled.normal_forms(articles(), [False] * len(articles()))
        compiled.keys(texts)
        core.Folding(fold).fold(["é", "ﷺ"])
        with pytest.raises(TypeError):
            compiled.keys([*texts, None])

    tracemalloc.start()
    # Python keeps some of what it has freed at hand.
    for _ in range(20):
        work()
    before, _ = tracemalloc.get_traced_memory()
    for _ in range(20):
        work()
    after, _ = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert after - before < 20_000


@needs_core
def test_threads_fold_and_compare_at_once() -> None:
    assert core is not None
    folding = core.Folding(fold)
    expected = ["".join([fold(ord(character)) for character in text]) for text in articles()]
    wrong: list[int] = []

    def work() -> None:
        for _ in range(20):
            found = folding.fold(articles())
            wrong.extend(i for i, folded in enumerate(found) if folded != expected[i])

    threads = [threading.Thread(target=work) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert wrong == []


def reports(folder: Path, *, pure_python: bool) -> tuple[str, str]:
    """Return whether `ingest` is compiled, and what it says of the samples."""
    folder.mkdir()
    script = (
        "from feedtool.__main__ import main\nfrom feedtool.native import core\n"
        "print(core is not None, flush=True)\nmain()\n"
    )
    command = ["ingest", "--json", "--at", "2026-01-11", "--store", "s.db", str(ROOT / "samples")]
    compiled, _, report = python(script, folder, *command, pure_python=pure_python).partition("\n")
    return compiled, report


@needs_core
def test_one_may_do_without_what_is_compiled(tmp_path: Path) -> None:
    plainly, plain = reports(tmp_path / "plain", pure_python=True)
    compiled, found = reports(tmp_path / "compiled", pure_python=False)
    assert (plainly, compiled) == ("False", "True")
    assert json.loads(plain)["summary"]["excerpts"] == 41
    assert plain == found


@needs_core
def test_what_is_compiled_was_made_of_these_sources() -> None:
    """Otherwise `make install` makes it anew."""
    pytest.importorskip("hatchling", reason="the extra dev brings what builds")
    if not (ROOT / "hatch_build.py").exists():
        pytest.skip("the sources are not here")
    spec = importlib.util.spec_from_file_location("hatch_build", ROOT / "hatch_build.py")
    assert spec is not None
    assert spec.loader is not None
    build = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(build)
    assert core is not None
    assert build.fingerprint(ROOT) == core.SOURCES


@needs_core
def test_where_an_aligner_is_compiled_no_other_one_is_loaded(tmp_path: Path) -> None:
    """It would be a tenth of what it takes to read a page."""
    lines = [text[:200] for text in articles()]
    head = "INCOMING TRANSMISSION\nREADER VISIBLE EXCERPTS\n"
    (tmp_path / "a.txt").write_text(head + "\n".join(lines), "utf-8")
    edited = [line[:50] + " put in here " + line[60:] for line in lines]
    (tmp_path / "b.txt").write_text(head + "\n".join(edited), "utf-8")
    script = (
        "import sys, feedtool\n"
        "*_, report = feedtool.ingest(['a.txt', 'b.txt'], store='feeds.db')\n"
        "print(sum(one.change == 'edited' for one in report.excerpts))\n"
        "print('rapidfuzz' in sys.modules)\n"
    )
    changed, loaded = python(script, tmp_path).split()
    assert int(changed) > 5
    assert loaded == "False"
