"""Files of sources: what is refused, and where the mistake is."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st
from msgspec import structs

from agents.list_files import ListFileError
from agents.polling.schedule import LONGEST_BACK_OFF, due_at, next_interval
from agents.polling.source_files import Source, parse_sources
from schemas.poll_state import PollState

GOOD = """
sources:
  - id: tidewater-live
    url: https://news.example/live
    interval: 30s
    max_interval: 10m
  - {id: northline, url: "http://northline.example/rss", lane: north}
"""
NOW = datetime(2026, 5, 4, 8, tzinfo=UTC)


def test_a_good_file_gives_its_sources() -> None:
    first, second = parse_sources(GOOD, "sources.yaml")
    assert (first.interval, first.max_interval) == (timedelta(seconds=30), timedelta(minutes=10))
    assert (second.id, second.lane, second.interval) == ("northline", "north", timedelta(minutes=2))


@pytest.mark.parametrize(
    ("before", "after", "message"),
    [
        ("interval: 30s", "intervall: 30s", "sources.yaml:5: sources[0].intervall"),
        ("interval: 30s", "interval: 1s", "sources.yaml:5: sources[0].interval: is shorter than 5s"),
        ("interval: 30s", "interval: half an hour", "sources.yaml:5: sources[0].interval"),
        ("max_interval: 10m", "max_interval: 10s", "sources.yaml:6: sources[0].max_interval: is shorter"),
        (
            "https://news.example/live",
            "news.example/live",
            "sources.yaml:4: sources[0].url: 'news.example/live'",
        ),
        (
            "id: northline",
            "id: tidewater-live",
            "sources.yaml:7: sources[1].id: 'tidewater-live' is the id of",
        ),
        ("sources:", "source:", "sources.yaml:1: a mapping with the one key sources"),
        ("- id: tidewater-live", "- id: [", "sources.yaml:5: not YAML"),
    ],
)
def test_a_mistake_is_named_with_file_line_and_field(before: str, after: str, message: str) -> None:
    with pytest.raises(ListFileError) as caught:
        parse_sources(GOOD.replace(before, after, 1), "sources.yaml")
    assert str(caught.value).startswith(message)


def source() -> Source:
    return parse_sources(GOOD, "sources.yaml")[0]


def state(**fields: object) -> PollState:
    return structs.replace(PollState(source="s", url="u", interval=30.0, polled_at=NOW), **fields)


def test_a_source_in_which_nothing_changes_is_asked_less_often_up_to_its_limit() -> None:
    intervals = [30.0]
    for _ in range(12):
        intervals.append(next_interval(source(), state(interval=intervals[-1]), changed=False))
    assert intervals[1] == 45.0
    assert intervals[-1] == 600.0
    assert next_interval(source(), state(interval=600.0), changed=True) == 30.0


@given(failures=st.integers(1, 100))
def test_failures_double_the_pause_up_to_an_hour(failures: int) -> None:
    pause = due_at(source(), state(failures=failures), NOW) - NOW
    expected = min(timedelta(seconds=30) * 2 ** min(failures, 20), LONGEST_BACK_OFF)
    assert 0.9 * expected <= pause <= 1.1 * expected


def test_a_time_to_wait_that_the_server_named_is_waited_for() -> None:
    later = NOW + timedelta(hours=3)
    assert due_at(source(), state(failures=1, not_before=later), NOW) == later


@given(seconds=st.integers(0, 10**6))
def test_the_pause_is_the_interval_give_or_take_a_tenth_and_fixed(seconds: int) -> None:
    last = NOW + timedelta(seconds=seconds)
    due = due_at(source(), state(polled_at=last), NOW)
    assert timedelta(seconds=27) <= due - last <= timedelta(seconds=33)
    assert due == due_at(source(), state(polled_at=last), NOW)


def test_new_sources_are_spread_over_half_of_their_interval() -> None:
    starts = {due_at(structs.replace(source(), id=f"s{n}"), None, NOW) for n in range(50)}
    assert len(starts) == 50
    assert all(NOW <= start <= NOW + timedelta(seconds=15) for start in starts)
