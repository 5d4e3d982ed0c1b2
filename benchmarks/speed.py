"""Measure how fast feedtool is, beside its peers and beside the least that could be done.

    python -m benchmarks.speed [--size N] [--rounds N] [--only memory] [--markdown] [--plot FILE]

The texts are a crowd (`benchmarks.crowd`) of real text. Everything runs in fresh processes, one at
a time, what is compared in turns. Four tables: feedtool and its peers in memory, whole commands on
a corpus, single pages, floods of look-alikes; and a plot of cost against size.
"""

import argparse
import json
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from benchmarks import crowd, plot, prose, store_speed, tables
from benchmarks.bench import Bench, Table, as_json, from_json, machine, say
from benchmarks.memory_speed import Memory

# What a page of the docs has around the tables that `--into` writes.
MARKS = ("<!-- measured -->", "<!-- end of measured -->")
PARTS = ("memory", "bulk", "starts", "floods", "growth")


def main() -> int:
    """Measure what was asked for and print its tables."""
    asked = _arguments()
    if asked.show:
        found = json.loads(asked.show.read_text("utf-8"))
        print(found["machine"])
        for table in from_json(found["tables"]):
            print(shown(table, asked.markdown))
        _keep(found, asked)
        return 0
    for package in prose.missing():
        print(f"{package} is not installed: its text is left out", file=sys.stderr)
    with tempfile.TemporaryDirectory() as scratch:
        folder = asked.keep or Path(scratch)
        bench = Bench(
            folder,
            size=asked.size,
            small=min(asked.small, asked.size),
            rounds=asked.rounds,
            seed=asked.seed,
        )
        found = {"machine": machine(bench.names), "tables": [], "growth": {}}
        print(found["machine"])
        for table in measured(bench, asked.only or PARTS, found["growth"]):
            found["tables"] += as_json([table])
            print(shown(table, asked.markdown), flush=True)
    _keep(found, asked)
    return 0


def measured(
    bench: Bench, parts: tuple[str, ...] | list[str], growth: dict[str, Any]
) -> Iterator[Table]:
    """Yield the tables as they are done; put the points of the plot into `growth`."""
    yield _texts(bench)
    if "memory" in parts or "growth" in parts:
        memory = Memory(bench)
        if "memory" in parts:
            yield from memory.tables()
        if "growth" in parts:
            say("cost against size")
            growth |= memory.growth()
    for name, part in (
        ("bulk", store_speed.bulk),
        ("starts", store_speed.starts),
        ("floods", store_speed.floods),
    ):
        if name in parts:
            yield part(bench)


def _texts(bench: Bench) -> Table:
    """Say what the texts are."""
    about = bench.texts(bench.size).about()
    title = "the texts"
    rows = [(name, f"{value:,}") for name, value in about.items() if name != "kinds"]
    rows += [(f"- {kind}", f"{count:,}") for kind, count in about["kinds"].items()]
    return Table(title, (title, "how many"), rows)


def shown(table: Table, markdown: bool) -> str:
    """Return a table with its notes."""
    if not markdown:
        notes = "".join(f"\n  {note}" for note in table.notes)
        return tables.plain("", table.head, table.rows) + notes
    notes = "\n" + "".join(f"\n- {note}" for note in table.notes) if table.notes else ""
    return tables.markdown(f"**{table.title}**", ("", *table.head[1:]), table.rows) + notes


def _keep(found: dict[str, Any], asked: argparse.Namespace) -> None:
    """Write what was measured to where it was asked for."""
    if asked.save:
        asked.save.write_text(json.dumps(found, ensure_ascii=False, indent=1), "utf-8")
    if asked.plot and found["growth"]:
        title = "Seconds for a whole corpus in memory"
        drawn = plot.svg(found["growth"], title, found["machine"].partition(";")[0])
        asked.plot.write_text(drawn, "utf-8")
    if asked.into:
        parts = [found["machine"], *(shown(t, True) for t in from_json(found["tables"]))]
        asked.into.write_text(between(asked.into.read_text("utf-8"), "\n".join(parts)), "utf-8")


def between(page: str, text: str) -> str:
    """Return a page with another text between its marks."""
    before, begin, rest = page.partition(MARKS[0])
    _, end, after = rest.partition(MARKS[1])
    if not (begin and end):
        raise SystemExit(f"no {MARKS[0]} with {MARKS[1]} behind it")
    return f"{before}{begin}\n{text}\n\n{end}{after}"


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=(__doc__ or "").split("\n")[0])
    parser.add_argument("--size", type=int, default=100_000, help="how many texts (100000)")
    parser.add_argument("--small", type=int, default=10_000, help="texts for slow peers (10000)")
    parser.add_argument("--rounds", type=int, default=3, help="how often (3)")
    parser.add_argument("--seed", type=int, default=crowd.SEED, help="of the texts")
    parser.add_argument("--only", action="append", choices=PARTS, help="this part; repeatable")
    parser.add_argument("--markdown", action="store_true", help="print the tables as Markdown")
    parser.add_argument("--plot", type=Path, metavar="FILE", help="draw cost against size")
    parser.add_argument("--into", type=Path, metavar="FILE", help="write the tables into the docs")
    parser.add_argument("--keep", type=Path, metavar="FOLDER", help="leave texts and stores there")
    parser.add_argument("--save", type=Path, metavar="FILE", help="keep the figures as JSON")
    parser.add_argument("--show", type=Path, metavar="FILE", help="only print kept figures")
    return parser.parse_args()


if __name__ == "__main__":
    sys.exit(main())
