"""What the index looks up, and that it asks few rules of many."""

from dataclasses import replace
from typing import Any

import pytest

from agents.alerting.index import table as index_table
from agents.alerting.index import terms as index_terms
from agents.alerting.index.index import PredicateIndex
from agents.alerting.rules.conditions import compile_when
from agents.alerting.rules.rule_set import compile_rules
from agents.alerting.rules.text_query import words_of
from agents.alerting.stories.facts import Facts
from schemas.codec import from_plain
from schemas.events import Place
from schemas.rules import When
from tests.alerting.builders import rule

KYIV = Place(name="Kyiv", country="UA", admin1="Kyiv City", lat=50.45, lon=30.52, role="where", span=(0, 1))
FACTS = Facts(
    categories=frozenset({"strike"}), event_types=frozenset({"assault"}), severity="severe", places=(KYIV,),
    casualties={"killed": 3}, outlets=2, status="claimed", source="wire",
    actors=frozenset({"national guard"}), language="en",
    text=words_of("Air raid alert: drones over the city hall."),
)  # fmt: skip


def index_of(*whens: dict[str, Any]) -> PredicateIndex:
    index = PredicateIndex()
    for number, when in enumerate(whens):
        index.add(number, compile_when(from_plain(when, When)))
    return index


@pytest.mark.parametrize(
    ("when", "asked"),
    [
        ({"category": ["strike", "combat"]}, True),
        ({"category": "combat"}, False),
        ({"severity": {"at_least": "severe"}}, True),
        ({"severity": {"at_least": "extreme"}}, False),
        ({"killed": {"at_least": 3}}, True),
        ({"killed": {"at_least": 4}}, False),
        ({"injured": {"at_least": 1}}, False),
        ({"outlets": {"at_least": 4}}, False),
        ({"place": {"name": "KYIV"}}, True),
        ({"place": {"admin1": "KYIV CITY"}}, True),
        ({"place": {"admin1": " Kyiv\n City"}}, True),
        ({"place": {"name": "Kyiv", "country": "PL"}}, False),
        ({"place": {"within": {"lat": 50.4, "lon": 30.5, "km": 20}}}, True),
        ({"place": {"within": {"lat": 49.8, "lon": 24.0, "km": 20}}}, False),
        ({"source": {"any": ["wire"]}}, True),
        ({"source": {"any": ["times"]}}, False),
        ({"source": {"none": ["times"]}}, True),
        ({"actor": "Guard"}, True),
        ({"actor": "National  Guard "}, True),
        ({"actor": "Navy"}, False),
        ({"language": "uk"}, False),
        ({"text": '"air raid" AND (drone* OR missile)'}, True),
        ({"text": '"raid air"'}, False),
        ({"text": "drone"}, False),
        ({"text": "missile OR tank"}, False),
        ({"text": "NOT missile"}, True),
        ({"text": "tank NOT missile"}, False),
        ({"text": "NOT missile", "category": "combat"}, False),
        ({"any": [{"category": "combat"}, {"text": "drones"}]}, True),
        ({"any": [{"category": "combat"}, {"text": "tank"}]}, False),
        ({"any": [{"category": "combat"}, {"not": {"text": "tank"}}]}, True),
        ({"any": []}, False),
        ({"all": [{"text": "drones"}, {"category": "combat"}]}, False),
        ({"not": {"category": "combat"}}, True),
    ],
)
def test_a_rule_is_asked_where_its_keys_are_hit(when: dict[str, Any], asked: bool) -> None:
    assert index_of(when).candidates(FACTS) == ({0} if asked else set())


def test_rules_of_one_busy_place_are_told_apart_by_what_else_they_ask_for() -> None:
    whens = [{"place": {"name": "Kyiv"}, "source": {"any": [f"s{number}"]}} for number in range(500)]
    whens += [{"place": {"name": "Kyiv"}, "text": f"word{number}"} for number in range(500)]
    index = index_of(*whens, {"place": {"name": "Kyiv"}})
    assert index.candidates(FACTS) == {1000}
    assert index.candidates(replace(FACTS, source="s7", text=words_of("word8"))) == {7, 508, 1000}


def test_what_was_put_is_found_at_once_and_what_was_deleted_no_more(monkeypatch: pytest.MonkeyPatch) -> None:
    for module in (index_terms, index_table):
        monkeypatch.setattr(module, "_MOST_RECENT", 3)
    conditions = [compile_when(from_plain({"text": f"w{number} OR both"}, When)) for number in range(10)]
    facts = [replace(FACTS, text=words_of(f"w{number}")) for number in range(10)]
    index = PredicateIndex()
    for number, condition in enumerate(conditions):
        index.add(number, condition)
        assert index.candidates(facts[number]) == {number}
    for number, condition in enumerate(conditions):
        index.remove(number, condition)
        assert [index.candidates(one) for one in facts] == [
            {other} if other > number else set() for other in range(10)
        ]


def test_rules_that_a_story_knows_are_asked_in_any_case_and_all_by_id() -> None:
    whens = {"c": {"category": "strike"}, "a": {"category": "combat"}, "b": {"category": "protest"}}
    rules = compile_rules(rule(when, id=rule_id) for rule_id, when in whens.items())
    assert [one.rule.id for one in rules.asked(FACTS, ["a", "gone"])] == ["a", "c"]


def test_a_rule_put_again_takes_the_place_of_its_former_self() -> None:
    rules = compile_rules([rule({"category": "strike"}), rule({"category": "combat"})])
    assert len(rules) == 1
    assert rules.asked(FACTS, ()) == []
    rules.delete("r1")
    assert (len(rules), rules.get("r1")) == (0, None)
