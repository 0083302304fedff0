"""A set-associative table from 32-bit keys to row numbers, of bounded size."""

from typing import Any

import numpy as np
import numpy.typing as npt

U32 = npt.NDArray[np.uint32]
_MIX = np.uint32(2_654_435_761)
"""Knuth's multiplicative hash: spreads keys that are minima of windows, and so are small."""


_START_BITS = 12
"""Sets at the start; keys of one row that fall into one set would push each other out of a smaller table."""


class RowTable:
    """Maps keys to the latest rows that had them; a full set forgets its oldest row.

    The table doubles until it has two to the ``max_bits`` sets; from there on memory is fixed. Rows are
    never deleted: who reads the
    table drops rows that have expired.
    """

    def __init__(self, max_bits: int, ways: int) -> None:
        bits = self._bits = _START_BITS
        self._max_bits = max_bits
        self._ways = ways
        self._inserted = 0
        self._slots: U32 = np.zeros((1 << bits, 2, ways), dtype=np.uint32)
        """Keys and rows + 1 of a set side by side, so that they share a cache line; row 0 is a free slot."""

    @property
    def nbytes(self) -> int:
        """Bytes held."""
        return self._slots.nbytes

    def find(self, keys: U32) -> npt.NDArray[np.int64]:
        """Return the rows that had any of the keys, once for each key that they share."""
        slots = self._slots.take(self._sets(keys), axis=0)
        rows = slots[:, 1][slots[:, 0] == keys[:, None]]
        found: npt.NDArray[np.int64] = rows[rows > 0].astype(np.int64)
        return found - 1

    def insert(self, keys: U32, row: int) -> None:
        """Enter a row under its keys."""
        self._inserted += len(keys)
        if self._bits < self._max_bits and self._inserted > self._slots.size // 4:
            self._double()
        sets = self._sets(keys)
        oldest = self._slots[sets, 1].argmin(axis=1)
        self._slots[sets, 0, oldest] = keys
        self._slots[sets, 1, oldest] = row + 1

    def _sets(self, keys: U32) -> npt.NDArray[Any]:
        return (keys * _MIX) >> np.uint32(32 - self._bits)

    def _double(self) -> None:
        """Split each set in two by the next bit of the key's hash; every row keeps its way."""
        self._bits += 1
        keys, rows = self._slots[:, 0], self._slots[:, 1]
        sets = self._sets(keys)
        ways = np.broadcast_to(np.arange(self._ways), sets.shape)
        held = rows > 0
        self._slots = np.zeros((1 << self._bits, 2, self._ways), dtype=np.uint32)
        self._slots[sets[held], 0, ways[held]] = keys[held]
        self._slots[sets[held], 1, ways[held]] = rows[held]
