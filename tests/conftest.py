"""What tests run with: the same examples on every run, each kind of store, and a history."""

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import settings

from feedtool.stores import Archive
from feedtool.stores.memory import MemoryArchive
from feedtool.stores.sqlite import Store
from tests.histories import seen, years

settings.register_profile("feedtool", derandomize=True, deadline=None, database=None)
settings.load_profile("feedtool")


@pytest.fixture(params=["memory", "sqlite"])
def store(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Archive]:
    """Run a test on every kind of store."""
    if request.param == "memory":
        yield MemoryArchive()
        return
    with Store.open(str(tmp_path / "feeds.db"), create=True) as opened:
        yield opened


@pytest.fixture(scope="session")
def old(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a store with a history, which no test writes to."""
    folder = tmp_path_factory.mktemp("years")
    with Store.open(str(folder / "old.db"), create=True) as store:
        seen(store, years(), folder)
    return folder / "old.db"


@pytest.fixture
def path(old: Path, tmp_path: Path) -> str:
    """Return a copy of that store."""
    return str(shutil.copy(old, tmp_path / "feeds.db"))
