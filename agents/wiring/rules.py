"""The topic rules: following, listing and writing it."""

import logging
from collections.abc import Callable

from agents.alerting.rules.book import RuleBook
from agents.wiring.connection import Cluster, retrying
from agents.wiring.log import TopicMissingError, read_to_end
from agents.wiring.messages import Message
from agents.wiring.outbox import Outbox
from agents.wiring.stage import Record
from agents.wiring.tail import tail
from schemas.codec import DecodeError, encode
from schemas.rules import Rule

TOPIC = "rules"
log = logging.getLogger(__name__)


async def follow_rules(cluster: Cluster, take: Callable[[Record], None]) -> None:
    """Hand over every rule on the topic and then every change, for as long as the caller runs."""
    async for attempt in retrying("following the rules", also=(TopicMissingError,)):
        with attempt:
            async for record in tail(cluster, TOPIC, from_beginning=True):
                take(record)


async def list_rules(cluster: Cluster, warn: Callable[[str], None] = log.warning) -> list[Rule]:
    """Return the rules on the topic, by id, as a worker that reads it has them.

    Args:
        cluster: where the topic is.
        warn: told of each message that is no rule, or that takes the id of another owner's rule.

    Raises:
        TopicMissingError: the topic is not on the broker.
        KafkaError: the broker does not answer.

    """
    book = RuleBook()
    async for record in read_to_end(cluster, TOPIC):
        rule_id = (record.key or b"").decode("utf-8", "replace")
        try:
            book.put(rule_id, record.value, record.offset)
        except DecodeError as error:
            field = f"{error.field}: " if error.field else ""
            warn(f"rule {rule_id!r} at offset {record.offset} of the topic is not in force: {field}{error}")
    return [compiled.rule for compiled in book.rules]


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
