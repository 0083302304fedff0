"""Pieces of text between spaces, found by their bytes many at a time."""

import numpy as np
import numpy.typing as npt

LONGEST = 31
"""Bytes of a piece that has a key."""
_WORDS = 4
"""Numbers of 64 bits in a key; the last byte of them is the length of the piece."""
_PROBES = 16
"""Places looked at: a piece that finds none free is not entered, so that no text makes searches long."""
_BITS = 18
_SHIFT = np.uint64(64 - _BITS)
_SIZES = np.arange(LONGEST + 2, dtype=np.uint64) << np.uint64(56)
_MASKS = np.array([(1 << 8 * size) - 1 for size in range(9)], dtype=np.uint64)
_ODD = np.array(
    [0x9E3779B97F4A7C15, 0xC2B2AE3D27D4EB4F, 0x165667B19E3779F9, 0xD6E8FEB86659FD93], dtype=np.uint64
)
"""Odd numbers without a pattern, whose multiples spread the keys."""
Keys = npt.NDArray[np.uint64]
Ints = npt.NDArray[np.int64]


def bounds_of(text: bytes) -> tuple[Ints, Ints]:
    """Return where the pieces of a text start and end, each of them with a space behind it."""
    ends = (np.frombuffer(text, dtype=np.uint8) == ord(" ")).nonzero()[0]
    starts = np.zeros(len(ends), dtype=np.int64)
    starts[1:] = ends[:-1] + 1
    return starts, ends


def keys_of(text: bytes, starts: Ints, sizes: Ints) -> Keys:
    """Return the bytes and sizes of pieces of a text as numbers; a longer piece has a key that no piece of
    up to LONGEST bytes has."""
    padded = text + bytes(8 * _WORDS)
    eights = np.ndarray((len(padded) - 7,), dtype="<u8", buffer=padded, strides=(1,))
    keys = np.zeros((len(starts), _WORDS), dtype=np.uint64)
    keys[:, 0] = eights[starts] & _MASKS.take(np.minimum(sizes, 8))
    for word in range(1, _WORDS):
        longer = (sizes > 8 * word).nonzero()[0]
        rest = np.minimum(sizes.take(longer) - 8 * word, 8)
        keys[longer, word] = eights[starts.take(longer) + 8 * word] & _MASKS.take(rest)
    keys[:, -1] |= _SIZES.take(np.minimum(sizes, LONGEST + 1))
    return keys


class PieceTable:
    """Numbers of pieces by key: a hash table with linear probing. It may leave out some of those entered.

    A dictionary of strings waits for memory several times a look-up; here the look-ups of a batch overlap.
    """

    def __init__(self, most: int) -> None:
        """Make a table for numbers from 1 to below ``most``."""
        self._numbers = np.zeros(1 << _BITS, dtype=np.int32)
        self._keys = np.zeros((most, _WORDS), dtype=np.uint64)

    def clear(self) -> None:
        """Forget all."""
        self._numbers.fill(0)

    def find(self, keys: Keys) -> npt.NDArray[np.int32]:
        """Return the numbers of pieces, 0 for one that is not found."""
        places = _places(keys)
        numbers: npt.NDArray[np.int32] = self._numbers.take(places)
        others = self._others(numbers, keys)
        for step in range(1, _PROBES):
            if not len(others):
                break
            tried = self._numbers.take(places.take(others) + step, mode="wrap")
            numbers[others] = tried
            others = others.take(self._others(tried, keys.take(others, axis=0)))
        numbers[others] = 0
        return numbers

    def enter(self, keys: Keys, numbers: Ints) -> None:
        """Enter pieces that were not found, each but once, under their numbers."""
        self._keys[numbers] = keys
        held = self._numbers.data  # one by one several times as fast as the array
        for place, number in zip(_places(keys).tolist(), numbers.tolist(), strict=True):
            for step in range(_PROBES):
                at = (place + step) % len(held)
                if not held[at]:
                    held[at] = number
                    break

    def _others(self, numbers: npt.NDArray[np.int32], keys: Keys) -> Ints:
        """Tell which of the numbers belong to other pieces than those of the keys."""
        known = self._keys.take(numbers, axis=0)
        differ = known[:, 0] != keys[:, 0]
        for word in range(1, _WORDS):
            differ |= known[:, word] != keys[:, word]
        others: Ints = (differ & (numbers > 0)).nonzero()[0]
        return others


def _places(keys: Keys) -> Ints:
    hashes: Keys = (keys * _ODD).sum(axis=1)
    return (hashes >> _SHIFT).astype(np.int64)
