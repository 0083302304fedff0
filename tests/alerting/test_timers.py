"""Timers send the same whenever they are carried out."""

from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from agents.alerting.rulings.deadlines import Deadlines
from agents.alerting.rulings.engine import take_event, take_judged
from agents.alerting.rulings.shelf import Shelf
from agents.alerting.rulings.timers import Desk, Limits, fire, next_due
from schemas.alerts import Alert
from schemas.events import EnrichedEvent
from schemas.rules import Rule
from schemas.stories import Story
from schemas.story_state import StoryState
from tests.alerting.builders import START, announcement, desk, event, judged, killed, rule

STRIKES = {"category": "strike"}
RULES = [
    rule(STRIKES, id="cooldown", alert={"cooldown": "45m"}),
    rule(STRIKES, id="hold", alert={"hold": {"for": "25m"}}),
    rule(STRIKES, id="quiet", alert={"quiet": {"from": "12:30", "to": "14:00", "tz": "UTC"}}),
]


def at(minutes: float) -> datetime:
    return START + timedelta(minutes=minutes)


def take(desk: Desk, state: StoryState | None, one: EnrichedEvent) -> Iterator[tuple[StoryState, list[Any]]]:
    """Yield state and messages after a post's announcement and after its event."""
    first = take_judged(desk, state, announcement(one))
    yield first.state, first.published
    second = take_event(desk, first.state, one)
    yield second.state, second.published


def story_of(rules: list[Rule], events: list[EnrichedEvent], looks: list[float], end: float) -> list[Any]:
    """Return all messages of a story when timers are also looked at a part of the way to the next post."""
    desk_ = desk(*rules)
    state: StoryState | None = None
    published: list[Any] = []
    for number, one in enumerate(events):
        steps = list(take(desk_, state, one))
        state = steps[-1][0]
        published += [message for _, messages in steps for message in messages]
        until = events[number + 1].event_time if number + 1 < len(events) else at(end)
        if looks[number] > 0:
            look = one.event_time + (until - one.event_time) * min(looks[number], 0.999)
            outcome = fire(desk_, state, look)
            state = outcome.state
            published += outcome.published
    assert state is not None
    return published + fire(desk_, state, at(end)).published


@settings(deadline=None)
@given(
    gaps=st.lists(st.integers(1, 60), min_size=1, max_size=6),
    tolls=st.lists(st.integers(0, 5), min_size=6, max_size=6),
    looks=st.lists(st.floats(0, 1), min_size=6, max_size=6),
)
def test_when_timers_are_looked_at_does_not_matter(
    gaps: list[int], tolls: list[int], looks: list[float]
) -> None:
    minutes = [sum(gaps[:number]) for number in range(1, len(gaps) + 1)]
    events = [
        event(number + 1, minutes=minute, casualties=[killed(toll)] if toll else [])
        for number, (minute, toll) in enumerate(zip(minutes, tolls, strict=False))
    ]
    assert story_of(RULES, events, looks, 600) == story_of(RULES, events, [0.0] * 6, 600)


def test_what_is_held_back_goes_out_at_its_time_with_what_changed() -> None:
    events = [
        event(1, casualties=[killed(3)]),
        event(2, casualties=[killed(4)]),
        event(3, casualties=[killed(5)]),
    ]
    sent = [one for one in story_of(RULES[:1], events, [0.0] * 3, 600) if isinstance(one, Alert)]
    assert [(one.kind, one.at, one.story_seq) for one in sent] == [
        ("alert", at(10), 1),
        ("update", at(55), 3),
    ]
    assert [(one.field, one.before, one.after) for one in sent[1].changed] == [("killed", 3, 5)]


def test_nothing_is_due_while_a_post_of_the_story_waits_for_its_event() -> None:
    desk_ = desk(*RULES)
    *_, (state, _) = take(desk_, None, event(1))
    assert next_due(state, Limits()) == at(35)
    waiting = take_judged(desk_, state, judged(2)).state
    assert next_due(waiting, Limits()) is None


def test_a_story_closes_and_is_forgotten_and_begins_again_where_it_is_heard_of() -> None:
    desk_ = desk()
    *_, (state, _) = take(desk_, None, event(1))
    closed = fire(desk_, state, at(10) + timedelta(hours=72))
    assert [one.state for one in closed.published if isinstance(one, Story)] == ["closed"]
    assert fire(desk_, closed.state, at(10) + timedelta(days=7)).published == []
    assert fire(desk_, closed.state, at(10) + timedelta(days=8)).forgotten
    later = event(7, minutes=30 * 24 * 60)
    *_, (of_nothing, _) = take(desk_, None, later)
    *_, (of_closed, _) = take(desk_, closed.state, event(2, minutes=30 * 24 * 60))
    assert of_nothing.story is not None
    assert of_nothing.story.story_seq == 7
    assert of_closed.story is not None
    assert of_closed.story.state == "open"
    assert len(of_closed.contributions) == 1  # it would have been forgotten by then


def test_a_rule_that_is_gone_owes_nothing() -> None:
    *_, (state, _) = take(desk(RULES[1]), None, event(1))
    outcome = fire(desk(), state, at(60))
    assert outcome.published == []
    assert outcome.state.ledgers == []


def test_deadlines_come_in_order_and_follow_their_stories() -> None:
    deadlines = Deadlines()
    for story_id, minutes in (("a", 30), ("b", 10), ("c", 20), ("d", 5), ("b", 40), ("c", 15)):
        deadlines.set(story_id, at(minutes))
    deadlines.set("d", None)
    assert list(deadlines.passed(at(30))) == [("c", at(15)), ("a", at(30))]
    assert not deadlines.may_have_passed(at(30))
    assert list(deadlines.passed(at(60))) == [("b", at(40))]


def test_the_wall_clock_lets_no_exercise_go() -> None:
    shelf = Shelf(Limits())
    desk_ = desk(*RULES)
    for name, exercise in (("live", False), ("replayed", True)):
        *_, (state, _) = take(desk_, None, event(1, exercise=exercise))
        shelf.put(StoryState(**{**_fields(state), "story_id": name}))
    assert [(state.story_id, due) for state, due in shelf.due({}, {"default": at(60)})] == [("live", at(35))]
    assert shelf.is_due({"default": at(60)}, {})
    assert list(shelf.due({"other": at(60)})) == []
    assert [state.story_id for state, _ in shelf.due({"default": at(60)})] == ["replayed"]


def _fields(message: Any) -> dict[str, Any]:
    return {name: getattr(message, name) for name in message.__struct_fields__}
