"""What is built is the same bytes wherever and whenever, and holds what it should."""

import io
import os
import shutil
import subprocess
import sys
import tarfile
import tomllib
import zipfile
from pathlib import Path

import pytest

from feedtool.native import core

ROOT = Path(__file__).parent.parent
OLD = 1_000_000_000

PARTS = ("feedtool", "tests", "samples", "docs", "benchmarks", "fuzz")
FILES = (
    "pyproject.toml",
    "hatch_build.py",
    "README.md",
    "LICENSE",
    "LICENSE-OpenCC",
    "CHANGELOG.md",
    "Makefile",
    ".gitignore",
)


COMPILED = ("*.so", "*.pyd")


def built(folder: Path, *, old: bool, **settings: str) -> dict[str, bytes]:
    """Build a copy of the project that lies somewhere else, perhaps with old files."""
    pytest.importorskip("hatchling", reason="the extra dev brings what builds")
    for name in PARTS:
        # What was compiled here is no part of the sources.
        left = shutil.ignore_patterns("__pycache__", *COMPILED)
        shutil.copytree(ROOT / name, folder / name, ignore=left)
    for name in FILES:
        if (ROOT / name).exists():
            shutil.copy(ROOT / name, folder)
    for path in folder.rglob("*") if old else ():
        os.utime(path, (OLD, OLD))
    out = folder.with_name(folder.name + "-out")
    command = [sys.executable, "-m", "hatchling", "build", "-d", str(out)]
    left = ("SOURCE_DATE_EPOCH", "FEEDTOOL_PURE")
    env = {name: value for name, value in os.environ.items() if name not in left}
    subprocess.run(command, cwd=folder, env=env | settings, check=True, capture_output=True)
    return {path.name: path.read_bytes() for path in out.iterdir()}


@pytest.fixture(scope="module")
def here(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("build") / "here"
    built(folder, old=False)
    return folder.with_name("here-out")


def test_builds_are_reproducible(here: Path, tmp_path: Path) -> None:
    there = built(tmp_path / "quite" / "elsewhere", old=True)
    assert {path.name: path.read_bytes() for path in here.iterdir()} == there
    assert len(there) == 2


def test_the_wheel_holds_the_package_and_nothing_else(here: Path) -> None:
    (wheel,) = here.glob("*.whl")
    with zipfile.ZipFile(wheel) as archive:
        names = archive.namelist()
    assert {name.partition("/")[0].partition("-")[0] for name in names} == {"feedtool"}
    (compiled,) = [name for name in names if name.endswith((".so", ".pyd"))] or ["-"]
    assert ("py3-none-any" in wheel.name) == (compiled == "-")
    # Where feedtool was compiled, so is what is built.
    assert compiled != "-" or core is None
    assert not [name for name in names if name.endswith((".c", ".h"))]
    held = {name for name in names if name.endswith(".py")}
    package = (ROOT / "feedtool").rglob("*.py")
    assert held == {path.relative_to(ROOT).as_posix() for path in package}
    assert "feedtool/py.typed" in names
    licences = {name.rpartition("/")[2] for name in names if "/licenses/" in name}
    assert licences == {"LICENSE", "LICENSE-OpenCC"}


@pytest.mark.parametrize("settings", [{"FEEDTOOL_PURE": "1"}, {"CC": "no-such-compiler"}])
def test_without_a_compiler_a_plain_wheel_is_built(
    settings: dict[str, str], tmp_path: Path
) -> None:
    names = built(tmp_path / "here", old=False, **settings)
    (wheel,) = [name for name in names if name.endswith(".whl")]
    assert wheel.endswith("-py3-none-any.whl")
    with zipfile.ZipFile(io.BytesIO(names[wheel])) as archive:
        assert not [name for name in archive.namelist() if name.endswith((".so", ".pyd"))]
        assert "feedtool/native/__init__.py" in archive.namelist()


def test_the_sdist_holds_what_the_tests_need(here: Path) -> None:
    (sdist,) = here.glob("*.tar.gz")
    with tarfile.open(sdist) as archive:
        names = {name.partition("/")[2] for name in archive.getnames()}
    for part in PARTS:
        files = [path for path in (ROOT / part).rglob("*") if path.is_file()]
        # What Python and `make fuzz` leave behind is no part of the project.
        kept = [
            path
            for path in files
            if "__pycache__" not in path.parts
            and ROOT / "fuzz" / "corpus" not in path.parents
            and not any(map(path.match, COMPILED))
        ]
        assert {path.relative_to(ROOT).as_posix() for path in kept} <= names
    assert not [name for name in names if name.endswith((".so", ".pyd"))]
    assert {
        "pyproject.toml",
        "hatch_build.py",
        "README.md",
        "LICENSE",
        "LICENSE-OpenCC",
        "Makefile",
    } <= names


def test_every_dependency_is_bounded_on_both_sides() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"]
    for dependency in [*project["dependencies"], *project["optional-dependencies"]["zstd"]]:
        assert ">=" in dependency, dependency
        assert "<" in dependency, dependency
