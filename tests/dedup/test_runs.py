"""Series are cut into runs of bounded size, and nothing is lost or moved."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from agents.dedup.runs import runs


@pytest.mark.parametrize(
    ("sizes", "most_items", "expected"),
    [
        ([], None, []),
        ([4, 6, 1], None, [[4, 6], [1]]),
        ([11, 1], None, [[11], [1]]),  # what is too large is alone
        ([1, 11, 1], None, [[1], [11], [1]]),
        ([0, 0, 0], 2, [[0, 0], [0]]),
    ],
)
def test_runs_are_as_long_as_they_may_be(
    sizes: list[int], most_items: int | None, expected: list[list[int]]
) -> None:
    assert list(runs(sizes, int, 10, most_items)) == expected


@given(st.lists(st.integers(0, 20)), st.integers(1, 4))
def test_runs_hold_everything_in_order(sizes: list[int], most_items: int) -> None:
    found = list(runs(sizes, int, 10, most_items))
    assert [size for run in found for size in run] == sizes
    assert all(len(run) == 1 or (len(run) <= most_items and sum(run) <= 10) for run in found)
