"""What one text is to an earlier one: an ordered table of named rules over a comparison."""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from agents.dedup.config import DedupConfig
from agents.dedup.rows import Stored
from agents.dedup.shingles import U16
from agents.dedup.signature import Signature
from schemas.posts import Relation

Bools = npt.NDArray[np.bool_]


@dataclass(frozen=True, slots=True)
class Comparison:
    """A post beside an earlier one.

    Attributes:
        contained: shared part of the smaller shingle set.
        smaller: shingles in the smaller set.
        growth: words of the post by words of the earlier one.
        gap: seconds between their event times.
        same_source: whether both come from one source.
        names, numbers: part of the shorter post's names and numbers that the other has; 1 where it has none.
        counted: how many numbers the one with fewer of them has.
        other_dates: both have dates and share none.

    """

    contained: float
    smaller: int
    words: int
    growth: float
    gap: int
    same_source: bool
    names: float
    numbers: float
    counted: int
    other_dates: bool
    earlier: Stored


def members(values: U16) -> Bools:
    """Return a table of all 16-bit values that tells which are among some."""
    table = np.zeros(65_536, dtype=np.bool_)
    table[values] = True
    return table


def compare(post: Signature, shingles: Bools, time: int, source: int, earlier: Stored) -> Comparison:
    """Compare a post, its shingles as a table of members, with an earlier one."""
    smaller = min(len(post.shingles), len(earlier.shingles))
    shared = int(np.count_nonzero(shingles[earlier.shingles]))
    fewer, more = (post, earlier) if post.words <= earlier.words else (earlier, post)
    return Comparison(
        contained=round(min(shared / smaller, 1.0), 3) if smaller else 0.0,
        smaller=smaller,
        words=min(post.words, earlier.words),
        growth=post.words / max(earlier.words, 1),
        gap=abs(time - earlier.time),
        same_source=source == earlier.source,
        names=_share(fewer.names, more.names),
        numbers=_share(fewer.numbers, more.numbers),
        counted=min(len(post.numbers), len(earlier.numbers)),
        other_dates=len(post.dates) > 0 and len(earlier.dates) > 0 and not _common(post.dates, earlier.dates),
        earlier=earlier,
    )


def _common(one: U16, other: U16) -> int:
    return len(set(one.tolist()) & set(other.tolist()))


def _share(some: U16, others: U16) -> float:
    return _common(some, others) / len(some) if len(some) else 1.0


def conflict(seen: Comparison, config: DedupConfig) -> str | None:
    """Return in what two alike texts differ as reports of different events do, None where they agree.

    Serial reports (daily losses, alerts, bulletins) repeat the wording; their names, figures and dates tell them apart.
    """
    if seen.other_dates:
        return "other_date"
    figures_agree = seen.numbers >= config.numbers_agree
    if seen.names < config.names_agree and not (seen.names >= 0.6 and figures_agree and seen.counted):
        return "other_names"
    far = seen.gap > config.recurring_gap.total_seconds()
    if not figures_agree and (seen.counted > 2 or far):
        return "other_figures"
    if seen.words < config.recurring_words and far:
        return "other_time"
    return None


@dataclass(frozen=True, slots=True)
class Rule:
    """One way in which a text repeats another."""

    reason: str
    relation: Relation
    holds: Callable[[Comparison, DedupConfig], bool]


RULES: tuple[Rule, ...] = (
    # The wording is the same and a figure has moved: the toll rose, and nobody may miss it.
    Rule("same_text_other_figures", "update", lambda c, s: c.contained >= s.same_text and c.growth >= 0.8 and c.numbers < 1.0),
    Rule("same_text_longer", "update", lambda c, s: c.contained >= s.same_text and c.growth > 1.25),
    Rule("same_text_shorter", "excerpt", lambda c, s: c.contained >= s.same_text and c.growth < 0.8),
    Rule("same_text", "repost", lambda c, s: c.contained >= s.same_text),
    Rule("rewritten_longer", "update", lambda c, s: c.contained >= s.rewritten and c.growth > 1.5),
    Rule("rewritten_shorter", "excerpt", lambda c, s: c.contained >= s.rewritten and c.growth < 0.6),
    Rule("rewritten", "revision", lambda c, s: c.contained >= s.rewritten),
)


def rule_for(seen: Comparison, config: DedupConfig) -> Rule | None:
    """Return the first rule that holds; None where the texts are not alike enough to tell."""
    if seen.smaller < config.min_shingles and (seen.smaller < 4 or seen.contained < 1.0):
        return None
    return next((rule for rule in RULES if rule.holds(seen, config)), None)
