"""The history of a story and of an alert, in words."""

from datetime import UTC, datetime, timedelta, timezone
from typing import get_args

import pytest

from agents.alerting.messages.explain import Record, explain_alert, explain_story, record_of, story_of_id
from agents.alerting.messages.words import REASONS, change_words, range_words, utc
from schemas.alerts import Alert, AlertReason, Change, Decision, HeldReason
from schemas.codec import decode, encode
from schemas.stories import Story
from tests.alerting.builders import desk, event, killed, rule
from tests.alerting.test_engine import STRIKES, feed

RULES = [
    rule(STRIKES, alert={"cooldown": "30m"}),
    rule({"killed": {"at_least": 10}}, id="r2", title="Many dead"),
]
POSTS = [
    event(1, casualties=[killed(3, claimed_by="the mayor")]),
    event(2, casualties=[killed(11, claimed_by="the ministry")]),
    event(3, relation="correction", related_to="p2", casualties=[killed(4, claimed_by="the ministry")]),
]


def messages() -> list[Story | Alert | Decision]:
    return feed(desk(*RULES), POSTS)[1]


def test_the_history_of_a_story() -> None:
    lines = explain_story(record_of("story-1", messages()))
    text = "\n".join(lines)
    assert lines[0] == "story story-1: Headline 1"
    assert "told by 1 outlet (agency) in 3 posts" in text
    assert "ALERT 1: first_match" in text
    assert "held back: cooldown: the last message is too recent, until 2026-03-10 12:40 UTC" in text
    assert "CANCEL 2: correction" in text
    assert "killed: 3 (the mayor), 4 (the ministry)" in text
    assert [line for line in lines if line.startswith("rule ")] == [
        "rule r1, A rule, of desk",
        "rule r2, Many dead, of desk",
    ]


def test_the_history_of_an_alert_is_that_of_its_rule() -> None:
    published = messages()
    cancel = next(one for one in published if isinstance(one, Alert) and one.kind == "cancel")
    assert story_of_id(cancel.alert_id, published) == ("story-1", "r2")
    lines = explain_alert(record_of("story-1", published), "r2")
    assert [line for line in lines if line.startswith("rule ")] == ["rule r2, Many dead, of desk"]
    assert any(f"follows {cancel.references[0]}" in line for line in lines)


def test_a_message_that_comes_twice_is_told_once() -> None:
    once, twice = (explain_story(record_of("story-1", messages() * times)) for times in (1, 2))
    assert once == twice


def test_messages_read_back_tell_the_same() -> None:
    read = [decode(encode(message), type(message)) for message in messages()]
    assert explain_story(record_of("story-1", read)) == explain_story(record_of("story-1", messages()))


def test_alerts_are_told_when_their_decisions_are_gone() -> None:
    alerts = [one for one in messages() if isinstance(one, Alert) and one.rule_id == "r2"]
    text = "\n".join(explain_alert(record_of("story-1", alerts), "r2"))
    assert text.index("ALERT 1: first_match") < text.index("CANCEL 2: correction")


def test_a_story_that_no_rule_matched() -> None:
    stories = [one for one in messages() if isinstance(one, Story)]
    assert explain_story(record_of("story-1", stories))[-1] == "no rule matched it"


def test_an_id_of_nothing() -> None:
    assert story_of_id("nothing", messages()) is None
    assert record_of("nothing", messages()) == Record()


def test_every_reason_has_words() -> None:
    assert set(REASONS) == {*get_args(AlertReason), *get_args(HeldReason)}


def test_times() -> None:
    assert utc(datetime(2026, 3, 10, 12, tzinfo=timezone(timedelta(hours=2)))) == "2026-03-10 10:00 UTC"
    assert utc(datetime(1970, 1, 1, tzinfo=UTC)) == "undated"


@pytest.mark.parametrize(
    ("least", "most", "words"),
    [
        (3, 3, "3"),
        (3, None, "at least 3"),
        (None, 3, "up to 3"),
        (3, 5, "3 to 5"),
        (None, None, "an unknown number"),
    ],
)
def test_figures(least: int | None, most: int | None, words: str) -> None:
    assert range_words(least, most) == words


@pytest.mark.parametrize(
    ("change", "words"),
    [
        (Change(field="killed", before=3, after=5), "killed: 5, before 3"),
        (Change(field="killed", after=5), "killed: 5"),
        (Change(field="killed", before=5), "killed: none, before 5"),
        (Change(field="places", before=["A", "B"], after=["B", "C"]), "places: now C; no longer A"),
        (Change(field="places", before=["A", "B"], after=["B", "A"]), "places: in another order"),
        (Change(field="event_type", before="aid", after="assault"), "event type: assault, before aid"),
    ],
)
def test_changes(change: Change, words: str) -> None:
    assert change_words(change) == words
