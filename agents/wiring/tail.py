"""Following a topic."""

import asyncio
from collections.abc import AsyncIterator

from agents.wiring.connection import Cluster
from agents.wiring.log import assign, to_record
from agents.wiring.stage import Record

_POLL_MS = 500


async def tail(
    cluster: Cluster, topic: str, *, from_beginning: bool = False, pause: float = 0.0
) -> AsyncIterator[Record]:
    """Yield the records of a topic as they come, for as long as the caller goes on.

    Args:
        cluster: where from.
        topic: name in the topic table.
        from_beginning: start with the oldest record kept, else with the next one that arrives.
        pause: seconds to let pass between one look and the next; what is not needed at once costs fewer
            requests to the brokers.

    Raises:
        TopicMissingError: the topic is not on the broker.
        KafkaError: the broker does not answer.

    """
    async with cluster.reader() as consumer:
        assigned = await assign(cluster, consumer, topic, None)
        if from_beginning:
            await consumer.seek_to_beginning(*assigned)
        else:
            await consumer.seek_to_end(*assigned)
        while True:
            fetched = await consumer.getmany(timeout_ms=_POLL_MS)
            for messages in fetched.values():
                for message in messages:
                    yield to_record(message, cluster.settings.topic_prefix)
            await asyncio.sleep(pause)
