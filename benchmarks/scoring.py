"""Labels and predictions -> figures.

- repeated: precision, recall and F1 of "this article was here before", line by line;
- pairs: the same of all pairs of lines that were put into one item;
- B-cubed: for each line, how much of its item is its article, and the other way round;
- cut, whole: the lines whose truncation was told rightly; of the complete ones, those called so;
- stray, kind: the stray lines recognised as such, and with the right kind.

Lines that nothing could tell apart (`ignore` in the labels) count nowhere.
"""

from collections import Counter
from collections.abc import Hashable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

Label = Mapping[str, Any]
Place = tuple[str, int]


@dataclass(frozen=True, slots=True)
class Prediction:
    """What was said of one line."""

    kind: str
    repeated: bool = False
    item: Hashable = None
    truncated: bool = False


@dataclass(frozen=True, slots=True)
class Rate:
    """Precision and recall."""

    precision: float
    recall: float

    @property
    def f1(self) -> float:
        """The harmonic mean of both."""
        both = self.precision + self.recall
        return 2 * self.precision * self.recall / both if both else 0.0


@dataclass(frozen=True, slots=True)
class Score:
    """The figures of one series, or of many; None where there was nothing to tell."""

    lines: int
    repeated: Rate
    pairs: Rate
    b_cubed: Rate
    cut: float | None
    whole: float | None
    stray: float | None
    kind: float | None
    by_status: Mapping[str, tuple[int, int]]


UNSAID = Prediction("unknown")


def score(labels: Iterable[Label], predictions: Mapping[Place, Prediction]) -> Score:
    """Compare predictions with labels; a line of which nothing was said is wrong."""
    excerpts: list[tuple[Label, Prediction]] = []
    stray: list[tuple[Label, Prediction]] = []
    for label in labels:
        said = predictions.get(place(label), UNSAID)
        if label["kind"] == "excerpt":
            excerpts += [] if label.get("ignore") else [(label, said)]
        elif label["kind"] != "header":
            stray.append((label, said))
    articles = [label["item_id"] for label, _ in excerpts]
    items = [_item(label, said) for label, said in excerpts]
    return Score(
        lines=len(excerpts),
        repeated=_repeated(excerpts),
        pairs=pairs(articles, items),
        b_cubed=b_cubed(articles, items),
        cut=_share(said.truncated == label["truncated"] for label, said in excerpts),
        whole=_share(
            said.kind == "excerpt" and not said.truncated
            for label, said in excerpts
            if not label["truncated"]
        ),
        stray=_share(said.kind not in ("excerpt", UNSAID.kind) for _, said in stray),
        kind=_share(said.kind == label["kind"] for label, said in stray),
        by_status=_by_status(excerpts),
    )


def place(label: Label) -> Place:
    """Return where a line stands: its dump and its number."""
    return label["dump"], label["line_no"]


def _item(label: Label, said: Prediction) -> Hashable:
    series = label["dump"].rsplit("/", 1)[0]
    return (series, said.item) if said.item is not None else (place(label), "alone")


def _is_repeated(said: Prediction) -> bool:
    return said.kind == "excerpt" and said.repeated


def _repeated(excerpts: Sequence[tuple[Label, Prediction]]) -> Rate:
    pairs = [(bool(label["seen_before"]), _is_repeated(said)) for label, said in excerpts]
    right = pairs.count((True, True))
    return _rate(right, right + pairs.count((False, True)), right + pairs.count((True, False)))


def _by_status(excerpts: Sequence[tuple[Label, Prediction]]) -> dict[str, tuple[int, int]]:
    found: dict[str, list[bool]] = {}
    for label, said in excerpts:
        right = _is_repeated(said) == label["seen_before"]
        found.setdefault(label["status"], []).append(right)
    return {status: (sum(right), len(right)) for status, right in sorted(found.items())}


def _share(answers: Iterable[bool]) -> float | None:
    listed = list(answers)
    return sum(listed) / len(listed) if listed else None


def _rate(right: float, said: float, true: float) -> Rate:
    return Rate(right / said if said else 1.0, right / true if true else 1.0)


def pairs(articles: Sequence[Hashable], items: Sequence[Hashable]) -> Rate:
    """Rate the pairs of lines that were put into one item."""
    both = _pairs_in(Counter(zip(articles, items, strict=True)))
    return _rate(both, _pairs_in(Counter(items)), _pairs_in(Counter(articles)))


def _pairs_in(sizes: Counter[Any]) -> int:
    return sum(size * (size - 1) // 2 for size in sizes.values())


def b_cubed(articles: Sequence[Hashable], items: Sequence[Hashable]) -> Rate:
    """Rate, line by line, the item against the article (A. Bagga and B. Baldwin, 1998)."""
    of_article, of_item = Counter(articles), Counter(items)
    both = Counter(zip(articles, items, strict=True))
    lines = len(articles)
    if not lines:
        return Rate(1.0, 1.0)
    return Rate(
        sum(n * n / of_item[item] for (_, item), n in both.items()) / lines,
        sum(n * n / of_article[article] for (article, _), n in both.items()) / lines,
    )
