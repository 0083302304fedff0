"""Reading topics from their beginning to their end, outside any consumer group."""

import asyncio
from collections.abc import AsyncGenerator, AsyncIterator, Sequence
from typing import Any

from aiokafka import AIOKafkaConsumer, TopicPartition

from agents.errors import FailedRunningError
from agents.wiring.connection import Cluster
from agents.wiring.stage import Record
from agents.wiring.turns import Turns
from schemas.topics import table_name

_POLL_MS = 20
"""The end of an empty partition is known within one fetch: waiting longer for messages is of no use."""


class TopicMissingError(FailedRunningError, LookupError):
    """A topic is not on the broker."""


class TopicLog:
    """Reads topics of a cluster, as stages ask for when they restore their state."""

    def __init__(self, cluster: Cluster) -> None:
        self._cluster = cluster

    def read(self, topic: str, partitions: Sequence[int] | None = None) -> AsyncIterator[Record]:
        """Yield the records of the partitions up to where they end now."""
        return read_to_end(self._cluster, topic, partitions)


async def read_to_end(
    cluster: Cluster, topic: str, partitions: Sequence[int] | None = None
) -> AsyncGenerator[Record]:
    """Yield the records of a topic from the beginning to where its partitions end now.

    Between records other tasks have their turns, whatever the reader does with each of them. The end is the
    high watermark of the first fetch, not the end offset, which the embedded broker gives too low when
    batches hold several records.

    Raises:
        TopicMissingError: the topic is not on the broker.
        KafkaError: the broker does not answer.

    """
    async with cluster.reader(wait_ms=_POLL_MS) as consumer:
        assigned = await assign(cluster, consumer, topic, partitions)
        await consumer.seek_to_beginning(*assigned)
        ends: dict[TopicPartition, int] = {}
        turns = Turns()
        while not await _all_read(consumer, assigned, ends):
            fetched = await consumer.getmany(timeout_ms=_POLL_MS)
            for partition in assigned:
                highwater = consumer.highwater(partition)
                if highwater is not None:
                    ends.setdefault(partition, highwater)
            for partition, messages in fetched.items():
                for message in messages:
                    if message.offset < ends.get(partition, message.offset + 1):
                        yield to_record(message, cluster.settings.topic_prefix)
                        await turns.pass_on()


async def end_of(cluster: Cluster, topic: str, partition: int, offset: int) -> int:
    """Return where a partition ends now, asked at an offset up to which it has been read.

    Raises:
        TopicMissingError: the topic is not on the broker.
        KafkaError: the broker does not answer.

    """
    async with cluster.reader(wait_ms=_POLL_MS) as consumer:
        (assigned,) = await assign(cluster, consumer, topic, [partition])
        consumer.seek(assigned, offset)
        while (end := consumer.highwater(assigned)) is None:
            await consumer.getmany(timeout_ms=_POLL_MS)
        return int(end)


async def assign(
    cluster: Cluster, consumer: AIOKafkaConsumer, topic: str, partitions: Sequence[int] | None
) -> list[TopicPartition]:
    """Give partitions of a topic, all when None, to a consumer without a group.

    Raises:
        TopicMissingError: the topic is not on the broker.

    """
    name = cluster.topic(topic)
    if partitions is None:
        partitions = await _partitions_of(cluster, name)
    assigned = [TopicPartition(name, partition) for partition in partitions]
    consumer.assign(assigned)
    return assigned


async def _partitions_of(cluster: Cluster, name: str) -> list[int]:
    async with cluster.admin() as client:
        described = (await client.describe_topics([name]))[0]
    if not described["partitions"]:
        raise TopicMissingError(f"topic {name} is not on the broker; create it with: wiredesk topics create")
    return sorted(partition["partition"] for partition in described["partitions"])


def to_record(message: Any, prefix: str) -> Record:
    """Return a message of aiokafka as a record."""
    return Record(
        table_name(message.topic, prefix),
        message.partition,
        message.offset,
        message.key,
        message.value,
        dict(message.headers),
    )


async def _all_read(
    consumer: AIOKafkaConsumer, assigned: Sequence[TopicPartition], ends: dict[TopicPartition, int]
) -> bool:
    """Say whether the consumer is at or past the end of every partition."""
    if len(ends) < len(assigned):
        return False
    positions = await asyncio.gather(*(consumer.position(partition) for partition in assigned))
    return all(position >= ends[tp] for tp, position in zip(assigned, positions, strict=True))
