"""The house: who may import whom, and where what is heavy or foreign comes in."""

import ast
import os
import subprocess
import sys
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import NamedTuple

import pytest

ROOT = Path(__file__).parent.parent
PACKAGE = "feedtool"

# Top floor first. A module belongs to the floor with its longest name or parent, and imports from
# lower floors and its own package only.
FLOORS = (
    (PACKAGE,),  # the few names for scripts, all of them lazy
    ("__main__",),
    ("cli",),
    ("commands",),
    ("library",),
    ("renderers",),
    ("ingesting",),
    ("contents", "deduplicating", "differences", "explaining", "merging", "upkeep"),
    ("rereading",),
    ("pipeline",),
    ("reporting",),
    ("corpus",),
    ("reading", "canonical"),
    ("stores.overlay",),
    ("stores.memory", "stores.sqlite"),
    ("judging",),
    ("gathering",),
    ("finding",),
    ("comparing",),
    ("changing", "numbering"),
    ("aligning",),
    ("fingerprint",),
    ("stores",),  # the protocol
    ("formats",),
    ("decoding",),
    ("sources",),
    ("text",),
    ("hanzi", "unicode14"),
    ("schema",),
    ("report",),
    ("errors", "bulk", "garbage", "interrupts"),
    ("model",),
    ("values",),
    ("native",),
    ("version",),
)

# Each foreign package comes in at one place.
PLACES = {
    "charset_normalizer": {"decoding"},
    "click": {"cli", "commands"},
    # What stands in a page, and what stands on the command line.
    "dateutil": {"formats.dates", "commands.options"},
    "numpy": {"corpus", "fingerprint.folding", "fingerprint.vector", "gathering", "stores.sqlite"},
    "platformdirs": {"commands.settings"},
    "pydantic": {"schema"},
    "rapidfuzz": {"aligning"},
    "rich": {"renderers"},
    "sqlite3": {"stores.sqlite.connection"},
    "zstandard": {"sources"},
}

# What costs more to load than Python takes to start is loaded late, except in modules that are
# loaded late themselves.
HEAVY = {*PLACES, "asyncio", "bz2", "inspect", "logging", "lzma", "tomllib"} - {"click"}
LOADED_LATE = {
    "corpus.clusters",
    "corpus.columns",
    "corpus.crew",
    "corpus.notes",
    "corpus.pages",
    "corpus.postings",
    "corpus.relations",
    "corpus.sketches",
    "corpus.spool",
    "corpus.verdicts",
    "fingerprint.compiled",
    "fingerprint.folding",
    "fingerprint.vector",
    "gathering",
    "stores.sqlite.columns",
    "stores.sqlite.connection",
}


class Import(NamedTuple):
    """One imported module, and whether loading the importing module loads it."""

    name: str
    at_once: bool


def modules() -> dict[str, str]:
    """Return the modules of the package, named without it, with their text."""
    found = {}
    for path in sorted((ROOT / PACKAGE).rglob("*.py")):
        parts = path.relative_to(ROOT / PACKAGE).with_suffix("").parts
        name = ".".join(parts).removesuffix("__init__").removesuffix(".") or PACKAGE
        found[name] = path.read_text("utf-8")
    return found


MODULES = modules()


def imports(text: str, known: frozenset[str] = frozenset(MODULES)) -> Iterator[Import]:
    """Yield what a module imports, in functions too; ours without the name of the package."""

    def walk(node: ast.AST, at_once: bool) -> Iterator[Import]:
        for child in ast.iter_child_nodes(node):
            inside = isinstance(child, ast.FunctionDef | ast.AsyncFunctionDef | ast.Lambda)
            late = not at_once or inside or _for_types_only(child)
            if isinstance(child, ast.Import):
                for alias in child.names:
                    yield Import(_own(alias.name), at_once)
            elif isinstance(child, ast.ImportFrom):
                assert child.level == 0, "imports are absolute"
                for alias in child.names:
                    full = _own(f"{child.module}.{alias.name}")
                    yield Import(full if full in known else _own(child.module or ""), at_once)
            else:
                yield from walk(child, not late)

    yield from walk(ast.parse(text), at_once=True)


def _own(name: str) -> str:
    return name.removeprefix(f"{PACKAGE}.")


def _for_types_only(node: ast.AST) -> bool:
    return isinstance(node, ast.If) and "TYPE_CHECKING" in ast.unparse(node.test)


def floor(module: str) -> int:
    """Return the number of a module's floor, the top one is 0."""
    parent = module
    while parent:
        for number, names in enumerate(FLOORS):
            if parent in names:
                return number
        parent = parent.rpartition(".")[0]
    raise AssertionError(f"{module} stands on no floor: name it in FLOORS")


def home(module: str) -> str:
    """Return the entry of FLOORS that a module belongs to."""
    names = [name for name in FLOORS[floor(module)] if f"{module}.".startswith(f"{name}.")]
    return max(names, key=len)


def is_ours(name: str) -> bool:
    return name in MODULES or name.partition(".")[0] in MODULES


def pointing_up(module: str, text: str) -> list[str]:
    """Return what a module imports although it stands above it, or beside it."""
    return [
        one.name
        for one in imports(text)
        if is_ours(one.name)
        and one.name != module
        and home(one.name) != home(module)
        and floor(one.name) <= floor(module)
    ]


@pytest.mark.parametrize("module", MODULES)
def test_imports_point_down(module: str) -> None:
    assert pointing_up(module, MODULES[module]) == []


def test_no_module_imports_itself_on_a_detour() -> None:
    graph = {
        module: [one.name for one in imports(text) if one.name in MODULES and one.name != module]
        for module, text in MODULES.items()
    }

    @cache
    def reached(module: str) -> frozenset[str]:
        return frozenset(graph[module]).union(*map(reached, graph[module]))

    # A detour would make this recursion endless.
    assert all(module not in reached(module) for module in graph)


@pytest.mark.parametrize("module", MODULES)
def test_foreign_packages_come_in_at_one_place(module: str) -> None:
    for one in imports(MODULES[module]):
        package = one.name.partition(".")[0]
        if package in PLACES:
            assert any(f"{module}.".startswith(f"{place}.") for place in PLACES[package]), one
        elif not is_ours(one.name) and package != PACKAGE:
            assert package in sys.stdlib_module_names, one


@pytest.mark.parametrize("module", sorted(set(MODULES) - LOADED_LATE))
def test_what_is_heavy_is_loaded_late(module: str) -> None:
    loaded = {one.name.partition(".")[0] for one in imports(MODULES[module]) if one.at_once}
    assert not loaded & HEAVY
    if module != PACKAGE:
        at_once = {one.name for one in imports(MODULES[module]) if one.at_once}
        assert "fingerprint.vector" not in at_once


def calls(text: str) -> set[str]:
    """Return the names that a module calls, as they are written."""
    tree = ast.parse(text)
    return {ast.unparse(node.func) for node in ast.walk(tree) if isinstance(node, ast.Call)}


@pytest.mark.parametrize("module", MODULES)
def test_only_the_top_floors_ask_the_clock(module: str) -> None:
    clocks = {"datetime.now", "datetime.utcnow", "datetime.today", "date.today", "time.time"}
    if floor(module) > floor("library"):
        assert not calls(MODULES[module]) & clocks


@pytest.mark.parametrize("module", MODULES)
def test_only_sources_stores_and_settings_open_files(module: str) -> None:
    if module not in ("sources", "commands.settings") and home(module) != "stores.sqlite":
        openers = {"open", "io.open", "os.open", "os.fdopen", "Path"}
        # What goes nowhere is written to os.devnull.
        nowhere = {"os.open"} if module == "commands.streams" else set()
        assert not calls(MODULES[module]) & openers - nowhere


@pytest.mark.parametrize("module", MODULES)
def test_nothing_catches_everything(module: str) -> None:
    """A traceback is a bug in feedtool. What is caught to undo something is raised again."""
    for node in ast.walk(ast.parse(MODULES[module])):
        if isinstance(node, ast.ExceptHandler):
            caught = ast.unparse(node.type) if node.type else ""
            assert caught not in ("", "Exception"), f"line {node.lineno}"
            if caught == "BaseException":
                assert any(isinstance(inner, ast.Raise) for inner in ast.walk(node)), node.lineno


# The checks themselves.


@pytest.mark.parametrize(
    ("module", "text", "wrong"),
    [
        ("judging", "from feedtool import pipeline", ["pipeline"]),
        ("judging", "import feedtool.pipeline", ["pipeline"]),
        ("judging", "def f():\n    from feedtool.stores.sqlite import Store", ["stores.sqlite"]),
        ("judging", "class A:\n    def f(self):\n        import feedtool.cli", ["cli"]),
        ("formats.pages", "from feedtool.fingerprint import recipe", ["fingerprint.recipe"]),
        ("model", "from feedtool import __version__", [PACKAGE]),
        ("differences", "from feedtool import explaining", ["explaining"]),
        ("stores.memory", "from feedtool.stores.overlay import Overlay", ["stores.overlay"]),
        ("stores", "from feedtool.stores.memory import MemoryIndex", ["stores.memory"]),
        ("judging", "from feedtool.stores import Index\nfrom feedtool import finding", []),
        ("formats.pages", "from feedtool.formats import stray", []),
    ],
)
def test_an_import_that_points_up_is_caught(module: str, text: str, wrong: list[str]) -> None:
    assert pointing_up(module, text) == wrong


def test_a_heavy_import_is_told_from_a_late_one() -> None:
    text = (
        "import numpy\n"
        "if True:\n    from rich import table\n"
        "try:\n    import pydantic\nexcept ImportError:\n    pass\n"
        "class A:\n    import lzma\n"
        "def f():\n    import bz2\n"
        "TYPE_CHECKING = False\nif TYPE_CHECKING:\n    import logging\n"
    )
    found = {one.name: one.at_once for one in imports(text)}
    assert found == {
        "numpy": True,
        "rich": True,
        "pydantic": True,
        "lzma": True,
        "bz2": False,
        "logging": False,
    }


def test_every_module_stands_on_a_floor() -> None:
    assert len(MODULES) > 40
    for module in MODULES:
        assert floor(module) >= 0
    with pytest.raises(AssertionError, match="stands on no floor"):
        floor("helpers")


# What is loaded when it runs.


def loaded(*arguments: str) -> set[str]:
    """Return the packages that a run of feedtool loads."""
    script = (
        "import sys\nfrom feedtool.cli import run\n"
        "code = run(sys.argv[1:])\n"
        "print(*{name.partition('.')[0] for name in sys.modules}, file=sys.stderr)\n"
        "sys.exit(code)\n"
    )
    environment = {**os.environ, "PYTHONPATH": str(ROOT)}
    command = [sys.executable, "-c", script, *arguments]
    done = subprocess.run(command, env=environment, capture_output=True, check=True, cwd=ROOT)
    return set(done.stderr.decode().splitlines()[-1].split())


def test_help_loads_next_to_nothing() -> None:
    found = loaded("--help")
    assert "click" in found
    # click asks for the width of the terminal, which loads these.
    assert not found & HEAVY - {"inspect", "bz2", "lzma"}


def test_a_small_ingest_loads_what_it_needs(tmp_path: Path) -> None:
    store = str(tmp_path / "feeds.db")
    found = loaded("ingest", "--json", "--store", store, "samples")
    assert {"sqlite3", "click"} <= found
    assert not found & {
        "numpy",
        "pydantic",
        "rich",
        "dateutil",
        "charset_normalizer",
        "lzma",
        "bz2",
    }
