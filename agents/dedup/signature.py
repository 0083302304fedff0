"""What verdicts need of one post's text, computed once."""

from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt
import xxhash

from agents.dedup.data import DedupData
from agents.dedup.lexicon import MAX_WORDS, Kind, Lexicon
from agents.dedup.markers import marker_of
from agents.dedup.normalise import readable, tokens_of
from agents.dedup.shingles import U16, U32, fingerprints, shingle_hashes, short_set
from schemas.posts import RawPost

Bools = npt.NDArray[np.bool_]
F32 = npt.NDArray[np.float32]

_CAPITALISED = 0.6
_FAMILIAR = 0.03
"""A capitalised word inside a sentence is no name when it is likelier than this in any post ('The', 'Monday')."""
_UNFAMILIAR = 0.0004
"""A word at the start of a sentence or in a line of capitals is a name only when it is rarer than this."""
_HEAD, _LEAD, _NAMED = 1.7, 1.5, 1.3
"""Weights of terms in the headline, in the lead, and of names; what a post is about stands there."""
_HEAD_WORDS, _LEAD_WORDS = 12, 45
"""Words that count as headline at least, and as headline and lead."""


@dataclass(frozen=True, slots=True)
class Profile:
    """The terms that stories are compared by, each once.

    Attributes:
        terms: hashes of terms, ascending.
        weights: by how often and where each stands, and whether it is a name; rarity is not part of them.
        priors: probability of the term before any post was seen.

    """

    terms: U32
    weights: F32
    priors: F32


@dataclass(frozen=True, slots=True)
class Signature:
    """A post's text in hashes.

    Attributes:
        digest: 64-bit hash of the folded words; 0 for a text without any content.
        words: number of words.
        shingles: 16-bit hashes of three words in a row, ascending.
        fingerprints: 32-bit keys to find posts by that share six words in a row.
        names, numbers, dates: 16-bit hashes, ascending.
        profile: terms for the comparison of stories.
        marker: ``correction`` or ``retraction`` when the post says that it is one.

    """

    digest: int
    words: int
    shingles: U16
    fingerprints: U32
    names: U16
    numbers: U16
    dates: U16
    profile: Profile
    marker: str | None


def signature_of(post: RawPost, lexicon: Lexicon, data: DedupData) -> Signature:
    """Return the signature of a post."""
    text = readable(post.headline, post.body)
    tokens = tokens_of(text)
    ids = lexicon.look_up(tokens[:MAX_WORDS])
    kinds = lexicon.kinds[ids]
    content = kinds < Kind.BREAK
    headline = len(tokens_of(readable(None, post.headline))) if post.headline else 0
    opens = _opens_sentence(kinds, headline)
    head = int(np.count_nonzero(content[:headline]))
    ids, kinds, opens = ids[content], kinds[content], opens[content]
    terms = lexicon.terms[ids]
    priors = lexicon.priors[ids]
    named = (kinds == Kind.CAPITAL) & (priors < np.where(opens, _UNFAMILIAR, _FAMILIAR))
    shingles = shingle_hashes(lexicon.hashes[ids])
    return Signature(
        digest=_digest(text, tokens),
        words=len(ids),
        shingles=short_set(shingles),
        fingerprints=fingerprints(shingles),
        names=short_set(lexicon.bases[ids[named]]),
        numbers=short_set(lexicon.bases[ids[kinds == Kind.NUMBER]]),
        dates=short_set(lexicon.bases[ids[kinds == Kind.DATE]]),
        profile=_profile(terms, named, priors, kinds, head),
        marker=marker_of(text, data),
    )


def _digest(text: str, tokens: list[str]) -> int:
    words = [token for token in tokens if token[0].isalnum()]
    plain = " ".join(words).casefold() if words else "".join(text.split())
    return xxhash.xxh3_64_intdigest(plain.encode("utf-8", "surrogatepass")) if plain else 0


def _opens_sentence(kinds: npt.NDArray[np.uint8], headline_tokens: int) -> Bools:
    """Tell which tokens have a capital letter for other reasons than being a name."""
    opens = np.ones(len(kinds), dtype=np.bool_)
    opens[1:] = kinds[:-1] >= Kind.BREAK
    for line in (slice(0, headline_tokens), slice(headline_tokens, None)):
        letters = kinds[line][kinds[line] <= Kind.CAPITAL]
        if len(letters) > 2 and letters.mean() > _CAPITALISED:
            opens[line] = True
    return opens


def _profile(terms: U32, named: Bools, priors: F32, kinds: npt.NDArray[Any], head: int) -> Profile:
    unique, first, inverse = np.unique(terms, return_index=True, return_inverse=True)
    counts = np.bincount(inverse, minlength=len(unique))
    names = np.bincount(inverse, weights=named, minlength=len(unique)) > 0
    weights = 1.0 + np.log(counts)
    weights *= np.where(first < max(head, _HEAD_WORDS), _HEAD, np.where(first < _LEAD_WORDS, _LEAD, 1.0))
    weights *= np.where(names, _NAMED, 1.0)
    weights[kinds[first] == Kind.DATE] = 0.0
    return Profile(unique, weights.astype(np.float32), priors[first])
