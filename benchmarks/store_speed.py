"""feedtool's commands against the least that such a program could do: `floor`, `python -c pass`."""

import json
import shutil
import sqlite3
import sys
from collections.abc import Callable, Sequence
from contextlib import closing
from dataclasses import asdict
from itertools import pairwise
from pathlib import Path
from typing import Any

from benchmarks import crowd
from benchmarks.bench import Bench, Table, interleaved, megabytes, middle, per_second, times
from benchmarks.stopwatch import ask, feedtool, run

Took = dict[str, Any]
Job = Callable[[int], Took]

PASS = (sys.executable, "-c", "pass")
# One origin, as with `ingest`.
DEDUP = (*feedtool(), "dedup", "--origin-by", "none", "--ndjson")
FLOOR = (sys.executable, "-m", "benchmarks.floor", "bulk")

# To write into a full store takes the longest of all: that is done in the last round only.
ONCE = ("floor, files, into as many", "ingest, files, into as many")

# Through the library; the first one also loads what the others need.
WARM = 20


def bulk(bench: Bench) -> Table:
    """Ingest, and deduplicate, a whole corpus; and once more into the store that holds it."""
    size = bench.size
    files, stream = bench.dumps(0, size), bench.stream(0, size)
    more = bench.dumps(size, 2 * size)
    full, floor = _full(bench), bench.scratch("floor")

    def filled(_: int) -> Took:
        return _timed([*feedtool(), "ingest", "--store", str(bench.scratch(full.stem)), str(files)])

    def streamed(_: int) -> Took:
        store = str(bench.scratch("streamed"))
        return _timed([*feedtool(), "ingest", "--store", store, "-"], stdin=stream)

    jobs: dict[str, Job] = {
        "floor, files": lambda _: _timed([*FLOOR, str(bench.scratch(floor.stem)), str(files)]),
        "floor, files, into as many": lambda _: _timed([*FLOOR, str(floor), str(more)]),
        "floor, one stream": lambda _: _timed([*FLOOR, str(bench.scratch("floor")), str(stream)]),
        "ingest, files": filled,
        "ingest, files, into as many": lambda _: _timed(
            [*feedtool(), "ingest", "--store", str(full), str(more)]
        ),
        "ingest, one stream": streamed,
        "dedup, files": lambda _: _timed([*DEDUP, str(files)]),
        "dedup, one stream": lambda _: _timed([*DEDUP, str(stream)]),
    }
    found, notes = interleaved(jobs, bench.rounds, ONCE)
    tenth = bench.stream(0, size // 10)
    start = {
        "ingest": _timed(
            [*feedtool(), "ingest", "--store", str(bench.scratch("tenth")), "-"], stdin=tenth
        )["peak"]
    }
    if "dedup, one stream" in found:
        start["dedup"] = _timed([*DEDUP, str(tenth)])["peak"]
    rows = [
        (
            name,
            per_second(size, middle(runs, "seconds")),
            _share(name, found),
            megabytes(middle(runs, "peak")),
            _a_text(name, runs, start, size),
        )
        for name, runs in found.items()
    ]
    notes.append(f"median of {bench.rounds} rounds; into as many: one round")
    notes.append("floor: read, decode, split, insert raw texts and ten sorted integers a text")
    notes.append("bytes a text: how the peak grows from a tenth of the texts to all of them")
    notes.append(f"the store takes {_size_of(full) / 2 / size:,.0f} bytes a text")
    title = f"{size:,} texts in {-(-size // crowd.PAGE):,} dumps, whole commands"
    return Table(title, (title, "texts/s", "of the floor", "peak MB", "bytes a text"), rows, notes)


def _share(name: str, found: dict[str, list[Took]]) -> str:
    floor = "floor, " + name.partition(", ")[2]
    if name == floor or floor not in found:
        return "-"
    return f"{middle(found[floor], 'seconds') / middle(found[name], 'seconds'):.0%}"


def _a_text(name: str, runs: list[Took], start: dict[str, float], size: int) -> str:
    base = start.get(name.partition(",")[0])
    return "-" if base is None else f"{(middle(runs, 'peak') - base) / (0.9 * size):,.0f}"


def starts(bench: Bench) -> Table:
    """Time a page of twelve, cold and warm, and the commands that need no store."""
    # Behind all that a store has seen, where a page begins.
    store, since = _filled(bench), -(-2 * bench.size // crowd.PAGE) * crowd.PAGE
    held = _count(store, "versions")
    ends = range(since, since + (bench.starts + 2) * crowd.PAGE, crowd.PAGE)
    pages = [bench.stream(*pair) for pair in pairwise(ends)]

    def ingest(store: Path, number: int) -> Took:
        return _timed([*feedtool(), "ingest", "--store", str(store), str(pages[number])])

    jobs: dict[str, Job] = {
        "python -c pass": lambda _: _timed(PASS),
        "feedtool --help": lambda _: _timed([*feedtool(), "--help"]),
        "feedtool diff, two pages": lambda _: _timed(
            [*feedtool(), "diff", str(pages[0]), str(pages[1])], allowed=(0, 1)
        ),
        "a page into an empty store": lambda number: ingest(bench.scratch("empty"), number),
        f"a page into a store of {held:,} texts": lambda number: ingest(store, number),
    }
    for job in jobs.values():
        # Byte code is written by the first run, and the file system holds what is read.
        job(bench.starts)
    found, notes = interleaved(jobs, bench.starts)
    base = middle(found["python -c pass"], "seconds")
    rows = [
        (name, f"{middle(runs, 'seconds') * 1000:.1f}", times(middle(runs, "seconds") / base))
        for name, runs in found.items()
    ]
    warm = _warm(bench, store, ends[-1])
    rows.append(("a page, warm, through the library", f"{warm['library'] * 1000:.1f}", ""))
    rows.append(("its rows, by bare sqlite3", f"{warm['bare'] * 1000:.2f}", ""))
    notes.append(f"warm is {times(warm['library'] / warm['bare'])} the bare rows")
    notes.append(f"whole processes, byte code kept, median of {bench.starts}")
    title = "how long one waits"
    return Table(title, (title, "ms", "python -c pass is 1"), rows, notes)


def _warm(bench: Bench, store: Path, since: int) -> Took:
    pages = bench.dumps(since, since + WARM * crowd.PAGE)
    return ask("floor", "warm", str(store), str(pages / "0000"))


def floods(bench: Bench) -> Table:
    """Give feedtool texts that are nearly all alike; compare with ordinary ones."""
    size = bench.size
    rows, notes = [], []
    base: dict[str, float] = {}
    for kind in ("", *crowd.FLOODS):
        found, left = interleaved(_flooded(bench, kind), 1)
        notes += left
        cells = []
        for what in ("cluster", "dedup", "ingest"):
            if what not in found:
                cells += ["-", "-", "-"]
                continue
            took = found[what][0]
            base.setdefault(what, took["seconds"])
            capped = "-" if took["capped"] is None else f"{took['capped']:,}"
            cells += [
                per_second(size, took["seconds"]),
                times(took["seconds"] / base[what]),
                capped,
            ]
        rows.append((kind or "ordinary", *cells))
    head = [
        f"{what} {of}"
        for what in ("cluster", "dedup", "ingest")
        for of in ("/s", "cost", "in a crowd")
    ]
    title = f"floods of {size:,} texts, one round"
    return Table(title, (title, *head), rows, list(dict.fromkeys(notes)))


def _flooded(bench: Bench, kind: str) -> dict[str, Job]:
    size = bench.size
    texts, stream = bench.texts(size, kind), bench.stream(0, size, kind)
    said, store = bench.folder / "said.txt", bench.scratch("flood")

    def dedup(_: int) -> Took:
        took = _timed([*DEDUP, str(stream)], stdout=said)
        return took | {"capped": _capped_of(said)}

    def ingest(_: int) -> Took:
        took = _timed([*feedtool(), "ingest", "--store", str(store), "-"], stdin=stream)
        with closing(sqlite3.connect(store)) as sqlite:
            (capped,) = sqlite.execute("SELECT sum(capped) FROM transmissions").fetchone()
        return took | {"capped": capped}

    return {
        "cluster": lambda _: ask("peers", "feedtool", str(texts.path), "--count", str(size)),
        "dedup": dedup,
        "ingest": ingest,
    }


def _capped_of(said: Path) -> int | None:
    """Return the count that stands in the summary, the last line of a report."""
    with said.open("rb") as file:
        file.seek(max(0, said.stat().st_size - 10_000))
        last = file.read().splitlines()[-1]
    summary = json.loads(last)
    found = summary.get("capped", summary.get("summary", {}).get("capped"))
    return None if found is None else int(found)


def _timed(command: Sequence[str], **how: Any) -> Took:
    return asdict(run(command, **how))


def _full(bench: Bench) -> Path:
    return bench.folder / f"full-{bench.size}.db"


def _filled(bench: Bench) -> Path:
    """Return a copy of the store that `bulk` filled, or one that is filled now."""
    full, store = _full(bench), bench.scratch("held")
    if not full.exists():
        filling = bench.stream(0, bench.size)
        _timed([*feedtool(), "ingest", "--store", str(full), "-"], stdin=filling)
    shutil.copyfile(full, store)
    return store


def _count(store: Path, table: str) -> int:
    with closing(sqlite3.connect(store)) as sqlite:
        (count,) = sqlite.execute(f"SELECT count(*) FROM {table}").fetchone()
    return int(count)


def _size_of(store: Path) -> int:
    return store.stat().st_size if store.exists() else 0
