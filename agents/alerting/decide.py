"""Whether one rule speaks about one story after one post: two ordered tables of named steps.

Each step returns a ruling or None for "ask the next one". The name of the reason goes into the decision.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from agents.alerting.changes import changes, is_corroboration, is_escalation, is_new_fact, told_of
from agents.alerting.durations import in_hours
from agents.alerting.rule_set import CompiledRule, is_at_least
from schemas.alerts import AlertReason, Change, HeldReason
from schemas.posts import Relation
from schemas.stories import Story
from schemas.story_state import RuleLedger, Told

TAKES_BACK: frozenset[str] = frozenset({"correction", "retraction"})
"""Relations that reach everyone who was told, past cooldown and quiet hours."""


@dataclass(frozen=True, slots=True)
class Ruling:
    """What is done about a rule and a story, and why."""

    outcome: Literal["alert", "update", "cancel", "held"]
    reason: AlertReason | HeldReason
    changed: tuple[Change, ...] = ()


@dataclass(frozen=True, slots=True)
class Situation:
    """All that a ruling rests on.

    Attributes:
        rule: the rule.
        ledger: what it has said so far; None when it has neither matched nor spoken.
        matched: whether its conditions hold now.
        story: the story after the post.
        relation: what the post is to the earlier ones.
        at: event time of the post.
        last_seen: event time of the story's newest post before this one; None for its first.

    """

    rule: CompiledRule
    ledger: RuleLedger | None
    matched: bool
    story: Story
    relation: Relation
    at: datetime
    last_seen: datetime | None

    @property
    def now(self) -> Told:
        """What an alert would tell."""
        return told_of(self.story)


Step = Callable[[Situation], Ruling | None]


def decide(situation: Situation) -> Ruling | None:
    """Return what is done; None when the rule has nothing to do with the story."""
    ledger = situation.ledger
    speaking = ledger is not None and bool(ledger.alert_ids) and not ledger.cancelled
    if not speaking and not situation.matched:
        return None
    for step in FOLLOW_STEPS if speaking else FIRST_STEPS:
        ruling = step(situation)
        if ruling is not None:
            return ruling
    return None


def _late(situation: Situation) -> Ruling | None:
    expires, last_seen = situation.rule.expires, situation.last_seen
    if expires is not None and last_seen is not None and abs(situation.at - last_seen) > expires:
        return Ruling("held", "late")
    return None


def _on_hold(situation: Situation) -> Ruling | None:
    hold = situation.rule.hold
    if hold is None or is_at_least(situation.story.severity, hold.unless):
        return None
    since = situation.ledger.first_match_at if situation.ledger else situation.at
    return Ruling("held", "hold") if situation.at - since < hold.wait else None


def _in_quiet_hours(situation: Situation) -> Ruling | None:
    quiet = situation.rule.quiet
    if quiet is None or is_at_least(situation.story.severity, quiet.unless):
        return None
    return (
        Ruling("held", "quiet_hours") if in_hours(situation.at, quiet.start, quiet.end, quiet.zone) else None
    )


def _first_match(_: Situation) -> Ruling | None:
    return Ruling("alert", "first_match")


def _taken_back(situation: Situation) -> Ruling | None:
    """A correction or retraction: subscribers hear of it, as a cancel when the match is gone."""
    if situation.relation not in TAKES_BACK:
        return None
    reason: AlertReason = "retraction" if situation.relation == "retraction" else "correction"
    return Ruling("update" if situation.matched else "cancel", reason, _changed(situation))


def _no_longer_matched(situation: Situation) -> Ruling | None:
    return None if situation.matched else Ruling("held", "not_matched_any_more")


def _nothing_new(situation: Situation) -> Ruling | None:
    found = _changed(situation)
    new = is_new_fact(list(found)) or _is_contradicted(situation) or _is_corroborated(situation)
    return None if new else Ruling("held", "no_new_fact")


def _escalated(situation: Situation) -> Ruling | None:
    if is_escalation(situation.rule.rule.alert.escalation, _told(situation), situation.now):
        return Ruling("update", "escalation", _changed(situation))
    return None


def _cooling_down(situation: Situation) -> Ruling | None:
    sent_at = situation.ledger.sent_at if situation.ledger else None
    if sent_at is not None and situation.at - sent_at < situation.rule.cooldown:
        return Ruling("held", "cooldown")
    return None


def _contradicted(situation: Situation) -> Ruling | None:
    return Ruling("update", "contradiction", _changed(situation)) if _is_contradicted(situation) else None


def _corroborated(situation: Situation) -> Ruling | None:
    return Ruling("update", "corroborated", _changed(situation)) if _is_corroborated(situation) else None


def _new_fact(situation: Situation) -> Ruling | None:
    return Ruling("update", "new_fact", _changed(situation))


FIRST_STEPS: tuple[Step, ...] = (_late, _on_hold, _in_quiet_hours, _first_match)
"""For a rule that matches and has not spoken about the story, or has cancelled what it said."""

FOLLOW_STEPS: tuple[Step, ...] = (
    _taken_back,
    _late,
    _no_longer_matched,
    _nothing_new,
    _in_quiet_hours,
    _escalated,
    _cooling_down,
    _contradicted,
    _corroborated,
    _new_fact,
)
"""For a rule whose alert stands. Escalation comes before the cooldown: it passes it."""


def _told(situation: Situation) -> Told:
    told = situation.ledger.told if situation.ledger else None
    return told if told is not None else situation.now


def _changed(situation: Situation) -> tuple[Change, ...]:
    return tuple(changes(_told(situation), situation.now))


def _is_contradicted(situation: Situation) -> bool:
    return situation.now.contradictions > _told(situation).contradictions


def _is_corroborated(situation: Situation) -> bool:
    return is_corroboration(_told(situation), situation.now)
