"""The index fires what asking every rule fires, for any rules and facts, after any puts and deletes."""

from typing import Any

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from agents.alerting.rules.conditions import holds
from agents.alerting.rules.rule_set import RuleSet
from agents.alerting.stories.facts import Facts
from tests.alerting.builders import rule
from tests.alerting.random_rules import some_facts, whens

# Rules nest deeply and take long to draw; a busy machine must not fail them for that.
unhurried = settings(deadline=None, suppress_health_check=[HealthCheck.too_slow])


def fired(rules: RuleSet, facts: Facts) -> list[str]:
    return [one.rule.id for one in rules.asked(facts, ()) if holds(one.condition, facts)]


def fired_of_all(rules: RuleSet, facts: Facts) -> list[str]:
    return [one.rule.id for one in rules if holds(one.condition, facts)]


def put(rules: RuleSet, number: int, when: dict[str, Any]) -> None:
    rules.put(rule(when, id=f"r{number}"))


@unhurried
@given(st.lists(whens(), max_size=6), st.lists(some_facts(), min_size=1, max_size=4))
def test_the_index_fires_what_asking_every_rule_fires(
    found: list[dict[str, Any]], posts: list[Facts]
) -> None:
    rules = RuleSet()
    for number, when in enumerate(found):
        put(rules, number, when)
    for facts in posts:
        assert fired(rules, facts) == fired_of_all(rules, facts)


steps = st.lists(st.tuples(st.integers(0, 5), st.none() | whens()), max_size=10)


@unhurried
@given(steps, st.lists(some_facts(), min_size=1, max_size=3))
def test_puts_and_deletes_between_posts_leave_what_a_new_set_holds(
    changes: list[tuple[int, dict[str, Any] | None]], posts: list[Facts]
) -> None:
    rules, kept = RuleSet(), {}
    for number, when in changes:
        kept[number] = when
        if when is None:
            rules.delete(f"r{number}")
        else:
            put(rules, number, when)
        assert [fired(rules, facts) for facts in posts] == [fired_of_all(rules, facts) for facts in posts]
    assert [one.rule.id for one in rules] == sorted(f"r{number}" for number, when in kept.items() if when)
