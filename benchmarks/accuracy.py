"""Score feedtool and its rivals on labelled series of dumps.

    python -m benchmarks.accuracy [FOLDER] [--set NAME]... [--errors] [--rivals] [--ablation]

FOLDER holds `<set>/<series>/NNN_<page>.txt`, dumps in the order of their names, and beside them
`truth.jsonl` with a label for each line. Without FOLDER the public set is made and used. Every
series is fed page by page into an empty store of its own.
"""

import argparse
import sys
import tempfile
import time
from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path

from benchmarks import ablation, corpus, labelled, rivals, series, tables
from benchmarks.scoring import Label, Place, Prediction, Score, place, score
from benchmarks.series import Series
from feedtool.corpus import crew
from feedtool.errors import ExitCode
from feedtool.model import Novelty
from feedtool.report import ExcerptReport

Said = dict[Place, Prediction]


def main() -> int:
    """Run what was asked for and print its tables."""
    asked = _arguments()
    with tempfile.TemporaryDirectory() as scratch:
        folder = asked.folder
        if folder is None:
            folder = Path(scratch)
            _make(folder, asked.seed)
        found = list(series.read(folder, tuple(asked.set or ())))
    if not found:
        print(f"{folder}: no <set>/<series>/truth.jsonl in there", file=sys.stderr)
        return ExitCode.USAGE
    show = tables.markdown if asked.markdown else tables.plain
    began = time.perf_counter()
    if asked.errors:
        for one in found:
            for line in errors(one):
                print(line)
    said = judged(found)
    print(show("feedtool", tables.HEAD, _by_series(found, said)))
    print(f"({time.perf_counter() - began:.1f} s)")
    if asked.rivals:
        print(show("rivals", tables.RIVALS_HEAD, _against_rivals(found, said)))
    if asked.ablation:
        print(show("without one rule", tables.ABLATION_HEAD, _ablated(found, said)))
    return ExitCode.DONE


def _make(folder: Path, seed: int) -> None:
    for package in corpus.missing():
        print(f"{package} is not installed: its text is left out", file=sys.stderr)
    labelled.make(folder, seed)


def judged(found: Iterable[Series]) -> dict[str, Said]:
    """Return what feedtool says of each series, by its name."""
    return {one.name: series.predictions(one, series.prints(one)) for one in found}


def _by_series(found: Sequence[Series], said: dict[str, Said]) -> Iterator[tuple[str, ...]]:
    for one in found:
        yield tables.row(one.name, score(one.labels, said[one.name]))
    for name, figures in by_set(found, said).items():
        yield tables.row(f"ALL {name}", figures)


def by_set(found: Iterable[Series], said: dict[str, Said]) -> dict[str, Score]:
    """Return the figures of each set, all its lines taken together."""
    labels: dict[str, list[Label]] = defaultdict(list)
    told: dict[str, Said] = defaultdict(dict)
    for one in found:
        labels[one.set] += one.labels
        told[one.set] |= said[one.name]
    return {name: score(labels[name], told[name]) for name in labels}


def _against_rivals(found: Sequence[Series], ours: dict[str, Said]) -> Iterator[tuple[str, ...]]:
    base = by_set(found, ours)
    sets = list(base)
    yield ("", *sets)
    yield tables.rival("feedtool", base.values())
    for name in rivals.RIVALS:
        if not rivals.available(name):
            print(f"{name}: not installed, left out", file=sys.stderr)
            continue
        at: dict[float, dict[str, Said]] = defaultdict(dict)
        for one, runs in zip(found, _runs(name, found), strict=True):
            for threshold, said in runs:
                at[threshold][one.name] = said
        scores = {threshold: by_set(found, said) for threshold, said in at.items()}
        # Each set at the threshold that puts most pairs right in it: nobody could set it better.
        best = [max(scores, key=lambda at: scores[at][one].pairs.f1) for one in sets]
        cells = [scores[at][one] for at, one in zip(best, sets, strict=True)]
        yield tables.rival(name, cells, best if len(scores) > 1 else ())


def _runs(name: str, found: Sequence[Series]) -> Iterator[list[tuple[float, Said]]]:
    """Yield what a rival says of each series; the slowest takes two minutes of one core."""

    def runs(number: int) -> list[tuple[float, Said]]:
        return list(rivals.runs(name, found[number]))

    return crew.each(runs, range(len(found)), crew.most())


def _ablated(found: Sequence[Series], said: dict[str, Said]) -> Iterator[tuple[str, ...]]:
    base = by_set(found, said)
    yield ("", *base)
    yield tables.rival("all rules", base.values())
    for name, off in ablation.RULES.items():
        with off():
            without = by_set(found, judged(found))
        yield tables.difference(f"- {name}", without.values(), base.values())


def errors(one: Series) -> Iterator[str]:
    """Yield what was judged wrongly in a series, with the texts, so that one can read why."""
    labels = {place(label): label for label in one.labels}
    lines = one.lines()
    last: dict[str, tuple[Place, str, str]] = {}
    owners: dict[str, tuple[str, str]] = {}
    for report in series.ingest(one, series.prints(one)):
        name = series.dump(one, report.source)
        excerpts = {excerpt.line: excerpt for excerpt in report.excerpts}
        kinds = {note.line: note.kind for note in report.notes}
        for at, label in labels.items():
            if at[0] != name or label["kind"] == "header":
                continue
            excerpt = excerpts.get(at[1])
            if (excerpt is not None) != (label["kind"] == "excerpt"):
                read = "excerpt" if excerpt else kinds.get(at[1], "nothing")
                yield f"{name}:{at[1]} is {label['kind']}, read as {read}: {lines[at]!r}"
            if excerpt is None or label["kind"] != "excerpt":
                continue
            article = label["item_id"]
            if not label.get("ignore"):
                yield from _wrong(at, label, excerpt, last.get(article), owners, lines)
            last[article] = at, excerpt.item, lines[at]
            owners.setdefault(excerpt.item, (article, lines[at]))


def _wrong(
    at: Place,
    label: Label,
    excerpt: ExcerptReport,
    before: tuple[Place, str, str] | None,
    owners: dict[str, tuple[str, str]],
    lines: dict[Place, str],
) -> Iterator[str]:
    where = f"{at[0]}:{at[1]}"
    if excerpt.truncated != label["truncated"]:
        yield f"{where} truncated is {label['truncated']}: {excerpt.truncation.evidence}"
        yield f"    {excerpt.text[-60:]!r}"
    seen = excerpt.novelty is Novelty.REPEATED
    owner = owners.get(excerpt.item, ("", ""))[0]
    merged = seen and owner != label["item_id"]
    if seen == label["seen_before"] and not merged:
        return
    if merged:
        own = "never seen" if before is None else f"seen at {before[0][0]}:{before[0][1]}"
        yield f"{where} MERGED with {owner or 'an ignored line'}, is {label['item_id']}, {own}"
        yield f"    {excerpt.match}"
    else:
        yield f"{where} MISSED {label['status']}: {label.get('reason', '')}"
        yield f"    {excerpt.nearest}"
    yield f"    now:    {lines[at]}"
    if before is not None:
        yield f"    before: {before[2]}"
    if merged:
        yield f"    other:  {owners[excerpt.item][1]}"


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=(__doc__ or "").split("\n")[0])
    parser.add_argument("folder", type=_folder, nargs="?", help="labelled series")
    parser.add_argument("--seed", type=int, default=labelled.SEED, help="of the public set")
    parser.add_argument("--set", action="append", help="only this set or series; repeatable")
    parser.add_argument("--errors", action="store_true", help="print what was judged wrongly")
    parser.add_argument("--rivals", action="store_true", help="score the rivals, too")
    parser.add_argument("--ablation", action="store_true", help="switch each rule off in turn")
    parser.add_argument("--markdown", action="store_true", help="print the tables as Markdown")
    return parser.parse_args()


def _folder(name: str) -> Path | None:
    return Path(name) if name else None


if __name__ == "__main__":
    sys.exit(main())
