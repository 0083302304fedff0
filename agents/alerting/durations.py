"""Durations and times of day as rules write them."""

from datetime import datetime, time, timedelta
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

_UNITS = {"s": "seconds", "m": "minutes", "h": "hours", "d": "days"}


def parse_duration(text: str) -> timedelta:
    """Return the length of time of a text such as ``30m``.

    Raises:
        ValueError: the number or the unit is missing, or the time is longer than can be counted.

    """
    number, unit = text[:-1], text[-1:]
    if unit not in _UNITS or not number.isdecimal():
        raise ValueError(f"{text!r} is not a whole number and s, m, h or d")
    try:
        return timedelta(**{_UNITS[unit]: int(number)})
    except OverflowError as error:
        raise ValueError(f"{text!r} is too long") from error


def parse_zone(name: str) -> ZoneInfo:
    """Return the time zone of an IANA name.

    Raises:
        ValueError: there is no such zone.

    """
    try:
        return ZoneInfo(name)
    except (ZoneInfoNotFoundError, OSError, ValueError) as error:
        raise ValueError(f"{name!r} is not an IANA time zone such as Europe/Kyiv") from error


def in_hours(moment: datetime, start: time, end: time, zone: ZoneInfo) -> bool:
    """Tell whether a moment lies in [start, end) of a zone's day, never where start is end."""
    clock = moment.astimezone(zone).time()
    if start <= end:
        return start <= clock < end
    return clock >= start or clock < end
