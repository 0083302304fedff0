"""When a delivery is tried again, and when it is given up."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Literal

from schemas.delivery_state import PendingDelivery
from schemas.ids import stable_hash

FIRST_PAUSE = timedelta(seconds=5)
GROWTH = 2.5
LONGEST_PAUSE = timedelta(hours=2)
GIVEN_UP_AFTER = timedelta(hours=24)
JITTER = 0.2
"""Share by which a pause is longer or shorter, so that a server that comes back is not run over."""
_GONE = 410


@dataclass(frozen=True, slots=True)
class Answer:
    """How an attempt ended.

    Attributes:
        code: HTTP status; None where there was none.
        taken: the endpoint has the alert.
        refused: it must not be sent there at all; trying again cannot help.
        reason: a few words without any part of the address.
        retry_after: how long the endpoint asks to wait.

    """

    code: int | None
    taken: bool
    reason: str
    refused: bool = False
    retry_after: timedelta | None = None


@dataclass(frozen=True, slots=True)
class Next:
    """What becomes of a delivery after an attempt: ok and failed end it, retry has a time."""

    outcome: Literal["ok", "retry", "failed", "refused"]
    at: datetime | None = None


def after_attempt(pending: PendingDelivery, answer: Answer, now: datetime) -> Next:
    """Return what becomes of a delivery.

    The pauses grow from five seconds to two hours; a day after the first attempt it is given up, and at once
    where the endpoint says that it is gone for good (HTTP 410). The jitter is fixed by delivery and attempt.

    Args:
        pending: the delivery before the attempt.
        answer: how the attempt ended.
        now: when it ended.

    """
    if answer.taken:
        return Next("ok")
    if answer.refused:
        return Next("refused")
    if answer.code == _GONE:
        return Next("failed")
    last = pending.first_at + GIVEN_UP_AFTER
    if now >= last:
        return Next("failed")
    wait = max(pause(pending.delivery_id, pending.attempts + 1), answer.retry_after or timedelta(0))
    return Next("retry", min(now + wait, last))


def pause(delivery_id: str, attempts: int) -> timedelta:
    """Return how long to wait after so many failed attempts."""
    plain = min(FIRST_PAUSE * GROWTH ** min(attempts - 1, 20), LONGEST_PAUSE)
    share = int(stable_hash("retry", delivery_id, str(attempts))[:8], 16) / 2**32
    return plain * (1 + JITTER * (2 * share - 1))
