"""Thresholds, windows and limits of the dedup agent."""

from dataclasses import dataclass
from datetime import timedelta


@dataclass(frozen=True, slots=True)
class DedupConfig:
    """Settings that verdicts depend on; a lane keeps them for as long as it keeps its state."""

    window: timedelta = timedelta(days=7)
    """Posts whose event times lie farther apart are never compared."""
    max_posts: int = 1_000_000
    """Posts remembered at most; the oldest ones in the log go first."""
