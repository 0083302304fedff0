"""Shingles of three words and the fingerprints chosen from them."""

from typing import Any

import numpy as np
import numpy.typing as npt

U16 = npt.NDArray[np.uint16]
U32 = npt.NDArray[np.uint32]

WINDOW = 6
"""Of so many consecutive shingles at least one is a fingerprint: eight words in a row are enough to find a post by."""
_ASKED = 32
"""A text of no more shingles is looked for by all of them."""
_FACTORS = (np.uint32(0x9E3779B1), np.uint32(0x85EBCA77), np.uint32(0xC2B2AE3D))
"""Odd constants of xxHash32, one for each place, so that the order of words counts."""


def shingle_hashes(words: U32) -> U32:
    """Return the hash of every three words in a row, in order; a text of fewer words has none."""
    if len(words) < 3:
        return np.zeros(0, dtype=np.uint32)
    mixed = words[:-2] * _FACTORS[0] + _rotated(words[1:-1] * _FACTORS[1]) + words[2:] * _FACTORS[2]
    mixed ^= mixed >> np.uint32(15)
    mixed *= _FACTORS[1]
    mixed ^= mixed >> np.uint32(13)
    return mixed


def fingerprints(shingles: U32) -> U32:
    """Return the minima of all windows of WINDOW shingles, each run once.

    Winnowing after S. Schleimer, D. Wilkerson and A. Aiken, SIGMOD 2003.
    """
    if len(shingles) < WINDOW:
        return np.unique(shingles)
    two = np.minimum(shingles[:-1], shingles[1:])
    four = np.minimum(two[:-2], two[2:])
    minima = np.minimum(four[:-2], four[2:])
    first = np.empty(len(minima), dtype=np.bool_)
    first[0] = True
    np.not_equal(minima[1:], minima[:-1], out=first[1:])
    return minima[first]


def asked(shingles: U32, chosen: U32) -> U32:
    """Return the keys to look for a text by: its fingerprints, or every shingle of a short one."""
    return np.unique(shingles) if len(shingles) <= _ASKED else chosen


def short_set(hashes: npt.NDArray[Any]) -> U16:
    """Return the upper 16 bits of 32-bit hashes, each once; two of 100 shingles agree by chance one time in six."""
    values = (hashes >> np.uint32(16)).astype(np.uint16)
    values.sort()
    if len(values) < 2:
        return values
    first = np.empty(len(values), dtype=np.bool_)
    first[0] = True
    np.not_equal(values[1:], values[:-1], out=first[1:])
    return values[first]


def _rotated(values: U32) -> U32:
    return (values << np.uint32(13)) | (values >> np.uint32(19))
