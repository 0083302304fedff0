"""Dates and times as pages print them, and which day each post of a page belongs to."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta, timezone
from itertools import pairwise
from typing import Any
from zoneinfo import ZoneInfo

_DAY = 24 * 60
_OVER_MIDNIGHT = 6 * 60
"""A jump of so many minutes against the order of the page is midnight; less is a post out of place."""
_DATE_LINE_CHARS = 80
_WORD = re.compile(r"[^\W\d_]+|\S")
_CLOCK = re.compile(r"\b\d{1,2}[:.]\d\d(?:[:.]\d\d)?\s?(?:[AaPp]\.?[Mm]\.?)?|\b\d{4}(?= ?(?:GMT|UTC)\b)")
_OFFSET = re.compile(r"^([+-])(\d\d):?(\d\d)$")


@dataclass(frozen=True, slots=True)
class Clock:
    """A time as printed.

    Attributes:
        minutes: since midnight.
        zone: abbreviation or offset as printed; None when the page leaves it open.
        day: the date printed beside it.

    """

    minutes: int
    zone: str | None
    day: date | None = None


@dataclass(frozen=True, slots=True)
class Calendar:
    """How dates and zones are written; loaded from ``data/times.yaml``."""

    months: Mapping[str, int]
    ignored: frozenset[str]
    zones: Mapping[str, int | str]
    dates: tuple[re.Pattern[str], ...]

    @classmethod
    def from_plain(cls, plain: Mapping[str, Any]) -> "Calendar":
        """Build a calendar from the content of the data file."""
        months = {name: number for number, name in enumerate(plain["months"], 1)}
        months |= {name[:3]: number for name, number in months.items()} | plain["months_short"]
        weekdays = [name for full in plain["weekdays"] for name in (full, full[:3], full[:4], full[:5])]
        names = "|".join(sorted(months, key=lambda name: (-len(name), name)))
        month = rf"(?P<month>{names})\b\.?"
        forms = (
            r"\b(?P<year>\d{4})-(?P<number>\d\d)-(?P<day>\d\d)\b",
            rf"\b{month}\s+(?P<day>\d{{1,2}})(?:st|nd|rd|th)?,?\s+(?P<year>\d{{4}})\b",
            rf"\b(?P<day>\d{{1,2}})(?:st|nd|rd|th)?\s+{month},?\s+(?P<year>\d{{4}})\b",
        )
        return cls(
            months=months,
            ignored=frozenset(
                [
                    *plain["fillers"],
                    *weekdays,
                    *(zone.lower() for zone in plain["zones"]),
                    ",",
                    ".",
                    "(",
                    ")",
                    ":",
                ]
            ),
            zones=plain["zones"],
            dates=tuple(re.compile(form, re.IGNORECASE) for form in forms),
        )

    def find_date(self, text: str) -> date | None:
        """Return the first date with a year in a text, None when there is none."""
        found = self._search(text)
        return found[0] if found else None

    def date_line(self, text: str) -> date | None:
        """Return the date of a line that holds nothing but a date, a weekday and a time."""
        found = self._search(text) if len(text) <= _DATE_LINE_CHARS else None
        if found is None:
            return None
        rest = _CLOCK.sub(" ", text[: found[1]] + " " + text[found[2] :])
        return found[0] if all(word in self.ignored for word in _WORD.findall(rest.lower())) else None

    def clock(self, match: re.Match[str]) -> Clock | None:
        """Return the time of a match of a time form, None when it is none (13:00 p.m.)."""
        groups = match.groupdict()
        hour, minute = int(groups["hour"]), int(groups["minute"])
        half = (groups.get("ampm") or "").lower()[:1]
        if half and not 1 <= hour <= 12:
            return None
        if half:
            hour = hour % 12 + (12 if half == "p" else 0)
        printed = groups.get("date")
        return Clock(hour * 60 + minute, groups.get("zone"), self.find_date(printed) if printed else None)

    def moment(self, day: date, clock: Clock, zone: str | None) -> datetime | None:
        """Return a printed time of a day in UTC; None when neither page nor profile knows the zone."""
        offset = self._offset(clock.zone or zone)
        if offset is None:
            return None
        local = datetime(day.year, day.month, day.day, clock.minutes // 60, clock.minutes % 60, tzinfo=offset)
        try:
            return local.astimezone(UTC)
        except OverflowError:
            return None

    def _offset(self, zone: str | None) -> timezone | ZoneInfo | None:
        if zone is None:
            return None
        printed = _OFFSET.match(zone)
        if printed:
            minutes = int(printed[2]) * 60 + int(printed[3])
            return (
                timezone(timedelta(minutes=-minutes if printed[1] == "-" else minutes))
                if minutes < _DAY
                else None
            )
        known = self.zones.get(zone)
        if known is None:
            return None
        return ZoneInfo(known) if isinstance(known, str) else timezone(timedelta(minutes=known))

    def _search(self, text: str) -> tuple[date, int, int] | None:
        for form in self.dates:
            match = form.search(text)
            if match is None:
                continue
            groups = match.groupdict()
            month = self.months[groups["month"].lower()] if "month" in groups else int(groups["number"])
            try:
                return date(int(groups["year"]), month, int(groups["day"])), match.start(), match.end()
            except ValueError:
                continue
        return None


@dataclass(frozen=True, slots=True)
class Stamp:
    """What a page prints about the time of one of its posts.

    Attributes:
        clock: the time in front of the post.
        marker: a date on a line of its own since the post above.
        lead: the post leads the page, and may stand on top whatever its time.

    """

    clock: Clock | None = None
    marker: date | None = None
    lead: bool = False


def days_of(stamps: Sequence[Stamp], first_day: date | None) -> tuple[list[date | None], bool]:
    """Return the day of each post of a page, in the page's order, and whether the page runs backwards.

    The date of the page is that of its first post. Where times jump by six hours or more against the order of
    the page, midnight lies between: 0549 followed by 2320 on a page that prints the newest post first.
    """
    backwards = _runs_backwards([stamp.clock.minutes for stamp in stamps if stamp.clock and not stamp.lead])
    days: list[date | None] = []
    day, previous = first_day, None
    for index, stamp in enumerate(stamps):
        clock = stamp.clock
        printed = (clock.day if clock else None) or stamp.marker
        if printed:
            day, previous = printed, None
        if clock and previous is not None and day is not None:
            day = _day_after(day, clock.minutes - previous, backwards)
        if clock and not (stamp.lead and backwards and _is_older_than_next(stamps, index)):
            previous = clock.minutes
        days.append(day)
    return days, backwards


def _runs_backwards(minutes: Sequence[int]) -> bool:
    """Tell whether times in the order of a page run backwards; so they do when nothing tells."""
    steps = [_shortest(later - earlier) for earlier, later in pairwise(minutes)]
    return sum(step > 0 for step in steps) <= sum(step < 0 for step in steps)


def _is_older_than_next(stamps: Sequence[Stamp], index: int) -> bool:
    clocks = [stamp.clock.minutes for stamp in stamps[index : index + 2] if stamp.clock]
    return len(clocks) > 1 and _shortest(clocks[1] - clocks[0]) > 0


def _shortest(step: int) -> int:
    """Return a step between two times of the day as the shorter way round the clock."""
    return (step + _DAY // 2) % _DAY - _DAY // 2


def _day_after(day: date, step: int, backwards: bool) -> date | None:
    """Return the day of a post whose time is a step away from that of the post above."""
    if (step if backwards else -step) < _OVER_MIDNIGHT:
        return day
    try:
        return day + timedelta(days=-1 if backwards else 1)
    except OverflowError:
        return None
