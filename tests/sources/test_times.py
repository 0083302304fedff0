from datetime import UTC, date, datetime

import pytest

from agents.sources.profiles import Profiles
from agents.sources.times import Clock, Stamp, days_of

DAY = date(2031, 5, 5)
BEFORE = date(2031, 5, 4)
AFTER = date(2031, 5, 6)


def _stamps(*times: str) -> list[Stamp]:
    return [Stamp(Clock(int(time[:2]) * 60 + int(time[2:]), "GMT")) for time in times]


@pytest.mark.parametrize(
    ("times", "days", "backwards"),
    [
        (["1329", "0633", "2152", "2100", "2100"], [DAY, DAY, BEFORE, BEFORE, BEFORE], True),
        (["0633", "2152"], [DAY, BEFORE], True),
        (["2110", "2355", "0020", "0900"], [DAY, DAY, AFTER, AFTER], False),
        (["1200", "1000", "1100", "0900"], [DAY, DAY, DAY, DAY], True),
        (["1200"], [DAY], True),
        ([], [], True),
    ],
)
def test_midnight_lies_where_times_jump_against_the_order(times, days, backwards) -> None:
    assert days_of(_stamps(*times), DAY) == (days, backwards)


@pytest.mark.parametrize(
    ("lead", "rest", "days"),
    [
        ("0800", ["1820", "1500"], [DAY, DAY, DAY]),
        ("0010", ["2350", "2300"], [DAY, BEFORE, BEFORE]),
        ("1900", ["1820", "1500"], [DAY, DAY, DAY]),
    ],
)
def test_lead_may_stand_on_top_whatever_its_time(lead: str, rest: list[str], days: list[date]) -> None:
    top = Stamp(_stamps(lead)[0].clock, lead=True)
    assert days_of([top, *_stamps(*rest)], DAY)[0] == days


def test_date_between_posts_sets_the_day_of_those_below() -> None:
    stamps = [*_stamps("0900"), Stamp(_stamps("2300")[0].clock, marker=date(2031, 5, 1)), *_stamps("2200")]
    assert days_of(stamps, DAY)[0] == [DAY, date(2031, 5, 1), date(2031, 5, 1)]


def test_posts_without_a_time_take_the_day_of_their_place() -> None:
    stamps = [Stamp(), *_stamps("0100", "2300"), Stamp()]
    assert days_of(stamps, DAY)[0] == [DAY, DAY, BEFORE, BEFORE]


def test_without_a_date_no_day_is_known() -> None:
    assert days_of(_stamps("0100", "2300"), None)[0] == [None, None]


@pytest.mark.parametrize(
    "line",
    [
        "Monday, May 5, 2031",
        "May 5, 2031",
        "5 May 2031",
        "Mon 5 May 2031",
        "2031-05-05",
        "5th May 2031",
        "Published: May 5, 2031 10:32 GMT",
        "Last updated on Monday 5 May 2031 at 9.15am BST",
    ],
)
def test_date_line(line: str, profiles: Profiles) -> None:
    assert profiles.calendar.date_line(line) == DAY


@pytest.mark.parametrize(
    "line",
    [
        "In a speech on May 5, 2031, he said no.",
        "May 5",
        "Feb 30, 2031",
        "5 May",
        "2031",
        "From May 5, 2031 the bridge is closed",
    ],
)
def test_no_date_line(line: str, profiles: Profiles) -> None:
    assert profiles.calendar.date_line(line) is None


@pytest.mark.parametrize(
    ("zone", "moment"),
    [
        ("GMT", "10:32"),
        ("BST", "09:32"),
        ("MSK", "07:32"),
        ("EDT", "14:32"),
        ("ET", "14:32"),
        ("+02:00", "08:32"),
        ("-0330", "14:02"),
    ],
)
def test_printed_zone_gives_the_moment_in_utc(zone: str, moment: str, profiles: Profiles) -> None:
    hour, minute = map(int, moment.split(":"))
    expected = datetime(2031, 5, 5, hour, minute, tzinfo=UTC)
    assert profiles.calendar.moment(DAY, Clock(10 * 60 + 32, zone), None) == expected


def test_time_without_a_zone_is_no_moment(profiles: Profiles) -> None:
    assert profiles.calendar.moment(DAY, Clock(60, None), None) is None
    assert profiles.calendar.moment(DAY, Clock(60, None), "GMT") == datetime(2031, 5, 5, 1, tzinfo=UTC)
