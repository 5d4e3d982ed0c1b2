"""What others would say of the same lines: five simple ways, each at the threshold it likes best.

A rival is given the excerpt lines of a series in their order, as they stand. A line that it has
not seen is the article of the earlier line that it finds most alike, if that is alike enough, and
otherwise a new one. Texts are cut into 4-grams of code points, which is fair to scripts without
spaces. `reader` decides by itself what is alike enough.
"""

from collections.abc import Callable, Iterator, Sequence
from importlib.util import find_spec
from itertools import combinations

from benchmarks.scoring import Place, Prediction, place
from benchmarks.series import Series

GRAM = 4
THRESHOLDS = (0.5, 0.6, 0.7, 0.8, 0.9)
PERMUTATIONS = 128

# For each distinct line the place of the earlier one it is most like, and how much.
Nearest = list[tuple[int, float]]
# What a rival makes of lines once, to be asked with one threshold after the other.
Asked = Callable[[float], Nearest]
Rival = Callable[[Sequence[str]], Asked]


def exact(lines: Sequence[str]) -> Asked:
    """Know a line again if it is the same."""
    return _whatever([(0, 0.0)] * len(lines))


def jaccard(lines: Sequence[str]) -> Asked:
    """Compare the sets of 4-grams of every two lines."""
    numbers: dict[str, int] = {}
    # A set of numbered grams is a number whose bits are set: intersecting two costs nothing.
    masks = [sum(1 << numbers.setdefault(g, len(numbers)) for g in grams(line)) for line in lines]

    def likeness(i: int, j: int) -> float:
        return (masks[i] & masks[j]).bit_count() / ((masks[i] | masks[j]).bit_count() or 1)

    return _whatever(_nearest(len(lines), likeness))


def rapidfuzz(lines: Sequence[str]) -> Asked:
    """Compare every two lines by `rapidfuzz.fuzz.ratio`."""
    from rapidfuzz import fuzz, process

    table = process.cdist(lines, lines, scorer=fuzz.ratio) / 100
    return _whatever(_nearest(len(lines), lambda i, j: float(table[i, j])))


def datasketch(lines: Sequence[str]) -> Asked:
    """Ask the MinHashLSH of datasketch."""
    from datasketch import MinHash, MinHashLSH

    sketches = MinHash.bulk(
        [[gram.encode("utf-8", "surrogatepass") for gram in grams(line)] for line in lines],
        num_perm=PERMUTATIONS,
    )

    def asked(threshold: float) -> Nearest:
        lsh = MinHashLSH(threshold=threshold, num_perm=PERMUTATIONS)
        found: Nearest = []
        for number, sketch in enumerate(sketches):
            near = [(sketch.jaccard(sketches[key]), -key) for key in lsh.query(sketch)]
            likeness, key = max(near, default=(0.0, 0))
            found.append((-key, likeness))
            lsh.insert(number, sketch)
        return found

    return asked


def rensa(lines: Sequence[str]) -> Asked:
    """Ask the RMinHashDeduplicator of rensa, which checks what its LSH returns."""
    from rensa import RMinHash, RMinHashDeduplicator

    sketches = RMinHash.from_token_sets([sorted(grams(line)) for line in lines], PERMUTATIONS, 42)

    def asked(threshold: float) -> Nearest:
        known = RMinHashDeduplicator(threshold=threshold, num_perm=PERMUTATIONS, use_lsh=True)
        found: Nearest = []
        for number, sketch in enumerate(sketches):
            near = [int(key) for key in known.get_duplicates(sketch)]
            likeness, key = max(((sketch.jaccard(sketches[k]), -k) for k in near), default=(0.0, 0))
            found.append((-key, likeness))
            known.add(str(number), sketch)
        return found

    return asked


def reader(lines: Sequence[str]) -> Asked:
    """Ask the content rule of reader's entry_dedupe plugin, the first line that it agrees to.

    The plugin asks only where title, link or date are equal; an excerpt has none of them.
    """
    return _whatever(_reader(lines, None))


def reader_short(lines: Sequence[str]) -> Asked:
    """Ask the same rule without its least length of 48 words, which no CJK excerpt has."""
    return _whatever(_reader(lines, 1))


def _reader(lines: Sequence[str], least: int | None) -> Nearest:
    from reader.plugins import entry_dedupe as rule

    tokens = [rule.tokenize_content(line) for line in lines]
    least = rule.MIN_CONTENT_LENGTH if least is None else least
    found: Nearest = []
    for number, one in enumerate(tokens):
        found.append((0, 0.0))
        for earlier in range(number - 1, -1, -1):
            short, long = sorted((one, tokens[earlier]), key=len)
            if len(short) < least:
                continue
            # As in `is_duplicate_entry`.
            if len(long) / len(short) > rule.MIN_TRIM_CONTENT_RATIO:
                long = long[: len(short)]
            if rule.is_duplicate(long, short):
                found[-1] = earlier, 1.0
                break
    return found


RIVALS: dict[str, tuple[Rival, str, tuple[float, ...]]] = {
    "exact text": (exact, "", (1.0,)),
    "4-gram Jaccard": (jaccard, "", THRESHOLDS),
    "rapidfuzz ratio": (rapidfuzz, "rapidfuzz", THRESHOLDS),
    "MinHash LSH, datasketch": (datasketch, "datasketch", THRESHOLDS),
    "MinHash LSH, rensa": (rensa, "rensa", THRESHOLDS),
    "reader entry_dedupe": (reader, "reader", (1.0,)),
    "reader entry_dedupe, any length": (reader_short, "reader", (1.0,)),
}


def grams(text: str) -> set[str]:
    """Return the 4-grams of a text; a shorter one is its own."""
    return {text[i : i + GRAM] for i in range(max(1, len(text) - GRAM + 1))}


def available(name: str) -> bool:
    """Tell whether the package behind a rival is installed."""
    package = RIVALS[name][1]
    return not package or find_spec(package) is not None


def runs(name: str, series: Series) -> Iterator[tuple[float, dict[Place, Prediction]]]:
    """Yield what a rival says of a series, at each of its thresholds."""
    rival, _, thresholds = RIVALS[name]
    texts = series.lines()
    excerpts = {place(label) for label in series.labels if label["kind"] == "excerpt"}
    places = [at for at in texts if at in excerpts]
    distinct = list(dict.fromkeys(texts[at] for at in places))
    asked = rival(distinct)
    for threshold in thresholds:
        items = list(range(len(distinct)))
        for number, (earlier, likeness) in enumerate(asked(threshold)):
            if likeness >= threshold:
                items[number] = items[earlier]
        known = dict(zip(distinct, items, strict=True))
        seen: set[int] = set()
        said = {}
        for at in places:
            item = known[texts[at]]
            said[at] = Prediction("excerpt", item in seen, item)
            seen.add(item)
        yield threshold, said


def _whatever(found: Nearest) -> Asked:
    """Return what answers the same at every threshold."""
    return lambda _: found


def _nearest(count: int, likeness: Callable[[int, int], float]) -> Nearest:
    best: Nearest = [(0, 0.0)] * count
    for earlier, later in combinations(range(count), 2):
        found = likeness(earlier, later)
        if found > best[later][1]:
            best[later] = earlier, found
    return best
