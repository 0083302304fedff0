"""The terms that stories are compared by."""

from collections.abc import Iterator
from itertools import pairwise

import msgspec
import numpy as np

from agents.dedup.shingles import U32
from agents.dedup.words import F32, Bools, Kind, Words

_HEAD, _LEAD, _NAMED = 1.7, 1.5, 1.3
"""Weights of terms in the headline, in the lead, and of names; what a post is about stands there."""
_HEAD_WORDS, _LEAD_WORDS = 12, 45
"""Words that count as headline at least, and as headline and lead."""
_TERM_BITS = 32
_PLACE_BITS = np.uint64(15)
_PLACE = np.uint64((1 << 15) - 1)
"""Room for MAX_WORDS words of a post; it leaves 17 bits for the number of the post."""
_TELLING = np.ones(Kind.QUOTE + 1)
"""Weights of terms by kind: when something happens does not tell what it is about."""
_TELLING[[Kind.DATE, Kind.MONTH, Kind.CLOCK]] = 0.0


class Profile(msgspec.Struct, frozen=True, gc=False):
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
    # Post, term and place in one number: sorting these takes half as long as finding their order.
    keys = (words.owner << _TERM_BITS | columns.terms).astype(np.uint64) << _PLACE_BITS
    keys |= words.place.astype(np.uint64)
    keys.sort()
    posts_and_terms = keys >> _PLACE_BITS
    start = (posts_and_terms[1:] != posts_and_terms[:-1]).nonzero()[0] + 1
    start = np.concatenate([[0], start]) if len(keys) else start
    owner = (posts_and_terms >> np.uint64(_TERM_BITS)).astype(np.int64)
    order = words.starts.take(owner) + (keys & _PLACE).astype(np.int64)
    first, owner = order.take(start), owner.take(start)
    weights = 1.0 + np.log(np.concatenate([start[1:], [len(keys)]]) - start)
    place = words.place.take(first)
    weights *= np.where(
        place < np.maximum(words.heads, _HEAD_WORDS).take(owner),
        _HEAD,
        np.where(place < _LEAD_WORDS, _LEAD, 1.0),
    )
    if len(start):
        named = np.logical_or.reduceat(names.take(order), start)
        weights *= np.where(named, _NAMED, 1.0)
    weights *= _TELLING.take(columns.kinds.take(first))
    terms, lasting, priors = columns.terms.take(first), weights.astype(np.float32), columns.priors.take(first)
    bounds = owner.searchsorted(np.arange(posts + 1)).tolist()
    for low, high in pairwise(bounds):
        yield Profile(terms[low:high], lasting[low:high], priors[low:high])
