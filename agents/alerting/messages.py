"""The messages that a ruling leads to: the alert, the decision and the new ledger."""

from agents.alerting.changes import told_of
from agents.alerting.conditions import freeze
from agents.alerting.decide import Ruling
from agents.alerting.facts import Facts
from agents.alerting.rule_set import CompiledRule
from agents.alerting.story import standing
from schemas.alerts import Alert, AlertClaim, AlertKind, AlertReason, AlertSource, Certainty, Decision
from schemas.codec import to_plain
from schemas.events import Status
from schemas.ids import alert_id
from schemas.stories import Story
from schemas.story_state import Contribution, RuleLedger

MAX_SOURCES = 20
"""An alert names so many of the latest posts that it rests on."""
_CERTAINTY: dict[Status, Certainty] = {
    "confirmed": "observed",
    "claimed": "possible",
    "disputed": "possible",
    "unverified": "unknown",
}


def new_ledger(rule: CompiledRule, facts: Facts, at: Contribution) -> RuleLedger:
    """Return the ledger of a rule that matches a story for the first time."""
    leaves = freeze(rule.condition, facts)
    return RuleLedger(
        rule_id=rule.rule.id,
        rule_version=rule.version,
        first_match_at=at.at,
        true_leaves=[index for index, value in leaves.items() if value],
    )


def build_alert(
    rule: CompiledRule, ledger: RuleLedger, ruling: Ruling, story: Story, contributions: list[Contribution]
) -> Alert:
    """Return the alert of a ruling that is not held back."""
    last = contributions[-1]
    facts = standing(contributions)
    sequence = len(ledger.alert_ids) + 1
    return Alert(
        alert_id=alert_id(rule.rule.id, story.story_id, sequence),
        rule_id=rule.rule.id,
        owner=rule.rule.owner,
        story_id=story.story_id,
        story_seq=story.story_seq,
        kind=_kind(ruling),
        sequence=sequence,
        reason=_reason(ruling),
        references=list(ledger.alert_ids),
        status="exercise" if last.exercise else "actual",
        severity=story.severity,
        certainty=_certainty(story, facts),
        headline=last.title or story.title,
        summary=last.summary or (facts[-1].summary if facts else story.title),
        changed=list(ruling.changed),
        where=story.places,
        since=story.first_seen,
        casualties=story.casualties,
        claims=[AlertClaim(name=claim.name, status=claim.status) for claim in story.claims],
        sources=[
            AlertSource(source=one.source, url=one.url, post_id=one.post_id)
            for one in contributions[-MAX_SOURCES:]
            if not one.retracted
        ],
        at=last.at,
    )


def build_decision(
    rule: CompiledRule, ruling: Ruling, story: Story, post: Contribution, sent: Alert | None
) -> Decision:
    """Return the record of a ruling, fired or held back, with the facts it rests on."""
    told = told_of(story)
    return Decision(
        rule_id=rule.rule.id,
        story_id=story.story_id,
        post_id=post.post_id,
        outcome=ruling.outcome,
        reason=ruling.reason,
        alert_id=sent.alert_id if sent else None,
        facts={
            "story_seq": story.story_seq,
            "relation": post.relation,
            **to_plain(told),
            "changed": to_plain(ruling.changed),
        },
        at=post.at,
    )


def _kind(ruling: Ruling) -> AlertKind:
    if ruling.outcome == "held":
        raise ValueError("a ruling that is held back has no alert")
    return ruling.outcome


def _reason(ruling: Ruling) -> AlertReason:
    return ruling.reason  # type: ignore[return-value]  # a ruling that is not held back has an AlertReason


def _certainty(story: Story, facts: list[Contribution]) -> Certainty:
    status = facts[-1].status if facts else None
    if status is None:
        return "unknown"
    certainty = _CERTAINTY[status]
    return "likely" if status == "claimed" and len(story.outlets) > 1 else certainty
