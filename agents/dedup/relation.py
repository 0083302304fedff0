"""What one text is to an earlier one: ordered tables of named rules over a comparison."""

from collections.abc import Callable
from dataclasses import dataclass

from agents.dedup.comparison import Comparison
from agents.dedup.config import DedupConfig
from schemas.posts import Relation


@dataclass(frozen=True, slots=True)
class Conflict:
    """One way in which alike texts speak of different events, as serial reports, alerts and bulletins do.

    Attributes:
        other_event: whether it keeps the two out of one story, too.

    """

    reason: str
    other_event: bool
    holds: Callable[[Comparison, DedupConfig], bool]


CONFLICTS: tuple[Conflict, ...] = (
    # 'As of 3 February' and 'as of 4 February'; a figure that rises keeps the day of the event.
    Conflict("other_date", True, lambda c, s: c.dates < 0),
    # Two eruptions of one day; a report of one event keeps its hour.
    Conflict("other_hour", False, lambda c, s: c.other_clock and c.contained < 0.9),
    # 'Kyiv denies that the village has fallen', 'the warning has been lifted'.
    Conflict("reversal", False, lambda c, s: c.turned and c.contained < s.same_text),
    # 'Explosions in Odesa' and 'Explosions in Dnipro': names change places; an edit only adds or drops some.
    Conflict("other_names", True, lambda c, s: c.swapped and c.names < s.names_agree and not _misspelt(c, s)),
    Conflict(
        "other_figures", False, lambda c, s: c.numbers < s.numbers_agree and (c.counted > 2 or _far(c, s))
    ),
    # Short posts recur word for word ('air raid alert') when their time has come again.
    Conflict("other_time", True, lambda c, s: c.words < s.recurring_words and c.dates < 1 and _far(c, s)),
    # The background paragraphs are the same and the news is not.
    Conflict("other_lead", False, lambda c, s: c.contained < s.same_text and c.leads < s.leads_agree),
)


def _far(seen: Comparison, config: DedupConfig) -> bool:
    return seen.gap > config.recurring_gap.total_seconds()


def _misspelt(seen: Comparison, config: DedupConfig) -> bool:
    """Tell whether a long text is so much the same that a few other names can only be other spellings."""
    return seen.contained >= config.same_text and seen.smaller >= 25 and seen.names >= 0.6


def conflict(seen: Comparison, config: DedupConfig) -> Conflict | None:
    """Return the first way in which two alike texts speak of different events, None where they agree."""
    return next((one for one in CONFLICTS if one.holds(seen, config)), None)


@dataclass(frozen=True, slots=True)
class Rule:
    """One way in which a text repeats another."""

    reason: str
    relation: Relation
    holds: Callable[[Comparison, DedupConfig], bool]


RULES: tuple[Rule, ...] = (
    # The wording is the same and a figure has moved: the toll rose, and nobody may miss it.
    Rule(
        "same_text_other_figures",
        "update",
        lambda c, s: c.contained >= s.same_text and c.growth >= 0.8 and c.new_numbers,
    ),
    # More text with nothing new in it is a credit line, a share button, a footer.
    Rule(
        "same_text_more_facts",
        "update",
        lambda c, s: c.contained >= s.same_text and c.growth > 1.25 and (c.new_names or c.growth > 2),
    ),
    Rule("same_text_shorter", "excerpt", lambda c, s: c.contained >= s.same_text and c.growth < 0.8),
    Rule("same_text", "repost", lambda c, s: c.contained >= s.same_text),
    Rule("rewritten_shorter", "excerpt", lambda c, s: c.contained >= s.rewritten and c.growth < 0.6),
    Rule("rewritten_other_figures", "update", lambda c, s: c.contained >= s.rewritten and c.new_numbers),
    Rule("rewritten_longer", "update", lambda c, s: c.contained >= s.rewritten and c.growth > 1.4),
    Rule("rewritten", "revision", lambda c, s: c.contained >= s.rewritten),
)


def rule_for(seen: Comparison, config: DedupConfig) -> Rule | None:
    """Return the first rule that holds; None where the texts are not alike enough to tell."""
    if seen.smaller < config.min_shingles and (seen.smaller < 4 or seen.contained < 1.0):
        return None
    if seen.smaller < 2 * config.min_shingles and seen.contained < config.rewritten_short:
        return None
    return next((rule for rule in RULES if rule.holds(seen, config)), None)


@dataclass(frozen=True, slots=True)
class Retelling:
    """Evidence that two posts of one story tell the same news in other words.

    Attributes:
        turned: whether it holds although one of the two denies what others say.

    """

    reason: str
    turned: bool
    holds: Callable[[Comparison, float, DedupConfig], bool]


RETELLINGS: tuple[Retelling, ...] = (
    # The same words of the same speaker, with the same lead or the same people around them.
    Retelling(
        "same_quotation",
        False,
        lambda c, like, s: (
            c.quoted >= s.retold_quotation and (_same_lead(c, s) or c.names >= s.retold_people)
        ),
    ),
    # Several figures in common, and none or few others: a verdict's votes, a budget's sums.
    Retelling(
        "same_figures",
        True,
        lambda c, like, s: like >= s.retold_alike and _same_figures(c, s) and c.names >= s.retold_people,
    ),
    Retelling(
        "retold", False, lambda c, like, s: like >= s.retold_alike and _same_lead(c, s) and _traced(c, s)
    ),
    # 'will address the council' and 'addresses the council'.
    Retelling("same_lead", False, lambda c, like, s: c.leads >= s.retold_lead and _traced(c, s)),
    # Everyone and every place of the shorter post, about the same matter.
    Retelling(
        "same_names", False, lambda c, like, s: like >= s.retold_cast and _same_cast(c, s) and _traced(c, s)
    ),
)


def _same_cast(seen: Comparison, config: DedupConfig) -> bool:
    return seen.named >= config.cast and seen.names >= config.cast_agrees


def _same_lead(seen: Comparison, config: DedupConfig) -> bool:
    """Tell whether two leads agree; with the same people in the same places, others may tell the same."""
    return seen.leads >= config.leads_agree or _same_cast(seen, config)


def _same_figures(seen: Comparison, config: DedupConfig) -> bool:
    return seen.figures >= config.retold_figures and seen.numbers >= config.retold_figures_agree


def _traced(seen: Comparison, config: DedupConfig) -> bool:
    """Tell whether a few words of a quotation, several figures or, in posts of some length, some of the
    wording came along: the next news of a story has its own."""
    worded = seen.shared >= config.retold_shingles and seen.words >= config.retold_words
    return worded or seen.quoted >= config.retold_quoted or _same_figures(seen, config)


def retelling(seen: Comparison, likeness: float, config: DedupConfig) -> Retelling | None:
    """Return why a post retells an earlier one, None where it tells something else."""
    alike = likeness >= config.retold_likeness and seen.words >= config.retold_words_quoted
    apart = seen.gap > config.window.total_seconds() or seen.dates < 0
    if not alike or apart or seen.names < config.retold_names:
        return None
    return next(
        (one for one in RETELLINGS if (one.turned or not seen.turned) and one.holds(seen, likeness, config)),
        None,
    )
