"""The first half of delivery as a stage: an alert in, a pending delivery out for each endpoint it goes to."""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from datetime import datetime

from agents.delivery.addressees import Addressee, addressees
from agents.delivery.endpoint_files import Endpoint
from agents.delivery.pending import new_pending
from agents.wiring.outputs import output_of, output_of_pending
from agents.wiring.stage import LogReader, Output, Record, Result, process_each, value_of
from schemas.alerts import Alert, Delivery
from schemas.codec import decode


class DeliveryStage:
    """Addresses alerts. What is pending lies on delivery.state, where the sender finds it."""

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
        return Result(record, list(self._outputs(alert, record.partition)))

    def _outputs(self, alert: Alert, partition: int) -> Iterator[Output]:
        now = self._clock()
        for to in addressees(alert, self.endpoints):
            if to.refusal is None:
                yield output_of_pending(new_pending(alert, to.name, now), partition)
            else:
                yield output_of(_refused(alert, to, now))


def _refused(alert: Alert, to: Addressee, now: datetime) -> Delivery:
    return Delivery(
        alert_id=alert.alert_id,
        endpoint=to.name,
        attempt=1,
        outcome="refused",
        reason=to.refusal or "",
        at=now,
    )
