"""Kinds of tokens, and the words of several posts side by side in columns."""

from dataclasses import dataclass
from itertools import accumulate
from typing import Final

import numpy as np
import numpy.typing as npt

from agents.dedup.shingles import U32

Bools = npt.NDArray[np.bool_]
Ints = npt.NDArray[np.int64]
U8 = npt.NDArray[np.uint8]
F32 = npt.NDArray[np.float32]


class Kind:
    """What a token is. Plain numbers: numpy compares them faster than members of an enumeration."""

    WORD: Final = 0
    CAPITAL: Final = 1
    NUMBER: Final = 2
    DATE: Final = 3
    MONTH: Final = 4
    REVERSAL: Final = 5
    CLOCK: Final = 6
    BREAK: Final = 7
    LINE: Final = 8
    QUOTE_OPEN: Final = 9
    QUOTE_CLOSE: Final = 10
    QUOTE: Final = 11


LEAD_WORDS = 35
"""Words of headline and lead, where a post says what is new."""
_LEAD_AT_LEAST = 12
_CAPITALISED = 0.6
"""Part of capitalised words from which a line is a headline in title case or capitals."""


@dataclass(frozen=True, slots=True)
class Columns:
    """What a lexicon knows of some tokens.

    Attributes:
        kinds: a Kind each.
        hashes: 32-bit hashes of the folded tokens.
        bases: 32-bit hashes of the folded tokens without a possessive.
        names: 32-bit hashes of the letters of names.
        terms: 32-bit hashes of their terms.
        priors: probability that a post of ordinary length has the term, before any post was seen.
        days: whether it is a number that a day of a month can have.

    """

    kinds: U8
    hashes: U32
    bases: U32
    names: U32
    terms: U32
    priors: F32
    days: Bools


@dataclass(frozen=True, slots=True)
class Words:
    """The words of a batch of posts, post after post.

    Attributes:
        columns: what is known of each word by itself.
        owner: number of the post that each word stands in; ``place``: its place there; ``starts``:
        where each post starts.
        opens: whether a capital letter says nothing, at the start of a sentence or in a line of capitals.
        quoted: whether the word stands within quotation marks.
        leads: words in headline and lead of each post; ``heads``: in its headline.

    """

    columns: Columns
    owner: Ints
    place: Ints
    starts: Ints
    opens: Bools
    quoted: Bools
    leads: Ints
    heads: Ints


def words_of(kinds: U8, content: Ints, columns: Columns, sizes: list[int], headlines: list[int]) -> Words:
    """Tell words from marks, and what the marks say of the words.

    Args:
        kinds: of all tokens of the batch.
        content: places of those that are words.
        columns: what is known of these.
        sizes: tokens of each post.
        headlines: tokens of each post's headline.

    """
    posts = np.arange(len(sizes))
    first = np.array([*accumulate(sizes[:-1], initial=0)], dtype=np.int64)
    owner = posts.repeat(sizes)
    owners = owner.take(content)
    starts = content.searchsorted(first)
    return Words(
        columns=columns,
        owner=owners,
        place=np.arange(len(owners)) - starts.take(owners),
        starts=starts,
        opens=_opens(kinds, owner, first, headlines).take(content),
        quoted=_quoted(kinds, sizes, first).take(content),
        leads=_leads(kinds, owner, content, starts),
        heads=content.searchsorted(first + headlines) - starts,
    )


def _opens(kinds: U8, owner: Ints, first: Ints, headlines: list[int]) -> Bools:
    opens = np.ones(len(kinds), dtype=np.bool_)
    opens[1:] = (kinds[:-1] >= Kind.BREAK) | (owner[1:] != owner[:-1])
    line = 2 * owner + (np.arange(len(kinds)) >= (first + headlines).take(owner))
    letters = np.bincount(line[kinds <= Kind.CAPITAL], minlength=2 * len(first))
    capitals = np.bincount(line[kinds == Kind.CAPITAL], minlength=2 * len(first))
    shouting = (letters > 2) & (capitals > _CAPITALISED * letters)
    told: Bools = opens | shouting.take(line)
    return told


def _quoted(kinds: U8, sizes: list[int], first: Ints) -> Bools:
    """Tell which tokens stand within quotation marks; a straight mark opens and closes in turn."""
    if not (kinds >= Kind.QUOTE_OPEN).any():
        return np.zeros(len(kinds), dtype=np.bool_)
    opened = (kinds == Kind.QUOTE_OPEN).astype(np.int8) - (kinds == Kind.QUOTE_CLOSE).astype(np.int8)
    straight = _running((kinds == Kind.QUOTE).astype(np.int8), sizes, first)
    inside: Bools = (_running(opened, sizes, first) > 0) | (straight & 1 == 1)
    return inside


def _running(values: npt.NDArray[np.int8], sizes: list[int], first: Ints) -> Ints:
    """Return running sums that start anew with each post."""
    sums = values.cumsum(dtype=np.int64)
    anew: Ints = sums - np.concatenate([[0], sums]).take(first).repeat(sizes)
    return anew


def _leads(kinds: U8, owner: Ints, content: Ints, starts: Ints) -> Ints:
    """Return the words of each post up to the end of its first line of some length, within bounds."""
    leads = np.full(len(starts), LEAD_WORDS, dtype=np.int64)
    ends = (kinds == Kind.LINE).nonzero()[0]
    if not len(ends):
        return leads
    posts = owner.take(ends)
    counted = content.searchsorted(ends) - starts.take(posts)
    long = counted >= _LEAD_AT_LEAST
    np.minimum.at(leads, posts[long], counted[long])
    return leads
