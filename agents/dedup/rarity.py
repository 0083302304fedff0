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

    def add_all(self, posts: list[U32]) -> None:
        """Count the terms of some more posts, just as one after the other."""
        start = 0
        while start < len(posts):
            some = posts[start : start + max(int(_HALVED_AT - self._posts), 1)]
            owner = np.repeat(np.arange(len(some), dtype=np.int64), [len(terms) for terms in some])
            slots = np.concatenate(some) & np.uint32(_SLOTS - 1)
            marks = np.sort(owner * _SLOTS + slots)
            once = marks[np.diff(marks, prepend=-1) > 0] & (_SLOTS - 1)
            np.add.at(self._having, once, np.float32(1.0))
            self._count(len(some))
            start += len(some)

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
