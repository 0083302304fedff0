"""Delivering messages: handed to the queues of their partitions, and awaited together."""

import asyncio
from collections.abc import Callable, Sequence
from functools import lru_cache

from aiokafka import AIOKafkaProducer
from aiokafka.partitioner import murmur2

from agents.wiring.connection import retrying
from agents.wiring.messages import Message
from agents.wiring.partition_queue import PartitionQueue

_KNOWN_KEYS = 65_536
_31_BITS = 0x7FFFFFFF


class Outbox:
    """Delivers messages through one producer, in order within each partition."""

    def __init__(self, producer: AIOKafkaProducer) -> None:
        self._producer = producer
        self._partitions: dict[str, list[int]] = {}
        self._queues: dict[tuple[str, int], PartitionQueue] = {}

    async def deliver(self, messages: Sequence[Message], on_retry: Callable[[], None] = lambda: None) -> None:
        """Return once the brokers have all messages. While they do not answer this waits and tries on.

        Raises:
            MessageTooLargeError: a message is larger than its topic takes; trying again cannot help.

        """
        by_partition: dict[tuple[str, int], list[Message]] = {}
        for message in messages:
            partition = partition_of(message, await self._partitions_of(message.topic))
            by_partition.setdefault((message.topic, partition), []).append(message)
        queued = [self._queue(*place).put(some, on_retry) for place, some in by_partition.items()]
        await asyncio.gather(*queued)

    async def _partitions_of(self, topic: str) -> list[int]:
        """Return the partitions of a topic. They do not change: the settings say how many there are."""
        known = self._partitions.get(topic)
        if known is None:
            async for attempt in retrying(f"finding {topic}"):
                with attempt:
                    known = sorted(await self._producer.partitions_for(topic))
            assert known is not None
            self._partitions[topic] = known
        return known

    def _queue(self, topic: str, partition: int) -> PartitionQueue:
        queue = self._queues.get((topic, partition))
        if queue is None:
            queue = self._queues[topic, partition] = PartitionQueue(self._producer, topic, partition)
        return queue


def partition_of(message: Message, partitions: Sequence[int]) -> int:
    """Return the partition of a message: its own, or by its key as all Kafka clients choose it.

    A message without both goes to the first one.
    """
    if message.partition is not None:
        return message.partition
    if message.key is None:
        return partitions[0]
    return partitions[_hash_of(message.key) % len(partitions)]


@lru_cache(maxsize=_KNOWN_KEYS)
def _hash_of(key: bytes) -> int:
    """Return aiokafka's hash of a key, which takes it 10 µs; the keys of stories come again and again."""
    return int(murmur2(key)) & _31_BITS
