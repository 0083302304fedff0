"""What lies on the topics about one story."""

from collections.abc import AsyncIterator

import orjson

from agents.alerting.messages.explain import KINDS, Message, story_of_id
from agents.wiring.connection import Cluster
from agents.wiring.log import read_to_end
from schemas.codec import decode


async def messages_about(cluster: Cluster, any_id: str) -> list[Message]:
    """Return what is known of a story, given by its own id or by that of one of its alerts.

    Raises:
        DecodeError: a message is not as its schema says.
        TopicMissingError: a topic is not on the broker.
        KafkaError: the broker does not answer.

    """
    found = [message async for message in _naming(cluster, any_id)]
    story_id, rule_id = story_of_id(any_id, found) or (any_id, None)
    return found if rule_id is None else [message async for message in _naming(cluster, story_id)]


async def _naming(cluster: Cluster, any_id: str) -> AsyncIterator[Message]:
    """Yield the messages that name an id; the others are not decoded, for topics are long."""
    written = orjson.dumps(any_id)
    for topic, kind in KINDS.items():
        async for record in read_to_end(cluster, topic):
            if record.value is not None and written in record.value:
                yield decode(record.value, kind)
