"""The topic rules: following, listing and writing it."""

import logging
from collections.abc import Callable

from agents.wiring.connection import Cluster, retrying
from agents.wiring.log import TopicMissingError, read_to_end
from agents.wiring.outbox import Message, Outbox
from agents.wiring.stage import Record
from agents.wiring.tail import tail
from schemas.codec import decode, encode
from schemas.rules import Rule

TOPIC = "rules"
log = logging.getLogger(__name__)


async def follow_rules(cluster: Cluster, take: Callable[[Record], None]) -> None:
    """Hand over every rule on the topic and then every change, for as long as the caller runs."""
    async for attempt in retrying("following the rules", also=(TopicMissingError,)):
        with attempt:
            async for record in tail(cluster, TOPIC, from_beginning=True):
                take(record)


async def list_rules(cluster: Cluster) -> list[Rule]:
    """Return the rules on the topic, by id.

    Raises:
        DecodeError: a message on the topic is no rule.
        TopicMissingError: the topic is not on the broker.
        KafkaError: the broker does not answer.

    """
    found: dict[bytes, bytes] = {}
    async for record in read_to_end(cluster, TOPIC):
        key = record.key or b""
        if record.value is None:
            found.pop(key, None)
        else:
            found[key] = record.value
    return [decode(found[key], Rule) for key in sorted(found)]


async def put_rules(cluster: Cluster, rules: list[Rule]) -> None:
    """Publish rules; a rule of the same id is replaced.

    Raises:
        KafkaError: the broker does not answer.

    """
    await _publish(cluster, [(rule.id, encode(rule)) for rule in rules])


async def delete_rule(cluster: Cluster, rule_id: str) -> None:
    """Publish the deletion of a rule.

    Raises:
        KafkaError: the broker does not answer.

    """
    await _publish(cluster, [(rule_id, None)])


async def _publish(cluster: Cluster, messages: list[tuple[str, bytes | None]]) -> None:
    async with cluster.producer() as producer:
        outbox = Outbox(producer)
        await outbox.deliver(
            [Message(cluster.topic(TOPIC), key.encode(), value, []) for key, value in messages]
        )
