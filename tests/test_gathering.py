import tracemalloc
from random import Random

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from feedtool import fingerprint
from feedtool.gathering import Batch
from tests.pages import articles, excerpt

NOTHING = np.zeros(0, np.int64)


def batch_of(texts: list[str], page: int) -> Batch:
    """Return texts on pages of so many, beside an index that is empty."""
    prints = fingerprint.of([excerpt(text) for text in texts])
    found = Batch(prints, [number // page * page for number in range(len(texts))])
    found.join(NOTHING, NOTHING, 1)
    return found


@given(st.lists(st.integers(0, 60), min_size=1, max_size=40), st.integers(1, 5), st.integers(1, 99))
@settings(max_examples=50)
def test_pieces_of_a_batch_have_the_candidates_of_the_batch(
    shown: list[int], page: int, most: int
) -> None:
    texts = [f"{number // 20} {articles()[number % 20]}" for number in shown]
    whole = batch_of(texts, page).shortlists()
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("feedtool.gathering.MOST_PAIRS", most)
        assert batch_of(texts, page).shortlists() == whole


def test_a_crowd_of_long_texts_is_weighed_a_few_at_a_time() -> None:
    """Each of their 170 keys has 50 holders: a thousand of them took 250 MB."""
    random = Random(1)
    batch = batch_of(["".join(random.choices("ab", k=4000)) for _ in range(300)], 12)
    tracemalloc.start()
    found = batch.shortlists()
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()

    assert len(found) == 300
    assert peak < 20_000_000
