"""Dead letters: messages that could not be parsed or processed, kept whole."""

from typing import Literal

from schemas.base import Count, Message, NonEmpty, UtcTime

DeadLetterReason = Literal["not_json", "invalid", "too_large", "failed", "refused"]


class DeadLetter(Message, frozen=True, kw_only=True):
    """A message that was set aside, with where it came from and why."""

    stage: NonEmpty
    reason: DeadLetterReason
    error: str
    topic: NonEmpty
    partition: Count
    offset: Count
    key: str | None = None
    """Base64 of the original key."""
    value: str | None = None
    """Base64 of the original value."""
    failed_at: UtcTime
