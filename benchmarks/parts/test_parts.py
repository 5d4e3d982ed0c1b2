"""How long each step of the work takes.

    python -m pytest benchmarks/parts

A thousand texts where a step works on batches, one page of twelve where it works on pages.
"""

from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from functools import cache
from itertools import islice, pairwise
from pathlib import Path
from typing import Any

import pytest

import feedtool
from benchmarks import crowd
from feedtool import comparing, fingerprint, formats, pipeline, text
from feedtool.fingerprint import pure, vector
from feedtool.model import Transmission
from feedtool.stores.memory import MemoryIndex

NOW = datetime(2026, 1, 1, tzinfo=UTC)
BATCH = 1000
# What is known when a page is judged.
KNOWN = 5000

pytest.importorskip("pytest_benchmark")


@cache
def texts() -> list[str]:
    # Chinese and Russian: read in a second.
    made = crowd.Crowd(crowd.SEED, {"zh": 3, "ru": 2}).excerpts()
    return [excerpt.text for excerpt in islice(made, KNOWN + BATCH)]


@cache
def normals() -> list[str]:
    return [text.normal_form(one) for one in texts()[:BATCH]]


def dump(page: int) -> bytes:
    lines = texts()[page * crowd.PAGE : (page + 1) * crowd.PAGE]
    return (crowd.HEAD + "\n".join(lines)).encode()


@cache
def pages() -> list[Transmission]:
    return [
        next(iter(formats.read(formats.from_bytes(dump(page), f"{page:05}"))))
        for page in range((KNOWN + BATCH) // crowd.PAGE)
    ]


def test_normal_form_of_a_thousand(benchmark: Any) -> None:
    benchmark(fingerprint.normal_forms, texts()[:BATCH], [False] * BATCH)


def test_normal_form_one_by_one(benchmark: Any) -> None:
    benchmark(lambda: [text.normal_form(one) for one in texts()[:BATCH]])


def test_keys_of_a_thousand_with_numpy(benchmark: Any) -> None:
    benchmark(vector.keys, normals())


def test_keys_of_a_page_without_numpy(benchmark: Any) -> None:
    benchmark(lambda: [pure.keys(one) for one in normals()[: crowd.PAGE]])


def test_fingerprints_of_a_thousand(benchmark: Any) -> None:
    excerpts = [excerpt for page in pages() for excerpt in page.excerpts][:BATCH]
    benchmark(fingerprint.of, excerpts)


def test_compare_a_thousand_strangers(benchmark: Any) -> None:
    pairs = list(pairwise(normals()))
    benchmark(lambda: [comparing.compare(a, b, a_cut=False, b_cut=False) for a, b in pairs])


def test_compare_a_thousand_edits(benchmark: Any) -> None:
    pairs = [(one, one[:40] + one[60:]) for one in normals()]
    benchmark(lambda: [comparing.compare(a, b, a_cut=False, b_cut=False) for a, b in pairs])


def test_parse_a_page(benchmark: Any) -> None:
    data = dump(7)
    benchmark(lambda: list(formats.read(formats.from_bytes(data))))


def test_judge_a_page(benchmark: Any) -> None:
    index = MemoryIndex()
    for page in pages()[: KNOWN // crowd.PAGE]:
        prints = fingerprint.of(page.excerpts)
        index.add(pipeline.judge(page, prints, index, origin="a", at=NOW))
    page = pages()[-1]
    prints = fingerprint.of(page.excerpts)
    benchmark(pipeline.judge, page, prints, index, origin="a", at=NOW)


@pytest.fixture
def fresh_pages(tmp_path: Path) -> Callable[[], list[str]]:
    """Return what writes a page that no store has seen, and gives the name of its file."""

    def numbered() -> Iterator[str]:
        for page in range(len(pages())):
            path = tmp_path / f"{page:05}.txt"
            path.write_bytes(dump(page))
            yield str(path)

    names = numbered()
    return lambda: [next(names)]


def test_ingest_a_page_into_an_open_store(
    benchmark: Any, tmp_path: Path, fresh_pages: Callable[[], list[str]]
) -> None:
    with feedtool.open_store(str(tmp_path / "a.db"), create=True) as store:

        def ingest(names: list[str]) -> None:
            list(pipeline.ingest(names, store, origin="a", now=lambda: NOW))

        benchmark.pedantic(ingest, setup=lambda: ((fresh_pages(),), {}), rounds=100)


def test_cluster_a_thousand(benchmark: Any) -> None:
    some = texts()[:BATCH]
    benchmark(feedtool.cluster, some, [i // crowd.PAGE for i in range(BATCH)])
