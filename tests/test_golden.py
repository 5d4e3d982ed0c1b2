import json
import subprocess
import sys
from pathlib import Path

import pytest

from feedtool.version import __version__
from tests.golden import FOLDER, ROOT, documents

GOLDEN = dict(documents())


@pytest.mark.parametrize("name", GOLDEN)
def test_the_samples_give_their_golden_reports(name: str) -> None:
    """After a change that is meant: `python -m tests.golden`, and read the difference."""
    assert GOLDEN[name] == (FOLDER / name).read_text("utf-8")


def test_no_golden_report_is_left_over() -> None:
    assert {path.name for path in FOLDER.iterdir()} == set(GOLDEN)


def test_the_command_line_prints_the_golden_reports(tmp_path: Path) -> None:
    """One process for each sample, into one store."""
    store = str(tmp_path / "feeds.db")
    for name in GOLDEN:
        kind, *samples = name.removesuffix(".json").split("-")
        paths = [f"samples/{sample}.txt" for sample in samples]
        options = ["--store", store, "--at", "2026-01-11T08:00Z"] if kind == "ingest" else []
        command = [sys.executable, "-m", "feedtool", kind, "--json", *options, *paths]
        done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, encoding="utf-8")
        assert done.returncode in (0, 1), done.stderr
        printed, golden = json.loads(done.stdout), json.loads(GOLDEN[name])
        assert printed.pop("version") == __version__
        assert golden.pop("version") == "*"
        assert printed.pop("store", store) == store
        golden.pop("store", None)
        assert printed == golden
