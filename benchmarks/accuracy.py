"""Score feedtool on labelled series of dumps.

    python -m benchmarks.accuracy FOLDER [--set NAME]... [--errors]

FOLDER holds `<set>/<series>/NNN_<page>.txt`, dumps in the order of their names, and beside them
`truth.jsonl` with a label for each line; `score.py` in FOLDER turns predictions into figures. Every
series goes into a store of its own, the way a cron job would feed it. `--errors` prints each
excerpt that was judged wrongly, with the text that it was compared with.
"""

import argparse
import json
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from feedtool import pipeline
from feedtool.errors import ExitCode
from feedtool.model import Novelty
from feedtool.report import Failure, TransmissionReport
from feedtool.stores.sqlite import Store

START = datetime(2026, 1, 1, tzinfo=UTC)


def main() -> int:
    """Run the measurement; the exit code is that of the scorer."""
    asked = _arguments()
    folders = sorted(path.parent for path in asked.folder.glob("*/*/truth.jsonl"))
    if asked.set:
        folders = [f for f in folders if f.name in asked.set or f.parent.name in asked.set]
    if not folders:
        print(f"{asked.folder}: no <set>/<series>/truth.jsonl in there", file=sys.stderr)
        return ExitCode.USAGE
    with tempfile.TemporaryDirectory() as scratch:
        predictions = Path(scratch, "predictions.jsonl")
        with predictions.open("w", encoding="utf-8") as out:
            for folder in folders:
                for report in ingest(folder, Path(scratch, f"{folder.name}.db")):
                    for row in predicted(folder.name, report):
                        print(json.dumps(row), file=out)
                    if asked.errors:
                        _print_errors(folder, report)
        scorer = [sys.executable, str(asked.folder / "score.py"), str(predictions)]
        return subprocess.run([*scorer, "--root", str(asked.folder)], check=False).returncode


def ingest(folder: Path, store: Path) -> Iterator[TransmissionReport]:
    """Yield the reports of a series, its dumps in the order of their names."""
    names = sorted(str(path) for path in folder.glob("*.txt"))
    with Store.open(str(store), create=True) as archive:
        for report in pipeline.ingest(names, archive, origin=folder.name, now=lambda: START):
            if isinstance(report, Failure):
                raise SystemExit(f"{report.source}: {report.reason}")
            yield report


def predicted(series: str, report: TransmissionReport) -> Iterator[dict[str, Any]]:
    """Yield a prediction for every line of a dump that feedtool says something about."""
    dump = f"{series}/{Path(report.source).name}"
    for excerpt in report.excerpts:
        yield {
            "dump": dump,
            "line_no": excerpt.line,
            "kind": "excerpt",
            "status": excerpt.novelty,
            "item": excerpt.item,
            "truncated": excerpt.truncated,
        }
    for note in report.notes:
        yield {"dump": dump, "line_no": note.line, "kind": note.kind}


def _print_errors(folder: Path, report: TransmissionReport) -> None:
    dump = f"{folder.name}/{Path(report.source).name}"
    for label in _labels(folder, dump):
        excerpt = next((e for e in report.excerpts if e.line == label["line_no"]), None)
        if label["kind"] == "excerpt" and "ignore" not in label and excerpt is not None:
            repeated = excerpt.novelty is Novelty.REPEATED
            if repeated != label["seen_before"]:
                print(f"{dump}:{excerpt.line} is {label['status']}, judged {excerpt.novelty}:")
                print(f"  {excerpt.match or excerpt.nearest}")
                print(f"  {excerpt.text}")
        if (excerpt is not None) != (label["kind"] == "excerpt"):
            print(f"{dump}:{label['line_no']} is {label['kind']}, read otherwise")


def _labels(folder: Path, dump: str) -> list[dict[str, Any]]:
    with Path(folder, "truth.jsonl").open(encoding="utf-8") as lines:
        return [label for label in map(json.loads, lines) if label["dump"] == dump]


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("folder", type=Path, help="labelled series")
    parser.add_argument("--set", action="append", help="only this set or series; repeatable")
    parser.add_argument("--errors", action="store_true", help="print what was judged wrongly")
    return parser.parse_args()


if __name__ == "__main__":
    sys.exit(main())
