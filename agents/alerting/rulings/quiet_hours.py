"""Quiet hours by the clock of a zone, over midnight and over the days on which its clocks change."""

from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

_DAY = timedelta(days=1)


def quiet_until(moment: datetime, start: time, end: time, zone: ZoneInfo) -> datetime | None:
    """Return when the quiet hours in which a moment lies are over, in UTC; None when it lies in none.

    They begin at ``start`` of each day and last until ``end``, of the next day when that is not later.
    Where start is end there are none. An hour that comes twice counts to its last end; a time that a change
    of clocks leaves out comes as much later as the clocks are put forward.
    """
    if start == end:
        return None
    today = moment.astimezone(zone).date()
    for day in (today - _DAY, today):
        until = _end(day, start, end, zone)
        if _begin(day, start, zone) <= moment < until:
            return until
    return None


def _begin(day: date, start: time, zone: ZoneInfo) -> datetime:
    return datetime.combine(day, start, zone).astimezone(UTC)


def _end(day: date, start: time, end: time, zone: ZoneInfo) -> datetime:
    local = datetime.combine(day if start < end else day + _DAY, end, zone)
    return max(local.astimezone(UTC), local.replace(fold=1).astimezone(UTC))
