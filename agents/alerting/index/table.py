"""Sets of keys of which a given set holds all: rules by the alternatives of their conditions.

Keys are small numbers. Each entry is a row: up to four keys and the rule's number. The rows lie in arrays
sorted by their first key, so that the rows of the keys that are hit are a few slices, whose other keys are
then tested all at once. Rows added since the sorting lie beside it and are tested one and all.
"""

import numpy as np
from numpy.typing import NDArray

Numbers = NDArray[np.int32]

ALWAYS = 0
"""The key that is always hit: it fills up rows of fewer keys."""
_NEVER = 1
"""The key that is never hit: it marks rows that were taken out."""
FIRST_NUMBER = 2
"""Numbers from here on are free for keys."""
MOST_KEYS = 4
_MOST_RECENT = 500
"""So many new rows, or rows taken out, are put up with before all are sorted anew."""

_Row = tuple[int, ...]
_Columns = list[Numbers]
"""The keys, the first one first, and the rules."""


class SubsetTable:
    """Rule numbers, each with one or more sets of up to ``MOST_KEYS`` keys."""

    def __init__(self) -> None:
        self._columns = _columns({})
        self._starts = np.zeros(2, dtype=np.int64)
        self._recent: dict[_Row, None] = {}
        self._recent_columns: _Columns | None = None
        self._gone = 0
        self._hit = np.zeros(2, dtype=np.bool_)
        self._top = 0

    def add(self, rule: int, keys: tuple[int, ...]) -> None:
        """Enter a rule under a set of keys; the first is the one that is looked up."""
        self._recent[_row(rule, keys)] = None
        self._recent_columns = None
        self._top = max(self._top, *keys, ALWAYS)

    def remove(self, rule: int, keys: tuple[int, ...]) -> None:
        """Take out what ``add`` was called with."""
        row = _row(rule, keys)
        if row in self._recent:
            del self._recent[row]
            self._recent_columns = None
            return
        start, end = self._starts[row[0]], self._starts[row[0] + 1]
        columns = [column[start:end] for column in self._columns]
        same = np.logical_and.reduce([column == one for column, one in zip(columns, row, strict=True)])
        columns[1][same] = _NEVER
        self._gone += 1

    def find(self, keys: set[int]) -> set[int]:
        """Return the rules one of whose sets lies within the given keys, all of which have been added."""
        recent = self._sort()
        if self._top >= self._hit.size:
            self._hit = np.zeros(2 * self._top, dtype=np.bool_)
        hit = self._hit
        given = np.fromiter((ALWAYS, *keys), dtype=np.int32, count=len(keys) + 1)
        hit[given] = True
        found = set(_within(recent, np.flatnonzero(hit[recent[0]]), hit)) if self._recent else set()
        found.update(_within(self._columns, self._positions(given), hit))
        hit[given] = False
        return found

    def _positions(self, keys: Numbers) -> NDArray[np.int64]:
        """Return the positions of the sorted rows whose first key is among the given ones."""
        first = keys[keys < self._starts.size - 1]
        starts = self._starts[first]
        lengths = self._starts[first + 1] - starts
        ends = lengths.cumsum()
        return np.repeat(starts - (ends - lengths), lengths) + np.arange(ends[-1])

    def _sort(self) -> _Columns:
        """Sort all rows anew when too many are not; return those that are not."""
        many = len(self._recent) > _MOST_RECENT
        if many or self._gone > _MOST_RECENT + self._columns[0].size // 2:
            kept = self._columns[1] != _NEVER
            both = zip(self._columns, _columns(self._recent), strict=True)
            joined = [np.concatenate((old[kept], new)) for old, new in both]
            order = np.argsort(joined[0], kind="stable")
            self._columns = [column[order] for column in joined]
            self._starts = np.concatenate(([0], np.cumsum(np.bincount(self._columns[0], minlength=1))))
            self._recent, self._recent_columns, self._gone = {}, None, 0
        if self._recent_columns is None:
            self._recent_columns = _columns(self._recent)
        return self._recent_columns


def _within(columns: _Columns, positions: NDArray[np.int64], hit: NDArray[np.bool_]) -> list[int]:
    """Return the rules of those rows all of whose keys but the first, which is, are hit too."""
    for column in columns[1:MOST_KEYS]:
        positions = positions[hit[column[positions]]]
    rules: list[int] = columns[MOST_KEYS][positions].tolist()
    return rules


def _row(rule: int, keys: tuple[int, ...]) -> _Row:
    return (*keys, *(ALWAYS,) * (MOST_KEYS - len(keys)), rule)


def _columns(rows: dict[_Row, None]) -> _Columns:
    return list(np.array(list(rows), dtype=np.int32).reshape(-1, MOST_KEYS + 1).T.copy())
