"""Slots of posts: names, numbers, dates and leads, which tell events of the same wording apart."""

import msgspec
import numpy as np
import numpy.typing as npt

from agents.dedup.shingles import U16, U32
from agents.dedup.words import Bools, Ints, Kind, Words

COMMON = 0.03
"""Words likelier than this in any post say nothing of what it is about, and are no names ('The')."""
_UNFAMILIAR = 0.0004
"""A word at the start of a sentence or in a line of capitals is a name only when it is rarer than this."""
_DATE = np.uint32(0x9E3779B1)
_EVEN, _ODD = np.uint32(0xFFFEFFFF), np.uint32(0x00010000)


class Slots(msgspec.Struct, frozen=True, gc=False):
    """Sets of 16-bit hashes, ascending.

    Attributes:
        names: capitalised words that are not merely the first of a sentence.
        openers: words that have a capital for that reason, and may be names as well.
        numbers: numbers in figures and words, days of a month excepted.
        dates: weekdays (even) and days of a month (odd); ``clocks``: times of day.
        leads: the telling terms of headline and lead.
        turned: whether the lead denies or takes back what others say.

    """

    names: U16
    openers: U16
    numbers: U16
    dates: U16
    clocks: U16
    leads: U16
    turned: bool


def named(words: Words) -> Bools:
    """Tell which words are names: capitalised, and rarer where the capital has other reasons."""
    columns = words.columns
    told: Bools = (columns.kinds == Kind.CAPITAL) & (
        columns.priors < np.where(words.opens, _UNFAMILIAR, COMMON)
    )
    return told


def reversals(words: Words, posts: int) -> Bools:
    """Tell for each post whether its lead denies or takes back what others say."""
    turned = (words.columns.kinds == Kind.REVERSAL) & (words.place < words.leads[words.owner])
    told: Bools = np.bincount(words.owner[turned], minlength=posts) > 0
    return told


def slot_sets(words: Words, names: Bools) -> list[tuple[Ints, U32]]:
    """Return owners and hashes of names, openers, numbers, dates, clocks and leads."""
    columns, kinds = words.columns, words.columns.kinds
    openers = (kinds == Kind.CAPITAL) & ~names & (columns.priors < COMMON)
    at, days = _days(words)
    figures = kinds == Kind.NUMBER
    figures[days] = False
    telling = (words.place < words.leads[words.owner]) & (columns.priors < COMMON) & (kinds < Kind.DATE)
    chosen: list[tuple[Bools, U32]] = [
        (names, columns.names),
        (openers, columns.names),
        (figures, columns.bases),
        (kinds == Kind.CLOCK, columns.bases),
        (telling, columns.terms),
    ]
    sets = [(words.owner[which], hashes[which]) for which, hashes in chosen]
    return [*sets[:3], _dates(words, at, days), *sets[3:]]


def _days(words: Words) -> tuple[Ints, Ints]:
    """Return the places of months with a day beside them, and of these days."""
    columns, owner = words.columns, words.owner
    month = (columns.kinds == Kind.MONTH).nonzero()[0]
    if not len(month):
        return month, month
    at = np.concatenate([month, month])
    beside = np.concatenate([month - 1, month + 1])
    inside = (beside >= 0) & (beside < len(owner))
    at, beside = at[inside], beside[inside]
    dated = (owner[at] == owner[beside]) & columns.days[beside]
    return at[dated], beside[dated]


def _dates(words: Words, at: Ints, beside: Ints) -> tuple[Ints, U32]:
    """Weekdays as even hashes; a month only with a day beside it, as one day, as odd hashes."""
    columns, owner = words.columns, words.owner
    weekday = (columns.kinds == Kind.DATE).nonzero()[0]
    days: npt.NDArray[np.uint32] = columns.bases[beside] ^ (columns.bases[at] * _DATE)
    return np.concatenate([owner[weekday], owner[at]]), np.concatenate(
        [columns.bases[weekday] & _EVEN, days | _ODD]
    )
