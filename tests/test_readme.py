import doctest
import re
import shutil
from pathlib import Path

import click
import pytest

from feedtool.cli import group
from tests.readme import README, ROOT, examples, timeless

TEXT = README.read_text(encoding="utf-8")


def test_every_example_prints_what_the_readme_shows(tmp_path: Path) -> None:
    folder = tmp_path / "tour"
    ran = [example for block in examples(TEXT, folder) for example in block]

    assert ran
    for example in ran:
        assert timeless(example.printed) == example.expected, example.command
        assert "Error" not in example.printed
        assert "Traceback" not in example.printed


def test_the_readme_shows_every_command() -> None:
    shown = set(re.findall(r"feedtool ([a-z]+)", TEXT))

    assert set(group.list_commands(click.Context(group))) <= shown


def test_the_examples_in_python_print_what_the_readme_shows(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    shutil.copytree(ROOT / "samples", tmp_path / "samples")
    monkeypatch.chdir(tmp_path)

    result = doctest.testfile(str(README), module_relative=False)

    assert result.attempted > 0
    assert result.failed == 0


def test_the_readme_names_files_that_are_there() -> None:
    links = re.findall(r"\]\(([^)#]+)\)", TEXT)

    assert [link for link in links if "://" not in link and not (ROOT / link).exists()] == []
