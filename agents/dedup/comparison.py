"""A post beside an earlier one: what two texts have in common, and whether they can be of one event."""

from collections.abc import Set

import numpy as np
import numpy.typing as npt
from msgspec import Struct

from agents.dedup.config import DedupConfig
from agents.dedup.rows import Stored
from agents.dedup.shingles import U16, within
from agents.dedup.signature import Signature
from agents.dedup.slots import Slots

Bools = npt.NDArray[np.bool_]
SAME_PHRASES = 0.15
"""Part of the shorter post's shingles that is the wording of a template when all names are others."""
TEMPLATE = 0.25
"""The same when some names are others."""


class Comparison(Struct, frozen=True):
    """A post beside an earlier one.

    Attributes:
        contained: shared part of the smaller shingle set.
        share: shared part of the post's own shingles.
        shared: shingles in common; ``smaller``: shingles in the smaller set.
        words: words of the shorter one.
        growth: words of the post by words of the earlier one.
        gap: seconds between their event times.
        names, numbers: part of the shorter post's names and numbers that the other has; 1 where it has none.
        named: names of the shorter post.
        swapped: each has a name that the other has not.
        counted: numbers of the one with fewer of them; ``figures``: numbers in common.
        new_names, new_numbers: whether the post has any that the earlier one has not.
        dates: 1 where they have a date in common, -1 where both have dates and none in common, else 0.
        other_clock: both have times of day and none in common.
        leads: part of the smaller lead's telling terms that the other lead has.
        turned: whether one lead takes back what the other says.
        quoted: shingles of the post's quotations that the earlier one has.
        earlier: the earlier one.

    """

    contained: float
    share: float
    shared: int
    smaller: int
    words: int
    growth: float
    gap: int
    names: float
    numbers: float
    named: int
    swapped: bool
    counted: int
    figures: int
    new_names: bool
    new_numbers: bool
    dates: int
    other_clock: bool
    leads: float
    turned: bool
    quoted: int
    earlier: Stored


def members(values: U16) -> Bools:
    """Return a table of all 16-bit values that tells which are among some."""
    table = np.zeros(65_536, dtype=np.bool_)
    table[values] = True
    return table


def compare(post: Signature, shingles: Bools, time: int, earlier: Stored) -> Comparison:
    """Compare a post, its shingles as a table of members, with an earlier one."""
    smaller = min(len(post.shingles), len(earlier.shingles))
    shared = int(np.count_nonzero(shingles[earlier.shingles]))
    mine, theirs = post.slots, earlier.slots
    names, old_names = set(mine.names.tolist()), set(theirs.names.tolist())
    numbers, old_numbers = set(mine.numbers.tolist()), set(theirs.numbers.tolist())
    leads, old_leads = set(mine.leads.tolist()), set(theirs.leads.tolist())
    any_names, any_old_names = names | set(mine.openers.tolist()), old_names | set(theirs.openers.tolist())
    longer = post.words > earlier.words
    return Comparison(
        contained=round(min(shared / smaller, 1.0), 3) if smaller else 0.0,
        share=shared / max(len(post.shingles), 1),
        shared=shared,
        smaller=smaller,
        words=min(post.words, earlier.words),
        growth=post.words / max(earlier.words, 1),
        gap=abs(time - earlier.time),
        names=_share(old_names, any_names) if longer else _share(names, any_old_names),
        numbers=_share(old_numbers, numbers) if longer else _share(numbers, old_numbers),
        named=len(old_names) if longer else len(names),
        swapped=not (names <= any_old_names or old_names <= any_names),
        counted=min(len(numbers), len(old_numbers)),
        figures=len(numbers & old_numbers),
        new_names=not names <= any_old_names,
        new_numbers=not numbers <= old_numbers,
        dates=_same_dates(set(mine.dates.tolist()), set(theirs.dates.tolist())),
        other_clock=_agreement(set(mine.clocks.tolist()), set(theirs.clocks.tolist())) < 0,
        leads=_share(leads, old_leads) if len(leads) < len(old_leads) else _share(old_leads, leads),
        turned=mine.turned != theirs.turned,
        quoted=int(within(post.quoted, earlier.shingles).sum()) if len(post.quoted) else 0,
        earlier=earlier,
    )


def named_in(slots: Slots, lands: frozenset[int]) -> set[int]:
    """Return the names of a post, with the lands among the words that begin its sentences."""
    return set(slots.names.tolist()) | (lands & set(slots.openers.tolist()))


def acquainted(slots: Slots, others: Slots, lands: frozenset[int]) -> bool:
    """Tell whether two posts have a name in common. A land is not enough when both name towns or people
    beside it."""
    names, old_names = named_in(slots, lands), named_in(others, lands)
    common = (names & (old_names | set(others.openers.tolist()))) | (old_names & set(slots.openers.tolist()))
    if common <= lands and names - lands and old_names - lands:
        return False
    return bool(common)


def elsewhere(post: Signature, earlier: Stored, countries: frozenset[int]) -> bool:
    """Tell whether two posts that are not acquainted are of one kind and not of one event: they name
    different countries, give other figures, or say the same of the one place and the other."""
    mine, theirs = post.slots, earlier.slots
    if _agreement(countries & named_in(mine, countries), countries & named_in(theirs, countries)) < 0:
        return True
    if _agreement(set(mine.numbers.tolist()), set(theirs.numbers.tolist())) < 0:
        return True
    return _alike(post, earlier) >= SAME_PHRASES


def other_place(post: Signature, earlier: Stored, config: DedupConfig) -> bool:
    """Tell whether a short post says much the same as another one of other names: it fills a template."""
    mine, theirs = post.slots, earlier.slots
    names, old_names = set(mine.names.tolist()), set(theirs.names.tolist())
    own = names - old_names - set(theirs.openers.tolist())
    others = old_names - names - set(mine.openers.tolist())
    short = min(post.words, earlier.words) < config.retold_words
    return short and bool(own) and bool(others) and _alike(post, earlier) >= TEMPLATE


def _alike(post: Signature, earlier: Stored) -> float:
    shared = int(within(post.shingles, earlier.shingles).sum())
    return shared / max(min(len(post.shingles), len(earlier.shingles)), 1)


def _share(some: set[int], others: set[int]) -> float:
    return len(some & others) / len(some) if some else 1.0


def _agreement(some: Set[int], others: Set[int]) -> int:
    if some & others:
        return 1
    return -1 if some and others else 0


def _same_dates(some: set[int], others: set[int]) -> int:
    """Compare weekdays (even) with weekdays and days of a month (odd) with their like."""
    kinds = [
        _agreement({d for d in some if d & 1 == odd}, {d for d in others if d & 1 == odd}) for odd in (0, 1)
    ]
    return max(kinds) if max(kinds) > 0 else min(kinds)
