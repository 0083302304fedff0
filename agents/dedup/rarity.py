"""How rare a term is: a prior that comes with the project, and the posts seen so far."""

from typing import Any

import numpy as np
import numpy.typing as npt

from agents.dedup.profile import Profile
from agents.dedup.shingles import U32

_SLOTS = 1 << 18
PRIOR_POSTS = 10_000.0
"""Posts that the prior counts as."""
_HALVED_AT = 20_000.0
"""Posts after which all counts are halved, so that old news fades."""
_RAREST = 6.5
"""Rarity at most, in nats: a word that no post ever had before is no better evidence than one that a few
in ten thousand have."""


class Rarity:
    """Document frequencies by hashed term; terms that share a slot share their count."""

    def __init__(self) -> None:
        self._having = np.zeros(_SLOTS, dtype=np.float32)
        self._posts = 0.0

    def add(self, terms: U32) -> None:
        """Count the terms of one more post, each once."""
        self._having[terms & np.uint32(_SLOTS - 1)] += 1.0
        self._count(1)

    def add_all(self, terms: U32, counts: npt.NDArray[np.int64]) -> None:
        """Count the terms of some more posts, so many of each, just as one after the other."""
        owner = np.repeat(np.arange(len(counts)), counts)
        marks = owner * _SLOTS + (terms & np.uint32(_SLOTS - 1))
        marks.sort()
        once = np.ones(len(marks), dtype=np.bool_)
        np.not_equal(marks[1:], marks[:-1], out=once[1:])
        marks = marks[once]
        start = 0
        while start < len(counts):
            end = min(start + max(int(_HALVED_AT - self._posts), 1), len(counts))
            low, high = np.searchsorted(marks, [start * _SLOTS, end * _SLOTS])
            np.add.at(self._having, marks[low:high] & (_SLOTS - 1), np.float32(1.0))
            self._count(end - start)
            start = end

    def _count(self, posts: int) -> None:
        self._posts += posts
        if self._posts >= _HALVED_AT:
            self._having *= np.float32(0.5)
            self._posts *= 0.5

    def of(self, profile: Profile) -> npt.NDArray[Any]:
        """Return the inverse document frequency of each term, in nats."""
        having = np.float32(PRIOR_POSTS) * profile.priors
        having += self._having.take(profile.terms & np.uint32(_SLOTS - 1))
        np.maximum(having, np.float32(1.0), out=having)
        rarity: npt.NDArray[Any] = np.log(np.float32(PRIOR_POSTS + self._posts + 1.0) / having)
        np.minimum(rarity, np.float32(_RAREST), out=rarity)
        return rarity
