"""The watermark of a lane: how far it has come in event time, by its posts and never by a clock."""

from datetime import UTC, datetime, timedelta

from schemas.posts import RawPost

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_MICROSECOND = timedelta(microseconds=1)


def micros_of(moment: datetime) -> int:
    """Return a time in microseconds since 1970."""
    return (moment - _EPOCH) // _MICROSECOND


EARLIEST = micros_of(datetime.min.replace(tzinfo=UTC))
"""Watermark of a lane without posts."""


def moment_of(micros: int) -> datetime:
    """Return a number of microseconds since 1970 as a time."""
    return _EPOCH + timedelta(microseconds=micros)


def advanced(watermark: int, post: RawPost, allowed_lateness: timedelta) -> int:
    """Return the watermark after one more post, in microseconds.

    Time goes on with the event times of posts; one that is dated after its fetching takes it no farther than
    to its fetching. It goes on as well with the times of fetching themselves, less the allowed lateness.
    """
    fetched = micros_of(post.fetched_at)
    told = min(micros_of(post.event_time), fetched)
    return max(watermark, told, fetched - allowed_lateness // _MICROSECOND)
