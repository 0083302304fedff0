"""Posts of a story in, in the order of the story, alerts and decisions out.

Announcements come from posts.judged and events from events.enriched, two topics whose order to one another
is not fixed. Both carry story_seq, which has no gaps: what comes early waits, and the outcome is that of the
order.
"""

from datetime import datetime

import msgspec

from agents.alerting.rulings.lifecycle import after_post
from agents.alerting.rulings.timers import Desk, Outcome, fire
from agents.alerting.stories.contributions import from_event, from_repeat
from agents.alerting.stories.corrections import add, spoken_of
from agents.alerting.stories.older import fold
from agents.alerting.stories.story import story_of
from agents.alerting.stories.view import View
from agents.alerting.stories.view import after_post as view_after
from schemas.events import EnrichedEvent
from schemas.posts import REPEATS, JudgedPost, text_of
from schemas.story_state import Contribution, RuleLedger, StoryState, Waiting


def take_judged(desk: Desk, state: StoryState | None, post: JudgedPost) -> Outcome:
    """Take in a judged post: a repeat counts as a sighting; any other announces its event."""
    repeats = post.relation in REPEATS
    item = Waiting(
        story_seq=post.story_seq,
        at=post.event_time,
        watermark=post.watermark,
        lane=post.lane,
        repeat=from_repeat(post, desk.outlet_of) if repeats else None,
        text=text_of(post.headline, post.body) if repeats else "",
    )
    return _take(desk, state, post.story_id, item)


def take_event(desk: Desk, state: StoryState | None, event: EnrichedEvent) -> Outcome:
    """Take in an enriched event."""
    item = Waiting(story_seq=event.story_seq, at=event.event_time, event=event)
    return _take(desk, state, event.story_id, item)


def _take(desk: Desk, state: StoryState | None, story_id: str, item: Waiting) -> Outcome:
    """Put an item in its place and take in all whose turn has come; what was taken in before is dropped."""
    state = _begun(state or StoryState(story_id=story_id), item)
    if item.story_seq <= state.taken:
        return Outcome(state)
    waiting = {one.story_seq: one for one in state.waiting}
    waiting[item.story_seq] = _joined(waiting.get(item.story_seq), item)
    outcome = Outcome(msgspec.structs.replace(state, waiting=[waiting[seq] for seq in sorted(waiting)]))
    while (turn := _next(outcome.state)) is not None:
        _apply(desk, outcome, turn)
    return outcome


def _begun(state: StoryState, item: Waiting) -> StoryState:
    """Let a story of which nothing is known begin where it is first heard of.

    Announcements come in order: when the first one is not number 1, the story was forgotten.
    """
    unknown = state.taken == 0 and not any(one.watermark for one in state.waiting)
    if unknown and item.watermark is not None and item.story_seq > 1:
        return msgspec.structs.replace(state, taken=item.story_seq - 1)
    return state


def _joined(known: Waiting | None, item: Waiting) -> Waiting:
    """Return a post's announcement and its event as one."""
    if known is None or (known.event is None and item.event is None):
        return item
    announced, event = (known, item) if known.event is None else (item, known)
    return msgspec.structs.replace(announced, event=event.event)


def _next(state: StoryState) -> Waiting | None:
    """Return the item whose turn it is.

    An event that is announced and not there, while a later one of the story is, went to the dead letters: the
    topic keeps the order of the story. It is passed over.
    """
    expected = state.taken + 1
    latest_event = max((one.story_seq for one in state.waiting if one.event), default=0)
    for item in state.waiting:
        if item.story_seq != expected or item.watermark is None:
            return None
        if item.event is not None or item.repeat is not None:
            return item
        if item.story_seq > latest_event:
            return None
        expected += 1
    return None


def _apply(desk: Desk, outcome: Outcome, item: Waiting) -> None:
    """Take in one post: first what was due before it, then what it says."""
    assert item.watermark is not None
    fired = fire(desk, outcome.state, item.watermark)
    outcome.published += fired.published
    before = fired.state
    if fired.forgotten:
        before = StoryState(story_id=before.story_id, waiting=before.waiting)
    said = item.repeat or from_event(_event(item), desk.outlet_of)
    view = _view(desk, before, said, item, item.watermark)
    story, kept = view.story, list(view.contributions)
    if view.late:
        kept[-1] = msgspec.structs.replace(kept[-1], late=True)
        story = story_of(before.story_id, before.story, before.older, kept)
    older, kept = fold(before.older, kept)
    if older is not None:
        story = msgspec.structs.replace(story, folded=older.posts)
    outcome.published.append(story)
    outcome.state = StoryState(
        story_id=before.story_id,
        lane=item.lane,
        watermark=item.watermark,
        taken=item.story_seq,
        story=story,
        older=older,
        contributions=kept,
        ledgers=_rules_asked(desk, outcome, before, view),
        waiting=[one for one in before.waiting if one.story_seq > item.story_seq],
    )


def _event(item: Waiting) -> EnrichedEvent:
    if item.event is None:
        raise ValueError(f"nothing to take in at story_seq {item.story_seq}")
    return item.event


def _view(desk: Desk, before: StoryState, said: Contribution, item: Waiting, now: datetime) -> View:
    """Return what rules see after a post, and one that is too old as well: as one more that stands."""
    corrected = spoken_of(before.contributions, said)
    contributions = add(before.contributions, said)
    story = story_of(before.story_id, before.story, before.older, contributions)
    return view_after(
        story, contributions, item, before, now, corrected=corrected, late_after=desk.limits.late_after
    )


def _rules_asked(desk: Desk, outcome: Outcome, before: StoryState, view: View) -> list[RuleLedger]:
    """Hold the rules against a story after a post; publish what they send and return their ledgers."""
    ledgers = {one.rule_id: one for one in before.ledgers}
    asked = desk.rules.asked(view.facts, ledgers)
    outcome.asked += len(asked)
    for rule in asked:
        turn = after_post(rule, ledgers.pop(rule.rule.id, None), view)
        outcome.published += [message for message in (turn.alert, turn.decision) if message is not None]
        if turn.ledger is not None:
            ledgers[rule.rule.id] = turn.ledger
    return [ledgers[rule_id] for rule_id in sorted(ledgers)]
