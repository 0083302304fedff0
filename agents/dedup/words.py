"""Kinds of tokens, and the words of several posts side by side in columns."""

from dataclasses import dataclass
from typing import Any, Final

import numpy as np
import numpy.typing as npt

from agents.dedup.shingles import U32

Bools = npt.NDArray[np.bool_]
Ints = npt.NDArray[np.int64]
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
    """What a lexicon knows of the tokens of a batch; see agents.dedup.lexicon.Lexicon."""

    kinds: npt.NDArray[np.uint8]
    hashes: U32
    bases: U32
    names: U32
    terms: U32
    days: Bools
    priors: F32

    def kept(self, which: Bools) -> "Columns":
        """Return the columns of some of the tokens."""
        return Columns(*(getattr(self, name)[which] for name in Columns.__slots__))


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


def words_of(columns: Columns, sizes: list[int], headlines: list[int]) -> Words:
    """Tell words from marks, and what the marks say of the words.

    Args:
        columns: of all tokens of the batch.
        sizes: tokens of each post.
        headlines: tokens of each post's headline.

    """
    owner = np.repeat(np.arange(len(sizes)), sizes)
    first = np.cumsum([0, *sizes[:-1]], dtype=np.int64)
    content = columns.kinds < Kind.BREAK
    counted = np.cumsum(content)
    sums = np.concatenate([[0], counted])
    before = sums[first]
    kept = columns.kept(content)
    owners = owner[content]
    starts = np.searchsorted(owners, np.arange(len(sizes)))
    return Words(
        columns=kept,
        owner=owners,
        place=np.arange(len(owners)) - starts[owners],
        starts=starts,
        opens=_opens(columns.kinds, owner, first, headlines)[content],
        quoted=_quoted(columns.kinds, owner, first)[content],
        leads=_leads(columns.kinds, owner, counted - before[owner], len(sizes)),
        heads=sums[first + np.array(headlines, dtype=np.int64)] - before,
    )


def _opens(kinds: npt.NDArray[np.uint8], owner: Ints, first: Ints, headlines: list[int]) -> Bools:
    opens = np.ones(len(kinds), dtype=np.bool_)
    opens[1:] = (kinds[:-1] >= Kind.BREAK) | (owner[1:] != owner[:-1])
    line = 2 * owner + (np.arange(len(kinds)) - first[owner] >= np.array(headlines)[owner])
    letters = np.bincount(line[kinds <= Kind.CAPITAL], minlength=2 * len(first))
    capitals = np.bincount(line[kinds == Kind.CAPITAL], minlength=2 * len(first))
    shouting = (letters > 2) & (capitals > _CAPITALISED * letters)
    told: Bools = opens | shouting[line]
    return told


def _quoted(kinds: npt.NDArray[np.uint8], owner: Ints, first: Ints) -> Bools:
    """Tell which tokens stand within quotation marks; a straight mark opens and closes in turn."""
    depth = _running((kinds == Kind.QUOTE_OPEN).astype(np.int64) - (kinds == Kind.QUOTE_CLOSE), owner, first)
    straight = _running((kinds == Kind.QUOTE).astype(np.int64), owner, first)
    inside: Bools = (depth > 0) | (straight % 2 == 1)
    return inside


def _running(values: npt.NDArray[Any], owner: Ints, first: Ints) -> Ints:
    """Return running sums that start anew with each post."""
    sums = np.cumsum(values)
    anew: Ints = sums - np.concatenate([[0], sums])[first][owner]
    return anew


def _leads(kinds: npt.NDArray[np.uint8], owner: Ints, counted: Ints, posts: int) -> Ints:
    """Return the words of each post up to the end of its first line of some length, within bounds."""
    leads = np.full(posts, LEAD_WORDS, dtype=np.int64)
    ends = np.flatnonzero((kinds == Kind.LINE) & (counted >= _LEAD_AT_LEAST))
    np.minimum.at(leads, owner[ends], counted[ends])
    return leads
