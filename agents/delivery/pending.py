"""What waits to be delivered to one endpoint, and what of it may go now."""

from datetime import datetime
from heapq import heappop, heappush

from agents.delivery.breaker import Breaker
from schemas.alerts import Alert
from schemas.delivery_state import PendingDelivery
from schemas.ids import delivery_id

Thread = tuple[str, str]
"""Rule and story: what an alert, its updates and its cancel have in common."""


def new_pending(alert: Alert, endpoint: str, now: datetime) -> PendingDelivery:
    """Return the delivery of an alert to an endpoint, due now and not tried yet."""
    own = delivery_id(alert.alert_id, endpoint)
    return PendingDelivery(delivery_id=own, endpoint=endpoint, alert=alert, first_at=now, next_at=now)


class EndpointQueue:
    """The deliveries of one endpoint that are not over.

    Alerts of one rule and story go out in their order: an update waits until the endpoint has the alert
    before it, or that one was given up. Others do not wait for them.
    """

    def __init__(self, in_flight: int) -> None:
        """Take how many deliveries may be under way at the same time."""
        self.breaker = Breaker()
        self._in_flight = in_flight
        self._sending: set[str] = set()
        self._pending: dict[str, PendingDelivery] = {}
        self._threads: dict[Thread, dict[str, int]] = {}
        """Sequence of each delivery of a thread, by delivery_id."""
        self._heads: list[tuple[datetime, datetime, str]] = []
        """Heap of next_at, event time and delivery_id. Entries that no longer hold are passed over."""

    def __len__(self) -> int:
        return len(self._pending)

    def put(self, pending: PendingDelivery) -> None:
        """Add a delivery, or its later state; an earlier one of the same delivery changes nothing."""
        own = pending.delivery_id
        known = self._pending.get(own)
        if known is not None and pending.attempts < known.attempts:
            return
        self._pending[own] = pending
        self._threads.setdefault(_thread(pending), {})[own] = pending.alert.sequence
        if self._is_head(pending):
            heappush(self._heads, _entry(pending))

    def remove(self, delivery_id: str) -> None:
        """Forget a delivery that is over; the next one of its rule and story may go."""
        over = self._pending.pop(delivery_id, None)
        if over is None:
            return
        thread = self._threads[_thread(over)]
        del thread[delivery_id]
        if not thread:
            del self._threads[_thread(over)]
            return
        heappush(self._heads, _entry(self._pending[min(thread, key=thread.__getitem__)]))

    def start(self, now: datetime) -> PendingDelivery | None:
        """Return the delivery to send next and count it as under way; None when nothing may go now."""
        if self.breaker.open_until is not None and now < self.breaker.open_until:
            return None
        if len(self._sending) >= (1 if self.breaker.is_probing else self._in_flight):
            return None
        first = self._first()
        if first is None or first.next_at > now:
            return None
        self._sending.add(first.delivery_id)
        return first

    def finish(self, delivery_id: str) -> None:
        """Count a delivery as no longer under way."""
        self._sending.discard(delivery_id)
        pending = self._pending.get(delivery_id)
        if pending is not None and self._is_head(pending):
            heappush(self._heads, _entry(pending))

    def next_due(self) -> datetime | None:
        """Return when something may go at the earliest; None when all that may go is under way."""
        first = self._first()
        if first is None:
            return None
        return max(first.next_at, self.breaker.open_until or first.next_at)

    def _first(self) -> PendingDelivery | None:
        """Return the delivery at the top of the heap, after dropping entries that no longer hold."""
        while self._heads:
            entry = self._heads[0]
            pending = self._pending.get(entry[2])
            if (
                pending is not None
                and _entry(pending) == entry
                and entry[2] not in self._sending
                and self._is_head(pending)
            ):
                return pending
            heappop(self._heads)
        return None

    def _is_head(self, pending: PendingDelivery) -> bool:
        thread = self._threads[_thread(pending)]
        return min(thread, key=thread.__getitem__) == pending.delivery_id


def _thread(pending: PendingDelivery) -> Thread:
    return pending.alert.rule_id, pending.alert.story_id


def _entry(pending: PendingDelivery) -> tuple[datetime, datetime, str]:
    return pending.next_at, pending.alert.at, pending.delivery_id
