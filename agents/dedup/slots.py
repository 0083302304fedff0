"""Slots of a post: names, numbers, dates, lead and quotations, which tell events of the same wording apart."""

from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from agents.dedup.shingles import U16, U32, short_set
from agents.dedup.words import Kind, Kinds, Words

_NONE: U16 = np.zeros(0, dtype=np.uint16)
_EVEN = np.uint16(0xFFFE)
Bools = npt.NDArray[np.bool_]

LEAD_WORDS = 35
"""Words of headline and lead, where a post says what is new."""
_LEAD_AT_LEAST = 12
_CAPITALISED = 0.6
"""Part of capitalised words from which a line is a headline in title case or capitals."""
_COMMON = 0.03
"""Words likelier than this in any post say nothing of what it is about, and are no names ('The')."""
_UNFAMILIAR = 0.0004
"""A word at the start of a sentence or in a line of capitals is a name only when it is rarer than this."""


@dataclass(frozen=True, slots=True)
class Slots:
    """Sets of 16-bit hashes, ascending.

    Attributes:
        names: capitalised words that are not merely the first of a sentence.
        openers: words that have a capital for that reason, and may be names as well.
        numbers: numbers in figures and words.
        dates: weekdays and days of a month; ``clocks``: times of day.
        leads: the telling terms of headline and lead.
        reversed: whether the lead denies or takes back what others say.

    """

    names: U16
    openers: U16
    numbers: U16
    dates: U16
    clocks: U16
    leads: U16
    reversed: bool


def slots_of(words: Words, named: Bools, lead: int) -> Slots:
    """Return the slots of a text, of which the first ``lead`` words say what is new."""
    kinds, bases, priors = words.kinds, words.bases, words.priors
    telling = (priors[:lead] < _COMMON) & (kinds[:lead] < Kind.DATE)
    return Slots(
        names=short_set(words.names[named]),
        openers=short_set(words.names[(kinds == Kind.CAPITAL) & ~named & (priors < _COMMON)]),
        numbers=short_set(bases[kinds == Kind.NUMBER]),
        dates=_dates(words),
        clocks=short_set(bases[kinds == Kind.CLOCK]),
        leads=short_set(words.terms[:lead][telling]),
        reversed=bool((kinds[:lead] == Kind.REVERSAL).any()),
    )


def names_among(kinds: Kinds, opens: Bools, priors: npt.NDArray[np.float32]) -> Bools:
    """Tell which words are names: capitalised, and rarer where the capital has other reasons."""
    return (kinds == Kind.CAPITAL) & (priors < np.where(opens, _UNFAMILIAR, _COMMON))


def capital_has_other_reasons(kinds: Kinds, headline: int) -> Bools:
    """Tell which tokens open a sentence or stand in a line of capitals; the first ``headline`` tokens are a line."""
    opens = np.ones(len(kinds), dtype=np.bool_)
    opens[1:] = kinds[:-1] >= Kind.BREAK
    for line in (slice(0, headline), slice(headline, None)):
        letters = kinds[line][kinds[line] <= Kind.CAPITAL]
        if len(letters) > 2 and letters.mean() > _CAPITALISED:
            opens[line] = True
    return opens


def lead_words(kinds: Kinds) -> int:
    """Return how many words headline and lead have: up to the end of a line, within bounds."""
    words = np.cumsum(kinds < Kind.BREAK)
    lines = words[(kinds == Kind.LINE) & (words >= _LEAD_AT_LEAST)]
    return min(int(lines[0]) if len(lines) else LEAD_WORDS, LEAD_WORDS)


def quoted(kinds: Kinds) -> Bools:
    """Tell which tokens stand within quotation marks; a straight mark opens and closes in turn."""
    opened = np.cumsum(kinds == Kind.QUOTE_OPEN) > np.cumsum(kinds == Kind.QUOTE_CLOSE)
    straight: npt.NDArray[Any] = np.cumsum(kinds == Kind.QUOTE) % 2 == 1
    inside: Bools = opened | straight
    return inside


def _dates(words: Words) -> U16:
    """Weekdays as even hashes; a month only with a day beside it, as odd hashes."""
    kinds, bases = words.kinds, words.bases
    weekdays = short_set(bases[kinds == Kind.DATE]) & _EVEN
    days = [_NONE]
    for at in np.flatnonzero(kinds == Kind.MONTH).tolist():
        beside = [near for near in (at - 1, at + 1) if 0 <= near < len(kinds) and words.days[near]]
        days.append(short_set(bases[beside] ^ (bases[at : at + 1] * np.uint32(0x9E3779B1))) | ~_EVEN)
    return np.unique(np.concatenate([weekdays, *days]))
