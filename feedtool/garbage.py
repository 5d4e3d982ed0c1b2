"""Python's search for cycles of garbage, which batches of many objects and no cycle set off."""

import gc
from collections.abc import Iterator
from contextlib import contextmanager

SELDOM = 50_000


@contextmanager
def collected_seldom() -> Iterator[None]:
    """Look for cycles after so many objects more.

    To look after each 700 takes a tenth of a long run.
    """
    before = gc.get_threshold()
    gc.set_threshold(max(SELDOM, before[0]) if before[0] else 0, *before[1:])
    try:
        yield
    finally:
        gc.set_threshold(*before)
