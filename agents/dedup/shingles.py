"""Shingles of three words and the fingerprints chosen from them, for a batch of posts side by side."""

import numpy as np
import numpy.typing as npt

U16 = npt.NDArray[np.uint16]
U32 = npt.NDArray[np.uint32]
_Ints = npt.NDArray[np.int64]
_Bools = npt.NDArray[np.bool_]

WINDOW = 6
"""Of so many consecutive shingles at least one is a fingerprint: eight words in a row are enough to
find a post by."""
_FACTORS = (np.uint32(0x9E3779B1), np.uint32(0x85EBCA77), np.uint32(0xC2B2AE3D))
"""Odd constants of xxHash32, one for each place, so that the order of words counts."""


def shingle_hashes(words: U32, owner: _Ints) -> tuple[U32, _Bools]:
    """Return the hash of every three words in a row, and whether the three stand in one post."""
    if len(words) < 3:
        return np.zeros(0, dtype=np.uint32), np.zeros(0, dtype=np.bool_)
    mixed = words[:-2] * _FACTORS[0] + _rotated(words[1:-1] * _FACTORS[1]) + words[2:] * _FACTORS[2]
    mixed ^= mixed >> np.uint32(15)
    mixed *= _FACTORS[1]
    mixed ^= mixed >> np.uint32(13)
    return mixed, owner[2:] == owner[:-2]


def fingerprints(shingles: U32, owner: _Ints) -> tuple[U32, _Ints]:
    """Return the minima of all windows of WINDOW shingles of one post, each run once, and the posts
    they are of.

    Winnowing after S. Schleimer, D. Wilkerson and A. Aiken, SIGMOD 2003. A post of fewer shingles has
    none here.
    """
    if len(shingles) < WINDOW:
        return shingles[:0], owner[:0]
    two = np.minimum(shingles[:-1], shingles[1:])
    four = np.minimum(two[:-2], two[2:])
    minima = np.minimum(four[:-2], four[2:])
    within = owner[WINDOW - 1 :] == owner[: len(minima)]
    minima, owners = minima[within], owner[: len(minima)][within]
    first = np.ones(len(minima), dtype=np.bool_)
    first[1:] = (minima[1:] != minima[:-1]) | (owners[1:] != owners[:-1])
    return minima[first], owners[first]


def within(some: U16, others: U16) -> _Bools:
    """Tell of each of some values whether it is among others; both ascending. ``numpy.isin`` sorts them anew,
    which takes sets of this size ten times as long."""
    if not len(others):
        return np.zeros(len(some), dtype=np.bool_)
    found: _Bools = others.take(others.searchsorted(some), mode="clip") == some
    return found


def _rotated(values: U32) -> U32:
    return (values << np.uint32(13)) | (values >> np.uint32(19))
