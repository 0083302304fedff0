"""A set-associative table from 32-bit keys to row numbers, of bounded size."""

from typing import Any

import numpy as np
import numpy.typing as npt

U32 = npt.NDArray[np.uint32]
Ints = npt.NDArray[np.int64]
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
        self._shift = np.uint32(32 - bits)
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
        """Return the rows that had any of the keys, once for each key that they share.

        A free slot may be among them as row -1, which is older than any row held.
        """
        slots = self._slots.take(self._sets(keys), axis=0)
        found: Ints = slots[:, 1][slots[:, 0] == keys[:, None]].astype(np.int64)
        found -= 1
        return found

    def insert(self, keys: U32, row: int) -> None:
        """Enter a row under its keys."""
        self._inserted += len(keys)
        if self._bits < self._max_bits and self._inserted > self._slots.size // 4:
            self._double()
        self._put(self._sets(keys), keys, row + 1)

    def insert_all(self, keys: U32, counts: Ints, rows: Ints) -> None:
        """Enter rows under their keys, so many of each row, just as one after the other."""
        start = 0
        ends = np.cumsum(counts)
        while start < len(rows):
            room = self._slots.size // 4 - self._inserted if self._bits < self._max_bits else int(ends[-1])
            before = int(ends[start - 1]) if start else 0
            end = int(np.searchsorted(ends, before + room, side="right"))
            if end > start:
                self._insert_parts(keys[before : int(ends[end - 1])], counts[start:end], rows[start:end])
            else:  # the row makes the table double
                end = start + 1
                self.insert(keys[before : int(ends[start])], int(rows[start]))
            start = end

    def _insert_parts(self, keys: U32, counts: Ints, rows: Ints) -> None:
        """Enter rows into a table large enough: first what comes first into each set, then what comes second,
        and so on."""
        if not len(keys):
            return
        self._inserted += len(keys)
        sets, owners = self._sets(keys).astype(np.int64), np.repeat(rows, counts)
        order = np.argsort(sets, kind="stable")
        sets, keys, owners = sets.take(order), keys.take(order), owners.take(order)
        last = np.ones(len(sets), dtype=np.bool_)  # of the keys of a row in one set the last one stays
        last[:-1] = (sets[1:] != sets[:-1]) | (owners[1:] != owners[:-1])
        sets, keys, owners = sets[last], keys[last], owners[last]
        starts = np.flatnonzero(np.concatenate([[True], sets[1:] != sets[:-1]]))
        sizes = np.diff(starts, append=len(sets))
        turn = 0
        while len(starts):
            at = starts + turn
            self._put(sets.take(at), keys.take(at), owners.take(at) + 1)
            turn += 1
            starts, sizes = starts[sizes > turn], sizes[sizes > turn]

    def _put(self, sets: npt.NDArray[Any], keys: U32, numbers: Ints | int) -> None:
        """Enter one key into each of some sets, in the place of the oldest."""
        oldest = self._slots.take(sets, axis=0)[:, 1].argmin(axis=1)
        at = sets * np.int64(2 * self._ways) + oldest
        slots = self._slots.reshape(-1)
        slots[at] = keys
        slots[at + self._ways] = numbers

    def _sets(self, keys: U32) -> npt.NDArray[Any]:
        return (keys * _MIX) >> self._shift

    def _double(self) -> None:
        """Split each set in two by the next bit of the key's hash; every row keeps its way."""
        self._bits += 1
        self._shift = np.uint32(32 - self._bits)
        upper = (self._sets(self._slots[:, 0]) & 1)[:, None]
        halves = np.stack([self._slots * (1 - upper), self._slots * upper], axis=1)
        self._slots = halves.reshape(1 << self._bits, 2, self._ways)
