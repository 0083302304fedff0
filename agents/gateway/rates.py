"""How much one token may ask for: a bucket that fills steadily and may be overdrawn once."""

from dataclasses import dataclass

BURST_SECONDS = 2.0
"""So many seconds' worth may be taken at once."""


@dataclass(slots=True)
class Bucket:
    """What one token has left.

    A request is let through while anything is left, whatever it costs; what it takes beyond that has to be
    waited for by the next one. So a large request passes, and the rate still holds over time.
    """

    rate: float
    """Units a second."""
    left: float
    at: float
    """Seconds of a monotonic clock when ``left`` was counted."""

    @classmethod
    def full(cls, rate: float, now: float) -> "Bucket":
        """Return a bucket of which nothing was taken."""
        return cls(rate, rate * BURST_SECONDS, now)

    def take(self, cost: float, now: float) -> float | None:
        """Take so many units and return None; where nothing is left, return the seconds to wait."""
        self.left = min(self.rate * BURST_SECONDS, self.left + (now - self.at) * self.rate)
        self.at = now
        if self.left <= 0:
            return -self.left / self.rate
        self.left -= cost
        return None
