"""Following a topic for as long as the gateway runs, without losing the place when the broker goes."""

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass, field
from operator import ge

from aiokafka import AIOKafkaConsumer, TopicPartition

from agents.errors import FailedRunningError
from agents.wiring.connection import Cluster, retrying
from agents.wiring.log import TopicMissingError, assign

_POLL_MS = 500
_CATCH_UP_POLL_MS = 50
"""Until all that was there is read: topics without messages then hold up nothing."""

Start = Callable[[AIOKafkaConsumer, Sequence[TopicPartition]], Awaitable[list[int]]]
"""Returns where to begin, by partition."""
Take = Callable[[int, int, bytes | None, bytes | None], object]
"""Takes partition, offset, key and value of a message."""


class TopicLostError(FailedRunningError):
    """A topic has gone back: it was made anew, and what is known of it no longer holds."""


@dataclass(slots=True)
class Followed:
    """How far the following of a topic has come."""

    topic: str
    caught_up: asyncio.Event = field(default_factory=asyncio.Event)
    """Set once all that was there at the beginning has been read."""
    position: list[int] = field(default_factory=list)
    """By partition, the offset of the next message."""


async def from_the_beginning(consumer: AIOKafkaConsumer, assigned: Sequence[TopicPartition]) -> list[int]:
    """Begin with the oldest messages kept."""
    found = await consumer.beginning_offsets(assigned)
    return [found[partition] for partition in assigned]


def the_latest(messages: int) -> Start:
    """Begin so that about so many messages are read before those that come."""

    async def start(consumer: AIOKafkaConsumer, assigned: Sequence[TopicPartition]) -> list[int]:
        first = await consumer.beginning_offsets(assigned)
        end = await consumer.end_offsets(assigned)
        share = messages // len(assigned)
        return [max(first[partition], end[partition] - share) for partition in assigned]

    return start


async def follow(
    cluster: Cluster,
    followed: Followed,
    start: Start,
    begin: Callable[[list[int]], None],
    take: Take,
    wake: Callable[[], None],
) -> None:
    """Hand over the messages of a topic, for as long as the caller runs.

    Args:
        cluster: where from.
        followed: kept up to date.
        start: where to begin the first time.
        begin: called once with that place, before the first message.
        take: called for each message.
        wake: called after some messages that came together.

    Raises:
        TopicLostError: the topic has gone back.

    """
    async for attempt in retrying(f"following {followed.topic}", also=(TopicMissingError,)):
        with attempt:
            async with cluster.reader() as consumer:
                assigned = await assign(cluster, consumer, followed.topic, None)
                if not followed.position:
                    followed.position = await start(consumer, assigned)
                    begin(list(followed.position))
                for partition, offset in zip(assigned, followed.position, strict=True):
                    consumer.seek(partition, offset)
                await _follow(consumer, assigned, followed, take, wake)


async def _follow(
    consumer: AIOKafkaConsumer,
    assigned: Sequence[TopicPartition],
    followed: Followed,
    take: Take,
    wake: Callable[[], None],
) -> None:
    ends: dict[TopicPartition, int] = {}
    while True:
        caught_up = followed.caught_up.is_set()
        fetched = await consumer.getmany(timeout_ms=_POLL_MS if caught_up else _CATCH_UP_POLL_MS)
        for partition, messages in fetched.items():
            for message in messages:
                if message.offset < followed.position[partition.partition]:
                    raise TopicLostError(f"{partition.topic} was made anew; start the gateway again")
                take(message.partition, message.offset, message.key, message.value)
                followed.position[partition.partition] = message.offset + 1
        if fetched:
            wake()
        if caught_up:
            continue
        _note_ends(consumer, assigned, ends)
        positions = [await consumer.position(partition) for partition in assigned]
        if len(ends) == len(assigned) and all(map(ge, positions, (ends[one] for one in assigned))):
            followed.caught_up.set()


def _note_ends(
    consumer: AIOKafkaConsumer, assigned: Sequence[TopicPartition], ends: dict[TopicPartition, int]
) -> None:
    """Note where partitions ended when they were first read."""
    for partition in assigned:
        highwater = consumer.highwater(partition)
        if highwater is not None:
            ends.setdefault(partition, highwater)
