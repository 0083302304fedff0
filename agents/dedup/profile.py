"""The terms that stories are compared by."""

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import pairwise

import numpy as np

from agents.dedup.shingles import U32
from agents.dedup.words import F32, Bools, Kind, Words

_HEAD, _LEAD, _NAMED = 1.7, 1.5, 1.3
"""Weights of terms in the headline, in the lead, and of names; what a post is about stands there."""
_HEAD_WORDS, _LEAD_WORDS = 12, 45
"""Words that count as headline at least, and as headline and lead."""


@dataclass(frozen=True, slots=True)
class Profile:
    """The terms of a post, each once.

    Attributes:
        terms: hashes of terms, ascending.
        weights: by how often and where each stands, and whether it is a name; rarity is not part of them.
        priors: probability of the term before any post was seen.

    """

    terms: U32
    weights: F32
    priors: F32


def profiles(words: Words, names: Bools, posts: int) -> Iterator[Profile]:
    """Return the profiles of the posts of a batch."""
    columns = words.columns
    keys = (words.owner << 32) | columns.terms
    order = np.argsort(keys, kind="stable")
    ordered = keys[order]
    start = np.flatnonzero(np.concatenate([[True], ordered[1:] != ordered[:-1]])) if len(ordered) else order
    first = order[start]
    weights = 1.0 + np.log(np.diff(np.append(start, len(ordered))))
    place, heads = words.place[first], words.heads[words.owner[first]]
    weights *= np.where(
        place < np.maximum(heads, _HEAD_WORDS), _HEAD, np.where(place < _LEAD_WORDS, _LEAD, 1.0)
    )
    if len(start):
        weights *= np.where(np.add.reduceat(names[order], start, dtype=np.int64) > 0, _NAMED, 1.0)
    kinds = columns.kinds[first]
    weights[(kinds == Kind.DATE) | (kinds == Kind.MONTH) | (kinds == Kind.CLOCK)] = 0.0
    terms, lasting, priors = columns.terms[first], weights.astype(np.float32), columns.priors[first]
    bounds = np.searchsorted(words.owner[first], np.arange(posts + 1)).tolist()
    for low, high in pairwise(bounds):
        yield Profile(terms[low:high], lasting[low:high], priors[low:high])
