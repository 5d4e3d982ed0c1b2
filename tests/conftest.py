"""What every test runs with: the same examples on every run, and each kind of store."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import settings

from feedtool.stores import Archive
from feedtool.stores.memory import MemoryArchive
from feedtool.stores.sqlite import Store

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
