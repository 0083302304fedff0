"""When to stop: a worker that fails on most messages must not drain the traffic into dead letters."""

from collections import deque

from agents.errors import FailedRunningError


class TooManyFailuresError(FailedRunningError):
    """Most of the recent messages failed."""


class FailureWindow:
    """Counts failures among the most recent messages of one stage."""

    def __init__(self, size: int, count: int, share: float) -> None:
        """Watch ``size`` messages; too many are ``count`` failures that make up ``share`` or more."""
        self._outcomes: deque[bool] = deque(maxlen=size)
        self._count = count
        self._share = share
        self._failed = 0

    def add(self, failed: bool) -> None:
        """Note the outcome of one message."""
        if len(self._outcomes) == self._outcomes.maxlen:
            self._failed -= self._outcomes[0]
        self._outcomes.append(failed)
        self._failed += failed

    def check(self, stage: str, example: str) -> None:
        """Raise when too many failed.

        Raises:
            TooManyFailuresError: says how many, with the error of one of them.

        """
        if self._failed >= self._count and self._failed >= self._share * len(self._outcomes):
            raise TooManyFailuresError(
                f"{stage}: {self._failed} of the last {len(self._outcomes)} messages failed, the last with"
                f" {example!r}; stopped so that they stay on their topic. Correct the cause and start again."
            )
