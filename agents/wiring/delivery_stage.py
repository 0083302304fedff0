"""The first half of delivery as a stage: an alert in, one pending delivery out for each endpoint it goes to."""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from datetime import datetime

from agents.delivery.addressees import addressees
from agents.delivery.endpoint_files import Endpoint
from agents.wiring.outputs import output_of
from agents.wiring.stage import LogReader, Output, Record, Result, process_each, value_of
from schemas.alerts import Alert, Delivery
from schemas.codec import decode
from schemas.delivery_state import PendingDelivery
from schemas.ids import delivery_id


class DeliveryStage:
    """Addresses alerts. It keeps nothing: what is pending lies on delivery.state, where the sender reads it."""

    name = "delivery"
    inputs = ("alerts",)

    def __init__(self, endpoints: Mapping[str, Endpoint], clock: Callable[[], datetime]) -> None:
        self.endpoints = endpoints
        self._clock = clock

    async def restore(self, topic: str, partition: int, offset: int, log: LogReader) -> None:
        """Do nothing: an alert needs no other."""

    def process(self, batch: Sequence[Record]) -> Iterable[Result]:
        """Return the deliveries of each alert."""
        return process_each(batch, self._take)

    def _take(self, record: Record) -> Result:
        alert = decode(value_of(record), Alert)
        return Result(record, list(self._outputs(alert)))

    def _outputs(self, alert: Alert) -> Iterator[Output]:
        now = self._clock()
        for addressee in addressees(alert, self.endpoints):
            if addressee.refusal is not None:
                yield output_of(
                    Delivery(
                        alert_id=alert.alert_id,
                        endpoint=addressee.name,
                        attempt=1,
                        outcome="refused",
                        reason=addressee.refusal,
                        at=now,
                    )  # fmt: skip
                )
                continue
            yield output_of(
                PendingDelivery(
                    delivery_id=delivery_id(alert.alert_id, addressee.name),
                    endpoint=addressee.name,
                    alert=alert,
                    first_at=now,
                    next_at=now,
                )  # fmt: skip
            )
