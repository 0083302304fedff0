"""Sets of shingles."""

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from agents.dedup.shingles import U16, within

SETS = st.sets(st.integers(0, 65_535) | st.integers(0, 20))


def ascending(values: set[int]) -> U16:
    return np.array(sorted(values), dtype=np.uint16)


@given(SETS, SETS)
def test_values_within_others_are_those_that_both_have(some: set[int], others: set[int]) -> None:
    told = within(ascending(some), ascending(others)).tolist()
    assert told == [value in others for value in sorted(some)]
