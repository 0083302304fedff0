import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from agents.dedup.table import RowTable


def keys(*values: int) -> np.ndarray:  # type: ignore[type-arg]
    return np.array(values, dtype=np.uint32)


def test_finds_the_rows_of_a_key() -> None:
    table = RowTable(max_bits=12, ways=4)
    table.insert(keys(5, 9), 0)
    table.insert(keys(9), 1)
    assert sorted(table.find(keys(9, 7)).tolist()) == [0, 1]
    assert table.find(keys(5, 9)).tolist().count(0) == 2


def test_a_full_set_forgets_its_oldest_row() -> None:
    table = RowTable(max_bits=12, ways=4)
    for row in range(6):
        table.insert(keys(5), row)
    assert sorted(table.find(keys(5)).tolist()) == [2, 3, 4, 5]


@given(st.integers(0, 2**31))
def test_growing_loses_nothing_that_was_held(seed: int) -> None:
    table = RowTable(max_bits=15, ways=8)
    values = np.random.default_rng(seed).integers(0, 2**32, 300, dtype=np.uint32)
    table.insert(values, 7)
    held = len(table.find(values))
    before = table.nbytes
    table._double()
    assert len(table.find(values)) == held
    assert table.nbytes == 2 * before


@given(st.integers(0, 2**31), st.integers(1, 600))
def test_many_rows_at_once_are_entered_as_one_after_the_other(seed: int, distinct: int) -> None:
    rng = np.random.default_rng(seed)
    one, all_at_once = RowTable(max_bits=14, ways=4), RowTable(max_bits=14, ways=4)
    for start in range(0, 600, 200):
        counts = rng.integers(0, 60, 200)
        some = (rng.integers(0, distinct, sum(counts)) * 40_503_000).astype(np.uint32)
        rows = np.arange(start, start + 200)
        for row, part in zip(rows, np.split(some, np.cumsum(counts)[:-1]), strict=True):
            one.insert(part, int(row))
        all_at_once.insert_all(some, counts, rows)
    assert np.array_equal(one._slots, all_at_once._slots)
