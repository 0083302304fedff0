"""Every mistake of a rule file is named at once, with the line, the field and what was most likely meant."""

import json
from pathlib import Path
from typing import Any

import jsonschema
import orjson
import pytest
from hypothesis import given
from hypothesis import strategies as st

from agents.alerting.rules.book import RuleBook
from agents.alerting.rules.canonical import without_defaults
from agents.alerting.rules.checks import problems_of, warnings_of
from agents.alerting.rules.files import RuleFileError, files_in, parse_rules, read_rule_file, rules_in
from agents.alerting.rules.places import place_warnings
from agents.alerting.rules.reading import read_rule
from agents.alerting.rules.schema import rule_file_schema
from agents.alerting.rules.values import FILES, country_problem, language_problem, load_names, zone_problem
from agents.classification.gazetteer.lookup import Entry
from schemas.codec import DecodeError
from tests.alerting.builders import rule

HEAD = "id: a\nowner: o\ntitle: T\n"
SAMPLES = Path(__file__).parents[2] / "agents" / "samples" / "rules.yaml"


def mistakes(text: str) -> list[str]:
    with pytest.raises(RuleFileError) as refused:
        parse_rules(text, "r")
    return str(refused.value).splitlines()


WHEN = [
    ("{category: strikes}", "when.category: unknown category 'strikes' (did you mean 'strike'?); known"),
    ("{category: [strike, bomb]}", "when.category[1]: unknown category 'bomb'; known are accident"),
    ("{event_type: attack}", "when.event_type: unknown event type 'attack'"),
    ("{severity: {at_least: sever}}", "when.severity.at_least: unknown severity 'sever' (did you mean 'sev"),
    ("{severity: severe}", "when.severity: a mapping is expected such as {at_least: severe}"),
    ("{status: sure}", "when.status: unknown status 'sure'; known are claimed, confirmed"),
    ("{killed: 3}", "when.killed: a mapping is expected such as {at_least: 3}, not the number 3"),
    ("{killed: {at_least: 0}}", "when.killed.at_least: has to be at least 1, not 0"),
    ("{killed: {at_least: three}}", "when.killed.at_least: a whole number is expected, not the text 'three'"),
    ("{killed: {at_least: true}}", "when.killed.at_least: a whole number is expected, not true"),
    ("{deaths: {at_least: 3}}", "when.deaths: unknown field (did you mean 'killed'?)"),
    ("{country: UA}", "when.country: unknown field; it stands under when.place"),
    ("{cooldown: 5m}", "when.cooldown: unknown field; it stands under alert"),
    ("{place: {}}", "when.place: is empty; give country, admin1, name or within"),
    ("{place: }", "when.place: is empty; give a value or leave the field out"),
    ("{place: Kharkiv}", "when.place: a mapping is expected, not the text 'Kharkiv'"),
    ("{place: {country: Ukraine}}", "write UA for Ukraine"),
    ("{place: {country: NO, name: 1}}", "when.place.name: a text is expected, not the number 1"),
    ("{place: {within: {lat: 91, lon: 0, km: 1}}}", "when.place.within.lat: has to be at most 90, not 91"),
    ("{place: {within: {lat: 1, lon: 0, km: 0}}}", "when.place.within.km: has to be more than 0, not 0"),
    ("{place: {within: {lat: 1, lon: 0}}}", "when.place.within.km: is missing"),
    ("{place: {within: {lat: 1, lon: 0, radius: 3}}}", "within.radius: unknown field (did you mean 'km'?)"),
    ("{language: english}", "when.language: 'english' is no language (did you mean en for English?)"),
    ("{actor: ' '}", "when.actor: is an empty text"),
    ("{source: [a]}", "when.source: a mapping is expected, not a list"),
    ("{source: {any: []}}", "when.source.any: is an empty list"),
    ("{outlets: {at_most: 2}}", "when.outlets.at_most: unknown field"),
    ("{category: health, not: {category: health}}", "when.not: asks for the opposite of what"),
    ("[category]", "when: a mapping is expected, not a list"),
]  # fmt: skip


@pytest.mark.parametrize(("when", "message"), WHEN)
def test_a_mistake_in_the_conditions(when: str, message: str) -> None:
    found = mistakes(f"{HEAD}when: {when}\n")
    assert found[0].startswith("r:4: ")
    assert message in found[0]


@pytest.mark.parametrize(
    ("policy", "message"),
    [
        (
            "{cooldown: 1 hour}",
            "alert.cooldown: '1 hour' is no duration; write a whole number",
        ),
        ("{cooldown: 400d}", "alert.cooldown: '400d' is longer than 366 days"),
        ("{expires: 0m}", "alert.expires: is no time at all"),
        ("{hold: {fore: 5m}}", "alert.hold.fore: unknown field (did you mean 'for'?)"),
        ("{quiet: {from: 22:00, to: 24:00, tz: UTC}}", "alert.quiet.to: '24:00' is no time of day"),
        ("{quiet: {from: 22:00, to: 06:00, tz: Kyiv}}", "(did you mean Europe/Kyiv?)"),
        ("{escalation: {severity: yes}}", "alert.escalation.severity: true or false is expected"),
        ("{group_by: place}", "alert.group_by: unknown grouping 'place'; known are story"),
        ("5m", "alert: a mapping is expected, not the text '5m'"),
    ],
)
def test_a_mistake_in_how_often_to_tell(policy: str, message: str) -> None:
    found = mistakes(f"{HEAD}when: {{category: strike}}\nalert: {policy}\n")
    assert found[0].startswith("r:5: alert")
    assert message in found[0]


def test_times_of_day_and_norway_need_no_quotes() -> None:
    text = f"{HEAD}when: {{place: {{country: NO}}}}\nalert: {{quiet: {{from: 22:00, to: 06:30, tz: UTC}}}}\n"
    found = parse_rules(text, "r")[0]
    assert found.when.place is not None
    assert found.when.place.country == "NO"
    assert found.alert.quiet is not None
    assert found.alert.quiet.from_ == "22:00"


def test_a_text_query_is_shown_with_a_caret_under_the_place() -> None:
    assert mistakes(f"{HEAD}when:\n  text: drone AND OR missile\n") == [
        "r:5: when.text: a word, a phrase or a bracket is missing before 'OR'",
        "    drone AND OR missile",
        "              ^",
    ]


def test_of_a_long_query_the_part_around_the_mistake_is_shown() -> None:
    query = "word " * 30 + "( open " + "more " * 60
    shown, caret = mistakes(f"{HEAD}when: {{text: '{query}'}}\n")[1:]
    assert len(shown) < 120
    assert shown[caret.index("^")] == "("


def test_all_mistakes_of_several_rules_are_named_in_the_order_of_their_lines() -> None:
    text = """rules:
  - id: a
    owner: o
    title: T
    when:
      category: [strikes]
      killed: {at_least: 0}
      any: []
      text: (a
    alert: {expires: 0d, quiet: {from: 22:00, to: 25:00, tz: UTC}}
  - id: b
    when: {place: {country: XX}}
  - id: a
    owner: o
    title: T
    when: {category: health, category: economy}
"""
    found = [line.split(": ")[:2] for line in mistakes(text) if not line.startswith(" ")]
    assert found == [
        ["r:6", "rules[0].when.category[0]"],
        ["r:7", "rules[0].when.killed.at_least"],
        ["r:8", "rules[0].when.any"],
        ["r:9", "rules[0].when.text"],
        ["r:10", "rules[0].alert.quiet.to"],
        ["r:10", "rules[0].alert.expires"],
        ["r:11", "rules[1].owner"],
        ["r:11", "rules[1].title"],
        ["r:12", "rules[1].when.place.country"],
        ["r:13", "id"],
        ["r:16", "category"],
    ]


def test_one_id_in_two_files_is_refused(tmp_path: Path) -> None:
    for name in ("one.yaml", "two.yml"):
        (tmp_path / name).write_text(f"{HEAD}when: {{category: strike}}\n")
    with pytest.raises(RuleFileError) as refused:
        rules_in(files_in(tmp_path))
    assert f"{tmp_path}/two.yml:1: id: 'a' is the id of the rule in {tmp_path}/one.yaml:1" == str(
        refused.value
    )


LAUGHS = "a0: &a0 [1, 1]\n" + "".join(f"a{n}: &a{n} [{f'*a{n - 1}, ' * 9}]\n" for n in range(1, 9))
"""Nine values that each stand for nine, and so on."""


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("[" * 10_000, "nested deeper than 50 levels"),
        ("- " * 10_000, "nested deeper than 50 levels"),
        (f"{HEAD}when: {'{any: [' * 12}{{language: en}}{']}' * 12}", "nested deeper than 8 levels"),
        (f"{HEAD}when: {'{any: [' * 22}{{language: en}}{']}' * 22}", "rule: nested deeper than 40 levels"),
        ("when: &all {any: [*all]}", "an alias stands within what it repeats"),
        (LAUGHS, "more than 5000000 values"),
        ("id: !!python/name:os.system x", "tags such as"),
        ("id: a\x01", "character U+0001 is not allowed"),
        ("id: a\n---\nid: b", "not YAML: "),
        ("", "a rule (a mapping with id, owner, title, when) or rules: [...] is expected"),
        ("rules: []", "rules must be a list with at least one rule"),
        ("rules: [7]", "rules[0]: a mapping is expected with id, owner, title, when, not the number 7"),
    ],
)  # fmt: skip
def test_what_is_no_file_of_rules(text: str, message: str) -> None:
    assert message in mistakes(text)[0]


def test_aliases_may_be_used() -> None:
    text = "rules:\n" + "".join(
        f"  - {{id: {name}, owner: o, title: T, when: {when}}}\n"
        for name, when in (("a", "&same {category: strike}"), ("b", "*same"))
    )
    assert [one.when.category for one in parse_rules(text, "r")] == ["strike", "strike"]


@pytest.mark.parametrize(
    ("when", "policy", "field"),
    [
        ({"severity": {"at_least": "unknown"}}, {}, "when.severity"),
        ({"any": [{"language": "ckb"}]}, {}, "when.any[0].language"),
        ({"language": "en"}, {"escalation": {"severity": True}}, "alert.escalation"),
        ({"language": "en"}, {"quiet": {"from": "22:00", "to": "22:00", "tz": "UTC"}}, "alert.quiet"),
        ({"language": "en"}, {"hold": {"for": "2h"}, "expires": "1h"}, "alert.hold"),
        (
            {"language": "en"},
            {"hold": {"for": "2h", "unless": {"severity": {"at_least": "unknown"}}}},
            "alert.hold.unless",
        ),
    ],
)
def test_what_is_allowed_and_in_vain_is_a_warning(when: Any, policy: Any, field: str) -> None:
    found = rule(when, alert=policy)
    assert problems_of(found) == []
    assert [problem.field for problem in warnings_of(found)] == [field]


def test_warnings_name_file_and_line() -> None:
    file = read_rule_file(f"{HEAD}when:\n  severity: {{at_least: unknown}}\n", "r")
    assert [line.split(": ")[:2] for line in file.warnings] == [["r:5", "when.severity"]]
    assert rules_in([file])


def entry(name: str, country: str, kind: str = "city", admin1: str | None = None) -> Entry:
    return Entry(0, 1, kind, country, admin1, 0.0, 0.0, 1, False, True)  # type: ignore[arg-type]


OBLAST = "Kharkiv Oblast"
GAZETTEER = {
    "kharkiv": [entry("kharkiv", "UA", "admin1", OBLAST), entry("kharkiv", "UA", "city", OBLAST)],
    "kharkiv oblast": [entry("kharkiv oblast", "UA", "admin1", OBLAST)],
    "izium": [entry("izium", "UA", "city", OBLAST)],
}


@pytest.mark.parametrize(
    ("place", "message"),
    [
        ({"name": "Kharkiv"}, None),
        ({"name": "KHARKIV", "country": "UA"}, None),
        ({"name": "Kharkiw"}, "the gazetteer knows no 'Kharkiw'"),
        ({"name": "Kharkiv", "country": "AT"}, "'Kharkiv' lies in UA, not in AT"),
        ({"admin1": "Kharkiv Oblast"}, None),
        ({"admin1": "Kharkiv"}, "is called 'Kharkiv Oblast' here"),
        ({"admin1": "Izium"}, "'Izium' is no region of the first order"),
    ],
)
def test_a_place_that_the_gazetteer_does_not_know_is_a_warning(
    place: dict[str, str], message: str | None
) -> None:
    found = place_warnings(rule({"any": [{"place": place}]}), lambda key: GAZETTEER.get(key, []))
    assert [one.field.startswith("when.any[0].place.") for one in found] == ([True] if message else [])
    if message:
        assert message in found[0].message


def test_examples_of_the_names() -> None:
    names = load_names()
    content, _ = FILES.read_yaml("rule_names.yaml", "rule_names.schema.json")
    for example in content["examples"]:
        if "field" in example:
            assert names.fields[example["field"]] == example["known"]
        else:
            assert f"did you mean {example['known']} for" in str(language_problem(example["language"]))


def test_every_field_that_is_meant_is_one() -> None:
    known = set(json.dumps(rule_file_schema()).replace('"', " ").split())
    assert set(load_names().fields.values()) <= known


@pytest.mark.parametrize("code", ["UA", "AT", "GB"])
def test_countries_that_there_are(code: str) -> None:
    assert country_problem(code) is None


@pytest.mark.parametrize(
    ("code", "meant"), [("ua", "UA"), ("UK", "GB"), ("UKR", "UA"), ("Austrai", "AU"), ("ivory coast", "CI")]
)
def test_countries_that_are_meant(code: str, meant: str) -> None:
    assert meant in str(country_problem(code))


@pytest.mark.parametrize(("name", "meant"), [("Berlin", "Europe/Berlin"), ("Europe/Kiyv", "Europe/Kyiv")])
def test_zones_that_are_meant(name: str, meant: str) -> None:
    assert meant in str(zone_problem(name))


def test_the_editor_schema_takes_the_sample_rules_and_refuses_what_the_parser_refuses() -> None:
    schema = rule_file_schema()
    jsonschema.Draft202012Validator.check_schema(schema)
    validator = jsonschema.Draft202012Validator(schema)
    several = {"rules": [json.loads(json.dumps(one)) for one in _plain_samples()]}
    validator.validate(several)
    validator.validate(several["rules"][0])
    for when in ({"killd": {"at_least": 1}}, {"place": None}, {"place": {"country": "XX"}}, {"killed": 3}):
        bad = {"id": "a", "owner": "o", "title": "T", "when": when}
        assert list(validator.iter_errors(bad))
        assert list(validator.iter_errors({"rules": [bad]}))


def _plain_samples() -> list[Any]:
    return [without_defaults(one) for one in parse_rules(SAMPLES.read_text(), str(SAMPLES))]


FIELDS = [
    "id", "owner", "title", "when", "alert", "deliver", "category", "severity", "at_least", "place", "within",
    "country", "lat", "killed", "source", "any", "all", "not", "text", "cooldown", "hold", "for", "quiet",
    "from", "to", "tz", "silences", "until", "webhook", "killd",
]  # fmt: skip
VALUES = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=5) | st.just("5m"),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.sampled_from(FIELDS), inner, max_size=4),
)


@given(VALUES)
def test_whatever_is_written_is_a_rule_or_has_mistakes(plain: Any) -> None:
    for value in (plain, {"id": "a", "owner": "o", "title": "T", "when": plain, "alert": plain}):
        found, problems = read_rule(value)
        assert (found is None) is bool(problems)


@pytest.mark.parametrize("levels", [50, 300, 400])
def test_a_rule_of_the_topic_that_is_nested_too_deep_is_refused(levels: int) -> None:
    when = b'{"any":[' * levels + b'{"language":"en"}' + b"]}" * levels
    value = b'{"id":"a","owner":"o","title":"T","when":' + when + b"}"
    with pytest.raises(DecodeError, match="nested"):
        RuleBook().put("a", value, 0)
    assert read_rule(orjson.loads(value))[0] is None


def test_a_rule_of_the_topic_is_checked_as_one_of_a_file() -> None:
    found = rule({"place": {"country": "XX"}, "language": "e"})
    assert [problem.field for problem in problems_of(found)] == ["when.place.country", "when.language"]
