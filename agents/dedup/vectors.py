"""The weighed terms of posts, by which stories are compared."""

from collections.abc import Sequence
from itertools import chain

import msgspec
import numpy as np
import numpy.typing as npt

from agents.dedup.entry import Entry
from agents.dedup.shingles import U16, U32

F32 = npt.NDArray[np.float32]
Ints = npt.NDArray[np.int64]


class Vector(msgspec.Struct, frozen=True, gc=False):
    """The terms of a post, weighed.

    Attributes:
        every: all its terms, ascending.
        kept: places of the heaviest, ascending; ``terms``: these terms.
        keyed: places of the heaviest of all, heaviest first; ``keys``: these terms.
        weights: of the kept ones, with one length for all posts of so many words.

    """

    every: U32
    kept: U16
    keyed: U16
    weights: F32
    terms: U32
    keys: U32


def vector_of(every: U32, kept: U16, keyed: U16, weights: F32) -> Vector:
    """Return the vector with terms and keys taken from their places."""
    return Vector(every, kept, keyed, weights, every.take(kept), every.take(keyed))


class Vectors(msgspec.Struct, frozen=True, gc=False):
    """The vectors of several posts, one after the other, each field with what every post has of it."""

    every: U32
    every_counts: Ints
    terms: U32
    weights: F32
    term_counts: Ints
    keys: U32
    key_counts: Ints


def vectors_in(entries: Sequence[Entry]) -> Vectors:
    """Return the vectors that some entries hold."""
    every = np.frombuffer(b"".join([entry.terms for entry in entries]), dtype="<u4")
    kept = np.frombuffer(b"".join([entry.kept for entry in entries]), dtype="<u2")
    keyed = np.frombuffer(b"".join([entry.keyed for entry in entries]), dtype="<u2")
    weights = np.frombuffer(b"".join([entry.weights for entry in entries]), dtype="<f4")
    sizes = [(len(entry.terms) // 4, len(entry.kept) // 2, len(entry.keyed) // 2) for entry in entries]
    counts = np.array([*chain.from_iterable(sizes)], dtype=np.int64).reshape(-1, 3).T
    starts = np.cumsum(counts[0]) - counts[0]
    return Vectors(
        every=every,
        every_counts=counts[0],
        terms=every.take(kept + np.repeat(starts, counts[1])),
        weights=weights,
        term_counts=counts[1],
        keys=every.take(keyed + np.repeat(starts, counts[2])),
        key_counts=counts[2],
    )
