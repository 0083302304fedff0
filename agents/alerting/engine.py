"""Posts of a story in, in the order of the story, alerts and decisions out.

Repeats come from posts.judged and events from events.enriched, two topics whose order to one another is not
fixed. Both carry story_seq, which has no gaps: what comes early waits, and the outcome is that of the order.
"""

from dataclasses import dataclass, field

import msgspec

from agents.alerting.changes import told_of
from agents.alerting.conditions import holds, leaves
from agents.alerting.contributions import OutletOf, add, from_event, from_repeat
from agents.alerting.decide import Ruling, Situation, decide
from agents.alerting.facts import Facts, facts_of
from agents.alerting.messages import build_alert, build_decision, new_ledger
from agents.alerting.rule_set import CompiledRule, RuleSet
from agents.alerting.story import standing, story_of
from schemas.alerts import Alert, Decision
from schemas.events import EnrichedEvent
from schemas.posts import REPEATS, JudgedPost
from schemas.stories import Story
from schemas.story_state import Contribution, RuleLedger, StoryState, Waiting


@dataclass(slots=True)
class Outcome:
    """The story's new state, what is to be published, in order, and how many rules were asked in full."""

    state: StoryState
    published: list[Story | Alert | Decision] = field(default_factory=list)
    asked: int = 0


@dataclass(frozen=True, slots=True)
class Desk:
    """What stays the same from post to post."""

    rules: RuleSet
    outlet_of: OutletOf


def take_judged(desk: Desk, state: StoryState | None, post: JudgedPost) -> Outcome:
    """Take in a judged post: a repeat counts as a sighting; any other announces its event."""
    repeat = from_repeat(post, desk.outlet_of) if post.relation in REPEATS else None
    return _take(
        desk, state, post.story_id, Waiting(story_seq=post.story_seq, at=post.event_time, repeat=repeat)
    )


def take_event(desk: Desk, state: StoryState | None, event: EnrichedEvent) -> Outcome:
    """Take in an enriched event."""
    return _take(
        desk, state, event.story_id, Waiting(story_seq=event.story_seq, at=event.event_time, event=event)
    )


def _take(desk: Desk, state: StoryState | None, story_id: str, item: Waiting) -> Outcome:
    """Put an item in its place and take in all whose turn has come; what was taken in before is dropped."""
    state = state or StoryState(story_id=story_id)
    if item.story_seq <= _last_seq(state):
        return Outcome(state)
    waiting = {one.story_seq: one for one in state.waiting}
    known = waiting.get(item.story_seq)
    if known is None or (known.event is None and known.repeat is None):
        waiting[item.story_seq] = item
    outcome = Outcome(msgspec.structs.replace(state, waiting=[waiting[seq] for seq in sorted(waiting)]))
    while (turn := _next(outcome.state)) is not None:
        _apply(desk, outcome, turn)
    return outcome


def _last_seq(state: StoryState) -> int:
    return state.story.story_seq if state.story else 0


def _next(state: StoryState) -> Waiting | None:
    """Return the item whose turn it is.

    An event that is announced and not there, while a later one of the story is, went to the dead letters: the
    topic keeps the order of the story. It is passed over.
    """
    last = _last_seq(state)
    latest_event = max((one.story_seq for one in state.waiting if one.event), default=0)
    for item in state.waiting:
        if item.event is None and item.repeat is None:
            if item.story_seq < latest_event and item.story_seq == last + 1:
                last += 1
                continue
            return None
        return item if item.story_seq == last + 1 else None
    return None


def _apply(desk: Desk, outcome: Outcome, item: Waiting) -> None:
    state = outcome.state
    contribution = item.repeat or from_event(_event(item), desk.outlet_of)
    contributions = add(state.contributions, contribution)
    story = story_of(state.story_id, state.story, contributions)
    last_seen = state.story.last_seen if state.story else None
    ledgers = {ledger.rule_id: ledger for ledger in state.ledgers}
    facts = facts_of(story, contributions, contribution.source, item.event)
    stands = bool(standing(contributions))
    outcome.published.append(story)
    asked = desk.rules.asked(facts, ledgers)
    outcome.asked += len(asked)
    for rule in asked:
        ledger = _ledger_for(rule, ledgers.get(rule.rule.id))
        situation = Situation(
            rule=rule,
            ledger=ledger,
            matched=stands and _matches(rule, ledger, facts),
            story=story,
            relation=contribution.relation,
            at=contribution.at,
            last_seen=last_seen,
        )
        ruling = decide(situation)
        if ruling is not None:
            ledger = ledger or new_ledger(rule, facts, contribution)
            ledgers[rule.rule.id] = _carry_out(outcome, rule, ledger, ruling, story, contributions)
    outcome.state = StoryState(
        story_id=state.story_id,
        story=story,
        contributions=contributions,
        ledgers=[ledgers[rule_id] for rule_id in sorted(ledgers)],
        waiting=[one for one in state.waiting if one.story_seq > item.story_seq],
    )


def _event(item: Waiting) -> EnrichedEvent:
    if item.event is None:
        raise ValueError(f"nothing to take in at story_seq {item.story_seq}")
    return item.event


def _ledger_for(rule: CompiledRule, ledger: RuleLedger | None) -> RuleLedger | None:
    """Return the ledger as it fits the rule's present text: the leaves of another text are forgotten."""
    if ledger is None or ledger.rule_version == rule.version:
        return ledger
    return msgspec.structs.replace(ledger, rule_version=rule.version, true_leaves=[])


def _matches(rule: CompiledRule, ledger: RuleLedger | None, facts: Facts) -> bool:
    if ledger is None or not ledger.alert_ids or ledger.cancelled:
        return holds(rule.condition, facts)
    true = set(ledger.true_leaves)
    frozen = {leaf.index: True for leaf in leaves(rule.condition) if leaf.index in true}
    return holds(rule.condition, facts, frozen)


def _carry_out(
    outcome: Outcome,
    rule: CompiledRule,
    ledger: RuleLedger,
    ruling: Ruling,
    story: Story,
    contributions: list[Contribution],
) -> RuleLedger:
    """Publish a ruling's alert and decision and return the ledger after it."""
    post = contributions[-1]
    if ruling.outcome == "held":
        outcome.published.append(build_decision(rule, ruling, story, post, None))
        return ledger
    alert = build_alert(rule, ledger, ruling, story, contributions)
    outcome.published.append(alert)
    outcome.published.append(build_decision(rule, ruling, story, post, alert))
    return msgspec.structs.replace(
        ledger,
        alert_ids=[*ledger.alert_ids, alert.alert_id],
        sent_at=alert.at,
        cancelled=ruling.outcome == "cancel",
        told=told_of(story),
    )
