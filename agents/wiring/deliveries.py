"""Deliveries as people look at them: how each stands, and sending an alert again."""

from collections.abc import Sequence
from datetime import datetime

from agents.wiring.cloudevents import headers_of
from agents.wiring.connection import Cluster
from agents.wiring.log import read_to_end
from agents.wiring.outbox import Message, Outbox
from agents.wiring.outputs import output_of
from schemas.alerts import Alert, Delivery
from schemas.codec import decode, encode
from schemas.delivery_state import PendingDelivery
from schemas.ids import delivery_id


async def list_deliveries(cluster: Cluster) -> list[Delivery]:
    """Return the latest attempt of each alert and endpoint, the oldest first.

    Raises:
        TopicMissingError: the topic is not on the broker.
        KafkaError: the broker does not answer.

    """
    latest: dict[tuple[str, str], Delivery] = {}
    async for record in read_to_end(cluster, "deliveries"):
        if record.value is not None:
            delivery = decode(record.value, Delivery)
            latest[delivery.alert_id, delivery.endpoint] = delivery
    return sorted(latest.values(), key=lambda one: (one.at, one.alert_id, one.endpoint))


async def redeliver(cluster: Cluster, alert_id: str, endpoints: Sequence[str], now: datetime) -> list[str]:
    """Put an alert down for delivery again and return the endpoints that it goes to.

    Args:
        cluster: where the topics are.
        alert_id: the alert, which must still be on its topic.
        endpoints: where to; none: wherever its rule named.
        now: from when on it is tried.

    Raises:
        LookupError: the alert is not on its topic, or it goes nowhere.
        TopicMissingError: a topic is not on the broker.
        KafkaError: the broker does not answer.

    """
    alert = await _find(cluster, alert_id)
    if alert is None:
        raise LookupError(f"alert {alert_id} is not on the topic alerts")
    names = list(dict.fromkeys(endpoints or [to.name for to in alert.deliver]))
    if not names:
        raise LookupError(f"the rule of alert {alert_id} names no endpoint; name one with --endpoint")
    messages = [_message(cluster, alert, name, now) for name in names]
    async with cluster.producer() as producer:
        await Outbox(producer).deliver(messages)
    return names


async def _find(cluster: Cluster, alert_id: str) -> Alert | None:
    found: Alert | None = None
    async for record in read_to_end(cluster, "alerts"):
        if found is None and record.value is not None and alert_id.encode() in record.value:
            alert = decode(record.value, Alert)
            found = alert if alert.alert_id == alert_id else None
    return found


def _message(cluster: Cluster, alert: Alert, endpoint: str, now: datetime) -> Message:
    own = delivery_id(alert.alert_id, endpoint)
    pending = PendingDelivery(delivery_id=own, endpoint=endpoint, alert=alert, first_at=now, next_at=now)
    output = output_of(pending)
    return Message(cluster.topic(output.topic), output.key.encode(), encode(pending), headers_of(output))
