import random
import string
from collections.abc import Callable

import pytest
from hypothesis import given
from hypothesis import strategies as st

from feedtool.formats import truncation
from feedtool.model import Truncation

HAN = "概述众所周知尽管基于机制的模型有着良好并行性能但它空间和时间复杂度都是级别"
TEXT = (
    "the quick brown fox jumps over a lazy dog while internationalisation of distributed systems "
    "remains hard for engineers and researchers everywhere in this world of ours"
)
WORDS = TEXT.split()
CAPS = (100, 120, 140, 200, 255, 300, 350, 500)


def han(seed: int, length: int = 900) -> str:
    """Return a long text without a full stop, the same for a seed."""
    chosen = random.Random(seed)
    return "".join(chosen.choice(HAN) for _ in range(length))


def english(seed: int, length: int = 900) -> str:
    chosen = random.Random(seed)
    text = " ".join(chosen.choice(WORDS) for _ in range(length))
    return text[:length].rstrip().ljust(length, "x")


def at_border(text: str, cap: int) -> str:
    return text[:cap].rsplit(" ", 1)[0]


def found(*texts: str) -> list[Truncation]:
    return truncation.find(texts)


def cut(*texts: str) -> list[bool]:
    return [finding.truncated for finding in found(*texts)]


@pytest.mark.parametrize("marker", ["...", "…", "……", "[...]", "[…]", " [...]", "阅读全文"])
@pytest.mark.parametrize("cap", CAPS)
def test_a_page_cut_at_its_cap_is_cut_throughout(cap: int, marker: str) -> None:
    findings = found(*(han(seed)[:cap] + marker for seed in range(5)))

    assert [finding.truncated for finding in findings] == [True] * 5
    assert {(finding.length, finding.cap) for finding in findings} == {(cap, cap)}
    assert {finding.marker for finding in findings} == {marker.strip()}


def test_the_cut_is_not_trimmed_in_front_of_three_dots() -> None:
    """Senders put their dots after the space that the cut fell on."""
    texts = [english(seed)[:350] for seed in range(40)]
    assert any(text.endswith(" ") for text in texts)
    assert {finding.length for finding in found(*(text + "..." for text in texts))} == {350}


@pytest.mark.parametrize(
    "own", ["他说……", "And so it goes…", "We will see....", "To be continued...", "等等..."]
)
def test_an_ellipsis_of_the_author_is_no_cut_on_a_page_that_cuts_later(own: str) -> None:
    *others, finding = found(*(han(seed)[:350] + "..." for seed in range(4)), own)

    assert all(other.truncated for other in others)
    assert not finding.truncated
    assert (finding.length, finding.cap) == (len(own), 350)
    assert finding.evidence == "ellipsis of its own, under the cap"


def test_a_text_of_87_characters_with_an_ellipsis_is_whole_under_a_cap_of_350() -> None:
    assert cut(*(han(seed)[:350] + "…" for seed in range(4)), han(9)[:87] + "…")[-1] is False


BEHIND = (
    " #rust #programming",
    " March 5, 2023",
    " Posted in Rust | Tagged tutorial",
    " 标签：机器学习 深度学习",
    " The post Hello World appeared first on My Blog.",
)


@pytest.mark.parametrize("behind", BEHIND)
@pytest.mark.parametrize("marker", ["...", "…", " [...]", "[&hellip;]", "&hellip;"])
def test_a_page_may_go_on_behind_its_markers(marker: str, behind: str) -> None:
    findings = found(*(han(seed)[:200] + marker + behind for seed in range(5)), "Hello there.")
    assert [(one.truncated, one.length) for one in findings[:5]] == [(True, 200)] * 5
    assert findings[5].truncated is False


@pytest.mark.parametrize("behind", BEHIND)
def test_so_it_may_where_it_cuts_at_words(behind: str) -> None:
    bodies = [at_border(english(seed), 150 + 20 * seed) for seed in range(5)]
    findings = found(*(body + "..." + behind for body in bodies))
    assert [(one.truncated, one.length) for one in findings] == [(True, len(b)) for b in bodies]


def test_one_author_may_break_off_near_an_end() -> None:
    told = "He said that he would come... but he did not, and nobody has seen him since."
    texts = [han(seed)[:300] + "。" for seed in range(5)]
    assert cut(*texts, english(7)[:150] + told, english(8)[:170] + told) == [False] * 7


@pytest.mark.parametrize(
    "marker",
    [
        *("&hellip;", "[&hellip;]", " [&#8230;]", " Find out more", "...[详细]"),
        *(" READ MORE", " Mehr erfahren", "…（未完）", " (suite…)", "... 続きはこちら"),
        *("…更多>>", "【全文】", "...余下全文", "... Xem thêm", " Подробнее"),
    ],
)
def test_markers_of_many_pages(marker: str) -> None:
    bodies = [han(seed)[: 150 + 31 * seed] for seed in range(5)]
    findings = found(*(body + marker for body in bodies))
    assert [(one.truncated, one.length) for one in findings] == [(True, len(b)) for b in bodies]


def in_bytes(text: str) -> int:
    return len(text.encode())


def in_columns(text: str) -> int:
    return sum(1 if character.isascii() else 2 for character in text)


@pytest.mark.parametrize("measure", [in_bytes, in_columns])
@pytest.mark.parametrize("cap", [255, 300, 400])
def test_a_cap_may_count_bytes_or_columns(measure: Callable[[str], int], cap: int) -> None:
    texts = []
    for seed in range(8):
        text = han(seed)[: 9 + 7 * seed] + english(seed)
        while measure(text) > cap:
            text = text[:-1]
        texts.append(text + "...")
    findings = found(*texts, han(20)[:30] + "...", "等等...")
    assert [one.truncated for one in findings] == [True] * 8 + [False] * 2
    assert any("counted in" in one.evidence for one in findings)


def test_an_ellipsis_at_a_cap_of_former_times_is_a_cut() -> None:
    """One excerpt of samples/001.txt was cut at 300, all others of its page at 350."""
    *_, finding = found(*(han(seed)[:350] + "..." for seed in range(4)), han(9)[:300] + "...")

    assert finding == Truncation(True, "...", 300, 350, "marker at a round length")


def test_a_full_stop_may_stand_before_the_three_dots() -> None:
    stopped = han(8)[:349] + "."
    *_, finding = found(*(han(seed)[:350] + "..." for seed in range(3)), stopped + "...")

    assert finding == Truncation(True, "...", 350, 350, "marker at the cap")


def test_two_dots_of_the_text_may_stand_before_the_marker() -> None:
    *_, finding = found(*(han(seed)[:350] + "..." for seed in range(3)), han(8)[:348] + ".....")

    assert (finding.marker, finding.length) == ("...", 350)


def test_an_ellipsis_of_the_text_may_stand_before_the_marker() -> None:
    *_, finding = found(*(han(seed)[:350] + "…" for seed in range(3)), han(8)[:349] + "……")

    assert (finding.marker, finding.length) == ("…", 350)


def test_a_page_may_have_two_caps() -> None:
    texts = [han(seed)[: 300 if seed % 2 else 350] + "..." for seed in range(8)]
    findings = found(*texts, "短文……")

    assert [finding.cap for finding in findings[:8]] == [350, 300] * 4
    assert [finding.truncated for finding in findings] == [True] * 8 + [False]


@pytest.mark.parametrize("cap", [140, 200, 255, 350])
def test_cuts_at_word_borders_end_in_a_narrow_band(cap: int) -> None:
    bodies = [at_border(english(seed), cap) for seed in range(10)]
    findings = found(*(body + "..." for body in bodies), "That is all… for now…")

    assert [finding.truncated for finding in findings] == [True] * 10 + [False]
    assert [finding.length for finding in findings[:10]] == list(map(len, bodies))
    assert {finding.evidence for finding in findings[:10]} == {
        "marker just under the cap, at a word border"
    }


def test_cuts_after_a_number_of_words_are_cuts() -> None:
    texts = [" ".join(english(seed, 3000).split()[:50]) + "..." for seed in range(6)]
    assert cut(*texts) == [True] * 6


@pytest.mark.parametrize(
    "marker",
    [
        "...more", "… more", "... Read more", "… Read more »", "… [Continue reading]",
        " [Read more…]", " Continue reading →", "... Continue reading >>", "... 阅读全文",
        "阅读全文 »", "…查看更多", "展开全文", "（阅读全文）", "【阅读全文】", "続きを読む",
        "… 続きを読む", "더 보기", "...더보기", "... Read more...", "… Lire la suite",
        "… Weiterlesen", "…… 阅读全文 >>", "(...)", " (…)",
    ],
)  # fmt: skip
@pytest.mark.parametrize("space", ["", " ", " \u200b", "\u3000"])
def test_a_marker_in_words_or_brackets_says_so_itself(marker: str, space: str) -> None:
    body = han(1)[:87]
    whole = han(2)[:200] + "。"
    finding, _ = found(body + marker + space, whole)

    assert (finding.truncated, finding.length) == (True, 87)
    assert finding.marker == marker.strip()
    assert finding.evidence == "explicit marker"


@pytest.mark.parametrize(
    "text",
    [
        "There is a lot that you should read more.",
        "If you like it, read more",
        "We want more",
        "We need to do more",
        "He calls print(...)",
        "A range [0..9]",
        "see [1]",
        "it costs 5 >",
        "He read on",
    ],
)
def test_ordinary_words_are_no_marker(text: str) -> None:
    assert found(text) == [Truncation(False, None, len(text), None, "no marker")]


def test_a_page_may_cut_hard_with_no_marker() -> None:
    texts = [han(seed)[:200] for seed in range(4)]
    findings = found(*texts, "一篇短文。")

    assert [finding.truncated for finding in findings] == [True] * 4 + [False]
    assert findings[0] == Truncation(True, None, 200, 200, "cut at the cap without a marker")


def test_a_hard_cut_may_fall_on_a_full_stop() -> None:
    assert cut(han(1)[:200], han(2)[:200], han(3)[:199] + "。") == [True] * 3


def test_one_text_cannot_show_a_hard_cut() -> None:
    assert cut(han(1)[:200], "短文。") == [False, False]


def test_one_text_twice_cannot_show_a_hard_cut() -> None:
    assert cut(han(1)[:200], han(1)[:200]) == [False, False]


def test_members_of_a_series_are_equally_long_without_being_cut() -> None:
    texts = [f"Jekyll 3.1.{n} Released " + english(1)[:150] + " see the log" for n in range(5)]
    assert cut(*texts) == [False] * 5


def test_sentences_of_equal_length_are_not_cut() -> None:
    assert cut(*(han(seed)[:199] + "。" for seed in range(5))) == [False] * 5


def test_a_lone_marked_text_at_a_round_length_is_cut() -> None:
    assert cut(han(1)[:200] + "...") == [True]


def test_a_lone_short_text_with_an_ellipsis_is_whole() -> None:
    assert cut("Hmm, wait…") == [False]
    assert cut("Hmm, wait…", "Yes, yes…") == [False, False]


def test_a_lone_marked_text_is_whole_where_longer_ones_are() -> None:
    assert cut(han(1)[:187] + "……", han(2)[:600] + "。") == [False, False]


def test_a_lone_marked_text_is_cut_where_none_is_longer() -> None:
    assert cut(han(1)[:187] + "...", "短文。") == [True, False]


def test_a_cap_may_count_in_utf_16() -> None:
    """JavaScript counts a pictogram as two."""
    emoji = "🎉" * 20 + han(5)[:310]
    assert cut(*(han(seed)[:350] + "..." for seed in range(3)), emoji + "...")[-1] is True


def test_a_trimmed_cut_is_a_cut() -> None:
    *_, finding = found(*(english(s)[:349] + "x..." for s in range(3)), english(7)[:349] + "...")
    assert (finding.truncated, finding.length) == (True, 349)


def test_an_equal_length_of_two_in_a_band_is_no_cap() -> None:
    """Of ten cuts at word borders two are equally long by chance."""
    bodies = [at_border(english(seed), 200) for seed in range(30)]
    assert len(set(map(len, bodies))) < len(bodies)
    assert all(cut(*(body + "…" for body in bodies)))


def test_chinese_is_cut_at_the_cap_and_english_at_a_word_border() -> None:
    chinese = [han(seed)[:350] for seed in range(6)]
    bodies = [at_border(english(seed), 350) for seed in range(4)]
    assert len({*map(len, bodies)}) > 2
    assert all(cut(*(body + "..." for body in (*chinese, *bodies))))


def test_two_of_three_in_a_band_may_be_equally_long() -> None:
    assert cut(english(1)[:347] + "…", english(2)[:347] + "…", english(3)[:341] + "…") == [True] * 3


def test_a_text_with_nothing_but_a_marker_is_whole() -> None:
    assert cut("...", "…", "") == [False] * 3


@given(st.lists(st.text(alphabet=string.printable + "…。阅读全文 续\u200b", max_size=60)))
def test_any_page_gets_a_finding_for_each_text(texts: list[str]) -> None:
    findings = truncation.find(texts)

    assert len(findings) == len(texts)
    for text, finding in zip(texts, findings, strict=True):
        assert 0 <= finding.length <= len(text)
        if not finding.truncated:
            assert finding.length == len(text)
        elif finding.marker is not None:
            assert finding.marker in text[finding.length :]


@given(st.lists(st.sampled_from(range(30)), min_size=2, unique=True), st.sampled_from(CAPS))
def test_the_order_of_a_page_says_nothing(seeds: list[int], cap: int) -> None:
    texts = [han(seed)[: cap if seed % 3 else 40 + seed] + "..." for seed in seeds]
    assert found(*texts) == found(*reversed(texts))[::-1]


def test_a_long_run_of_dots_is_read_quickly() -> None:
    assert cut("." * 1_000_000, "…" * 1_000_000, "(" * 1_000_000 + "...", "> " * 500_000 + "...")


def test_a_round_length_far_under_the_cap_of_the_page_tells_nothing() -> None:
    words = "one word and another one, " * 20
    page = [f"{number} {words}"[:350] + "..." for number in range(8)]
    moved, own = truncation.find([*page, words[:300] + "...", words[4:153] + "...."])[-2:]

    assert (moved.truncated, moved.evidence) == (True, "marker at a round length")
    assert (own.truncated, own.evidence) == (False, "ellipsis of its own, under the cap")


def test_a_marker_with_a_long_tail_of_dots_and_arrows_is_told_at_once() -> None:
    """Each of these took a second and more, twice as long with every arrow or dot."""
    for tail in ("→" * 50 + "]", "." * 50 + "]", "... " * 12 + "(", " → ..." * 8 + "]"):
        assert truncation.ending("An article on ships. Read more" + tail) is None


def test_a_lone_teaser_is_told_by_the_entry_beside_it() -> None:
    entry = "The harbour master of Lund keeps a ledger of every ship, and of all that they bring."
    teaser = entry[:47] + "..."
    (alone,) = truncation.find([teaser])
    assert not alone.truncated
    found, whole, other = truncation.find(
        [teaser, entry, "Another one, that ends in dots of its own..."]
    )
    assert found.truncated
    assert (found.length, found.evidence) == (47, "marker where another text of the page goes on")
    assert not whole.truncated
    assert not other.truncated
