"""feedtool and its peers, each given the same job: texts in, for every text its item out.

    python -m benchmarks.peers NAME FOLDER --count N --threshold T

An item is named by the place of its first text. A peer is used as its documentation says, in bulk
where it can; texts are cut into 4-grams of lower-case code points, which is fair to scripts without
spaces, by the peer itself where it knows how. A text joins the earlier text that the peer finds
nearest to it, if the peer calls that near enough.

The command runs one job in a process of its own and prints what it took as JSON: seconds from the
texts to the items, of processor time too, and the most memory that the process ever held.
"""

import argparse
import json
import os
import resource
import sys
import time
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from importlib import metadata
from importlib.util import find_spec
from itertools import pairwise
from pathlib import Path
from typing import Any, NamedTuple

from benchmarks import crowd

Items = Sequence[int]


class Found(NamedTuple):
    """The item of each text, and of how many texts feedtool says that they stand in a crowd."""

    items: Items
    capped: int | None = None


Job = Callable[[Sequence[str], Sequence[int]], Found]

PERMUTATIONS = 128
GRAM = 4
OURS = "feedtool"
# Of `ru_maxrss`.
UNIT = 1 if sys.platform == "darwin" else 1024


@dataclass(frozen=True, slots=True)
class Peer:
    """A way to do the job: what makes it, its package, its thresholds, the most texts it is given.

    `make` imports the package, so that only the job itself is timed. The thresholds are in order,
    the one that costs least first. One whose cost grows with the square of the texts, or that is
    slow from the start, is not asked to do more than `most`. Its process has `environment`.
    """

    make: Callable[[float], Job]
    package: str
    thresholds: tuple[float, ...] = (0.7, 0.6, 0.5, 0.4, 0.3)
    most: int = 1 << 40
    environment: Mapping[str, str] = field(default_factory=dict)


def feedtool(jobs: float) -> Job:
    """Judge by `feedtool.cluster`, every rule on, with so many processes; 0 are all cores."""
    from feedtool import cluster
    from feedtool.corpus import crew

    # It loads what it needs when it is first called.
    cluster([""])
    count = int(jobs) or crew.most()

    def run(texts: Sequence[str], pages: Sequence[int]) -> Found:
        clusters = cluster(texts, pages, jobs=count)
        return Found(clusters.items, int(clusters.crowded.sum()))

    return run


def gaoya(threshold: float) -> Job:
    """Fill gaoya's index in bulk and ask it in bulk; it cuts the grams and uses every core."""
    from gaoya.minhash import MinHashStringIndex

    bands, rows = _bands(threshold)

    def run(texts: Sequence[str], _: Sequence[int]) -> Found:
        index = MinHashStringIndex(
            hash_size=32,
            jaccard_threshold=threshold,
            num_bands=bands,
            band_size=rows,
            analyzer="char",
            lowercase=True,
            ngram_range=(GRAM, GRAM),
            id_container="smallvec",
        )
        index.par_bulk_insert_docs(list(range(len(texts))), texts)
        near = index.par_bulk_query(texts, return_similarity=True)
        return _joined(
            max(((likeness, -j) for j, likeness in found if j < i), default=None)
            for i, found in enumerate(near)
        )

    return run


def rensa(threshold: float) -> Job:
    """Keep what rensa's deduplicator keeps, ask it for the rest."""
    from rensa import RMinHash, RMinHashDeduplicator

    def run(texts: Sequence[str], _: Sequence[int]) -> Found:
        known = RMinHashDeduplicator(threshold=threshold, num_perm=PERMUTATIONS, use_lsh=True)
        sketches = RMinHash.from_token_sets(map(grams, texts), PERMUTATIONS, 42)
        kept = known.add_pairs((str(i), sketch) for i, sketch in enumerate(sketches))
        left = [i for i, is_new in enumerate(kept) if not is_new]
        near = dict(zip(left, known.get_duplicate_sets([sketches[i] for i in left]), strict=True))
        return _joined(
            max(
                ((sketch.jaccard(sketches[j]), -j) for j in map(int, near.get(i, ())) if j < i),
                default=None,
            )
            for i, sketch in enumerate(sketches)
        )

    return run


def fastsketch(threshold: float) -> Job:
    """Sketch and index in batches with FastSketchLSH, and check what its index returns."""
    import numpy as np
    from FastSketchLSH import LSH, FastSimilaritySketch

    # A sketch has a power of two of slots.
    bands, _rows = _bands(threshold, (2, 4, 8, 16))

    def run(texts: Sequence[str], _: Sequence[int]) -> Found:
        sketcher = FastSimilaritySketch(size=PERMUTATIONS)
        sketches = np.asarray(sketcher.batch([grams(text) for text in texts]))
        index = LSH(num_perm=PERMUTATIONS, num_bands=bands)
        index.insert(sketches)
        found, starts = index.query(sketches, format="csr")
        best: list[tuple[float, int] | None] = []
        for i, (start, end) in enumerate(pairwise(starts)):
            near = found[start:end]
            near = near[near < i]
            likeness = (sketches[near] == sketches[i]).mean(axis=1)
            pairs = zip(likeness.tolist(), (-near.astype(np.int64)).tolist(), strict=True)
            best.append(max((pair for pair in pairs if pair[0] >= threshold), default=None))
        return _joined(best)

    return run


def datasketch(threshold: float) -> Job:
    """Sketch in bulk with datasketch, ask its MinHashLSH text by text, and check what it says."""
    from datasketch import MinHash, MinHashLSH

    def run(texts: Sequence[str], _: Sequence[int]) -> Found:
        encoded = ([gram.encode() for gram in grams(text)] for text in texts)
        sketches = MinHash.bulk(encoded, num_perm=PERMUTATIONS)
        index = MinHashLSH(threshold=threshold, num_perm=PERMUTATIONS)

        def best() -> Iterator[tuple[float, int] | None]:
            for i, sketch in enumerate(sketches):
                pairs = ((sketch.jaccard(sketches[j]), -j) for j in index.query(sketch))
                yield max((pair for pair in pairs if pair[0] >= threshold), default=None)
                index.insert(i, sketch)

        return _joined(best())

    return run


def simhash(distance: float) -> Job:
    """Ask the index of simhash, which cuts the grams; near is a Hamming distance up to so much."""
    from simhash import Simhash, SimhashIndex

    def run(texts: Sequence[str], _: Sequence[int]) -> Found:
        index = SimhashIndex([], k=int(distance))

        def best() -> Iterator[tuple[float, int] | None]:
            sketches = []
            for i, text in enumerate(texts):
                sketches.append(Simhash(text))
                near = map(int, index.get_near_dups(sketches[i]))
                yield max(((-sketches[i].distance(sketches[j]), -j) for j in near), default=None)
                index.add(str(i), sketches[i])

        return _joined(best())

    return run


def rapidfuzz(threshold: float) -> Job:
    """Compare every two texts by `rapidfuzz.fuzz.ratio`, a thousand rows at once on every core."""
    import numpy as np
    from rapidfuzz import fuzz, process

    def run(texts: Sequence[str], _: Sequence[int]) -> Found:
        lower = [text.lower() for text in texts]

        def best() -> Iterator[tuple[float, int] | None]:
            for start in range(0, len(lower), 1000):
                rows = lower[start : start + 1000]
                table = process.cdist(
                    rows,
                    lower[: start + len(rows)],
                    scorer=fuzz.ratio,
                    score_cutoff=threshold * 100,
                    dtype=np.float32,
                    workers=-1,
                )
                for i, row in enumerate(table, start):
                    j = int(row[:i].argmax()) if i else 0
                    yield (float(row[j]), -j) if i and row[j] else None

        return _joined(best())

    return run


def text_dedup(threshold: float) -> Job:
    """Run the command `text_dedup.minhash` and read the clusters that it writes."""
    import pickle
    import subprocess
    import tempfile

    def run(texts: Sequence[str], _: Sequence[int]) -> Found:
        with tempfile.TemporaryDirectory() as folder:
            source, out = Path(folder, "texts.jsonl"), Path(folder, "out")
            with source.open("w", encoding="utf-8") as file:
                file.writelines(json.dumps({"text": text}) + "\n" for text in texts)
            command = [sys.executable, "-m", "text_dedup.minhash", "--path", "json"]
            command += ["--data_files", str(source), "--split", "train", "--column", "text"]
            command += ["--threshold", str(threshold), "--num_perm", str(PERMUTATIONS)]
            command += ["--output", str(out), "--cache_dir", folder, "--debug"]
            # Its grams are of words, of which it finds one in a Chinese sentence.
            command += ["--ngram", "1", "--min_length", "1", "--num_proc", str(os.cpu_count())]
            subprocess.run(command, check=True, capture_output=True, cwd=folder)
            with (out / "uf.pkl").open("rb") as file:
                parents = pickle.load(file)
        found = parents.get("uf", parents) if isinstance(parents, dict) else parents.parent
        # A cluster is named by any of its texts.
        first: dict[int, int] = {}
        return Found([first.setdefault(_root(found, i), i) for i in range(len(texts))])

    return run


def _root(parents: Any, i: int) -> int:
    while parents.get(i, i) != i:
        i = parents[i]
    return i


PEERS: dict[str, Peer] = {
    OURS: Peer(feedtool, "feedtool", (0.0,)),
    f"{OURS}, one process": Peer(feedtool, "feedtool", (1.0,)),
    f"{OURS}, not compiled": Peer(feedtool, "feedtool", (0.0,), environment={"FEEDTOOL_PURE": "1"}),
    "gaoya": Peer(gaoya, "gaoya"),
    "rensa": Peer(rensa, "rensa"),
    "FastSketchLSH": Peer(fastsketch, "FastSketchLSH", most=300_000),
    "datasketch": Peer(datasketch, "datasketch", most=100_000),
    "simhash": Peer(simhash, "simhash", (3, 6, 9), most=10_000),
    "rapidfuzz": Peer(rapidfuzz, "rapidfuzz", (0.8, 0.7, 0.6), most=10_000),
    "text-dedup": Peer(text_dedup, "text_dedup", most=10_000),
}


def grams(text: str) -> list[str]:
    """Return the 4-grams of a text; a shorter one is its own."""
    text = text.lower()
    return [text[i : i + GRAM] for i in range(max(1, len(text) - GRAM + 1))]


def _bands(threshold: float, rows: Iterable[int] = range(2, 17)) -> tuple[int, int]:
    """Return how many bands of how many rows find pairs above a threshold, as datasketch reckons.

    The sum of both areas of error under the S-curve (Leskovec, Rajaraman, Ullman, chapter 3.4) is
    least; a tenth is taken off the threshold, since what the bands return is checked afterwards.
    """
    aim, steps = max(threshold - 0.1, 0.1), 100

    def error(bands: int, rows: int) -> float:
        found = ((i / steps, 1 - (1 - (i / steps) ** rows) ** bands) for i in range(steps))
        return sum(p if s < aim else 1 - p for s, p in found)

    pairs = [(PERMUTATIONS // height, height) for height in rows]
    return min(pairs, key=lambda pair: error(*pair))


def _joined(best: Iterable[tuple[float, int] | None]) -> Found:
    """Return the first text of each item; `best` names its nearest by the negative of its place."""
    items: list[int] = []
    for i, near in enumerate(best):
        items.append(items[-near[1]] if near else i)
    return Found(items)


def available(name: str) -> bool:
    """Tell whether the package behind a peer is installed."""
    return find_spec(PEERS[name].package) is not None


def version(name: str) -> str:
    """Return the version of a peer's package."""
    return metadata.version(name)


def peak() -> int:
    """Return the most bytes of memory that this process ever held.

    Linux counts in `ru_maxrss` what the parent held when it forked, so that is asked elsewhere.
    """
    status = Path("/proc/self/status")
    if status.exists():
        lines = status.read_text("ascii").splitlines()
        return int(next(line.split()[1] for line in lines if line.startswith("VmHWM"))) * 1024
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * UNIT


def _processor() -> float:
    own, children = (
        resource.getrusage(w) for w in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)
    )
    return own.ru_utime + own.ru_stime + children.ru_utime + children.ru_stime


def main() -> int:
    """Do one job and print what it took."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").split("\n")[0])
    parser.add_argument("name", choices=PEERS)
    parser.add_argument("folder", type=Path)
    parser.add_argument("--count", type=int, required=True)
    parser.add_argument("--threshold", type=float, default=0.0)
    asked = parser.parse_args()
    folder = crowd.Folder(asked.folder)
    peer = PEERS[asked.name]
    os.environ.update(peer.environment)
    run = peer.make(asked.threshold)
    texts, pages = folder.texts(asked.count), folder.pages(asked.count)
    loaded, spent, began = peak(), _processor(), time.perf_counter()
    found = run(texts, pages)
    took = {
        "seconds": time.perf_counter() - began,
        "processor": _processor() - spent,
        # A peer that is a command held its memory in a process of its own.
        "peak": max(peak(), resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss * UNIT),
        "before": loaded,
        "capped": found.capped,
    }
    items = [int(item) for item in found.items]
    print(json.dumps(took | score(folder.articles(asked.count), items)))
    return 0


def score(articles: Sequence[int], items: Items) -> dict[str, float]:
    """Rate items: of the texts with an earlier one of their article, the share joined to it.

    Joined to it is a text if the first text of its item is of its article; precision is the share
    of those among all that were joined to anything.
    """
    seen: set[int] = set()
    copies = joined = right = 0
    for i, (article, item) in enumerate(zip(articles, items, strict=True)):
        copies += article in seen
        seen.add(article)
        joined += item != i
        right += item != i and articles[item] == article
    return {
        "recall": right / copies if copies else 1.0,
        "precision": right / joined if joined else 1.0,
    }


if __name__ == "__main__":
    sys.exit(main())
