"""Deliveries that are not over: internal, kept in the compacted topic delivery.state."""

from schemas.alerts import Alert
from schemas.base import Count, Id, Message, NonEmpty, UtcTime


class PendingDelivery(Message, frozen=True, kw_only=True):
    """One alert that one endpoint has not taken yet."""

    delivery_id: NonEmpty
    """Of alert and endpoint: the key. A null value says that the delivery is over."""
    endpoint: Id
    alert: Alert
    attempts: Count = 0
    """How many have failed so far."""
    first_at: UtcTime
    """When the first attempt was due."""
    next_at: UtcTime
