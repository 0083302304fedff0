"""Dates as documents of the web give them: a time with its offset, or a date, or nothing."""

from datetime import UTC, date, datetime

EARLIEST = datetime(1990, 1, 1, tzinfo=UTC)
"""Older than the web: a placeholder such as 0001-01-01 or 1970-01-01, not a time of publishing."""


def moment_of(value: object) -> datetime | None:
    """Return an ISO 8601 time with offset in UTC; None for anything else."""
    moment = _parsed(value)
    if moment is None or moment.tzinfo is None:
        return None
    try:
        moment = moment.astimezone(UTC)
    except OverflowError:
        return None
    return moment if moment >= EARLIEST else None


def day_of(value: object) -> date | None:
    """Return the date of an ISO 8601 date, or of a time without offset, whose moment is not known."""
    moment = _parsed(value)
    if moment is None or moment.tzinfo is not None or moment.year < EARLIEST.year:
        return None
    return moment.date()


def _parsed(value: object) -> datetime | None:
    if not isinstance(value, str):
        return None
    try:
        return datetime.fromisoformat(value.strip())
    except ValueError:
        return None
