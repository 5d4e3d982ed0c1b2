"""`dedup`: a whole corpus at once, which is what `ingest` would have said of it in one order."""

import csv
import io
import json
import os
import pickle
import resource
import signal
import subprocess
import sys
from collections.abc import Callable, Iterator, Sequence
from contextlib import closing, contextmanager
from pathlib import Path
from random import Random
from typing import Any

import numpy as np
import pytest

import feedtool
from feedtool import canonical, pipeline
from feedtool.commands import output
from feedtool.corpus import clusters, sketches, verdicts
from feedtool.corpus.columns import Corpus
from feedtool.corpus.notes import Verdicts
from feedtool.deduplicating import Deduplication, Judged
from feedtool.reading import DEFAULT_READING, each
from feedtool.renderers import Paper, ndjson
from feedtool.report import Failure, TransmissionReport
from feedtool.sources import walk
from feedtool.stores.memory import MemoryArchive
from tests.console import Ran, run
from tests.factories import MAY, excerpt
from tests.pages import SAMPLES, articles
from tests.validation import validated

ROOT = Path(__file__).parent.parent
HEAD = "INCOMING TRANSMISSION\n\nLATEST UPDATES\n"
LETTER = "The harbour master of Lund keeps a ledger of every ship, letter {}"


def variant(random: Random, text: str) -> str:
    """Return a text as another day or another feed may show it."""
    place = random.randrange(60, 200)
    return random.choice(
        [
            text,
            text[:place] + "...",
            text[:place] + "改" + text[place:],
            "Update 2: " + text,
            text.replace(" ", ""),
            f"Weekly {random.randrange(4)} " + text[:60],
        ]
    )


@pytest.fixture(scope="module")
def corpus(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a folder with dumps of three senders who copy from each other, and from themselves."""
    folder, random, texts = tmp_path_factory.mktemp("corpus"), Random(5), articles()[:24]
    for sender in ("rust", "go", "zig"):
        (folder / sender).mkdir()
        for day in range(5):
            pages = [
                HEAD + "".join(f"{variant(random, random.choice(texts))}\n" for _ in range(9))
                for _ in range(random.randrange(1, 3))
            ]
            (folder / sender / f"{day}.txt").write_text("".join(pages), "utf-8")
    # The same page twice is two pages.
    (folder / "go/again.txt").write_bytes((folder / "go/0.txt").read_bytes())
    (folder / "samples").symlink_to(SAMPLES)
    return folder


Said = tuple[object, ...]


def said(judged: Judged) -> list[Said]:
    """Return what is said of each excerpt, in the order of their places."""
    return sorted(
        (
            *(one.source, one.line, one.position, one.origin, cluster.item),
            *(one.novelty, one.change, one.truncated, one.kind, one.score),
        )
        for cluster in judged.clusters()
        for one in cluster.members
    )


def ingested(names: Sequence[str], origin_by: str) -> list[Said]:
    """Return what `ingest` says, origin after origin, in byte order of the names."""
    archive = MemoryArchive()
    told: list[Said] = []
    origin_of = canonical.ORIGIN_BY[origin_by]
    for origin in sorted({origin_of(name) for name in names}):
        own = sorted(name for name in names if origin_of(name) == origin)
        for report in pipeline.ingest(own, archive, origin=origin, now=lambda: MAY):
            assert isinstance(report, TransmissionReport)
            told += [
                (report.source, one.line, one.position, origin, one.item)
                + (one.novelty, one.change, one.truncated)
                + ((one.match.kind, one.match.score) if one.match else (None, None))
                for one in report.excerpts
            ]
    return sorted(told)


@pytest.mark.parametrize("origin_by", ["folder", "name", "none"])
def test_it_is_what_ingest_says_of_the_same_sources_in_order(corpus: Path, origin_by: str) -> None:
    names = [*walk([str(corpus)]), *walk([str(corpus / "samples")])]
    with closing(Deduplication(reversed(names), origin_by=origin_by)) as run_:
        assert not any(isinstance(read, Failure) for read in run_.read())
        found = said(run_.judge())
    assert found == ingested(names, origin_by)
    assert len(found) > 200
    assert len({one[4] for one in found}) < 100


@pytest.mark.parametrize("jobs", [1, 2, 3])
def test_several_processes_read_and_judge_alike(
    corpus: Path, jobs: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("feedtool.deduplicating.BATCH", 20)
    monkeypatch.setattr("feedtool.deduplicating.MANY", 60)
    with closing(Deduplication(walk([str(corpus)]), jobs=jobs)) as run_:
        assert not any(isinstance(read, Failure) for read in run_.read())
        assert said(run_.judge()) == ingested(run_.sources, "folder")


@pytest.mark.parametrize("most", [1, 3000])
def test_long_texts_come_in_smaller_batches_and_are_judged_alike(
    corpus: Path, most: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("feedtool.deduplicating.BATCH_CHARACTERS", most)
    monkeypatch.setattr("feedtool.corpus.pages.MOST_CHARACTERS", most)
    monkeypatch.setattr("feedtool.corpus.relations.MOST_CHARACTERS", most)
    with closing(Deduplication(walk([str(corpus)]))) as run_:
        assert not any(isinstance(read, Failure) for read in run_.read())
        assert said(run_.judge()) == ingested(run_.sources, "folder")


LINES = """\
The harbour master keeps a ledger of every ship that comes in, and reads it in the evening.
A second ledger is kept by nobody in particular, and has been empty for eleven years now.
The harbour master keeps a ledger of each ship that comes in, and reads it in the evening.
"""


def test_a_page_shows_an_article_once_but_excerpts_that_stand_alone_are_joined(
    tmp_path: Path,
) -> None:
    (tmp_path / "a.txt").write_text(LINES)
    (tmp_path / "b.txt").write_text("")
    (tmp_path / "c.txt").write_text(HEAD + LINES)
    together = list(feedtool.dedup([str(tmp_path)]))
    assert [[m.line for m in one.members] for one in together] == [[1, 4], [2, 5], [3, 6]]
    found = list(feedtool.dedup([str(tmp_path)], alone=True))
    assert [[(m.source[-5:], m.line, m.position) for m in one.members] for one in found] == [
        [("a.txt", 1, 1), ("a.txt", 3, 3), ("c.txt", 4, 1), ("c.txt", 6, 3)],
        [("a.txt", 2, 2), ("c.txt", 5, 2)],
    ]
    against = [m.against for m in found[0].members]
    assert [(spot.source[-5:], spot.line) if spot else None for spot in against] == [
        None, ("a.txt", 1), ("a.txt", 1), ("a.txt", 3)
    ]  # fmt: skip


@pytest.mark.parametrize("batch", [1, 7, 1000])
def test_excerpts_that_stand_alone_are_those_of_pages_with_one(
    corpus: Path, batch: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("feedtool.deduplicating.BATCH", batch)
    names = sorted(walk([str(corpus / "samples")]))
    excerpts = [
        found for read in each(names, DEFAULT_READING)
        if not isinstance(read, Failure) for found in read.excerpts
    ]  # fmt: skip
    with closing(Corpus(on_disk=False)) as made:
        made.add(excerpts, range(len(excerpts)))
        expected = verdicts.judge(made).items.tolist()
    with closing(Deduplication(names, alone=True)) as run_:
        assert not any(isinstance(read, Failure) for read in run_.read())
        found = [[m.text or one.text for m in one.members] for one in run_.judge().clusters()]
    items: dict[int, list[str]] = {}
    for item, one in zip(expected, excerpts, strict=True):
        items.setdefault(item, []).append(one.text)
    assert found == list(items.values())


@contextmanager
def corpus_of(*origins: Sequence[str]) -> Iterator[Corpus]:
    """Make a corpus of the sources of some origins."""
    made, page = Corpus(on_disk=False), 0
    for origin, names in enumerate(origins):
        for read in each(names, DEFAULT_READING):
            assert not isinstance(read, Failure)
            made.add(read.excerpts, [page] * len(read.excerpts), origin)
            page += 1
    with closing(made):
        yield made


def judged_apart(names: Sequence[str]) -> Verdicts:
    """Judge one origin, as on a machine of its own."""
    with corpus_of(names) as made:
        found = verdicts.judge_origins(made, None, lambda *_: None)
    sent: Verdicts = pickle.loads(pickle.dumps(found))
    return sent


def test_origins_judged_apart_and_linked_afterwards_are_the_same(corpus: Path) -> None:
    origins = [sorted(walk([str(corpus / sender)])) for sender in ("go", "rust", "samples", "zig")]
    apart = [judged_apart(names) for names in origins]
    starts = np.cumsum([0, *(len(found.items) for found in apart[:-1])])
    joined = Verdicts(
        np.concatenate([found.items + at for found, at in zip(apart, starts, strict=True)]),
        np.concatenate([found.against + at for found, at in zip(apart, starts, strict=True)]),
        *(
            np.concatenate([getattr(found, name) for found in apart])
            for name in ("kinds", "changes", "scores", "crowded")
        ),
    )
    with corpus_of(*origins) as whole:
        linked = verdicts.link_origins(whole, joined, whole.origins)
        expected = verdicts.judge(whole)
        origin_of = whole.origins
    for name in Verdicts.__slots__:
        assert getattr(linked, name).tolist() == getattr(expected, name).tolist(), name
    # Some items are met in several origins.
    assert (origin_of[linked.items] != origin_of).any()


@pytest.mark.parametrize(
    "step", [sketches.sketch, verdicts.judge_origins, verdicts.link_origins, canonical.ordered]
)
def test_every_step_can_be_sent_to_another_process(step: Callable[..., object]) -> None:
    assert pickle.loads(pickle.dumps(step)) is step


FORMS = ("terminal", "json", "ndjson", "csv")


@pytest.mark.parametrize("form", FORMS)
def test_the_order_of_arguments_does_not_tell(corpus: Path, form: str) -> None:
    paths = [*map(str, corpus.iterdir()), *walk([str(corpus)])]
    wanted = run("dedup", "--format", form, "-v", *sorted(paths)).out
    Random(3).shuffle(paths)
    assert run("dedup", "--format", form, "-v", *paths, *paths[:5]).out == wanted
    assert run("dedup", "--format", form, "-v", corpus, f"{corpus}/samples").out == wanted


def rows(ran: Ran) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(ran.out, newline="")))


def test_each_form_says_the_same(corpus: Path) -> None:
    folders = [corpus / "go", corpus / "rust", corpus / "gone.txt"]
    document = validated("dedup", run("dedup", "--json", *folders).out)
    lines = validated("dedup.ndjson", run("dedup", "--ndjson", *folders).out)
    assert [{"type": "cluster", **one} for one in document["clusters"]] == lines[:-2]
    assert [{"type": "failure", **one} for one in document["failures"]] == lines[-2:-1]
    assert {**lines[-1], "type": 0, "schema": 0} == {
        "type": 0, "schema": 0, "version": feedtool.__version__, "origin_by": "folder",
        "alone": False,
        **document["summary"],
    }  # fmt: skip

    table = rows(run("dedup", "--format", "csv", *folders))
    flat = [
        {
            "item": cluster["item"],
            "size": str(cluster["size"]),
            **{name: str(one[name]) for name in ("source", "origin", "line", "position")},
            **{name: str(one[name] or "") for name in ("novelty", "change", "kind")},
            "truncated": str(one["truncated"]).lower(),
            "score": "" if one["score"] is None else str(one["score"]),
            "text": one["text"] or cluster["text"],
        }
        for cluster in document["clusters"]
        for one in cluster["members"]
    ]
    assert table == flat


def test_the_counts_are_those_of_the_clusters(corpus: Path) -> None:
    document = validated("dedup", run("dedup", "--json", corpus / "go", corpus / "rust").out)
    sizes = [cluster["size"] for cluster in document["clusters"]]
    members = [one for cluster in document["clusters"] for one in cluster["members"]]
    assert document["summary"] == {
        "origins": 2,
        "transmissions": sum(
            path.read_text("utf-8").count(HEAD)
            for sender in ("go", "rust")
            for path in (corpus / sender).iterdir()
        ),
        "excerpts": sum(sizes),
        "items": len(sizes),
        "new": sum(one["novelty"] == "new" for one in members),
        "repeated": sum(one["novelty"] == "repeated" for one in members),
        "truncated": sum(one["truncated"] for one in members),
        "met_again": sum(size > 1 for size in sizes),
        "largest": max(sizes),
        "capped": 0,
        "failures": 0,
    }
    assert len(members) == sum(sizes)
    first = document["clusters"][0]["members"][0]
    assert (first["source"], first["line"]) == (f"{corpus}/go/0.txt", 4)
    assert first["against"] is first["text"] is None
    # What an excerpt was recognised by came before it, and is of the same item.
    for cluster in document["clusters"]:
        places = [{"source": one["source"], "line": one["line"]} for one in cluster["members"]]
        for number, one in enumerate(cluster["members"]):
            assert (one["against"] in places[:number]) == bool(number)


def test_small_clusters_can_be_left_out(corpus: Path) -> None:
    sizes = [
        [json.loads(line)["size"] for line in ran.out.splitlines()[:-1]]
        for ran in (run("dedup", "--ndjson", *more, corpus) for more in ([], ["--min-size", "3"]))
    ]
    assert min(sizes[0]) == 1
    assert sizes[1] == [size for size in sizes[0] if size >= 3]


def test_a_file_that_is_named_twice_counts_once(corpus: Path, tmp_path: Path) -> None:
    (tmp_path / "link.txt").symlink_to(corpus / "go/1.txt")
    once = run("dedup", "--json", corpus / "go")
    assert run("dedup", "--json", corpus / "go", tmp_path, corpus / "rust/../go/2.txt") == once
    assert "link.txt" in run("dedup", "--json", tmp_path).out


def test_standard_input_is_a_source() -> None:
    page = (HEAD + LETTER.format("A") + "\n").encode()
    (line, *_) = run("dedup", "-", "--ndjson", stdin=page).out.splitlines()
    (member,) = json.loads(line)["members"]
    assert (member["source"], member["origin"]) == ("-", "-")


@pytest.mark.parametrize(
    "arguments",
    [(), ("-", "-"), ("--raw", "x"), ("--min-size", "0", "x"), ("--origin-by", "day", "x"),
     ("--json", "--ndjson", "x")],
)  # fmt: skip
def test_wrong_usage_is_told(arguments: tuple[str, ...]) -> None:
    ran = run("dedup", *arguments)
    assert (ran.code, ran.out) == (2, "")
    assert ran.err.startswith("feedtool: ")


def test_no_other_command_writes_csv() -> None:
    assert run("parse", "--format", "csv", SAMPLES).code == 2


def test_sources_that_fail_are_told_and_counted(tmp_path: Path) -> None:
    (tmp_path / "a.txt").write_text(HEAD + LETTER.format("A") + "\n")
    (tmp_path / "b.gz").write_bytes(b"\x1f\x8b\x08 no archive")
    ran = run("dedup", tmp_path, tmp_path / "gone.txt", "--json")
    assert ran.code == 3
    document = validated("dedup", ran.out)
    assert document["summary"]["failures"] == len(document["failures"]) == 2
    assert len(ran.err.splitlines()) == 2
    assert run("dedup", tmp_path).out.endswith("excerpt: 1 new; 2 sources failed\n") is False
    assert "1 source failed" in run("dedup", tmp_path).out
    nothing = run("dedup", tmp_path / "gone.txt", "--json")
    assert nothing.code == 2
    assert validated("dedup", nothing.out)["clusters"] == []


def test_an_empty_folder_is_an_empty_corpus(tmp_path: Path) -> None:
    assert run("dedup", tmp_path) == Ran(0, "0 transmissions, no excerpts\n", "")
    assert run("dedup", tmp_path, "--format", "csv").out == ",".join(COLUMNS) + "\r\n"


COLUMNS = (
    "item", "size", "source", "origin", "line", "position", "novelty", "change", "truncated",
    "kind", "score", "text",
)  # fmt: skip

ODD = [
    "=cmd|' /C calc'!A0 is what they write who hope for a spreadsheet to open it",
    "+1 for everything that was said here on the first day of the year by all",
    "-1 for everything that was said here on the second day of the year by all",
    "@SUM(1+9)*cmd is a formula of old, and still is in some of the spreadsheets",
    "＝1+1 is a formula too where Chinese or Japanese is written with full width",
    'quotes " and commas, and more of both ", in a text that is long enough, for one',
    "an escape \x1b[31m red, a bell \x07 and NUL \x00 in a text that is long enough for one",
    "bidi \u202e overrides in a text that is long enough for one excerpt of a page",
]


@pytest.fixture
def odd(tmp_path: Path) -> Path:
    page = (HEAD + "\n".join(ODD)).encode() + b"\nbroken \xff bytes in a text that is long enough\n"
    (tmp_path / "=odd.txt").write_bytes(page)
    return tmp_path / "=odd.txt"


def test_no_cell_is_a_formula_and_nothing_is_alive(odd: Path, monkeypatch: Any) -> None:
    monkeypatch.chdir(odd.parent)
    ran = run("dedup", odd.name, "--format", "csv")
    table = rows(ran)
    assert [row["text"][:1] for row in table[:5]] == ["'"] * 5
    assert table[0]["source"] == "'=odd.txt"
    assert table[5]["text"] == ODD[5]
    assert "escape <U+001B>[31m red, a bell <U+0007> and NUL <U+0000>" in table[6]["text"]
    assert "bidi <U+202E>" in table[7]["text"]
    assert "broken <U+DCFF> bytes" in table[8]["text"]
    assert not set(ran.out) & set("\x00\x07\x1b\u202e")


def test_raw_csv_gives_the_texts_back(odd: Path, monkeypatch: Any) -> None:
    monkeypatch.chdir(odd.parent)
    table = rows(run("dedup", odd.name, "--format", "csv", "--raw"))
    assert [row["text"] for row in table[:-1]] == ODD
    assert table[0]["source"] == "=odd.txt"
    # No encoding has a character for it: it stays to be seen.
    assert "broken \\udcff bytes" in table[-1]["text"]


def test_a_terminal_shows_the_largest_first(corpus: Path) -> None:
    shown = run("dedup", corpus).out.splitlines()
    sizes = [int(line.split()[0]) for line in shown[:-1]]
    assert len(sizes) == 10
    assert sizes == sorted(sizes, reverse=True)
    assert "of 3 origins" in shown[-1]
    assert f"at most {sizes[0]} times" in shown[-1]
    assert run("dedup", "-q", corpus).out.splitlines() == shown[-1:]


def test_a_terminal_shows_every_excerpt_on_demand(corpus: Path) -> None:
    document = json.loads(run("dedup", "--json", "--min-size", "2", corpus).out)
    shown = run("dedup", "-v", corpus, columns=400).out
    for cluster in document["clusters"]:
        assert f"{cluster['size']}  {cluster['item']}  " in shown
        for one in cluster["members"]:
            assert f"{one['source']}:{one['line']}" in shown
            assert (one["text"] or "")[:40] in shown


def test_items_that_share_a_first_text_are_told_apart() -> None:
    """As two whose digests begin alike would be."""
    corpus = Corpus(on_disk=True)
    corpus.add([excerpt("a", line=3), excerpt("b"), excerpt("a"), excerpt("a")], [0, 0, 0, 0])
    found = verdicts.judge(corpus)
    found.items[:] = range(4)
    found.kinds[:] = 0
    told = clusters.Clusters(corpus, found, range(0, len(corpus), 12))
    namesakes = [founder.namesake for founder in told.founders(told.of_size(1))]
    assert namesakes == [1, 1, 2, 3]
    corpus.close()


def judged_texts(folder: Path, texts: Sequence[str]) -> Iterator[Judged]:
    pages = [texts[at : at + 12] for at in range(0, len(texts), 12)]
    (folder / "all.txt").write_text(
        "".join(HEAD + "".join(f"{text}\n" for text in page) for page in pages)
    )
    with closing(Deduplication([str(folder / "all.txt")])) as run_:
        for _ in run_.read():
            pass
        yield run_.judge()


def test_a_cluster_is_never_in_memory_as_a_whole(tmp_path: Path) -> None:
    for judged in judged_texts(tmp_path, [LETTER.format("A")] * 3000):
        pieces: list[str] = []
        ndjson.dedup(Paper(pieces.append), judged, 1)
        assert max(map(len, pieces)) < sum(map(len, pieces)) / 4
        (cluster, _) = validated("dedup.ndjson", "".join(pieces))
        assert cluster["size"] == len(cluster["members"]) == 3000


def test_members_that_nobody_reads_are_passed_over(tmp_path: Path) -> None:
    for judged in judged_texts(tmp_path, [LETTER.format(n) for n in "AABCCCD"]):
        lines = [next(iter(cluster.members)).line for cluster in judged.clusters()]
        assert lines == [4, 6, 7, 10]
        assert [cluster.size for cluster in judged.largest(2)] == [3, 2]


def test_the_library_gives_clusters_whole(corpus: Path) -> None:
    found = list(feedtool.dedup([str(corpus), "gone.txt"], origin_by="none"))
    failures = [one for one in found if isinstance(one, feedtool.Failure)]
    assert [failure.source for failure in failures] == ["gone.txt"]
    for cluster in found[1:]:
        assert isinstance(cluster, feedtool.Cluster)
        assert isinstance(cluster.members, tuple)
        assert len(cluster.members) == cluster.size


def command(*arguments: object, tmp: Path, **how: Any) -> subprocess.CompletedProcess[bytes]:
    environment = {**os.environ, "PYTHONPATH": str(ROOT), "TMPDIR": str(tmp)}
    words = [sys.executable, "-m", "feedtool", "dedup", *map(str, arguments)]
    return subprocess.run(words, env=environment, capture_output=True, check=False, **how)


def test_a_full_disk_is_told_in_one_line(tmp_path: Path) -> None:
    texts = [f"{LETTER.format(n)} {Random(n).random()}" for n in range(3000)]
    (tmp_path / "in").mkdir()
    (tmp_path / "in/all.txt").write_text("".join(HEAD + f"{text}\n" for text in texts))
    for most in (200_000, 600_000):
        limit = (most, most)
        ran = command(
            tmp_path / "in",
            tmp=tmp_path,
            preexec_fn=lambda: resource.setrlimit(resource.RLIMIT_FSIZE, limit),  # noqa: B023
        )
        message = f"feedtool: {tmp_path}: File too large; set TMPDIR to a folder with more room\n"
        assert (ran.returncode, ran.stdout, ran.stderr.decode()) == (4, b"", message)
        assert os.listdir(tmp_path) == ["in"]
    assert command(tmp_path / "in", tmp=tmp_path).returncode == 0


@pytest.mark.parametrize(("number", "code"), [(signal.SIGINT, 130), (signal.SIGTERM, 143)])
def test_an_interrupt_leaves_nothing_behind(tmp_path: Path, number: int, code: int) -> None:
    os.mkfifo(tmp_path / "fifo")
    environment = {**os.environ, "PYTHONPATH": str(ROOT), "TMPDIR": str(tmp_path)}
    words = [sys.executable, "-m", "feedtool", "dedup", "--json", "-", "fifo"]
    pipe = subprocess.PIPE
    with subprocess.Popen(
        words, cwd=tmp_path, env=environment, stdin=pipe, stdout=pipe, stderr=pipe
    ) as process:
        assert process.stdin
        process.stdin.write((HEAD + LETTER.format("A") + "\n").encode())
        process.stdin.close()
        # It is past standard input when somebody reads the fifo, and then waits for more.
        with open(tmp_path / "fifo", "w"):
            process.send_signal(number)
            assert process.wait(timeout=60) == code
        assert process.stdout.read() + process.stderr.read().strip() == b""  # type: ignore[union-attr]
    assert os.listdir(tmp_path) == ["fifo"]


def test_numpy_is_loaded_only_when_it_is_run() -> None:
    code = "import sys, feedtool.commands.dedup; sys.exit('numpy' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", code], cwd=ROOT, check=False).returncode == 0


class Terminal(io.StringIO):
    """A standard stream that a person looks at."""

    def isatty(self) -> bool:
        """Say so."""
        return True


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> list[float]:
    """Return the time as the progress sees it."""
    now = [100.0]
    monkeypatch.setattr(output, "monotonic", lambda: now[0])
    return now


def drawn(line: str) -> str:
    return "\r\x1b[K" + line


def test_a_bar_shows_rate_and_time_left(clock: list[float], monkeypatch: Any) -> None:
    screen = Terminal()
    monkeypatch.setattr(sys, "stderr", screen)
    progress = output.Progress(0)
    progress.bar("reading", 10, 400, 20)
    clock[0] += 10
    progress.bar("reading", 100, 400, 2000)
    clock[0] += 0.01
    progress.bar("reading", 200, 400, 4000)
    progress.bar("judging", 0, 9000, 0)
    clock[0] += 3600
    progress.bar("judging", 1000, 9000, 1000)
    progress.clear()
    assert screen.getvalue() == (
        drawn("reading [####............]  25%  2,000 excerpts, 200/s, 0:30 left")
        + drawn("judging [................]   0%  0 excerpts, 0/s")
        + drawn("judging [#...............]  11%  1,000 excerpts, 0/s, 8:00:00 left")
        + drawn("")
    )


def test_without_a_size_it_counts(clock: list[float], monkeypatch: Any) -> None:
    screen = Terminal()
    monkeypatch.setattr(sys, "stderr", screen)
    progress = output.Progress(0)
    progress.bar("reading", 0, 0, 0)
    clock[0] += 2
    progress.bar("reading", 0, 0, 100)
    assert screen.getvalue() == drawn("reading  100 excerpts, 50/s")


@pytest.mark.parametrize(("verbosity", "stream"), [(-1, Terminal()), (0, io.StringIO())])
def test_no_bar_for_who_is_quiet_or_away(
    clock: list[float], monkeypatch: Any, verbosity: int, stream: io.StringIO
) -> None:
    monkeypatch.setattr(sys, "stderr", stream)
    progress = output.Progress(verbosity)
    for _ in range(3):
        clock[0] += 10
        progress.bar("reading", 1, 2, 1)
    assert stream.getvalue() == ""
