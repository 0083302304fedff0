"""Deliveries as people look at them: how each stands, and sending an alert again."""

from collections.abc import Sequence
from contextlib import aclosing
from datetime import datetime

from agents.delivery.pending import new_pending
from agents.wiring.connection import Cluster
from agents.wiring.log import read_to_end
from agents.wiring.messages import message_of
from agents.wiring.outbox import Outbox
from agents.wiring.outputs import output_of_pending
from schemas.alerts import Alert, Delivery
from schemas.codec import decode


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
    found = await _find(cluster, alert_id)
    if found is None:
        raise LookupError(f"alert {alert_id} is not on the topic alerts")
    alert, partition = found
    names = list(dict.fromkeys(endpoints or [to.name for to in alert.deliver]))
    if not names:
        raise LookupError(f"the rule of alert {alert_id} names no endpoint; name one with --endpoint")
    prefix = cluster.settings.topic_prefix
    messages = [
        message_of(output_of_pending(new_pending(alert, name, now), partition), prefix) for name in names
    ]
    async with cluster.producer() as producer:
        await Outbox(producer).deliver(messages)
    return names


async def _find(cluster: Cluster, alert_id: str) -> tuple[Alert, int] | None:
    """Return an alert and its partition."""
    async with aclosing(read_to_end(cluster, "alerts")) as records:
        async for record in records:
            if record.value is not None and alert_id.encode() in record.value:
                alert = decode(record.value, Alert)
                if alert.alert_id == alert_id:
                    return alert, record.partition
    return None
