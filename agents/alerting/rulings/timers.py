"""What happens to a story when a time is over: what was held back goes out, it closes, it is forgotten.

A timer fires before the first post of its story with which the lane reaches its time, on the story as it
stood before that post. What it sends bears the time that it was set to. So it does not matter when it is
carried out.
"""

from dataclasses import dataclass, field
from datetime import datetime, timedelta

import msgspec

from agents.alerting.rules.rule_set import RuleSet
from agents.alerting.rulings.lifecycle import at_time, owing_nothing
from agents.alerting.stories.contributions import OutletOf
from agents.alerting.stories.view import at_time as view_at
from schemas.alerts import Alert, Decision
from schemas.stories import Story
from schemas.story_state import RuleLedger, StoryState


@dataclass(frozen=True, slots=True)
class Limits:
    """Times of the alerting agent, by the watermark of the lane.

    Attributes:
        late_after: an older post brings no alert; the longest time over which dedup compares posts.
        closes_after: a story closes after so long without a post; dedup lets no ordinary post join it then.
        forgets_after: its state is dropped after so long; dedup has no post left that another could refer to.

    """

    late_after: timedelta = timedelta(days=7)
    closes_after: timedelta = timedelta(hours=72)
    forgets_after: timedelta = timedelta(days=8)


@dataclass(frozen=True, slots=True)
class Desk:
    """What stays the same from post to post."""

    rules: RuleSet
    outlet_of: OutletOf
    limits: Limits = Limits()


@dataclass(slots=True)
class Outcome:
    """The story's new state, and what is to be published, in order.

    Attributes:
        state: the state after it.
        published: messages, in order.
        asked: how many rules were held against the story in full.
        forgotten: the story is over for good, its state may be dropped.

    """

    state: StoryState
    published: list[Story | Alert | Decision] = field(default_factory=list)
    asked: int = 0
    forgotten: bool = False


def next_due(state: StoryState, limits: Limits) -> datetime | None:
    """Return the time of the story's next timer; None while it has none.

    Nothing is due while a post of the story waits for its turn: what it says may come first.
    """
    ends = _ending(state, limits)
    if ends is None or state.waiting:
        return None
    return min([ends, *(one.owed.due for one in state.ledgers if one.owed)])


def fire(desk: Desk, state: StoryState, watermark: datetime) -> Outcome:
    """Carry out the timers of a story up to a watermark, in the order of their times."""
    outcome = Outcome(state)
    while not outcome.forgotten:
        owing = [one for one in outcome.state.ledgers if one.owed is not None and one.owed.due <= watermark]
        first = min(owing, key=_due, default=None)
        ends = _ending(outcome.state, desk.limits)
        if first is not None and (ends is None or _due(first)[0] <= ends):
            _let_go(desk, outcome, first)
        elif ends is not None and ends <= watermark:
            _end(outcome)
        else:
            break
    return outcome


def _due(ledger: RuleLedger) -> tuple[datetime, str]:
    assert ledger.owed is not None
    return ledger.owed.due, ledger.rule_id


def _ending(state: StoryState, limits: Limits) -> datetime | None:
    if state.story is None or state.watermark is None:
        return None
    closing = limits.closes_after if state.story.state == "open" else limits.forgets_after
    return state.watermark + closing


def _end(outcome: Outcome) -> None:
    """Close a story that is open; forget one that is closed."""
    story = outcome.state.story
    assert story is not None
    if story.state == "closed":
        outcome.forgotten = True
        return
    closed = msgspec.structs.replace(story, state="closed")
    outcome.state = msgspec.structs.replace(outcome.state, story=closed)
    outcome.published.append(closed)


def _let_go(desk: Desk, outcome: Outcome, ledger: RuleLedger) -> None:
    """Send what a rule owes; one that is gone owes nothing any more."""
    state = outcome.state
    assert state.story is not None
    rule = desk.rules.get(ledger.rule_id)
    after = owing_nothing(ledger)
    if rule is not None:
        turn = at_time(rule, ledger, view_at(state, state.story, _due(ledger)[0]))
        outcome.published += [message for message in (turn.alert, turn.decision) if message is not None]
        after = turn.ledger
    others = [one for one in state.ledgers if one.rule_id != ledger.rule_id]
    kept = sorted([*others, *([after] if after else [])], key=lambda one: one.rule_id)
    outcome.state = msgspec.structs.replace(state, ledgers=kept)
