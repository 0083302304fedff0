"""Durations and time zones as rules and source files write them."""

import re
from datetime import timedelta
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

_DURATION = re.compile(r"([0-9]+)([smhd])")
_UNITS = {
    "s": timedelta(seconds=1),
    "m": timedelta(minutes=1),
    "h": timedelta(hours=1),
    "d": timedelta(days=1),
}
LONGEST = timedelta(days=366)
"""No rule waits longer: a time and a duration of a rule always add up to a time."""


def parse_duration(text: str) -> timedelta:
    """Return the length of time of a text such as ``30m``.

    Raises:
        ValueError: the number or the unit is missing, or it is more than 366 days.

    """
    match = _DURATION.fullmatch(text)
    if match is None:
        raise ValueError(f"{text!r} is no duration; write a whole number and s, m, h or d, such as 30m")
    unit = _UNITS[match[2]]
    if len(match[1]) > len(str(LONGEST // _UNITS["s"])) or int(match[1]) > LONGEST // unit:
        raise ValueError(f"{text!r} is longer than {LONGEST.days} days")
    return int(match[1]) * unit


def format_duration(duration: timedelta) -> str:
    """Return a length of time of whole seconds in the largest unit that divides it: 90m, 2h, 1d."""
    name, unit = next((name, unit) for name, unit in reversed(_UNITS.items()) if not duration % unit)
    return f"{duration // unit}{name}"


def parse_zone(name: str) -> ZoneInfo:
    """Return the time zone of an IANA name.

    Raises:
        ValueError: there is no such zone.

    """
    try:
        return ZoneInfo(name)
    except (ZoneInfoNotFoundError, OSError, ValueError) as error:
        raise ValueError(f"{name!r} is not an IANA time zone such as Europe/Kyiv") from error
