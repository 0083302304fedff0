"""When a source is asked again."""

from datetime import datetime, timedelta

from agents.polling.source_files import Source
from schemas.ids import stable_hash
from schemas.poll_state import PollState

SLOWER = 1.5
"""Factor on the interval after each request that found nothing new."""
LONGEST_BACK_OFF = timedelta(hours=1)
LONGEST_RETRY_AFTER = timedelta(days=1)
JITTER = 0.1
"""Share of the interval by which a request may be early or late, so that sources do not keep step."""


def next_interval(source: Source, state: PollState | None, *, changed: bool) -> float:
    """Return the seconds between requests from now on: the shortest after a change, slower without one."""
    if changed or state is None:
        return source.interval.total_seconds()
    slower = max(state.interval, source.interval.total_seconds()) * SLOWER
    return min(slower, source.max_interval.total_seconds())


def due_at(source: Source, state: PollState | None, start: datetime) -> datetime:
    """Return when the source is to be asked next.

    After a failure the pause doubles each time, up to ``LONGEST_BACK_OFF``; a time that the server asked to
    wait for is waited for. The jitter is fixed by source and last request.

    Args:
        source: the source.
        state: what is remembered of it; None when it has never been asked.
        start: when the poller started: new sources are spread over their first interval.

    """
    if state is None or state.polled_at is None:
        return start + source.interval * _fraction(source.id, "first") * 0.5
    pause = timedelta(seconds=state.interval)
    if state.failures:
        pause = min(source.interval * 2 ** min(state.failures, 20), max(LONGEST_BACK_OFF, source.interval))
    shift = (2 * _fraction(source.id, state.polled_at.isoformat()) - 1) * JITTER
    due = state.polled_at + pause * (1 + shift)
    return max(due, state.not_before) if state.not_before else due


def _fraction(*parts: str) -> float:
    """Return a number in [0, 1) that is fixed by the parts."""
    return int(stable_hash("jitter", *parts)[:8], 16) / 2**32
