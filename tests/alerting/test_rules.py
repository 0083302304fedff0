"""Rules: text queries, conditions, and files whose mistakes are named with line and field."""

from contextlib import suppress

import pytest
from hypothesis import given
from hypothesis import strategies as st

from agents.alerting.rules.conditions import distance_km
from agents.alerting.rules.files import RuleFileError, parse_rules
from agents.alerting.rules.text_query import QueryError, parse_query, words_of

TEXT = "Drone strikes on Kharkiv: 'no one hurt', the mayor's office says. Evacuations continue."


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        ("drone", True),
        ("DRONE strikes", True),
        ("drone missile", False),
        ("missile OR drone", True),
        ("missile OR drone AND kharkiv", True),
        ("(missile OR drone) AND odesa", False),
        ('"strikes on kharkiv"', True),
        ('"kharkiv strikes"', False),
        ("evacu*", True),
        ("vacu*", False),
        ('"the may*"', True),
        ("NOT missile", True),
        ("drone NOT kharkiv", False),
        ("NOT (missile OR tank) drone", True),
        ("hur", False),
    ],
)
def test_text_query(query: str, expected: bool) -> None:
    assert parse_query(query)(words_of(TEXT)) is expected


@pytest.mark.parametrize(
    "query", ["", "  ", "(", "a OR", "AND b", "a )", '"open', '""', "*", "NOT", "()", "a " * 500]
)
def test_text_query_that_cannot_be_parsed_is_refused(query: str) -> None:
    with pytest.raises(QueryError):
        parse_query(query)


@given(st.text(max_size=200))
def test_any_query_parses_or_is_refused(query: str) -> None:
    with suppress(QueryError):
        parse_query(query)(words_of(TEXT))


def test_distance_is_the_great_circle() -> None:
    assert distance_km(50.45, 30.52, 49.99, 36.23) == pytest.approx(410, abs=5)
    assert distance_km(0, 179.5, 0, -179.5) == pytest.approx(111.2, abs=0.1)


RULES = "rules:\n"
ENTRY = "  - {{id: {0}, owner: o, title: T, when: {1}}}\n"
QUIET = "alert:\n  quiet: {{from: '22:00', to: '{0}', tz: {1}}}\n"
GOOD = "id: {0}\nowner: desk\ntitle: T\nwhen:\n  category: strike\n"


def test_a_file_holds_one_rule_or_several() -> None:
    assert [rule.id for rule in parse_rules(GOOD.format("one"), "r.yaml")] == ["one"]
    several = RULES + ENTRY.format("a", "{text: x}") + ENTRY.format("b", "{text: x}")
    assert [rule.id for rule in parse_rules(several, "r.yaml")] == ["a", "b"]


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("id: [", "r.yaml:1: not YAML"),
        ("- 1", "r.yaml:1: a rule"),
        ("rules: []", "r.yaml:1: rules must be a list"),
        ("id: a\nowner: o\ntitle: T\n", "r.yaml:1: when: "),
        ("id: a\nowner: o\ntitle: T\nwhen: {}\n", "r.yaml:4: when: is empty"),
        (GOOD.format("a") + "  killd: {at_least: 1}\n", "r.yaml:6: when.killd: "),
        (GOOD.format("a") + "  killed: {at_least: 0}\n", "r.yaml:6: when.killed.at_least: "),
        (GOOD.format("a") + "  place: {}\n", "r.yaml:6: when.place: is empty"),
        (GOOD.format("a") + "  text: '(a'\n", "r.yaml:6: when.text: a bracket is not closed"),
        (GOOD.format("a") + "  any: []\n", "r.yaml:6: when.any: is an empty list"),
        (GOOD.format("a") + "  not:\n    category: []\n", "r.yaml:7: when.not.category: is an empty list"),
        (GOOD.format("a") + "alert: {cooldown: soon}\n", "r.yaml:6: alert.cooldown: "),
        (
            GOOD.format("a") + QUIET.format("06:00", "Kyiv"),
            "r.yaml:7: alert.quiet.tz: 'Kyiv'",
        ),
        (GOOD.format("a") + "  source: {any: [x], none: [x]}\n", "r.yaml:6: when.source: every source"),
        (GOOD.format("Big Id"), "r.yaml:1: id: "),
    ],
)
def test_a_mistake_is_named_with_line_and_field(text: str, message: str) -> None:
    with pytest.raises(RuleFileError) as refused:
        parse_rules(text, "r.yaml")
    assert message in str(refused.value)


def test_quiet_hours_may_start_when_they_end() -> None:
    assert parse_rules(GOOD.format("a") + QUIET.format("22:00", "UTC"), "r.yaml")


def test_all_mistakes_of_a_file_are_named_at_once() -> None:
    text = RULES + ENTRY.format("a", "{}") + ENTRY.format("a", "{text: '('}")
    with pytest.raises(RuleFileError) as refused:
        parse_rules(text, "r.yaml")
    lines = [line for line in str(refused.value).splitlines() if not line.startswith(" ")]
    assert [line.split(": ")[:2] for line in lines] == [
        ["r.yaml:2", "rules[0].when"],
        ["r.yaml:3", "rules[1].when.text"],
        ["r.yaml:3", "id"],
    ]


def test_two_rules_of_one_id_are_refused() -> None:
    text = RULES + ENTRY.format("a", "{text: x}") + ENTRY.format("a", "{text: y}")
    with pytest.raises(RuleFileError, match=r"r.yaml:3: id: 'a' is the id of the rule in line 2"):
        parse_rules(text, "r.yaml")


@given(st.text(max_size=300))
def test_any_file_parses_or_is_refused(text: str) -> None:
    with suppress(RuleFileError):
        parse_rules(text, "r.yaml")
