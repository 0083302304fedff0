"""Quiet hours by the clocks of a zone."""

from datetime import UTC, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from agents.alerting.rulings.quiet_hours import quiet_until

WARSAW, NEW_YORK = "Europe/Warsaw", "America/New_York"

NIGHT = ("22:00", "06:00", WARSAW)
CASES: list[tuple[str, tuple[str, str, str], str, str | None]] = [
    ("in the evening", NIGHT, "2026-03-10T22:30+01:00", "2026-03-11T06:00+01:00"),
    ("after midnight", NIGHT, "2026-03-11T01:00+01:00", "2026-03-11T06:00+01:00"),
    ("by day", NIGHT, "2026-03-11T12:00+01:00", None),
    ("the first moment is in", NIGHT, "2026-03-10T22:00+01:00", "2026-03-11T06:00+01:00"),
    ("the last moment is out", NIGHT, "2026-03-11T06:00+01:00", None),
    ("within one day", ("12:00", "14:00", WARSAW), "2026-03-10T13:00+01:00", "2026-03-10T14:00+01:00"),
    ("from is to", ("22:00", "22:00", WARSAW), "2026-03-10T22:00+01:00", None),
    ("clocks go forward in the night", NIGHT, "2026-03-28T23:00+01:00", "2026-03-29T06:00+02:00"),
    ("clocks go back in the night", NIGHT, "2026-10-24T23:00+02:00", "2026-10-25T06:00+01:00"),
    ("they end at a time that is left out", ("22:00", "02:30", NEW_YORK),
     "2026-03-08T01:00-05:00", "2026-03-08T03:30-04:00"),
    ("they end at a time that comes twice", ("22:00", "01:30", NEW_YORK),
     "2026-11-01T00:30-04:00", "2026-11-01T01:30-05:00"),
    ("between the two", ("22:00", "01:30", NEW_YORK), "2026-11-01T01:45-04:00", "2026-11-01T01:30-05:00"),
    ("before a beginning that is left out", ("02:30", "06:00", NEW_YORK), "2026-03-08T03:15-04:00", None),
    ("it comes an hour later", ("02:30", "06:00", NEW_YORK),
     "2026-03-08T03:30-04:00", "2026-03-08T06:00-04:00"),
]  # fmt: skip


@pytest.mark.parametrize(
    ("hours", "moment", "until"), [case[1:] for case in CASES], ids=[case[0] for case in CASES]
)
def test_quiet_hours(hours: tuple[str, str, str], moment: str, until: str | None) -> None:
    start, end, zone = hours
    found = quiet_until(
        datetime.fromisoformat(moment).astimezone(UTC),
        time.fromisoformat(start),
        time.fromisoformat(end),
        ZoneInfo(zone),
    )
    assert found == (datetime.fromisoformat(until) if until else None)


TIMES = st.times().map(lambda moment: moment.replace(second=0, microsecond=0))


@given(
    minutes=st.integers(0, 366 * 24 * 60),
    start=TIMES,
    end=TIMES,
    zone=st.sampled_from([WARSAW, NEW_YORK, "Asia/Kathmandu", "Australia/Lord_Howe", "UTC"]),
)
def test_they_end_after_every_moment_in_them_and_within_a_day_and_an_hour(
    minutes: int, start: time, end: time, zone: str
) -> None:
    moment = datetime(2026, 1, 1, tzinfo=UTC) + timedelta(minutes=minutes)
    until = quiet_until(moment, start, end, ZoneInfo(zone))
    assert until is None or moment < until <= moment + timedelta(hours=25)
