"""Rules that say the same in other words have one canonical form, and mean what they meant."""

from datetime import datetime, timedelta, timezone
from typing import Any

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from agents.alerting.rules.canonical import canonical, conditions_version, rule_version, without_defaults
from agents.alerting.rules.checks import problems_of
from agents.alerting.rules.conditions import compile_when, holds
from agents.alerting.rules.files import parse_rules
from agents.alerting.rules.rule_set import compile_rules
from agents.alerting.stories.facts import Facts
from agents.cli.rules import canonical_yaml
from agents.durations import format_duration, parse_duration
from tests.alerting.builders import rule
from tests.alerting.random_rules import some_facts, whens

DURATIONS = st.builds("{}{}".format, st.integers(0, 366), st.sampled_from("smhd"))
ZONES = st.integers(-14, 14).map(lambda hours: timezone(timedelta(hours=hours)))
MOMENTS = st.datetimes(datetime(2000, 1, 1), datetime(2100, 1, 1), timezones=ZONES)
POLICIES = st.fixed_dictionaries(
    {},
    optional={
        "cooldown": DURATIONS,
        "expires": DURATIONS.filter(lambda text: not text.startswith("0")),
        "hold": st.fixed_dictionaries({"for": DURATIONS}),
        "escalation": st.fixed_dictionaries({"severity": st.booleans()}),
        "quiet": st.sampled_from(["06:00", "22:00"]).map(
            lambda start: {"from": start, "to": "06:00", "tz": "Europe/Kyiv"}
        ),
        "silences": st.lists(MOMENTS.map(lambda until: {"until": until.isoformat()}), max_size=2),
    },
)
TITLES = st.text(st.characters(codec="utf-8", exclude_categories=["Cc", "Cs"]), min_size=1).filter(str.strip)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ({"category": ["strike", "combat"]}, {"category": ["combat", "strike", "combat"]}),
        ({"category": "strike"}, {"category": ["strike"]}),
        ({"text": "drone  AND\n missile"}, {"text": "drone AND missile"}),
        ({"source": {"any": ["b", "a"]}}, {"source": {"any": ["a", "b", "b"]}}),
        (
            {"any": [{"status": "claimed"}, {"language": "en"}]},
            {"any": [{"language": "en"}, {"status": ["claimed"]}, {"language": "en"}]},
        ),
        ({"not": {"category": ["health", "economy"]}}, {"not": {"category": ["economy", "health"]}}),
        ({"place": {"name": " Old  Town"}}, {"place": {"name": "Old Town"}}),
    ],
)
def test_conditions_that_say_the_same(one: dict[str, Any], other: dict[str, Any]) -> None:
    assert canonical(rule(one)) == canonical(rule(other))
    assert conditions_version(rule(one)) == conditions_version(rule(other))
    compiled = [next(iter(compile_rules([rule(when)]))) for when in (one, other)]
    assert compiled[0].condition == compiled[1].condition
    assert compiled[0].version == compiled[1].version


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ({"category": "strike"}, {"category": "combat"}),
        ({"any": [{"language": "en"}]}, {"all": [{"language": "en"}]}),
        ({"text": "drone missile"}, {"text": '"drone missile"'}),
    ],
)
def test_conditions_that_do_not(one: dict[str, Any], other: dict[str, Any]) -> None:
    assert conditions_version(rule(one)) != conditions_version(rule(other))


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ({"cooldown": "90m"}, {"cooldown": "5400s"}),
        ({"cooldown": "0m"}, {}),
        ({"hold": {"for": "24h"}}, {"hold": {"for": "1d"}}),
        ({"hold": {"for": "0s"}}, {}),
        ({"quiet": {"from": "22:00", "to": "22:00", "tz": "UTC"}}, {}),
        ({"escalation": {"severity": False}}, {}),
        (
            {"silences": [{"until": "2026-03-10T12:00:00+02:00"}]},
            {"silences": [{"until": "2026-03-10T10:00:00Z"}]},
        ),
    ],
)
def test_policies_that_say_the_same(one: dict[str, Any], other: dict[str, Any]) -> None:
    first, second = (rule({"language": "en"}, alert=policy) for policy in (one, other))
    assert canonical(first) == canonical(second)
    assert rule_version(first) == rule_version(second)


def test_a_change_of_policy_keeps_the_version_of_the_conditions() -> None:
    before, after = (rule({"language": "en"}, alert={"cooldown": text}) for text in ("5m", "6m"))
    assert conditions_version(before) == conditions_version(after)
    assert rule_version(before) != rule_version(after)


@given(whens(), POLICIES, TITLES)
def test_the_canonical_form_is_its_own_and_can_be_written_and_read(
    when: Any, policy: Any, title: str
) -> None:
    given_rule = rule(when, alert=policy, title=title)
    assume(not problems_of(given_rule))
    form = canonical(given_rule)
    assert canonical(form) == form
    assert rule_version(given_rule) == rule_version(form)
    assert parse_rules(canonical_yaml([given_rule]), "r") == [form]


@given(whens(), some_facts())
def test_the_canonical_form_means_the_same(when: Any, facts: Facts) -> None:
    given_rule = rule(when)
    assert holds(compile_when(given_rule.when), facts) == holds(
        compile_when(canonical(given_rule).when), facts
    )


def test_defaults_are_left_out() -> None:
    plain = without_defaults(canonical(rule({"category": ["strike"]}, alert={"group_by": "story"})))
    assert plain == {"id": "r1", "owner": "desk", "title": "A rule", "when": {"category": "strike"}}


@pytest.mark.parametrize(
    ("text", "length"), [("0s", 0), ("90s", 90), ("30m", 1800), ("2h", 7200), ("366d", 366 * 86400)]
)
def test_durations(text: str, length: int) -> None:
    assert parse_duration(text) == timedelta(seconds=length)


@pytest.mark.parametrize("text", ["", "m", "5", "-5m", "1.5h", "5 m", "5M", "367d", "9" * 5000 + "s", "٣m"])
def test_what_is_no_duration(text: str) -> None:
    with pytest.raises(ValueError, match=r"is no duration|is longer than"):
        parse_duration(text)


@pytest.mark.parametrize(("text", "form"), [("60s", "1m"), ("90s", "90s"), ("48h", "2d"), ("0h", "0d")])
def test_a_duration_has_one_form(text: str, form: str) -> None:
    assert format_duration(parse_duration(text)) == form
