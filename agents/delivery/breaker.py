"""A circuit breaker: an endpoint that fails again and again is left alone, and probed with one delivery."""

from dataclasses import dataclass
from datetime import datetime, timedelta

OPENS_AFTER = 5
"""Failures in a row."""
FIRST_PAUSE = timedelta(seconds=10)
LONGEST_PAUSE = timedelta(minutes=5)


@dataclass(frozen=True, slots=True)
class Breaker:
    """One endpoint's breaker.

    Attributes:
        failures: in a row.
        open_until: nothing is sent before; None while it is closed.

    """

    failures: int = 0
    open_until: datetime | None = None

    @property
    def is_probing(self) -> bool:
        """Whether the endpoint gets one delivery at a time."""
        return self.failures >= OPENS_AFTER

    def after(self, *, taken: bool, now: datetime) -> "Breaker":
        """Return the breaker after an attempt: a success closes it, failures open it for ever longer."""
        if taken:
            return Breaker()
        failures = self.failures + 1
        if failures < OPENS_AFTER:
            return Breaker(failures)
        pause = min(FIRST_PAUSE * 2 ** min(failures - OPENS_AFTER, 20), LONGEST_PAUSE)
        return Breaker(failures, now + pause)
