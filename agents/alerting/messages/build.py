"""The messages that a ruling leads to: the alert and the record of the decision."""

from agents.alerting.rules.rule_set import CompiledRule
from agents.alerting.rulings.decide import Ruling
from agents.alerting.stories.story import facts_in
from agents.alerting.stories.view import View
from schemas.alerts import (
    Alert,
    AlertActor,
    AlertClaim,
    AlertKind,
    AlertReason,
    AlertSource,
    Certainty,
    Change,
    Decision,
)
from schemas.codec import to_plain
from schemas.events import Status
from schemas.ids import alert_id
from schemas.stories import Story
from schemas.story_state import Contribution, RuleLedger, Told

MAX_SOURCES = 20
"""An alert names so many of the latest posts that it rests on."""
MAX_ACTORS = 10
"""An alert names so many actors, those that most posts name first."""
_CERTAINTY: dict[Status, tuple[Certainty, Certainty]] = {
    "confirmed": ("likely", "observed"),
    "claimed": ("possible", "likely"),
    "disputed": ("possible", "possible"),
    "unverified": ("unknown", "possible"),
}
"""By status: told by one publisher, told by several."""


def build_alert(rule: CompiledRule, ledger: RuleLedger, ruling: Ruling, view: View) -> Alert:
    """Return the alert of a ruling that is not held back.

    Args:
        rule: the rule.
        ledger: what it has said before.
        ruling: what is said now.
        view: the story.

    """
    story = view.story
    speaker = _speaker(view)
    # A cancel speaks of what subscribers were told: of the story itself nothing may be left.
    spoken_of = ledger.told if ruling.outcome == "cancel" and ledger.told else view.present
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
        rule_title=rule.rule.title,
        rule_version=rule.text_version,
        status="exercise" if view.last.exercise else "actual",
        category=spoken_of.category,
        event_type=speaker.event_type if speaker else None,
        severity=spoken_of.severity,
        certainty="unlikely" if ruling.outcome == "cancel" else _certainty(story),
        verification=story.status,
        headline=speaker.title if speaker else story.title,
        summary=speaker.summary if speaker else story.title,
        changed=list(_told_changes(ruling, view)),
        where=spoken_of.places,
        since=story.first_seen,
        actors=_actors(view),
        casualties=story.casualties,
        claims=[AlertClaim(name=claim.name, status=claim.status) for claim in story.claims],
        contradictions=story.contradictions,
        outlets=story.outlets,
        sources=_sources(view),
        deliver=rule.rule.deliver,
        at=view.at,
    )


def build_decision(
    rule: CompiledRule, ledger: RuleLedger, ruling: Ruling, view: View, sent: Alert | None
) -> Decision:
    """Return the record of a ruling, fired or held back, with the facts it rests on."""
    story, post = view.story, view.last
    facts = {
        "story_seq": story.story_seq,
        "relation": view.relation,
        "source": post.source,
        "headline": post.title,
        **_plain(view.present),
        "told": _plain(ledger.told) if ledger.told else None,
        "changed": to_plain(ruling.changed),
        "until": ruling.until,
    }
    return Decision(
        rule_id=rule.rule.id,
        rule_version=rule.text_version,
        rule_offset=rule.offset,
        story_id=story.story_id,
        post_id=post.post_id,
        outcome=ruling.outcome,
        reason=ruling.reason,
        alert_id=sent.alert_id if sent else None,
        facts=facts,
        at=view.at,
    )


def _plain(told: Told) -> dict[str, object]:
    """Return what is told of a story as plain values, its places by name."""
    plain: dict[str, object] = to_plain(told)
    return {**plain, "places": [place.name for place in told.places]}


def _speaker(view: View) -> Contribution | None:
    """Return the post whose words an alert gives: the newest one, or the newest that stands."""
    if view.last.title:
        return view.last
    facts = facts_in(view.older, view.contributions)
    return facts[-1] if facts else None


def _told_changes(ruling: Ruling, view: View) -> tuple[Change, ...]:
    """Return what changed; of a correction of something else than the facts that are told, its sentence."""
    if ruling.changed or ruling.reason not in ("correction", "retraction"):
        return ruling.changed
    return (Change(field="summary", after=view.last.summary),)


def _actors(view: View) -> list[AlertActor]:
    counts: dict[tuple[str, str], AlertActor] = {}
    named: dict[tuple[str, str], int] = {}
    for one in facts_in(view.older, view.contributions):
        for actor in one.actors:
            key = actor.name.casefold(), actor.kind
            counts.setdefault(key, AlertActor(name=actor.name, kind=actor.kind))
            named[key] = named.get(key, 0) + 1
    ranked = sorted(counts, key=lambda key: -named[key])
    return [counts[key] for key in ranked[:MAX_ACTORS]]


def _sources(view: View) -> list[AlertSource]:
    return [
        AlertSource(source=one.source, url=one.url, post_id=one.post_id, relation=one.relation, at=one.at)
        for one in view.contributions[-MAX_SOURCES:]
        if not one.retracted and not one.late
    ]


def _kind(ruling: Ruling) -> AlertKind:
    if ruling.outcome == "held":
        raise ValueError("a ruling that is held back has no alert")
    return ruling.outcome


def _reason(ruling: Ruling) -> AlertReason:
    return ruling.reason  # type: ignore[return-value]  # a ruling that is not held back has an AlertReason


def _certainty(story: Story) -> Certainty:
    return _CERTAINTY[story.status][len(story.outlets) > 1]
