"""What verdicts need of one post's text, computed once."""

from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt
import xxhash

from agents.dedup.boilerplate import without_boilerplate
from agents.dedup.data import BOILERPLATE, MARKER, DedupData
from agents.dedup.lexicon import MAX_WORDS, Lexicon
from agents.dedup.markers import Marker, footnote_of, notice_of
from agents.dedup.normalise import readable, tokens_of
from agents.dedup.slots import Slots, capital_has_other_reasons, lead_words, names_among, quoted, slots_of
from agents.dedup.shingles import U16, U32, asked, fingerprints, shingle_hashes, short_set
from agents.dedup.words import Kind, Words
from schemas.posts import RawPost

_WHEN = (Kind.DATE, Kind.MONTH, Kind.CLOCK)
_NONE: U16 = np.zeros(0, dtype=np.uint16)
Bools = npt.NDArray[np.bool_]
F32 = npt.NDArray[np.float32]

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
        fingerprints: 32-bit keys that the post is found by.
        asked: 32-bit keys that it finds others by, which share eight words in a row.
        quoted: those of the shingles that stand in quotations.
        slots: names, numbers, dates and lead.
        profile: terms for the comparison of stories.
        notice: ``correction`` or ``retraction`` when the post says at its head that it is one.
        footnote: the same, said at its end.

    """

    digest: int
    words: int
    shingles: U16
    fingerprints: U32
    asked: U32
    quoted: U16
    slots: Slots
    profile: Profile
    notice: Marker | None
    footnote: Marker | None


def signature_of(post: RawPost, lexicon: Lexicon, data: DedupData) -> Signature:
    """Return the signature of a post."""
    text = readable(post.headline, post.body)
    tokens = tokens_of(text)
    digest = _digest(text, tokens)
    ids = lexicon.look_up(tokens[:MAX_WORDS])
    gates = int(np.bitwise_or.reduce(lexicon.gates[ids]))
    if gates & BOILERPLATE:
        ids = lexicon.look_up(tokens_of(without_boilerplate(text, data))[:MAX_WORDS])
    kinds = lexicon.kinds[ids]
    content = kinds < Kind.BREAK
    headline = len(tokens_of(readable(None, post.headline))) if post.headline else 0
    opens = capital_has_other_reasons(kinds, headline)[content]
    inside = quoted(kinds)[content]
    lead = lead_words(kinds)
    words = lexicon.words(ids[content])
    named = names_among(words.kinds, opens, words.priors)
    shingles = shingle_hashes(words.hashes)
    chosen = fingerprints(shingles)
    return Signature(
        digest=digest,
        words=len(words.kinds),
        shingles=short_set(shingles),
        fingerprints=chosen,
        asked=asked(shingles, chosen),
        quoted=short_set(shingles[inside[:-2] & inside[2:]]) if len(shingles) and inside.any() else _NONE,
        slots=slots_of(words, named, lead),
        profile=_profile(words, named, int(np.count_nonzero(content[:headline]))),
        notice=notice_of(text, data) if gates & MARKER else None,
        footnote=footnote_of(text, data) if gates & MARKER else None,
    )


def _digest(text: str, tokens: list[str]) -> int:
    words = [token for token in tokens if token[0].isalnum()]
    plain = " ".join(words).casefold() if words else "".join(text.split())
    return xxhash.xxh3_64_intdigest(plain.encode("utf-8", "surrogatepass")) if plain else 0


def _profile(words: Words, named: Bools, head: int) -> Profile:
    unique, first, inverse = np.unique(words.terms, return_index=True, return_inverse=True)
    counts = np.bincount(inverse, minlength=len(unique))
    names = np.bincount(inverse, weights=named, minlength=len(unique)) > 0
    weights = 1.0 + np.log(counts)
    weights *= np.where(first < max(head, _HEAD_WORDS), _HEAD, np.where(first < _LEAD_WORDS, _LEAD, 1.0))
    weights *= np.where(names, _NAMED, 1.0)
    weights[np.isin(words.kinds[first], _WHEN)] = 0.0
    return Profile(unique, weights.astype(np.float32), words.priors[first])
