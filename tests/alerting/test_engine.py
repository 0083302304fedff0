"""What subscribers are told about a story, post by post."""

from itertools import permutations
from typing import Any

import pytest

from agents.alerting.rulings.engine import take_event, take_judged
from agents.alerting.rulings.timers import Desk
from schemas.alerts import Alert, Decision
from schemas.codec import decode, encode
from schemas.events import EnrichedEvent
from schemas.posts import JudgedPost
from schemas.rules import Rule
from schemas.stories import Story
from schemas.story_state import StoryState
from tests.alerting.builders import START, announcement, desk, event, judged, killed, place, rule

Item = EnrichedEvent | JudgedPost
STRIKES = {"category": "strike"}


def feed(desk: Desk, items: list[Item]) -> tuple[StoryState | None, list[Any]]:
    """Take in posts; events are announced before them where the posts do not do that themselves."""
    announced = {item.story_seq for item in items if isinstance(item, JudgedPost)}
    state: StoryState | None = None
    published: list[Any] = []
    reached = START
    for item in items:
        if isinstance(item, EnrichedEvent) and item.story_seq not in announced:
            reached = max(reached, item.event_time)
            state = take_judged(desk, state, announcement(item, reached)).state
        take = take_event if isinstance(item, EnrichedEvent) else take_judged
        outcome = take(desk, state, item)  # type: ignore[operator]
        state = outcome.state
        published += outcome.published
    return state, published


def decisions(rules: list[Rule], items: list[Item]) -> list[tuple[str, str]]:
    _, published = feed(desk(*rules), items)
    return [(one.outcome, one.reason) for one in published if isinstance(one, Decision)]


def alerts(rules: list[Rule], items: list[Item]) -> list[Alert]:
    return [one for one in feed(desk(*rules), items)[1] if isinstance(one, Alert)]


def stories(items: list[Item]) -> list[Story]:
    return [one for one in feed(desk(), items)[1] if isinstance(one, Story)]


COOLDOWN = {"cooldown": "30m"}
ESCALATING = {"cooldown": "30m", "escalation": {"severity": True, "casualties": 5}}
QUIET = {
    "quiet": {"from": "22:00", "to": "06:00", "tz": "UTC", "unless": {"severity": {"at_least": "extreme"}}}
}

CASES: list[tuple[str, Rule, list[Item], list[tuple[str, str]]]] = [
    ("a rule that does not match says nothing", rule({"category": "health"}), [event(1)], []),
    ("the first match alerts", rule(STRIKES), [event(1)], [("alert", "first_match")]),
    ("the same facts again are no news", rule(STRIKES), [event(1), event(2)],
     [("alert", "first_match"), ("held", "no_new_fact")]),
    ("a new figure is a new fact", rule(STRIKES), [event(1), event(2, casualties=[killed(3)])],
     [("alert", "first_match"), ("update", "new_fact")]),
    ("a second publisher corroborates what was unverified", rule(STRIKES),
     [event(1, status="unverified"), event(2, source="other", status="unverified")],
     [("alert", "first_match"), ("update", "corroborated")]),
    ("another site of the same publisher does not", rule(STRIKES),
     [event(1, status="unverified"), event(2, source="agency-world", status="unverified")],
     [("alert", "first_match"), ("held", "no_new_fact")]),
    ("nor does a repeat by a second publisher", rule(STRIKES),
     [event(1, status="unverified"), judged(2, "repost", source="other")],
     [("alert", "first_match"), ("held", "no_new_fact")]),
    ("that others tell a claim too is counted and not told", rule(STRIKES),
     [event(1), event(2, source="other"), event(3, source="third")],
     [("alert", "first_match"), ("held", "no_new_fact"), ("held", "no_new_fact")]),
    ("a repeat can bring the first match", rule({"outlets": {"at_least": 2}}),
     [event(1), judged(2, "exact", source="other")], [("alert", "first_match")]),
    ("the cooldown holds a new fact back", rule(STRIKES, alert=COOLDOWN),
     [event(1), event(2, casualties=[killed(3)])], [("alert", "first_match"), ("held", "cooldown")]),
    ("what the cooldown held back is told after it", rule(STRIKES, alert=COOLDOWN),
     [event(1), event(2, casualties=[killed(3)]), event(3, minutes=60)],
     [("alert", "first_match"), ("held", "cooldown"), ("update", "new_fact"), ("held", "no_new_fact")]),
    ("a jump of the toll passes the cooldown", rule(STRIKES, alert=ESCALATING),
     [event(1, casualties=[killed(3)]), event(2, casualties=[killed(8)])],
     [("alert", "first_match"), ("update", "escalation")]),
    ("a smaller rise does not", rule(STRIKES, alert=ESCALATING),
     [event(1, casualties=[killed(3)]), event(2, casualties=[killed(7)])],
     [("alert", "first_match"), ("held", "cooldown")]),
    ("a higher severity passes the cooldown", rule(STRIKES, alert=ESCALATING),
     [event(1), event(2, severity="severe")], [("alert", "first_match"), ("update", "escalation")]),
    ("quiet hours hold the first alert back until they end", rule(STRIKES, alert=QUIET),
     [event(1, minutes=11 * 60), event(2, minutes=19 * 60)],
     [("held", "quiet_hours"), ("alert", "first_match"), ("held", "no_new_fact")]),
    ("extreme severity passes quiet hours", rule(STRIKES, alert=QUIET),
     [event(1, minutes=11 * 60, severity="extreme")], [("alert", "first_match")]),
    ("a hold waits after the first match until its time", rule(STRIKES, alert={"hold": {"for": "15m"}}),
     [event(1), event(2), event(3)],
     [("held", "hold"), ("held", "hold"), ("alert", "first_match"), ("held", "no_new_fact")]),
    ("a second publisher ends a hold", rule(STRIKES, alert={"hold": {"for": "15m"}}),
     [event(1), event(2, source="other")], [("held", "hold"), ("alert", "first_match")]),
    ("a correction that takes the match away cancels", rule({"killed": {"at_least": 10}}),
     [event(1, casualties=[killed(11)]),
      event(2, relation="correction", related_to="p1", correction=True, casualties=[killed(7)])],
     [("alert", "first_match"), ("cancel", "correction")]),
    ("a correction that leaves the match is told, cooldown or not", rule(STRIKES, alert=COOLDOWN),
     [event(1, casualties=[killed(11)]),
      event(2, relation="correction", related_to="p1", correction=True, casualties=[killed(7)])],
     [("alert", "first_match"), ("update", "correction")]),
    ("a corrected revision of the post itself cancels too", rule({"killed": {"at_least": 10}}),
     [event(1, casualties=[killed(11)]),
      event(2, post="p1", revision=1, relation="correction", related_to="p1", casualties=[killed(7)])],
     [("alert", "first_match"), ("cancel", "correction")]),
    ("a retraction of the only report cancels", rule(STRIKES),
     [event(1), event(2, relation="retraction", related_to="p1", category="other")],
     [("alert", "first_match"), ("cancel", "retraction")]),
    ("a retraction that leaves another report standing is told", rule(STRIKES),
     [event(1), event(2, source="other"), event(3, relation="retraction", related_to="p1", category="other")],
     [("alert", "first_match"), ("held", "no_new_fact"), ("update", "retraction")]),
    ("after a cancel a new match is an alert again", rule(STRIKES),
     [event(1), event(2, relation="retraction", related_to="p1", category="other"), event(3, source="other")],
     [("alert", "first_match"), ("cancel", "retraction"), ("alert", "first_match")]),
    ("a lower figure by another claimant contradicts", rule(STRIKES),
     [event(1, casualties=[killed(12, claimed_by="the mayor")]),
      event(2, casualties=[killed(7, claimed_by="the ministry")])],
     [("alert", "first_match"), ("update", "contradiction")]),
    ("a story that went silent is late", rule(STRIKES, alert={"expires": "2h"}),
     [event(1), event(2, minutes=600, casualties=[killed(3)])], [("alert", "first_match"), ("held", "late")]),
    ("what was old news to the rule when it came is late", rule(STRIKES, alert={"expires": "2h"}),
     [event(1, minutes=600, category="health"), event(2, minutes=420)], [("held", "late")]),
    ("a story that was silent is news to who was not told",
     rule({"killed": {"at_least": 3}}, alert={"expires": "2h"}),
     [event(1), event(2, minutes=600, casualties=[killed(3)])], [("alert", "first_match")]),
    ("a correction is never late", rule(STRIKES, alert={"expires": "2h"}),
     [event(1), event(2, relation="retraction", related_to="p1", minutes=-600)],
     [("alert", "first_match"), ("cancel", "retraction")]),
    ("a correction of one post does not undo what another one reports", rule({"category": "protest"}),
     [event(1, category="disaster"), event(2, category="protest"), event(3, category="disaster"),
      event(4, category="disaster", relation="correction", related_to="p1", casualties=[killed(7)])],
     [("alert", "first_match"), ("held", "no_new_fact"), ("update", "correction")]),
    ("a summary of the page is no report", rule(STRIKES), [event(1, kind="summary")], []),
    ("a text condition does not lapse with the next post", rule({"text": "market"}),
     [event(1), event(2, text="\nElsewhere.", casualties=[killed(3)])],
     [("alert", "first_match"), ("update", "new_fact")]),
]  # fmt: skip


@pytest.mark.parametrize(
    ("rule", "items", "expected"), [case[1:] for case in CASES], ids=[case[0] for case in CASES]
)
def test_ruling(rule: Rule, items: list[Item], expected: list[tuple[str, str]]) -> None:
    assert decisions([rule], items) == expected


def test_updates_and_cancels_refer_to_all_earlier_alerts_and_say_what_changed() -> None:
    items: list[Item] = [
        event(1, casualties=[killed(11)]),
        event(2, source="other", casualties=[killed(12)]),
        event(3, relation="correction", related_to="p1", casualties=[killed(7)]),
    ]
    first, second, third = alerts([rule(STRIKES)], items)
    assert [one.sequence for one in (first, second, third)] == [1, 2, 3]
    assert (first.references, second.references) == ([], [first.alert_id])
    assert third.references == [first.alert_id, second.alert_id]
    assert [(one.field, one.before, one.after) for one in second.changed] == [
        ("outlets", 1, 2),
        ("killed", 11, 12),
    ]


def test_figures_of_claimants_stand_side_by_side_and_are_never_added() -> None:
    rows = [
        killed(7, claimed_by="the ministry"),
        killed(3, claimed_by="the ministry"),
        killed(12, claimed_by="the mayor"),
    ]
    ledger = stories([event(1, casualties=rows)])[-1].casualties["killed"]
    assert (ledger.min, ledger.max, ledger.latest) == (7, 12, 12)
    assert [(claim.claimed_by, claim.min) for claim in ledger.claims] == [
        ("the ministry", 7),
        ("the mayor", 12),
    ]


def test_background_figures_stay_out_of_the_ledger() -> None:
    background = {**killed(10_000), "current": False}
    assert stories([event(1, casualties=[background])])[-1].casualties == {}


def test_only_places_where_it_happens_count() -> None:
    near = place("Kharkiv", "UA", 49.99, 36.23)
    said = place("Brussels", "BE", 50.85, 4.35, role="said")
    condition = {"place": {"country": "UA", "within": {"lat": 50.0, "lon": 36.0, "km": 60}}}
    assert decisions([rule(condition)], [event(1, places=[said, near])]) == [("alert", "first_match")]
    assert decisions([rule({"place": {"country": "BE"}})], [event(1, places=[said, near])]) == []


def test_a_replay_is_marked_as_an_exercise() -> None:
    assert [one.status for one in alerts([rule(STRIKES)], [event(1, exercise=True)])] == ["exercise"]
    assert [one.status for one in alerts([rule(STRIKES)], [event(1)])] == ["actual"]


def test_a_redelivered_post_changes_nothing() -> None:
    once = [event(1), judged(2, "repost", source="other"), event(3, casualties=[killed(3)])]
    twice = [once[0], once[0], once[1], once[0], once[1], once[2], once[2]]
    assert feed(desk(rule(STRIKES)), once) == feed(desk(rule(STRIKES)), twice)


def test_order_between_the_two_topics_does_not_matter() -> None:
    topics: list[list[Item]] = [
        [judged(1), judged(2, "repost", source="other"), judged(3), judged(4, "exact", source="third")],
        [event(1), event(3, casualties=[killed(3)])],
    ]
    outcomes = set()
    for order in set(permutations([0] * 4 + [1] * 2)):
        queues = [list(topic) for topic in topics]
        state, published = feed(desk(rule(STRIKES)), [queues[which].pop(0) for which in order])
        outcomes.add((encode(state), encode(published)))
    assert len(outcomes) == 1


def test_an_event_that_went_to_the_dead_letters_does_not_stop_the_story() -> None:
    items: list[Item] = [judged(1), judged(2), judged(3), event(1), event(3, casualties=[killed(3)])]
    assert decisions([rule(STRIKES)], items) == [("alert", "first_match"), ("update", "new_fact")]


def test_state_survives_encoding() -> None:
    items: list[Item] = [event(1), event(2, casualties=[killed(3)]), judged(4, "repost", source="other")]
    state, _ = feed(desk(rule(STRIKES)), items)
    assert decode(encode(state), StoryState) == state


def test_rules_are_asked_in_the_order_of_their_ids() -> None:
    rules = [rule(STRIKES, id="b"), rule(STRIKES, id="a")]
    _, published = feed(desk(*rules), [event(1)])
    assert [one.rule_id for one in published if isinstance(one, Decision)] == ["a", "b"]
