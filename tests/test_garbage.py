import gc
from contextlib import suppress

import pytest

from feedtool.garbage import SELDOM, collected_seldom


@pytest.mark.parametrize(("before", "within"), [(700, SELDOM), (10**6, 10**6), (0, 0)])
def test_garbage_is_collected_seldom_and_then_as_before(before: int, within: int) -> None:
    """Who collects none, or more seldom still, is left alone."""
    own = gc.get_threshold()
    gc.set_threshold(before, 10, 10)
    try:
        with suppress(KeyError), collected_seldom():
            assert gc.get_threshold() == (within, 10, 10)
            raise KeyError
        assert gc.get_threshold() == (before, 10, 10)
    finally:
        gc.set_threshold(*own)
