"""The wall clock: read here, and handed in wherever a time is needed."""

from datetime import UTC, datetime


def utc_now() -> datetime:
    """Return the time of this machine."""
    return datetime.now(UTC)
