"""Whether one rule speaks about one story, after a post or when a time is over: two ordered tables of steps.

Each step returns a ruling or None for "ask the next one". The name of the reason goes into the decision.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Literal

from agents.alerting.rules.rule_set import CompiledRule, is_at_least
from agents.alerting.rulings.changes import changes, fell, is_corroboration, is_escalation, is_new_fact
from agents.alerting.rulings.matching import speaking
from agents.alerting.rulings.quiet_hours import quiet_until
from schemas.alerts import AlertReason, Change, HeldReason
from schemas.posts import Relation
from schemas.stories import Story
from schemas.story_state import RuleLedger, Told

TakesBack = Literal["correction", "retraction"]
"""What reaches everyone who was told, past cooldown and quiet hours."""


@dataclass(frozen=True, slots=True)
class Ruling:
    """What is done about a rule and a story, and why.

    Attributes:
        outcome: what is sent; held: nothing.
        reason: name of the step that decided.
        changed: what differs from what subscribers were last told.
        until: when what is held back goes out, if it still holds then; None when it is not news.
        takes_back: the correction or retraction that is held back.

    """

    outcome: Literal["alert", "update", "cancel", "held"]
    reason: AlertReason | HeldReason
    changed: tuple[Change, ...] = ()
    until: datetime | None = None
    takes_back: TakesBack | None = None


@dataclass(frozen=True, slots=True)
class Situation:
    """All that a ruling rests on.

    Attributes:
        rule: the rule.
        ledger: what it has said so far; None when it has neither matched nor spoken.
        matched: whether its conditions hold now.
        story: the story after the post.
        present: what an alert would tell.
        now: the time that the lane has reached.
        relation: what the post is to the earlier ones; None when a time is over.
        corrects: the post changes what another one said of which subscribers know.
        edits: the post is a new text of a post that was there before.
        late: the post is too old for any rule.
        age: how far the lane had gone beyond the time of the post when it came.
        silence: how long the story had been silent before the post.

    """

    rule: CompiledRule
    ledger: RuleLedger | None
    matched: bool
    story: Story
    present: Told
    now: datetime
    relation: Relation | None = None
    corrects: bool = False
    edits: bool = False
    late: bool = False
    age: timedelta = timedelta(0)
    silence: timedelta = timedelta(0)

    @property
    def told(self) -> Told:
        """What subscribers were last told; the present where they were told nothing."""
        known = self.ledger.told if self.ledger else None
        return known if known is not None else self.present

    @property
    def changed(self) -> tuple[Change, ...]:
        """What differs from what they were told."""
        return tuple(changes(self.told, self.present))

    @property
    def takes_back(self) -> TakesBack | None:
        """Why subscribers must hear of it whatever the hour: now, or owed to them since a silence began."""
        if self.corrects and self.relation == "retraction":
            return "retraction"
        lowered = self.edits and (not self.matched or fell(self.told, self.present))
        if self.corrects and (self.relation == "correction" or lowered):
            return "correction"
        owed = self.ledger.owed if self.ledger else None
        return owed.reason if owed else None


Step = Callable[[Situation], Ruling | None]


def decide(situation: Situation) -> Ruling | None:
    """Return what is done; None when the rule has nothing to do with the story."""
    spoken = speaking(situation.ledger)
    if not spoken and not situation.matched and (situation.ledger is None or situation.ledger.owed is None):
        return None
    for step in FOLLOW_STEPS if spoken else FIRST_STEPS:
        ruling = step(situation)
        if ruling is not None:
            return ruling
    return None


def _late(situation: Situation) -> Ruling | None:
    expires = situation.rule.expires
    outdated = expires is not None and situation.age > expires
    return Ruling("held", "late") if situation.late or outdated else None


def _expired(situation: Situation) -> Ruling | None:
    expires = situation.rule.expires
    return Ruling("held", "late") if expires is not None and situation.silence > expires else None


def _no_longer_matched(situation: Situation) -> Ruling | None:
    return None if situation.matched else Ruling("held", "not_matched_any_more", situation.changed)


def _silenced(situation: Situation) -> Ruling | None:
    ends = [
        one.until
        for one in situation.rule.rule.alert.silences
        if one.story in (None, situation.story.story_id)
        and (one.from_ is None or one.from_ <= situation.now)
        and situation.now < one.until
    ]
    return _held(situation, "silenced", max(ends)) if ends else None


def _on_hold(situation: Situation) -> Ruling | None:
    """Wait for a second publisher until the time is over."""
    hold, story = situation.rule.hold, situation.story
    if hold is None or is_at_least(story.severity, hold.unless) or len(story.outlets) > 1:
        return None
    ledger = situation.ledger
    since = ledger.first_match_at if ledger is not None and ledger.owed is not None else situation.now
    until = since + hold.wait
    return _held(situation, "hold", until) if situation.now < until else None


def _in_quiet_hours(situation: Situation) -> Ruling | None:
    quiet = situation.rule.quiet
    if quiet is None or is_at_least(situation.story.severity, quiet.unless):
        return None
    until = quiet_until(situation.now, quiet.start, quiet.end, quiet.zone)
    return _held(situation, "quiet_hours", until) if until is not None else None


def _first_match(_: Situation) -> Ruling | None:
    return Ruling("alert", "first_match")


def _taken_back(situation: Situation) -> Ruling | None:
    """A correction or retraction: subscribers hear of it, as a cancel when the match is gone."""
    reason = situation.takes_back
    if reason is None:
        return None
    nothing_left = situation.matched and not situation.corrects and not situation.changed
    if nothing_left:
        return None
    silenced = _silenced(situation)
    if silenced is not None:
        return silenced
    return Ruling("update" if situation.matched else "cancel", reason, situation.changed)


def _nothing_new(situation: Situation) -> Ruling | None:
    new = is_new_fact(situation.told, situation.present)
    if new or _is_contradicted(situation) or _is_corroborated(situation):
        return None
    return Ruling("held", "no_new_fact", situation.changed)


def _escalated(situation: Situation) -> Ruling | None:
    if is_escalation(situation.rule.rule.alert.escalation, situation.told, situation.present):
        return Ruling("update", "escalation", situation.changed)
    return None


def _cooling_down(situation: Situation) -> Ruling | None:
    sent_at = situation.ledger.sent_at if situation.ledger else None
    if sent_at is None or situation.now - sent_at >= situation.rule.cooldown:
        return None
    return _held(situation, "cooldown", sent_at + situation.rule.cooldown)


def _disputed(situation: Situation) -> Ruling | None:
    """What was told is denied now: that undermines it as a correction does."""
    if situation.present.status == "disputed" and situation.told.status != "disputed":
        return _contradicted(situation)
    return None


def _contradicted(situation: Situation) -> Ruling | None:
    if _is_contradicted(situation):
        return Ruling("update", "contradiction", situation.changed)
    return None


def _new_fact(situation: Situation) -> Ruling | None:
    if is_new_fact(situation.told, situation.present):
        return Ruling("update", "new_fact", situation.changed)
    return None


def _corroborated(situation: Situation) -> Ruling | None:
    return Ruling("update", "corroborated", situation.changed)


FIRST_STEPS: tuple[Step, ...] = (
    _late,
    _no_longer_matched,
    _silenced,
    _on_hold,
    _in_quiet_hours,
    _first_match,
)
"""For a rule that matches and has not spoken about the story, or has cancelled what it said."""

FOLLOW_STEPS: tuple[Step, ...] = (
    _taken_back,
    _late,
    _expired,
    _no_longer_matched,
    _nothing_new,
    _silenced,
    _in_quiet_hours,
    _escalated,
    _disputed,
    _cooling_down,
    _contradicted,
    _new_fact,
    _corroborated,
)
"""For a rule whose alert stands. An escalation and a denial of what was told come before the cooldown: they
pass it."""


def _held(situation: Situation, reason: HeldReason, until: datetime) -> Ruling:
    changed = situation.changed if speaking(situation.ledger) else ()
    return Ruling("held", reason, changed, until, situation.takes_back)


def _is_contradicted(situation: Situation) -> bool:
    return situation.present.contradictions > situation.told.contradictions


def _is_corroborated(situation: Situation) -> bool:
    return is_corroboration(situation.told, situation.present)
