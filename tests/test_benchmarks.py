"""What the accuracy benchmark promises; with the text of Python and of the samples alone."""

from dataclasses import replace
from functools import partial
from pathlib import Path

import pytest

from benchmarks import ablation, accuracy, labelled, rivals, series
from benchmarks.labelled import LIKE, SMALL, Dump, Plan, Setting, Site
from benchmarks.scoring import Prediction, Rate, b_cubed, pairs, score

PLANS = (
    # The text is that of the running Python: so many edits that some show whatever it says.
    Plan(
        "manual", "en", labelled.prose, labelled.CAPS, moments=16, edits=labelled.COMMON, edited=0.6
    ),
    Plan(
        "weekly",
        "en",
        partial(labelled.weekly, title="Weekly #{}", shared=160),
        (Setting(350, titled=True),),
        moments=12,
        edits=LIKE,
        around=True,
    ),
    Plan("samples", "zh", labelled.short, labelled.WHOLE, moments=8, start=8, edits=SMALL),
)


def dumps(plan: Plan, seed: int = 1) -> list[Dump]:
    return Site(plan, seed, 0.0).dumps()


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("series")
    labelled.make(folder, sets={"small": PLANS})
    return folder


def test_the_same_seed_makes_the_same_series() -> None:
    for plan in PLANS:
        assert dumps(plan) == dumps(plan)
        assert dumps(plan) != dumps(plan, seed=2)


def test_an_article_is_new_once_and_repeated_ever_after() -> None:
    for plan in PLANS:
        known: set[str] = set()
        for page in dumps(plan):
            for label in page.labels:
                if label.kind == "excerpt":
                    assert label.seen == (label.article in known)
                    assert (label.status == "new") == (not label.seen)
                    assert label.reason
                    known.add(label.article)


def test_an_exact_repeat_is_the_line_that_was_there_before() -> None:
    for plan in PLANS:
        last: dict[str, str] = {}
        for page in dumps(plan):
            for label in page.labels:
                if label.kind == "excerpt":
                    exact = last.get(label.article) == label.line
                    assert (label.status == "repeated_exact") == exact
                    last[label.article] = label.line


def test_a_cut_line_ends_in_the_marker_at_the_cap() -> None:
    caps = {setting.cap for setting in labelled.CAPS}
    cut = [label for page in dumps(PLANS[0]) for label in page.labels if label.truncated]

    assert cut
    assert {len(label.line) - len(labelled.MARKER) for label in cut} <= caps


def test_a_shuffled_series_shows_the_same_lines() -> None:
    shuffled = replace(PLANS[0], name="shuffled", shuffled=True, history=PLANS[0].name)

    for page, other in zip(dumps(PLANS[0]), dumps(shuffled), strict=True):
        lines = [[x.line for x in p.labels if x.kind == "excerpt"] for p in (page, other)]
        assert sorted(lines[0]) == sorted(lines[1])


def test_every_edit_says_what_it_did() -> None:
    statuses = [label for page in dumps(PLANS[1]) for label in page.labels]
    reasons = {label.reason for label in statuses if label.status == "repeated_edited"}
    named = {reason for _, reason in labelled.EDITS.values()}

    assert reasons
    assert {part for reason in reasons for part in reason.split("; ")} <= named


def test_labels_are_read_as_they_were_written(made: Path) -> None:
    for one in series.read(made):
        lines = one.lines()
        for label in one.labels:
            text = lines[label["dump"], label["line_no"]]
            assert text
            if label["kind"] == "header":
                assert text in labelled.HEAD


def test_two_pairs_of_three_are_right() -> None:
    """Article a on three lines, b on one; the third line of a is put to b."""
    rate = pairs(["a", "a", "a", "b"], [1, 1, 2, 2])

    assert rate == Rate(precision=1 / 2, recall=1 / 3)
    assert rate.f1 == pytest.approx(0.4)


def test_b_cubed_by_hand() -> None:
    rate = b_cubed(["a", "a", "a", "b"], [1, 1, 2, 2])

    assert rate.precision == pytest.approx((1 + 1 + 1 / 2 + 1 / 2) / 4)
    assert rate.recall == pytest.approx((2 / 3 + 2 / 3 + 1 / 3 + 1) / 4)


def row(line: int, article: str, *, seen: bool, **more: object) -> dict[str, object]:
    label: dict[str, object] = {"dump": "s/1.txt", "line_no": line, "kind": "excerpt"}
    status = "repeated_exact" if seen else "new"
    label |= {"item_id": article, "seen_before": seen, "status": status, "truncated": False}
    return label | more


def test_a_score_counts_what_was_said_line_by_line() -> None:
    labels = [
        row(1, "a", seen=False),
        row(2, "a", seen=True),
        row(3, "a", seen=True, truncated=True),
        row(4, "b", seen=False),
        row(5, "c", seen=False, ignore="same_line_other_item"),
        {"dump": "s/1.txt", "line_no": 6, "kind": "date"},
    ]
    said = {
        ("s/1.txt", 1): Prediction("excerpt", repeated=False, item=1),
        ("s/1.txt", 2): Prediction("excerpt", repeated=True, item=1, truncated=True),
        ("s/1.txt", 4): Prediction("excerpt", repeated=True, item=1),
        ("s/1.txt", 5): Prediction("excerpt", repeated=True, item=1),
        ("s/1.txt", 6): Prediction("category"),
    }

    figures = score(labels, said)

    assert figures.lines == 4
    assert figures.repeated == Rate(precision=1 / 2, recall=1 / 2)
    assert figures.pairs == Rate(precision=1 / 3, recall=1 / 3)
    assert figures.cut == 2 / 4
    assert figures.whole == 2 / 3
    assert (figures.stray, figures.kind) == (1.0, 0.0)
    assert figures.by_status == {"new": (1, 2), "repeated_exact": (1, 2)}


def test_feedtool_is_right_on_a_small_set(made: Path) -> None:
    found = list(series.read(made))
    figures = accuracy.by_set(found, accuracy.judged(found))["small"]

    assert figures.repeated.f1 > 0.97
    assert figures.pairs.f1 > 0.9
    assert figures.cut is not None
    assert figures.cut > 0.99


def test_a_rival_that_knows_the_same_text_only_misses_every_edit(made: Path) -> None:
    (one,) = series.read(made, ("manual",))
    ((_, said),) = rivals.runs("exact text", one)
    figures = score(one.labels, said)

    assert figures.repeated.precision == 1
    right, all_ = figures.by_status["repeated_exact"]
    assert right == all_
    assert not figures.by_status["repeated_edited"][0]


def test_rivals_stand_below_feedtool_in_one_table(
    made: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr("sys.argv", ["accuracy", str(made), "--rivals"])
    assert accuracy.main() == 0
    table = capsys.readouterr().out.partition("rivals\n")[2].splitlines()

    ours, exact, jaccard, rapidfuzz = table[1:5]
    found = list(series.read(made))
    own = accuracy.judged(found)
    other = {one.name: said for one in found for _, said in rivals.runs("exact text", one)}
    for line, said in ((ours, own), (exact, other)):
        figures = accuracy.by_set(found, said)["small"]
        assert line.endswith(f" {figures.repeated.f1:.4f} / {figures.pairs.f1:.4f}")
    assert jaccard.split()[-2] == rapidfuzz.split()[-2] == "at"


def test_an_error_is_shown_with_both_texts(made: Path) -> None:
    (one,) = series.read(made, ("manual",))
    with ablation.RULES["edits (all of the following)"]():
        shown = "\n".join(accuracy.errors(one))

    assert "MISSED repeated_edited" in shown
    assert "    now:    " in shown
    assert "    before: " in shown


def test_a_rule_that_is_nowhere_in_the_judgement_is_not_switched_off() -> None:
    with pytest.raises(LookupError, match="no part of the judgement has gone"):
        ablation.judged_with(is_same=lambda *_: True, gone=None)


@pytest.mark.parametrize("rule", ablation.RULES)
def test_each_rule_can_be_switched_off_and_comes_back(made: Path, rule: str) -> None:
    found = list(series.read(made))
    before = accuracy.judged(found)
    with ablation.RULES[rule]():
        without = accuracy.judged(found)

    assert without.keys() == before.keys()
    assert accuracy.judged(found) == before
